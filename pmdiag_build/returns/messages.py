"""Problems of a round's responses: blank, found again, in conflict, alike, or answers to another wording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pmdiag_build.content.field_names import PackId, by_number, header_of_name
from pmdiag_build.problems import NAMED_AT_MOST, Fault, Location, Problem, Severity, counted, shortened, some
from pmdiag_build.returns.duplicates import Classified, differing, unlike
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.response import Response

_LONGEST_SHOWN = 120
"""Letters of a pack's id that are shown: it comes from the file and may be anything."""

BLANK_FILE = Fault(
    "No question is answered, so it was counted as blank",
    "If answers were given, they were not saved: ask for the file again",
)
BLANK_ROW = Fault(
    "No question is answered in this row, so it was counted as blank",
    "If there are answers on the paper, type them in",
    several="{count} rows have no answers, so they were counted as blank: {places}",
)
SAME_RETURN = Fault("{this} is the same return as {other}, and was counted once", "{remove}")
CONFLICT = Fault(
    "The reference “{reference}” is also used in {others}, with different answers ({differing}). "
    "None of these was counted",
    "{remove}, or correct the reference if they are from different people",
    several="The reference “{reference}” is used {count} times, with different answers ({differing}): {places}. "
    "None of these was counted",
)
SAVED_AGAIN = Fault(
    "Answers that were saved on screen were changed and saved again: this is one version ({given}), and {others} "
    "the same id. They differ in {differing}. None of these was counted",
    "{remove}, or delete the line “id” in one of them if they are from different people",
    several="The same saved answers came in {count} versions, which differ in {differing}: {places}. "
    "None of these was counted",
    fix_all="{remove}, or delete the line “id” in those that are from different people",
)
NEARLY_ALIKE = Fault(
    "{this} and {other} agree in {answers}, and not both have a reference. Both were counted, "
    "since two people may agree",
    "If it is one person's return, {remove}",
)
ALIKE = Fault(
    "{this} has the same answers as {other}. Both were counted, since two people may agree",
    "If it is one person's return, {remove}",
)
_NOT_PROVED = (
    "{answers} edition {edition}, whose wording is not known here ({returns}). Questions that are not proved to be the "
    "same are counted apart: {questions}"
)
UNKNOWN_LOCAL = Fault(_NOT_PROVED, "Tabulate these with that version: on its own desk, or with --local and its folder")
UNKNOWN_EDITION = Fault(_NOT_PROVED, "Use a version of pmdiag that knows this edition")
OTHER_STATE = Fault(
    "{answers} another wording of edition {edition} ({returns}). Questions that are not proved to be the same are "
    "counted apart: {questions}",
    "Tabulate these with the content folder that their packs were made from (--content)",
)
OTHER_COLUMNS = Fault(
    "{answers} questions in a wording that edition {edition} does not have ({returns}). They are counted apart: "
    "{questions}",
    "Type these into a new entry sheet",
)
NO_PACK_ID = Fault(
    "{answers} a wording that no pack has, {wording} ({returns}). They were read as answers to this edition",
    "Ask which edition was answered",
)


_REMOVE = {
    (False, False): "Take the files out that should not count",
    (True, False): "Remove the rows and files that should not count",
    (True, True): "Delete the rows that should not count",
}
"""By whether any and all of the returns are rows."""


def blanks(found: Classified) -> Iterator[Problem]:
    """One for each blank return. Most are what they seem, but answers that were never saved look the same."""
    for one in found.blank:
        yield (BLANK_ROW if row_of(one.place) else BLANK_FILE).at(one.place, Severity.NOTICE)


def duplicates(found: Classified) -> Iterator[Problem]:
    """One for each return that was found again."""
    for one, twin in found.again:
        this, other = _it(one.place), _other(twin.place, one.place)
        yield SAME_RETURN.at(one.place, Severity.NOTICE, this=this, other=other, remove=_remove_one(one, twin))


def conflicts(found: Classified) -> Iterator[Problem]:
    """For each return in conflict, which others have its id or else its reference, and what they differ in."""
    for group in found.conflicts:
        by_id, by_key = _grouped(group, lambda one: one.id), _grouped(group, lambda one: one.key)
        if not all(one.id in by_id or one.key in by_key for one in group):
            # Some are linked by nothing but a return that was found again.
            by_id = {"": group}
        for same in by_id.values():
            yield from _versions(same)
        for same in by_key.values():
            if len({one.id for one in same}) > 1 or not same[0].id:
                yield from _of_one_reference(same)


def _grouped(group: Iterable[Response], name_of: Callable[[Response], str]) -> dict[str, list[Response]]:
    found: dict[str, list[Response]] = {}
    for one in group:
        if name := name_of(one):
            found.setdefault(name, []).append(one)
    return {name: same for name, same in found.items() if len(same) > 1}


def _versions(group: Sequence[Response]) -> Iterator[Problem]:
    """Of answers that were saved more than once: when each was, as far as that is known."""
    facts = _differing(group)
    times = [_when(one) for one in group]
    for number, one in enumerate(group):
        others = _others([one.place for one in group], number, times)
        has = "has" if len(group) == 2 else "have"
        facts |= {"given": times[number], "others": f"{others} {has}", "id": one.id}
        yield SAVED_AGAIN.at(one.place, Severity.ERROR, **facts)


