"""Everybody can use the desk: axe finds nothing in any state, the keyboard does the whole job, all is told in words."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.desk.page.conftest import Show, files

KINDS = ("one", "problem", "blank", "duplicate", "in_conflict", "ignored", "note", "crash")


WITH_SCRIPTS = """new Promise((done) => {
  const frame = document.getElementById("report");
  frame.addEventListener("load", done, { once: true });
  frame.sandbox.add("allow-scripts");
  frame.srcdoc += "<!-- again -->";
})"""
"""In the frame of the report no script runs, thus not axe either, which waits for timers: before a report is put there,
the frame is loaded again with that one permission more."""
WIDER_THAN_THEIR_WORDS = """() => [...document.querySelectorAll(".govuk-button")].filter((button) => {
  const before = button.offsetWidth;
  button.style.width = "fit-content";
  const after = button.offsetWidth;
  button.style.width = "";
  return before !== after;
}).map((button) => `${button.textContent.trim()} is wider than its words`)"""
"""Buttons that are as wide as the window or their room."""


def axe(page: Page, source: str, *, thrice: bool = False, inside: bool = False) -> list[str]:
    """What axe finds at the widths of a phone and of a screen, and between them, and `inside` the frame of the report;
    nothing is wider than the window."""
    frames = page.frames[: 2 if inside else 1]
    for frame in frames:
        frame.evaluate(source)
    found = []
    for width, colours in ((320, "light"), *([(768, "light")] if thrice else []), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        for frame in frames:
            result = frame.evaluate("axe.run(document, { resultTypes: ['violations'], iframes: false })")
            assert result["passes"], "axe did not look at the page"
            found += [
                f"{width} px, {colours}: {one['id']}: {json.dumps([node['html'] for node in one['nodes']])[:400]}"
                for one in result["violations"]
            ]
        assert page.evaluate("document.documentElement.scrollWidth") == width
        found += page.evaluate(WIDER_THAN_THEIR_WORDS)
    return found


def listed(page: Page) -> None:
    page.locator("#returns-files").set_input_files(files(*KINDS))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 7")
    page.locator("#together summary").click()


@pytest.mark.evidence("desk_axe")
def test_axe_finds_nothing_before_and_after_returns_are_read(show: Show, axe_source: str) -> None:
    page = show(own=True).open()
    assert axe(page, axe_source, thrice=True) == []
    for view in ("results", "returns"):
        page.evaluate("name => desk.view(name)", view)
        assert axe(page, axe_source) == []
    listed(page)
    assert axe(page, axe_source, thrice=True) == []


@pytest.mark.evidence("desk_axe")
def test_axe_finds_nothing_while_a_file_takes_long(show: Show, axe_source: str) -> None:
    shown = show(own=True)
    shown.page.clock.install()
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one", "hang"))
    expect(page.locator("#so-far")).to_have_text("Reading 2 of 2: b.json")
    page.clock.run_for(10_000)
    assert axe(page, axe_source) == []


@pytest.mark.evidence("desk_axe")
def test_axe_finds_nothing_in_options_what_is_wrong_with_them_and_results(show: Show, axe_source: str) -> None:
    page = show(own=True).open("returns")
    page.evaluate(WITH_SCRIPTS)
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_text("More choices").click()
    page.locator("#option-previous").set_input_files(files("q", "r", ending=".zip"))
    page.get_by_label("Smallest group").fill("few")
    make = page.get_by_role("button", name="Make the results")
    make.click()
    assert axe(page, axe_source) == []

    page.get_by_label("Smallest group").fill("5")
    page.get_by_label("What this round is called").fill("wrong")
    make.click()
    expect(page.locator("#results-wrong")).to_be_visible()
    assert axe(page, axe_source) == []

    page.get_by_label("What this round is called").fill("")
    page.get_by_label("Smallest group").fill("1")
    make.click()
    expect(page.locator("#made")).to_be_visible()
    page.get_by_role("button", name="Show what only the keeper may see").click()
    for summary in page.locator("#made summary").all():
        summary.click()
    page.get_by_label("What this round is called").fill("Another")
    assert axe(page, axe_source, thrice=True, inside=True) == []


def test_the_whole_job_can_be_done_with_the_keyboard(show: Show) -> None:
    page = show().open()
    tab_to(page, "Try it with an invented round")
    page.keyboard.press("Enter")
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    tab_to(page, "Go to Results")
    page.keyboard.press("Space")
    expect(page.locator("#results-title")).to_be_focused()
    tab_to(page, "Make the results")
    page.keyboard.press("Enter")
    expect(page.locator("#results-look-title")).to_be_focused()
    with page.expect_download() as saved:
        tab_to(page, "Save everything as a ZIP file")
        page.keyboard.press("Enter")

    assert saved.value.suggested_filename == "results.zip"


def tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    pytest.fail(f"No stop is named {name}")


def test_a_screen_reader_is_told_what_became_of_each_file(show: Show) -> None:
    page = show().open("returns")
    listed(page)

    told = page.get_by_role("list", name="What became of each file").aria_snapshot()

    assert "b.json Set aside, not counted" in told
    assert 'button "Take out b.json"' in told
    assert "This file is not a return. Ask the sender for it again." in told


def test_the_whole_job_can_be_done_from_what_a_screen_reader_reads(show: Show) -> None:
    """Each step finds what it needs by role and name in the page read as text, and hears what came of it."""
    page = show().open()
    assert 'heading "Results from returns, on this computer" [level=1]' in read(page)
    page.get_by_role("button", name="Go to Returns").click()
    page.get_by_role("button", name="Choose files").set_input_files(files("one", "problem", "duplicate", "cell"))

    expect(page.get_by_role("status")).to_contain_text("All files are read. Returns found: 4 = 2 counted + 0 blank")
    expect(page.get_by_role("status")).to_contain_text("2 files need a look.")
    for line in (
        'region "What became of the returns": - paragraph: "Returns found: 4 = 2 counted',
        'button "Needs a look (2 files)"',
        'The same answers as - button "Go to a.json"',
        "text: b.json Set aside, not counted",
        # Not as the words of a label, too.
        'or - button "Choose files" - button "Choose a folder" - paragraph',
        '"sheet Returns, cell U6 (column “1.3”, reference P1): “D or E” is two levels. Ask."',
    ):
        assert line in read(page)
    page.get_by_role("button", name="Take out b.json").click()
    expect(page.get_by_role("button", name="Take out c.json")).to_be_focused()

    page.get_by_role("button", name="Go to Results").click()
    page.get_by_role("button", name="Make the results").click()
    expect(page.get_by_role("heading", name="Please look at this before you give the results out")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("The results are ready.")
    expect(page.get_by_role("button", name="Save everything as a ZIP file")).to_be_in_viewport()
    ordered = (
        "Please look at this",
        'heading "Save"',
        "Save everything as a ZIP",
        "Only for whoever",
        'region "The report"',
    )
    places = [read(page).index(part) for part in ordered]
    assert places == sorted(places)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save everything as a ZIP file").click()
    expect(page.get_by_role("status")).to_have_text("Saved as results.zip, where your browser keeps its downloads.")
    assert saved.value.suggested_filename == "results.zip"


def read(page: Page) -> str:
    """The page as a screen reader has it, on one line."""
    return " ".join(page.locator("body").aria_snapshot().split())
