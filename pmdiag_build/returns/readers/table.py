"""A sheet of cells as readers give it: what stands where, of what kind, merged or hidden. Reads nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Location

CellKind = Literal["text", "number", "date", "formula", "error"]


SAVE_ANEW = "Open it in a spreadsheet program, look whether all rows are there, and save it anew"
"""How to fix a table that contradicts itself: such a program takes it one way or another, and shows which."""


MOST_COLUMNS = 16_384
"""A sheet of Excel has no more."""


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
