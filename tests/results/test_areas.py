"""The report's section on areas: as in the workbook, and only where two can be shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns.response import Response, as_record
from tests.commands import call_pmdiag
from tests.results.reading import book, page_text, rows
from tests.results.rounds import outputs, random_round

LEVELS = ("Limited", "Developing", "Effective")


def a_round(tool: Tool, *areas: str, n: int = 40) -> list[Response]:
    """A round of one role, in these areas in turn."""
    found = random_round(tool, 5, {"manager": n})
    return [replace(one, record=replace(one.record, area=areas[k % len(areas)])) for k, one in enumerate(found)]


def test_the_page_and_the_workbook_show_the_same_areas(tool: Tool) -> None:
    files = outputs(tool, a_round(tool, "North", "<b>South</b> \ud83d", "WEST", "west ", " north"))
    found = rows(book(files)["By area"])
    section = page_text(files).partition("In each cell Limited · Developing · Effective, and of how many")[2]

    assert {"North", "WEST"} <= {row["Area"] for row in found}
    assert "<b>South</b>" in section
    for row in found:
        cell = " · ".join(str(row[level]) for level in LEVELS)
        assert f"{cell}, of {row['Base']}" in section
    assert "There is no table by role and area together." in section


@pytest.mark.parametrize("areas", [("North",), ("",), ("North", "north  "), ("North", *[""] * 9)])
def test_where_no_two_areas_can_be_shown_the_report_has_no_section(tool: Tool, areas: Sequence[str]) -> None:
    text = page_text(outputs(tool, a_round(tool, *areas)))

    assert "By area" not in text
    assert "Areas are shown by the rule of roles" not in text


def test_many_areas_are_side_by_side_five_at_a_time(tool: Tool) -> None:
    text = page_text(outputs(tool, a_round(tool, *"ABCDEFG", n=140)))

    assert 2 == text.count("In each cell Limited")


def test_an_area_that_looks_like_a_formula_is_the_same_in_the_results_before(tool: Tool, tmp_path: Path) -> None:
    returns, results = tmp_path / "returns", tmp_path / "results"
    returns.mkdir()
    for one in a_round(tool, "-East", "North"):
        (returns / f"{one.record.reference}.json").write_text(json.dumps(as_record(one)), encoding="utf-8")
    first, again = (call_pmdiag("tabulate", returns, "-o", results, "--no-pdf") for _ in range(2))

    assert b"'-East" in (results / "keep" / "responses.csv").read_bytes()
    assert (first.code, first.stderr) == (again.code, again.stderr)
    assert "only one of the two" not in again.stderr
