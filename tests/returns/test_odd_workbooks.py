"""Workbooks with what entry sheets do not have: notes, dates, formulas, merged cells, missing parts."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.returns.conftest import Returns
from tests.returns.paper import Answers
from tests.returns.samples import said_by
from tests.returns.written import as_grid, as_ods, as_xlsx, ods_of, xlsx_of, zipped

ROWS: list[Answers] = [{"record_reference": "A", "rating_1_1": "L"}]


def _cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def _xlsx(row: str, header: str = "date", after: str = "", styles: str = "", before: str = "") -> bytes:
    """A sheet with one return “A”, 1.1 L, whose column C is `row`."""
    head = f'<row r="1">{_cell("A1", "reference")}{_cell("B1", "1.1")}{_cell("C1", header)}</row>'
    one = f'<row r="2">{_cell("A2", "A")}{_cell("B2", "L")}{row}</row>'
    return xlsx_of(f"{before}<sheetData>{head}{one}</sheetData>{after}", styles=styles)


def _parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _ods(cell: str, header: str = "date", row: str = "") -> bytes:
    """The same as an open document."""
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    head = "".join(map(text.format, ("reference", "1.1", header)))
    one = text.format("A") + text.format("L") + cell
    return ods_of(
        f'<table:table table:name="S"><table:table-row>{head}</table:table-row>'
        f"<table:table-row {row}>{one}</table:table-row></table:table>"
    )


def _ods_cell(text: str, type_: str = "string", more: str = "") -> str:
    return f'<table:table-cell office:value-type="{type_}" {more}><text:p>{text}</text:p></table:table-cell>'


_DATE_STYLE = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'


@pytest.mark.parametrize(
    ("content", "day"),
    [
        (_xlsx('<c r="C2" s="1"><v>46348</v></c>', styles=_DATE_STYLE), "2026-11-22"),
        (_xlsx('<c r="C2" t="d"><v>2026-11-22T00:00:00</v></c>'), "2026-11-22"),
        (
            _ods(_ods_cell("22/11", "date", 'office:date-value="2026-11-22"')),
            "2026-11-22",
        ),
    ],
    ids=["xlsx, by its format", "xlsx, by its type", "ods"],
)
def test_a_date_is_read_as_the_day_that_it_is(content: bytes, day: str, returns: Returns) -> None:
    returns.put("a", content)

    (response,) = returns.read().responses
    assert day == response.record.date


def test_a_date_of_a_workbook_whose_days_begin_in_1904_is_read_as_the_day_that_it_is(returns: Returns) -> None:
    parts = _parts(_xlsx('<c r="C2" s="1"><v>44886</v></c>', styles=_DATE_STYLE))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    returns.put("a", zipped(parts))

    (response,) = returns.read().responses
    assert "2026-11-22" == response.record.date


def test_a_number_that_is_too_large_for_a_day_stays_a_number(returns: Returns) -> None:
    returns.put("a", _xlsx('<c r="C2" s="1"><v>1e15</v></c>', styles=_DATE_STYLE))

    found = returns.read()

    assert 1 == found.accounts.counted
    assert ["1e+15"] == [one.record.date for one in found.responses] or found.problems


@pytest.mark.parametrize(
    "content",
    [
        _xlsx('<c r="C2"><f>B9</f></c>', header="1.2"),
        _ods('<table:table-cell table:formula="of:=[.B9]"/>', header="1.2"),
        _xlsx('<c r="C2" t="e"><v>#N/A</v></c>', header="1.2"),
        _ods(_ods_cell("#N/A", more='table:formula="of:=[.B9]"'), header="1.2"),
        _xlsx('<c r="C2" t="b"><v>1</v></c>', header="1.2"),
        _ods(_ods_cell("3", "float", 'office:value="3"'), header="1.2"),
    ],
    ids=["formula", "formula, ods", "error", "error, ods", "yes or no", "number, ods"],
)
def test_a_cell_that_is_not_a_level_is_named_and_the_rest_of_the_row_counted(content: bytes, returns: Returns) -> None:
    returns.put("a", content)

    found = returns.read()

    assert [("L", None)] == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    assert "S!C2" in [problem.place.spot for problem in found.problems]


def test_a_note_beside_a_cell_is_not_its_text(returns: Returns) -> None:
    note = "<office:annotation><text:p>ask Ann</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>Well</text:p></table:table-cell>'
    returns.put("a", _ods(cell, "doing 1"))

    (response,) = returns.read().responses
    assert {"doing_1": "Well"} == {name: text for name, text in said_by(response).items() if name.startswith("doing")}


def test_a_hidden_row_of_an_open_document_is_read_and_said(returns: Returns) -> None:
    returns.put("a", _ods("<table:table-cell/>"))
    plain = returns.lines()
    returns.put("a", _ods("<table:table-cell/>", row='table:visibility="collapse"'))

    assert 1 == returns.read().accounts.counted
    assert 1 == len(set(returns.lines()) - set(plain))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (_xlsx(_cell("C2", "x"), "doing 1", '<mergeCells><mergeCell ref="C2:D2"/></mergeCells>'), "S!C2"),
        (
            _ods(
                '<table:table-cell office:value-type="string" table:number-columns-spanned="2">'
                "<text:p>x</text:p></table:table-cell><table:covered-table-cell/>",
                "doing 1",
            ),
            "S!C2",
        ),
    ],
    ids=["xlsx", "ods"],
)
def test_cells_that_are_merged_beyond_the_table_are_read_and_said(content: bytes, place: str, returns: Returns) -> None:
    returns.put("a", content)

    found = returns.read()

    assert ["x"] == [said_by(one)["doing_1"] for one in found.responses]
    assert place in [problem.place.spot for problem in found.problems]


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_workbook_that_lacks_a_part_is_said_to_be_damaged(part: str, returns: Returns) -> None:
    returns.put("a.xlsx", _without(as_xlsx(as_grid(ROWS, list(ROWS[0]))), part))

    assert ["damaged" in line for line in returns.lines()] == [True]
    assert (0, 1) == (returns.read().accounts.counted, returns.read().accounts.set_aside)


def test_an_open_document_that_lacks_its_content_is_said_to_be_damaged(returns: Returns) -> None:
    returns.put("a.ods", _without(as_ods(as_grid(ROWS, list(ROWS[0]))), "content.xml"))

    assert ["damaged" in line for line in returns.lines()] == [True]
    assert (0, 1) == (returns.read().accounts.counted, returns.read().accounts.set_aside)


def _without(workbook: bytes, part: str) -> bytes:
    parts = _parts(workbook)
    del parts[part]
    return zipped(parts)


def _related(old: bytes, new: bytes) -> bytes:
    """A workbook of one return in which the list of relationships says something else."""
    parts, name = _parts(as_xlsx(as_grid(ROWS, ["record_reference", "rating_1_1"]))), "xl/_rels/workbook.xml.rels"
    assert old in parts[name]
    return zipped(parts | {name: parts[name].replace(old, new)})


@pytest.mark.parametrize("kind", [b"Worksheet", b"sheet"])
def test_a_sheet_of_a_kind_with_another_name_is_read(kind: bytes, returns: Returns) -> None:
    returns.put("a.xlsx", _related(b'/worksheet"', b'/%s"' % kind))

    assert ["L"] == [one.ratings["1.1"] for one in returns.read().responses]


def test_a_sheet_without_its_relationship_is_named(returns: Returns) -> None:
    returns.put("a.xlsx", _related(b'"rId1"', b'"rId99"'))

    (line,) = returns.lines()
    assert "a.xlsx: The workbook is damaged (one of its sheets is missing). Open it in" in line
