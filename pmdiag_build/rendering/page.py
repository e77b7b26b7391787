"""A finished page as checks see it: elements, text, letters that the fonts can't draw, and how long a text is on it."""

from __future__ import annotations

import functools
import html as html_module
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Self

from pmdiag_build.problems import Fault, Problems

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
        # Of an attribute that comes twice the first counts.
        self.elements.append((tag, {name: value or "" for name, value in reversed(attrs)}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in _NOT_DRAWN:
            self._texts.append(data)


# ---- letters

_AROUND = 20


def check_glyphs(html: str, fonts: Path, name: str, problems: Problems) -> None:
    """Add a problem for each letter in the text of `html` that a font in the folder `fonts` lacks."""
    if not _missing(html_module.unescape(html), fonts):
        return
    text = _composed(Page.of(html).text)
    for letter in _missing(text, fonts):
        line = next(line for line in text.splitlines() if letter in line)
        found = line.index(letter)
        around = line[max(0, found - _AROUND) : found + _AROUND].strip()
        problems.add(
            name,
            Fault(
                f"The fonts have no “{letter}” (U+{ord(letter):04X}, {unicodedata.name(letter, 'no name')}),"
                f" used in “{around}”",
                "Use other letters or words",
            ),
        )


def _missing(text: str, fonts: Path) -> list[str]:
    """The letters that the fonts lack. Spaces and format marks do not count: no font draws them."""
    lacking = set(_composed(text)) - _drawable(fonts)
    return sorted(letter for letter in lacking if not letter.isspace() and unicodedata.category(letter) != "Cf")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@functools.cache
def _drawable(fonts: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    faces: list[set[int]] = []
    for path in sorted(fonts.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            faces.append(set(font.getBestCmap()))
    return frozenset(map(chr, set.intersection(*faces)))


# ---- lengths: near enough to share out a page, and known without reading a font

MM_OF_A_POINT = 25.4 / 72
POINTS_OF_A_PIXEL = 0.75
_NARROW, _WIDE = frozenset("iljtfrI.,;:'’()[]/!|- "), frozenset("mwMWQOG%–—")


def width_of(text: str, size: float) -> float:
    """About how many millimetres a text takes in our font, in `size` points; rather too many."""
    signs = (0.3 if c in _NARROW else 0.81 if c in _WIDE else 0.62 if c.isupper() else 0.54 for c in text)
    return sum(signs) * size * MM_OF_A_POINT


# The wall and the rows of statements ask for the same lines again and again while they look for what fits.
@functools.lru_cache(maxsize=4096)
def lines_of(text: str, width: float, size: float) -> int:
    """About how many lines a text takes in a column of `width` millimetres; rather too many."""
    lines, filled, space = 1, 0.0, width_of(" ", size)
    for word in text.split():
        long = width_of(word, size)
        if filled and filled + space + long > width:
            lines, filled = lines + 1, long
        else:
            filled += long + (space if filled else 0)
    return lines
