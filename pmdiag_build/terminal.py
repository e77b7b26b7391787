"""What is printed while a command works: lines, problems, a bar on a terminal. Knows nothing of the work."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO

import click

from pmdiag_build.problems import Problem


def prepare_streams() -> None:
    """Let any text be printed: a console that lacks a letter (cp1252) shows its code instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str = "") -> None:
    """Print one line on stdout. When its reader has gone (`| head`), the work goes on without a word."""
    _echo(line, sys.stdout)


def report(problems: Iterable[Problem]) -> None:
    """Print problems on stderr, one a line."""
    for problem in problems:
        _echo(str(problem), sys.stderr)


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
        except (BrokenPipeError, ValueError):
            _to_nowhere(stream)


def _to_nowhere(stream: TextIO) -> None:
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
