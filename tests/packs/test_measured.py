"""What every pack measures on paper and aloud: type, use of pages, room to write, names, words in reading order.

The words of two packs are compared with `said-*.txt` beside this file. After a wanted change of words, renew them from
a build: `python -m tests.packs.test_measured build/packs`.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import ImageOps

from pmdiag_build.content.field_names import rating_name
from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.content.model import Tool
from pmdiag_build.resources import CONTENT
from tests.conftest import Built
from tests.forms.structure_checks import structure_kids
from tests.packs.pdf import boxes, normal

PACKS = sorted(path.stem for path in (CONTENT / "packs").glob("*.yaml"))
STORED = ("self-assessment", "what-good-looks-like")
_HERE = Path(__file__).parent

_SMALLEST = {
    "heading": 10.5,
    "text": 10.5,
    "statement": 11.0,
    "cell": 11.0,
    "column": 9.0,
    "mark": 9.0,
    "foot": 9.0,
}
"""Points, by kind of text; a mark is “Addition” or “Local”. Large print and the wall have more."""
_SMALLEST_OF = {
    "self-assessment-large-print": dict.fromkeys(_SMALLEST, 18.0),
    "workshop-wall": {"heading": 20.0, "column": 20.0, "cell": 14.0, "text": 14.0, "foot": 11.0},
}
_LEAST_USED = 0.45
"""The share of a page's height, without its foot, down to the last ink."""
_LARGE_ENOUGH_FOR_GREY = 28.0
"""Points: the numerals of features."""
_LOWEST_BOX, _NARROWEST_BOX = 7.5, 20.0
"""Millimetres that a hand can write in."""
_FOOT = {"large": 33.0, "normal": 17.0}
_KINDS = {"/H1": "heading", "/H2": "heading", "/H3": "heading", "/TD": "cell"}
_SCOPES = {"/Row": "statement", "/Column": "column"}
_MARKS = ("Addition", "Local")
_LINES = {"/H1", "/H2", "/H3", "/P", "/TH", "/TD", "/LI", "/TOCI"}


@dataclass(slots=True)
class Measured:
    """A pack: the smallest type by kind of text, the smallest that is not black, the used share of each page, what is
    read aloud, in lines, and the name of each control."""

    smallest: dict[str, float] = field(default_factory=dict)
    grey: float = 1000.0
    used: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@cache
def measured(pdf: Path, foot: float) -> Measured:
    found = Measured()
    with pypdfium2.PdfDocument(pdf) as document, pikepdf.open(pdf) as structure:
        pages = {page.obj.objgen: number for number, page in enumerate(structure.pages)}
        pieces = [_pieces(page) for page in document]
        root = structure.Root.StructTreeRoot
        kinds = dict(_kinds(root, pages, "text"))
        for number, texts in enumerate(pieces):
            for mark, (text, size) in texts.items():
                kind = "mark" if text.strip() in _MARKS else kinds.get((number, mark), "foot")
                found.smallest[kind] = min(size, found.smallest.get(kind, size))
        found.used = [_used(page, foot) for page in document]
        found.grey = min((size for page in document for size in _greys(page)), default=found.grey)
        found.said = [line for line in _lines(root, pages, pieces) if line.strip()]
        found.names = [str(widget.TU) for page in structure.pages for widget in _widgets(page.obj)]
    return found


