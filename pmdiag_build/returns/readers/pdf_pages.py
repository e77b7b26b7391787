"""What was written on the pages of a pack beside its fields, and which of its pages are missing.

A pack knows itself: each page carries its imprint. Where a page is as it was printed, nothing is looked at; where its
content was rewritten, its text and the number of its drawings must be the same. What a pack prints is tagged, so all
that is drawn outside of tags was added, and so was a page without an imprint beside others. Packs from before there
were imprints, and those that lost them to a program, are judged by their tags alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pmdiag_build.content.imprint import KEY, Imprint, hash_of
from pmdiag_build.problems import shortened
from pmdiag_build.returns.readers.forms import Mark
from pmdiag_build.returns.readers.pdf_drawn import UNKNOWN, Canvas, Drawing, Drawn
from pmdiag_build.returns.readers.pdf_library import Array, Dictionary, Instruction, Name, Object, Pdf, Stream, String

WRITTEN = "text or lines"
PAGE_ADDED = "added page"
_TAG = re.compile(rb"(?:<<[^<>]{0,200}/MCID \d+[^<>]{0,200}>>\s*BDC|/Artifact\s+BMC|(?:\s|\A)EMC)(?=\s|\Z)")
_DRAWS = re.compile(rb"(?:Tj|TJ|['\"]|[fF]\*?|[sS]|[bB]\*?|sh|Do|EI)(?:\s|\Z)")
_LONGEST = 200
"""Letters of what was written that are worth a place in a message."""

_REMEMBERED = 256
"""Pages: more than all packs together have."""

_PACKED, _UNPACKED = 1 << 16, 1 << 20
"""The most bytes of each stream of a page that is remembered: ten times as many as the fullest of a pack has."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a file: what was written on them, and the numbers of those of its pack that are missing."""

    marks: Sequence[Mark]
    missing: Sequence[int]


def pages_of(pdf: Pdf, canvas: Canvas) -> Pages:
    """Looks at all pages of an open PDF. Raises Damaged where the content of one can't be read."""
    pages = [page.obj for page in pdf.pages]
    imprints = [_imprint(page) for page in pages]
    known = [imprint for imprint in imprints if imprint is not None]
    tagged = known or "/StructTreeRoot" in pdf.Root
    marks: list[Mark] = []
    for number, (page, imprint) in enumerate(zip(pages, imprints, strict=True)) if tagged else ():
        streams = _streams(page)
        if imprint is not None and _is_as_printed(streams, imprint, canvas):
            continue
        content = b"\n".join(map(canvas.unpacked, streams))
        size = len(content)
        if imprint is not None and hash_of(content) == imprint.content:
            continue
        if imprint is None and "/StructParents" not in page:
            marks += _on_added_page(number, page, size, canvas)
        elif imprint is not None or _draws_untagged(content):
            marks += _written(number, page, imprint, size, canvas)
    lost = sum(imprint is None and "/StructParents" in page for page, imprint in zip(pages, imprints, strict=True))
    missing = _missing(known)
    return Pages(marks, missing if len(missing) > lost else ())


def _imprint(page: Object) -> Imprint | None:
    text = page.get(KEY)
    return Imprint.parse(bytes(text).decode("latin-1")) if isinstance(text, String) else None


def _missing(known: Sequence[Imprint]) -> list[int]:
    """The numbers that no page has. Merged copies make up for each other: their fields show what is missing in one."""
    there = {(imprint.pages, imprint.number) for imprint in known}
    lengths = sorted({imprint.pages for imprint in known})
    return [number for length in lengths for number in range(1, length + 1) if (length, number) not in there]


def _streams(page: Object) -> list[Stream]:
    contents = page.get("/Contents")
    return [one for one in (contents if isinstance(contents, Array) else (contents,)) if isinstance(one, Stream)]


def _is_as_printed(streams: Sequence[Stream], imprint: Imprint, canvas: Canvas) -> bool:
    """Have the streams of a page the content that its imprint says? A quick look, which may say no where they have it.

    Returns of one pack have the same pages: unpacking them again would take a tenth of the time of all reading.
    """
    parts = tuple(part for stream in streams if (part := _deflated(stream)) is not None)
    if len(parts) < len(streams) or sum(map(len, parts)) > _PACKED:
        return False
    size, digest = _unpacked(parts)
    if digest != imprint.content:
        return False
    canvas.looked_at(size)
    return True


