"""Which files are returns, and what to call them. Opens none of them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.returns.readers import is_litter


@dataclass(frozen=True, slots=True)
class File:
    """A file to read and its name in every message: its path from the folder that all that was asked for is in."""

    path: Path
    name: str


def files_in(paths: Sequence[Path], leave_out: Collection[Path]) -> tuple[list[File], list[str]]:
    """Every file in `paths`, once, in the order of their names; and the names of those the computer keeps for itself.

    A path that is not there is listed too, and so is a folder that can't be entered or is a link: reading it tells.
    Folders in `leave_out` are not entered.
    """
    base = _common(paths)
    left_out = frozenset(path.resolve() for path in leave_out)
    found = {path.absolute(): path for root in paths for path in _walk(root, left_out)}
    files = sorted((File(path, _name(whole, base)) for whole, path in found.items()), key=lambda file: file.name)
    litter = [file.name for file in files if is_litter(file.name)]
    return [file for file in files if not is_litter(file.name)], litter


def _walk(root: Path, left_out: frozenset[Path]) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    shut: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=lambda error: shut.append(Path(str(error.filename)))):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if (here / name).resolve() not in left_out)
        yield from (here / name for name in names)
        # They are not followed, for they may lead round in a circle, or to somebody else's files.
        yield from (here / name for name in folders if (here / name).is_symlink())
    yield from shut


def _common(paths: Sequence[Path]) -> Path | None:
    folders = [path.absolute() if path.is_dir() else path.absolute().parent for path in paths]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # different drives
        return None


def _name(whole: Path, base: Path | None) -> str:
    name = (whole.relative_to(base) if base is not None else whole).as_posix()
    # A name of bytes that are no text must not break the outputs that it is written into.
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
