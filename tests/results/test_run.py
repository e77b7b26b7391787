"""A tabulation from bytes to bytes, as a page in a browser asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import Mock

import pytest

from pmdiag_build.at_once import both
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import UsageWrong
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.request import Request
from pmdiag_build.results.run import report_input, tabulate_files
from pmdiag_build.results.writers import REPORT_HTML, files
from pmdiag_build.results.writers.records import RESPONSES_CSV
from pmdiag_build.returns.find_files import File
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.response import as_record
from tests.commands import call_pmdiag
from tests.results.rounds import layouts, random_round, round_of


@pytest.fixture
def returns(tool: Tool) -> list[tuple[str, bytes]]:
    """Eight returns, and one that is damaged."""
    found = random_round(tool, 1, {"manager": 8})
    files = [(f"{one.record.reference}.json", json.dumps(as_record(one)).encode()) for one in found]
    return [*files, ("in a folder/damaged.pdf", b"%PDF-1.7\nnothing follows")]


def test_files_at_hand_give_the_same_bytes_as_files_in_a_folder(
    tool: Tool, returns: list[tuple[str, bytes]], tmp_path: Path
) -> None:
    for name, content in returns:
        path = tmp_path / "returns" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    call_pmdiag("tabulate", tmp_path / "returns", "-o", tmp_path / "results", "--no-pdf")
    results = tabulate_files(returns, tool, Request())

    assert (8, 1) == (results.round.accounts.counted, results.round.accounts.set_aside)
    assert {name: (tmp_path / "results" / name).read_bytes() for name in results.files} == results.files
    assert 11 == len(results.files)


def test_two_processes_make_the_same_bytes_as_one(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Mock(wraps=both)
    monkeypatch.setattr("pmdiag_build.results.writers.both", watched)
    round_ = round_of(random_round(tool, 1, {"manager": 120, "practitioner": 100}))
    report = report_input(round_, tool, Rules())
    made = files(report, round_, layouts, processes=Processes.AS_MANY_AS_HELP)

    assert made == files(report, round_, layouts)
    watched.assert_called_once()


def test_an_earlier_round_at_hand_is_put_beside(tool: Tool, returns: list[tuple[str, bytes]]) -> None:
    spring = tabulate_files(returns, tool, Request()).files
    autumn = tabulate_files(returns[:6], tool, Request(previous=(File(RESPONSES_CSV, spring[RESPONSES_CSV]),)))

    assert b"Beside earlier rounds" in autumn.files["share/report.html"]
    assert ["keep/responses.csv"] * len(autumn.notices) == [notice.place.file for notice in autumn.notices]
    assert autumn.notices
    with pytest.raises(UsageWrong, match="This is not a file of responses that pmdiag wrote"):
        tabulate_files(returns, tool, Request(previous=(File("a.csv", b"not ours"),)))


def test_no_returns_are_said_in_a_notice(tool: Tool) -> None:
    assert ["It contains no returns"] == [notice.what for notice in tabulate_files([], tool, Request()).notices]


def test_one_return_that_was_not_counted_is_not_spoken_of_as_several(tool: Tool) -> None:
    report = tabulate_files([("a.json", b"{}")], tool, Request(Rules(5))).files[REPORT_HTML].decode()

    assert "The one return that came back was not counted: 1 unreadable." in report
