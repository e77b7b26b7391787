"""Markdown's own part of render.py: links and headings as we want them. Imported when Markdown is really met."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from pmdiag_build.rendering.templates import Resolve


def html_of(text: str, resolve: Resolve, heading_level: int) -> str:
    """Markdown as HTML; see `render.markdown_html`."""
    md = markdown.Markdown(
        extensions=["tables", "sane_lists", "toc", _Ours(resolve, heading_level)], output_format="html"
    )
    return md.convert(text)


class _Ours(Extension):
    def __init__(self, resolve: Resolve, heading_level: int) -> None:
        super().__init__()
        self._resolve = resolve
        self._shift = heading_level - 2

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 — the library calls it so
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        # After the inline patterns (20), before the table of contents gives ids (5).
        md.treeprocessors.register(_Links(md, self._resolve, self._shift), "pmdiag", 10)


class _Links(Treeprocessor):
    """Turns `page:` and `pack:` links into addresses, and shifts headings."""

    def __init__(self, md: markdown.Markdown, resolve: Resolve, shift: int) -> None:
        super().__init__(md)
        self._resolve = resolve
        self._shift = shift

    def run(self, root: ElementTree.Element) -> None:
        for element in root.iter():
            if element.tag == "a":
                self._link(element, "href", "span")
            elif element.tag == "img":
                self._link(element, "src", "span")
            elif re.fullmatch("h[1-6]", element.tag):
                element.tag = f"h{min(6, int(element.tag[1]) + self._shift)}"
            elif element.tag == "th":
                element.set("scope", "col")

    def _link(self, element: ElementTree.Element, attribute: str, instead: str) -> None:
        found = self._resolve(element.get(attribute, ""), "".join(element.itertext()))
        if found is None:
            element.tag = instead
            element.attrib.clear()
            return
        address, further = found
        element.set(attribute, address)
        for name, value in further.items():
            element.set(name, value)
