"""One reader for each format: bytes → raw records.

A new format is one module and one line in READERS.

The reader is chosen by what a file is, and no other is tried when it fails: that would hide the real reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from pmdiag_build.problems import Fault, Problem
from pmdiag_build.resources import Among, is_ignored
from pmdiag_build.returns.raw import Ignored, Members, Reading, Room, TooBig, set_aside
from pmdiag_build.returns.readers import kinds

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

CONTAINERS: Mapping[str, str] = {
    "zip": "pmdiag_build.returns.readers.zip_archive",
    "mail": "pmdiag_build.returns.readers.mail",
    "msg": "pmdiag_build.returns.readers.outlook",
    "tnef": "pmdiag_build.returns.readers.outlook",
}
"""Kind of file → the module whose `members(name, bytes, depth, room)` gives the files in it."""

_FROM_DISK = ("pdf",)
"""Kinds whose `read` also takes the path of the file, since its library reads files faster than bytes."""


def readings(name: str, data: bytes, path: Path | None = None) -> Iterator[tuple[str, bytes, Reading]]:
    """(name, bytes, reading) of a file, or of each file in it if it is a ZIP or an e-mail.

    `path`: where it is on disk, if it is.
    """
    yield from _readings(name, data, path, (), Room())


def _readings(
    name: str, data: bytes, path: Path | None, within: tuple[str, ...], room: Room
) -> Iterator[tuple[str, bytes, Reading]]:
    """`within`: what kinds the files are that this one is in, from the outside."""
    try:
        kind = kinds.kind_of(data)
        if kind in CONTAINERS:
            yield from _contained(kind, name, data, (*within, kind), room)
        elif kind in READERS:
            yield name, data, _read(kind, name, data, path)
        else:
            yield name, data, set_aside(name, kinds.REFUSED[kind])
    except TooBig as error:
        yield name, data, set_aside(name, TOO_BIG, why=str(error))
    except Exception as error:  # noqa: BLE001 - one file that breaks its reader must not stop the others
        yield name, data, Reading(set_aside=[unforeseen(name, error)])


TOO_BIG = Fault("This is too big for a return: {why}", "Take it out of the folder")
UNFORESEEN = Fault("This file can't be read ({error})", "Open it, save it again and put that file here")


def unforeseen(name: str, error: Exception) -> Problem:
    """The problem of a file that no reader was prepared for."""
    said, kind = str(error), type(error).__name__
    # What a library says may contain the path of a folder, which is nobody's business.
    return UNFORESEEN.at(name, error=kind if not said or re.search(r"[/\\]", said) else f"{kind}: {said}")


def _contained(
    kind: str, name: str, data: bytes, within: tuple[str, ...], room: Room
) -> Iterator[tuple[str, bytes, Reading]]:
    members: Callable[..., Members] = import_module(CONTAINERS[kind]).members
    # ZIPs are counted apart: a ZIP may be attached to an e-mail in a chain of e-mails.
    depth = sum((one == "zip") == (kind == "zip") for one in within)
    for member in members(name, data, depth, room):
        if isinstance(member, Problem):
            yield member.place.file, b"", Reading(set_aside=[member])
        elif isinstance(member, Ignored) or is_ignored(member[0], Among.RETURNS):
            ignored = member.name if isinstance(member, Ignored) else member[0]
            yield ignored, b"", Reading(ignored=[ignored])
        else:
            yield from _readings(*member, None, within, room)


def _read(kind: str, name: str, data: bytes, path: Path | None) -> Reading:
    read: Callable[..., Reading] = import_module(READERS[kind]).read
    return read(name, data, path) if kind in _FROM_DISK else read(name, data)
