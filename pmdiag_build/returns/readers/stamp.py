"""The row of an entry sheet that says which wording was asked: a cell for the sheet, and one for each column.

Sorting may move the row, clearing a filter may show it, and a CSV file can't hide it: it is known by what is in it, in
any place. Each cell names its own column (`rating_1_3@2013@9f2c41aa-kx`), so that columns can be moved, and ends in
letters that show whether it was changed. What it does not say any more is reported, and nothing is made of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pmdiag_build.content.field_names import ENTRY_SHEET, PACK_ID, PackId, header_of_name, item_of
from pmdiag_build.content.questions import fingerprint_of
from pmdiag_build.problems import Fault, Location, some
from pmdiag_build.returns.raw import Given, RawRecord, Reading, Unread
from pmdiag_build.returns.readers.table import Cell, Row, Stamp, Table

_SHORTEST = 12
"""Letters of a stamp, or of what is left of one: `doing_1@2013`."""

_LONGEST = 1_000
"""A cell with a stamp has a sentence beside it at most; to search a text of many million letters takes for ever."""

_STAMP = re.compile(rf"(?P<name>{ENTRY_SHEET}|[a-z]+(?:_L?\d+)+)@\S*")
_POINTS = ".,;:)”’\"'"
_WORDED = ("rating", "overall")
"""What is counted by its wording; a comment's stamp only says which column it is in."""

_TYPE_FOOTERS = "If the papers are not all of the same edition, type their footers into the column “pack”"
STAMP_TYPED_OVER = Fault(
    "A return was typed into row {row}, which says which wording was asked. The return was read{lost}", _TYPE_FOOTERS
)
STAMP_IN_PART = Fault(
    "Row {row}, which says which wording was asked, was changed or is not complete{lost}", _TYPE_FOOTERS
)
STAMPS_DIFFER = Fault(
    "It is not certain which wording was asked: {where} more than one ({given})",
    "Type the footers of the papers into the column “pack”",
)
FILE_DIFFERS = Fault(
    "It is not certain which wording was asked: row {row} says {given}, and the file's properties say {other}",
    "Type the footers of the papers into the column “pack”",
)
OTHER_QUESTION = Fault(
    "{item}: row {row} says that this column asks {asks}, so it was not counted",
    "Correct the header, or empty the column's cell in row {row} if the header is right",
    several="{count} cells are in a column that asks {asks}, as row {row} says: {places}. They were not counted",
)


@dataclass(slots=True)
class _StampRow:
    """A row with stamps. `columns`: column → what its stamp says; `sheets`: what the row says of the whole sheet.

    `changed`: columns in which something is left of a stamp. `typed`: other cells of the row have something in them.
    """

    number: int
    columns: dict[int, PackId] = field(default_factory=dict)
    sheets: set[PackId] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    typed: bool = False

    @property
    def certain(self) -> bool:
        """One cell that looks like a stamp and is none may be anything."""
        return bool(self.columns or self.sheets or len(self.changed) > 1)


def stamped_columns(row: Row) -> dict[int, str]:
    """Column → the field name that its stamp says, if this row has stamps."""
    return {column: stamp.pack for column, stamp in _read(row.number, row.cells)[0].columns.items()}


def _read(number: int, cells: Iterable[Cell]) -> tuple[_StampRow, list[Cell]]:
    """What the stamps in a row say, and the cells that are none."""
    found, others = _StampRow(number), []
    for cell in cells:
        match = _STAMP.search(cell.text) if _SHORTEST <= len(cell.text) <= _LONGEST else None
        if match is None or not _is_ours(match["name"]):
            others.append(cell)
        elif (stamp := PackId.parse_printed(match[0].rstrip(_POINTS))) is None:
            found.changed.add(cell.column)
        elif stamp.pack == ENTRY_SHEET:
            found.sheets.add(stamp)
        else:
            found.columns[cell.column] = stamp
    found.typed = bool(others)
    return found, others


def _is_ours(name: str) -> bool:
    item = item_of(name)
    return name == ENTRY_SHEET or (item is not None and item.kind in (*_WORDED, "comment"))


