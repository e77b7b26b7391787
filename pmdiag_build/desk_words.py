"""What the desk says of a problem: where it is, in words, and what to do about it with what the desk has.

The sentences of problems are those of the commands. Where one names a command, an option or a thing that a page in a
browser does not have, the table here says what people do on the desk instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Fault, Location, Problem, Severity
from pmdiag_build.returns import messages
from pmdiag_build.returns.raw import ASK_AGAIN, TAKE_OUT, TYPE_IN, InWords, return_at

Data = dict[str, Any]

_NONE: Mapping[Location, str] = MappingProxyType({})

KINDS = {
    messages.BLANK_FILE: "blank",
    messages.BLANK_ROW: "blank",
    messages.SAME_RETURN: "duplicate",
    messages.CONFLICT: "in_conflict",
    messages.SAVED_AGAIN: "in_conflict",
}

_TAKE_OUT_HERE = "Choose “{returns_take_out}” beside it"
_LEAVE = "Leave it where it is: it is not counted"
_EMPTY = "an empty sheet (under “{view_type}”, “{type_empty_title}”)"
_AN_EARLIER_ROUND = "Choose the results.zip of that round as it was saved, or responses.csv from its folder “keep”"
_RESULTS = "Name results that pmdiag wrote, with their files as they were written"
_IN_A_SPREADSHEET = ": a spreadsheet program turns 3.10 into 3.1"
_NEWER = "Ask whoever gave you this desk for a newer one"
_EXTRACT = "Extract it (right-click it, Extract All), take it out here, and drop the folder that appears"

WAYS: Mapping[str, str] = {
    # Returns
    TAKE_OUT: _TAKE_OUT_HERE,
    TYPE_IN: "Type the answers in under “{view_type}”",
    "Put it back": "Put it back, and choose “{returns_again}”",
    "Read it again, or take it out": "Choose “{returns_again}”",
    "Copy the answers into a new entry sheet, one of your own version if that was answered": (
        f"Copy the answers into {_EMPTY}, or into one of the desk of your own version if that was answered"
    ),
    "Compare its first row with that of a new entry sheet": f"Compare its first row with that of {_EMPTY}",
    "Copy the columns of the entry sheet into a new one": f"Copy its columns into {_EMPTY}",
    "Copy the returns into a new entry sheet": f"Copy the returns into {_EMPTY}",
    "Type these into a new entry sheet": "Type these in again under “{view_type}”",
    "Correct the header, or empty the column's cell in row {row} if the header is right": (
        "Correct the header. If it is right, empty the cell of its column in row {row}, which is hidden"
    ),
    "Compare it with the schema of the response record": ASK_AGAIN,
    "Write 1 without quotation marks": ASK_AGAIN,
    "Delete one of the two": ASK_AGAIN,
    "Write it as a text": "Ask what the answer is",
    "Use a newer pmdiag": _NEWER,
    "Use a version of pmdiag that knows this edition": f"{_NEWER}, which knows this edition",
    "Tabulate these with that version: on its own desk, or with --local and its folder": (
        "Add these to the desk of that version instead"
    ),
    "Tabulate these with the content folder that their packs were made from (--content)": (
        "Add these to the desk that came with their packs instead"
    ),
    "Read it with pmdiag on a computer, or ask for it again": (
        "Ask for it again, or for the report from somebody who has the program pmdiag"
    ),
    "{remove}, or delete the line “id” in one of them if they are from different people": (
        "{remove}, or, if they are from different people, open one of them in Notepad and delete the line “id”"
    ),
    "{remove}, or delete the line “id” in those that are from different people": (
        "{remove}, or, if some are from different people, open those in Notepad and delete the line “id”"
    ),
    "Unpack it and put the returns in it here": _EXTRACT,
    "Unpack it and put its files here": "Extract it, take it out here, and drop its files instead",
    "Unpack the ZIP and put the files here": _EXTRACT,
    "Unpack the ZIP with its password and put the files here": (
        "Extract it with its password (right-click it, Extract All), take it out here, and drop the folder that appears"
    ),
    "Please report this as a fault of pmdiag": "Tell whoever gave you this desk",
    "Name the folder of the returns": "Choose the folder of the returns",
    "Give pmdiag the folder itself": "Choose the folder itself",
    # Two typings
    "Look at the paper, and put the right answer into the decision sheet": "Look at the paper, and settle it below",
    "Look for the paper, and decide in the decision sheet whether the row counts": (
        "Look for the paper, and settle below whether the row counts"
    ),
    "Copy the rows of both into new entry sheets of the edition that is on the papers": (
        f"Copy the rows of each into {_EMPTY} of the desk of the edition that is on the papers"
    ),
    "Give two entry sheets": "Choose two entry sheets",
    "Leave it as it is among the returns, and type the others into a new sheet": (
        "Add it under “{view_returns}” as it is, and type the others here"
    ),
    # Results
    "Name the folder that the returns are in": "Add returns under “{view_returns}”",
    _RESULTS: _AN_EARLIER_ROUND,
    f"{_RESULTS}{_IN_A_SPREADSHEET}": f"{_AN_EARLIER_ROUND}{_IN_A_SPREADSHEET}",
    "Name results that pmdiag wrote": _AN_EARLIER_ROUND,
    "Name results of the same tool, made with the same local version if there is one (--local)": (
        "Choose results of the same tool, made with the same version of it"
    ),
    "Name the ZIP of results that pmdiag wrote": "Choose the results.zip of a round",
    "Name a ZIP for each round": "Choose a ZIP for each round",
    "Unpack it, and name responses.csv in its folder keep": (
        "Extract it (right-click it, Extract All), and choose responses.csv in its folder “keep”"
    ),
    "Name {most} at most": "Choose {most} at most",
    "Name each earlier round once": "Choose each earlier round once",
    "Add --comments {list}": "Choose comments-to-check.csv under “{option_comments}”",
    "To show everything, leave the earlier round out (--previous) and give out only these results": (
        "To show everything, take the earlier round out under “{option_previous}”, and give out only these results"
    ),
    "Copy {list}, say in the copy what to do with what is new, and run this again with it": (
        "Choose “{option_comments_save}”, say in that file what to do with what is new, choose it under "
        "“{option_comments}”, and make the results again"
    ),
    "Add it, or use the list.csv that pmdiag personalise made": (
        "Add it. “{option_people_example}” saves a list that has it"
    ),
}
"""What to do by the command → what to do on the desk. Names in braces: facts of the problem, or labels of the page."""

ALSO: Mapping[str, str] = {
    "The JSON is broken or incomplete here: {why}": "The file is broken or incomplete here",
    "This JSON file can't be read: {why}": "This file of saved answers can't be read",
    "Two objects have the same key": "The same part is there twice",
    "There is no object here": "There is no answer here",
    "This key appears twice, with the same value": "This line is there twice, with the same text",
    "This key appears twice, with two values": "This line is there twice, with two texts",
    "The file contains no response record": "The file contains no saved answers",
    'This is not a response record: "format" is not "pmdiag-response"': "This is no file of saved answers",
    "The version is a text (“1”)": "The file was changed after it was saved: its version is a text",
    "These are not results: `{command}` made this": "These are not results",
    "With a smallest group of 1 (--min-group 1) the results show what single people answered": (
        "With a smallest group of 1 the results show what single people answered"
    ),
}
"""The same for what is wrong."""


class DeskWords:
    """Says problems as the desk of a tool does."""

    def __init__(self, tool: Tool) -> None:
        self._labels = tool.words["desk"]
        self._in_words = InWords(tool)

    def __call__(
        self, problem: Problem, file: str = "", *, aside: bool = False, references: Mapping[Location, str] = _NONE
    ) -> Data:
        """A problem as the page shows it: `where` it is in its file in words, `place` as the commands say it, `asked`
        (the reference and the question) for who typed it, what is wrong and what to do; `kind` and `file` as the module
        `desk` says. `references`: of the returns at places."""
        kind = KINDS.get(problem.fault, "notice" if problem.severity is Severity.NOTICE else "problem")
        reference = references.get(return_at(problem.place), "")
        asked = ", ".join(filter(None, (reference, _fact(problem, "item"))))
        place = Location(self._where(problem, file, reference))
        where, what, fix = Problem(place, Fault(self._what(problem), self._fix(problem, file))).parts
        return {
            "place": problem.parts[0],
            "where": where,
            "asked": Problem(Location(asked), problem.fault).parts[0],
            "what": what,
            "fix": fix,
            "kind": "set_aside" if aside else kind,
            "file": file,
        }

    def _where(self, problem: Problem, file: str, reference: str) -> str:
        place = problem.place
        if place.file.startswith("--"):
            # An option of the command is a line of a form here.
            option = place.file.removeprefix("--").replace("-", "_")
            return f"“{self._labels[f'option_{option}']}”"
        inside = place.file.removeprefix(f"{file}/") if place.file != file else ""
        spot = self._in_words(place, _fact(problem, "item"), reference)
        return ", ".join(filter(None, (inside, spot)))

    def _what(self, problem: Problem) -> str:
        what = self._filled(ALSO[problem.fault.what], problem) if problem.fault.what in ALSO else problem.what
        if problem.place.spot and problem.fault.what.startswith("{item}: "):
            # The place says it already.
            what = what.removeprefix(f"{_fact(problem, 'item')}: ")
            what = what[:1].upper() + what[1:]
        return what

    def _fix(self, problem: Problem, file: str) -> str:
        fix = WAYS.get(problem.fault.fix) or WAYS.get(problem.fix)
        if fix == _TAKE_OUT_HERE and problem.place.file != file:
            fix = _LEAVE
        return problem.fix if fix is None else self._filled(fix, problem)

    def _filled(self, sentence: str, problem: Problem) -> str:
        return sentence.format_map({**self._labels, **dict(problem.facts)})


def _fact(problem: Problem, name: str) -> str:
    return dict(problem.facts).get(name, "")
