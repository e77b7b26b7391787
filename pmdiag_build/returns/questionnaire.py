"""What the tool asks, as decoding needs it: ids, levels, options, the fields of each pack, and what others were asked.

A small value that travels to reading processes, where a whole `Tool` would not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pmdiag_build.content.field_names import (
    COMMENT_KINDS,
    ENTRY_SHEET,
    MORE_ROOM,
    PACK_ID,
    PackId,
    comment_name,
    overall_name,
    rating_name,
    sheet_names,
)
from pmdiag_build.content.fields import asked_apart, entry_sheet_id, fingerprint, pack_asks, pack_fields, pack_id
from pmdiag_build.content.model import Choice, Tool, fill
from pmdiag_build.content.questions import apart_of, issued_differences, known_wordings
from pmdiag_build.returns.raw import RawRecord
from pmdiag_build.text import normal


@dataclass(frozen=True, slots=True)
class PackForm:
    """A fillable pack: its `pack_id`, the names of all its fields for an answer or the id, and what it asks as JSON."""

    id: str
    pack_id: str
    fields: frozenset[str]
    asks: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What one return was asked, by the names of questions that are counted.

    `apart`: asked with another meaning, or perhaps; these are counted apart. `unclear`: asked with one of several
    meanings, and the return does not say which. `foreign`: its edition is not known, so it may ask what no other does.
    `heard`: the wordings of its questions (field name → fingerprint), where they decided.
    """

    apart: frozenset[str] = frozenset()
    unclear: frozenset[str] = frozenset()
    foreign: bool = False
    heard: Mapping[str, str] = field(default_factory=dict)


