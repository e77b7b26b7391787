"""Writing one file for a person: never over another one, never half of it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pmdiag_build.problems import Fault, UsageWrong


def check_free(path: Path, *, force: bool) -> None:
    """Raises UsageWrong if a file stands at `path` (unless `force`), or there is no folder for it."""
    if not path.parent.is_dir():
        raise UsageWrong.one(str(path), Fault("Its folder is not there", "Make the folder, or choose another"))
    if path.is_dir() or (path.exists() and not force):
        fix = "Choose another name with -o, or add --force to replace it"
        raise UsageWrong.one(str(path), Fault("There is such a file already, and it may hold somebody's work", fix))


def write_new(path: Path, content: bytes) -> None:
    """Writes `content` beside `path` and moves it there whole. Raises OSError, with nothing left behind."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
