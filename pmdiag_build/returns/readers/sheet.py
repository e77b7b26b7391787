"""Rows of cells → raw records, by the header row. The same for workbooks and CSV; parses no file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from pmdiag_build.content.field_names import header_of_name, record_name
from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Fault, Location, Problem, Severity, counted, some
from pmdiag_build.returns.raw import Given, RawRecord, Reading, Refused, RowPlaces
from pmdiag_build.returns.readers.table import (
    SAVE_ANEW,
    Cell,
    Header,
    Merge,
    Row,
    Table,
    is_entry_header,
    is_header_below,
    no_entry_sheet,
    texts_in,
)

_REFERENCE = record_name("reference")
_TOTAL = re.compile(r"\s*(grand |sub)?(total|sum|count|number|average|mean)s?\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?%?")
MOST_ROWS = 100_000
_LOOKED_AT = 20
"""Rows in which a header is looked for that should stand in the first."""

_MOST_COVERED = 200_000
"""Cells without an answer of their own because they are merged; a sheet with more is no typed sheet."""


def read_table(table: Table, rows: Iterable[Row], reading: Reading) -> bool:
    """Adds the returns of a table to `reading`; False (and nothing added) if its first row is no entry header.

    Then it is looked for in the rows below. Raises Refused for more rows than a round can have.
    """
    rows = iter(rows)
    header = next(rows, None)
    table.header = texts_in(header) if header else ()
    if header is None or not is_entry_header(table.header):
        table.begins = next((row.number for row in islice(rows, _LOOKED_AT) if is_header_below(texts_in(row))), 0)
        return False
    table.begins, table.read = header.number, True
    _Rows(table, header, reading).read(rows)
    return True


def close_workbook(name: str, tables: Sequence[Table], reading: Reading) -> None:
    """Says of every sheet with something in it that it was not read; `tables` are those of the whole workbook."""
    below = [table for table in tables if table.begins and not table.read]
    for table in below:
        what = f"The table in this sheet begins in row {table.begins} and not in the first, so it was not read"
        fix = "If they are returns, delete the rows above the header; if they are results, take them out of the folder"
        reading.put_aside(table.place(table.begins, 1), Fault(what, fix))
    if any(table.read for table in tables):
        say_no_row(name, reading)
        reading.other_sheets = {table.sheet: _other(table) for table in tables if table.header and not table.begins}
    elif not below:
        what = "None of its sheets has a first row with the headers of an entry sheet"
        reading.put_aside(name, no_entry_sheet(what, tables))


def say_no_row(name: str, reading: Reading) -> None:
    """Says of an entry sheet that it gave nothing: what was typed may not have been saved."""
    if not reading.records and not reading.set_aside:
        what = "It is an entry sheet, but it holds no row"
        reading.notice(name, Fault(what, "If rows were typed, they were not saved with it: ask for it again"))


def _other(table: Table) -> Problem:
    what = f"The sheet “{table.sheet}” was not read: its first row has none of the headers of an entry sheet"
    fix = "If it holds returns, correct its first row"
    return Problem(Location(table.file, spot=table.sheet), Fault(what, fix), Severity.NOTICE)


def _is_total(values: Mapping[str, Given]) -> bool:
    """Is this a row of sums under the returns? It is called so, and every level is a number."""
    if not _TOTAL.match("".join(values.get(_REFERENCE, ()))):
        return False
    levels = [given[0] for name, given in values.items() if name.startswith(("rating_", "overall_"))]
    return bool(levels) and all(_NUMBER.fullmatch(text.strip()) for text in levels)


class _Rows:
    """The rows of one entry sheet on their way to raw records."""

    def __init__(self, table: Table, header: Row, reading: Reading) -> None:
        self.table = table
        self.reading = reading
        head = Header(table, header, reading)
        self.names, self.refused = head.names, head.refused
        self.columns = {name: letters(column) for column, name in self.names.items()}
        self.declares = frozenset(self.columns)
        self.hidden: list[int] = []
        self.by_row: dict[int, RawRecord] = {}
        self.covered = 0

    def read(self, rows: Iterable[Row]) -> None:
        for row in rows:
            cells = [cell for cell in row.cells if cell.text.strip()]
            if cells:
                self._row(row, cells)
            if len(self.by_row) > MOST_ROWS:
                raise Refused(f"it has more than {MOST_ROWS} rows")
        self._say_hidden()
        numbers = sorted(self.by_row)
        for merge in self.table.merges:
            self._merged(merge, numbers[bisect_left(numbers, merge.top) : bisect_right(numbers, merge.bottom)])
        self.reading.records.extend(self.by_row.values())

    def _row(self, row: Row, cells: list[Cell]) -> None:
        places = RowPlaces(self.table.file, self.table.sheet, row.number, self.columns)
        values: dict[str, Given] = {}
        unread: dict[str, tuple[Given, Fault]] = {}
        for cell in cells:
            name = self.names.get(cell.column)
            if name is None:
                self._no_header(row, cell)
            elif cell.kind == "formula":
                fix = "Open the file in a spreadsheet program and save it, or type the value in"
                unread[name] = ((cell.text,), Fault(f"There is a formula without its value (“{cell.text}”)", fix))
            elif cell.kind == "error":
                unread[name] = ((cell.text,), Fault(f"There is an error value (“{cell.text}”)", "Type the answer in"))
            else:
                # Whoever writes a cell twice: two answers are named and not counted, two equal ones are one.
                values[name] = values[name] + (cell.text,) if name in values else (cell.text,)
        if _is_total(values):
            what = f"Row {row.number} has numbers in the place of levels: it is a row of totals and no return"
            self.reading.put_aside(places.whole(), Fault(what, "Delete it, or correct its reference and the levels"))
            return
        if row.hidden:
            self.hidden.append(row.number)
        if row.number in self.by_row:
            raise Refused(f"row {row.number} stands in it twice", SAVE_ANEW)
        self.by_row[row.number] = RawRecord("row", places, values, self.declares, unread)

    def _no_header(self, row: Row, cell: Cell) -> None:
        if cell.column in self.refused:
            return
        self.refused.add(cell.column)
        what = f"The column {letters(cell.column)} has no header, so it was not counted (“{cell.text[:60]}”)"
        self.reading.wrong(self.table.place(row.number, cell.column), Fault(what, "Give it a header, or empty it"))

    def _say_hidden(self) -> None:
        where = self.table.sheet or self.table.file
        if self.table.hidden and self.by_row:
            place = Location(self.table.file, spot=self.table.sheet)
            what = f"The hidden sheet “{where}” was read like the others"
            self.reading.notice(place, Fault(what, "Delete it if its rows are not meant to count"))
        if self.hidden:
            rows = counted(len(self.hidden), "hidden row was", "hidden rows were")
            what = f"In {where}, {rows} read like the others ({some([str(row) for row in self.hidden])})"
            self.reading.notice(self.table.file, Fault(what, "Delete them if they are not meant to count"))
        for column in sorted(self.table.hidden_columns & self.names.keys()):
            what = f"The hidden column {header_of_name(self.names[column])} was read like the others"
            self.reading.notice(
                self.table.place(1, column), Fault(what, "Look at it; empty it if it is not meant to count")
            )

    def _merged(self, merge: Merge, rows: Sequence[int]) -> None:
        """What stands in a merged range belongs to its first cell; the others have no answer of their own.

        `rows` are the numbers of the rows in it.
        """
        first = f"{letters(merge.left)}{merge.top}"
        columns = [column for column in self.names if merge.left <= column <= merge.right]
        self.covered += len(rows) * len(columns)
        if self.covered > _MOST_COVERED:
            raise Refused(f"more than {_MOST_COVERED} of its cells are merged")
        covered = [(row, column) for row in rows for column in columns if (row, column) != (merge.top, merge.left)]
        for row, column in covered:
            what = f"The cell is merged with {first}, so it has no answer of its own"
            self.by_row[row].unread[self.names[column]] = ((), Fault(what, "Unmerge the cells and type each answer in"))
        if rows and not covered:
            place = self.table.place(merge.top, merge.left)
            self.reading.notice(
                place, Fault(f"The cells {merge} are merged", "Unmerge them, and check the answers in them")
            )
