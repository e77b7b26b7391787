"""What a form field looks like before anybody touches it: drawing operators, and the streams that contain them.

Rings and boxes are part of the page, so that they print for a pen; an appearance adds only what a program adds: a
dot, a cross, or text. Rings are drawn as strokes, outside the text and its structure: each is under the name of its
level already, and a control has the level in its accessible name, so that to a screen reader the letters are
decoration. So is the number of a statement beside its rings in large print, which its text has too. Set by the layout
engine, as text in a box with round corners, 123 rings took an eighth of a pack's time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from pikepdf import Array, Dictionary, Name, Object, Pdf

from pmdiag_build.content.imprint import REFERENCE
from pmdiag_build.publish.forms.placeholders import TEXT_KEY, FormFont, Pairs
from pmdiag_build.rendering.page import MM_OF_A_POINT

EMPTY_TEXT = b"/Tx BMC EMC"

_PADDING = 2.0
_LEADING = 1.2
_DOT = 0.3  # radius, in parts of the shorter side
_CROSS = 0.2  # half a stroke's span, in parts of the shorter side
_CROSS_STROKE = 0.085  # its width, in the same parts
_ARC = 0.5523  # Bézier handle of a quarter circle of radius 1
_RING = 0.0019  # line width ÷ width², so that large rings are bolder too
_HEIGHT = 0.4  # of the ring
_REFERENCE_HEIGHT = 1.6  # of its box, in parts of the letters' size
_ON_THE_LINE = 0.3  # their foot above the line
_STROKE, _BOLD = 0.12, 0.2  # of the letter's height; of a number's
_RAISED = 0.2  # onto the line of the words beside the rings, in parts of its height
_APART = 0.34  # from one sign of a number to the next, in parts of its height
_HAND = 8 / MM_OF_A_POINT  # points from one line for handwriting to the next
_LAST_LINE = 0.5  # the least between the last one and the box, in parts of that
_LINE_GREY = 0.65
_MARGIN = 16 / MM_OF_A_POINT  # points from a statement's number to its text
_BEFORE_RING = 4 / MM_OF_A_POINT  # the least from the end of its number to its ring
Rectangle = tuple[float, float, float, float]

# Each letter's width, and its path in a box one high whose lower left corner is at 0 0.
_LETTERS = {
    "L": (0.56, "0 1 m 0 0 l 0.56 0 l"),
    "D": (0.7, "0 0 m 0 1 l 0.25 1 l 0.55 1 0.7 0.78 0.7 0.5 c 0.7 0.22 0.55 0 0.25 0 c h"),
    "E": (0.58, "0.58 1 m 0 1 l 0 0 l 0.58 0 l 0 0.5 m 0.5 0.5 l"),
}
_SIGNS = {
    "L": _LETTERS["L"],
    ".": (0.04, "0 .02 m .04 .02 l"),
    "0": (0.56, ".28 0 m .1 0 0 .18 0 .5 c 0 .82 .1 1 .28 1 c .46 1 .56 .82 .56 .5 c .56 .18 .46 0 .28 0 c h"),
    "1": (0.24, "0 .84 m .14 .84 .2 .9 .24 1 c .24 0 l"),
    "2": (0.56, ".02 .78 m .05 .92 .15 1 .28 1 c .43 1 .53 .9 .53 .75 c .53 .5 .25 .26 0 0 c .56 0 l"),
    "3": (
        0.56,
        (
            ".02 .85 m .06 .95 .16 1 .28 1 c .43 1 .53 .91 .53 .77 c .53 .63 .43 .54 .28 .54 c "
            ".18 .54 l .28 .54 m .46 .54 .56 .43 .56 .27 c .56 .1 .45 0 .27 0 c .14 0 .04 .06 0 .17 c"
        ),
    ),
    "4": (0.62, ".46 0 m .46 1 l 0 .27 l .62 .27 l"),
    "5": (
        0.56,
        (
            ".5 1 m .1 1 l .06 .55 l .12 .6 .19 .63 .28 .63 c "
            ".45 .63 .56 .5 .56 .32 c .56 .13 .44 0 .27 0 c .14 0 .04 .06 0 .17 c"
        ),
    ),
    "6": (
        0.58,
        (
            ".53 .85 m .48 .95 .41 1 .31 1 c .1 1 0 .78 0 .43 c 0 .15 .11 0 .3 0 c "
            ".47 0 .58 .12 .58 .29 c .58 .46 .47 .58 .31 .58 c .15 .58 .03 .49 .01 .33 c"
        ),
    ),
    "7": (0.54, "0 1 m .54 1 l .16 0 l"),
    "8": (
        0.58,
        (
            ".29 .54 m .13 .54 .04 .64 .04 .77 c .04 .91 .14 1 .29 1 c .44 1 .54 .91 .54 .77 c "
            ".54 .64 .45 .54 .29 .54 c .11 .54 0 .43 0 .27 c 0 .1 .12 0 .29 0 c "
            ".46 0 .58 .1 .58 .27 c .58 .43 .47 .54 .29 .54 c h"
        ),
    ),
    "9": (
        0.58,
        (
            ".05 .15 m .1 .05 .17 0 .27 0 c .48 0 .58 .22 .58 .57 c .58 .85 .47 1 .28 1 c "
            ".11 1 0 .88 0 .71 c 0 .54 .11 .42 .27 .42 c .43 .42 .55 .51 .57 .67 c"
        ),
    ),
}
"""The signs in numbers of statements; local ones have an L."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where text is shown: width, height and font size in points, and whether it runs over several lines."""

    width: float
    height: float
    size: float
    multiline: bool


