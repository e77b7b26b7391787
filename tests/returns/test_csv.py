"""CSV as people and programs write it: any encoding and separator, and rows that can't be read."""

from __future__ import annotations

import pytest

from pmdiag_build.csv_text import Csv
from pmdiag_build.problems import together
from tests.returns.conftest import Returns
from tests.returns.paper import Answers
from tests.returns.samples import said_by
from tests.returns.written import as_csv, as_ods, as_xlsx, full_grid

ROWS: list[Answers] = [
    {"record_reference": "A", "rating_1_1": "L", "rating_3_1": "D", "rating_3_10": "E", "doing_1": "Siân: “café” – £5"},
    {"record_reference": "B", "rating_1_1": "E", "overall_2": "D", "improve_5": 'Said "yes"; then,\nno\tidea'},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("first_line", ["", "sep={}\r\n"])
def test_encoding_and_separator_are_found(encoding: str, separator: str, first_line: str, returns: Returns) -> None:
    table = as_csv(full_grid(returns.tool, ROWS), separator=separator, encoding="utf-8").decode()
    returns.put("a.csv", (first_line.format(separator) + table).encode(encoding))

    found = returns.read()

    assert ROWS == [said_by(response) for response in found.responses]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("été", "cp850", "‚t‚"),
        ("côte", "cp850", "c“te"),
        ("£5", "cp850", "œ5"),
        ("öde", "cp850", "”de"),
        ("żółć", "cp1250", "¿ó³æ"),
        ("Łódź", "cp1250", "£ódŸ"),
        ("dŵr", "iso8859-14", "dðr"),
        ("été", "mac_roman", "ŽtŽ"),
    ],
)
def test_another_encoding_that_can_be_windows_1252_is_asked_about(
    text: str, encoding: str, shown: str, returns: Returns
) -> None:
    rows = [{"rating_1_1": "L", "doing_1": f"It is {text}, we say"}]
    returns.put("a.csv", as_csv(full_grid(returns.tool, rows), encoding=encoding))

    assert f"so “{shown}” may be wrong." in returns.lines()[0]


def test_a_file_of_two_encodings_is_asked_about(returns: Returns) -> None:
    lines = as_csv(full_grid(returns.tool, [{"doing_1": "été"}, {"doing_1": "fine"}]), encoding="utf-8").splitlines(
        True
    )
    returns.put("a.csv", b"".join([*lines[:2], lines[2].replace(b"fine", "élan".encode("cp1252"))]))

    assert "so “Ã©tÃ©” may be wrong." in returns.lines()[0]


def test_what_people_in_britain_write_is_taken_for_windows_1252_without_a_word(returns: Returns) -> None:
    text = "Siân’s “naïve” idea – £5 (½ m²) … 20° café €3 José Müller façade ‘so’"
    returns.put("a.csv", as_csv(full_grid(returns.tool, [{"doing_1": text}]), encoding="cp1252"))

    found = returns.read()

    assert ((), text) == (found.problems, found.responses[0].comments["doing", "1"])


def test_letters_that_may_be_another_encoding_are_asked_about(returns: Returns) -> None:
    returns.put("a.csv", as_csv(full_grid(returns.tool, [{"doing_1": "naïve Œuvre"}]), encoding="cp1252"))

    assert "a.csv: The file does not say how its letters are stored, so “" in returns.lines()[0]


def test_letters_that_cannot_be_told_are_asked_for(returns: Returns) -> None:
    returns.put("a.csv", b"reference,1.1,doing 1\r\nA,L,\x81\x8d\r\n")

    assert returns.lines() == [
        ("a.csv: Its encoding is unknown: it is neither UTF-8 nor Windows-1252. Save it again as “CSV UTF-8”.")
    ]


def test_an_unclosed_quotation_mark_costs_its_own_row_only(returns: Returns) -> None:
    returns.put("a.csv", 'reference,1.1,doing 1\nA,L,good\nB,D,"no end\nC,E,"quoted, and fine"\nD,L,good too\n')

    found = returns.read()

    assert ["A", "C", "D"] == [response.record.reference for response in found.responses]
    assert "quoted, and fine" == found.responses[1].comments["doing", "1"]
    assert "a.csv:3: There is text after a closing quotation mark in column C" in str(found.set_aside[0])


def test_a_quotation_mark_that_never_closes_is_named(returns: Returns) -> None:
    returns.put("a.csv", 'reference,1.1,doing 1\nA,L,good\nB,D,"no end\nC,E,fine\n')

    found = returns.read()

    assert ["A", "C"] == [response.record.reference for response in found.responses]
    assert "a.csv:3: A quotation mark is not closed in column C" in str(found.set_aside[0])


def test_ragged_rows_are_named_and_good_rows_kept(returns: Returns) -> None:
    returns.put("a.csv", "reference,1.1,1.2\nA,L,D\nB,L\nC,L,D,E\nD,E,E,,,\n,,\nE,D,D")

    found = returns.read()

    assert ["A", "E"] == [response.record.reference for response in found.responses]
    assert ["a.csv:3", "a.csv:4", "a.csv:5"] == [str(aside.place) for aside in found.set_aside]
    assert "The row has 2 cells and the header 3" in str(found.set_aside[0])
    (line,) = map(str, together(found.set_aside))
    assert line == (
        "a.csv: 3 rows have more or fewer cells than the header (3), so they were not counted: "
        "row 3 (“2”), row 4 (“4”), row 5 (“6”). "
        "Open the file in a spreadsheet program, put each answer under its header and save it as .xlsx."
    )


def test_a_faulty_row_says_its_line_in_the_text_too(returns: Returns) -> None:
    returns.put("a.csv", 'reference,1.1,doing 1\nA,L,"two\nlines"\n\nB,L,"no end\n')

    (aside,) = returns.read().set_aside

    assert "a.csv:4" == str(aside.place)
    said = "A quotation mark is not closed in column C, so the row was not counted (line 5 of the text)"
    assert said == aside.what


class _Searched(str):
    """A text that adds up how many of its letters were searched."""

    __slots__ = ("letters",)
    letters: int

    def count(self, sub: str, start: int = 0, end: int | None = None, /) -> int:  # type: ignore[override]
        self.letters += (len(self) if end is None else end) - start
        return super().count(sub, start, end)

    def find(self, sub: str, start: int = 0, end: int | None = None, /) -> int:  # type: ignore[override]
        found = super().find(sub, start, end)
        self.letters += (len(self) if end is None else end) - start if found < 0 else found - start
        return found


def test_no_faulty_row_has_the_whole_file_searched_again(returns: Returns) -> None:
    text = "reference,1.1\n" + f"A,L,{'x' * 150}\n" * 5_000
    searched = _Searched(text)
    searched.letters = 0
    rows = list(Csv(searched, 0, ",").rows())
    returns.put("a.csv", text)

    assert [5_001] == [rows[-1].line]
    assert searched.letters // len(text) < 10
    assert 5_000 == returns.read().accounts.set_aside


def test_rows_are_counted_as_a_spreadsheet_counts_them(returns: Returns) -> None:
    returns.put("a.csv", 'reference,1.1,doing 1\nA,L,"two\nlines"\n\nB,X,\n')

    assert any("a.csv:4: 1.1: “X” is not L, D or E" in line for line in returns.lines())


def test_doubled_headers_are_named_and_neither_column_is_counted(returns: Returns) -> None:
    returns.put("a.csv", "reference,1.1,1.2,1.2\nA,L,D,E\n")

    found = returns.read()

    assert [("L", None)] == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    assert "The columns C and D have the same header, “1.2”, so they were not counted" in str(found.problems[0])
    assert [] == [str(one) for one in found.problems if "No column for 1.2" in str(one)]


