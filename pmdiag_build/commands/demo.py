"""`pmdiag demo`: a folder of returns to try `pmdiag tabulate` on."""

from __future__ import annotations

from pathlib import Path

import click

from pmdiag_build.commands.options import FOLDER, out_option
from pmdiag_build.problems import EnvironmentFailed, ExitCode, counted
from pmdiag_build.terminal import report, say, say_waiting

MADE_BY = "pmdiag demo"


@click.command()
@out_option("DIR", "The folder to write the returns to.", type=FOLDER, default=Path("demo-returns"), show_default=True)
def demo(out: Path) -> ExitCode:
    """Make the returns of an invented round: forty responses as filled packs, an entry sheet and saved answers.

    \b
    Example:
      pmdiag demo -o returns
      pmdiag tabulate returns -o results
    """
    from pmdiag_build.demo import Packs, demo_files
    from pmdiag_build.load import load_tool
    from pmdiag_build.output import OutputFolder
    from pmdiag_build.publish.inputs import Inputs
    from pmdiag_build.rendering.templates import environment

    tool = load_tool()
    folder = OutputFolder(out, MADE_BY)
    folder.refuse_overlap(Inputs().folders)
    with folder.alone(lambda: say_waiting(out)):
        old = folder.examine()
        try:
            files = demo_files(tool, Packs(tool, environment()).fill)
        except EnvironmentFailed as error:
            report(error.problems)
            say("Packs can't be filled here, so the PDFs are made as response records instead")
            files = demo_files(tool, None)
        folder.replace(files, {}, old)
    say(f"Made: the returns of an invented round, {counted(len(files), 'file')}")
    say(f"Where: {out}")
    say(f"Next: pmdiag tabulate {out} -o results")
    return ExitCode.CLEAN
