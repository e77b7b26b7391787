"""Is a PNG, JPEG or WebP image whole, as its own structure tells it? Reads bytes, draws nothing."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from pmdiag_build.problems import Fault

_MAGIC = {
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n....IHDR", re.DOTALL),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".jpeg": re.compile(rb"\xff\xd8\xff"),
    ".webp": re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL),
}
MOST_POINTS = 80_000_000
"""Points of an image from which libraries take it for an attack; a sheet of A3 in print has half of them."""

_DAMAGED = Fault("The image is damaged", "Put it there again, or export it again as PNG or SVG")
_END_WITHIN = 65_536
_SCAN, _FRAMES = 0xDA, {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Marks in a JPEG: its points begin; its size is told."""
_PIECE = 1 << 20


def fault_of(ending: str, data: bytes) -> Fault | None:
    """What is wrong with an image whose name has this ending, and how to fix it; None if it is whole."""
    kind = ending[1:].upper()
    if not _MAGIC[ending].match(data):
        return Fault(f"The file is not a {kind} image", "Export it again as PNG or SVG")
    if _is_cut_short(ending, data):
        return Fault("The image was cut short: its end is missing", "Put it there again")
    if ending == ".webp":
        return None
    size = struct.unpack_from(">II", data, 16) if ending == ".png" else _jpeg_size(data)
    if size is None:
        return _DAMAGED
    width, height = size
    if not width * height:
        return Fault("The image has no width or no height", "Export it again")
    if width * height > MOST_POINTS:
        return Fault(f"The image has {width * height // 1_000_000} million points", "Export it smaller")
    return None if ending != ".png" or _has_all_points(data, width, height) else _DAMAGED


def _is_cut_short(ending: str, data: bytes) -> bool:
    """Whether the end that each kind has is missing; some cameras write more behind it."""
    if ending == ".webp":
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    return (b"IEND" if ending == ".png" else b"\xff\xd9") not in data[-_END_WITHIN:]


def _has_all_points(data: bytes, width: int, height: int) -> bool:
    """Whether every part of a PNG agrees with its checksum, and its points come to their end."""
    points, room = zlib.decompressobj(), (8 * width + 1) * height + _PIECE
    try:
        for part in (part for name, part in _png_parts(data) if name == b"IDAT"):
            while part and not points.eof and room > 0:
                room -= len(points.decompress(part, _PIECE))
                part = points.unconsumed_tail
    except (ValueError, struct.error, zlib.error):
        return False
    return points.eof


def _png_parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG up to its end, with their names (PNG, third edition, 5.3). ValueError if one is damaged."""
    at, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        part = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(part, zlib.crc32(name)) != checksum:
            raise ValueError(name)
        yield name, part
        at += 12 + length


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG; None if its parts do not follow each other up to its points (ITU T.81, annex B)."""
    size, at = None, 2
    while data[at : at + 1] == b"\xff":
        while data[at : at + 1] == b"\xff":
            at += 1
        mark, length = int.from_bytes(data[at : at + 1]), int.from_bytes(data[at + 1 : at + 3])
        if mark == _SCAN:
            return size
        if mark in _FRAMES:
            size = (int.from_bytes(data[at + 6 : at + 8]), int.from_bytes(data[at + 4 : at + 6]))
        at += 1 + length
    return None