def test_missing_and_unknown_headers_are_named(returns: Returns) -> None:
    header = [cell for cell in full_grid(returns.tool, [])[0] if cell not in ("2.3", "improve 4")]
    returns.put("a.csv", ",".join([*header, "Notes"]) + "\nA" + "," * len(header) + "\n")

    lines = " ".join(returns.lines())

    assert "(“Notes”) is not known, so the column was not counted" in lines
    assert (
        "a.csv:1: No column for 2.3, improve 4 was found, so nothing was counted for these questions. Correct" in lines
    )


def test_a_cell_under_no_header_is_named(returns: Returns) -> None:
    returns.put("a.csv", "reference,1.1,\nA,L,stray\n")

    assert any("a.csv:2: Column C has no header, so it was not counted (“stray”)" in x for x in returns.lines())


def test_a_header_that_a_spreadsheet_shortened_is_flagged_and_never_guessed(returns: Returns) -> None:
    grid = full_grid(returns.tool, ROWS)
    grid[0] = [{"3.10": "3.1"}.get(header, header) for header in grid[0]]
    returns.put("a.csv", as_csv(grid))

    found = returns.read()

    assert [(None, None)] * 2 == [(one.ratings["3.1"], one.ratings["3.10"]) for one in found.responses]
    lines = " ".join(map(str, found.problems))
    assert "a spreadsheet program turns 3.10 into 3.1" in lines
    assert "No column for 3.10 was found" in lines


@pytest.mark.parametrize("header", ["01-Feb", "1-Feb-26", "02/01/2026", "2026-02-01", "1. Feb", "Feb-01", "1.2.2026"])
def test_a_header_that_became_a_date_is_flagged_and_never_guessed(header: str, returns: Returns) -> None:
    returns.put("a.csv", f"reference,1.1,{header}\nA,L,D\n")

    found = returns.read()

    assert found.responses[0].ratings["1.2"] is None
    assert "which a spreadsheet program made of a statement's number" in str(found.problems[0])


def test_a_header_that_only_ends_like_a_field_is_not_taken_for_it(returns: Returns) -> None:
    returns.put("a.csv", "reference,1.1,note on rating_1_2\nA,L,D\n")

    found = returns.read()

    assert found.responses[0].ratings["1.2"] is None
    assert "The header of column C (“note on rating_1_2”) is not known" in str(found.problems[0])


def test_a_hyphen_is_no_reference(returns: Returns) -> None:
    returns.put("a.csv", "reference,1.1,1.2\n-,L,D\n -,D,L\n")

    found = returns.read()

    assert ["", ""] == [response.record.reference for response in found.responses]


def test_headers_may_be_written_with_other_case_and_spaces_or_as_field_names(returns: Returns) -> None:
    returns.put("a.csv", " Reference , Group Size ,OVERALL 1,doing_1,rating_1_2\nA,6,d,text,limited\n")

    (response,) = returns.read().responses

    assert ("A", 6, "D", "L") == (
        response.record.reference,
        response.record.group_size,
        response.overall["1"],
        response.ratings["1.2"],
    )


@pytest.mark.parametrize("text", ["just some text\n", "name,age\nAnn,4\n", "reference,role\nA,manager\n"])
def test_a_text_that_is_no_entry_sheet_is_set_aside(text: str, returns: Returns) -> None:
    returns.put("a.txt", text)

    assert "None of its column headers is a question of the tool" in returns.lines()[0]


def test_a_csv_with_a_hole_of_zeros_is_set_aside(returns: Returns) -> None:
    returns.put("a.csv", b"reference,1.1\nA,L\nB,\0\0\0\0\0\0\nC,D\n")

    assert returns.lines() == ["a.csv: Part of it is filled with zeros. Save it again as “CSV UTF-8”."]


PEOPLE = [
    "reference,name,e-mail,role",
    "Reference;First name;Surname;Area;Team",
    "file,reference",
    "file,reference,name,role",
]
STRANGERS = ["name,role,Question A,Question B,Question C", "reference,role", "name,age", "file,date"]


