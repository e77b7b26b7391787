"""Answering on screen, step by step: nothing is lost, the page says truly what it keeps, and everybody can use it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import files_of, round_of
from tests.site.conftest import Show
from tests.site.test_access import violations

FULL = """where => {
  for (let size = 1 << 22; size; size = size >> 1) {
    try { for (let n = 0; ; n++) window[where].setItem(`other-${size}-${n}`, 'x'.repeat(size)); } catch { }
  }
}"""
"""Fills a storage to the last letter, as another page of the same origin might."""
BLOCKED = """for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError'); }});"""
"""What a browser does that was told to keep nothing."""
COVERED = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2);
  return at === null || !(e.contains(at) || at.contains(e) || e.labels && [...e.labels].includes(at.closest('label')));
}"""
HOSTILE = {
    "doing_1": "<script>window.got = 1</script><img src=x onerror='window.got = 1'>",
    "improve_1": "שלום \u202eabc\u202c عربى",
    "doing_2": "🙂👩\u200d👩\u200d👧 \U0001f3f4",
    "improve_2": "half a sign: \ud83d and \udc00.",
    "doing_3": ("evidence " * 12_000)[:100_000],
    "improve_3": "w" * 100_000,
}


@pytest.fixture
def words(tool: Tool) -> dict[str, str]:
    return {key.removeprefix("say_"): text for key, text in tool.words["site"].items()}


def tab_to(page: Page, css: str) -> None:
    """Press Tab until an element has the focus; it must not be covered then."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("css => document.activeElement.matches(css)", css):
            assert not page.evaluate(COVERED), f"{css} is covered"
            return
    pytest.fail(f"Tab does not reach {css}")


def go(page: Page, step: str) -> None:
    page.evaluate("step => { location.hash = step; }", step)
    expect(page.locator(f"#{step}")).to_be_visible()


def open_kept(page: Page) -> None:
    page.locator(".kept details:not([open]) summary").click()


def keep(page: Page) -> None:
    open_kept(page)
    page.locator("#keep").check()


def saved_by(page: Page, key: str) -> dict[str, Any]:
    with page.expect_download() as download:
        page.keyboard.press(key)
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    return found


def draft_of(page: Page, where: str = "sessionStorage") -> dict[str, Any]:
    text = page.evaluate(f"{where}.getItem(Object.keys({where}).find(key => key.startsWith('pmdiag-answers:')))")
    found: dict[str, Any] = json.loads(text)["answers"]
    return found


def written(page: Page, part: str, id: str, value: object, where: str = "sessionStorage") -> None:
    """Wait until the draft has a value: it is written a moment after the last key."""
    page.wait_for_function(
        """([where, part, id, value]) => Object.keys(window[where]).some(key => key.startsWith('pmdiag-answers:')
             && JSON.stringify(JSON.parse(window[where][key]).answers[part][id]) === JSON.stringify(value))""",
        arg=[where, part, id, value],
        polling=50,
    )


