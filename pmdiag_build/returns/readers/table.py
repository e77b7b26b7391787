"""A sheet of cells as readers give it, and its header row: which column answers which question.

A header is taken only if it is certain. Spreadsheets turn `3.10` into the number 3.1 and `1.2` into a date: such
headers are flagged and their columns not read, since nobody can tell what they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pmdiag_build.content.field_names import header_of_name, item_of, name_of_header
from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Fault, Location, counted, some
from pmdiag_build.returns.raw import Reading, Refused

CellKind = Literal["text", "number", "date", "formula", "error"]


SAVE_ANEW = "Open it in a spreadsheet program, look whether all rows are there, and save it anew"
"""How to fix a table that contradicts itself: such a program takes it one way or another, and shows which."""


MOST_COLUMNS = 16_384
"""A sheet of Excel has no more."""

_LOOKS_LIKE_DATE = re.compile(
    r"\d{1,4}[-/. ]{1,2}([^\W\d]{3,9}\.?|\d{1,2})([-/. ]{1,2}\d{2,4})?|[^\W\d]{3,9}[-/. ]\d{1,4}"
)
_ANSWERS = ("rating", "overall", "comment")
_PERSONAL = re.compile(r"\b(e-?mail|name|surname|forename|(tele)?phone)\b")
_FILE = "file"
_STRANGE_IN_PEOPLE = 2
"""A list of people may have so many columns of its own; more may be answers under headers that are not known."""

NO_SHEET = (
    "If it is an entry sheet, correct its first row (pmdiag entry-sheet writes one to compare with). "
    "If it is no return, take it out of the folder"
)
PEOPLE = Fault("It is a list of people", "Take it out of the folder: it says who is who")
_MOST_CHANGED = 100
_EACH_SAID = 8
_LONGEST_SHOWN = 60
_FEWER = "Copy the columns of the entry sheet into a new one"
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


def texts_in(row: Row) -> tuple[str, ...]:
    """What stands in its cells."""
    return tuple(cell.text for cell in row.cells)


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

    `header` is its first row, as soon as that was read; `begins`: the row with the header of an entry sheet, or 0.
    `read`: that was the first row, so its rows were read.
    """

    file: str
    sheet: str
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    header: tuple[str, ...] = ()
    hidden: bool = False
    begins: int = 0
    read: bool = False

    def place(self, row: int, column: int) -> Location:
        if not self.sheet:
            return Location.row(self.file, row)
        return Location.cell(self.file, self.sheet, f"{letters(column)}{row}")


def is_entry_header(texts: Iterable[str]) -> bool:
    """Is there a column of answers among these headers?"""
    items = (item_of(name) for text in texts if (name := name_of_header(text)))
    return any(item is not None and item.kind in _ANSWERS for item in items)


def is_header_below(texts: Iterable[str]) -> bool:
    """Is this row, which is not the first, one of headers? The number of a statement alone stands in many a text."""
    names = {name for text in texts if (name := name_of_header(text))}
    return len(names) > 1 and is_entry_header(names)


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


def no_entry_sheet(what: str, tables: Iterable[Table]) -> Fault:
    """What to say of a file without an entry sheet, and how to fix it; `what` unless its tables are lists of people."""
    headers = [table.header for table in tables if table.header]
    return PEOPLE if headers and all(map(is_people_header, headers)) else Fault(what, NO_SHEET)


class Header:
    """The header row of an entry sheet. `names`: column → field name; `refused`: columns that are not read."""

    def __init__(self, table: Table, row: Row, reading: Reading) -> None:
        self.table = table
        self.reading = reading
        self.refused: set[int] = set()
        self.unknown: list[Cell] = []
        self.changed: list[tuple[Cell, str]] = []
        self.names = self._columns(row)

    def _columns(self, header: Row) -> dict[int, str]:
        found: dict[str, list[Cell]] = {}
        columns = {cell.column for cell in header.cells}
        if max(columns) > MOST_COLUMNS:
            raise Refused(f"it has more than {MOST_COLUMNS} columns", _FEWER)
        if len(columns) < len(header.cells):
            raise Refused("a cell of its header row stands in it twice", SAVE_ANEW)
        for cell in header.cells:
            if not cell.text.strip():
                continue
            name = self._header(cell)
            if name is None:
                self.refused.add(cell.column)
            else:
                found.setdefault(name, []).append(cell)
        self._say_changed(header)
        self._say_unknown(header)
        for name, cells in found.items():
            if len(cells) > 1:
                self._doubled(header, name, cells, found)
        return {cells[0].column: name for name, cells in found.items() if len(cells) == 1}

    def _header(self, cell: Cell) -> str | None:
        if cell.kind in ("number", "date"):
            self.changed.append((cell, f"is a {cell.kind} ({cell.text}), made of a statement's number"))
            return None
        name = name_of_header(cell.text)
        if name is None and _LOOKS_LIKE_DATE.fullmatch(cell.text.strip()):
            self.changed.append((cell, f"(“{cell.text}”) looks like a date that a spreadsheet made of a number"))
        elif name is None:
            self.unknown.append(cell)
        return name

    def _say_changed(self, header: Row) -> None:
        """A line for each header that is no text any more, and one for the rest if they are more than questions."""
        for cell, what in self.changed[:_MOST_CHANGED]:
            column = f"column {letters(cell.column)}"
            place = self.table.place(header.number, cell.column)
            self.reading.wrong(place, Fault(f"The header of {column} {what}. The column was not counted", _AS_TEXT))
        if more := self.changed[_MOST_CHANGED:]:
            place = self.table.place(header.number, more[0][0].column)
            what = f"{counted(len(more), 'more header is', 'more headers are')} numbers or dates. They were not counted"
            self.reading.wrong(place, Fault(what, _AS_TEXT))

    def _say_unknown(self, header: Row) -> None:
        """A line for each header that is not known, or one for all where there are many."""
        shown = [f"{letters(cell.column)} “{cell.text[:_LONGEST_SHOWN]}”" for cell in self.unknown]
        if len(self.unknown) > _EACH_SAID:
            place = self.table.place(header.number, self.unknown[0].column)
            what = f"{len(shown)} headers are not known, so their columns were not counted ({some(shown)})"
            self.reading.wrong(place, Fault(what, "Correct the headers, or read the columns where they stand"))
            return
        for cell in self.unknown:
            place = self.table.place(header.number, cell.column)
            what = f"The header of column {letters(cell.column)} (“{cell.text}”) is not known"
            fix = "Correct the header, or read the column where it stands"
            self.reading.wrong(place, Fault(f"{what}, so the column was not counted", fix))

    def _doubled(self, header: Row, name: str, cells: list[Cell], found: dict[str, list[Cell]]) -> None:
        label = header_of_name(name)
        where = " and ".join(letters(cell.column) for cell in cells)
        what = f"The header “{label}” stands over the columns {where}, so neither was counted"
        fix = "Correct one of the headers"
        if label.endswith(".1") and f"{name}0" not in found:
            what += f": a spreadsheet turns {label}0 into {label}"
            fix = _AS_TEXT
        self.reading.wrong(self.table.place(header.number, cells[-1].column), Fault(what, fix))
        self.refused.update(cell.column for cell in cells)
