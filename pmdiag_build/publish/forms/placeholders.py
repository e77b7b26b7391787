"""What WeasyPrint rendered for the fields of a pack: the controls, compared with the declared fields, and their font.

The font is one embedded font program, used as two PDF fonts. WeasyPrint embeds the font of the text placeholders whole,
as a composite font with every glyph. That `text` font shows what the pack fills in beforehand. The `field` font is what
programs type with: a simple 8-bit font over the same font program, because that is what they all understand. Its code
page is Windows-1252 with signs that nobody types replaced by letters that names in Wales and Britain need. PDF/UA
checkers reject some true glyph names in the encoding of a simple font, so the field font stays out of the resources of
appearances.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pikepdf import Array, Dictionary, Name, Object, Pdf

from pmdiag_build.content.fields import FormField
from pmdiag_build.problems import ExitCode, Fault, Location, PmdiagError, Problem, did_you_mean

_NAME = re.compile(r"[A-Za-z0-9_]+")
_FONT = re.compile(r"/(\S+) ([\d.]+) Tf")
_ON_THE_LAYOUT = "Fix the pack's layout"


class LayoutWrong(PmdiagError):
    """A layout renders other fields than its pack declares: a mistake in the program, not in the content."""

    exit_code = ExitCode.ENVIRONMENT_FAILED


@dataclass(frozen=True, slots=True)
class Widget:
    """One rendered control: its annotation, page (from 0) and normalised rectangle in points.

    A text placeholder has its font's resource key and size in points. A radio button has its HTML value, and the
    object number of its group, which distinguishes groups of one name.
    """

    annotation: Object
    page: int
    rectangle: tuple[float, float, float, float]
    font: str = ""
    size: float = 0
    value: str = ""
    group: tuple[int, int] | None = None

    @property
    def width(self) -> float:
        return self.rectangle[2] - self.rectangle[0]

    @property
    def height(self) -> float:
        return self.rectangle[3] - self.rectangle[1]


Pairs = Sequence[tuple[FormField, tuple[Widget, ...]]]
"""The declared fields in their order, each with its widgets: three for a radio field, none for the id."""


def rendered_placeholders(document: Pdf) -> dict[str, list[Widget]]:
    """Every widget of the document by field name, in the order of pages and of drawing."""
    found: defaultdict[str, list[Widget]] = defaultdict(list)
    for number, page in enumerate(document.pages):
        for annotation in page.obj.get("/Annots", Array()):
            if annotation.get("/Subtype") == Name.Widget:
                found[str(annotation.T)].append(_widget(annotation, number))
    return dict(found)


def matched(fields: Sequence[FormField], rendered: Mapping[str, list[Widget]], title: str) -> Pairs:
    """Each declared field with its widgets; raises `LayoutWrong` naming every field that does not agree."""
    problems = list(_disagreements(fields, rendered, title))
    if problems:
        raise LayoutWrong(problems)
    return [(field, tuple(rendered.get(field.name, ()))) for field in fields]


def _widget(annotation: Object, page: int) -> Widget:
    x1, y1, x2, y2 = (round(float(n), 3) for n in annotation.Rect)
    rectangle = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    parent = annotation.get("/Parent")
    if parent is not None:
        position = next(i for i, kid in enumerate(parent.Kids) if kid.objgen == annotation.objgen)
        return Widget(annotation, page, rectangle, value=str(parent.Opt[position]), group=parent.objgen)
    font = _FONT.search(str(annotation.get("/DA", "")))
    if font is None:  # a checkbox
        return Widget(annotation, page, rectangle)
    return Widget(annotation, page, rectangle, font[1], round(float(font[2]), 2))


def _disagreements(fields: Sequence[FormField], rendered: Mapping[str, list[Widget]], title: str) -> Iterator[Problem]:
    declared = {field.name: field for field in fields}
    for name in (name for name, times in Counter(field.name for field in fields).items() if times > 1):
        yield Problem(Location.field(title, name), Fault("The pack declares it twice", "Declare each field once"))
    for name in rendered:
        if name not in declared:
            fix = did_you_mean(name, declared) if declared else "Remove it: this pack declares no field"
            yield Problem(Location.field(title, name), Fault("It is on a page but the pack does not declare it", fix))
    fonts = {widget.font: name for name, widgets in rendered.items() for widget in widgets if widget.font}
    if fields and not fonts:
        yield Problem(Location(title), Fault("It has no text field, so its form has no font", _ON_THE_LAYOUT))
    if len(fonts) > 1:
        what = f"Its font differs from that of {', '.join(sorted(fonts.values())[1:])}"
        fix = "Set all text fields in one font and weight"
        yield Problem(Location.field(title, min(fonts.values())), Fault(what, fix))
    for field in declared.values():
        for what in _faults(field, rendered.get(field.name, []), declared):
            yield Problem(Location.field(title, field.name), Fault(what, _ON_THE_LAYOUT))


def _faults(field: FormField, widgets: Sequence[Widget], declared: Mapping[str, FormField]) -> Iterator[str]:
    if not _NAME.fullmatch(field.name):
        yield "Its name has characters other than A–Z, a–z, 0–9 and _"
    codes = [option.code for option in field.options]
    if field.kind in ("radio", "choice") and field.value and field.value not in codes:
        yield f"Its value “{field.value}” is not one of its options"
    if field.kind == "clear" and field.clears not in declared:
        yield f"It clears “{field.clears}”, which the pack does not declare"
    if field.kind == "id":
        if widgets:
            yield "It is on a page, but the form pass adds it"
    elif not widgets:
        yield "The pack declares it but it is on no page"
    elif field.kind == "radio":
        yield from _radio_faults(codes, widgets)
    elif len(widgets) > 1:
        yield f"It is on the pages {len(widgets)} times"
    elif not widgets[0].font:
        yield "It is a checkbox, not a text input"


def _radio_faults(codes: Sequence[str], widgets: Sequence[Widget]) -> Iterator[str]:
    pages = sorted({widget.page + 1 for widget in widgets})
    if len(pages) > 1:
        # Two groups of one name: programs then set one and read the other. See break-inside in the layout.
        yield f"Its buttons are on more than one page: {', '.join(map(str, pages))}"
    elif len({widget.group for widget in widgets}) > 1 or widgets[0].group is None:
        yield "Its buttons are not one group of radio buttons"
    elif [widget.value for widget in widgets] != list(codes):
        yield f"Its buttons are {[w.value for w in widgets]}, its options {list(codes)}"


# ---- the font

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
