"""CSV → raw records: rows that can't be read are named, and good ones are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pmdiag_build.content.field_names import name_of_header
from pmdiag_build.csv_text import Csv, CsvRow, csv_of
from pmdiag_build.problems import Fault, Location
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TAKE_OUT, Reading, Refused, TooBig, set_aside
from pmdiag_build.returns.readers.sheet import read_table, say_no_row
from pmdiag_build.returns.readers.table import (
    Cell,
    Row,
    Table,
    is_entry_header,
    is_people_header,
    no_entry_sheet,
)
from pmdiag_build.text import NotText, text_of

_AS_UTF8 = "Save it again as “CSV UTF-8”"
DOUBTFUL_LETTERS = Fault(
    "The file does not say how its letters are stored, so “{word}” may be wrong",
    "If it is wrong, save the file again as “CSV UTF-8”",
)
UNREADABLE = Fault("This CSV file can't be read: {why}", "{fix}")
OTHER_WIDTH = Fault(
    "The row has {given} cells and the header {width}, so the row was not counted",
    "Open the file in a spreadsheet program, put each answer under its header and save it as .xlsx",
    several="{count} rows have {given} cells and the header {width}, so they were not counted: {places}",
    various="{count} rows have more or fewer cells than the header ({width}), so they were not counted: {places}",
)
BAD_ROW = Fault("{why}, so the row was not counted{line}", "Correct the row")
_BLOCK = 16
"""So many rows Excel writes at a time, counted from the first of the sheet."""

_NO_QUESTION = "None of its column headers is a question of the tool"


def read(name: str, data: bytes) -> Reading:
    """The returns in a CSV file called `name`."""
    try:
        found = text_of(data)
    except NotText as error:
        return set_aside(name, Fault(str(error), _AS_UTF8))
    table, reading = Table(name, ""), Reading()
    csv = csv_of(found.text, _known)
    if csv is None:
        return set_aside(name, no_entry_sheet(_NO_QUESTION, [table]))
    try:
        if not read_table(table, _rows(name, csv, reading), reading):
            return set_aside(name, no_entry_sheet(_NO_QUESTION, [table]))
    except Refused as refused:
        return set_aside(name, UNREADABLE, why=str(refused), fix=refused.fix or TAKE_OUT)
    say_no_row(name, reading)
    if found.doubt:
        reading.notice(name, DOUBTFUL_LETTERS, word=found.doubt)
    return reading


def _known(headers: Sequence[str]) -> int:
    """How many headers are known, if these are the headers of an entry sheet or of a list of people."""
    # More than a sheet can have are refused later; here they would only take time.
    headers = headers[: limits.COLUMNS]
    ours = is_entry_header(headers) or is_people_header(headers)
    return sum(name_of_header(text) is not None for text in headers) if ours else 0


def _rows(file: str, csv: Csv, reading: Reading) -> Iterator[Row]:
    """The rows with something in them; those that can't be read are set aside in `reading`, each as a return."""
    width = 0
    for number, rows in groupby(csv.rows(), lambda row: (row.number - 1) // _BLOCK):
        block = list(rows)
        if block[-1].number > limits.ROWS:
            raise TooBig(f"it has more than {limits.ROWS:,} lines")
        width = width or len(block[0].cells)
        usual = {width} if number == 0 else {width, _cut_width(block, width)}
        for row in block:
            if row.fault:
                line = f" (line {row.line} of the text)" if row.line != row.number else ""
                reading.put_aside(Location.row(file, row.number), BAD_ROW, why=row.fault, line=line)
            elif len(row.cells) not in usual or any(row.cells[width:]):
                facts = {"given": str(len(row.cells)), "width": str(width)}
                reading.put_aside(Location.row(file, row.number), OTHER_WIDTH, **facts)
            else:
                yield Row(row.number, [Cell(column, text) for column, text in enumerate(row.cells, 1) if text])


def _cut_width(block: Sequence[CsvRow], width: int) -> int:
    """How many cells Excel gave each row of a block whose last columns are empty, or that has a stray cell behind them.

    Excel writes sixteen rows at a time, as wide as the widest of them, whatever the header's width is. The last
    column that it writes has something in it; a row that lacks a comma has not, as a rule. Returns `width` if the
    block was not made so.
    """
    widths = {len(row.cells) for row in block}
    if len(widths) > 1 or not any(row.cells and row.cells[-1] for row in block):
        return width
    return widths.pop()
