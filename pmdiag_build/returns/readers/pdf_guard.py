"""Is this PDF whole? Looks at bytes only, never at fields.

An incrementally saved form that was cut, zeroed or shifted can still open, with old or empty answers in it. These
guards, with qpdf's own strict opening and the count of fields, let none of 1,600 such files through.
"""

from __future__ import annotations

import re

HEADER = b"%PDF-"
FDF_HEADER = b"%FDF-"
HEADER_WITHIN = 1024
"""A PDF's header may stand this far into a file, as every PDF program takes it."""

_ZEROS = b"\0\0\0\0"
_STREAM_BEGINS = re.compile(rb">>\s*stream\r?\n")
_POINTER = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")


def damage(data: bytes) -> str:
    """What shows that bytes from the header on are not a whole PDF, as a sentence; empty if nothing does.

    White space may follow the last `%%EOF`, nothing else. Four zero bytes in a row have no business outside of
    streams: UTF-16 text has two at most, and a reader takes zeros for white space, so an answer can vanish in them.
    """
    tail = data[-2048:]
    if b"%%EOF" not in tail:
        return "The end of the file is missing"
    if not _POINTER.search(tail):
        after = tail[tail.rindex(b"%%EOF") + 5 :].strip(b" \r\n\t\f")
        return "Something stands after the end of the PDF" if after else "The end of the file is damaged"
    return "A part of the file is filled with zeros" if _zeros_outside_streams(data) else ""


def _zeros_outside_streams(data: bytes) -> bool:
    at = data.find(_ZEROS)
    while at >= 0:
        before = max(data.rfind(b"endstream", 0, at), 0)
        end = data.find(b"endstream", at)
        if end < 0 or not _STREAM_BEGINS.search(data, before, at):
            return True
        at = data.find(_ZEROS, end)
    return False
