"""The report as people read it: what page one says, the pages in print, and what is heard of the PDF."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from playwright.sync_api import Browser

from pmdiag_build.content.model import Brand, LocalVersion, Tool
from pmdiag_build.rendering.weasy import report_to_pdf
from pmdiag_build.results.tabulation import Counts, Pattern
from pmdiag_build.results.views.page_one import Finding, Named, page_one
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.views.questions import about_statements
from pmdiag_build.results.views.spreads import Spread, kinds, spreads
from pmdiag_build.results.writers.html import report_html
from pmdiag_build.returns.response import Response
from tests.results.conftest import DemoResults
from tests.results.reading import page_text, pdf_pages
from tests.results.rounds import layouts, outputs, random_round, response, source

LEVELS = ("Limited", "Developing", "Effective")


def answering(tool: Tool, answers: Mapping[str, str], role: str = "") -> list[Response]:
    """Responses: the first gives each statement the first letter of its answers, and so on; "-" is no answer."""
    n = max(map(len, answers.values()))
    return [
        response(tool, {id: a[i] for id, a in answers.items() if i < len(a) and a[i] != "-"}, role=role)
        for i in range(n)
    ]


def findings(tool: Tool, responses: Sequence[Response]) -> list[Finding]:
    return list(page_one(source(tool, responses)).findings)


# ---- how views differ


@pytest.mark.parametrize(
    ("chosen", "pattern"),
    [
        ((3, 30, 7), Pattern.OPPOSED),
        ((2, 6, 2), Pattern.OPPOSED),
        ((2, 7, 2), Pattern.APART),
        ((1, 0, 39), Pattern.APART),
        ((1, 3, 1), Pattern.APART),
        ((0, 5, 5), Pattern.ADJACENT),
        ((5, 5, 0), Pattern.ADJACENT),
        ((0, 10, 0), Pattern.SHARED),
        ((0, 0, 0), Pattern.NO_ANSWERS),
    ],
)
def test_views_are_opposed_when_three_are_at_each_end_or_two_who_are_a_fifth(
    chosen: tuple[int, ...], pattern: Pattern
) -> None:
    assert pattern is Counts(chosen, 4).pattern


def test_every_statement_is_in_one_way_of_differing(tool: Tool) -> None:
    rows = kinds(source(tool, random_round(tool, 3, {"manager": 9, "partner": 7})))
    numbers = [id for row in rows for ids in row.numbers for id in re.findall(r"\d+\.\d+", ids)]

    assert sum(row.n for row in rows) == 41
    assert sorted(numbers) == sorted(s.id for s in tool.framework.used_statements)


def test_one_voice_and_two_are_said_as_such(tool: Tool) -> None:
    text = page_text(outputs(tool, answering(tool, {"1.1": "L" + "E" * 11, "1.2": "LL" + "E" * 10, "1.3": "E" * 12})))

    assert "one voice apart" in text
    assert "two voices apart" in text
    assert "shared" in text


# ---- page one


def test_page_one_names_what_two_thirds_chose_with_its_counts_and_text(tool: Tool) -> None:
    found = findings(tool, answering(tool, {"1.7": "LLLLDE", "1.8": "LLLDDE", "1.9": "EEEEE-", "2.1": "DDDDD"}))
    by_title = {finding.title: finding for finding in found}
    limited = by_title["1 statement: at least two-thirds chose Limited"]

    assert [("1.7", "4 of 6")] == [(one.id, one.said) for one in limited.named]
    assert limited.named[0].text == next(s.text for s in tool.framework.statements if s.id == "1.7")
    assert "1 statement: at least two-thirds chose Developing" in by_title
    assert [("1.9", "5 of 5")] == [
        (one.id, one.said) for one in by_title["1 statement: at least two-thirds chose Effective"].named
    ]


def test_page_one_names_opposed_views_from_the_most_at_the_smaller_end(tool: Tool) -> None:
    answers = {"1.1": "L" * 5 + "D" * 5 + "E" * 4, "1.2": "L" * 4 + "D" * 4 + "E" * 6, "1.3": "L" * 3 + "E" * 11}
    answers |= {"2.1": "L" * 6 + "E" * 8, "2.2": "L" + "E" * 13}
    found = next(f for f in findings(tool, answering(tool, answers)) if "opposed" in f.title)

    assert "4 of 41 statements have opposed views" == found.title
    assert ["2.1", "1.1", "1.2", "1.3"] == [one.id for one in found.named]
    assert "6 Limited, 8 Effective" == found.named[0].said


def test_page_one_says_where_roles_differ_from_shown_rows_only(tool: Tool) -> None:
    managers = answering(tool, {"1.1": "LLLLLDDE", "1.2": "LLLLLDDE"}, "manager")
    directors = answering(tool, {"1.1": "DDDDLE", "1.2": "LLLLDE"}, "director")
    few = [*answering(tool, {"1.1": "EEE"}, "partner"), *answering(tool, {"1.1": "EEDD"}, "elected-member")]
    found = next(f for f in findings(tool, [*managers, *directors, *few]) if "roles" in f.title)

    assert "1 question: roles see it differently" == found.title
    assert ["1.1"] == [one.id for one in found.named]
    said = found.named[0].said
    assert "Limited: Team or service manager (5 of 8)." in said
    assert "Developing: Director or assistant director (4 of 6)." in said
    assert "Effective" not in said


def test_too_few_answers_are_in_no_finding(tool: Tool) -> None:
    report = page_one(source(tool, answering(tool, {"1.1": "LDELDELDELDE", "1.2": "LLLL"})))

    assert not [one for finding in report.findings for one in finding.named if one.id == "1.2"]
    assert "Not shown, because too few answered: 1.2." in report.missing


def test_page_one_says_that_nothing_is_missing_only_where_nothing_is(tool: Tool) -> None:
    everything = {s.id: "L" for s in tool.framework.used_statements}
    views = {f.id: "L" for f in tool.framework.features}
    whole = [response(tool, everything, views, role="manager") for _ in range(6)]
    without = [*whole[:5], response(tool, everything, role="manager")]

    assert ("Nothing: every statement was answered, and every return was counted.",) == page_one(
        source(tool, whole)
    ).missing
    assert not any("Nothing" in sentence for sentence in page_one(source(tool, without)).missing)
    assert page_one(source(tool, without)).missing


def test_page_one_says_what_was_left_out(tool: Tool) -> None:
    report = page_one(
        source(tool, answering(tool, {s.id: "LDE" * 7 for s in tool.framework.statements} | {"3.6": "L" * 18 + "---"}))
    )

    assert "3 of 861 answers to statements were left out." == report.missing[0]
    assert "3.6 (3)" in report.missing[1]


FIFTH = "L" * 10 + "E" * 10
FEWER = "LLL" + "D" * 14 + "EEE"


@pytest.mark.parametrize(
    ("opposed", "which"),
    [
        ({"1.1": FIFTH}, "it"),
        ({"1.1": FIFTH, "2.1": FIFTH}, "all of them"),
        ({"1.1": FIFTH, "2.1": FEWER}, "1 of them"),
    ],
)
def test_page_one_says_of_how_many_a_fifth_are_at_each_end(tool: Tool, opposed: dict[str, str], which: str) -> None:
    answers = {s.id: opposed.get(s.id, "D" * 20) for s in tool.framework.statements}
    found = next(f for f in findings(tool, answering(tool, answers)) if "opposed" in f.title)

    assert found.intro.endswith(f"On {which}, a fifth or more of those who answered are at each end.")


# ---- comments and roles


def test_comments_on_two_prompts_are_side_by_side_unless_one_is_far_longer(tool: Tool) -> None:
    short, long = "We talk.", "We see the data late. " * 60
    both = [response(tool, {}, {}, {("doing", "1"): long, ("improve", "1"): long, ("doing", "2"): long}) for _ in "ab"]
    both.append(response(tool, {}, {}, {("improve", "2"): short}))
    first, second, *_ = (part.data for part in spreads(source(tool, both)))

    assert isinstance(first, Spread)
    assert isinstance(second, Spread)
    assert first.beside
    assert not second.beside
    assert [1, 1] == [len(column) for column in second.comments[0].columns]
    assert second.comments[0].columns[0][0].long


def test_many_comments_begin_a_page_where_a_long_pdf_can_be_cut(tool: Tool) -> None:
    comments = {("doing", "1"): "We see the data late. " * 500, ("improve", "2"): "We talk."}
    html = report_html(source(tool, [response(tool, {}, {}, comments) for _ in "ab"]), layouts())
    first, second = (html.partition(f'id="feature-{n}"')[2].partition("</section>")[0] for n in "12")

    assert "We see the data late." in first.partition(" data-page>")[2]
    assert "<table" in first.partition(" data-page>")[2].partition(" data-page>")[0]
    assert "data-page" not in second.partition(">")[2]
    assert "We talk." in second.partition('<div class="together">')[2].partition('<div class="next">')[0]
    assert 'class="together"' not in first


def test_columns_of_page_one_break_where_both_are_about_as_long() -> None:
    long, short = Named("1.1", "s1.1", "Words " * 40, "4 of 5"), Named("1.2", "s1.2", "Words", "4 of 5")

    assert 1 == Finding("", named=(long, short, short)).in_first
    assert 2 == Finding("", named=(short, short, long)).in_first
    assert 3 == Finding("", named=(short, short, short, short, short)).in_first
    assert 2 == Finding("", named=(long, long), wide=True).in_first


def test_a_comment_on_a_statement_is_beside_it_as_well(tool: Tool) -> None:
    report = source(tool, [response(tool, {"3.4": "L"}, {}, {("doing", "3"): "Nobody has seen <these>."})])
    comments = tuple(replace(one, statement="3.4") for one in report.release.comments)
    html = report_html(replace(report, release=replace(report.release, comments=comments)), layouts())
    row = html.partition('<tr id="s3.4">')[2].partition("</tr>")[0]

    assert "“Nobody has seen &lt;these&gt;.”" in row
    assert "on statement 3.4" in html


def test_a_long_comment_on_a_statement_is_named_by_where_it_is(tool: Tool) -> None:
    text = "Nobody has seen these. " * 20
    answers = [response(tool, {"3.4": "L"}, {}, {("doing", feature): text}) for feature in ("1", "3")]
    report = source(tool, answers)
    comments = [replace(one, statement="3.4") for one in report.release.comments]
    comments.append(replace(comments[0], feature="", kind="more"))
    report = replace(report, release=replace(report.release, comments=tuple(comments)))

    assert about_statements(report)["3.4"] == (
        "See also the longer comment on this under “1 Culture and leadership”.",
        "See also the longer comment on this below.",
        "See also the longer comment on this under “Further comments”.",
    )


def test_roles_are_columns_and_those_without_one_are_named(tool: Tool) -> None:
    sizes = {"manager": 9, "practitioner": 9, "director": 8, "partner": 2, "elected-member": 3}
    report = source(tool, random_round(tool, 4, sizes))
    strip = next(part.data for part in spreads(report) if isinstance(part.data, Spread)).by_role[0]

    assert "Team or service manager" in strip.heads
    assert "The other roles together" == strip.heads[-1]
    assert "Elected member" in strip.note
    assert "Partner organisation" in strip.note
    assert ["Overall view", *(f"1.{n}" for n in range(1, 10))] == [row.name for row in strip.rows]


def test_a_round_of_one_role_has_nothing_by_role(tool: Tool) -> None:
    report = source(tool, random_round(tool, 4, {"manager": 12}))
    found = page_one(report).findings[-1]

    assert "Whether roles see it differently can't be shown" == found.title
    assert "All responses come from one role, or do not say from which." == found.intro
    assert not [part for part in spreads(report) if isinstance(part.data, Spread) and part.data.by_role]


# ---- whose it is


def test_the_head_says_whose_report_it_is_which_round_and_which_area(tool: Tool) -> None:
    local = LocalVersion("ours", "Our Council", "2013", brand=Brand(logo="logo.svg", logo_text="Arms of <us>"))
    ours = replace(tool, local=local, images={**tool.images, "logo.svg": b"<svg/>"})
    north = [
        replace(one, record=replace(one.record, area="North & East")) for one in random_round(tool, 2, {"manager": 8})
    ]
    html = report_html(replace(source(ours, north), title="Autumn 2026"), layouts())
    head = html.partition("<header>")[2].partition("</header>")[0]

    assert '<meta name="author" content="Our Council">' in html
    assert 'src="data:image/svg+xml;base64,' in head
    assert 'alt="Arms of &lt;us&gt;"' in head
    assert "Our Council" in head
    assert "<h1>What came back, Autumn 2026</h1>" in head
    assert "Area: North &amp; East" in head


def test_the_area_is_as_most_typed_it(tool: Tool) -> None:
    areas = ["exampleton ", *["Exampleton"] * 39]
    found = random_round(tool, 2, {"manager": 40})
    responses = [replace(one, record=replace(one.record, area=area)) for one, area in zip(found, areas, strict=True)]

    assert "Exampleton" == source(tool, responses).area


def test_an_area_that_not_all_name_is_not_that_of_the_report(tool: Tool) -> None:
    some = random_round(tool, 2, {"manager": 8})
    some[0] = replace(some[0], record=replace(some[0].record, area="North"))

    assert "" == source(tool, some).area
    assert "Area:" not in page_text(outputs(tool, some))
    assert 'name="author"' not in outputs(tool, some)["share/report.html"].decode()


# ---- pages


def test_texts_are_cut_to_their_first_words_before_a_group_goes_by_number(demo: ReportInput) -> None:
    limited, effective, *_ = page_one(demo).findings

    assert limited.title == "13 statements: at least two-thirds chose Limited"
    assert 13 == len(limited.named)
    assert any(one.cut and len(one.text) <= 85 for one in limited.named)
    assert ((), 11) == (effective.named, effective.more.count(" of "))


def test_page_one_says_that_texts_are_shortened_only_where_some_are(tool: Tool, demo: ReportInput) -> None:
    few = page_one(source(tool, answering(tool, {"1.1": "LLLLLLLL"})))

    assert ("", True) == (few.cut_note, "shortened" in page_one(demo).cut_note)


def test_base_and_how_views_differ_lead_to_what_they_mean(demo: ReportInput) -> None:
    page = report_html(demo, layouts())
    leads_to = re.findall(r'<a href="#(meaning-[a-z]+)">([^<]+)</a>', page)

    assert {("meaning-base", "Base"), ("meaning-pattern", "How views differ")} < set(leads_to)
    assert {name: 1 for name, _ in leads_to} == {name: page.count(f'id="{name}"') for name, _ in leads_to}


def test_page_one_of_the_invented_round_is_whole(demo_results: DemoResults) -> None:
    texts = pdf_pages(demo_results.pdf)

    assert "What this does not show" in texts[0]
    assert "At least two-thirds" in texts[0] or "at least two-thirds" in texts[0]


_SECTION = re.compile(
    r"""(<section id="(?!glance")[^"]+" class="[^"]+")( data-page)?>
