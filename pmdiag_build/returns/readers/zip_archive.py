"""ZIPs → the files in them.

Nothing is unpacked onto the disk, so paths in a ZIP are harmless.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from pmdiag_build.output.manifest import MANIFEST, manifest_of
from pmdiag_build.problems import Fault
from pmdiag_build.returns import limits
from pmdiag_build.returns.find_files import RESULTS_MADE_BY, TOO_MANY, Ignored, Member, Members, Room, free_name
from pmdiag_build.returns.raw import ASK_AGAIN, TooBig
from pmdiag_build.returns.readers.xml import UNPACKING_FAILED

_UNPACK = "Unpack it and put the returns in it here"
TOO_DEEP = Fault("This ZIP is in a ZIP in a ZIP", _UNPACK)
DAMAGED = Fault("The ZIP is damaged or incomplete", ASK_AGAIN)
EMPTY = Fault("The ZIP is empty", ASK_AGAIN)
LOCKED = Fault(
    "This file is in a ZIP that is protected with a password", "Unpack the ZIP with its password and put the files here"
)
MEMBER_DAMAGED = Fault("This file is damaged inside the ZIP", "Ask for the ZIP again")
UNKNOWN_METHOD = Fault(
    "This file is compressed in a way that can't be read here",
    "Unpack the ZIP and put the files here",
    several="These files are compressed in a way that can't be read here: {places}",
)
TOO_LONG = Fault("The ZIP's list of files is longer than {size} MB", _UNPACK)

_ZSTANDARD = 93
_ENCRYPTED = 1
_LONGEST_LIST = 1 << 20
"""Bytes of a folder's list of its files."""

_WORKBOOK = re.compile(r"(.*/)?workbook\d*\.xml")
"""Exporters put it elsewhere, or number it."""

_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"


def zip_of(data: bytes) -> zipfile.ZipFile:
    """A ZIP with all the files that it says it contains. Raises BadZipFile, ValueError and more where some are missing.

    One damaged byte in the directory is enough for `zipfile` to skip the entries behind it without a word.
    """
    archive = _opened(data)
    if len(archive.infolist()) != _stated(data, _ENTRIES):
        archive.close()
        raise zipfile.BadZipFile("its directory lacks some of its files")
    return archive


def _opened(data: bytes) -> zipfile.ZipFile:
    if _stated(data, _SIZE) > limits.DIRECTORY_BYTES:
        raise TooBig(f"its list of files is longer than {limits.DIRECTORY_BYTES >> 20} MB")
    return _Zip(io.BytesIO(data))


class _Zip(zipfile.ZipFile):
    """Knows the same methods of compression wherever it runs: from version 3.14 on Python has one more."""

    def open(self, name: str | zipfile.ZipInfo, *args: Any, **more: Any) -> IO[bytes]:
        entry = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if entry.compress_type == _ZSTANDARD and not entry.flag_bits & _ENCRYPTED:
            raise NotImplementedError
        return super().open(name, *args, **more)


_ENTRIES = (10, 2, 32)
_SIZE = (12, 4, 40)
"""Of a ZIP's directory: where its end states it, in how many bytes, and where the longer end of a ZIP64 does."""


def _stated(data: bytes, field: tuple[int, int, int]) -> int:
    """What the end of a ZIP states of its directory; a ZIP64 has a longer end in front of the usual one."""
    at, length, at_longer = field
    end = data.rfind(_END)
    if end < 0:
        return 0
    stated = data[end + at : end + at + length]
    # A field full of ones says that the longer end has the number.
    longer = data.rfind(_END_64, 0, end) if stated == b"\xff" * length else -1
    return int.from_bytes(stated if longer < 0 else data[longer + at_longer : longer + at_longer + 8], "little")


_PARTS = (("xl/workbook.bin", "xlsb"), ("xl/", "xlsx"), ("word/", "docx"), ("ppt/", "slides"), ("visio/", "office"))
_MIMETYPES = (
    (b"opendocument.spreadsheet", "ods"),
    (b"opendocument.presentation", "slides"),
    (b"opendocument.", "odt"),
    (b"epub", "book"),
)


