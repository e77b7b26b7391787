"""The invented round: always the same, and every return of it ends up where it belongs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.publish.render import environment
from pmdiag_build.results.demo import demo_files
from pmdiag_build.results.demo.people import people
from pmdiag_build.results.demo.returned import Packs
from pmdiag_build.returns.round import read_round
from tests.commands import call_pmdiag


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
        unclear = {kept.name for kept in response.kept}
        for statement in tool.framework.statements:
            name = f"rating_{statement.id.replace('.', '_')}"
            assert name in unclear or one.answers.get(name) == response.ratings[statement.id]
    assert 1 == sum(len(response.kept) for response in round_.responses)


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
