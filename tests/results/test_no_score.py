"""What the results never do: no mean, index, rank, percentage, traffic light or derived view; no number for a level."""

from __future__ import annotations

import colorsys
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.rendering.weasy import report_to_pdf
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.run import report_input
from pmdiag_build.results.tabulation import Counts, tabulate
from pmdiag_build.results.views.questions import summary_counts
from pmdiag_build.results.writers import files as make_files
from pmdiag_build.returns.response import Response
from tests.results.reading import HEAD_ROW, book, kept_book, page_text, pdf_pages, responses_csv, responses_json, rows
from tests.results.rounds import layouts, random_round, round_of

SIZES = {"manager": 20, "practitioner": 24, "senior-officer": 9, "director": 6, "elected-member": 3, "": 8}
LEVELS = ["Limited", "Developing", "Effective"]

FORBIDDEN = re.compile(
    r"%|\b(per ?cent\w*|averag\w*|mean|means|median|mode of|index|indices|scor\w*|rank\w*|rag|red|amber|green|"
    r"traffic light|out of (three|3|five|5)|points? (scored|total)|weight\w*|grade[sd]?|league|benchmark\w*|"
    r"(better|worse) than|worst|strongest|weakest|highest|lowest|top|bottom|net|positive|negative|"
    r"improved?|improvement since|up from|down from)\b",
    re.IGNORECASE,
)
ARROWS = re.compile("[←-⇿▲▼△▽⬆⬇➔-➾]")


@pytest.fixture(scope="module")
def round_responses(tool: Tool) -> list[Response]:
    return random_round(tool, 200, SIZES)


@pytest.fixture(scope="module")
def files(tool: Tool, round_responses: list[Response]) -> dict[str, bytes]:
    round_ = round_of(round_responses)
    source = report_input(round_, tool, Rules())
    made = make_files(source, round_, layouts)
    sentences = "\n".join(summary_counts(source).values()).encode()
    return {**made, "report.pdf": report_to_pdf(made["share/report.html"].decode()), "summary sentences": sentences}


def content_words(tool: Tool) -> str:
    """What the tool itself says: its own words may be any."""
    statements = [s.text for s in tool.framework.statements]
    features = [text for f in tool.framework.features for text in (f.title, f.short, f.description)]
    roles = [option.label for option in tool.record.field("role").options]
    prompts = [prompt.text for prompt in tool.framework.prompts.values()]
    return "\n".join([tool.title, *statements, *features, *roles, *prompts])


