"""ZIPs → the files in them.

Nothing is unpacked onto the disk, so paths in a ZIP are harmless.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from pmdiag_build.problems import Fault, Problem
from pmdiag_build.returns.readers.xml import UNPACKING_FAILED

MOST_FILES = 5000
MOST_BYTES = 64 << 20
"""Of one file in a ZIP, unpacked."""

MOST_TOGETHER = 1 << 30
"""Of all files in a ZIP and in the ZIPs in it, unpacked."""

DEEPEST = 2
"""A ZIP in a ZIP is opened, a third one in it is not."""

_UNPACK = "Unpack it and put the returns in it here"
TOO_DEEP = Fault("This ZIP is in a ZIP in a ZIP", _UNPACK)
DAMAGED = Fault("The ZIP is damaged or incomplete", "Ask for it again")
EMPTY = Fault("The ZIP is empty", "Ask for it again")
TOO_MANY_FILES = Fault(f"The ZIP contains more than {MOST_FILES} files", _UNPACK)
TOO_MUCH = Fault(f"With this file the ZIP contains more than {MOST_TOGETHER >> 20} MB", _UNPACK)
LOCKED = Fault(
    "This file is in a ZIP that is protected with a password", "Unpack the ZIP with its password and put the files here"
)
MEMBER_DAMAGED = Fault("This file is damaged inside the ZIP", "Ask for the ZIP again")
UNKNOWN_METHOD = Fault(
    "This file is compressed in a way that can't be read here", "Unpack the ZIP and put the files here"
)
MEMBER_TOO_BIG = Fault(
    f"This file is too big to be a return (more than {MOST_BYTES >> 20} MB)", "Take it out of the ZIP"
)

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_SEE_LONGER_END = 0xFFFF


@dataclass(slots=True)
class Room:
    """What may still be unpacked of one file of the round; a ZIP and the ZIPs in it share it."""

    bytes: int = MOST_TOGETHER
    files: int = MOST_FILES


def zip_of(data: bytes) -> zipfile.ZipFile:
    """A ZIP with all the files that it says it contains. Raises BadZipFile, ValueError and more where some are missing.

    One damaged byte in the directory is enough for `zipfile` to skip the entries behind it without a word.
    """
    archive = zipfile.ZipFile(io.BytesIO(data))
    if len(archive.infolist()) != _entries_said(data):
        archive.close()
        raise zipfile.BadZipFile("its directory lacks some of its files")
    return archive


def _entries_said(data: bytes) -> int:
    """The number of entries that the end of a ZIP states; a ZIP64 has a longer end in front of the usual one."""
    end = data.rfind(_END)
    said = int.from_bytes(data[end + 10 : end + 12], "little")
    longer = data.rfind(_END_64, 0, end) if said == _SEE_LONGER_END else -1
    return said if longer < 0 else int.from_bytes(data[longer + 32 : longer + 40], "little")


def kind_of_zip(data: bytes) -> str:
    """`xlsx`, `ods`, another office format by its ending, or `zip`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = frozenset(archive.namelist())
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (KeyError, ValueError, *UNPACKING_FAILED):
        return "zip"
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        return "ods" if b"spreadsheet" in mimetype else "odt"
    if "[Content_Types].xml" in names:
        for part, kind in (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/document.xml", "docx")):
            if part in names:
                return kind
        return "office"
    return "pages" if "Index/Document.iwa" in names else "zip"


def members(name: str, data: bytes, depth: int, room: Room) -> Iterator[tuple[str, bytes] | Problem]:
    """The files in a ZIP called `name`, as (name within it, bytes), or a problem for each that can't be read.

    Takes what it unpacks out of `room`.
    """
    if depth > DEEPEST:
        yield TOO_DEEP.at(name)
        return
    try:
        archive = zip_of(data)
    except (ValueError, *UNPACKING_FAILED):
        yield DAMAGED.at(name)
        return
    with archive:
        # Not by `is_dir`, which fails on an entry without a name.
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        if not entries:
            yield EMPTY.at(name)
        room.files -= len(entries)
        if room.files < 0:
            yield TOO_MANY_FILES.at(name)
            return
        taken: dict[str, int] = {}
        for entry in sorted(entries, key=lambda entry: entry.filename):
            yield _member(archive, entry, free_name(f"{name}/{entry.filename}", taken), room)


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


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, room: Room) -> tuple[str, bytes] | Problem:
    if entry.flag_bits & 1:
        return LOCKED.at(name)
    try:
        with archive.open(entry) as source:
            # The sizes that the ZIP states may be wrong.
            data = source.read(min(room.bytes, MOST_BYTES) + 1)
    except NotImplementedError:
        return UNKNOWN_METHOD.at(name)
    except (ValueError, *UNPACKING_FAILED):
        return MEMBER_DAMAGED.at(name)
    left = room.bytes
    # What is too big took its time, too.
    room.bytes = max(left - len(data), 0)
    if len(data) > MOST_BYTES:
        return MEMBER_TOO_BIG.at(name)
    if len(data) > left:
        return TOO_MUCH.at(name)
    return name, data
