"""A file of people (CSV) → persons, for whoever sends them packs or looks who of them answered.

Every mistake in the file is reported.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.model import RecordField
from pmdiag_build.csv_text import Csv, CsvRow, csv_file, header_problems
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean
from pmdiag_build.text import is_date, normal

REFERENCE = "reference"
NEEDED = (REFERENCE, "role", "area", "mode")
"""Record fields for which a file of people must have columns, if the pack asks for them."""

MOST = 10_000
IF_NO_REFERENCE = "Add it, or use --random-references"
TOO_MANY = "Split the file, and make each part into its own folder"
_NUMBER = "group_size"
_NOTHING = "-"
_PLAIN_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u2007\u202f"), " ")  # often pasted with a text


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
    file: str,
    data: bytes,
    asked: Sequence[RecordField],
    needed: Sequence[str],
    problems: Problems,
    *,
    if_no_reference: str = IF_NO_REFERENCE,
    if_too_many: str = TOO_MANY,
) -> People | None:
    """The people in the bytes of `file`; what is wrong is added to `problems`, an empty row as a notice.

    `asked`: all record fields. `needed`: those that must have a column; if the reference is one, every row must have
    its own. `if_no_reference` and `if_too_many` say what to do then. None if the file can't be read at all.
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
    return _Reader(file, header, known, needed, problems, if_no_reference, if_too_many).people(rows)


def _known(asked: Sequence[RecordField]) -> dict[str, RecordField]:
    """Every known header → its record field: the name, the name of the PDF field, the label."""
    by_label = {_folded(field.label): field for field in asked}
    return by_label | {_folded(f"{start}{field.name}"): field for field in asked for start in ("", "record_")}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).replace("_", " ").split()).rstrip(" :").casefold()


def _csv(file: str, data: bytes, known: Mapping[str, RecordField], problems: Problems) -> Csv | None:
    names = ", ".join(dict.fromkeys(field.name for field in known.values()))
    return csv_file(file, data, lambda headers: sum(_folded(text) in known for text in headers), names, problems)


class _Reader:
    """Reads one file of people."""

    def __init__(
        self,
        file: str,
        header: CsvRow,
        known: Mapping[str, RecordField],
        needed: Sequence[str],
        problems: Problems,
        if_no_reference: str,
        if_too_many: str,
    ) -> None:
        self.file, self.needed, self.problems, self.if_too_many = file, needed, problems, if_too_many
        self.columns = tuple(map(_tidy, header.cells))
        self.fields = {c: known[folded] for c, text in enumerate(self.columns) if (folded := _folded(text)) in known}
        columns = {folded: field.name for folded, field in known.items()}
        fixes = {name: if_no_reference if name == REFERENCE else "Add it; its cells may be empty" for name in needed}
        place = Location.row(file, header.number)
        problems.extend(header_problems(place, self.columns, _folded, columns, fixes))
        self.seen: dict[str, int] = {}

    def people(self, rows: Iterator[CsvRow]) -> People:
        persons: list[Person] = []
        before = 0
        for row in rows:
            if len(persons) == MOST:
                self._add(row.number, f"There are more than {MOST} people", self.if_too_many)
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

    def _say_empty(self, first: int, last: int) -> None:
        for row in range(first, last + 1):
            what = "The row is empty, so it was ignored"
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
        elif is_date(reference):
            what = f"The reference “{reference}” is a date, which returns do not count as a reference"
            self._add(row, what, "Write one that is not a date")
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
