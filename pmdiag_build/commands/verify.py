"""`pmdiag verify`: two typings of the same paper returns, compared cell by cell."""

from __future__ import annotations

from pathlib import Path

import click

from pmdiag_build.commands.options import FILE, content_option, local_option, out_option
from pmdiag_build.problems import ExitCode, Fault, UsageWrong, counted, together
from pmdiag_build.terminal import report, say


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

    target = out or first.with_name(f"{first.stem}-to-decide.xlsx")
    if target.suffix.lower() != ".xlsx":
        what = "The decision sheet must be a workbook"
        raise UsageWrong.one(str(target), Fault(what, "Give it a name that ends in .xlsx"))
    if target.exists() and any(target.samefile(typed) for typed in (first, second)):
        what = "This is one of the two typings"
        raise UsageWrong.one(str(target), Fault(what, "Give the decision sheet another name"))
    tool = tool_of(content, local)
    found = compare(first, second, tool)
    if found.to_decide:
        check_free(target, force=force)
    report(together(found.problems))
    if found.to_decide:
        write_file(target, decision_workbook(tool, found.rows, found.differences, found.stamp))
    say(f"Compared: {counted(found.compared, 'return')}, {counted(found.cells, 'cell')}")
    if found.to_decide:
        say(f"Where: {target}. Decide the marked cells, then tabulate this file.")
        differ, single = counted(len(found.differences), "differing cell"), counted(found.unmatched, "unmatched row")
        say(f"Needs a look: {differ}, {single}, named above")
    else:
        say(f"Needs a look: {'the problems named above' if found.problems else 'nothing; both typings are the same'}")
    return ExitCode.NEEDS_A_LOOK if found.problems else ExitCode.CLEAN
