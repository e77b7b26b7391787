"""Workbooks: what all of ours have in common, the sheets to type into, and a quick way to write many typed rows."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Cell = str | int | date | None

LONGEST_CELL = 32_767
"""What a cell of a workbook can contain, in units of UTF-16."""
HIGHEST_ROW = 409
"""The highest row that there is, in points. A text that needs more is whole in its cell."""

_A4 = 9
_MADE = datetime(2013, 1, 1)  # noqa: DTZ001 - a fixed date, so that equal input gives equal bytes
_OPTIONS = {
    # Texts are texts: no formula and no link is made of what somebody typed.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    # Its temporary files, one for each part, would take longer than what is written into them.
    "in_memory": True,
}
_LINE_ENDS = re.compile("\r\n?")
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LINE = 15.0
_TINTS = ("#F3F2F1", "#FFFFFF")
_INK = "#0B0C0C"
_SHORT = 100
_PARTS_AT_ONCE = 20_000
_PLAIN_AT_MOST = 25
"""Blocks of so many parts: some 10,000 responses."""

_EPOCH = date(1899, 12, 30).toordinal()
_MARKUP = re.compile(r"[&<>\x00-\x08\x0b-\x1f]|_x[0-9a-fA-F]{4}_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_NOT_ESCAPED = re.compile("_x[0-9a-fA-F]{4}_x[0-9a-fA-F]{4}_")


def safe(text: str) -> str:
    """A typed text as a cell can contain it. XlsxWriter escapes control characters itself, so that none is lost."""
    # Excel would show a carriage return as _x000D_; lone surrogates and noncharacters are no characters of XML.
    text = _LINE_ENDS.sub("\n", text)
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def fits(text: str) -> bool:
    """Can a cell contain this text whole? A longer one would be cut."""
    text = safe(text)
    return len(text) * 2 <= LONGEST_CELL or units(text) <= LONGEST_CELL


def write_typed(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Writes a text that somebody typed. XlsxWriter takes one from `<r>` to `</r>` for markup of its own, and of two
    escapes that share an underscore, as in `_x005F_x0041_`, it escapes one. So it gets such a text as markup."""
    text = safe(text)
    if not ((text.startswith("<r>") and text.endswith("</r>")) or _NOT_ESCAPED.search(text)):
        sheet.write_string(row, column, text, style)
        return
    markup = f"<r>{_text(text[:LONGEST_CELL])}</r>".replace("_", "&#95;")
    longest, sheet.xls_strmax = sheet.xls_strmax, len(markup)
    sheet.write_string(row, column, markup, style)
    sheet.xls_strmax = longest


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many characters; not every program finds it by itself."""
    return sum(1 + int(len(line) / width) for line in text.split("\n"))


class Workbook:
    """A workbook in memory. `size` and `ink` are those of its type, `properties` what a program shows of the file."""

    def __init__(self, size: int = 11, ink: str = _INK, **properties: str) -> None:
        self._buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self._buffer, _OPTIONS)
        self.book.set_properties({**properties, "created": _MADE})
        self._look = {"font_name": "Arial", "font_size": size, "valign": "top"} | ({"font_color": ink} if ink else {})
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:
        """A cell format; one object for each set of properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**self._look, **properties})
        return self._formats[key]

    def add(self, name: str, kind: type[Worksheet] | None = None, *, pages_wide: int = 1, footer: str = "") -> Any:
        """A new worksheet behind the others, to be printed on A4 landscape with its name and the page in the footer."""
        sheet = self.book.add_worksheet(name, kind)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(pages_wide, 0)
        # & begins a code in a footer.
        sheet.set_footer(f"&L{footer.replace('&', '&&')}&A&R&P / &N")
        return sheet

    def content(self) -> bytes:
        """The file, when all is written."""
        self.book.close()
        typed: dict[str, TypedSheet] = {
            f"xl/worksheets/sheet{number}.xml": sheet
            for number, sheet in enumerate(self.book.worksheets(), 1)
            if isinstance(sheet, TypedSheet) and sheet.lines.many
        }
        return _with_rows(self._buffer, typed) if typed else self._buffer.getvalue()


