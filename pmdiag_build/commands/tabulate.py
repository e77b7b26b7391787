"""`pmdiag tabulate`: returns → results. Options, one line for each thing done, the exit code."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands.options import content_option, inputs_of, local_option
from pmdiag_build.commands.tabulate_lines import left_out, nothing_found, tell_made, tell_round
from pmdiag_build.problems import EnvironmentFailed, ExitCode
from pmdiag_build.terminal import report, say

if TYPE_CHECKING:
    import jinja2

    from pmdiag_build.results.views.source import Source
    from pmdiag_build.returns.round import Progress

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
    from pmdiag_build.load import load_tool
    from pmdiag_build.output import OutputFolder
    from pmdiag_build.rendering.templates import environment, layouts_named
    from pmdiag_build.results.disclosure import Rules
    from pmdiag_build.results.outputs import files, source_of
    from pmdiag_build.results.read_earlier_round import read_previous
    from pmdiag_build.returns.find_files import RESULTS_MADE_BY
    from pmdiag_build.returns.round import read_round

    inputs = inputs_of(content, local)
    tool = load_tool(inputs.content, local=inputs.local)
    env = environment(inputs.layouts)
    folder = OutputFolder(out, RESULTS_MADE_BY)
    folder.refuse_overlap([*inputs.folders, *([("the earlier round", previous)] if previous else [])])
    earlier = read_previous(previous, tool) if previous else None
    # Results may lie in the folder of the returns: what we wrote is never read as a return.
    ours = (out, previous) if previous else (out,)
    with folder.alone(lambda: say("Another run is writing here; waiting for it")):
        old = folder.examine()
        with _progress() as progress:
            round_ = read_round(returns, tool, leave_out=ours, progress=progress)
        round_.accounts.check()
        tell_round(round_)
        source = source_of(round_, tool, Rules(min_group, attribute), earlier)
        with layouts_named(inputs.layouts):
            made = files(source, round_, env)
            if not no_pdf:
                made |= _pdfs(source, made, env)
        folder.replace(made, {}, old)
    notices = [*nothing_found(returns, round_.accounts), *left_out(source, str(previous))]
    tell_made(out, sorted(made), round_, notices)
    return ExitCode.NEEDS_A_LOOK if round_.problems or notices else ExitCode.CLEAN


def _pdfs(source: Source, made: Mapping[str, bytes], env: jinja2.Environment) -> dict[str, bytes]:
    """The two PDFs, or a line that says why they are left out."""
    from pmdiag_build.rendering.weasy import report_to_pdf
    from pmdiag_build.results.outputs import REPORT_HTML, REPORT_PDF, SUMMARY_PDF, printed_html

    try:
        page = printed_html(source, made[REPORT_HTML].decode(), env)
        return {REPORT_PDF: report_to_pdf(page), **_summary(source, env)}
    except EnvironmentFailed as error:
        say(f"Left out: {REPORT_PDF} and {SUMMARY_PDF}")
        report(error.problems)
        return {}


def _summary(source: Source, env: jinja2.Environment) -> dict[str, bytes]:
    """The fillable summary with the round's counts, where the tool has that pack."""
    from pmdiag_build.content.fields import pack_fields
    from pmdiag_build.publish.packs.page import pack_html, pack_title
    from pmdiag_build.publish.packs.render import render_pack
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
