"""`pmdiag entry-sheet`: an empty sheet to type paper returns into."""

from __future__ import annotations

from pathlib import Path

import click

from pmdiag_build.commands.options import content_option, local_option, out_option
from pmdiag_build.problems import ExitCode, Fault, UsageWrong
from pmdiag_build.terminal import say


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
