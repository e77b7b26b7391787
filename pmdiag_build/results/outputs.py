"""A round → every file of its results that needs no Pango, as bytes. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping

import jinja2

from pmdiag_build.content.model import Tool
from pmdiag_build.results.disclosure import Rules, release
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import tabulate
from pmdiag_build.results.views.source import Source
from pmdiag_build.results.views.who import invented_sentence
from pmdiag_build.returns.round import Round

REPORT_HTML = "report.html"
REPORT_PDF = "report.pdf"
SUMMARY_PDF = "summary-of-review.pdf"
SUMMARY_PACK = "summary-of-review"


def source_of(round_: Round, tool: Tool, rules: Rules, earlier: Earlier | None = None) -> Source:
    """A round, counted, and cut to what may be shown."""
    counted = tabulate(round_.responses, tool)
    released = release(counted, round_.responses, tool, rules, earlier)
    return Source(tool, round_.accounts, len(round_.problems), released, Phrases(tool, counted.modes))


def files(source: Source, round_: Round, env: jinja2.Environment) -> dict[str, bytes]:
    """Name → content of report.html, results.xlsx, responses.csv, responses.json and problems.csv."""
    from pmdiag_build.results.writers import tidy
    from pmdiag_build.results.writers.html import report_html
    from pmdiag_build.results.writers.workbook import workbook

    entries, attribute = source.release.entries, source.release.rules.attribute
    return {
        REPORT_HTML: report_html(source, env).encode(),
        "results.xlsx": workbook(source, round_.listed),
        tidy.RESPONSES_CSV: tidy.responses_csv(entries, source.tool, attribute=attribute),
        "responses.json": tidy.responses_json(entries),
        "problems.csv": tidy.problems_csv(round_.listed),
    }


def printed_html(source: Source, html: str, env: jinja2.Environment) -> str:
    """The page that report.pdf is made of: report.html itself, unless a comment is too long to be printed whole."""
    from pmdiag_build.results.views.printed import for_print
    from pmdiag_build.results.writers.html import report_html

    printed = for_print(source)
    return html if printed is source else report_html(printed, env)


def summary_counts(source: Source) -> Mapping[str, str]:
    """Feature id → the sentence that the summary of the review prints beside the feature. Under no id stands what it
    says above them all."""
    say = source.say
    found = {"": invented} if (invented := invented_sentence(source)) else {}
    for feature in source.tool.framework.features:
        counts = source.release.counted.whole.overall[feature.id]
        who = say.who(counts.base)
        key = "summary_counts" if counts.base else "summary_counts_none"
        found[feature.id] = say.few(counts) or say.fill(
            key, who=who, said=say.said(counts), unanswered=counts.unanswered
        )
    return found