(<h2>[^\n]*)
.*?(?=<section id="[^"]+" class="|</main>)""",
    re.DOTALL,
)


def with_headings_alone(report: str) -> str:
    """The report with nothing but its heading in each section behind page one, each on a page with a long number."""
    cut, sections = _SECTION.subn(r"\1 data-page style='page: far'>\3</section>", report)
    contents = report.partition("<nav ")[2].partition("</nav>")[0]
    assert sections == contents.count("<li>") > 5
    return cut.replace("</style>", "@page far { counter-reset: page 888 }</style>", 1)


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [{"manager": 3}, {"manager": 30, "partner": 12}, {"": 300}], ids=["3", "42", "300"])
def test_page_one_is_one_page_in_any_round(tool: Tool, sizes: dict[str, int]) -> None:
    report = report_html(source(tool, random_round(tool, 5, sizes)), layouts())
    texts = pdf_pages(report_to_pdf(with_headings_alone(report)))

    assert "1 Culture and leadership 888" in texts[0]
    assert "What this does not show" in texts[0]
    assert "1 Culture and leadership" in texts[1].splitlines()


def test_no_page_is_nearly_empty_and_no_heading_is_stranded(demo_results: DemoResults) -> None:
    for text in pdf_pages(demo_results.pdf):
        assert len(text) > 1_000
        *_, last, _ = text.strip().splitlines()
        assert not re.fullmatch(r"(By role|What to talk about|What does good look like\?|How .*\?)", last)


def test_the_page_printed_by_a_browser_is_small_and_has_full_pages_with_numbers(
    tool: Tool, demo_results: DemoResults, chromium_browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_text(demo_results.html, encoding="utf-8")
    with chromium_browser.new_context() as context:
        page = context.new_page()
        page.goto(path.as_uri())
        printed = page.pdf(prefer_css_page_size=True, print_background=True)

    assert len(printed) < 3_000_000
    texts = pdf_pages(printed)
    assert len(texts) <= 13
    assert "What this does not show" in texts[0]
    for number, text in enumerate(texts, 1):
        assert len(text) > 1_000
        assert f"page {number} of {len(texts)}" in " ".join(text.split())
        assert f"{tool.title} · " in " ".join(text.split())


def test_the_contents_name_the_pages_that_sections_begin_on(demo_results: DemoResults) -> None:
    first, *others = pdf_pages(demo_results.pdf)
    contents = dict(re.findall(r"(\d [A-Z][a-z ]+?) (\d+)(?= ·)", " ".join(first.split())))

    assert len(contents) == 5
    for title, page in contents.items():
        assert title in others[int(page) - 2].splitlines()


# ---- what is heard


def heard(pdf: bytes) -> list[list[str]]:
    """The rows of every table of the structure tree, each cell as its words: what a program reads aloud."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [row for page in document for row in _rows(page)]


