"""A list of comments that came back: CSV → what a person decided of each comment, as far as the list says it.

A comment has an id made from its feature, its question and its words, so that it stays the same as long as they do, and
says nothing of who wrote it; equal comments are numbered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import CsvRow, as_typed, csv_file, header_problems
from pmdiag_build.problems import Fault, Location, Problem, Problems
from pmdiag_build.text import normal, visible

COMMENTS_CSV = "keep/comments-to-check.csv"

ID, FEATURE, PROMPT, COMMENT, WHAT, REPLACEMENT, THEME, STATEMENT = (
    *("id", "feature", "prompt", "comment", "what_to_do", "replacement", "theme", "statement"),
)
COLUMNS = (ID, FEATURE, PROMPT, COMMENT, WHAT, REPLACEMENT, THEME, STATEMENT, "look_at")
_NEEDED = (ID, COMMENT, WHAT)

KEEP, REPLACE, LEAVE_OUT, NEW = "keep", "replace", "leave out", "new"
_WORDS = {word: word for word in (KEEP, REPLACE, LEAVE_OUT, NEW)} | {"": KEEP}

FROM_THE_LIST = "Copy it from comments-to-check.csv"
_NO_ID = Fault("The row has no id", FROM_THE_LIST)
_TWICE = Fault("The id “{given}” is also in row {row}", "Delete one of the two rows")
_WORD = Fault("“{given}” is not something to do with a comment", "Write keep, replace or leave out under “what_to_do”")
_NO_WORDS = Fault("The comment is to be replaced, but there is nothing to show in its place", "Fill in “replacement”")
_NOT_TO_REPLACE = Fault("There is a replacement, but “what_to_do” says “{given}”", "Write replace under “what_to_do”")
_NO_STATEMENT = Fault("“{given}” is not a statement of this tool", "Write it like this: statement {example}")
_WHICH = Fault(
    "“{given}” may be {one} or {other}, since spreadsheet programs write both like this",
    "Write statement {one} or statement {other}",
)
_LONG_THEME = Fault("The theme has {n} letters, and {most} is the most", "Shorten it")
_TWO_LINES = Fault("The theme has several lines", "Write it on one")
_LONGEST_THEME = 60
_SIGNS = "bcdfghjkmnpqrstv"
"""Of ids: without vowels, and without figures, which spreadsheet programs take for numbers and dates."""
_TO_SIGNS = str.maketrans("0123456789abcdef", _SIGNS)
_PARTS = 3
AN_ID = re.compile(rf"[{_SIGNS}]{{4}}(?:-[{_SIGNS}]{{4}}){{2}}(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a comment: `what` is KEEP, REPLACE, LEAVE_OUT or NEW. `open`: nobody wrote what to do,
    which keeps the comment. `place`: its row in the list; `feature` and `prompt` are what is written there."""

    place: Location
    id: str
    comment: str
    what: str
    replacement: str = ""
    theme: str = ""
    statement: str = ""
    feature: str = ""
    prompt: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class CheckedList:
    """A list that came back. `shown`: ids of comments that are shown, without the numbers of equal ones. `problems`:
    what is wrong in it, as far as it can be told without the comments."""

    file: str
    decisions: Mapping[str, Decision]
    shown: frozenset[str]
    problems: tuple[Problem, ...]

    def shows(self, feature: str, kind: str, text: str) -> bool:
        """Whether a comment, or one of several equal ones, is shown."""
        return stem_of(feature, kind, text) in self.shown


def stem_of(feature: str, kind: str, text: str) -> str:
    """The id of a comment, without the number that equal ones have."""
    digest = hashlib.sha256("\0".join((feature, kind, text)).encode("utf-8", "surrogatepass")).hexdigest()
    signs = digest[1:24:2].translate(_TO_SIGNS)
    return "-".join((signs[:4], signs[4:8], signs[8:]))  # _PARTS of them


def read_list(file: str, data: bytes, tool: Tool, problems: Problems) -> CheckedList | None:
    """A list that came back. None, with a problem, where it can't be read at all."""
    known = ", ".join(COLUMNS)
    csv = csv_file(file, data, lambda heads: sum(_head(text) in COLUMNS for text in heads), known, problems)
    if csv is None or problems.errors:
        return None
    rows = csv.rows()
    return _Reader(file, next(rows), tool).read(rows)


