"""The font of the form fields: one embedded font program, used as two PDF fonts.

WeasyPrint embeds the font of the text placeholders whole, as a composite font with every glyph. That `text` font
shows what the pack fills in beforehand. The `field` font is what programs type with: a simple 8-bit font over the
same font program, because that is what they all understand. Its code page is Windows-1252 with signs that nobody
types replaced by letters that names in Wales and Britain need. PDF/UA checkers reject some true glyph names in
the encoding of a simple font, so the field font stays out of the resources of appearances.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pikepdf import Array, Dictionary, Name, Object, Pdf

from pmdiag_build.problems import Fault
from pmdiag_build.publish.forms.placeholders import LayoutWrong

FIELD_KEY = "Wingdings"
"""The resource key of the field font. PDFium (Chrome's viewer) sends letters from U+0100 up to a fallback font,
which lacks ŵ and ŷ, unless the key is the name of a symbol font: then it asks the embedded font first."""

TEXT_KEY = "FieldText"
"""The resource key of the composite font with which filled-in text is drawn."""

# Most needed first: the last six get codes that Windows-1252 does not use, and that a program may drop.
_LETTERS = "ŵŷŴŶąćęłńśźżĄĆĘŁŃŚŹŻășțĂȘȚẃẁẅỳẂẀẄỲčřČŘ"
_UNUSED_CODES = (0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D)
_GIVEN_UP = "¤¦¨ªº¬¯¸¹¶µ†‡‰ƒˆ˜‹›«»¡¿¢¥™®¼¾±§÷"
_BLOCK = 100  # the most entries that a block of a text map may have
_NOT_SYMBOLIC = 1 << 5
_STEM = 80  # a usual value for a regular weight; font programs do not contain it


@dataclass(frozen=True)
class FormFont:
    """The measures of a TrueType font program, in thousandths of the font size.

    `glyphs`: character → number of its glyph. `variants`: number → text of glyphs that belong to no single character,
    such as ligatures and tabular figures.
    """

    glyphs: Mapping[str, int]
    variants: Mapping[int, str]
    widths: tuple[int, ...]
    ascent: int
    descent: int
    cap_height: int
    box: tuple[int, int, int, int]

    def width(self, text: str, size: float) -> float:
        """The length of a line of text in points at a font size in points."""
        return sum(self.widths[self.glyphs.get(sign, 0)] for sign in text) * size / 1000

    def glyph_string(self, text: str) -> bytes:
        """The operand that shows a line of text in the `text` font: two bytes a glyph, in hexadecimal."""
        return b"<" + b"".join(b"%04X" % self.glyphs.get(sign, 0) for sign in text) + b">"


def read_font(text_font: Object) -> FormFont:
    """The measures of a composite font that WeasyPrint embedded; raises `LayoutWrong` if it is no TrueType font."""
    program = text_font.DescendantFonts[0].FontDescriptor.get("/FontFile2")
    if program is None:
        what = "The text fields use this font, which is not a TrueType font"
        raise LayoutWrong.one(str(text_font.BaseFont), Fault(what, "Give a .ttf file in the layout's @font-face"))
    return _measured(program.read_bytes())


@lru_cache(maxsize=4)
def _measured(program: bytes) -> FormFont:
    # fontTools takes a tenth of a second to import, and WeasyPrint has it loaded by the time a pack comes here.
    from fontTools.agl import toUnicode
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(program), lazy=True)
    head, order = font["head"], font.getGlyphOrder()
    scale = 1000 / head.unitsPerEm
    left, bottom, right, top = (round(side * scale) for side in (head.xMin, head.yMin, head.xMax, head.yMax))
    glyphs = {chr(code): font.getGlyphID(glyph) for code, glyph in font.getBestCmap().items()}
    variants = {number: toUnicode(order[number]) for number in sorted(set(range(len(order))) - set(glyphs.values()))}
    return FormFont(
        glyphs=glyphs,
        variants={number: text for number, text in variants.items() if text},
        widths=tuple(round(font["hmtx"][glyph][0] * scale) for glyph in order),
        ascent=round(font["hhea"].ascent * scale),
        descent=round(font["hhea"].descent * scale),
        cap_height=round(getattr(font["OS/2"], "sCapHeight", head.unitsPerEm * 0.7) * scale),  # old fonts lack it
        box=(left, bottom, right, top),
    )


@lru_cache(maxsize=1)
def code_page() -> Mapping[int, str]:
    """Code → character of the field font: Windows-1252 from 32 up, with the needed letters in the spare places."""
    table = {code: bytes([code]).decode("cp1252") for code in range(0x20, 0x100) if code not in _UNUSED_CODES}
    spare = [*(sign.encode("cp1252")[0] for sign in _GIVEN_UP), *_UNUSED_CODES]
    return table | dict(zip(spare, _LETTERS, strict=True))


def field_font(document: Pdf, text_font: Object, font: FormFont) -> Object:
    """The simple font to type with, over the font program of the composite `text_font`."""
    program = text_font.DescendantFonts[0].FontDescriptor.FontFile2
    # A name without the six letters of a subset: programs type only with fonts that they take to be whole.
    name = Name("/" + str(text_font.BaseFont).partition("+")[2])
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=_NOT_SYMBOLIC,
        FontBBox=Array(font.box),
        ItalicAngle=0,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=font.cap_height,
        StemV=_STEM,
        FontFile2=program,
    )
    table = code_page()
    return document.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=name,
            FirstChar=0x20,
            LastChar=0xFF,
            Widths=Array(font.widths[font.glyphs.get(table[code], 0)] for code in range(0x20, 0x100)),
            Encoding=Dictionary(
                Type=Name.Encoding, BaseEncoding=Name.WinAnsiEncoding, Differences=Array(_differences(table))
            ),
            FontDescriptor=document.make_indirect(descriptor),
        )
    )


def complete_text_map(text_font: Object, font: FormFont) -> None:
    """Add the text of the variants of letters to the text map.

    In a font that is embedded whole, WeasyPrint maps only the glyphs that characters have; figures of a numbered
    list, which are tabular ones, would then be read as nothing.
    """
    entries = [f"<{number:04x}> <{text.encode('utf-16-be').hex()}>\n" for number, text in sorted(font.variants.items())]
    blocks = [entries[start : start + _BLOCK] for start in range(0, len(entries), _BLOCK)]
    added = "".join(f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n" for block in blocks)
    start, end, rest = text_font.ToUnicode.read_bytes().partition(b"endcmap")
    text_font.ToUnicode.write(start + added.encode() + end + rest)


def _differences(table: Mapping[int, str]) -> list[int | Name]:
    from fontTools.agl import UV2AGL

    found: list[int | Name] = []
    for code, sign in sorted(table.items()):
        if code in _UNUSED_CODES or bytes([code]).decode("cp1252") != sign:
            found += [code, Name("/" + UV2AGL.get(ord(sign), f"uni{ord(sign):04X}"))]
    return found
