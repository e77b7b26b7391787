"""Letters in the rings of levels, for a pen: drawn on the page as strokes, outside the text and its structure.

Each ring stands under the name of its level already, and a control bears the level in its accessible name, so that
to a screen reader the letters are decoration. Set as text by the layout engine, 123 of them took a tenth of a pack's
time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pikepdf import Pdf

from pmdiag_build.publish.form_placeholders import Pairs

_HEIGHT = 0.32  # of the ring
_STROKE = 0.13  # of the letter's height
# Strokes in a box one high, its lower left corner at 0 0: (operator, points).
_Stroke = tuple[str, Sequence[tuple[float, float]]]
_LETTERS: dict[str, tuple[float, Sequence[_Stroke]]] = {
    "L": (0.56, [("m", [(0, 1)]), ("l", [(0, 0)]), ("l", [(0.56, 0)])]),
    "D": (
        0.7,
        [
            *[("m", [(0, 0)]), ("l", [(0, 1)]), ("l", [(0.25, 1)])],
            ("c", [(0.55, 1), (0.7, 0.78), (0.7, 0.5)]),
            ("c", [(0.7, 0.22), (0.55, 0), (0.25, 0)]),
            ("h", []),
        ],
    ),
    "E": (
        0.58,
        [
            *[("m", [(0.58, 1)]), ("l", [(0, 1)]), ("l", [(0, 0)]), ("l", [(0.58, 0)])],
            *[("m", [(0, 0.5)]), ("l", [(0.5, 0.5)])],
        ],
    ),
}


def draw_letters(document: Pdf, pairs: Pairs) -> None:
    """Draw the letter of its level into every ring of a radio field whose options are levels."""
    drawn: defaultdict[int, list[str]] = defaultdict(list)
    for field, widgets in pairs:
        if field.kind != "radio":
            continue
        for option, widget in zip(field.options, widgets, strict=True):
            if option.code in _LETTERS:
                drawn[widget.page].append(_letter(option.code, widget.rectangle))
    for page, letters in drawn.items():
        content = "\n".join(["/Artifact BMC q 0 G 1 J 1 j", *letters, "Q EMC"])
        # In front: what the layout engine leaves set at the end of a page must not move them.
        document.pages[page].contents_add(content.encode(), prepend=True)


def _letter(code: str, ring: tuple[float, float, float, float]) -> str:
    width, strokes = _LETTERS[code]
    x1, y1, x2, y2 = ring
    high = min(x2 - x1, y2 - y1) * _HEIGHT
    left, low = (x1 + x2 - width * high) / 2, (y1 + y2 - high) / 2
    parts = [f"{high * _STROKE:.3f} w"]
    for operator, points in strokes:
        parts += [f"{left + x * high:.2f} {low + y * high:.2f}" for x, y in points]
        parts.append(operator)
    return " ".join([*parts, "S"])
