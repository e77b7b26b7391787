"""Workbooks as people and programs leave them: pasted, struck through, noted, renamed inside, dates where none were."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial

import openpyxl
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from pmdiag_build.returns.entry_sheet import entry_workbook
from tests.returns.cases import ANSWERS, Base, Cases, Expected, Files
from tests.returns.paper import Answers
from tests.returns.written import as_csv, as_fdf, as_json, as_ods, as_xlsx, full_grid, zipped

cases = Cases("sheet")

Grid = list[list[str]]
B2 = ANSWERS | {"record_reference": "B2", "rating_1_1": "D", "doing_1": "Not so well."}
C3 = ANSWERS | {"record_reference": "C3", "rating_1_1": "E", "doing_1": "It depends."}
BOTH = Expected(2, answers={"A1": ANSWERS, "B2": B2}, quiet=True)


def grid(base: Base, *rows: Answers) -> Grid:
    return full_grid(base.tool, rows or [ANSWERS, B2])


def _write_csv(rows: Grid) -> bytes:
    return as_csv(rows)


WRITERS: Mapping[str, Callable[[Grid], bytes]] = {"a.xlsx": as_xlsx, "a.ods": as_ods, "a.csv": _write_csv}


def _with(name: str, change: Callable[[Grid], Grid], base: Base) -> Files:
    return {name: WRITERS[name](change(grid(base)))}


def _edited(edit: Callable[[Worksheet, Mapping[str, int]], object], base: Base, *rows: Answers) -> Files:
    """A workbook of openpyxl after `edit`, which gets the column of each header."""
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    table = grid(base, *rows)
    for row in table:
        page.append(row)
    edit(page, {header: number for number, header in enumerate(table[0], 1)})
    out = io.BytesIO()
    book.save(out)
    return {"a.xlsx": out.getvalue()}


# ---- a header that is pasted in

_PASTED = [("header|headings",)]
cases.shared(
    "08-header-pasted-in.xlsx",
    Expected(4, answers={"P-3": {"rating_1_1": "E"}}, said=[(r"Returns!\w*4|row 4", "header|headings")], lines=1),
)


def _pasted(*places: int) -> Callable[[Grid], Grid]:
    def change(rows: Grid) -> Grid:
        for place in places:
            rows = [*rows[:place], rows[0], *rows[place:]]
        return rows

    return change


for _name in WRITERS:
    _two = {"A1": ANSWERS, "B2": B2}
    _there = Expected(2, answers=_two, said=_PASTED, lines=1)
    cases.put(f"header twice at the top, {_name}", partial(_with, _name, _pasted(1)), _there)
    cases.put(f"header in the middle, {_name}", partial(_with, _name, _pasted(2)), _there)
    cases.put(
        f"header in two places, {_name}",
        partial(_with, _name, _pasted(2, 4)),
        Expected(2, answers=_two, said=_PASTED, lines=2),
    )


@cases.add(Expected(2, answers={"A1": ANSWERS, "B2": B2}, said=_PASTED, lines=1))
def header_pasted_in_capitals(base: Base) -> Files:
    rows = grid(base)
    return {"a.xlsx": as_xlsx([*rows[:2], [cell.upper() for cell in rows[0]], *rows[2:]])}


# ---- the same date in two ways

_ONE = Expected(1, duplicate=1)
_TELLING = {f"rating_3_{number}": "LDE"[number % 3] for number in range(1, 13)} | {
    "record_mode": "individual",
    "doing_1": "We are doing fairly well, all of us.",
}
cases.shared("09-date-two-ways", _ONE)


def _dated(text: str) -> dict[str, str]:
    return _TELLING | {"record_date": text}


@cases.add(_ONE)
def a_date_in_an_fdf_and_in_a_csv(base: Base) -> Files:
    return {"a.fdf": as_fdf(_dated("22/11/2026")), "b.csv": as_csv(grid(base, _dated("22 November 2026")))}


@cases.add(_ONE)
def a_date_in_a_record_and_in_an_ods(base: Base) -> Files:
    return {"a.json": as_json(_dated("22.11.2026")), "b.ods": as_ods(grid(base, _dated("2026-11-22")))}


@cases.add(_ONE)
def a_date_cell_and_a_short_year(base: Base) -> Files:
    def edit(page: Worksheet, columns: Mapping[str, int]) -> None:
        page.cell(2, columns["date"]).value = date(2026, 11, 22)

    return {"b.json": as_json(_dated("22/11/26"))} | _edited(edit, base, _dated(""))


@cases.add(Expected(1, duplicate=1, answers={"A1": {"rating_3_1": "D"}}))
def a_date_in_two_ways_under_one_reference(base: Base) -> Files:
    named = {"record_reference": "A1"}
    first, second = _dated("1 December 2026"), _dated("01/12/2026")
    return {"a.json": as_json(first | named), "b.csv": as_csv(grid(base, second | named))}


@cases.add(Expected(2))
def two_dates_that_differ_are_two_people(base: Base) -> Files:
    return {"a.json": as_json(_dated("22/11/2026")), "b.csv": as_csv(grid(base, _dated("2026-11-23")))}


# ---- parts of other names

_L = {"rating_1_1": "L", "rating_1_2": "D", "rating_5_8": "D"}
cases.shared("11-SharedStrings-case.xlsx", Expected(2, answers={"X-1": _L}, quiet=True))
cases.shared("11b-workbook2.xlsx", Expected(2, answers={"X-1": _L}, quiet=True))


def _renamed(rename: Callable[[str], str], change: Callable[[str, bytes], bytes], base: Base) -> Files:
    """The parts of a workbook under other names, and what leads to them changed."""
    with zipfile.ZipFile(io.BytesIO(as_xlsx(grid(base)))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            # Set behind the constructor's back, which would turn back slashes.
            entry.filename = rename(name)
            book.writestr(entry, change(name, content))
    return {"a.xlsx": out.getvalue()}


def _same(_: str, content: bytes) -> bytes:
    return content


cases.put("parts in capitals", partial(_renamed, lambda name: name if name[0] == "[" else name.upper(), _same), BOTH)
cases.put("parts in small letters", partial(_renamed, str.lower, _same), BOTH)
cases.put("parts with back slashes", partial(_renamed, lambda name: name.replace("/", "\\"), _same), BOTH)


def _absolute(name: str, content: bytes) -> bytes:
    return content.replace(b'Target="', b'Target="/xl/') if name == "xl/_rels/workbook.xml.rels" else content


cases.put("absolute targets", partial(_renamed, str, _absolute), BOTH)

_NAMES = {"sharedStrings.xml": "texts/all.xml", "styles.xml": "looks.xml", "worksheets/sheet1.xml": "pages/one.xml"}


def _elsewhere(text: str) -> str:
    for old, new in _NAMES.items():
        text = text.replace(old, new)
    return text


cases.put(
    "parts elsewhere",
    partial(_renamed, _elsewhere, lambda name, content: _elsewhere(content.decode()).encode()),
    BOTH,
)


@cases.add(BOTH)
def the_workbook_at_the_top(base: Base) -> Files:
    """Everything beside the list of types, as some exporters of databases write."""

    def change(name: str, content: bytes) -> bytes:
        return content.replace(b'"/xl/', b'"/').replace(b'"xl/', b'"')

    return _renamed(lambda name: name.removeprefix("xl/"), change, base)


# ---- struck through and noted

_STRUCK = "struck|crossed"
cases.shared(
    "14-strike.xlsx",
    Expected(3, said=[(r"Returns!\w*2|row 2", _STRUCK), ("Returns!I3", _STRUCK)]),
    Expected(
        2,
        set_aside=1,
        answers={"S-2": {"rating_1_2": "E"}, "S-3": {"rating_1_1": "E"}},
        not_counted=(),
        said=[(r"Returns!\w*2|row 2", _STRUCK), ("Returns!I3", _STRUCK)],
    ),
)


def struck(cell: str) -> tuple[Expected, Expected]:
    """The struck level of B2 is named: not counted, or counted with the line."""
    rest = {name: answer for name, answer in B2.items() if name != "rating_1_1"}
    return (
        Expected(2, answers={"A1": ANSWERS, "B2": rest | {"rating_1_1": ""}}, said=[(cell, _STRUCK)]),
        Expected(2, answers={"A1": ANSWERS, "B2": B2}, said=[(cell, _STRUCK)]),
    )


@cases.add(*struck("Sheet!I3"))
def struck_through_in_openpyxl(base: Base) -> Files:
    def edit(page: Worksheet, columns: Mapping[str, int]) -> None:
        page.cell(3, columns["1.1"]).font = Font(strike=True)

    return _edited(edit, base)


@cases.add(*struck("Sheet!I3"))
def a_level_struck_through_and_another_beside_it(base: Base) -> Files:
    """One cell, two runs of text: the old level with a line through it, the new one without."""

    def edit(page: Worksheet, columns: Mapping[str, int]) -> None:
        page.cell(3, columns["1.1"]).value = CellRichText(TextBlock(InlineFont(strike=True), "D"), " E")

    return _edited(edit, base)


_BY_LIBREOFFICE = [Expected(2, answers=one.answers, said=[*one.said, ("I3", "meant E")]) for one in struck("I3")]
cases.shared("50-libreoffice-struck-and-noted.ods", *_BY_LIBREOFFICE)
cases.shared("51-libreoffice-struck-and-noted.xlsx", *_BY_LIBREOFFICE)


def _ods(styles: str, cell: str, base: Base) -> Files:
    """An OpenDocument workbook whose level of B2 is this cell."""
    content = zipfile.ZipFile(io.BytesIO(as_ods(grid(base)))).read("content.xml").decode()
    content = content.replace("<office:automatic-styles>", f"<office:automatic-styles>{styles}")
    plain = '<table:table-cell office:value-type="string"><text:p>D</text:p></table:table-cell>'
    last = content.rindex("<table:table-row>")
    content = content[:last] + content[last:].replace(plain, cell, 1)
    names = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:office='
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return {"a.ods": zipped({"mimetype": mimetype, "content.xml": content.replace("xmlns:office=", names, 1).encode()})}


_LINE = (
    '<style:style style:name="struck" style:family="{}">'
    '<style:text-properties style:text-line-through-style="solid" style:text-line-through-type="single"/></style:style>'
)
_CELL = '<table:table-cell office:value-type="string"{}>{}</table:table-cell>'
cases.put(
    "struck through in ODS, the cell",
    partial(_ods, _LINE.format("table-cell"), _CELL.format(' table:style-name="struck"', "<text:p>D</text:p>")),
    *struck("I3"),
)
cases.put(
    "struck through in ODS, a part of the text",
    partial(
        _ods,
        _LINE.format("text"),
        _CELL.format("", '<text:p><text:span text:style-name="struck">D</text:span></text:p>'),
    ),
    *struck("I3"),
)

_NOTED = "note|comment"


def noted(cell: str) -> Expected:
    """The note on the level of B2 is told with what it says."""
    return Expected(2, answers={"A1": ANSWERS}, said=[(cell, _NOTED, "meant E")])


@cases.add(noted("Sheet!I3"))
def a_note_on_a_cell_in_openpyxl(base: Base) -> Files:
    def edit(page: Worksheet, columns: Mapping[str, int]) -> None:
        page.cell(3, columns["1.1"]).comment = Comment("I meant E, sorry", "Bo")

    return _edited(edit, base)


@cases.add(noted("Returns!I3"))
def a_note_on_a_cell_in_xlsxwriter(base: Base) -> Files:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("Returns")
        for number, cells in enumerate(grid(base)):
            page.write_row(number, 0, cells)
        page.write_comment("I3", "I meant E, sorry")
    return {"a.xlsx": out.getvalue()}


@cases.add(Expected(2, said=[("Sheet!A2|row 2", _NOTED, "withdrawn")]))
def a_note_on_a_reference(base: Base) -> Files:
    def edit(page: Worksheet, columns: Mapping[str, int]) -> None:
        page.cell(2, columns["reference"]).comment = Comment("withdrawn on Monday", "Bo")

    return _edited(edit, base)


cases.put(
    "a note on a cell in ODS",
    partial(
        _ods,
        "",
        _CELL.format(
            "",
            "<office:annotation><dc:creator>Bo</dc:creator><text:p>I meant E, sorry</text:p></office:annotation>"
            "<text:p>D</text:p>",
        ),
    ),
    noted("I3"),
)


@cases.add(Expected(2, answers={"A1": ANSWERS, "B2": B2}, quiet=True))
def our_own_notes_on_the_headers_are_no_notes(base: Base) -> Files:
    return {"a.xlsx": entry_workbook(base.tool, [ANSWERS, B2])}


# ---- references that became dates or numbers

_AS_DATE = "is a date|became a date|turned .* into a date"
cases.shared(
    "15-ref-date.xlsx",
    Expected(2, said=[("Returns!A2", "date")]),
    Expected(1, set_aside=1, said=[("Returns!A2", "date")]),
)


def _date(cell: str) -> tuple[Expected, Expected]:
    """Named; counted without its reference or not at all until the reference is right."""
    said = [(cell, "reference", "date")]
    return Expected(2, said=said), Expected(1, set_aside=1, said=said)


@cases.add(*_date("Sheet!A2"))
def a_reference_that_openpyxl_wrote_as_a_date(base: Base) -> Files:
    def edit(page: Worksheet, columns: Mapping[str, int]) -> None:
        page.cell(2, columns["reference"]).value = datetime(2026, 4, 3)  # noqa: DTZ001 - dates of sheets have no zone

    return _edited(edit, base)


@cases.add(*_date("A2"))
def a_reference_that_is_a_date_in_ods(base: Base) -> Files:
    before = '<table:table-cell office:value-type="string"><text:p>A1</text:p></table:table-cell>'
    kind = 'office:value-type="date" office:date-value="2026-04-03"'
    after = f"<table:table-cell {kind}><text:p>03-Apr</text:p></table:table-cell>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    content = zipfile.ZipFile(io.BytesIO(as_ods(grid(base)))).read("content.xml").decode().replace(before, after)
    return {"a.ods": zipped({"mimetype": mimetype, "content.xml": content.encode()})}


def _reference(text: str, base: Base) -> Files:
    return {"a.csv": as_csv(grid(base, ANSWERS | {"record_reference": text}, B2))}


for _text in ("03-Apr", "04/03/2026", "2026-04-03"):
    cases.put(f"the reference {_text} in a CSV", partial(_reference, _text), *_date("a.csv:2"))


# ---- a row is evidence about itself


def _doubt(place: str, *words: str) -> Expected:
    return Expected(2, said=[(place, *words)])


def _doubted(name: str, place: str, changes: dict[str, str], *words: str) -> None:
    def make(base: Base) -> Files:
        return {"a.xlsx": as_xlsx(grid(base, ANSWERS, B2 | changes))}

    aside = Expected(1, set_aside=1, said=[(place, *words)])
    cases.put(name, make, _doubt(place, *words), aside)


_doubted("a comment that is only a level", r"Returns!\w*3|row 3", {"doing_1": "L"}, "doing 1", "L")
_doubted("a comment that is only a level in words", r"Returns!\w*3|row 3", {"improve_4": "Developing"}, "improve 4")
_doubted("a role in the column of the area", r"Returns!\w*3|row 3", {"record_area": "manager"}, "area")
_doubted("a level in the column of the lead", r"Returns!\w*3|row 3", {"record_lead": "E"}, "lead")

# ---- marks that nobody sees, and letters of another width

_ODD = ("Z-6", "Z-14", "Z-15", "Z-16")
"""A Cyrillic letter, a tick, a question mark, a cut word: whatever becomes of them, they are not guessed."""

cases.shared(
    "17-oddchars.xlsx",
    Expected(
        20,
        answers={
            "Z-0": {"rating_1_1": "L"},
            "Z-1": {"rating_1_1": "D"},
            "Z-2": {"rating_1_1": "E"},
            "Z-3": {"rating_1_1": "L"},
            "Z-4": {"rating_1_1": "L"},
            "Z-5": {"rating_1_1": "L"},
            "Z-8": {"rating_1_1": "L"},
            "Z-9": {"rating_1_1": "L"},
            "Z-10": {"rating_1_1": "L"},
            "Z-18": {"rating_1_1": "L"},
            "Z-19": {"rating_1_1": "L"},
            "Z-14": {"rating_1_1": ""},
            "Z-15": {"rating_1_1": ""},
        },
        said=[("Returns!I16", "1.1"), ("Returns!I17", "1.1")],
    ),
)
_MARKS = (
    "L\u200b",
    "\u2060L",
    "\ufeffL",
    "\uff2c",
    "L\u00ad",
    "\u202dL\u202c",
    "Ⓛ",
    "𝐋",
    "Ｌimited",
    "Limi\u200cted",
    "l\u3000",
)


def _marked(write: Callable[[Grid], bytes], name: str, base: Base) -> Files:
    rows = [ANSWERS | {"record_reference": f"M{n}", "rating_1_1": mark} for n, mark in enumerate(_MARKS)]
    return {name: write(grid(base, *rows))}


for _name, _write in WRITERS.items():
    cases.put(
        f"levels with odd letters, {_name}",
        partial(_marked, _write, _name),
        Expected(len(_MARKS), answers={f"M{n}": {"rating_1_1": "L"} for n in range(len(_MARKS))}),
    )


def _odd_headers(rows: Grid) -> Grid:
    odd = {
        "1.1": "\u200b1.1",
        "1.2": "１.２",
        "overall 2": "overall\u00a02\u200e",
        "doing 1": "\ufeffdoing 1",
        "3.10": "3\u202410",
    }
    return [[odd.get(cell, cell) for cell in rows[0]], *rows[1:]]


for _name in WRITERS:
    cases.put(f"headers with odd letters, {_name}", partial(_with, _name, _odd_headers), BOTH)

cases.put(
    "levels with odd letters, FDF and JSON",
    lambda _: {
        "a.json": as_json(ANSWERS | {"rating_1_1": "\uff2c\u200b"}),
        "b.json": as_json(B2 | {"rating_1_1": "\u200eD"}),
    },
    Expected(2, answers={"A1": ANSWERS, "B2": B2}, quiet=True),
)

# ---- "Off", foreign tables


@cases.add(Expected(2, answers={"A1": ANSWERS, "B2": B2}, quiet=True))
def off_for_not_answered_in_a_workbook(base: Base) -> Files:
    off = {f"rating_5_{number}": "Off" for number in range(1, 9)} | {"overall_5": "Off"}
    return {"a.xlsx": as_xlsx(grid(base, ANSWERS | off, B2 | off))}


_FOREIGN = Expected(0, set_aside=1, said=[("question|entry sheet",)])
_TABLES: Mapping[str, Grid] = {
    "prices with a number for a header": [["863.35", "12.50"], ["x", "y"], ["x", "y"]],
    "sections of a plan": [["Section", "9.1", "9.2"], ["North", "3", "4"], ["South", "5", "6"]],
    "only a date and a lead": [["date", "lead", "cost"], ["1 May", "Ann", "3"], ["2 May", "Bo", "4"]],
}


def _foreign(table: Grid, name: str, _: Base) -> Files:
    return {name: WRITERS[name](table)}


for _title, _table in _TABLES.items():
    for _name in WRITERS:
        cases.put(f"foreign table, {_title}, {_name}", partial(_foreign, _table, _name), _FOREIGN)


@cases.add(Expected(1, set_aside=1, answers={"A1": ANSWERS}, said=[("Prices|a.xlsx",)]))
def a_foreign_workbook_beside_a_good_one(base: Base) -> Files:
    prices = as_xlsx([["863.35"], ["x"], ["y"]], "Prices")
    return {"a.xlsx": prices, "b.xlsx": as_xlsx(grid(base, ANSWERS))}
