"""CSV → raw records. Finds encoding and separator, names every row that it can't read, and keeps the good ones.

A parser of our own, because the standard one lets an unclosed quotation mark swallow the rows behind it: here a row
that fails is given up at the end of its first line, and reading goes on with the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pmdiag_build.problems import Location
from pmdiag_build.returns.names import name_of_header
from pmdiag_build.returns.raw import Reading, Refused, set_aside
from pmdiag_build.returns.readers.grid import Cell, Row, Table, is_entry_header, letters, read_table
from pmdiag_build.returns.readers.text import NotText, text_of

SEPARATORS = (",", ";", "\t")
_SEP_LINE = re.compile(r"\"?sep=(.)\"?[^\n]*\n", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')
_PLAIN = {separator: re.compile(rf"[^{separator}\n]*") for separator in SEPARATORS}
_AS_UTF8 = "Save it as “CSV UTF-8”, or as a workbook (.xlsx)"
_NO_SHEET = "If it is an entry sheet, correct its first row; pmdiag entry-sheet writes one to compare with"


@dataclass(frozen=True, slots=True)
class _Broken:
    """A row that can't be split: the column (from 1) at which it fails, and why."""

    column: int
    why: str


def read(name: str, data: bytes) -> Reading:
    """The returns in a CSV file called `name`."""
    try:
        found = text_of(data)
    except NotText as error:
        return set_aside(name, str(error), _AS_UTF8)
    text = found.text.replace("\r\n", "\n").replace("\r", "\n")
    said = _SEP_LINE.match(text)
    start = said.end() if said else 0
    separator = said[1] if said and said[1] in SEPARATORS else _separator(text[start:])
    if separator is None:
        return set_aside(name, "It is a text, but none of its column headers is that of a question", _NO_SHEET)
    reading = Reading()
    rows = _rows(name, text, start, separator, reading)
    try:
        if not read_table(Table(name, ""), rows, reading):
            return set_aside(name, "None of its column headers is that of a question", _NO_SHEET)
    except Refused as refused:
        return set_aside(name, f"It can't be read: {refused}", "Check that this is a return")
    if found.doubt:
        what = f"It was read as Windows-1252, but nothing in it says so: look at “{found.doubt}”"
        reading.notice(name, what, f"If that is wrong: {_AS_UTF8[0].lower()}{_AS_UTF8[1:]}")
    return reading


def _separator(text: str) -> str | None:
    """The separator under which the first row has most headers that are known; None if there is no entry header."""
    best: tuple[int, str] | None = None
    first = text.lstrip("\n")
    for separator in SEPARATORS:
        fields, _ = _split(first, 0, separator)
        if isinstance(fields, list) and is_entry_header(fields):
            known = sum(name_of_header(text) is not None for text in fields)
            if best is None or known > best[0]:
                best = (known, separator)
    return best[1] if best else None


def _rows(file: str, text: str, position: int, separator: str, reading: Reading) -> Iterator[Row]:
    """The rows with something in them; those that can't be read are put aside in `reading`, each as a return."""
    width = 0
    number = text.count("\n", 0, position)
    while position < len(text):
        number += 1
        fields, end = _split(text, position, separator)
        problem = _problem(fields, width)
        if problem:
            line = text.count("\n", 0, position) + 1
            at = f" (line {line} of the text)" if line != number else ""
            reading.put_aside(
                Location.row(file, number), f"{problem}, so the row was not counted{at}", "Correct the row"
            )
            end = text.find("\n", position)
            position = len(text) if end < 0 else end + 1
            continue
        position = end
        assert isinstance(fields, list)
        cells = [Cell(column, field) for column, field in enumerate(fields, 1) if field]
        if cells:
            width = width or len(fields)
            yield Row(number, cells)


def _problem(fields: list[str] | _Broken, width: int) -> str:
    if isinstance(fields, _Broken):
        return f"{fields.why} in column {letters(fields.column)}"
    if not width or not any(fields) or (len(fields) >= width and not any(fields[width:])):
        return ""
    return f"The row has {len(fields)} cells and the header {width}"


def _split(text: str, position: int, separator: str) -> tuple[list[str] | _Broken, int]:
    """One row from `position`: its fields, or where it fails; and where the next row begins."""
    fields: list[str] = []
    plain = _PLAIN[separator]
    while True:
        if text.startswith('"', position):
            quoted = _QUOTED.match(text, position)
            if quoted is None:
                return _Broken(len(fields) + 1, "A quotation mark is not closed"), position
            fields.append(quoted[1].replace('""', '"'))
        else:
            quoted = plain.match(text, position)
            assert quoted is not None
            fields.append(quoted[0])
        position = quoted.end()
        if position >= len(text):
            return fields, position
        if text[position] == "\n":
            return fields, position + 1
        if text[position] != separator:
            return _Broken(len(fields), "There is text behind a closing quotation mark"), position
        position += 1
