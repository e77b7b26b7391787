"""What a typed sheet says of the wording that was asked, and that it survives what people do with sheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pmdiag_build.content.field_names import PACK_ID, PackId
from pmdiag_build.content.fields import entry_sheet_id, footer_of, pack_id, question_fingerprints
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Problem
from pmdiag_build.returns import Response
from pmdiag_build.returns.entry_sheet import entry_csv, entry_workbook
from pmdiag_build.returns.raw import RawRecord, Reading
from pmdiag_build.returns.readers import readings
from tests.commands import call_pmdiag
from tests.returns import libreoffice
from tests.returns.conftest import Returns
from tests.returns.paper import Answers
from tests.returns.samples import said_by
from tests.returns.written import as_csv, as_json, as_ods, as_xlsx, full_grid

pytestmark = pytest.mark.slow

ROWS: list[Answers] = [
    {"record_reference": "A", "rating_1_1": "L", "rating_3_10": "E", "rating_3_1": "D", "doing_1": "one\ntwo"},
    {"record_reference": "B", "rating_1_1": "E", "overall_2": "D", "more_room": "1.1: more"},
    {"record_reference": "C", "rating_2_1": "D", "improve_5": "a comment"},
]
WRITERS: dict[str, Callable[[list[list[str]]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "ods": as_ods}
Edit = Callable[[Worksheet], object]


@pytest.fixture
def elsewhere(tool: Tool) -> Tool:
    """The tool as another edition."""
    return replace(tool, edition="2013+elsewhere")


def stamps(tool: Tool) -> list[str]:
    """The second row of an entry sheet."""
    return list(csv.reader(io.StringIO(entry_csv(tool).decode("utf-8-sig"))))[1]


def stamped(tool: Tool, rows: Sequence[Answers] = ROWS) -> list[list[str]]:
    """The cells of an entry sheet with rows typed into it."""
    header, *typed = full_grid(tool, rows)
    return [header, stamps(tool), *typed]


def workbook(tool: Tool, *edits: Edit, rows: Sequence[Answers] = ROWS) -> bytes:
    """An entry sheet as it is made, with rows typed into it, changed by a person."""
    book = openpyxl.load_workbook(io.BytesIO(entry_workbook(tool, rows)))
    for edit in edits:
        edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def reading(name: str, data: bytes) -> Reading:
    """What the reader makes of a file."""
    ((_, _, found),) = readings(name, data)
    return found


def said(records: Sequence[RawRecord]) -> set[str]:
    """The `pack_id`s that records have."""
    return {"".join(record.values.get(PACK_ID, ())) for record in records}


def lines(problems: Sequence[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def answers(responses: Sequence[Response]) -> list[Answers]:
    return sorted((said_by(response) for response in responses), key=lambda one: one["record_reference"])


def _column(page: Worksheet, header: str) -> int:
    return next(cell.column for cell in page[1] if cell.value == header)


# ---- what is there


def test_the_second_row_is_hidden_and_says_the_wording_of_each_column(tool: Tool) -> None:
    page = openpyxl.load_workbook(io.BytesIO(entry_workbook(tool))).worksheets[0]
    cells = {str(page.cell(1, cell.column).value): str(cell.value) for cell in page[2] if cell.value}

    assert page.row_dimensions[2].hidden
    assert not page.protection.sheet
    assert f"entry-sheet@{tool.edition}@" in cells.pop("reference")
    assert f"entry-sheet@{tool.edition}@" in cells.pop("more room")
    assert {header for header in map(str, cells) if header.startswith(("doing", "improve"))} == {
        f"{kind} {feature.id}" for kind in ("doing", "improve") for feature in tool.framework.features
    }
    asked = {id.pack: id.fingerprint for text in cells.values() if (id := PackId.parse_printed(text))}
    assert len(cells) == len(asked)
    assert question_fingerprints(tool).items() <= asked.items()


@pytest.mark.parametrize("kind", WRITERS)
def test_each_row_says_what_was_asked_and_no_row_is_made_of_the_stamps(kind: str, tool: Tool) -> None:
    found = reading(f"a.{kind}", WRITERS[kind](stamped(tool)))

    assert 3 == len(found.records)
    assert {entry_sheet_id(tool)} == said(found.records)
    assert all(question_fingerprints(tool) == record.asked for record in found.records)
    assert [] == found.problems == found.set_aside


def test_a_sheet_of_the_edition_at_hand_reads_as_one_without_stamps(returns: Returns) -> None:
    unstamped = full_grid(returns.tool, ROWS)
    returns.put("a.csv", as_csv(unstamped))
    before = returns.read().responses
    returns.put("a.csv", as_csv(stamped(returns.tool)))
    found = returns.read()

    assert () == found.problems
    assert answers(before) == answers(found.responses)
    assert {""} == {response.pack_id for response in before}
    assert {entry_sheet_id(returns.tool)} == {response.pack_id for response in found.responses}


def test_a_return_that_was_typed_and_sent_as_a_file_is_one(returns: Returns) -> None:
    returns.put("a.csv", as_csv(stamped(returns.tool)))
    returns.put("a.json", as_json(ROWS[0], pack_id(returns.tool, returns.tool.pack("self-assessment"))))

    accounts = returns.read().accounts

    assert (4, 3, 1) == (accounts.found, accounts.counted, accounts.duplicate)


# ---- what people do with sheets


def _move(page: Worksheet) -> None:
    page.move_range("A1:J20", rows=0, cols=100)


def _insert(page: Worksheet) -> None:
    page.insert_cols(3)
    page["C1"] = "our own number"


def _hide(page: Worksheet) -> None:
    page.column_dimensions["I"].hidden = True


def _show(page: Worksheet) -> None:
    page.row_dimensions[2].hidden = False


def _sort(page: Worksheet) -> None:
    """As a program does that sorts hidden rows like others."""
    page.move_range("A2:BN2", rows=9)
    page.move_range("A3:BN5", rows=-1)
    page.row_dimensions[2].hidden = False


def _filter(page: Worksheet) -> None:
    page.auto_filter.ref = "A1:BN5"
    page.row_dimensions[4].hidden = True


@pytest.mark.parametrize("edit", [_move, _insert, _hide, _show, _sort, _filter])
def test_columns_and_rows_may_be_moved_inserted_and_hidden(edit: Edit, returns: Returns) -> None:
    data = workbook(returns.tool, edit)
    returns.put("a.xlsx", data)
    found = returns.read()

    assert ROWS == answers(found.responses)
    assert {entry_sheet_id(returns.tool)} == {response.pack_id for response in found.responses}
    assert all(question_fingerprints(returns.tool) == record.asked for record in reading("a", data).records)
    said_too = {_insert: "our own number", _hide: "The hidden column 1.1", _filter: "1 hidden row was read"}
    assert ([said_too[edit]] if edit in said_too else []) == [
        text for line in lines(found.problems) for text in said_too.values() if text in line
    ]
    assert len({problem.fault for problem in found.problems}) == (edit in said_too)


def test_a_deleted_row_of_stamps_leaves_what_the_properties_say(tool: Tool) -> None:
    found = reading("a.xlsx", workbook(tool, _show, lambda page: page.delete_rows(2)))

    assert {entry_sheet_id(tool)} == said(found.records)
    assert [{}] * 3 == [dict(record.asked) for record in found.records]
    assert [] == found.problems


@pytest.mark.parametrize("kind", WRITERS)
def test_rows_that_were_copied_without_stamps_say_nothing_and_are_read(kind: str, returns: Returns) -> None:
    grid = full_grid(returns.tool, ROWS)
    returns.put("a", WRITERS[kind](grid))
    found = returns.read()

    assert ROWS == answers(found.responses)
    assert {""} == {response.pack_id for response in found.responses}
    assert () == found.problems


def test_a_return_typed_into_the_row_is_read_and_what_is_lost_is_said_once(returns: Returns) -> None:
    def typed(page: Worksheet) -> None:
        for header, text in {"reference": "Z", "1.1": "D", "1.2": "E"}.items():
            page.cell(2, _column(page, header), text)

    data = workbook(returns.tool, typed)
    returns.put("a.xlsx", data)
    found = returns.read()

    assert [*ROWS, {"record_reference": "Z", "rating_1_1": "D", "rating_1_2": "E"}] == answers(found.responses)
    assert lines(found.problems) == [
        (
            "a.xlsx: Returns!2: A return was typed into row 2, which says which wording was asked. The return was "
            "read, but nothing says any more how 1.1, 1.2 were worded. "
            "If the papers are not all of the same edition, type their footers into the column “pack”."
        )
    ]
    records = reading("a.xlsx", data).records
    assert {entry_sheet_id(returns.tool)} == said(records)
    lost = {"rating_1_1", "rating_1_2"}
    assert [question_fingerprints(returns.tool).keys() - lost] * 4 == [set(record.asked) for record in records]


@pytest.mark.parametrize(
    ("header", "text", "lost"),
    [("1.3", "", "1.3 was"), ("3.10", "rating_3_10@2013@00000000-kx", "3.10 was"), ("overall 2", "@", "overall 2 was")],
)
def test_a_stamp_that_was_changed_is_not_believed(header: str, text: str, lost: str, tool: Tool) -> None:
    grid = stamped(tool)
    grid[1][grid[0].index(header)] = text
    found = reading("a.csv", as_csv(grid))

    typed = text == "@"
    assert 3 + typed == len(found.records)
    assert [f"nothing says any more how {lost} worded" in line for line in lines(found.problems)] == [True]
    assert question_fingerprints(tool).items() - dict(found.records[-1].asked).items() == {
        item for item in question_fingerprints(tool).items() if item[0] not in found.records[-1].asked
    }
    assert len(question_fingerprints(tool)) - 1 == len(found.records[-1].asked)
    assert {entry_sheet_id(tool)} == said(found.records)


def test_the_sheet_s_own_stamp_is_known_from_its_columns(tool: Tool) -> None:
    grid = stamped(tool)
    grid[1][0] = grid[1][grid[0].index("more room")] = ""
    found = reading("a.csv", as_csv(grid))

    assert {entry_sheet_id(tool)} == said(found.records)
    assert all("was changed or is not complete." in line for line in lines(found.problems))
    assert 1 == len(found.problems)


def test_two_sheets_pasted_together_are_one_only_if_they_ask_the_same(tool: Tool, elsewhere: Tool) -> None:
    same = [*stamped(tool), *stamped(tool, ROWS[:1])[1:]]
    other = [*stamped(tool), *stamped(elsewhere, ROWS[:1])[1:]]
    alike, unlike = (reading("a.csv", as_csv(grid)) for grid in (same, other))

    assert ({entry_sheet_id(tool)}, []) == (said(alike.records), alike.problems)
    assert {""} == said(unlike.records)
    # What both ask in the same words is no less certain.
    assert [question_fingerprints(tool)] * 4 == [record.asked for record in unlike.records]
    (line,) = lines(unlike.problems)
    assert line.startswith("a.csv:2: It is not certain which wording was asked: rows 2, 6 say more than one (")
    assert line.endswith("Type the footers of the papers into the column “pack”.")
    for id in map(entry_sheet_id, (tool, elsewhere)):
        assert id in line


def test_columns_of_another_edition_are_asked_about(tool: Tool, elsewhere: Tool) -> None:
    grid = stamped(tool)
    place = grid[0].index("1.2")
    grid[1][place] = stamps(elsewhere)[place]

    found = reading("a.csv", as_csv(grid))

    (line,) = lines(found.problems)
    assert f"row 2 says more than one ({tool.edition}, {elsewhere.edition})" in line
    assert [question_fingerprints(tool)] * 3 == [record.asked for record in found.records]


def test_a_column_that_says_another_wording_is_not_counted_with_ours(returns: Returns) -> None:
    grid = stamped(returns.tool)
    place = grid[0].index("1.1")
    grid[1][place] = PackId("rating_1_1", "2013+elsewhere", "00000000").printed
    returns.put("a.csv", as_csv(grid))
    found = returns.read()

    assert [None] * 3 == [response.ratings.get("1.1") for response in found.responses]
    assert ["D", None, None] == [response.ratings["3.1"] for response in found.responses]


def test_a_sheet_that_its_file_contradicts_is_asked_about(tool: Tool, elsewhere: Tool) -> None:
    def paste(page: Worksheet) -> None:
        for column, text in enumerate(stamps(elsewhere), 1):
            page.cell(2, column, text)

    found = reading("a.xlsx", workbook(tool, paste))

    assert {""} == said(found.records)
    assert [
        (
            f"a.xlsx: Returns!2: It is not certain which wording was asked: row 2 says {entry_sheet_id(elsewhere)}, "
            f"and the file's properties say {entry_sheet_id(tool)}. "
            "Type the footers of the papers into the column “pack”."
        )
    ] == lines(found.problems)


# ---- headers


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_headers_that_a_program_changed_are_known_by_their_stamps(kind: str, returns: Returns) -> None:
    grid = stamped(returns.tool)
    grid[0][grid[0].index("3.10")] = "3.1"
    grid[0][grid[0].index("2.1")] = "02-Jan"
    returns.put("a", WRITERS[kind](grid))
    found = returns.read()

    assert ROWS == answers(found.responses)
    assert () == found.problems


def test_a_header_that_became_a_number_is_known_by_its_stamp(returns: Returns) -> None:
    def number(page: Worksheet) -> None:
        page.cell(1, _column(page, "3.10"), 3.1)

    returns.put("a.xlsx", workbook(returns.tool, number))

    assert ROWS == answers(returns.read().responses)


def test_a_header_that_a_person_changed_is_named_with_what_it_was(tool: Tool) -> None:
    grid = stamped(tool)
    grid[0][grid[0].index("1.1")] = "How we plan"
    found = reading("a.csv", as_csv(grid))

    assert [
        (
            "a.csv:1: The header of column I (“How we plan”) is not known, so the column was not counted. It was 1.1. "
            "Write 1.1 again if the column contains answers to it."
        )
    ] == lines(found.problems)


def test_a_header_over_another_column_s_stamp_is_not_believed(returns: Returns) -> None:
    grid = stamped(returns.tool)
    one, two = grid[0].index("1.1"), grid[0].index("1.2")
    grid[0][one], grid[0][two] = "1.2", "1.1"
    returns.put("a.xlsx", as_xlsx(grid))
    found = returns.read()

    assert lines(found.problems) == [
        f"a.xlsx: Returns!I{row}: 1.2: row 2 says that this column asks 1.1, so it was not counted. "
        "Correct the header, or empty the column's cell in row 2 if the header is right."
        for row in (3, 4)
    ]
    assert [None, None] == [response.ratings["1.2"] for response in found.responses[:2]]
    assert [("L",), ("E",)] == [value.given for response in found.responses for value in response.uncounted]


# ---- the footer of the paper


def _with_footers(tool: Tool, *footers: str, header: str = "pack") -> list[list[str]]:
    grid = stamped(tool, [{"record_reference": str(row), "rating_1_1": "L"} for row in range(len(footers))])
    grid[0][-1] = header
    for row, footer in zip(grid[2:], footers, strict=True):
        row[-1] = footer
    return grid


@pytest.mark.parametrize("kind", WRITERS)
def test_the_footer_of_a_row_goes_before_what_the_sheet_says(kind: str, returns: Returns, elsewhere: Tool) -> None:
    pack = returns.tool.pack("self-assessment")
    ours, theirs = footer_of(returns.tool, pack), footer_of(elsewhere, pack)
    data = WRITERS[kind](_with_footers(returns.tool, ours, theirs, "", "-"))
    returns.put("a", data)

    sheet = entry_sheet_id(returns.tool)
    expected = [pack_id(returns.tool, pack), pack_id(elsewhere, pack), sheet, sheet]
    assert expected == [response.pack_id for response in returns.read().responses]
    assert [False, False, True, True] == [bool(record.asked) for record in reading("a", data).records]


def test_what_a_sheet_says_of_itself_is_a_footer_in_the_column_for_it(returns: Returns, elsewhere: Tool) -> None:
    """The stamp of another sheet says nothing of the rest of this one."""
    ours, theirs = (PackId.parse(entry_sheet_id(tool)) for tool in (returns.tool, elsewhere))
    assert ours is not None
    assert theirs is not None
    returns.put("a.csv", as_csv(_with_footers(returns.tool, ours.printed, theirs.printed, "")))

    found = returns.read()

    assert [str(ours), str(theirs), str(ours)] == [response.pack_id for response in found.responses]
    assert [] == [line for line in lines(found.problems) if "not certain" in line or "typed into row" in line]


def test_a_sheet_made_by_hand_may_have_footers_too(returns: Returns) -> None:
    pack = returns.tool.pack("interview")
    returns.put("a.csv", f"Reference,1.1,Pack\nA,L,{footer_of(returns.tool, pack)}\nB,E,\n")

    assert [pack_id(returns.tool, pack), ""] == [response.pack_id for response in returns.read().responses]


def test_a_footer_may_be_typed_as_people_type(returns: Returns) -> None:
    pack = returns.tool.pack("self-assessment")
    printed = PackId.parse(pack_id(returns.tool, pack))
    assert printed is not None
    forms = (
        printed.printed,
        str(printed),
        printed.code,
        printed.fingerprint,
        printed.printed.upper(),
        printed.printed.replace("@", " @ "),
        printed.printed.replace("-", "–"),
        printed.code.replace("0", "O").replace("1", "l"),
    )
    returns.put("a.csv", as_csv(_with_footers(returns.tool, *forms)))
    found = returns.read()

    assert () == found.problems
    assert {str(printed)} == {response.pack_id for response in found.responses}


def test_a_footer_of_an_edition_that_is_not_at_hand_is_taken_as_it_is(returns: Returns) -> None:
    unknown = PackId("workshop", "2011+Otherplace", "0123abcd")
    returns.put("a.csv", as_csv(_with_footers(returns.tool, unknown.printed, str(unknown))))

    assert [str(unknown)] * 2 == [response.pack_id for response in returns.read().responses]


def test_a_footer_that_was_mistyped_is_named_and_its_row_is_set_aside(returns: Returns) -> None:
    pack = returns.tool.pack("self-assessment")
    right = footer_of(returns.tool, pack)
    unknown = PackId("workshop", "2011+otherplace", "0123abcd")
    mistyped = (
        right.replace("self", "sefl"),
        right[:-5] + right[-4:],
        right.rpartition("@")[2][:-1] + "z",
        pack_id(returns.tool, pack)[:-1] + ("0" if right[-4] != "0" else "1"),
        unknown.printed.replace("2011", "2012"),
        "Self-assessment",
        "7",
    )
    returns.put("a.csv", as_csv(_with_footers(returns.tool, *mistyped)))
    found = returns.read()

    assert (7, 7) == (found.accounts.found, found.accounts.set_aside)
    said = lines(found.set_aside)
    assert all(f"pack: “{text}” is not the footer of a pack" in line for text, line in zip(mistyped, said, strict=True))
    assert [f"Did you mean “{right}”?" in line for line in said] == [True] * 4 + [False] * 3
    assert all(line.endswith("nothing if the paper is of the sheet’s own edition.") for line in said[4:])


def test_nothing_is_said_of_what_was_asked_in_a_row_whose_footer_is_not_known(returns: Returns) -> None:
    grid = [[*row, cell] for row, cell in zip(_with_footers(returns.tool, "?!"), ("2.L7", "", "L"), strict=True)]
    returns.put("a.csv", as_csv(grid))
    found = returns.read()

    (line,) = (line for line in lines(found.problems) if line.startswith("a.csv:3"))
    assert "pack: “?!” is not the footer of a pack" in line


# ---- two typings


def _typed(path: Path, tool: Tool, rows: Sequence[Answers], *edits: Edit) -> Path:
    path.write_bytes(workbook(tool, *edits, rows=rows))
    return path


def test_the_decision_sheet_says_what_both_typings_say(tmp_path: Path, tool: Tool, elsewhere: Tool) -> None:
    first = _typed(tmp_path / "first.xlsx", elsewhere, ROWS)
    second = _typed(tmp_path / "second.xlsx", elsewhere, [{**ROWS[0], "rating_1_1": "E"}, *ROWS[1:]])
    outcome = call_pmdiag("verify", first, second, "-o", tmp_path / "decide.xlsx")

    assert 1 == outcome.code
    assert 1 == len(outcome.stderr.splitlines())
    found = reading("decide.xlsx", (tmp_path / "decide.xlsx").read_bytes())
    assert {entry_sheet_id(elsewhere)} == said(found.records)
    assert question_fingerprints(tool) == found.records[0].asked
    assert [] == found.problems


@pytest.mark.parametrize("stamped_too", [True, False])
def test_typings_that_do_not_say_the_same_are_named(
    stamped_too: bool, tmp_path: Path, tool: Tool, elsewhere: Tool
) -> None:
    first = _typed(tmp_path / "first.xlsx", tool, ROWS)
    second = tmp_path / "second.xlsx"
    second.write_bytes(workbook(elsewhere) if stamped_too else as_xlsx(full_grid(tool, ROWS)))
    outcome = call_pmdiag("verify", first, second)

    other = entry_sheet_id(elsewhere) if stamped_too else "nothing"
    assert 1 == outcome.code
    assert outcome.stderr.splitlines() == [
        (
            "first.xlsx: The two sheets name different wordings: "
            f"{entry_sheet_id(tool)} here, {other} in second.xlsx. "
            "Copy the rows of both into new entry sheets of the edition that is on the papers."
        )
    ]


def test_footers_are_compared_by_what_they_mean(tmp_path: Path, tool: Tool) -> None:
    footer = footer_of(tool, tool.pack("interview"))
    paths = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for path, typed in zip(paths, (footer, footer.rpartition("@")[2]), strict=True):
        path.write_bytes(as_csv(_with_footers(tool, typed, "")))

    assert (0, "") == ((outcome := call_pmdiag("verify", *paths)).code, outcome.stderr)
    paths[1].write_bytes(as_csv(_with_footers(tool, "", footer)))
    assert 2 == len(call_pmdiag("verify", *paths).stderr.splitlines())


# ---- real programs

_MOVED = """
  sheet.Columns.insertByIndex(2, 1)
  sheet.getCellRangeByName("C1").String = "our own number"
  sheet.Columns.getByName("J").IsVisible = False
  sheet.Columns.insertByIndex(1, 1)
  sheet.copyRange(sheet.getCellRangeByName("B1").CellAddress, sheet.getCellRangeByName("L1:L20").RangeAddress)
  sheet.Columns.removeByIndex(11, 1)
  sheet.getCellRangeByName("B4").String = "D"