class Sheet:
    """A sheet of typed answers, or one that says how to type them; rows and columns count from 0, typed ones below
    heads."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.book = book
        self._sheet = book.add(name)
        self._name = name
        self._head = 1
        self._centred: set[int] = set()
        self._widths: dict[int, float] = {}

    def column(self, column: int, width: float, *, centred: bool = False) -> None:
        """Sets a column's width and makes all its cells text."""
        if centred:
            self._centred.add(column)
        self._widths[column] = width
        self._sheet.set_column(column, column, width, self._answer(column))

    def _answer(self, column: int) -> Any:
        if column in self._centred:
            return self.book.format(num_format="@", align="center")
        return self.book.format(num_format="@", text_wrap=True)

    def header(self, column: int, text: str, question: str, *, feature: int) -> None:
        """A head cell with the question in full as its note; `feature` tints neighbours apart."""
        tint = _TINTS[feature % 2]
        style = self.book.format(num_format="@", bold=True, text_wrap=True, align="center", bg_color=tint, bottom=2)
        self._sheet.write_string(0, column, text, style)
        if question:
            note = {"x_scale": 2.5, "y_scale": 1 + len(question) / 200, "author": "", "font_size": 10}
            self._sheet.write_comment(0, column, question, note)

    def hidden_head(self, texts: Sequence[str]) -> None:
        """A second row of heads, for programs; people see it in grey if they show it."""
        style = self.book.format(num_format="@", font_color="#6B6B6B", font_size=8, bg_color=_TINTS[0])
        for column, text in enumerate(texts):
            self._sheet.write_string(self._head, column, text, style) if text else None
        self._sheet.set_row(self._head, None, None, {"hidden": True})
        self._head += 1

    def typed(self, row: int, column: int, text: str, *, marked: bool = False) -> None:
        """An answer as it was typed; `marked` ones catch the eye, on paper too."""
        style = self._answer(column)
        if marked:
            style = self.book.format(num_format="@", text_wrap=True, bold=True, bg_color="#FFF2CC", border=2)
        write_typed(self._sheet, self._head + row, column, text, style)

    def choice(
        self, column: int, rows: int, source: Sequence[str] | str, title: str, message: str, *, strict: bool = True
    ) -> None:
        """A drop-down list. It only warns: what is on the paper may not be one of the options. If not `strict`, it
        only informs, since that is to be expected."""
        kind = "warning" if strict else "information"
        rule: dict[str, object] = {"validate": "list", "source": source, "error_type": kind}
        self._validate(column, rows, rule, title, message)

    def whole_number(self, column: int, rows: int, title: str, message: str) -> None:
        """A column of whole numbers from 1; a number format, since a text cell would fail the check."""
        self._sheet.set_column(column, column, 11, self.book.format(num_format="0", align="center"))
        rule: dict[str, object] = {"validate": "integer", "criteria": ">=", "value": 1, "error_type": "warning"}
        self._validate(column, rows, rule, title, message)

    def _validate(self, column: int, rows: int, rule: dict[str, object], title: str, message: str) -> None:
        last = self._head + rows - 1
        messages = {"error_title": title, "error_message": message}
        self._sheet.data_validation(self._head, column, last, column, rule | messages)

    def lines(self, row: int, title: str, lines: Sequence[str]) -> int:
        """A title and lines under it from `row` on; returns the next free row."""
        self._sheet.write_string(row, 0, title, self.book.format(bold=True, font_size=14))
        self._sheet.set_row(row, 1.5 * _LINE)
        for number, line in enumerate(lines, row + 1):
            self._sheet.set_row(number, _height(line, self._widths[0]))
            self._sheet.write_string(number, 0, line, self.book.format(text_wrap=True))
        return row + len(lines) + 1

    def range_of(self, first: int, last: int) -> str:
        """The formula for the cells of the first column from row `first` to `last`."""
        return f"={quote_sheetname(self._name)}!$A${first + 1}:$A${last + 1}"

    def table(self, heads: Sequence[str], widths: Sequence[float]) -> None:
        """A head row that stays in sight and is repeated on every printed page."""
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            self.column(column, width)
            self._sheet.write_string(0, column, head, self.book.format(bold=True, bottom=2))
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)

    def cells(self, row: int, texts: Sequence[str]) -> None:
        """A row of text cells, as high as its longest one needs."""
        self._sheet.set_row(row, max(_height(text, self._widths[column]) for column, text in enumerate(texts)))
        for column, text in enumerate(texts):
            write_typed(self._sheet, row, column, text, self._answer(column))

    def set_up_for_typing(self, width: int) -> None:
        """The head rows and the references stay in sight; nothing is called an error for being text."""
        self._sheet.freeze_panes(self._head, 1)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(width - 1)}{1 << 20}"})
        self._sheet.set_row(0, 32)
        self._sheet.repeat_columns(0)
        self._sheet.repeat_rows(0)
        self._sheet.fit_to_pages(5, 0)

    def set_up_for_reading(self) -> None:
        """Nothing is called an error for being text."""
        self._sheet.ignore_errors({"number_stored_as_text": "A1:E1048576"})


def _height(text: str, width: float) -> float:
    """The height of a row that shows a text whole."""
    return min(lines_in(text, width) * _LINE, HIGHEST_ROW)


