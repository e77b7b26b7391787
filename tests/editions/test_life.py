"""The whole life of an edition: 2013 → 2026, local versions of both, and every number of the round worked out by hand.

2026 says 1.1 and 1.2 in other words, asks something else under 2.1, asks 2.3 as well and 2.2 no longer. The local
version `ours`, of either edition, says 1.1 in its own words and adds 1.L1.

Who answered, and what they said to everything that they were asked: three PDFs of 2013 (L), two saved answers of 2026
(E), two PDFs of 2013+ours (D), one PDF of 2026+ours (D), and a row of a sheet that says no edition (L), whose columns
are those of 2013.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from pmdiag_build.content.field_names import COMMENT_KINDS, RECORD_FIELDS, header_of_name, in_a_record, name_of_header
from pmdiag_build.content.fields import pack_fields, pack_id, question_fingerprints
from pmdiag_build.content.model import Tool
from pmdiag_build.content.questions import own_questions
from pmdiag_build.load import load_tool
from pmdiag_build.problems import together as joined
from pmdiag_build.results.tabulation import Counts, tabulate
from pmdiag_build.returns import read_round
from pmdiag_build.returns.entry_sheet import entry_csv
from pmdiag_build.returns.response import as_record
from tests.commands import call_pmdiag
from tests.editions.national import National
from tests.project import PACK, Project, write_small_project
from tests.returns.paper import blank_pack, filled

SUPPORTED, OURS = "Performance management is supported by", "Managing performance is supported by"
KEY_STAFF = "Key staff own information contained within each system"
LOCAL = """features:
  "1":
    statements:
      "1.1":
        text:
          national: "{national}"
          ours: "{ours}"
          change: wording
      "1.L1":
        text: "Children tell us whether they feel safe."
        after: "1.2"
"""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Content of 2013 and 2026, and a local version of each: `2013`, `2026`, `2013+ours`, `2026+ours`."""
    tmp_path = tmp_path_factory.mktemp("life")
    national = National(write_small_project(tmp_path / "project"))
    folders = {"2013": tmp_path / "content 2013", "2026": national.content}
    shutil.copytree(national.content, folders["2013"])
    national.reword(SUPPORTED, "Performance management is carried by", "wording")
    national.reword("are incorporated together", "are brought together", "wording")
    national.reword(KEY_STAFF, "Everybody knows the information contained within each system", "meaning")
    national.add("2.3", "Children know what we hold about them.", "2.1")
    national.drop("2.2", "Nobody could answer it.")
    assert 0 == national.issue("2026").code
    for edition in ("2013", "2026"):
        folder = folders[f"{edition}+ours"] = tmp_path / f"ours {edition}"
        folder.mkdir()
        text = load_tool(folders[edition]).framework.statements[0].text
        ours = load_tool(folders["2013"]).framework.statements[0].text.replace(SUPPORTED, OURS)
        (folder / "local.yaml").write_text(f'id: ours\nname: "Ours"\nbase: "{edition}"\n', encoding="utf-8")
        (folder / "framework.yaml").write_text(LOCAL.format(national=text, ours=ours), encoding="utf-8")
    return folders


def tool_of(life: dict[str, Path], edition: str) -> Tool:
    national = edition.partition("+")[0]
    return load_tool(life[national], local=life[edition] if "+" in edition else None)


def pdf(tool: Tool, level: str, reference: str) -> bytes:
    fields = pack_fields(tool, tool.pack(PACK))
    answers = {f.name: level for f in fields if f.kind == "radio"}
    return filled(blank_pack(fields), answers | {"record_reference": reference})


def record(tool: Tool, level: str, reference: str = "") -> dict[str, object]:
    """What the questionnaire saves where every level is the same."""
    features = [feature.id for feature in tool.framework.features]
    return {
        "format": "pmdiag-response",
        "version": 1,
        "pack_id": pack_id(tool, tool.pack(PACK)),
        "record": dict.fromkeys(RECORD_FIELDS, "") | {"reference": reference},
        "ratings": dict.fromkeys((statement.id for statement in tool.framework.used_statements), level),
        "overall": dict.fromkeys(features, level),
        "comments": {id: dict.fromkeys(COMMENT_KINDS, "") for id in features},
    }


