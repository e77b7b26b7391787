"""Random rounds with small and large roles, and pairs of results of nearly the same round."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pmdiag_build.content.model import LocalVersion, RoleGroup, Tool
from pmdiag_build.returns.response import Response
from tests.results.rounds import random_response

KINDS = (
    "late",
    "late, a newcomer's role",
    "corrected",
    "completed",
    "tabulated again",
    "other --min-group",
    "with --local",
    "without --local",
    "another role",
    "mostly others",
)


@dataclass(frozen=True)
class Pair:
    """Two results: what was answered, and the number that each was made with."""

    kind: str
    first: Sequence[Response]
    second: Sequence[Response]
    groups: tuple[int, int] = (5, 5)


def a_round(tool: Tool, seed: int, fewest: int = 20, most: int = 40) -> list[Response]:
    """Two to six roles, most of them small and one or two large, and now and then areas or two editions."""
    chance = random.Random(f"round {seed}")
    roles = [*(option.code for option in tool.record.field("role").options), ""]
    chosen = chance.sample(roles, chance.randint(2, min(6, len(roles))))
    weights = [chance.random() ** 2 + 0.05 for _ in chosen]
    n = chance.randint(fewest, most)
    found = [random_response(tool, chance, number, chance.choices(chosen, weights)[0]) for number in range(n)]
    if seed % 3 == 1:
        found = [_of_an_area(one, chance) for one in found]
    # In every fifth round some answered another edition.
    share = chance.random() if seed % 5 == 4 else 0
    return [_apart(one, chance) if chance.random() < share else one for one in found]


def with_groups(tool: Tool) -> Tool:
    """The tool of somebody who declared groups of roles."""
    top = RoleGroup("The top", ("elected-member", "director", "senior-officer"))
    others = RoleGroup("Others", ("performance-officer", "commissioner", "support-officer", "partner"))
    return replace(tool, local=LocalVersion("us", "Us", "2013", role_groups=(top, others)))


def a_pair(tool: Tool, seed: int) -> Pair:
    """A pair of the kinds in turn, with references and without."""
    chance = random.Random(f"pair {seed}")
    kind = KINDS[seed % len(KINDS)]
    everybody = a_round(tool, 10_000 + seed)
    if seed // len(KINDS) % 3 == 0:
        everybody = [replace(one, record=replace(one.record, reference="")) for one in everybody]
    few = chance.sample(range(len(everybody)), chance.choice((1, 1, 2, 3, 4, 6, 9)))
    if kind == "late":
        return Pair(kind, [one for n, one in enumerate(everybody) if n not in few], everybody)
    if kind == "late, a newcomer's role":
        late = [replace(everybody[n], record=replace(everybody[n].record, role="other")) for n in few]
        before = [one for n, one in enumerate(everybody) if n not in few and one.record.role != "other"]
        return Pair(kind, before, [*before, *late])
    if kind == "mostly others":
        return Pair(kind, everybody, [*a_round(tool, 20_000 + seed), *(everybody[n] for n in few)])
    if kind in ("tabulated again", "other --min-group"):
        return Pair(kind, everybody, everybody, chance.choice(((5, 3), (3, 5), (5, 8))) if kind[0] == "o" else (5, 5))
    change = {"corrected": _corrected, "completed": _completed, "another role": _of_another_role}.get(kind, _apart)
    changed = [change(one, chance) if n in few else one for n, one in enumerate(everybody)]
    first, second = (changed, everybody) if kind == "without --local" else (everybody, changed)
    return Pair(kind, first, second)


def _corrected(one: Response, chance: random.Random) -> Response:
    id = chance.choice(list(one.ratings))
    return replace(one, ratings={**one.ratings, id: chance.choice([c for c in "LDE" if c != one.ratings[id]])})


def _completed(one: Response, chance: random.Random) -> Response:
    return replace(one, ratings={id: level or chance.choice("LDE") for id, level in one.ratings.items()})


def _of_another_role(one: Response, chance: random.Random) -> Response:
    return replace(one, record=replace(one.record, role=chance.choice(("manager", "partner", ""))))


def _of_an_area(one: Response, chance: random.Random) -> Response:
    area = chance.choices(("North", "South", "East", ""), (6, 5, 2, 1))[0]
    return replace(one, record=replace(one.record, area=area))


def _apart(one: Response, chance: random.Random) -> Response:
    """Its edition asked something else under two numbers."""
    apart = {"rating_3_4": one.ratings["3.4"], "overall_2": one.overall["2"]}
    return replace(
        one,
        pack_id="self-assessment@2012@0123abcd",
        ratings={id: level for id, level in one.ratings.items() if id != "3.4"},
        overall={id: level for id, level in one.overall.items() if id != "2"},
        apart={name: level for name, level in apart.items() if level},
    )
