"""Workbooks as spreadsheet programs write them, damaged ones, and ones that are far too large."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from pmdiag_build.problems import Problem, together
from pmdiag_build.returns.entry_sheet import entry_workbook
from tests.returns.conftest import Returns
from tests.returns.paper import Answers
from tests.returns.samples import said_by
from tests.returns.written import (
    as_csv,
    as_grid,
    as_ods,
    as_xlsx,
    compound,
    full_grid,
    noted,
    ods_of,
    ods_of_sheets,
    xlsx_of,
    xlsx_of_sheets,
    zipped,
)
from tests.steps import at_most

ROWS: list[Answers] = [
    {"record_reference": "A", "rating_1_1": "L", "rating_3_10": "E", "doing_1": "one\ntwo"},
    {"record_reference": "B", "rating_1_1": "E", "overall_2": "D"},
]


def _sheet(rows: str, after: str = "", before: str = "") -> bytes:
    return xlsx_of(f"{before}<sheetData>{HEADER}{rows}</sheetData>{after}")


def _text(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


HEADER = f'<row r="1">{_text("A1", "reference")}{_text("B1", "1.1")}{_text("C1", "doing 1")}</row>'


def test_every_sheet_with_an_entry_header_is_read_and_others_are_not(returns: Returns) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("Notes").write_string(0, 0, "Ask Ann about 1.1")
        for name, row in zip(("Ann's", "Bo's"), ROWS, strict=True):
            for number, cells in enumerate(full_grid(returns.tool, [row])):
                book.get_worksheet_by_name(name) or book.add_worksheet(name)
                book.get_worksheet_by_name(name).write_row(number, 0, cells)
    returns.put("a.xlsx", out.getvalue())

    found = returns.read()

    assert ROWS == [said_by(response) for response in found.responses]
    assert ["a.xlsx: Ann's!2", "a.xlsx: Bo's!2"] == [response.source for response in found.responses]


WRITERS: list[Callable[[dict[str, list[list[str]]]], bytes]] = [xlsx_of_sheets, ods_of_sheets]


@pytest.mark.parametrize("write", WRITERS)
def test_a_table_that_begins_below_the_first_row_is_not_lost_beside_a_good_one(
    write: Callable[[dict[str, list[list[str]]]], bytes], returns: Returns
) -> None:
    good, other = ([["reference", "1.1", "1.2"], [reference, "L", "D"]] for reference in "AB")
    returns.put("a", write({"Good": good, "Late": [["Typed by Ann"], [""], *other]}))

    found = returns.read()

    assert (2, 1, 1) == (found.accounts.found, found.accounts.counted, found.accounts.set_aside)
    assert (
        "a: Late!A3: The table in this sheet begins in row 3, not in the first, so it was not read. "
        "If it contains returns, delete the rows above row 3."
    ) in map(str, found.problems)


@pytest.mark.parametrize("write", WRITERS)
def test_sheets_that_are_not_read_are_named_but_for_empty_ones_and_our_own(
    write: Callable[[dict[str, list[list[str]]]], bytes], returns: Returns
) -> None:
    good = full_grid(returns.tool, ROWS)
    statements = [["Column", "Question"], ["1.1", "The potential …"], ["1.2", "Data …"]]
    returns.put("a", write({"Returns": good, "Statements": statements, "Empty": [], "Notes": [["L"], ["1.1 is odd"]]}))

    assert returns.lines() == [
        (
            "a: Notes: The sheet “Notes” was not read: its first row has none of the headers of an entry sheet. "
            "If it contains returns, correct its first row."
        )
    ]


def test_numbers_and_dates_become_the_text_that_a_person_sees(returns: Returns) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["reference", "mode", "group_size", "date", "1.1"])
    book.active.append([17, "group", 6.0, date(2026, 11, 22), "Limited"])
    out = io.BytesIO()
    book.save(out)
    returns.put("a.xlsx", out.getvalue())

    (response,) = returns.read().responses

    assert ("17", 6, "2026-11-22", "L") == (
        response.record.reference,
        response.record.group_size,
        response.record.date,
        response.ratings["1.1"],
    )


def test_an_unknown_value_is_named_by_its_cell(returns: Returns) -> None:
    returns.put("a.xlsx", as_xlsx(full_grid(returns.tool, [{"rating_1_1": "L", "rating_1_2": "4"}])))

    assert returns.lines() == [
        ("a.xlsx: Returns!J2: 1.2: “4” is not L, D or E, so it was not counted. Write the level that was meant.")
    ]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [('<c r="D1"><v>1.2</v></c>', "is a number (1.2)"), ('<c r="D1" s="1"><v>46054</v></c>', "is a date (2026-02-01)")],
)
def test_a_header_that_became_a_number_or_a_date_is_flagged_and_not_counted(
    cell: str, shown: str, returns: Returns
) -> None:
    header = HEADER.replace("</row>", f"{cell}</row>")
    row = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}{_text("D2", "E")}</row>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="16"/></cellXfs>'
    returns.put("a.xlsx", xlsx_of(f"<sheetData>{header}{row}</sheetData>", styles=styles))

    found = returns.read()

    assert [("L", None)] == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    assert f"a.xlsx: S!D1: The header of column D {shown}" in str(found.problems[1])


def test_a_formula_counts_by_its_value_and_is_named_without_one(returns: Returns) -> None:
    good = f'<row r="2">{_text("A2", "A")}<c r="B2" t="str"><f>X1</f><v>L</v></c></row>'
    bad = f'<row r="3">{_text("A3", "B")}<c r="B3"><f>X1</f></c><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    returns.put("a.xlsx", _sheet(good + bad))

    found = returns.read()

    assert ["L", None] == [response.ratings["1.1"] for response in found.responses]
    lines = " ".join(map(str, found.problems))
    assert "a.xlsx: S!B3: 1.1: this is a formula without its value (“=X1”), so it was not counted." in lines
    assert "a.xlsx: S!C3: doing 1: this is an error value (“#DIV/0!”), so it was not counted." in lines


def test_a_formula_whose_value_is_an_empty_text_is_an_empty_cell(returns: Returns) -> None:
    good = f'<row r="2">{_text("A2", "A")}<c r="B2" t="str"><f>X1</f><v>L</v></c></row>'
    empty = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><f>X{n}</f><v></v></c><c r="B{n}" t="str"><f>Y{n}</f><v/></c></row>'
        for n in range(3, 8)
    )
    returns.put("a.xlsx", _sheet(good + empty))

    found = returns.read()

    assert (1, 1, ()) == (found.accounts.found, found.accounts.counted, _beside_columns(found.problems))


def _beside_columns(problems: Iterable[Problem]) -> tuple[str, ...]:
    """The problems but for the columns that these small sheets lack."""
    return tuple(str(problem) for problem in problems if "No column for" not in problem.what)


def test_a_cell_that_stands_twice_is_not_taken_for_one_answer(returns: Returns) -> None:
    row = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}{_text("B2", "E")}{_text("C2", "x")}{_text("C2", "x")}</row>'
    returns.put("a.xlsx", _sheet(row))

    found = returns.read()

    assert [(None, "x")] == [(one.ratings["1.1"], one.comments["doing", "1"]) for one in found.responses]
    assert "a.xlsx: S!B2: 1.1: more than one answer is given (“L” and “E”)" in str(found.problems[1])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (f'<row r="2">{_text("B2", "L")}</row><row r="2">{_text("B2", "E")}</row>', "row 2 is in it twice"),
        ('<row r="2"><c r="A2" t="s"><v>7</v></c></row>', "a cell names the text 7 of 0, so a part of it is missing"),
    ],
)
def test_a_sheet_that_contradicts_itself_is_set_aside(rows: str, said: str, returns: Returns) -> None:
    returns.put("a.xlsx", _sheet(rows))

    assert 1 == returns.read().accounts.set_aside
    assert f"a.xlsx: The workbook can't be read: {said}." in returns.lines()[0]


def test_a_header_cell_that_stands_twice_sets_the_workbook_aside(returns: Returns) -> None:
    header = HEADER.replace("</row>", f"{_text('C1', '1.2')}</row>")
    returns.put("a.xlsx", xlsx_of(f'<sheetData>{header}<row r="2">{_text("C2", "L")}</row></sheetData>'))

    assert "a cell of its header row is in it twice" in returns.lines()[0]


def test_a_row_of_totals_is_one_line_and_no_return(returns: Returns) -> None:
    total = {"record_reference": "Total", "rating_1_1": "1", "rating_1_2": "12", "overall_1": "66.7%"}
    named_so = {"record_reference": "Total Place", "rating_1_1": "L", "rating_1_2": "12"}
    returns.put("a.xlsx", as_xlsx(full_grid(returns.tool, [*ROWS, total, named_so])))

    found = returns.read()

    assert (4, 3, 1) == (found.accounts.found, found.accounts.counted, found.accounts.set_aside)
    assert str(found.set_aside[0]) == (
        "a.xlsx: Returns!4: Row 4 has numbers instead of levels: it is a row of totals, not a return. Delete the row."
    )


def test_merged_cells_have_one_answer_and_are_named(returns: Returns) -> None:
    rows = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}</row><row r="3">{_text("A3", "B")}{_text("C3", "x")}</row>'
    returns.put("a.xlsx", _sheet(rows, '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'))

    found = returns.read()

    assert ["L", None] == [response.ratings["1.1"] for response in found.responses]
    assert "a.xlsx: S!B3: 1.1: the cell is merged with B2" in " ".join(map(str, found.problems))


@pytest.mark.parametrize(
    ("cell", "after", "said"),
    [
        ("", '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>', "the cell is merged with A2, so it has no answer"),
        ('<c r="A3"><f>X1</f></c>', "", "this is a formula without its value (“=X1”), so it was not counted."),
    ],
)
def test_a_row_whose_reference_can_not_be_read_is_set_aside_once_with_the_true_reason(
    cell: str, after: str, said: str, returns: Returns
) -> None:
    rows = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}</row><row r="3">{cell}{_text("B3", "E")}</row>'
    returns.put("a.xlsx", _sheet(rows, after))

    found = returns.read()

    assert (1, 1) == (found.accounts.counted, found.accounts.set_aside)
    (line,) = (str(problem) for problem in found.problems if "S!A3" in str(problem))
    assert f"a.xlsx: S!A3: reference: {said}" in line


def test_hidden_rows_and_columns_are_read_and_said(returns: Returns) -> None:
    rows = f'<row r="2" hidden="1">{_text("A2", "A")}{_text("B2", "L")}</row>'
    returns.put("a.xlsx", _sheet(rows, before='<cols><col min="2" max="2" hidden="1"/></cols>'))

    found = returns.read()

    assert ["L"] == [response.ratings["1.1"] for response in found.responses]
    lines = " ".join(map(str, found.problems))
    assert "In S, 1 hidden row was read like the others (2)" in lines
    assert "The hidden column 1.1 was read like the others" in lines


@pytest.mark.parametrize("write", [xlsx_of_sheets, ods_of_sheets])
def test_a_hidden_sheet_is_read_and_said(write: Callable[..., bytes], returns: Returns) -> None:
    grids = [full_grid(returns.tool, [row]) for row in ROWS]
    returns.put("a", write({"Open": grids[0], "Old": grids[1]}, hidden="Old"))

    found = returns.read()

    assert 2 == found.accounts.counted
    line = "a: Old: The hidden sheet “Old” was read like the others. Delete it if its rows should not count."
    assert [line] == [str(problem) for problem in found.problems]


def test_rich_text_reading_aids_and_escapes_come_out_as_text(returns: Returns) -> None:
    shared = (
        "<si><r><t>bo</t></r><r><t>ld</t></r><rPh><t>no</t></rPh></si><si><t>bell_x0007_ and _x005F_x0041_</t></si>"
    )
    rows = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>'
    returns.put("a.xlsx", xlsx_of(f"<sheetData>{HEADER}{rows}</sheetData>", shared=shared))

    (response,) = returns.read().responses

    assert ("bold", "bell\x07 and _x0041_") == (response.record.reference, response.comments["doing", "1"])


# ---- files that are hard to read


def test_many_headers_that_are_not_known_are_one_line(returns: Returns) -> None:
    grid = full_grid(returns.tool, ROWS)
    grid[0] += [f"our own {number}" for number in range(1000)]
    returns.put("a.xlsx", as_xlsx(grid))
    returns.put("b.csv", as_csv([row + [""] * (len(grid[0]) - len(row)) for row in grid]))

    lines = [line for line in returns.lines() if "not known" in line]

    assert lines == [
        (
            f"{place}: 1000 headers are not known, so their columns were not counted (BO “our own 0”, BP “our own 1”, "
            "BQ “our own 2”, BR “our own 3”, BS “our own 4”, BT “our own 5”, BU “our own 6”, BV “our own 7” "
            "and 992 more). "
            "Correct the headers if the columns contain answers."
        )
        for place in ("a.xlsx: Returns!BO1", "b.csv:1")
    ]


def test_many_headers_that_became_dates_are_summed_up(returns: Returns) -> None:
    grid = full_grid(returns.tool, ROWS)
    grid[0] += ["1 Feb"] * 1000
    returns.put("a.xlsx", as_xlsx(grid))

    lines = [line for line in returns.lines() if "No column for" not in line]

    assert 101 == len(lines)
    assert (
        "a.xlsx: Returns!FK1: 900 headers are numbers or dates instead of text, so their columns were not counted."
        in lines[-1]
    )


_WIDE = 100_000
_CELL = '<c t="str"><v>x</v></c>'


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        xlsx_of("<sheetData>" + HEADER.replace("</row>", _CELL * _WIDE + "</row>") + "</sheetData>"),
        _sheet('<row r="2">' + '<c r="A2"><v>1</v></c>' * _WIDE + "</row>"),
        f"reference,1.1{',x' * _WIDE}\nA,L{',' * _WIDE}\n".encode(),
    ],
    ids=["workbook", "cells", "csv"],
)
def test_more_columns_than_a_sheet_can_have_set_it_aside_without_reading_each(content: bytes, returns: Returns) -> None:
    returns.put("a", content)

    with at_most(steps=10 * _WIDE):
        found = returns.read()

    assert (1, 1) == (found.accounts.set_aside, len(found.problems))
    assert "more than 16384 c" in str(found.problems[0])


# Linux counts the memory of whoever started a process into its peak (ru_maxrss), but not into VmHWM.
_IN_A_PROCESS_OF_ITS_OWN = """
import re, resource, sys
from pathlib import Path
from pmdiag_build.load import load_tool
from pmdiag_build.returns import read_round
tool = load_tool()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
found = read_round([Path(sys.argv[1])], tool)
pages = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
status = Path("/proc/self/status")
if status.exists():
    peak = int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) >> 10
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20  # macOS counts bytes
print(found.accounts.counted, peak, pages * resource.getpagesize() >> 20)
print(*found.problems, sep=chr(10))
"""


def _read_alone(path: Path) -> tuple[int, list[str]]:
    """Reads in a process of its own, within the memory that a return may take; gives (counted, lines).

    All memory that was ever asked for counts too: what copies a long text with each piece asks again and again.
    """
    if sys.platform == "win32":
        pytest.skip("memory is measured with POSIX's getrusage")
    command = (sys.executable, "-c", _IN_A_PROCESS_OF_ITS_OWN, path)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, *lines = done.stdout.splitlines()
    counted, peak, asked = map(int, first.split())
    assert (peak < 768, asked < 4096) == (True, True), f"{peak} MB at a time, {asked} MB in all"
    return counted, lines


@pytest.mark.slow
def test_a_million_empty_rows_are_read(returns: Returns) -> None:
    empty = "".join(f'<row r="{n}" spans="1:3"/>' for n in range(3, 1_000_001))
    row = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}</row>'
    path = returns.put("a.xlsx", _sheet(row + empty))

    counted, _ = _read_alone(path)

    assert counted == 1


def test_an_empty_row_costs_a_few_steps(returns: Returns) -> None:
    empty = "".join(f'<row r="{n}" spans="1:3"/>' for n in range(3, 20_003))
    returns.put("a.xlsx", _sheet(f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}</row>{empty}'))

    with at_most(steps=20 * 20_000):
        assert returns.read().accounts.counted == 1


def test_a_million_empty_rows_of_an_open_document_cost_nothing(returns: Returns) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048570">{cell}</table:table-row>'
    returns.put("a.ods", as_ods(as_grid(ROWS, list(ROWS[0])), after_rows=empty))

    assert returns.read().accounts.counted == 2


def _row_of(cell: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cell}</table:table-row>'


def _ods_bomb(cells: int, rows: int, repeated: int = 1) -> bytes:
    text = "<text:p>L</text:p></table:table-cell>"
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{cells}">{text}'
    return ods_of(f'<table:table table:name="S">{_row_of(cell, repeated) * rows}</table:table>')


def _lying(workbook: bytes) -> bytes:
    """The workbook, whose list of contents says of the sheet that it is small."""
    name = b"xl/worksheets/sheet1.xml"
    entry = workbook.rindex(name) - 46
    return workbook[: entry + 24] + (1000).to_bytes(4, "little") + workbook[entry + 28 :]


def _ods_text(paragraph: str) -> bytes:
    """A sheet with one return, whose comment is this paragraph."""
    rows = (("reference", "1.1", "doing 1"), ("A", "L", paragraph))
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    table = "".join(_row_of("".join(map(cell.format, row))) for row in rows)
    return ods_of(f'<table:table table:name="S">{table}</table:table>')


def _merged(rows: Iterable[int], merge: str, times: int) -> bytes:
    """A sheet with returns in these rows, and one range of cells that is merged many times."""
    returns = "".join(f'<row r="{n}">{_text(f"A{n}", f"R{n}")}{_text(f"B{n}", "L")}</row>' for n in rows)
    merges = f'<mergeCell ref="{merge}"/>' * times
    return _sheet(returns, f"<mergeCells>{merges}</mergeCells>")


BOMBS: dict[str, Callable[[], bytes]] = {
    "empty formatted cells": lambda: _sheet('<row><c s="1"/><c s="1"/><c s="1"/><c s="1"/></row>' * 2_000_000),
    "texts": lambda: xlsx_of(f"<sheetData>{HEADER}</sheetData>", shared="<si><t>a</t></si>" * 5_000_000),
    "rows": lambda: _sheet("<row><c><v>1</v></c><c><v>1</v></c></row>" * 1_500_000),
    "repeated cells": lambda: _ods_bomb(cells=1000, rows=100_000),
    "repeated rows": lambda: _ods_bomb(cells=1, rows=1, repeated=3_000_000),
    "repeated spaces": lambda: _ods_text('<text:s text:c="10000"/>' * 100_000),
    "merged cells": lambda: _merged(range(2, 3002), "A2:C3001", 2000),
    "a size that is a lie": lambda: _lying(_sheet('<row><c s="1"/><c s="1"/></row>' * 3_000_000)),
}


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_named_and_takes_little_memory(bomb: str, returns: Returns) -> None:
    path = returns.put("a", BOMBS[bomb]())

    counted, lines = _read_alone(path)

    assert counted == 0
    assert "a: The workbook " in lines[0]


_LONG = 55 << 20
LARGE: dict[str, Callable[[], bytes]] = {
    "a text": lambda: _sheet(f'<row r="2">{_text("A2", "A")}<c r="C2" t="str"><v>{"a" * _LONG}</v></c></row>'),
    "a text of an open document": lambda: _ods_text("a" * _LONG),
}


@pytest.mark.slow
@pytest.mark.parametrize("large", LARGE)
def test_a_text_larger_than_a_return_may_be_is_named_without_copying_it_with_each_piece(
    large: str, returns: Returns
) -> None:
    path = returns.put("a", LARGE[large]())

    counted, lines = _read_alone(path)

    assert counted == 0
    assert "letters" in lines[0]


def test_a_large_merged_range_is_not_walked_row_by_row(returns: Returns) -> None:
    returns.put("a.xlsx", _merged((2, 9_999_999), "A2:A9999999", 100))

    with at_most(steps=500_000):
        assert returns.read().accounts.counted == 1


def test_a_row_that_stands_twice_hides_no_other(returns: Returns) -> None:
    row = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}</row>'
    returns.put("a.xlsx", _sheet(row + row.replace(">A<", ">B<")))

    assert "a.xlsx: The workbook can't be read: row 2 is in it twice." in returns.lines()[0]


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        (compound("EncryptedPackage"), "save it without the password"),
        (compound("Workbook"), "save it as .xlsx"),
        (b"PK\x03\x04 cut short", "Ask for it again"),
        (b"<html><table><tr><td>1.1</td></tr></table></html>", "save it as .xlsx"),
    ],
)
def test_workbooks_that_are_none_have_their_fix(content: bytes, fix: str, returns: Returns) -> None:
    returns.put("a.xls", content)

    assert fix in returns.lines()[0]
    assert returns.read().accounts.set_aside == 1


def test_a_workbook_cut_short_or_with_a_damaged_part_is_set_aside(returns: Returns) -> None:
    whole = as_xlsx(full_grid(returns.tool, ROWS))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.getinfo("xl/sharedStrings.xml").header_offset + 60
    returns.put("cut.xlsx", whole[:-100])
    returns.put("zeroed.xlsx", whole[:start] + bytes(64) + whole[start + 64 :])

    assert returns.read().accounts.set_aside == 2


def test_a_password_on_an_open_document_is_named(returns: Returns) -> None:
    content = io.BytesIO(as_ods(full_grid(returns.tool, ROWS)))
    with zipfile.ZipFile(content, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
    returns.put("a.ods", content.getvalue())

    assert "The workbook is protected with a password" in returns.lines()[0]


def test_entities_in_a_workbook_are_refused(returns: Returns) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><sheetData>&a;</sheetData>'
    content = xlsx_of("")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, bomb if name.endswith("sheet1.xml") else part)
    returns.put("a.xlsx", out.getvalue())

    assert "it declares a document type" in returns.lines()[0]


def test_rows_below_a_header_row_with_other_columns_are_not_counted_under_ours(returns: Returns) -> None:
    other = [["reference", "1.2", "1.1", "doing 1"], ["C", "L", "E", ""], ["D", "L", "E", ""]]
    returns.put("a.xlsx", as_xlsx([["reference", "1.1", "1.2", "doing 1"], ["A", "L", "D", "So"], *other]))

    found = returns.read()

    assert ["A"] == [response.record.reference for response in found.responses]
    (line,) = map(str, together(found.set_aside))
    assert line == (
        "a.xlsx: 2 rows are below row 3, a header row with other columns, so they were not counted: "
        "row 4, row 5 in sheet Returns. Put row 3 and the rows below it into a sheet of their own."
    )


@pytest.mark.parametrize("cell", ["A1", "B2", "B3", "BN9"])
def test_a_note_is_named_wherever_it_is(cell: str, returns: Returns) -> None:
    returns.put("a.xlsx", noted(full_grid(returns.tool, ROWS), cell, "  I am\nnot sure "))

    found = returns.read()

    assert ROWS == [said_by(response) for response in found.responses]
    (line,) = returns.lines()
    assert line.startswith(f"a.xlsx: Returns!{cell}: ")
    assert "the cell has a note (“I am not sure”), which was not counted. Read it, and correct the answer" in line


def test_notes_on_all_headers_say_what_the_columns_ask(returns: Returns) -> None:
    returns.put("a.xlsx", entry_workbook(returns.tool, ROWS))

    assert [] == returns.lines()


def test_answers_to_a_note_are_named_instead_of_the_note_for_older_programs(returns: Returns) -> None:
    main = "http://schemas.openxmlformats.org"
    kinds = {"comments1.xml": f"{main}/officeDocument/2006/relationships/comments"}
    kinds["threaded1.xml"] = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    related = "".join(
        f'<Relationship Id="r{n}" Type="{kind}" Target="../{part}"/>' for n, (part, kind) in enumerate(kinds.items())
    )
    threaded = "".join(f'<threadedComment ref="B2"><text>{text}</text></threadedComment>' for text in ("E?", "Yes, E"))
    old = '<comment ref="B2"><text><t>[Threaded comment] Get a newer program</t></text></comment>'
    row = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}</row>'
    with zipfile.ZipFile(io.BytesIO(_sheet(row))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = f"<Relationships>{related}</Relationships>".encode()
    parts["xl/comments1.xml"] = f"<comments><commentList>{old}</commentList></comments>".encode()
    parts["xl/threaded1.xml"] = f"<ThreadedComments>{threaded}</ThreadedComments>".encode()
    returns.put("a.xlsx", zipped(parts))

    assert any("S!B2: 1.1: the cell has a note (“E? / Yes, E”)" in line for line in returns.lines())


def test_a_struck_header_costs_its_column(returns: Returns) -> None:
    styles = "<fonts><font/><font><strike/></font></fonts><cellXfs><xf/><xf fontId='1'/></cellXfs>"
    header = HEADER.replace('r="B1"', 'r="B1" s="1"')
    row = f'<row r="2">{_text("A2", "A")}{_text("B2", "L")}{_text("C2", "Well")}</row>'
    returns.put("a.xlsx", xlsx_of(f"<sheetData>{header}{row}</sheetData>", styles=styles))

    found = returns.read()

    assert found.responses[0].ratings["1.1"] is None
    assert any("The header of column B (“1.1”) is struck through" in str(problem) for problem in found.problems)
    assert not any("No column for 1.1," in str(problem) for problem in found.problems)


def test_a_line_through_a_cell_comes_from_its_row_its_column_or_a_style_above(returns: Returns) -> None:
    line = '<style:text-properties style:text-line-through-type="single"/>'
    plain = '<style:text-properties style:text-line-through-style="none"/>'
    styles = f'<style:style style:name="old" style:family="table-cell">{line}</style:style>'
    styles += '<style:style style:name="older" style:parent-style-name="old"/>'
    styles += f'<style:style style:name="new" style:parent-style-name="old">{plain}</style:style>'

    def row(reference: str, style: str, cell: str) -> str:
        cells = "".join(
            f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'
            for text, more in ((reference, ' table:style-name="new"'), ("L", cell), ("D", ' table:style-name="new"'))
        )
        return f"<table:table-row{style}>{cells}</table:table-row>"

    of_row, own = ' table:default-cell-style-name="older"', ' table:style-name="older"'
    rows = row("A", "", "") + row("B", of_row, "") + row("C", "", own) + row("D", "", ' table:style-name="new"')
    columns = '<table:table-column/><table:table-column table:default-cell-style-name="old"/><table:table-column/>'
    header = row("reference", "", ' table:style-name="new"').replace(">L<", ">1.1<").replace(">D<", ">1.2<")
    returns.put("a.ods", ods_of(f'<table:table table:name="S">{columns}{header}{rows}</table:table>', styles))

    found = returns.read()

    levels = {one.record.reference: (one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses}
    assert {"A": (None, "D"), "B": (None, "D"), "C": (None, "D"), "D": ("L", "D")} == levels


@pytest.mark.parametrize("twin", ["xl/worksheets/Sheet1.xml", "xl\\worksheets\\sheet1.xml"])
def test_a_part_that_is_in_a_workbook_twice_is_not_chosen(twin: str, returns: Returns) -> None:
    content = io.BytesIO(as_xlsx(full_grid(returns.tool, ROWS)))
    with zipfile.ZipFile(content, "a") as archive:
        other = zipfile.ZipInfo("x")
        # Set afterwards: the constructor turns back slashes.
        other.filename = twin
        archive.writestr(other, archive.read("xl/worksheets/sheet1.xml"))
    returns.put("a.xlsx", content.getvalue())

    assert "its part sheet1.xml is in it twice" in returns.lines()[0]
