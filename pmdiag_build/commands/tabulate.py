"""`pmdiag tabulate`: returns → results. Options, one line for each thing done, the exit code."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands.options import content_option, local_option, sources_of
from pmdiag_build.problems import EnvironmentFailed, ExitCode, Location, Problem, Weight
from pmdiag_build.terminal import counted, report, say

if TYPE_CHECKING:
    import jinja2

    from pmdiag_build.results.views.source import Source
    from pmdiag_build.returns.round import Accounts, Progress, Round

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("returns", metavar="RETURN…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-o", "--out", metavar="DIR", required=True, type=_FOLDER, help="Where the results go.")
@local_option
@click.option(
    "--min-group",
    metavar="N",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="The fewest responses of a role that is shown on its own.",
)
@click.option(
    "--previous", metavar="DIR", default=None, type=_FOLDER, help="Results of an earlier round, to put beside."
)
@click.option("--attribute", is_flag=True, help="Say whose each comment is: reference, role and names.")
@click.option("--no-pdf", is_flag=True, help="Leave out the two PDFs.")
@content_option
def tabulate(
    returns: tuple[Path, ...],
    out: Path,
    local: Path | None,
    min_group: int,
    previous: Path | None,
    attribute: bool,
    no_pdf: bool,
    content: Path | None,
) -> ExitCode:
    """Turn returns (files and folders of filled packs, entry sheets, records) into results for a review meeting.

    \b
    Example:
      pmdiag tabulate returns paper.xlsx -o results
      pmdiag tabulate returns -o autumn --previous spring
    """
    from pmdiag_build.content import load_tool
    from pmdiag_build.output import OutputFolder
    from pmdiag_build.publish.layout_faults import layouts_named
    from pmdiag_build.publish.render import environment
    from pmdiag_build.results.disclosure import Rules
    from pmdiag_build.results.outputs import files, source_of
    from pmdiag_build.results.previous import read_previous
    from pmdiag_build.returns.files import RESULTS_MADE_BY
    from pmdiag_build.returns.round import read_round

    sources = sources_of(content, local)
    tool = load_tool(sources.content, local=sources.local)
    env = environment(sources.layouts)
    folder = OutputFolder(out, RESULTS_MADE_BY)
    folder.refuse_overlap([*sources.folders, *([("the earlier round", previous)] if previous else [])])
    earlier = read_previous(previous, tool) if previous else None
    # Results may lie in the folder of the returns: what we wrote is never read as a return.
    ours = (out, previous) if previous else (out,)
    with folder.alone(lambda: say("Another run is writing here; waiting for it")):
        old = folder.examine()
        with _progress() as progress:
            round_ = read_round(returns, tool, leave_out=ours, progress=progress)
        round_.accounts.check()
        _tell_round(round_)
        source = source_of(round_, tool, Rules(min_group, attribute), earlier)
        with layouts_named(sources.layouts):
            made = files(source, round_, env)
            if not no_pdf:
                made |= _pdfs(source, made, env)
        folder.replace(made, {}, old)
    notices = _beside_notices(source, str(previous))
    report(notices)
    _tell_made(out, sorted(made), round_)
    return ExitCode.NEEDS_A_LOOK if round_.problems or notices else ExitCode.CLEAN


def _pdfs(source: Source, made: Mapping[str, bytes], env: jinja2.Environment) -> dict[str, bytes]:
    """The two PDFs, or a line that says why they are left out."""
    from pmdiag_build.results.outputs import REPORT_HTML, REPORT_PDF, SUMMARY_PDF
    from pmdiag_build.results.writers.pdf import report_pdf

    try:
        return {REPORT_PDF: report_pdf(made[REPORT_HTML].decode()), **_summary(source, env)}
    except EnvironmentFailed as error:
        say(f"Left out: {REPORT_PDF} and {SUMMARY_PDF}")
        report(error.problems)
        return {}


def _summary(source: Source, env: jinja2.Environment) -> dict[str, bytes]:
    """The fillable summary with the round's counts, where the tool has that pack."""
    from pmdiag_build.content.fields import pack_fields
    from pmdiag_build.publish.pack_render import render_pack
    from pmdiag_build.publish.packs import pack_html, pack_title
    from pmdiag_build.results.outputs import SUMMARY_PACK, SUMMARY_PDF, summary_counts

    tool = source.tool
    for pack in tool.packs:
        if pack.id == SUMMARY_PACK:
            html = pack_html(tool, pack, env, summary_counts(source))
            fields, title = pack_fields(tool, pack), pack_title(tool, pack)
            return {SUMMARY_PDF: render_pack(html, fields, name=f"packs/{pack.id}.yaml", title=title)}
    return {}


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal; nothing elsewhere."""
    watched = sys.stderr is not None and sys.stderr.isatty()
    with click.progressbar(length=1, label="Reading returns", file=sys.stderr, hidden=not watched) as bar:

        def progress(done: int, in_all: int) -> None:
            bar.length = in_all
            bar.update(done - bar.pos)

        yield progress


def _tell_round(round_: Round) -> None:
    report(round_.listed)
    for file in round_.passed_over:
        # Our own lock and lists are no news to anybody.
        if ".pmdiag" in file:
            continue
        say(f"Passed over, since no person made it: {file}")
    say(accounts_line(round_.accounts))


def _tell_made(out: Path, made: list[str], round_: Round) -> None:
    say(f"Made: {', '.join(made)}")
    say(f"Where: {out}. Begin with {out / 'report.html'}.")
    if round_.problems:
        say(f"Needs a look: {counted(len(round_.problems), 'point')}, named above and in {out / 'problems.csv'}")
    elif round_.blank:
        blank = counted(len(round_.blank), "blank return")
        say(f"Needs a look: nothing; {blank} named above and in {out / 'problems.csv'}, the rest counted as they came")
    else:
        say("Needs a look: nothing; every return was counted as it came")


def _beside_notices(source: Source, previous: str) -> list[Problem]:
    """What an earlier round made it necessary to leave out."""
    n, earlier = source.release.rules.min_group, source.earlier
    found = []
    if earlier is not None and earlier.left_out:
        found.append(f"The two rounds hold the same responses, but for fewer than {n}; they are not put side by side")
    elif earlier is not None and earlier.few:
        shown = ", ".join(id if kind == "rating" else f"{kind} {id}" for kind, id in sorted(earlier.few))
        found.append(f"Both rounds hold the same answers, but for fewer than {n}, to {shown}: not put side by side")
    if source.release.roles.earlier:
        found.append("With the earlier round's tables, those by role would tell what a few answered: none is shown")
    mend = "Give out the results of one of the two only: with both, the answers of those few could be worked out"
    return [Problem(Location(previous), what, mend, Weight.NOTICE) for what in found]


def accounts_line(accounts: Accounts) -> str:
    """The accounts as a sum that a person can check."""
    return (
        f"Returns found: {accounts.found} = {accounts.counted} counted + {accounts.blank} blank + "
        f"{accounts.duplicate} duplicate + {accounts.in_conflict} in conflict + {accounts.set_aside} set aside"
    )
