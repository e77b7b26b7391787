"""The list of what we wrote into a folder, kept in the folder; and which files in it are not ours.

A folder that is handed over, such as the site, has a list of its own for whoever hosts it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pmdiag_build import __version__
from pmdiag_build.problems import EnvironmentFailed, ExitCode, Fault, Location, PmdiagError, Problem, UsageWrong
from pmdiag_build.resources import Among, is_ignored

MANIFEST = ".pmdiag.json"
_FORMAT = "pmdiag-output"
_VERSION = 1

_LARGE = 1 << 22
"""Bytes of a file from which a second thread takes less time than it costs."""

_OPEN_MARKS = ((".~lock.", "#"), ("~$", ""))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `made_by` wrote: path in the folder (with `/`) → SHA-256 in hexadecimal digits.

    `facts`: JSON values that the maker stores for its next run.
    """

    made_by: str
    files: Mapping[str, str]
    facts: Mapping[str, object] = field(default_factory=dict)

    def dump(self) -> bytes:
        data = {
            "format": _FORMAT,
            "version": _VERSION,
            "made_by": self.made_by,
            "facts": self.facts,
            "files": dict(sorted(self.files.items())),
        }
        return (json.dumps(data, indent=1, ensure_ascii=True) + "\n").encode()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder, or None if it has none that we can trust."""
    path = folder / MANIFEST
    try:
        return None if path.is_symlink() else manifest_of(path.read_bytes())
    except OSError:
        return None


def manifest_of(content: bytes) -> Manifest | None:
    """The manifest that the bytes of its file are, or None if they are none that we can trust."""
    try:
        data = json.loads(content)
        if data["format"] != _FORMAT or data["version"] != _VERSION:
            return None
        files = {str(k): str(v) for k, v in data["files"].items()}
        return Manifest(str(data["made_by"]), files, dict(data["facts"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def hash_of(content: bytes) -> str:
    """The SHA-256 that a manifest records."""
    return hashlib.sha256(content).hexdigest()


def file_hash(path: Path | str) -> str:
    """The SHA-256 of a file."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def walk(
    folder: Path | str, below: str = "", shut: dict[str, OSError] | None = None
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder except plain folders, as (path with `/`, entry), in order; links are not followed.

    A folder in it that can't be read is an error, or is added to `shut` and passed over.
    """
    # Without recursion, for folders may be nested a thousand deep.
    waiting = _last_first(folder, below)
    while waiting:
        path, entry = waiting.pop()
        if not entry.is_dir(follow_symlinks=False):
            yield path, entry
            continue
        try:
            waiting += _last_first(entry.path, f"{path}/")
        except OSError as error:
            if shut is None:
                raise
            shut[path] = error


def _last_first(folder: Path | str, below: str) -> list[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        return [(f"{below}{e.name}", e) for e in sorted(entries, key=lambda e: e.name, reverse=True)]


def is_empty(folder: Path) -> bool:
    """Whether the folder contains nothing but ignored files."""
    return all(is_ignored(entry.name, Among.OUTPUT) for _, entry in walk(folder))


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether the folder contains exactly the files of its manifest, each as it was written."""
    found = {
        path: entry for path, entry in walk(folder) if not is_ignored(entry.name, Among.OUTPUT) and path != MANIFEST
    }
    return found.keys() == manifest.files.keys() and _are_as_written(found, manifest.files)


def _are_as_written(found: Mapping[str, os.DirEntry[str]], recorded: Mapping[str, str]) -> bool:
    """Looks with two threads if there is a large file: the desk in one is half of a build."""
    sizes = {path: entry.stat(follow_symlinks=False).st_size for path, entry in found.items()}
    left = sorted(found, key=lambda path: sizes[path])
    wrong: list[str] = []
    unread: list[OSError] = []

    def look() -> None:
        # Each takes the largest that is left; IndexError: the other took the last.
        with contextlib.suppress(IndexError):
            while not wrong and not unread:
                path = left.pop()
                try:
                    wrong.extend([] if _is_as_written(found[path], recorded[path]) else [path])
                except OSError as error:
                    unread.append(error)

    others = [threading.Thread(target=look, daemon=True)] if max(sizes.values(), default=0) > _LARGE else []
    for other in others:
        other.start()
    look()
    for other in others:
        other.join()
    if unread:
        raise unread[0]
    return not wrong


@dataclass(slots=True)
class Strangers:
    """What in a folder would be lost with it: files that are not ours or were changed, and files that are open."""

    lost: list[Problem] = field(default_factory=list)
    opened: list[Problem] = field(default_factory=list)

    def refuse(self) -> None:
        """Raises UsageWrong for what would be lost, else EnvironmentFailed for what is open."""
        if self.lost:
            raise UsageWrong([*self.lost, *self.opened])
        if self.opened:
            raise EnvironmentFailed(self.opened)


def strangers(folder: Path, manifest: Manifest, shown: Path) -> Strangers:
    """What in a folder would be lost with it.

    `shown` is the folder as the person knows it. A file of ours that is missing is no loss.
    """
    found = Strangers()
    for path, entry in walk(folder):
        if is_ignored(entry.name, Among.OUTPUT) or path == MANIFEST:
            continue
        place = Location(str(shown / path))
        recorded = manifest.files.get(path)
        if recorded is None and (mark := _open_in_a_program(entry.name)):
            place = Location(str((shown / path).with_name(mark)))
            fix = f"Close it and try again; delete “{entry.name}” if it is not open"
            found.opened.append(Problem(place, Fault("The file is open in another program", fix)))
        elif recorded is None:
            what = "pmdiag did not write this and would delete it"
            found.lost.append(Problem(place, Fault(what, "Move it to another folder")))
        elif not _is_as_written(entry, recorded):
            fix = "Move it to another folder and try again"
            found.lost.append(Problem(place, Fault("The file was changed after pmdiag wrote it", fix)))
    return found


