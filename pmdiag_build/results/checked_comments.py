"""Comments as a person checked them: every comment → a list to edit, and what was decided of each → what is shown.

A comment that is not on the list that came back was read by nobody and is not shown; a new list has it as `new`, which
is no decision either.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM
from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import as_typed, cell, encoded
from pmdiag_build.problems import Fault, Problem, Severity, UsageWrong, counted, in_order
from pmdiag_build.results.comments_list import (
    AN_ID,
    COLUMNS,
    FROM_THE_LIST,
    KEEP,
    LEAVE_OUT,
    NEW,
    REPLACE,
    CheckedList,
    Decision,
    stem_of,
)
from pmdiag_build.results.disclosure import Checked, Comment, Theme, in_order_of_words
from pmdiag_build.text import normal, visible, writable

_STRANGE_ID = Fault("“{given}” is not an id of this list", FROM_THE_LIST)
_CHANGED = Fault(
    "The comment itself was changed",
    "Copy it from comments-to-check.csv, and write your own words under “replacement”",
    several="{count} comments were themselves changed: {places}",
)
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
_UNDECIDED = Fault("{comments} written", "Write keep, replace or leave out in each row")
_LONGEST = 15_000
"""Letters of one comment in the list: no cell of a spreadsheet can have many more."""
_NO_CONTROLS = dict.fromkeys([code for code in range(32) if chr(code) not in "\n\t"], " ")
_CUT = " … ({n} more letters in responses.json)"


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

    @property
    def undecided(self) -> bool:
        """Whether it is shown only because its row in the list says nothing."""
        return self.decision is not None and self.decision.open


# ---- ids and texts


def to_check(comments: Sequence[Comment], own_names: Collection[str] = ()) -> tuple[ToCheck, ...]:
    """The comments of a round, each with its id; `own_names`: words of names that are known in the round."""
    # Imported here: its patterns and names take 3 ms, and only one of two processes looks at comments.
    from pmdiag_build.results.look_at import look_at

    seen: Counter[str] = Counter()
    found = []
    for comment in comments:
        stem = stem_of(comment.feature, comment.kind, comment.text)
        seen[stem] += 1
        id = stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
        found.append(ToCheck(id, comment, tuple(look_at(comment.text, own_names))))
    return tuple(found)


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
    return " ".join(visible(unicodedata.normalize("NFC", writable(text))).split())


def _in_windows(sign: str) -> bool:
    return bool(sign.encode("cp1252", "ignore"))


# ---- what was decided of the comments of a round


def decided(comments: Sequence[ToCheck], checked: CheckedList) -> tuple[ToCheck, ...]:
    """The comments with what was decided. Raises UsageWrong with everything that is wrong in the list."""
    texts = {one.id: one.comment.text for one in comments}
    problems = list(checked.problems)
    for id, decision in checked.decisions.items():
        if id in texts and not _is_same(decision.comment, texts[id]):
            problems.append(_CHANGED.at(decision.place))
        elif id not in texts and not AN_ID.fullmatch(id):
            problems.append(_STRANGE_ID.at(decision.place, given=id))
    if problems:
        raise UsageWrong(in_order(problems))
    return tuple(replace(one, decision=checked.decisions.get(one.id)) for one in comments)


def points(comments: Collection[ToCheck], checked: CheckedList, new_list: str) -> Iterator[Problem]:
    """What needs a look: rows of comments that no return contains now, comments that nobody has read yet, which
    `new_list` names, and those of which nobody said what to do."""
    yield from (_GONE.at(one.place, Severity.NOTICE) for one in _gone(comments, checked))
    if n := sum(not one.read for one in comments):
        said = counted(n, "comment was", "comments were")
        yield _UNREAD.at(checked.file, Severity.NOTICE, comments=said, list=new_list)
    if n := sum(one.undecided for one in comments):
        one, several = (
            "comment has no decision and is shown as it was",
            "comments have no decision and are shown as they were",
        )
        yield _UNDECIDED.at(checked.file, Severity.NOTICE, comments=counted(n, one, several))


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
    undecided = sum(one.undecided for one in comments)
    return Checked(done[KEEP], done[REPLACE], done[LEAVE_OUT], done[NEW], found, undecided)


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
    what = "" if decision.open else decision.what
    return ",".join(map(cell, (what, decision.replacement, decision.theme, statement)))
