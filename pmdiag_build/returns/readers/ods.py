"""Workbooks of LibreOffice (.ods) → raw records, streamed; repeated empty cells and rows cost nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from pmdiag_build.content.field_names import PROPERTY
from pmdiag_build.problems import Fault
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Reading, Refused, TooBig, set_aside
from pmdiag_build.returns.readers.sheet import close_workbook, read_table, read_workbook
from pmdiag_build.returns.readers.table import SAVE_AGAIN, Cell, CellKind, Merge, Note, Row, Table
from pmdiag_build.returns.readers.xml import Attributes, feed, opened

LOCKED = Fault(
    "The workbook is protected with a password", "Open it, save it without the password and put that file here"
)
_KINDS: dict[str, CellKind] = {"float": "number", "percentage": "number", "currency": "number", "date": "date"}


def read(name: str, data: bytes) -> Reading:
    """The returns in an OpenDocument workbook called `name`; every sheet with an entry header is read."""
    return read_workbook(name, data, _read_sheets)


def _manifest(archive: zipfile.ZipFile) -> bytes:
    if "META-INF/manifest.xml" not in archive.namelist():
        return b""
    with archive.open("META-INF/manifest.xml") as source:
        return source.read(1 << 20)


def _read_sheets(name: str, archive: zipfile.ZipFile) -> Reading:
    if b"encryption-data" in _manifest(archive):
        return set_aside(name, LOCKED)
    reading = Reading()
    content = _Content(name)
    if "styles.xml" in archive.namelist():
        _parse(archive, "styles.xml", content)
        content.tables.clear()
    _parse(archive, "content.xml", content)
    if "meta.xml" in archive.namelist():
        _parse(archive, "meta.xml", content)
    for table, rows in content.tables:
        table.properties = "".join(content.properties).strip()
        read_table(table, rows, reading)
    close_workbook(name, [table for table, _ in content.tables], reading)
    return reading


def _parse(archive: zipfile.ZipFile, part: str, content: _Content) -> None:
    with opened(archive, part, limits.UNPACKED_BYTES) as source:
        for _ in feed(source, start=content.start, end=content.end, text=content.text, limit=limits.UNPACKED_BYTES):
            pass


class _Content:
    """`styles.xml` and `content.xml` as they stream by."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.tables: list[tuple[Table, list[Row]]] = []
        self.style = ""
        self.hidden_styles: set[str] = set()
        self.struck_styles: set[str] = set()
        self.row_style = ""
        self.column_styles: list[tuple[int, str]] = []
        self.spans: list[bool] = []
        self.struck = False
        self.note: list[str] = []
        self.row = 0
        self.row_repeats = 1
        self.hidden = False
        self.cells: list[Cell] = []
        self.column = 0
        self.columns_seen = 0
        self.cell: Attributes | None = None
        self.paragraphs: list[list[str]] = []
        self.aside = 0
        self.in_note = False
        self.in_paragraph = 0
        self.room = limits.CELLS
        self.in_property = False
        self.properties: list[str] = []
        self.spaces = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if self.aside or tag == "office:annotation":
            self.aside += 1
            if tag == "text:p" and self.note:
                self.note.append("\n")
            self.in_note = tag.startswith("text:")
            return
        handler = _STARTS.get(tag)
        if handler is not None:
            handler(self, attributes)

    def end(self, tag: str) -> None:
        if self.aside:
            self.aside -= 1
            if not self.aside:
                self._end_note()
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell()
        elif tag == "table:table-row":
            self._end_row()
        elif tag in ("text:p", "text:h"):
            self.in_paragraph -= 1
        elif tag == "text:span" and self.spans:
            self.spans.pop()
        elif tag == "meta:user-defined":
            self.in_property = False

    def text(self, text: str) -> None:
        if self.aside:
            if self.in_note:
                self.note.append(text)
        elif self.in_paragraph:
            self.paragraphs[-1].append(text)
            self.struck = self.struck or (any(self.spans) and not text.isspace())
        elif self.in_property:
            self.properties.append(text)

    def _end_note(self) -> None:
        """The text of an annotation: of its paragraphs, and not of who wrote it and when."""
        if (text := "".join(self.note).strip()) and self.cell is not None:
            self._claim(1)
            self.tables[-1][0].notes.append(Note(self.row, self.column, text))
        self.note = []

    def _start_property(self, attributes: Attributes) -> None:
        self.in_property = attributes.get("meta:name") == PROPERTY

    def _start_style(self, attributes: Attributes) -> None:
        self.style = attributes.get("style:name", "")
        if attributes.get("style:parent-style-name") in self.struck_styles:
            self.struck_styles.add(self.style)

    def _start_letters(self, attributes: Attributes) -> None:
        line = [attributes.get(f"style:text-line-through-{what}", "") for what in ("style", "type")]
        if "none" in line:
            self.struck_styles.discard(self.style)
        elif any(line):
            self.struck_styles.add(self.style)

    def _start_look(self, attributes: Attributes) -> None:
        if attributes.get("table:display") == "false":
            self.hidden_styles.add(self.style)

    def _start_table(self, attributes: Attributes) -> None:
        hidden = attributes.get("table:style-name", "") in self.hidden_styles
        if len(self.tables) >= limits.SHEETS:
            raise TooBig(f"it has more than {limits.SHEETS} sheets")
        self.tables.append((Table(self.file, attributes.get("table:name", ""), hidden=hidden), []))
        self.row = self.columns_seen = 0
        self.column_styles = []

    def _start_column(self, attributes: Attributes) -> None:
        repeats = min(_number(attributes, "table:number-columns-repeated"), limits.COLUMNS)
        if attributes.get("table:visibility", "visible") != "visible":
            self.tables[-1][0].hidden_columns.update(range(self.columns_seen + 1, self.columns_seen + repeats + 1))
        self.columns_seen += repeats
        self.column_styles.append((self.columns_seen, attributes.get("table:default-cell-style-name", "")))

    def _start_row(self, attributes: Attributes) -> None:
        self.row += 1
        self.row_repeats = _number(attributes, "table:number-rows-repeated")
        self.hidden = attributes.get("table:visibility", "visible") != "visible"
        self.row_style = attributes.get("table:default-cell-style-name", "")
        self.cells, self.column = [], 0

    def _start_cell(self, attributes: Attributes) -> None:
        self.cell = attributes
        self.column += 1
        self.paragraphs = []
        self.spans = []
        self.struck = bool(self.struck_styles) and self._style_of(attributes) in self.struck_styles
        down, across = (_number(attributes, f"table:number-{way}-spanned") for way in ("rows", "columns"))
        if down > 1 or across > 1:
            merge = Merge(self.row, self.column, self.row + down - 1, self.column + across - 1)
            self.tables[-1][0].merges.append(merge)

    def _style_of(self, attributes: Attributes) -> str:
        """The style of a cell: its own, or else that of its row or its column."""
        if style := attributes.get("table:style-name", self.row_style):
            return style
        return next((style for last, style in self.column_styles if self.column <= last), "")

    def _start_span(self, attributes: Attributes) -> None:
        self.spans.append(attributes.get("text:style-name", "") in self.struck_styles)

    def _start_paragraph(self, _: Attributes) -> None:
        self.in_paragraph += 1
        self.paragraphs.append([])

    def _add(self, text: str) -> None:
        if self.in_paragraph:
            self.paragraphs[-1].append(text)

    def _start_spaces(self, attributes: Attributes) -> None:
        spaces = _number(attributes, "text:c")
        self.spaces += spaces
        if self.spaces > limits.SPACES:
            raise TooBig(f"it has more than {limits.SPACES:,} repeated spaces")
        self._add(" " * spaces)

    def _end_cell(self) -> None:
        attributes = self.cell or {}
        self.cell = None
        repeats = _number(attributes, "table:number-columns-repeated")
        text, kind = self._meant(attributes)
        if text:
            kind = "struck" if self.struck else kind
            if self.column + repeats - 1 > limits.COLUMNS:
                raise Refused(f"a row has more than {limits.COLUMNS} cells", SAVE_AGAIN)
            self._claim(repeats)
            self.cells.extend(Cell(column, text, kind) for column in range(self.column, self.column + repeats))
        self.column += repeats - 1

    def _claim(self, cells: int) -> None:
        self.room -= cells
        if self.room < 0:
            raise TooBig(f"it has more than {limits.CELLS:,} cells")

    def _meant(self, attributes: Attributes) -> tuple[str, CellKind]:
        type_ = attributes.get("office:value-type", "")
        shown = "\n".join(map("".join, self.paragraphs))
        formula = attributes.get("table:formula", "")
        if formula and not type_ and not shown:
            return formula, "formula"
        if formula and shown.startswith(("#", "Err:")) and type_ != "float":
            return shown, "error"
        if type_ == "date":
            return attributes.get("office:date-value", shown).removesuffix("T00:00:00"), "date"
        if type_ in _KINDS:
            number = float(attributes.get("office:value", "nan"))
            return (str(int(number)) if number.is_integer() else repr(number)), "number"
        return attributes.get("office:string-value", shown), "text"

    def _end_row(self) -> None:
        if self.cells:
            self._claim(self.row_repeats * len(self.cells))
            rows = self.tables[-1][1]
            rows.extend(Row(self.row + i, self.cells, self.hidden) for i in range(self.row_repeats))
        self.row += self.row_repeats - 1


def _number(attributes: Attributes, key: str) -> int:
    return int(attributes.get(key, "1"))


_STARTS: dict[str, Callable[[_Content, Attributes], None]] = {
    "meta:user-defined": _Content._start_property,
    "style:style": _Content._start_style,
    "style:default-style": _Content._start_style,
    "style:table-properties": _Content._start_look,
    "style:text-properties": _Content._start_letters,
    "table:table": _Content._start_table,
    "table:table-column": _Content._start_column,
    "table:table-row": _Content._start_row,
    "table:table-cell": _Content._start_cell,
    "table:covered-table-cell": _Content._start_cell,
    "text:p": _Content._start_paragraph,
    "text:h": _Content._start_paragraph,
    "text:span": _Content._start_span,
    "text:s": _Content._start_spaces,
    "text:tab": lambda content, _: content._add("\t"),
    "text:line-break": lambda content, _: content._add("\n"),
}
