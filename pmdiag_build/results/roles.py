"""The rule of roles: which roles have a row of their own, decided for each question by itself.

All numbers here count those who answered the question. Who left it out protects nobody.

1. A role has a row of its own if at least `min_group` of it answered and they are not of one mind. People are of one
   mind if all of them, or all but one, chose the same level: then the row would say what each of them answered, to
   everybody or to the one who did not.
2. All others who answered are shown together. Whoever takes the rows from the total sees them, so these are nobody, or
   at least one more than `min_group`, not of one mind, and of two roles or more. A person alone in a role can take
   away the own answer: what is left then must be two roles too, or one that might have had a row. Where this is not
   so, one of the roles with a row joins them, the smallest with which it is; else two, else more. If no row is left,
   nothing is shown by role.
3. Where all who answered chose the same level, only 1's and 2's numbers count: everybody's answer is known anyway.

With `min_group` 1 every role has its row. What can be seen of those without a row is that *nobody* among them chose a
level, as it can be seen of any group shown. "No role given" is a role.

How many responses there are of a role is no answer, but part of who answered. It is said of roles with at least
`min_group` responses; the names of the others are said if they are two or more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from operator import add

from pmdiag_build.results.tabulation import Counts, Question, Tally

_TRIED_IN_PAIRS = 12
"""With more roles than people have, only the smallest are tried, one after another."""

Fits = Callable[[Collection[str]], bool]
"""Whether rows for these roles, and one for all others, may be shown for another reason as well."""


@dataclass(frozen=True, slots=True)
class ByRole:
    """One question by role. `shown`: role → counts; `rest`: all others who answered together, None if there are none.

    `fewer`: a role that the round names has no row here. Without `shown` there is nothing by role at all.
    """

    shown: Mapping[str, Counts]
    rest: Counts | None
    fewer: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """What may be shown of roles. `shown`: role → responses. `rest`: those of all other roles together, None if there
    are none.

    `named`: the other roles, where their names may be shown; empty when naming would say whose the rest is.
    `questions`: every question by role. `earlier`: some rows are missing because of an earlier round.
    """

    shown: Mapping[str, int]
    rest: int | None
    named: tuple[str, ...]
    questions: Mapping[Question, ByRole] = field(default_factory=dict)
    earlier: bool = False

    @property
    def any(self) -> bool:
        """Whether on any question anything is shown by role."""
        return any(question.shown for question in self.questions.values())


def roles_of(
    by_role: Mapping[str, Tally], questions: Mapping[Question, ByRole], min_group: int, *, earlier: bool
) -> Roles:
    """The roles that are named with how many responses they have."""
    small = small_roles({role: tally.responses for role, tally in by_role.items()}, min_group)
    return Roles(
        shown={role: tally.responses for role, tally in by_role.items() if role not in small},
        rest=sum(by_role[role].responses for role in small) if small else None,
        # The name of a single role would say that all the rest is its own.
        named=small if len(small) > 1 else (),
        questions=questions,
        earlier=earlier,
    )


def small_roles(responses: Mapping[str, int], min_group: int) -> tuple[str, ...]:
    """The roles with fewer than `min_group` responses."""
    return tuple(role for role, n in responses.items() if n < min_group)


def of_one_mind(counts: Counts) -> bool:
    """Whether all who answered, or all but one, chose the same level."""
    return 0 < counts.base <= max(counts.chosen) + 1


def unanimous(counts: Counts) -> bool:
    """Whether all who answered chose the same level."""
    return 0 < counts.base == max(counts.chosen)


def may_have_a_row(counts: Counts, min_group: int) -> bool:
    """Whether these may be shown as a group of their own."""
    return min_group == 1 or (counts.base >= min_group and not of_one_mind(counts))


def by_role(parts: Mapping[str, Counts], min_group: int, fits: Fits = lambda shown: True) -> ByRole | None:
    """A question by role, by the rule at the head of this module; `parts`: role → counts of all who were asked.

    None if not even the total `fits`.
    """
    answered = {role: counts for role, counts in parts.items() if counts.base}
    all_alike = bool(answered) and unanimous(reduce(add, answered.values()))
    # The smallest first, in an order that does not hang on that of the roles.
    own = [
        role
        for role in sorted(answered, key=lambda role: (answered[role].base, role))
        if (answered[role].base >= min_group if all_alike else may_have_a_row(answered[role], min_group))
    ]
    left = [role for role in answered if role not in own]
    for joining in _joins(own):
        rest = [answered[role] for role in (*left, *joining)]
        shown = [role for role in own if role not in joining]
        if (not shown or _may_be_left_over(rest, min_group, all_alike=all_alike)) and fits(shown):
            break
    else:
        return None
    rows = {role: counts for role, counts in answered.items() if role in shown}
    # Who was asked and left it out is beside the answers of the others, as it is in the total.
    others = [counts for role, counts in parts.items() if role not in rows]
    together = reduce(add, others) if rows and rest else None
    return ByRole(rows, together, fewer=any(role not in rows for role in parts))


def _joins(own: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Which of the roles with a row join the others: none, one, two, then more from the smallest on, at last all."""
    pairs = combinations(own, 2) if len(own) <= _TRIED_IN_PAIRS else iter([tuple(own[:2])])
    yield ()
    yield from ((role,) for role in own)
    yield from pairs
    yield from (tuple(own[:size]) for size in range(3, len(own) + 1))


def _may_be_left_over(rest: Sequence[Counts], min_group: int, *, all_alike: bool) -> bool:
    """Whether those without rows of their own may be seen together."""
    if not rest or min_group == 1:
        return True
    enough = sum(counts.base for counts in rest) > min_group
    return enough and (all_alike or (len(rest) > 1 and may_be_seen(rest, min_group)))


def may_be_seen(parts: Sequence[Counts], min_group: int) -> bool:
    """Whether these, each of another role, may be seen together: enough, not of one mind, and even for one who is alone
    in a role not the row of a role that may have none."""
    if len(parts) == 1 or min_group == 1:
        return may_have_a_row(parts[0], min_group)
    small, large = min(parts, key=_base), max(parts, key=_base)
    several = len(parts) > 2 or small.base > 1 or may_have_a_row(large, min_group)
    return several and may_have_a_row(reduce(add, parts), min_group)


def _base(counts: Counts) -> int:
    return counts.base
