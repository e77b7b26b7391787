"""What people typed, in every output: whole, inert, the same bytes each time; and rounds with little in them."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import defuse
from pmdiag_build.problems import Fault, Location, Problem
from pmdiag_build.rendering.weasy import report_to_pdf
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.views.parts import item_row
from pmdiag_build.results.writers import printed_html
from pmdiag_build.results.writers.html import report_html, shown
from pmdiag_build.returns.round import read_round
from tests.results.conftest import DemoResults
from tests.results.reading import book, page_tags, page_text, pdf_pages, pdf_text, responses_csv, responses_json, rows
from tests.results.rounds import layouts, outputs, random_round, response, source

ODD = {
    "formula": '=HYPERLINK("http://example.org","click")',
    "plus": "+44 20 7946 0000",
    "minus": "-2+3+cmd|' /C calc'!A0",
    "at": "@SUM(1+1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "apostrophe": "'quoted'",
    "wide": "＝1+1",
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "template": "{{ 7*7 }} {% raw %}",
    "rich text": "<r><t>not markup</t></r>",
    "link": "https://example.org and file:///etc/passwd and \\\\server\\share",
    "style": "</style><script>alert(1)</script>",
    "control": "bell \x07, escape \x1b[31m, nul \x00.",
    "looks escaped": "_x0041_ stays",
    "bidi": "right \u202eot tfel\u202c and \u2067שלום\u2069",
    "surrogate": "half \ud83d a face",
    "noncharacter": "end \uffff",
    "emoji": "👩🏽‍💻 works",
    "welsh": "Tŷ Gŵyl, Łódź",
    "lines": "one\r\ntwo\rthree\n\nfour",
    "spaces": "  kept  ",
}


@pytest.fixture(scope="module")
def odd(tool: Tool) -> dict[str, bytes]:
    """A round in which each odd text is a comment, a reference and an area."""
    responses = [response(tool, {"1.1": "L"}, {}, {("doing", "1"): text}, reference=text) for text in ODD.values()]
    return outputs(tool, responses)


@pytest.mark.parametrize("name", [name for name in ODD if name not in ("surrogate", "noncharacter")])
def test_csv_gives_every_text_back(odd: dict[str, bytes], name: str) -> None:
    typed = [row["value"] for row in responses_csv(odd) if row["kind"] == "doing"]
    back = [text[1:] if text.startswith("'") else text for text in typed]

    assert ODD[name] in back


def test_csv_contains_nothing_that_a_spreadsheet_runs(odd: dict[str, bytes]) -> None:
    cells = [
        cell
        for row in csv.reader(io.StringIO(odd["keep/responses.csv"].decode("utf-8-sig"), newline=""))
        for cell in row
    ]

    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_csv_is_what_excel_opens_rightly(odd: dict[str, bytes]) -> None:
    assert odd["keep/responses.csv"].startswith(
        b"\xef\xbb\xbfround,edition,reference,role,area,date,mode,kind,id,value,"
    )
    assert odd["keep/problems.csv"] == b"\xef\xbb\xbfplace,problem,what_to_do\r\n"


@pytest.mark.parametrize("name", ODD)
def test_json_gives_every_text_back(odd: dict[str, bytes], name: str) -> None:
    assert ODD[name] in [record["comments"]["1"]["doing"] for record in responses_json(odd)]


@pytest.mark.parametrize("name", [name for name in ODD if name not in ("control", "surrogate", "noncharacter")])
def test_the_workbook_contains_every_text_as_text(odd: dict[str, bytes], name: str) -> None:
    cells = [row["Comment"] for row in rows(book(odd)["Comments"])]
    expected = re.sub("\r\n?", "\n", ODD[name])

    # openpyxl leaves Excel's own escape of an underscore unchanged.
    assert expected in [cell.replace("_x005F_x", "_x") for cell in cells]


def test_the_workbook_runs_nothing_and_links_nowhere(odd: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(odd["share/tables.xlsx"])) as archive:
        sheets = b"".join(archive.read(name) for name in archive.namelist() if "sheets/sheet" in name)
        relations = [archive.read(name) for name in archive.namelist() if name.endswith(".rels")]

    assert b"HYPERLINK(" in sheets
    assert b"<f>" not in sheets
    assert relations
    assert not [relation for relation in relations if b"relationships/hyperlink" in relation]


def test_control_characters_are_escaped_in_the_workbook_as_excel_does(odd: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(odd["share/tables.xlsx"])) as archive:
        sheet = next(
            text for name in archive.namelist() if "bell" in (text := archive.read(name).decode(errors="replace"))
        )

    assert "bell _x0007_, escape _x001B_[31m, nul _x0000_." in sheet
    assert "_x005F_x0041_ stays" in sheet
    assert "half \\ud83d a face" in sheet


def test_the_report_shows_typed_texts_and_runs_none(odd: dict[str, bytes]) -> None:
    tags = page_tags(odd)

    assert not [tag for tag, _ in tags if tag in ("script", "img", "iframe", "object", "base", "form")]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name == "style"]
    text = page_text(odd)
    for name in ("script", "image", "template", "formula", "link", "emoji", "welsh", "style"):
        assert ODD[name] in re.sub(r"\s+", " ", text), name
    assert "bell ␇, escape ␛[31m, nul ␀." in text


def test_the_report_asks_for_nothing(odd: dict[str, bytes]) -> None:
    policy = next(a["content"] for tag, a in page_tags(odd) if a.get("http-equiv") == "Content-Security-Policy")
    addresses = [a.get("href") or a.get("src") for _, a in page_tags(odd) if "href" in a or "src" in a]

    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert all(address and address.startswith("#") for address in addresses)
    style = odd["share/report.html"].decode().split("<style>")[1].split("</style>")[0]
    assert all(address.startswith(("data:", '"data:')) for address in re.findall(r"url\(([^)]{8})", style))


def test_a_right_to_left_comment_is_kept_apart_from_what_follows(odd: dict[str, bytes]) -> None:
    assert [a for tag, a in page_tags(odd) if tag == "p" and a.get("dir") == "auto"]
    assert "[dir=auto] { unicode-bidi: isolate" in odd["share/report.html"].decode()


def test_defusing_is_taken_back_by_taking_one_apostrophe_away() -> None:
    for text in [*ODD.values(), "", "'", "''", "'=1", "plain", "a=b"]:
        defused = defuse(text)
        assert text == (defused[1:] if defused.startswith("'") else defused)


def test_a_comment_longer_than_a_cell_goes_on_in_further_rows(tool: Tool) -> None:
    long = "Each word of it counts. 👩 " * 3000
    files = outputs(tool, [response(tool, {}, {}, {("doing", "1"): long})])
    parts = rows(book(files)["Comments"])

    assert ["1 of 3", "2 of 3", "3 of 3"] == [row["Part"] for row in parts]
    assert long == "".join(row["Comment"] for row in parts)
    assert all(len(row["Comment"].encode("utf-16-le")) // 2 <= 32_767 for row in parts)
    assert long == responses_json(files)[0]["comments"]["1"]["doing"]


def test_unbroken_words_may_break_on_the_page_and_stay_the_same_word() -> None:
    word = "x<y" * 5000

    assert word == shown(word).replace("<wbr>", "").unescape()
    assert max(map(len, shown(word).split("<wbr>"))) < 200


@pytest.mark.slow
def test_the_log_by_which_packs_are_checked_is_open_again_after_a_report() -> None:
    before = logging.getLogger("weasyprint").level
    report_to_pdf('<html lang="en"><title>A report</title><p>Nothing came back.')

    assert before == logging.getLogger("weasyprint").level != logging.CRITICAL


@pytest.mark.slow
def test_one_word_of_30000_letters_is_not_measured_again_for_each_line(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weasyprint.layout import inline, preferred

    measured = []

    def measure(text: str, *others: Any, **more: Any) -> Any:
        measured.append(len(text))
        return split_first_line(text, *others, **more)

    split_first_line = inline.split_first_line
    for module in (inline, preferred):
        monkeypatch.setattr(module, "split_first_line", measure)
    page = report_html(source(tool, [response(tool, {}, {}, {("doing", "1"): "w" * 30_000})]), layouts())

    assert report_to_pdf(page).startswith(b"%PDF-")
    assert 30_000 < sum(measured) < 30 * 30_000


@pytest.mark.slow
def test_what_nobody_writes_by_hand_is_printed_in_part_and_says_so(tool: Tool) -> None:
    texts = ["We look at the data. " * 50_000, "x\n" * 100_000, "w" * 200_000]
    comments = {("doing", str(feature)): text for feature, text in enumerate(texts, 1)}
    found = source(tool, [response(tool, {"1.1": "L"}, {}, comments)])
    page = report_html(found, layouts())
    pdf = report_to_pdf(printed_html(found, page, layouts()))
    more = re.findall(r"Not printed in full: ([\d,]+) more letters are in report.html and tables.xlsx", pdf_text(pdf))

    assert len(pdf_pages(pdf)) < 30
    assert len(texts) == len(more)
    for text, letters in zip(texts, more, strict=True):
        assert len(text) - 10_000 <= int(letters.replace(",", "")) < len(text)
    assert "Not printed in full" not in page
    assert page.count("x</p>") == 100_000
    assert len(page) > sum(map(len, texts))


def test_comments_that_people_write_are_printed_as_on_the_page(tool: Tool) -> None:
    found = source(
        tool, [response(tool, {"1.1": "L"}, {}, {("doing", "1"): "A line.\n" * 200, ("doing", "2"): "w" * 9999})]
    )

    assert "the page" == printed_html(found, "the page", layouts())


def test_the_pdf_is_tagged_and_keeps_to_its_standard(demo_results: DemoResults, tmp_path: Path) -> None:
    import page

    path = tmp_path / "report.pdf"
    path.write_bytes(demo_results.pdf)

    assert list(page.validate_pdf(path, profile=page.ValidationProfile.PDF_UA_1).failures) == []


def test_the_records_are_those_that_were_counted(tool: Tool) -> None:
    responses = random_round(tool, 9, {"manager": 9})
    records = responses_json(outputs(tool, responses))

    assert [dict(r.ratings) for r in responses] == [record["ratings"] for record in records]
    assert [dict(r.overall) for r in responses] == [record["overall"] for record in records]
    assert [r.record.reference for r in responses] == [record["record"]["reference"] for record in records]


def test_the_records_can_be_tabulated_again(tool: Tool, tmp_path: Path) -> None:
    responses = random_round(tool, 9, {"manager": 9})
    (tmp_path / "responses.json").write_bytes(outputs(tool, responses)["keep/responses.json"])
    again = read_round([tmp_path], tool)

    assert again.problems == ()
    assert [(r.record, r.ratings, r.overall, r.comments) for r in responses] == [
        (r.record, r.ratings, r.overall, r.comments) for r in again.responses
    ]


def test_what_is_written_under_more_room_is_read_and_notes_stay_in_the_records(tool: Tool) -> None:
    one = response(tool, {"1.1": "L"})
    files = outputs(tool, [replace(one, more={"more_room": "One thing more.", "notes_1": "She hesitated."})])

    assert "One thing more." in page_text(files)
    assert ["One thing more."] == [row["Comment"] for row in rows(book(files)["Comments"])]
    assert "She hesitated." not in page_text(files)
    assert [("more_room", "One thing more."), ("notes_1", "She hesitated.")] == [
        (row["id"], row["value"]) for row in responses_csv(files) if row["kind"] == "more"
    ]
    assert responses_json(files)[0]["more"]["notes_1"] == "She hesitated."


@pytest.mark.parametrize("sizes", [{}, {"manager": 1}, {"manager": 9, "partner": 2}], ids=["none", "one", "eleven"])
def test_the_same_round_gives_the_same_bytes(tool: Tool, sizes: dict[str, int]) -> None:
    problems = [Problem(Location("a.pdf"), Fault("It is damaged", "Ask for it again"))]
    first = outputs(tool, random_round(tool, 6, sizes), problems=problems)
    again = outputs(tool, random_round(tool, 6, sizes), problems=problems)

    assert first == again


def test_no_responses_are_no_answers_and_not_a_count_of_nothing(tool: Tool) -> None:
    files = outputs(tool, [])
    text = page_text(files)

    assert "No answers came back that could be counted" in text
    assert text.count("no answers") > 40
    assert "%" not in text
    assert {"no answers"} == {row["Pattern"] for row in rows(book(files)["Statements"])}
    assert [] == json.loads(files["keep/responses.json"])


def test_a_round_in_which_nobody_answered_a_question_says_so(tool: Tool) -> None:
    files = outputs(tool, [response(tool, {"1.1": "L"})])

    assert re.search(r"No answers\s*40\s*1\.2, 1\.3,", page_text(files))


def test_people_are_said_only_where_every_response_is_one_person(tool: Tool) -> None:
    alone = response(tool, {"1.1": "L"})
    group = response(tool, {"1.1": "E"}, {}, {("doing", "1"): "We agree."}, mode="group", size=6)

    assert "2 people answered" in page_text(outputs(tool, [alone, alone]))
    text = page_text(outputs(tool, [alone, group]))
    assert "2 responses answered" in text
    assert "They come from 7 people. Several people who answered together, in a group" in text
    assert "Limited 1, Developing 0, Effective 1" in " ".join(text.split())
    assert "group of 6" in page_text(outputs(tool, [*[alone] * 5, *[group] * 3]))


def test_an_interview_with_two_people_is_one_response_from_two_people(tool: Tool) -> None:
    one = response(tool, {"1.1": "L"}, mode="interview")
    two = response(tool, {"1.1": "E"}, {}, {("doing", "1"): "We agree."}, mode="interview", size=2)

    assert "2 people answered" in page_text(outputs(tool, [one, one]))
    files = outputs(tool, [one, two])
    assert "They come from 3 people. Several people who answered together" in page_text(files)
    assert re.search(r"Interview\s*2\s*3\s", page_text(files))
    assert {"1", "2"} == {row["group_size"] for row in responses_csv(files)}


@pytest.mark.parametrize(
    ("chosen", "labels"),
    [
        ((12, 0, 0), ["in", "", ""]),
        ((2, 0, 38), ["in", "", "in"]),
        ((1, 38, 1), ["before", "in", "after"]),
        ((19, 1, 20), ["in", "below", "in"]),
        ((1, 1, 198), ["before", "below", "in"]),
        ((0, 1, 199), ["", "before", "in"]),
        ((0, 1, 0), ["", "after", ""]),
        ((60, 70, 70), ["in", "in", "in"]),
    ],
)
def test_every_piece_of_a_bar_has_its_count_in_it_or_beside_it(
    tool: Tool, chosen: tuple[int, ...], labels: list[str]
) -> None:
    say, full = Phrases(tool, ()), max(sum(chosen), 40)
    row = item_row("1.1", "", Counts(chosen, full - sum(chosen)), full, say)

    assert labels == [segment.label for segment in row.segments]


def test_sentences_agree_with_their_numbers(tool: Tool) -> None:
    one = response(tool, {"1.1": "L"}, date="3/2/2026")
    unsure = response(tool, {"1.1": "L"}, mode="group", size=0, date="in spring")
    many = page_text(outputs(tool, [one, one, unsure, unsure, response(tool, {"1.1": "L"})]))
    few = page_text(outputs(tool, [one, unsure]))

    assert "They come from at least 3 people. 2 responses do not say how many people they speak for." in many
    assert (
        "The answers are dated 3 February 2026. 1 response has no date. 2 responses have dates that cannot be" in many
    )
    assert "They come from at least 1 person. 1 response does not say how many people it speaks for." in few
    assert "1 response has a date that cannot be read" in few


def test_local_words_reach_report_and_workbook(tool: Tool) -> None:
    words = {**tool.words, "report": {**tool.words["report"], "report_title": "Beth ddaeth yn ôl"}}
    files = outputs(replace(tool, words=words), random_round(tool, 1, {"manager": 6}), Rules())

    assert "Beth ddaeth yn ôl" in page_text(files)
    assert "Beth ddaeth yn ôl" in str(book(files)["Overview"]["A1"].value)
