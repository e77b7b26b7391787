"""E-mails of Outlook (.msg, winmail.dat) → the files attached to them.

A .msg is a compound file ([MS-OXMSG]), whose folders and streams `olefile` reads. A winmail.dat is a row of
attributes ([MS-OXTNEF]), which no library reads that is still kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pmdiag_build.problems import Fault
from pmdiag_build.returns import limits
from pmdiag_build.returns.find_files import TOO_MANY, Ignored, Member, Members, Room, free_name
from pmdiag_build.returns.raw import ASK_AGAIN
from pmdiag_build.returns.readers.mail import CUT, DAMAGED, NO_ATTACHMENT, TOO_NESTED, is_logo
from pmdiag_build.text import writable

MESSAGE_DAMAGED = Fault("This is an e-mail from Outlook, but it is damaged or incomplete", ASK_AGAIN)
ONLY_A_LINK = Fault(
    "This attachment is a link to a file, not the file itself", "Open the link, save the file and put it here"
)

_LONG_NAME, _NAME, _SHOWN_NAME, _SUBJECT, _DATA, _CONTENT_ID = 0x3707, 0x3704, 0x3001, 0x0037, 0x3701, 0x3712
_BYTES, _UNICODE, _ANSI, _OBJECT = 0x0102, 0x001F, 0x001E, 0x000D
_METHOD, _BY_REFERENCE, _AS_MESSAGE = 0x37050003, (2, 3, 4, 7), 5


@dataclass(slots=True)
class _Found:
    """An attachment. `data` is None where it can't be had; `fault` says why."""

    name: str
    data: bytes | None
    shown_in_text: bool = False
    fault: Fault = DAMAGED


def members(name: str, data: bytes, depth: int, room: Room) -> Members:
    """The attachments of an e-mail called `name`; those in e-mails attached to it too."""
    if depth > limits.NESTED_MAILS:
        yield TOO_NESTED.at(name)
        return
    try:
        found = list(_tnef(data) if data.startswith(_TNEF) else _msg(data))
    except _FAILED:
        yield MESSAGE_DAMAGED.at(name)
        return
    if room.too_many(len(found)):
        yield TOO_MANY.at(name, kind="e-mail")
        return
    taken: dict[str, int] = {}
    sent = [_member(one, free_name(f"{name}/{_base(one.name)}", taken), room) for one in found]
    yield from sent
    if all(isinstance(member, Ignored) for member in sent):
        yield NO_ATTACHMENT.at(name)


def _member(found: _Found, name: str, room: Room) -> Member:
    if found.data is None:
        return found.fault.at(name)
    return Ignored(name) if found.shown_in_text and is_logo(found.data) else room.take(name, found.data, "e-mail")


def _base(name: str) -> str:
    name = name.replace("\0", "").replace("\\", "/").rpartition("/")[2].strip()
    return writable(name) or "attachment"


# ---- .msg


def _msg(data: bytes) -> Iterator[_Found]:
    # Imported here: few rounds have such a file.
    import olefile

    if len(data) > limits.UNPACKED_BYTES:
        raise ValueError
    with olefile.OleFileIO(data) as file:
        yield from _in_message(file, (), "", 0)


def _in_message(file: Any, folder: tuple[str, ...], prefix: str, depth: int) -> Iterator[_Found]:
    """The attachments of the message in a folder of the file; `prefix`: what is in front of their names."""
    if depth > limits.NESTED_MAILS:
        yield _Found(f"{prefix}e-mail", None, fault=TOO_NESTED)
        return
    here = len(folder)
    paths = {tuple(entry[: here + 1]) for entry in file.listdir(streams=True, storages=True) if len(entry) > here}
    attached = [path for path in paths if path[:here] == folder and path[here].startswith("__attach_version1.0_#")]
    for path in sorted(attached):
        yield from _attachment(file, path, prefix, depth)
    if len(attached) < _stated(file, folder):
        yield _Found(f"{prefix}attachment", None)


def _attachment(file: Any, path: tuple[str, ...], prefix: str, depth: int) -> Iterator[_Found]:
    name = prefix + (_text(file, path, _LONG_NAME) or _text(file, path, _NAME) or _text(file, path, _SHOWN_NAME))
    inner = (*path, f"__substg1.0_{_DATA:04X}{_OBJECT:04X}")
    content = (*path, f"__substg1.0_{_DATA:04X}{_BYTES:04X}")
    method = _property(file, path, _METHOD)
    if method == _AS_MESSAGE and file.exists(list(inner)):
        found = list(_in_message(file, inner, f"{_text(file, inner, _SUBJECT) or name or 'e-mail'}: ", depth + 1))
        yield from found
    elif file.exists(list(content)):
        yield _Found(name, _stream(file, content), bool(_text(file, path, _CONTENT_ID)))
    else:
        yield _Found(name, None, fault=ONLY_A_LINK if method in _BY_REFERENCE else DAMAGED)


