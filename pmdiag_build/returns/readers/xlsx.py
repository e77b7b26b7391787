"""Workbooks of Excel (.xlsx, .xlsm) → raw records, streamed: no formula is run, no macro looked at.

Parsed here rather than with openpyxl: its streaming mode does not tell merged cells, hidden rows, or a formula
without a value from an empty cell, and its other mode takes more memory for empty formatted rows than a machine has.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Reading, Refused, TooBig, set_aside
from pmdiag_build.returns.readers.sheet import DAMAGED_WORKBOOK, close_workbook, read_table, unreadable
from pmdiag_build.returns.readers.table import SAVE_AGAIN, Cell, CellKind, Merge, Row, Table
from pmdiag_build.returns.readers.xml import UNPACKING_FAILED, Attributes, feed, local, opened, parse
from pmdiag_build.returns.readers.zip_archive import zip_of

ASK_AGAIN = "Ask for it again"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]')


def read(name: str, data: bytes) -> Reading:
    """The returns in a workbook called `name`; every sheet with an entry header is read."""
    try:
        with zip_of(data) as archive:
            return _Workbook(name, archive).read()
    except Refused as refused:
        return unreadable(name, refused)
    except (LookupError, ValueError, *UNPACKING_FAILED) as error:
        return set_aside(name, DAMAGED_WORKBOOK, why=str(error))


class _Workbook:
    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name = name
        self.archive = archive
        self.sheets: list[tuple[Table, str]] = []
        self.cells = 0
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no time zone
        self._open()
        self.texts = self._shared_texts()
        self.date_styles = self._date_styles()

    def read(self) -> Reading:
        reading = Reading()
        for table, part in self.sheets:
            read_table(table, _Sheet(self, table).rows(part), reading)
        close_workbook(self.name, [table for table, _ in self.sheets], reading)
        return reading

    def _open(self) -> None:
        targets = dict(self._relations())
        named: list[tuple[Table, str]] = []

        def start(tag: str, attributes: Attributes) -> None:
            match local(tag):
                case "sheet":
                    ident = next(v for k, v in attributes.items() if k != "id" and local(k) == "id")
                    hidden = attributes.get("state", "visible") != "visible"
                    named.append((Table(self.name, attributes["name"], hidden=hidden), ident))
                case "workbookPr" if attributes.get("date1904") in ("1", "true"):
                    self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001

        self._parse("xl/workbook.xml", start)
        self.sheets = [(table, targets[ident]) for table, ident in named if ident in targets]
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

    def _relations(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                target = attributes["Target"]
                found.append((attributes["Id"], posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")))

        self._parse("xl/_rels/workbook.xml.rels", start)
        return found

    def _parse(self, part: str, start: Callable[[str, Attributes], None]) -> None:
        with opened(self.archive, part, limits.UNPACKED_BYTES) as source:
            parse(source, start=start, end=_ignore, text=_ignore, limit=limits.UNPACKED_BYTES)

    def _shared_texts(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        texts: list[str] = []
        collector = _TextCollector(texts.append)
        with opened(self.archive, "xl/sharedStrings.xml", limits.UNPACKED_BYTES) as source:
            parse(source, start=collector.start, end=collector.end, text=collector.text, limit=limits.UNPACKED_BYTES)
        return texts

    def _date_styles(self) -> frozenset[str]:
        """The numbers of cell styles that show a number as a date."""
        if "xl/styles.xml" not in self.archive.namelist():
            return frozenset()
        custom: dict[str, str] = {}
        formats: list[str] = []
        inside = ""

        def start(tag: str, attributes: Attributes) -> None:
            nonlocal inside
            match local(tag):
                case "numFmt":
                    custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
                case "cellXfs" | "cellStyleXfs" as block:
                    inside = block
                case "xf" if inside == "cellXfs":
                    formats.append(attributes.get("numFmtId", "0"))

        self._parse("xl/styles.xml", start)
        return frozenset(str(i) for i, code in enumerate(formats) if _is_date(code, custom.get(code)))


def _ignore(_: str) -> None:
    """A handler for what does not matter."""


def _is_date(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number) in _DATE_FORMATS
    return any(letter in _FORMAT_NOISE.sub("", code[: limits.FORMAT_LETTERS]).lower() for letter in "dmyhs")


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
        self.inline = _TextCollector(self._take_inline)

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
            case "is" | "t" | "rPh":
                self.inline.start(tag, attributes)
            case "col" if attributes.get("hidden") in ("1", "true"):
                first, last = int(attributes["min"]), int(attributes["max"])
                self.table.hidden_columns.update(range(first, min(last, 1024) + 1))
            case "mergeCell":
                self._merge(attributes["ref"])

    def _start_cell(self, attributes: Attributes) -> None:
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = _column(found[1]) if found else self.column + 1
        if self.column > limits.COLUMNS or len(self.cells) > limits.COLUMNS:
            raise Refused(f"a row has more than {limits.COLUMNS} cells", SAVE_AGAIN)
        self.workbook.cells += 1
        if self.workbook.cells > limits.CELLS:
            raise TooBig(f"it has more than {limits.CELLS:,} cells")
        self.type = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.value = self.formula = None

    def _text(self, text: str) -> None:
        # Gathered and joined at the end: adding to a long text copies it each time.
        if self.taking:
            self.runs.append(text)
        else:
            self.inline.text(text)

    def _take_inline(self, text: str) -> None:
        self.value = text

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
        else:
            self.cells.append(Cell(self.column, *self._meant(self.value)))

    def _meant(self, value: str) -> tuple[str, CellKind]:
        match self.type:
            case "s":
                return self._shared(int(value)), "text"
            case "str":
                return _unescaped(value), "text"
            case "inlineStr":
                return value, "text"
            case "b":
                return ("TRUE" if value == "1" else "FALSE"), "text"
            case "e":
                return value, "error"
            case "d":
                return value.removesuffix("T00:00:00"), "date"
        if self.style in self.workbook.date_styles:
            return self._date(float(value)), "date"
        number = float(value)
        return (str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)), "number"

    def _shared(self, number: int) -> str:
        texts = self.workbook.texts
        if not 0 <= number < len(texts):
            raise Refused(f"a cell names the text {number} of {len(texts)}, so a part of it is missing", ASK_AGAIN)
        return texts[number]

    def _date(self, days: float) -> str:
        try:
            moment = self.workbook.epoch + timedelta(days=days)
        except OverflowError:
            return repr(days)
        return moment.date().isoformat() if days.is_integer() else moment.replace(microsecond=0).isoformat(" ")

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        corners = [_REFERENCE.fullmatch(corner) for corner in (first, last or first)]
        if len(self.table.merges) >= limits.MERGED_RANGES:
            raise TooBig(f"it has more than {limits.MERGED_RANGES:,} merged ranges")
        if corners[0] and corners[1]:
            (left, top), (right, bottom) = (corner.groups() for corner in corners if corner)
            self.table.merges.append(Merge(int(top), _column(left), int(bottom), _column(right)))


def _column(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


class _TextCollector:
    """Gathers the runs of each `si` or `is` into one text; the reading aid of Asian scripts is left out."""

    def __init__(self, done: Callable[[str], None]) -> None:
        self.done = done
        self.runs: list[str] = []
        self.aside = 0
        self.taking = False

    def start(self, tag: str, _: Attributes) -> None:
        match local(tag):
            case "si" | "is":
                self.runs.clear()
            case "rPh":
                self.aside += 1
            case "t":
                self.taking = not self.aside

    def end(self, tag: str) -> None:
        match local(tag):
            case "si" | "is":
                self.done(_unescaped("".join(self.runs)))
            case "rPh":
                self.aside -= 1
            case "t":
                self.taking = False

    def text(self, text: str) -> None:
        if self.taking:
            self.runs.append(text)


def _unescaped(text: str) -> str:
    """The text with `_x0007_` as the character that XML can't contain (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
