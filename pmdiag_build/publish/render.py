"""The one Jinja environment and the one way from Markdown to HTML. Knows no page and no pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

from pmdiag_build.resources import LAYOUTS

Resolve = Callable[[str, str], tuple[str, dict[str, str]] | None]
"""(target, text) → (address, further attributes), or None where the link becomes plain text."""


def environment(layouts: Sequence[Path] = (LAYOUTS,)) -> jinja2.Environment:
    """Layouts from the folders given, the first that has one wins; nothing undefined passes, all text is escaped."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader([str(folder) for folder in layouts]),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        extensions=["jinja2.ext.do"],
    )
    env.filters["fill"] = fill
    return env


def fill(text: str, **values: object) -> Markup:
    """`{name}` in a sentence of the content replaced by a value; the rest stays, also other braces.

    Not `str.format`: content must not be able to reach into values.
    """

    def value(match: re.Match[str]) -> str:
        return str(escape(values[match[1]])) if match[1] in values else match[0]

    return Markup(re.sub(r"\{([a-z_]+)\}", value, str(escape(text))))  # noqa: S704 — text and values are escaped above


def markdown_html(text: str, resolve: Resolve, *, heading_level: int = 2) -> Markup:
    """Markdown as HTML. `resolve` decides each link and image; `##` becomes a heading of `heading_level`.

    Raw HTML is inert text. Headings get ids made of their words, so that they can be linked to.
    """
    md = markdown.Markdown(
        extensions=["tables", "sane_lists", "toc", _Ours(resolve, heading_level)], output_format="html"
    )
    return Markup(md.convert(text))  # noqa: S704 — raw HTML was made inert


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
