"""Rounds for the tests of results: single answers by hand, and lively random rounds. Everything from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Location, Problem
from pmdiag_build.rendering.templates import environment
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.request import Given
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.run import report_input
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.writers import files
from pmdiag_build.returns.response import Mode, Record, Response
from pmdiag_build.returns.round import Accounts, Round

# No word here means a number, a colour or a mark, so that a test can look for those in the outputs.
WORDS = ("we see the data late", "nobody acts on it", "until the report is due", "teams keep lists of their own")
LEVELS = "LDE"

layouts = cache(environment)
"""The environment of all layouts, made once: each is compiled only once."""


def response(
    tool: Tool,
    ratings: Mapping[str, str] | None = None,
    overall: Mapping[str, str] | None = None,
    comments: Mapping[tuple[str, str], str] | None = None,
    *,
    role: str = "",
    mode: Mode = "individual",
    size: int = 1,
    reference: str = "",
    date: str = "",
    contributors: str = "",
    lead: str = "",
) -> Response:
    """A response that gives the answers named and leaves out all others."""
    return Response(
        place=Location(f"{reference or 'return'}.pdf"),
        pack_id="",
        record=Record(reference, role, mode, size, "", date, lead, contributors),
        ratings={s.id: (ratings or {}).get(s.id) for s in tool.framework.statements},
        overall={f.id: (overall or {}).get(f.id) for f in tool.framework.features},
        comments=comments or {},
    )


def random_response(tool: Tool, chance: random.Random, number: int, role: str) -> Response:
    """A response with a leaning of its own: like a person's, and not like noise."""
    lean = chance.random()
    weights = [1.1 - lean, 0.9, 0.1 + lean]

    def answer(silent: float) -> str | None:
        return None if chance.random() < silent else chance.choices(LEVELS, weights)[0]

    mode: Mode = chance.choices(("individual", "interview", "group", ""), (10, 3, 2, 1))[0]
    return Response(
        place=Location(f"{number}.pdf"),
        pack_id="",
        record=Record(f"R-{number:04}", role, mode, chance.randint(2, 9) if mode == "group" else 1, "", "2026-10-05"),
        ratings={s.id: answer(0.08) for s in tool.framework.statements},
        overall={f.id: answer(0.1) for f in tool.framework.features},
        comments={
            (kind, feature.id): " ".join(chance.choices(WORDS, k=chance.randint(1, 8)))
            for feature in tool.framework.features
            for kind in ("doing", "improve")
            if chance.random() < 0.1
        },
    )


def random_round(tool: Tool, seed: int, sizes: Mapping[str, int]) -> list[Response]:
    """A round in which each role has so many responses, in mixed order."""
    chance = random.Random(seed)
    roles = [role for role, n in sizes.items() for _ in range(n)]
    chance.shuffle(roles)
    return [random_response(tool, chance, n, role) for n, role in enumerate(roles, 1)]


def round_of(responses: Sequence[Response], problems: Sequence[Problem] = ()) -> Round:
    """A round in which every return found was counted."""
    n = len(responses)
    return Round(tuple(responses), (), (), (), (), tuple(problems), Accounts(n, n, n, 0, 0, 0, 0))


def source(tool: Tool, responses: Sequence[Response], rules: Rules | None = None) -> ReportInput:
    return report_input(round_of(responses), tool, rules or Rules())


def outputs(
    tool: Tool,
    responses: Sequence[Response],
    rules: Rules | None = None,
    *,
    earlier: Earlier | Sequence[Earlier] = (),
    problems: Sequence[Problem] = (),
) -> dict[str, bytes]:
    """Every file of the results but the PDFs."""
    round_ = round_of(responses, problems)
    given = Given(earlier=(earlier,) if isinstance(earlier, Earlier) else tuple(earlier))
    return files(report_input(round_, tool, rules or Rules(), given), round_, layouts)
