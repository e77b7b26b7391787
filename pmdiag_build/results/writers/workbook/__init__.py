"""How the workbooks of results look: formats, sheets that are one table, and native charts of counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from pmdiag_build.rendering.workbook import HIGHEST_ROW, Cell, TypedSheet, Workbook, lines_in, typed_rows, write_typed
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.views.parts import ReportInput

FIRST_ROW = 4
"""The row, from 0, at which a table's rows begin: below caption, note and heads."""

_HEAD_ROW = FIRST_ROW - 1
_NOTE = 110
"""The width of a note, in characters."""
_LETTERS = 1.15
"""Letters of our type that go into one unit of a column's width."""
_LINE = 12.75
_LONGEST_HEAD = 240
_INK = "#101415"
_PAPER = "#FFFFFF"
_FONT = {"name": "Arial", "size": 9, "color": _INK}
# In the order of the levels; a fourth level would need a fourth look.
_LOOKS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fill": {"color": _INK}}, _PAPER),
    ({"pattern": {"pattern": "wide_upward_diagonal", "fg_color": _INK, "bg_color": _PAPER}}, _INK),
    ({"fill": {"color": _PAPER}}, _INK),
)
_BAR_HEIGHT = 26
_ROOM_FOR_THE_REST = 130


class Rows(Enum):
    """What the rows of a table say: our words and counts, or what people typed, in as many rows as they like."""

    OURS = Worksheet
    TYPED = TypedSheet


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in characters, whether its texts are wrapped, and whether it contains counts."""

    head: str
    width: float
    wrap: bool = False
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """The rows of a table (from 0) that a chart shows: names in column `names`, counts from column `counts` on."""

    sheet: str
    first: int
    rows: int
    names: int
    counts: int

    @property
    def height(self) -> int:
        """The height of the chart, in pixels."""
        return _ROOM_FOR_THE_REST + _BAR_HEIGHT * self.rows


class Book(Workbook):
    """The workbook. `levels` and `axis` name what its charts show, `footer` is printed on every page."""

    def __init__(self, title: str, author: str, footer: str, levels: Sequence[str], axis: str) -> None:
        super().__init__(10, "", title=title, author=author)
        self._footer = footer
        self._levels = levels
        self._axis = axis
        self.plain = self.format()
        self.wrapped = self.format(text_wrap=True)
        self.number = self.format(num_format="#,##0_)")
        self.day = self.format(num_format="yyyy-mm-dd", align="left")
        self.title = self.format(bold=True, font_size=14)
        self.heading = self.format(bold=True, font_size=11)
        self.bold = self.format(bold=True)
        self.quiet = self.format(font_color="#4B5457")
        self.note = self.format(text_wrap=True, font_color="#4B5457")
        head: dict[str, object] = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2}
        self.head = self.format(**head)
        self.head_of_counts = self.format(**head, align="right")

    def sheet(self, name: str, rows: Rows = Rows.OURS) -> Any:
        """A worksheet as wide as the paper."""
        sheet = self.add(name, rows.value, footer=f"{self._footer} · ")
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.hide_gridlines(2)
        return sheet

    def table(
        self,
        named: str,
        name: str,
        caption: str,
        note: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        *,
        freeze: int,
        kind: Rows = Rows.OURS,
    ) -> tuple[Any, int]:
        """A sheet that is one table: caption, note, heads, rows. Returns the sheet and the number of rows.

        Programs find the table by `named`; `name` is that of the sheet. Heads and the first `freeze` columns stay in
        view; every column has a filter; the heads are printed on each page.
        """
        sheet = self.sheet(name, kind)
        formats = [self.wrapped if column.wrap else self.plain for column in columns]
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, formats[place])
        sheet.write_string(0, 0, caption, self.title)
        if note:
            self._note(sheet, note, columns)
        wrapping = [(place, column.width) for place, column in enumerate(columns) if column.wrap]
        written = self._rows(sheet, rows, formats, wrapping, kind)
        last = _HEAD_ROW + max(written, 1)
        sheet.freeze_panes(FIRST_ROW, freeze)
        looks = [self.head_of_counts if column.counts else self.head for column in columns]
        heads = [column.head for column in columns]
        self.excel_table(sheet, named, (_HEAD_ROW, last), heads, looks, filters=True)
        sheet.repeat_rows(_HEAD_ROW)
        # 1.10 is a name here, and no number that was stored as text by mistake.
        sheet.ignore_errors({"number_stored_as_text": f"A1:ZZ{last + 1}"})
        return sheet, written

    def excel_table(
        self,
        sheet: Any,
        named: str,
        place: tuple[int, int],
        heads: Sequence[str],
        looks: Sequence[Any],
        *,
        filters: bool,
    ) -> None:
        """Writes the heads of a table from the first column on, and makes of it one that programs find by name.
        `place`: the row of the heads and the last row, at least one below."""
        first, last = place
        columns = [
            {"header": head, "header_format": look} for head, look in zip(_told_apart(heads), looks, strict=True)
        ]
        options = {"name": named, "columns": columns, "style": None, "banded_rows": False, "autofilter": filters}
        # XlsxWriter notes each cell of a table; those of a large round are half a million.
        sheet.add_table(first, 0, first + 1, len(heads) - 1, options)
        made = sheet.tables[-1]
        made["range"] = made["a_range"] = xl_range(first, 0, last, len(heads) - 1)
        if filters:
            made["autofilter"] = made["range"]

    def _note(self, sheet: Any, note: str, columns: Sequence[Column]) -> None:
        """The line below the caption, wrapped over the columns: else a long one would make the print small."""
        width, last = 0.0, -1
        while width < _NOTE and last + 1 < len(columns):
            last += 1
            width += columns[last].width
        sheet.merge_range(1, 0, 1, last, note, self.note)
        height = _height([note], [(0, width)])
        if height:
            sheet.set_row(1, height)

    def _rows(
        self,
        sheet: Any,
        rows: Iterable[Sequence[Cell]],
        formats: Sequence[Any],
        wrapping: Sequence[tuple[int, float]],
        kind: Rows,
    ) -> int:
        """Write the rows and return how many there were."""
        if kind is Rows.TYPED:
            sheet.lines = typed_rows(
                rows, FIRST_ROW, formats, self.number, self.day, lambda cells: _height(cells, wrapping)
            )
            return int(sheet.lines.number)
        row = _HEAD_ROW
        for row, cells in enumerate(rows, FIRST_ROW):
            height = _height(cells, wrapping)
            if height:
                sheet.set_row(row, height)
            for place, value in enumerate(cells):
                if isinstance(value, int):
                    sheet.write_number(row, place, value, self.number)
                elif value:
                    write_typed(sheet, row, place, str(value), formats[place])
        return row - _HEAD_ROW

    def chart(self, sheet: Any, bars: Bars, title: str, row: int, column: int) -> int:
        """A native chart with its corner at a cell; returns a row below it. Its levels differ in black and white."""
        chart = self._stacked(bars)
        chart.set_title({"name": title, "name_font": {**_FONT, "size": 11, "bold": True}, "overlay": False})
        chart.set_legend({"position": "top", "font": _FONT})
        chart.set_y_axis({"reverse": True, "num_font": _FONT, "line": {"color": _INK}})
        chart.set_chartarea({"border": {"none": True}})
        chart.set_x_axis(
            {
                "name": self._axis,
                "name_font": {**_FONT, "bold": False},
                "num_font": _FONT,
                "num_format": "#,##0",
                "min": 0,
                "major_gridlines": {"visible": True, "line": {"color": "#B5BDC0", "width": 0.5}},
            }
        )
        chart.set_size({"width": 760, "height": bars.height})
        # It moves with its cells and keeps its size.
        sheet.insert_chart(row, column, chart, {"object_position": 2, "description": title})
        return row + bars.height // 20 + 2

    def _stacked(self, bars: Bars) -> Any:
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        last = bars.first + bars.rows - 1
        for place, level in enumerate(self._levels):
            look, ink = _LOOKS[place % len(_LOOKS)]
            labels: dict[str, Any] = {
                "value": True,
                # A count of nothing has no room in the bar; the table beside says 0.
                "num_format": "#,##0;;;",
                "font": {**_FONT, "color": ink, "bold": True},
            }
            if "pattern" in look:
                labels["fill"] = {"color": _PAPER}
            chart.add_series(
                {
                    "name": level,
                    "categories": [bars.sheet, bars.first, bars.names, last, bars.names],
                    "values": [bars.sheet, bars.first, bars.counts + place, last, bars.counts + place],
                    "border": {"color": _INK, "width": 0.75},
                    "gap": 40,
                    "data_labels": labels,
                    **look,
                }
            )
        return chart


def new_book(report: ReportInput) -> Book:
    """A workbook of a round, without sheets."""
    say, tool = report.say, report.tool
    title = f"{report.heading}: {tool.title}"
    footer = say.fill("edition", edition=tool.edition)
    return Book(title, tool.publisher, footer, say.levels, say.words["responses_column"])


def count_cells(counts: Counts) -> list[Cell]:
    """Chosen by level, not answered, base; empty cells where the counts are kept back."""
    if counts.kept_back:
        return [None] * (len(counts.chosen) + 2)
    return [*counts.chosen, counts.unanswered, counts.base]


def _told_apart(heads: Iterable[str]) -> list[str]:
    """The heads of a table, which Excel takes only if they differ in more than case, have one line and are short."""
    found: list[str] = []
    seen: set[str] = set()
    for head in heads:
        line = name = " ".join(head.split())[:_LONGEST_HEAD] or "–"
        number = 1
        while name.casefold() in seen:
            number += 1
            name = f"{line} ({number})"
        seen.add(name.casefold())
        found.append(name)
    return found


def _height(cells: Sequence[Cell], wrapping: Sequence[tuple[int, float]]) -> float:
    """The height in points that wrapped texts need, or 0 for one line. Programs do not agree on when to work it out."""
    most = 1
    for place, width in wrapping:
        text = cells[place]
        if isinstance(text, str) and text:
            # Lines break at words, so they end a little before the column does.
            most = max(most, lines_in(text, width * _LETTERS))
    return 0 if most == 1 else min(most * _LINE + 2, HIGHEST_ROW)