@dataclass(slots=True)
class Appearances:
    """Makes appearance streams (form XObjects) in one document; sizes are in points."""

    document: Pdf
    text_font: Object
    _drawings: dict[tuple[bytes, float, float], Object] = field(default_factory=dict)

    def text(self, content: bytes, width: float, height: float) -> Object:
        """The appearance of one text field. Never shared: pypdf writes new text into the stream that it finds."""
        stream = self._stream(content, width, height)
        if content != EMPTY_TEXT:
            stream.Resources = Dictionary(Font=Dictionary({f"/{TEXT_KEY}": self.text_font}))
        return stream

    def reference(self, box: TextBox) -> Object:
        """The empty drawing at the place of a reference: without the font, which pages would then need to be drawn."""
        return self._stream(b"", box.width, box.height)

    def drawing(self, content: bytes, width: float, height: float) -> Object:
        """The appearance of a button; the same drawing in the same size is one stream."""
        key = (content, width, height)
        if key not in self._drawings:
            self._drawings[key] = self._stream(content, width, height)
        return self._drawings[key]

    def _stream(self, content: bytes, width: float, height: float) -> Object:
        stream = self.document.make_stream(content)
        stream.Type = Name.XObject
        stream.Subtype = Name.Form
        stream.BBox = Array([0, 0, width, height])
        stream.Resources = Dictionary()
        return stream


@cache
def dot(width: float, height: float) -> bytes:
    """A filled circle in the middle: the chosen button of a radio field."""
    return f"q 0 g {circle(width / 2, height / 2, min(width, height) * _DOT)} f Q".encode()


def circle(x: float, y: float, radius: float) -> str:
    """The path of a circle around a point, for filling or stroking."""
    handle = radius * _ARC
    curves = [
        (x + radius, y + handle, x + handle, y + radius, x, y + radius),
        (x - handle, y + radius, x - radius, y + handle, x - radius, y),
        (x - radius, y - handle, x - handle, y - radius, x, y - radius),
        (x + handle, y - radius, x + radius, y - handle, x + radius, y),
    ]
    return "\n".join([f"{_operands(x + radius, y)} m", *(f"{_operands(*curve)} c" for curve in curves)])