def _is_as_written(entry: os.DirEntry[str], recorded: str) -> bool:
    return entry.is_file(follow_symlinks=False) and file_hash(entry.path) == recorded


def _open_in_a_program(name: str) -> str:
    """The name of the file that LibreOffice (`.~lock.NAME#`) or Office (`~$NAME`) marks as open, or nothing."""
    for before, after in _OPEN_MARKS:
        if name.startswith(before) and name.endswith(after):
            return name[len(before) : len(name) - len(after)]
    return ""


# ---- the list of its files in a folder that is handed over, and the comparison of a folder with that list

HANDED_OVER = "manifest.json"
_LARGEST = 10_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")

_NONE = Fault(
    "There is no manifest.json in this folder, so it is not a site that pmdiag made, or not all of it",
    "Name the folder that has index.html and manifest.json in it",
)
_DAMAGED = Fault(
    "This is not as pmdiag wrote it, so the site can't be compared with it",
    "Copy it again from where you got the site",
)
_CHANGED = Fault("The file was changed after pmdiag made it", "Copy it again from where you got the site")
_MISSING = Fault("The file is missing", "Copy it from where you got the site")
_ADDED = Fault("pmdiag did not make this", "Remove it from the folder")
_UNREADABLE = Fault("The file can't be read ({reason})", "Give yourself the right to read it")
_SHUT = Fault("The folder can't be read ({reason})", "Give yourself the right to read it")
_OTHER_VERSION = Fault(
    "pmdiag {theirs} wrote this, and pmdiag {ours} can't read it", "Compare the site with pmdiag {theirs}"
)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Which version of pmdiag made a folder, the edition and the fingerprint of its wording, and the SHA-256 of every
    other file by its path in the folder (with `/`)."""

    version: str
    edition: str
    fingerprint: str
    files: Mapping[str, str]

    def dump(self) -> bytes:
        """The bytes of its file."""
        facts = {name: getattr(self, name) for name in ("version", "edition", "fingerprint")}
        return (json.dumps({**facts, "files": dict(sorted(self.files.items()))}, indent=1) + "\n").encode()

    @classmethod
    def parse(cls, place: str, content: bytes) -> Self:
        """What the bytes of its file, named `place`, say. Its paths lead nowhere but into the folder.

        Raises Damaged.
        """
        try:
            data = json.loads(content)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise Damaged.one(place, _DAMAGED)
        facts: dict[str, Any] = {name: data.get(name) for name in ("version", "edition", "fingerprint", "files")}
        *texts, files = facts.values()
        if all(isinstance(text, str) for text in texts) and _lists_files(files):
            return cls(**facts)
        theirs = facts["version"]
        if isinstance(theirs, str) and theirs != __version__:
            raise Damaged([_OTHER_VERSION.at(place, theirs=theirs, ours=__version__)])
        raise Damaged.one(place, _DAMAGED)


class Damaged(PmdiagError):
    """A list that was handed over can't be read, so there is nothing to compare with."""

    exit_code = ExitCode.NEEDS_A_LOOK


def _lists_files(files: object) -> bool:
    return isinstance(files, dict) and all(
        isinstance(digest, str) and _SHA256.fullmatch(digest) and _is_inside(path) for path, digest in files.items()
    )


def _is_inside(path: str) -> bool:
    """Whether a path is that of a file in the folder, and not of the list itself."""
    return path != HANDED_OVER and "\\" not in path and {"", ".", ".."}.isdisjoint(path.split("/"))


def compare(folder: Path) -> tuple[HandedOver, str, list[Problem]]:
    """Compare a folder with the list in it: the list, its own SHA-256, and every file that differs from it.

    Links are not followed, and nothing outside the folder is read. Raises UsageWrong if there is no list, and Damaged.
    """
    listed = folder / HANDED_OVER
    if not os.path.lexists(listed):
        raise UsageWrong.one(str(folder), _NONE)
    if listed.is_symlink() or not listed.is_file() or listed.stat().st_size > _LARGEST:
        raise Damaged.one(str(listed), _DAMAGED)
    try:
        content = listed.read_bytes()
    except OSError as error:
        raise Damaged([_UNREADABLE.at(str(listed), reason=_reason(error))]) from error
    handed = HandedOver.parse(str(listed), content)
    found: list[Problem] = []
    shut: dict[str, OSError] = {}
    left = dict(handed.files)
    for path, entry in walk(folder, shut=shut):
        place = Location(str(folder / path))
        recorded = left.pop(path, None)
        if recorded is not None:
            found += _compared(entry, recorded, place)
        elif path != HANDED_OVER and not is_ignored(entry.name, Among.OUTPUT):
            found.append(_ADDED.at(place))
    found += [_SHUT.at(str(folder / path), reason=_reason(error)) for path, error in shut.items()]
    inside = tuple(f"{path}/" for path in shut)
    found += [_MISSING.at(str(folder / path)) for path in left if not path.startswith(inside)]
    return handed, hash_of(content), sorted(found, key=lambda problem: problem.place)


def _compared(entry: os.DirEntry[str], recorded: str, place: Location) -> Iterator[Problem]:
    try:
        if not _is_as_written(entry, recorded):
            yield _CHANGED.at(place)
    except OSError as error:
        yield _UNREADABLE.at(place, reason=_reason(error))


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
