"""Every file of the results: the released round → name and bytes of each, with one module for each kind of file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pmdiag_build.at_once import both
from pmdiag_build.problems import Problem
from pmdiag_build.results import checked_comments
from pmdiag_build.results.comments_list import COMMENTS_CSV
from pmdiag_build.results.disclosure import area_rows_of, rows_of
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.round import Round

if TYPE_CHECKING:
    import jinja2

Layouts = Callable[[], "jinja2.Environment"]
"""Gives the one environment of all layouts: they are loaded by the process that fills them in."""

REPORT_HTML = "share/report.html"
REPORT_PDF = "share/report.pdf"
SUMMARY_PDF = "share/summary-of-review.pdf"
TABLES_XLSX = "share/tables.xlsx"
RESPONSES_XLSX = "keep/responses.xlsx"
SHARE_NOTE = "share/about.txt"
KEEP_NOTE = "keep/about.txt"
"""The first file of each folder, which says in one line who may have it."""

_SUMMARY_PACK = "summary-of-review"
_TWO_AT_ONCE = range(200, 20_001)
"""Responses whose files are made by two processes: copying this one takes as long as a few, and needs the memory of
many."""


def files(
    report: ReportInput,
    round_: Round,
    layouts: Layouts,
    notices: Sequence[Problem] = (),
    *,
    processes: Processes = Processes.ONE,
) -> dict[str, bytes]:
    """Name → content of every file but the PDFs. `notices` are listed with the problems of the returns."""
    listed = [*notices, *round_.listed]
    if processes is Processes.AS_MANY_AS_HELP and report.total in _TWO_AT_ONCE:
        # The copy makes what is small and soon given back: of 1,000 responses, responses.csv alone has 4.6 MB.
        lists, books = both(lambda: _report_and_lists(report, layouts, listed), lambda: _books(report, listed))
    else:
        lists, books = _report_and_lists(report, layouts, listed), _books(report, listed)
    return lists | books


# Half of the work each, with 1,000 responses some 120 ms. Each imports what it alone needs, XlsxWriter or Jinja: 20 ms
# each, for which both would wait if this module imported them.


def _books(report: ReportInput, listed: Sequence[Problem]) -> dict[str, bytes]:
    from pmdiag_build.results.writers.workbook.counts import tables_book
    from pmdiag_build.results.writers.workbook.texts import records_book

    return {TABLES_XLSX: tables_book(report), RESPONSES_XLSX: records_book(report, listed)}


def _report_and_lists(report: ReportInput, layouts: Layouts, listed: Sequence[Problem]) -> dict[str, bytes]:
    from pmdiag_build.results.writers import records
    from pmdiag_build.results.writers.html import report_html

    release, tool = report.release, report.tool
    shown_in = records.ShownIn(rows_of(release), area_rows_of(release))
    return {
        SHARE_NOTE: _line(report.say.words[_who_may_have(report)]),
        REPORT_HTML: report_html(report, layouts()).encode(),
        KEEP_NOTE: _line(report.say.words["about_keep"]),
        records.RESPONSES_CSV: records.responses_csv(
            release.entries, tool, report.title, shown_in, attribute=release.rules.attribute
        ),
        records.RESPONSES_JSON: records.responses_json(release.entries),
        records.PROBLEMS_CSV: records.problems_csv(listed),
        COMMENTS_CSV: checked_comments.comments_csv(report.to_check(), tool, report.checked_list),
        records.CODEBOOK_CSV: records.codebook_csv(tool),
        records.COLUMNS_CSV: records.columns_csv(tool),
    }


def _who_may_have(report: ReportInput) -> str:
    """The word that says who may have what is in share/."""
    if report.shows_single:
        return "about_share_single" if report.release.rules.min_group == 1 else "about_share_few"
    if report.release.rules.attribute:
        return "about_share_attributed"
    checked = report.release.checked
    unread = report.as_written or (checked is not None and checked.undecided)
    return "about_share_unread" if unread else "about_share"


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def pdfs(report: ReportInput, html: str, env: jinja2.Environment) -> dict[str, bytes]:
    """The report for print, and the fillable summary with the round's counts where the tool has that pack."""
    from pmdiag_build.content.fields import pack_fields
    from pmdiag_build.publish.forms import render_pack
    from pmdiag_build.publish.packs import pack_html, pack_title
    from pmdiag_build.results.views.questions import summary_counts
    from pmdiag_build.results.writers.pdf import report_pdf

    tool = report.tool
    made = {REPORT_PDF: report_pdf(printed_html(report, html, env))}
    for pack in tool.packs:
        if pack.id == _SUMMARY_PACK:
            page, fields = pack_html(tool, pack, env, summary_counts(report)), pack_fields(tool, pack)
            made[SUMMARY_PDF] = render_pack(page, fields, name=f"packs/{pack.id}.yaml", title=pack_title(tool, pack))
    return made


def printed_html(report: ReportInput, html: str, env: jinja2.Environment) -> str:
    """The page that report.pdf is made of: report.html itself, unless a comment is too long to be printed whole."""
    from pmdiag_build.results.views.questions import for_print
    from pmdiag_build.results.writers.html import report_html

    printed = for_print(report)
    return html if printed is report else report_html(printed, env)