@cache
def cross(width: float, height: float) -> bytes:
    """A small × in the middle: a button that takes a choice back. It is on the screen only."""
    side = min(width, height)
    half = side * _CROSS
    x, y = width / 2, height / 2
    return (
        f"q 0 G {_operands(side * _CROSS_STROKE)} w 1 J\n"
        f"{_operands(x - half, y - half)} m {_operands(x + half, y + half)} l\n"
        f"{_operands(x - half, y + half)} m {_operands(x + half, y - half)} l\nS Q"
    ).encode()


def shown_text(value: str, box: TextBox, font: FormFont) -> bytes:
    """The appearance of a text field: lines broken at words to fit, from the top, or one line in the middle.

    What does not fit is cut off by the box, as programs do; it is still in the field's value, and programs
    scroll to it. An empty value has the empty appearance.
    """
    lines = (
        wrapped(value, box.width - 2 * _PADDING, box.size, font) if box.multiline else [" ".join(value.splitlines())]
    )
    if not value:
        return EMPTY_TEXT
    if box.multiline:
        first = box.height - _PADDING - font.ascent * box.size / 1000
    else:
        first = (box.height - font.cap_height * box.size / 1000) / 2
    shown = b" T*\n".join(font.glyph_string(line) + b" Tj" for line in lines)
    frame = f"{_operands(1, 1, box.width - 2, box.height - 2)} re W n"
    start = f"/{TEXT_KEY} {box.size:g} Tf 0 g {box.size * _LEADING:g} TL {_operands(_PADDING, first)} Td"
    return f"/Tx BMC q {frame} BT\n{start}\n".encode() + shown + b"\nET Q EMC"


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """Where the reference is written at the foot of each page: a line, and letters of `size` on it; in points."""

    left: float
    bottom: float
    width: float
    size: float

    @property
    def box(self) -> TextBox:
        return TextBox(self.width, self.size * _REFERENCE_HEIGHT, self.size, multiline=False)

    @staticmethod
    def box_of(width: float, height: float) -> TextBox:
        """The box of a line from the size of its drawing."""
        return TextBox(width, height, round(height / _REFERENCE_HEIGHT, 2), multiline=False)


def draw_reference_line(document: Pdf, line: ReferenceLine) -> None:
    """Draw the line on every page, and on it an empty drawing that all pages share: a copy has its reference there."""
    drawing = Appearances(document, document.Root.AcroForm.DR.Font[f"/{TEXT_KEY}"]).reference(line.box)
    place, end = _operands(line.left, line.bottom), _operands(line.left + line.width, line.bottom)
    content = f"/Artifact BMC q 0.6 w 0 G {place} m {end} l S 1 0 0 1 {place} cm {REFERENCE} Do Q EMC"
    shared = document.make_stream(content.encode())
    for page in document.pages:
        drawings = page.obj.Resources.get("/XObject", Dictionary())
        drawings[REFERENCE] = drawing
        page.obj.Resources.XObject = drawings
        before = page.obj.Contents
        page.obj.Contents = Array([shared, *(before if isinstance(before, Array) else [before])])


def reference_text(value: str, box: TextBox, font: FormFont) -> bytes:
    """The drawing operators of a reference on its line."""
    start = f"/{TEXT_KEY} {box.size:g} Tf 0 g {_operands(_PADDING, box.size * _ON_THE_LINE)} Td"
    return f"q BT\n{start}\n".encode() + font.glyph_string(" ".join(value.splitlines())) + b" Tj\nET Q"


def fits(value: str, box: TextBox, font: FormFont) -> bool:
    """Whether `shown_text` can show all of a text, with nothing cut off by the box."""
    width = box.width - 2 * _PADDING
    if not box.multiline:
        return font.width(" ".join(value.splitlines()), box.size) <= width
    lines = len(wrapped(value, width, box.size, font))
    height = (font.ascent - font.descent) * box.size / 1000 + (lines - 1) * box.size * _LEADING
    return height <= box.height - 2 * _PADDING


