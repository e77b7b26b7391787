"""What a round is called, in everything that people read of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.results.views.questions import summary_counts
from pmdiag_build.returns.response import as_record
from tests.commands import call_pmdiag
from tests.results.reading import book, page_tags, page_text
from tests.results.rounds import random_round, source

_TITLE = "Autumn <2026> & “later”"


@pytest.fixture
def returns(tool: Tool, tmp_path: Path) -> Path:
    folder = tmp_path / "returns"
    folder.mkdir()
    for one in random_round(tool, 1, {"manager": 6}):
        (folder / f"{one.record.reference}.json").write_text(json.dumps(as_record(one)), encoding="utf-8")
    return folder


def test_the_title_is_in_the_report_its_title_the_workbook_and_the_folder(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    outcome = call_pmdiag("tabulate", returns, "-o", out, "--no-pdf", "--title", f" {_TITLE.replace(' ', '  ')} ")
    files = {f"share/{name}": (out / "share" / name).read_bytes() for name in ("report.html", "tables.xlsx")}
    tables = book(files)

    assert 0 == outcome.code
    assert f"What came back, {_TITLE}" in page_text(files)
    assert (
        b"<title>What came back, Autumn &lt;2026&gt; &amp; \xe2\x80\x9clater\xe2\x80\x9d: "
        in files["share/report.html"]
    )
    assert "wbr" not in {tag for tag, _ in page_tags(files)}
    assert str(tables["Overview"]["A1"].value).startswith(f"What came back, {_TITLE}: ")
    assert str(tables.properties.title).startswith(f"What came back, {_TITLE}: ")
    assert _TITLE == json.loads((out / ".pmdiag.json").read_bytes())["facts"]["title"]


def test_the_summary_of_the_review_names_the_round_above_its_counts(tool: Tool) -> None:
    report = source(tool, random_round(tool, 1, {"manager": 6}))

    assert "" not in summary_counts(report)
    assert "The counts are those of the round “Autumn”." == summary_counts(replace(report, title="Autumn"))[""]


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        ("Autumn\a2026", "The title contains a character that can't be printed (U+0007). Type it again."),
        ("Autumn\n2026", "The title contains a character that can't be printed (U+000A). Type it again."),
        ("a" * 101, "The title has 101 letters, and 100 is the most. Shorten it."),
    ],
)
def test_a_title_that_no_head_can_have_is_said_in_one_line(
    returns: Path, tmp_path: Path, title: str, problem: str
) -> None:
    outcome = call_pmdiag("tabulate", returns, "-o", tmp_path / "results", "--title", title)

    assert (2, f"--title: {problem}\n") == (outcome.code, outcome.stderr)
    assert not (tmp_path / "results").exists()
