"""The list of who was asked: how many answered, in the report; who did not, for whoever keeps the returns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import UsageWrong
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.request import Request
from pmdiag_build.results.run import Results, tabulate_files
from pmdiag_build.returns.find_files import File
from pmdiag_build.returns.response import Response, as_record
from tests.commands import call_pmdiag
from tests.results.reading import book, page_text
from tests.results.rounds import random_round

_HEADER = "name,reference,role,area,mode"


def listed(sizes: Mapping[str, int]) -> bytes:
    """A list with R-0001, R-0002 … of these roles, whose names nobody else may read."""
    roles = [role for role, n in sizes.items() for _ in range(n)]
    rows = [f"Zebedee {n},R-{n:04},{role},," for n, role in enumerate(roles, 1)]
    return "\r\n".join([_HEADER, *rows]).encode()


def answers(tool: Tool, n: int) -> list[Response]:
    """The answers of R-0001, R-0002 …"""
    return random_round(tool, 1, {"manager": n})


def results(tool: Tool, responses: Sequence[Response], people: bytes, rules: Rules | None = None) -> Results:
    returns = [(f"{n}.json", json.dumps(as_record(one)).encode()) for n, one in enumerate(responses)]
    return tabulate_files(returns, tool, Request(rules or Rules(), people=File("people.csv", people)))


def silent(made: Results) -> list[dict[str, str]]:
    text = made.files["keep/not-answered.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def asked_rows(made: Results) -> list[tuple[object, ...]]:
    """The rows of the table of who was asked, in the workbook."""
    rows: list[tuple[object, ...]] = [row[:3] for row in book(made.files)["Overview"].iter_rows(values_only=True)]
    heads = [n for n, row in enumerate(rows) if row == ("Role", "Asked", "Answered")]
    if not heads:
        return []
    below = rows[heads[0] + 1 :]
    return below[: below.index((None, None, None))]


def test_the_report_says_how_many_of_those_asked_answered_and_no_name(tool: Tool) -> None:
    made = results(tool, answers(tool, 8), listed({"manager": 6, "practitioner": 6}))

    assert () == made.notices
    assert "8 of the 12 who were asked answered" in page_text(made.files)
    assert ["R-0009", "R-0010", "R-0011", "R-0012"] == [row["reference"] for row in silent(made)]
    assert {"nothing"} == {row["what came back"] for row in silent(made)}
    assert "Zebedee 9" == silent(made)[0]["name"]
    assert not any(b"Zebedee" in content for name, content in made.files.items() if name.startswith("share/"))
    assert "keep/not-answered.csv" not in tabulate_files([], tool, Request()).files


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ({"manager": 6, "practitioner": 5}, [("Team or service manager", 6, 6), ("Practitioner", 5, 2)]),
        # Fewer than five of the others would be seen, so the smallest role joins them.
        (
            {"manager": 6, "practitioner": 5, "director": 1},
            [("Team or service manager", 6, 6), ("Roles not shown on their own", 6, 2)],
        ),
        (
            {"manager": 6, "director": 3, "": 3},
            [("Team or service manager", 6, 6), ("Roles not shown on their own", 6, 2)],
        ),
        ({"manager": 4, "director": 4}, []),
        ({"manager": 6, "director": 2}, []),
    ],
)
def test_roles_of_few_who_were_asked_are_shown_together(
    tool: Tool, sizes: dict[str, int], rows: list[tuple[object, ...]]
) -> None:
    assert rows == asked_rows(results(tool, answers(tool, 8), listed(sizes)))


def test_references_that_are_not_listed_need_a_look_and_a_near_one_is_named(tool: Tool) -> None:
    came = answers(tool, 7)
    came[5] = replace(came[5], record=replace(came[5].record, reference="R-0O06"))
    came[6] = replace(came[6], record=replace(came[6].record, reference="guest"))
    made = results(tool, came, listed({"manager": 6}))

    assert (
        "5.json: The reference “R-0O06” is not in the list of who was asked, and “R-0006” has not answered. "
        "If it was mistyped, write “R-0006”.\n"
        "6.json: The reference “guest” is not in the list of who was asked. "
        "Find out who used it, and add them to the list."
    ) == "\n".join(map(str, made.notices))
    assert "5 of the 6 who were asked are among them." in page_text(made.files)
    assert b"guest" in made.files["keep/problems.csv"]
    assert not any(b"guest" in content for name, content in made.files.items() if name.startswith("share/"))


def test_many_references_that_are_not_listed_are_told_in_one_line(tool: Tool) -> None:
    came = answers(tool, 12)
    came[6:] = [replace(one, record=replace(one.record, reference=f"guest {n}")) for n, one in enumerate(came[6:])]
    made = results(tool, came, listed({"manager": 6}))
    told = [line for line in map(str, made.in_lines()) if "guest" in line]

    assert 6 == len(made.notices)
    assert [
        (
            "10.json and 5 other files: 6 references are not in the list of who was asked: 10.json (“guest 4”), "
            "11.json (“guest 5”), 6.json (“guest 0”), 7.json (“guest 1”), 8.json (“guest 2”), 9.json (“guest 3”). Find "
            "out who used them, and add them to the list."
        )
    ] == told


def test_responses_without_a_reference_are_said_plainly(tool: Tool) -> None:
    came = answers(tool, 8)
    came[5:] = [replace(one, record=replace(one.record, reference="")) for one in came[5:]]
    made = results(tool, came, listed({"manager": 9}))

    assert (
        "people.csv: 3 responses have no reference and can't be matched with this list, so someone in not-answered.csv "
        "may have answered. Say so when you remind people."
    ) == "\n".join(map(str, made.notices))
    assert "3 responses have no reference, so it is not known whether they come" in page_text(made.files)
    assert 4 == len(silent(made))


def test_what_came_back_of_those_who_are_not_counted_is_said(tool: Tool) -> None:
    came = answers(tool, 7)
    other = replace(came[6], ratings=dict.fromkeys(came[6].ratings, "L"))
    blank = replace(came[5], ratings={}, overall={}, comments={})
    made = results(tool, [*came[:5], blank, came[6], other], listed({"manager": 8}))

    assert [
        ("R-0006", "a blank return"),
        ("R-0007", "versions that differ, so none was counted"),
        ("R-0008", "nothing"),
    ] == [(row["reference"], row["what came back"]) for row in silent(made)]
    assert () == made.notices


def test_a_list_with_mistakes_is_refused_with_all_of_them(tool: Tool) -> None:
    people = f"{_HEADER}\nA,R1,manger,,\nB,,manager,,\nC,R1,,,\n".encode()

    with pytest.raises(UsageWrong) as refused:
        results(tool, answers(tool, 2), people)
    assert [
        "people.csv:2: “manger” is not one of the options of “role”. Did you mean “manager”?",
        "people.csv:3: The row has no reference. Write one that is not a name.",
        "people.csv:4: The reference “R1” is already used in row 2. Give each row its own reference.",
    ] == list(map(str, refused.value.problems))
    with pytest.raises(UsageWrong, match=r"Add it, or use the list\.csv that pmdiag personalise made"):
        results(tool, answers(tool, 2), b"name,role\nA,manager\n")


def test_the_list_that_personalise_made_is_taken_and_is_no_return(tool: Tool, tmp_path: Path) -> None:
    for n, one in enumerate(answers(tool, 6)):
        (tmp_path / f"{n}.json").write_text(json.dumps(as_record(one)), encoding="utf-8")
    rows = [f"self-assessment-{n}.pdf,R-{n:04},Jo {n},manager" for n in range(1, 8)]
    (tmp_path / "list.csv").write_text("\r\n".join(["\ufefffile,reference,name,role", *rows]), encoding="utf-8")
    people = tmp_path / "list.csv"
    outcome = call_pmdiag("tabulate", tmp_path, people, "-o", tmp_path / "results", "--people", people, "--no-pdf")
    kept = (tmp_path / "results" / "keep" / "not-answered.csv").read_text(encoding="utf-8-sig")

    assert (0, "") == (outcome.code, outcome.stderr)
    assert "Returns found: 6 = 6 counted" in outcome.stdout
    assert kept.splitlines() == [
        "file,reference,name,role,what came back",
        "self-assessment-7.pdf,R-0007,Jo 7,manager,nothing",
    ]