def kind_of_zip(data: bytes) -> str:
    """The kind of office file, or `zip`. Parts are compared as programs do: in any case, with slashes of any kind."""
    try:
        with _opened(data) as archive:
            names = archive.namelist()
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (KeyError, ValueError, TooBig, *UNPACKING_FAILED):
        return "zip"
    for word, kind in _MIMETYPES:
        if word in mimetype:
            return kind
    return _kind_of_parts([name.replace("\\", "/").lstrip("/").lower() for name in names])


def _kind_of_parts(names: list[str]) -> str:
    if "[content_types].xml" in names:
        for start, kind in _PARTS:
            if any(name.startswith(start) for name in names):
                return kind
        if any(map(_WORKBOOK.fullmatch, names)):
            return "xlsx"
        return "print" if any(name.endswith(".fdseq") for name in names) else "office"
    if "index.zip" in names:
        return "iwork"
    if "index/document.iwa" in names:
        return "numbers" if any("/tables/" in name or "calculation" in name for name in names) else "pages"
    return "zip"


def members(name: str, data: bytes, depth: int, room: Room) -> Members:
    """The files in a ZIP called `name`. Takes what it unpacks out of `room`."""
    if depth > limits.NESTED_FILES:
        yield TOO_DEEP.at(name)
        return
    try:
        archive = zip_of(data)
    except TooBig:
        yield TOO_LONG.at(name, size=str(limits.DIRECTORY_BYTES >> 20))
        return
    except (ValueError, *UNPACKING_FAILED):
        yield DAMAGED.at(name)
        return
    with archive:
        # Some programs of Windows write "\\" for "/". Folders are not told by `is_dir`, which fails on empty names.
        entries = [(entry.filename.replace("\\", "/"), entry) for entry in archive.infolist()]
        entries = [(path, entry) for path, entry in entries if entry.file_size or not path.endswith("/")]
        if not entries:
            yield EMPTY.at(name)
        if room.too_many(len(entries)):
            yield TOO_MANY.at(name, kind="ZIP")
            return
        # Results repeat returns: a ZIP of them among the returns is ignored as their folder is.
        results = {folder: f"{name}/{folder}".rstrip("/") for folder in _results_in(archive, entries)}
        yield from map(Ignored, [name] if "" in results else results.values())
        entries = [(path, entry) for path, entry in entries if not path.startswith(tuple(results))]
        taken: dict[str, int] = {}
        for path, entry in sorted(entries, key=lambda pair: pair[0]):
            yield _member(archive, entry, free_name(f"{name}/{path}", taken), room)


def _results_in(archive: zipfile.ZipFile, entries: Sequence[tuple[str, zipfile.ZipInfo]]) -> Iterator[str]:
    """The folders of results in a ZIP, by their lists of files; `""` where all of it is results.

    Where a page made the ZIP, its comment is the list.
    """
    lists = [("", archive.comment)]
    for path, entry in entries:
        folder, _, last = path.rpartition("/")
        if last == MANIFEST and entry.file_size < _LONGEST_LIST:
            with contextlib.suppress(ValueError, *UNPACKING_FAILED), archive.open(entry) as source:
                lists.append((f"{folder}/" if folder else "", source.read(_LONGEST_LIST)))
    for folder, content in lists:
        manifest = manifest_of(content)
        if manifest is not None and manifest.made_by == RESULTS_MADE_BY:
            yield folder


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, room: Room) -> Member:
    if entry.flag_bits & _ENCRYPTED:
        return LOCKED.at(name)
    try:
        with archive.open(entry) as source:
            # The sizes that the ZIP states may be wrong.
            data = source.read(min(room.size, limits.UNPACKED_BYTES) + 1)
    except NotImplementedError:
        return UNKNOWN_METHOD.at(name)
    except (ValueError, *UNPACKING_FAILED):
        return MEMBER_DAMAGED.at(name)
    return room.take(name, data, "ZIP")