@pytest.mark.parametrize("place", ["folder", "server"])
def test_by_keyboard_alone_answered_left_reloaded_killed_gone_on_checked_and_counted(
    tool: Tool, show: Show, site: Path, served: str, place: str
) -> None:
    address = (site / "self-assessment.html").as_uri() if place == "folder" else f"{served}self-assessment.html"
    shown = show()
    page = shown.page
    page.goto(address)
    tab_to(page, ".kept summary")
    page.keyboard.press("Enter")
    tab_to(page, "#keep")
    page.keyboard.press("Space")
    tab_to(page, "#record_reference")
    page.keyboard.type("K7MD-4PWX")
    tab_to(page, "a[href='#feature-1'].govuk-button")
    page.keyboard.press("Enter")
    expect(page.locator("#feature-1-title")).to_be_focused()
    assert page.url.endswith("#feature-1")
    tab_to(page, "#rating_1_1-L")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#doing_1")
    page.keyboard.type("We look at it each month.")
    # Leave, come back, reload.
    page.goto(address.replace("self-assessment", "privacy"))
    page.go_back()
    assert page.locator("#doing_1").input_value() == "We look at it each month."
    page.reload()
    assert page.locator("#rating_1_1-D").is_checked()
    assert "Feature 1 of 5, 1 of 41 rated" in " ".join(page.locator("[data-bar]").inner_text().split())
    id = draft_of(page)["id"]

    page = another_after_killing(page, address)

    assert page.locator("#record_reference").input_value() == "K7MD-4PWX"
    tab_to(page, "[data-next]")
    page.keyboard.press("Enter")
    expect(page.locator("#rating_1_2-L")).to_be_focused()
    assert page.url.endswith("#feature-1")
    page.keyboard.press("Space")
    tab_to(page, "a[href='#feature-2'].govuk-button")
    page.keyboard.press("Enter")
    expect(page.locator("#feature-2-title")).to_be_focused()
    page.go_back()
    expect(page.locator("#feature-1-title")).to_be_focused()
    go(page, "check")
    tab_to(page, "#check [data-save] button")
    saved = saved_by(page, "Enter")
    (response,) = round_of(files_of([("a.json", json.dumps(saved).encode())]), tool).responses
    assert saved["id"] == id
    assert {key: level for key, level in response.ratings.items() if level} == {"1.1": "D", "1.2": "L"}
    assert response.comments == {("doing", "1"): "We look at it each month."}
    assert response.record.reference == "K7MD-4PWX"
    origin = site.as_uri() if place == "folder" else served
    assert [url for url in shown.asked if not url.startswith((origin, "blob:"))] == []
    assert shown.complaints == []


def another_after_killing(page: Page, address: str) -> Page:
    """Kill the process of a tab, and open its address in a new one."""
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
    fresh = page.context.new_page()
    fresh.goto(address)
    return fresh


def test_every_answer_and_gap_is_on_the_check_and_leads_back(show: Show, words: dict[str, str]) -> None:
    page = show(390).open("self-assessment.html#feature-3")
    page.locator("#rating_3_10").get_by_label("Effective").check(force=True)
    page.locator("#doing_3").fill("One line.\n  Another <b>line</b>.")
    go(page, "check")
    check = page.locator("#check")

    rows = check.locator(".govuk-summary-list__row")

    assert rows.count() == 8 + 41 + 5 + 10
    assert check.get_by_text(words["not_answered"], exact=True).count() == 8 + 41 + 5 + 10 - 4
    people = rows.filter(has=page.locator("#change-record_group_size")).locator(".govuk-summary-list__value")
    assert people.inner_text() == "1", "as the file has it for one person"
    assert rows.filter(has_text="3.10").locator(".govuk-summary-list__value").inner_text() == "Effective"
    assert check.get_by_text("One line.\n  Another <b>line</b>.").count() == 1
    change = page.locator("#change-rating_3_11")
    assert change.inner_text().startswith("Change")
    change.click()
    expect(page.locator("#rating_3_11-L")).to_be_focused()
    assert 80 < page.locator("#rating_3_11").evaluate("e => e.getBoundingClientRect().top") < 200, "below the key"
    assert page.url.endswith("#feature-3")
    page.keyboard.press("Space")
    page.get_by_role("link", name=words["back_to_check"]).click()
    expect(change).to_be_focused()
    assert rows.filter(has_text="3.11").locator(".govuk-summary-list__value").inner_text() == "Limited"
    page.emulate_media(media="print")
    assert check.is_visible()
    assert not page.locator("#feature-3").is_visible()
    assert not change.is_visible()


def test_print_shows_every_feature_from_any_step(show: Show) -> None:
    page = show().open("self-assessment.html#feature-2")
    assert not page.locator("#rating_4_1").is_visible()

    page.emulate_media(media="print")

    assert all(page.locator(f"#{step}").is_visible() for step in ("about-you", "feature-1", "feature-5"))
    assert not page.locator("#check").is_visible()


