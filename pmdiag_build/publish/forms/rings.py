"""Rings with the letters of levels, for a pen: drawn on the page as strokes, outside the text and its structure.

Each ring stands under the name of its level already, and a control bears the level in its accessible name, so that
to a screen reader the letters are decoration. Set by the layout engine, as text in a box with round corners, 123 of
them took an eighth of a pack's time.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from pikepdf import Array, Pdf

from pmdiag_build.publish.forms.appearances import circle
from pmdiag_build.publish.forms.placeholders import Pairs

_RING = 0.033  # its line, in parts of its width
_HEIGHT = 0.32  # of the ring
_STROKE = 0.13  # of the letter's height
Rectangle = tuple[float, float, float, float]

# Each letter's width, and its path in a box one high whose lower left corner is at 0 0.
_LETTERS = {
    "L": (0.56, "0 1 m 0 0 l 0.56 0 l"),
    "D": (0.7, "0 0 m 0 1 l 0.25 1 l 0.55 1 0.7 0.78 0.7 0.5 c 0.7 0.22 0.55 0 0.25 0 c h"),
    "E": (0.58, "0.58 1 m 0 1 l 0 0 l 0.58 0 l 0 0.5 m 0.5 0.5 l"),
}


def draw_rings(document: Pdf, pairs: Pairs) -> None:
    """Draw a ring for every button of the radio fields, with the letter of its level where it has one."""
    drawn: defaultdict[int, list[str]] = defaultdict(list)
    for field, widgets in pairs:
        if field.kind != "radio":
            continue
        for option, widget in zip(field.options, widgets, strict=True):
            drawn[widget.page].append(_ring(widget.rectangle))
            if option.code in _LETTERS:
                drawn[widget.page].append(_letter(option.code, widget.rectangle))
    for page, shapes in drawn.items():
        content = "\n".join(["/Artifact BMC q 0 G 1 J 1 j", *shapes, "Q EMC"])
        # In front: what the layout engine leaves set at the end of a page must not move them.
        on_page = document.pages[page].obj
        on_page.Contents = Array([document.make_stream(content.encode()), on_page.Contents])


def _ring(box: Rectangle) -> str:
    x1, y1, x2, y2 = box
    return f"q 1 0 0 1 {(x1 + x2) / 2:.2f} {(y1 + y2) / 2:.2f} cm {_stroked(round(min(x2 - x1, y2 - y1), 2))} Q"


@cache
def _stroked(side: float) -> str:
    """A ring around 0 0; a pack has a hundred of one size."""
    line = side * _RING
    return f"{line:.2f} w {circle(0, 0, (side - line) / 2)} S"


def _letter(code: str, ring: Rectangle) -> str:
    width, path = _LETTERS[code]
    x1, y1, x2, y2 = ring
    high = min(x2 - x1, y2 - y1) * _HEIGHT
    left, low = (x1 + x2 - width * high) / 2, (y1 + y2 - high) / 2
    # The box is scaled to the letter's place, its line with it.
    return f"q {high:.3f} 0 0 {high:.3f} {left:.2f} {low:.2f} cm {_STROKE} w {path} S Q"
