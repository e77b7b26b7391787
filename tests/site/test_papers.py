"""The review's own papers, filled in on screen: what they save is what their PDFs give, and it can be loaded again."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.content.model import Section, Tool
from pmdiag_build.problems import Problem
from pmdiag_build.publish.site.pages import site_files
from pmdiag_build.rendering.templates import environment
from pmdiag_build.returns import Response
from pmdiag_build.returns.decode import decode
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.readers import readings
from tests.returns.paper import blank_pack, filled
from tests.site.conftest import Show, Shown

PAPERS = {"action-plan": "action-plan", "summary-of-the-review": "summary-of-review"}
"""The page of each paper, and the pack that asks the same."""
PLACE = re.compile(r' data-kind="(record|more)" data-id="([^"]+)"')
LONG = "Łódź & <b>Tŷ</b> “{n}” \U0001f9ed\n" * 60
NOT_SAVED_THERE = "It was saved on the page “Self-assessment templates”. Load it there."


def asked_on(html: str) -> set[str]:
    """The names of the fields that a page has controls for."""
    return {f"record_{id}" if kind == "record" else id for kind, id in PLACE.findall(html)}


@pytest.mark.parametrize(("page", "pack"), PAPERS.items())
def test_a_paper_asks_on_screen_exactly_what_its_pdf_asks(
    tool: Tool, files: dict[str, bytes], page: str, pack: str
) -> None:
    fields = [field for field in pack_fields(tool, tool.pack(pack)) if field.kind not in ("clear", "id")]
    html = files[f"{page}.html"].decode()

    assert asked_on(html) == {field.name for field in fields}
    assert f'data-pack-id="{pack_fields(tool, tool.pack(pack))[-1].value}"' in html


def test_a_paper_whose_pack_is_missing_or_asks_for_more_is_for_reading_only(tool: Tool) -> None:
    more = replace(tool.pack("action-plan"), sections=(*tool.pack("action-plan").sections, Section("more-room")))
    packs = [more, *(pack for pack in tool.packs if pack.id not in PAPERS.values())]
    site = site_files(replace(tool, packs=tuple(packs)), environment(), {})

    for page in PAPERS:
        html = site[f"{page}.html"].decode()
        assert not asked_on(html)
        assert not re.findall('<script src="[^"]*answers', html)
        assert 'class="write__room"' in html


def answers_to(fields: Sequence[FormField]) -> dict[str, str]:
    texts = {field.name: f"{field.name}: {LONG}" for field in fields if field.kind == "text"}
    radios = {field.name: "LDE"[number % 3] for number, field in enumerate(fields) if field.kind == "radio"}
    # These are a single line on the screen.
    short = {name: f"2.4 for {name} – Łódź" for name in texts if name.endswith("_statement")}
    lines = {field.name: f"Łódź {field.name} £5" for field in fields if field.kind == "line"}
    return texts | radios | short | lines


def fill_in(page: Page, answers: dict[str, str]) -> None:
    for name, answer in answers.items():
        if name.startswith("agreed_"):
            page.locator(f"#{name}-{answer}").check()
        else:
            page.locator(f"#{name}").fill(answer)


def shown_on(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("""() => Object.fromEntries(
      [...document.querySelectorAll("[data-kind]")].map((e) => [e.id, window.answers.value(e) ?? ""]))""")
    return {name: answer for name, answer in found.items() if answer}


def on_paper(page: Page) -> dict[str, str]:
    """What is printed, by the names of the fields."""
    found: list[tuple[str, str, str]] = page.evaluate("""() => [...document.querySelectorAll("[data-paper]")]
      .filter((e) => e.checkVisibility()).map((e) => [e.dataset.paper, e.dataset.level ?? "", e.textContent])""")
    return {name: level if level else text for name, level, text in found if text}


def save(page: Page) -> tuple[str, dict[str, Any]]:
    with page.expect_download() as download:
        page.get_by_role("button", name="Save to a file").click()
    return download.value.suggested_filename, json.loads(Path(download.value.path()).read_text(encoding="utf-8"))


def load(page: Page, record: dict[str, Any]) -> None:
    data = json.dumps(record).encode()
    page.locator("#load-file").set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": data})


def response_of(tool: Tool, name: str, content: bytes) -> Response:
    ((_, _, reading),) = readings(name, content)
    (raw,) = reading.records
    problems: list[Problem] = []
    found = decode(raw, Questionnaire.of(tool), problems)
    assert not problems
    return replace(found, place=replace(found.place, file=""), id="", saved="")


def axe(shown: Shown, source: str) -> list[str]:
    found = []
    for width in (390, 1280):
        shown.page.set_viewport_size({"width": width, "height": 800})
        shown.page.evaluate(source)
        result = shown.page.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")
        assert result["passes"], "axe did not look at the page"
        found += [f"{width}: {violation['id']} {violation['nodes'][0]['html']}" for violation in result["violations"]]
        assert shown.page.evaluate("document.documentElement.scrollWidth") == width
    return found


@pytest.mark.parametrize(("name", "pack"), PAPERS.items())
@pytest.mark.evidence("states_axe")
def test_a_paper_that_is_filled_in_and_saved_is_what_its_pdf_gives(
    tool: Tool, show: Show, axe_source: str, name: str, pack: str
) -> None:
    shown = show()
    page = shown.open(f"{name}.html")
    fields = pack_fields(tool, tool.pack(pack))
    answers = answers_to(fields)
    fill_in(page, answers)
    assert axe(shown, axe_source) == []

    file, saved = save(page)

    assert re.fullmatch(rf"{pack}-{saved['id']}-\d{{4}}-\d\d-\d\d\.json", file)
    as_pdf = response_of(tool, "a.pdf", filled(blank_pack(fields), answers))
    assert response_of(tool, "a.json", json.dumps(saved).encode()) == as_pdf

    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert on_paper(page) == answers
    assert page.locator("main :is(input, textarea, button):visible").count() == 0
    page.emulate_media(media="screen")

    page.reload()
    assert shown_on(page) == answers
    page.get_by_text("Keep it longer, or clear this page").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Clear this page").click()
    assert shown_on(page) == {}
    load(page, saved | {"pack_id": "self-assessment@2013@00000000"})
    expect(page.locator("#error-summary")).to_contain_text(NOT_SAVED_THERE)
    assert shown_on(page) == {}
    load(page, saved)
    expect(page.locator("#load-said")).to_have_text("Loaded from a.json.")
    assert shown_on(page) == answers
    again = save(page)[1]
    assert again == saved | {"saved": again["saved"]}
    assert shown.complaints == []


def test_a_paper_without_its_script_is_there_to_print_and_has_nothing_to_fill_in(show: Show) -> None:
    shown = show(390, java_script_enabled=False)
    for name, rooms in (("action-plan", 3 + 4 + 10 * 4), ("summary-of-the-review", 4 + 5 * 3 + 3)):
        page = shown.open(f"{name}.html")

        assert page.get_by_text("this page needs its script").is_visible()
        assert page.locator("main :is(input, textarea, select, button, [data-save], .kept):visible").count() == 0
        assert page.locator("[data-paper]:visible").count() == rooms


def test_a_paper_that_lacks_one_of_its_scripts_says_so_and_is_not_filled_in(show: Show) -> None:
    shown = show()
    shown.page.route("**/paper.*.js", lambda route: route.abort())
    page = shown.open("action-plan.html")

    assert page.get_by_text("Something went wrong when this page started").is_visible()
    assert page.locator("main :is(input, textarea, button):visible").count() == 0
    assert page.locator("[data-paper]:visible").count() == 3 + 4 + 10 * 4