def _pieces(page: pypdfium2.PdfPage) -> dict[int, tuple[str, float]]:
    """Number of each piece of marked content → its text and the size of its letters in points."""
    read, found = page.get_textpage(), dict[int, tuple[str, float]]()
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        mark = pdfium.FPDFPageObj_GetMarkedContentID(drawn.raw)
        size = ctypes.c_float()
        pdfium.FPDFTextObj_GetFontSize(drawn.raw, size)
        length = pdfium.FPDFTextObj_GetText(drawn.raw, read.raw, None, 0)
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDFTextObj_GetText(drawn.raw, read.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
        text = buffer.raw.decode("utf-16-le").rstrip("\0")
        if text.strip():
            before = found.get(mark, ("", 1000.0))
            points = abs(size.value * drawn.get_matrix().d)
            found[mark] = (f"{before[0]}{text}", round(min(before[1], points), 1))
    return found


def _greys(page: pypdfium2.PdfPage) -> Iterator[float]:
    """The sizes in points of all text that is not black: a printer makes it of dots."""
    parts = [ctypes.c_uint() for _ in range(4)]
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        pdfium.FPDFPageObj_GetFillColor(drawn.raw, *parts)
        if any(part.value for part in parts[:3]):
            size = ctypes.c_float()
            pdfium.FPDFTextObj_GetFontSize(drawn.raw, size)
            yield round(abs(size.value * drawn.get_matrix().d), 1)


def _widgets(page: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for annotation in page.get("/Annots", pikepdf.Array()):
        # The field with the pack's id is on no page.
        if annotation.Subtype == pikepdf.Name.Widget and "/StructParent" in annotation:
            yield annotation


def _marks(element: pikepdf.Object, pages: dict[tuple[int, int], int]) -> Iterator[tuple[int, int] | pikepdf.Object]:
    """What is directly in an element, in order: (page, number) of a piece of text, or an element."""
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            if "/S" in kid:
                yield kid
        else:
            yield pages[element.Pg.objgen], int(kid)


def _kinds(
    element: pikepdf.Object, pages: dict[tuple[int, int], int], kind: str
) -> Iterator[tuple[tuple[int, int], str]]:
    own = str(element.get("/S", ""))
    kind = _SCOPES[str(element.A.Scope)] if own == "/TH" else _KINDS.get(own, kind)
    for part in _marks(element, pages):
        if isinstance(part, tuple):
            yield part, kind
        else:
            yield from _kinds(part, pages, kind)


def _lines(
    element: pikepdf.Object, pages: dict[tuple[int, int], int], pieces: list[dict[int, tuple[str, float]]]
) -> Iterator[str]:
    """Each heading, paragraph, item, cell and control on a line of its own, with its kind."""
    for part in structure_kids(element):
        kind = str(part.S)
        if kind == "/Form":
            yield f"[{part.Alt}]"
        elif kind in _LINES:
            # PDFium leaves out a hyphen at the end of a line.
            yield f"{kind[1:]} {normal(''.join(_words(part, pages, pieces)).replace('-', ' '))}"
            yield from _controls(part)
        else:
            yield from _lines(part, pages, pieces)


def _words(
    element: pikepdf.Object, pages: dict[tuple[int, int], int], pieces: list[dict[int, tuple[str, float]]]
) -> Iterator[str]:
    """Its text; of a picture, what is said in place of it."""
    if element.S == "/Figure":
        yield f"{element.Alt} "
        return
    for part in _marks(element, pages):
        if isinstance(part, tuple):
            yield pieces[part[0]].get(part[1], ("", 0.0))[0] + " "
        else:
            yield from _words(part, pages, pieces)


def _controls(element: pikepdf.Object) -> Iterator[str]:
    for part in structure_kids(element):
        if part.S == "/Form":
            yield f"[{part.Alt}]"
        else:
            yield from _controls(part)


def _used(page: pypdfium2.PdfPage, foot: float) -> float:
    picture = ImageOps.invert(page.render(scale=0.5, grayscale=True, may_draw_forms=False).to_pil().convert("L"))
    whole = picture.height - foot * 72 / 25.4 * 0.5
    ink = picture.crop((0, 0, picture.width, int(whole))).getbbox()
    return ink[3] / whole if ink else 0.0


def _of(tool: Tool, built: Built, id: str) -> Measured:
    return measured(built.packs / f"{id}.pdf", _FOOT[tool.pack(id).print])


@pytest.mark.parametrize("id", PACKS)
def test_no_type_is_too_small(id: str, tool: Tool, built: Built) -> None:
    least = _SMALLEST_OF.get(id, _SMALLEST)
    found = _of(tool, built, id).smallest

    assert {kind: size for kind, size in found.items() if size < least[kind]} == {}
    assert {"heading", "text", "foot"} <= set(found)


@pytest.mark.parametrize("id", PACKS)
def test_no_page_is_almost_empty(id: str, tool: Tool, built: Built) -> None:
    used = _of(tool, built, id).used

    assert [(page, round(share, 2)) for page, share in enumerate(used, 1) if share < _LEAST_USED] == []
    assert sum(used) / len(used) > 0.7


def test_pages_of_statements_in_large_print_end_at_about_one_height(tool: Tool, built: Built) -> None:
    id = "self-assessment-large-print"
    used, places = _of(tool, built, id).used, boxes(built.packs / f"{id}.pdf")
    for feature in tool.framework.features:
        shares = [used[places[rating_name(one.id)][0].page] for one in feature.used_statements]

        # Estimates of lines may be wrong by one.
        assert max(shares) - min(shares) < 0.035
        assert min(shares) > 0.9


@pytest.mark.parametrize("id", PACKS)
def test_a_hand_fits_into_every_box(id: str, tool: Tool, built: Built) -> None:
    places = boxes(built.packs / f"{id}.pdf")
    small = {}
    for one in pack_fields(tool, tool.pack(id)):
        if one.kind in ("text", "line", "choice"):
            (box,) = places[one.name]
            if box.height < _LOWEST_BOX or box.width < _NARROWEST_BOX:
                small[one.name] = (round(box.width), round(box.height, 1))

    assert small == {}


@pytest.mark.parametrize("id", PACKS)
def test_small_type_is_black(id: str, tool: Tool, built: Built) -> None:
    assert _of(tool, built, id).grey >= _LARGE_ENOUGH_FOR_GREY


@pytest.mark.parametrize("id", PACKS)
def test_controls_are_said_in_few_words(id: str, tool: Tool, built: Built) -> None:
    names = _of(tool, built, id).names
    words = [len(name.split()) for name in names]

    assert max(words, default=0) <= 35
    assert sum(words) <= 10 * len(words)
    assert len(set(names)) == len(names) == len([one for one in names if one])
    assert len(names) == sum(len(one.options) if one.kind == "radio" else one.kind != "id" for one in _fields(tool, id))


def _fields(tool: Tool, id: str) -> tuple[FormField, ...]:
    return pack_fields(tool, tool.pack(id))


def test_questions_to_probe_with_are_read_between_the_statements_and_the_overall_view(tool: Tool, built: Built) -> None:
    said, interview = _of(tool, built, "interview").said, tool.interview
    for feature in tool.framework.features:
        last = f"[Effective, {feature.used_statements[-1].id} "
        (rated,) = [n for n, line in enumerate(said) if line.startswith(last)]
        (overall,) = [n for n, line in enumerate(said) if line.startswith(f"[Limited, {feature.id} {feature.short},")]
        lines = [line.split(" ", 1)[1] for line in said[rated:overall] if not line.startswith("[")]
        probes = [line for line in lines if any(probe in line for probe in interview.probes[feature.id])]

        assert len(probes) == len(interview.probes[feature.id])
        assert lines.index(probes[-1]) < lines.index(normal(interview.ask_overall))


@pytest.mark.evidence("packs_order")
@pytest.mark.parametrize("id", STORED)
def test_what_is_read_aloud_is_what_is_stored_in_its_order(id: str, tool: Tool, built: Built) -> None:
    stored = (_HERE / f"said-{id}.txt").read_text(encoding="utf-8").splitlines()

    assert _of(tool, built, id).said == stored


if __name__ == "__main__":
    for id_ in STORED:
        lines = measured(Path(sys.argv[1]) / f"{id_}.pdf", _FOOT["normal"]).said
        (_HERE / f"said-{id_}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