"""


@pytest.mark.slow
def test_libreoffice_sorts_edits_and_saves_it_and_the_stamps_are_read(
    returns: Returns, tmp_path: Path, libreoffice_profile: Path
) -> None:
    source = tmp_path / "typed.xlsx"
    source.write_bytes(workbook(returns.tool))
    edits = libreoffice.SORT.format(ascending="True") + _MOVED
    saved = {tmp_path / f"saved.{kind}": kind for kind in libreoffice.FILTERS}
    libreoffice.edited(source, edits, saved, libreoffice_profile)

    for path in saved:
        copy = returns.put(path.name, path.read_bytes())
        found = returns.read()
        copy.unlink()

        assert [*ROWS[:2], {**ROWS[2], "rating_1_2": "D"}] == answers(found.responses), path
        # Sorting has moved the row of stamps, which is hidden still, and CSV hides no column.
        hidden = [] if path.suffix == ".csv" else ["hidden column"]
        assert ["our own number", *hidden] == [
            text for line in lines(found.problems) for text in ("our own number", "hidden column") if text in line
        ]
        assert len(found.problems) == 1 + len(hidden)
        assert {entry_sheet_id(returns.tool)} == {response.pack_id for response in found.responses}
        assert all(question_fingerprints(returns.tool) == one.asked for one in reading("a", path.read_bytes()).records)
