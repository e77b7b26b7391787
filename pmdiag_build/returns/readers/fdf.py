"""FDF, what a PDF program writes when somebody exports the answers instead of saving the form → a raw record.

FDF is PDF without an index of its objects, so qpdf reads it once it has that, a header and a page tree to look at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

from pmdiag_build.problems import Fault, counted
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import ASK_FOR_PDF, Given, Reading, TooBig, set_aside
from pmdiag_build.returns.readers.forms import KINDS, Mark, reading_of, with_marks, with_rich
from pmdiag_build.returns.readers.pdf import UNSURE
from pmdiag_build.returns.readers.pdf_damage import FDF_HEADER
from pmdiag_build.returns.readers.pdf_library import (
    DAMAGED,
    Array,
    Dictionary,
    Object,
    Unreadable,
    Unsure,
    end_of_text,
    opened,
    texts_of,
    warnings_of,
)
from pmdiag_build.returns.readers.xml import plain_of

DAMAGED_FDF = Fault("The FDF file is damaged ({why})", ASK_FOR_PDF)

_UNREADABLE = "a part of it can't be read"
_ROOT = re.compile(rb"/Root\s+(\d+\s+\d+\s+R)")
_HEX = re.compile(rb"/(?:V|T|RV|Contents)\s*<(?!<)([0-9A-Fa-f\s\0]*)>")
_FAILS = (*DAMAGED, AttributeError, KeyError)


def read(name: str, data: bytes) -> Reading:
    """The return in an FDF file called `name`."""
    body, mark, _ = data.rpartition(b"trailer")
    root = _ROOT.search(data, len(body))
    if not mark or root is None or not data.rstrip().endswith(b"%%EOF") or b"\0\0\0\0" in data:
        return set_aside(name, DAMAGED_FDF, why="its end or another part of it is missing")
    if any(b"\0" in text or len(b"".join(text.split())) % 2 for text in _HEX.findall(data)):
        return set_aside(name, DAMAGED_FDF, why="a letter of a text in it is missing")
    try:
        with opened(_as_pdf(body, root[1])) as pdf:
            fdf = pdf.trailer["/Root"]["/Forms"]["/FDF"]
            reached: set[tuple[int, int]] = set()
            fields = list(_fields(fdf.get("/Fields"), "", 0, reached, count()))
            marks = list(_marks(fdf.get("/Annots")))
            lost = [entry for entry in pdf.objects if _is_field(entry) and entry.objgen not in reached]
            if warnings_of(pdf):
                return set_aside(name, DAMAGED_FDF, why=_UNREADABLE)
    except Unsure as error:
        return set_aside(name, UNSURE, why=str(error))
    except Unreadable as error:
        return set_aside(name, DAMAGED_FDF, why=str(error))
    except _FAILS:
        return set_aside(name, DAMAGED_FDF, why=_UNREADABLE)
    if spoilt := next((field for field, given in fields if any("\0" in text for text in given)), ""):
        return set_aside(name, DAMAGED_FDF, why=f"there are zeros in the field {spoilt}")
    if lost:
        missing = counted(len(lost), "field that it contains is", "fields that it contains are")
        return set_aside(name, DAMAGED_FDF, why=f"{missing} missing in its list of fields")
    return with_marks(name, marks, reading_of(name, fields))


_PIECE = re.compile(
    rb"(?P<text>\()|%[^\r\n]*+|(?<!end)stream\r?\n.*?endstream|\b(?P<number>\d{1,9})\s+(?P<generation>\d{1,5})\s+obj\b",
    re.DOTALL,
)


def _objects(body: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, generation and place of each object; what looks like one in a text, a comment or a stream is none."""
    at = 0
    while piece := _PIECE.search(body, at):
        at = piece.end()
        if piece["text"] is not None:
            at = end_of_text(body, at)
            if at < 0:
                raise Unreadable("a text in it has no end")
        elif piece["number"] is not None:
            yield int(piece["number"]), int(piece["generation"]), piece.start()


def _as_pdf(body: bytes, root: bytes) -> bytes:
    start = body.index(FDF_HEADER)
    body = b"%PDF-" + body[start + len(FDF_HEADER) :] + b"\n"
    free = max((number for number, _, _ in _objects(body)), default=0) + 1
    # What no object refers to is listed too, so that nothing of the file is out of reach.
    listed = b" ".join(b"%d %d R" % (number, generation) for number, generation, _ in _objects(body))
    body += b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R/Forms %s/Objects[%s]>>\nendobj\n" % (free, free + 1, root, listed)
    body += b"%d 0 obj\n<</Type/Pages/Kids[%d 0 R]/Count 1>>\nendobj\n" % (free + 1, free + 2)
    body += b"%d 0 obj\n<</Type/Page/Parent %d 0 R/MediaBox[0 0 1 1]/Resources<<>>>>\nendobj\n" % (free + 2, free + 1)
    # Where a number is there twice, the later object is the one that counts.
    last = {number: (place, generation) for number, generation, place in _objects(body)}
    rows = (b"%d 1\n%010d %05d n \n" % (number, *last[number]) for number in sorted(last))
    table = b"xref\n0 1\n0000000000 65535 f \n" + b"".join(rows)
    return body + table + b"trailer\n<</Root %d 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (free, free + 3, len(body))


def _is_field(entry: Object) -> bool:
    """A field of the form, and not an annotation, in which `/T` is who made it."""
    return isinstance(entry, Dictionary) and "/T" in entry and "/Subtype" not in entry


def _marks(annotations: Object | None) -> Iterator[Mark]:
    for entry in annotations if isinstance(annotations, Array) else ():
        kind = str(entry.get("/Subtype"))[1:]
        if kind in KINDS:
            yield int(entry.get("/Page", 0)), kind, "".join(texts_of(entry.get("/Contents")))


def _fields(
    entries: Object | None, prefix: str, depth: int, reached: set[tuple[int, int]], steps: Iterator[int]
) -> Iterator[tuple[str, Given]]:
    if not isinstance(entries, Array):
        return
    if depth > limits.NESTED_FIELDS:
        raise Unreadable("its fields are nested without end")
    for entry in entries:
        name = ".".join(part for part in (prefix, "".join(texts_of(entry.get("/T")))) if part)
        reached.add(entry.objgen)
        if next(steps) > limits.FIELDS:
            raise TooBig(f"it has more than {limits.FIELDS:,} fields")
        given = with_rich(texts_of(entry.get("/V")), map(plain_of, texts_of(entry.get("/RV"))))
        if given or "/Kids" not in entry:
            yield name, given
        yield from _fields(entry.get("/Kids"), name, depth + 1, reached, steps)
