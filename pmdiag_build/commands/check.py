"""`pmdiag check`: find everything that a build would report, and broken links, without writing anything."""

from __future__ import annotations

from pathlib import Path

import click

from pmdiag_build.commands.options import content_option, inputs_of, local_option, strict_option
from pmdiag_build.problems import ContentWrong, ExitCode, Problems, counted
from pmdiag_build.terminal import report, say, say_look


@click.command()
@strict_option
@local_option
@content_option
def check(strict: bool, local: Path | None, content: Path) -> ExitCode:
    """Check the content and all links, without writing anything.

    \b
    Example:
      pmdiag check
      pmdiag check --strict
      pmdiag check --local our-version
    """
    from pmdiag_build.publish.build import check as run

    notices = Problems()
    tool = run(inputs_of(content, local), notices)
    if strict and len(notices):
        raise ContentWrong(notices)
    report(notices)
    say(f"Checked: {tool.title}, edition {tool.edition}: {counted(len(tool.pages), 'page')}, {len(tool.packs)} packs")
    say_look(len(notices))
    return ExitCode.NEEDS_A_LOOK if len(notices) else ExitCode.CLEAN
