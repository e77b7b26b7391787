"""Kills at random moments: what is there afterwards is the old output or the new one, and the next run clears up."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from pathlib import Path

from tests.torture.commands import Writing, aged, left_in, started, writings
from tests.torture.figures import LEFT, TORN, TRACEBACKS, Figures

_KILLS = 40


def run(figures: Figures, folder: Path, divisor: int, seed: int) -> None:
    """Kills each command at so many moments of its run."""
    chance = random.Random(seed)
    for writing in writings(folder):
        begun = time.perf_counter()
        _finish(writing, folder / "first", figures)
        whole_run = time.perf_counter() - begun
        for _ in range(max(_KILLS // divisor, 1)):
            _kill(writing, folder / "killed", whole_run * chance.random(), figures)


def _kill(writing: Writing, folder: Path, after: float, figures: Figures) -> None:
    folder.mkdir()
    out, tmp = folder / "out", folder / "tmp"
    writing.prepare(out)
    process = started(writing, out, tmp)
    # The moment is what is tried here, so it is waited for.
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    figures.tried[f"kills: {writing.name}"] += 1
    if not writing.whole(out) and not any("pmdiag-old" in name for name in left_in(folder)):
        figures.found(TORN, f"{writing.name}, killed after {after:.2f} s")
    aged(tmp, folder)
    _finish(writing, folder, figures, f", killed after {after:.2f} s")


def _finish(writing: Writing, folder: Path, figures: Figures, how: str = "") -> None:
    """Runs the command to its end, and looks for what is left."""
    out, tmp = folder / "out", folder / "tmp"
    if not folder.exists():
        folder.mkdir()
        writing.prepare(out)
    process = started(writing, out, tmp)
    _, said = process.communicate()
    # `local change` says that a text that was taken over before the kill is there already.
    there_already = bool(how) and process.returncode == 2 and "already" in said
    if "Traceback" in said or (process.returncode not in (0, 1) and not there_already):
        figures.found(TRACEBACKS, f"{writing.name}{how}: {process.returncode} {said[-400:]}")
    if not writing.whole(out):
        figures.found(TORN, f"{writing.name}, run to its end{how}")
    for name in left_in(folder, tmp):
        figures.found(LEFT, f"{writing.name}{how}: {name}")
    shutil.rmtree(folder)