def test_next_unanswered_leads_from_gap_to_gap_and_then_to_the_check(show: Show, words: dict[str, str]) -> None:
    page = show().open("self-assessment.html#feature-5")
    page.evaluate("""document.querySelectorAll('fieldset input[value=L]').forEach((one) => {
        one.checked = !['rating_2_2', 'overall_3', 'rating_5_8'].includes(one.name); })""")
    page.locator("#doing_5").fill("x")
    page.locator("#doing_5").blur()

    led = []
    for _ in range(4):
        page.locator("[data-next]").click()
        page.wait_for_function("() => document.activeElement.name")
        led.append(page.evaluate("document.activeElement.name"))
    page.evaluate("document.querySelectorAll('input[value=L]').forEach((one) => one.click())")
    page.get_by_role("link", name=words["check"]).filter(visible=True).last.click()

    assert led == ["rating_5_8", "rating_2_2", "overall_3", "rating_5_8"]
    expect(page.locator("#check-title")).to_be_focused()
    assert "41 of 41 rated" in page.locator("[data-bar]").inner_text()


def test_words_in_plain_english_are_those_of_the_feature(show: Show) -> None:
    page = show().open("self-assessment.html#feature-3")
    details = page.locator("[data-words-of]")
    details.locator("summary").click()

    shown = details.locator("tbody tr").filter(visible=True)

    assert 0 < shown.count() < details.locator("tbody tr").count()
    assert all("feature-3.html" in row.inner_html() for row in shown.all())
    assert shown.filter(has_text="voice of the child").count() == 1
    assert details.locator("h2:visible").count() == details.locator("table:visible").count()


@pytest.mark.parametrize("fault", ["refused", "wrong type", "cut off", "old browser"])
def test_a_script_that_does_not_start_is_said_aloud(tool: Tool, show: Show, served: str, fault: str) -> None:
    def answer(route: Route) -> None:
        if fault == "refused":
            route.abort()
        elif fault == "wrong type":
            route.fulfill(status=200, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})
        elif fault == "cut off":
            route.fulfill(status=200, content_type="text/javascript", body=route.fetch().text()[:9000])
        else:
            route.continue_()

    page = show().page
    page.route("**/answers*.js", answer)
    page.add_init_script("delete Element.prototype.scrollIntoView" if fault == "old browser" else "")
    page.goto(f"{served}self-assessment.html#doing_2")

    assert tool.words["site"]["answers_noscript"] in page.locator("#not-started").inner_text()
    assert (tool.words["site"]["answers_failed"] in page.locator("#not-started").inner_text()) == (
        fault == "old browser"
    )
    assert page.get_by_role("button", name="Save my answers").count() == 0
    assert page.locator("#rating_5_8").is_visible()


def test_started_page_takes_the_sentence_away(show: Show) -> None:
    assert show().open("self-assessment.html").locator("#not-started").count() == 0


@pytest.mark.parametrize("fault", [BLOCKED, "Storage.prototype.getItem = () => null;"], ids=["refuses", "forgets"])
def test_blocked_storage_is_said_and_answers_stay_on_the_page(show: Show, words: dict[str, str], fault: str) -> None:
    shown = show()
    shown.page.add_init_script(fault)
    page = shown.open("self-assessment.html")
    page.locator("#record_reference").fill("A7")
    page.locator("#record_reference").blur()

    assert page.locator("[data-kept]").inner_text() == words["kept_blocked"]
    assert page.locator("[data-not-kept]").inner_text() == words["not_kept"]
    open_kept(page)
    page.locator("#keep").click()
    assert not page.locator("#keep").is_checked()
    assert page.locator("#load-said").inner_text() == words["keep_failed"]
    page.get_by_role("button", name="Show all on one page").click()
    go(page, "check")
    page.locator("#check [data-save] button").focus()
    assert saved_by(page, "Enter")["record"]["reference"] == "A7"
    assert shown.complaints == []


def test_full_storage_is_said_with_the_time_of_what_is_kept(show: Show, words: dict[str, str]) -> None:
    page = show().open("self-assessment.html")
    keep(page)
    page.locator("#record_reference").fill("A7")
    written(page, "record", "reference", "A7", "localStorage")
    page.evaluate(f"['localStorage'].forEach({FULL})")

    page.locator("#record_contributors").fill("x" * 9000)
    page.locator("#record_contributors").blur()

    assert page.locator("[data-kept]").inner_text() == words["kept_part"]
    page.evaluate(f"['sessionStorage'].forEach({FULL})")
    page.locator("#record_contributors").fill("x" * 18000)
    page.locator("#record_contributors").blur()
    assert page.locator("[data-kept]").inner_text().startswith(words["kept_old"].split("{")[0])
    assert page.locator("[data-not-kept]").inner_text() == words["not_kept"]
    page.evaluate("sessionStorage.clear(), localStorage.clear()")
    page.locator("#record_area").fill("Now there is room again")
    page.locator("#record_area").blur()
    assert not page.locator("[data-not-kept]").is_visible()
    assert len(draft_of(page)["record"]["contributors"]) == 18000


