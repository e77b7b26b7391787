"""What is printed while a command works: lines, problems, a bar on a terminal. Knows nothing of the work."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import click

from pmdiag_build.problems import Problem

_BAR = 30
# What would break a line, colour it or turn it; the name of a file or folder may hold any of these.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def prepare_streams() -> None:
    """Let any text be printed: a console that lacks a letter (cp1252) shows its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str = "") -> None:
    """Print one line on stdout. When its reader has gone (`| head`), the work goes on without a word."""
    _echo(_UNSEEN.sub(lambda match: ascii(match[0])[1:-1], line), sys.stdout)


def report(problems: Iterable[Problem]) -> None:
    """Print problems on stderr, one a line. Where they can't be printed, the exit code still tells."""
    try:
        for problem in problems:
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
    """How far a work of several steps has come: on a terminal a bar below the lines, elsewhere the lines alone."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._done = 0
        self._drawn = 0
        self._shown = sys.stdout is not None and sys.stdout.isatty()

    def __enter__(self) -> Bar:
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        self._wipe()

    def step(self, line: str) -> None:
        """Say that one thing is done."""
        self._done += 1
        self._wipe()
        say(line)
        self._draw()

    def _draw(self) -> None:
        if self._shown and self._done < self._steps:
            filled = round(_BAR * self._done / self._steps)
            text = f"[{'#' * filled}{'.' * (_BAR - filled)}] {self._done} of {self._steps}"
            self._drawn = len(text)
            _write(text)

    def _wipe(self) -> None:
        # With blanks and not with a control sequence: an old Windows console would print that as it stands.
        if self._drawn:
            _write(f"\r{' ' * self._drawn}\r")
            self._drawn = 0


def _write(text: str) -> None:
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        _to_nowhere(sys.stdout)


def size_in_words(size: int) -> str:
    """Bytes as a person reads them: `212 KB`, `1.4 MB`."""
    return f"{max(1, round(size / 1000))} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def say_look(things: int) -> None:
    """Print the last line of a command whose notices were printed before: how many want a person's look."""
    look = f"{counted(things, 'thing')}, named above" if things else "nothing"
    say(f"Needs a look: {look}")


def counted(number: int, one: str) -> str:
    """`1 page`, `2 pages`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
