"""Who was asked, beside who answered: the list of people and a round → what may be shown, and whom to remind.

How many of a role were asked, and how many of these answered, is nobody's answer. It may still say of somebody that
they did not answer, so it is said only of a role of which at least `min_group` were asked. All others are shown
together, and are nobody or at least `min_group`: otherwise the smallest role with a row joins them. Names, references
and who has not answered are for whoever keeps the returns.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import as_typed, cell, encoded
from pmdiag_build.people import REFERENCE, People, read_people
from pmdiag_build.problems import Fault, Problem, Problems, Severity, counted
from pmdiag_build.returns.response import Response, key_of
from pmdiag_build.returns.round import Round

NOT_ANSWERED_CSV = "keep/not-answered.csv"

_NOT_LISTED = Fault(
    "The reference “{given}” is not in the list of who was asked",
    "Find out who used it, and add them to the list",
    several="The reference “{given}” is not in the list of who was asked: {places}",
    various="{count} references are not in the list of who was asked: {places}",
    fix_all="Find out who used them, and add them to the list",
)
_MISTYPED = Fault(
    "The reference “{given}” is not in the list of who was asked, and “{near}” has not answered",
    "If it was mistyped, write “{near}”",
)
_WITHOUT = Fault(
    "{responses} no reference and can't be matched with this list, so someone in not-answered.csv may have answered",
    "Say so when you remind people",
)
_NAMES = re.compile(r"\b(?:(?:fore|sur)?names?|first|last)\b", re.IGNORECASE)
_NEARLY = 0.75
_MOST_COMPARED = 50


@dataclass(frozen=True, slots=True)
class AskedOfRole:
    """How many of a role were asked, and how many of these answered; `role` is None for all others together."""

    role: str | None
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were asked, and how many of these answered. `by_role`: as far as it may be shown, all others together at
    the end. `without_reference`: responses of which it is not known whether they were on the list."""

    asked: int
    answered: int
    by_role: tuple[AskedOfRole, ...]
    without_reference: int


def read_list(file: str, data: bytes, tool: Tool, problems: Problems) -> People | None:
    """The people of a file that `personalise` reads or its list.csv. What is wrong is added to `problems`."""
    return read_people(
        file,
        data,
        tool.record.fields,
        (REFERENCE,),
        problems,
        if_no_reference="Add it, or use the list.csv that pmdiag personalise made",
        if_too_many="Leave out those who were not asked",
    )


def asked_of(people: People, round_: Round, tool: Tool, min_group: int) -> Asked:
    """What may be shown of who was asked and answered."""
    answered = {one.key for one in round_.responses}
    asked: Counter[str] = Counter()
    came: Counter[str] = Counter()
    for key, role in _listed(people).items():
        asked[role] += 1
        came[role] += key in answered
    options = [option.code for option in tool.record.field("role").options]
    return Asked(
        asked.total(),
        came.total(),
        tuple(_by_role(asked, came, [*options, ""], min_group)),
        sum(not one.key for one in round_.responses),
    )


def _listed(people: People) -> dict[str, str]:
    """Reference as it is compared → role."""
    return {_key(person.record): person.record.get("role", "") for person in people.persons}


def _key(record: Mapping[str, str]) -> str:
    return key_of(as_typed(record[REFERENCE]))


def _by_role(
    asked: Mapping[str, int], came: Mapping[str, int], order: Sequence[str], min_group: int
) -> Iterator[AskedOfRole]:
    """A row for each role that has one, then all others; nothing where no role has one."""
    shown = [role for role in order if asked[role] >= min_group]
    rest = sum(asked.values()) - sum(asked[role] for role in shown)
    while shown and 0 < rest < min_group:
        smallest = min(shown, key=lambda role: asked[role])
        shown.remove(smallest)
        rest += asked[smallest]
    yield from (AskedOfRole(role, asked[role], came[role]) for role in shown)
    if shown and rest:
        yield AskedOfRole(None, rest, sum(came.values()) - sum(came[role] for role in shown))


def names_of(people: People) -> Iterator[str]:
    """What the list has in its columns of names."""
    columns = [c for c, head in enumerate(people.columns) if _NAMES.search(head) and c not in people.fields]
    for person in people.persons:
        yield from (person.cells[c] for c in columns)


def points(people: People, round_: Round) -> Iterator[Problem]:
    """What needs a look: references that are not on the list, and how many responses have none."""
    listed = _listed(people)
    came = [*round_.responses, *(one for group in round_.conflicts for one in group.responses)]
    answered = {one.key for one in came}
    silent = {
        _key(person.record): as_typed(person.record[REFERENCE])
        for person in people.persons
        if _key(person.record) not in answered
    }
    unknown = [one for one in came if one.key and one.key not in listed]
    for n, one in enumerate(unknown):
        yield _not_listed(one, silent if n < _MOST_COMPARED else {})
    if without := sum(not one.key for one in round_.responses):
        responses = counted(without, "response has", "responses have")
        yield _WITHOUT.at(people.file, Severity.NOTICE, responses=responses)


def _not_listed(one: Response, silent: Mapping[str, str]) -> Problem:
    near = difflib.get_close_matches(one.key, silent, n=1, cutoff=_NEARLY)
    given = one.record.reference
    if near:
        return _MISTYPED.at(one.place, Severity.NOTICE, given=given, near=silent[near[0]])
    return _NOT_LISTED.at(one.place, Severity.NOTICE, given=given)


def not_answered_csv(people: People, round_: Round, words: Mapping[str, str]) -> bytes:
    """The rows of the list, as they were given, of those of whom nothing was counted, and what came back of them."""
    answered = {one.key for one in round_.responses}
    blank = {one.key for one in round_.blank}
    differ = {one.key for group in round_.conflicts for one in group.responses}
    rows = [",".join(map(cell, (*people.columns, words["asked_came_back"])))]
    for person in people.persons:
        key = _key(person.record)
        if key not in answered:
            came = words[f"asked_{_came_back(key, blank, differ)}"]
            rows.append(",".join(cell(as_typed(text)) for text in (*person.cells, came)))
    return encoded(rows)


def _came_back(key: str, blank: Collection[str], differ: Collection[str]) -> str:
    return "conflict" if key in differ else "blank" if key in blank else "nothing"
