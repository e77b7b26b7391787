"""Two typings of the same papers are compared on the page, settled by key, and counted as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, FilePayload, Page, expect

from pmdiag_build.content.model import Tool
from pmdiag_build.desk import Desk
from pmdiag_build.returns import files_of, round_of
from tests.conftest import Built
from tests.desk.page.conftest import Behind, Show
from tests.desk.page.test_access import axe
from tests.desk.page.typist import REFERENCE, Typist, papers
from tests.returns.samples import said_by

Rows = list[dict[str, str]]
Compare = Callable[..., Page]


def sheet(tool: Tool, name: str, rows: Rows) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": Desk(tool).typed(rows)}


@pytest.fixture
def compare(show: Show, tool: Tool, real_desk: Behind) -> Compare:
    """Compares two typings: `compare(first, second)`."""

    def new(first: Rows, second: Rows, *, own: bool = False, **options: int) -> Page:
        shown = show(own=own, behind=real_desk, **options)
        page = shown.open("compare")
        page.locator("#compare-first").set_input_files(sheet(tool, "first.xlsx", first))
        page.locator("#compare-second").set_input_files(sheet(tool, "second.xlsx", second))
        page.locator("#compare-begin").press("Enter")
        expect(page.locator("#compared")).to_be_visible()
        return page

    return new


def changed(rows: Rows, *changes: tuple[int, str, str]) -> Rows:
    found = [dict(row) for row in rows]
    for at, name, text in changes:
        found[at][name] = text
    return found


def first_choice(page: Page) -> None:
    page.locator("#settle-choices input[type=radio]").first.focus()


def test_twenty_papers_are_typed_by_two_and_settled(built: Built, chromium_browser: Browser, tool: Tool) -> None:
    """With the real engine, by keyboard alone; the tab is killed in the middle of a paper."""
    address = (built.out / "desk" / "index.html").as_uri() + "#type"
    all_papers = papers(tool, 20)
    with chromium_browser.new_context() as context:
        page = context.new_page()
        page.goto(address)
        typist = Typist(page)
        typist.begin()
        typist.type_all(all_papers[:12])
        typist.type(all_papers[12], until="rating_3_4")
        page.evaluate("desk.keep.settled()")
        with pytest.raises(Error):
            page.goto("chrome://crash")

        page = context.new_page()
        page.goto(address)
        expect(page.locator("#paper-title")).to_have_text("Return 13: P13")
        expect(page.locator("#typed-count")).to_have_text("12 returns typed.")
        typist = Typist(page)
        typist.begin()
        assert typist.at() == "rating_3_4"
        page.locator("#type-record_reference").select_text()
        typist.type_all(all_papers[12:])
        page.locator("#typed-done").press("Enter")
        expect(page.locator("#accounts")).to_contain_text("20 = 20 counted")

        settle_five(page, tool, all_papers)


def settle_five(page: Page, tool: Tool, all_papers: Rows) -> None:
    """A second typing of the papers has slips in four cells and is right in a fifth."""
    slips = [(0, "rating_1_1", "E"), (4, "overall_2", "x"), (7, "doing_1", "We meet"), (19, "record_role", "Other")]
    second = changed(all_papers, *slips, (19, "rating_5_8", "D" if all_papers[19]["rating_5_8"] == "E" else "E"))
    page.evaluate("desk.view('compare')")
    page.locator("#compare-second").set_input_files(sheet(tool, "second.xlsx", second))
    page.locator("#compare-begin").press("Enter")
    expect(page.locator("#compared-line")).to_have_text("20 returns and 1320 cells were compared. To settle: 5.")
    page.keyboard.type("1-112")
    expect(page.locator("#save-decision")).to_be_hidden()
    page.locator("#settled-put").press("Enter")
    expect(page.locator("#settled-said")).to_contain_text("20 returns are now among the returns")
    expect(page.locator("#accounts")).to_contain_text("20 = 20 counted")

    assert page.evaluate("desk.returns.list.map((one) => one.name)") == ["settled-returns.xlsx"]
    with page.expect_download() as download:
        page.locator("#save-settled").press("Enter")
    found = round_of(files_of([("settled.xlsx", Path(download.value.path()).read_bytes())]), tool)
    right = changed(all_papers, (4, "overall_2", ""), (19, "rating_5_8", second[19]["rating_5_8"]))
    expected = round_of(files_of([("paper.xlsx", Desk(tool).typed(right))]), tool)
    assert [said_by(one) for one in found.responses] == [said_by(one) for one in expected.responses]
    assert found.problems == ()


FIRST: Rows = [
    {REFERENCE: "A", "rating_1_1": "L", "doing_1": "We meet every month.", "record_role": "Practitioner"},
    {REFERENCE: "B", "rating_1_1": "D"},
]
SECOND: Rows = [
    {REFERENCE: "A", "rating_1_1": "E", "doing_1": "We meet every week.", "record_role": "Practitioner"},
    {REFERENCE: "C", "rating_1_1": "D"},
]


def test_each_difference_is_shown_whole_and_settled_by_key(compare: Compare, tool: Tool) -> None:
    page = compare(FIRST, SECOND)
    where, text = page.locator("#settle-where"), page.locator("#settle-text")
    assert where.inner_text() == "Difference 1 of 4: A, 1.1"
    assert tool.framework.statements[0].text in text.inner_text()
    first_choice(page)
    page.keyboard.press("d")

    assert where.inner_text() == "Difference 2 of 4: A, doing 1"
    assert page.locator("mark").all_inner_texts() == ["month.", "week."]
    page.keyboard.press("3")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Or so.")
    page.keyboard.press("Control+Enter")
    page.keyboard.type("12")
    page.keyboard.press("Control+z")
    assert where.inner_text() == "Difference 4 of 4: C, whether it counts"
    assert text.inner_text() == "In second.xlsx: C was not typed in first.xlsx. Look for the paper."
    assert page.locator("#settle-progress").inner_text() == "3 of 4 settled"
    page.keyboard.press("2")
    assert page.locator("#settle-end-line").inner_text() == "The settled sheet has 2 returns."

    with page.expect_download() as download:
        page.locator("#save-settled").press("Enter")
    rows = Desk(tool).rows_of("settled.xlsx", Path(download.value.path()).read_bytes())
    assert rows == [{**FIRST[0], "rating_1_1": "D", "doing_1": "We meet every month. Or so."}, FIRST[1]]


def test_what_was_settled_is_kept_and_can_be_taken_back(compare: Compare) -> None:
    page = compare(FIRST, SECOND, own=True)
    first_choice(page)
    page.keyboard.type("21")
    page.evaluate("desk.keep.settled()")
    context, address = page.context, page.url
    page.close()

    page = context.new_page()
    page.goto(address)
    expect(page.locator("#settle-progress")).to_have_text("2 of 4 settled")
    first_choice(page)
    page.keyboard.press("1")
    page.keyboard.press("Control+z")

    expect(page.locator("#settle-where")).to_contain_text("Difference 3 of 4")
    assert page.locator("#settle-progress").inner_text() == "2 of 4 settled"


def test_decisions_are_thrown_away_only_after_a_question(compare: Compare) -> None:
    page = compare(FIRST, SECOND)
    expect(page.locator("#settle-choices input").first).to_be_focused()
    page.keyboard.type("2")
    page.locator("#compare-again").press("Enter")
    expect(page.locator("#compare-no")).to_be_focused()
    page.locator("#compare-no").press("Enter")
    expect(page.locator("#settle-progress")).to_have_text("1 of 4 settled")

    page.locator("#compare-again").press("Enter")
    page.locator("#compare-yes").press("Enter")
    expect(page.locator("#compared")).to_be_hidden()
    page.evaluate("desk.keep.settled()")
    assert page.evaluate("desk.keep.list('compare:')") == []


def test_a_settled_sheet_stands_for_what_was_typed(compare: Compare) -> None:
    page = compare(FIRST[:1], SECOND[:1])
    page.keyboard.type("11")
    page.locator("#settled-put").press("Enter")
    expect(page.locator("#settled-said a")).to_have_text(["Go to Returns", "Go to Results"])

    page.evaluate("desk.view('type')")
    typist = Typist(page)
    typist.begin()
    typist.type({REFERENCE: "B"})
    typist.finish()
    expect(page.locator("#typed-done")).to_be_visible()
    typist.type({REFERENCE: " a"})
    typist.finish()
    expect(page.locator("#typed-done")).to_be_hidden()
    expect(page.locator("#typed-stands")).to_contain_text("The settled sheet is counted instead of these.")

    page.evaluate("desk.returns.remove(desk.returns.list[0])")
    expect(page.locator("#typed-done")).to_be_visible()
    expect(page.locator("#typed-stands")).to_be_hidden()


def test_a_row_can_only_be_counted_under_a_reference_of_its_own(compare: Compare) -> None:
    page = compare([FIRST[1]], [FIRST[1], {**FIRST[1], "rating_1_1": "E"}])
    first_choice(page)
    page.keyboard.press("1")
    expect(page.locator("#settled-said")).to_contain_text("Type a reference first")

    page.keyboard.press("End")
    page.keyboard.type("2")
    page.locator("#settle button[type=submit]").press("Enter")

    assert page.locator("#settle-end-line").inner_text() == "The settled sheet has 2 returns."


def test_typings_that_are_the_same_say_so_and_other_files_are_refused(compare: Compare, tool: Tool) -> None:
    page = compare(FIRST, FIRST)
    assert page.locator("#compared-line").inner_text() == "Both typings are the same: 2 returns, 132 cells."
    expect(page.locator("#settled-put")).to_be_visible()
    expect(page.locator("#compared-title")).to_be_focused()

    page.locator("#compare-again").press("Enter")
    page.locator("#compare-begin").press("Enter")
    for id in ("second", "first"):
        sheet = page.locator(f"#compare-{id}")
        expect(sheet).to_have_attribute("aria-invalid", "true")
        expect(sheet).to_have_accessible_description("Choose the sheet that this person saved.")
    expect(page.locator("#compare-first")).to_be_focused()
    for id in ("first", "second"):
        page.locator(f"#compare-{id}").set_input_files({"name": f"{id}.csv", "mimeType": "", "buffer": b"<b>a,b"})
    page.locator("#compare-begin").press("Enter")
    expect(page.locator("#compare-choose").get_by_role("alert")).to_contain_text("first.csv:")
    expect(page.locator("#compare [aria-invalid=true]")).to_have_count(0)


@pytest.mark.evidence("desk_axe")
def test_axe_finds_nothing_while_comparing(compare: Compare, axe_source: str) -> None:
    page = compare(FIRST, SECOND, own=True)
    page.locator("summary").evaluate_all("all => all.forEach((one) => { one.parentElement.open = true; })")
    first_choice(page)
    for key in "2311":
        # Every kind of difference once.
        assert axe(page, axe_source) == []
        page.keyboard.press(key)
        if key == "3":
            page.keyboard.press("Control+Enter")
    assert axe(page, axe_source, thrice=True) == []
