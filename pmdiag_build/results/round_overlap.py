"""Two results of one round, or of two that share responses: whether both together would show what a few answered.

The rule. Lay the rows of the two results over each other, question by question: the total and what is shown by role.
That cuts those who answered into pieces: who gave the same answer in both, by their rows in the one and in the other;
who answered in one only, or otherwise, by their row there. Each piece is nobody, or could have a row of its own, or
already is one in one of the results, or part of a row in which all say the same. Who gave the same answer in both may
also be few, if in either result enough others are in their row, and the two rows do not say what these few answered.
Otherwise rows by role are put together until it is so; and where the totals alone show it, the question is not shown at
all.

A response counts as the same in both if it has the same reference, or the same id of saved answers, and at most one in
ten of its answers differs (a cell was fixed); if all its answers are the same and are many, or have no reference to go
by; or if it may be a version of one in the other round (`may_be_one`), unless both have a reference.

Of the two numbers of `min_group` the smaller one counts: with the results that were made with it, more is given out
already. The rows of earlier results are those that their responses.csv records; where it records none, they are taken
to be those of today's rules. Where there are several earlier results, each of them is laid over this one, and their
totals, which are side by side in one report, over each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from pmdiag_build.results.roles import Rows, by_role, may_be_seen, may_have_a_row, unanimous
from pmdiag_build.results.tabulation import Counts, Question
from pmdiag_build.returns.duplicates import may_be_one, nearly_alike, telling


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one response, as two rounds are compared: a level or nothing for each question that it was asked.

    `reference` and `area`: as they are compared, or empty; `id`: of saved answers, or empty.
    """

    reference: str
    role: str
    answers: Mapping[Question, str]
    id: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier round: responses, people known, responses that do not say how many they were, and counts by question.

    `reworded` contains the questions whose wording was another one, `in_other_words` those of them that are known to
    have meant the same. `given`: the responses themselves. `min_group`: what its results were made with. `rows`: which
    row each role was in, for each question that its results showed; None where that is not recorded. `area_rows`: the
    same by area, for each question that had any.
    `title`: of the round, or nothing; `last`: the last day on which its answers are dated (ISO), or nothing; `place`
    names it in problems. Disclosure sets `few`, the questions that are not shown because the answers of a few could be
    worked out, and `beside`, those of them that are not shown because of another earlier round.
    """

    responses: int
    people: int
    unknown: int
    counts: Mapping[Question, Counts]
    reworded: frozenset[Question]
    given: Sequence[Answers] = ()
    in_other_words: frozenset[Question] = frozenset()
    few: frozenset[Question] = frozenset()
    min_group: int = 5
    rows: Mapping[Question, Rows] | None = None
    area_rows: Mapping[Question, Rows] = field(default_factory=dict)
    title: str = ""
    last: str = ""
    place: str = ""
    beside: frozenset[Question] = frozenset()

    @property
    def left_out(self) -> bool:
        """Whether no question at all is put side by side."""
        return bool(self.few) and self.few >= self.counts.keys()


_Row = str | None
"""The name of a row, `_OTHERS`, or None: has no row, since it did not answer so there."""
_OTHERS = "\N{BULLET}"

Pieces = Mapping[tuple[_Row, _Row], Counts]
"""(role in this round, role in the earlier one) → the counts of those who gave the same answer in both, where both are
named, else of those who answered in one only, or otherwise there."""


class Overlap:
    """What the results of this round would show together with earlier ones."""

    def __init__(self, now: Sequence[Answers], earlier: Earlier, levels: Sequence[str], min_group: int) -> None:
        self._min_group = min(min_group, earlier.min_group)
        self._levels = {level: place for place, level in enumerate(levels)}
        pairs = list(_pairs(now, earlier.given))
        then_of = dict(pairs)
        # Rounds that share nobody can't show each other's answers.
        self._rows = [(one, earlier.given[then_of[n]] if n in then_of else None) for n, one in enumerate(now)]
        matched = set(then_of.values())
        self._gone = [one for n, one in enumerate(earlier.given) if n not in matched]
        self._rows_then = _rows_of(earlier, self._levels) if pairs else {}
        self._area_rows_then = earlier.area_rows
        same = [(one, twin) for one, twin in self._rows if twin]
        self._same_people = len(same) == len(now) == len(earlier.given) and all(a.area == b.area for a, b in same)
        self._pieces: dict[Question, Pieces] = {}
        self.refused = False
        """Whether anything was not allowed."""

    def allows(self, question: Question, rows: Rows) -> bool:
        """Whether these rows and one for all others may be given out beside the earlier ones."""
        if question not in self._rows_then:
            return True
        if question not in self._pieces:
            self._pieces[question] = self._cut(question)
        laid = _Laid(self._pieces[question], rows, self._rows_then[question])
        # Rows by area are not laid over others: beside them rows by role are the same as before, or none.
        other = bool(rows) and question in self._area_rows_then and not self._same(question, rows)
        tells = other or laid.tells(self._min_group)
        self.refused |= tells
        return not tells

    def touches(self, question: Question) -> bool:
        """Whether the earlier results show this question, and some of the same responses are in them."""
        return question in self._rows_then

    def allows_areas(self, question: Question, rows: Rows, areas: Rows) -> bool:
        """Whether rows by area may be given out beside the earlier ones: none are, or both results are the same."""
        then = self._area_rows_then.get(question, {})
        if question not in self._rows_then or not (areas or then):
            return True
        return areas == then and self._same(question, rows)

    def _same(self, question: Question, rows: Rows) -> bool:
        """Whether both results have the same answers of the same people in the same rows."""
        same = self._same_people and all(here == there for here, there in self._cut(question))
        return same and rows == self._rows_then[question]

    def _cut(self, question: Question) -> Pieces:
        found: dict[tuple[_Row, _Row], list[int]] = defaultdict(lambda: [0] * len(self._levels))

        def note(level: str, role: _Row, row: _Row) -> None:
            found[role, row][self._levels[level]] += 1

        for one, twin in self._rows:
            level = one.answers.get(question)
            before = twin.answers.get(question) if twin else None
            if level and level == before:
                note(level, one.role, twin.role if twin else None)
                continue
            if level:
                note(level, one.role, None)
            if before:
                note(before, None, twin.role if twin else None)
        for one in self._gone:
            if level := one.answers.get(question):
                note(level, None, one.role)
        return {place: Counts(tuple(chosen), 0) for place, chosen in found.items()}


class _Laid:
    """The pieces of one question by the rows of this round, `now`, and those of the earlier results, `then`; each piece
    in parts, of one role each."""

    def __init__(self, pieces: Pieces, now: Rows, then: Rows) -> None:
        self.parts: dict[tuple[_Row, _Row], list[Counts]] = defaultdict(list)
        self.here: dict[_Row, Counts] = {}
        self.there: dict[_Row, Counts] = {}
        for (role, earlier), counts in pieces.items():
            here = None if role is None else now.get(role, _OTHERS)
            there = None if earlier is None else then.get(earlier, _OTHERS)
            self.parts[here, there].append(counts)
            self.here[here] = self.here[here] + counts if here in self.here else counts
            self.there[there] = self.there[there] + counts if there in self.there else counts

    def tells(self, min_group: int) -> bool:
        """Whether some piece would show what a few answered."""
        return any(
            not _may_be_known(parts, min_group, in_both=None not in (here, there))
            and self._cut_out(reduce(add, parts), here, there)
            for (here, there), parts in self.parts.items()
        )

    def _cut_out(self, piece: Counts, here: _Row, there: _Row) -> bool:
        """Whether a piece can be told from the others of its rows."""
        rows = [rows[name] for rows, name in ((self.here, here), (self.there, there)) if name is not None]
        if any(piece == row or unanimous(row) for row in rows):
            return False
        # What both results have can't be taken from either, where others are in both rows who are not in the other one.
        mixed = len(rows) > 1 and (here, None) in self.parts and (None, there) in self.parts
        return not mixed or _pinned_to_anybody(piece.chosen, *(row.chosen for row in rows))


def _may_be_known(parts: Sequence[Counts], min_group: int, *, in_both: bool) -> bool:
    """Whether a piece may be known: as rows may be; and, of what is in one of the results only, one who is alone in a
    role may know what could be a row of another."""
    if not in_both and len(parts) == 2 and min(counts.base for counts in parts) == 1:
        enough = may_have_a_row(reduce(add, parts), min_group)
        return enough and any(may_have_a_row(counts, min_group) for counts in parts)
    return may_be_seen(parts, min_group)


_Chosen = tuple[int, ...]


def _pinned_to_anybody(piece: _Chosen, a: _Chosen, b: _Chosen) -> bool:
    """Whether two rows say how many of a piece of both chose some level: to everybody, or to one of them."""
    seen = [(piece, a, b)]
    for level, n in enumerate(piece):
        if n and sum(piece) > 1:
            seen.append((_less(piece, level), _less(a, level), _less(b, level)))
        if a[level] > n:
            seen.append((piece, _less(a, level), b))
        if b[level] > n:
            seen.append((piece, a, _less(b, level)))
    return any(_pinned(sum(part), *rows) for part, *rows in seen)


def _less(chosen: _Chosen, level: int) -> _Chosen:
    return tuple(n - (place == level) for place, n in enumerate(chosen))


def _pinned(size: int, a: _Chosen, b: _Chosen) -> bool:
    most = [min(size, x, y) for x, y in zip(a, b, strict=True)]
    least = [
        max(0, x - sum(a) + size, y - sum(b) + size, size - sum(most) + top)
        for x, y, top in zip(a, b, most, strict=True)
    ]
    return any(0 < low == high for low, high in zip(least, most, strict=True))


def _rows_of(earlier: Earlier, levels: Mapping[str, int]) -> Mapping[Question, Rows]:
    """The rows of the earlier results, for each question whose total they showed."""
    if earlier.rows is not None:
        return earlier.rows
    parts: dict[Question, dict[str, list[int]]] = defaultdict(dict)
    for one in earlier.given:
        for question, level in one.answers.items():
            row = parts[question].setdefault(one.role, [0] * (len(levels) + 1))
            row[levels.get(level, -1)] += 1
    found: dict[Question, Rows] = {}
    for question, roles in parts.items():
        counts = {role: Counts(tuple(row[:-1]), row[-1]) for role, row in roles.items()}
        if not too_few(reduce(add, counts.values()), earlier.responses, earlier.min_group):
            split = by_role(counts, earlier.min_group) if question[0] != "apart" else None
            found[question] = split.rows if split else {}
    return found


def too_few(counts: Counts, responses: int, min_group: int) -> bool:
    """Whether too few answered a question for its total to be shown, in a round of so many responses: a round that is
    smaller itself is shown as it is, and says so."""
    return 0 < counts.base < min_group and (responses >= min_group or counts.asked < responses)


def _pairs(now: Sequence[Answers], then: Sequence[Answers]) -> Iterator[tuple[int, int]]:
    """The places of the responses that are the same in both rounds."""
    known = {name: place for place, one in enumerate(then) for name in _names(one)}
    left: list[int] = []
    taken: set[int] = set()
    for place, one in enumerate(now):
        twin = next((known[name] for name in _names(one) if name in known), None)
        if twin is not None and twin not in taken and nearly_alike(one.answers, then[twin].answers):
            taken.add(twin)
            yield place, twin
        else:
            left.append(place)
    asked = [frozenset(one.answers) for one in (*now, *then)]
    questions = sorted(frozenset.intersection(*asked)) if asked else []
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(then):
        if place not in taken and (answers := _telling(one, questions)):
            alike[answers].append(place)
    rest = []
    for place in left:
        if (answers := _telling(now[place], questions)) and alike[answers]:
            taken.add(twin := alike[answers].pop())
            yield place, twin
        else:
            rest.append(place)
    others = [place for place in range(len(then)) if place not in taken]
    for b, a in _near([then[place] for place in others], [now[place] for place in rest], questions):
        yield rest[a], others[b]


def _names(one: Answers) -> Iterator[tuple[str, str]]:
    """What one response has, and no other one of its round."""
    if one.reference:
        yield "reference", one.reference
    if one.id:
        yield "id", one.id


def _near(then: Sequence[Answers], now: Sequence[Answers], questions: Sequence[Question]) -> Iterator[tuple[int, int]]:
    """The places of responses, each in its round, that may be versions of one by what both rounds were asked."""
    both = [*then, *now]
    if all(one.reference for one in both):
        return
    taken: set[int] = set()

    def fits(earlier: int, later: int) -> bool:
        if not earlier < len(then) <= later or earlier in taken:
            return False
        return not (both[earlier].reference and both[later].reference)

    def given(place: int) -> Mapping[Question, str]:
        return {item: both[place].answers[item] for item in questions}

    for earlier, later in may_be_one(len(both), given, fits):
        taken.add(earlier)
        yield earlier, later - len(then)


def _telling(one: Answers, questions: Sequence[Question]) -> tuple[str, ...]:
    """The answers by which a response is known again, or none."""
    answers = tuple(one.answers[question] for question in questions)
    return answers if telling(answers) or (any(answers) and not one.reference) else ()
