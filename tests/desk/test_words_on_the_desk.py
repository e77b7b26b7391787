"""What the desk says of a problem: in words where it is, and what to do with what the desk has."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import pmdiag_build
from pmdiag_build.content.model import Tool
from pmdiag_build.desk_words import ALSO, WAYS, DeskWords
from pmdiag_build.problems import Fault, Location
from pmdiag_build.returns.raw import InWords
from tests.desk.conftest import Page
from tests.returns.written import as_xlsx, full_grid

pytestmark = pytest.mark.slow

PACKAGE = Path(pmdiag_build.__file__).parent
NOT_HERE = re.compile(
    r"--[a-z]|`|\bpmdiag (?:[a-z-]+) made|pmdiag (?:tabulate|entry-sheet|demo|verify|build|personalise)\b|newer pmdiag"
    r"|version of pmdiag|of the folder$|^Name (?:[a-z]|\{)|new entry sheet|decision sheet|schema|^Unpack|Tabulate"
)
"""What only those have who type commands."""
# The desk can't be asked for personal packs.
OF_PACKS = ("Add it, or use --random-references", "Split the file, and make each part into its own folder")


def sentences() -> Iterator[str]:
    """Every text in the code that reads returns and makes results, but for its own documentation."""
    files = [*(PACKAGE / "returns").rglob("*.py"), *(PACKAGE / "results").rglob("*.py")]
    for file in [*files, PACKAGE / "people.py", PACKAGE / "csv_text.py", PACKAGE / "desk.py"]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                yield node.value


def test_no_sentence_of_the_desk_names_what_only_commands_have() -> None:
    said = {text for text in sentences() if " " in text and text[:1].isupper()}
    left = {text for text in said - WAYS.keys() - ALSO.keys() - {*OF_PACKS} if NOT_HERE.search(text)}

    assert left == set()
    assert [text for text in (*WAYS.values(), *ALSO.values()) if NOT_HERE.search(text)] == []


def test_the_table_of_ways_names_sentences_that_there_are_with_facts_and_labels_that_there_are(tool: Tool) -> None:
    said = {*sentences()}
    # These are made of parts.
    made = {way for way in WAYS if way.endswith(("without quotation marks", "3.10 into 3.1"))}
    made |= {what for what in ALSO if what.endswith(('"pmdiag-response"', "a text (“1”)"))}
    unknown = {
        name
        for native, here in (*WAYS.items(), *ALSO.items())
        for _, name, _, _ in string.Formatter().parse(here)
        if name and f"{{{name}}}" not in native and name not in tool.words["desk"]
    }

    assert (WAYS.keys() | ALSO.keys()) - made - said == set()
    assert unknown == set()


@pytest.mark.parametrize(
    ("place", "item", "words"),
    [
        (Location.field("a.pdf", "rating_1_1"), "1.1", "Feature 1, statement 1.1"),
        (Location("a.pdf", spot="return 2 of 3, field overall_2"), "", "return 2 of 3, Feature 2, overall view"),
        (Location.field("a.pdf", "form1[0].doing_3[0]"), "", "Feature 3, “How well are we doing?”"),
        (Location.field("a.pdf", "record_role"), "role", "“Role”"),
        (Location.field("a.pdf", "pack_id"), "", "the line that says which pack it is"),
        (Location.field("a.pdf", "Text7"), "", "“Text7”"),
        (Location.path("a.json", "$[0]"), "", "answer 1 in the file (reference A7)"),
        (
            Location.path("a.json", '$[2].ratings["1.10"]'),
            "1.10",
            "answer 3 in the file (reference A7), Feature 1, statement 1.10",
        ),
        (Location.path("a.json", '$.overall["2"]'), "", "Feature 2, overall view"),
        (Location.path("a.json", '$.comments["1"].improve'), "", "Feature 1, “How can we improve?”"),
        (Location.path("a.json", "$.record.date"), "", "“Date completed”"),
        (Location.path("a.json", "$.else.where"), "", "“else.where”"),
        (Location("a.json", 3, 7), "", "line 3"),
        (Location.cell("a.xlsx", "Returns", "U6"), "1.3", "sheet Returns, cell U6 (column “1.3”, reference A7)"),
        (Location("a.xlsx", spot="Returns!6"), "", "sheet Returns, row 6 (reference A7)"),
        (Location.row("a.csv", 6), "role", "row 6 (column “role”, reference A7)"),
        (Location("a.xlsx", spot="Returns"), "", "sheet Returns"),
        (Location("a.pdf", spot="return 2 of 3"), "", "return 2 of 3"),
        (Location("a.pdf"), "", ""),
    ],
)
def test_a_place_is_said_in_words(tool: Tool, place: Location, item: str, words: str) -> None:
    assert InWords(tool)(place, item, "A7") == words


def test_a_cell_is_named_with_its_column_and_the_reference_of_its_row(page: Page, tool: Tool) -> None:
    typed = [{"record_reference": "A7", "rating_1_1": "L", "rating_1_3": "maybe"}]
    page.put({"typed.xlsx": as_xlsx(full_grid(tool, typed))})
    (file,) = page.ask("state")["files"]
    (problem,) = file["in_short"]

    assert re.fullmatch(r"sheet \w+, cell [A-Z]+2 \(column “1.3”, reference A7\)", problem["where"])
    assert problem["place"].startswith("typed.xlsx: ")
    assert problem["what"].startswith("“maybe” is not L, D or E")


def test_what_a_person_must_do_something_about_comes_first(page: Page, tool: Tool) -> None:
    rows = [{"record_reference": "P1"}, {"record_reference": "P2", "rating_1_1": "maybe"}]
    page.put({"typed.xlsx": as_xlsx(full_grid(tool, rows))})
    state = page.ask("state")

    assert ["problem", "blank"] == [one["kind"] for one in state["files"][0]["in_short"]]
    assert ["blank", "problem"] == [one["kind"] for one in state["together"]]


def test_a_file_that_is_no_return_is_taken_out_of_the_list_and_one_in_a_zip_is_left(tool: Tool) -> None:
    say = DeskWords(tool)
    wrong = Fault("This is not a return", "Take it out of the folder")

    assert say(wrong.at("a.mp3"), "a.mp3")["fix"] == "Choose “Take out” beside it."
    inside = say(wrong.at("all.zip/a.mp3"), "all.zip")
    assert (inside["where"], inside["fix"]) == ("a.mp3", "Leave it where it is: it is not counted.")


def test_an_option_is_named_as_its_line_of_the_form(tool: Tool) -> None:
    wrong = Fault("The title has {n} letters", "Shorten it").at("--title", n="200")
    said = DeskWords(tool)(wrong)

    assert (said["where"], said["what"]) == ("“What this round is called”", "The title has 200 letters.")
