"""The commands, a module for those of each job: options, help, one call, what is printed, and the exit code.

Here are the options that several of them share, and what prints lines, problems and a progress bar. A command imports
the work only when it runs.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TextIO, TypeVar

import click

from pmdiag_build.problems import Problem, counted, together
from pmdiag_build.resources import CONTENT

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from pmdiag_build.publish import Inputs

_Command = TypeVar("_Command", bound=Callable[..., Any])

FOLDER = click.Path(file_okay=False, path_type=Path)
"""A folder that is made, or that is looked at by the work itself."""
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
THERE = click.Path(exists=True, file_okay=False, path_type=Path)


class _Out(click.Option):
    """Takes `--output` as well, which two commands had before all had `--out`. Help and messages name one."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        shown = self.opts
        self.opts = [*shown, "--output"]
        super().add_to_parser(parser, ctx)
        self.opts = shown


def out_option(metavar: str, about: str, **how: Any) -> Callable[[_Command], _Command]:
    """What to write, named in one way in all commands: `-o`, `--out`."""
    return click.option("-o", "--out", cls=_Out, metavar=metavar, help=about, **how)


content_option = click.option(
    "--content",
    type=THERE,
    default=CONTENT,
    metavar="DIR",
    help="A content folder other than the one that comes with pmdiag.",
)
local_option = click.option(
    "--local", type=THERE, metavar="DIR", help="The folder of your local version; see pmdiag local."
)
strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Treat notices as errors, such as links to missing pages and images without a description.",
)


def inputs_of(content: Path, local: Path | None) -> Inputs:
    """The inputs that the options name."""
    from pmdiag_build.publish import Inputs

    return Inputs.of(content, local)


# ---- what is printed

# Characters that would break, colour or reverse a line; names of files and folders may contain any of them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def prepare_streams() -> None:
    """Make every text printable: a console that lacks a letter (cp1252) shows its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str = "") -> None:
    """Print one line on stdout. If its reader has gone (`| head`), the work goes on silently."""
    _echo(_UNSEEN.sub(lambda match: ascii(match[0])[1:-1], line), sys.stdout)


def report(problems: Iterable[Problem]) -> None:
    """Print problems on stderr, a line for each kind. If they can't be printed, the exit code stays right."""
    try:
        for problem in together(problems):
            _echo(str(problem), sys.stderr)
    except OSError:
        _to_nowhere(sys.stderr)


def _echo(line: str, stream: TextIO | None) -> None:
    if stream is None:
        return
    try:
        click.echo(line, file=stream)
    except BrokenPipeError:
        _to_nowhere(stream)


def finish_quietly() -> None:
    """Flush both streams; one whose reader has gone must not fail again when Python ends."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            _to_nowhere(stream)


def _to_nowhere(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


class Bar:
    """How far a piece of work is: a line at the bottom of a terminal, nothing elsewhere. Shown from `show` on."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: ProgressBar[int] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.render_finish()

    def show(self, done: int, in_all: int) -> None:
        """Say that so many of all steps are done."""
        if sys.stderr is None or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=in_all, label=self._label, file=sys.stderr)
            self._bar.render_progress()
        self._bar.length = in_all
        self._bar.update(done - self._bar.pos)

    def say(self, line: str) -> None:
        """Print a line above the bar, which the next `show` draws again."""
        if self._bar is not None:
            import shutil  # here, for only terminals need it, and it is slow to import

            # With blanks and not with a control sequence, which an old Windows console would print.
            click.echo(f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r", nl=False, file=sys.stderr)
        say(line)


def say_waiting(folder: object) -> None:
    """Say that a command waits for another one that writes to the same folder."""
    say(f"Another run is writing to {folder}. Waiting for it to finish.")


def say_look(things: int) -> None:
    """Print the last line of a command: how many of the things printed before need a person's look."""
    look = f"{counted(things, 'thing')}, named above" if things else "nothing"
    say(f"Needs a look: {look}")