class Stamps:
    """The rows with stamps of one table, as they stream by. `names`: column → field name, as its header says."""

    def __init__(self, table: Table, names: Mapping[int, str], reading: Reading) -> None:
        self.table = table
        self.names = names
        self.reading = reading
        self.rows: list[_StampRow] = []

    def taken_from(self, row: Row, cells: list[Cell]) -> list[Cell]:
        """The cells of a row that are not stamps. Most rows have none, and are only glanced at."""
        if not any("@" in cell.text for cell in cells if len(cell.text) >= _SHORTEST):
            return cells
        # In the column for it a footer is no stamp, whatever it says.
        footer = [cell for cell in cells if self.names.get(cell.column) == PACK_ID]
        found, others = _read(row.number, (cell for cell in cells if cell not in footer))
        if not found.certain:
            return cells
        found.typed = found.typed or bool(footer)
        self.rows.append(found)
        return others + footer

    def in_row(self, number: int) -> bool:
        """Has this row stamps? It may be the last of those that were given."""
        return bool(self.rows) and self.rows[-1].number == number

    def stamp(self) -> Stamp:
        """What they say together. What of them is lost, or contradicts the rest, is reported."""
        if not self.rows:
            return Stamp()
        row = self.rows[0].number
        columns = {(column, id) for one in self.rows for column, id in one.columns.items()}
        sheets = {id for one in self.rows for id in one.sheets}
        editions = {id.edition for id in (*sheets, *(id for _, id in columns))}
        stamps = dict(columns)
        if len(sheets) > 1 or len(editions) > 1 or len(stamps) < len(columns):
            self._say_contradiction(sheets, editions)
            unsure = {name: why for column, id in columns for name, why in self._unsure(row, {column: id})}
            return Stamp(row, None, self._agreed(columns), dict(sorted(unsure.items())))
        self._say_lost(row, stamps, bool(sheets))
        asked = self._asked(stamps)
        sheet = next(iter(sheets), None) or self._sheet_of(editions, asked)
        return Stamp(row, sheet, asked, dict(self._unsure(row, stamps)))

    def _sheet_of(self, editions: Iterable[str], asked: Mapping[str, str]) -> PackId | None:
        """What the sheet as a whole said, where only its columns still say something."""
        properties = PackId.parse_printed(self.table.properties)
        for edition in editions:
            if properties is not None and properties.edition == edition:
                return properties
            # The same as in the sheet when it was made, if all its columns are there and in their order.
            return PackId(ENTRY_SHEET, edition, fingerprint_of(json.dumps(asked, separators=(",", ":"))))
        return None

    def _asked(self, stamps: Mapping[int, PackId]) -> dict[str, str]:
        found = {}
        for column, stamp in sorted(stamps.items()):
            item = item_of(stamp.pack)
            if self.names.get(column) == stamp.pack and item is not None and item.kind in _WORDED:
                found[stamp.pack] = stamp.fingerprint
        return found

    def _agreed(self, columns: Iterable[tuple[int, PackId]]) -> dict[str, str]:
        """The wording of each column as all its stamps say it, empty where they do not agree.

        The rest of the sheet may say something else: a column that is known to ask another wording is no less so.
        """
        found: dict[str, str] = {}
        for column, id in sorted(columns, key=lambda one: (one[0], str(one[1]))):
            for name, digits in self._asked({column: id}).items():
                found[name] = digits if found.get(name, digits) == digits else ""
        return found

    def _unsure(self, row: int, stamps: Mapping[int, PackId]) -> Iterator[tuple[str, Unread]]:
        for column, stamp in stamps.items():
            name = self.names.get(column)
            if name is not None and name != stamp.pack:
                facts = {"row": str(row), "asks": header_of_name(stamp.pack)}
                yield name, Unread((), OTHER_QUESTION, facts)

    def _say_contradiction(self, sheets: Collection[PackId], editions: Iterable[str]) -> None:
        rows = [str(one.number) for one in self.rows]
        where = f"rows {some(rows)} say" if len(rows) > 1 else f"row {rows[0]} says"
        given = some(sorted(map(str, sheets)) if len(sheets) > 1 else sorted(editions))
        self.reading.wrong(self._place(self.rows[0].number), STAMPS_DIFFER, where=where, given=given)

    def _say_lost(self, row: int, stamps: Mapping[int, PackId], sheet: bool) -> None:
        """One notice for the whole sheet."""
        items = ((column, item_of(name)) for column, name in sorted(self.names.items()))
        lost = [item.label for column, item in items if item and item.kind in _WORDED and column not in stamps]
        typed = next((one.number for one in self.rows if one.typed), 0)
        if lost or typed or not sheet:
            said = f", but nothing says any more how {some(lost)} {'was' if len(lost) == 1 else 'were'} worded"
            fault = STAMP_TYPED_OVER if typed else STAMP_IN_PART
            self.reading.notice(self._place(typed or row), fault, row=str(typed or row), lost=said if lost else "")

    def _place(self, row: int) -> Location:
        if self.table.sheet:
            return Location(self.table.file, spot=f"{self.table.sheet}!{row}")
        return Location.row(self.table.file, row)


def compare_with_properties(tables: Sequence[Table], reading: Reading) -> None:
    """What a workbook's properties say is taken where its one entry sheet says nothing any more.

    Where they contradict the sheet, neither is taken, but what each column says of itself stays. `tables`: those that
    were read.
    """
    if len(tables) != 1:
        return
    (table,) = tables
    stamp, said = table.stamp, PackId.parse_printed(table.properties)
    if said is None or said.pack != ENTRY_SHEET or stamp.sheet == said:
        return
    if not stamp.row:
        reading.records = [
            record if PACK_ID in record.values or PACK_ID in record.unread else _saying(record, (str(said),))
            for record in reading.records
        ]
    elif stamp.sheet is not None:
        row, given = str(stamp.row), (str(stamp.sheet),)
        place = Location(table.file, spot=f"{table.sheet}!{row}")
        reading.wrong(place, FILE_DIFFERS, row=row, given=given[0], other=str(said))
        reading.records = [
            _saying(record, ()) if record.values.get(PACK_ID) == given else record for record in reading.records
        ]


def _saying(record: RawRecord, pack_id: Given) -> RawRecord:
    """The record with another `pack_id`, or with none."""
    values = {name: given for name, given in record.values.items() if name != PACK_ID}
    return replace(record, values=values | {PACK_ID: pack_id} if pack_id else values)
