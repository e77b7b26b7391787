"""The form pass: makes the form of a PDF from WeasyPrint survive the programs that people fill it in with.

WeasyPrint writes forms that browsers show and that many programs then save wrongly. This pass writes the whole
AcroForm anew from what the pack declares; the widgets that WeasyPrint placed give the rectangles, the font sizes
and the place in the structure tree, and nothing else. Stages, each a module:

    form_placeholders  what was rendered, and whether it is what the pack declares
    form_font          the embedded font of the fields
    form_appearances   what a field looks like before anybody touches it
    form_fields        a declared field and its rendered widgets → a field of the form
    form_rings         rings with the levels' letters, for a pen
    form_structure     the structure tree: names of controls, header cells, IDs
    form_document      title, language, fonts' text maps, and saving

It knows nothing of packs or content beyond `FormField`, and reads no return.
"""

from __future__ import annotations

import io

import pikepdf

from pmdiag_build.content.fields import FormField
from pmdiag_build.publish.forms.document import finish_document, saved
from pmdiag_build.publish.forms.fields import build_form
from pmdiag_build.publish.forms.placeholders import LayoutWrong, matched, rendered_placeholders
from pmdiag_build.publish.forms.rings import draw_rings
from pmdiag_build.publish.forms.structure import finish_structure, name_controls

__all__ = ["LayoutWrong", "apply_forms"]


def apply_forms(pdf: bytes, fields: tuple[FormField, ...], *, title: str, language: str) -> bytes:
    """A rendered pack → the same pages with a form that lasts; with no `fields`, only the document is finished.

    `pdf` comes from WeasyPrint with `pdf_variant="pdf/ua-1"` and, if there are `fields`, `pdf_forms=True`.
    `title` is the document's title, also named in errors; `language` a BCP 47 tag such as `en-GB`. Equal input
    gives equal bytes. Raises `LayoutWrong` with every disagreement between `fields` and the rendered page.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pairs = matched(fields, rendered_placeholders(document), title)
        if fields:
            draw_rings(document, pairs)
            build_form(document, pairs)
            name_controls(document, pairs)
        finish_structure(document)
        finish_document(document, title=title, language=language)
        return saved(document)