def test_what_is_kept_on_the_device_is_found_in_a_new_tab_and_deleted_by_a_button(
    show: Show, words: dict[str, str]
) -> None:
    shown = show()
    page = shown.open("self-assessment.html")
    assert page.locator("[data-kept]").inner_text() == words["kept_tab"]
    page.locator("#record_reference").fill("A7")
    keep(page)
    assert "since" in page.locator("[data-kept]").inner_text()
    kept = page.evaluate("Object.values(localStorage)")
    other = beside(page)
    assert other.locator("#record_reference").input_value() == "A7"
    assert other.locator("#keep").is_checked()
    # To look is not to write: the first tab can still delete what it keeps.
    assert page.evaluate("Object.values(localStorage)") == kept

    # The second tab writes; what the first one writes afterwards does not replace that.
    other.locator("#record_reference").fill("B8")
    written(other, "record", "reference", "B8", "localStorage")
    page.locator("#record_reference").fill("A9")
    written(page, "record", "reference", "A9")
    assert draft_of(page, "localStorage")["record"]["reference"] == "B8"
    assert page.locator("[data-not-kept]").inner_text() == words["not_kept_other"]
    assert "Other answers to this page" in page.locator("[data-other]").inner_text()
    page.get_by_role("button", name=words["other_replace"]).click()
    assert draft_of(page, "localStorage")["record"]["reference"] == "A9"
    expect(other.locator("[data-other]")).to_be_visible()
    other.once("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name=words["other_take"]).click()
    assert other.locator("#record_reference").input_value() == "A9"

    other.get_by_role("button", name=words["keep_delete"]).click()

    assert other.evaluate("localStorage.length") == 0
    expect(page.locator("#keep")).not_to_be_checked()
    assert page.locator("[data-kept]").inner_text() == words["kept_tab"]


def test_what_is_kept_is_not_lost_where_keeping_is_forbidden_later(show: Show, words: dict[str, str]) -> None:
    page = show().open("self-assessment.html")
    page.locator("#record_reference").fill("A7")
    written(page, "record", "reference", "A7")
    other = beside(page)
    other.locator("#record_reference").fill("B8")
    keep(other)
    other.close()
    page.context.add_init_script("""document.addEventListener('readystatechange', () => {
      document.getElementById('answers').dataset.keep = 'no';
    }, {once: true});""")

    page.reload()

    assert page.locator("#record_reference").input_value() == "A7"
    assert draft_of(page, "localStorage")["record"]["reference"] == "B8"
    assert not page.get_by_role("button", name=words["other_replace"]).is_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=words["other_take"]).click()
    assert page.locator("#load-said").inner_text() == words["kept_forbidden"]
    assert page.evaluate("localStorage.length") == 0
    page.reload()
    assert page.locator("#record_reference").input_value() == "B8"


def beside(page: Page) -> Page:
    """Another tab with the same page."""
    other = page.context.new_page()
    other.goto(page.url)
    return other


def test_answers_to_another_wording_are_told_and_not_lost(show: Show, words: dict[str, str]) -> None:
    page = show().open("self-assessment.html")
    page.locator("#record_reference").fill("A7")
    keep(page)
    page.evaluate("""() => {
      const [key] = Object.keys(localStorage), other = '@2012@01234567';
      localStorage.setItem(key.replace(/@2013@.*/, other), localStorage[key].replace(/@2013@[0-9a-f]+/, other));
      localStorage.removeItem(key); sessionStorage.clear();
    }""")
    page.reload()

    assert page.locator("#record_reference").input_value() == ""
    assert "with different wording are kept on this device" in page.locator("[data-other]").inner_text()
    page.get_by_role("button", name=words["other_take"]).click()
    assert page.locator("#record_reference").input_value() == "A7"
    assert words["other_wording"] in page.locator("#load-said").inner_text()
    page.get_by_role("button", name=words["other_delete"]).click()
    assert not page.locator("[data-other]").is_visible()
    assert page.evaluate("localStorage.length") == 0


