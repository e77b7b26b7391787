"""The invented round: always the same, and every return of it ends up where it belongs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.demo import demo_files, people
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.run import report_input
from pmdiag_build.results.writers import files
from pmdiag_build.returns.round import Round, read_round
from tests.commands import call_pmdiag
from tests.conftest import DemoReturns
from tests.results.conftest import DemoResults, written
from tests.results.reading import book, page_text, pdf_pages, pdf_text
from tests.results.rounds import layouts, outputs, random_round


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
    return files(report_input(round_, tool, Rules()), round_, layouts)


def test_page_one_says_that_the_round_is_invented(demo_results: DemoResults) -> None:
    said = "This is an invented round, for trying this out. Nobody gave these answers."
    overview = [cell.value for cell in book(demo_results.files)["Overview"]["A"]]

    assert said in page_text(demo_results.files).partition("At a glance")[2].partition("Who answered")[0]
    assert said in overview


def test_the_summary_of_the_review_says_that_the_round_is_invented(demo_results: DemoResults) -> None:
    said = pdf_text(demo_results.files["share/summary-of-review.pdf"])

    assert 1 == demo_results.outcome.code
    assert 1 == said.count("This is an invented round, for trying this out. Nobody gave these answers.")


@pytest.mark.slow
def test_invented_answers_among_real_ones_are_said(tool: Tool, tmp_path: Path) -> None:
    invented = list(demo_files(tool, None).items())[-3:-1]
    real = outputs(tool, random_round(tool, 1, {"manager": 8}))["keep/responses.json"]
    folder = written({**dict(invented), "real.json": real}, tmp_path)

    text = page_text(results_of(read_round([folder], tool), tool))

    assert "This round includes 2 responses invented for trying this out. Take the invented returns out" in text
    assert "invented" not in page_text(results_of(read_round([folder / "real.json"], tool), tool))


def test_every_answer_of_the_round_is_found_again(tool: Tool, demo_returns: DemoReturns) -> None:
    round_ = read_round([demo_returns.folder], tool)
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


_ON_ONE_PAGE = ("by_role_title", "agreed_title")


@pytest.mark.slow
def test_the_report_of_the_invented_round_has_twelve_pages_and_what_a_meeting_needs_of_a_feature_on_one(
    tool: Tool, demo_returns: DemoReturns, tmp_path: Path
) -> None:
    call_pmdiag("tabulate", demo_returns.folder, "-o", tmp_path / "results")
    pages = pdf_pages((tmp_path / "results" / "share" / "report.pdf").read_bytes())
    by_role, agreed = ([f"{tool.words['report'][title]}\n" in page for page in pages] for title in _ON_ONE_PAGE)

    assert len(pages) <= 12
    assert by_role == agreed
    assert sum(agreed) == len(tool.framework.features)


def bytes_of(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}


def test_the_command_makes_the_same_bytes_each_time(demo_returns: DemoReturns, tmp_path: Path) -> None:
    returns = shutil.copytree(demo_returns.folder, tmp_path / "returns")
    outcome = call_pmdiag("demo", "-o", returns)

    assert bytes_of(demo_returns.folder) == bytes_of(returns) != {}
    for made, folder in ((demo_returns.outcome, demo_returns.folder), (outcome, returns)):
        assert made.code == 0
        assert f"Next: pmdiag tabulate {folder} -o results" in made.stdout
