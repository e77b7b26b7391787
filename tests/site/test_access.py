"""Everybody can use every page: axe finds nothing, the keyboard reaches everything, nothing spills at 320 px."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from pmdiag_build.load import load_tool
from tests.site.conftest import Show, Shown, shown_by

PAGES = sorted(f"{id}.html" for id in (*load_tool().pages, "404"))
SEARCHED = "search.html?q=audit"
STOPS = """() => {
  const able = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled;
  const seen = [...document.querySelectorAll(able)].filter(shown);
  // One stop for a group of radio buttons: the arrow keys go on from there.
  const groups = new Set();
  const stops = seen.filter((e) => e.type !== "radio" || (!groups.has(e.name) && groups.add(e.name)));
  stops.forEach((e, number) => { e.dataset.stop = number; });
  return stops.length;
}"""
LINES = """labels => labels.map((label) => {
  const range = document.createRange();
  range.selectNodeContents(label);
  return range.getClientRects().length;
})"""
VISITED = """() => {
  const visited = [];
  const note = () => {
    const e = document.activeElement;
    const group = e.type === "radio" ? document.querySelector(`[data-stop][name="${e.name}"]`) : e;
    const { left, right, top, bottom } = e.getBoundingClientRect();
    const shown = left < right && right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
    const parts = [[e], ...[...(e.labels ?? [])].flatMap((label) => [[label], [label, "::before"]])];
    const outlined = parts.some(([part, pseudo]) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(part, pseudo);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
    visited.push({ stop: group.dataset.stop ?? null, shown, outlined });
  };
  document.addEventListener("keyup", note, true);
  return visited;
}"""
"""Where each key led to, once it was let go. Where colours are forced, nothing but an outline shows the focus."""

SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}"""
"""The text spacing of WCAG 1.4.12."""

CUT = """() => [...document.querySelectorAll("body *")].filter((e) => {
  const style = getComputedStyle(e);
  const hides = (way) => way === "hidden" || way === "clip";
  return e.clientWidth > 1 && e.checkVisibility() && style.clipPath === "none"
    && (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1
      || hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
}).map((e) => e.outerHTML.slice(0, 120))"""
"""What does not show all that is in it."""

BROKEN = """() => [...document.querySelectorAll(":not(pre) > code")].filter((e) => e.getClientRects().length > 1)
  .map((e) => e.textContent)"""
"""Names and options that are broken at the end of a line, as `--people` may be after its hyphens."""

AXE = """async (rules) => {
  const found = await axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  return { passes: found.passes.map((rule) => rule.id), violations: found.violations };
}"""
# The last two differ in nothing but colours, so that other rules would find the same in the dark.
LOOKS: Sequence[tuple[int, Literal["light", "dark"], str]] = (
    *((width, "light", "") for width in (320, 768, 1280)),
    (1280, "dark", "cat.color"),
)
LAID_OUT = """() => JSON.stringify([...document.querySelectorAll("*")].map((e) => {
  const { x, y, width, height } = e.getBoundingClientRect();
  const looks = [null, "::before", "::after"].map((part) => {
    const { content, display, visibility, opacity, clip, clipPath, position, zIndex, font } = getComputedStyle(e, part);
    return [content, display, visibility, opacity, clip, clipPath, position, zIndex, font];
  });
  return [x, y, width, height, looks];
}))"""
"""All that axe looks at in a page beside its elements and its colours."""


@pytest.fixture(scope="module")
def one_page(chromium_browser: Browser, site: Path, axe_source: str) -> Iterator[Shown]:
    """One page of a browser with axe in it, for all pages of the site: a new one costs as much as looking at it."""
    context = chromium_browser.new_context()
    context.add_init_script(axe_source)
    shown = shown_by(context, site)
    yield shown
    context.close()


@pytest.fixture(scope="module", params=[*PAGES, SEARCHED])
def opened(request: pytest.FixtureRequest, one_page: Shown) -> Shown:
    """Each page of the site in turn, opened at 320 px and then looked at by several tests."""
    set_(one_page.page, 320)
    one_page.asked.clear()
    one_page.complaints.clear()
    one_page.open(request.param)
    return one_page


def set_(page: Page, width: int, colours: Literal["light", "dark"] = "light") -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=colours, forced_colors="none")


