"""Tool + Pack → one PDF, in two steps: the page that holds all that decides the result, then the rendering of it.

`pack_html` is pure and quick; `render_pack` is slow, needs WeasyPrint and takes only values that a worker process
can be given. Whoever builds hashes the HTML, `layouts/fonts` and the libraries' versions to know what is already made.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import jinja2

from pmdiag_build.content import field_names as names
from pmdiag_build.content.fields import RECORDS, pack_fields, pack_id
from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.content.sections import page_of
from pmdiag_build.publish.packs.outline import Part, anchors, pack_parts, sheets
from pmdiag_build.publish.packs.prose import PackProse
from pmdiag_build.publish.packs.render import LANGUAGE
from pmdiag_build.publish.packs.style import of_use, pack_style
from pmdiag_build.rendering.templates import fill


def pack_title(tool: Tool, pack: Pack) -> str:
    """The document title: what a window or a tab shows."""
    return fill(tool.words["pack"]["document_title"], pack=pack.title, tool=tool.title).unescape()


def pack_html(
    tool: Tool, pack: Pack, environment: jinja2.Environment, counts: Mapping[str, str] = MappingProxyType({})
) -> str:
    """A pack as one HTML page with its style sheet; only fonts and pictures of the layouts stand outside it.

    `counts` are sentences by feature id: what a round of answers said, printed beside the features of the summary; and
    under no id what is to be said of the whole round.

    Raises ContentWrong where the pack asks for something that the content does not have.
    """
    parts = pack_parts(tool, pack)
    prose = PackProse(anchors(parts), tool.words["pack"]["reference_elsewhere"], tool.images)
    good = page_of(tool, "good")
    words = tool.words["pack"]
    footer = {"footer-pack": pack_id(tool, pack), "footer-page": words["page"], "footer-of": words["of"]}
    return environment.get_template("pack/pack.html").render(
        tool=tool,
        pack=pack,
        parts=[_with_body(tool, part, prose) for part in parts],
        prose=prose,
        image=prose.image,
        style=partial(of_use, pack_style(pack, environment, footer)),
        fields={field.name: field for field in pack_fields(tool, pack)},
        names=names,
        words=words,
        levels=tool.framework.levels,
        pack_id=pack_id(tool, pack),
        title=pack_title(tool, pack),
        good_title=good.title if good else "",
        record=next((part.anchor for part in parts if part.section.kind in RECORDS), ""),
        sheets=sheets,
        counts=counts,
        language=LANGUAGE,
    )


def _with_body(tool: Tool, part: Part, prose: PackProse) -> Part:
    if part.section.kind != "guide":
        return part
    page = tool.pages[part.section.page]
    body = prose(page.body, page.file)
    return Part(part.section, part.anchor, part.title, part.mark, body)
