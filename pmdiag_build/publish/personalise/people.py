"""A file of people (CSV) → persons, with what goes into their packs, and the list of who gets which file.

Every mistake in the file is reported. The list is `list.csv` to send packs out with, and `list.html` to print.
"""

from __future__ import annotations

import difflib
import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import jinja2

from pmdiag_build.content.model import Pack, RecordField, Tool
from pmdiag_build.csv_text import Csv, CsvRow, cell, csv_of, encoded, letters
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean
from pmdiag_build.publish.packs import LANGUAGE
from pmdiag_build.rendering.layout_checks import refuse_active
from pmdiag_build.rendering.sandbox import is_measured
from pmdiag_build.rendering.templates import inline, style_sheets
from pmdiag_build.text import NotText, normal, text_of

REFERENCE = "reference"
NEEDED = (REFERENCE, "role", "area", "mode")
"""Record fields for which a file of people must have columns, if the pack asks for them."""

MOST = 10_000
_NUMBER = "group_size"
_NOTHING = "-"
_NEARLY = 0.82
_PLAIN_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u2007\u202f"), " ")  # often pasted with a text
_AS_UTF8 = "Save it as “CSV UTF-8” and try again"


@dataclass(frozen=True, slots=True)
class Person:
    """A row: its number in the file, its cells in the order of the columns, and record field → text or code."""

    row: int
    cells: tuple[str, ...]
    record: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class People:
    """The rows of a file called `file`. `fields` are the record fields by column (from 0), `columns` all headers."""

    file: str
    columns: tuple[str, ...]
    fields: Mapping[int, str]
    persons: tuple[Person, ...]

    def headers_without(self, names: Container[str]) -> tuple[str, ...]:
        """The headers of columns that are not one of these record fields."""
        return tuple(text for c, text in enumerate(self.columns) if text and self.fields.get(c, "") not in names)


def read_people(
    file: str, data: bytes, asked: Sequence[RecordField], needed: Sequence[str], problems: Problems
) -> People | None:
    """The people in the bytes of `file`; what is wrong is added to `problems`, an empty row as a notice.

    `asked`: all record fields. `needed`: those that must have a column; if the reference is one, every row must have
    its own. None if the file can't be read at all.
    """
    known = _known(asked)
    csv = _csv(file, data, known, problems)
    if csv is None:
        return None
    rows = csv.rows()
    header = next(rows)
    if header.fault:
        problems.add(Location.row(file, header.number), Fault(header.fault, "Correct the row"))
        return None
    return _Reader(file, header, known, needed, problems).people(rows)


def _known(asked: Sequence[RecordField]) -> dict[str, RecordField]:
    """Every known header → its record field: the name, the name of the PDF field, the label."""
    by_label = {_folded(field.label): field for field in asked}
    return by_label | {_folded(f"{start}{field.name}"): field for field in asked for start in ("", "record_")}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("_", " ").split()).rstrip(" :").casefold()


def _csv(file: str, data: bytes, known: Mapping[str, RecordField], problems: Problems) -> Csv | None:
    if data.startswith(b"PK\x03\x04"):
        problems.add(file, Fault("This is a workbook, not CSV", "Save the sheet as “CSV UTF-8”"))
        return None
    try:
        found = text_of(data)
    except NotText as error:
        problems.add(file, Fault(str(error), _AS_UTF8))
        return None
    if found.doubt:
        # An error here, though only a notice in a return: it would be printed in people's packs.
        what = f"Its encoding is uncertain: “{found.doubt}” may be misread"
        problems.add(file, Fault(what, _AS_UTF8))
    csv = csv_of(found.text, lambda headers: sum(_folded(text) in known for text in headers))
    if csv is None or not any(True for _ in csv.rows()):
        names = ", ".join(dict.fromkeys(field.name for field in known.values()))
        fix = f"Begin the file with a row of column headers. Known are: {names}"
        problems.add(file, Fault("The first row has no known column", fix))
        return None
    return csv