def test_clearing_the_page_leaves_nothing_not_even_behind_back(show: Show) -> None:
    shown = show()
    page = shown.open("self-assessment.html")
    page.locator("#record_reference").fill("private")
    keep(page)
    shown.open("privacy.html")
    page.goto((shown.folder / "self-assessment.html").as_uri())
    assert page.locator("#record_reference").input_value() == "private"
    page.once("dialog", lambda dialog: dialog.accept())

    open_kept(page)
    page.get_by_role("button", name="Clear this page").click()

    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.go_back()
    page.go_back()
    assert page.locator("#record_reference").input_value() == ""


def test_a_link_fills_in_the_record_and_says_so(show: Show, words: dict[str, str]) -> None:
    page = show().open(
        "self-assessment.html#reference=K7MD-4PWX&role=manager&mode=group&group_size=six&area=Zo%C3%AB%20%26+co"
        "&shoe=42&lead=%zz&%3Cb%3E=1"
    )
    said = page.locator("#load-said")

    assert said.inner_text().split("\n\n")[0] == words["link_filled"]
    assert said.locator("li").all_inner_texts() == [
        "Reference: K7MD-4PWX",
        "Role: Team or service manager",
        "How these answers were given: A group, answering together",
        "Organisation/service Area: Zoë &+co",
        "group_size: “six” cannot be chosen on this page.",
        "Your link names “shoe”, which is not a line on this page.",
        "What your link says for “lead” cannot be read.",
        "Your link names “<b>”, which is not a line on this page.",
    ]
    expect(said).to_be_focused()
    assert "#" not in page.url
    page.reload()
    assert page.locator("#record_role").input_value() == "manager"

    page.evaluate("location.hash = 'lead=Somebody&reference=ANOTHER&role=manager'")

    expect(said).to_contain_text("Reference is “K7MD-4PWX” here already. The link says “ANOTHER”.")
    assert said.locator("li").count() == 1
    assert page.locator("#record_reference").input_value() == "K7MD-4PWX"
    assert page.locator("#record_lead").input_value() == ""
    page.evaluate("document.getElementById('rating_1_1-L').click(), location.hash = 'reference=K7MD-4PWX'")
    expect(said).to_contain_text(words["link_begun"])
    assert "=" not in page.url
    page.go_back()
    assert "=" not in page.url

    # As mail programs change it: = alone, everything after the #, and & as in HTML.
    page.evaluate("sessionStorage.clear()")
    for changed, area in {
        "reference%3DA7&area%3DA%26B%3D%25&role%3dmanager": "A&B=%",
        "reference%3DA7%26area%3DZo%25C3%25AB%20%2526%20co%26role%3Dmanager": "Zoë & co",
        "reference=A7&amp;area=North&amp;role%3Dmanager": "North",
    }.items():
        page.evaluate("answers.clear()")
        page.evaluate("link => { location.hash = link; }", changed)
        expect(said.locator("li").first).to_have_text("Reference: A7")
        expect(page.locator("#record_area")).to_have_value(area)
        expect(page.locator("#record_role")).to_have_value("manager")
        assert "#" not in page.url
    for wrong in ("K7MD-4PWX", "feature-9", "%E9", "%E9=1"):
        page.evaluate("link => { location.hash = link; }", wrong)
        expect(said.locator("li")).to_have_text([words["link_unknown"].replace("{id}", wrong.partition("=")[0])])
        assert "#" not in page.url


