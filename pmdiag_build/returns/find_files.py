"""Which files are returns, and what to call them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.ignored_files import Among, is_ignored
from pmdiag_build.output.manifest import read_manifest
from pmdiag_build.problems import Fault, UsageWrong
from pmdiag_build.returns.readers.contained import free_name

RESULTS_MADE_BY = "pmdiag tabulate"
"""Says in the list that a folder of results keeps of its files that they are results: they repeat returns."""

RESULTS = Fault("This is a folder of results, not of returns", "Name the folder of the returns")


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: its name in every message, and where it is, or its bytes."""

    name: str
    content: Path | bytes


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """Files to read, in the order of their names.

    `ignored`: the names of files that a computer made for itself, and of folders of results.
    """

    files: Sequence[File]
    ignored: Sequence[str] = ()


def files_of(contents: Iterable[tuple[str, bytes]]) -> FoundFiles:
    """The same for files that are at hand as (name, bytes); of two with one name, the second is renamed."""
    taken: dict[str, int] = {}
    return _sorted(File(free_name(name, taken), data) for name, data in contents)


def files_in(paths: Sequence[Path], leave_out: Collection[Path]) -> FoundFiles:
    """Every file in `paths`, once, named by its path from the folder that all of them are in.

    A path that is not there is listed too, and so is a folder that can't be entered or is a link: reading it
    reports why.
    Neither folders in `leave_out` nor other results are entered; raises UsageWrong where `paths` names one of them.
    """
    given, paths = paths, [_whole(path) for path in paths]
    base = _common(paths)
    left_out = frozenset(path.resolve() for path in leave_out)
    for shown, root in zip(given, paths, strict=True):
        if root.is_dir() and (root in left_out or _are_results(root)):
            raise UsageWrong.one(str(shown), RESULTS)
    results: list[Path] = []
    found = dict.fromkeys(path for root in paths for path in _walk(root, left_out, results))
    return _sorted((File(_name(path, base), path) for path in found), {_name(folder, base) for folder in results})


def _sorted(found: Iterable[File], results: Iterable[str] = ()) -> FoundFiles:
    files = sorted(found, key=lambda file: file.name)
    ignored = [file.name for file in files if is_ignored(file.name, Among.RETURNS)]
    return FoundFiles(
        [file for file in files if not is_ignored(file.name, Among.RETURNS)], [*ignored, *sorted(results)]
    )


def _whole(path: Path) -> Path:
    """The path from the root on, without `..` and links to folders, so that one file has one path however it is named.

    A file that is a link keeps its own name.
    """
    return path.resolve() if path.is_dir() or not path.name else path.parent.resolve() / path.name


def _are_results(folder: Path) -> bool:
    manifest = read_manifest(folder)
    return manifest is not None and manifest.made_by == RESULTS_MADE_BY


def _walk(root: Path, left_out: frozenset[Path], results: list[Path]) -> Iterator[Path]:
    """The files in and below a folder; folders of results are added to `results` and not entered."""
    if not root.is_dir():
        yield root
        return
    shut: list[Path] = []
    for folder, folders, names in os.walk(root, onerror=lambda error: shut.append(Path(str(error.filename)))):
        here = Path(folder)
        inner = sorted(name for name in folders if (here / name).resolve() not in left_out)
        earlier = [name for name in inner if _are_results(here / name)]
        results += [here / name for name in earlier]
        folders[:] = [name for name in inner if name not in earlier]
        yield from (here / name for name in names)
        # Links are not followed: they may lead in a circle, or to somebody else's files.
        yield from (here / name for name in folders if (here / name).is_symlink())
    yield from shut


def _common(paths: Sequence[Path]) -> Path | None:
    folders = [path if path.is_dir() else path.parent for path in paths]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # different drives
        return None


def _name(whole: Path, base: Path | None) -> str:
    name = (whole.relative_to(base) if base is not None else whole).as_posix()
    # A name that is not valid text must not break the outputs that it is written into.
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
