"""Rows of cells → raw records, by the header row. The same for workbooks and CSV; parses no file.

A header is taken only if it is certain. Spreadsheets turn `3.10` into the number 3.1 and `1.2` into a date: such
headers are flagged and their columns not read, since nobody can tell what they were.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Location
from pmdiag_build.returns.english import counted, some
from pmdiag_build.returns.names import header_of_name, item_of, name_of_header
from pmdiag_build.returns.raw import Given, RawRecord, Reading, Refused, RowPlaces

CellKind = Literal["text", "number", "date", "formula", "error"]
_LOOKS_LIKE_DATE = re.compile(
    r"\d{1,4}[-/. ]{1,2}([^\W\d]{3,9}\.?|\d{1,2})([-/. ]{1,2}\d{2,4})?|[^\W\d]{3,9}[-/. ]\d{1,4}"
)
MOST_ROWS = 100_000
_MOST_COVERED = 200_000
"""Cells without an answer of their own because they are merged; a sheet with more is no typed sheet."""

_ANSWERS = ("rating", "overall", "comment")
_PERSONAL = re.compile(r"\b(e-?mail|name|surname|forename|(tele)?phone)\b")
_FILE = "file"
_STRANGE_IN_PEOPLE = 2
"""A list of people may have so many columns of its own; more may be answers under headers that are not known."""

NO_SHEET = (
    "If it is an entry sheet, correct its first row (pmdiag entry-sheet writes one to compare with). "
    "If it is no return, take it out of the folder"
)
PEOPLE = ("It is a list of people", "Take it out of the folder: it says who is who")
_AS_TEXT = "Format the header row as text, type the statement's number again and check the column"


class Cell(NamedTuple):
    """A cell with something in it. `column` counts from 1; `formula` is one that has no value, with its text.

    A tuple, since a large round has half a million of them.
    """

    column: int
    text: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it, numbered as a spreadsheet does."""

    number: int
    cells: list[Cell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: rows and columns, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}"


@dataclass(slots=True)
class Table:
    """A sheet that is being read: `hidden_columns` and `merges` may be filled while the rows run.

    `header` is its first row, as soon as that was read.
    """

    file: str
    sheet: str
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    header: tuple[str, ...] = ()

    def place(self, row: int, column: int) -> Location:
        if not self.sheet:
            return Location.row(self.file, row)
        return Location.cell(self.file, self.sheet, f"{letters(column)}{row}")


def is_entry_header(texts: Iterable[str]) -> bool:
    """Is there a column of answers among these headers?"""
    items = (item_of(name) for text in texts if (name := name_of_header(text)))
    return any(item is not None and item.kind in _ANSWERS for item in items)


def is_people_header(texts: Iterable[str]) -> bool:
    """Are these the headers of people to send packs to, or of the list of who got which file?"""
    heads = [" ".join(text.split()).lower() for text in texts if text.strip()]
    record = [head for head in heads if (name := name_of_header(head)) and name.startswith("record_")]
    personal = [head for head in heads if _PERSONAL.search(head)]
    known = len({*record, *personal}) + (_FILE in heads)
    listed = {_FILE, "reference"} <= set(heads)
    return (
        (listed or bool(record and personal))
        and len(heads) - known <= _STRANGE_IN_PEOPLE
        and not is_entry_header(heads)
    )


def no_entry_sheet(what: str, tables: Iterable[Table]) -> tuple[str, str]:
    """What to say of a file without an entry sheet, and the mend; `what` unless its tables are lists of people."""
    headers = [table.header for table in tables if table.header]
    return PEOPLE if headers and all(map(is_people_header, headers)) else (what, NO_SHEET)


def read_table(table: Table, rows: Iterable[Row], reading: Reading) -> bool:
    """Adds the returns of a table to `reading`; False (and nothing added) if its first row is no entry header.

    Raises Refused for more rows than a round can have.
    """
    rows = iter(rows)
    header = next(rows, None)
    table.header = tuple(cell.text for cell in header.cells) if header else ()
    if header is None or not is_entry_header(table.header):
        return False
    _Rows(table, header, reading).read(rows)
    return True


