"""Write files of a local version whole or not at all: they are a person's work. Knows nothing of what they say."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from pmdiag_build.problems import EnvironmentFailed, Fault

UNFINISHED = ".pmdiag-new"
"""The ending of what is being written beside its place. Hidden, so that nothing reads it."""


def write_files(files: Mapping[Path, str]) -> None:
    """Put each text into its file. Raises EnvironmentFailed at the last of them, and then every file is as it was."""
    beside: dict[Path, Path] = {}
    folders: list[Path] = []
    try:
        with named_failures(list(files)[-1]):
            for path, text in files.items():
                folders += _make_folders(path.parent)
                # A file that is a link stays one.
                real = Path(os.path.realpath(path))
                beside[real] = real.with_name(f".{real.name}{UNFINISHED}")
                write_down(beside[real], text)
                if real.exists():
                    shutil.copymode(real, beside[real])
            for real, new in beside.items():
                new.replace(real)
    except EnvironmentFailed:
        for new in beside.values():
            new.unlink(missing_ok=True)
        for folder in reversed(folders):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise


def write_down(path: Path, text: str) -> None:
    """Write a text and wait until the disk has it, so that a full one is found out now."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


@contextlib.contextmanager
def named_failures(path: Path) -> Iterator[None]:
    """Turn what the system refuses into a problem at `path`."""
    try:
        yield
    except OSError as error:
        what = f"It can't be written ({error.strerror}), and nothing was changed"
        raise EnvironmentFailed.one(str(path), Fault(what, "Check permissions and the free space")) from error


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and what is above it; gives those that were not there, the outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing
