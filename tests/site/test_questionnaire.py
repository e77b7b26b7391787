"""The on-screen questionnaire in a real Chromium: what it saves, loads, takes back, warns of, and never does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from pmdiag_build.content import fields
from pmdiag_build.content.field_names import in_a_record
from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Round, files_of, read_round
from pmdiag_build.returns import round_of as in_memory
from tests.site.conftest import FORTY_PEOPLE, Show, Shown

NAME = "Zoë Łukasz ŵ ŷ"
LONG = "Seven sentences.\n" * 180
FILE = re.compile(r"self-assessment-(([a-z0-9]{4}-){2}[a-z0-9]{4})-2[0-9]{3}-[01][0-9]-[0-3][0-9]\.json")
"""The name of a file that was saved without a reference: it has the id."""


def choose(page: Page, name: str, level: str) -> None:
    page.locator(f"#{name}").get_by_label(level, exact=True).check()


def save(page: Page) -> tuple[str, dict[str, Any]]:
    """Name and content of the file that the button in view saves."""
    with page.expect_download() as download:
        page.locator("[data-bar]").get_by_role("button", name="Save my answers").click()
    return download.value.suggested_filename, json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


def said_in(saved: dict[str, Any]) -> dict[str, Any]:
    """What a file says but for its id and the time of saving."""
    return {key: value for key, value in saved.items() if key not in ("id", "saved")}


def load(page: Page, raw: bytes | str | dict[str, Any] | list[Any], name: str = "answers.json") -> str:
    """Choose a file under "Load answers I saved"; gives what the page then says."""
    data = raw.encode() if isinstance(raw, str) else raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    said = page.locator("#load-said p, #error-summary li").first
    page.locator("#load-said").evaluate("element => element.replaceChildren()")
    page.locator("#load-file").set_input_files({"name": name, "mimeType": "application/json", "buffer": data})
    expect(said).not_to_be_empty()
    return page.locator("#load-said, #error-summary ul").filter(visible=True).inner_text()


def on_one_page(page: Page) -> None:
    page.get_by_role("button", name="Show all on one page").click()


@pytest.fixture
def shown(show: Show) -> Shown:
    shown = show()
    on_one_page(shown.open("self-assessment.html"))
    return shown


@pytest.fixture
def page(shown: Shown) -> Page:
    return shown.page


@pytest.fixture
def blank(tool: Tool) -> dict[str, Any]:
    """What the questionnaire saves when nothing has been touched."""
    return {
        "format": "pmdiag-response",
        "version": 1,
        "pack_id": fields.pack_id(tool, tool.pack("self-assessment")),
        "record": {
            "reference": "", "role": "", "mode": "individual", "group_size": 1,
            "area": "", "date": "", "lead": "", "contributors": "",
        },
        "ratings": {statement.id: None for statement in tool.framework.statements},
        "overall": {feature.id: None for feature in tool.framework.features},
        "comments": {feature.id: {"doing": "", "improve": ""} for feature in tool.framework.features},
        "asked": in_a_record(fields.question_fingerprints(tool)),
    }  # fmt: skip


def test_untouched_page_saves_a_blank_response(page: Page, blank: dict[str, Any]) -> None:
    name, saved = save(page)

    found = FILE.fullmatch(name)
    assert found
    assert (found[1], blank) == (saved["id"], said_in(saved))


def test_saved_answers_are_those_on_the_page(shown: Shown, blank: dict[str, Any]) -> None:
    page = shown.page
    page.locator("#record_reference").fill("AB/12 Zoë")
    page.locator("#record_role").select_option("senior-officer")
    page.locator("#record_mode").select_option("group")
    page.locator("#record_group_size").fill(" 6 ")
    page.locator("#record_date").fill("22 November 2026")
    page.locator("#record_contributors").fill(NAME)
    choose(page, "rating_1_1", "Limited")
    choose(page, "rating_3_10", "Effective")
    choose(page, "overall_5", "Developing")
    page.locator("#doing_2").fill(LONG + NAME)
    page.locator("#improve_4").fill('<b>"{n}"</b>')

    name, saved = save(page)

    assert name == f"self-assessment-AB-12-Zoë-{saved['saved'][:10]}.json"
    blank["record"] |= {
        "reference": "AB/12 Zoë", "role": "senior-officer", "mode": "group", "group_size": 6,
        "date": "22 November 2026", "contributors": NAME,
    }  # fmt: skip
    blank["ratings"] |= {"1.1": "L", "3.10": "E"}
    blank["overall"]["5"] = "D"
    blank["comments"]["2"]["doing"] = LONG + NAME
    blank["comments"]["4"]["improve"] = '<b>"{n}"</b>'
    assert said_in(saved) == blank
    assert f"Saved as {name}" in page.locator("[data-bar]").get_by_role("status").inner_text()
    assert shown.complaints == []


def test_saved_answers_are_read_when_they_come_back(tool: Tool, page: Page, tmp_path: Path) -> None:
    page.locator("#record_reference").fill("Zoë 7")
    page.locator("#record_role").select_option("manager")
    choose(page, "rating_3_10", "Effective")
    choose(page, "overall_5", "Developing")
    page.locator("#doing_2").fill(LONG + NAME)
    name, saved = save(page)
    (tmp_path / name).write_text(json.dumps(saved), encoding="utf-8")

    found = read_round([tmp_path], tool)

    (response,) = found.responses
    assert found.problems == ()
    assert (response.record.reference, response.record.role, response.record.mode) == ("Zoë 7", "manager", "individual")
    assert {id for id, level in response.ratings.items() if level} == {"3.10"}
    assert (response.ratings["3.10"], response.overall["5"]) == ("E", "D")
    assert response.comments == {("doing", "2"): LONG + NAME}


def test_group_without_a_number_of_people_is_not_counted_as_one(page: Page) -> None:
    page.locator("#record_mode").select_option("group")

    assert save(page)[1]["record"]["group_size"] == 0


@pytest.mark.parametrize("typed", ["six", "-2", "0", "1.5"])
def test_number_of_people_that_is_none_is_refused_in_words(page: Page, typed: str) -> None:
    page.locator("#record_group_size").fill(typed)
    page.locator("[data-bar]").get_by_role("button", name="Save my answers").click()

    summary = page.locator("#error-summary")
    assert "has to be a whole number" in summary.inner_text()
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.title().startswith("Error: ")
    assert page.locator("#record_group_size").get_attribute("aria-invalid") == "true"
    summary.get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "record_group_size"
    error = page.locator("#record_group_size-error")
    assert "has to be a whole number" in error.inner_text()
    assert "record_group_size-error" in str(page.locator("#record_group_size").get_attribute("aria-describedby"))
    page.locator("#record_group_size").fill("2")
    assert save(page)[1]["record"]["group_size"] == 2
    assert page.locator("#record_group_size").get_attribute("aria-invalid") == "false"
    assert error.is_hidden()
    assert summary.count() == 0
    assert not page.title().startswith("Error: ")


def test_a_level_can_be_taken_back(page: Page, blank: dict[str, Any]) -> None:
    group = page.locator("#rating_1_2")
    back = group.get_by_role("button", name="Take back the level of statement 1.2")
    assert back.count() == 0
    choose(page, "rating_1_2", "Developing")
    assert "1 of 41 rated" in page.locator("[data-bar]").inner_text()

    back.click()

    assert group.locator("input:checked").count() == 0
    assert page.evaluate("document.activeElement.name") == "rating_1_2"
    assert back.count() == 0
    assert "0 of 41 rated" in page.locator("[data-bar]").inner_text()
    assert said_in(save(page)[1]) == blank


def asks_before_closing(page: Page) -> bool:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    return asked == ["beforeunload"]


def test_closing_the_tab_with_unsaved_answers_warns(page: Page) -> None:
    choose(page, "rating_1_1", "Limited")
    # A link to another place on the page does not leave it.
    page.locator(".steps a").nth(2).click()

    assert asks_before_closing(page)


def test_closing_after_saving_does_not_warn(page: Page) -> None:
    choose(page, "rating_1_1", "Limited")
    page.locator("#doing_1").fill("Something")
    save(page)

    assert not asks_before_closing(page)


def test_closing_an_untouched_page_does_not_warn(page: Page) -> None:
    page.locator("#record_reference").click()

    assert not asks_before_closing(page)


def test_saved_answers_can_be_loaded_and_saved_again(show: Show, page: Page) -> None:
    page.locator("#record_role").select_option("manager")
    page.locator("#record_mode").select_option("interview")
    for name, level in (("rating_2_7", "Effective"), ("overall_2", "Limited")):
        choose(page, name, level)
    page.locator("#improve_2").fill(LONG + NAME)
    saved = save(page)[1]

    other = show().open("self-assessment.html#feature-2")
    said = load(other, saved, "mine.json")

    assert said == "Loaded from mine.json."
    assert other.evaluate("document.activeElement.id") == "load-said"
    again = save(other)[1]
    assert (again["id"], said_in(again)) == (saved["id"], said_in(saved))
    assert other.get_by_role("button", name="Take back").count() == 2


def test_loading_replaces_what_was_there_only_after_asking(page: Page, blank: dict[str, Any]) -> None:
    choose(page, "rating_1_1", "Limited")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#load-file").set_input_files({"name": "a.json", "mimeType": "", "buffer": json.dumps(blank).encode()})
    assert page.locator("#rating_1_1 input:checked").count() == 1

    page.once("dialog", lambda dialog: dialog.accept())
    load(page, blank)

    assert page.locator("#rating_1_1 input:checked").count() == 0


def test_what_does_not_fit_is_named_and_the_rest_loaded(tool: Tool, page: Page, blank: dict[str, Any]) -> None:
    words = tool.words["site"]
    blank["pack_id"] = "self-assessment@2012@00000000"
    blank["record"] |= {"role": "wizard", "shoe": "42", "area": ["a"]}
    blank["ratings"] |= {"1.1": "L", "1.2": "X", "9.9": "D", "1.3": 3}
    blank["overall"] |= {"7": "D"}
    blank["comments"] |= {"1": {"doing": "fine", "singing": "well"}, "8": {"doing": "lost"}}
    blank |= {"more": {"plan_share": "Everyone"}, "mood": "good"}

    said = load(page, blank).split("\n")

    assert [line for line in said if line] == [
        "Loaded from answers.json, except for this:",
        words["say_other_wording"],
        "role: “wizard” cannot be chosen on this page.",
        "area: the answer in the file is not text.",
        "There is no line on this page named shoe.",
        "1.2: “X” cannot be chosen on this page.",
        "1.3: “3” cannot be chosen on this page.",
        "There is no statement 9.9 on this page.",
        "There is no feature 7 on this page.",
        "There is no room on this page for a comment named singing 1.",
        "There is no room on this page for a comment named doing 8.",
        "This page has no room for “mood”. It stays in that file and will not be in what you save here.",
        "This page has no room for “plan_share”. It stays in that file and will not be in what you save here.",
    ]
    assert page.locator("#rating_1_1 input:checked").get_attribute("value") == "L"
    assert page.locator("#doing_1").input_value() == "fine"


def round_of(tool: Tool, *files: tuple[str, dict[str, Any]]) -> Round:
    """The round of some saved files; those of one name are numbered."""
    return in_memory(files_of((name, json.dumps(saved).encode()) for name, saved in files), tool)


def test_what_was_saved_changed_and_saved_again_is_a_conflict_that_names_both(tool: Tool, page: Page) -> None:
    page.clock.set_fixed_time("2026-11-28T14:05:40")
    choose(page, "rating_1_1", "Limited")
    first = save(page)
    page.clock.set_fixed_time("2026-11-29T09:12:00")
    choose(page, "rating_1_1", "Developing")
    second = save(page)

    found = round_of(tool, first, second)

    assert [name[-15:] for name, _ in (first, second)] == ["2026-11-28.json", "2026-11-29.json"]
    assert first[0][:-15] == second[0][:-15]
    assert (0, 2) == (found.accounts.counted, found.accounts.in_conflict)
    assert (
        f"{first[0]}: Answers that were saved on screen were changed and saved again: this is one version (saved on "
        f"2026-11-28 at 14:05), and {second[0]} (saved on 2026-11-29 at 09:12) has the same id. They differ in 1.1."
    ) in str(found.problems[0])


def test_what_was_saved_loaded_in_a_new_page_and_saved_again_is_one(tool: Tool, page: Page) -> None:
    choose(page, "rating_1_1", "Limited")
    first = save(page)
    page.reload()
    load(page, first[1])

    found = round_of(tool, first, save(page))

    assert (1, 1) == (found.accounts.counted, found.accounts.duplicate)


def test_forty_people_at_one_computer_save_forty_files_and_count_as_forty(tool: Tool, page: Page) -> None:
    files = [(name, text.encode()) for name, text in page.evaluate(FORTY_PEOPLE)]

    accounts = in_memory(files_of(files), tool).accounts

    assert 40 == len({name for name, _ in files})
    assert all(FILE.fullmatch(name) for name, _ in files)
    assert (40, 0) == (accounts.counted, accounts.in_conflict)


def test_whoever_starts_again_finds_nothing_of_the_last_one(page: Page, blank: dict[str, Any]) -> None:
    page.locator("#record_mode").select_option("group")
    page.locator("#record_reference").fill("A7")
    page.locator("#doing_3").fill("private")
    choose(page, "rating_1_1", "Limited")
    before = save(page)[1]
    page.locator("#doing_3").fill("private, and not saved")
    page.get_by_text("Keep them longer, or clear this page").click()
    again = page.get_by_role("button", name="Clear this page")

    page.once("dialog", lambda dialog: dialog.dismiss())
    again.click()
    assert "private, and not saved" == page.locator("#doing_3").input_value()

    page.once("dialog", lambda dialog: dialog.accept())
    again.click()

    assert "load-said" == page.evaluate("document.activeElement.id")
    assert "The page is empty" in page.locator("#load-said").inner_text()
    assert "" == page.locator("[data-bar] [role=status]").text_content()
    after = save(page)[1]
    assert said_in(after) == blank
    assert before["id"] != after["id"]


def test_an_id_in_capitals_is_the_same_id(page: Page, blank: dict[str, Any]) -> None:
    load(page, blank | {"id": "K7MD-4PWX-92HQ"})

    assert "k7md-4pwx-92hq" == save(page)[1]["id"]


@pytest.mark.parametrize("id", [None, "", "Zoe", 7])
def test_answers_without_an_id_get_a_new_one_when_they_are_saved(page: Page, blank: dict[str, Any], id: object) -> None:
    said = load(page, blank | {"id": id})

    assert ("random code" in said) == bool(id)
    assert FILE.fullmatch(save(page)[0])
    assert save(page)[1]["id"] not in (id, "")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"%PDF-1.7", "It is not a file of saved answers"),
        (b'{"format": "pmdiag-resp', "It is not a file of saved answers"),
        (b'{"hello": 1}', "It does not contain answers to this tool."),
        (b"[]", "It does not contain answers to this tool."),
        (b"null", "It does not contain answers to this tool."),
        (b'{"format": "pmdiag-response", "version": 2}', "It was saved by another version of this page"),
        (b'[{"format": "pmdiag-response"}, {}]', "It contains the answers of several people."),
    ],
)
def test_file_without_answers_changes_nothing(page: Page, raw: bytes, why: str) -> None:
    said = load(page, raw)

    assert said.startswith("Nothing was loaded from answers.json. ")
    assert why in said
    assert page.locator("input:checked").count() == 0


def test_nothing_is_sent_and_only_the_tab_keeps_a_draft(shown: Shown, blank: dict[str, Any]) -> None:
    page = shown.page
    choose(page, "rating_1_1", "Limited")
    page.locator("#doing_1").fill("private")
    page.locator("#doing_1").press("Control+Enter")
    page.locator("#record_reference").press("Enter")
    save(page)

    assert [url for url in shown.asked if not url.startswith(("file:", "blob:"))] == []
    assert len([url for url in shown.asked if url.endswith(".html")]) == 1
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0
    assert [blank["pack_id"]] == [key.partition(":")[2] for key in page.evaluate("Object.keys(sessionStorage)")]


def test_without_script_it_can_be_read_and_printed(tool: Tool, show: Show) -> None:
    page = show(java_script_enabled=False).open("self-assessment.html")
    text = page.locator("main").inner_text()

    assert tool.words["site"]["answers_noscript"] in text
    assert all(statement.text in text for statement in tool.framework.statements)
    assert page.get_by_role("radio").count() == 3 * (41 + 5)
    assert page.get_by_role("button", name="Save my answers").count() == 0
    assert not page.get_by_label("Load answers I saved").is_visible()
    assert not page.locator("[data-bar]").is_visible()
