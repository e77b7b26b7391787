"""What counts say: plain sentences in the words of the content, and the rules for what the report points out.

The report publishes these rules: what most chose, where roles differ, what was left out. Nothing here is made from
counts that are kept back, nor from a role whose row is not shown. How views differ is said by `Counts.pattern`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.model import Tool, fill
from pmdiag_build.results.roles import Roles
from pmdiag_build.results.tabulation import Counts, ModeCount, Pattern, Question
from pmdiag_build.text import day_in_words

_PATTERN_WORDS = {
    Pattern.NO_ANSWERS: "pattern_none",
    Pattern.SHARED: "pattern_shared",
    Pattern.OPPOSED: "pattern_opposed",
    Pattern.ADJACENT: "pattern_adjacent",
    Pattern.TOO_FEW: "pattern_few",
}


class Phrases:
    """The sentences of one round. It says "people" where every response is one person's, else "responses"."""

    def __init__(self, tool: Tool, modes: Sequence[ModeCount]) -> None:
        self.words: Mapping[str, str] = tool.words["report"]
        self.levels = tuple(level.label for level in tool.framework.levels)
        self._roles = {option.code: option.label for option in tool.record.field("role").options}
        self._noun = "people" if modes and all(m.alone for m in modes) else "responses"

    def fill(self, key: str, **values: object) -> str:
        """A sentence with its {names} filled in."""
        return fill(self.words[key], **values)

    def many(self, noun: str, n: int) -> str:
        """`many("statements", 2)` → "2 statements", by the keys `statements_one` and `statements_many`."""
        return self.fill(f"{noun}_one" if n == 1 else f"{noun}_many", n=grouped(n))

    def who(self, n: int) -> str:
        """ "12 people" or "12 responses"."""
        return self.many(self._noun, n)

    def listed(self, items: Sequence[str]) -> str:
        """ "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return self.words["list_comma"].join(items[:-1]) + self.words["list_and"] + items[-1]

    def said(self, counts: Counts) -> str:
        """ "4 said Limited and 5 said Effective": levels that nobody chose are left out."""
        answers = zip(counts.chosen, self.levels, strict=True)
        parts = [self.fill("said", n=grouped(n), level=level) for n, level in answers if n]
        return self.listed(parts) if parts else self.words["no_answers"]

    def few(self, counts: Counts) -> str:
        """Why counts are kept back; nothing where they are shown."""
        return self.words["few"] if counts.kept_back else ""

    def pattern(self, counts: Counts) -> str:
        if counts.pattern is Pattern.APART:
            return self.words["pattern_apart_one" if counts.smaller_end == 1 else "pattern_apart_two"]
        return self.words[_PATTERN_WORDS[counts.pattern]]

    def of(self, n: int, base: int) -> str:
        """ "31 of 38"."""
        return self.fill("n_of_base", n=grouped(n), base=grouped(base))

    def both_ends(self, counts: Counts) -> str:
        """ "3 Limited and 4 Effective": how many chose the first level and how many the last."""
        n, m = grouped(counts.chosen[0]), grouped(counts.chosen[-1])
        return self.fill("both_ends", n=n, first=self.levels[0], m=m, last=self.levels[-1])

    def role(self, code: str) -> str:
        """A role by its label; a code that the record header does not know, or a declared group, stays as it is."""
        return self._roles.get(code, code) if code else self.words["role_none"]

    def other_roles(self, codes: Sequence[str]) -> str:
        """The row of those without a row of their own, with the names of two roles or more."""
        if len(codes) < 2:
            return self.words["by_role_rest"]
        return self.fill("by_role_rest_of", roles=self.words["list_semicolon"].join(map(self.role, codes)))

    def mode(self, code: str) -> str:
        return self.words[f"mode_{code or 'unknown'}"]

    def mark(self, mode: str, group_size: int) -> str:
        """What a comment says of its origin: "group of 6", "interview", or nothing for a person answering alone."""
        if mode == "group":
            return self.fill("comment_group", n=group_size) if group_size else self.words["comment_group_unknown"]
        return self.words["comment_interview"] if mode == "interview" else ""

    def day(self, iso: str) -> str:
        """`2026-11-22` → "22 November 2026"."""
        return day_in_words(iso, self.words["months"])

    def people(self, count: ModeCount) -> str | int:
        """How many people the responses of a mode come from, as a cell of a table."""
        if not count.unknown:
            return count.people
        return self.fill("people_at_least", n=grouped(count.people)) if count.people else self.words["unknown"]


def grouped(n: int) -> str:
    """12345 → "12,345"."""
    return f"{n:,}"


# ---- rules


def most_chose(counts: Counts) -> int | None:
    """The place of the level that at least two-thirds of those who answered chose."""
    return next((n for n, chosen in enumerate(counts.chosen) if counts.base and 3 * chosen >= 2 * counts.base), None)


def more_than_half_chose(counts: Counts) -> int | None:
    """The place of the level that more than half of those who answered chose."""
    return next((n for n, chosen in enumerate(counts.chosen) if 2 * chosen > counts.base), None)


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


def roles_differ(roles: Roles, items: Sequence[Question]) -> list[RolesDiffer]:
    """The questions among `items` on which roles differ; only roles with a row of their own count."""
    return [found for item in items if (found := _roles_differ(roles, item)) is not None]


def _roles_differ(roles: Roles, item: Question) -> RolesDiffer | None:
    chose: dict[int, list[tuple[str, int, int]]] = {}
    for role, counts in roles.questions[item].shown.items():
        level = more_than_half_chose(counts)
        if level is not None:
            chose.setdefault(level, []).append((role, counts.chosen[level], counts.base))
    if len(chose) < 2:
        return None
    return RolesDiffer(item, tuple((level, tuple(chose[level])) for level in sorted(chose)))
