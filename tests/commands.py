"""`pmdiag` as a person runs it: a process of its own, or inside this one where time matters."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.cli import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind: its exit code and what it printed."""

    code: int
    stdout: str
    stderr: str


def run_pmdiag(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 300
) -> Outcome:
    """`python -m pmdiag_build ARGUMENTS` in `cwd`; `env` is added to this process's environment.

    Where `cwd` holds a whole project (the fixture `small_project`), that project's code and content are run.
    """
    done = subprocess.run(
        (sys.executable, "-m", "pmdiag_build", *map(str, arguments)),
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def call_pmdiag(*arguments: str | Path) -> Outcome:
    """The same in this process, with this checkout's content: quick, and errors can be debugged."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run([str(argument) for argument in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())
