"""What may be shown, decided once for every output: a tabulated round → the `Release`, which is all that writers get.

The rule of roles. A role with fewer than `min_group` responses is withheld, from every output and not only from a
table: its counts, and the role beside each response. Totals are always shown, so what is withheld can be had by
subtraction, all of it together. Therefore the next smallest role is withheld too, until the withheld ones

1. are at least two, so that what is left over is nobody's own row;
2. have at least `min_group` responses together;
3. do not all give the same answer to a question on which the round as a whole does not. Otherwise the rest would
   say what each withheld role answered. What is counted apart for another edition is a question too.

If no roles are left, nothing is shown by role. The sizes of withheld roles are not given either. What remains to be
seen is that *nobody* in the rest chose a level, as it can be seen of any group shown. For every withheld role and
question, more than one row of counts fits everything that the results hold. "No role given" is treated as a role.

The rule of persons. Comments bear the mode only, and stand in an order of their own, unless `attribute` is set. Names
are in no output without it. A response whose role is withheld shows neither role nor names, with or without it:
"names and roles of those who have contributed" is one question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from pmdiag_build.content.fields import MORE_ROOM
from pmdiag_build.content.model import Tool
from pmdiag_build.results.tabulation import Counts, Tabulation, Tally
from pmdiag_build.returns.response import Response

WITHHELD = "withheld"
"""Stands in the place of a role that may not be shown; no role has this code."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What was asked for: the fewest responses of a role that is shown on its own, and whether comments say whose."""

    min_group: int = 5
    attribute: bool = False


@dataclass(frozen=True, slots=True)
class Roles:
    """The counts by role. `shown`: role → counts. `rest`: the withheld ones together, or None if there are none.

    `named`: the withheld roles whose names may be told; empty when naming would say whose the rest is.
    """

    shown: Mapping[str, Tally]
    rest: Tally | None
    named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it may be shown; what stood under "more room" belongs to no feature.

    `reference`, `role` and `names` are empty unless attribution was asked for.
    """

    feature: str
    kind: str
    text: str
    mode: str
    group_size: int
    reference: str = ""
    role: str = ""
    names: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A response as it may be recorded, and its number in the round. `withheld`: its role may not be shown."""

    number: int
    response: Response
    withheld: bool


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that any output may hold of a round."""

    rules: Rules
    counted: Tabulation
    roles: Roles
    entries: tuple[Entry, ...]
    comments: tuple[Comment, ...]


def release(counted: Tabulation, responses: Sequence[Response], tool: Tool, rules: Rules) -> Release:
    """Decide. `responses` are those that were counted, in the order of the round."""
    withheld = withheld_roles(counted, rules.min_group)
    entries = tuple(_entry(n, response, withheld, rules) for n, response in enumerate(responses, 1))
    return Release(
        rules=rules,
        # Nothing by role gets past this point but what `roles` holds.
        counted=replace(counted, by_role={}),
        roles=_roles(counted, withheld),
        entries=entries,
        comments=_comments(entries, tool, rules),
    )


def withheld_roles(counted: Tabulation, min_group: int) -> frozenset[str]:
    """The roles that may not be shown on their own, by the rule at the head of this module."""
    smallest = sorted(counted.by_role, key=lambda role: (counted.by_role[role].responses, role))
    small = sum(counted.by_role[role].responses < min_group for role in smallest)
    if not small:
        return frozenset()
    for size in range(max(small, 2), len(smallest)):
        rest = _together([counted.by_role[role] for role in smallest[:size]])
        if rest.responses >= min_group and not _speaks_with_one_voice(rest, counted.whole):
            return frozenset(smallest[:size])
    return frozenset(smallest)


def _speaks_with_one_voice(rest: Tally, whole: Tally) -> bool:
    """Whether all of the rest answer some question alike (or all leave it out) while the whole round does not."""
    return any(_alike(part[id]) and not _alike(all_[id]) for part, all_ in _questions(rest, whole) for id in part)


def _questions(rest: Tally, whole: Tally) -> Iterator[tuple[Mapping[Any, Counts], Mapping[Any, Counts]]]:
    yield rest.ratings, whole.ratings
    yield rest.overall, whole.overall
    yield rest.apart, whole.apart


def _alike(counts: Counts) -> bool:
    asked = counts.base + counts.unanswered
    return asked > 0 and max(*counts.chosen, counts.unanswered) == asked


def _together(tallies: Sequence[Tally]) -> Tally:
    return reduce(_add, tallies)


def _add(a: Tally, b: Tally) -> Tally:
    return Tally(
        a.responses + b.responses,
        {id: counts + b.ratings[id] for id, counts in a.ratings.items()},
        {id: counts + b.overall[id] for id, counts in a.overall.items()},
        {item: counts + b.apart[item] for item, counts in a.apart.items()},
    )


def _roles(counted: Tabulation, withheld: frozenset[str]) -> Roles:
    shown = {role: tally for role, tally in counted.by_role.items() if role not in withheld}
    rest = [tally for role, tally in counted.by_role.items() if role in withheld]
    # The name of a single withheld role would say that all the rest is its own.
    named = tuple(role for role in counted.by_role if role in withheld) if len(rest) > 1 else ()
    return Roles(shown, _together(rest) if rest else None, named)


def _entry(number: int, response: Response, withheld: frozenset[str], rules: Rules) -> Entry:
    record = response.record
    if record.role in withheld:
        record = replace(record, role="", lead="", contributors="")
    elif not rules.attribute and (record.lead or record.contributors):
        record = replace(record, lead="", contributors="")
    # The name of the file that an answer came in is often a person's.
    return Entry(number, replace(response, source="", record=record, kept=()), response.record.role in withheld)


def _comments(entries: Sequence[Entry], tool: Tool, rules: Rules) -> tuple[Comment, ...]:
    """Comments by feature and kind; within these in the order of their words, which says nothing of their authors.

    What was written under "more room" comes last. Notes of interviewers and facilitators stay in the records.
    """
    place = {feature.id: n for n, feature in enumerate(tool.framework.features)} | {"": len(tool.framework.features)}
    found = [
        _comment(entry, kind, feature, text, rules)
        for entry in entries
        for (kind, feature), text in entry.response.comments.items()
        if feature in place
    ]
    found += [
        _comment(entry, MORE_ROOM, "", entry.response.more[MORE_ROOM], rules)
        for entry in entries
        if MORE_ROOM in entry.response.more
    ]
    return tuple(sorted(found, key=lambda c: (place[c.feature], c.kind, c.text.casefold(), c.text, c.mode)))


def _comment(entry: Entry, kind: str, feature: str, text: str, rules: Rules) -> Comment:
    record = entry.response.record
    if not rules.attribute:
        return Comment(feature, kind, text, record.mode, record.group_size)
    role = WITHHELD if entry.withheld else record.role
    return Comment(feature, kind, text, record.mode, record.group_size, record.reference, role, record.contributors)
