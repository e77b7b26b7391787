"""CSV → raw records. Names every row that can't be read, and keeps the good ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmdiag_build.content.field_names import name_of_header
from pmdiag_build.csv_text import Csv, csv_of
from pmdiag_build.problems import Fault, Location
from pmdiag_build.returns.raw import Reading, Refused, set_aside
from pmdiag_build.returns.readers.sheet import read_table, say_no_row
from pmdiag_build.returns.readers.table import (
    MOST_COLUMNS,
    Cell,
    Row,
    Table,
    is_entry_header,
    is_people_header,
    no_entry_sheet,
)
from pmdiag_build.text import NotText, text_of

_AS_UTF8 = "Save it as “CSV UTF-8”, or as a workbook (.xlsx)"


def read(name: str, data: bytes) -> Reading:
    """The returns in a CSV file called `name`."""
    try:
        found = text_of(data)
    except NotText as error:
        return set_aside(name, Fault(str(error), _AS_UTF8))
    table, reading = Table(name, ""), Reading()
    csv = csv_of(found.text, _known)
    if csv is None:
        what = "It is a text, but none of its column headers is that of a question"
        return set_aside(name, no_entry_sheet(what, [table]))
    try:
        if not read_table(table, _rows(name, csv, reading), reading):
            return set_aside(name, no_entry_sheet("None of its column headers is that of a question", [table]))
    except Refused as refused:
        return set_aside(name, Fault(f"It can't be read: {refused}", refused.fix or "Check that this is a return"))
    say_no_row(name, reading)
    if found.doubt:
        what = f"It was read as Windows-1252, but nothing in it says so: look at “{found.doubt}”"
        reading.notice(name, Fault(what, f"If that is wrong: {_AS_UTF8[0].lower()}{_AS_UTF8[1:]}"))
    return reading


def _known(headers: Sequence[str]) -> int:
    """How many headers are known, if these are the headers of an entry sheet or of a list of people."""
    # More than a sheet can have are refused later; here they would only take time.
    headers = headers[:MOST_COLUMNS]
    ours = is_entry_header(headers) or is_people_header(headers)
    return sum(name_of_header(text) is not None for text in headers) if ours else 0


def _rows(file: str, csv: Csv, reading: Reading) -> Iterator[Row]:
    """The rows with something in them; those that can't be read are put aside in `reading`, each as a return."""
    for row in csv.rows():
        if row.fault:
            at = f" (line {row.line} of the text)" if row.line != row.number else ""
            what = f"{row.fault}, so the row was not counted{at}"
            reading.put_aside(Location.row(file, row.number), Fault(what, "Correct the row"))
        else:
            yield Row(row.number, [Cell(column, text) for column, text in enumerate(row.cells, 1) if text])
