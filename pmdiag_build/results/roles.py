"""The rule of roles: which roles have a row of their own, decided for each question by itself.

All numbers here count those who answered the question. Who left it out protects nobody.

1. A role has a row of its own if at least `min_group` of it answered and they are not of one mind. People are of one
   mind if all of them, or all but one, chose the same level: then the row would say what each of them answered, to
   everybody or to the one who did not.
2. A declared group of roles has one row where one of its roles could have none. The same is true of it as of a role;
   and somebody alone in a role can take away the own answer, so what is left of the group must be two roles too.
3. All others who answered are shown together. Whoever takes the rows from the total sees them, so these are nobody, or
   at least one more than `min_group`, not of one mind, and of two roles or more, even without any one of them. Where
   this is not so, one of the rows joins them, the smallest with which it is; else two, else more. If no row is left,
   nothing is shown by role.
4. Where all who answered chose the same level, only the numbers in 1 to 3 count: everybody's answer is known anyway.

With `min_group` 1 every role has its row. What can be seen of those without a row is that *nobody* among them chose a
level, as it can be seen of any group shown. "No role given" is a role.

How many responses there are of a role is no answer, but part of who answered. It is said of roles with at least
`min_group` responses; the names of the others are said if they are two or more. So are, of each question, the names of
the roles that are shown together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations
from operator import add

from pmdiag_build.content.model import RoleGroup
from pmdiag_build.results.tabulation import Counts, Question, Tally

_TRIED_IN_PAIRS = 12
"""With more rows than people have roles, only the smallest are tried, one after another."""

Rows = Mapping[str, str]
"""Role → the row that it is in, which has its name or that of a declared group; all others are together."""

Fits = Callable[[Rows], bool]
"""Whether these rows, and one for all others, may be shown for another reason as well."""


@dataclass(frozen=True, slots=True)
class ByRole:
    """One question by role. `shown`: row → counts, where a row is a role or the name of a declared group; `rest`: all
    others who answered together, None if there are none.

    `others`: the roles that answered and are in the rest. `rows`: which row each role is in. `fewer`: a role that the
    round names has no row here. Without `shown` there is nothing by role at all.
    """

    shown: Mapping[str, Counts]
    rest: Counts | None
    fewer: bool
    others: tuple[str, ...] = ()
    rows: Rows = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roles:
    """What may be shown of roles. `shown`: role or group → responses. `rest`: those of all other roles together, None
    if there are none.

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
    by_role: Mapping[str, Tally],
    questions: Mapping[Question, ByRole],
    min_group: int,
    groups: Sequence[RoleGroup] = (),
    *,
    earlier: bool,
) -> Roles:
    """The roles that are named with how many responses they have."""
    responses = {role: tally.responses for role, tally in by_role.items()}
    rows = _rows(responses, groups, lambda roles: min(responses[role] for role in roles) >= min_group)
    sizes = {row: sum(responses[role] for role in roles) for row, roles in rows.items()}
    small = tuple(role for row, roles in rows.items() for role in roles if sizes[row] < min_group)
    return Roles(
        shown={row: n for row, n in sizes.items() if n >= min_group},
        rest=sum(responses[role] for role in small) if small else None,
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


def may_be_seen(parts: Sequence[Counts], min_group: int) -> bool:
    """Whether these, each of another role, may be seen together: enough, not of one mind, and even for one who is alone
    in a role not the row of another role by itself."""
    if min_group == 1:
        return True
    several = len(parts) != 2 or min(counts.base for counts in parts) > 1
    return several and may_have_a_row(reduce(add, parts), min_group)


def by_role(
    parts: Mapping[str, Counts],
    min_group: int,
    fits: Fits = lambda rows: True,
    groups: Sequence[RoleGroup] = (),
) -> ByRole | None:
    """A question by role, by the rule at the head of this module; `parts`: role → counts of all who were asked.

    None if not even the total `fits`.
    """
    answered = {role: counts for role, counts in parts.items() if counts.base}
    all_alike = bool(answered) and unanimous(reduce(add, answered.values()))

    def may_be_a_row(roles: Sequence[str]) -> bool:
        found = [answered[role] for role in roles]
        return sum(c.base for c in found) >= min_group if all_alike else may_be_seen(found, min_group)

    rows = _rows(answered, groups, lambda roles: all(may_be_a_row([role]) for role in roles), may_be_a_row)
    size = {row: sum(answered[role].base for role in roles) for row, roles in rows.items()}
    # The smallest first, in an order that does not hang on that of the roles.
    own = sorted((row for row, roles in rows.items() if may_be_a_row(roles)), key=lambda row: (size[row], row))
    for joining in _joins(own):
        in_row = {role: row for row in own if row not in joining for role in rows[row]}
        rest = [counts for role, counts in answered.items() if role not in in_row]
        if (not in_row or _may_be_left_over(rest, min_group, all_alike=all_alike)) and fits(in_row):
            return _decided(parts, in_row)
    return None


def _decided(parts: Mapping[str, Counts], in_row: Rows) -> ByRole:
    """A question by these rows, in the order of the roles."""
    shown: dict[str, Counts] = {}
    others: dict[str, Counts] = {}
    for role, counts in parts.items():
        if role not in in_row:
            # Who was asked and left it out is beside the answers of the others, as it is in the total.
            others[role] = counts
        else:
            row = in_row[role]
            shown[row] = shown[row] + counts if row in shown else counts
    answered = tuple(role for role, counts in others.items() if counts.base)
    rest = reduce(add, others.values()) if shown and answered else None
    return ByRole(shown, rest, bool(others), answered if rest else (), in_row)


def _rows(
    roles: Collection[str],
    groups: Sequence[RoleGroup],
    alone: Callable[[Sequence[str]], bool],
    together: Callable[[Sequence[str]], bool] = lambda roles: True,
) -> dict[str, list[str]]:
    """Row → its roles: a row for each role, but one for a declared group whose roles can't all be `alone` where it can
    be shown `together`."""
    grouped: dict[str, RoleGroup] = {}
    for group in groups:
        members = [role for role in roles if role in group.roles]
        if len(members) > 1 and not alone(members) and together(members):
            grouped |= dict.fromkeys(members, group)
    found: dict[str, list[str]] = {}
    for role in roles:
        found.setdefault(grouped[role].name if role in grouped else role, []).append(role)
    return found


def _joins(own: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Which of the rows join the others: none, one, two, then more from the smallest on, at last all."""
    pairs = combinations(own, 2) if len(own) <= _TRIED_IN_PAIRS else iter([tuple(own[:2])])
    yield ()
    yield from ((row,) for row in own)
    yield from pairs
    yield from (tuple(own[:size]) for size in range(3, len(own) + 1))


def _may_be_left_over(rest: Sequence[Counts], min_group: int, *, all_alike: bool) -> bool:
    """Whether those without rows of their own may be seen together."""
    if not rest or min_group == 1:
        return True
    enough = sum(counts.base for counts in rest) > min_group
    return enough and (all_alike or (len(rest) > 1 and may_be_seen(rest, min_group)))