def violations(found: dict[str, list[dict[str, object]]]) -> list[str]:
    return [f"{v['id']}: {json.dumps([n['html'] for n in v['nodes']])[:400]}" for v in found["violations"]]  # type: ignore[attr-defined]


@pytest.mark.evidence("reflow")
def test_nothing_spills_over_at_320_px_and_nothing_is_asked_of_others(opened: Shown) -> None:
    set_(opened.page, 320)

    assert opened.page.evaluate("document.documentElement.scrollWidth") == 320
    assert opened.page.evaluate(BROKEN) == []
    assert [url for url in opened.asked if not url.startswith("file:")] == []
    assert opened.complaints == []


@pytest.mark.slow
@pytest.mark.evidence("pages_axe")
def test_axe_finds_nothing(opened: Shown) -> None:
    found, looks = [], []
    for width, colours, rules in LOOKS:
        set_(opened.page, width, colours)
        looks.append(opened.page.evaluate(LAID_OUT))
        result = opened.page.evaluate(AXE, rules)
        assert result["passes"], "axe did not look at the page"
        assert rules or "target-size" in result["passes"]
        found += [f"{width} px, {colours}: {violation}" for violation in violations(result)]

    assert found == []
    assert looks[-2] == looks[-1]


@pytest.mark.slow
@pytest.mark.evidence("keyboard")
def test_keyboard_reaches_everything_and_is_always_seen(opened: Shown) -> None:
    set_(opened.page, 1280)
    opened.page.emulate_media(forced_colors="active")
    wanted = opened.page.evaluate(STOPS)
    listened = opened.page.evaluate_handle(VISITED)

    for _ in range(wanted):
        opened.page.keyboard.press("Tab")

    visited = listened.json_value()
    assert [stop["stop"] for stop in visited] == [str(number) for number in range(wanted)]
    assert [stop for stop in visited if not (stop["shown"] and stop["outlined"])] == []


@pytest.mark.evidence("spacing")
def test_text_that_is_spaced_out_is_neither_cut_nor_too_wide(opened: Shown) -> None:
    opened.page.evaluate(SPACED)
    for width in (1280, 320):
        set_(opened.page, width)
        assert opened.page.evaluate("document.documentElement.scrollWidth") == width
        assert opened.page.evaluate(CUT) == []
    opened.page.evaluate("document.adoptedStyleSheets = []")


@pytest.mark.parametrize("name", ["self-assessment.html", "summary-of-the-review.html"])
def test_no_level_is_broken_in_two_at_320_px(show: Show, name: str) -> None:
    page = show(320).open(name)
    page.locator("[data-one-page]").evaluate_all("buttons => buttons.forEach(button => button.click())")

    lines = page.locator(".question__levels label").evaluate_all(LINES)

    assert len(lines) >= 15
    assert set(lines) == {1}


def test_first_stop_leads_to_the_content(show: Show) -> None:
    page = show().open("features.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_table_is_still_a_table_as_cards(show: Show) -> None:
    page = show(320).open("what-good-looks-like.html")
    assert page.locator("table").evaluate("e => getComputedStyle(e).display") == "block"

    table = page.get_by_role("table")

    assert table.get_by_role("columnheader").all_text_contents() == ["Limited", "Developing", "Effective"]
    assert table.get_by_role("row").count() == 1 + 1 + 1 + 5 + 7
    assert table.locator(".cell-label").first.is_visible()
    assert "Limited" not in table.get_by_role("cell").first.aria_snapshot()


def test_levels_can_be_chosen_with_the_arrow_keys(show: Show) -> None:
    page = show().open("self-assessment.html#feature-1")
    page.locator("#rating_1_1-L").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")

    assert page.locator("#rating_1_1 input:checked").get_attribute("value") == "D"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#rating_1_1 input:checked").count() == 0


@pytest.mark.evidence("forced_colours")
def test_chosen_levels_and_the_focus_are_seen_in_forced_colours(show: Show) -> None:
    page = show(forced_colors="active").open("self-assessment.html#feature-1")
    question = page.locator("#rating_1_1")
    unanswered = question.screenshot()

    page.locator("#rating_1_1-L").check(force=True)
    focused = question.screenshot()
    page.locator("#rating_1_1-L").blur()
    chosen = question.screenshot()
    page.locator("#rating_1_1-D").check(force=True)
    page.locator("#rating_1_1-D").blur()

    assert len({unanswered, focused, chosen, question.screenshot()}) == 4
