"""Each page's imprint: what is printed on it, written where whoever reads a return finds it."""

from __future__ import annotations

from pikepdf import Array, Object, Pdf, String

from pmdiag_build.content.imprint import KEY, Imprint


def write_imprints(document: Pdf) -> None:
    """Give every page of a finished document its imprint; nothing may be drawn on a page after that."""
    for number, page in enumerate(document.pages, 1):
        page.obj[KEY] = String(str(Imprint.of(_content(page.obj), number, len(document.pages))))


def _content(page: Object) -> bytes:
    contents = page.Contents
    streams = contents if isinstance(contents, Array) else [contents]
    return b"\n".join(stream.read_bytes() for stream in streams)