def wrapped(text: str, width: float, size: float, font: FormFont) -> list[str]:
    """Lines of text no wider than `width` points, broken at spaces, or inside a word that is wider than a line."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if font.width(longer, size) <= width:
                line = longer
                continue
            if line:
                lines.append(line)
            *whole, line = _pieces(word, width, size, font)
            lines += whole
        lines.append(line)
    return lines


def _pieces(word: str, width: float, size: float, font: FormFont) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and font.width(pieces[-1] + sign, size) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def draw_for_a_pen(document: Pdf, pairs: Pairs) -> None:
    """Draw a ring for every button of the radio fields, with the letter of its level where it has one, the numbers of
    statements that stand beside them, and lines for handwriting in the fields that have them."""
    drawn: defaultdict[int, list[str]] = defaultdict(list)
    for declared, widgets in pairs:
        if declared.ruled:
            drawn[widgets[0].page].append(_ruling(widgets[0].rectangle))
        if declared.kind != "radio":
            continue
        if declared.beside:
            drawn[widgets[0].page].append(_statement_number(declared.beside, widgets[0].rectangle))
        for option, widget in zip(declared.options, widgets, strict=True):
            drawn[widget.page].append(_ring(widget.rectangle))
            if option.code in _LETTERS:
                drawn[widget.page].append(_letter(option.code, widget.rectangle))
    for page, shapes in drawn.items():
        content = "\n".join(["/Artifact BMC q 0 G 1 J 1 j", *shapes, "Q EMC"])
        # In front: what the layout engine leaves set at the end of a page must not move them.
        on_page = document.pages[page].obj
        on_page.Contents = Array([document.make_stream(content.encode()), on_page.Contents])


def _ruling(box: Rectangle) -> str:
    x1, y1, x2, y2 = box
    heights = (y2 - number * _HAND for number in range(1, int((y2 - y1) / _HAND - _LAST_LINE) + 1))
    paths = (f"{_operands(x1, high)} m {_operands(x2, high)} l S" for high in heights)
    return "\n".join([f"q 0.4 w {_LINE_GREY} G", *paths, "Q"])


def _ring(box: Rectangle) -> str:
    x1, y1, x2, y2 = box
    return f"q 1 0 0 1 {(x1 + x2) / 2:.2f} {(y1 + y2) / 2:.2f} cm {_stroked(round(min(x2 - x1, y2 - y1), 2))} Q"


@cache
def _stroked(side: float) -> str:
    """A ring around 0 0; a pack has a hundred of one size."""
    line = side * side * _RING
    return f"{line:.2f} w {circle(0, 0, (side - line) / 2)} S"


def _letter(code: str, ring: Rectangle) -> str:
    width, path = _LETTERS[code]
    x1, y1, x2, y2 = ring
    high = min(x2 - x1, y2 - y1) * _HEIGHT
    left, low = (x1 + x2 - width * high) / 2, (y1 + y2 - high) / 2
    # The box is scaled to the letter's place, its line with it.
    return f"q {high:.3f} 0 0 {high:.3f} {left:.2f} {low:.2f} cm {_STROKE} w {path} S Q"


def _statement_number(text: str, ring: Rectangle) -> str:
    """A statement's number in bold, in the margin of its text, at the height of its first ring."""
    x1, y1, x2, y2 = ring
    high = min(x2 - x1, y2 - y1) * _HEIGHT
    paths, left = [], _BOLD / 2
    for sign in text:
        width, path = _SIGNS[sign]
        paths.append(f"1 0 0 1 {left:.2f} 0 cm {path} S")
        left = width + _APART
    # One of five signs, such as 2.L10, is drawn narrower, so that it ends before the ring.
    long = sum(_SIGNS[sign][0] for sign in text) + _APART * (len(text) - 1)
    wide = min(high, (_MARGIN - _BEFORE_RING) / long)
    place = f"{wide:.3f} 0 0 {high:.3f} {x1 - _MARGIN:.2f} {(y1 + y2 - high) / 2 + high * _RAISED:.2f} cm"
    return f"q {place} {_BOLD} w {' '.join(paths)} Q"


def _operands(*values: float) -> str:
    return " ".join(f"{round(value, 2):g}" for value in values)
