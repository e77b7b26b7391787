"""Returns of a local version beside national ones: put together where they mean the same, counted apart where not."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pmdiag_build.content.fields import FormField, pack_fields, pack_id
from pmdiag_build.content.model import Tool
from pmdiag_build.publish.build import pack_jobs
from pmdiag_build.publish.workers import render_one
from pmdiag_build.rendering.templates import environment
from pmdiag_build.results.tabulation import Apart, Counts, tabulate
from pmdiag_build.returns import Round, read_round
from pmdiag_build.returns.response import as_record
from tests.commands import call_pmdiag
from tests.forms.answers import Answers
from tests.forms.programs import libraries, pdfium
from tests.local.conftest import EXAMPLE

PACK = "self-assessment"
Fill = Callable[[Path, Sequence[FormField], Answers, Path], None]
PROGRAMS: dict[str, Fill] = {
    "pikepdf": libraries.fill_with_pikepdf,
    "pdftk": libraries.fill_with_pdftk,
    "pdfium": pdfium.fill,
}


def answers(level: str, reference: str, *ids: str) -> dict[str, str]:
    ratings = {f"rating_{id.replace('.', '_')}": level for id in ids}
    return {**ratings, "overall_5": level, "record_reference": reference, "doing_1": f"Zoë Łukasz ŵ {reference}"}


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory, tool: Tool, example: Tool) -> Path:
    """Three filled packs of the example, one by each program, and two national records."""
    folder = tmp_path_factory.mktemp("returns")
    empty = folder.parent / "empty.pdf"
    job = next(iter(pack_jobs(example, [PACK], environment())))
    empty.write_bytes(render_one(job, ()).pdf)
    fields = pack_fields(example, example.pack(PACK))
    for level, (name, fill) in zip("LLE", PROGRAMS.items(), strict=True):
        fill(empty, fields, answers(level, name, "1.1", "2.L1", "3.3", "5.1"), folder / f"{name}.pdf")
    for fdf in folder.glob("*.fdf"):
        fdf.unlink()
    for number in (1, 2):
        record = {
            "format": "pmdiag-response",
            "version": 1,
            "pack_id": pack_id(tool, tool.pack(PACK)),
            "record": {"reference": f"national {number}"},
            "ratings": {"1.1": "D", "2.1": "D", "3.3": "D", "5.1": "D"},
            "overall": {"5": "D"},
            "comments": {},
        }
        (folder / f"national-{number}.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def counted(returns: Path, tool: Tool) -> tuple[Round, dict[str, Counts], tuple[Apart, ...]]:
    found = read_round([returns], tool)
    found.accounts.check()
    counts = tabulate(found.responses, tool)
    return found, dict(counts.whole.ratings), counts.apart


@pytest.mark.slow
def test_answers_are_put_together_where_the_meaning_is_the_same_and_apart_where_not(
    returns: Path, example: Tool
) -> None:
    found, ratings, apart = counted(returns, example)
    said = [str(problem) for problem in found.problems]

    assert 5 == found.accounts.counted
    assert {f"self-assessment@2013+exampleshire@{pack_id(example, example.pack(PACK)).rpartition('@')[2]}"} == {
        r.pack_id for r in found.responses if r.record.reference in PROGRAMS
    }
    # In levels L, D, E: 1.1 and 3.3 (other words, same meaning) of all five.
    assert Counts((2, 2, 1), 0) == ratings["1.1"] == ratings["3.3"]
    # 5.1 means something else, 2.L1 is asked here only: the national answers are not among those left out either.
    assert Counts((2, 0, 1), 0) == ratings["5.1"] == ratings["2.L1"]
    assert "2.1" not in ratings
    assert (
        Apart("2013", "rating_2_1", Counts((0, 2, 0), 0)),
        Apart("2013", "rating_5_1", Counts((0, 2, 0), 0)),
    ) == apart
    assert all(not response.uncounted for response in found.responses)
    # These records were made with a few answers only: what they lack is named, once for each.
    assert ["national-1.json", "national-2.json"] == [line.partition(":")[0] for line in said]


@pytest.mark.slow
def test_the_national_tool_counts_of_a_local_version_what_is_proved_to_be_the_same_and_the_rest_apart(
    returns: Path, tool: Tool
) -> None:
    found, ratings, apart = counted(returns, tool)
    said = [str(problem) for problem in found.problems]

    assert Counts((2, 2, 1), 0) == ratings["1.1"]
    assert Counts((0, 2, 0), 0) == ratings["3.3"] == ratings["5.1"]
    assert [
        ("2013+exampleshire", name, Counts((2, 0, 1), 0)) for name in ("rating_3_3", "rating_5_1", "rating_2_L1")
    ] == [(one.edition, one.name, one.counts) for one in apart]
    assert all(not response.uncounted for response in found.responses)
    (line,) = (line for line in said if "whose wording is not known here" in line)
    assert line.startswith("pdfium.pdf: 3 returns answer edition 2013+exampleshire")
    assert line.endswith("Tabulate these with that version: on its own desk, or with --local and its folder.")


@pytest.mark.slow
def test_records_of_such_a_round_are_read_again_as_they_were(returns: Path, tool: Tool, tmp_path: Path) -> None:
    found, ratings, apart = counted(returns, tool)
    (tmp_path / "again.json").write_text(json.dumps([as_record(r) for r in found.responses]), encoding="utf-8")

    assert (ratings, apart) == counted(tmp_path, tool)[1:]


@pytest.mark.slow
def test_records_of_a_mixed_round_are_read_again_as_they_were(returns: Path, example: Tool, tmp_path: Path) -> None:
    found, ratings, apart = counted(returns, example)
    (tmp_path / "again.json").write_text(json.dumps([as_record(r) for r in found.responses]), encoding="utf-8")

    assert (ratings, apart) == counted(tmp_path, example)[1:]


@pytest.mark.slow
def test_the_results_speak_the_terms_of_the_version_and_show_what_is_counted_apart(
    returns: Path, tmp_path: Path
) -> None:
    arguments = ("tabulate", returns, "-o", tmp_path / "results", "--local", EXAMPLE, "--no-pdf", "--min-group", "2")
    outcome = call_pmdiag(*arguments)
    report = (tmp_path / "results" / "share" / "report.html").read_text(encoding="utf-8")
    tidy = (tmp_path / "results" / "keep" / "responses.csv").read_text(encoding="utf-8-sig").splitlines()

    assert 1 == outcome.code
    assert "Returns found: 5 = 5 counted" in outcome.stdout
    for said in (
        "What people in Exampleshire told us",
        "Councillors and staff understand",
        "seldom-heard groups",
        "local child safeguarding practice reviews",
        "Edition 2013+exampleshire",
        "Counted apart",
        "Answers to edition 2013.",
    ):
        assert said in report
    before, _, answered = report.partition('id="answered"')
    for gone in ("Members and staff", "hard to reach", "Serious Case Review", "customer feedback"):
        assert gone not in before
    # There, both wordings are side by side.
    assert "<b>Edition 2013:</b> Members and staff understand" in answered
    apart = [[row["kind"], row["id"], row["value"]] for row in csv.DictReader(tidy) if row["kind"] == "apart"]
    # 2.L1 was not asked.
    national = [["rating_2_1", "D"], ["rating_5_1", "D"], ["rating_2_L1", ""]]
    assert [["apart", *one] for one in national] * 2 == apart
    assert 3 == sum(",rating,5.1," in line for line in tidy)


def test_an_entry_sheet_of_the_version_has_its_statements(tmp_path: Path) -> None:
    call_pmdiag("entry-sheet", "-o", tmp_path / "sheet.csv", "--local", EXAMPLE)
    heads = (tmp_path / "sheet.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")

    assert ["2.2", "2.3"] == heads[17:19]
    assert "2.L1" in heads
    assert "2.1" not in heads
