"""The list of what we wrote into a folder, kept in the folder; and which files in it are not ours."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmdiag_build.problems import EnvironmentFailed, Fault, Location, Problem, UsageWrong
from pmdiag_build.resources import Among, is_ignored

MANIFEST = ".pmdiag.json"
_FORMAT = "pmdiag-output"
_VERSION = 1

_OPEN_MARKS = ((".~lock.", "#"), ("~$", ""))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `made_by` wrote: path in the folder (with `/`) → SHA-256 in hexadecimal digits.

    `facts`: JSON values that the maker stores for its next run.
    """

    made_by: str
    files: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)

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


def walk(folder: Path | str, below: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder except plain folders, as (path with `/`, entry), in order; links are not followed."""
    # Without recursion, for folders may be nested a thousand deep.
    waiting = _last_first(folder, below)
    while waiting:
        path, entry = waiting.pop()
        if entry.is_dir(follow_symlinks=False):
            waiting += _last_first(entry.path, f"{path}/")
        else:
            yield path, entry


def _last_first(folder: Path | str, below: str) -> list[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        return [(f"{below}{e.name}", e) for e in sorted(entries, key=lambda e: e.name, reverse=True)]


def is_empty(folder: Path) -> bool:
    """Whether the folder contains nothing but ignored files."""
    return all(is_ignored(entry.name, Among.OUTPUT) for _, entry in walk(folder))


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether the folder contains exactly the files of its manifest, each as it was written."""
    left = dict(manifest.files)
    for path, entry in walk(folder):
        if is_ignored(entry.name, Among.OUTPUT) or path == MANIFEST:
            continue
        if left.pop(path, None) is None or not _is_as_written(entry, manifest.files[path]):
            return False
    return not left


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