class TypedRows:
    """The XML of `number` rows. Those of a large round are compressed: of 100,000 responses to 10 MB, else 140."""

    def __init__(self) -> None:
        self.number = 0
        self._plain: list[str] = []
        self._packed: list[bytes] = []

    def add(self, parts: Iterable[str]) -> None:
        """Takes some more rows."""
        self._plain.append("".join(parts))
        if len(self._plain) > _PLAIN_AT_MOST:
            self._packed += (zlib.compress(block.encode(), 1) for block in self._plain)
            self._plain.clear()

    @property
    def many(self) -> bool:
        """Whether a writer must not have them in memory all at once."""
        return bool(self._packed)

    def blocks(self) -> Iterator[str]:
        """All rows, some at a time."""
        yield from (zlib.decompress(block).decode() for block in self._packed)
        yield from self._plain


class TypedSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose rows below the heads are XML that `typed_rows` made: set `lines` before the workbook is closed.

    In a large round there are half a million cells, and an object for each would cost most of the time and memory of a
    run. It also keeps typed texts away from XlsxWriter's shortcut by which a text from `<r>` to `</r>` is markup.
    """

    lines = TypedRows()
    dim_rowmax: int
    ROWS = "<!-- rows -->"
    """What is in the place of many rows until `content` puts them there; in a text, `<` would be escaped."""

    def _write_dimension(self) -> None:
        heads = self.dim_rowmax
        self.dim_rowmax = heads + self.lines.number
        super()._write_dimension()
        self.dim_rowmax = heads

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.writelines([self.ROWS] if self.lines.many else self.lines.blocks())


def _with_rows(book: io.BytesIO, typed: dict[str, TypedSheet]) -> bytes:
    """The workbook with the rows of typed sheets, which go into the ZIP a few at a time.

    XlsxWriter has all of a sheet in memory several times over: 800 MB for the rows of 100,000 responses.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(book) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for part in made.infolist():
            content = made.read(part)
            fresh = zipfile.ZipInfo(part.filename, part.date_time)
            fresh.compress_type, fresh.external_attr = part.compress_type, part.external_attr
            before, _, after = content.partition(TypedSheet.ROWS.encode())
            sheet = typed.get(part.filename)
            if sheet is None:
                whole.writestr(fresh, content)
                continue
            with whole.open(fresh, "w") as target:
                target.write(before)
                for block in sheet.lines.blocks():
                    target.write(block.encode())
                target.write(after)
            sheet.lines = TypedRows()  # XlsxWriter's objects know one another, so they are not freed at once
    return out.getvalue()


def typed_rows(
    rows: Iterable[Sequence[Cell]],
    first: int,
    looks: Sequence[Any],
    number: Any,
    day: Any,
    height_of: Callable[[Sequence[Cell]], float],
) -> TypedRows:
    """The XML of rows, of which the first is row `first` (from 0).

    `looks` are the formats of texts by column; `height_of` returns a row's height in points, or 0 for one line.
    """
    formats = number._get_xf_index(), day._get_xf_index()
    columns: list[tuple[str, dict[Cell, str], _Kind]] = [
        # Most cells contain levels and the like: what follows the row's number is made once for each.
        (f'<c r="{xl_col_to_name(place)}', {None: "", "": ""}, _Kind(look._get_xf_index(), *formats))
        for place, look in enumerate(looks)
    ]
    parts: list[str] = []
    made = TypedRows()
    for row, cells in enumerate(rows, first + 1):
        height = height_of(cells)
        parts.append(f'<row r="{row}" ht="{height}" customHeight="1">' if height else f'<row r="{row}">')
        for (start, known, kind), value in zip(columns, cells, strict=True):
            rest = known.get(value)
            if rest is None:
                rest = kind.rest(value)
                if len(rest) < _SHORT:
                    known[value] = rest
            if rest:
                parts.append(f"{start}{row}{rest}")
        parts.append("</row>")
        made.number += 1
        if len(parts) > _PARTS_AT_ONCE:
            made.add(parts)
            parts.clear()
    made.add(parts)
    return made


@dataclass(frozen=True, slots=True)
class _Kind:
    """The formats of a column, by number: for texts, for counts, for days."""

    text: int
    number: int
    day: int

    def rest(self, value: Cell) -> str:
        """The XML of a cell behind the number of its row."""
        if isinstance(value, str):
            return f'" s="{self.text}" t="inlineStr"><is>{_text(value)}</is></c>'
        if isinstance(value, int):
            return f'" s="{self.number}"><v>{value}</v></c>'
        assert value is not None
        return f'" s="{self.day}"><v>{value.toordinal() - _EPOCH}</v></c>'


def _text(text: str) -> str:
    """A text as XML: control characters as Excel's `_x0001_`, whitespace at the ends kept."""
    keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    if _MARKUP.search(text):
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
        text = _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{keep}>{text}</t>"
