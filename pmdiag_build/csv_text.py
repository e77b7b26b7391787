"""CSV: text → rows of cells, and cells → text.

Our own parser, because with the standard one an unclosed quotation mark swallows all rows after it. Here a broken row
ends at the end of its first line, and reading goes on with the next line.

A text that a spreadsheet program could take for a formula, also once it drops what nobody sees, is written with an
apostrophe in front, and so is one that begins with an apostrophe: removing one leading apostrophe restores what was
typed.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pmdiag_build.problems import Fault, Location, Problem, Problems
from pmdiag_build.text import NotText, first_seen, text_of

MOST_CELLS = 250_000
"""Of one row; a spreadsheet can have 16,384."""

SEPARATORS = (",", ";", "\t")

_SEP_LINE = re.compile(r"\"?sep=(.)\"?[^\n]*\n", re.IGNORECASE)
# Possessive: going back over millions of quotation marks takes gigabytes.
_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')
_PLAIN = {separator: re.compile(rf"[^{separator}\n]*") for separator in SEPARATORS}
_BOM = "\ufeff"
_LINES_AT_ONCE = 10_000
_FORMULA = frozenset("=+-@＝＋－＠")
_BEFORE_FORMULA = tuple("\t\r\n'")
_NEEDS_QUOTES = re.compile('[",\r\n]')

_TWO_COLUMNS = Fault("The columns {columns} are both “{name}”", "Keep one of them")
_MISTYPED = Fault("“{given}” is not a known column", "Did you mean “{name}”?")
_NO_COLUMN = Fault("There is no column “{name}”", "{fix}")
_NEARLY = 0.82
"""A header so much like (difflib's ratio) a column that is missing is taken for it, mistyped."""


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A row with something in it. `number` counts as a spreadsheet does, `line` as a text editor, both from 1.

    `fault` says why it can't be read; then it has no cells.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    fault: str = ""

    def other_width(self, width: int) -> str:
        """Why the row does not fit under a header of so many cells; empty cells behind them do no harm."""
        if len(self.cells) >= width and not any(self.cells[width:]):
            return ""
        return f"The row has {len(self.cells)} cells and the header {width}"


@dataclass(frozen=True, slots=True)
class _Broken:
    """A row that can't be split: the column (from 1) at which it fails, and why."""

    column: int
    why: str


@dataclass(frozen=True, slots=True)
class Csv:
    """A text whose separator is known: `start` is where its rows begin."""

    text: str
    start: int
    separator: str

    def rows(self) -> Iterator[CsvRow]:
        """The rows with something in them, each with as many cells as it has."""
        position = self.start
        number = self.text.count("\n", 0, position)
        line = number + 1
        while position < len(self.text):
            number += 1
            fields, end = _split(self.text, position, self.separator)
            if isinstance(fields, _Broken):
                yield CsvRow(number, line, (), f"{fields.why} in column {letters(fields.column)}")
                end = self.text.find("\n", position) + 1 or len(self.text)
            elif any(fields):
                yield CsvRow(number, line, tuple(fields))
            # Counted from row to row: from the start each time, a file of faulty rows would take minutes.
            line += self.text.count("\n", position, end)
            position = end


def csv_of(text: str, known: Callable[[Sequence[str]], int]) -> Csv | None:
    """A text as CSV. The separator is that of its `sep=` line, or the one under which `known` finds most headers in
    the first row; None if it finds none under any."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    said = _SEP_LINE.match(text)
    start = said.end() if said else 0
    if said and said[1] in SEPARATORS:
        return Csv(text, start, said[1])
    first = text[start:].lstrip("\n")
    found = {}
    for separator in SEPARATORS:
        fields, _ = _split(first, 0, separator)
        if isinstance(fields, list):
            found[separator] = known(fields)
    best = max(found, key=lambda separator: found[separator], default="")
    return Csv(text, start, best) if found.get(best) else None


_AS_UTF8 = "Save it as “CSV UTF-8” and try again"


def csv_file(
    file: str, data: bytes, known: Callable[[Sequence[str]], int], names: str, problems: Problems
) -> Csv | None:
    """The bytes of a file that a person made or edited as CSV; what is wrong is added to `problems`. None if it can't
    be read at all, or if its first row has no header that is `known`; `names` are those that are."""
    if data.startswith(b"PK\x03\x04"):
        problems.add(file, Fault("This is a workbook, not CSV", "Save the sheet as “CSV UTF-8”"))
        return None
    try:
        found = text_of(data)
    except NotText as error:
        problems.add(file, Fault(str(error), _AS_UTF8))
        return None
    if found.doubt:
        # An error here, though only a notice in a return: it would be printed in people's packs or in the report.
        problems.add(file, Fault(f"Its encoding is uncertain: “{found.doubt}” may be misread", _AS_UTF8))
    csv = csv_of(found.text, known)
    if csv is None or not any(True for _ in csv.rows()):
        fix = f"Begin the file with a row of column headers. Known are: {names}"
        problems.add(file, Fault("The first row has no known column", fix))
        return None
    return csv


def letters(column: int) -> str:
    """The name of a column in a spreadsheet: 1 → `A`, 27 → `AA`."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def defuse(text: str) -> str:
    """A text that no spreadsheet program runs as a formula; `text[1:] if text[0] == "'"` takes it back."""
    start = text[:1]
    if start.isascii() and start.isalnum():
        return text
    return "'" + text if text.startswith(_BEFORE_FORMULA) or first_seen(text) in _FORMULA else text


def as_typed(text: str) -> str:
    """What `defuse` made safe, as it was before; any other text stays as it is."""
    return text[1:] if text.startswith("'") and defuse(text[1:]) == text else text


def cell(text: str) -> str:
    """A defused text as a field of a CSV line."""
    text = defuse(text)
    return '"' + text.replace('"', '""') + '"' if _NEEDS_QUOTES.search(text) else text


def header_problems(
    place: Location,
    heads: Sequence[str],
    fold: Callable[[str], str],
    known: Mapping[str, str],
    needed: Mapping[str, str],
) -> Iterator[Problem]:
    """Columns that a header has twice, that are mistyped, and that are missing; others are passed over.

    `known`: a header as `fold` makes it → its column; `needed`: column → what to do where it is missing.
    """
    import difflib  # here, for most files have none of it, and it is slow to import

    columns = [known.get(fold(text), "") for text in heads]
    for name, times in Counter(filter(None, columns)).items():
        if times > 1:
            where = " and ".join(letters(n) for n, column in enumerate(columns, 1) if column == name)
            yield _TWO_COLUMNS.at(place, columns=where, name=name)
    there = set(columns)
    missing = [text for text, name in known.items() if name not in there]
    for text, column in zip(heads, columns, strict=True):
        if not column and (near := difflib.get_close_matches(fold(text), missing, n=1, cutoff=_NEARLY)):
            name = known[near[0]]
            there.add(name)
            yield _MISTYPED.at(place, given=text.strip(), name=name)
    yield from (_NO_COLUMN.at(place, name=name, fix=fix) for name, fix in needed.items() if name not in there)


def encoded(lines: Iterable[str]) -> bytes:
    """Lines as the bytes of a CSV file that every spreadsheet program reads."""
    # Excel recognises UTF-8 only after a BOM. A lone surrogate is written as its escape, \\ud83d.
    out = io.BytesIO(_BOM.encode())
    out.seek(0, io.SEEK_END)
    lines = iter(lines)
    # In pieces: all lines of 100,000 responses side by side take 600 MB.
    while piece := list(islice(lines, _LINES_AT_ONCE)):
        out.write(("\r\n".join(piece) + "\r\n").encode("utf-8", "backslashreplace"))
    return out.getvalue()


def _split(text: str, position: int, separator: str) -> tuple[list[str] | _Broken, int]:
    """One row from `position`: its fields, or where it fails; and where the next row begins."""
    fields: list[str] = []
    line_end = _line_end(text, position)
    while True:
        quote = text.find('"', position, line_end)
        # All before the next field with a quotation mark is split in one go; mostly that is the whole row.
        plain_end = line_end if quote < 0 else text.rfind(separator, position, quote)
        if plain_end >= 0:
            if len(fields) + text.count(separator, position, plain_end) >= MOST_CELLS:
                return _Broken(MOST_CELLS, "There are too many cells"), position
            fields += text[position:plain_end].split(separator)
            position = plain_end + 1
        if quote < 0:
            return fields, min(position, len(text))
        field = _field(text, position, separator)
        if field is None:
            return _Broken(len(fields) + 1, "A quotation mark is not closed"), position
        fields.append(field[1].replace('""', '"') if field[0][:1] == '"' else field[0])
        position = field.end()
        if position >= len(text) or text[position] == "\n":
            return fields, min(position + 1, len(text))
        if text[position] != separator:
            return _Broken(len(fields), "There is text after a closing quotation mark"), position
        position += 1
        line_end = _line_end(text, position) if position > line_end else line_end


def _field(text: str, position: int, separator: str) -> re.Match[str] | None:
    """The field at `position`; None if its quotation mark is not closed."""
    return (_QUOTED if text.startswith('"', position) else _PLAIN[separator]).match(text, position)


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