class _Reader:
    """Reads one file of people."""

    def __init__(
        self, file: str, header: CsvRow, known: Mapping[str, RecordField], needed: Sequence[str], problems: Problems
    ) -> None:
        self.file, self.known, self.needed, self.problems = file, known, needed, problems
        self.columns = tuple(map(_tidy, header.cells))
        self.fields = {c: known[folded] for c, text in enumerate(self.columns) if (folded := _folded(text)) in known}
        self._check_header(header.number)
        self.seen: dict[str, int] = {}

    def people(self, rows: Iterator[CsvRow]) -> People:
        persons: list[Person] = []
        before = 0
        for row in rows:
            if len(persons) == MOST:
                what = f"There are more than {MOST} people"
                self._add(row.number, what, "Split the file, and make each part into its own folder")
                break
            if before and row.number > before + 1:
                self._say_empty(before + 1, row.number - 1)
            before = row.number
            if fault := row.fault or row.other_width(len(self.columns)):
                self._add(row.number, fault, "Correct the row")
            elif not any(map(_tidy, row.cells)):
                self._say_empty(row.number, row.number)
            else:
                persons.append(self._person(row))
        if not persons and not self.problems.errors:
            self.problems.add(self.file, Fault("The file lists nobody", "Write one row for each person"))
        fields = {column: field.name for column, field in self.fields.items()}
        return People(self.file, self.columns, fields, tuple(persons))

    def _check_header(self, row: int) -> None:
        there = Counter(field.name for field in self.fields.values())
        for name in (name for name, times in there.items() if times > 1):
            where = " and ".join(letters(c + 1) for c, field in self.fields.items() if field.name == name)
            self._add(row, f"The columns {where} are both “{name}”", "Keep one of them")
        mistyped = {}
        for text in (text for column, text in enumerate(self.columns) if text and column not in self.fields):
            near = difflib.get_close_matches(_folded(text), self.known, n=1, cutoff=_NEARLY)
            if near and self.known[near[0]].name not in there:
                mistyped[self.known[near[0]].name] = text
        for name, text in mistyped.items():
            self._add(row, f"“{text}” is not a known column", f"Did you mean “{name}”?")
        for name in self.needed:
            if name not in there and name not in mistyped:
                fix = "Add it" + (", or use --random-references" if name == REFERENCE else "; its cells may be empty")
                self._add(row, f"There is no column “{name}”", fix)

    def _say_empty(self, first: int, last: int) -> None:
        for row in range(first, last + 1):
            what = "The row is empty; no pack was made for it"
            fix = "Check that nobody is missing"
            self.problems.add(Location.row(self.file, row), Fault(what, fix), Severity.NOTICE)

    def _person(self, row: CsvRow) -> Person:
        cells = tuple(_tidy(text) for text in row.cells[: len(self.columns)])
        record = {field.name: self._value(row.number, field, cells[column]) for column, field in self.fields.items()}
        if REFERENCE in self.needed and REFERENCE in record:
            self._check_reference(row.number, record[REFERENCE])
        return Person(row.number, cells, {name: text for name, text in record.items() if text})

    def _check_reference(self, row: int, reference: str) -> None:
        # As for returns, where a hyphen alone is no reference.
        key = normal(reference)
        if key in ("", _NOTHING):
            fix = "Write one that is not a name"
            self._add(row, "The row has no reference", fix)
        elif key in self.seen:
            fix = "Give each row its own reference"
            self._add(row, f"The reference “{reference}” is already used in row {self.seen[key]}", fix)
        else:
            self.seen[key] = row

    def _value(self, row: int, field: RecordField, text: str) -> str:
        """What goes into the pack; empty where the cell is, or is wrong."""
        if field.kind == "choice":
            return self._choice(row, field, text)
        wrong = ""
        if hidden := [sign for sign in text if sign != "\n" and not sign.isprintable()]:
            wrong, fix = f"there is an invisible character (U+{ord(hidden[0]):04X})", "Type the cell again"
        elif "\n" in text and field.kind == "line":
            wrong, fix = "the text has several lines, and the pack has room for one", "Write it on one line"
        elif field.name == _NUMBER and text and not (text.isascii() and text.isdecimal()):
            wrong, fix = f"“{text}” is not a number of people", "Write the number in figures"
        else:
            return text
        self._add(row, f"In “{field.name}” {wrong}", fix)
        return ""

    def _choice(self, row: int, field: RecordField, text: str) -> str:
        if text in ("", _NOTHING):
            return ""
        codes = {_folded(option.label): option.code for option in field.options}
        codes |= {_folded(option.code): option.code for option in field.options}
        if _folded(text) in codes:
            return codes[_folded(text)]
        known = [*(option.code for option in field.options), *(option.label for option in field.options)]
        fix = did_you_mean(text.lower(), known)
        self._add(row, f"“{text}” is not one of the options of “{field.name}”", fix)
        return ""

    def _add(self, row: int, what: str, fix: str) -> None:
        self.problems.add(Location.row(self.file, row), Fault(what, fix))


