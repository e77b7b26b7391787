"""What the tool asks, as decoding needs it: ids, levels, options and the fields of each pack.

A small value that travels to reading processes, where a whole `Tool` would not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.field_names import COMMENT_KINDS, comment_name, overall_name, rating_name
from pmdiag_build.content.fields import asked_apart, pack_fields, pack_id
from pmdiag_build.content.model import Choice, Tool, fill
from pmdiag_build.text import normal


@dataclass(frozen=True, slots=True)
class PackForm:
    """A fillable pack: its `pack_id` and the names of all its fields for an answer or the id."""

    id: str
    pack_id: str
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What a return can answer.

    `levels`, `roles` and `modes` map each accepted word, in its normal form, to its code; `labels` map the codes of
    `role` and `mode` to the words that people see. `packs` are by pack id (`complete`).
    `apart` has the field names of the questions that no other edition asks with this meaning.
    `ratings` and `overall` map the field names of statements and features to their ids; `codes` are the levels'.
    `comments` are the field names of the comments.
    `handouts` maps the document title of each pack without a form to the pack's title.
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
    undecided: str
    ratings: Mapping[str, str]
    overall: Mapping[str, str]
    comments: tuple[str, ...]
    codes: frozenset[str]
    handouts: Mapping[str, str]
    own_sheets: frozenset[str]

    @classmethod
    def of(cls, tool: Tool) -> Questionnaire:
        """What `tool` asks."""
        levels = [Choice(level.code, level.label) for level in tool.framework.levels]
        statements = tuple(s.id for s in tool.framework.used_statements)
        features = tuple(f.id for f in tool.framework.features)
        return cls(
            edition=tool.edition,
            statements=statements,
            features=features,
            levels=_words(levels),
            level_words=_either([level.code for level in levels]),
            roles=_words(tool.record.field("role").options),
            modes=_words(tool.record.field("mode").options),
            labels={name: {o.code: o.label for o in tool.record.field(name).options} for name in ("role", "mode")},
            packs=_packs(tool),
            apart=asked_apart(tool),
            undecided=tool.words["sheet"]["undecided"],
            ratings={rating_name(id): id for id in statements},
            overall={overall_name(id): id for id in features},
            comments=tuple(comment_name(kind, id) for id in features for kind in COMMENT_KINDS),
            codes=frozenset(level.code for level in levels),
            handouts=_handouts(tool),
            own_sheets=frozenset(tool.words["sheet"][f"sheet_{name}"] for name in ("how", "statements", "differences")),
        )


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
        names = frozenset(field.name for field in pack_fields(tool, pack) if field.kind != "clear")
        if names:
            packs[pack.id] = PackForm(pack.id, pack_id(tool, pack), names)
    return packs


def _handouts(tool: Tool) -> dict[str, str]:
    title = tool.words["pack"]["document_title"]
    packs = (pack for pack in tool.packs if not pack_fields(tool, pack))
    return {fill(title, pack=pack.title, tool=tool.title): pack.title for pack in packs}