def _of_one_reference(group: Sequence[Response]) -> Iterator[Problem]:
    facts = _differing(group)
    for number, one in enumerate(group):
        others = _others([one.place for one in group], number)
        yield CONFLICT.at(one.place, Severity.ERROR, reference=one.record.reference, others=others, **facts)


def _differing(group: Sequence[Response]) -> dict[str, str]:
    """What a group in conflict differs in, and how to remove some of it."""
    places = [one.place for one in group]
    names = [header_of_name(name) for name in differing(group)]
    return {"differing": some(names), "remove": _REMOVE[any(map(row_of, places)), all(map(row_of, places))]}


def _when(one: Response) -> str:
    """When a response was saved; else the date that it was given."""
    if one.saved:
        return f"saved on {one.saved.replace('T', ' at ')}"
    return f"dated {one.record.date}" if one.record.date.strip() else "without a date"


def alike(found: Classified) -> Iterator[Problem]:
    """One for each counted return that says the same as another one."""
    for one, twin in found.alike:
        this, other, remove = _it(one.place), _other(twin.place, one.place), _remove_one(one, twin)
        remove = remove[0].lower() + remove[1:]
        yield ALIKE.at(one.place, Severity.NOTICE, this=this, other=other, remove=remove)


def near(found: Classified) -> Iterator[Problem]:
    """One for each counted return that says nearly the same as another one, and may be from the same person."""
    for one, twin in found.near:
        this, other, remove = _it(one.place), _other(twin.place, one.place), _remove_one(one, twin)
        changed, answered = unlike({**one.ratings, **one.overall}, {**twin.ratings, **twin.overall})
        facts = {"this": this, "other": other, "remove": remove[0].lower() + remove[1:]}
        agreed = f"all but {changed} of" if changed else "all"
        answers = f"{agreed} {counted(answered, 'answer', 'answers')}"
        yield NEARLY_ALIKE.at(one.place, Severity.NOTICE, answers=answers, **facts)


def other_wordings(responses: Iterable[Response], questionnaire: Questionnaire) -> Iterator[Problem]:
    """One for each edition of which answers are counted apart because it is not known what they answer."""
    groups: dict[tuple[str, str], list[Response]] = {}
    for one in responses:
        if one.pack_id and (one.asked or one.pack_id not in questionnaire.pack_ids):
            named = PackId.parse(one.pack_id)
            if named is None:
                groups.setdefault(("", one.pack_id), []).append(one)
            elif named.edition not in questionnaire.editions or one.asked:
                groups.setdefault((named.edition, ""), []).append(one)
    for (edition, wording), group in sorted(groups.items()):
        names = _not_proved(group, edition, questionnaire)
        if names or wording:
            yield _other_wording(edition, questionnaire, wording).at(
                group[0].place,
                Severity.NOTICE,
                answers=counted(len(group), "return answers", "returns answer"),
                edition=shortened(edition, _LONGEST_SHOWN),
                wording=shortened(wording, _LONGEST_SHOWN),
                returns=some(list(dict.fromkeys(one.place.file for one in group))),
                questions=some(names),
            )


def _other_wording(edition: str, questionnaire: Questionnaire, wording: str) -> Fault:
    if wording:
        return NO_PACK_ID
    if edition in questionnaire.editions:
        return OTHER_COLUMNS
    if edition == questionnaire.edition:
        return OTHER_STATE
    return UNKNOWN_LOCAL if "+" in edition else UNKNOWN_EDITION


def _not_proved(group: Iterable[Response], edition: str, questionnaire: Questionnaire) -> list[str]:
    """The questions of some responses that are not counted with ours, beside those that the edition asks otherwise."""
    known = questionnaire.editions.get(edition, frozenset())
    found: set[str] = set()
    for one in group:
        missing = {name for name, id in questionnaire.ratings.items() if id not in one.ratings}
        missing |= {name for name, id in questionnaire.overall.items() if id not in one.overall}
        found |= (missing & one.asked.keys() if one.asked else missing) | one.apart.keys()
    return [header_of_name(name) for name in sorted(found - known, key=by_number)]


def row_of(place: Location) -> str:
    """`row 9`, where a return is a row of a sheet; else nothing."""
    if place.line and not place.column:
        return f"row {place.line}"
    row = place.spot.rpartition("!")[2] if "!" in place.spot else ""
    return f"row {row}" if row.isdecimal() else ""


def _it(place: Location) -> str:
    return row_of(place).capitalize() or "This"


def _other(place: Location, here: Location) -> str:
    """How another return is named beside one `here`."""
    row = row_of(place)
    if not row and place.answer:
        return f"answer {place.answer} in {place.file}"
    if not row:
        return f"{place.spot} in {place.file}" if place.spot else str(place)
    sheet = place.spot.rpartition("!")[0]
    if place.file == here.file and sheet == here.spot.rpartition("!")[0]:
        return row
    return f"{row} of {sheet} in {place.file}" if sheet else f"{row} of {place.file}"


def _others(places: Sequence[Location], number: int, facts: Sequence[str] = ()) -> str:
    """The others but that of this number, each with a fact, of which a few are named: a conflict may be large."""
    here = places[number]
    first = [_other(place, here) for place in places[: NAMED_AT_MOST + 1]]
    first = [f"{other} ({fact})" for other, fact in zip(first, facts, strict=False)] or first
    return some(first[:number] + first[number + 1 :], len(places) - 1)


def _remove_one(one: Response, twin: Response) -> str:
    rows = row_of(one.place) and row_of(twin.place)
    return "Delete one of the two rows" if rows else "Take one of the two out"
