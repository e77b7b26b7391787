"""The invented round: always the same, and every return of it ends up where it belongs."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.demo import Packs, demo_files, people
from pmdiag_build.rendering.templates import environment
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.run import files, report_input
from pmdiag_build.returns.round import Round, read_round
from tests.commands import call_pmdiag
from tests.results.reading import book, page_text
from tests.results.rounds import outputs, random_round


def written(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_there_are_forty_people_with_something_to_say(tool: Tool) -> None:
    found = people(tool)
    comments = [text for one in found for name, text in one.answers.items() if name.startswith(("doing_", "improve_"))]

    assert len(found) == 40
    assert len(comments) == len(set(comments)) > 40


def test_without_pango_the_round_comes_as_records(tool: Tool, tmp_path: Path) -> None:
    round_ = read_round([written(demo_files(tool, None), tmp_path)], tool)

    assert (40, 1) == (round_.accounts.counted, round_.accounts.duplicate)
    assert 2 == len(round_.problems)


def results_of(round_: Round, tool: Tool) -> dict[str, bytes]:
    return files(report_input(round_, tool, Rules()), round_, environment)


@pytest.mark.slow
def test_page_one_says_that_the_round_is_invented(tool: Tool, tmp_path: Path) -> None:
    made = results_of(read_round([written(demo_files(tool, None), tmp_path)], tool), tool)
    said = "This is an invented round, for trying this out. Nobody gave these answers."
    overview = [cell.value for cell in book(made)["Overview"]["A"]]

    assert said in page_text(made).partition("At a glance")[2].partition("Who answered")[0]
    assert said in overview


@pytest.mark.slow
def test_the_summary_of_the_review_says_that_the_round_is_invented(tool: Tool, tmp_path: Path) -> None:
    outcome = call_pmdiag("tabulate", written(demo_files(tool, None), tmp_path / "returns"), "-o", tmp_path / "results")
    pages = pypdf.PdfReader(tmp_path / "results" / "share" / "summary-of-review.pdf").pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())

    assert 1 == outcome.code
    assert 1 == said.count("This is an invented round, for trying this out. Nobody gave these answers.")


@pytest.mark.slow
def test_invented_answers_among_real_ones_are_said(tool: Tool, tmp_path: Path) -> None:
    invented = list(demo_files(tool, None).items())[-3:-1]
    real = outputs(tool, random_round(tool, 1, {"manager": 8}))["keep/responses.json"]
    folder = written({**dict(invented), "real.json": real}, tmp_path)

    text = page_text(results_of(read_round([folder], tool), tool))

    assert "This round includes 2 responses invented for trying this out. Take the invented returns out" in text
    assert "invented" not in page_text(results_of(read_round([folder / "real.json"], tool), tool))


@pytest.mark.slow
def test_every_answer_of_the_round_is_found_again(tool: Tool, tmp_path: Path) -> None:
    round_ = read_round([written(demo_files(tool, Packs(tool, environment()).fill), tmp_path)], tool)
    by_reference = {response.record.reference: response for response in round_.responses}

    accounts = round_.accounts
    assert (42, 40, 1, 1) == (accounts.found, accounts.counted, accounts.blank, accounts.duplicate)
    for one in people(tool):
        response = by_reference[one.answers["record_reference"]]
        for (kind, feature), text in response.comments.items():
            assert one.answers[f"{kind}_{feature}"] == text
        unclear = {value.name for value in response.uncounted}
        for statement in tool.framework.statements:
            name = f"rating_{statement.id.replace('.', '_')}"
            assert name in unclear or one.answers.get(name) == response.ratings[statement.id]
    assert 1 == sum(len(response.uncounted) for response in round_.responses)


@pytest.mark.slow
def test_the_command_makes_the_same_bytes_each_time(tmp_path: Path) -> None:
    before: dict[Path, bytes] = {}
    for _ in range(2):
        outcome = call_pmdiag("demo", "-o", tmp_path / "returns")
        found = {path: path.read_bytes() for path in (tmp_path / "returns").rglob("*.*")}

        assert outcome.code == 0
        assert f"Next: pmdiag tabulate {tmp_path / 'returns'} -o results" in outcome.stdout
        assert before in ({}, found)
        before = found
