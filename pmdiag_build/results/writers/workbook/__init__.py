"""What may be shown of a round → results.xlsx, for an analyst: typed columns, filters, frozen panes, charts."""

from __future__ import annotations

from collections.abc import Sequence

from pmdiag_build.problems import Problem
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.writers.workbook import counts, texts
from pmdiag_build.results.writers.workbook.book import Book


def workbook(report: ReportInput, problems: Sequence[Problem]) -> bytes:
    """The workbook of a round, sheet by sheet; equal rounds give equal bytes."""
    say, tool = report.say, report.tool
    title = f"{say.words['report_title']}: {tool.title}"
    footer = say.fill("edition", edition=tool.edition)
    book = Book(title, tool.publisher, footer, say.levels, say.words["responses_column"])
    counts.overview(book, report)
    counts.statements(book, report)
    counts.overall(book, report)
    counts.apart(book, report)
    counts.editions(book, report)
    counts.differing(book, report)
    counts.roles(book, report)
    texts.comments(book, report)
    texts.responses(book, report)
    if report.earlier is not None and not report.earlier.left_out:
        counts.rounds(book, report, report.earlier)
    texts.problems(book, report, problems)
    return book.content()
