"""The HTML of a pack → its finished PDF: rendering, then the form pass.

Workers import nothing else of the packs; `page` makes the HTML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from pmdiag_build.content.fields import FormField

LANGUAGE = "en-GB"
"""The language of the content, as BCP 47 tags it."""


def render_pack(
    html: str, fields: tuple[FormField, ...], *, name: str, title: str, folders: Iterable[Path] = ()
) -> bytes:
    """The HTML of a pack → its PDF: tagged, PDF/UA-1, with the form that `fields` declare.

    The same input gives the same bytes. `name` is the file named in problems (`packs/interview.yaml`). Only files in
    the layouts and in `folders` are read. Raises ContentWrong for a letter that the fonts lack and for a file that must
    not or can't be read.
    """
    from pmdiag_build.publish.forms import apply_forms
    from pmdiag_build.rendering.weasy import html_to_pdf

    identifier = hashlib.sha256(html.encode()).digest()[:16]
    rendered = html_to_pdf(html, identifier=identifier, name=name, folders=tuple(folders), forms=bool(fields))
    return apply_forms(rendered, fields, title=title, language=LANGUAGE)
