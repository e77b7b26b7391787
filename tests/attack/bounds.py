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


def known(sizes: Mapping[Group, int], sums: Sequence[Sum]) -> dict[Cell, int]:
    """(group, level) → how many chose it, for every number that follows from the sums and from the sizes of groups."""
    places = range(len(LEVELS))
    low = {(group, level): 0 for group in sizes for level in places}
    high = {(group, level): size for group, size in sizes.items() for level in places}
    equations = [([((group, level), 1) for level in places], size) for group, size in sizes.items()]
    equations += [
        ([((group, level), sign) for group, sign in signs.items()], chosen[level])
        for signs, chosen in _rows(sums)
        for level in places
    ]
    changed = True
    while changed:
        changed = False
        for cells, total in equations:
            changed |= _narrow(cells, total, low, high)
    assert all(low[cell] <= high[cell] for cell in low), "the published numbers contradict each other"
    return {cell: low[cell] for cell in low if low[cell] == high[cell]}


def _rows(sums: Sequence[Sum]) -> Iterator[tuple[dict[Group, int], Vector]]:
    """The rows, each total less its rows, and each of these less each other one."""
    whole = list(sums)
    for total in sums:
        inside = [one for one in sums if one.groups < total.groups]
        groups = [group for one in inside for group in one.groups]
        if len(inside) > 1 and len(groups) == len(set(groups)):
            left = total.chosen
            for one in inside:
                left = tuple(a - b for a, b in zip(left, one.chosen, strict=True))
            whole.append(Sum(total.groups.difference(groups), left))
    for one in whole:
        yield dict.fromkeys(one.groups, 1), one.chosen
    for a, b in combinations(whole, 2):
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
