"""The attack: who knows the sizes of all groups, and perhaps one person's own answers, reads what was published.

Known to the attacker, beside share/ of one or two results: who answered each question, in which role and area, and
which of the answers were given anew or otherwise in the second results. Every number that follows from this is a find
if it is not 0 and is not shown as a row, with four exceptions, all in README: what a total says of everybody in it (all
agree, or all of them are of one role); what an area said in all on a question of which nothing is shown by area; the
answers by which two results may differ: of at least `min_group` who are not of one mind, and who are in one of the two
only; and the others of a row, for one who is alone in an area or role of it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pmdiag_build.content.model import Tool
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.read_earlier_round import earlier_round
from pmdiag_build.results.request import Given, Request
from pmdiag_build.results.run import Results, results_of
from pmdiag_build.returns.response import Response
from tests.attack.bounds import Group, Sum, known, less_one
from tests.attack.published import NO_AREA, OTHER_AREAS, REST, Published, Vector, published
from tests.attack.rounds import Pair
from tests.results.rounds import layouts, round_of

_CSV = "keep/responses.csv"
_LARGE = 20
"""Smaller rounds are attacked, but say little of what the rules cost."""


@dataclass
class Figures:
    """What was tried and what was found. `finds`: each number that should not have followed."""

    tried: Counter[str] = field(default_factory=Counter)
    finds: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """For people to read."""
        n = self.tried
        found = [f"{name}: {n[name]:,}" for name in sorted(n) if not name.startswith("role")]
        for kind in ("role", "role, declared groups"):
            of = n[kind]
            found += [
                f"{name}: {n[name]} of {of} with 5 or more ({n[name] / max(of, 1):.1%})"
                for name in sorted(n)
                if name.startswith(f"{kind}, a row")
            ]
            rows, possible = n[f"{kind} rows"], n[f"{kind} rows possible"]
            found.append(f"{kind}, rows of those of which 5 or more answered: {rows:,} ({rows / max(possible, 1):.1%})")
        return [*found, f"worked out: {len(self.finds)}", *self.finds[:20]]


def results(
    tool: Tool, responses: Sequence[Response], min_group: int = 5, *, previous: bytes | None = None,
    before: bytes | None = None, groups: int = 5,
) -> Results:  # fmt: skip
    """The results of a round, beside an earlier round's or in place of them; `groups`: what those were made with."""
    earlier = earlier_round(previous, _CSV, tool, min_group=groups) if previous is not None else None
    replaced = (lambda: earlier_round(before, _CSV, tool, min_group=groups)) if before is not None else None
    made = round_of(responses)
    request = Request(Rules(min_group))
    return results_of(
        made,
        tool,
        request,
        Given(earlier=(earlier,) if earlier else ()),
        layouts,
        looked_in=(),
        before=replaced,
        out="out",
    )


def answers(one: Response) -> dict[str, int]:
    """Question → the place of the level."""
    return {id: "LDE".index(level) for id, level in {**one.ratings, **one.overall}.items() if level}


def labels(tool: Tool) -> dict[str, str]:
    """Role code → what is printed."""
    named = {option.code: option.label for option in tool.record.field("role").options}
    return named | {"": tool.words["report"]["role_none"]}


def attack_round(tool: Tool, responses: Sequence[Response], figures: Figures, min_group: int = 5) -> None:
    """One report, for everybody and for any one respondent."""
    shown = published(results(tool, responses, min_group).files)
    _check_page(shown, figures)
    _count_roles(tool, responses, shown, figures)
    given = [(_place(one), answers(one)) for one in responses]
    for question, total in shown.totals.items():
        cells: Cells = Counter((place, said[question]) for place, said in given if question in said)
        sums = _sums(tool, shown, question, {place for place, _ in cells}, lambda place: place)
        figures.tried["single reports, questions"] += 1
        for label, row in shown.rows.get(question, {}).items():
            if sum(row) < min_group + label.startswith(REST):
                figures.finds.append(f"a row of {sum(row)} on {question}")
        for label, row in shown.areas.get(question, {}).items():
            figures.tried["rows by area"] += 1
            if sum(row) < min_group + label.startswith(OTHER_AREAS):
                figures.finds.append(f"a row of {sum(row)} by area on {question}")
        parts: Parts = {}
        for place in {place for place, _ in cells}:
            # Where nothing is shown by area, the areas are nothing that was withheld.
            for name in (("role", place[0]), *([("area", place[1])] if question in shown.areas else [])):
                parts[name] = parts.get(name, frozenset()) | {place}
        _look(cells, sums, parts, figures, f"{question} {total}", min_group, insiders=True)


