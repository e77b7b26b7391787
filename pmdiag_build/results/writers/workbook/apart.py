"""The sheet of answers to questions of another meaning; a round without any has no such sheet."""

from __future__ import annotations

from pmdiag_build.results.views.apart import apart_rows
from pmdiag_build.results.views.source import Source
from pmdiag_build.results.writers.workbook.book import Book, Column, count_cells
from pmdiag_build.results.writers.workbook.typed import Cell


def apart(book: Book, source: Source) -> None:
    """One row for each question and other edition, with its counts."""
    say, found = source.say, source.release.counted.apart
    if not found:
        return
    columns = [
        Column(say.words["apart_edition"], 16),
        Column(say.words["number_column"], 9),
        Column(say.words["apart_why"], 60, wrap=True),
        *(Column(level, 12, counts=True) for level in say.levels),
        Column(say.words["not_answered"], 14, counts=True),
        Column(say.words["base"], 8, counts=True),
        Column(say.words["book_note"], 40, wrap=True),
    ]
    rows: list[list[Cell]] = [
        [one.edition, row.id, row.text, *count_cells(one.counts), row.few]
        for one, row in zip(found, apart_rows(source, found), strict=True)
    ]
    caption = say.fill("book_apart_caption", who=say.who(source.total))
    book.table(say.words["sheet_apart"], caption, say.words["apart_intro"], columns, rows, freeze=2)
