"""`demo`, `entry-sheet`, `verify` and `tabulate`: from an empty sheet, or an invented round, to results."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmdiag_build.commands import (
    FILE,
    FOLDER,
    Bar,
    content_option,
    inputs_of,
    local_option,
    out_option,
    report,
    say,
    say_waiting,
)
from pmdiag_build.problems import ExitCode, Fault, Problem, UsageWrong, counted

if TYPE_CHECKING:
    from pmdiag_build.returns.find_files import File
    from pmdiag_build.returns.round import Progress


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
    from pmdiag_build.results.request import Request
    from pmdiag_build.results.run import tabulate_folders

    results = tabulate_folders(
        returns,
        out,
        inputs_of(content, local),
        Request(
            Rules(min_group, attribute),
            title=title,
            people=_file(people) if people else None,
            comments=_file(comments) if comments else None,
            previous=tuple(map(_file, previous)),
            pdfs=not no_pdf,
        ),
        on_wait=lambda: say_waiting(out),
        on_read=lambda round_: _tell(round_.in_lines()),
        reading=_progress,
    )
    _tell(results.in_lines(out))
    return ExitCode.NEEDS_A_LOOK if results.round.problems or results.notices else ExitCode.CLEAN


def _file(path: Path) -> File:
    """A file that an option names, as it was typed."""
    from pmdiag_build.returns.find_files import File

    return File(str(path), path)


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    """A progress bar, on a terminal only."""
    with Bar("Reading returns") as bar:
        yield bar.show


def _tell(lines: Iterable[Problem | str]) -> None:
    """Lines on stdout, problems on stderr."""
    for line in lines:
        if isinstance(line, Problem):
            report([line])
        else:
            say(line)


@click.command("entry-sheet")
@out_option(
    "FILE",
    "The file to write: .xlsx for a workbook with lists and instructions, .csv for the headers alone.",
    type=click.Path(path_type=Path),
    required=True,
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@local_option
@content_option
def entry_sheet(out: Path, force: bool, local: Path | None, content: Path) -> ExitCode:
    """Write an empty sheet to type paper returns into.

    One row is one response. The workbook has drop-down lists, the statements and instructions.

    \b
    Example:
      pmdiag entry-sheet -o returns.xlsx
    """
    from pmdiag_build.kept_tool import tool_of
    from pmdiag_build.output.atomic import check_free, write_file
    from pmdiag_build.returns.entry_sheet import entry_csv, entry_workbook

    writers = {".xlsx": entry_workbook, ".csv": entry_csv}
    write = writers.get(out.suffix.lower())
    if write is None:
        what = "An entry sheet can't be a file of this kind"
        raise UsageWrong.one(str(out), Fault(what, "Give it a name that ends in .xlsx or .csv"))
    check_free(out, force=force)
    write_file(out, write(tool_of(content, local)))
    say("Made: an empty entry sheet, one row for each response")
    say(f"Where: {out}")
    if write is entry_csv:
        say("Needs a look: spreadsheet programs turn the header 3.10 into 3.1. Row 2 says which it was: leave it")
    return ExitCode.CLEAN


@click.command()
@click.argument("first", type=FILE)
@click.argument("second", type=FILE)
@out_option(
    "FILE.xlsx",
    "The decision sheet. If not given: FIRST’s name with “-to-decide” added, beside it.",
    type=click.Path(path_type=Path),
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@local_option
@content_option
def verify(first: Path, second: Path, out: Path | None, force: bool, local: Path | None, content: Path) -> ExitCode:
    """Compare two typings of the same paper returns.

    FIRST and SECOND are entry sheets (.xlsx, .ods or .csv). Rows are matched by reference. If they differ, a decision
    sheet is written, in which the cells to decide are marked. When all are decided, tabulate that sheet.

    \b
    Example:
      pmdiag verify typed-by-ann.xlsx typed-by-bo.xlsx
    """
    from pmdiag_build.kept_tool import tool_of
    from pmdiag_build.output.atomic import check_free, write_file
    from pmdiag_build.returns.double_entry import compare
    from pmdiag_build.returns.entry_sheet import decision_workbook
    from pmdiag_build.returns.find_files import File

    target = out or first.with_name(f"{first.stem}-to-decide.xlsx")
    if target.suffix.lower() != ".xlsx":
        what = "The decision sheet must be a workbook"
        raise UsageWrong.one(str(target), Fault(what, "Give it a name that ends in .xlsx"))
    if target.exists() and any(target.samefile(typed) for typed in (first, second)):
        what = "This is one of the two typings"
        raise UsageWrong.one(str(target), Fault(what, "Give the decision sheet another name"))
    tool = tool_of(content, local)
    found = compare(File(first.name, first), File(second.name, second), tool)
    if found.to_decide:
        check_free(target, force=force)
    report(found.problems)
    if found.to_decide:
        write_file(target, decision_workbook(tool, found.rows, found.differences, found.stamp))
    say(f"Compared: {counted(found.compared, 'return')}, {counted(found.cells, 'cell')}")
    if found.to_decide:
        say(f"Where: {target}. Decide the marked cells, then tabulate this file.")
        differ, single = len(found.differences), len(found.unmatched)
        things = f"{counted(differ, 'differing cell')}, {counted(single, 'unmatched row')}"
        say(f"Needs a look: {things}, named above")
    else:
        say(f"Needs a look: {'the problems named above' if found.problems else 'nothing; both typings are the same'}")
    return ExitCode.NEEDS_A_LOOK if found.problems else ExitCode.CLEAN


@click.command()
@out_option("DIR", "The folder to write the returns to.", type=FOLDER, default=Path("demo-returns"), show_default=True)
def demo(out: Path) -> ExitCode:
    """Make the returns of an invented round: forty responses as filled packs, an entry sheet and saved answers.

    \b
    Example:
      pmdiag demo -o returns
      pmdiag tabulate returns -o results
    """
    from pmdiag_build.demo import demo_folder

    made = demo_folder(out, on_wait=lambda: say_waiting(out))
    if made.no_pdfs:
        report(made.no_pdfs)
        say("Packs can't be filled here, so the PDFs are made as response records instead")
    say(f"Made: the returns of an invented round, {counted(made.files, 'file')}")
    say(f"Where: {out}")
    say(f"Next: pmdiag tabulate {out} -o results")
    return ExitCode.CLEAN
