"""The site in a real Firefox, from a folder: no page complains, search finds, the questionnaire saves what is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import files_of, round_of
from tests.firefox import KEYS, Firefox
from tests.site.conftest import FORTY_PEOPLE
from tests.waiting import until


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
    firefox_browser.click("#rating_1_1 input[value=E]")
    changed = save()
    fresh(firefox_browser, site)
    firefox_browser.call(_LOAD, first[1].decode())
    firefox_browser.appearing("#load-said p", "textContent")
    loaded = save()
    firefox_browser.click(".kept summary")
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


@pytest.mark.parametrize("place", ["folder", "server"])
def test_by_keyboard_alone_answered_left_reloaded_reopened_checked_and_counted(
    tool: Tool, site: Path, served: str, firefox_browser: Firefox, place: str
) -> None:
    browser = firefox_browser
    origin = f"{site.as_uri()}/" if place == "folder" else served
    browser.open(f"{origin}index.html")
    browser.call("() => { sessionStorage.clear(); localStorage.clear(); }")
    browser.open(f"{origin}self-assessment.html#reference=K7MD-4PWX")
    assert browser.appearing("#load-said li", "textContent") == "Reference: K7MD-4PWX"
    tab_to(browser, "a[href='#feature-1'].govuk-button")
    browser.press(KEYS["enter"])
    focused(browser, "#feature-1-title")
    tab_to(browser, "#rating_1_1-L")
    browser.press(KEYS["space"])
    browser.press(KEYS["right"])
    tab_to(browser, "#doing_1")
    browser.press("We look at it each month.")

    browser.open(f"{origin}privacy.html")
    browser.back()
    browser.reload()
    browser.reopen()

    until(lambda: browser.call("() => document.getElementById('doing_1')?.value === 'We look at it each month.'"))
    assert browser.call("() => location.hash") == "#feature-1"
    tab_to(browser, "[data-next]")
    browser.press(KEYS["enter"])
    focused(browser, "#rating_1_2-L")
    browser.press(KEYS["space"])
    browser.call("() => { location.hash = 'check'; }")
    focused(browser, "#check-title")
    tab_to(browser, "#check [data-save] button")
    path = browser.saved(lambda: browser.press(KEYS["enter"]))
    (response,) = round_of(files_of([(path.name, path.read_bytes())]), tool).responses
    assert {id: level for id, level in response.ratings.items() if level} == {"1.1": "D", "1.2": "L"}
    assert response.comments == {("doing", "1"): "We look at it each month."}
    assert response.record.reference == "K7MD-4PWX"


def tab_to(browser: Firefox, css: str) -> None:
    for _ in range(120):
        browser.press(KEYS["tab"])
        if browser.call("css => document.activeElement.matches(css)", css):
            return
    pytest.fail(f"Tab does not reach {css}")


def focused(browser: Firefox, css: str) -> None:
    until(lambda: browser.call("css => document.activeElement.matches(css)", css))


def test_a_browser_that_keeps_nothing_is_said_aloud(tool: Tool, site: Path, firefox_browser: Firefox) -> None:
    firefox_browser.privileged("Services.prefs.setBoolPref('dom.storage.enabled', false)")
    try:
        firefox_browser.open((site / "self-assessment.html").as_uri())
        firefox_browser.type("#record_reference", "A7")
        firefox_browser.press(KEYS["tab"])

        assert firefox_browser.appearing("[data-kept]", "textContent") == tool.words["site"]["say_kept_blocked"]
        path = firefox_browser.saved(lambda: firefox_browser.click("[data-bar] button"))
        assert json.loads(path.read_text(encoding="utf-8"))["record"]["reference"] == "A7"
    finally:
        firefox_browser.privileged("Services.prefs.clearUserPref('dom.storage.enabled')")


_LOAD = """
text => {
  const input = document.getElementById('load-file'), chosen = new DataTransfer();
  chosen.items.add(new File([text], 'mine.json'));
  input.files = chosen.files;
  input.dispatchEvent(new Event('change', {bubbles: true}));
}
"""
