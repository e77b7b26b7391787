"""The site in a real Firefox, from a folder: no page complains, search finds, the questionnaire saves what is given."""

from __future__ import annotations

import json
from pathlib import Path

from pmdiag_build.content.model import Tool
from tests.firefox import Firefox


def test_no_page_complains(files: dict[str, bytes], site: Path, firefox_browser: Firefox) -> None:
    firefox_browser.complaints()
    for name in files:
        if name.endswith(".html"):
            firefox_browser.open((site / name).as_uri())
            assert firefox_browser.run("return document.querySelectorAll('main h1').length") == 1, name

    assert firefox_browser.complaints() == []


def test_search_finds_from_a_folder(site: Path, firefox_browser: Firefox) -> None:
    firefox_browser.open((site / "search.html").as_uri() + "?q=golden+threads")

    found = firefox_browser.appearing("#search-results a", "href")
    assert found.endswith("/feature-1.html#s-1-1")


def test_the_questionnaire_saves_what_was_given(tool: Tool, site: Path, firefox_browser: Firefox) -> None:
    firefox_browser.open((site / "self-assessment.html").as_uri())
    firefox_browser.type("#record_reference", "Zoë ŵ")
    firefox_browser.click("#rating_3_10 input[value=E]")
    firefox_browser.click("#overall_5 input[value=D]")
    firefox_browser.type("#doing_2", "Łukasz\nŷ")

    path = firefox_browser.saved(lambda: firefox_browser.click("#feature-5 [data-save] button"))

    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved["record"]["reference"] == "Zoë ŵ"
    assert {id: level for id, level in saved["ratings"].items() if level} == {"3.10": "E"}
    assert saved["ratings"].keys() == {statement.id for statement in tool.framework.statements}
    assert {id: level for id, level in saved["overall"].items() if level} == {"5": "D"}
    assert saved["comments"]["2"]["doing"] == "Łukasz\nŷ"
