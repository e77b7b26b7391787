"""Run `pmdiag` as a person does, in a new process, or faster in this one."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.cli import run


@dataclass(frozen=True, slots=True)
class Outcome:
    """The exit code of a command and what it printed."""

    code: int
    stdout: str
    stderr: str


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """Keep an outcome for other processes, which call read_outcome."""
    (folder / "outcome.json").write_text(json.dumps([outcome.code, outcome.stdout, outcome.stderr]), encoding="utf-8")


def read_outcome(folder: Path) -> Outcome:
    return Outcome(*json.loads((folder / "outcome.json").read_text(encoding="utf-8")))


def run_pmdiag(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 300
) -> Outcome:
    """`python -m pmdiag_build ARGUMENTS` in `cwd`; `env` is added to this process's environment.

    If `cwd` is a whole project (the fixture `small_project`), its code and its content are used.
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
    """The same in this process, with the content of this checkout: quick, and easy to debug."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run([str(argument) for argument in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())
