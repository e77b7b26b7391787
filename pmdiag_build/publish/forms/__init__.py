"""The form pass: gives a PDF from WeasyPrint a form that survives the programs that people fill it in with.

WeasyPrint writes forms that browsers show and that many programs then save wrongly. This pass writes the whole
AcroForm anew from what the pack declares; the widgets that WeasyPrint placed give the rectangles, the font sizes
and the place in the structure tree, and nothing else. Its stages, each a module:

    placeholders  what was rendered, and whether it is what the pack declares
    font          the embedded font of the fields
    appearances   what a field looks like before anybody touches it, and the rings for a pen
    fields        a declared field and its rendered widgets → a field of the form
    structure     the structure tree: names of controls, header cells, IDs
    saving        the bytes, in a form that survives what viewers write behind it
"""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, String

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.imprint import KEY, Imprint
from pmdiag_build.publish.forms.appearances import draw_rings
from pmdiag_build.publish.forms.fields import build_form
from pmdiag_build.publish.forms.placeholders import LayoutWrong, matched, rendered_placeholders
from pmdiag_build.publish.forms.saving import saved
from pmdiag_build.publish.forms.structure import finish_structure, name_controls

__all__ = ["LayoutWrong", "apply_forms"]

_BLOCK = re.compile(rb"\d+ beginbfchar\n(.*?)endbfchar", re.DOTALL)


def apply_forms(pdf: bytes, fields: tuple[FormField, ...], *, title: str, language: str) -> bytes:
    """A rendered pack → the same pages with a form that lasts; with no `fields`, only the document is finished.

    `pdf` comes from WeasyPrint with `pdf_variant="pdf/ua-1"` and, if there are `fields`, `pdf_forms=True`.
    `title` is the document's title, also named in errors; `language` a BCP 47 tag such as `en-GB`. Equal input
    gives equal bytes. Raises `LayoutWrong` with every difference between `fields` and the rendered page.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pairs = matched(fields, rendered_placeholders(document), title)
        if fields:
            draw_rings(document, pairs)
            build_form(document, pairs)
            name_controls(document, pairs)
        finish_structure(document)
        _finish_document(document, title=title, language=language)
        _write_imprints(document)
        return saved(document)


def _finish_document(document: Pdf, *, title: str, language: str) -> None:
    """Set title and language where programs look for them, and fix the fonts' maps from glyphs to text."""
    document.Root.Lang = String(language)
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if str(document.docinfo.get("/Title", "")) != title:
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
    for font in _fonts(document).values():
        if "/ToUnicode" in font:
            _drop_byte_order_marks(font.ToUnicode)


def _write_imprints(document: Pdf) -> None:
    """Say on every page of a finished document what is printed on it; nothing may be drawn after that."""
    for number, page in enumerate(document.pages, 1):
        contents = page.obj.Contents
        streams = contents if isinstance(contents, Array) else [contents]
        content = b"\n".join(stream.read_bytes() for stream in streams)
        page.obj[KEY] = String(str(Imprint.of(content, number, len(document.pages))))


def _fonts(document: Pdf) -> dict[tuple[int, int], Object]:
    """The fonts of the pages, by object number: pages share them."""
    resources = {page.obj.Resources.objgen: page.obj.Resources for page in document.pages}
    return {font.objgen: font for shared in resources.values() for font in shared.get("/Font", {}).values()}


def _drop_byte_order_marks(map_: Object) -> None:
    """Remove U+FEFF, to which some fonts map their empty glyph: it is no letter, and PDF/UA forbids it."""
    data = map_.read_bytes()
    if b"feff" in data.lower():
        map_.write(_BLOCK.sub(_without_marks, data))


def _without_marks(block: re.Match[bytes]) -> bytes:
    lines = [line for line in block[1].splitlines() if not line.lower().rstrip().endswith(b"<feff>")]
    return b"%d beginbfchar\n%s\nendbfchar" % (len(lines), b"\n".join(lines)) if lines else b""