def _rows(page: pypdfium2.PdfPage) -> Iterator[list[str]]:
    texts = _marked_texts(page)
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)

    def inside(element: Any) -> Iterator[Any]:
        """What is inside an element: elements, and the texts between them."""
        for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, at)
            yield child or texts.get(pdfium.FPDF_StructElement_GetChildMarkedContentID(element, at), "")

    def rows(element: Any) -> Iterator[list[str]]:
        if kind(element) == "TR":
            yield [words(cell) for cell in inside(element)]
        else:
            for child in inside(element):
                if not isinstance(child, str):
                    yield from rows(child)

    def words(element: Any) -> str:
        return "".join(child if isinstance(child, str) else words(child) for child in inside(element))

    for at in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        yield from rows(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at))
    pdfium.FPDF_StructTree_Close(tree)


def kind(element: Any) -> str:
    return _text(lambda *into: pdfium.FPDF_StructElement_GetType(element, *into))


def _marked_texts(page: pypdfium2.PdfPage) -> dict[int, str]:
    """The number of each piece of marked content → its text. Lines of one paragraph are pieces of their own."""
    read = page.get_textpage()
    found: dict[int, str] = {}
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
        number = pdfium.FPDFPageObj_GetMarkedContentID(drawn.raw)
        text = _text(lambda *into, drawn=drawn: pdfium.FPDFTextObj_GetText(drawn.raw, read.raw, *into))
        found[number] = f"{found.get(number, '')}{text} "
    return found


