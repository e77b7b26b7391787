"""Is a return complete and in order, and which wording did it answer?

A PDF that lost fields was cut, extracted or damaged: it is set aside, not counted with blank answers. So is a row whose
cells are, by what is in them, under the wrong headers, and a table that asks nothing that the tool asks.
Only the packs of the tool at hand are known by their fields. A return of another edition or wording is matched by
ids; what it lacks against the same pack of today is reported, since it may just not have asked it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pmdiag_build.content.field_names import (
    COMMENT_KINDS,
    ENTRY_SHEET,
    PACK_ID,
    Item,
    PackId,
    comment_name,
    header_of_name,
    item_of,
    record_name,
    sheet_names,
)
from pmdiag_build.problems import Fault, Problem, Severity, counted, some
from pmdiag_build.returns.decode import is_no_answer
from pmdiag_build.returns.questionnaire import Questionnaire, code_of
from pmdiag_build.returns.raw import ASK_AGAIN, RawRecord
from pmdiag_build.text import day_of, visible

UNKNOWN_PACK = Fault("The file says that it is the pack “{pack_id}”, which does not exist", ASK_AGAIN)
FIELDS_MISSING = Fault(
    "{fields} missing ({names}): pages were taken out, or the file is damaged", "Ask for the whole file again"
)
LACKS = Fault("It answers another wording ({pack_id}) and has no fields for {missing}", "Check that no page is missing")
LEFT_OUT = Fault(
    "Fields of its pack are missing ({given}), so they were taken as not answered",
    "Ask for the filled PDF if they were answered",
    several="{count} returns lack fields of their pack, which were taken as not answered: {places}",
    fix_all="Ask for the filled PDFs if they were answered",
)
RECORD_LACKS = Fault(
    "Parts of this record are missing ({given}), so they were taken as not answered",
    "Ask for the file again if they were answered",
    several="{count} records lack parts that saved records have, which were taken as not answered: {places}",
    fix_all="Ask for the files again if they were answered",
)
MISPLACED = Fault(
    "{item} says only “{given}”, so the answers may be under the wrong headers, and the row was not counted",
    "Put each answer of the row under its header",
    several="{count} cells say what belongs under another header: {places}. Their rows were not counted",
    fix_all="Put each answer of these rows under its header",
)
RUN = Fault(
    "{item}: “{sign}” appears {count} times in a row, so the file may be damaged here", "Compare it with what was sent"
)
NOT_A_FOOTER = Fault(
    "{item}: “{given}” is not the footer of a pack, so it is not certain what was asked and the row was not counted",
    "{choose}",
    several="{count} cells say “{given}”, which is not the footer of a pack: {places}. Their rows were not counted",
    various="{count} cells contain something other than the footer of a pack: {places}. Their rows were not counted",
)
_WHOLE_FOOTER = "Type the whole footer of the paper, or nothing if the paper is of the sheet’s own edition"
_ONLY_OURS = frozenset(map(record_name, ("reference", "role", "mode", "group_size")))
_NUMBER = re.compile(r"[-+]?[\d., ]*\d[\d., ]*%?|")
_LONGEST_WORD = 60
_LONGEST_LEVEL = 24
"""Letters of a level's word, with marks that nobody sees."""

_WITH_WORDS = tuple(map(record_name, ("area", "lead", "contributors")))
_ANY_ROLE = "other"


@dataclass(frozen=True, slots=True)
class Wording:
    """Which wording a `pack_id` names: `pack` is the pack's id, `ours` says that it is the tool's own wording."""

    pack: str
    edition: str
    ours: bool


def wording_of(pack_id: str, questionnaire: Questionnaire) -> Wording | None:
    """The wording that `PACK@EDITION@FINGERPRINT` names, or None for any other text."""
    named = PackId.parse(pack_id)
    if named is None:
        return None
    pack = questionnaire.packs.get(named.pack)
    return Wording(named.pack, named.edition, pack is not None and pack_id in questionnaire.pack_ids)


_FOOTER = re.compile(
    r"(?:(?P<pack>[^@]+)@(?P<edition>[^@]+)@)?(?P<fingerprint>[0-9a-z]{8})(?:-(?P<check>[a-z]{2}))?", re.I
)
_LOOKS_LIKE_FIGURE = str.maketrans("oil", "011")
"""Fingerprints have figures and the letters a to f."""
_DIGITS = 8
_MISTYPED = 2
"""So many signs are easily mistyped; two fingerprints hardly ever have the other six in common."""
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def with_footer_read(raw: RawRecord, questionnaire: Questionnaire) -> RawRecord | Problem:
    """A row with the `pack_id` that its cell for the footer means; the problem that it is where it means none."""
    given = raw.values.get(PACK_ID, ())
    if raw.form != "row" or PACK_ID not in raw.declares:
        return raw
    place = raw.places.of(PACK_ID)
    if unread := raw.unread.get(PACK_ID):
        return unread.at(place, header_of_name(PACK_ID))
    if not given or _is_of_sheet(given[0]):
        return raw
    found = pack_id_of_footer(given[0], questionnaire) if len(set(given)) == 1 else ""
    if not found:
        text = " | ".join(given)
        choose = _near_footer(text, questionnaire)
        return NOT_A_FOOTER.at(place, item=header_of_name(PACK_ID), given=text, choose=choose)
    return raw if given == (found,) else replace(raw, values={**raw.values, PACK_ID: (found,)})


