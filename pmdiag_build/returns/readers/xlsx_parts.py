"""The parts of a workbook of Excel, found as programs find them; its styles, its texts, and the notes on its cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Refused, TooBig
from pmdiag_build.returns.readers.table import SAVE_AGAIN, Note
from pmdiag_build.returns.readers.xml import Attributes, local, opened, parse

CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_MAIN_TYPE = re.compile(r"(sheet|template)(\.macroEnabled)?\.main\+xml", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]')


@dataclass(frozen=True, slots=True)
class Relation:
    """What one part says of another: the id that it uses for it, its kind (`worksheet`, `comments`), its name."""

    ident: str
    kind: str
    target: str


class Parts:
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

    def parse(self, part: str, collector: Collector) -> bool:
        """Calls the collector's handlers with what is in a part; False if there is no such part."""
        found = self.find(part)
        if found is None:
            return False
        with opened(self._archive, found, limits.UNPACKED_BYTES) as source:
            parse(source, start=collector.start, end=collector.end, text=collector.text, limit=limits.UNPACKED_BYTES)
        return True

    def relations(self, part: str) -> list[Relation]:
        """What a part is related to; those of the whole file with an empty name."""
        folder, name = posixpath.split(part.replace("\\", "/"))
        found: list[Relation] = []

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.join("/", folder, attributes["Target"].replace("\\", "/"))
                found.append(Relation(attributes["Id"], kind, posixpath.normpath(target).lstrip("/")))

        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), Collector(start))
        return found

    def workbook(self) -> str:
        """The part that lists the sheets."""
        related = [one.target for one in self.relations("") if one.kind == "officeDocument"]
        typed: list[str] = []

        def start(tag: str, attributes: Attributes) -> None:
            if local(tag) == "Override" and _MAIN_TYPE.search(attributes.get("ContentType", "")):
                typed.append(attributes.get("PartName", ""))

        self.parse("[Content_Types].xml", Collector(start))
        return next((part for part in (*related, *typed) if self.find(part)), "xl/workbook.xml")

    def property_called(self, name: str) -> str:
        """The text of a property that the file has beside the usual ones, or nothing."""
        collector = _PropertyCollector(name)
        for relation in self.relations(""):
            if relation.kind == "custom-properties":
                self.parse(relation.target, collector)
        return "".join(collector.runs).strip()


def _part_key(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()


class Collector:
    """Handlers for a part of which only the beginnings of elements matter."""

    def __init__(self, start: Callable[[str, Attributes], None]) -> None:
        self.start = start

    def end(self, tag: str) -> None:
        """Nothing ends."""

    def text(self, text: str) -> None:
        """No text matters."""


class _PropertyCollector(Collector):
    """Gathers the text of one property."""

    def __init__(self, name: str) -> None:
        super().__init__(self._start)
        self._name = name
        self._inside = False
        self.runs: list[str] = []

    def _start(self, tag: str, attributes: Attributes) -> None:
        if local(tag) == "property":
            self._inside = attributes.get("name") == self._name

    def text(self, text: str) -> None:
        if self._inside:
            self.runs.append(text)


class Styles(Collector):
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


def notes_on(parts: Parts, sheet: str) -> Iterator[Note]:
    """The notes on the cells of a sheet. A comment that can be answered has a note beside it for older programs."""
    found: dict[str, dict[str, list[str]]] = {"threadedComment": {}, "comments": {}}
    for relation in parts.relations(sheet):
        if relation.kind in found:
            parts.parse(relation.target, _NoteCollector(found[relation.kind]))
    for place, texts in (found["comments"] | found["threadedComment"]).items():
        if cell := CELL.fullmatch(place):
            yield Note(int(cell[2]), column_of(cell[1]), " / ".join(texts))


class _NoteCollector(Collector):
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
                if text := unescaped("".join(self._runs)).strip():
                    self._notes.setdefault(self._place, []).append(text)
                self._taking = False
            case "t":
                self._taking = False


def _is_date(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdecimal() and int(number) in _DATE_FORMATS
    return any(letter in _FORMAT_NOISE.sub("", code[: limits.FORMAT_LETTERS]).lower() for letter in "dmyhs")


def column_of(text: str) -> int:
    """The number of a column by its letters: `A` → 1, `AA` → 27."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number


class TextCollector(Collector):
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
                self.done(unescaped("".join(self.runs)), self.struck)
            case "rPh":
                self.aside -= 1
            case "t":
                self.taking = False

    def text(self, text: str) -> None:
        if self.taking:
            self.runs.append(text)
            self.struck = self.struck or (self.struck_run and not text.isspace())


def unescaped(text: str) -> str:
    """The text with `_x0007_` as the character that XML can't contain (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