Place = tuple[str, str]
"""(role, area)"""
Cells = Counter[tuple[Group, int]]
Parts = dict[Group, frozenset[Group]]


def _place(one: Response) -> Place:
    return one.record.role, one.record.area


def attack_pair(tool: Tool, pair: Pair, figures: Figures, seed: int) -> None:
    """The second results beside the first ones, and in place of them: then finds must have been said."""
    first = results(tool, pair.first, pair.groups[0]).files
    chance = random.Random(seed)
    with_previous = results(tool, pair.second, pair.groups[1], previous=first[_CSV], groups=pair.groups[0])
    replacing = results(tool, pair.second, pair.groups[1], before=first[_CSV], groups=pair.groups[0])
    said = any("results that were here before" in notice.what for notice in replacing.notices)
    figures.tried[f"pairs, {pair.kind}"] += 1
    figures.tried["pairs of which it is said that only one may be given out"] += said
    for files, silent in ((with_previous.files, True), (replacing.files, not said)):
        if silent:
            _attack_both(tool, pair, published(first), published(files), figures, chance)


def _attack_both(
    tool: Tool, pair: Pair, first: Published, second: Published, figures: Figures, chance: random.Random
) -> None:
    _check_page(second, figures)
    for question, total in second.earlier.items():
        if question in first.totals and first.totals[question] != total:
            figures.finds.append(f"the earlier total of {question} is another one")
    both = sorted(first.totals.keys() & second.totals.keys())
    inside = set(chance.sample(both, min(4, len(both))))
    pieces = _pieces(pair)
    for question in both:
        cells = pieces.get(question, Counter())
        groups = {group for group, _ in cells}
        parts: Parts = {}
        for group in groups:
            name = tuple(("role", place[0]) if place else None for place in group)
            parts[name] = parts.get(name, frozenset()) | {group}
        before = _sums(tool, first, question, {g for g in groups if g[0]}, lambda group: group[0])
        after = _sums(tool, second, question, {g for g in groups if g[1]}, lambda group: group[1])
        figures.tried["pairs, questions in both"] += 1
        where = f"{pair.kind} {pair.groups} {question}"
        inside_too = question in inside
        _look(
            cells, before + after, parts, figures, where, min(pair.groups), insiders=inside_too, alone=(before, after)
        )


def _pieces(pair: Pair) -> dict[str, Cells]:
    """Question → ((role and area in the first results, those in the second), level) → people; None where the answer is
    not in that result."""
    found: dict[str, Cells] = {}
    left = {id(one): one for one in pair.first}
    couples: list[tuple[Response | None, Response | None]] = [
        (one, _twin(one, place, pair)) for place, one in enumerate(pair.second)
    ]
    for _, twin in couples:
        left.pop(id(twin), None)
    couples += [(None, one) for one in left.values()]
    for one, twin in couples:
        now, before = (answers(one) if one else {}), (answers(twin) if twin else {})
        after, then = (_place(one) if one else None), (_place(twin) if twin else None)
        for question in now.keys() | before.keys():
            counts = found.setdefault(question, Counter())
            if now.get(question) == before.get(question):
                counts[(then, after), now[question]] += 1
                continue
            if question in now:
                counts[(None, after), now[question]] += 1
            if question in before:
                counts[(then, None), before[question]] += 1
    return found


