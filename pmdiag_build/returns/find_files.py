"""Which files are returns, also those in other files; what each is called; its bytes, or why it can't be opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.output.manifest import read_manifest
from pmdiag_build.problems import Fault, Location, Problem, UsageWrong
from pmdiag_build.resources import Among, is_ignored
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TAKE_OUT
from pmdiag_build.text import writable

RESULTS_FOLDERS = ("share", "keep")
"""The folders in a folder of results."""

RESULTS_MADE_BY = "pmdiag tabulate"
"""The list of files in a folder of results says this, so that they are not read as returns, which they repeat."""

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
    """Files that are at hand as (name, bytes); of two with one name, the second is renamed."""
    taken: dict[str, int] = {}
    return _sorted(File(free_name(name, taken), data) for name, data in contents)


def files_in(paths: Sequence[Path], leave_out: Collection[Path]) -> FoundFiles:
    """Every file in `paths`, once, named by its path from the folder that all of them are in.

    A path that is not there is listed too, and so is a folder that can't be entered or is a link: reading it reports
    why. Folders in `leave_out` and other results are not entered, and files in `leave_out` are no returns. Raises
    UsageWrong where `paths` names one of these folders.
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
    files: list[File] = []
    ignored: list[str] = []
    for file in sorted(found, key=lambda file: file.name):
        if is_ignored(file.name, Among.RETURNS):
            ignored.append(file.name)
        else:
            files.append(file)
    return FoundFiles(files, [*ignored, *sorted(results)])


def _whole(path: Path) -> Path:
    """The path from the root on, without `..` and links to folders, so that one file has one path however it is named.

    A file that is a link keeps its own name.
    """
    return path.resolve() if path.is_dir() or not path.name else path.parent.resolve() / path.name


def _are_results(folder: Path) -> bool:
    whole = folder.parent if folder.name in RESULTS_FOLDERS else folder
    manifest = read_manifest(whole)
    return manifest is not None and manifest.made_by == RESULTS_MADE_BY


def _walk(root: Path, left_out: frozenset[Path], results: list[Path]) -> Iterator[Path]:
    """The files in and below a folder; folders of results are added to `results` and not entered."""
    if not root.is_dir():
        if root.resolve() not in left_out:
            yield root
        return
    shut: list[Path] = []
    left_out_names = {path.name for path in left_out}
    for folder, folders, names in os.walk(root, onerror=lambda error: shut.append(Path(str(error.filename)))):
        here = Path(folder)
        inner = sorted(name for name in folders if (here / name).resolve() not in left_out)
        earlier = [name for name in inner if _are_results(here / name)]
        results += [here / name for name in earlier]
        folders[:] = [name for name in inner if name not in earlier]
        # The name is compared first: looking where each of thousands of files really is takes seconds.
        yield from (
            here / name for name in names if name not in left_out_names or (here / name).resolve() not in left_out
        )
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
    return writable((whole.relative_to(base) if base is not None else whole).as_posix())


# ---- bytes of a file

_ASK_FOR_ACCESS = "Ask whoever put it there to let you read it"
NOT_A_FILE = Fault("This is a pipe or device, not a file", TAKE_OUT)
TOO_BIG_FILE = Fault("The file is too big to be a return ({size} MB)", TAKE_OUT)
NOT_FOUND = Fault("The file is not there any more", "Put it back")
OPEN_ELSEWHERE = Fault("The file is open in another program", "Close it there")
NOT_ALLOWED = Fault("You are not allowed to read this file", _ASK_FOR_ACCESS)
CANT_OPEN = Fault("The file can't be opened ({why})", "Copy it to this computer's own disk")
LINKED_FOLDER = Fault("This is a link to a folder, and links are not followed", "Give pmdiag the folder itself")
SHUT_FOLDER = Fault("The folder can't be opened, so nothing in it was read", _ASK_FOR_ACCESS)
ONLINE_ONLY = Fault(
    "This file is not on this computer but only in the cloud (OneDrive or iCloud)",
    "Open it once, so that it is downloaded",
)
_IN_USE = (32, 33)
"""Errors of Windows: another program has the file open, or a part of it."""

_ONLINE_ONLY = range(358, 405)
"""Errors of Windows: the provider of a cloud does not download the file. macOS says that it would wait for ever."""


def bytes_of(file: File) -> bytes | Problem:
    """The bytes of a file, or why it is not read: it can't be opened, is not a file, or is too big."""
    place, content = Location(file.name), file.content
    if isinstance(content, bytes):
        return too_big(file.name, len(content)) or content
    try:
        about = content.stat()
        if stat.S_ISDIR(about.st_mode):
            return (LINKED_FOLDER if content.is_symlink() else SHUT_FOLDER).at(place)
        if not stat.S_ISREG(about.st_mode):
            # A pipe or a device may never end.
            return NOT_A_FILE.at(place)
        return too_big(file.name, about.st_size) or content.read_bytes()
    except OSError as error:
        return _cant_open(place, error)


def _cant_open(place: Location, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return NOT_FOUND.at(place)
    if getattr(error, "winerror", None) in _IN_USE:
        return OPEN_ELSEWHERE.at(place)
    if getattr(error, "winerror", None) in _ONLINE_ONLY or error.errno == errno.EDEADLK:
        return ONLINE_ONLY.at(place)
    if isinstance(error, PermissionError):
        return NOT_ALLOWED.at(place)
    return CANT_OPEN.at(place, why=error.strerror or type(error).__name__)


def too_big(name: str, size: int) -> Problem | None:
    """Why a file of so many bytes is not read, if it is not."""
    return TOO_BIG_FILE.at(name, size=str(size >> 20)) if size > limits.BYTES else None


# ---- files in a file (ZIP, e-mail): what each is called, and how many may still be taken out

MEMBER_TOO_BIG = Fault(
    f"This file is too big to be a return (more than {limits.UNPACKED_BYTES >> 20} MB)", "Take it out of the {kind}"
)
TOO_MUCH = Fault(
    f"With this file the {{kind}} contains more than {limits.UNPACKED_TOGETHER >> 20} MB",
    "Take the returns out of the {kind} and put them here",
)
TOO_MANY = Fault(
    f"The {{kind}} contains more than {limits.FILES_IN_ONE} files",
    "Take the returns out of the {kind} and put them here",
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file inside another one that nobody sent as a return: a logo, a signature."""

    name: str


Member = tuple[str, bytes] | Ignored | Problem
"""A file inside another one, as (name with that of the outer file in front, bytes), or why it is not read."""

Members = Iterator[Member]


@dataclass(slots=True)
class Room:
    """How many bytes and files may still be taken out of one file of the round; what it contains shares them."""

    size: int = limits.UNPACKED_TOGETHER
    files: int = limits.FILES_IN_ONE

    def take(self, name: str, data: bytes, kind: str) -> Member:
        """A file that was taken out, unless it was too much. `kind`: what it was taken out of."""
        left = self.size
        # What is too big took its time, too.
        self.size = max(left - len(data), 0)
        if len(data) > limits.UNPACKED_BYTES:
            return MEMBER_TOO_BIG.at(name, kind=kind)
        return TOO_MUCH.at(name, kind=kind) if len(data) > left else (name, data)

    def too_many(self, files: int) -> bool:
        """Whether so many files more are too many; takes them in if they are not."""
        self.files -= files
        return self.files < 0


def free_name(name: str, taken: dict[str, int]) -> str:
    """The name, with a number if another file has it already: they are two files.

    `taken`: the names that were given, each with the number that was put behind it last.
    """
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name} ({taken[name]})"
    taken[free] = 1
    return free
