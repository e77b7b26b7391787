"""The workbook as an analyst opens it: sheets, types, filters, frozen panes, charts, print set-up."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Fault, Location, Problem
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.read_earlier_round import read_previous
from pmdiag_build.results.request import Request, read_request
from pmdiag_build.results.run import report_input
from pmdiag_build.results.writers.records import RESPONSES_CSV
from pmdiag_build.results.writers.workbook import Book, Column
from pmdiag_build.results.writers.workbook.counts import tables_book
from pmdiag_build.returns.find_files import File
from tests.results.reading import HEAD_ROW, book, kept_book, responses_json, rows
from tests.results.rounds import outputs, random_round, response, round_of, source

TABLES = ["Statements", "Overall views", "Differences", "By role", "Comments"]
RECORDS = ["Responses", "Problems"]


@pytest.fixture(scope="module")
def files(tool: Tool) -> dict[str, bytes]:
    problems = [Problem(Location.row("typed.csv", 7), Fault("“maybe” is not a level", "Correct the cell"))]
    return outputs(tool, random_round(tool, 21, {"manager": 9, "practitioner": 8, "": 5}), problems=problems)


def test_the_sheets_are_those_that_are_promised(files: dict[str, bytes]) -> None:
    assert ["Overview", *TABLES] == book(files).sheetnames
    assert RECORDS == kept_book(files).sheetnames


@pytest.mark.parametrize("name", TABLES + RECORDS)
def test_each_table_has_a_caption_filters_fixed_heads_and_a_print_set_up(files: dict[str, bytes], name: str) -> None:
    sheet: Worksheet = (kept_book(files) if name in RECORDS else book(files))[name]
    heads = [cell.value for cell in sheet[HEAD_ROW]]

    assert "Base: " in str(sheet["A1"].value)
    assert [True] == [
        bool(table.autoFilter) and table.ref.startswith(f"A{HEAD_ROW}:") for table in sheet.tables.values()
    ]
    assert int(re.findall(r"\d+", str(sheet.freeze_panes))[0]) == HEAD_ROW + 1
    assert sheet.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW}"
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.page_setup.fitToHeight == 0
    assert len(heads) == len(set(heads)), "equal heads can't be told apart in a filter"


@pytest.mark.slow
def test_columns_are_typed(tool: Tool) -> None:
    one = response(tool, {"1.1": "L"}, date="3/2/2026")
    other = response(tool, {"1.1": "E"}, date="in spring", mode="group", size=4)
    sheet = rows(kept_book(outputs(tool, [one, other]))["Responses"])

    day = datetime(2026, 2, 3)  # noqa: DTZ001 — a day of the calendar has no time zone
    assert (1, day, "Limited", 1) == tuple(sheet[0][h] for h in ("Response", "Date", "1.1", "People"))
    assert (2, "in spring", "Effective", 4) == tuple(sheet[1][h] for h in ("Response", "Date", "1.1", "People"))


@pytest.mark.parametrize(("attribute", "cut"), [(False, 5), (True, 7)], ids=["plain", "attributed"])
def test_texts_longer_than_a_cell_say_how_much_more_there_is_and_where(tool: Tool, attribute: bool, cut: int) -> None:
    long = "👩 and so on " * 4000
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "Yes."}, reference=long, date=long, contributors=long)
    one = replace(one, record=replace(one.record, area=long))
    problems = [Problem(Location("a.json"), Fault(long, long))]
    found = outputs(tool, [one], Rules(min_group=1, attribute=attribute), problems=problems)
    values = [
        (sheet.title, cell.value)
        for sheet in (*book(found), *kept_book(found))
        for row in sheet.iter_rows()
        for cell in row
    ]
    cells = [(title, text) for title, text in values if isinstance(text, str) and len(text) > 20_000]

    assert cut == len(cells)
    for title, text in cells:
        start, _, rest = text.partition(" … ")
        n, _, where = rest.partition(" more letters, ")
        assert len(text.encode("utf-16-le")) // 2 <= 32_767
        assert long.startswith(start)
        assert len(long) - len(start) == int(n.replace(",", ""))
        kept = {"Problems": "in keep/problems.csv", "Responses": "in keep/responses.json"}
        # Who reads the tables of share has no file of keep.
        assert kept.get(title, "which whoever keeps the returns has") == where
    assert long == responses_json(found)[0]["record"]["area"]


@pytest.mark.parametrize("typed", ["1026-11-22", "0001-01-01", "28/2/1900"])
def test_days_that_excel_cannot_count_stay_as_they_were_typed(tool: Tool, typed: str) -> None:
    found = outputs(tool, [response(tool, {"1.1": "L"}, date=typed)])

    assert typed == rows(kept_book(found)["Responses"])[0]["Date"]


def test_statement_numbers_stay_text(files: dict[str, bytes]) -> None:
    assert "3.10" in [row["No."] for row in rows(book(files)["Statements"])]
    assert "3.10" in [cell.value for cell in kept_book(files)["Responses"][HEAD_ROW]]


def test_a_title_and_a_theme_that_look_like_markup_stand_as_they_were_typed(tool: Tool, tmp_path: Path) -> None:
    responses = [response(tool, {"1.1": "L"}, comments={("doing", "1"): f"late {n}"}) for n in range(6)]
    listed = source(tool, responses).to_check()
    lines = ["id,comment,what_to_do,theme", *(f"{one.id},{one.comment.text},keep,<r>t & <b></r>" for one in listed)]
    (tmp_path / "responses.csv").write_bytes(outputs(tool, random_round(tool, 70, {"manager": 12}))[RESPONSES_CSV])
    given = read_request(Request(comments=File("c.csv", "\n".join(lines).encode())), tool)
    given = replace(given, title="<r>x</r>", earlier=(read_previous(tmp_path, tool),))
    tables = book({"share/tables.xlsx": tables_book(report_input(round_of(responses), tool, Rules(), given))})
    overview = [cell for row in tables["Overview"].iter_rows(values_only=True) for cell in row]

    assert {"<r>x</r>", "<r>t & <b></r>"} <= {*overview}
    assert {"<r>t & <b></r>"} == {row["Theme"] for row in rows(tables["Comments"])}
    assert {"<r>x</r>", "Earlier round"} == {row["Round"] for row in rows(tables["Rounds"])}


@pytest.mark.parametrize("text", ["<r>x</r>", "<r></r>", "<r>a</t></r>", "_x0041_"])
def test_rows_of_ours_may_contain_what_looks_like_markup(text: str) -> None:
    made = Book("title", "author", "footer", ["a", "b", "c"], "axis")
    made.table("Named", "Sheet", "caption", "", [Column("head", 9)], [[text]], freeze=1)
    sheet = openpyxl.load_workbook(io.BytesIO(made.content()))["Sheet"]

    assert text == sheet.cell(HEAD_ROW + 1, 1).value


def test_differences_begin_with_the_opposed(files: dict[str, bytes]) -> None:
    patterns = [row["Pattern"] for row in rows(book(files)["Differences"])]
    order = ["opposed", "two voices apart", "one voice apart", "neighbouring levels", "shared", "no answers"]

    assert len(patterns) == 41
    assert sorted(patterns, key=order.index) == patterns


def test_charts_are_native_and_told_apart_without_colour(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files["share/tables.xlsx"])) as archive:
        charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")]
        drawings = "".join(archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/drawings/drawing"))

    assert len(charts) == 7  # overview, overall views, five features
    for chart in charts:
        series = re.findall(r"<c:ser>.*?</c:ser>", chart)
        assert ["Limited", "Developing", "Effective"] == [re.findall(r"<c:v>(\w+)</c:v>", s)[0] for s in series]
        assert ["solid", "pattern", "solid"] == ["pattern" if "<a:pattFill" in s else "solid" for s in series]
        assert all('<c:showVal val="1"/>' in s for s in series)
        assert '<c:grouping val="stacked"/>' in chart
    assert drawings.count("descr=") >= 7


def test_problems_name_place_reason_and_what_to_do(files: dict[str, bytes]) -> None:
    assert [
        {"Place": "typed.csv: row 7", "What is wrong": "“maybe” is not a level", "What to do": "Correct the cell"}
    ] == rows(kept_book(files)["Problems"])


def test_long_texts_have_rows_high_enough_to_read(files: dict[str, bytes]) -> None:
    sheet = book(files)["Statements"]
    heights = [sheet.row_dimensions[n].height for n in range(HEAD_ROW + 1, HEAD_ROW + 42)]

    assert max(height or 0 for height in heights) > 35


def test_the_sheet_says_how_large_it_is(files: dict[str, bytes]) -> None:
    """Programs that read row by row stop where the sheet says that it ends."""
    sheet = kept_book(files)["Responses"]

    assert HEAD_ROW + 22 == sheet.max_row
    with zipfile.ZipFile(io.BytesIO(files["keep/responses.xlsx"])) as archive:
        assert f':BD{HEAD_ROW + 22}"' in archive.read("xl/worksheets/sheet1.xml").decode()[:1000]
