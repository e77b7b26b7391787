"""What other programs see on the pages of a PDF: text, ink, fields, fonts, bookmarks."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import ImageOps

from tests.programs import program

MM = 72 / 25.4
"""Points in a millimetre."""

_DPI = 72


@dataclass(frozen=True, slots=True)
class Box:
    """A control on a page (from 0), in millimetres from the bottom left of the page."""

    page: int
    left: float
    bottom: float
    width: float
    height: float


def normal(text: str) -> str:
    return " ".join(text.split())


@cache
def page_texts(pdf: Path) -> list[str]:
    """The text of each page in reading order, white space normalised."""
    done = subprocess.run((program("pdftotext"), "-raw", pdf, "-"), capture_output=True, encoding="utf-8", check=True)
    return [normal(page) for page in done.stdout.split("\f")[:-1]]


def letters_by_size(pdf: Path) -> Mapping[float, str]:
    """The letters of all pages in each size of type, in points."""
    found: defaultdict[float, list[str]] = defaultdict(list)
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            for n, letter in enumerate(text.get_text_range()):
                found[round(pypdfium2.raw.FPDFText_GetFontSize(text, n), 1)].append(letter)
    return {size: "".join(letters) for size, letters in found.items()}


def ink_margins(pdf: Path) -> Iterator[tuple[int, float]]:
    """(page from 1, millimetres of white at its narrowest edge) for each page as it is printed, fields included."""
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        for number, page in enumerate(document, 1):
            picture = ImageOps.invert(page.render(scale=_DPI / 72, grayscale=True).to_pil().convert("L"))
            ink = picture.getbbox()
            assert ink is not None, f"page {number} is empty"
            edges = (ink[0], ink[1], picture.width - ink[2], picture.height - ink[3])
            yield number, min(edges) / _DPI * 25.4


def boxes(pdf: Path) -> Mapping[str, list[Box]]:
    """Every control by field name; the three of a radio field under one name."""
    found: defaultdict[str, list[Box]] = defaultdict(list)
    with pikepdf.open(pdf) as document:
        for number, page in enumerate(document.pages):
            for annotation in page.obj.get("/Annots", pikepdf.Array()):
                if annotation.get("/Subtype") == pikepdf.Name.Widget:
                    holder = annotation if "/T" in annotation else annotation.Parent
                    x1, y1, x2, y2 = (float(n) / MM for n in annotation.Rect)
                    box = Box(number, min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
                    found[str(holder.T)].append(box)
    return found


def fonts(pdf: Path) -> dict[str, bool]:
    """Every font of the pages by name, without the tag of its subset → whether it is embedded."""
    found: dict[str, bool] = {}
    with pikepdf.open(pdf) as document:
        for page in document.pages:
            for font in page.obj.Resources.get("/Font", pikepdf.Dictionary()).values():
                name = re.sub(r"^/([A-Z]{6}\+)?", "", str(font.BaseFont))
                descriptor = font.DescendantFonts[0].FontDescriptor
                found[name] = "/FontFile2" in descriptor or "/FontFile3" in descriptor
    return found


def bookmarks(pdf: Path) -> list[str]:
    with pikepdf.open(pdf) as document, document.open_outline() as outline:
        return [item.title for item in outline.root]


def page_of_bookmark(pdf: Path, title: str) -> int:
    """The page (from 1) that a bookmark leads to."""
    with pypdfium2.PdfDocument(pdf) as document:
        for item in document.get_toc():
            if item.get_title() == title:
                destination = item.get_dest()
                assert destination is not None
                index = destination.get_index()
                assert index is not None
                return int(index) + 1
    raise AssertionError(f"no bookmark {title!r}")
