"""The form pass: gives a PDF from WeasyPrint a form that survives the programs that people fill it in with.

WeasyPrint writes forms that browsers show and that many programs then save wrongly. This pass writes the whole
AcroForm anew from what the pack declares; the widgets that WeasyPrint placed give the rectangles, the font sizes
and the place in the structure tree, and nothing else. Its stages, each a module:

    placeholders  what was rendered, and whether it is what the pack declares
    font          the embedded font of the fields
    appearances   what a field looks like before anybody touches it, and the rings for a pen
    fields        a declared field and its rendered widgets → a field of the form
    saving        the bytes, in a form that survives what viewers write behind it

The structure tree is finished here: names of controls, scope of header cells, IDs.
"""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.imprint import KEY, Imprint
from pmdiag_build.publish.forms.appearances import draw_rings
from pmdiag_build.publish.forms.fields import build_form
from pmdiag_build.publish.forms.placeholders import LayoutWrong, Pairs, matched, rendered_placeholders
from pmdiag_build.publish.forms.saving import saved

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


# ---- structure tree


def name_controls(document: Pdf, pairs: Pairs) -> None:
    """Give the Form element of every control the control's own name, the only one that Firefox's viewer speaks."""
    elements = _parent_tree(document)
    for _, widgets in pairs:
        for widget in widgets:
            elements[int(widget.annotation.StructParent)].Alt = widget.annotation.TU


def finish_structure(document: Pdf) -> None:
    """Add what WeasyPrint leaves out: the scope of header cells, the IDTree, ParentTreeNextKey, the tab order."""
    root = document.Root.StructTreeRoot
    kinds = (Name.TH, Name.TR)  # made once: there are thousands of objects
    cells = [o for o in document.objects if isinstance(o, Dictionary) and o.get("/S") in kinds]
    rows = [cell for cell in cells if cell.S == Name.TR]
    heads = [cell for cell in cells if cell.S == Name.TH]
    of_rows = {name for row in rows for name in _row_headers(row)}
    for head in heads:
        attributes = head.get("/A", Dictionary(O=Name.Table))
        attributes.Scope = Name.Row if bytes(head.get("/ID", String(""))) in of_rows else Name.Column
        head.A = attributes
    named = sorted(((bytes(head.ID), head) for head in heads if "/ID" in head), key=lambda pair: pair[0])
    if named:
        root.IDTree = Dictionary(Names=Array([part for name, head in named for part in (String(name), head)]))
    root.ParentTreeNextKey = max(_parent_tree(document), default=-1) + 1
    for page in document.pages:
        page.obj.Tabs = Name.S


def _row_headers(row: Object) -> set[bytes]:
    """The IDs of the header cells in a row that data cells of the same row name as their headers."""
    own = {bytes(kid.ID) for kid in row.K if kid.get("/S") == Name.TH and "/ID" in kid}
    named = {
        bytes(header)
        for kid in row.K
        if kid.get("/S") == Name.TD
        for header in kid.get("/A", Dictionary()).get("/Headers", Array())
    }
    return own & named


def _parent_tree(document: Pdf) -> dict[int, Object]:
    """Key of a page or an annotation → its structure element (for a page, an array of them)."""
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    return {int(key): element for key, element in zip(numbers[::2], numbers[1::2], strict=True)}
