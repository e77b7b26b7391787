"""Rows of cells → raw records, by the header row, for workbooks and CSV."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from zipfile import ZipFile

from pmdiag_build.content.field_names import PACK_ID, header_of_name, name_of_header, record_name
from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Fault, Location, Problem, Severity, counted, shortened, some
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Given, RawRecord, Reading, Refused, RowPlaces, TooBig, Unread, set_aside
from pmdiag_build.returns.readers.stamp import Stamps, compare_with_properties, stamped_columns
from pmdiag_build.returns.readers.table import (
    SAVE_AGAIN,
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
from pmdiag_build.returns.readers.xml import UNPACKING_FAILED, why_unreadable
from pmdiag_build.returns.readers.zip_archive import zip_of

_NO_PACK = "-"
_REFERENCE = record_name("reference")
_TOTAL = re.compile(r"\s*(grand |sub)?(total|sum|count|number|average|mean)s?\b", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+([.,]\d+)?%?")
_LOOKED_AT = 20
"""So many rows are searched for a header that should be in the first."""

_SHORTEST, _LONGEST = 3, 60
"""Letters of a header."""

_LOOKED_AT_CELLS = 8
_FEWEST = 2
"""So many headers in a row make it a header row, if they are half of what is in it."""

_LONGEST_NOTE = 300
DAMAGED_WORKBOOK = Fault("The workbook is damaged ({why})", SAVE_AGAIN)
UNREADABLE = Fault("The workbook can't be read: {why}", "{fix}")
_SMALLER = "Copy the returns into a new entry sheet"
BEGINS_BELOW = Fault(
    "The table in this sheet begins in row {row}, not in the first, so it was not read",
    "If it contains returns, delete the rows above row {row}",
)
NO_ROWS = Fault("This entry sheet has no rows", "If rows were typed, they were not saved: ask for the file again")
OTHER_SHEET = Fault(
    "The sheet “{sheet}” was not read: its first row has none of the headers of an entry sheet",
    "If it contains returns, correct its first row",
)
TOTALS = Fault("Row {row} has numbers instead of levels: it is a row of totals, not a return", "Delete the row")
FORMULA = Fault(
    "{item}: this is a formula without its value (“{given}”), so it was not counted",
    "Open the file in a spreadsheet program and save it",
    several="{count} cells are formulas without their values: {places}. They were not counted",
)
ERROR_VALUE = Fault(
    "{item}: this is an error value (“{given}”), so it was not counted",
    "Type the answer in",
    several="{count} cells are error values: {places}. They were not counted",
    fix_all="Type the answers in",
)
MERGED_CELL = Fault(
    "{item}: the cell is merged with {first}, so it has no answer of its own",
    "Unmerge the cells and type each answer in",
    several="{count} cells are merged with {first}, so they have no answers of their own: {places}",
)
MERGED = Fault("The cells {cells} are merged", "Unmerge them and check the answers in them")
STRUCK = Fault(
    "{item}: “{given}” is struck through, so it was not counted",
    "Empty the cell if it should not count, and remove the line through it if it should",
    several="{count} cells are struck through: {places}. They were not counted",
    fix_all="Empty the cells that should not count, and remove the line through those that should",
)
STRUCK_ROW = Fault(
    "The whole row is struck through, so it was not counted",
    "Delete the row if it should not count, and remove the line through it if it should",
    several="{count} rows are struck through, so they were not counted: {places}",
    fix_all="Delete the rows that should not count, and remove the line through those that should",
)
NOTE = Fault(
    "{item}: the cell has a note (“{given}”), which was not counted",
    "Read it, and correct the answer if it says so",
    several="{count} cells have notes, which were not counted: {places}",
    fix_all="Read them, and correct the answers if they say so",
)
HEADER_AGAIN = Fault(
    "This row is the header row again, so it was not counted as a return",
    "Delete the row",
    several="{count} rows are the header row again, so they were not counted as returns: {places}",
    fix_all="Delete these rows",
)
BELOW_OTHER_HEADER = Fault(
    "This row is below row {row}, a header row with other columns, so it was not counted",
    "Put row {row} and the rows below it into a sheet of their own",
    several="{count} rows are below row {row}, a header row with other columns, so they were not counted: {places}",
)
NO_HEADER = Fault(
    "{item} has no header, so it was not counted (“{given}”)",
    "Give the column a header if it contains answers",
    several="{count} columns have no header, so they were not counted: {places}",
    fix_all="Give the columns headers if they contain answers",
)
_NO_VALUE = {"formula": FORMULA, "error": ERROR_VALUE, "struck": STRUCK}
HIDDEN_SHEET = Fault("The hidden sheet “{sheet}” was read like the others", "Delete it if its rows should not count")
HIDDEN_ROWS = Fault("In {sheet}, {rows} read like the others ({numbers})", "Delete them if they should not count")
HIDDEN_COLUMN = Fault(
    "The hidden column {item} was read like the others",
    "Empty it if it should not count",
    several="{count} hidden columns were read like the others: {places}",
    fix_all="Empty them if they should not count",
)


def read_table(table: Table, rows: Iterable[Row], reading: Reading) -> bool:
    """Adds the returns of a table to `reading`; False (and nothing added) if its first row is not an entry header.

    Then it is looked for in the rows below. Raises Refused for more rows than a round can have.
    """
    rows = iter(rows)
    header = next(rows, None)
    table.header = texts_in(header) if header else ()
    if header is None or not is_entry_header(table.header):
        table.begins = next((row.number for row in islice(rows, _LOOKED_AT) if is_header_below(texts_in(row))), 0)
        return False
    table.begins, table.read = header.number, True
    second = list(islice(rows, 1))
    stamped = stamped_columns(second[0]) if second else {}
    _Rows(table, header, stamped, reading).read(chain(second, rows))
    return True


def read_workbook(name: str, data: bytes, read: Callable[[str, ZipFile], Reading]) -> Reading:
    """What `read` makes of a workbook, which is a ZIP; or why it can't be read."""
    try:
        with zip_of(data) as archive:
            return read(name, archive)
    except Refused as refused:
        return _unreadable(name, refused)
    except RuntimeError as error:
        return _unreadable(name, Refused(why_unreadable(error)))
    except (LookupError, ValueError, *UNPACKING_FAILED) as error:
        return set_aside(name, DAMAGED_WORKBOOK, why=why_unreadable(error))


