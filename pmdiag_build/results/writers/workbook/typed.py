"""Rows of what people typed and chose → the XML of a worksheet, a text a row: in a large round there are half a million
cells, and an object for each would cost most of the time and memory of a run. Knows no sheet's meaning.

It also keeps typed texts away from XlsxWriter's shortcut by which a text from `<r>` to `</r>` is taken for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Cell = str | int | date | None

_LETTERS = 1.15
"""Letters of our type that go into one unit of a column's width."""
_LINE = 12.75
_SHORT = 100
_TALLEST = 409
"""The tallest row that there is, in points. A text that needs more is whole in its cell, and in the report."""
_EPOCH = date(1899, 12, 30).toordinal()
_MARKUP = re.compile(r"[&<>\x00-\x08\x0b-\x1f]|_x[0-9a-fA-F]{4}_")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_LOOKS_ESCAPED = re.compile(r"_(x[0-9a-fA-F]{4}_)")


class TypedSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose rows below the heads are given as XML. `lines` must be set before the workbook is closed."""

    lines: Sequence[str] = ()
    dim_rowmax: int

    def _write_dimension(self) -> None:
        heads = self.dim_rowmax
        self.dim_rowmax = heads + len(self.lines)
        super()._write_dimension()
        self.dim_rowmax = heads

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.writelines(self.lines)


def lines(
    rows: Iterable[Sequence[Cell]], first: int, looks: Sequence[Any], wraps: Sequence[float], number: Any, day: Any
) -> list[str]:
    """The XML of rows, the topmost standing in row `first` (from 0).

    By column: `looks` are the formats of texts, `wraps` the width in characters at which they wrap, or 0.
    """
    formats = number._get_xf_index(), day._get_xf_index()
    columns: list[tuple[str, dict[Cell, str], _Kind]] = [
        # Levels and the like stand in most cells: what follows the row's number is made once for each.
        (f'<c r="{xl_col_to_name(place)}', {None: "", "": ""}, _Kind(look._get_xf_index(), *formats))
        for place, look in enumerate(looks)
    ]
    wrapping = [(place, width) for place, width in enumerate(wraps) if width]
    found = []
    for row, cells in enumerate(rows, first + 1):
        height = row_height(cells, wrapping) if wrapping else 0
        parts = [f'<row r="{row}" ht="{height}" customHeight="1">' if height else f'<row r="{row}">']
        for (start, known, kind), value in zip(columns, cells, strict=True):
            rest = known.get(value)
            if rest is None:
                rest = kind.rest(value)
                if len(rest) < _SHORT:
                    known[value] = rest
            if rest:
                parts.append(f"{start}{row}{rest}")
        parts.append("</row>")
        found.append("".join(parts))
    return found


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


def row_height(cells: Sequence[Cell], wrapping: Sequence[tuple[int, float]]) -> float:
    """The height in points that wrapped texts want, or 0 for one line. Programs do not agree on when to work it out."""
    most = 1
    for place, width in wrapping:
        text = cells[place]
        if isinstance(text, str) and text:
            # Lines break at words, so they end a little before the column does.
            found = sum(1 + int(len(line) / (width * _LETTERS)) for line in text.split("\n"))
            most = max(most, found)
    return 0 if most == 1 else min(most * _LINE + 2, _TALLEST)


def _text(text: str) -> str:
    """A text as XML: control characters as Excel's `_x0001_`, whitespace at the ends kept."""
    keep = ' xml:space="preserve"' if text[0].isspace() or text[-1].isspace() else ""
    if _MARKUP.search(text):
        text = _LOOKS_ESCAPED.sub(r"_x005F_\1", text)
        text = _CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{keep}>{text}</t>"