def _twin(one: Response, place: int, pair: Pair) -> Response | None:
    """The same person's response in the first results."""
    if any(one is other for other in pair.first):
        return one
    if pair.kind == "mostly others":
        return None
    if one.record.reference:
        return next((other for other in pair.first if other.record.reference == one.record.reference), None)
    return pair.first[place] if len(pair.first) == len(pair.second) else None


def _sums(
    tool: Tool, shown: Published, question: str, groups: set[Group], place_of: Callable[[Group], Place]
) -> list[Sum]:
    """The rows of a question, by the groups that are in them."""
    named = labels(tool)
    declared = {one.name: set(one.roles) for one in tool.role_groups}

    def members(label: str) -> set[Group]:
        roles = declared.get(label) or {role for role, printed in named.items() if printed == label}
        return {group for group in groups if place_of(group)[0] in roles}

    def of_area(label: str) -> set[Group]:
        return {group for group in groups if place_of(group)[1] == ("" if label == NO_AREA else label)}

    by_role, by_area = shown.rows.get(question, {}), shown.areas.get(question, {})
    found = [Sum(frozenset(groups), shown.totals[question])]
    found += _rows_and_rest(by_role, groups, REST, members)
    return found + _rows_and_rest(by_area, groups, OTHER_AREAS, of_area)


def _rows_and_rest(
    rows: Mapping[str, Vector], groups: set[Group], rest: str, members: Callable[[str], set[Group]]
) -> list[Sum]:
    found = [Sum(frozenset(members(label)), row) for label, row in rows.items() if not label.startswith(rest)]
    left = frozenset(groups).difference(*(one.groups for one in found))
    return found + [Sum(left, row) for label, row in rows.items() if label.startswith(rest)]


def _look(
    cells: Cells,
    sums: Sequence[Sum],
    parts: Parts,
    figures: Figures,
    where: str,
    min_group: int,
    *,
    insiders: bool,
    alone: Sequence[Sequence[Sum]] = (),
) -> None:
    sizes: Counter[Group] = Counter()
    for (group, _), n in cells.items():
        sizes[group] += n
    together = Counter({(name, level): 0 for name in parts for level in range(3)})
    for name, groups in parts.items():
        for level in range(3):
            together[name, level] = sum(cells[group, level] for group in groups)
    everything = cells + together
    seen = _Seen(everything, parts, min_group, alone)
    for find in seen.finds(sizes, everything, sums):
        figures.finds.append(f"{where}: everybody knows {find}")
    rows = {one.groups for one in sums}
    figures.tried["withheld cells"] += sum(seen.members(name) not in rows for name, _ in everything)
    if not insiders:
        return
    for group, level in list(cells):
        figures.tried["insiders"] += 1
        left, taken = less_one(sizes, sums, group, level)
        own = {(group, level), *((name, level) for name, groups in parts.items() if group in groups)}
        rest = Counter({cell: n - (cell in own) for cell, n in everything.items()})
        for find in seen.finds(left, rest, taken, (group, level)):
            figures.finds.append(f"{where}: one of {group} who chose {level} knows {find}")


@dataclass(frozen=True)
class _Seen:
    """What is asked of one question: `cells` of everybody, `parts` of several groups, and `alone`: the rows of each of
    two results."""

    cells: Cells
    parts: Parts
    min_group: int
    alone: Sequence[Sequence[Sum]]

    def members(self, name: Group) -> frozenset[Group]:
        return self.parts.get(name, frozenset([name]))

    def finds(
        self, sizes: Mapping[Group, int], cells: Cells, sums: Sequence[Sum], who: tuple[Group, int] | None = None
    ) -> Iterator[str]:
        """What follows, but for what is true of all."""
        rows = {one.groups for one in sums}
        exact = known(sizes, sums, self.parts)
        found = {cell: n for cell, n in exact.items() if n and self.members(cell[0]) not in rows}
        if self.alone:
            found = {cell: n for cell, n in found.items() if not _may_differ(self.cells, cell[0], self.min_group)}
        found = {cell: n for cell, n in found.items() if not _finding_of_all(self.members(cell[0]), sizes, sums)}
        if who:
            found = {cell: n for cell, n in found.items() if not self._row_of_others(cell[0], sizes, sums)}
        for part in self.alone if found else ():
            mine = {group: sizes[group] for one in part for group in one.groups}
            inside = {name: groups for name, groups in self.parts.items() if groups <= mine.keys()}
            by_itself = known(mine, less_one(sizes, part, *who)[1] if who else part, inside)
            found = {cell: n for cell, n in found.items() if cell not in by_itself}
        for (group, level), n in found.items():
            assert cells[group, level] == n
            yield f"{n} of {sum(sizes[one] for one in self.members(group))} of {group} chose {level}"

    def _row_of_others(self, name: Group, sizes: Mapping[Group, int], sums: Sequence[Sum]) -> bool:
        """Whether these, of one role and one area, are all others of a row: its number less the own answer."""
        if name in self.parts:
            return False
        return any(name in one.groups and not any(sizes[group] for group in one.groups - {name}) for one in sums)


