"""Workbooks of Excel (.xlsx, .xlsm) → raw records, streamed: no formula is run, no macro looked at.

Parsed here rather than with openpyxl: its streaming mode does not tell merged cells, hidden rows, or a formula
without a value from an empty cell, and its other mode takes more memory for empty formatted rows than a machine has.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Reading, Refused, TooBig, set_aside
from pmdiag_build.returns.readers.sheet import DAMAGED_WORKBOOK, close_workbook, read_table, unreadable
from pmdiag_build.returns.readers.table import SAVE_AGAIN, Cell, CellKind, Merge, Note, Row, Table
from pmdiag_build.returns.readers.xml import UNPACKING_FAILED, Attributes, feed, local, opened, parse
from pmdiag_build.returns.readers.zip_archive import zip_of

ASK_AGAIN = "Ask for it again"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_MAIN_TYPE = re.compile(r"(sheet|template)(\.macroEnabled)?\.main\+xml", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class _Relation:
    """What one part says of another: in what it stands to it (`worksheet`, `comments`), and where that is."""

    ident: str
    kind: str
    target: str


class _Parts:
    """The parts of a workbook, found as programs find them: by relations and types, in any case and with any slash."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        self._names = {_part_key(name): name for name in names}
        self._times = Counter(map(_part_key, names))

    def find(self, part: str) -> str | None:
        """The name that a part has in the archive, if it is there. Raises Refused where it is there twice."""
        key = _part_key(part)
        if self._times[key] > 1:
            raise Refused(f"its part {posixpath.basename(part)} is in it twice", SAVE_AGAIN)
        return self._names.get(key)

    def needed(self, part: str) -> str:
        """The same for a part that must be there. Raises LookupError where it is not."""
        found = self.find(part)
        if found is None:
            raise LookupError(f"its part {posixpath.basename(part)} is missing")
        return found

    def parse(self, part: str, collector: _Collector) -> bool:
        """Calls the collector's handlers with what is in a part; False if there is no such part."""
        found = self.find(part)
        if found is None:
            return False
        with opened(self._archive, found, limits.UNPACKED_BYTES) as source:
            parse(source, start=collector.start, end=collector.end, text=collector.text, limit=limits.UNPACKED_BYTES)
        return True

    def relations(self, part: str) -> list[_Relation]:
        """What a part is related to; those of the whole file with an empty name."""
        folder, name = posixpath.split(part.replace("\\", "/"))
        found: list[_Relation] = []

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.join("/", folder, attributes["Target"].replace("\\", "/"))
                found.append(_Relation(attributes["Id"], kind, posixpath.normpath(target).lstrip("/")))

        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), _Collector(start))
        return found

    def workbook(self) -> str:
        """The part that lists the sheets."""
        related = [one.target for one in self.relations("") if one.kind == "officeDocument"]
        typed: list[str] = []

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Override" and _MAIN_TYPE.search(attributes.get("ContentType", "")):
                typed.append(attributes.get("PartName", ""))

        self.parse("[Content_Types].xml", _Collector(start))
        return next((part for part in (*related, *typed) if self.find(part)), "xl/workbook.xml")


