"""Pictures of a filled pack by Poppler and PDFium, and how much ink is in each of its controls."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf import Name
from PIL import Image

from tests.programs import program

_DOTS_PER_POINT = 2
_EDGE = 3  # points of a control that may hold the rings and rules of the page
_PUSH_BUTTON = 1 << 16


@dataclass(frozen=True, slots=True)
class Control:
    """A field, or one button of a radio field with its `state`; `ink` is the share of dark dots in it."""

    name: str
    state: str
    ink: float


def with_poppler(path: Path, folder: Path) -> list[Image.Image]:
    """The pages as Poppler draws them; the pictures' files go into `folder`."""
    command = (program("pdftoppm"), "-r", str(72 * _DOTS_PER_POINT), path, folder / "page")
    subprocess.run(command, check=True, capture_output=True)
    return [_loaded(picture) for picture in sorted(folder.glob("page*.ppm"))]


def _loaded(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.copy()


def with_pdfium(path: Path) -> list[Image.Image]:
    """The pages as Chrome's engine draws them."""
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    pictures = [page.render(scale=_DOTS_PER_POINT).to_pil() for page in document]
    document.close()
    return pictures


def controls(path: Path, pictures: Sequence[Image.Image]) -> Iterator[Control]:
    """Every text field, choice and radio button with its ink on the pictures of the pages."""
    with pikepdf.open(path) as pdf:
        for page, picture in zip(pdf.pages, pictures, strict=True):
            height = float(page.mediabox[3])
            for widget in page.obj.get("/Annots", []):
                x1, y1, x2, y2 = (float(n) for n in widget.Rect)
                if widget.Subtype != Name.Widget or x1 == x2 or int(widget.get("/Ff", 0)) == _PUSH_BUTTON:
                    continue
                left, right = _dots(x1 + _EDGE), _dots(x2 - _EDGE)
                ink = _ink(picture.crop((left, _dots(height - y2 + _EDGE), right, _dots(height - y1 - _EDGE))))
                if "/Parent" in widget:
                    (state,) = set(widget.AP.N.keys()) - {"/Off"}
                    yield Control(str(widget.Parent.T), state.removeprefix("/"), ink)
                else:
                    yield Control(str(widget.T), "", ink)


def _dots(points: float) -> int:
    return round(points * _DOTS_PER_POINT)


def _ink(picture: Image.Image) -> float:
    histogram = picture.convert("L").histogram()
    return sum(histogram[:128]) / sum(histogram)
