"""A round → tables.xlsx, which may be given out, and responses.xlsx for whoever runs the round; both for analysts."""

from __future__ import annotations

from collections.abc import Sequence

from pmdiag_build.problems import Problem
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.writers.workbook import counts, texts
from pmdiag_build.results.writers.workbook.book import Book


def tables_book(report: ReportInput) -> bytes:
    """The tables of the report, sheet by sheet, with charts; equal rounds give equal bytes."""
    book = _book(report)
    counts.overview(book, report)
    counts.statements(book, report)
    counts.overall(book, report)
    counts.apart(book, report)
    counts.editions(book, report)
    counts.differing(book, report)
    counts.roles(book, report)
    counts.areas(book, report)
    texts.comments(book, report)
    if not all(one.left_out for one in report.earlier):
        counts.rounds(book, report)
    return book.content()


def records_book(report: ReportInput, problems: Sequence[Problem]) -> bytes:
    """Every response, and everything that was not counted."""
    book = _book(report)
    texts.responses(book, report)
    texts.problems(book, report, problems)
    return book.content()


def _book(report: ReportInput) -> Book:
    say, tool = report.say, report.tool
    title = f"{report.heading}: {tool.title}"
    footer = say.fill("edition", edition=tool.edition)
    return Book(title, tool.publisher, footer, say.levels, say.words["responses_column"])
