"""What the counts say, by rules that the report publishes: what most chose, where roles differ, what was left out.

Nothing here is made from counts that are kept back, nor from a role whose row is not shown. How views differ is said by
`Counts.pattern`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmdiag_build.content.model import Statement
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.tabulation import Counts, Pattern, Question, differences
from pmdiag_build.results.views.parts import ReportInput


def anchor(kind: str, id: str) -> str:
    """The anchor of a statement's or a feature's row."""
    return f"{'s' if kind == 'rating' else 'feature-'}{id}"


def most_chose(counts: Counts) -> int | None:
    """The place of the level that at least two-thirds of those who answered chose."""
    return _first(n for n in range(len(counts.chosen)) if counts.base and 3 * counts.chosen[n] >= 2 * counts.base)


def more_than_half_chose(counts: Counts) -> int | None:
    """The place of the level that more than half of those who answered chose."""
    return _first(n for n in range(len(counts.chosen)) if 2 * counts.chosen[n] > counts.base)


def _first(places: Iterator[int]) -> int | None:
    return next(places, None)


def statements_at(report: ReportInput, level: int) -> list[tuple[Statement, Counts]]:
    """The statements on which at least two-thirds chose this level, in the tool's order."""
    ratings = report.release.counted.whole.ratings
    used = report.tool.framework.used_statements
    return [(s, ratings[s.id]) for s in used if most_chose(ratings[s.id]) == level]


def opposed(report: ReportInput) -> list[tuple[Statement, Counts]]:
    """The statements with opposed views, those with the most responses at the smaller end first."""
    found = differences(report.release.counted, report.tool)
    return [(s, counts) for s, counts in found if counts.pattern is Pattern.OPPOSED]


def at_least_a_fifth(counts: Counts) -> bool:
    """Whether each end was chosen by at least a fifth of those who answered."""
    return 5 * counts.smaller_end >= counts.base > 0


def often_left_out(counts: Counts) -> bool:
    """Whether at least a tenth of those who were asked left it out."""
    return not counts.kept_back and 10 * counts.unanswered >= counts.asked > 0 < counts.unanswered


@dataclass(frozen=True, slots=True)
class RolesDiffer:
    """A question on which, in two roles or more, more than half chose different levels. `views`: place of the level →
    (role, how many chose it, how many answered)."""

    item: Question
    views: tuple[tuple[int, tuple[tuple[str, int, int], ...]], ...]

    @property
    def ends(self) -> bool:
        """Whether one role chose the first level and another the last, not just neighbouring ones."""
        return self.views[-1][0] - self.views[0][0] > 1

    def said(self, say: Phrases) -> str:
        """ "Limited: Manager (6 of 9). Effective: Director (3 of 5)." """
        parts = []
        for level, roles in self.views:
            named = [say.fill("role_of", role=say.role(role), of=say.of(n, base)) for role, n, base in roles]
            parts.append(
                say.fill("roles_chose", level=say.levels[level], roles=say.words["list_semicolon"].join(named))
            )
        return " ".join(parts)


def roles_differ(report: ReportInput, items: Sequence[Question]) -> list[RolesDiffer]:
    """The questions among `items` on which roles differ; only roles with a row of their own count."""
    return [found for item in items if (found := _roles_differ(report, item)) is not None]


def _roles_differ(report: ReportInput, item: Question) -> RolesDiffer | None:
    chose: dict[int, list[tuple[str, int, int]]] = {}
    for role, counts in report.release.roles.questions[item].shown.items():
        level = more_than_half_chose(counts)
        if level is not None:
            chose.setdefault(level, []).append((role, counts.chosen[level], counts.base))
    if len(chose) < 2:
        return None
    return RolesDiffer(item, tuple((level, tuple(chose[level])) for level in sorted(chose)))
