"""Two rounds side by side: counts and bases of both, and nothing worked out from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import UsageWrong
from pmdiag_build.results.previous import Earlier, read_previous
from pmdiag_build.results.tabulation import Counts, tabulate
from tests.results.reading import book, page_text, rows
from tests.results.rounds import outputs, random_round, response


def earlier_folder(tool: Tool, folder: Path, **sizes: int) -> Path:
    (folder / "responses.csv").write_bytes(outputs(tool, random_round(tool, 70, sizes))["responses.csv"])
    return folder


def test_an_earlier_round_is_counted_as_it_was(tool: Tool, tmp_path: Path) -> None:
    responses = random_round(tool, 70, {"manager": 12, "partner": 3})
    earlier = read_previous(earlier_folder(tool, tmp_path, manager=12, partner=3), tool)
    counted = tabulate(responses, tool)

    assert dict(counted.whole.ratings) == {id: c for (kind, id), c in earlier.counts.items() if kind == "rating"}
    assert dict(counted.whole.overall) == {id: c for (kind, id), c in earlier.counts.items() if kind == "overall"}
    assert (15, sum(m.people for m in counted.modes)) == (earlier.responses, earlier.people)
    assert earlier.reworded == frozenset()


def test_both_rounds_stand_side_by_side_with_their_bases(tool: Tool, tmp_path: Path) -> None:
    earlier = read_previous(earlier_folder(tool, tmp_path, manager=12), tool)
    files = outputs(tool, [response(tool, {"1.1": "L"})], earlier=earlier)
    pair = [row for row in rows(book(files)["Two rounds"]) if row["Id"] == "1.1"]

    assert [("This round", 1), ("Earlier round", earlier.counts["rating", "1.1"].base)] == [
        (row["Round"], row["Base"]) for row in pair
    ]
    assert "Beside the earlier round" in page_text(files)


def test_other_wording_is_said_and_new_questions_are_not_asked(tool: Tool, tmp_path: Path) -> None:
    earlier = read_previous(earlier_folder(tool, tmp_path, manager=6), _reworded(tool))

    assert earlier.reworded == frozenset({("rating", "1.1")})
    without = Earlier(3, 3, 0, {("rating", "1.1"): Counts((1, 1, 1), 0)}, frozenset({("rating", "1.1")}))
    text = page_text(outputs(tool, [response(tool, {"1.1": "L"})], earlier=without))
    assert "not the same question" in text
    assert "not asked" in text


def _reworded(tool: Tool) -> Tool:
    first = tool.framework.features[0]
    statement = replace(first.statements[0], text="Something else is asked.")
    features = (replace(first, statements=(statement, *first.statements[1:])), *tool.framework.features[1:])
    return replace(tool, framework=replace(tool.framework, features=features))


def test_a_folder_without_a_round_is_refused(tool: Tool, tmp_path: Path) -> None:
    with pytest.raises(UsageWrong, match=r"responses\.csv: The earlier round can't be read"):
        read_previous(tmp_path, tool)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("reference,role", "name,role", "This is not a file of responses that pmdiag wrote"),
        (",rating,3.10,", ",rating,3.1,", r"responses.csv:\d+: Question 3.1 stands here twice for one response"),
        (",L,", ",maybe,", "“maybe” is not a level"),
    ],
    ids=["other file", "saved by a spreadsheet", "edited"],
)
def test_what_we_did_not_write_is_refused_with_its_rows(
    tool: Tool, tmp_path: Path, before: str, after: str, message: str
) -> None:
    path = earlier_folder(tool, tmp_path, manager=6) / "responses.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(before, after), encoding="utf-8-sig", newline="")

    with pytest.raises(UsageWrong, match=message):
        read_previous(tmp_path, tool)


def test_comments_of_any_length_do_not_matter(tool: Tool, tmp_path: Path) -> None:
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "long " * 60_000})
    (tmp_path / "responses.csv").write_bytes(outputs(tool, [one])["responses.csv"])

    assert read_previous(tmp_path, tool).counts["rating", "1.1"] == Counts((1, 0, 0), 0)
