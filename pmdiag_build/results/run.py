"""Returns → results: reads them, counts, decides what may be shown, and makes every file.

`tabulate_folders` is for a command: folders in, a folder of results out. `tabulate_files` is for a page in a browser:
names and bytes in, names and bytes out, with a `Tool` that is ready, no file written and no process started.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import EnvironmentFailed, Fault, Problem, Problems, Severity
from pmdiag_build.rendering.templates import environment, layouts_named
from pmdiag_build.results.disclosure import Rules, release
from pmdiag_build.results.made_of import Part, made_of
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.read_earlier_round import earlier_round, read_previous
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import tabulate
from pmdiag_build.results.views.about import invented_sentence
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.views.questions import for_print
from pmdiag_build.results.writers import records
from pmdiag_build.results.writers.html import report_html
from pmdiag_build.results.writers.workbook import workbook
from pmdiag_build.returns.find_files import RESULTS_MADE_BY, files_of
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.round import Progress, Round, read_round, round_of

if TYPE_CHECKING:
    import jinja2

    from pmdiag_build.publish.inputs import Inputs

REPORT_HTML = "report.html"
REPORT_PDF = "report.pdf"
SUMMARY_PDF = "summary-of-review.pdf"

_SUMMARY_PACK = "summary-of-review"
_NOTHING_FOUND = Fault("It contains no returns", "Name the folder that the returns are in")
_GIVE_OUT_ONE = "Give out the results of only one of the two: with both, people could work out what those few answered"
_SAME_ROUND = Fault(
    "The two rounds contain the same responses except for fewer than {n}, so they are not shown side by side",
    _GIVE_OUT_ONE,
)
_SAME_ANSWERS = Fault(
    "Except for fewer than {n}, both rounds have the same answers to {questions}, so these are not shown side by side",
    _GIVE_OUT_ONE,
)
_BY_ROLE_SHOWS = Fault(
    "With the earlier round's tables, tables by role would show what a few people answered, so there are none",
    _GIVE_OUT_ONE,
)


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a round. `files`: name → content.

    `notices` need a person's look and are in no file; `no_pdfs` says why PDFs that were asked for are missing.
    `editions`: what the round is made of, for whoever runs it.
    """

    round: Round
    files: Mapping[str, bytes]
    notices: tuple[Problem, ...]
    no_pdfs: tuple[Problem, ...] = ()
    editions: tuple[Part, ...] = ()


def tabulate_folders(
    returns: Sequence[Path],
    out: Path,
    inputs: Inputs,
    rules: Rules,
    *,
    previous: Path | None = None,
    pdfs: bool = True,
    on_wait: Callable[[], None],
    on_read: Callable[[Round], None],
    reading: Callable[[], contextlib.AbstractContextManager[Progress | None]] = contextlib.nullcontext,
) -> Results:
    """Results of the returns in files and folders, as the folder `out`, which is replaced whole or not at all.

    `previous` is the folder of an earlier round's results. `on_wait` is called if another run is writing to `out`,
    `on_read` when all returns were read, before results are made; `reading` surrounds the reading of returns.

    Raises ContentWrong, UsageWrong or EnvironmentFailed, with `out` as it was.
    """
    from pmdiag_build.load import load_tool
    from pmdiag_build.output import OutputFolder
    from pmdiag_build.rendering.layout_checks import layouts_checked

    with layouts_checked(inputs.layouts, Problems()):
        tool = load_tool(inputs.content, local=inputs.local)
    folder = OutputFolder(out, RESULTS_MADE_BY)
    folder.refuse_overlap([*inputs.folders, *([("the earlier round", previous)] if previous else [])])
    earlier = read_previous(previous, tool) if previous else None
    # The folder of results may be inside that of the returns: what we wrote is never read as a return.
    ours = (out, previous) if previous else (out,)
    with folder.alone(on_wait):
        old = folder.examine()
        with reading() as progress:
            round_ = read_round(returns, tool, leave_out=ours, progress=progress)
        on_read(round_)
        with layouts_named(inputs.layouts):
            results = results_of(
                round_,
                tool,
                rules,
                earlier,
                environment(inputs.layouts),
                pdfs=pdfs,
                looked_in=map(str, returns),
                earlier_place=str(previous),
            )
        folder.replace(results.files, {}, old)
    return results


def tabulate_files(
    returns: Iterable[tuple[str, bytes]],
    tool: Tool,
    rules: Rules,
    *,
    previous: bytes | None = None,
    progress: Progress | None = None,
) -> Results:
    """Results of returns that are at hand as (name, bytes), without PDFs. `previous` is the responses.csv of an earlier
    round. Raises UsageWrong where that is not what `tabulate` writes."""
    earlier = earlier_round(previous, records.RESPONSES_CSV, tool) if previous is not None else None
    round_ = round_of(files_of(returns), tool, reading_in=Processes.ONE, progress=progress)
    return results_of(
        round_, tool, rules, earlier, environment(), looked_in=("returns",), earlier_place=records.RESPONSES_CSV
    )


