"""A local version's brand: is the logo an image that is safe to show, can the colours be read? Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat

from pmdiag_build.content.source import Document
from pmdiag_build.problems import Location, Problems

_MAGIC = {
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n....IHDR", re.DOTALL),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".jpeg": re.compile(rb"\xff\xd8\xff"),
    ".webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
_LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA, success criterion 1.4.3, for text of any size."""

# As in layouts/css/tokens.css; a test holds them together.
DEFAULTS = {"brand": "#17505c", "on_brand": "#ffffff", "link": "#175c80"}
# What stands on what: the header's text on the brand colour, links and the brand's rules on paper and tint.
_PAIRS = (("on_brand", "brand"), ("link", "#ffffff"), ("link", "#f2f5f6"), ("brand", "#ffffff"))


def check_image(name: str, data: bytes, problems: Problems) -> None:
    """Adds a problem if `data` is not the kind of image that `name` says, or an SVG that could do more than draw."""
    ending = name[name.rfind(".") :].lower()
    if ending == ".svg":
        _check_svg(name, data, problems)
    elif not _MAGIC[ending].match(data):
        problems.add(Location(name), f"The file is not a {ending[1:].upper()} image", "Export it again as PNG or SVG")


def _check_svg(name: str, data: bytes, problems: Problems) -> None:
    checker = _SvgChecker(name, problems)
    try:
        checker.parser.Parse(data, True)
    except expat.ExpatError as error:
        problems.add(Location(name, error.lineno), "The file is not an SVG image", "Export it again as SVG or PNG")
        return
    if checker.root != "svg":
        problems.add(Location(name, 1), "The file is not an SVG image", "Export it again as SVG or PNG")


class _SvgChecker:
    """Refuses whatever lets an SVG do more than draw: scripts, foreign content, references outside itself."""

    _OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!['\"]?(?:#|data:image/))", re.IGNORECASE)

    def __init__(self, name: str, problems: Problems) -> None:
        self.root = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self._name = name
        self._problems = problems

    def _refuse(self, what: str) -> None:
        place = Location(self._name, self.parser.CurrentLineNumber)
        self._problems.add(place, what, "Export it as a plain SVG without scripts, fonts and links, or as PNG")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        plain = tag.rsplit(":", 1)[-1].lower()
        self.root = self.root or plain
        if plain in ("script", "foreignobject", "iframe", "handler"):
            self._refuse(f"The SVG has a <{plain}>")
        for key, value in attributes.items():
            attribute = key.rsplit(":", 1)[-1].lower()
            if attribute.startswith("on"):
                self._refuse(f"The SVG runs a script ({attribute})")
            elif attribute in ("href", "src") and not value.startswith(("#", "data:image/")):
                self._refuse(f"The SVG refers to “{value[:60]}” outside itself")
            elif self._OUTSIDE.search(value):
                self._refuse("The SVG refers to something outside itself")

    def _text(self, piece: str) -> None:
        if self._OUTSIDE.search(piece):
            self._refuse("The SVG's style refers to something outside itself")

    def _entity(self, *_: object) -> None:
        self._refuse("The SVG declares an entity")


def check_colours(colours: Mapping[str, str], document: Document, problems: Problems) -> None:
    """Adds a problem for each pair of colours whose contrast is below WCAG's least."""
    chosen = {**DEFAULTS, **colours}
    for front, back in _PAIRS:
        if front not in colours and back not in colours:
            continue
        first, second = chosen.get(front, front), chosen.get(back, back)
        found = contrast(first, second)
        if found < _LEAST_CONTRAST:
            key = front if front in colours else back
            problems.add(
                document.at("brand", "colours", key),
                f"{first} on {second} has a contrast of {found:.1f} : 1, at least {_LEAST_CONTRAST} : 1 is needed",
                "Choose a darker colour on a light ground, or a lighter one on a dark ground",
            )


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