def test_hostile_answers_arrive_byte_for_byte_and_are_inert(tool: Tool, show: Show) -> None:
    shown = show()
    page = shown.open("self-assessment.html")
    page.evaluate(
        """texts => Object.entries(texts).forEach(([id, text]) => {
             const box = document.getElementById(id);
             box.value = JSON.parse(text);
             box.dispatchEvent(new Event('input', {bubbles: true}));
        })""",
        {name: json.dumps(text) for name, text in HOSTILE.items()},
    )
    written(page, "comments", "3", {"doing": HOSTILE["doing_3"], "improve": HOSTILE["improve_3"]})
    page.reload()
    go(page, "check")
    assert page.locator("#check script, #check img, #check b").count() == 0
    # With kerning one word of 100,000 letters holds Chromium up for seconds.
    for css in ("#improve_3", "#check .check__long dd"):
        assert page.locator(css).first.evaluate("e => getComputedStyle(e).fontKerning") == "none"
    page.locator("#check [data-save] button").focus()

    with page.expect_download() as download:
        page.keyboard.press("Enter")
    raw = Path(download.value.path()).read_bytes()
    (response,) = round_of(files_of([("a.json", raw)]), tool).responses

    saved = json.loads(raw)["comments"]
    for name, text in HOSTILE.items():
        kind, feature = name.split("_")
        assert saved[feature][kind] == text, name
        whole = text.encode("utf-8", "replace").decode() if name == "improve_2" else text
        assert (response.comments[kind, feature] == whole) or name == "improve_2"
    assert page.evaluate("window.got") is None
    assert shown.complaints == []


@pytest.mark.slow
@pytest.mark.evidence("states_axe")
def test_axe_finds_nothing_in_any_state_and_nothing_spills(show: Show, axe_source: str) -> None:
    shown = show()
    page = shown.open("self-assessment.html#reference=A7&shoe=1")
    page.evaluate(axe_source)
    found: list[str] = []

    def look(state: str) -> None:
        for width, height, media in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(**media)
            result = page.evaluate("axe.run('#answers', { resultTypes: ['violations'], preload: false })")
            found.extend(f"{state}, {width} px, {media}: {one}" for one in violations(result))
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{state} is wider than {width} px")

    look("filled in by a link")
    keep(page)
    page.evaluate(
        "for (const key of Object.keys(localStorage)) localStorage[key] = localStorage[key].replace(/mark.:./, '$&x')"
    )
    page.locator("#record_group_size").fill("six")
    page.locator("[data-bar] button").click()
    look("a mistake, and another tab")
    page.locator("#record_group_size").fill("")
    go(page, "feature-1")
    page.locator("#rating_1_1-L").check(force=True)
    page.locator("details summary").filter(visible=True).evaluate_all("all => all.forEach(one => one.click())")
    look("a feature, with help open")
    go(page, "check")
    page.locator("#check [data-save] button").click()
    look("checked and saved")

    assert "\n".join(found) == ""
    assert shown.complaints == []


LOOKS: list[tuple[int, int, dict[str, Any]]] = [
    (320, 256, {"color_scheme": "light", "forced_colors": "none"}),
    (768, 1024, {}),
    (1280, 800, {}),
    (1280, 800, {"color_scheme": "dark"}),
    (390, 844, {"color_scheme": "light", "forced_colors": "active"}),
]
"""Width, height and colours. The first is a window of 1280 pixels at 400 % zoom."""


@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (320, 256)])
@pytest.mark.evidence("covered")
def test_nothing_that_has_the_focus_is_covered(show: Show, size: tuple[int, int]) -> None:
    page = show(size[0]).open("self-assessment.html#feature-5")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.locator("#feature-5-title").focus()

    covered = []
    for key in ["Tab"] * 24 + ["Shift+Tab"] * 22:
        page.keyboard.press(key)
        if page.evaluate(COVERED):
            covered.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))

    assert covered == []

    # A link to what is wrong shows the sentence that says what, too.
    page.evaluate("document.getElementById('record_group_size').value = 'six'")
    page.locator("[data-bar] button").click()
    page.locator("#error-summary a").click()
    expect(page.locator("#record_group_size")).to_be_focused()
    expect(page.locator("#record_group_size")).to_be_in_viewport()
    expect(page.locator("#record_group_size-error")).to_be_in_viewport()


def test_script_is_small_and_makes_no_html(files: dict[str, bytes]) -> None:
    (script,) = [raw for name, raw in files.items() if "answers" in name and name.endswith(".js")]

    assert len(script) < 30_000
    assert not {
        word
        for word in ("innerHTML", "insertAdjacentHTML", "fetch(", "XMLHttpRequest", "eval(")
        if word.encode() in script
    }
