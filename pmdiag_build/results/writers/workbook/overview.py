"""The first sheet: who answered, what became of the returns, the overall views, what this does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pmdiag_build.results.rows import Table
from pmdiag_build.results.views.ending import account_table
from pmdiag_build.results.views.previous import answered
from pmdiag_build.results.views.source import Source
from pmdiag_build.results.views.who import invented_sentence, mode_table, role_count_table, who_sentences
from pmdiag_build.results.writers.workbook.book import Book
from pmdiag_build.results.writers.workbook.charts import axis_of_counts, size_for, stacked_bars

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


def overview(book: Book, source: Source) -> None:
    """Write the sheet."""
    say = source.say
    name = say.words["sheet_overview"]
    sheet = book.sheet(name)
    sheet.set_portrait()
    sheet.set_column(0, 0, _WIDE, book.plain)
    sheet.set_column(1, 5, 13, book.plain)
    page = _Page(book, sheet)
    page.line(f"{say.words['report_title']}: {source.tool.title}", book.title)
    page.line(say.fill("edition", edition=source.tool.edition), book.quiet)
    if invented := invented_sentence(source):
        page.line(invented, book.bold)
    page.paragraph(" ".join(who_sentences(source)))
    page.row += 1
    for table in _tables(source):
        page.table(table)
    start, rows = page.row + 2, len(source.tool.framework.features)
    page.table(_overall(source))
    page.line(say.words["untold_title"], book.heading)
    page.paragraph(say.words["untold"])
    title = say.words["book_chart_overall"]
    chart = stacked_bars(book.xlsx, name, say.levels, start, start + rows - 1, names=0, counts=1, title=title)
    axis_of_counts(chart, say.words["responses_column"])
    chart.set_size(size_for(rows))
    sheet.insert_chart(page.row + 1, 0, chart, {"object_position": 2, "description": title})


def _tables(source: Source) -> Iterator[Table]:
    yield account_table(source)
    if source.total:
        yield mode_table(source)
    roles = role_count_table(source)
    if roles is not None:
        yield roles
    if source.earlier is not None:
        yield answered(source, source.earlier)


def _overall(source: Source) -> Table:
    say, whole = source.say, source.release.counted.whole
    heads = (say.words["feature_column"], *say.levels, say.words["not_answered"], say.words["base"])
    rows: list[tuple[str | int, ...]] = []
    for feature in source.tool.framework.features:
        counts = whole.overall[feature.id]
        numbers = (say.few(counts),) if counts.kept_back else (*counts.chosen, counts.unanswered, counts.base)
        rows.append((f"{feature.id} {feature.short}", *numbers))
    return Table(say.fill("book_overall_caption", who=say.who(source.total)), heads, tuple(rows))
