"""The rule of roles: which roles may be shown, in the round and question by question.

A role with fewer than `min_group` responses is withheld, from every output and not only from a table: its counts, and
the role beside each response. Totals are shown, so all that is withheld together can be worked out by subtraction.
Therefore the next smallest role is withheld too, until the withheld ones

1. are at least two, so that what is left over is nobody's own row;
2. have at least `min_group` responses together;
3. do not all give the same answer to a question on which the round as a whole does not. Otherwise the rest would
   say what each withheld role answered. What is counted apart for another edition is a question too.

If no roles are left, nothing is shown by role. The sizes of withheld roles are not given either. What remains to be
seen is that *nobody* in the rest chose a level, as it can be seen of any group shown. For every withheld role and
question, more than one row of counts fits everything that the results show. "No role given" is treated as a role.

Not everybody is asked the same: another edition may ask something else under a number. So each question is decided
anew, by how many of each role were asked it (base and unanswered together), with the round's withheld roles to begin
with. A role of which fewer than `min_group` were asked has no row there, and the rest of those who were asked must be
nobody or meet 1 to 3; else the next smallest of the question joins them, or nothing is shown by role on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any

from pmdiag_build.results.round_overlap import Question
from pmdiag_build.results.tabulation import Counts, Tabulation, Tally


@dataclass(frozen=True, slots=True)
class ByRole:
    """One question by role. `shown`: role → counts; `rest`: all others who were asked together, None if there are none.

    `fewer`: a role that the round shows has no row here. Without `shown` there is nothing by role at all.
    """

    shown: Mapping[str, Counts]
    rest: Counts | None
    fewer: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """What may be shown of roles. `shown`: role → responses. `rest`: those of the withheld ones together, None if there
    are none.

    `named`: the withheld roles whose names may be shown; empty when naming would say whose the rest is.
    `questions`: every question by role. `earlier`: all is withheld, since together with an
    earlier round it would show what a few people answered.
    """

    shown: Mapping[str, int]
    rest: int | None
    named: tuple[str, ...]
    questions: Mapping[Question, ByRole] = field(default_factory=dict)
    earlier: bool = False

    @property
    def fewer(self) -> bool:
        """Whether on some question a role has no row that the round shows."""
        return any(question.fewer for question in self.questions.values())


def roles_of(counted: Tabulation, withheld: frozenset[str], min_group: int) -> Roles:
    """What may be shown of roles, where the round withholds `withheld`."""
    rest = [role for role in counted.by_role if role in withheld]
    return Roles(
        shown={role: tally.responses for role, tally in counted.by_role.items() if role not in withheld},
        rest=sum(counted.by_role[role].responses for role in rest) if rest else None,
        # The name of a single withheld role would say that all the rest is its own.
        named=tuple(rest) if len(rest) > 1 else (),
        questions=dict(_by_question(counted, withheld, min_group)),
    )


def _by_question(counted: Tabulation, withheld: frozenset[str], min_group: int) -> Iterator[tuple[Question, ByRole]]:
    for id, whole in counted.whole.ratings.items():
        parts = {role: tally.ratings[id] for role, tally in counted.by_role.items()}
        yield ("rating", id), _by_role(parts, whole, withheld, min_group)
    for id, whole in counted.whole.overall.items():
        parts = {role: tally.overall[id] for role, tally in counted.by_role.items()}
        yield ("overall", id), _by_role(parts, whole, withheld, min_group)


def _by_role(parts: Mapping[str, Counts], whole: Counts, withheld: frozenset[str], min_group: int) -> ByRole:
    asked = {role: counts for role, counts in parts.items() if counts.asked}
    own = [role for role, counts in asked.items() if role not in withheld and counts.asked >= min_group]
    # The largest last, in an order that does not hang on that of the roles.
    own.sort(key=lambda role: (-asked[role].asked, role))
    rest = [counts for role, counts in asked.items() if role not in own]
    while own and not _may_be_left_over(rest, whole, min_group):
        rest.append(asked[own.pop()])
    shown = {role: counts for role, counts in asked.items() if role in own}
    fewer = any(role not in withheld and role not in own for role in parts)
    return ByRole(shown, reduce(add, rest) if shown and rest else None, fewer)


def _may_be_left_over(rest: Sequence[Counts], whole: Counts, min_group: int) -> bool:
    """Whether those without rows of their own may be seen together: they are nobody, or enough and not of one mind."""
    if not rest:
        return True
    together = reduce(add, rest)
    return len(rest) > 1 and together.asked >= min_group and (not _alike(together) or _alike(whole))


def withheld_roles(counted: Tabulation, min_group: int) -> frozenset[str]:
    """The roles that may not be shown on their own in the round, by the rule at the head of this module."""
    smallest = sorted(counted.by_role, key=lambda role: (counted.by_role[role].responses, role))
    small = sum(counted.by_role[role].responses < min_group for role in smallest)
    if not small:
        return frozenset()
    for size in range(max(small, 2), len(smallest)):
        rest = reduce(_add, [counted.by_role[role] for role in smallest[:size]])
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
    return counts.asked > 0 and max(*counts.chosen, counts.unanswered) == counts.asked


def _add(a: Tally, b: Tally) -> Tally:
    return Tally(
        a.responses + b.responses,
        {id: counts + b.ratings[id] for id, counts in a.ratings.items()},
        {id: counts + b.overall[id] for id, counts in a.overall.items()},
        {item: counts + b.apart[item] for item, counts in a.apart.items()},
    )
