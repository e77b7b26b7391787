"""A workbook with one look: formats, sheets with caption, heads, rows and print set-up. Knows no counts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.writers.workbook.typed import Cell, TypedSheet, lines, row_height

LONGEST = 32_767
"""What one cell can hold, in UTF-16 units."""

_CREATED = datetime(2013, 1, 1)  # noqa: DTZ001 — a fixed stamp, so that the same round gives the same bytes
_HEAD_ROW = 3
_NOTE = 110
"""The width of a note, in characters."""
# What XML can't hold, and carriage returns, which Excel would show as _x000D_.
_LINE_ENDS = re.compile("\r\n?")
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in characters, whether its texts are wrapped, and whether it holds counts."""

    head: str
    width: float
    wrap: bool = False
    counts: bool = False


class Book:
    """An XlsxWriter workbook in memory."""

    def __init__(self, title: str, author: str, footer: str) -> None:
        self._buffer = io.BytesIO()
        options = {
            # Texts are texts: no formula, link or number is made of what somebody typed.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # Its temporary files, one for each part, would take longer than what is written into them.
            "in_memory": True,
        }
        self.xlsx: Any = xlsxwriter.Workbook(self._buffer, options)
        self.xlsx.set_properties({"title": title, "author": author, "created": _CREATED})
        self.xlsx.set_calc_mode("auto")
        self._footer = footer
        add = self.xlsx.add_format
        plain = {"valign": "top", "font_name": "Arial", "font_size": 10}
        self.plain = add(plain)
        self.wrapped = add({**plain, "text_wrap": True})
        self.number = add({**plain, "num_format": "#,##0_)"})
        self.day = add({**plain, "num_format": "yyyy-mm-dd", "align": "left"})
        self.title = add({**plain, "bold": True, "font_size": 14})
        self.heading = add({**plain, "bold": True, "font_size": 11})
        self.bold = add({**plain, "bold": True})
        self.quiet = add({**plain, "font_color": "#4B5457"})
        self.note = add({**plain, "text_wrap": True, "font_color": "#4B5457"})
        self.head_of_counts = add(
            {**plain, "bold": True, "text_wrap": True, "valign": "bottom", "align": "right", "bottom": 2}
        )
        self.head = add({**plain, "bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2})

    def sheet(self, name: str, kind: type[Any] | None = None) -> Any:
        """A worksheet set up for print: A4 landscape, as wide as the paper, sheet and page in the footer."""
        sheet = self.xlsx.add_worksheet(name, kind)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        # & begins a code in a footer.
        sheet.set_footer(f"&L{self._footer.replace('&', '&&')} · &A&R&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def table(
        self,
        name: str,
        caption: str,
        note: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        *,
        freeze: int,
        typed: bool = False,
    ) -> tuple[Any, int]:
        """A sheet that is one table: caption, note, heads, rows. Gives the sheet and the number of rows.

        Heads and the first `freeze` columns stay in view; every column has a filter; the heads are printed on each
        page. `typed` marks a sheet of what people typed, with as many rows as they like.
        """
        sheet = self.sheet(name, TypedSheet if typed else None)
        formats = []
        wraps = [column.width if column.wrap else 0 for column in columns]
        for place, column in enumerate(columns):
            text = self.wrapped if column.wrap else self.plain
            sheet.set_column(place, place, column.width, text)
            formats.append(text)
        sheet.write_string(0, 0, caption, self.title)
        if note:
            self._note(sheet, note, columns)
        for place, column in enumerate(columns):
            sheet.write_string(_HEAD_ROW, place, column.head, self.head_of_counts if column.counts else self.head)
        if typed:
            sheet.lines = lines(rows, first_row(), formats, wraps, self.number, self.day)
            written = len(sheet.lines)
        else:
            written = self._rows(sheet, rows, formats, wraps)
        last = _HEAD_ROW + max(written, 1)
        sheet.freeze_panes(_HEAD_ROW + 1, freeze)
        sheet.autofilter(_HEAD_ROW, 0, last, len(columns) - 1)
        sheet.repeat_rows(_HEAD_ROW)
        # 1.10 is a name here, and no number that was stored as text by mistake.
        sheet.ignore_errors({"number_stored_as_text": f"A1:ZZ{last + 1}"})
        return sheet, written

    def _note(self, sheet: Any, note: str, columns: Sequence[Column]) -> None:
        """The line below the caption, wrapped over the columns: else a long one would make the print small."""
        width, last = 0.0, -1
        while width < _NOTE and last + 1 < len(columns):
            last += 1
            width += columns[last].width
        sheet.merge_range(1, 0, 1, last, note, self.note)
        height = row_height([note], [(0, width)])
        if height:
            sheet.set_row(1, height)

    def _rows(self, sheet: Any, rows: Iterable[Sequence[Cell]], formats: Sequence[Any], wraps: Sequence[float]) -> int:
        wrapping = [(place, width) for place, width in enumerate(wraps) if width]
        write_string, write_number, number = sheet.write_string, sheet.write_number, self.number
        row = _HEAD_ROW
        for row, cells in enumerate(rows, _HEAD_ROW + 1):
            height = row_height(cells, wrapping)
            if height:
                sheet.set_row(row, height)
            for place, value in enumerate(cells):
                if value.__class__ is int:
                    write_number(row, place, value, number)
                elif value:
                    write_string(row, place, value, formats[place])
        return row - _HEAD_ROW

    def finish(self) -> bytes:
        """The file."""
        self.xlsx.close()
        return self._buffer.getvalue()


def count_cells(counts: Counts) -> list[Cell]:
    """Chosen by level, not answered, base; empty cells where the counts are kept back."""
    if counts.kept_back:
        return [None] * (len(counts.chosen) + 2)
    return [*counts.chosen, counts.unanswered, counts.base]


def first_row() -> int:
    """The row, from 0, at which a table's rows begin."""
    return _HEAD_ROW + 1


def safe(text: str) -> str:
    """A typed text as a cell can hold it; XlsxWriter escapes control characters itself, so that none is lost."""
    text = _LINE_ENDS.sub("\n", text)
    return _NOT_XML.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def fitting(text: str, say: Phrases, file: str) -> str:
    """A typed text as a cell can hold it; one that is too long ends with how much more stands in `file`."""
    text = safe(text)
    if len(text) * 2 <= LONGEST or units(text) <= LONGEST:
        return text
    # The words at the end are short, but a local version may have others.
    room = LONGEST - units(say.fill("book_cut", n=grouped(len(text)), file=file))
    start = next(parts(text, room))
    return start + say.fill("book_cut", n=grouped(len(text) - len(start)), file=file)


def units(text: str) -> int:
    """The length of a text as Excel counts it."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def parts(text: str, longest: int = LONGEST) -> Iterator[str]:
    """A safe text in pieces that each fit into a cell; one piece unless it is longer than a cell can hold."""
    if len(text) * 2 <= longest:
        yield text
        return
    piece: list[str] = []
    size = 0
    for letter in text:
        width = 2 if letter > "\uffff" else 1
        if size + width > longest:
            yield "".join(piece)
            piece, size = [], 0
        piece.append(letter)
        size += width
    yield "".join(piece)
