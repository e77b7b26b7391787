"""How the entry sheet looks as a workbook: formats, lists, freezing, printing. Knows XlsxWriter, and no questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, Self

import xlsxwriter
from xlsxwriter.utility import quote_sheetname, xl_col_to_name

_LONGEST_CELL = 32_767
"""What a cell of a workbook can hold, in units of UTF-16."""

_A4 = 9
_LINE = 15.0
_HIGHEST = 409.0
_MADE = datetime(2013, 1, 1)  # noqa: DTZ001 - a fixed date, so that equal input gives equal bytes
_TINTS = ("#F3F2F1", "#FFFFFF")
_INK = "#0B0C0C"


def fits(text: str) -> bool:
    """Can a cell of a workbook hold this text whole? A longer one would be cut."""
    return len(_written(text).encode("utf-16-le")) // 2 <= _LONGEST_CELL


def _written(text: str) -> str:
    # Lone surrogates are no characters of XML; XlsxWriter escapes everything else.
    return text.encode("utf-8", "backslashreplace").decode()


def _height(text: str, width: float) -> float:
    """The height of a row that shows a text whole; not every program finds it by itself."""
    lines = sum(1 + int(len(line) / width) for line in text.split("\n"))
    return min(lines * _LINE, _HIGHEST)


class Workbook:
    """A workbook that is written to `out` at the end of its `with` block."""

    def __init__(self, out: IO[bytes]) -> None:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(out, options)
        self._book.set_properties({"created": _MADE})
        base = {"font_name": "Arial", "font_size": 11, "valign": "top", "font_color": _INK}
        self._base = base
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def sheet(self, name: str) -> Sheet:
        """A new sheet behind the others."""
        return Sheet(self, self._book.add_worksheet(name), name)

    def format(self, **properties: object) -> Any:
        """A cell format; one object for each set of properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({**self._base, **properties})
        return self._formats[key]


class Sheet:
    """A sheet of the workbook; rows and columns count from 0."""

    def __init__(self, book: Workbook, sheet: Any, name: str) -> None:
        self._book = book
        self._sheet = sheet
        self._name = name
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
            return self._book.format(num_format="@", align="center")
        return self._book.format(num_format="@", text_wrap=True)

    def header(self, column: int, text: str, question: str, *, feature: int) -> None:
        """A head cell with the question in full as its note; `feature` tints neighbours apart."""
        tint = _TINTS[feature % 2]
        style = self._book.format(num_format="@", bold=True, text_wrap=True, align="center", bg_color=tint, bottom=2)
        self._sheet.write_string(0, column, text, style)
        if question:
            note = {"x_scale": 2.5, "y_scale": 1 + len(question) / 200, "author": "", "font_size": 10}
            self._sheet.write_comment(0, column, question, note)

    def typed(self, row: int, column: int, text: str, *, marked: bool = False) -> None:
        """An answer as it was typed; `marked` ones catch the eye, on paper too."""
        style = self._answer(column)
        if marked:
            style = self._book.format(num_format="@", text_wrap=True, bold=True, bg_color="#FFF2CC", border=2)
        self._write(row, column, text, style)

    def _write(self, row: int, column: int, text: str, style: Any) -> None:
        """A text that somebody typed. XlsxWriter takes one from `<r>` to `</r>` for markup of its own: in two runs it
        is a text like others."""
        text = _written(text)
        if text.startswith("<r>") and text.endswith("</r>"):
            self._sheet.write_rich_string(row, column, text[:1], self._book.format(), text[1:], style)
        else:
            self._sheet.write_string(row, column, text, style)

    def choice(self, column: int, rows: int, source: Sequence[str] | str, title: str, message: str) -> None:
        """A drop-down list. It warns only: what stands on the paper may be none of the options."""
        rule: dict[str, object] = {"validate": "list", "source": source, "error_type": "warning"}
        self._validate(column, rows, rule, title, message)

    def whole_number(self, column: int, rows: int, title: str, message: str) -> None:
        """A column of whole numbers from 1; a number format, since a text cell would fail the check."""
        self._sheet.set_column(column, column, 11, self._book.format(num_format="0", align="center"))
        rule: dict[str, object] = {"validate": "integer", "criteria": ">=", "value": 1, "error_type": "warning"}
        self._validate(column, rows, rule, title, message)

    def _validate(self, column: int, rows: int, rule: dict[str, object], title: str, message: str) -> None:
        self._sheet.data_validation(1, column, rows, column, rule | {"error_title": title, "error_message": message})

    def lines(self, row: int, title: str, lines: Sequence[str]) -> int:
        """A title and lines under it from `row` on; gives the next free row."""
        self._sheet.write_string(row, 0, title, self._book.format(bold=True, font_size=14))
        self._sheet.set_row(row, 1.5 * _LINE)
        for number, line in enumerate(lines, row + 1):
            self._sheet.set_row(number, _height(line, self._widths[0]))
            self._sheet.write_string(number, 0, line, self._book.format(text_wrap=True))
        return row + len(lines) + 1

    def range_of(self, first: int, last: int) -> str:
        """The formula for the cells of the first column from row `first` to `last`."""
        return f"={quote_sheetname(self._name)}!$A${first + 1}:$A${last + 1}"

    def table(self, heads: Sequence[str], widths: Sequence[float]) -> None:
        """A head row that stays in sight and is repeated on every printed page."""
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            self.column(column, width)
            self._sheet.write_string(0, column, head, self._book.format(bold=True, bottom=2))
        self._sheet.freeze_panes(1, 0)
        self._sheet.repeat_rows(0)

    def cells(self, row: int, texts: Sequence[str]) -> None:
        """A row of text cells, as high as its longest one needs."""
        self._sheet.set_row(row, max(_height(text, self._widths[column]) for column, text in enumerate(texts)))
        for column, text in enumerate(texts):
            self._write(row, column, text, self._answer(column))

    def set_up_for_typing(self, width: int) -> None:
        """The head row and the references stay in sight; nothing is called an error for being text."""
        self._sheet.freeze_panes(1, 1)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_col_to_name(width - 1)}{1 << 20}"})
        self._sheet.set_row(0, 32)
        self._sheet.repeat_columns(0)
        self._sheet.repeat_rows(0)
        self._print(5)

    def set_up_for_reading(self) -> None:
        """Fits the width of a page."""
        self._sheet.ignore_errors({"number_stored_as_text": "A1:E1048576"})
        self._print(1)

    def _print(self, pages_wide: int) -> None:
        self._sheet.set_landscape()
        self._sheet.set_paper(_A4)
        self._sheet.fit_to_pages(pages_wide, 0)
        self._sheet.set_footer("&L&A&R&P / &N")
