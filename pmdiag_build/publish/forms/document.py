"""The document around the form: title, language, text maps of fonts, and bytes that are the same every time."""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf import Dictionary, Object, Pdf, String

_BLOCK = re.compile(rb"\d+ beginbfchar\n(.*?)endbfchar", re.DOTALL)


def finish_document(document: Pdf, *, title: str, language: str) -> None:
    """Set title and language where programs look for them, and fix the fonts' maps from glyphs to text."""
    document.Root.Lang = String(language)
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if str(document.docinfo.get("/Title", "")) != title:
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
    for font in _fonts(document).values():
        if "/ToUnicode" in font:
            _drop_byte_order_marks(font.ToUnicode)


def saved(document: Pdf) -> bytes:
    """The document as bytes: small, and with a file ID made from its content, so that equal input gives equal bytes."""
    out = io.BytesIO()
    document.save(
        out,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=False,
        deterministic_id=True,
    )
    return out.getvalue()


def _fonts(document: Pdf) -> dict[tuple[int, int], Object]:
    """The fonts of the pages, by object number: pages share them."""
    resources = {page.obj.Resources.objgen: page.obj.Resources for page in document.pages}
    return {font.objgen: font for shared in resources.values() for font in shared.get("/Font", {}).values()}


def _drop_byte_order_marks(map_: Object) -> None:
    """U+FEFF stands for no letter, and PDF/UA forbids it in a text map; some fonts map their empty glyph to it."""
    data = map_.read_bytes()
    if b"feff" in data.lower():
        map_.write(_BLOCK.sub(_without_marks, data))


def _without_marks(block: re.Match[bytes]) -> bytes:
    lines = [line for line in block[1].splitlines() if not line.lower().rstrip().endswith(b"<feff>")]
    return b"%d beginbfchar\n%s\nendbfchar" % (len(lines), b"\n".join(lines)) if lines else b""
