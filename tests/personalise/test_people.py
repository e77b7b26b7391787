"""Files of people as spreadsheet programs save them, and every mistake in them, named by row."""

from __future__ import annotations

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.people import MOST, NEEDED, People, read_people
from pmdiag_build.problems import Problems

HEADER = "reference,role,area,mode"
NO_HEADER = (
    "people.csv: The first row has no known column. "
    "Begin the file with a row of column headers. "
    "Known are: reference, role, mode, group_size, area, date, lead, contributors."
)


def read(tool: Tool, data: bytes | str, needed: tuple[str, ...] = NEEDED) -> tuple[People | None, list[str]]:
    """The people, and the problems as lines."""
    problems = Problems()
    content = data.encode() if isinstance(data, str) else data
    people = read_people("people.csv", content, tool.record.fields, needed, problems)
    return people, [str(problem) for problem in problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n"])
def test_every_encoding_and_separator_is_found(tool: Tool, encoding: str, separator: str, first: str) -> None:
    text = first.format(separator) + "\r\n".join([HEADER, 'A1,manager,"Zoë’s team",group']).replace(",", separator)

    people, problems = read(tool, text.encode(encoding))

    assert problems == []
    assert people is not None
    assert [{"reference": "A1", "role": "manager", "area": "Zoë’s team", "mode": "group"}] == [
        dict(person.record) for person in people.persons
    ]


@pytest.mark.parametrize("header", [HEADER, "REFERENCE,Role, area ,Mode", "record_reference,role,area,mode"])
def test_headers_may_be_written_in_any_case(tool: Tool, header: str) -> None:
    assert [] == read(tool, f"{header}\nA1,,,\n")[1]


def test_headers_may_be_the_labels_of_the_pack(tool: Tool) -> None:
    labels = ",".join(f'"{tool.record.field(name).label}"' for name in NEEDED)

    assert [] == read(tool, f"{labels}\nA1,,,\n")[1]


@pytest.mark.parametrize(
    "role", ["director", "DIRECTOR", "Director or assistant director", "director OR  assistant director"]
)
def test_a_role_may_be_a_code_or_a_label_in_any_case(tool: Tool, role: str) -> None:
    people, problems = read(tool, f"{HEADER}\nA1,{role},,\n")

    assert problems == []
    assert people is not None
    assert "director" == people.persons[0].record["role"]


def test_other_columns_are_kept_for_the_list(tool: Tool) -> None:
    people, problems = read(tool, f"name,{HEADER},e-mail\nZoë,A1,,,,z@x.example\n")

    assert problems == []
    assert people is not None
    assert ("name", "e-mail") == people.headers_without(NEEDED)
    assert ("Zoë", "A1", "", "", "", "z@x.example") == people.persons[0].cells


def test_an_accent_typed_apart_is_put_on_its_letter(tool: Tool) -> None:
    people, _ = read(tool, f"{HEADER}\nA1,,w\u0302,\n")

    assert people is not None
    assert "ŵ" == people.persons[0].record["area"]


def test_spaces_that_were_pasted_along_become_plain_ones(tool: Tool) -> None:
    people, problems = read(tool, f"{HEADER}\n\u00a0A1 ,,North\u00a0East,\n")

    assert problems == []
    assert people is not None
    assert ("A1", "North East") == (people.persons[0].record["reference"], people.persons[0].record["area"])


def test_an_empty_row_is_named_and_those_at_the_end_are_passed_over(tool: Tool) -> None:
    people, problems = read(tool, f"{HEADER}\nA1,,,\n,,,\n\nA2,,,\n,,,\n,,,\n")

    empty = "The row is empty, so it was ignored. Check that nobody is missing."
    assert [f"people.csv:{row}: {empty}" for row in (3, 4)] == problems
    assert people is not None
    assert ["A1", "A2"] == [person.record["reference"] for person in people.persons]


FAULTS: dict[str, tuple[str | bytes, str]] = {
    "doubled reference": (
        f"{HEADER}\nA1,,,\nB,,,\n a1 ,,,\n",
        ("people.csv:4: The reference “a1” is already used in row 2. Give each row its own reference."),
    ),
    "doubled reference that looks the same": (
        f"{HEADER}\nR-1,,,\nR\u20111,,,\n",
        ("people.csv:3: The reference “R\u20111” is already used in row 2. Give each row its own reference."),
    ),
    "hyphen for a reference": (
        f"{HEADER}\n-,manager,,\n",
        "people.csv:2: The row has no reference. Write one that is not a name.",
    ),
    "date for a reference": (
        f"{HEADER}\n03/04/2026,manager,,\n",
        (
            "people.csv:2: The reference “03/04/2026” is a date, which returns do not count as a reference. "
            "Write one that is not a date."
        ),
    ),
    "no reference": (
        f"{HEADER}\n,manager,,\n",
        "people.csv:2: The row has no reference. Write one that is not a name.",
    ),
    "missing column": (
        "reference,area,mode\nA1,,\n",
        "people.csv:1: There is no column “role”. Add it; its cells may be empty.",
    ),
    "mistyped column": (
        "referense,role,area,mode\nA1,,,\n",
        "people.csv:1: “referense” is not a known column. Did you mean “reference”?",
    ),
    "mistyped column that need not be there": (
        f"{HEADER},contributers\nA1,,,,\n",
        "people.csv:1: “contributers” is not a known column. Did you mean “contributors”?",
    ),
    "doubled column": (
        f"{HEADER},Role\nA1,,,,\n",
        "people.csv:1: The columns B and E are both “role”. Keep one of them.",
    ),
    "unknown role": (
        f"{HEADER}\nA1,managr,,\n",
        "people.csv:2: “managr” is not one of the options of “role”. Did you mean “manager”?",
    ),
    "unknown mode": (
        f"{HEADER}\nA1,,,by post\n",
        (
            "people.csv:2: “by post” is not one of the options of “mode”. "
            "Known here: individual, interview, group, "
            "One person, answering alone, An interview, A group, answering together."
        ),
    ),
    "several lines": (
        f'{HEADER}\nA1,,"North\nand South",\n',
        "people.csv:2: In “area” the text has several lines, and the pack has room for one. Write it on one line.",
    ),
    "invisible character": (
        f"{HEADER}\nA1,,No\u200brth,\n",
        "people.csv:2: In “area” there is an invisible character (U+200B). Type the cell again.",
    ),
    "not a number": (
        f"{HEADER},group_size\nA1,,,group,many\n",
        "people.csv:2: In “group_size” “many” is not a number of people. Write the number in figures.",
    ),
    "open quotation mark": (
        f'{HEADER}\nA1,,"North,\n',
        "people.csv:2: A quotation mark is not closed in column C. Correct the row.",
    ),
    "ragged row": (
        f"{HEADER}\nA1,manager\n",
        "people.csv:2: The row has 2 cells and the header 4. Correct the row.",
    ),
    "nobody": (f"{HEADER}\n,,,\n", "people.csv: The file lists nobody. Write one row for each person."),
    "letters that can't be told": (
        f"{HEADER}\nA1,,Œuvre,\n".encode("cp1252"),
        ("people.csv: Its encoding is uncertain: “Œuvre” may be misread. Save it as “CSV UTF-8” and try again."),
    ),
    "workbook": (b"PK\x03\x04rest", "people.csv: This is a workbook, not CSV. Save the sheet as “CSV UTF-8”."),
    "zeros": (b"a\0\0\0\0", "people.csv: Part of it is filled with zeros. Save it as “CSV UTF-8” and try again."),
    "no header": (
        "A1,manager,North,group\n",
        NO_HEADER,
    ),
    "empty file": (
        "",
        NO_HEADER,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_mistake_is_named_by_row(tool: Tool, name: str) -> None:
    content, line = FAULTS[name]

    assert [line] == read(tool, content)[1]


def test_the_row_is_that_of_the_spreadsheet_also_behind_a_cell_of_several_lines(tool: Tool) -> None:
    _, problems = read(tool, f'{HEADER},lead,note\nA1,,,,,"one\ntwo\nthree"\nA2,nobody,,,,\n')

    assert ["people.csv:3"] == [line.partition(": ")[0] for line in problems]


def test_more_people_than_one_run_takes_are_refused(tool: Tool) -> None:
    rows = "".join(f"R{number},,,\n" for number in range(MOST + 1))

    _, problems = read(tool, f"{HEADER}\n{rows}")

    fix = "Split the file, and make each part into its own folder."
    assert [f"people.csv:{MOST + 2}: There are more than {MOST} people. {fix}"] == problems
