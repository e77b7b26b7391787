"""Counting: bases, patterns of views by the published rule, the order of differences, prompts to talk."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.results.tabulation import Counts, Dates, ModeCount, Pattern, Talk, differences, read_date, tabulate
from tests.results.rounds import random_round, response


def published_rule(ratings: list[str]) -> str:
    """The published rule of patterns, first match wins, on the ratings themselves."""
    if not ratings:
        return "no answers"
    if len(set(ratings)) == 1:
        return "shared"
    if "L" in ratings and "E" in ratings:
        fewer = min(ratings.count("L"), ratings.count("E"))
        return "opposed" if fewer >= 3 or (fewer == 2 and len(ratings) <= 10) else "a voice or two apart"
    return "adjacent"


@pytest.mark.parametrize("counts", list(itertools.product((0, 1, 2, 3, 9), repeat=3)))
def test_patterns_follow_the_published_rule(counts: tuple[int, ...]) -> None:
    ratings = [level for level, n in zip("LDE", counts, strict=True) for _ in range(n)]

    assert published_rule(ratings) == Counts(counts, 7).pattern


def test_who_left_a_question_out_is_outside_its_base_and_counted_beside_it(tool: Tool) -> None:
    found = tabulate([response(tool, {"1.1": "L"}), response(tool, {"1.1": "E"}), response(tool)], tool).whole

    assert Counts((1, 0, 1), 1) == found.ratings["1.1"]
    assert found.ratings["1.1"].base == 2


def test_counts_are_those_of_a_plain_loop(tool: Tool) -> None:
    responses = random_round(tool, 5, {"manager": 40, "": 7})
    found = tabulate(responses, tool)

    for statement in tool.framework.statements:
        given = [r.ratings[statement.id] for r in responses]
        expected = Counts(tuple(given.count(level) for level in "LDE"), given.count(None))
        assert expected == found.whole.ratings[statement.id]
    for feature in tool.framework.features:
        given = [r.overall[feature.id] for r in responses]
        expected = Counts(tuple(given.count(level) for level in "LDE"), given.count(None))
        assert expected == found.whole.overall[feature.id]


def test_a_group_is_one_response_and_its_people_are_counted_apart(tool: Tool) -> None:
    found = tabulate(
        [
            response(tool, {"1.1": "L"}, mode="group", size=9),
            response(tool, {"1.1": "L"}, mode="group", size=0),
            response(tool, {"1.1": "E"}),
        ],
        tool,
    )

    assert Counts((2, 0, 1), 0) == found.whole.ratings["1.1"]
    assert (ModeCount("individual", 1, 1, 0), ModeCount("group", 2, 9, 1)) == found.modes


def test_differences_hold_opposed_statements_by_the_smaller_end(tool: Tool) -> None:
    ends = {"1.1": "LLLLE", "1.2": "LLEE", "1.3": "LLDD", "1.4": "EEEE", "1.5": "LLEED", "2.1": "LLLEEE"}
    chance = random.Random(1)
    columns = {id: chance.sample(views, len(views)) for id, views in ends.items()}
    responses = [response(tool, {id: views[n] for id, views in columns.items() if n < len(views)}) for n in range(6)]

    assert ["2.1", "1.2", "1.5", "1.1"] == [s.id for s, _ in differences(tabulate(responses, tool), tool)]


@pytest.mark.parametrize(
    ("ratings", "overall", "expected"),
    [
        ({"1.1": "L", "1.2": "D"}, "E", Talk(1, 0)),
        ({"1.1": "L", "1.2": "D"}, "D", Talk(0, 0)),
        ({"2.1": "E"}, "E", Talk(1, 1)),
        ({"1.1": "L"}, None, Talk(0, 0)),
    ],
    ids=["given to none", "given to one", "no statement of it rated", "no overall view"],
)
def test_prompt_to_talk_where_the_overall_view_was_given_to_no_statement_of_the_feature(
    tool: Tool, ratings: dict[str, str], overall: str | None, expected: Talk
) -> None:
    one = response(tool, ratings, {"1": overall} if overall else {})

    assert expected == tabulate([one], tool).talk["1"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-11-22", "2026-11-22"),
        ("2026-11-22T00:00:00", "2026-11-22"),
        ("22/11/2026", "2026-11-22"),
        ("1.2.2026", "2026-02-01"),
        ("3rd Feb 2026", "2026-02-03"),
        ("22 November 2026", "2026-11-22"),
        ("31/2/2026", ""),
        ("11/22/2026", ""),
        ("22/11/26", ""),
        ("spring", ""),
        ("", ""),
    ],
)
def test_dates_are_read_as_people_in_the_uk_type_them(typed: str, expected: str) -> None:
    assert expected == read_date(typed)


def test_a_round_runs_from_its_first_day_to_its_last(tool: Tool) -> None:
    responses = [response(tool, date=date) for date in ("2/3/2026", "", "28 Feb 2026", "soon", "2026-10-01")]

    assert Dates("2026-02-28", "2026-10-01", 1, 1) == tabulate(responses, tool).dates


def test_no_responses_give_no_answers(tool: Tool) -> None:
    found = tabulate([], tool)

    assert {Pattern.NO_ANSWERS} == {counts.pattern for counts in found.whole.ratings.values()}
    assert () == found.modes


@pytest.mark.parametrize("module", ["tabulation", "disclosure"])
def test_counting_and_disclosure_load_no_output(module: str) -> None:
    code = f"import pmdiag_build.results.{module}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"jinja2", "click", "weasyprint", "pikepdf", "pypdf", "xlsxwriter"} & set(loaded)
