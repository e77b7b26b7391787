"""The first sheet: who answered, what became of the returns, the overall views, what they do not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmdiag_build.results.views import about
from pmdiag_build.results.views.beside import answered
from pmdiag_build.results.views.parts import ReportInput, Table
from pmdiag_build.results.writers.workbook.book import Bars, Book

_WIDE = 52


class _Page:
    """Writes a sheet from the top down."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book = book
        self.sheet = sheet
        self.row = 0

    def line(self, text: str, look: Any) -> None:
        self.sheet.write_string(self.row, 0, text, look)
        self.row += 1

    def paragraph(self, text: str) -> None:
        """A text over the width of the page; merged cells do not grow with their text, so the height is set."""
        self.sheet.set_row(self.row, 13.5 * (1 + len(text) // 118))
        self.sheet.merge_range(self.row, 0, self.row, 5, text, self.book.wrapped)
        self.row += 1

    def table(self, table: Table) -> None:
        self.line(table.caption, self.book.heading)
        for place, head in enumerate(table.heads):
            self.sheet.write_string(self.row, place, head, self.book.head_of_counts if place else self.book.head)
        self.row += 1
        for cells in table.rows:
            for place, value in enumerate(cells):
                if isinstance(value, int):
                    self.sheet.write_number(self.row, place, value, self.book.number)
                else:
                    self.sheet.write_string(self.row, place, value, self.book.plain)
            self.row += 1
        if table.note:
            self.paragraph(table.note)
        self.row += 1


def overview(book: Book, report: ReportInput) -> None:
    """Write the sheet."""
    say = report.say
    name = say.words["sheet_overview"]
    sheet = book.sheet(name)
    sheet.set_portrait()
    sheet.set_column(0, 0, _WIDE, book.plain)
    sheet.set_column(1, 5, 13, book.plain)
    page = _Page(book, sheet)
    page.line(f"{say.words['report_title']}: {report.tool.title}", book.title)
    page.line(say.fill("edition", edition=report.tool.edition), book.quiet)
    if invented := about.invented_sentence(report):
        page.line(invented, book.bold)
    page.paragraph(" ".join(about.who_sentences(report)))
    page.row += 1
    for table in _tables(report):
        page.table(table)
    start, rows = page.row + 2, len(report.tool.framework.features)
    page.table(_overall(report))
    page.line(say.words["untold_title"], book.heading)
    page.paragraph(say.words["untold"])
    book.chart(sheet, Bars(name, start, rows, names=0, counts=1), say.words["book_chart_overall"], page.row + 1, 0)


def _tables(report: ReportInput) -> Iterator[Table]:
    yield about.account_table(report)
    if report.total:
        yield about.mode_table(report)
    roles = about.role_count_table(report)
    if roles is not None:
        yield roles
    if report.earlier is not None:
        yield answered(report, report.earlier)


def _overall(report: ReportInput) -> Table:
    say, whole = report.say, report.release.counted.whole
    heads = (say.words["feature_column"], *say.levels, say.words["not_answered"], say.words["base"])
    rows: list[tuple[str | int, ...]] = []
    for feature in report.tool.framework.features:
        counts = whole.overall[feature.id]
        numbers = (say.few(counts),) if counts.kept_back else (*counts.chosen, counts.unanswered, counts.base)
        rows.append((f"{feature.id} {feature.short}", *numbers))
    return Table(say.fill("book_overall_caption", who=say.who(report.total)), heads, tuple(rows))
