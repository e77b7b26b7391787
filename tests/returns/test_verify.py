"""Two typings compared, decided, and tabulated."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import read_round
from tests.commands import call_pmdiag
from tests.returns.paper import Answers
from tests.returns.samples import said_by
from tests.returns.written import as_csv, as_json, as_ods, as_xlsx, full_grid

pytestmark = pytest.mark.slow

FIRST: list[Answers] = [
    {"record_reference": "A", "rating_1_1": "L", "rating_1_2": "D", "doing_1": "Well done\nall"},
    {"record_reference": "B", "rating_1_1": "E", "record_role": "Elected member"},
]
SAME: list[Answers] = [
    {"record_reference": " b\u200b", "rating_1_1": "effective", "record_role": "elected-member", "rating_1_3": "-"},
    {"record_reference": "a", "rating_1_1": "l", "rating_1_2": "Developing", "doing_1": "Well done\r\nall "},
]


_WRITERS: dict[str, Callable[[list[list[str]]], bytes]] = {".csv": as_csv, ".xlsx": as_xlsx, ".ods": as_ods}


def _put(path: Path, tool: Tool, rows: Sequence[Answers]) -> Path:
    path.write_bytes(_WRITERS[path.suffix](full_grid(tool, rows)))
    return path


@pytest.mark.parametrize("kinds", [(".xlsx", ".csv"), (".ods", ".xlsx"), (".csv", ".csv")])
def test_typings_that_mean_the_same_are_equal(kinds: tuple[str, str], tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / f"first{kinds[0]}", tool, FIRST)
    second = _put(tmp_path / f"second{kinds[1]}", tool, SAME)

    outcome = call_pmdiag("verify", first, second)

    assert (0, "") == (outcome.code, outcome.stderr)
    assert "Needs a look: nothing; both typings are the same" in outcome.stdout
    assert {first, second} == set(tmp_path.iterdir())


def test_every_difference_is_a_line_with_both_cells(tmp_path: Path, tool: Tool) -> None:
    other = [{**FIRST[1], "rating_1_1": ""}, {**FIRST[0], "rating_1_2": "E", "doing_1": "Well done"}]
    first = _put(tmp_path / "first.xlsx", tool, FIRST)
    second = _put(tmp_path / "second.csv", tool, other)

    outcome = call_pmdiag("verify", first, second)

    assert outcome.code == 1
    look = "Look at the paper, and put the right answer into the decision sheet."
    assert outcome.stderr.splitlines() == [
        f"first.xlsx: Returns!J2: A, 1.2: “D” here and “E” in second.csv:3. {look}",
        f"first.xlsx: Returns!BC2: A, doing 1: “Well done all” here and “Well done” in second.csv:3. {look}",
        f"first.xlsx: Returns!I3: B, 1.1: “E” here and empty in second.csv:2. {look}",
    ]
    assert "Compared: 2 returns, 132 cells" in outcome.stdout
    assert (tmp_path / "first-to-decide.xlsx").exists()


def test_columns_that_typists_added_are_compared_and_kept(tmp_path: Path, tool: Tool) -> None:
    more = {"more_room": "Meet more often", "notes_1": "A pause."}
    first = _put(tmp_path / "first.xlsx", tool, [{**FIRST[0], **more}, FIRST[1]])
    second = _put(tmp_path / "second.csv", tool, [{**FIRST[0], **more, "notes_1": "No pause."}, FIRST[1]])

    outcome = call_pmdiag("verify", first, second, "-o", tmp_path / "decide.xlsx")

    assert "A, notes_1: “A pause.” here and “No pause.” in second.csv:2." in outcome.stderr
    assert ["Needs a look: 1 differing cell, 0 unmatched rows, named above"] == outcome.stdout.splitlines()[2:]
    found = read_round([tmp_path / "decide.xlsx"], tool)
    assert [{**FIRST[0], "more_room": "Meet more often"}, {**FIRST[1], "record_role": "elected-member"}] == [
        said_by(response) for response in found.responses
    ]


def test_an_undecided_sheet_is_not_counted_where_it_is_undecided(tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / "first.xlsx", tool, FIRST)
    second = _put(tmp_path / "second.xlsx", tool, [{**FIRST[0], "rating_1_2": "E", "doing_1": "x"}])
    call_pmdiag("verify", first, second, "-o", tmp_path / "decide.xlsx")

    found = read_round([tmp_path / "decide.xlsx"], tool)

    assert [{"record_reference": "A", "rating_1_1": "L"}] == [said_by(response) for response in found.responses]
    assert 1 == found.accounts.set_aside
    lines = " ".join(map(str, found.problems))
    assert "decide.xlsx: Returns!J2: 1.2 is not decided yet (“[to decide] D | E”)" in lines
    assert "decide.xlsx: Returns!A3: It is not decided yet whether this row counts" in lines


def test_a_decided_sheet_can_be_tabulated(tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / "first.xlsx", tool, FIRST)
    second = _put(tmp_path / "second.xlsx", tool, [{**FIRST[0], "rating_1_2": "E"}])
    target = tmp_path / "first-to-decide.xlsx"
    call_pmdiag("verify", first, second)
    book = openpyxl.load_workbook(target)
    returns = book["Returns"]
    differences = list(book["Differences"].iter_rows(min_row=2, values_only=True))
    assert [("A", "1.2", "D", "E", "Returns!J2")] == differences
    returns["J2"] = "D"
    returns["A3"] = "B"
    book.save(target)

    found = read_round([target], tool)

    expected = [dict(FIRST[0]), dict(FIRST[1]) | {"record_role": "elected-member"}]
    assert expected == [said_by(response) for response in found.responses]
    assert found.problems == ()


def test_rows_that_can_not_be_matched_are_named_and_kept_for_a_decision(tmp_path: Path, tool: Tool) -> None:
    rows = [
        {"rating_1_1": "L"},
        {"record_reference": "C", "rating_1_1": "L"},
        {"record_reference": "c", "rating_1_2": "L"},
        {"record_reference": "-", "rating_1_3": "D"},
    ]
    first = _put(tmp_path / "first.csv", tool, [*FIRST, *rows])
    second = _put(tmp_path / "second.csv", tool, [*FIRST, {"record_reference": "C", "rating_1_1": "L"}])

    outcome = call_pmdiag("verify", first, second)

    assert outcome.code == 1
    assert (
        "first.csv: 2 rows have no reference that can be read, so they can't be compared: row 4, row 7."
        in outcome.stderr
    )
    assert "first.csv:6: c: another row has the same reference." in outcome.stderr
    found = read_round([tmp_path / "first-to-decide.xlsx"], tool)
    assert (3, 3) == (found.accounts.counted, found.accounts.set_aside)


def test_a_sheet_that_may_hold_somebody_s_decisions_is_not_replaced(tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / "first.csv", tool, FIRST)
    second = _put(tmp_path / "second.csv", tool, FIRST[:1])
    (tmp_path / "first-to-decide.xlsx").write_bytes(b"decided already")

    outcome = call_pmdiag("verify", first, second)

    assert outcome.code == 2
    assert b"decided already" == (tmp_path / "first-to-decide.xlsx").read_bytes()
    assert call_pmdiag("verify", first, second, "--force").code == 1


def test_what_is_wrong_with_a_sheet_itself_is_told_too(tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / "first.csv", tool, FIRST)
    second = _put(tmp_path / "second.csv", tool, FIRST)
    second.write_bytes(second.read_bytes() + b'C,"open\r\n')

    outcome = call_pmdiag("verify", first, second)

    assert outcome.code == 1
    assert "second.csv:4: A quotation mark is not closed in column B" in outcome.stderr


ESCAPES = ("_x0041_", "_x005F_x0041_", "<r>_x005F_x0041_x0042_</r>", "_x0041_x0042_x0043_\x07_x0044_")


@pytest.mark.parametrize("text", ["<r>a & b <c></r>", "<r><t>hidden</t></r>", "<r></r>", " <r>x</r>", *ESCAPES])
def test_texts_that_look_like_markup_stand_as_they_were_typed(text: str, tmp_path: Path, tool: Tool) -> None:
    rows = [{"record_reference": "A", "rating_1_1": level, "doing_1": text} for level in "LD"]
    first, second = (_put(tmp_path / f"{row['rating_1_1']}.csv", tool, [row]) for row in rows)
    call_pmdiag("verify", first, second, "-o", tmp_path / "decide.xlsx")

    (response,) = read_round([tmp_path / "decide.xlsx"], tool).responses
    (row,) = openpyxl.load_workbook(tmp_path / "decide.xlsx")["Returns"].iter_rows(min_row=2, values_only=True)

    assert text == response.comments["doing", "1"]
    # openpyxl leaves escapes as they are in the file.
    assert text in ESCAPES[1:] or text.strip() in [str(cell).strip() for cell in row]


def test_cells_without_a_value_are_named_and_to_be_decided_even_if_both_have_them(tmp_path: Path, tool: Tool) -> None:
    paths = [tmp_path / "first.xlsx", tmp_path / "second.xlsx"]
    for path in paths:
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        for cells in (["reference", "1.1", "1.2"], ["P1", "L", "=A1"], ["P2", None, "E"]):
            page.append(cells)
        page.merge_cells("B2:B3")
        book.save(path)

    outcome = call_pmdiag("verify", *paths)

    assert outcome.code == 1
    for path in paths:
        assert f"{path.name}: Sheet!B3: 1.1: the cell is merged with B2" in outcome.stderr
        assert f"{path.name}: Sheet!C2: 1.2: this is a formula without its value (“=A1”)" in outcome.stderr
    found = read_round([tmp_path / "first-to-decide.xlsx"], tool)
    assert {"rating_1_1", "rating_1_2"} == {value.name for response in found.responses for value in response.uncounted}


@pytest.mark.parametrize("start", ["", "[to decide] "])
def test_a_text_that_a_cell_can_not_hold_is_refused_and_not_cut(start: str, tmp_path: Path, tool: Tool) -> None:
    text = start + "a" * 40_000
    first = _put(tmp_path / "first.csv", tool, [{"record_reference": "A", "doing_1": text}])
    second = _put(tmp_path / "second.csv", tool, [{"record_reference": "A", "doing_1": f"{text}!"}])

    outcome = call_pmdiag("verify", first, second)

    assert outcome.code == 2
    assert "first.csv:2: doing 1 is longer than a cell of a workbook can be." in outcome.stderr
    assert {first, second} == set(tmp_path.iterdir())


def test_two_texts_that_do_not_fit_into_one_cell_stand_whole_among_the_differences(tmp_path: Path, tool: Tool) -> None:
    texts = [20_000 * "a" + end for end in "XY"]
    paths = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for path, text in zip(paths, texts, strict=True):
        _put(path, tool, [{"record_reference": "A", "doing_1": text}])

    outcome = call_pmdiag("verify", *paths)

    book = openpyxl.load_workbook(tmp_path / "first-to-decide.xlsx")
    assert tuple(texts) == next(book["Differences"].iter_rows(min_row=2, min_col=3, max_col=4, values_only=True))
    assert any("They are on the sheet “Differences”" in str(cell.value) for cell in book["Returns"][2])
    assert len(outcome.stderr) < 1000


def test_columns_that_only_packs_have_are_compared_and_carried_along(tmp_path: Path, tool: Tool) -> None:
    rows = [
        {"record_reference": "A", "notes_1": text, "summary_well": "as it was", "more_room": more}
        for text, more in (("one", "x"), ("two", "y"))
    ]
    first, second = (_put(tmp_path / f"{row['notes_1']}.csv", tool, [row]) for row in rows)

    outcome = call_pmdiag("verify", first, second)

    assert "A, notes_1: “one” here and “two” in two.csv:2." in outcome.stderr
    assert "A, more room: “x” here and “y” in two.csv:2." in outcome.stderr
    found = read_round([tmp_path / "one-to-decide.xlsx"], tool)
    assert [{"summary_well": "as it was"}] == [dict(response.more) for response in found.responses]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes among files")
def test_a_pipe_is_no_entry_sheet(tmp_path: Path, tool: Tool) -> None:
    os.mkfifo(tmp_path / "pipe.csv")

    outcome = call_pmdiag("verify", _put(tmp_path / "first.csv", tool, FIRST), tmp_path / "pipe.csv")

    assert outcome.code == 2
    assert "pipe.csv: This is a pipe or device, not a file." in outcome.stderr


@pytest.mark.parametrize("content", [b"", b"hello", as_json(FIRST[0])])
def test_what_is_no_entry_sheet_is_wrong_usage(content: bytes, tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / "first.csv", tool, FIRST)
    (tmp_path / "second").write_bytes(content)

    outcome = call_pmdiag("verify", first, tmp_path / "second")

    assert outcome.code == 2
    assert outcome.stderr.startswith("second: ")


def test_the_decision_sheet_is_a_workbook(tmp_path: Path, tool: Tool) -> None:
    first = _put(tmp_path / "first.csv", tool, FIRST)

    assert call_pmdiag("verify", first, first, "-o", tmp_path / "a.csv").code == 2


def test_the_decision_sheet_never_replaces_a_typing(tmp_path: Path, tool: Tool) -> None:
    first, second = (_put(tmp_path / f"{n}.xlsx", tool, rows) for n, rows in enumerate((FIRST, FIRST[:1])))
    typed = second.read_bytes()

    outcome = call_pmdiag("verify", first, second, "-o", second, "--force")

    assert (2, typed) == (outcome.code, second.read_bytes())
    assert "This is one of the two typings. Give the decision sheet another name." in outcome.stderr