def _unreadable(name: str, refused: Refused) -> Reading:
    usual = _SMALLER if isinstance(refused, TooBig) else SAVE_AGAIN
    return set_aside(name, UNREADABLE, why=str(refused), fix=refused.fix or usual)


def close_workbook(name: str, tables: Sequence[Table], reading: Reading) -> None:
    """Adds a problem for every sheet that is not empty and was not read; `tables` are those of the whole workbook."""
    below = [table for table in tables if table.begins and not table.read]
    for table in below:
        reading.put_aside(table.place(table.begins, 1), BEGINS_BELOW, row=str(table.begins))
    if any(table.read for table in tables):
        compare_with_properties([table for table in tables if table.read], reading)
        say_no_row(name, reading)
        reading.other_sheets = {
            table.sheet: other_sheet(table.file, table.sheet) for table in tables if table.header and not table.begins
        }
    elif not below:
        what = "None of its sheets has the headers of an entry sheet in the first row"
        reading.put_aside(name, no_entry_sheet(what, tables))


def say_no_row(name: str, reading: Reading) -> None:
    """Adds a notice if an entry sheet gave nothing: what was typed may not have been saved."""
    if not reading.records and not reading.set_aside:
        reading.notice(name, NO_ROWS)


def other_sheet(file: str, sheet: str) -> Problem:
    """The problem of a sheet that is not an entry sheet, beside one that is."""
    return OTHER_SHEET.at(Location(file, spot=sheet), Severity.NOTICE, sheet=sheet)


