"""Problems of one kind are reported once, with their places, in the order in which a person goes through a file."""

from __future__ import annotations

from pmdiag_build.problems import Fault, Location, Problem, in_order, together

ONE_FIX = "Correct it"
FAULT = Fault(
    "{item}: “{given}” is wrong",
    ONE_FIX,
    several="{count} cells say “{given}”: {places}",
    various="{count} cells are wrong: {places}",
    fix_all="Correct them",
)
PLAIN = Fault("The file is empty", ONE_FIX)


def _cell(cell: str, given: str, file: str = "a.xlsx", sheet: str = "Returns", item: str = "1.1") -> Problem:
    return FAULT.at(Location.cell(file, sheet, cell), item=item, given=given)


def _lines(*problems: Problem) -> list[str]:
    return [str(problem) for problem in together(problems)]


def test_one_problem_is_told_in_its_own_words() -> None:
    assert ["a.xlsx: Returns!B2: 1.1: “x” is wrong. Correct it."] == _lines(_cell("B2", "x"))


def test_the_same_value_in_several_cells_is_told_once() -> None:
    problems = [_cell("B2", "x"), _cell("C2", "x", item="1.2"), _cell("B3", "x", sheet="More")]

    assert ["a.xlsx: 3 cells say “x”: B2, C2 in sheet Returns, B3 in sheet More. Correct them."] == _lines(*problems)


def test_different_values_in_one_file_are_told_once_with_each_value() -> None:
    problems = [_cell("B2", "x"), _cell("B3", "y"), _cell("B9", "z" * 50)]

    assert [
        f"a.xlsx: 3 cells are wrong: B2 (“x”), B3 (“y”), B9 (“{'z' * 40}…”) in sheet Returns. Correct them."
    ] == _lines(*problems)


def test_rows_of_a_csv_file_are_named_with_their_question() -> None:
    problems = [FAULT.at(Location.row("a.csv", row), item=item, given="x") for row, item in ((3, "1.1"), (4, "1.2"))]

    assert ["a.csv: 2 cells say “x”: 1.1 in row 3, 1.2 in row 4. Correct them."] == _lines(*problems)


def test_one_question_in_many_files_is_told_once_and_in_a_few_files_in_each() -> None:
    many = [FAULT.at(Location.field(f"{name}.pdf", "rating_1_1"), item="1.1", given="x") for name in "abcd"]

    places = "1.1 in a.pdf, 1.1 in b.pdf, 1.1 in c.pdf, 1.1 in d.pdf"
    assert [f"a.pdf and 3 other files: 4 cells say “x”: {places}. Correct them."] == _lines(*many)
    assert 3 == len(_lines(*many[:3]))


def test_a_fault_without_words_for_several_places_is_told_at_each() -> None:
    assert ["a.csv: The file is empty. Correct it.", "b.csv: The file is empty. Correct it."] == _lines(
        PLAIN.at("a.csv"), PLAIN.at("b.csv")
    )


def test_more_places_than_a_line_can_name_are_counted() -> None:
    (line,) = _lines(*(_cell(f"B{row}", "x") for row in range(2, 12)))

    assert "10 cells say “x”: B2, B3, B4, B5, B6, B7, B8, B9 in sheet Returns and 2 more." in line


def test_problems_come_by_file_sheet_row_and_column() -> None:
    cells = ["Z10", "AA2", "B2", "C10"]
    problems = [_cell(cell, "x") for cell in cells] + [PLAIN.at("a.xlsx"), PLAIN.at(Location.row("a.csv", 10))]

    assert ["a.csv:10", "a.xlsx", *(f"a.xlsx: Returns!{cell}" for cell in ("B2", "AA2", "C10", "Z10"))] == [
        str(problem.place) for problem in in_order(problems)
    ]
