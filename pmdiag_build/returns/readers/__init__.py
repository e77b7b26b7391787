"""One reader for each format: bytes → raw records.

A new format is one module and one line in READERS.

The reader is chosen by what a file is, and no other is tried when it fails: that would hide the real reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from pmdiag_build.ignored_files import Among, is_ignored
from pmdiag_build.problems import Fault, Problem
from pmdiag_build.returns.raw import Reading, set_aside
from pmdiag_build.returns.readers import kinds, zip_archive

READERS: Mapping[str, str] = {
    "pdf": "pmdiag_build.returns.readers.pdf",
    "fdf": "pmdiag_build.returns.readers.fdf",
    "xfdf": "pmdiag_build.returns.readers.xfdf",
    "json": "pmdiag_build.returns.readers.json_record",
    "xlsx": "pmdiag_build.returns.readers.xlsx",
    "ods": "pmdiag_build.returns.readers.ods",
    "csv": "pmdiag_build.returns.readers.csv_table",
}
"""Kind of file → the module whose `read(name, bytes)` makes its Reading; imported with the first such file."""

_FROM_DISK = ("pdf",)
"""Kinds whose `read` also takes the path of the file, since its library reads files faster than bytes."""


def readings(name: str, data: bytes, path: Path | None = None) -> Iterator[tuple[str, bytes, Reading]]:
    """(name, bytes, reading) of a file, or of each file in it if it is a ZIP. `path`: where it is on disk, if it is."""
    yield from _readings(name, data, path, 0, zip_archive.Room())


def _readings(
    name: str, data: bytes, path: Path | None, depth: int, room: zip_archive.Room
) -> Iterator[tuple[str, bytes, Reading]]:
    try:
        kind = kinds.kind_of(data)
        if kind == "zip":
            yield from _unpacked(name, data, depth + 1, room)
        elif kind in READERS:
            yield name, data, _read(kind, name, data, path)
        else:
            yield name, data, set_aside(name, kinds.REFUSED[kind])
    except Exception as error:  # noqa: BLE001 - one file that breaks its reader must not stop the others
        yield name, data, Reading(set_aside=[unforeseen(name, error)])


UNFORESEEN = Fault("This file can't be read ({error})", "Open it, save it again and put that file here")


def unforeseen(name: str, error: Exception) -> Problem:
    """The problem of a file that no reader was prepared for."""
    return UNFORESEEN.at(name, error=f"{type(error).__name__}: {error}")


def _unpacked(name: str, data: bytes, depth: int, room: zip_archive.Room) -> Iterator[tuple[str, bytes, Reading]]:
    for member in zip_archive.members(name, data, depth, room):
        if isinstance(member, Problem):
            yield member.place.file, b"", Reading(set_aside=[member])
        elif is_ignored(member[0], Among.RETURNS):
            yield member[0], b"", Reading(ignored=[member[0]])
        else:
            yield from _readings(*member, None, depth, room)


def _read(kind: str, name: str, data: bytes, path: Path | None) -> Reading:
    read: Callable[..., Reading] = import_module(READERS[kind]).read
    return read(name, data, path) if kind in _FROM_DISK else read(name, data)
