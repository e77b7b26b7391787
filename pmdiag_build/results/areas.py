"""Counts by area, by the rule of roles in roles.py, and so that rows by role and by area together show no more.

An area is what was typed, but for capitals and extra spaces. Whoever has rows by role and rows by area can lay them
over each other: the managers of the north are in both. So rows by area are shown on a question only if, for every part
that both cut out and for every role and area without a row, the answers could be others than they are, with all shown
numbers as they are, and even for one who knows an own answer. It is enough that two people could have said what the
other said (in the same rows), or four, two and two (in two rows each). Otherwise areas are put together until that is
so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from operator import add

from pmdiag_build.content.model import Tool
from pmdiag_build.results.roles import ByRole, Rows, by_role, unanimous
from pmdiag_build.results.tabulation import Counts, Question, tally
from pmdiag_build.returns.response import Response

Cells = Mapping[tuple[str, str], Counts]
"""(role, area) → counts of one question."""

_REST = "\N{BULLET}"
_Place = tuple[str, str]
"""(row by role, row by area)"""
_Chosen = Sequence[int]


def area_of(text: str) -> str:
    """An area as areas are compared."""
    return " ".join(text.split()).casefold()


def by_area(
    responses: Sequence[Response], tool: Tool, roles: Mapping[Question, ByRole], min_group: int
) -> dict[Question, ByRole]:
    """Each of these questions by area, with its rows by role beside it. The rows have the names of their areas as most
    typed them. Nothing where there are fewer than two areas."""
    names = area_names(responses)
    if len(names) < 2:
        return {}
    groups: dict[tuple[str, str], list[Response]] = defaultdict(list)
    for one in responses:
        groups[one.record.role, names[area_of(one.record.area)]].append(one)
    tallies = {group: tally(found, tool, {}) for group, found in sorted(groups.items())}
    return {
        (kind, id): _of_question(
            {group: (found.ratings if kind == "rating" else found.overall)[id] for group, found in tallies.items()},
            question.rows,
            min_group,
        )
        for (kind, id), question in roles.items()
    }


def area_names(responses: Sequence[Response]) -> dict[str, str]:
    """Area as compared → as most typed it."""
    typed: dict[str, Counter[str]] = defaultdict(Counter)
    for one in responses:
        typed[area_of(one.record.area)][" ".join(one.record.area.split())] += 1
    return {area: max(sorted(found), key=lambda text: found[text]) for area, found in typed.items()}


def _of_question(cells: Cells, roles: Rows, min_group: int) -> ByRole:
    parts: dict[str, Counts] = {}
    # In the order of their names, "no area given" last.
    for (_, area), counts in sorted(cells.items(), key=lambda item: (item[0][1] == "", item[0][1].casefold(), item[0])):
        parts[area] = parts[area] + counts if area in parts else counts
    answered = {group: counts for group, counts in cells.items() if counts.base}
    if sum(counts.base > 0 for counts in parts.values()) < 2:
        return ByRole({}, None, fewer=False)
    all_alike = min_group == 1 or unanimous(reduce(add, answered.values()))

    def fits(rows: Rows) -> bool:
        return not rows or all_alike or _gives_nothing_away(answered, roles, rows)

    return by_role(parts, min_group, fits) or ByRole({}, None, fewer=True)


def _gives_nothing_away(cells: Cells, roles: Rows, areas: Rows) -> bool:
    """Whether rows by role and by area together leave open what any part of them chose."""
    place = {(role, area): (roles.get(role, _REST), areas.get(area, _REST)) for role, area in cells}
    blocks: dict[_Place, list[int]] = {}
    for group, counts in cells.items():
        _count(blocks, place[group], counts.chosen)
    return all(
        _could_be_other(part, blocks, level, sees_rest)
        for part, sees_rest in _hidden(cells, place)
        for level in range(len(next(iter(blocks.values()))))
        if any(chosen[level] for chosen in part.values())
    )


_Line = tuple[int, str]
"""0 and a row by role, or 1 and a row by area."""


def _hidden(
    cells: Cells, place: Mapping[tuple[str, str], _Place]
) -> Iterator[tuple[dict[_Place, list[int]], Collection[_Line]]]:
    """What is not shown, by its places: the answers of each role, of each area, and of each role and area together, but
    for whole rows. With the last, the rows in which there is but one other: that one sees the others of the own row
    anyway."""
    parts: dict[tuple[str, str, str], dict[_Place, list[int]]] = defaultdict(dict)
    sizes: Counter[_Line] = Counter()
    for (role, area), counts in cells.items():
        at = place[role, area]
        for name in (("both", role, area), ("role", role, ""), ("area", "", area)):
            _count(parts[name], at, counts.chosen)
        sizes.update({(0, at[0]): counts.base, (1, at[1]): counts.base})
    for (kind, *_), part in parts.items():
        # The rows that contain all of the part.
        around = [(way, row) for way in (0, 1) for row in {at[way] for at in part}]
        around = [line for line in around if all(at[line[0]] == line[1] for at in part)]
        size = sum(n for chosen in part.values() for n in chosen)
        if all(sizes[line] != size for line in around):
            yield part, [line for line in around if kind == "both" and sizes[line] == size + 1]


def _count(found: dict[_Place, list[int]], at: _Place, chosen: _Chosen) -> None:
    found[at] = [a + b for a, b in zip(found[at], chosen, strict=True)] if at in found else list(chosen)


def _could_be_other(
    part: Mapping[_Place, _Chosen], blocks: Mapping[_Place, _Chosen], level: int, sees_rest: Collection[_Line]
) -> bool:
    """Whether more or fewer of a part could have chosen a level, whoever of all takes away the own answer."""
    needed: set[_One] | None = None
    for alone in _exchanges(part, blocks, level):
        left = {one for one in alone if not any(one[0] == "others" and one[1][way] == row for way, row in sees_rest)}
        needed = left if needed is None else needed & left
        if not needed:
            return True
    return False


_One = tuple[str, _Place, int]
"""The only one in or out of a part, at a place, who chose a level."""


def _exchanges(part: Mapping[_Place, _Chosen], blocks: Mapping[_Place, _Chosen], level: int) -> Iterator[set[_One]]:
    """Ways in which answers could be exchanged so that a part's count of a level changes and no row does; of each, who
    could undo it by knowing the own answer: those that are the only ones of their place and part who chose a level."""
    others = {
        at: [n - mine for n, mine in zip(chosen, part.get(at, (0,) * len(chosen)), strict=True)]
        for at, chosen in blocks.items()
    }
    single = sum(chosen[level] for chosen in part.values()) == 1
    for (role, area), chosen in part.items():
        for down, up in _turns(level, len(chosen)):
            if not chosen[down]:
                continue
            # The only one of a part who chose a level knows nothing of the others in it by that.
            known = chosen[down] != 1 or (single and down == level)
            mine: set[_One] = set() if known else {("part", (role, area), down)}
            if n := others[role, area][up]:
                yield mine | ({("others", (role, area), up)} if n == 1 else set())
            for cells in _corners(role, area, others, down, up):
                yield mine | {("others", at, turn) for at, turn in cells if others[at][turn] == 1}


def _turns(level: int, levels: int) -> Iterator[tuple[int, int]]:
    for other in range(levels):
        if other != level:
            yield level, other
            yield other, level


def _corners(
    role: str, area: str, others: Mapping[_Place, _Chosen], down: int, up: int
) -> Iterator[tuple[tuple[_Place, int], ...]]:
    """Three who balance one turn from `down` to `up`: in the same row by role, in the same one by area, and in both of
    their other rows."""
    for (same, there), chosen in others.items():
        if same != role or there == area or not chosen[up]:
            continue
        for (elsewhere, here), found in others.items():
            if here == area and elsewhere != role and found[up]:
                corner = (elsewhere, there)
                if corner in others and others[corner][down]:
                    yield ((role, there), up), ((elsewhere, area), up), (corner, down)
