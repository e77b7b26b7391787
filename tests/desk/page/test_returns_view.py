"""Returns on the desk: added, read one after another, listed; taken out, stopped, and read again after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.desk.page.conftest import Show, files

ASIDE = "Set aside, not counted"
ALL_READ = "Returns found: {} = {} counted + {} blank + {} duplicate + {} in conflict + {} set aside"


def outcomes(page: Page) -> dict[str, str]:
    names = page.locator(".desk-files__name").all_inner_texts()
    return dict(zip(names, page.locator(".desk-files__outcome").all_inner_texts(), strict=True))


def test_each_file_has_its_outcome_and_the_accounts_are_shown(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(
        files("one", "blank", "duplicate", "in_conflict", "problem", "ignored", "note")
    )
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(6, 2, 1, 1, 1, 1))

    assert outcomes(page) == {
        "a.json": "Counted", "b.json": "Blank", "c.json": "Duplicate, counted once",
        "d.json": "In conflict, not counted", "e.json": ASIDE, "f.json": "Not a return", "g.json": "Counted",
    }  # fmt: skip
    assert page.locator("li[data-look] .desk-files__problems").all_inner_texts() == [
        "This file is not a return. Ask the sender for it again."
    ]
    assert page.get_by_text("Note: A note.").is_visible()
    assert page.get_by_text("Ignored, because they are not returns: f.json").is_visible()


def test_the_list_can_show_only_what_needs_a_look(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "problem", "note"))
    page.get_by_role("button", name="Needs a look (1 file)").click()

    assert page.locator(".desk-files > li:visible .desk-files__name").all_inner_texts() == ["b.json"]
    assert page.locator("#show-look").get_attribute("aria-pressed") == "true"


def test_a_return_that_came_twice_leads_to_the_other_one(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "duplicate", "problem"))
    expect(page.locator("#accounts")).to_contain_text("1 duplicate")
    assert page.locator(".desk-files__same").all_inner_texts() == [
        "The same answers as b.json", "The same answers as a.json",
    ]  # fmt: skip
    page.get_by_role("button", name="Needs a look").click()
    page.get_by_role("button", name="All files").click()
    page.get_by_role("button", name="Go to b.json").click()

    assert page.evaluate("document.activeElement.querySelector('.desk-files__name').textContent") == "b.json"


def test_a_place_is_said_in_words_and_to_who_typed_it_by_the_question(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("cell"))
    expect(page.locator("#accounts")).to_contain_text("1 counted")
    place = page.locator(".desk-files__place")

    assert place.inner_text() == "sheet Returns, cell U6 (column “1.3”, reference P1):"
    assert place.get_attribute("title") == "a.xlsx: Returns!U6"
    page.get_by_role("button", name="Take all out").click()
    page.evaluate("""desk.returns.add([{name: "typed.xlsx", blob: new File(["cell"], "typed.xlsx"), made: "typed"}])""")
    expect(page.locator(".desk-files__problems")).to_have_text(
        "P1, 1.3: “D or E” is two levels. Look at the paper, and correct it under “Type in”."
    )


def test_what_a_person_must_do_something_about_is_not_hidden_while_it_can_be_read(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("cell" * 12, "cell" * 20))
    expect(page.locator("#accounts")).to_contain_text("2 counted")

    assert [row.locator(".desk-files__place").count() for row in page.locator("#files > li").all()] == [12, 12]
    page.get_by_role("button", name="Show 8 more").click()
    assert page.locator("#files > li").last.locator(".desk-files__place").count() == 20


def test_the_accounts_break_before_their_signs_and_are_the_words_of_the_program(show: Show) -> None:
    page = show(320).open("returns")
    page.locator("#returns-files").set_input_files(files("one", "blank"))
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(2, 1, 1, 0, 0, 0))
    parts = page.locator("#accounts span")

    assert page.locator("#accounts").text_content() == ALL_READ.format(2, 1, 1, 0, 0, 0)
    assert parts.all_inner_texts()[:3] == ["Returns found: 2", "= 1 counted", "+ 1 blank"]
    assert all(part.bounding_box()["height"] < 40 for part in parts.all())  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_folder_is_named_from_inside_and_the_same_files_are_not_added_twice(show: Show, tmp_path: Path) -> None:
    (tmp_path / "returns" / "paper").mkdir(parents=True)
    (tmp_path / "returns" / "x.json").write_text("x")
    (tmp_path / "returns" / "paper" / "y.json").write_text("blank")
    page = show().open("returns")
    page.locator("#returns-folder").set_input_files(tmp_path / "returns")
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    page.locator("#returns-folder").set_input_files(tmp_path / "returns")

    expect(page.get_by_text("2 files were already in the list")).to_be_visible()
    assert outcomes(page) == {"paper/y.json": "Blank", "x.json": "Counted"}
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")


def test_of_files_with_one_name_size_and_time_the_bytes_tell_which_is_there(show: Show) -> None:
    page = show().open("returns")
    add = """text => desk.returns.add(
      [{name: "return.json", blob: new File([text], "return.json", {lastModified: 1e12})}])"""
    for text, found in {"one": 1, "two": 2}.items():
        page.evaluate(add, text)
        expect(page.locator("#accounts")).to_contain_text(f"Returns found: {found}")
    page.evaluate(add, "one")

    expect(page.get_by_text("1 file was already in the list")).to_be_visible()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")


def test_a_file_can_be_taken_out_and_the_focus_goes_to_the_next(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "blank", "two"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 3")
    page.get_by_role("button", name="Take out b.json").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")

    assert page.evaluate("document.activeElement.textContent") == "Take out c.json"
    page.get_by_role("button", name="Take all out").click()
    assert page.locator("#accounts").inner_text() == ""
    assert page.get_by_text("No returns yet.", exact=True).is_visible()
    assert page.evaluate("document.activeElement.textContent") == "All files were taken out."
    expect(page.locator("#returns-said")).to_be_in_viewport()


ADD = """all => desk.returns.add(all.map(([name, text, root]) =>
  ({name, root, blob: new File([text], name, {lastModified: text.length})})))"""
"""Adds files as the pickers do: name, text, and the folder that was chosen."""


AGAIN = [
    ([("a.json", "x", "round")], [("a.json", "blank", "round")], "Returns found: 1 = 0 counted + 1 blank"),
    ([("b/a.json", "x", "round")], [("b/a.json", "blank", "round")], "Returns found: 1 = 0 counted + 1 blank"),
    ([("a.json", "x", "")], [("a.json", "blank", "")], "Returns found: 1 = 0 counted + 1 blank"),
    ([("a.json", "x", "round")], [("a.json", "blank", "")], "Returns found: 1 = 0 counted + 1 blank"),
    # Other people's.
    ([("a.json", "x", "")], [("a.json", "blank", "round")], "Returns found: 2 = "),
    ([("a.json", "x", "north")], [("a.json", "blank", "south")], "Returns found: 2 = "),
    ([("a.json", "x", ""), ("a.json", "xx", "")], [("a.json", "blank", "")], "Returns found: 3 = "),
    ([("a.json", "x", "")], [("a.json", "x", ""), ("a.json", "blank", "")], "Returns found: 2 = "),
]
"""First and then: files by name, text and the folder that was chosen."""


def test_a_file_that_is_put_in_again_replaces_the_earlier_one_and_nobody_elses(show: Show) -> None:
    page = show().open("returns")
    for first, then, line in AGAIN:
        page.evaluate(ADD, first)
        expect(page.locator("#accounts")).to_contain_text(f"Returns found: {len(first)} ")
        page.evaluate(ADD, then)
        expect(page.locator("#accounts")).to_contain_text(line)
        said = f"1 file has changed and was read again, in place of the earlier one: {then[0][0]}."
        assert (said in page.locator("#returns-said").inner_text()) == ("found: 1" in line)
        page.get_by_role("button", name="Take all out").click()
        expect(page.locator("#returns-none")).to_be_visible()


def test_a_file_that_was_saved_again_is_said_to_have_changed_and_can_be_chosen_again(
    show: Show, tmp_path: Path
) -> None:
    file = tmp_path / "a.json"
    file.write_text("x")
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(file)
    expect(page.locator("#accounts")).to_contain_text("1 counted")
    file.write_text("blank")
    page.get_by_role("button", name="Read all again").click()
    expect(page.locator("#accounts")).to_contain_text("1 set aside")
    assert page.locator(".desk-files__problems").all_inner_texts() == ["The file has changed. Choose it again."]

    page.locator("#returns-files").set_input_files(file)
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(1, 0, 1, 0, 0, 0))


def test_results_among_the_returns_are_shown_their_place(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("ignored", ending=".zip"))
    expect(page.locator(".desk-files__outcome")).to_contain_text("choose this file under Results, “Earlier rounds”")


def test_a_file_that_kills_the_program_is_named_and_the_rest_goes_on(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "crash", "blank", "crash", "two"))
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(5, 2, 1, 0, 0, 2))

    assert outcomes(page) == {
        "a.json": "Counted", "b.json": ASIDE, "c.json": "Blank", "d.json": ASIDE, "e.json": "Counted",
    }  # fmt: skip
    assert page.get_by_text("Reading it stopped the program").count() == 2 * 2


def test_files_can_be_chosen_before_the_program_is_ready(show: Show) -> None:
    shown = show(own=True)
    shown.page.add_init_script(HELD)
    shown.page.clock.install()
    page = shown.page
    page.goto((shown.folder / "index.html").as_uri() + "#returns")
    page.locator("#returns-files").set_input_files(files("one", "two"))
    page.clock.run_for(60_000)

    assert page.locator("#so-far").inner_text() == "2 files are waiting until the desk is ready."
    assert not page.locator("#slow").is_visible()
    page.evaluate("begin()")
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")


def test_the_list_that_the_program_itself_makes_is_not_shown(show: Show, tmp_path: Path) -> None:
    for name, text in {"a.json": "one", ".pmdiag.json": "ignored"}.items():
        (tmp_path / name).write_text(text)
    page = show().open("returns")
    page.locator("#returns-folder").set_input_files(tmp_path)
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")

    assert page.locator(".desk-files__name:visible").all_inner_texts() == ["a.json"]
    assert page.get_by_role("button", name="All files (1)").is_visible()


def test_a_file_that_takes_long_can_be_left_out(show: Show) -> None:
    shown = show(own=True)
    shown.page.clock.install()
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one", "hang", "two"))
    expect(page.locator("#so-far")).to_have_text("Reading 2 of 3: b.json")
    page.clock.run_for(10_000)
    assert page.get_by_text("b.json takes unusually long.").first.is_visible()
    assert outcomes(page) == {"a.json": "Counted", "b.json": "Being read", "c.json": "Waiting"}
    page.get_by_role("button", name="Leave this file out and go on").click()
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(3, 2, 0, 0, 0, 1))

    assert outcomes(page)["b.json"] == ASIDE
    assert page.get_by_text("You stopped reading it").first.is_visible()


def test_a_file_that_is_too_large_is_not_read_and_one_that_is_gone_is_named(show: Show, tmp_path: Path) -> None:
    gone = tmp_path / "gone.json"
    gone.write_text("x")
    (tmp_path / "large.json").write_text("x" * 1001)
    page = show().open("returns")
    page.evaluate("""() => {
      const wait = new Promise(done => { window.goOn = done; }), call = desk.call;
      desk.call = async (...all) => { await wait; return call(...all); };
    }""")
    page.locator("#returns-files").set_input_files([gone, tmp_path / "large.json"])
    gone.unlink()
    page.evaluate("goOn()")
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(2, 0, 0, 0, 0, 2))

    assert page.locator(".desk-files__problems").all_inner_texts() == [
        "The file is not there. Choose it again.",
        "The file is too large. Split it.",
    ]


def test_reading_can_be_stopped_and_gone_on_with(show: Show) -> None:
    page = show().open("returns")
    page.evaluate("""() => {
      const call = desk.call;
      desk.call = async (method, ...rest) => {
        if (method === "add" && rest[0].name === "b.json") document.getElementById("stop").click();
        return call(method, ...rest);
      };
    }""")
    page.locator("#returns-files").set_input_files(files("one", "two", "three", "four"))
    expect(page.locator("#paused")).to_be_visible()

    assert page.locator("#paused-said").inner_text().startswith("Reading was stopped. 2 files have not been read")
    assert page.locator("#accounts").inner_text() == ""
    page.get_by_role("link", name="Results", exact=True).click()
    expect(page.locator("#results-wait")).to_contain_text("2 files have not been read")
    expect(page.locator("#results-said")).to_contain_text("2 files have not been read")
    page.get_by_role("button", name="Make the results").click()
    expect(page.locator("#results-look")).to_contain_text("2 files have not been read, and are not in the results.")
    page.get_by_role("link", name="Returns", exact=True).click()
    page.get_by_role("button", name="Go on reading").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 4")


def in_python(page: Page) -> str:
    return str(page.evaluate("desk.call('state').then(state => state.line)"))


def test_when_the_program_dies_with_no_file_at_hand_everything_is_read_again(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "blank", "problem"))
    line = ALL_READ.format(3, 1, 1, 0, 0, 1)
    expect(page.locator("#accounts")).to_have_text(line)
    ends = "desk.call('unknown').catch(error => [error, desk.returns.busy, desk.returns.unread])"
    assert page.evaluate(ends) == [{"crashed": True}, True, 3]
    expect(page.locator("#accounts")).to_have_text(line)

    assert in_python(page) == line


def test_a_file_that_only_waited_behind_what_killed_the_program_is_not_blamed(show: Show) -> None:
    page = show().open("returns")
    page.evaluate("""() => {
      desk.call("unknown").catch(() => {});
      desk.returns.add([{name: "a.json", blob: new Blob(["one"])}]);
    }""")
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(1, 1, 0, 0, 0, 0))


def test_results_are_never_made_of_fewer_returns_than_the_page_shows(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "two"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    page.get_by_role("link", name="Results", exact=True).click()
    page.evaluate("desk.call('clear')")
    page.get_by_role("button", name="Make the results").click()
    expect(page.locator("#results-wrong")).to_contain_text("Nothing was lost. Try it again.")
    assert not page.locator("#made").is_visible()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    page.get_by_role("button", name="Make the results").click()
    expect(page.locator("#made")).to_be_visible()

    assert page.evaluate("desk.results.made.said[0]").startswith("Returns found: 2")


SLOW_DISK = """const read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = function () { return this.name === "b.json" ? new Promise(() => {}) : read.call(this); };
"""


def test_a_file_that_the_browser_does_not_get_is_left_out_alone(show: Show) -> None:
    shown = show(own=True)
    shown.page.add_init_script(SLOW_DISK)
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one", "two", "three"))
    expect(page.locator("#so-far")).to_have_text("Reading 2 of 3: b.json")
    page.get_by_role("button", name="Stop reading").click()
    page.get_by_role("button", name="Leave this file out and go on").click()
    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(3, 2, 0, 0, 0, 1))

    assert outcomes(page)["b.json"] == ASIDE
    assert in_python(page) == ALL_READ.format(3, 2, 0, 0, 0, 1)


@pytest.mark.parametrize("while_fetched", [False, True])
def test_everything_can_be_read_again_while_it_is_read(show: Show, *, while_fetched: bool) -> None:
    page = show().open("returns")
    page.evaluate(
        """whileFetched => {
      const call = desk.call, read = Blob.prototype.arrayBuffer;
      let once = true;
      const again = () => { once = false; document.getElementById("read-again").click(); };
      desk.call = (method, ...rest) => {
        const made = call(method, ...rest);
        if (!whileFetched && once && method === "add" && rest[0].name === "b.json") again();
        return made;
      };
      Blob.prototype.arrayBuffer = function () {
        if (whileFetched && once && this.name === "b.json") again();
        return read.call(this);
      };
    }""",
        while_fetched,
    )
    page.locator("#returns-files").set_input_files(files("one", "two", "three", "four"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 4")

    assert list(outcomes(page).values()) == ["Counted"] * 4
    assert "Returns found: 4" in in_python(page)


def test_a_file_can_be_left_out_while_the_program_starts(show: Show) -> None:
    shown = show(own=True)
    shown.page.add_init_script(HELD)
    page = shown.page
    page.goto((shown.folder / "index.html").as_uri() + "#returns")
    page.locator("#returns-files").set_input_files(files("one", "two"))
    page.get_by_role("button", name="Stop reading").click()
    assert not page.locator("#slow").is_visible()
    page.evaluate("document.getElementById('skip-file').click()")
    page.evaluate("new Promise(done => setTimeout(done)).then(() => begin())")

    expect(page.locator("#accounts")).to_have_text(ALL_READ.format(2, 1, 0, 0, 0, 1))


HELD = """const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...all) {
    all[0].start ? window.begin = () => post.apply(this, all) : post.apply(this, all);
  };"""
"""The worker starts when the test says so."""


def test_the_progress_bar_moves(show: Show) -> None:
    page = show().open("returns")
    page.evaluate("""() => {
      window.seen = new Set();
      const call = desk.call;
      desk.call = (method, ...rest) => {
        seen.add(document.getElementById("progress").value);
        return call(method, ...rest);
      };
    }""")
    page.locator("#returns-files").set_input_files(files(*("x" * n for n in range(1, 9))))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 8")

    assert page.evaluate("[...seen]") == list(range(9))


def test_three_hundred_files_draw_each_row_a_few_times_only(show: Show) -> None:
    page = show().open("returns")
    page.evaluate("""() => {
      window.drawn = 0;
      new MutationObserver(all => { drawn += all.filter(one => one.target.matches("#files > li")).length; })
        .observe(document.getElementById("files"), {childList: true, subtree: true});
      desk.returns.add(Array.from({length: 300}, (_, n) => ({name: `${1000 + n}.json`, blob: new Blob([`x${n}`])})));
    }""")
    expect(page.locator("#accounts")).to_contain_text("Returns found: 300")

    assert page.locator("#files > li").count() == 300
    assert page.evaluate("drawn") <= 3 * 300


def test_the_invented_round_can_be_tried_and_is_never_mixed_with_real_returns(show: Show) -> None:
    page = show().open()
    page.get_by_role("button", name="Try it with an invented round").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2 = 1 counted + 1 blank")
    assert page.locator("#returns-title").is_visible()
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 3")

    page.get_by_role("button", name="Take the invented round out").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")

    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("button", name="Try it with an invented round").click()
    assert page.get_by_text("Take your own files out first").is_visible()
    assert page.evaluate("desk.returns.list.length") == 1


def test_names_and_messages_of_files_are_shown_as_text(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(
        FilePayload(name="<img src=x onerror=alert(1)>.json", mimeType="text/plain", buffer=b"problem")
    )
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")

    assert page.locator("#files img").count() == 0
    assert page.locator(".desk-files__name").inner_text() == "<img src=x onerror=alert(1)>.json"


@pytest.mark.parametrize("view", ["type", "results"])
def test_a_file_dropped_beside_its_place_never_replaces_the_page(show: Show, view: str) -> None:
    page = show().open(view)

    prevented = page.evaluate("""() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x"], "x.json"));
      return ["dragover", "drop"].map(type => !document.body.dispatchEvent(
        new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true})));
    }""")

    assert prevented == [True, True]
    assert page.evaluate("desk.returns.list.length") == 0


def test_dropped_files_are_added(show: Show) -> None:
    page = show().open()
    page.evaluate("""() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["x"], "x.json"));
      document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
    }""")
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")

    assert page.locator("#returns-title").is_visible()


def test_what_is_said_to_a_screen_reader_is_little(show: Show) -> None:
    page = show().open("returns")
    page.evaluate("""() => {
      window.heard = [];
      new MutationObserver(() => heard.push(document.getElementById("said").textContent))
        .observe(document.getElementById("said"), {childList: true});
    }""")
    page.locator("#returns-files").set_input_files(files(*("x" * n for n in range(1, 20)), "problem"))
    expect(page.locator("#said")).to_contain_text("All files are read.")

    assert len(page.evaluate("heard")) <= 2
    assert page.locator("#said").inner_text().endswith("1 file needs a look.")


def test_a_round_is_kept_only_if_asked_for_and_can_be_gone_on_with_and_deleted(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one", "blank"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    page.reload()
    assert not page.locator("#kept-found").is_visible()

    page.locator("#returns-files").set_input_files(files("one", "blank"))
    page.get_by_role("button", name="Keep this round", exact=True).click()
    expect(page.locator("#keep-said")).to_contain_text("2 files")
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_label("What this round is called").fill("Autumn 2026")
    page.evaluate("new Promise(done => desk.keep.onchange(() => done()))")
    page.goto(page.url.split("#")[0] + "#start")
    page.reload()
    page.get_by_role("button", name="Go on with it").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2 = 1 counted + 1 blank")
    assert page.locator("#option-title").input_value() == "Autumn 2026"

    page.locator("#keep-delete").click()
    page.get_by_role("button", name="Keep it", exact=True).click()
    assert page.evaluate("document.activeElement.id") == "keep-delete"
    page.locator("#keep-delete").click()
    page.get_by_role("button", name="Delete it", exact=True).click()
    expect(page.locator("#keep-said")).to_contain_text("was deleted from this browser")
    page.goto(page.url.split("#")[0] + "#start")
    page.reload()
    page.locator("#engine[data-state=ready]").wait_for(state="attached")
    assert page.evaluate("desk.keep.list('').then(all => all.length)") == 0
    assert not page.locator("#kept-found").is_visible()


SURE = "#keep-delete + .kept__sure button:last-child"


@pytest.mark.parametrize("way", [["#keep-delete", SURE], ["[data-kept-yes]"]])
def test_a_round_that_was_deleted_does_not_come_back(show: Show, way: list[str]) -> None:
    shown = show(own=True)
    shown.page.clock.install()
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one", "blank"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    page.get_by_role("button", name="Keep this round", exact=True).click()
    expect(page.locator("#keep-said")).to_contain_text("2 files")
    page.get_by_role("button", name="Take out a.json").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.evaluate("ways => ways.forEach(way => document.querySelector(way).click())", way)
    expect(page.locator("#keep-delete")).to_be_hidden()
    page.clock.run_for(5_000)

    assert page.evaluate("desk.keep.settled().then(() => desk.keep.list(''))") == []


def test_a_round_that_is_deleted_while_it_is_kept_is_not_kept(show: Show) -> None:
    shown = show(own=True)
    shown.page.clock.install()
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one", "blank"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 2")
    page.evaluate(
        "ways => ways.forEach(way => document.querySelector(way).click())", ["#keep-round", "#keep-delete", SURE]
    )
    expect(page.locator("#keep-said")).to_contain_text("was deleted from this browser")
    page.get_by_role("button", name="Take out a.json").click()
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.clock.run_for(5_000)

    assert page.evaluate("desk.keep.settled().then(() => desk.keep.list(''))") == []
    assert page.locator("#keep-round").is_visible()


def test_a_round_that_the_browser_has_no_room_for_is_not_said_to_be_kept(show: Show) -> None:
    shown = show(own=True)
    shown.page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }"
    )
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one"))
    page.get_by_role("button", name="Keep this round", exact=True).click()

    expect(page.locator("#keep-said")).to_contain_text("keep the round: it has no room left. Nothing is kept.")
    assert page.get_by_role("button", name="Keep this round", exact=True).is_visible()
    assert page.evaluate("desk.keep.list('')") == []
