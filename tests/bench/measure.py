"""Run processes and measure their time and peak memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_PR_SET_CHILD_SUBREAPER = 36
# Linux counts in KiB, macOS in bytes.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: seconds by the clock, and the peak in bytes of it or of its largest child."""

    seconds: float
    peak: int
    stdout: str


class BenchFailed(Exception):
    """A measured command failed, so its figures would mean nothing."""


def run(*command: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Run:
    """Run `command` to its end. Raises BenchFailed with its output if the exit code is not 0."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        # wait4 and not getrusage: the peak of this child and its children, not of all that ever ran.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = max(usage.ru_maxrss, _peak_of_orphans())
        out.seek(0)
        printed = out.read().decode(errors="replace")
    if process.returncode:
        raise BenchFailed(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{printed}")
    return Run(seconds, peak * _RSS_UNIT, printed)


def adopt_orphans() -> None:
    """Become the parent of processes that outlive a measured one: the server of workers ends after it.

    Their memory would be missed otherwise. Only Linux can; elsewhere the peak is that of processes waited for.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _peak_of_orphans() -> int:
    peak = 0
    with contextlib.suppress(ChildProcessError):
        while True:
            peak = max(peak, os.wait4(-1, 0)[2].ru_maxrss)
    return peak


def side_by_side(times: int, *contestants: Callable[[], Run]) -> tuple[list[Run], ...]:
    """Run each contestant `times` times in turns, so that a busy moment of the machine affects all of them."""
    rounds = [[contestant() for contestant in contestants] for _ in range(times)]
    return tuple(list(runs) for runs in zip(*rounds, strict=True))


def seconds(runs: Sequence[Run]) -> float:
    """The median time."""
    return median(run.seconds for run in runs)


def peak_mib(runs: Sequence[Run]) -> float:
    """The highest peak."""
    return max(run.peak for run in runs) / 2**20