def _text(get: Callable[[Any, int], int]) -> str:
    """What a function of PDFium writes into as many bytes as it says that it needs."""
    content = ctypes.create_string_buffer(get(None, 0))
    get(ctypes.cast(content, ctypes.POINTER(ctypes.c_ushort)), len(content))
    return content.raw.decode("utf-16-le").rstrip("\0")


def bar(counts: Counts) -> str:
    return ", ".join(f"{level} {n:,}" for level, n in zip(LEVELS, counts.chosen, strict=True))


def simple(text: str) -> str:
    return re.sub(r" ?([,:]) ?(?=$| |\D)", r"\1 ", " ".join(text.split())).strip()


def test_every_bar_of_the_pdf_is_heard_with_its_counts(demo: ReportInput, demo_results: DemoResults) -> None:
    rows = [[simple(cell) for cell in row] for row in heard(demo_results.pdf)]
    whole, questions = demo.release.counted.whole, demo.release.roles.questions
    said = list(_statements(rows))
    expected = []
    for feature in demo.tool.framework.features:
        expected.append(("Overall view", whole.overall[feature.id]))
        expected += [(s.id, whole.ratings[s.id]) for s in feature.used_statements]

    assert [id for id, _ in expected] == [row[0] for row in said]
    for (_, counts), row in zip(expected, said, strict=True):
        assert row[1].endswith(bar(counts))
        assert [str(counts.unanswered), str(counts.base)] == row[2:4]
    cells = [cell for row in rows for cell in row if cell.startswith("Base ")]
    small = [whole.overall[f.id] for f in demo.tool.framework.features]
    for feature in demo.tool.framework.features:
        for item in [("overall", feature.id), *(("rating", s.id) for s in feature.used_statements)]:
            question = questions[item]
            small += [question.shown[role] for role in demo.release.roles.shown if role in question.shown]
            small += [question.rest] if question.shown and question.rest is not None else []
    assert cells == [f"Base {counts.base}: {bar(counts)}, Not answered {counts.unanswered}" for counts in small]


def _statements(rows: Sequence[Sequence[str]]) -> Iterator[Sequence[str]]:
    """The rows of the tables of statements: number, text with its bar, not answered, base, how views differ."""
    return (row for row in rows if len(row) == 5 and re.fullmatch(r"\d\.\d+|Overall view", row[0]))