def _is_total(values: Mapping[str, Given]) -> bool:
    """Is this a row of sums under the returns? It is called so, and every level is a number."""
    if not _TOTAL.match("".join(values.get(_REFERENCE, ()))):
        return False
    levels = [given[0] for name, given in values.items() if name.startswith(("rating_", "overall_"))]
    return bool(levels) and all(_NUMBER.fullmatch(text.strip()) for text in levels)


def _shown(text: str) -> str:
    return shortened(" ".join(text.split()), _LONGEST_NOTE)


class _Rows:
    """The rows of one entry sheet on their way to raw records."""

    def __init__(self, table: Table, header: Row, stamped: Mapping[int, str], reading: Reading) -> None:
        self.table = table
        self.reading = reading
        head = Header(table, header, stamped, reading)
        self.names, self.refused = head.names, head.refused
        self.header = header
        names = self.names.values()
        self.words = {text.casefold() for text in (*table.header, *names, *map(header_of_name, names))}
        self.other_header = 0
        self.columns = {name: letters(column) for column, name in self.names.items()}
        self.declares = frozenset(self.columns)
        self.stamps = Stamps(table, self.names, reading)
        self.hidden: list[int] = []
        self.by_row: dict[int, RawRecord] = {}
        self.values: list[dict[str, Given]] = []
        self.asked: dict[str, str] = {}
        self.covered = 0

    def read(self, rows: Iterable[Row]) -> None:
        for row in rows:
            cells = [cell for cell in row.cells if cell.text.strip()]
            if not self.other_header:
                cells = self.stamps.taken_from(row, cells)
            if cells and not self._is_header(row, cells):
                self._row(row, cells)
            if len(self.reading.records) + len(self.by_row) > limits.RETURNS:
                raise TooBig(f"it has more than {limits.RETURNS:,} rows")
        self._put_stamp()
        self._say_hidden()
        self._say_notes()
        numbers = sorted(self.by_row)
        for merge in self.table.merges:
            self._merged(merge, numbers[bisect_left(numbers, merge.top) : bisect_right(numbers, merge.bottom)])
        self.reading.records.extend(self.by_row.values())

    def _put_stamp(self) -> None:
        """Adds to each row what the sheet says that it asks, where the row itself names no pack."""
        stamp = self.table.stamp = self.stamps.stamp()
        self.asked |= stamp.asked
        for record, values in zip(self.by_row.values(), self.values, strict=True):
            if stamp.sheet is not None and record.asked is self.asked:
                values[PACK_ID] = (str(stamp.sheet),)
            for name in [name for name in stamp.unsure if name in values]:
                record.unread[name] = replace(stamp.unsure[name], given=values.pop(name))

    def _is_header(self, row: Row, cells: list[Cell]) -> bool:
        """Is this a header row, as rows that were pasted from another sheet bring it with them?

        The rows below one with other columns are not read: their answers are under the wrong headers.
        """
        # Levels are shorter than any header; of the rest the first few tell, in plain letters.
        texts = islice((cell.text for cell in cells if _SHORTEST <= len(cell.text) <= _LONGEST), _LOOKED_AT_CELLS)
        if self.words.isdisjoint(map(str.casefold, texts)):
            return False
        found = {cell.column: name for cell in cells if (name := name_of_header(cell.text[:_LONGEST]))}
        if len(found) < _FEWEST or 2 * len(found) < len(cells) or not is_entry_header(texts_in(row)):
            return False
        if any(self.names.get(column, name) != name for column, name in found.items()):
            self.other_header = row.number
        else:
            self.other_header = 0
            self.reading.wrong(self._places(row).whole(), HEADER_AGAIN)
        return True

    def _places(self, row: Row) -> RowPlaces:
        return RowPlaces(self.table.file, self.table.sheet, row.number, self.columns)

    def _row(self, row: Row, cells: list[Cell]) -> None:
        places = self._places(row)
        if self.other_header:
            self.reading.put_aside(places.whole(), BELOW_OTHER_HEADER, row=str(self.other_header))
            return
        values, unread = self._taken(row, cells)
        if _is_total(values):
            self.reading.put_aside(places.whole(), TOTALS, row=str(row.number))
            return
        if not values and unread and all(why.fault is STRUCK for why in unread.values()):
            self.reading.put_aside(places.whole(), STRUCK_ROW)
            return
        if row.hidden and not self.stamps.in_row(row.number):
            self.hidden.append(row.number)
        if row.number in self.by_row:
            raise Refused(f"row {row.number} is in it twice", SAVE_AGAIN)
        asked = {} if PACK_ID in values or PACK_ID in unread else self.asked
        self.by_row[row.number] = RawRecord("row", places, values, self.declares, unread, asked)
        self.values.append(values)

    def _taken(self, row: Row, cells: list[Cell]) -> tuple[dict[str, Given], dict[str, Unread]]:
        """The values of a row's cells, and what is in the others."""
        values: dict[str, Given] = {}
        unread: dict[str, Unread] = {}
        for cell in cells:
            name = self.names.get(cell.column)
            if name is None:
                self._no_header(row, cell)
            elif name == PACK_ID and cell.text.strip() == _NO_PACK:
                continue
            elif fault := _NO_VALUE.get(cell.kind):
                unread[name] = Unread((cell.text,), fault)
            else:
                # Whoever writes a cell twice: two answers are named and not counted, two equal ones are one.
                values[name] = values[name] + (cell.text,) if name in values else (cell.text,)
        return values, unread

    def _no_header(self, row: Row, cell: Cell) -> None:
        if cell.column in self.refused:
            return
        self.refused.add(cell.column)
        item = f"Column {letters(cell.column)}"
        self.reading.wrong(self.table.place(row.number, cell.column), NO_HEADER, item=item, given=cell.text[:60])

    def _say_hidden(self) -> None:
        where = self.table.sheet or self.table.file
        if self.table.hidden and self.by_row:
            place = Location(self.table.file, spot=self.table.sheet)
            self.reading.notice(place, HIDDEN_SHEET, sheet=where)
        if self.hidden:
            rows = counted(len(self.hidden), "hidden row was", "hidden rows were")
            numbers = some([str(row) for row in self.hidden])
            self.reading.notice(self.table.file, HIDDEN_ROWS, sheet=where, rows=rows, numbers=numbers)
        for column in sorted(self.table.hidden_columns & self.names.keys()):
            item = header_of_name(self.names[column])
            self.reading.notice(self.table.place(1, column), HIDDEN_COLUMN, item=item)

    def _say_notes(self) -> None:
        """A notice for each note. Where most headers have one, these say what the columns ask, as in our own sheet."""
        notes = sorted(self.table.notes, key=lambda note: (note.row, note.column))
        on_headers = sum(note.row == self.header.number for note in notes)
        ours = self.header.number if 2 * on_headers >= len(self.header.cells) else 0
        for note in notes:
            if note.row != ours:
                name = self.names.get(note.column)
                item = header_of_name(name) if name else f"column {letters(note.column)}"
                self.reading.notice(self.table.place(note.row, note.column), NOTE, item=item, given=_shown(note.text))

    def _merged(self, merge: Merge, rows: Sequence[int]) -> None:
        """The text of a merged range belongs to its first cell; the others have no answer of their own.

        `rows` are the numbers of the rows in it.
        """
        first = f"{letters(merge.left)}{merge.top}"
        columns = [column for column in self.names if merge.left <= column <= merge.right]
        self.covered += len(rows) * len(columns)
        if self.covered > limits.MERGED_CELLS:
            raise TooBig(f"more than {limits.MERGED_CELLS:,} of its cells are merged")
        covered = [(row, column) for row in rows for column in columns if (row, column) != (merge.top, merge.left)]
        for row, column in covered:
            self.by_row[row].unread[self.names[column]] = Unread((), MERGED_CELL, {"first": first})
        if rows and not covered:
            place = self.table.place(merge.top, merge.left)
            self.reading.notice(place, MERGED, cells=str(merge))
