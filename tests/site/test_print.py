"""Pages as they come out of a browser's printer."""

from __future__ import annotations

import io

import pikepdf
import pytest
from playwright.sync_api import Page

from tests.site.conftest import Show


def sheets(page: Page) -> int:
    with pikepdf.open(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))) as printed:
        return len(printed.pages)


@pytest.mark.parametrize(
    ("name", "most"), [("index.html", 1), ("what-good-looks-like.html", 2), ("filled-in-example.html", 1)]
)
def test_short_pages_print_without_a_nearly_empty_sheet(show: Show, name: str, most: int) -> None:
    assert sheets(show().open(name)) <= most


def test_overall_view_keeps_clear_of_its_frame_in_print(show: Show) -> None:
    page = show().open("self-assessment.html")
    page.emulate_media(media="print")

    room = page.locator("#overall_1").evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)")

    assert room >= 8


def test_a_choice_that_was_not_made_prints_as_room_to_write(show: Show) -> None:
    page = show().open("self-assessment.html")
    page.emulate_media(media="print")
    colour = "e => getComputedStyle(e).color"

    assert page.locator("#record_role").evaluate(colour) == "rgba(0, 0, 0, 0)"
    assert page.locator("#record_mode").evaluate(colour) != "rgba(0, 0, 0, 0)"
