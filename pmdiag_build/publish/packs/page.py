"""Tool + pack → the HTML page of a pack.

A PDF is made in two steps: `pack_html` is pure and quick; `render_pack` is slow, needs WeasyPrint and takes only values
that can be sent to a worker. A hash over the page, the fonts and the libraries says whether a pack is already made.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import jinja2
from markupsafe import Markup

from pmdiag_build.content import field_names as names
from pmdiag_build.content.fields import RECORDS, pack_fields, pack_id, page_of
from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.content.model import fill as fill_text
from pmdiag_build.publish.packs.outline import Part, anchors, pack_parts, sheets
from pmdiag_build.publish.packs.render import LANGUAGE
from pmdiag_build.publish.packs.style import of_use, pack_style
from pmdiag_build.rendering.markdown import Link, read_markdown
from pmdiag_build.rendering.templates import fill

_PAGE_NUMBER = re.compile(r"\d+(?=\s*$)")


@dataclass(frozen=True, slots=True)
class PackProse:
    """Renders Markdown for one pack: links within it, page references with real numbers, pictures.

    `within` are the pages of the site that the pack contains. `elsewhere` is the sentence for a reference to any other
    page, with `{reference}`. `images` are the files that content may show.
    """

    within: Collection[str]
    elsewhere: str
    images: Mapping[str, bytes]

    def __call__(self, text: str, file: str = "content") -> Markup:
        """HTML with headings from `<h3>` on: the part's own title is the `<h2>`. `file` is where the text is from."""
        # Without ids: two pages may have the same heading.
        return read_markdown(text, self._resolve, heading_level=3, anchors=False, file=file).html

    def image(self, name: str) -> str:
        """The address of an image, with the image in it, so that a pack's page needs no file of the content."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(self.images[name]).decode()}"

    def _resolve(self, target: str, words: str) -> Link | str | None:
        if target.startswith("page:"):
            return self._page(target[5:].split("#")[0], words)
        if target in self.images:
            return Link(self.image(target))
        return Link(target) if target.startswith(("https:", "http:", "mailto:", "tel:")) else None

    def _page(self, page: str, words: str) -> Link | str | None:
        """A link whose words name a page number, such as `[page 7](page:features)` in the source, is a reference: the
        style sheet prints the real number instead."""
        numbered = any(sign.isdecimal() for sign in words)
        if page not in self.within:
            return fill_text(self.elsewhere, reference=words) if numbered else None
        if numbered:
            return Link(f"#{page}", {"class": "reference"}, _PAGE_NUMBER.sub("", words))
        return Link(f"#{page}", {"class": "within"})


def pack_title(tool: Tool, pack: Pack) -> str:
    """The document title, which a window or tab shows."""
    return fill(tool.words["pack"]["document_title"], pack=pack.title, tool=tool.title).unescape()


def pack_html(
    tool: Tool, pack: Pack, environment: jinja2.Environment, counts: Mapping[str, str] = MappingProxyType({})
) -> str:
    """A pack as one HTML page with its style sheet. Only fonts and pictures of the layouts are outside it.

    `counts` are sentences about a round of answers by feature id, printed beside the features of the summary; the one
    about the whole round has an empty id.

    Raises ContentWrong if the pack needs something that the content does not have.
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
    return replace(part, body=prose(page.body, page.file))
