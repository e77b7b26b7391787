"""PDFs that PDFium saved behind a file with a cross-reference stream → the same as other programs can read them.

PDFium (the viewers of Android and others) then writes a cross-reference stream without `/Type /XRef` and without
`endobj`. Nothing else is wrong with such a file: the stream says where each object of the save begins, and those
objects fill the save without a gap. Only where all of that is so, the two are put in. Every byte keeps its place, since
the file's ID, which says nothing of its content, has room for them. Any other file stays as it is.
"""

from __future__ import annotations

import re
from itertools import pairwise

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
