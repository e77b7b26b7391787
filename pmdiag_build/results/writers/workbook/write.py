"""The sheets in their order → the bytes of results.xlsx."""

from __future__ import annotations

from collections.abc import Sequence

from pmdiag_build.problems import Problem
from pmdiag_build.results.views.source import Source
from pmdiag_build.results.writers.workbook import sheets
from pmdiag_build.results.writers.workbook.apart import apart
from pmdiag_build.results.writers.workbook.book import Book
from pmdiag_build.results.writers.workbook.earlier import rounds
from pmdiag_build.results.writers.workbook.overview import overview


def workbook(source: Source, problems: Sequence[Problem]) -> bytes:
    """The workbook of a round; equal rounds give equal bytes."""
    say, tool = source.say, source.tool
    title = f"{say.words['report_title']}: {tool.title}"
    footer = say.fill("edition", edition=tool.edition)
    book = Book(title, tool.publisher, footer)
    overview(book, source)
    sheets.statements(book, source)
    sheets.overall(book, source)
    apart(book, source)
    sheets.differing(book, source)
    sheets.roles(book, source)
    sheets.comments(book, source)
    sheets.responses(book, source)
    if source.earlier is not None and not source.earlier.left_out:
        rounds(book, source, source.earlier)
    sheets.problems(book, source, problems)
    return book.finish()