@pytest.fixture(scope="module")
def returns(life: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("returns")
    for edition, level, many in (("2013", "L", 3), ("2013+ours", "D", 2), ("2026+ours", "D", 1)):
        for number in range(many):
            (folder / f"{edition} {number}.pdf").write_bytes(pdf(tool_of(life, edition), level, f"{edition} {number}"))
    saved = [record(tool_of(life, "2026"), "E", name) for name in ("saved 1", "saved 2")]
    (folder / "saved.json").write_text(json.dumps(saved), encoding="utf-8")
    (folder / "typed.csv").write_text("1.1,1.2,2.1,2.2,overall 1,overall 2\nL,L,L,L,L,L\n", encoding="utf-8")
    return folder


def counts(returns: Path, tool: Tool) -> tuple[dict[str, tuple[int, ...]], dict[tuple[str, str], tuple[int, ...]]]:
    """(question → how many said L, D and E, the same by edition for what is counted apart); a fourth number is how many
    left it out."""
    whole = tabulate(read_round([returns], tool).responses, tool).whole
    together = {**whole.ratings, **{f"overall {id}": found for id, found in whole.overall.items()}}
    return (
        {id: numbers(found) for id, found in together.items()},
        {(edition, header_of_name(name)): numbers(found) for (edition, name), found in whole.apart.items()},
    )


def numbers(found: Counts) -> tuple[int, ...]:
    return (*found.chosen, found.unanswered) if found.unanswered else found.chosen


def test_the_national_edition_counts_what_each_return_was_asked(life: dict[str, Path], returns: Path) -> None:
    together, apart = counts(returns, tool_of(life, "2026"))

    assert {
        # The local wording of 1.1 is known to nobody but the local version.
        "1.1": (4, 0, 2),
        "1.2": (4, 3, 2),
        # What the local packs ask under 2.1 is 2013's wording in two, and 2026's in one; the sheet does not say which.
        "2.1": (0, 1, 2),
        # The sheet has no column for it.
        "2.3": (0, 1, 2, 1),
        "overall 1": (4, 3, 2),
        "overall 2": (4, 3, 2),
    } == together
    assert {
        ("2013", "2.1"): (3, 0, 0),
        ("2013", "2.2"): (3, 0, 0),
        ("2013+ours", "1.1"): (0, 2, 0),
        ("2013+ours", "1.L1"): (0, 2, 0),
        ("2013+ours", "2.1"): (0, 2, 0),
        ("2013+ours", "2.2"): (0, 2, 0),
        ("2026+ours", "1.1"): (0, 1, 0),
        ("2026+ours", "1.L1"): (0, 1, 0),
    } == apart


def test_a_local_version_counts_its_own_earlier_state_where_the_wording_is_the_same(
    life: dict[str, Path], returns: Path
) -> None:
    together, apart = counts(returns, tool_of(life, "2026+ours"))

    assert {
        "1.1": (4, 3, 2),
        "1.2": (4, 3, 2),
        "1.L1": (0, 3, 0, 1),
        "2.1": (0, 1, 2),
        "2.3": (0, 1, 2, 1),
        "overall 1": (4, 3, 2),
        "overall 2": (4, 3, 2),
    } == together
    assert {
        ("2013", "2.1"): (3, 0, 0),
        ("2013", "2.2"): (3, 0, 0),
        ("2013+ours", "2.1"): (0, 2, 0),
        ("2013+ours", "2.2"): (0, 2, 0),
    } == apart


def test_an_older_edition_at_hand_reads_returns_of_a_newer_one_that_it_knows_and_of_one_that_it_does_not(
    life: dict[str, Path], returns: Path, tmp_path: Path
) -> None:
    unknown = counts(returns, tool_of(life, "2013"))
    shutil.copytree(life["2013"], tmp_path / "content")
    shutil.copy(life["2026"] / "editions" / "2026.yaml", tmp_path / "content" / "editions")
    known = counts(returns, load_tool(tmp_path / "content"))

    # The two saved answers say nothing but the name of their edition; the PDF of 2026+ours shows what it asked.
    assert {
        "1.1": (4, 0, 0),
        "1.2": (4, 2, 0),
        "2.1": (4, 2, 0),
        "2.2": (4, 2, 0),
        "overall 1": (4, 3, 0),
        "overall 2": (4, 3, 0),
    } == unknown[0]
    assert {("2026", id): (0, 0, 2) for id in ("1.1", "1.2", "2.1", "2.3", "overall 1", "overall 2")} == {
        key: found for key, found in unknown[1].items() if key[0] == "2026"
    }
    # Once the edition is known, the unsigned row is in doubt about 2.1.
    assert {
        "1.1": (4, 0, 2),
        "1.2": (4, 3, 2),
        "2.1": (3, 2, 0),
        "2.2": (4, 2, 0),
        "overall 1": (4, 3, 2),
        "overall 2": (4, 3, 2),
    } == known[0]
    assert {("2026", "2.1"): (0, 0, 2), ("2026", "2.3"): (0, 0, 2)} == {
        key: found for key, found in known[1].items() if key[0] == "2026"
    }


def test_saved_answers_of_an_unknown_edition_are_counted_where_they_say_that_the_wording_is_known(
    life: dict[str, Path], tmp_path: Path
) -> None:
    local = tool_of(life, "2013+ours")
    saved = record(local, "D") | {"asked": in_a_record(question_fingerprints(local))}
    (tmp_path / "saved.json").write_text(json.dumps(saved), encoding="utf-8")
    found = read_round([tmp_path / "saved.json"], tool_of(life, "2026"))
    (response,) = found.responses

    # 1.1 is in words that only the local version knows; 1.2 is in those of 2013.
    assert {"1.2": "D"} == response.ratings
    assert {"1": "D", "2": "D"} == response.overall
    assert {"rating_1_1", "rating_1_L1", "rating_2_1", "rating_2_2"} == response.apart.keys()
    assert ["saved.json: 1 return answers edition 2013+ours, whose wording is not known here (saved.json)."] == [
        str(problem).partition(" Questions")[0] for problem in found.problems
    ]
    again = tmp_path / "again.json"
    again.write_text(json.dumps(as_record(response)), encoding="utf-8")
    (read_again,) = read_round([again], tool_of(life, "2026")).responses
    assert (response.ratings, response.overall, response.apart) == (
        read_again.ratings,
        read_again.overall,
        read_again.apart,
    )


def test_what_a_draft_has_not_decided_yet_is_counted_apart(life: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(life["2013"].parent / "project", tmp_path / "project")
    national = National(Project(tmp_path / "project"))
    national.name("2030")
    national.reword("are brought together", "are put together")
    national.reword("Performance management is carried by", "Good performance is measured by", "wording")
    (tmp_path / "old.json").write_text(json.dumps(record(tool_of(life, "2026"), "L")), encoding="utf-8")
    together, apart = counts(tmp_path / "old.json", national.load())

    assert ((1, 0, 0), (0, 0, 0)) == (together["1.1"], together["1.2"])
    assert {("2026", "1.2"): (1, 0, 0)} == apart


def test_returns_of_known_editions_need_no_look(life: dict[str, Path], returns: Path, tmp_path: Path) -> None:
    old, new = returns / "2013 0.pdf", returns / "saved.json"
    outcome = call_pmdiag(
        "tabulate", old, new, "-o", tmp_path / "out", "--content", life["2026"], "--no-pdf", "--min-group", "2"
    )

    assert (0, "") == (outcome.code, outcome.stderr)
    assert "Editions: 2026 (2), 2013 (1)" in outcome.stdout


def test_a_meaning_that_changed_at_any_step_is_another_meaning(life: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(life["2026"].parent, tmp_path / "project")
    national = National(Project(tmp_path / "project"))
    national.reword("are brought together", "are put together", "wording")
    national.reword("Everybody knows the information", "All know the information", "wording")
    national.reword("Performance management is carried by", "Good performance is measured by", "meaning")
    assert 0 == national.issue("2030").code
    tool = national.load()

    assert "2030" == tool.edition
    found = {edition.id: edition.changes for edition in tool.editions}
    assert {"1.1": "meaning", "1.2": "wording", "2.1": "wording"} == found["2030"]
    record_2013 = record(load_tool(life["2013"]), "L")
    (tmp_path / "old.json").write_text(json.dumps(record_2013), encoding="utf-8")
    together, apart = counts(tmp_path / "old.json", tool)
    assert {"1.1": (0, 0, 0), "1.2": (1, 0, 0), "2.1": (0, 0, 0), "2.3": (0, 0, 0)} == {
        id: found for id, found in together.items() if "." in id
    }
    assert {("2013", "1.1"), ("2013", "2.1"), ("2013", "2.2")} == apart.keys()


def test_the_report_the_records_and_the_terminal_say_what_the_round_is_made_of(
    life: dict[str, Path], returns: Path, tmp_path: Path
) -> None:
    outcome = call_pmdiag(
        *("tabulate", returns, "-o", tmp_path / "results", "--content", life["2026"], "--no-pdf", "--min-group", "2")
    )
    report = (tmp_path / "results" / "share" / "report.html").read_text(encoding="utf-8")
    answered = report.partition('id="answered"')[2]

    assert 1 == outcome.code
    assert (
        "Editions: 2026 (2), 2013 (3), 2013+ours, whose wording is not known (2), "
        "2026+ours, whose wording is not known (1), not said (1)"
    ) in outcome.stdout
    assert (
        "  2013: in other words, counted together: 1.1, 1.2; another meaning, counted apart: 2.1; "
        "not asked there: 2.3; asked only there, counted apart: 2.2"
    ) in outcome.stdout
    assert "    2.1 here:  The potential for capturing" in outcome.stdout
    for said in (
        "What this round is made of",
        "How edition 2013 differs from edition 2026",
        '<span class="number">2.1</span> with another meaning: counted apart',
        "<b>Edition 2013:</b> The potential for capturing",
        "Their answers to these questions are not counted, because editions ask them with different meanings: 2.1.",
        "because it is not proved that they are the same: 1.1, 1.L1, 2.1 and 2.2.",
        # One edition was answered by one, so no number of any is shown.
        "fewer than 2",
        "2 or more",
    ):
        assert said in answered, said
    table = answered.partition("Which editions were answered")[2].partition("</table>")[0]
    assert ["2 or more", "2 or more", "2 or more", "fewer than 2", "fewer than 2"] == re.findall(
        r'<td class="n">([^<]*)', table
    )
    sheet = openpyxl.load_workbook(tmp_path / "results" / "share" / "tables.xlsx")["Editions"]
    assert ["2013"] * 5 == [str(cell.value) for cell in sheet["A"][-5:]]
    assert ["1.1", "1.2", "2.3", "2.1", "2.2"] == [str(cell.value) for cell in sheet["B"][-5:]]
    with (tmp_path / "results" / "keep" / "responses.csv").open(encoding="utf-8-sig", newline="") as stream:
        editions = {(row["response"], row["edition"]) for row in csv.DictReader(stream)}
    assert ["", "2013", "2013", "2013", "2013+ours", "2013+ours", "2026", "2026", "2026+ours"] == sorted(
        edition for _, edition in editions
    )


def test_a_sheet_that_does_not_say_its_edition_is_asked_about_in_one_line(
    life: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "typed.csv").write_text("1.1,2.1,overall 1\nL,L,L\nD,E,L\nE,-,L\n", encoding="utf-8")
    outcome = call_pmdiag(
        *("tabulate", tmp_path / "typed.csv", "-o", tmp_path / "out", "--content", life["2026"], "--no-pdf")
    )
    lines = [line for line in outcome.stderr.splitlines() if "different meanings" in line]

    assert [
        (
            "typed.csv: 2 answers are to questions that editions ask with different meanings (2.1 in row 2, 2.1 in row "
            "3), and nothing says which was answered. They were not counted. Copy the answers into a new entry "
            "sheet, one of your own version if that was answered."
        )
    ] == lines


def test_beside_an_earlier_round_each_question_says_whether_it_was_the_same(
    life: dict[str, Path], returns: Path, tmp_path: Path
) -> None:
    earlier = tmp_path / "earlier"
    old = [returns / f"2013 {n}.pdf" for n in range(3)]
    call_pmdiag("tabulate", *old, "-o", earlier, "--content", life["2013"], "--no-pdf", "--min-group", "1")
    call_pmdiag(
        *("tabulate", returns / "saved.json", "-o", tmp_path / "now", "--content", life["2026"], "--no-pdf"),
        *("--min-group", "1", "--previous", earlier),
    )
    report = (tmp_path / "now" / "share" / "report.html").read_text(encoding="utf-8")
    beside = report.partition('id="previous"')[2].partition("</section>")[0]
    notes = {
        part.partition('class="number">')[2].partition("<")[0]: part
        for part in beside.split('<tr class="question">')[1:]
    }

    assert "In other words, with the same meaning." in notes["1.1"]
    assert "In other words, with the same meaning." in notes["1.2"]
    assert "not the same question" in notes["2.1"]
    assert "not asked" in notes["2.3"]
    assert "2.2" not in notes
    assert 'class="note"' not in notes["1"]
    # Limited, Developing, Effective, not answered and base: of the earlier round, then of this one.
    both = ["3", "0", "0", "0", "3", "0", "0", "2", "0", "2"]
    shown = {id: re.findall(r">(?:\S+ )?(\d+)</(?:b|td)>|(?:\w+ )(\d+)</span>", part) for id, part in notes.items()}
    counts = {id: [one or other for one, other in found] for id, found in shown.items()}
    assert dict.fromkeys(("1", "2", "1.1", "1.2", "2.1"), both) | {"2.3": both[5:]} == counts


def typed(tool: Tool, level: str, *, stamped: bool = True) -> bytes:
    """A sheet with one return in which everything is answered with a level."""
    head, stamps = entry_csv(tool).decode("utf-8-sig").splitlines()
    row = [level if name_of_header(header) in own_questions(tool) else "" for header in head.split(",")]
    row[0] = f"typed {tool.edition} {stamped}"
    return "\r\n".join([head, *([stamps] if stamped else []), ",".join(row)]).encode() + b"\r\n"


def test_sheets_with_and_without_stamps_and_packs_of_three_editions_are_counted_statement_by_statement(
    life: dict[str, Path], tmp_path: Path
) -> None:
    """At hand is a version of 2026 that asks something else under 1.2 and adds 1.L1. PDFs say L, sheets of national
    editions D, the version's own sheet and one without a stamp E."""
    mine = {**life, "2026+mine": tmp_path / "mine"}
    mine["2026+mine"].mkdir()
    national = load_tool(life["2026"]).framework.statements[1].text
    ours = national.replace("are brought together", "are never brought together")
    local = LOCAL.replace('"1.1"', '"1.2"').replace("change: wording", "change: meaning")
    (tmp_path / "mine" / "local.yaml").write_text('id: mine\nname: "Mine"\nbase: "2026"\n', encoding="utf-8")
    (tmp_path / "mine" / "framework.yaml").write_text(local.format(national=national, ours=ours), encoding="utf-8")
    folder = tmp_path / "returns"
    folder.mkdir()
    for edition in ("2013", "2026", "2026+mine"):
        tool = tool_of(mine, edition)
        (folder / f"{edition}.pdf").write_bytes(pdf(tool, "L", f"pdf {edition}"))
        (folder / f"{edition}.csv").write_bytes(typed(tool, "E" if "mine" in edition else "D"))
    at_hand = tool_of(mine, "2026+mine")
    (folder / "unstamped.csv").write_bytes(typed(at_hand, "E", stamped=False))

    together, apart = counts(folder, at_hand)

    assert {
        "1.1": (3, 2, 2),
        "1.2": (1, 0, 1),
        "1.L1": (1, 0, 2),
        # 2013 asked something else, and so did perhaps the sheet without a stamp.
        "2.1": (2, 1, 1),
        "2.3": (2, 1, 2),
        "overall 1": (3, 2, 2),
        "overall 2": (3, 2, 2),
    } == together
    assert {
        ("2013", "1.2"): (1, 1, 0),
        ("2013", "2.1"): (1, 1, 0),
        ("2013", "2.2"): (1, 1, 0),
        ("2026", "1.2"): (1, 1, 0),
    } == apart
    said = [str(problem) for problem in joined(read_round([folder], at_hand).problems)]
    assert [
        (
            "unstamped.csv: 2 answers are to questions that editions ask with different meanings (1.2 in row 2, 2.1 in "
            "row 2), and nothing says which was answered. They were not counted. Copy the answers into a new entry "
            "sheet, one of your own version if that was answered."
        )
    ] == [line for line in said if "different meanings" in line]
    assert not [line for line in said if "not proved" in line]
