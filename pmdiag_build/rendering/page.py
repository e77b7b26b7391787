"""Parses a finished page into its elements and its visible text."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Self

Elements = list[tuple[str, dict[str, str]]]
"""(name, attributes) of each element, in the order of the page."""

_NOT_DRAWN = ("style", "title")


class Page(HTMLParser):
    """The elements and text of a page, for checks and for trimming style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: Elements = []
        self._texts: list[str] = []
        self._inside = ""

    @classmethod
    def of(cls, html: str) -> Self:
        """Parse a whole page."""
        page = cls()
        page.feed(html)
        page.close()
        return page

    @property
    def text(self) -> str:
        """The visible text, with each piece between two tags on its own line."""
        return "\n".join(self._texts)

    def updatepos(self, i: int, j: int) -> int:
        """Lines are not counted, which takes a tenth of the time."""
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in _NOT_DRAWN:
            self._texts.append(data)