def _finding_of_all(members: frozenset[Group], sizes: Mapping[Group, int], sums: Sequence[Sum]) -> bool:
    """Whether a total says it of everybody in it but the attacker: they chose the same, or are all of one group."""
    totals = [one for one in sums if not any(one.groups < other.groups for other in sums)]
    return any(
        members <= one.groups
        and (max(one.chosen) == sum(one.chosen) or not any(sizes[group] for group in one.groups - members))
        for one in totals
    )


def _may_differ(cells: Counter[tuple[Group, int]], group: Group, min_group: int) -> bool:
    """Whether two results may differ by these: they are in one of the two only, enough and not of one mind."""
    if group[0] and group[1]:
        return False
    return not _too_few(cells, group, min_group)


def _too_few(cells: Counter[tuple[Group, int]], group: Group, min_group: int) -> bool:
    chosen: Vector = tuple(cells[group, level] for level in range(3))
    return sum(chosen) < min_group or max(chosen) >= sum(chosen) - 1


def _check_page(shown: Published, figures: Figures) -> None:
    """The page shows no number by role that the workbook does not show."""
    for (question, label), row in shown.page.items():
        figures.tried["rows by role on the page"] += 1
        if shown.rows.get(question, {}).get(label) != row:
            figures.finds.append(f"the page alone shows {label} on {question}")


def _count_roles(tool: Tool, responses: Sequence[Response], shown: Published, figures: Figures) -> None:
    n, named = figures.tried, labels(tool)
    n["rounds"] += 1
    if len(responses) < _LARGE:
        return
    n[f"rounds of {_LARGE} and more"] += 1
    own: Counter[str] = Counter(label for rows in shown.rows.values() for label in rows)
    named_with = Counter(label for rows in shown.rows.values() for label in _named_in(rows, tool))
    n[f"rounds of {_LARGE} and more without any role"] += not own.keys() & set(named.values())
    kind = "role, declared groups" if tool.role_groups else "role"
    for role, size in Counter(one.record.role for one in responses).items():
        if size < 5:
            continue
        n[kind] += 1
        n[f"{kind}, a row of its own on any question"] += own[named[role]] > 0
        n[f"{kind}, a row of its own on half of them"] += 2 * own[named[role]] >= len(shown.totals)
        n[f"{kind}, a row that names it on half of them"] += 2 * named_with[named[role]] >= len(shown.totals)
        mine = [answers(one) for one in responses if one.record.role == role]
        n[f"{kind} rows possible"] += sum(sum(q in said for said in mine) >= 5 for q in shown.totals)
        n[f"{kind} rows"] += own[named[role]]


def _named_in(rows: Mapping[str, Vector], tool: Tool) -> Iterator[str]:
    """The labels of the roles that have a row of a question, or whose names are said of the row that they are in."""
    printed = labels(tool)
    declared = {group.name: [printed[role] for role in group.roles] for group in tool.role_groups}
    for label in rows:
        first, _, others = label.partition(": ")
        yield from others.split("; ") if first == REST else declared.get(label, [label])
