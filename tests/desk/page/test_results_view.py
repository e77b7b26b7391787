"""Results on the desk: the options in words, the report in place and in print, and what can be saved."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.desk.page.conftest import Show, files

Made = Callable[..., Page]


@pytest.fixture
def made(show: Show) -> Made:
    """The view after the results of three returns were made."""

    def make(**options: int) -> Page:
        page = show(**options).open("returns")
        page.locator("#returns-files").set_input_files(files("one", "two", "problem"))
        expect(page.locator("#accounts")).to_contain_text("Returns found: 3")
        page.get_by_role("link", name="Results", exact=True).click()
        page.get_by_role("button", name="Make the results").click()
        expect(page.locator("#made")).to_be_visible()
        return page

    return make


def test_the_report_is_shown_whole_in_its_own_style(made: Made) -> None:
    page = made()
    inside = page.frame_locator("#report")

    assert "Autumn 2026" in inside.locator("h1").inner_text()
    assert inside.locator("body").evaluate("e => getComputedStyle(e).fontFamily").startswith('"Atkinson')
    assert inside.locator(".bar .l0").first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(16, 20, 21)"
    frame = page.locator("#report")
    high = inside.locator("html").evaluate("e => e.getBoundingClientRect().height")
    assert abs(frame.evaluate("e => e.getBoundingClientRect().height") - high) <= 6
    assert inside.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_list_of_contents_leads_into_the_report(made: Made) -> None:
    page = made()
    links = page.locator("#report-contents a")
    assert links.count() >= 5

    links.nth(3).click()

    heading = page.frame_locator("#report").locator("section h2").nth(4)
    anchor = links.nth(3).get_attribute("href")
    assert page.frame_locator("#report").locator(f"{anchor}:focus").count() == 1
    assert heading.evaluate("e => e.ownerDocument.activeElement.id") == str(anchor)[1:]
    top = page.frame_locator("#report").locator(str(anchor)).bounding_box()
    assert top is not None
    assert 0 <= top["y"] < 400


def test_every_option_is_given_to_the_program(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.get_by_role("button", name="Go to Results").click()
    page.get_by_label("What this round is called").fill("Autumn 2026")
    page.get_by_text("More choices").click()
    page.get_by_label("Smallest group that is shown on its own").fill("7")
    page.locator("#option-people").set_input_files(files("p", ending=".csv"))
    page.locator("#option-previous").set_input_files(files("q", "r", ending=".zip"))
    page.locator("#option-comments").set_input_files(files("s", ending=".csv"))
    page.get_by_label("Show reference, role and names with each comment").check()
    page.get_by_role("button", name="Make the results").click()
    assert page.get_by_text("What the program says about these results").count() == 0
    page.get_by_role("button", name="Show what only the keeper may see").click()
    page.get_by_text("What the program says about these results").click()

    said = page.locator("#made-of li", has_text="Options:").inner_text().removeprefix("Options: ")
    given = json.loads(said)
    assert (given["title"], given["min_group"], given["attribute"]) == ("Autumn 2026", 7, True)
    assert [given["people"]["name"], given["comments"]["name"]] == ["a.csv", "a.csv"]
    assert [one["name"] for one in given["previous"]] == ["a.zip", "b.zip"]


def test_what_is_wrong_with_an_option_is_said_beside_it(show: Show) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.get_by_role("button", name="Go to Results").click()
    page.get_by_text("More choices").click()
    with page.expect_download() as example:
        page.get_by_role("button", name="Save an example list").click()
    assert example.value.suggested_filename == "who-was-asked.csv"
    page.get_by_label("Smallest group").fill("few")
    page.get_by_role("button", name="Make the results").click()
    assert page.get_by_text("Write a whole number from 1, such as 5.").is_visible()
    assert page.evaluate("document.activeElement.id") == "option-min-group"

    page.get_by_label("Smallest group").fill("1")
    page.get_by_label("What this round is called").fill("wrong")
    page.get_by_role("button", name="Make the results").click()
    expect(page.locator("#results-wrong")).to_be_visible()
    assert "“What this round is called”: The title is wrong. Shorten it." in page.locator("#results-wrong").inner_text()

    page.get_by_label("What this round is called").fill("")
    page.get_by_role("button", name="Make the results").click()
    expect(page.locator("#results-look")).to_contain_text("It shows single people. Use 5.")
    expect(page.locator("#results-look")).to_contain_text("2 comments appear as they were written.")
    assert not page.locator("#results-wrong").is_visible()


def test_everything_is_saved_as_one_file_and_the_workbook_alone(made: Made, tmp_path: Path) -> None:
    page = made()
    saved = {}
    for button in ("#save-results", "#save-book"):
        with page.expect_download() as download:
            page.locator(button).click()
        download.value.save_as(tmp_path / "saved")
        saved[download.value.suggested_filename] = (tmp_path / "saved").read_text()

    assert saved["tables.xlsx"] == "a workbook"
    assert saved["results.zip"].split("\n") == [
        *("keep/about.txt", "keep/comments-to-check.csv", "keep/problems.csv"),
        *("share/about.txt", "share/report.html", "share/tables.xlsx"),
    ]


def test_what_the_keeper_keeps_is_shown_only_if_asked_for(made: Made) -> None:
    page = made()
    assert "alert(1)" not in page.content()
    page.get_by_role("button", name="Show what only the keeper may see").click()
    for summary in page.locator("#keeper-shown summary").all():
        summary.click()

    assert page.locator("#keeper-shown td", has_text="<script>alert(1)</script>").count() == 1
    assert page.locator("#keeper-shown li", has_text="c.json: This file is not a return.").count() == 1
    page.get_by_role("button", name="Hide it again").click()
    assert "alert(1)" not in page.content()


PRINTED = """() => {
  window.dispatchEvent(new Event("beforeprint"));
  const said = [...document.querySelectorAll("body > :not(#desk, script)")].map(one => one.textContent.trim());
  const foot = document.adoptedStyleSheets.at(-1).cssRules[0].cssText;
  window.dispatchEvent(new Event("afterprint"));
  return [...said.filter(Boolean), foot];
}"""
"""What a print shows, and the foot of its pages."""


def test_results_say_when_they_are_out_of_date(made: Made) -> None:
    page = made()
    assert not page.locator("#results-old").is_visible()
    page.get_by_label("What this round is called").fill("Autumn")
    assert page.locator("#results-old").is_visible()
    page.get_by_label("What this round is called").fill("")
    assert not page.locator("#results-old").is_visible()

    page.get_by_role("link", name="Returns", exact=True).click()
    page.get_by_role("button", name="Take out a.json").click()
    page.get_by_role("link", name="Results", exact=True).click()
    expect(page.locator("#results-old")).to_be_visible()
    for button in ("#save-results", "#save-book", "#print", "#save-comments", "#share-files button >> nth=0"):
        expect(page.locator(button)).to_be_disabled()
    expect(page.locator("#results-old")).to_contain_text("Make the results again to save or print them.")
    # The browser's own way to print can't be switched off.
    assert page.evaluate(PRINTED)[0].startswith("Out of date: the returns or the choices have changed")
    page.get_by_role("button", name="Make the results again").click()
    expect(page.locator("#results-old")).not_to_be_visible()
    expect(page.locator("#save-results")).to_be_enabled()
    assert "Out of date" not in "".join(page.evaluate(PRINTED))


def test_without_a_counted_return_the_results_say_so_and_without_returns_they_are_gone(made: Made) -> None:
    page = made()
    page.get_by_role("link", name="Returns", exact=True).click()
    for name in ("a", "b"):
        page.get_by_role("button", name=f"Take out {name}.json").click()
    expect(page.locator("#accounts")).to_contain_text("0 counted")
    page.get_by_role("link", name="Results", exact=True).click()
    page.get_by_role("button", name="Make the results again").click()
    expect(page.locator("#results-look")).to_contain_text("None of the returns was counted, so the report is empty.")

    page.get_by_role("link", name="Returns", exact=True).click()
    page.get_by_role("button", name="Take out c.json").click()
    page.get_by_role("link", name="Results", exact=True).click()

    expect(page.locator("#results-none")).to_be_visible()
    assert not page.locator("#made").is_visible()
    assert page.evaluate("window.desk.results.made") is None
    assert page.frame_locator("#report").locator("h1").count() == 0


def test_the_list_of_comments_is_saved_where_it_is_asked_for(made: Made) -> None:
    page = made()
    page.get_by_text("More choices").click()
    assert "Write keep, replace or leave out into the column" in page.locator("#option-comments-hint").inner_text()
    with page.expect_download() as download:
        page.locator("#save-comments").click()
    assert download.value.suggested_filename == "comments-to-check.csv"


def test_a_chosen_file_that_changed_is_to_be_chosen_again(show: Show, tmp_path: Path) -> None:
    page = show().open("returns")
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.get_by_role("button", name="Go to Results").click()
    page.get_by_text("More choices").click()
    chosen = tmp_path / "checked.csv"
    chosen.write_text("one")
    page.locator("#option-comments").set_input_files(chosen)
    assert page.locator("#option-comments").evaluate("e => getComputedStyle(e).color") == "rgba(0, 0, 0, 0)"
    chosen.write_text("one and two")
    page.get_by_role("button", name="Make the results").click()

    said = "checked.csv: The file has changed since you chose it. Choose it again."
    expect(page.locator("#results-wrong-list")).to_have_text(said)


def test_choices_that_were_kept_are_seen(show: Show) -> None:
    page = show().open("results")
    page.evaluate("window.desk.results.choose({ min_group: '5' })")
    assert not page.locator("#more-options").evaluate("e => e.open")
    page.evaluate("window.desk.results.choose({ min_group: '7' })")
    assert page.locator("#more-options").evaluate("e => e.open")


def test_a_link_leads_to_the_report(made: Made) -> None:
    page = made()
    page.get_by_role("link", name="Read the report").click()
    assert page.evaluate("document.activeElement.id") == "report-title"
    assert page.url.endswith("#results")


def test_the_report_is_no_wider_than_a_small_screen(made: Made) -> None:
    page = made(width=320)
    # As where a scroll bar takes room.
    page.evaluate("document.documentElement.style.width = '305px'")
    box = page.locator("#report").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 305)


def test_the_printed_page_is_the_report_with_page_numbers(made: Made) -> None:
    page = made()
    printed = page.pdf(format="A4", prefer_css_page_size=True)

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert len(pdf.pages) >= 7
        fonts = {str(font.BaseFont) for page_ in pdf.pages for font in page_.Resources.Font.values()}
        assert str(pdf.docinfo["/Title"]).startswith("Autumn 2026") or "Autumn 2026" in str(pdf.docinfo["/Title"])
    assert page.locator("body > *").evaluate_all("all => all.map(e => e.id)")[0] == "desk"
    assert page.locator("body > *").count() == 2
    assert all("Atkinson" in font for font in fonts)
    assert page.evaluate("[document.styleSheets[0].disabled, document.adoptedStyleSheets.length]") == [False, 1]
    assert page.locator("#save-results").is_visible()
    assert page.frame_locator("#report").locator("h1").inner_text()


def test_the_report_takes_nothing_from_elsewhere_and_breaks_no_rule_of_the_page(show: Show) -> None:
    shown = show()
    page = shown.open("returns")
    page.locator("#returns-files").set_input_files(files("one"))
    expect(page.locator("#accounts")).to_contain_text("Returns found: 1")
    page.get_by_role("button", name="Go to Results").click()
    page.get_by_role("button", name="Make the results").click()
    expect(page.locator("#made")).to_be_visible()

    assert shown.complaints == []
    assert [url for url in shown.asked if not url.startswith(("file:", "blob:", "data:", "about:"))] == []
