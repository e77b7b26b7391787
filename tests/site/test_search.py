"""Search in a real Chromium, from a folder: found, marked, announced, and without script still a list of pages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pmdiag_build.content.model import Tool
from tests.project import asset
from tests.site.conftest import Show


def entries(files: dict[str, bytes]) -> list[dict[str, Any]]:
    script = files[asset(files, "search-index.js")].decode()
    return list(json.loads(script.removeprefix("window.pmdiagPages = ").removesuffix(";\n")))


def test_every_page_and_statement_can_be_found(tool: Tool, files: dict[str, bytes]) -> None:
    found = entries(files)

    assert {entry["url"].partition("#")[0] for entry in found} == {f"{id}.html" for id in tool.pages}
    assert {entry["text"] for entry in found} >= {statement.text for statement in tool.framework.statements}


def test_every_place_found_is_there(files: dict[str, bytes]) -> None:
    for entry in entries(files):
        file, _, anchor = entry["url"].partition("#")
        assert not anchor or f'id="{anchor}"'.encode() in files[file], entry["url"]


def test_entries_have_the_cells_of_a_table_without_their_labels(files: dict[str, bytes]) -> None:
    (text,) = [e["text"] for e in entries(files) if e["title"] == "How to answer" and e["section"] == "The three words"]

    assert "Word It means Limited little or no evidence" in text
    assert "in support of the challenge Developing some evidence" in text


def test_entries_have_no_markup(files: dict[str, bytes]) -> None:
    assert [e["text"] for e in entries(files) if re.search(r"</?[a-z]+[ >]|&(?:amp|lt|quot|#39);", e["text"])] == []


def test_a_word_is_found_from_any_page_of_a_folder(show: Show) -> None:
    shown = show()
    page = shown.open("feature-2.html")
    page.get_by_role("searchbox").fill("golden threads")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(re.compile(r"search\.html\?q=golden"))

    first = page.locator("#search-results li").first
    assert first.get_by_role("link").get_attribute("href") == "feature-1.html#s-1-1"
    assert first.locator("mark").all_inner_texts() == ["golden", "threads"]
    assert re.fullmatch(r"\d+ places were found for “golden threads”\.|One place was found.*", count(page))
    first.get_by_role("link").click()
    assert page.url.endswith("/feature-1.html#s-1-1")
    assert shown.complaints == []


def count(page: object) -> str:
    return str(page.get_by_role("status").inner_text())  # type: ignore[attr-defined]


def test_the_tool_itself_comes_before_the_list_of_its_corrections(show: Show) -> None:
    page = show().open("search.html?q=horizon%20scanning")

    found = [link.get_attribute("href") or "" for link in page.locator("#search-results a").all()]
    corrections = [number for number, url in enumerate(found) if url.startswith("corrections.html")]
    assert corrections == list(range(len(found) - len(corrections), len(found)))
    assert len(found) > len(corrections) > 0


def test_small_words_are_not_marked_beside_longer_ones(show: Show) -> None:
    page = show().open("search.html?q=voice%20of%20the%20child")

    marked = {mark.lower() for mark in page.locator("#search-results mark").all_inner_texts()}

    assert {"voice", "child"} <= marked
    assert not marked & {"of", "the", "there", "them"}


def test_nothing_found_is_said(show: Show) -> None:
    page = show().open("search.html?q=xylophone")

    assert count(page) == "Nothing was found for “xylophone”. Try fewer or other words."
    assert page.locator("#search-results li").count() == 0


@pytest.mark.parametrize("query", ["%3Cimg%20src=x%20onerror=alert(1)%3E", "(((", "%5C%5C+%24%26", "%F0%9F%92%A9"])
def test_what_is_typed_stays_text(show: Show, query: str) -> None:
    shown = show()
    page = shown.open(f"search.html?q={query}")

    assert "was found" in count(page) or "were found" in count(page)
    assert page.locator("main img").count() == 0
    assert shown.complaints == []


def test_accents_may_be_left_out_or_typed(show: Show) -> None:
    assert "Nothing" not in count(show().open("search.html?q=%C3%A1udit"))


def test_without_script_every_page_is_listed(tool: Tool, show: Show) -> None:
    page = show(java_script_enabled=False).open("search.html")

    assert tool.words["site"]["search_noscript"] in page.locator("main").inner_text()
    listed = {link.get_attribute("href") for link in page.locator(".page-list a").all()}
    assert listed == {f"{id}.html" for group in tool.navigation for id in group.pages}
