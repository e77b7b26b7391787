"""`pmdiag serve`: the site in a browser on this computer, made again after every edit."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path

import click

from pmdiag_build.commands.options import content_option, inputs_of, local_option
from pmdiag_build.problems import ExitCode
from pmdiag_build.terminal import report, say


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 means any free port.")
@local_option
@content_option
def serve(port: int, local: Path | None, content: Path) -> ExitCode:
    """Show the site in a browser on this computer, and follow every edit.

    Edit files in content/ and layouts/ and save them: the page reloads by itself, and shows what is wrong with an edit.
    Only this computer can see it. Use pmdiag build to write the site.

    \b
    Example:
      pmdiag serve
      pmdiag serve --port 8080
      pmdiag serve --local our-version
    """
    from pmdiag_build.publish.preview import serve as run

    # Each edit leaves 8,000 objects behind, and this command runs all day.
    gc.set_threshold(50_000)
    try:
        run(inputs_of(content, local), port, report=report, on_ready=_say_ready, on_edit=_say_edit)
    except KeyboardInterrupt:
        say("Stopped.")
    return ExitCode.CLEAN


def _say_ready(address: str) -> None:
    say(f"The site is at {address} and follows every edit. Press Ctrl-C to stop.")


def _say_edit(names: Sequence[str], shown: bool) -> None:
    files = ", ".join(names)
    say(f"Updated after an edit of {files}" if shown else f"Not updated after an edit of {files}")
