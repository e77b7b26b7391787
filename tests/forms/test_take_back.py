"""A level or a choice that was chosen by mistake can be taken back: what each program really does."""

from __future__ import annotations

import base64
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Name
from playwright.sync_api import Browser

from tests.forms.answers import read_answers
from tests.forms.minipack import mini_fields
from tests.forms.programs import Fill, libraries, pdfium, pdfjs, poppler

pytestmark = pytest.mark.slow

_FIELDS = mini_fields()
_CHOSEN = {"rating_1_1": "L", "rating_1_10": "D", "record_role": "partner"}
_TAKEN_BACK = {"rating_1_1": "", "record_role": ""}


def _left(path: Path) -> dict[str, str]:
    answers = read_answers(path, _FIELDS)
    return {name: answers[name] for name in _CHOSEN}


def test_chrome_by_the_button(mini_pack: Path, tmp_path: Path) -> None:
    chosen, back = tmp_path / "chosen.pdf", tmp_path / "back.pdf"
    pdfium.fill(mini_pack, _FIELDS, _CHOSEN, chosen)
    pdfium.fill(chosen, _FIELDS, _TAKEN_BACK, back)

    assert _left(chosen) == _CHOSEN
    assert _left(back) == _CHOSEN | _TAKEN_BACK


def test_chrome_does_not_take_back_by_a_second_click(mini_pack: Path, tmp_path: Path) -> None:
    """The reason for the button: PDFium keeps a chosen level chosen, with or without NoToggleToOff."""
    chosen, again = tmp_path / "chosen.pdf", tmp_path / "again.pdf"
    pdfium.fill(mini_pack, _FIELDS, _CHOSEN, chosen)
    pdfium.fill(chosen, _FIELDS, {"rating_1_1": "L"}, again)

    assert _left(again) == _CHOSEN


@pytest.mark.parametrize("fill", [poppler.fill, libraries.fill_with_pikepdf, libraries.fill_with_pymupdf])
def test_programs_that_switch_a_button_off(fill: Fill, mini_pack: Path, tmp_path: Path) -> None:
    chosen, back = tmp_path / "chosen.pdf", tmp_path / "back.pdf"
    fill(mini_pack, _FIELDS, _CHOSEN, chosen)
    fill(chosen, _FIELDS, {"rating_1_1": ""}, back)

    assert _left(back) == _CHOSEN | {"rating_1_1": ""}


def test_firefox_by_the_button_and_keyboard(
    mini_pack: Path, tmp_path: Path, chromium_browser: Browser, pdfjs_dir: Path
) -> None:
    back = tmp_path / "back.pdf"
    with pdfjs.viewed(chromium_browser, pdfjs_dir, mini_pack) as page:
        pdfjs.fill_page(page, _FIELDS, _CHOSEN)
        pdfjs.fill_page(page, _FIELDS, _TAKEN_BACK)
        back.write_bytes(base64.b64decode(page.evaluate("saved()")))

    assert _left(back) == _CHOSEN | _TAKEN_BACK


def test_firefox_in_a_later_sitting(
    mini_pack: Path, tmp_path: Path, chromium_browser: Browser, pdfjs_dir: Path
) -> None:
    """pdf.js then switches the button off and leaves the group's value as it was; the button carries the time.

    Whoever reads returns must not take the stale value for an answer. When pdf.js fixes this, this test says so.
    """
    chosen, back = tmp_path / "chosen.pdf", tmp_path / "back.pdf"
    pdfjs.fill(mini_pack, _FIELDS, _CHOSEN, chosen, browser=chromium_browser, pdfjs=pdfjs_dir)
    pdfjs.fill(chosen, _FIELDS, _TAKEN_BACK, back, browser=chromium_browser, pdfjs=pdfjs_dir)

    with pikepdf.open(back) as pdf:
        group = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == "rating_1_1")
        assert [str(kid.AS) for kid in group.Kids] == ["/Off", "/Off", "/Off"]
        assert group.V == Name.L
        assert ["/M" in kid for kid in group.Kids] == [True, False, False]
        role = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == "record_role")
        assert str(role.get("/V", "")) == ""
