"""Paper returns typed on the desk: they come back as returns, and two typings are compared and settled."""

from __future__ import annotations

from typing import Any

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns.entry_sheet import Stamp, decision_workbook, entry_csv, entry_workbook, stamp_of
from tests.desk.conftest import Page
from tests.returns.samples import said_by
from tests.returns.written import as_csv, as_json, as_xlsx, full_grid

ROWS: list[dict[str, str]] = [
    {
        "record_reference": "P1",
        "rating_1_1": "L",
        "rating_1_2": "-",
        "doing_1": "=1+1\n'as it is'\n<b>&amp;</b>_x005F_x0041_",
    },
    {"record_reference": "P2", "rating_1_1": "unclear: two circled, L and D", "overall_1": "E", "more_room": "More."},
]


def typing(page: Page, name: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"name": name, "data": page.ask("typed", rows=rows)}


def test_empty_sheets_are_those_of_the_command(page: Page, tool: Tool) -> None:
    assert [entry_workbook(tool), entry_csv(tool)] == [page.ask("entry_sheet", kind=kind) for kind in ("xlsx", "csv")]
    assert page.ask("entry_sheet", kind="ods") is None
    assert ["ods: An entry sheet can't be a file of this kind. Choose xlsx."] == page.refused


def test_typed_rows_are_counted_and_what_is_unclear_is_kept_and_named(page: Page) -> None:
    page.ask("add", **typing(page, "typed.xlsx", ROWS))
    one, other = page.desk.round.responses

    assert ROWS[0] | {"rating_1_2": ""} == said_by(one) | {"rating_1_2": ""}
    assert {"record_reference": "P2", "overall_1": "E", "more_room": "More."} == said_by(other)
    assert [("unclear: two circled, L and D",)] == [value.given for value in other.uncounted]
    (problem,) = page.of_file("typed.xlsx")["problems"]
    assert "typed.xlsx: Returns!I4" == problem["place"]
    assert "sheet Returns, cell I4 (column “1.1”, reference P2)" == problem["where"]


def test_typing_goes_on_where_a_file_ends(page: Page) -> None:
    assert ROWS == page.ask("rows_of", **typing(page, "typed.xlsx", ROWS))


def other_edition(tool: Tool) -> bytes:
    asked = {**stamp_of(tool).asked, "rating_1_1": "00000000"}
    return decision_workbook(tool, ROWS, (), Stamp(stamp_of(tool).sheet, asked))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("json", "This is not an entry sheet. Choose"),
        ("no stamp", "does not ask just what an entry sheet of edition 2013 asks"),
        ("other question", "does not ask just what an entry sheet of edition 2013 asks"),
        ("open quote", "A quotation mark is not closed"),
        ("nothing", "The file is empty"),
    ],
)
def test_typing_goes_on_only_in_a_sheet_that_asks_the_same_and_can_be_read_whole(
    page: Page, tool: Tool, what: str, said: str
) -> None:
    data = {
        "json": as_json(ROWS[0]),
        "no stamp": as_xlsx(full_grid(tool, ROWS)),
        "other question": other_edition(tool),
        "open quote": as_csv(full_grid(tool, ROWS)) + b'C,"open\r\n',
        "nothing": b"",
    }[what]

    assert page.ask("rows_of", name="given", data=data) is None
    assert any(said in line for line in page.refused), page.refused


def test_a_text_that_no_cell_can_hold_is_refused_and_not_cut(page: Page) -> None:
    assert page.ask("typed", rows=[*ROWS, {"record_reference": "P3", "doing_1": "a" * 40_000}]) is None
    assert ["P3: doing 1 is longer than a cell of a workbook can be. Shorten it."] == page.refused


# ---- two typings

SECOND = [{**ROWS[1], "rating_1_1": "L"}, {**ROWS[0], "doing_1": "Other."}, {"record_reference": "P3"}]


def test_two_typings_are_compared_cell_by_cell(page: Page) -> None:
    found = page.ask("compare", first=typing(page, "typed.xlsx", ROWS), second=typing(page, "typed.xlsx", SECOND))

    assert (2, False) == (found["compared"], found["same"])
    assert [("P1", "doing 1", ROWS[0]["doing_1"], "Other."), ("P2", "1.1", ROWS[1]["rating_1_1"], "L")] == [
        (one["reference"], one["header"], one["first"], one["second"]) for one in found["differences"]
    ]
    assert all(found["rows"][one["row"]][one["name"]].startswith(found["undecided"]) for one in found["differences"])
    (single,) = found["unmatched"]
    assert ("P3", "typed.xlsx (2)") == (single["reference"], single["file"])
    assert found["rows"][single["row"]]["record_reference"].startswith(found["undecided"])
    assert 3 == len(found["problems"])


def test_typings_that_are_the_same_are(page: Page) -> None:
    found = page.ask("compare", first=typing(page, "a.xlsx", ROWS), second=typing(page, "b.xlsx", ROWS[::-1]))

    assert (2, True, [], []) == (found["compared"], found["same"], found["differences"], found["problems"])


def test_what_was_settled_is_counted_with_the_stamp_of_both(page: Page) -> None:
    first, second = typing(page, "a.xlsx", ROWS), typing(page, "b.xlsx", SECOND)
    found = page.ask("compare", first=first, second=second)
    rows = [dict(row) for row in found["rows"]]
    for one in found["differences"]:
        rows[one["row"]][one["name"]] = one["second"]
    rows[found["unmatched"][0]["row"]] = {"record_reference": "P3"}
    page.ask("add", name="settled.xlsx", data=page.ask("settled", rows=rows, stamp=found["stamp"]))

    assert {"counted": 2, "blank": 1} == page.accounts()
    assert page.desk.round.problems == ()
    assert {"record_reference": "P2", "rating_1_1": "L", "overall_1": "E", "more_room": "More."} == said_by(
        page.desk.round.responses[1]
    )
    assert ROWS == page.ask("rows_of", name="a.xlsx", data=page.ask("settled", rows=ROWS, stamp=found["stamp"]))


def test_the_sheet_to_decide_in_is_that_of_the_command(page: Page, tool: Tool) -> None:
    first, second = typing(page, "a.xlsx", ROWS), typing(page, "b.xlsx", SECOND)
    page.ask("add", name="decide.xlsx", data=page.ask("decision", first=first, second=second))

    assert {"counted": 2, "set_aside": 1} == page.accounts()
    assert any("is not decided yet" in one["what"] for one in page.ask("state")["together"])


def test_what_is_no_sheet_is_not_compared(page: Page) -> None:
    first = typing(page, "a.xlsx", ROWS)

    assert page.ask("compare", first=first, second={"name": "b.json", "data": as_json(ROWS[0])}) is None
    assert ["b.json: This is not an entry sheet. Choose two entry sheets."] == (page.refused)
