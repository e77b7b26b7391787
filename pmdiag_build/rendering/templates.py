"""The one Jinja environment and the one way from Markdown to HTML. Knows no page and no pack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from pmdiag_build.content.model import fill as fill_text
from pmdiag_build.rendering.compiled import Compiled
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
        # A local version's layouts are few, and its folder is not ours to write to.
        bytecode_cache=Compiled(LAYOUTS) if tuple(layouts) == (LAYOUTS,) else None,
        extensions=["jinja2.ext.do"],
    )
    env.filters["fill"] = fill
    return env


def fill(text: str, **values: object) -> Markup:
    """`{name}` in a sentence of the content replaced by a value, both as HTML."""
    safe = {name: escape(value) for name, value in values.items()}
    return Markup(fill_text(str(escape(text)), **safe))  # noqa: S704 — text and values are escaped


def markdown_html(text: str, resolve: Resolve, *, heading_level: int = 2, file: str = "content") -> Markup:
    """Markdown as HTML. `resolve` decides each link and image; `##` becomes a heading of `heading_level`.

    Raw HTML is inert text. Headings get ids made of their words, so that they can be linked to. Raises ContentWrong
    at `file` for marks nested too deeply to be read.
    """
    # Imported here: the report of a round is made in this environment too, and holds no Markdown.
    from pmdiag_build.problems import ContentWrong, Fault
    from pmdiag_build.rendering.markdown import html_of

    try:
        return Markup(html_of(text, resolve, heading_level))  # noqa: S704 — raw HTML was made inert
    except RecursionError as error:
        what = f"Marks are nested too deeply in the text that begins “{text.strip()[:40]}”"
        raise ContentWrong.one(file, Fault(what, "Use fewer asterisks, brackets and quotation signs there")) from error
