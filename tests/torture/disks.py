"""Full and read-only disks: small ones in memory where we may mount them, and a limit on the size of files."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.torture.commands import Writing, left_in, started, writings
from tests.torture.figures import LEFT, TORN, TRACEBACKS, UNNAMED, Figures

_DISKS = 12


def run(figures: Figures, folder: Path, divisor: int, seed: int) -> None:
    """Each command on disks of several sizes that fill up, and on one that can only be read."""
    chance = random.Random(seed)
    may_mount = sys.platform == "linux" and os.geteuid() == 0
    if not may_mount:
        print(
            "torture: no disks are mounted, since that needs root; files are limited in size instead", file=sys.stderr
        )
    for writing in writings(folder):
        for _ in range(max(_DISKS // divisor, 1)):
            if may_mount:
                with _disk(folder / "disk", chance.randrange(16, 1500)) as disk:
                    _try(writing, disk, folder / "tmp", f"a full disk: {writing.name}", figures)
            _limited(writing, folder / "limited", chance.randrange(1, 200_000), figures)
        if may_mount:
            with _disk(folder / "disk", 8000) as disk:
                writing.prepare(disk / "out")
                _mount("-o", "remount,ro", disk)
                _try(
                    writing,
                    disk,
                    folder / "tmp",
                    f"a disk that can only be read: {writing.name}",
                    figures,
                    prepared=True,
                )


@contextmanager
def _disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder)
    try:
        yield folder
    finally:
        subprocess.run(("umount", folder), check=True)


def _mount(*words: str | Path) -> None:
    subprocess.run(("mount", *words), check=True)


def _limited(writing: Writing, folder: Path, most: int, figures: Figures) -> None:
    import resource

    folder.mkdir()
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most, most))
    how = f"files of {most} bytes at most: {writing.name}"
    _try(writing, folder, folder.with_name("tmp"), how, figures, preexec_fn=limit)
    shutil.rmtree(folder)


def _try(
    writing: Writing, folder: Path, tmp: Path, how: str, figures: Figures, *, prepared: bool = False, **more: object
) -> None:
    out = folder / "out"
    try:
        if not prepared:
            writing.prepare(out)
    except OSError:
        return  # the disk is too small for what is there before
    process = started(writing, out, tmp, **more)
    _, said = process.communicate()
    figures.tried[f"disks: {writing.name}"] += 1
    if "Traceback" in said or process.returncode not in (0, 1, 4):
        figures.found(TRACEBACKS, f"{how}: {process.returncode} {said[-400:]}")
    elif process.returncode == 4 and not said.strip().splitlines()[-1].startswith(str(out)):
        figures.found(UNNAMED, f"{how}: {said[-300:]}")
    if not writing.whole(out):
        figures.found(TORN, how)
    for name in left_in(folder, tmp):
        figures.found(LEFT, f"{how}: {name}")