def cells(files: dict[str, bytes]) -> Iterator[tuple[str, str, object]]:
    for sheet in (*book(files), *kept_book(files)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield sheet.title, cell.coordinate, cell.value


@pytest.fixture(scope="module")
def texts(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """Every text that the outputs hold, with its place."""
    return list(_texts(files))


def _texts(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    yield "report.html", page_text(files)
    yield "summary", files["summary sentences"].decode()
    for n, text in enumerate(pdf_pages(files["report.pdf"]), 1):
        yield f"report.pdf page {n}", text
    for sheet, place, value in cells(files):
        if isinstance(value, str):
            yield f"{sheet}!{place}", value
    for name in ("keep/responses.csv", "keep/responses.json", "keep/problems.csv", "keep/codebook.csv"):
        yield name, files[name].decode()
    with zipfile.ZipFile(io.BytesIO(files["share/tables.xlsx"])) as archive:
        for name in archive.namelist():
            if name.startswith("xl/charts/"):
                yield name, " ".join(re.findall(r"<a:t>(.*?)</a:t>", archive.read(name).decode()))


@pytest.mark.slow
def test_no_output_speaks_of_a_score(tool: Tool, texts: list[tuple[str, str]]) -> None:
    own = content_words(tool)
    known = {match[0].lower() for match in FORBIDDEN.finditer(own)}
    found = [
        (place, match[0], text[max(0, match.start() - 40) : match.end() + 40])
        for place, text in texts
        for match in FORBIDDEN.finditer(text)
        if match[0].lower() not in known
    ]
    arrows = [place for place, text in texts if ARROWS.search(text)]

    assert found == []
    assert arrows == []


@pytest.mark.slow
def test_no_text_contains_a_fraction_but_the_numbers_of_statements(tool: Tool, texts: list[tuple[str, str]]) -> None:
    ids = {s.id for s in tool.framework.statements}
    found = [
        (place, number)
        for place, text in texts
        for number in re.findall(r"(?<![\w.])\d+[.]\d+(?![\w])", text)
        if number not in ids
    ]

    assert found == []


@pytest.mark.slow
def test_every_number_of_the_workbook_is_a_count_that_can_be_counted_again(
    tool: Tool, files: dict[str, bytes], round_responses: list[Response]
) -> None:
    counted = tabulate(round_responses, tool)
    workbook = book(files)

    def counts(row: dict[str, object]) -> tuple[object, ...]:
        return tuple(row[head] for head in [*LEVELS, "Not answered", "Base"])

    def expected(found: Counts) -> tuple[int, ...]:
        return (*found.chosen, found.unanswered, found.base)

    for row in rows(workbook["Statements"]):
        assert expected(counted.whole.ratings[row["No."]]) == counts(row)
    for row in rows(workbook["Overall views"]):
        assert expected(counted.whole.overall[row["Feature"]]) == counts(row)
        assert counted.talk[row["Feature"]].responses == row["To talk about"]
    for row in rows(workbook["Differences"]):
        found = counted.whole.ratings[row["No."]]
        assert expected(found) == counts(row)
        assert (found.smaller_end or None) == row["At the smaller end"]
    labels = {option.label: option.code for option in tool.record.field("role").options} | {"No role given": ""}
    for row in rows(workbook["By role"]):
        if not row["Role"].startswith("The other roles together"):
            tally = counted.by_role[labels[row["Role"]]]
            found = tally.ratings[row["Id"]] if row["Question"] == "statement" else tally.overall[row["Id"]]
            assert expected(found) == counts(row)


@pytest.mark.slow
def test_no_other_column_of_the_workbook_contains_numbers(files: dict[str, bytes]) -> None:
    counted = {*LEVELS, "Not answered", "Base", "At the smaller end", "To talk about", "Response", "People"}
    found = set()
    for sheet in (*book(files), *kept_book(files)):
        if sheet.title == "Overview":
            continue
        heads = {cell.column: cell.value for cell in sheet[HEAD_ROW]}
        for row in sheet.iter_rows(min_row=HEAD_ROW + 1):
            found |= {
                (sheet.title, heads[cell.column])
                for cell in row
                if isinstance(cell.value, int | float) and heads[cell.column] not in counted
            }

    assert found == set()
    assert all(isinstance(value, str | int | datetime) for _, _, value in cells(files))
    assert not any(isinstance(value, str) and value.startswith("=") for _, _, value in cells(files))


@pytest.mark.slow
def test_levels_are_words_or_letters_wherever_an_answer_is_shown(files: dict[str, bytes]) -> None:
    answers = {row["value"] for row in responses_csv(files) if row["kind"] in ("rating", "overall")}
    records = {value for r in responses_json(files) for part in ("ratings", "overall") for value in r[part].values()}
    sheet = {value for row in rows(kept_book(files)["Responses"]) for head, value in row.items() if head[0].isdigit()}

    assert {"", "L", "D", "E"} == answers
    assert {None, "L", "D", "E"} == records
    assert {None, *LEVELS} == sheet


@pytest.mark.slow
def test_no_colour_represents_a_level(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files["share/tables.xlsx"])) as archive:
        charts = "".join(
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/charts/chart")
        )
        sheets = "".join(archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name)
    colours = set(re.findall(r'srgbClr val="(\w{6})"', charts))

    assert len(colours) > 1
    assert all(saturation(colour) < 0.25 for colour in colours)
    assert "conditionalFormatting" not in sheets
    rules = re.findall(r"\.l\d[^{]*\{([^}]*)\}", files["share/report.html"].decode())
    assert rules
    assert not any(re.search(r"#|rgb|hsl|red|green|orange|yellow", rule) for rule in rules)


def saturation(colour: str) -> float:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
    _, value, saturated = colorsys.rgb_to_hls(red, green, blue)
    # Near black and near white have no colour, whatever their saturation says.
    return saturated if 0.12 < value < 0.95 else 0.0


def test_the_search_finds_what_it_looks_for() -> None:
    for said in ("45 %", "The average is 2", "ranked third", "RAG", "improved since spring", "Score: 7"):
        assert FORBIDDEN.search(said)
    assert ARROWS.search("▲")
    assert saturation("D4351C") > 0.5
