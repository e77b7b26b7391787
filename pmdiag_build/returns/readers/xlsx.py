"""Workbooks of Excel (.xlsx, .xlsm) → raw records, streamed: no formula is run, no macro looked at.

Parsed here rather than with openpyxl: its streaming mode does not tell merged cells, hidden rows, or a formula
without a value from an empty cell, and its other mode takes more memory for empty formatted rows than a machine has.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta

from pmdiag_build.content.field_names import PROPERTY
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import ASK_AGAIN, Reading, Refused, TooBig
from pmdiag_build.returns.readers.sheet import close_workbook, read_table, read_workbook
from pmdiag_build.returns.readers.table import SAVE_AGAIN, Cell, CellKind, Merge, Row, Table
from pmdiag_build.returns.readers.xlsx_parts import (
    CELL,
    Collector,
    Parts,
    Styles,
    TextCollector,
    column_of,
    notes_on,
    unescaped,
)
from pmdiag_build.returns.readers.xml import Attributes, feed, local, opened

_NO_TABLES = frozenset({"chartsheet", "dialogsheet", "xlmacrosheet", "xlintlmacrosheet"})
"""The kinds of sheets without answers. One of any other kind is read as a table, so that none is left out silently."""


def read(name: str, data: bytes) -> Reading:
    """The returns in a workbook called `name`; every sheet with an entry header is read."""
    return read_workbook(name, data, lambda name, archive: _Workbook(name, archive).read())


class _Workbook:
    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name = name
        self.archive = archive
        self.parts = Parts(archive)
        self.sheets: list[tuple[Table, str]] = []
        self.cells = 0
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no time zone
        self.main = self.parts.workbook()
        self.relations = self.parts.relations(self.main)
        self._open()
        self.texts: list[str] = []
        self.struck_texts: set[int] = set()
        self._read_shared_texts()
        self.styles = Styles()
        self.parts.parse(self._related("styles"), self.styles)

    def read(self) -> Reading:
        reading = Reading()
        properties = self.parts.property_called(PROPERTY)
        for table, part in self.sheets:
            table.properties = properties
            table.notes.extend(notes_on(self.parts, part))
            read_table(table, _Sheet(self, table).rows(part), reading)
        close_workbook(self.name, [table for table, _ in self.sheets], reading)
        return reading

    def _open(self) -> None:
        targets = {one.ident: one.target for one in self.relations if one.kind.casefold() not in _NO_TABLES}
        related = {one.ident for one in self.relations}
        named: list[tuple[Table, str]] = []

        def start(tag: str, attributes: Attributes) -> None:
            match local(tag):
                case "sheet":
                    ident = next(v for k, v in attributes.items() if k != "id" and local(k) == "id")
                    hidden = attributes.get("state", "visible") != "visible"
                    named.append((Table(self.name, attributes["name"], hidden=hidden), ident))
                case "workbookPr" if attributes.get("date1904") in ("1", "true"):
                    self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001

        if not self.parts.parse(self.main, Collector(start)):
            raise LookupError("the list of its sheets is missing")
        if any(ident not in related for _, ident in named):
            raise LookupError("one of its sheets is missing")
        self.sheets = [(table, self.parts.needed(targets[ident])) for table, ident in named if ident in targets]
        self._check_size()

    def _check_size(self) -> None:
        parts = [part for _, part in self.sheets]
        if len(parts) > limits.SHEETS:
            raise TooBig(f"it has more than {limits.SHEETS} sheets")
        if len(set(parts)) < len(parts):
            raise Refused("two of its sheets are the same part of the file", SAVE_AGAIN)
        # Reading stops where a part is bigger than it says.
        if sum(self.archive.getinfo(part).file_size for part in parts) > limits.SHEET_BYTES_TOGETHER:
            raise TooBig(f"its sheets hold more than {limits.SHEET_BYTES_TOGETHER >> 20} MB of data")

    def _related(self, kind: str) -> str:
        """The part of a kind that the workbook is related to, or where it usually is."""
        usual = posixpath.join(posixpath.dirname(self.main), f"{kind}.xml")
        return next((one.target for one in self.relations if one.kind == kind), usual)

    def _read_shared_texts(self) -> None:
        def take(text: str, struck: bool) -> None:
            if struck:
                self.struck_texts.add(len(self.texts))
            self.texts.append(text)

        self.parts.parse(self._related("sharedStrings"), TextCollector(take))


class _Sheet:
    """One sheet as it streams by."""

    def __init__(self, workbook: _Workbook, table: Table) -> None:
        self.workbook = workbook
        self.table = table
        self.ready: list[Row] = []
        self.row = 0
        self.hidden = False
        self.cells: list[Cell] = []
        self.column = 0
        self.type = ""
        self.style = ""
        self.value: str | None = None
        self.formula: str | None = None
        self.taking = ""
        self.runs: list[str] = []
        self.inline = TextCollector(self._take_inline)
        self.struck = False

    def rows(self, part: str) -> Iterator[Row]:
        with opened(self.workbook.archive, part, limits.UNPACKED_BYTES) as source:
            steps = feed(source, start=self._start, end=self._end, text=self._text, limit=limits.UNPACKED_BYTES)
            for _ in steps:
                yield from self.ready
                self.ready.clear()

    def _start(self, tag: str, attributes: Attributes) -> None:
        match tag if ":" not in tag else local(tag):
            case "row":
                self.row = int(attributes["r"]) if "r" in attributes else self.row + 1
                self.hidden = attributes.get("hidden") in ("1", "true")
                self.cells, self.column = [], 0
            case "c":
                self._start_cell(attributes)
            case "v" | "f" as part:
                self.taking = part
                self.runs = []
            case "is" | "t" | "rPh" | "r" | "strike":
                self.inline.start(tag, attributes)
            case "col" if attributes.get("hidden") in ("1", "true"):
                first, last = int(attributes["min"]), int(attributes["max"])
                self.table.hidden_columns.update(range(first, min(last, 1024) + 1))
            case "mergeCell":
                self._merge(attributes["ref"])

    def _start_cell(self, attributes: Attributes) -> None:
        found = CELL.fullmatch(attributes.get("r", ""))
        self.column = column_of(found[1]) if found else self.column + 1
        if self.column > limits.COLUMNS or len(self.cells) > limits.COLUMNS:
            raise Refused(f"a row has more than {limits.COLUMNS} cells", SAVE_AGAIN)
        self.workbook.cells += 1
        if self.workbook.cells > limits.CELLS:
            raise TooBig(f"it has more than {limits.CELLS:,} cells")
        self.type = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.value = self.formula = None
        self.struck = self.style in self.workbook.styles.struck

    def _text(self, text: str) -> None:
        # Gathered and joined at the end: adding to a long text copies it each time.
        if self.taking:
            self.runs.append(text)
        else:
            self.inline.text(text)

    def _take_inline(self, text: str, struck: bool) -> None:
        self.value = text
        self.struck = self.struck or struck

    def _end(self, tag: str) -> None:
        match tag if ":" not in tag else local(tag):
            case "c" if self.value is not None or self.formula is not None:
                self._end_cell()
            case "v":
                # An empty text is a value, too: the result of a formula that refers to an empty cell.
                if self.runs or self.type == "str":
                    self.value = "".join(self.runs)
                self.taking = ""
            case "f":
                self.formula = "".join(self.runs)
                self.taking = ""
            case "row" if self.cells:
                self.ready.append(Row(self.row, self.cells, self.hidden))
            case "is" | "t" | "rPh":
                self.inline.end(tag)

    def _end_cell(self) -> None:
        if self.value is None:
            self.cells.append(Cell(self.column, f"={self.formula}", "formula"))
            return
        text, kind = self._meant(self.value)
        self.cells.append(Cell(self.column, text, "struck" if self.struck else kind))

    def _meant(self, value: str) -> tuple[str, CellKind]:
        match self.type:
            case "s":
                return self._shared(int(value)), "text"
            case "str":
                return unescaped(value), "text"
            case "inlineStr":
                return value, "text"
            case "b":
                return ("TRUE" if value == "1" else "FALSE"), "text"
            case "e":
                return value, "error"
            case "d":
                return value.removesuffix("T00:00:00"), "date"
        if self.style in self.workbook.styles.dates:
            return self._date(float(value)), "date"
        number = float(value)
        return (str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)), "number"

    def _shared(self, number: int) -> str:
        texts = self.workbook.texts
        if not 0 <= number < len(texts):
            raise Refused(f"a cell names the text {number} of {len(texts)}, so a part of it is missing", ASK_AGAIN)
        self.struck = self.struck or number in self.workbook.struck_texts
        return texts[number]

    def _date(self, days: float) -> str:
        try:
            moment = self.workbook.epoch + timedelta(days=days)
        except OverflowError:
            return repr(days)
        return moment.date().isoformat() if days.is_integer() else moment.replace(microsecond=0).isoformat(" ")

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [CELL.fullmatch(corner) for corner in (first, last or first)]
        if len(self.table.merges) >= limits.MERGED_RANGES:
            raise TooBig(f"it has more than {limits.MERGED_RANGES:,} merged ranges")
        if corners[0] and corners[1]:
            (left, top), (right, bottom) = (corner.groups() for corner in corners if corner)
            self.table.merges.append(Merge(int(top), column_of(left), int(bottom), column_of(right)))
