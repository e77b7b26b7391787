"""What the content of a page or of an appearance draws: its text, as far as its fonts say what it is, and the rest.

Two questions are answered with it: does a field show what it stores, and did somebody write beside the fields?
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pmdiag_build.content.imprint import PAINTS, is_group
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TooBig
from pmdiag_build.returns.readers.pdf_library import (
    PDF_DOC_ENCODING,
    Array,
    Dictionary,
    Instruction,
    Name,
    Object,
    Stream,
    String,
    instructions,
)

UNKNOWN = "\ufffd"
"""A letter that its font does not tell, or a glyph that is none."""

_OTHER_DRAWINGS = frozenset({paint.decode() for paint in PAINTS} - {"Do"} | {"INLINE IMAGE"})
_SHOWS = frozenset({"Tj", "TJ", "'", '"'})
_NEW_LINE = frozenset({"T*", "Td", "TD", "Tm", "'", '"', "ET"})
_SPACE = -200
"""A gap in a row of text that is this wide, in thousandths of the font size and to the left, is a space."""

Letters = Callable[[bytes], str]
"""The codes that a font shows → their letters."""


@dataclass(slots=True)
class Drawn:
    """What was drawn so far: texts, in `lines` of so many, and `drawings` (lines, areas and pictures).

    `codes` are the texts as the file has them. `size` is the largest font size in points.
    """

    parts: list[str] = field(default_factory=list)
    codes: list[bytes] = field(default_factory=list)
    lines: int = 0
    drawings: int = 0
    size: float = 0

    @property
    def text(self) -> str:
        """The text with single spaces; UNKNOWN for letters that nobody can tell."""
        return " ".join("".join(self.parts).split())

    @property
    def empty(self) -> bool:
        return not self.drawings and not any(code.strip() for code in self.codes)


class Canvas:
    """What all drawings of a file have in common: its fonts, each read once, and how much may still be looked at."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, int], Letters] = {}
        self._unpacked = self._followed = 0

    def unpacked(self, stream: Stream) -> bytes:
        """The bytes of a content or an appearance. Raises TooBig for more of them than a return has."""
        data = stream.read_bytes()
        self.looked_at(len(data))
        return data

    def looked_at(self, size: int) -> None:
        """Counts so many bytes of a content that is known already. Raises TooBig as well."""
        self._unpacked += size
        if self._unpacked > limits.PDF_LOOKED_AT:
            raise TooBig(f"its pages draw more than {limits.PDF_LOOKED_AT >> 20} MB")

    def instructions(self, content: Object, size: int) -> Iterator[Instruction]:
        """The instructions of a page or a form of so many bytes. Raises TooBig as well."""
        self._followed += size
        if self._followed > limits.PDF_FOLLOWED:
            raise TooBig(f"its pages draw more than {limits.PDF_FOLLOWED >> 20} MB that are not the pack's")
        return instructions(content)

    def letters(self, font: Object | None) -> Letters:
        """How a font reads its codes."""
        if not isinstance(font, Dictionary):
            return _unknown
        if font.objgen == (0, 0):
            return _letters_of(font, self)
        if font.objgen not in self._fonts:
            self._fonts[font.objgen] = _letters_of(font, self)
        return self._fonts[font.objgen]


def drawn_by(content: Stream, size: int, canvas: Canvas, spare: Object | None = None) -> Drawn:
    """All that a form of `size` bytes draws. `spare`: resources to look into for a font that its own do not have."""
    drawing = Drawing(canvas, spare)
    for instruction in canvas.instructions(content, size):
        drawing.take(instruction, content.get("/Resources"), 0)
    return drawing.drawn


class Drawing:
    """Follows the instructions of a content stream and keeps what they draw."""

    def __init__(self, canvas: Canvas, spare: Object | None = None) -> None:
        self.drawn = Drawn()
        self._canvas, self._spare = canvas, spare
        self._letters: Letters = _unknown

    def take(self, instruction: Instruction, resources: Object | None, depth: int) -> None:
        """The next instruction of a content whose names are those of `resources`."""
        operator, operands = instruction
        if operator in _NEW_LINE and self.drawn.parts and self.drawn.parts[-1] != " ":
            self.drawn.parts.append(" ")
            self.drawn.lines += 1
        if operator in _SHOWS and operands:
            self._show(operands[-1])
        elif operator == "Tf" and len(operands) == 2:
            self._letters = self._canvas.letters(self._font(str(operands[0]), resources))
            self.drawn.size = max(self.drawn.size, abs(float(operands[1])))
        elif operator == "Do" and operands:
            self._do(str(operands[0]), resources, depth)
        elif operator in _OTHER_DRAWINGS:
            self.drawn.drawings += 1

    def _show(self, operand: Any) -> None:
        for part in operand if isinstance(operand, Array) else (operand,):
            if isinstance(part, String):
                codes = bytes(part)
                self.drawn.codes.append(codes)
                self.drawn.parts.append(self._letters(codes))
            elif isinstance(part, (int, Decimal)) and part < _SPACE:
                self.drawn.parts.append(" ")

    def _font(self, name: str, resources: Object | None) -> Object | None:
        return _entry(resources, "/Font", name) or _entry(self._spare, "/Font", name)

    def _do(self, name: str, resources: Object | None, depth: int) -> None:
        drawn = _entry(resources, "/XObject", name)
        if not isinstance(drawn, Stream) or not is_group(name, drawn.get("/Subtype"), depth):
            self.drawn.drawings += 1
            return
        own = drawn.get("/Resources") or resources
        for instruction in self._canvas.instructions(drawn, len(self._canvas.unpacked(drawn))):
            self.take(instruction, own, depth + 1)


