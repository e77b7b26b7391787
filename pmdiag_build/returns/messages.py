"""What a person is told about responses that were not counted as they came: sentences with how to fix them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.problems import NAMED_AT_MOST, Fault, Location, Problem, Severity, counted, some
from pmdiag_build.returns.completeness import wording_of
from pmdiag_build.returns.duplicates import Classified, differing
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.response import Response

_LONGEST_SHOWN = 120
"""Letters of a pack's id, which is what the file says and may be anything."""


def blanks(found: Classified) -> Iterator[Problem]:
    """A line for each blank return. Most are what they seem, but answers that were never saved look the same."""
    for one in found.blank:
        row = row_of(one.place)
        fix = "If answers were given, they were not saved with it: ask for it again"
        if row:
            fix = "If there are answers on the paper, type them in; if there is no such paper, delete the row"
        what = f"No question is answered in {row or 'it'}; it is accounted for as blank"
        yield Problem(one.place, Fault(what, fix), Severity.NOTICE)


def duplicates(found: Classified) -> Iterator[Problem]:
    """A line for each return that was found again."""
    for one, twin in found.again:
        fix = f"{_remove_one(one, twin)}; if they are two people's, give each a reference of its own"
        what = f"{_it(one.place)} is the same return as {_other(twin.place, one.place)}, and was counted once"
        yield Problem(one.place, Fault(what, fix), Severity.NOTICE)


def conflicts(found: Classified) -> Iterator[Problem]:
    """A line for each return in conflict, with the others and what they differ in."""
    for group in found.conflicts:
        names = [_label(name) for name in differing(group)]
        places = [one.place for one in group]
        remove = _REMOVE[any(map(row_of, places)), all(map(row_of, places))]
        fix = f"{remove}, or correct the reference if they are two people's"
        for number, one in enumerate(group):
            others = _others(places, number)
            this = row_of(one.place) or "this"
            reference = one.record.reference
            what = f"The reference “{reference}” stands on {this} and on {others}, with other answers ({some(names)})"
            yield Problem(one.place, Fault(f"{what}. None of them was counted", fix))


_REMOVE = {
    (False, False): "Take those that do not count out of the folder",
    (True, True): "Delete the rows that do not count",
    (True, False): "Delete the rows and take the files that do not count out of the folder",
}
"""By whether any and all of them are rows."""


def row_of(place: Location) -> str:
    """`row 9`, where a return is a row of a sheet; else nothing."""
    if place.line and not place.column:
        return f"row {place.line}"
    row = place.spot.rpartition("!")[2] if "!" in place.spot else ""
    return f"row {row}" if row.isdecimal() else ""


def _it(place: Location) -> str:
    return row_of(place).capitalize() or "It"


def _other(place: Location, here: Location) -> str:
    """How another return is named beside one `here`."""
    row = row_of(place)
    if not row:
        return str(place)
    sheet = place.spot.rpartition("!")[0]
    if place.file == here.file and sheet == here.spot.rpartition("!")[0]:
        return row
    return f"{row} of {sheet} in {place.file}" if sheet else f"{row} of {place.file}"


def _others(places: Sequence[Location], number: int) -> str:
    """The others but that of this number, of which a few are named: a conflict may be large."""
    here = places[number]
    first = [_other(place, here) for place in places[: NAMED_AT_MOST + 1]]
    return some(first[:number] + first[number + 1 :], len(places) - 1)


def _remove_one(one: Response, twin: Response) -> str:
    return "Delete one of the two rows" if row_of(one.place) and row_of(twin.place) else "Remove one of the two"


def alike(found: Classified) -> Iterator[Problem]:
    """A line for each counted return that says the same as another one."""
    for one, twin in found.alike:
        said = f"{_it(one.place)} says the same as {_other(twin.place, one.place)}"
        remove = _remove_one(one, twin)
        fix = f"If it is one return, {remove[0].lower()}{remove[1:]}"
        yield Problem(
            one.place, Fault(f"{said}; both were counted, since two people may have answered so", fix), Severity.NOTICE
        )


def other_wordings(responses: Iterable[Response], questionnaire: Questionnaire) -> Iterator[Problem]:
    """A line for each wording other than the tool's own that returns answered."""
    groups: dict[str, list[Response]] = {}
    for one in responses:
        pack_id = one.pack_id
        wording = wording_of(pack_id, questionnaire)
        if pack_id and (wording is None or not wording.ours):
            groups.setdefault(pack_id, []).append(one)
    for pack_id, group in sorted(groups.items()):
        names = some([one.source for one in group])
        answer, shown = counted(len(group), "return answers", "returns answer"), pack_id[:_LONGEST_SHOWN]
        what = f"{answer} another wording, {shown} ({names}); its questions were matched by their numbers"
        fault = Fault(what + _counted_apart(group), _compare(pack_id, questionnaire))
        yield Problem(group[0].place, fault, Severity.NOTICE)


def _counted_apart(group: Iterable[Response]) -> str:
    names = sorted({header_of_name(name) for one in group for name in one.apart})
    return f". Answers to {some(names)} are counted apart: they were other questions" if names else ""


def _compare(pack_id: str, questionnaire: Questionnaire) -> str:
    """How to fix answers to another wording: how to find out whether it means the same."""
    wording = wording_of(pack_id, questionnaire)
    if wording is not None and wording.edition.startswith(f"{questionnaire.edition}+"):
        return "Tabulate with --local and the folder of that version: it says which statements mean something else"
    edition = questionnaire.edition
    return f"Compare that wording with edition {edition}; if a statement means something else, set them aside"


def _label(name: str) -> str:
    return header_of_name(name.removeprefix("kept "))