def _is_of_sheet(pack_id: str) -> bool:
    named = PackId.parse(pack_id)
    return named is not None and named.pack == ENTRY_SHEET and len(named.fingerprint) == _DIGITS


def pack_id_of_footer(text: str, questionnaire: Questionnaire) -> str:
    """The `pack_id` that a typed footer means, or its last part alone; empty where it is none or was mistyped."""
    found = _FOOTER.fullmatch(_compact(text))
    if found is None:
        return ""
    digits = found["fingerprint"].lower().translate(_LOOKS_LIKE_FIGURE)
    known = PackId.parse(questionnaire.footers.get(digits, ""))
    named = known if found["pack"] is None else PackId(found["pack"], found["edition"], digits)
    if named is None:
        return ""
    if known is not None and str(named).casefold() == str(known).casefold():
        named = known
    if found["check"]:
        return str(named) if named.code.lower() == f"{digits}-{found['check'].lower()}" else ""
    # Older packs print no letters at the end: what is nearly the fingerprint of a pack of ours was mistyped.
    nearly = known is not None or any(_signs_apart(digits, ours) <= _MISTYPED for ours in questionnaire.footers)
    return str(named) if named == known or not nearly else ""


def _signs_apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _compact(text: str) -> str:
    return "".join(_DASHES.sub("-", visible(text)).split())


def _nearest(text: str, questionnaire: Questionnaire) -> PackId | None:
    """The pack of ours that a mistyped footer, or the last part of one, may be of."""
    # Imported here: most name nothing wrongly.
    import difflib

    packs = [named for id in questionnaire.footers.values() if (named := PackId.parse(id))]
    forms = {form: named for named in packs for form in (named.printed, str(named), named.code, named.fingerprint)}
    near = difflib.get_close_matches(text.casefold(), forms, n=1, cutoff=0.85)
    return forms[near[0]] if near else None


def _near_footer(text: str, questionnaire: Questionnaire) -> str:
    near = _nearest(_compact(text), questionnaire)
    return f"Did you mean “{near.printed}”?" if near else _WHOLE_FOOTER


def incomplete(raw: RawRecord, questionnaire: Questionnaire) -> Problem | None:
    """Why a raw record from a PDF can't be counted, or None."""
    if raw.form != "pdf":
        return None
    pack_id = "".join(raw.values.get(PACK_ID, ()))
    wording = wording_of(pack_id, questionnaire)
    if wording is None:
        return _unsigned(raw, questionnaire, pack_id)
    if wording.ours and wording.pack in questionnaire.packs:
        missing = questionnaire.packs[wording.pack].fields - raw.declares
        return _missing(raw, missing) if missing else None
    return None


def _unsigned(raw: RawRecord, questionnaire: Questionnaire, pack_id: str) -> Problem | None:
    """Without a `pack_id`, the fields must be all those of some pack but the id."""
    if not pack_id and any(pack.fields - raw.declares <= {PACK_ID} for pack in questionnaire.packs.values()):
        return None
    if pack_id:
        return UNKNOWN_PACK.at(raw.places.of(PACK_ID), pack_id=pack_id)
    lacking = (pack.fields - raw.declares for pack in questionnaire.packs.values())
    return _missing(raw, min(lacking, key=lambda names: (len(names), sorted(names))))


def _missing(raw: RawRecord, missing: frozenset[str]) -> Problem:
    fields = counted(len(missing), "of its fields is", "of its fields are")
    return FIELDS_MISSING.at(raw.places.whole(), fields=fields, names=_some(missing))


def lacking_in(raw: RawRecord, questionnaire: Questionnaire) -> Problem | None:
    """A notice of what a counted return lacks of its pack, or None.

    A PDF of another wording may just not have asked it. Programs that export a form list all its fields, as a rule,
    also those that are empty. So does whoever writes a response record.
    """
    if raw.form == "row":
        return None
    place = raw.places.whole()
    pack_id = "".join(raw.values.get(PACK_ID, ()))
    if raw.form == "json" and PackId.parse(pack_id):
        lacking = _left_out_of_record(raw, questionnaire)
        return RECORD_LACKS.at(place, Severity.NOTICE, given=some(lacking)) if lacking else None
    wording = wording_of(pack_id, questionnaire)
    missing = _left_out(raw, wording, questionnaire)
    if not missing:
        return None
    if wording is not None and not wording.ours:
        return LACKS.at(place, Severity.NOTICE, pack_id=pack_id, missing=_some(missing))
    return (RECORD_LACKS if raw.form == "json" else LEFT_OUT).at(place, Severity.NOTICE, given=_some(missing))


