"""An earlier round beside this one: what it contains, and whether the two together would show what a few answered.

The rule. Two rounds may be one round and a late return: then what differs between them is that return's answers,
however large both are. A response counts as the same in both rounds if it has the same reference, or the same id of
saved answers, and at most one in ten of its answers differs (a cell was fixed); if all its answers are the same and
are many, or have no reference to go by; or if it may be a version of one in the other round (`may_be_one`), unless
both have a reference. Where some answers to a question are the same ones in both rounds, and the others, in either
round, are fewer than `min_group` but not none, the question is not put side by side. Where all are the same, nothing
can be worked out.

Tables by role of the two rounds can show the same. Where at least half of the smaller round is in both, nothing is
shown by role if a role would have so few others, or if other roles were withheld before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.results.tabulation import Counts
from pmdiag_build.returns.duplicates import may_be_one, nearly_alike, telling

Question = tuple[str, str]
"""(`rating`, statement id) or (`overall`, feature id)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one response, as two rounds are compared: a level or nothing for each question that it was asked.

    `role`: as it may be shown; `reference`: as references are compared, or empty; `id`: of saved answers, or empty.
    """

    reference: str
    role: str
    answers: Mapping[Question, str]
    id: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier round: responses, people known, responses that do not say how many they were, and counts by question.

    `reworded` contains the questions whose wording was another one, `in_other_words` those of them that are known to
    have meant the same. `given`: the responses themselves.
    `few`: the questions that are not put side by side, because the answers of a few could be worked out; disclosure
    sets it.
    """

    responses: int
    people: int
    unknown: int
    counts: Mapping[Question, Counts]
    reworded: frozenset[Question]
    given: Sequence[Answers] = ()
    in_other_words: frozenset[Question] = frozenset()
    few: frozenset[Question] = frozenset()

    @property
    def left_out(self) -> bool:
        """Whether no question at all is put side by side."""
        return bool(self.few) and self.few >= self.counts.keys()


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two rounds beside each other would show: the questions on which it is the answers of a few, and whether
    tables by role would show them."""

    few: frozenset[Question]
    by_role: bool


def overlap(now: Sequence[Answers], then: Sequence[Answers], min_group: int) -> Overlap:
    """Compare two rounds, by the rule at the head of this module."""
    pairs = [(now[a], then[b]) for a, b in _pairs(now, then)]
    if not pairs:
        return Overlap(frozenset(), by_role=False)
    few = {question for (_, question) in _few(now, then, pairs, min_group, lambda _: "")}
    mostly = 2 * len(pairs) >= min(len(now), len(then))
    return Overlap(frozenset(few), by_role=mostly and _roles_show(now, then, pairs, min_group))


def _roles_show(
    now: Sequence[Answers], then: Sequence[Answers], pairs: Sequence[tuple[Answers, Answers]], min_group: int
) -> bool:
    if any(a.role != b.role for a, b in pairs):
        return True
    return any(True for _ in _few(now, then, pairs, min_group, lambda one: one.role))


def _few(
    now: Sequence[Answers],
    then: Sequence[Answers],
    pairs: Sequence[tuple[Answers, Answers]],
    min_group: int,
    group: Callable[[Answers], str],
) -> Iterator[tuple[str, Question]]:
    """(group, question) where the answers of a group that are not the same in both rounds are those of a few."""
    asked_now, asked_then = _asked(now, group), _asked(then, group)
    same: Counter[tuple[str, Question]] = Counter()
    for a, b in pairs:
        name = group(a)
        same.update((name, question) for question, level in a.answers.items() if b.answers.get(question) == level)
    for item, n in same.items():
        if 0 < asked_now[item] - n < min_group or 0 < asked_then[item] - n < min_group:
            yield item


def _asked(round_: Sequence[Answers], group: Callable[[Answers], str]) -> Counter[tuple[str, Question]]:
    found: Counter[tuple[str, Question]] = Counter()
    for one in round_:
        name = group(one)
        found.update((name, question) for question in one.answers)
    return found


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