_ALL_OURS = Asked()
_COUNTED = ("rating_", "overall_")


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What a return can answer.

    `levels`, `roles` and `modes` map each accepted word, in its normal form, to its code; `labels` map the codes of
    `role` and `mode` to the words that people see. `packs` are by pack id (`complete`).
    `apart` has the field names of the questions that not all known editions ask with this meaning, `unclear` those of
    them that are asked with different ones. `editions`: known edition → what of it is not counted with ours.
    `wordings`: question and fingerprint of each wording that is known → whether it is counted with ours. `pack_ids`: of
    everything with exactly our wording; `sheet`: the fingerprint of our entry sheet.
    `ratings` and `overall` map the field names of statements and features to their ids; `codes` are the levels'.
    `comments` are the field names of the comments; `in_records` are those of everything that response records have of
    us, answered or not.
    `handouts` maps the document title of each pack without a form to the pack's title.
    `footers` maps the fingerprint of each pack, also of those without a form, to its `pack_id`.
    `own_sheets` are the titles of the sheets that explain an entry sheet.
    `undecided` is the mark at the start of a cell of a decision sheet that is not decided yet.
    """

    edition: str
    statements: tuple[str, ...]
    features: tuple[str, ...]
    levels: Mapping[str, str]
    level_words: str
    roles: Mapping[str, str]
    modes: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    packs: Mapping[str, PackForm]
    apart: frozenset[str]
    unclear: frozenset[str]
    editions: Mapping[str, frozenset[str]]
    wordings: Mapping[tuple[str, str], bool]
    pack_ids: frozenset[str]
    sheet: str
    undecided: str
    ratings: Mapping[str, str]
    overall: Mapping[str, str]
    comments: tuple[str, ...]
    in_records: frozenset[str]
    codes: frozenset[str]
    handouts: Mapping[str, str]
    own_sheets: frozenset[str]
    footers: Mapping[str, str]

    @classmethod
    def of(cls, tool: Tool) -> Questionnaire:
        """What `tool` asks."""
        levels = [Choice(level.code, level.label) for level in tool.framework.levels]
        statements = tuple(s.id for s in tool.framework.used_statements)
        features = tuple(f.id for f in tool.framework.features)
        packs, sheet = _packs(tool), entry_sheet_id(tool)
        pack_ids = [packs[pack.id].pack_id if pack.id in packs else pack_id(tool, pack) for pack in tool.packs]
        differing = issued_differences(tool)
        return cls(
            edition=tool.edition,
            statements=statements,
            features=features,
            levels=_words(levels),
            level_words=_either([level.code for level in levels]),
            roles=_words(tool.record.field("role").options),
            modes=_words(tool.record.field("mode").options),
            labels={name: {o.code: o.label for o in tool.record.field(name).options} for name in ("role", "mode")},
            packs=packs,
            apart=asked_apart(tool),
            unclear=frozenset(d.name for found in differing.values() for d in found if d.kind == "meaning"),
            editions={id: apart_of(found) for id, found in differing.items()},
            wordings=known_wordings(tool),
            pack_ids=frozenset((sheet, *pack_ids)),
            sheet=sheet.rpartition("@")[2],
            undecided=tool.words["sheet"]["undecided"],
            ratings={rating_name(id): id for id in statements},
            overall={overall_name(id): id for id in features},
            comments=tuple(comment_name(kind, id) for id in features for kind in COMMENT_KINDS),
            in_records=frozenset(sheet_names(statements, features)) - {MORE_ROOM, PACK_ID},
            codes=frozenset(level.code for level in levels),
            handouts=_handouts(tool),
            own_sheets=frozenset(tool.words["sheet"][f"sheet_{name}"] for name in ("how", "statements", "differences")),
            footers={id.rpartition("@")[2]: id for id in pack_ids},
        )

    def asked_by(self, raw: RawRecord) -> Asked:
        """What a return was asked, as far as that is known; what is not proved to be our wording is not taken for it.

        A return of a known edition was asked what that edition asks. The wordings beside its answers go before that in
        a sheet, whose columns may come from several; in a PDF they count only where its edition is not known, for
        programs change them. A return that names no edition is taken for ours, but for what editions ask differently.
        """
        pack_id = "".join(raw.values.get(PACK_ID, ()))
        if pack_id in self.pack_ids and not raw.asked:
            return _ALL_OURS
        named = PackId.parse(pack_id)
        known = self._known(pack_id, named)
        heard = self._heard(raw, named, known)
        other = frozenset(
            name
            for name, digits in heard.items()
            if not self.wordings.get((name, digits), False) and name.startswith(_COUNTED)
        )
        if named is None:
            return Asked(unclear=(self.unclear - heard.keys()) | other, heard=heard)
        apart = ((self._names if known is None else known) - heard.keys()) | other
        return Asked(apart, foreign=known is None, heard={} if known == apart else heard)

    def _heard(self, raw: RawRecord, named: PackId | None, known: frozenset[str] | None) -> Mapping[str, str]:
        """The wordings beside a return's answers, as far as they say more than its edition does."""
        if raw.form == "pdf" and named is None:
            return {name: raw.asked[name] for name in self.unclear if name in raw.asked}
        if raw.form == "pdf" and known is not None:
            return {}
        # A row that names its paper was typed from that, and not from what its sheet asks.
        paper = raw.form == "row" and named is not None and named.pack != ENTRY_SHEET
        return {} if paper else raw.asked

    def _known(self, pack_id: str, named: PackId | None) -> frozenset[str] | None:
        """What of a return's edition is not counted with ours; None where that edition is not known."""
        if named is None or pack_id in self.pack_ids:
            return frozenset()
        if named.edition in self.editions:
            return self.editions[named.edition]
        pack = self.packs.get(named.pack)
        ours = fingerprint(named.edition, named.pack, pack.asks) if pack else self.sheet
        # The same pack under another name: its edition is not known, but it asks what we do.
        same = ours == named.fingerprint and (pack is not None or named.pack == ENTRY_SHEET)
        return frozenset() if same else None

    @property
    def _names(self) -> frozenset[str]:
        return frozenset((*self.ratings, *self.overall))


def _words(choices: Iterable[Choice]) -> dict[str, str]:
    choices = list(choices)
    by_label = {normal(choice.label): choice.code for choice in choices}
    return by_label | {normal(choice.code): choice.code for choice in choices}


def _either(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def code_of(given: str, words: Mapping[str, str]) -> str | None:
    """The code that a code or a label means, in any form that looks the same; None if it is neither."""
    return words.get(normal(given))


def _packs(tool: Tool) -> dict[str, PackForm]:
    packs = {}
    for pack in tool.packs:
        fields = [field for field in pack_fields(tool, pack) if field.kind != "clear"]
        if fields:
            # The last one is the id.
            names = frozenset(field.name for field in fields)
            packs[pack.id] = PackForm(pack.id, fields[-1].value, names, pack_asks(tool, pack))
    return packs


def _handouts(tool: Tool) -> dict[str, str]:
    title = tool.words["pack"]["document_title"]
    packs = (pack for pack in tool.packs if not pack_fields(tool, pack))
    return {fill(title, pack=pack.title, tool=tool.title): pack.title for pack in packs}