def _deflated(stream: Stream) -> bytes | None:
    """The bytes of a stream as they are in the file, if they are packed in the usual way and in no other."""
    plain = stream.get("/Filter") == "/FlateDecode" and "/DecodeParms" not in stream
    return stream.read_raw_bytes() if plain else None


@lru_cache(_REMEMBERED)
def _unpacked(parts: tuple[bytes, ...]) -> tuple[int, str]:
    """The size of a content and its hash; no hash for one that is not wholly sound, or that is too big."""
    content = []
    for part in parts:
        inflate = zlib.decompressobj()
        try:
            content.append(inflate.decompress(part, _UNPACKED))
        except zlib.error:
            return 0, ""
        if not inflate.eof or inflate.unused_data:
            return 0, ""
    whole = b"\n".join(content)
    return len(whole), hash_of(whole)


def _draws_untagged(content: bytes) -> bool:
    """May something be drawn outside of a pack's tags? A quick look, which never says no where there is something."""
    depth = end = 0
    for tag in _TAG.finditer(content):
        if depth == 0 and _DRAWS.search(content, end, tag.start()):
            return True
        depth, end = (max(depth - 1, 0) if tag[0].endswith(b"EMC") else depth + 1), tag.end()
    return _DRAWS.search(content, end) is not None


def _on_added_page(number: int, page: Object, size: int, canvas: Canvas) -> Iterator[Mark]:
    drawing = Drawing(canvas)
    for instruction in canvas.instructions(page, size):
        drawing.take(instruction, page.get("/Resources"), 0)
    if not drawing.drawn.empty:
        yield number, PAGE_ADDED, _words(drawing.drawn)


def _written(number: int, page: Object, imprint: Imprint | None, size: int, canvas: Canvas) -> Iterator[Mark]:
    """What is drawn outside of a pack's tags, and whether what is inside of them is other than the imprint says."""
    inside, outside, tags = Drawing(canvas), Drawing(canvas), list[bool]()
    ours: list[Instruction] = []
    resources = page.get("/Resources")
    for operator, operands in canvas.instructions(page, size):
        if operator in ("BDC", "BMC"):
            tags.append(_is_ours(operands, resources))
        elif operator == "EMC":
            tags = tags[:-1]
        elif operator == "Tf":  # counts on, whatever comes to its end
            for drawing in (inside, outside):
                drawing.take((operator, operands), resources, 0)
        elif any(tags):
            inside.take((operator, operands), resources, 0)
            ours.append((operator, operands))
        else:
            outside.take((operator, operands), resources, 0)
    if not outside.drawn.empty or (imprint is not None and _is_changed(imprint, inside.drawn, ours, canvas)):
        yield number, WRITTEN, _words(outside.drawn)


def _is_changed(imprint: Imprint, drawn: Drawn, ours: Sequence[Instruction], canvas: Canvas) -> bool:
    """Is what the instructions of a pack have drawn other than its imprint says?"""
    if imprint.is_of(drawn.codes, drawn.drawings):
        return False
    if imprint.with_groups:
        return True
    without = Drawing(canvas)
    for instruction in ours:
        without.take(instruction, None, 0)  # no group has a name without resources: each is one drawing
    return not imprint.is_of(without.drawn.codes, without.drawn.drawings)


def _is_ours(operands: Sequence[Any], resources: Object | None) -> bool:
    """Is it one of the two tags that a pack has: content of the structure tree, or decoration?"""
    if len(operands) < 2:
        return bool(operands) and operands[0] == "/Artifact"
    properties = operands[1]
    if isinstance(properties, Name) and isinstance(resources, Dictionary):
        named = resources.get("/Properties")
        properties = named.get(str(properties)) if isinstance(named, Dictionary) else None
    return isinstance(properties, Dictionary) and "/MCID" in properties


def _words(drawn: Drawn) -> str:
    return shortened(" ".join(drawn.text.replace(UNKNOWN, " ").split()), _LONGEST)
