"""Paper returns are typed by keyboard alone and kept as they are typed; what was typed is a return like any other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from pmdiag_build.content.model import Tool
from pmdiag_build.desk import Desk
from pmdiag_build.returns import files_of, round_of
from tests.commands import call_pmdiag
from tests.desk.page.conftest import Behind, Show
from tests.desk.page.test_access import axe
from tests.desk.page.typist import REFERENCE, Typist, papers
from tests.firefox import Firefox
from tests.returns.samples import said_by

Sit = Callable[..., Typist]


@pytest.fixture
def sit(show: Show, real_desk: Behind) -> Sit:
    """Opens the view: `sit(width=320)`. In a window of its own if it is to be broken `before`."""

    def new(before: str = "", *, own: bool = False, **options: int) -> Typist:
        shown = show(own=own or bool(before), behind=real_desk, **options)
        if before:
            shown.page.context.add_init_script(before)
        typist = Typist(shown.open("type"))
        typist.begin()
        return typist

    return new


def added(page: Page) -> list[str]:
    return [str(name) for name in page.evaluate("desk.returns.list.map((one) => one.name)")]


def test_each_key_answers_and_goes_on(sit: Sit) -> None:
    typist = sit()
    typist.type({REFERENCE: "P1"}, until="rating_1_1")
    page = typist.page

    page.keyboard.type("ld-")
    typist.press("?")
    page.keyboard.type("both L and D")
    typist.press("Enter", "ArrowDown", "E", "ArrowUp", "ArrowUp", "ArrowRight", "ArrowRight")

    chosen = page.locator("#paper input:checked").evaluate_all("all => all.map((one) => [one.name, one.value])")
    assert chosen == [
        ["type-rating_1_1", "L"],
        ["type-rating_1_2", "D"],
        ["type-rating_1_3", "-"],
        ["type-rating_1_4", "?"],
        ["type-rating_1_5", "E"],
        ["type-rating_1_6", "E"],
    ]
    typist.press("Delete")
    assert page.locator("#paper-progress").inner_text() == "5 of 46 questions"
    typist.press("x")
    expect(page.locator("#said")).to_contain_text("Press L, D or E")
    expect(page.locator("[data-name=rating_1_5] #type-slip")).to_be_visible()
    typist.press("D")
    assert page.locator("#type-slip").count() == 0


def test_what_was_typed_is_read_as_any_entry_sheet(sit: Sit, tool: Tool) -> None:
    typist = sit()
    (paper,) = papers(tool, 1)
    typist.type(paper | {"rating_1_1": "both L and D", "record_date": "3 May 2026", "more_room": "1.1: =no formula"})
    typist.finish()

    with typist.page.expect_download() as download:
        typist.page.locator("#save-typed").press("Enter")
    found = round_of(files_of([("typed.xlsx", Path(download.value.path()).read_bytes())]), tool)

    (response,) = found.responses
    said = said_by(response)
    assert (said["doing_1"], said["rating_1_2"]) == ("We meet often, says 0.\nNot always well.", "D")
    assert said["more_room"] == "1.1: =no formula"
    (problem,) = found.problems
    assert "1.1: “unclear: both L and D” is not L" in problem.what


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_empty_sheet_is_that_of_the_command(sit: Sit, tmp_path: Path, kind: str) -> None:
    page = sit().page
    page.locator("summary", has_text="Type in a spreadsheet program instead").press("Enter")
    with page.expect_download() as download:
        page.locator(f"[data-empty-sheet={kind}]").press("Enter")
    call_pmdiag("entry-sheet", "-o", tmp_path / f"sheet.{kind}")

    assert download.value.suggested_filename == f"entry-sheet.{kind}"
    assert Path(download.value.path()).read_bytes() == (tmp_path / f"sheet.{kind}").read_bytes()


def test_undo_takes_back_answers_texts_and_whole_returns(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    page.keyboard.type("P1")
    for _ in range(7):
        typist.press("Enter")
    typist.press("Tab")
    page.keyboard.type("le")

    typist.press("Control+z")
    assert (typist.at(), page.locator("#paper input:checked").count()) == ("rating_1_2", 1)
    typist.press("Control+z", "Control+z")
    assert (typist.at(), page.locator("#type-record_reference").input_value()) == (REFERENCE, "")

    page.keyboard.type("P2")
    typist.press("Control+Enter")
    page.locator("#paper-leave").press("Enter")
    page.locator("#typed-list summary").press("Enter")
    page.get_by_role("button", name="Delete P2").press("Enter")
    assert page.locator("#typed-count").inner_text() == "No return is finished yet."
    typist.press("Control+z")
    assert page.locator("#typed-count").inner_text() == "1 return typed."
    assert page.locator("#paper-title").inner_text() == "Changing P2"


def test_a_reference_that_was_typed_before_is_said_at_once(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    page.keyboard.type("P1")
    typist.press("Control+Enter")
    page.locator("#paper-leave").press("Enter")

    page.keyboard.type(" p1")
    expect(page.locator("#type-record_reference-error")).to_contain_text("“p1” was typed already")
    typist.press("Enter")
    expect(page.locator("#said")).to_contain_text("“p1” was typed already")
    typist.press("Control+Enter")
    assert "The reference “p1” was typed already." in page.locator("#paper-check").inner_text()
    assert "46 questions have no answer" in page.locator("#paper-check").inner_text()


def test_lines_that_repeat_are_taken_over_and_papers_are_counted(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    page.locator("summary", has_text="Number of papers").press("Enter")
    page.locator("#typed-expected").fill("20")
    page.locator("#carry-date").press("Space")
    page.locator("#type-begin").press("Enter")
    typist.type({REFERENCE: "P1", "record_date": "3 May 2026"})
    typist.press("Enter")

    assert page.locator("#typed-count").inner_text() == "1 of 20 typed."
    assert page.locator("#type-record_date").input_value() == "3 May 2026"
    assert page.locator("#type-record_reference").input_value() == ""


def test_a_typed_batch_is_a_return_and_stays_one_when_it_is_changed(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    typist.type({REFERENCE: "P1", "rating_1_1": "L"})
    typist.finish()

    page.get_by_role("button", name="All papers are typed").press("Enter")
    assert page.evaluate("document.activeElement.id") == "batch-title"
    page.locator("#typed-done").press("Enter")
    expect(page.locator("#accounts")).to_contain_text("1 = 1 counted")
    page.locator("#typed-list summary").press("Enter")
    page.get_by_role("button", name="Change P1").press("Enter")
    for name in ("#type-rating_1_1", "#type-rating_1_2"):
        page.locator(f"input[name={name[1:]}]").first.press("-")
    typist.press("Control+Enter")
    expect(page.locator("#accounts")).to_contain_text("1 = 0 counted + 1 blank")

    assert added(page) == ["typed-returns.xlsx"]
    page.keyboard.type("P2")
    page.locator("#typed-done").press("Enter")
    page.locator("#typed-said button", has_text="Next return").press("Enter")
    assert page.locator("#paper-next").evaluate("one => one === document.activeElement")
    page.locator("#paper-next").press("Enter")
    page.locator("#paper-leave").press("Enter")
    page.locator("#typed-done").press("Enter")
    page.locator("#typed-said a", has_text="Go to Results").press("Enter")
    expect(page.locator("[data-view=results]")).to_be_visible()


def test_a_half_typed_return_is_gone_on_with_where_it_was_left(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    begin = page.locator("#type-begin")
    assert begin.inner_text() == "Start typing"
    page.keyboard.type("P1")
    assert begin.inner_text() == "Go on with return 1"
    typist.begin()
    assert typist.at() == "record_role"
    page.locator("input[name=type-rating_1_1]").first.press("l")
    typist.press("d")
    page.evaluate("desk.keep.settled()")
    page.reload()
    expect(begin).to_have_text("Go on with return 1")
    typist.begin()

    assert typist.at() == "rating_1_3"
    assert page.locator("#type-record_reference").input_value() == "P1"


def test_a_return_in_which_nothing_is_typed_is_not_kept(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    typist.type({REFERENCE: "P1"})
    typist.finish()
    kept = page.locator("[data-view=type] .kept")
    expect(kept).to_contain_text("Returns typed in, finished or not: 1, since")
    page.keyboard.type("P")
    expect(kept).to_contain_text("finished or not: 2, since")
    typist.press("Backspace")
    expect(kept).to_contain_text("finished or not: 1, since")


NO_DAYS = ("31/2/2026", "2026-02-31", "30 Feb 2028", "11/22/26")
DAYS = ("29/2/28", "2026-12-31", "31st August 2026", "spring", "22-23/11/2026", "1 Mai 2026")


def test_a_date_that_is_no_day_is_named_before_going_on_and_one_that_may_be_a_day_is_taken(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    typist.type({REFERENCE: "P1"})
    check = page.locator("#paper-check li")
    for date in NO_DAYS:
        page.locator("#type-record_date").fill(date)
        typist.press("Control+Enter")
        expect(check).to_have_count(1)
        expect(check).to_contain_text(f"“{date}” is not a date")
    page.locator("#type-record_date").fill("")
    page.locator("#paper-next").focus()
    typist.finish()
    page.locator("#typed-list summary").press("Enter")
    for date in DAYS:
        page.get_by_role("button", name="Change P1").press("Enter")
        page.locator("#type-record_date").fill(date)
        typist.press("Control+Enter")
        assert (typist.at(), page.locator("#paper-title").inner_text()) == (REFERENCE, "Return 2")
        assert page.locator("#typed-count").inner_text() == "1 return typed."


def test_a_sheet_typed_elsewhere_is_gone_on_with(sit: Sit, tool: Tool) -> None:
    typist = sit()
    page = typist.page
    page.keyboard.type("P9")
    rows = [{REFERENCE: "P1", "rating_1_1": "L/D", "record_role": "practitioner"}, {REFERENCE: "P2", "notes_1": "x"}]
    sheet = Desk(tool).typed(rows)
    page.locator("#typed-file").set_input_files({"name": "a.xlsx", "mimeType": "", "buffer": sheet})
    expect(page.locator("#typed-said")).to_have_text("2 returns of a.xlsx were added.")

    assert page.locator("#paper-title").inner_text() == "Return 3: P9"
    page.locator("#typed-list summary").press("Enter")
    page.get_by_role("button", name="Change P1").press("Enter")
    assert page.locator("#type-record_role").input_value() == "Practitioner"
    assert page.locator("input[name=type-rating_1_1]:checked").input_value() == "?"
    assert page.locator("#note-rating_1_1").input_value() == "L/D"
    with page.expect_download() as download:
        page.locator("#save-typed").press("Enter")
    assert Desk(tool).rows_of("b.xlsx", Path(download.value.path()).read_bytes())[:2] == rows


def test_nothing_that_was_kept_is_left_after_it_was_deleted(sit: Sit) -> None:
    typist = sit()
    page = typist.page
    page.keyboard.type("P1")
    kept = page.locator("[data-view=type] .kept")
    expect(kept).to_contain_text("Returns typed in, finished or not: 1, since")
    page.locator("summary", has_text="Number of papers").press("Enter")
    page.locator("#typed-expected").fill("20")
    expect(kept).to_contain_text("How many papers there are")

    kept.get_by_role("button", name="Delete all").press("Enter")
    assert kept.get_by_role("button", name="Keep it").evaluate("one => one === document.activeElement")
    kept.get_by_role("button", name="Delete it").press("Enter")
    expect(kept).to_contain_text("This browser keeps nothing yet")
    assert page.locator("#typed-expected").input_value() == ""
    page.reload()
    page.locator("#paper-title").wait_for()

    assert page.locator("#type-record_reference").input_value() == ""
    assert page.evaluate("desk.keep.list('')") == []


NO_ROOM = "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }"
BLOCKED = "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('', 'SecurityError'); } })"


@pytest.mark.parametrize(
    ("broken", "said"), [(NO_ROOM, "has no room left"), (BLOCKED, "does not allow this page")], ids=["full", "blocked"]
)
def test_a_browser_that_keeps_nothing_says_so_and_typing_goes_on(sit: Sit, broken: str, said: str) -> None:
    typist = sit(broken)
    typist.type({REFERENCE: "P1", "rating_1_1": "L"})
    typist.finish()

    kept = typist.page.locator("[data-view=type] .kept")
    expect(kept).to_contain_text(said)
    assert kept.get_by_role("button").count() == (0 if broken == BLOCKED else 1)
    assert typist.page.locator("#typed-count").inner_text() == "1 return typed."


def test_a_second_window_says_that_the_first_one_keeps(sit: Sit, show: Show) -> None:
    typist = sit()
    typist.page.keyboard.type("P1")
    other = typist.page.context.new_page()
    other.goto(typist.page.url)

    expect(other.locator("[data-view=type] .kept")).to_contain_text("open in another window")
    assert other.locator("#type-record_reference").input_value() == ""


PLAIN_HTTP = "http://intranet.example"
ROWS = """desk.keep.list("row:").then((all) =>
  all.map((one) => one.value.fields?.record_reference).filter(Boolean).sort())"""


@pytest.fixture
def plain(sit: Sit, desk: Path) -> Callable[[], Page]:
    """Opens the view in one more window, from an address that browsers have no locks for."""
    context = sit(own=True).page.context

    def folder(route: Route) -> None:
        name = urlsplit(route.request.url).path[1:]
        route.fulfill(path=desk / name) if name else route.fulfill(body="", content_type="text/html")

    context.route(f"{PLAIN_HTTP}/**", folder)

    def new() -> Page:
        page = context.new_page()
        page.goto(f"{PLAIN_HTTP}/index.html#type")
        page.locator("#paper").wait_for()
        assert page.evaluate("[isSecureContext, 'locks' in navigator]") == [False, False]
        return page

    return new


def type_reference(page: Page, text: str) -> None:
    page.locator("#type-record_reference").fill(text)
    page.evaluate("desk.keep.settled()")


def test_a_second_window_from_a_plain_http_address_says_it_too(plain: Callable[[], Page]) -> None:
    first, second = plain(), plain()
    # On a slow machine the first window's answer comes late: until then the second one keeps what is typed.
    expect(second.locator("[data-view=type] .kept")).to_contain_text("open in another window")
    type_reference(first, "A1")
    type_reference(second, "B1")

    assert second.evaluate("desk.keep.why") == "elsewhere"
    first.close()
    second.close(run_before_unload=False)
    again = plain()
    assert (again.evaluate("desk.keep.why"), again.evaluate(ROWS)) == ("", ["A1"])


def test_a_window_that_answers_too_late_is_still_believed(plain: Callable[[], Page]) -> None:
    page = plain()
    page.close()
    slow = page.context.new_page()
    slow.goto(f"{PLAIN_HTTP}/")
    slow.evaluate(
        """(name) => {
          window.channel = new BroadcastChannel(name);
          window.channel.onmessage = ({ data }) => { window.asking = data.from; };
        }""",
        "pmdiag-desk-2013",
    )
    page = plain()
    assert page.evaluate("desk.keep.why") == ""
    slow.evaluate("window.channel.postMessage({ from: 0, to: window.asking })")

    expect(page.locator("[data-view=type] .kept")).to_contain_text("open in another window")


BY_ITSELF = "Object.defineProperty(Navigator.prototype, 'locks', { value: null }); delete window.BroadcastChannel"


def test_two_windows_that_cannot_know_of_each_other_overwrite_nothing(sit: Sit) -> None:
    first = sit(BY_ITSELF).page
    second = first.context.new_page()
    second.goto(first.url)
    second.locator("#paper").wait_for()
    type_reference(first, "A1")
    type_reference(second, "B1")
    second.reload()

    assert second.evaluate(ROWS) == ["A1", "B1"]


def test_nothing_can_be_typed_before_it_is_known_what_was_kept(sit: Sit) -> None:
    waits = "LockManager.prototype.request = (name, options, held) => new Promise(() => { window.goOn = held; })"
    typist = sit()
    type_reference(typist.page, "A1")
    page = typist.page.context.new_page()
    page.add_init_script(waits)
    page.goto(typist.page.url)

    expect(page.locator("[data-view=type] .kept")).to_contain_text("One moment")
    assert page.locator("#typing").locator("input, textarea, select, button").filter(visible=True).count() == 0
    page.evaluate("void window.goOn()")
    expect(page.locator("#paper")).to_be_visible()
    assert page.locator("#type-record_reference").input_value() == "A1"


PUT = """(records) => new Promise((done) => {
  const opening = indexedDB.open(`pmdiag-desk-${document.getElementById("desk").dataset.edition}`);
  opening.onsuccess = () => {
    const work = opening.result.transaction("kept", "readwrite");
    records.forEach(([key, value]) => work.objectStore("kept").put({ key, value, since: 1, time: 1 }));
    work.oncomplete = () => { opening.result.close(); done(); };
  };
})"""


def test_what_cannot_be_read_is_left_alone_and_said(sit: Sit) -> None:
    bad = [None, "text", {}, {"fields": {"doing_1": 5}, "done": True, "order": 2}]
    good = {"fields": {REFERENCE: "old"}, "done": True, "order": 7}
    records = [[f"row:{n:06}", value] for n, value in enumerate([*bad, good])] + [
        ["batch:typed", None],
        ["round", {"files": None}],
        ["compare:now", {"first": {"name": "a.xlsx"}, "second": None, "settled": {}}],
    ]
    page = sit().page
    page.evaluate(PUT, records)
    page.reload()
    page.evaluate("desk.view('compare')")
    page.evaluate("desk.view('type')")
    kept = page.locator("[data-view=type] .kept")

    expect(kept).to_contain_text("Left out: 7 entries that this desk can't read. They are kept as they are.")
    assert page.locator("#typed-count").inner_text() == "1 return typed."
    type_reference(page, "new")
    assert page.evaluate(ROWS) == ["new", "old"]
    page.reload()
    expect(kept).to_contain_text("Left out: 6 entries")
    assert page.locator("#kept-found").is_hidden()
    kept.get_by_role("button", name="Delete all").press("Enter")
    kept.get_by_role("button", name="Delete it").press("Enter")
    expect(kept).not_to_contain_text("Left out")


def test_each_question_has_a_name_that_says_it_whole(sit: Sit, tool: Tool) -> None:
    page = sit().page
    statement = tool.framework.statements[0]

    group = page.get_by_role("group", name=f"1.1 {statement.text}")
    names = ["Limited", "Developing", "Effective", "no answer", "unclear"]
    assert [one.get_attribute("value") for one in group.get_by_role("radio").all()] == ["L", "D", "E", "-", "?"]
    assert all(group.get_by_role("radio", name=name, exact=True).count() == 1 for name in names)


@pytest.mark.evidence("desk_axe")
def test_axe_finds_nothing_while_typing(sit: Sit, axe_source: str) -> None:
    typist = sit(own=True)
    page = typist.page
    typist.type({REFERENCE: "P1", "rating_1_1": "both"}, until="rating_1_3")
    typist.press("Control+Enter")
    page.locator("#paper-leave").press("Enter")
    page.keyboard.type("P1")
    page.locator("summary").evaluate_all("all => all.forEach((one) => { one.parentElement.open = true; })")
    typist.press("Control+Enter")

    assert axe(page, axe_source, thrice=True) == []


def test_firefox_keeps_what_is_typed_in_a_page_on_a_disk(desk: Path, firefox_browser: Firefox) -> None:
    address = (desk / "index.html").as_uri() + "#type"
    firefox_browser.open(address)
    firefox_browser.call(_BEGUN)
    firefox_browser.type("#type-record_reference", "Zoë 7")
    firefox_browser.call(_PRESS, "rating_1_1", "d")
    assert firefox_browser.call("() => document.activeElement.name") == "type-rating_1_2"
    firefox_browser.call("() => desk.keep.settled()")
    firefox_browser.open("about:blank")
    firefox_browser.open(address)
    firefox_browser.call(_BEGUN)

    kept = firefox_browser.call("async () => JSON.stringify((await desk.keep.list('row:')).map((one) => one.value))")
    assert [one["fields"] for one in json.loads(kept)] == [{REFERENCE: "Zoë 7", "rating_1_1": "D"}]
    assert firefox_browser.call("() => document.getElementById('type-record_reference').value") == "Zoë 7"
    firefox_browser.call("() => desk.keep.clear()")


_BEGUN = """() => new Promise((done) => {
  const look = () => (document.getElementById("paper").hidden ? setTimeout(look, 20) : done());
  look();
})"""
_PRESS = """(name, key) => document.querySelector(`[data-name=${name}] input`).dispatchEvent(
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))"""