def _tidy(text: str) -> str:
    """A cell without spaces around it, with plain ones in it, and its letters composed: ŵ as one character."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN_SPACES).strip()


# ---- who gets which file

LIST_CSV = "list.csv"
LIST_HTML = "list.html"
_STYLES = ("css/tokens.css", "css/list.css")


LETTERS = "CDFHJKMNPRTWX"
DIGITS = "34679"
"""Without vowels, which would form words, and without characters that look alike in print or handwriting."""

_HALF = 4
_LONGEST = 60  # letters
_LONGEST_BYTES = 150  # file systems count bytes where Windows counts letters
_PLAIN = frozenset("LMN")  # letters, marks and numbers of any script


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A table: `heads` and, for each person, one cell for each of them. `random`: its references were made up."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    random: bool

    def csv(self) -> bytes:
        """The table as spreadsheet programs and mail merge read it; nothing in it can run as a formula."""
        return encoded(",".join(map(cell, row)) for row in (self.heads, *self.rows))

    def html(self, tool: Tool, pack: Pack, layouts: jinja2.Environment) -> bytes:
        """The table as a page to print, with a box to tick for each file that was sent."""
        style, policy = inline("\n".join(style_sheets(layouts, _STYLES)))
        page = layouts.get_template("people/list.html").render(
            tool=tool,
            pack=pack,
            heads=self.heads,
            rows=self.rows,
            random=self.random,
            words=tool.words["sheet"],
            style=style,
            policy=policy,
            language=LANGUAGE,
        )
        if is_measured(layouts):
            refuse_active(layouts, page, policy, "people/list.html")
        return page.encode()


def random_references(count: int, choose: Callable[[str], str] = secrets.choice) -> list[str]:
    """That many different references of the form `K7MD-4PW9`; `choose` takes one character of a text.

    The first character is a letter, so that no spreadsheet program takes a reference for a number or a date. There are
    eight thousand million, so two rounds hardly ever share one.
    """
    found: dict[str, None] = {}
    while len(found) < count:
        signs = choose(LETTERS) + "".join(choose(LETTERS + DIGITS) for _ in range(2 * _HALF - 1))
        found[f"{signs[:_HALF]}-{signs[_HALF:]}"] = None
    return list(found)


def file_names(pack: str, references: Iterable[str]) -> list[str]:
    """A file name for each reference: `interview-A17.pdf`, the same for the same references.

    Safe on Windows too: no forbidden characters, no reserved names (the pack's name comes first), not too long, and no
    two names that differ only in case. Names that would be equal get a number.
    """
    taken: set[str] = set()
    names = []
    for reference in references:
        stem = "-".join(filter(None, (pack, _cleaned(reference))))
        name = next(name for name in _numbered(stem) if _as_compared(name) not in taken)
        taken.add(_as_compared(name))
        names.append(f"{name}.pdf")
    return names


def _cleaned(reference: str) -> str:
    text = unicodedata.normalize("NFC", reference)
    text = "".join(sign if sign in "._" or unicodedata.category(sign)[0] in _PLAIN else "-" for sign in text)
    text = re.sub("-+", "-", text)[:_LONGEST]
    return text.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip("-.")


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _as_compared(name: str) -> str:
    """A name as systems compare names that ignore case and how an accent is encoded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
