"""A sheet of cells as readers give it, and its header row: which column answers which question.

A header is taken only if it is certain. Spreadsheets turn `3.10` into the number 3.1 and `1.2` into a date: such
headers are flagged and their columns not read, since it is not certain what they were.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pmdiag_build.content.field_names import PackId, header_of_name, item_of, name_of_header
from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Fault, Location, shortened, some
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TAKE_OUT, Reading, Refused, Unread

CellKind = Literal["text", "number", "date", "formula", "error", "struck"]


SAVE_AGAIN = "Open it in a spreadsheet program, check that all rows are there, and save it again"
"""How to fix a table that contradicts itself: such a program takes it one way or the other, and shows which."""


_LOOKS_LIKE_DATE = re.compile(
    r"\d{1,4}[-/. ]{1,2}([^\W\d]{3,9}\.?|\d{1,2})([-/. ]{1,2}\d{2,4})?|[^\W\d]{3,9}[-/. ]\d{1,4}"
)
_NUMBERED = re.compile(r"\d+\.\d+")
_ANSWERS = ("rating", "overall", "comment")
_PERSONAL = re.compile(r"\b(e-?mail|name|surname|forename|(tele)?phone)\b")
_FILE = "file"
_STRANGE_IN_PEOPLE = 2
"""A list of people may have this many unknown columns; more may be answers under wrong headers."""

COMPARE_HEADERS = "Compare its first row with that of a new entry sheet"
PEOPLE = Fault("This is a list of people, not a return", TAKE_OUT)
_MOST_CHANGED = 100
_EACH_SAID = 8
_LONGEST_SHOWN = 60
_FEWER = "Copy the columns of the entry sheet into a new one"
_TYPE_AGAIN = "{type_again} and check the column"
_IN_WORKBOOK = "Format the header row as text, type the statement's number again"
_IN_CSV = "Open the file in a text editor (such as Notepad), correct the statement's number"
"""A spreadsheet program would make the same of it again: in a CSV file no cell has a format."""
_HEADERS_CHANGED = "{count} headers are numbers or dates instead of text, so their columns were not counted: {places}"
HEADER_IS_NUMBER = Fault(
    "The header of {item} is a number ({given}) instead of text, so the column was not counted",
    _TYPE_AGAIN,
    _HEADERS_CHANGED,
)
HEADER_IS_DATE = Fault(
    "The header of {item} is a date ({given}), which a spreadsheet program made of a statement's number. "
    "The column was not counted",
    _TYPE_AGAIN,
    _HEADERS_CHANGED,
)
HEADER_IS_STRUCK = Fault(
    "The header of {item} (“{given}”) is struck through, so the column was not counted",
    "Delete the column if it should not count, and remove the line through its header if it should",
)
MORE_HEADERS_CHANGED = Fault(
    "{more} headers are numbers or dates instead of text, so their columns were not counted", _TYPE_AGAIN
)
_IF_ANSWERS = "Correct the headers if the columns contain answers"
UNKNOWN_HEADER = Fault(
    "The header of {item} (“{given}”) is not known, so the column was not counted",
    "Correct the header if the column contains answers",
    several="{count} headers are not known, so their columns were not counted: {places}",
    fix_all=_IF_ANSWERS,
)
HEADER_IS_OTHER = Fault(
    "The header of {item} (“{given}”) is not known, so the column was not counted. It was {was}",
    "Write {was} again if the column contains answers to it",
)
UNKNOWN_HEADERS = Fault("{number} headers are not known, so their columns were not counted ({headers})", _IF_ANSWERS)
SAME_HEADER = Fault(
    "The columns {columns} have the same header, “{header}”, so they were not counted", "Correct the wrong header"
)
SAME_HEADER_SHORTENED = Fault(
    "The columns {columns} have the same header, “{header}”, so they were not counted: "
    "a spreadsheet program turns {header}0 into {header}",
    _TYPE_AGAIN,
)


class Cell(NamedTuple):
    """A cell with something in it. `column` counts from 1; `formula` is one that has no value, with its text; through
    a `struck` one, or through a part of it, there is a line.

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
    """The texts in its cells."""
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


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote beside a cell."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a table says that it asks: `sheet` as a whole, `asked` by field names, in row `row` (0 if it says nothing).

    `unsure`: field name → why what is in that column may not be an answer to that question.
    """

    row: int = 0
    sheet: PackId | None = None
    asked: Mapping[str, str] = field(default_factory=dict)
    unsure: Mapping[str, Unread] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """A sheet that is being read: `hidden_columns`, `merges` and `notes` may be filled while the rows run.

    `header` is its first row, as soon as that was read; `begins`: the row with the header of an entry sheet, or 0.
    `read`: that was the first row, so its rows were read. `properties`: what those of the file say that it asks;
    `stamp`: what the rows say, as soon as they were read.
    """

    file: str
    sheet: str
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    header: tuple[str, ...] = ()
    hidden: bool = False
    begins: int = 0
    read: bool = False
    properties: str = ""
    stamp: Stamp = field(default_factory=Stamp)

    def place(self, row: int, column: int) -> Location:
        if not self.sheet:
            return Location.row(self.file, row)
        return Location.cell(self.file, self.sheet, f"{letters(column)}{row}")


def is_entry_header(texts: Iterable[str]) -> bool:
    """Is there a column of answers among these headers?"""
    items = (item_of(name) for text in texts if (name := name_of_header(text)))
    return any(item is not None and item.kind in _ANSWERS for item in items)


def is_header_below(texts: Iterable[str]) -> bool:
    """Is this row, which is not the first, one of headers? The number of one statement alone may be in any text."""
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
    """The fault of a file without an entry sheet; `what` says so unless its tables are lists of people."""
    headers = [table.header for table in tables if table.header]
    return PEOPLE if headers and all(map(is_people_header, headers)) else Fault(what, COMPARE_HEADERS)


class Header:
    """The header row of an entry sheet. `names`: column → field name; `refused`: columns that are not read.

    `stamped`: column → the field name that the row of stamps says. It explains a header that a program changed.
    """

    def __init__(self, table: Table, row: Row, stamped: Mapping[int, str], reading: Reading) -> None:
        self.table = table
        self.stamped = stamped
        self.reading = reading
        self.refused: set[int] = set()
        self.unknown: list[Cell] = []
        self.struck: list[Cell] = []
        self.changed: list[tuple[Cell, Fault]] = []
        self.names = self._columns(row)

    def _columns(self, header: Row) -> dict[int, str]:
        found: dict[str, list[Cell]] = {}
        columns = {cell.column for cell in header.cells}
        if max(columns) > limits.COLUMNS:
            raise Refused(f"it has more than {limits.COLUMNS} columns", _FEWER)
        if len(columns) < len(header.cells):
            raise Refused("a cell of its header row is in it twice", SAVE_AGAIN)
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
        for cell in self.struck:
            self._wrong(header, cell, HEADER_IS_STRUCK)
        for name, cells in found.items():
            if len(cells) > 1:
                self._doubled(header, name, cells, found)
        return {cells[0].column: name for name, cells in found.items() if len(cells) == 1}

    def _header(self, cell: Cell) -> str | None:
        if cell.kind == "struck":
            self.struck.append(cell)
            if name := name_of_header(cell.text):
                self.reading.named_columns.add((self.table.sheet, name))
            return None
        stamped = self.stamped.get(cell.column, "")
        if stamped and _became(cell, header_of_name(stamped)):
            return stamped
        if cell.kind in ("number", "date"):
            self.changed.append((cell, HEADER_IS_NUMBER if cell.kind == "number" else HEADER_IS_DATE))
            return None
        name = name_of_header(cell.text)
        if name is None and _LOOKS_LIKE_DATE.fullmatch(cell.text.strip()):
            self.changed.append((cell, HEADER_IS_DATE))
        elif name is None:
            self.unknown.append(cell)
        return name

    @property
    def _type_again(self) -> str:
        return _IN_WORKBOOK if self.table.sheet else _IN_CSV

    def _say_changed(self, header: Row) -> None:
        """A problem for each header that is not a text any more, and one for the rest if there are many."""
        for cell, fault in self.changed[:_MOST_CHANGED]:
            self._wrong(header, cell, fault, type_again=self._type_again)
        if more := self.changed[_MOST_CHANGED:]:
            place = self.table.place(header.number, more[0][0].column)
            self.reading.wrong(place, MORE_HEADERS_CHANGED, more=str(len(more)), type_again=self._type_again)

    def _say_unknown(self, header: Row) -> None:
        """A problem for each header that is not known, or one for all where there are many."""
        if len(self.unknown) > _EACH_SAID:
            place = self.table.place(header.number, self.unknown[0].column)
            shown = some([f"{letters(cell.column)} “{shortened(cell.text, _LONGEST_SHOWN)}”" for cell in self.unknown])
            self.reading.wrong(place, UNKNOWN_HEADERS, number=str(len(self.unknown)), headers=shown)
            return
        for cell in self.unknown:
            if stamped := self.stamped.get(cell.column):
                self._wrong(header, cell, HEADER_IS_OTHER, was=header_of_name(stamped))
                self.reading.named_columns.add((self.table.sheet, stamped))
            else:
                self._wrong(header, cell, UNKNOWN_HEADER)

    def _wrong(self, header: Row, cell: Cell, fault: Fault, **facts: str) -> None:
        place = self.table.place(header.number, cell.column)
        self.reading.wrong(place, fault, item=f"column {letters(cell.column)}", given=cell.text, **facts)

    def _doubled(self, header: Row, name: str, cells: list[Cell], found: dict[str, list[Cell]]) -> None:
        label = header_of_name(name)
        shortened = label.endswith(".1") and f"{name}0" not in found
        columns = " and ".join(letters(cell.column) for cell in cells)
        place = self.table.place(header.number, cells[-1].column)
        facts = {"columns": columns, "header": label}
        if shortened:
            self.reading.wrong(place, SAME_HEADER_SHORTENED, **facts, type_again=self._type_again)
        else:
            self.reading.wrong(place, SAME_HEADER, **facts)
        self.refused.update(cell.column for cell in cells)
        self.reading.named_columns.add((self.table.sheet, name))


def _became(cell: Cell, label: str) -> bool:
    """Is this what a spreadsheet program makes of the number of a statement: 3.1 of `3.10`, or a date?"""
    if not _NUMBERED.fullmatch(label):
        return False
    if cell.kind == "text" and name_of_header(cell.text) is None:
        return bool(_LOOKS_LIKE_DATE.fullmatch(cell.text.strip()))
    return cell.kind == "date" or (cell.kind in ("text", "number") and label in (cell.text, f"{cell.text}0"))
