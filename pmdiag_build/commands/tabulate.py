"""`pmdiag tabulate`: returns → results."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands.options import FILE, FOLDER, content_option, inputs_of, local_option, out_option
from pmdiag_build.problems import ExitCode, counted, together
from pmdiag_build.terminal import Bar, report, say, say_waiting

if TYPE_CHECKING:
    from pmdiag_build.results.run import Results
    from pmdiag_build.returns.find_files import File
    from pmdiag_build.returns.round import Progress, Round


@click.command()
@click.argument("returns", metavar="RETURN…", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@out_option("DIR", "The folder to write the results to.", type=FOLDER, required=True)
@local_option
@click.option(
    "--min-group",
    metavar="N",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="Show a role on its own only on questions that at least N of it answered.",
)
@click.option(
    "--previous",
    metavar="DIR",
    type=FOLDER,
    multiple=True,
    help="The results of an earlier round, to show beside this one. Up to four times.",
)
@click.option("--title", metavar="TEXT", default="", help="What the round is called, such as “Autumn 2026”.")
@click.option(
    "--people",
    metavar="FILE.csv",
    type=FILE,
    help="Who was asked: the file that personalise takes, or the list.csv that it made.",
)
@click.option(
    "--comments",
    metavar="FILE.csv",
    type=FILE,
    help="The comments as you checked them: a copy of keep/comments-to-check.csv.",
)
@click.option("--attribute", is_flag=True, help="Show reference, role and names with each comment.")
@click.option("--no-pdf", is_flag=True, help="Leave out the two PDFs.")
@content_option
def tabulate(
    returns: tuple[Path, ...],
    out: Path,
    local: Path | None,
    min_group: int,
    previous: tuple[Path, ...],
    title: str,
    people: Path | None,
    comments: Path | None,
    attribute: bool,
    no_pdf: bool,
    content: Path,
) -> ExitCode:
    """Turn returns (files and folders of filled packs, entry sheets, records) into results for a review meeting.

    \b
    Example:
      pmdiag tabulate returns paper.xlsx -o results
      pmdiag tabulate returns -o autumn --previous spring --previous summer
      pmdiag tabulate returns -o autumn --title "Autumn 2026" --people people.csv
      pmdiag tabulate returns -o autumn --comments comments-checked.csv
    """
    from pmdiag_build.results.disclosure import Rules
    from pmdiag_build.results.run import Request, tabulate_folders

    results = tabulate_folders(
        returns,
        out,
        inputs_of(content, local),
        Request(
            Rules(min_group, attribute),
            title=title,
            people=_file(people),
            comments=_file(comments),
            previous=tuple(file for path in previous if (file := _file(path))),
            pdfs=not no_pdf,
        ),
        on_wait=lambda: say_waiting(out),
        on_read=_say_round,
        reading=_progress,
    )
    _say_made(out, results)
    return ExitCode.NEEDS_A_LOOK if results.round.problems or results.notices else ExitCode.CLEAN


def _file(path: Path | None) -> File | None:
    """A file that an option names, as it was typed."""
    from pmdiag_build.returns.find_files import File

    return File(str(path), path) if path is not None else None


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar, on a terminal only."""
    with Bar("Reading returns") as bar:
        yield bar.show


def _say_round(round_: Round) -> None:
    """The problems, what was ignored, and the accounts as a sum that a person can check."""
    report(together(round_.listed))
    for file in round_.ignored:
        # Our own lock and lists are of no interest to anybody.
        if ".pmdiag" not in file:
            say(f"Ignored (not a return): {file}")
    accounts = round_.accounts
    say(
        f"Returns found: {accounts.found} = {accounts.counted} counted + {accounts.blank} blank + "
        f"{accounts.duplicate} duplicate + {accounts.in_conflict} in conflict + {accounts.set_aside} set aside"
    )


def _say_made(out: Path, results: Results) -> None:
    """What the round is made of, what was made, where it is, and what needs a look."""
    from pmdiag_build.results.made_of import in_lines

    for line in in_lines(results.editions):
        say(line)
    if results.no_pdfs:
        say("Left out: report.pdf and summary-of-review.pdf")
        report(results.no_pdfs)
    say(f"Made: {', '.join(sorted(results.files))}")
    say(f"Where: {out}. Begin with {out / 'share' / 'report.html'}.")
    say(f"Give out only what is in {out / 'share'}.")
    if results.as_written:
        comments = counted(results.as_written, "comment appears as it was", "comments appear as they were")
        say(f"Read first: {comments} written. They are listed in {out / 'keep' / 'comments-to-check.csv'}.")
    report(results.notices)
    round_ = results.round
    named = f"named above and in {out / 'keep' / 'problems.csv'}" if round_.listed or results.notices else "named above"
    points, blank = len(round_.problems) + len(results.notices), counted(len(round_.blank), "blank return")
    if points:
        say(f"Needs a look: {counted(points, 'point')}{f' and {blank}' if round_.blank else ''}, {named}")
    elif round_.blank:
        say(f"Needs a look: nothing; {blank} {named}, the rest counted as they came")
    else:
        say("Needs a look: nothing; every return was counted as it came")
