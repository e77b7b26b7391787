"""Is this PDF whole, as far as its bytes show, and can one that is not be made whole?

An incrementally saved form that was cut, zeroed or shifted can still open, with old or empty answers in it. These
guards, with qpdf's own strict opening and the count of fields, stopped all of 1,600 such files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

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


# ---- saves of PDFium
#
# PDFium (the viewers of Android and others) writes a cross-reference stream without `/Type /XRef` and without `endobj`
# behind a file that has such a stream. Nothing else is wrong with such a file: the stream says where each object of the
# save begins, and those objects fill the save without a gap. Only where all of that is so, the two are put in. Every
# byte keeps its place, since the file's ID, which says nothing of its content, has room for them. Any other file stays
# as it is.

_STRING = rb"(?:<[0-9A-F]{0,64}>|\((?:\\.|[^\\()]){0,64}\))"
_SECTION = re.compile(
    rb"(?P<number>\d{1,8}) 0 obj <<(?P<keys>(?:/(?:Info|Root) \d{1,8} 0 R ?){1,2})"
    rb"/Size (?P<size>\d{1,8})/Prev (?P<prev>\d{1,10})(?P<id>/ID\[" + _STRING + _STRING + rb"\])"
    rb"/W\[0 4 1\]/Index\[(?P<index>(?:\d{1,8} 1 )+)\]/Length (?P<length>\d{1,8})>>stream\r\n",
    re.DOTALL,
)
_END = re.compile(rb"\r\nendstream\r\nstartxref\r\n(\d+)\r\n%%EOF\r\n")
_BEFORE = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TYPE, _ENDOBJ, _ENDSTREAM = b"/Type/XRef", b"\r\nendobj", b"\r\nendstream"
_ROOM = len(_TYPE) + len(_ENDOBJ)
_SIGN = b"/W[0 4 1]/Index["
_ROW = 5
"""Bytes of an entry of the stream: four of an object's place, and a zero."""


def recovered(data: bytes) -> bytes:
    """`data` with all cross-reference streams that PDFium wrote made whole, in as many bytes; else `data` itself."""
    if _SIGN not in data:
        return data
    out = data
    for section in _SECTION.finditer(data):
        end = _END.match(data, section.end() + int(section["length"]))
        if end and int(end[1]) == section.start() and len(section["id"]) >= _ROOM and _fills_its_save(data, section):
            out = out[: section.start()] + _whole(data, section, end) + out[end.end() :]
    return out


def _fills_its_save(data: bytes, section: re.Match[bytes]) -> bool:
    """Do the objects named in a section fill the bytes between the save before and the section, without a gap?"""
    numbers = [int(number) for number in section["index"].split()[::2]]
    rows = data[section.end() : section.end() + int(section["length"])]
    if len(rows) != _ROW * len(numbers) or any(rows[_ROW - 1 :: _ROW]) or sorted(set(numbers)) != numbers:
        return False
    if not numbers[-1] < int(section["number"]) == int(section["size"]) - 1:
        return False
    starts = [int.from_bytes(rows[at : at + 4]) for at in range(0, len(rows), _ROW)]
    for number, (start, end) in zip(numbers, pairwise([*starts, section.start()]), strict=True):
        object_ = data[start:end]
        if not object_.startswith(b"%d 0 obj\r\n" % number) or not object_.endswith(b"\r\nendobj\r\n"):
            return False
    before = _BEFORE.search(data, max(starts[0] - 64, 0), starts[0])
    return before is not None and int(before[1]) == int(section["prev"]) < starts[0]


def _whole(data: bytes, section: re.Match[bytes], end: re.Match[bytes]) -> bytes:
    room = b" " * (len(section["id"]) - _ROOM)
    keys = data[section.start("keys") : section.start("id")]
    rest = data[section.end("id") : end.start() + len(_ENDSTREAM)]
    head = b"%s 0 obj <<%s%s%s" % (section["number"], _TYPE, keys, room)
    return head + rest + _ENDOBJ + data[end.start() + len(_ENDSTREAM) : end.end()]
