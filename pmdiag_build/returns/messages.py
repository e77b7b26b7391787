"""Problems of a round's responses: blank, found again, in conflict, alike, or answers to another wording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.problems import NAMED_AT_MOST, Fault, Location, Problem, Severity, counted, some
from pmdiag_build.returns.completeness import wording_of
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
)
SAVED_AGAIN = Fault(
    "Answers that were saved on screen were changed and saved again: this is one version ({when}), and {others} "
    "the same id. They differ in {differing}. None of these was counted",
    "{remove}, or delete the line “id” in one of them if they are from different people",
)
NEARLY_ALIKE = Fault(
    "{this} and {other} agree in all but {unlike} of {answers}, and not both have a reference. Both were counted, "
    "since two people may agree",
    "If it is one person's return, {remove}",
)
ALIKE = Fault(
    "{this} has the same answers as {other}. Both were counted, since two people may agree",
    "If it is one person's return, {remove}",
)
OTHER_WORDING = Fault(
    "{answers} another wording, {wording} ({returns}), and were matched by the numbers of the questions{apart}",
    "Compare that wording with edition {edition}, and take these returns out if a statement means something else",
)
OTHER_LOCAL_WORDING = Fault(
    "{answers} the wording of a local version, {wording} ({returns}), and were matched by the numbers of the "
    "questions{apart}",
    "Tabulate with --local and the folder of that version: it says which statements mean something else",
)


_REMOVE = {
    (False, False): "Take the files that should not count out of the folder",
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
        yield SAVED_AGAIN.at(one.place, Severity.ERROR, when=times[number], others=f"{others} {has}", **facts)


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
        answers = counted(answered, "answer", "answers")
        yield NEARLY_ALIKE.at(one.place, Severity.NOTICE, unlike=str(changed), answers=answers, **facts)


def other_wordings(responses: Iterable[Response], questionnaire: Questionnaire) -> Iterator[Problem]:
    """One for each wording other than the tool's own that returns answered."""
    groups: dict[str, list[Response]] = {}
    for one in responses:
        wording = wording_of(one.pack_id, questionnaire)
        if one.pack_id and (wording is None or not wording.ours):
            groups.setdefault(one.pack_id, []).append(one)
    for pack_id, group in sorted(groups.items()):
        wording = wording_of(pack_id, questionnaire)
        local = wording is not None and wording.edition.startswith(f"{questionnaire.edition}+")
        yield (OTHER_LOCAL_WORDING if local else OTHER_WORDING).at(
            group[0].place,
            Severity.NOTICE,
            answers=counted(len(group), "return answers", "returns answer"),
            wording=pack_id[:_LONGEST_SHOWN],
            returns=some([one.source for one in group]),
            apart=_counted_apart(group),
            edition=questionnaire.edition,
        )


def _counted_apart(group: Iterable[Response]) -> str:
    names = sorted({header_of_name(name) for one in group for name in one.apart})
    return f". Answers to {some(names)} are counted separately: these were other questions" if names else ""


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
    if not row:
        return str(place)
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
    return "Delete one of the two rows" if rows else "Take one of the two out of the folder"