def _left_out_of_record(raw: RawRecord, questionnaire: Questionnaire) -> list[str]:
    """The headers of what a record should have and has not. One with a `pack_id` was written by the questionnaire or by
    pmdiag, which leave out no line of the record and no question that it was asked, answered or not."""
    if raw.declares >= questionnaire.in_records:
        return []
    asked = questionnaire.asked_by(raw)
    elsewhere = asked.apart | asked.unclear
    # A feature that an edition does not ask has no comments there.
    elsewhere |= {
        comment_name(kind, id)
        for name, id in questionnaire.overall.items()
        for kind in COMMENT_KINDS
        if name in elsewhere
    }
    names = sheet_names(questionnaire.statements, questionnaire.features)
    lacking = questionnaire.in_records - raw.declares - raw.unread.keys() - elsewhere
    return [header_of_name(name) for name in names if name in lacking]


def _left_out(raw: RawRecord, wording: Wording | None, questionnaire: Questionnaire) -> frozenset[str]:
    """The fields that a form, or a record without a `pack_id`, should have and has not: those of its pack.

    Without a `pack_id` it is the pack that comes nearest, provided that empty fields are listed like others.
    """
    fields: frozenset[str] = frozenset()
    if wording is not None and wording.pack in questionnaire.packs:
        apart = questionnaire.editions.get(wording.edition, questionnaire.apart)
        fields = questionnaire.packs[wording.pack].fields - (frozenset() if wording.ours else apart)
    elif (
        wording is None and raw.form != "pdf" and any(_is_level(name) and _is_empty(name, raw) for name in raw.declares)
    ):
        # One that lists but a few was not written by such a program.
        packs = [pack.fields for pack in questionnaire.packs.values()]
        packs = [fields for fields in packs if 2 * len(fields - raw.declares) < len(fields)]
        fields = min(packs, key=lambda fields: (len(fields - raw.declares), sorted(fields)), default=frozenset())
    if raw.form == "json":
        # A record has these for every statement and feature; the rest may be left out where it is empty.
        levels = frozenset(filter(_is_level, fields))
        fields = levels & raw.asked.keys() if raw.asked else levels
    return fields - raw.declares


def _is_empty(name: str, raw: RawRecord) -> bool:
    return name not in raw.unread and all(map(is_no_answer, raw.values.get(name, ())))


def _is_level(name: str) -> bool:
    return name.startswith(("rating_", "overall_"))


def foreign(rows: Sequence[RawRecord], questionnaire: Questionnaire) -> bool:
    """Are these the rows of a table that asks nothing that the tool asks?

    A number like `1.5` may head a column of any table: one that has but such headers, and but numbers under them, is
    not an entry sheet.
    """
    asked = rows[0].declares & (questionnaire.ratings.keys() | questionnaire.overall.keys() | questionnaire.apart)
    asked |= {name for name in rows[0].declares if (item := item_of(name)) and item.kind == "comment"}
    if not asked:
        return True
    if any(not name.startswith("rating_") for name in asked) or rows[0].declares & _ONLY_OURS:
        return False
    given = [text for row in rows for name in asked for text in row.values.get(name, ())]
    return bool(given) and all(map(_NUMBER.fullmatch, map(str.strip, given)))


def shifted(raw: RawRecord, questionnaire: Questionnaire) -> Problem | None:
    """Why the cells of a row may be under the wrong headers, or None: one of them has what belongs to another."""
    if raw.form != "row":
        return None
    for name in (*_WITH_WORDS, *questionnaire.comments):
        text = raw.values.get(name, ("",))[0]
        if not text or len(text) > _LONGEST_WORD:
            continue
        item = item_of(name)
        if item is not None and _belongs_elsewhere(item, text, questionnaire):
            return MISPLACED.at(raw.places.of(name), item=item.label, given=text)
    return None


def _belongs_elsewhere(item: Item, text: str, questionnaire: Questionnaire) -> bool:
    if item.kind == "comment":
        return len(text) <= _LONGEST_LEVEL and code_of(text, questionnaire.levels) is not None
    if item.kind != "record":
        return False
    match item.id:
        case "area":
            role = code_of(text, questionnaire.roles)
            return (role is not None and role != _ANY_ROLE) or day_of(text) is not None
        case "lead" | "contributors":
            return code_of(text, questionnaire.levels) is not None or day_of(text) is not None
    return False


def _some(names: frozenset[str]) -> str:
    return some(sorted(header_of_name(name) for name in names))


_LONG = 200
_SAME = re.compile(rf"(.)\1{{{_LONG - 1},}}", re.DOTALL)
"""Nobody types one sign so often; a disk or a program that blanks a part of a file does."""


def runs(raw: RawRecord) -> list[Problem]:
    """A problem for each answer with a long run of one sign, behind which other answers may have been."""
    found = []
    for name, given in raw.values.items():
        for text in given:
            if len(text) >= _LONG and (run := _SAME.search(text)):
                item = item_of(name)
                facts = {"item": item.label if item else name, "sign": run[1], "count": f"{len(run[0]):,}"}
                found.append(RUN.at(raw.places.of(name), Severity.ERROR, **facts))
    return found
