"""Which letters of a page the shipped fonts can draw."""

from __future__ import annotations

import functools
import html as html_module
import unicodedata
from pathlib import Path

from pmdiag_build.problems import Fault, Problems
from pmdiag_build.rendering.page import Page

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
