"""The frame of the desk: its views, what it asks of others, what it says where it can't work, and its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pmdiag_build.content.model import Tool
from pmdiag_build.load import load_tool
from pmdiag_build.publish.site.differs import groups
from pmdiag_build.resources import LAYOUTS
from tests.desk.page.conftest import POLICY, Show, files

VIEWS = ("start", "returns", "type", "compare", "results")


def test_every_word_is_used_and_every_word_that_is_used_is_there(tool: Tool) -> None:
    words = tool.words["desk"]
    source = "\n".join(path.read_text("utf-8") for path in sorted((LAYOUTS / "desk").glob("*.*")) if path.is_file())
    made = {f"{head}{end}" for head, ends in MADE_UP.items() for end in ends}
    named = set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", source)) | {"name", "noscript"}

    assert [key for key in words if key.removesuffix("_one") not in named | made] == []
    several = [key for key, text in words.items() if re.search(r"\{n\} (?!is\b)([a-z]+ )?[a-z]+s\b", text)]
    assert [key for key in several if f"{key}_one" not in words] == []
    assert [
        key for key in re.findall(r"\bw\.([a-z_0-9]+)|words\.([a-z_0-9]+)", source) if "".join(key) not in words
    ] == []


MADE_UP = {
    "view_": VIEWS,
    "start_step_": "1234",
    "outcome_": ("counted", "blank", "duplicate", "in_conflict", "set_aside", "waiting", "reading", "read", "ignored"),
    "outcome_part_": ("counted", "blank", "duplicate", "in_conflict", "set_aside"),
    "option_": ("people", "people_hint", "previous", "previous_hint", "comments", "comments_hint"),
    "keeper_": ("problems", "comments", "not_answered", "other"),
    "people_": ("reference", "area", "name_column", "name"),
    "returns_same_": ("counted", "other", "some"),
    "results_each_": ("report", "tables", "about"),
    "keep_failed_": ("blocked", "full", "elsewhere"),
    "kept_": ("blocked", "full", "elsewhere"),
    "kept_kind_": ("row", "batch", "compare", "round"),
}
"""Words whose keys are put together, or that only Python says."""


def test_a_local_version_changes_every_word_of_it_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "local.yaml").write_text('id: ours\nname: "Our Council"\nbase: "2013"\n')
    (tmp_path / "words" / "desk.yaml").write_text(
        "returns_take_out: {national: Take out, ours: Put away, change: wording}\n"
    )
    tool = load_tool(local=tmp_path)
    (row,) = (row for group in groups(tool) for row in group.rows)

    assert tool.words["desk"]["returns_take_out"] == "Put away"
    assert (row.place, row.national, row.ours) == ("Words of the desk", "Take out", "Put away")


def test_views_have_addresses_and_the_heading_has_the_focus(show: Show) -> None:
    page = show().open()
    assert page.locator("h1:visible").inner_text() == "Results from returns, on this computer"

    page.get_by_role("link", name="Returns", exact=True).click()
    assert page.evaluate("document.activeElement.textContent") == "Returns"
    assert page.title().startswith("Returns – The desk")
    page.get_by_role("link", name="Results", exact=True).click()
    page.go_back()
    page.locator("#returns-title").wait_for()

    assert page.locator("[data-view-link][aria-current]").all_inner_texts() == ["Returns"]
    assert page.url.endswith("#returns")


def test_a_view_can_be_opened_by_its_address(show: Show) -> None:
    assert show().open("results").locator("h1:visible").inner_text() == "Results"


def test_an_address_that_names_nothing_shows_the_start(show: Show) -> None:
    assert show().open("%").locator("h1:visible").inner_text() == "Results from returns, on this computer"


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_asked_of_others_and_nothing_spills_over_at_320_px(show: Show, view: str) -> None:
    shown = show(320)
    page = shown.open(view)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert [url for url in shown.asked if not url.startswith(("file:", "blob:null/", "data:"))] == []
    assert shown.complaints == []


def test_the_page_shows_its_policy(show: Show) -> None:
    assert show().open().locator("code").first.inner_text() == POLICY


def test_without_a_script_it_says_so_and_names_the_way_round(show: Show) -> None:
    shown = show(java_script_enabled=False)
    shown.page.goto((shown.folder / "index.html").as_uri())

    assert shown.page.locator("noscript p").is_visible()
    assert "The desk needs a script" in shown.page.locator("noscript p").inner_text()
    assert not shown.page.locator("#engine").is_visible()
    assert shown.page.locator("nav:visible, .kept:visible").count() == 0
    assert shown.page.locator("h1:visible").count() == 1
    assert shown.page.get_by_role("button").count() == 0


def test_without_webassembly_it_says_so(show: Show) -> None:
    shown = show(own=True)
    shown.page.add_init_script("delete window.WebAssembly")
    shown.page.goto((shown.folder / "index.html").as_uri())

    page = shown.page
    said = "has WebAssembly switched off. Open this page in another browser"
    assert page.get_by_text(said).is_visible()
    page.evaluate("desk.view('returns')")
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#returns-said")).to_contain_text(said)
    assert page.evaluate("[desk.returns.list.length, desk.returns.busy]") == [0, False]
    page.evaluate("document.getElementById('returns-said').textContent = ''; desk.view('start')")
    page.get_by_role("button", name="Try it with an invented round").click()
    expect(page.locator("#returns-said")).to_contain_text(said)
    assert page.evaluate("desk.call('state').catch(desk.reason)").startswith("The desk can't work here")


def test_a_file_of_the_folder_that_is_missing_is_named(chromium_browser: Browser, desk: Path, tmp_path: Path) -> None:
    for name in ("index.html", "desk.js", "desk.css"):
        (tmp_path / name).write_bytes((desk / name).read_bytes())
    with chromium_browser.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "index.html").as_uri())

        assert page.get_by_text("the file engine.js did not load").is_visible()


def test_the_way_to_the_content_is_the_first_stop(show: Show) -> None:
    page = show().open("returns")
    page.locator("body").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"

    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"
    assert page.url.endswith("#returns")