def _entry(resources: Object | None, kind: str, name: str) -> Object | None:
    entries = resources.get(kind) if isinstance(resources, Dictionary) else None
    return entries.get(name) if isinstance(entries, Dictionary) else None


# ---- fonts: codes → letters


def _unknown(codes: bytes) -> str:
    return UNKNOWN if codes.strip() else ""


def _letters_of(font: Object, canvas: Canvas) -> Letters:
    composite = font.get("/Subtype") == "/Type0"
    map_ = font.get("/ToUnicode")
    table = _text_map(canvas.unpacked(map_)) if isinstance(map_, Stream) else {}
    if not composite:
        table = _encoded(font) | table
    if not table:
        return _unknown
    known = _Known(table)
    # Codes of two bytes are read as letters of these numbers, and those are exchanged.
    encoding = "utf-16-be" if composite else "latin-1"
    return lambda codes: codes.decode(encoding, "surrogatepass" if len(codes) % 2 == 0 else "replace").translate(known)


class _Known(dict[int, str]):
    def __missing__(self, _: int) -> str:
        return UNKNOWN


_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_HEX = rb"\s*<\s*([0-9A-Fa-f\s]*)>"
_CHAR = re.compile(_HEX + _HEX)
_RANGE = re.compile(_HEX + _HEX + rb"\s*(?:<\s*([0-9A-Fa-f\s]*)>|\[([^\]]*)\])")
_LONGEST_RANGE = 0xFFFF


@lru_cache(maxsize=16)
def _text_map(data: bytes) -> dict[int, str]:
    """A font's map from codes to texts (PDF 1.7, 9.10.3). Kept, since returns of one pack have the same fonts."""
    table: dict[int, str] = {}
    for kind, block in _BLOCK.findall(data):
        if kind == b"bfchar":
            table |= {int(code, 16): _text(text) for code, text in _CHAR.findall(block) if code.strip()}
            continue
        for first, last, text, texts in _RANGE.findall(block):
            start = int(first, 16)
            numbers = range(start, min(int(last, 16), start + _LONGEST_RANGE) + 1)
            each = map(_text, re.findall(rb"<([^>]*)>", texts)) if texts else _counted_on(_text(text), len(numbers))
            table |= dict(zip(numbers, each, strict=False))
    return table


def _text(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode()).decode("utf-16-be", "replace")


def _counted_on(text: str, number: int) -> list[str]:
    """A text and those whose last letter is the next one, and so on."""
    return [text[:-1] + chr(min(ord(text[-1]) + n, 0x10FFFF)) for n in range(number)] if text else [""] * number


_BASES = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman", "/PDFDocEncoding": PDF_DOC_ENCODING}
_SYMBOLS = ("ZapfDingbats", "Symbol", "Wingdings", "Webdings")
_SYMBOLIC = 1 << 2


def _encoded(font: Object) -> dict[int, str]:
    """What the codes of a font of single bytes mean by its encoding; none for a font of signs."""
    encoding = font.get("/Encoding")
    base = encoding.get("/BaseEncoding") if isinstance(encoding, Dictionary) else encoding
    table = dict.fromkeys(range(0x20), " ")  # programs that draw a text leave its line ends in it
    if base is not None:
        name = _BASES.get(str(base), "ascii")
        table |= {code: bytes([code]).decode(name, "replace") for code in range(0x20, 0x100)}
    elif not _of_signs(font):
        table |= {code: chr(code) for code in range(0x20, 0x7F)}
    code = 0
    for entry in encoding.get("/Differences", ()) if isinstance(encoding, Dictionary) else ():
        if isinstance(entry, Name):
            table[code] = _named(str(entry)[1:])
            code += 1
        else:
            code = int(entry)
    return table


def _of_signs(font: Object) -> bool:
    descriptor = font.get("/FontDescriptor")
    flags = descriptor.get("/Flags", 0) if isinstance(descriptor, Dictionary) else 0
    return bool(int(flags) & _SYMBOLIC) or any(name in str(font.get("/BaseFont")) for name in _SYMBOLS)


_FIGURES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ACCENTS = {
    "grave": "\u0300",
    "acute": "\u0301",
    "circumflex": "\u0302",
    "tilde": "\u0303",
    "dieresis": "\u0308",
    "caron": "\u030c",
    "ogonek": "\u0328",
    "dotaccent": "\u0307",
    "cedilla": "\u0327",
    "commaaccent": "\u0326",
    "breve": "\u0306",
    "ring": "\u030a",
}
_NAMES = {"space": " ", "Lslash": "Ł", "lslash": "ł", "quoteright": "’", "endash": "–", "hyphen": "-", "period": "."}
_NOT_ASCII = "\u2026"


def _named(name: str) -> str:
    """The letter that a glyph's name means; UNKNOWN for a number or the like. Signs beyond ASCII are all one sign."""
    name = name.partition(".")[0]
    if "_" in name:
        return "".join(map(_named, name.split("_")))
    if (len(name) == 1 and name.isascii()) or name in ("fi", "fl", "ff", "ffi", "ffl"):
        return name
    if name in _FIGURES:
        return str(_FIGURES.index(name))
    if code := re.fullmatch(r"(?:uni|u)([0-9A-F]{4,6})", name):
        return chr(min(int(code[1], 16), 0x10FFFF))
    if name[1:] in _ACCENTS:
        return unicodedata.normalize("NFC", name[0] + _ACCENTS[name[1:]])
    return _NAMES.get(name, _NOT_ASCII if re.fullmatch("[A-Za-z]+", name) else UNKNOWN)
