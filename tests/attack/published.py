"""What share/ publishes of a round, as somebody else reads it: from tables.xlsx and from report.html."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import openpyxl

Vector = tuple[int, ...]
"""How many chose each level."""

LEVELS = ("Limited", "Developing", "Effective")
REST = "The other roles together"
"""How the row of those without a row of their own begins; then come the names of their roles."""
OTHER_AREAS = "The other areas together"
NO_AREA = "No area given"
_HEAD_ROW = 4


@dataclass(frozen=True)
class Published:
    """Question id (`3.4`, or `3` of an overall view) → its total, and its rows by role label and by area; questions
    whose numbers are kept back are in none. `earlier`: the totals of an earlier round. `page`: (question, label) →
    numbers that the page shows by role."""

    totals: Mapping[str, Vector]
    rows: Mapping[str, Mapping[str, Vector]]
    areas: Mapping[str, Mapping[str, Vector]]
    earlier: Mapping[str, Vector]
    page: Mapping[tuple[str, str], Vector]


def published(files: Mapping[str, bytes]) -> Published:
    """Everything that is counted by question in the two files."""
    book = openpyxl.load_workbook(io.BytesIO(files["share/tables.xlsx"]), read_only=True)
    sheets = {name: list(_table(book[name])) for name in book.sheetnames if name != "Overview"}
    totals = {str(row["No."]): found for row in sheets["Statements"] if (found := _vector(row))}
    totals |= {str(row["Feature"]): found for row in sheets["Overall views"] if (found := _vector(row))}
    rows: dict[str, dict[str, Vector]] = {}
    for row in sheets["By role"]:
        if found := _vector(row):
            rows.setdefault(str(row["Id"]), {})[str(row["Role"])] = found
    areas: dict[str, dict[str, Vector]] = {}
    for row in sheets.get("By area", ()):
        if found := _vector(row):
            areas.setdefault(str(row["Id"]), {})[str(row["Area"])] = found
    earlier = {
        str(row["Id"]): found
        for row in sheets.get("Rounds", ())
        if row["Round"] == "Earlier round" and (found := _vector(row))
    }
    page = _Tables()
    page.feed(files["share/report.html"].decode())
    return Published(totals, rows, areas, earlier, dict(_as_in_the_workbook(page.by_role(), rows)))


def _table(sheet: object) -> Iterator[dict[str, object]]:
    heads: list[str] = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):  # type: ignore[attr-defined]
        if number == _HEAD_ROW:
            heads = [str(cell) for cell in cells]
        elif number > _HEAD_ROW:
            if all(cell is None for cell in cells):
                return
            yield dict(zip(heads, cells, strict=False))


def _vector(row: Mapping[str, object]) -> Vector | None:
    found = [row.get(level) for level in LEVELS]
    return tuple(n for n in found if isinstance(n, int)) if all(isinstance(n, int) for n in found) else None


def _as_in_the_workbook(
    found: Iterable[tuple[tuple[str, str], Vector]], rows: Mapping[str, Mapping[str, Vector]]
) -> Iterator[tuple[tuple[str, str], Vector]]:
    """Rows of the page by the labels of the workbook, which also names who the other roles together are."""
    for (question, label), row in found:
        named = next((other for other in rows.get(question, ()) if label == REST and other.startswith(REST)), label)
        yield (question, named), row


class _Tables(HTMLParser):
    """The captions and rows of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append(("", []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("caption", "th", "td") and self.tables:
            self._into = []

    def handle_endtag(self, tag: str) -> None:
        if self._into is None or tag not in ("caption", "th", "td"):
            return
        text, self._into = " ".join("".join(self._into).split()), None
        _, rows = self.tables[-1]
        if tag == "caption":
            self.tables[-1] = (text, rows)
        else:
            rows[-1].append(text)

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def by_role(self) -> Iterator[tuple[tuple[str, str], Vector]]:
        """The cells of "Feature 3 by role": a question in each row, a role in each column."""
        for caption, (heads, *rows) in self.tables:
            named = re.match(r"Feature (\d+) by role[.]", caption)
            for id, *cells in rows if named else ():
                question = named[1] if named and id == "Overall view" else id
                for label, cell in zip(heads[1:], cells, strict=False):
                    found = [re.search(rf"{level} ([\d,]+)", cell) for level in LEVELS]
                    if all(found):
                        yield (question, label), tuple(int(n[1].replace(",", "")) for n in found if n)
