"""Linear bounds: what sums say of their parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from tests.attack.published import LEVELS, Vector

Group = Any
"""Whatever names a group: it is hashable."""


@dataclass(frozen=True)
class Sum:
    """A published row: how many of some groups together chose each level."""

    groups: frozenset[Group]
    chosen: Vector


def less_one(
    sizes: Mapping[Group, int], sums: Iterable[Sum], group: Group, level: int
) -> tuple[dict[Group, int], list[Sum]]:
    """What is left when a member of a group takes away the own answer."""
    taken = tuple(int(place == level) for place in range(len(LEVELS)))
    left = [
        Sum(one.groups, tuple(n - t for n, t in zip(one.chosen, taken, strict=True))) if group in one.groups else one
        for one in sums
    ]
    return {**sizes, group: sizes[group] - 1}, left


Cell = tuple[Group, int]


def known(
    sizes: Mapping[Group, int], sums: Sequence[Sum], parts: Mapping[Group, frozenset[Group]] | None = None
) -> dict[Cell, int]:
    """(group, level) → how many chose it, for every number that follows from the sums and from the sizes of groups.
    `parts`: several groups under one name, of which the same is asked."""
    places = range(len(LEVELS))
    low = {(group, level): 0 for group in sizes for level in places}
    high = {(group, level): size for group, size in sizes.items() for level in places}
    equations = [([((group, level), 1) for level in places], size) for group, size in sizes.items()]
    equations += [
        ([((group, level), sign) for group, sign in signs.items()], chosen[level])
        for signs, chosen in _rows(sums)
        for level in places
    ]
    for name, groups in (parts or {}).items():
        size = sum(sizes[group] for group in groups)
        for level in places:
            low[name, level], high[name, level] = 0, size
            equations.append(([((name, level), 1), *(((group, level), -1) for group in groups)], 0))
        equations.append(([((name, level), 1) for level in places], size))
    changed = True
    while changed:
        changed = False
        for cells, total in equations:
            changed |= _narrow(cells, total, low, high)
    assert all(low[cell] <= high[cell] for cell in low), "the published numbers contradict each other"
    return {cell: low[cell] for cell in low if low[cell] == high[cell]}


def _rows(sums: Sequence[Sum]) -> Iterator[tuple[dict[Group, int], Vector]]:
    """The rows, and each of them less each other one."""
    for one in sums:
        yield dict.fromkeys(one.groups, 1), one.chosen
    for a, b in combinations(sums, 2):
        if a.groups & b.groups:
            signs = dict.fromkeys(a.groups - b.groups, 1) | dict.fromkeys(b.groups - a.groups, -1)
            yield signs, tuple(x - y for x, y in zip(a.chosen, b.chosen, strict=True))


def _narrow(cells: Sequence[tuple[Cell, int]], total: int, low: dict[Cell, int], high: dict[Cell, int]) -> bool:
    """Narrow the bounds of the cells of one sum; whether any was."""
    least = sum(low[cell] if sign > 0 else -high[cell] for cell, sign in cells)
    most = sum(high[cell] if sign > 0 else -low[cell] for cell, sign in cells)
    changed = False
    for cell, sign in cells:
        bottom, top = (low[cell], high[cell]) if sign > 0 else (-high[cell], -low[cell])
        new_top, new_bottom = min(top, total - least + bottom), max(bottom, total - most + top)
        if (new_bottom, new_top) != (bottom, top):
            least += new_bottom - bottom
            most += new_top - top
            low[cell], high[cell] = (new_bottom, new_top) if sign > 0 else (-new_top, -new_bottom)
            changed = True
    return changed
