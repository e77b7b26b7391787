"""Real programs fill in a pack, page by page or all at once, and every answer comes back unchanged."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser

from pmdiag_build.publish.forms.placeholders import FIELD_KEY
from tests.forms.answers import read_answers, read_pack_id, sample_answers
from tests.forms.minipack import mini_fields
from tests.forms.pictures import controls, with_pdfium, with_poppler
from tests.forms.programs import Fill, libraries, pdfium, pdfjs, poppler

pytestmark = pytest.mark.slow

_ALWAYS_THERE: dict[str, Fill] = {
    "PDFium": pdfium.fill,
    "Poppler": poppler.fill,
    "pikepdf": libraries.fill_with_pikepdf,
    "pdftk": libraries.fill_with_pdftk,
    "pypdf": libraries.fill_with_pypdf,
    "PyMuPDF": libraries.fill_with_pymupdf,
}
_FIELDS = mini_fields()


@pytest.fixture(scope="session", params=[*_ALWAYS_THERE, "pdf-lib", "pdf.js"])
def program_fill(request: pytest.FixtureRequest) -> tuple[str, Fill]:
    """Each program in turn: its name, and what fills a pack with it."""
    name: str = request.param
    if name == "pdf.js":
        browser, folder = request.getfixturevalue("chromium_browser"), request.getfixturevalue("pdfjs_dir")
        return name, partial(pdfjs.fill, browser=browser, pdfjs=folder)
    if name == "pdf-lib":
        return name, partial(libraries.fill_with_pdf_lib, modules=request.getfixturevalue("node_modules"))
    return name, _ALWAYS_THERE[name]


@pytest.fixture(scope="session")
def filled(program_fill: tuple[str, Fill], mini_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini pack, filled in by a program."""
    out = tmp_path_factory.mktemp("filled") / "filled.pdf"
    program_fill[1](mini_pack, _FIELDS, sample_answers(_FIELDS), out)
    return out


def test_every_answer_comes_back(filled: Path) -> None:
    assert read_answers(filled, _FIELDS) == sample_answers(_FIELDS)
    assert read_pack_id(filled) == "mini@2013@00c0ffee"


def test_a_level_is_changed(program_fill: tuple[str, Fill], filled: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.pdf"

    program_fill[1](filled, _FIELDS, {"rating_1_1": "E"}, changed)

    assert read_answers(changed, _FIELDS) == sample_answers(_FIELDS) | {"rating_1_1": "E"}


def test_what_was_filled_in_can_be_seen(program_fill: tuple[str, Fill], filled: Path, tmp_path: Path) -> None:
    answers = sample_answers(_FIELDS)
    texts = program_fill[0] != "pdf-lib"  # it was asked not to draw: its own fonts have no ŵ
    for pictures in (with_poppler(filled, tmp_path), with_pdfium(filled)):
        for control in controls(filled, pictures):
            if control.state:
                assert (control.ink > 0.3) == (answers[control.name] == control.state), control
            elif texts:
                assert control.ink > 0.002, control


def test_nothing_else_changes_its_look(program_fill: tuple[str, Fill], mini_pack: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.pdf"
    program_fill[1](mini_pack, _FIELDS, {"doing_1": "Only here"}, out)
    before = {(c.name, c.state): c.ink for c in controls(mini_pack, with_pdfium(mini_pack))}
    after = {(c.name, c.state): c.ink for c in controls(out, with_pdfium(out))}

    changed = {name for name, _ in before if before[name, _] != after[name, _]}
    assert changed <= {"doing_1"}


@pytest.mark.parametrize("name", ["PDFium", "Poppler", "pdftk"])
def test_firefox_shows_what_others_saved(
    name: str, mini_pack: Path, tmp_path: Path, chromium_browser: Browser, pdfjs_dir: Path
) -> None:
    out = tmp_path / "out.pdf"
    _ALWAYS_THERE[name](mini_pack, _FIELDS, sample_answers(_FIELDS), out)
    with pdfjs.viewed(chromium_browser, pdfjs_dir, out) as page:
        shown = pdfjs.shown_answers(page, _FIELDS)

    assert shown == sample_answers(_FIELDS)


def test_firefox_speaks_the_names_of_the_controls(mini_pack: Path, chromium_browser: Browser, pdfjs_dir: Path) -> None:
    with pdfjs.viewed(chromium_browser, pdfjs_dir, mini_pack) as page:
        pdfjs.shown_answers(page, _FIELDS)
        assert page.get_by_role("textbox", name="Reference", exact=True).count() == 1
        assert page.get_by_role("region", name="Role", exact=True).get_by_role("combobox").count() == 1
        assert page.get_by_role("link", name="Take back: Role", exact=True).count() == 1
        for field in _FIELDS:
            for option in field.options if field.kind == "radio" else ():
                name = field.option_aloud(option)
                assert page.get_by_role("region", name=name, exact=True).get_by_role("radio").count() == 1, name


def test_chrome_types_welsh_and_polish_with_the_embedded_font(mini_pack: Path, tmp_path: Path) -> None:
    """Without the key of a symbol font PDFium adds a font of its own for ŵ; see FIELD_KEY."""
    out = tmp_path / "out.pdf"
    pdfium.fill(mini_pack, _FIELDS, {"doing_1": "ŵŷŴŶ Łódź żółć ąęńśźć âêîôû"}, out)

    with pikepdf.open(out) as pdf:
        field = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == "doing_1")
        drawn = pikepdf.parse_content_stream(field.AP.N)
        assert {f"/{FIELD_KEY}"} == {str(i.operands[0]) for i in drawn if str(i.operator) == "Tf"}
        assert "/FontFile2" in field.AP.N.Resources.Font[f"/{FIELD_KEY}"].FontDescriptor
