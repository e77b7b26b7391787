"""CSV → raw records: rows that can't be read are named, and good ones are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmdiag_build.content.field_names import name_of_header
from pmdiag_build.csv_text import Csv, csv_of
from pmdiag_build.problems import Fault, Location
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Reading, Refused, TooBig, set_aside
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
BAD_ROW = Fault("{why}, so the row was not counted{line}", "Correct the row")
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
        return set_aside(name, UNREADABLE, why=str(refused), fix=refused.fix or "Take it out of the folder")
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
    for row in csv.rows():
        if row.number > limits.ROWS:
            raise TooBig(f"it has more than {limits.ROWS:,} lines")
        if row.fault:
            line = f" (line {row.line} of the text)" if row.line != row.number else ""
            reading.put_aside(Location.row(file, row.number), BAD_ROW, why=row.fault, line=line)
        else:
            yield Row(row.number, [Cell(column, text) for column, text in enumerate(row.cells, 1) if text])