@pytest.mark.parametrize("header", PEOPLE)
def test_a_list_of_people_is_named_as_such(header: str, returns: Returns) -> None:
    grid = [header.replace(";", ",").split(","), ["A1", "b"]]
    returns.put("people.csv", f"{header}\r\nA1\r\n")
    returns.put("people.ods", as_ods(grid))
    returns.put("people.xlsx", as_xlsx(grid))

    said = "This is a list of people, not a return. Take it out of the folder."
    assert [f"people.{kind}: {said}" for kind in ("csv", "ods", "xlsx")] == returns.lines()


@pytest.mark.parametrize("header", STRANGERS)
def test_a_table_without_questions_is_not_taken_for_a_list_of_people_lightly(header: str, returns: Returns) -> None:
    returns.put("a.csv", f"{header}\r\nA1\r\n")
    returns.put("b.xlsx", as_xlsx([header.split(","), ["A1"]]))

    for line in returns.lines():
        assert "Compare its first row with that of a new entry sheet" in line


def _people(number: int, cells: int) -> list[str]:
    """Rows under a header of five, each cut to so many cells or filled up with empty ones."""
    rows = ([f"R{n}", "L", "D", "", ""] for n in range(number))
    return [",".join((row + [""] * 5)[:cells]) for row in rows]


def test_rows_that_excel_cuts_by_sixteen_are_read(returns: Returns) -> None:
    header = "reference,1.1,1.2,1.3,doing 1"
    returns.put("a.csv", "\n".join([header, *_people(15, 5), *_people(3, 3)]).replace("R0,L,D\n", "S,L,D\n"))

    found = returns.read()

    assert (16, 2, 0) == (found.accounts.counted, found.accounts.duplicate, found.accounts.set_aside)


def test_rows_that_excel_widens_by_sixteen_for_a_stray_cell_are_read_but_for_its_own(returns: Returns) -> None:
    header = "reference,1.1,1.2,1.3,doing 1"
    rows = [line.replace("R", "S") for line in _people(3, 7)]
    rows[1] = rows[1][:-1] + ",ask Ann"
    returns.put("a.csv", "\n".join([header, *_people(15, 5), *rows]) + "\n")

    found = returns.read()

    assert (17, ["a.csv:18"]) == (found.accounts.counted, [str(aside.place) for aside in found.set_aside])


@pytest.mark.parametrize("short", ["S,L,D", "S,L,D,"])
def test_a_single_row_that_is_short_among_others_is_set_aside(short: str, returns: Returns) -> None:
    header = "reference,1.1,1.2,1.3,doing 1"
    returns.put("a.csv", "\n".join([header, *_people(16, 5), short]) + "\n")

    assert ["a.csv:18"] == [str(aside.place) for aside in returns.read().set_aside]


def test_letters_encoded_twice_in_one_cell_are_read_and_right_ones_kept(returns: Returns) -> None:
    rows: list[Answers] = [
        {"record_reference": "A", "doing_1": "donâ€™t", "record_area": "Tŷ Gwyn"},
        {"record_reference": "B", "doing_1": "cafÃ© and “so”"},
    ]
    returns.put("a.csv", as_csv(full_grid(returns.tool, rows)))

    found = returns.read()

    assert ["don’t", "cafÃ© and “so”"] == [one.comments["doing", "1"] for one in found.responses]
    assert ["Tŷ Gwyn", ""] == [one.record.area for one in found.responses]
    assert ["doing 1: some letters are not those that were typed (“cafÃ©”)"] == [one.what for one in found.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reference,1.1,1.2\n03-Apr,L,D\n", "such as Notepad) and correct the reference."),
        ("reference,1.1,03-Apr\nA,L,D\n", "such as Notepad), correct the statement's number and check the column."),
        ("reference,3.1,3.1,3.2\nA,L,D,E\n", "such as Notepad), correct the statement's number and check the column."),
    ],
)
def test_what_a_program_made_a_date_or_a_number_is_corrected_in_a_text_editor(
    text: str, said: str, returns: Returns
) -> None:
    """No cell of a CSV file can be formatted as text."""
    returns.put("a.csv", text)

    lines = returns.lines()

    assert [True] == [line.endswith(said) for line in lines if "Open the file in a text editor (" in line]
    assert "Format" not in " ".join(lines)
