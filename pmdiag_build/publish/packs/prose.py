"""Markdown in a pack: links that lead within it, page references with real numbers, pictures. Reads no file."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pmdiag_build.rendering.templates import fill, markdown_html

_REFERENCE = re.compile(r"\[([^\]]*\d[^\]]*)\]\(page:([a-z0-9-]+)[^)]*\)")
"""A link to a page whose words name a page number, as the source has them: `[page 7](page:features)`."""

_HEADING_ID = re.compile(r'(<h[1-6]) id="[^"]*"')


@dataclass(frozen=True, slots=True)
class PackProse:
    """Renders Markdown for one pack.

    `held` are the pages of the site whose matter the pack holds; `elsewhere` is the sentence for a page reference to
    any other, with `{reference}`; `images` are the files that content may show.
    """

    held: Collection[str]
    elsewhere: str
    images: Mapping[str, bytes]

    def __call__(self, text: str, file: str = "content") -> Markup:
        """HTML whose headings start at `<h3>`: the part's own title is the `<h2>`. `file` is where the text stands."""
        # As plain text, for re.sub on Markup escapes what it puts in.
        html = str(markdown_html(_REFERENCE.sub(self._far, text), self._resolve, heading_level=3, file=file))
        # Ids made of headings would be names in the PDF, and two pages may have one heading.
        return Markup(_HEADING_ID.sub(r"\1", _without_numbers(html)))  # noqa: S704 - markdown_html has escaped it

    def image(self, name: str) -> str:
        """The address of a file in `images`, with the file in it: a pack's page needs no file of the content."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(self.images[name]).decode()}"

    def _far(self, match: re.Match[str]) -> str:
        reference, page = match.groups()
        return match[0] if page in self.held else str(fill(self.elsewhere, reference=reference))

    def _resolve(self, target: str, text: str) -> tuple[str, dict[str, str]] | None:
        if target.startswith("page:"):
            page = target[5:].split("#")[0]
            if page not in self.held:
                return None
            return f"#{page}", {"class": "reference" if re.search(r"\d", text) else "within"}
        if target in self.images:
            return self.image(target), {}
        return (target, {}) if target.startswith(("https:", "http:", "mailto:", "tel:")) else None


def _without_numbers(html: str) -> str:
    """The source's page numbers out of the references: the style sheet prints the real ones in their place."""
    return re.sub(r'(<a\b[^>]*\bclass="reference"[^>]*>[^<]*?)\d+(\s*</a>)', r"\1\2", html)