def _head(text: str) -> str:
    return "_".join(normal(text.replace("_", " ")).split())


class _Reader:
    """Reads the rows of a list."""

    def __init__(self, file: str, header: CsvRow, tool: Tool) -> None:
        self.file, self.width, self.tool = file, len(header.cells), tool
        self.statements = {s.id.casefold(): s.id for s in tool.framework.used_statements}
        heads = [_head(text) for text in header.cells]
        self.columns = {name: heads.index(name) for name in COLUMNS if name in heads}
        place, known = Location.row(file, header.number), dict(zip(COLUMNS, COLUMNS, strict=True))
        needed = dict.fromkeys(_NEEDED, FROM_THE_LIST)
        self.problems = list(header_problems(place, header.cells, _head, known, needed))

    def read(self, rows: Iterator[CsvRow]) -> CheckedList:
        decisions: dict[str, Decision] = {}
        # Without its columns each row would be wrong as well.
        for row in rows if not self.problems else ():
            place = Location.row(self.file, row.number)
            if fault := row.fault or row.other_width(self.width):
                self.problems.append(Fault(fault, "Correct the row").at(place))
            elif any(text.strip() for text in row.cells):
                one = self._decision(place, row)
                if not one.id:
                    self.problems.append(_NO_ID.at(place))
                elif one.id in decisions:
                    row_before = str(decisions[one.id].place.line)
                    self.problems.append(_TWICE.at(place, given=one.id, row=row_before))
                else:
                    decisions[one.id] = one
        shown = (id for id, one in decisions.items() if one.what in (KEEP, REPLACE))
        stems = frozenset("-".join(id.split("-")[:_PARTS]) for id in shown)
        return CheckedList(self.file, decisions, stems, tuple(self.problems))

    def _decision(self, place: Location, row: CsvRow) -> Decision:
        texts = {name: row.cells[column] for name, column in self.columns.items()}
        given = as_typed(texts[WHAT]).strip()
        word = " ".join(normal(given.replace("_", " ").replace("-", " ")).split())
        what = _WORDS.get(word, KEEP)
        replacement = as_typed(texts.get(REPLACEMENT, "")).strip()
        if word not in _WORDS:
            self.problems.append(_WORD.at(place, given=given))
        elif what == REPLACE and not replacement:
            self.problems.append(_NO_WORDS.at(place))
        elif replacement and what != REPLACE:
            self.problems.append(_NOT_TO_REPLACE.at(place, given=given or "nothing"))
        theme = self._theme(place, as_typed(texts.get(THEME, "")))
        statement = self._statement(place, as_typed(texts.get(STATEMENT, "")).strip())
        asked = as_typed(texts.get(FEATURE, "")), as_typed(texts.get(PROMPT, ""))
        given_id, comment = normal(texts[ID]), texts[COMMENT]
        return Decision(place, given_id, comment, what, replacement, theme, statement, *asked, open=not word)

    def _theme(self, place: Location, text: str) -> str:
        theme = text.strip()
        if "\n" in theme:
            self.problems.append(_TWO_LINES.at(place))
        elif len(theme) > _LONGEST_THEME:
            self.problems.append(_LONG_THEME.at(place, n=str(len(theme)), most=str(_LONGEST_THEME)))
        return " ".join(visible(theme).split())

    def _statement(self, place: Location, given: str) -> str:
        """The id of a statement: `3.10`, which a spreadsheet program may have made 3.1, or `statement 3.10`."""
        named = _STATEMENT_WORD.sub("", normal(given))
        id = self.statements.get(named, "")
        longer = self.statements.get(f"{named}0", "")
        if named == normal(given) and id and longer:
            self.problems.append(_WHICH.at(place, given=given, one=id, other=longer))
        elif named and not id:
            example = next(iter(self.statements.values()), "1.1")
            self.problems.append(_NO_STATEMENT.at(place, given=given, example=example))
        return id


_STATEMENT_WORD = re.compile(r"^statement ?(?:no\.? ?|number )?")
