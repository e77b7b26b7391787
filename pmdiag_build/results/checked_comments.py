"""Comments as a person checked them: every comment → a list to edit, and the list that came back → what is shown.

A comment has an id made from its feature, its question and its words, so that it stays the same as long as they do, and
says nothing of who wrote it; equal comments are numbered. A comment that is not on the list was read by nobody and is
not shown; a new list has it as `new`, which is no decision either.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM
from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import CsvRow, as_typed, cell, csv_file, encoded, header_problems
from pmdiag_build.problems import Fault, Location, Problem, Problems, Severity, UsageWrong, counted, in_order
from pmdiag_build.quick_dataclass import dataclass
from pmdiag_build.results.disclosure import Checked, Comment, Theme, in_order_of_words
from pmdiag_build.text import normal, visible

COMMENTS_CSV = "keep/comments-to-check.csv"

ID, FEATURE, PROMPT, COMMENT, WHAT, REPLACEMENT, THEME, STATEMENT = (
    *("id", "feature", "prompt", "comment", "what_to_do", "replacement", "theme", "statement"),
)
COLUMNS = (ID, FEATURE, PROMPT, COMMENT, WHAT, REPLACEMENT, THEME, STATEMENT, "look_at")
_NEEDED = (ID, COMMENT, WHAT)

KEEP, REPLACE, LEAVE_OUT, NEW = "keep", "replace", "leave out", "new"
_WORDS = {word: word for word in (KEEP, REPLACE, LEAVE_OUT, NEW)} | {"": KEEP}

_FROM_THE_LIST = "Copy it from comments-to-check.csv"
_NO_ID = Fault("The row has no id", _FROM_THE_LIST)
_STRANGE_ID = Fault("“{given}” is not an id of this list", _FROM_THE_LIST)
_TWICE = Fault("The id “{given}” is also in row {row}", "Delete one of the two rows")
_CHANGED = Fault(
    "The comment itself was changed",
    "Copy it from comments-to-check.csv, and write your own words under “replacement”",
    several="{count} comments were themselves changed: {places}",
)
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
_GONE = Fault(
    "No return contains this comment now, so the row was not used",
    "Check that its return is still among the returns",
    several="No return contains {count} of these comments now, so their rows were not used: {places}",
    fix_all="Check that their returns are still among the returns",
)
_UNREAD = Fault(
    "{comments} not read yet and so not shown",
    "Copy {list}, say in the copy what to do with what is new, and run this again with it",
)
_LONGEST_THEME = 60
_LONGEST = 15_000
"""Letters of one comment in the list: no cell of a spreadsheet can have many more."""
_NO_CONTROLS = dict.fromkeys([code for code in range(32) if chr(code) not in "\n\t"], " ")
_CUT = " … ({n} more letters in responses.json)"
_SIGNS = "bcdfghjkmnpqrstv"
"""Of ids: without vowels, and without figures, which spreadsheet programs take for numbers and dates."""
_TO_SIGNS = str.maketrans("0123456789abcdef", _SIGNS)
_PARTS = 3
_AN_ID = re.compile(rf"[{_SIGNS}]{{4}}(?:-[{_SIGNS}]{{4}}){{2}}(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a comment: `what` is KEEP, REPLACE, LEAVE_OUT or NEW. `place`: its row in the list;
    `feature` and `prompt` are what is written there."""

    place: Location
    id: str
    comment: str
    what: str
    replacement: str = ""
    theme: str = ""
    statement: str = ""
    feature: str = ""
    prompt: str = ""


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
        return _stem(feature, kind, text) in self.shown


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A comment as it was written, with its id, what in it a person should look at, and what was decided; None if
    nobody said anything yet."""

    id: str
    comment: Comment
    look_at: tuple[tuple[str, str], ...] = ()
    decision: Decision | None = None

    @property
    def read(self) -> bool:
        return self.decision is not None and self.decision.what != NEW


# ---- ids and texts


def to_check(comments: Sequence[Comment], own_names: Collection[str] = ()) -> tuple[ToCheck, ...]:
    """The comments of a round, each with its id; `own_names`: words of names that are known in the round."""
    # Imported here: its patterns and names take 3 ms, and only one of two processes looks at comments.
    from pmdiag_build.results.look_at import look_at

    seen: Counter[str] = Counter()
    found = []
    for comment in comments:
        stem = _stem(comment.feature, comment.kind, comment.text)
        seen[stem] += 1
        id = stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
        found.append(ToCheck(id, comment, tuple(look_at(comment.text, own_names))))
    return tuple(found)


def _stem(feature: str, kind: str, text: str) -> str:
    digest = hashlib.sha256("\0".join((feature, kind, text)).encode("utf-8", "surrogatepass")).hexdigest()
    signs = digest[1:24:2].translate(_TO_SIGNS)
    return "-".join((signs[:4], signs[4:8], signs[8:]))  # _PARTS of them


def _listed(text: str) -> str:
    """A comment as it is in the list."""
    text = text.translate(_NO_CONTROLS)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + _CUT.format(n=len(text) - _LONGEST)


def _is_same(given: str, text: str) -> bool:
    """Whether a comment in a list that came back is this one, however a spreadsheet program saved it."""
    given, text = _folded(as_typed(given)), _folded(_listed(text))
    if given == text:
        return True
    if len(text) <= _A_NUMBER and any(map(str.isdigit, text)):
        # 1/2 became a date, and 007 is 7.
        return True
    if any(not one.isascii() for one in text):
        # An encoding that lacks a letter has ? in its place, or a letter like it.
        return _fits_round(given, text)
    return False


def _fits_round(given: str, text: str) -> bool:
    """Whether a text differs from `text` only where Windows lacks a letter, which may have become two or none."""
    runs = [(ours, "".join(run)) for ours, run in groupby(text, _in_windows)]
    # Bit n: can all so far end before letter n? A regular expression would try every way there is, which are too many.
    everywhere = (1 << len(given) + 1) - 1
    begins = {part: _begins(given, part) for part in {part for ours, part in runs if ours}}
    places = 1
    for ours, part in runs:
        if ours:
            places = (places & begins[part]) << len(part)
        else:
            for _ in range(2 * len(part)):
                places |= places << 1
            places &= everywhere
    return bool(places >> len(given) & 1)


def _begins(text: str, part: str) -> int:
    """Bit n: does `part` begin at letter n?"""
    return sum(1 << found.start() for found in re.finditer(f"(?={re.escape(part)})", text))


_A_NUMBER = 12


def _folded(text: str) -> str:
    text = text.encode("utf-8", "backslashreplace").decode()
    return " ".join(visible(unicodedata.normalize("NFC", text)).split())


def _in_windows(sign: str) -> bool:
    return bool(sign.encode("cp1252", "ignore"))


# ---- the list that came back


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
        needed = dict.fromkeys(_NEEDED, _FROM_THE_LIST)
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
        return Decision(place, normal(texts[ID]), texts[COMMENT], what, replacement, theme, statement, *asked)

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


# ---- what was decided of the comments of a round


def decided(comments: Sequence[ToCheck], checked: CheckedList) -> tuple[ToCheck, ...]:
    """The comments with what was decided. Raises UsageWrong with everything that is wrong in the list."""
    texts = {one.id: one.comment.text for one in comments}
    problems = list(checked.problems)
    for id, decision in checked.decisions.items():
        if id in texts and not _is_same(decision.comment, texts[id]):
            problems.append(_CHANGED.at(decision.place))
        elif id not in texts and not _AN_ID.fullmatch(id):
            problems.append(_STRANGE_ID.at(decision.place, given=id))
    if problems:
        raise UsageWrong(in_order(problems))
    return tuple(replace(one, decision=checked.decisions.get(one.id)) for one in comments)


def points(comments: Collection[ToCheck], checked: CheckedList, new_list: str) -> Iterator[Problem]:
    """What needs a look: rows of comments that no return contains now, and comments that nobody has read yet, which
    `new_list` names."""
    yield from (_GONE.at(one.place, Severity.NOTICE) for one in _gone(comments, checked))
    if n := sum(not one.read for one in comments):
        said = counted(n, "comment was", "comments were")
        yield _UNREAD.at(checked.file, Severity.NOTICE, comments=said, list=new_list)


def _gone(comments: Collection[ToCheck], checked: CheckedList) -> Iterator[Decision]:
    """What was decided of comments that no return contains now."""
    ids = {one.id for one in comments}
    return (one for id, one in checked.decisions.items() if id not in ids)


def shown(comments: Sequence[ToCheck], tool: Tool) -> tuple[Comment, ...]:
    """The comments that are shown, in the words in which they are. Their order is that of these words."""
    return in_order_of_words(filter(None, map(_shown, comments)), tool)


def _shown(one: ToCheck) -> Comment | None:
    decision = one.decision
    if decision is None or decision.what not in (KEEP, REPLACE):
        return None
    text = decision.replacement if decision.what == REPLACE else one.comment.text
    return replace(one.comment, text=text, theme=decision.theme, statement=decision.statement)


def figures(comments: Sequence[ToCheck], tool: Tool, min_group: int) -> Checked:
    """How many comments are shown and how, and the themes; a theme of fewer than `min_group` comments has no number."""
    done = Counter(one.decision.what if one.decision is not None else NEW for one in comments)
    names: dict[str, str] = {}
    themes: Counter[tuple[str, str]] = Counter()
    for one in comments:
        if one.decision is not None and one.read and one.decision.theme:
            name = names.setdefault(normal(one.decision.theme), one.decision.theme)
            themes[one.comment.feature, name] += 1
    places = [*(feature.id for feature in tool.framework.features), ""]
    ordered = sorted(themes.items(), key=lambda item: (places.index(item[0][0]), normal(item[0][1])))
    found = tuple(Theme(name, feature, n if n >= min_group else None) for (feature, name), n in ordered)
    return Checked(done[KEEP], done[REPLACE], done[LEAVE_OUT], done[NEW], found)


# ---- the list to edit


def comments_csv(comments: Sequence[ToCheck], tool: Tool, checked: CheckedList | None) -> bytes:
    """Every comment, with what was decided. `checked`: the list that came back. What it does not have is `new`, and
    what it has of comments that no return contains now stays, since the return may come back."""
    return encoded(_lines(comments, tool, checked))


def _lines(comments: Sequence[ToCheck], tool: Tool, checked: CheckedList | None) -> Iterator[str]:
    words = tool.words["report"]
    features = {feature.id: f"{feature.id} {feature.short}" for feature in tool.framework.features} | {"": ""}
    prompts = {kind: tool.framework.prompts[kind].text for kind in COMMENT_KINDS}
    prompts[MORE_ROOM] = tool.words["pack"]["more_room_title"]
    asked = {
        (id, kind): f"{cell(name)},{cell(text)}" for id, name in features.items() for kind, text in prompts.items()
    }
    undecided = f"{NEW if checked is not None else ''},,,"
    yield ",".join(COLUMNS)
    for one in comments:
        seen = words["list_semicolon"].join(f"{words[f'look_at_{kind}']}: {text}" for kind, text in one.look_at)
        done = undecided if one.decision is None else _done(one.decision)
        comment = one.comment
        yield f"{one.id},{asked[comment.feature, comment.kind]},{cell(_listed(comment.text))},{done},{cell(seen)}"
    for gone in _gone(comments, checked) if checked is not None else ():
        given = ",".join(map(cell, (gone.feature, gone.prompt, as_typed(gone.comment))))
        yield f"{gone.id},{given},{_done(gone)},{cell(words['look_at_gone'])}"


def _done(decision: Decision) -> str:
    # “statement 3.10” stays what it is, where 3.10 would become 3.1.
    statement = f"statement {decision.statement}" if decision.statement else ""
    return ",".join(map(cell, (decision.what, decision.replacement, decision.theme, statement)))