class _Rows:
    """The rows of one entry sheet on their way to raw records."""

    def __init__(self, table: Table, header: Row, reading: Reading) -> None:
        self.table = table
        self.reading = reading
        self.refused: set[int] = set()
        self.names = self._columns(header)
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
        unread: dict[str, tuple[Given, str, str]] = {}
        for cell in cells:
            name = self.names.get(cell.column)
            if name is None:
                self._no_header(row, cell)
            elif cell.kind == "formula":
                mend = "Open the file in a spreadsheet program and save it, or type the value in"
                unread[name] = ((cell.text,), f"There is a formula without its value (“{cell.text}”)", mend)
            elif cell.kind == "error":
                unread[name] = ((cell.text,), f"There is an error value (“{cell.text}”)", "Type the answer in")
            else:
                values[name] = (cell.text,)
        if row.hidden:
            self.hidden.append(row.number)
        if row.number in self.by_row:
            raise Refused(f"row {row.number} stands in it twice")
        self.by_row[row.number] = RawRecord("row", places, values, self.declares, unread)

    def _columns(self, header: Row) -> dict[int, str]:
        found: dict[str, list[Cell]] = {}
        for cell in header.cells:
            if not cell.text.strip():
                continue
            name = self._header(header, cell)
            if name is None:
                self.refused.add(cell.column)
            else:
                found.setdefault(name, []).append(cell)
        for name, cells in found.items():
            if len(cells) > 1:
                self._doubled(header, name, cells, found)
        return {cells[0].column: name for name, cells in found.items() if len(cells) == 1}

    def _header(self, header: Row, cell: Cell) -> str | None:
        place = self.table.place(header.number, cell.column)
        column = f"column {letters(cell.column)}"
        if cell.kind in ("number", "date"):
            what = f"The header of {column} is a {cell.kind} ({cell.text}), made of a statement's number"
            self.reading.wrong(place, f"{what}. The column was not counted", _AS_TEXT)
            return None
        name = name_of_header(cell.text)
        if name is None and _LOOKS_LIKE_DATE.fullmatch(cell.text.strip()):
            what = f"The header of {column} (“{cell.text}”) looks like a date that a spreadsheet made of a number"
            self.reading.wrong(place, f"{what}. The column was not counted", _AS_TEXT)
        elif name is None:
            what = f"The header of {column} (“{cell.text}”) is not known, so the column was not counted"
            self.reading.wrong(place, what, "Correct the header, or read the column where it stands")
        return name

    def _doubled(self, header: Row, name: str, cells: list[Cell], found: dict[str, list[Cell]]) -> None:
        label = header_of_name(name)
        where = " and ".join(letters(cell.column) for cell in cells)
        what = f"The header “{label}” stands over the columns {where}, so neither was counted"
        mend = "Correct one of the headers"
        if label.endswith(".1") and f"{name}0" not in found:
            what += f": a spreadsheet turns {label}0 into {label}"
            mend = _AS_TEXT
        self.reading.wrong(self.table.place(header.number, cells[-1].column), what, mend)
        self.refused.update(cell.column for cell in cells)

    def _no_header(self, row: Row, cell: Cell) -> None:
        if cell.column in self.refused:
            return
        self.refused.add(cell.column)
        what = f"The column {letters(cell.column)} has no header, so it was not counted (“{cell.text[:60]}”)"
        self.reading.wrong(self.table.place(row.number, cell.column), what, "Give it a header, or empty it")

    def _say_hidden(self) -> None:
        where = self.table.sheet or self.table.file
        if self.hidden:
            rows = counted(len(self.hidden), "hidden row was", "hidden rows were")
            what = f"In {where}, {rows} read like the others ({some([str(row) for row in self.hidden])})"
            self.reading.notice(self.table.file, what, "Delete them if they are not meant to count")
        for column in sorted(self.table.hidden_columns & self.names.keys()):
            what = f"The hidden column {header_of_name(self.names[column])} was read like the others"
            self.reading.notice(self.table.place(1, column), what, "Look at it; empty it if it is not meant to count")

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
            self.by_row[row].unread[self.names[column]] = ((), what, "Unmerge the cells and type each answer in")
        if rows and not covered:
            place = self.table.place(merge.top, merge.left)
            self.reading.notice(place, f"The cells {merge} are merged", "Unmerge them, and check the answers in them")
