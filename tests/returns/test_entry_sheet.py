"""The entry sheet: what is in it, and that a filled one can be read."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import read_round
from pmdiag_build.returns.entry_sheet import entry_csv, entry_workbook
from tests.commands import call_pmdiag
from tests.returns.conftest import Returns
from tests.returns.samples import said_by

RECORD = ["reference", "role", "mode", "group_size", "area", "date", "lead", "contributors"]


@pytest.fixture(scope="module")
def book(tool: Tool) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(entry_workbook(tool)))


@pytest.fixture(scope="module")
def sheet(book: openpyxl.Workbook) -> Worksheet:
    first = book.worksheets[0]
    assert first.title == "Returns"
    return first


def _headers(tool: Tool) -> list[str]:
    features = [feature.id for feature in tool.framework.features]
    statements = [statement.id for statement in tool.framework.statements]
    comments = [f"{kind} {feature}" for feature in features for kind in ("doing", "improve")]
    return [*RECORD, *statements, *(f"overall {feature}" for feature in features), *comments, "more room", "pack"]


def test_the_headers_are_those_of_the_interface_as_text(sheet: Worksheet, tool: Tool) -> None:
    cells = list(sheet[1])

    assert _headers(tool) == [cell.value for cell in cells]
    assert {("s", "@")} == {(cell.data_type, cell.number_format) for cell in cells}


def test_every_answer_column_is_text_so_that_nothing_typed_is_changed(sheet: Worksheet, tool: Tool) -> None:
    headers = _headers(tool)
    formats = {
        headers[number - 1]: columns.number_format
        for columns in sheet.column_dimensions.values()
        for number in range(columns.min or 0, (columns.max or 0) + 1)
    }

    assert set(headers) == set(formats)
    assert {"group_size": "0"} == {header: code for header, code in formats.items() if code != "@"}


def test_headers_and_references_stay_in_sight_and_are_printed_on_every_page(sheet: Worksheet) -> None:
    # The second row, which is hidden, is a head too: Google Sheets sorts rows that are not frozen.
    assert "B3" == sheet.freeze_panes
    assert ("$1:$1", "$A:$A") == (sheet.print_title_rows, sheet.print_title_cols)
    assert "landscape" == sheet.page_setup.orientation


def test_levels_roles_and_modes_have_lists(book: openpyxl.Workbook, sheet: Worksheet, tool: Tool) -> None:
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}

    assert '"L,D,E"' == lists["I3"]
    assert sum(source == '"L,D,E"' for source in lists.values()) == 41 + 5
    for cell, field in (("B3", "role"), ("C3", "mode")):
        name, _, area = lists[cell].partition("!")
        cells = book[name.strip("'")][area.replace("$", "")]
        assert [option.label for option in tool.record.field(field).options] == [row[0].value for row in cells]


def test_the_name_of_a_sheet_may_hold_an_apostrophe(tool: Tool) -> None:
    words = {**tool.words, "sheet": {**tool.words["sheet"], "sheet_how": "What's asked"}}
    book = openpyxl.load_workbook(io.BytesIO(entry_workbook(replace(tool, words=words))))

    assert "'What''s asked'!" in book.worksheets[0].data_validations.dataValidation[0].formula1


def test_a_brace_in_a_word_is_printed_as_it_stands(tool: Tool) -> None:
    words = {**tool.words, "sheet": {**tool.words["sheet"], "rating_wrong": "One of {levels} {or none"}}
    book = openpyxl.load_workbook(io.BytesIO(entry_workbook(replace(tool, words=words))))

    messages = {rule.error for rule in book.worksheets[0].data_validations.dataValidation}
    assert "One of L, D, E {or none" in messages


def test_every_question_is_a_note_on_its_header_and_a_line_of_the_second_sheet(
    book: openpyxl.Workbook, sheet: Worksheet, tool: Tool
) -> None:
    listed = {row[0]: row[1] for row in book["Statements"].iter_rows(min_row=2, values_only=True)}
    for cell in sheet[1]:
        assert cell.comment is not None
        assert listed[cell.value] == cell.comment.text
    for statement in tool.framework.statements:
        assert statement.text in str(listed[statement.id])


def test_the_same_tool_gives_the_same_bytes(tool: Tool) -> None:
    assert entry_workbook(tool) == entry_workbook(tool)


def test_an_empty_sheet_is_an_entry_sheet_without_returns_and_says_so(returns: Returns) -> None:
    returns.put("a.xlsx", entry_workbook(returns.tool))
    returns.put("b.csv", entry_csv(returns.tool))

    found = returns.read()

    assert 0 == found.accounts.found
    assert [
        (f"{name}: This entry sheet has no rows. If rows were typed, they were not saved: ask for the file again.")
        for name in ("a.xlsx", "b.csv")
    ] == returns.lines()


def test_what_is_typed_into_it_comes_back(returns: Returns, tool: Tool) -> None:
    typed = openpyxl.load_workbook(io.BytesIO(entry_workbook(tool)))
    page = typed.worksheets[0]
    columns = {header: number for number, header in enumerate(_headers(tool), 1)}
    record = {"reference": "A1", "role": "Elected member", "mode": "A group, answering together"}
    for header, text in {
        **record,
        "3.10": "d",
        "3.1": "-",
        "overall 5": "Effective",
        "doing 2": "=1+1\nno",
        "more room": "3.1: it is new",
    }.items():
        page.cell(2, columns[header], text).data_type = "s"
    page.cell(2, columns["group_size"], 6)
    typed.save(returns.folder / "typed.xlsx")

    (response,) = returns.read().responses

    assert said_by(response) == {
        "record_reference": "A1",
        "record_role": "elected-member",
        "record_mode": "group",
        "record_group_size": "6",
        "rating_3_10": "D",
        "overall_5": "E",
        "doing_2": "=1+1\nno",
        "more_room": "3.1: it is new",
    }


def test_the_csv_opens_in_a_british_spreadsheet(tool: Tool) -> None:
    content = entry_csv(tool)

    assert content.startswith(b"\xef\xbb\xbfreference,role,")
    header, stamps = content.decode("utf-8-sig").splitlines()
    assert _headers(tool) == header.split(",")
    # In a narrow first column the sentence runs over the empty cells beside it.
    assert stamps.startswith("Leave this row as it is. It says which wording was asked: entry-sheet@2013@")
    assert [""] * 7 == stamps.split(",")[1:8]
    assert len(_headers(tool)) == len(stamps.split(","))


# ---- the command


def test_the_command_writes_a_sheet_and_never_over_another(tmp_path: Path, tool: Tool) -> None:
    target = tmp_path / "my returns.xlsx"
    first = call_pmdiag("entry-sheet", "-o", target)
    target.write_bytes(b"somebody's work")
    second = call_pmdiag("entry-sheet", "-o", target)

    assert (0, 2) == (first.code, second.code)
    assert b"somebody's work" == target.read_bytes()
    assert "There is already a file of this name" in second.stderr
    assert call_pmdiag("entry-sheet", "-o", target, "--force").code == 0
    assert 0 == read_round([target], tool).accounts.found
    assert [target] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "said"), [("a.ods", "can't be a file of this kind"), ("no/a.csv", "Its folder does not exist")]
)
def test_the_command_says_what_can_not_be_written(name: str, said: str, tmp_path: Path) -> None:
    outcome = call_pmdiag("entry-sheet", "-o", tmp_path / name)

    assert outcome.code == 2
    assert said in outcome.stderr


def test_the_command_warns_of_csv_in_spreadsheets(tmp_path: Path) -> None:
    outcome = call_pmdiag("entry-sheet", "-o", tmp_path / "a.csv")

    assert outcome.code == 0
    assert "turn the header 3.10 into 3.1" in outcome.stdout