def _stated(file: Any, folder: tuple[str, ...]) -> int:
    """How many attachments the message says that it has."""
    path = (*folder, "__properties_version1.0")
    data = (_stream(file, path) if file.exists(list(path)) else None) or b""
    return int.from_bytes(data[20:24], "little")


def _stream(file: Any, path: tuple[str, ...]) -> bytes | None:
    with file.openstream(list(path)) as stream:
        data: bytes = stream.read()
    return data if len(data) == file.get_size(list(path)) else None


def _text(file: Any, folder: tuple[str, ...], number: int) -> str:
    for kind, encoding in ((_UNICODE, "utf-16-le"), (_ANSI, "cp1252")):
        path = (*folder, f"__substg1.0_{number:04X}{kind:04X}")
        if file.exists(list(path)) and (data := _stream(file, path)):
            return data.decode(encoding, "replace")
    return ""


def _property(file: Any, folder: tuple[str, ...], tag: int) -> int:
    """A number among the fixed properties of an attachment (behind 8 bytes, in entries of 16), or 0."""
    path = (*folder, "__properties_version1.0")
    data = (_stream(file, path) if file.exists(list(path)) else None) or b""
    entries = (data[at : at + 16] for at in range(8, len(data) - 15, 16))
    return next((int.from_bytes(entry[8:12], "little") for entry in entries if entry[:4] == struct.pack("<I", tag)), 0)


# ---- winmail.dat

_TNEF = b"\x78\x9f\x3e\x22"
_RENDERING, _TITLE, _CONTENT, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_IN_ATTACHMENT = 2
_MESSAGE_INSIDE = bytes.fromhex("0703020000000000c000000000000046")
"""What is in front of an e-mail that is attached: the identifier of its interface."""


def _tnef(data: bytes) -> Iterator[_Found]:
    """The attachments of a winmail.dat. Each of its attributes has a sum, so damage is seen."""
    current: dict[int, bytes] | None = None
    whole, at = True, 6
    while at < len(data):
        level, number, _, length = struct.unpack_from("<BHHI", data, at)
        content, end = data[at + 9 : at + 9 + length], at + 9 + length
        if end + 2 > len(data):
            # It ends within this attribute, which belongs to the attachment that was begun.
            whole = False
        elif int.from_bytes(data[end : end + 2], "little") != sum(content) & 0xFFFF:
            whole = False
        if number == _RENDERING or (not whole and current is None):
            yield from _finished(current, whole=True)
            current = {}
        if current is not None and level == _IN_ATTACHMENT:
            current[number] = content
        if not whole:
            yield from _finished(current, whole=False)
            return
        at = end + 2
    yield from _finished(current, whole=True)


def _finished(current: dict[int, bytes] | None, *, whole: bool) -> Iterator[_Found]:
    if current is None:
        return
    properties = dict(_properties(current.get(_PROPERTIES, b"")))
    title = current.get(_TITLE, b"").split(b"\0")[0].decode("cp1252", "replace")
    name = _name_in(properties) or title
    content = current.get(_CONTENT, properties.get(_DATA, (0, b""))[1])
    if content.startswith(_MESSAGE_INSIDE):
        content = content[len(_MESSAGE_INSIDE) :]
    yield _Found(name, content if whole else None, _CONTENT_ID in properties, CUT)


def _name_in(properties: dict[int, tuple[int, bytes]]) -> str:
    for number in (_LONG_NAME, _NAME, _SHOWN_NAME):
        kind, data = properties.get(number, (0, b""))
        if data:
            return data.decode("utf-16-le" if kind == _UNICODE else "cp1252", "replace").rstrip("\0")
    return ""


_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Kind of property → bytes; texts and bytes say their length."""

_MANY, _NAMED = 0x1000, 0x8000


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """The properties of an attachment: number → (kind, first value)."""
    at = 4
    for _ in range(int.from_bytes(data[:4], "little")):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= _NAMED:
            by_text, length = struct.unpack_from("<16xII", data, at)
            at += 24 + (_padded(length) if by_text else 0)
        first, at = _values(data, at, kind)
        yield number, (kind & ~_MANY, first)


def _values(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value of a property, and where the next property begins."""
    size, count = _SIZES.get(kind & ~_MANY), 1
    if size is None or kind & _MANY:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    first = b""
    for number in range(count):
        length = size
        if length is None:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        if at + length > len(data):
            raise ValueError
        first = first if number else data[at : at + length]
        at += _padded(length)
    return first, at


def _padded(length: int) -> int:
    return length + -length % 4


_FAILED = (OSError, ValueError, LookupError, struct.error, RecursionError, TypeError, AttributeError)
"""What a damaged file makes its readers raise."""
