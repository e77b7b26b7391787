"""What analysts get: tidy columns that explain themselves, and tables that their programs find by name."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Fault, Location, Problem
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.read_earlier_round import earlier_round
from pmdiag_build.results.writers.records import COLUMNS, ShownIn, responses_csv
from pmdiag_build.returns.response import Response
from tests.results.reading import book, kept_book, rows
from tests.results.reading import responses_csv as lines_of
from tests.results.rounds import outputs, random_round, response, source
from tests.returns import libreoffice


def in_area(one: Response, area: str) -> Response:
    return replace(one, record=replace(one.record, area=area))


def test_each_row_says_its_round_edition_area_and_date(tool: Tool) -> None:
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "We talk."}, date="3 Feb 2026", role="manager")
    other = response(tool, {"1.1": "E"}, date="in spring")
    files = outputs(tool, [replace(in_area(one, "North, upper"), pack_id="interview@2013@0123abcd"), other])
    first, second = ([line for line in lines_of(files) if line["response"] == n] for n in "12")
    entries = source(tool, [one]).release.entries

    assert {("", "2013", "North, upper", "2026-02-03")} == {
        tuple(line[name] for name in ("round", "edition", "area", "date")) for line in first if line["kind"] == "rating"
    }
    assert {("", "", "in spring")} == {tuple(line[name] for name in ("edition", "area", "date")) for line in second}
    assert "\r\n=Autumn" not in responses_csv(entries, tool, "=Autumn", ShownIn({}, {}), attribute=False).decode()
    assert (
        "\r\n'=Autumn,,,manager,," in responses_csv(entries, tool, "=Autumn", ShownIn({}, {}), attribute=False).decode()
    )


@pytest.mark.parametrize("attribute", [False, True])
def test_a_text_says_who_wrote_it_only_if_asked(tool: Tool, attribute: bool) -> None:
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "We talk."}, date="3 Feb 2026", role="manager")
    files = outputs(tool, [in_area(one, "North")], Rules(attribute=attribute))
    (text,) = [line for line in lines_of(files) if line["kind"] == "doing"]

    assert (("manager", "North", "2026-02-03") if attribute else ("", "", "")) == (
        text["role"], text["area"], text["date"]
    )  # fmt: skip


def test_the_sheet_of_responses_says_the_same(tool: Tool) -> None:
    one = in_area(response(tool, {"1.1": "L"}, date="in spring"), "North")
    (row,) = rows(kept_book(outputs(tool, [one]))["Responses"])

    assert ("North", "in spring", None, None) == tuple(row[head] for head in ("Area", "Date", "Edition", "Round"))


def test_every_column_and_every_question_is_explained(tool: Tool) -> None:
    files = outputs(tool, [response(tool, {"1.1": "L"})])
    columns, codebook = (
        list(csv.DictReader(io.StringIO(files[f"keep/{name}.csv"].decode("utf-8-sig"), newline="")))
        for name in ("columns", "codebook")
    )
    asked = {(line["kind"], line["id"]): line["wording"] for line in lines_of(files)}

    assert list(COLUMNS) == [line["column"] for line in columns] == list(lines_of(files)[0])
    assert all(line["contains"] for line in columns)
    assert asked == {(line["kind"], line["id"]): line["wording"] for line in codebook}
    assert {"L Limited; D Developing; E Effective"} == {line["levels"] for line in codebook}
    assert all(line["text"] and line["feature"] == line["id"][0] for line in codebook)


def test_files_of_before_these_columns_are_earlier_rounds_too(tool: Tool) -> None:
    one = in_area(response(tool, {"1.1": "L"}, reference="A", role="manager", date="3 Feb 2026"), "North")
    lines = lines_of(outputs(tool, [one]))
    old = ("reference", "role", "mode", "kind", "id", "value", "response", "group_size", "wording")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, old, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    earlier = earlier_round(text.getvalue().encode(), "responses.csv", tool)

    assert (1, (1, 0, 0)) == (earlier.responses, earlier.counts["rating", "1.1"].chosen)
    assert "manager" == earlier.given[0].role


NAMED = {
    "share/tables.xlsx": {
        *("Returns", "Modes", "Roles", "AtAGlance"),
        *("Statements", "OverallViews", "Differences", "ByRole", "Comments"),
    },
    "keep/responses.xlsx": {"Responses", "Problems"},
}


def tables(content: bytes) -> dict[str, tuple[Worksheet, Table]]:
    found = openpyxl.load_workbook(io.BytesIO(content))
    return {table.name: (sheet, table) for sheet in found for table in sheet.tables.values()}


@pytest.fixture(scope="module")
def files(tool: Tool) -> dict[str, bytes]:
    problems = [Problem(Location("a.pdf"), Fault("It is damaged", "Ask for it again"))]
    return outputs(tool, random_round(tool, 21, {"manager": 9, "practitioner": 8, "": 5}), problems=problems)


@pytest.mark.parametrize("name", NAMED)
def test_tables_are_found_by_name_with_their_heads_in_one_row(files: dict[str, bytes], name: str) -> None:
    found = tables(files[name])

    assert NAMED[name] == set(found)
    for sheet, table in found.values():
        left, top, right, bottom = range_boundaries(table.ref)
        heads, *cells = sheet.iter_rows(top, bottom, left, right, values_only=True)
        assert list(heads) == [column.name for column in table.tableColumns]
        assert all(isinstance(head, str) for head in heads)
        assert any(value is not None for value in cells[-1]), "the table ends with its last row"
        below = next(sheet.iter_rows((bottom or 0) + 1, values_only=True), (None,))
        assert sheet.title == "Overview" or below[0] is None
        assert not [merged for merged in sheet.merged_cells.ranges if not merged.isdisjoint(CellRange(table.ref))]
        assert sheet.auto_filter.ref is None, "a table has its own"


def test_a_table_without_rows_is_one_still(tool: Tool) -> None:
    found = tables(outputs(tool, [])["keep/responses.xlsx"])

    assert {"A4:BD5", "A4:C5"} == {table.ref for _, table in found.values()}


def test_heads_that_a_local_version_words_alike_are_told_apart(tool: Tool) -> None:
    words = {**tool.words, "report": {**tool.words["report"], "base": "Effective", "not_answered": "no\nview " * 60}}
    _, table = tables(outputs(replace(tool, words=words), [response(tool, {"1.1": "L"})])["share/tables.xlsx"])[
        "Statements"
    ]
    heads = [column.name for column in table.tableColumns]

    assert ["Effective (2)", "Pattern"] == heads[-2:]
    assert heads[-3].startswith("no view no view")
    assert len(heads[-3]) <= 255


@pytest.mark.slow
def test_libreoffice_opens_the_tables_under_their_names(
    files: dict[str, bytes], tmp_path: Path, libreoffice_profile: Path
) -> None:
    (tmp_path / "tables.xlsx").write_bytes(files["share/tables.xlsx"])
    libreoffice.edited(tmp_path / "tables.xlsx", "", {tmp_path / "tables.ods": "ods"}, libreoffice_profile)
    with zipfile.ZipFile(tmp_path / "tables.ods") as archive:
        content = archive.read("content.xml").decode()

    ranges = re.findall(r'<table:database-range table:name="(\w+)" table:target-range-address="([^"]+)"', content)
    assert NAMED["share/tables.xlsx"] == {name for name, _ in ranges}
    assert "Statements.A4:Statements.J45" in dict(ranges)["Statements"].replace("$", "").replace("'", "")


README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_recipes_of_readme_work(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    part = README.partition("## For analysts")[2].partition("\n## ")[0]
    code = "\n".join(line[4:] for line in part.splitlines() if line.startswith("    ") and not line.startswith("    ="))
    script = f"{code}\nprint(len(responses), len(statements), len(codebook), len(by_role), *statements['No.'][20:25])"
    done = subprocess.run(
        (sys.executable, "-c", script), cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    )
    rows_by_role = len(rows(book(files)["By role"]))
    (by_name,) = re.findall(r'Item="(\w+)",Kind="Table"', part)

    assert f"{len(lines_of(files))} 41 46 {rows_by_role} 3.5 3.6 3.7 3.8 3.9" == done.stdout.strip()
    assert by_name in tables(files["share/tables.xlsx"])