def results_of(
    round_: Round,
    tool: Tool,
    rules: Rules,
    earlier: Earlier | None,
    env: jinja2.Environment,
    *,
    pdfs: bool = False,
    looked_in: Iterable[str],
    earlier_place: str,
) -> Results:
    """Every file of the results. `looked_in` and `earlier_place` name the returns and the earlier round in notices."""
    report = report_input(round_, tool, rules, earlier)
    made = files(report, round_, env)
    no_pdfs: tuple[Problem, ...] = ()
    if pdfs:
        try:
            made |= _pdfs(report, made[REPORT_HTML].decode(), env)
        except EnvironmentFailed as error:
            no_pdfs = error.problems
    notices = [] if round_.accounts.found else [_NOTHING_FOUND.at(place, Severity.NOTICE) for place in looked_in]
    editions = made_of(round_.responses, tool)
    return Results(round_, made, (*notices, *_left_out(report, earlier_place)), no_pdfs, editions)


def report_input(round_: Round, tool: Tool, rules: Rules, earlier: Earlier | None = None) -> ReportInput:
    """A round, counted, and cut to what may be shown."""
    counted = tabulate(round_.responses, tool)
    released = release(counted, round_.responses, tool, rules, earlier)
    return ReportInput(tool, round_.accounts, len(round_.problems), released, Phrases(tool, counted.modes))


def files(report: ReportInput, round_: Round, env: jinja2.Environment) -> dict[str, bytes]:
    """Name → content of report.html, results.xlsx, responses.csv, responses.json and problems.csv."""
    entries, attribute = report.release.entries, report.release.rules.attribute
    return {
        REPORT_HTML: report_html(report, env).encode(),
        "results.xlsx": workbook(report, round_.listed),
        records.RESPONSES_CSV: records.responses_csv(entries, report.tool, attribute=attribute),
        records.RESPONSES_JSON: records.responses_json(entries),
        records.PROBLEMS_CSV: records.problems_csv(round_.listed),
    }


def _pdfs(report: ReportInput, html: str, env: jinja2.Environment) -> dict[str, bytes]:
    """The report for print, and the fillable summary with the round's counts where the tool has that pack."""
    from pmdiag_build.content.fields import pack_fields
    from pmdiag_build.publish.packs import render_pack
    from pmdiag_build.publish.packs.page import pack_html, pack_title
    from pmdiag_build.rendering.weasy import report_to_pdf

    tool = report.tool
    made = {REPORT_PDF: report_to_pdf(printed_html(report, html, env))}
    for pack in tool.packs:
        if pack.id == _SUMMARY_PACK:
            page, fields = pack_html(tool, pack, env, summary_counts(report)), pack_fields(tool, pack)
            made[SUMMARY_PDF] = render_pack(page, fields, name=f"packs/{pack.id}.yaml", title=pack_title(tool, pack))
    return made


def printed_html(report: ReportInput, html: str, env: jinja2.Environment) -> str:
    """The page that report.pdf is made of: report.html itself, unless a comment is too long to be printed whole."""
    printed = for_print(report)
    return html if printed is report else report_html(printed, env)


def summary_counts(report: ReportInput) -> Mapping[str, str]:
    """Feature id → the sentence that the summary of the review prints beside the feature; under "" what it prints above
    them all."""
    say = report.say
    found = {"": invented} if (invented := invented_sentence(report)) else {}
    for feature in report.tool.framework.features:
        counts = report.release.counted.whole.overall[feature.id]
        who = say.who(counts.base)
        key = "summary_counts" if counts.base else "summary_counts_none"
        found[feature.id] = say.few(counts) or say.fill(
            key, who=who, said=say.said(counts), unanswered=counts.unanswered
        )
    return found


def _left_out(report: ReportInput, place: str) -> Iterator[Problem]:
    """What an earlier round made it necessary to leave out."""
    n, earlier = str(report.release.rules.min_group), report.earlier
    if earlier is not None and earlier.left_out:
        yield _SAME_ROUND.at(place, Severity.NOTICE, n=n)
    elif earlier is not None and earlier.few:
        questions = ", ".join(id if kind == "rating" else f"{kind} {id}" for kind, id in sorted(earlier.few))
        yield _SAME_ANSWERS.at(place, Severity.NOTICE, n=n, questions=questions)
    if report.release.roles.earlier:
        yield _BY_ROLE_SHOWS.at(place, Severity.NOTICE)
