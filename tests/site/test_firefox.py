"""The site in a real Firefox, from a folder: no page complains, search finds, the questionnaire saves what is given."""

from __future__ import annotations

import json
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import files_of, round_of
from tests.firefox import Firefox
from tests.site.conftest import FORTY_PEOPLE


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


def fresh(browser: Firefox, site: Path) -> None:
    """Open the questionnaire, all on one page, with nothing of an earlier test. All tests share the tab."""
    browser.open((site / "index.html").as_uri())
    browser.call("() => { sessionStorage.clear(); localStorage.clear(); }")
    browser.open((site / "self-assessment.html").as_uri())
    browser.click("[data-one-page]")


def test_the_questionnaire_saves_what_was_given(tool: Tool, site: Path, firefox_browser: Firefox) -> None:
    fresh(firefox_browser, site)
    firefox_browser.type("#record_reference", "Zoë ŵ")
    firefox_browser.click("#rating_3_10 input[value=E]")
    firefox_browser.click("#overall_5 input[value=D]")
    firefox_browser.type("#doing_2", "Łukasz\nŷ")

    path = firefox_browser.saved(lambda: firefox_browser.click("[data-bar] button"))

    saved = json.loads(path.read_text(encoding="utf-8"))
    assert saved["record"]["reference"] == "Zoë ŵ"
    assert {id: level for id, level in saved["ratings"].items() if level} == {"3.10": "E"}
    assert saved["ratings"].keys() == {statement.id for statement in tool.framework.statements}
    assert {id: level for id, level in saved["overall"].items() if level} == {"5": "D"}
    assert saved["comments"]["2"]["doing"] == "Łukasz\nŷ"


def test_saved_answers_are_known_again(tool: Tool, site: Path, firefox_browser: Firefox) -> None:
    fresh(firefox_browser, site)
    firefox_browser.click("#rating_1_1 input[value=L]")

    def save() -> tuple[str, bytes]:
        path = firefox_browser.saved(lambda: firefox_browser.click("[data-bar] button"))
        return path.name, path.read_bytes()

    first = save()
    # The bar has become higher by the sentence about the file. A person would scroll; the driver does not.
    firefox_browser.call("() => document.querySelector('#rating_1_1 input[value=E]').click()")
    changed = save()
    fresh(firefox_browser, site)
    firefox_browser.call(_LOAD, first[1].decode())
    firefox_browser.appearing("#load-said p", "textContent")
    loaded = save()
    firefox_browser.click("[data-clear-page]")
    firefox_browser.click("#rating_1_1 input[value=L]")
    of_another = save()

    one, two = (round_of(files_of(files), tool).accounts for files in ([first, loaded], [first, of_another]))
    conflict = round_of(files_of([first, changed]), tool)
    assert (1, 1, 2) == (one.counted, one.duplicate, two.counted)
    assert 2 == conflict.accounts.in_conflict
    assert "were changed and saved again" in str(conflict.problems[0])
    assert first[0][:-5] != of_another[0][:-5]


def test_forty_people_save_forty_files(tool: Tool, site: Path, firefox_browser: Firefox) -> None:
    fresh(firefox_browser, site)

    files = [(name, text.encode()) for name, text in firefox_browser.call(FORTY_PEOPLE)]

    assert 40 == len({name for name, _ in files})
    assert 40 == round_of(files_of(files), tool).accounts.counted


_LOAD = """
text => {
  const input = document.getElementById('load-file'), chosen = new DataTransfer();
  chosen.items.add(new File([text], 'mine.json'));
  input.files = chosen.files;
  input.dispatchEvent(new Event('change', {bubbles: true}));
}
"""
