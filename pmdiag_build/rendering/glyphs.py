"""Which letters of a page the shipped fonts can draw. Looks at text and fonts, renders nothing."""

from __future__ import annotations

import functools
import html as html_module
import re
import unicodedata
from pathlib import Path

from pmdiag_build.problems import Fault, Location, Problems

_NOT_DRAWN = re.compile(r"<(style|title)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)
_AROUND = 20


def check_glyphs(html: str, fonts: Path, name: str, problems: Problems) -> None:
    """Adds a problem for each letter in the text of `html` that one of the faces in the folder `fonts` lacks."""
    text = unicodedata.normalize("NFC", html_module.unescape(_NOT_DRAWN.sub("\n", html)))
    for letter in sorted(set(text) - _drawable(fonts)):
        if letter.isspace() or unicodedata.category(letter) == "Cf":
            continue  # no font draws these
        line = next(line for line in text.splitlines() if letter in line)
        found = line.index(letter)
        around = line[max(0, found - _AROUND) : found + _AROUND].strip()
        problems.add(
            Location(name),
            Fault(
                f"The fonts have no letter “{letter}” (U+{ord(letter):04X}, {unicodedata.name(letter, 'no name')}),"
                f" which stands in “{around}”",
                "Write it in another way",
            ),
        )


@functools.cache
def _drawable(fonts: Path) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    faces: list[set[int]] = []
    for path in sorted(fonts.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            faces.append(set(font.getBestCmap()))
    return frozenset(map(chr, set.intersection(*faces)))
