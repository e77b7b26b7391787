"""What a person is told about responses that were not counted as they came: sentences with their mends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pmdiag_build.problems import Problem, Weight
from pmdiag_build.returns.asked import Asked
from pmdiag_build.returns.english import counted, some
from pmdiag_build.returns.names import header_of_name
from pmdiag_build.returns.same import Sorted, differing
from pmdiag_build.returns.wholeness import wording_of
from pmdiag_build.returns.work import Found

_LONGEST_SHOWN = 120
"""Letters of a pack's id, which is what the file says and may be anything."""


def blanks(found: Sorted) -> Iterator[Problem]:
    """A line for each blank return. Most are what they seem, but answers that were never saved look the same."""
    for one in found.blank:
        mend = "If answers were given, they were not saved with it: ask for it again"
        yield Problem(one.place, "No question is answered in it; it is accounted for as blank", mend, Weight.NOTICE)


def duplicates(found: Sorted) -> Iterator[Problem]:
    """A line for each return that was found again."""
    for one, twin in found.again:
        mend = "Remove one of the two; if they are two people's, give each a reference of its own"
        what = f"It is the same return as {twin.response.source}, and was counted once"
        yield Problem(one.place, what, mend, Weight.NOTICE)


def conflicts(found: Sorted) -> Iterator[Problem]:
    """A line for each return in conflict, with the others and what they differ in."""
    for group in found.conflicts:
        names = [_label(name) for name in differing([one.response for one in group])]
        sources = [one.response.source for one in group]
        for place, one in enumerate(group):
            others = some(sources[:place] + sources[place + 1 :])
            reference = one.response.record.reference
            what = f"The reference “{reference}” stands on this and on {others}, with other answers ({some(names)})"
            mend = "Take those that do not count out of the folder, or correct the reference if they are two people's"
            yield Problem(one.place, f"{what}. None of them was counted", mend)


def alike(found: Sorted) -> Iterator[Problem]:
    """A line for each counted return that says the same as another one."""
    for one, twin in found.alike:
        what = f"It says the same as {twin.response.source}; both were counted, since two people may have answered so"
        yield Problem(one.place, what, "If it is one return, remove one of the two", Weight.NOTICE)


def other_wordings(found: Iterable[Found], asked: Asked) -> Iterator[Problem]:
    """A line for each wording other than the tool's own that returns answered."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        pack_id = one.response.pack_id
        wording = wording_of(pack_id, asked)
        if pack_id and (wording is None or not wording.ours):
            groups.setdefault(pack_id, []).append(one)
    for pack_id, group in sorted(groups.items()):
        names = some([one.response.source for one in group])
        answer, shown = counted(len(group), "return answers", "returns answer"), pack_id[:_LONGEST_SHOWN]
        what = f"{answer} another wording, {shown} ({names}); its questions were matched by their numbers"
        yield Problem(group[0].place, what + _counted_apart(group), _compare(pack_id, asked), Weight.NOTICE)


def _counted_apart(group: Iterable[Found]) -> str:
    names = sorted({header_of_name(name) for one in group for name in one.response.apart})
    return f". Answers to {some(names)} are counted apart: they were other questions" if names else ""


def _compare(pack_id: str, asked: Asked) -> str:
    """The mend for answers to another wording: how to find out whether it means the same."""
    wording = wording_of(pack_id, asked)
    if wording is not None and wording.edition.startswith(f"{asked.edition}+"):
        return "Tabulate with --local and the folder of that version: it says which statements mean something else"
    return f"Compare that wording with edition {asked.edition}; if a statement means something else, set them aside"


def _label(name: str) -> str:
    return header_of_name(name.removeprefix("kept "))