def _part_key(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


class _Workbook:
    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name = name
        self.archive = archive
        self.parts = _Parts(archive)
        self.sheets: list[tuple[Table, str]] = []
        self.cells = 0
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no time zone
        self.main = self.parts.workbook()
        self.relations = self.parts.relations(self.main)
        self._open()
        self.texts: list[str] = []
        self.struck_texts: set[int] = set()
        self._read_shared_texts()
        self.styles = _Styles()
        self.parts.parse(self._related("styles"), self.styles)

    def read(self) -> Reading:
        reading = Reading()
        for table, part in self.sheets:
            table.notes.extend(_notes_on(self.parts, part))
            read_table(table, _Sheet(self, table).rows(part), reading)
        close_workbook(self.name, [table for table, _ in self.sheets], reading)
        return reading

    def _open(self) -> None:
        targets = {one.ident: one.target for one in self.relations if one.kind == "worksheet"}
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

        if not self.parts.parse(self.main, _Collector(start)):
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

        self.parts.parse(self._related("sharedStrings"), _TextCollector(take))


class _Collector:
    """Handlers for a part of which only the beginnings of elements matter."""

    def __init__(self, start: Callable[[str, Attributes], None]) -> None:
        self.start = start

    def end(self, tag: str) -> None:
        """Nothing ends."""

    def text(self, text: str) -> None:
        """No text matters."""


class _Styles(_Collector):
    """The numbers of the cell styles that show a number as a date (`dates`), or a text with a line through it."""

    def __init__(self) -> None:
        super().__init__(self._start)
        self.dates: set[str] = set()
        self.struck: set[str] = set()
        self._custom: dict[str, str] = {}
        self._struck_fonts: set[str] = set()
        self._inside = ""
        self._fonts = self._formats = 0

    def _start(self, tag: str, attributes: Attributes) -> None:
        match local(tag):
            case "numFmt" if self._inside != "dxfs":
                self._custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            case "cellXfs" | "cellStyleXfs" | "fonts" | "dxfs" as block:
                self._inside = block
            case "font" if self._inside == "fonts":
                self._fonts += 1
            case "strike" if self._inside == "fonts" and _is_on(attributes):
                self._struck_fonts.add(str(self._fonts - 1))
            case "xf" if self._inside == "cellXfs":
                style, code = str(self._formats), attributes.get("numFmtId", "0")
                self._formats += 1
                if _is_date(code, self._custom.get(code)):
                    self.dates.add(style)
                if attributes.get("fontId", "0") in self._struck_fonts:
                    self.struck.add(style)


def _is_on(attributes: Attributes) -> bool:
    return attributes.get("val", "1") not in ("0", "false")


def _notes_on(parts: _Parts, sheet: str) -> Iterator[Note]:
    """The notes on the cells of a sheet. A comment that can be answered has a note beside it for older programs."""
    found: dict[str, dict[str, list[str]]] = {"threadedComment": {}, "comments": {}}
    for relation in parts.relations(sheet):
        if relation.kind in found:
            parts.parse(relation.target, _NoteCollector(found[relation.kind]))
    for place, texts in (found["comments"] | found["threadedComment"]).items():
        if cell := _REFERENCE.fullmatch(place):
            yield Note(int(cell[2]), _column(cell[1]), " / ".join(texts))


class _NoteCollector(_Collector):
    """Gathers the texts of a sheet's notes by the cell that they are on."""

    def __init__(self, notes: dict[str, list[str]]) -> None:
        super().__init__(self._start)
        self._notes = notes
        self._place = ""
        self._runs: list[str] = []
        self._taking = False

    def _start(self, tag: str, attributes: Attributes) -> None:
        match local(tag):
            case "comment" | "threadedComment":
                self._place = attributes.get("ref", "")
                self._runs = []
            case "t" | "text":
                self._taking = True

    def text(self, text: str) -> None:
        if self._taking:
            self._runs.append(text)

    def end(self, tag: str) -> None:
        match local(tag):
            case "comment" | "threadedComment":
                if len(self._notes) > limits.MESSAGES:
                    raise TooBig(f"it has more than {limits.MESSAGES:,} notes")
                if text := _unescaped("".join(self._runs)).strip():
                    self._notes.setdefault(self._place, []).append(text)
                self._taking = False
            case "t":
                self._taking = False


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
                return _unescaped(value), "text"
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


class _TextCollector(_Collector):
    """Gathers the runs of each `si` or `is` into one text, and says whether a part of it has a line through it.

    The reading aid of Asian scripts is left out.
    """

    def __init__(self, done: Callable[[str, bool], None]) -> None:
        super().__init__(self._start)
        self.done = done
        self.struck = self.struck_run = False
        self.runs: list[str] = []
        self.aside = 0
        self.taking = False

    def _start(self, tag: str, attributes: Attributes) -> None:
        match local(tag):
            case "si" | "is":
                self.runs.clear()
                self.struck = self.struck_run = False
            case "r":
                self.struck_run = False
            case "strike":
                self.struck_run = _is_on(attributes)
            case "rPh":
                self.aside += 1
            case "t":
                self.taking = not self.aside

    def end(self, tag: str) -> None:
        match local(tag):
            case "si" | "is":
                self.done(_unescaped("".join(self.runs)), self.struck)
            case "rPh":
                self.aside -= 1
            case "t":
                self.taking = False

    def text(self, text: str) -> None:
        if self.taking:
            self.runs.append(text)
            self.struck = self.struck or (self.struck_run and not text.isspace())


def _unescaped(text: str) -> str:
    """The text with `_x0007_` as the character that XML can't contain (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
