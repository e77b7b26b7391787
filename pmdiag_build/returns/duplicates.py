"""Which responses are the same, and which contradict each other.

The rules, in this order, among responses that are not blank:

1. Files of equal bytes: the same return under another name.
2. Responses belong together that have one id (the questionnaire gives one to what is saved, and keeps it), one
   reference (as `key_of` has it), or no reference and equal content that two people are unlikely to share (`telling`).
3. Of those that belong together: equal content is the same return, written by any program; content that differs is in
   conflict, and none of them is counted.
4. All others count. A person is asked to look where two have equal content, but too little to tell or different
   references; and where two, not both with a reference, are nearly alike in unusual answers (`may_be_one`).

Content is everything but the file, its `pack_id`, its id and when it was saved. White space at the ends of a text makes
no difference, nor does the way in which a date is written. Only what is saved on screen has an id.

Two rounds are compared by the same means: by id and reference, by `telling` answers, `nearly_alike` and `may_be_one`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from pmdiag_build.content.field_names import RECORD_FIELDS, comment_name, overall_name, rating_name, record_name
from pmdiag_build.returns.response import Response
from pmdiag_build.text import day_of

_TELLING_TEXT = 20
_TELLING_LEVELS = 12
_ONE_IN = 10
_UNUSUAL = 6
_CROWD = 64
"""So many that share a part of their answers are compared with each other."""

_BESIDE_REFERENCE = tuple(name for name in RECORD_FIELDS if name != "reference")

Given = Mapping[Any, str | None]
"""Question → level, or nothing where it was not answered."""

Content = tuple[object, ...]
"""What was answered, as names and values: comparable, and small, since tens of thousands are compared."""


@dataclass(slots=True)
class Classified:
    """Responses by what becomes of them, in the order in which they came.

    `again`: (one found again, the one that counts). `conflicts`: responses that belong together and differ.
    `alike`: (counted, an earlier one that says the same and was counted too). `near`: the same of those that nearly do.
    """

    counted: list[Response] = field(default_factory=list)
    blank: list[Response] = field(default_factory=list)
    again: list[tuple[Response, Response]] = field(default_factory=list)
    conflicts: list[list[Response]] = field(default_factory=list)
    alike: list[tuple[Response, Response]] = field(default_factory=list)
    near: list[tuple[Response, Response]] = field(default_factory=list)


def classify(responses: Iterable[Response]) -> Classified:
    """Which responses are counted, blank, duplicate or in conflict."""
    result = Classified()
    rest = _without_equal_files(responses, result)
    counted = [one for group in _together(rest) for one in _decided(group, result)]
    order = {id(one): i for i, one in enumerate(rest)}
    result.counted = sorted(counted, key=lambda one: order[id(one)])
    _note_alike(result)
    _note_near(result)
    return result


def _without_equal_files(responses: Iterable[Response], result: Classified) -> list[Response]:
    """Rule 1. Two equal files have their records in the same order."""
    first: dict[tuple[bytes, int], Response] = {}
    numbers: dict[tuple[bytes, str], int] = {}
    rest: list[Response] = []
    for one in responses:
        if one.blank:
            result.blank.append(one)
            continue
        file = (one.digest, one.place.file)
        number = numbers[file] = numbers.get(file, -1) + 1
        _add(one, first.setdefault((one.digest, number), one), rest, result)
    return rest


def _add(one: Response, twin: Response, rest: list[Response], result: Classified) -> None:
    if twin is one:
        rest.append(one)
    else:
        result.again.append((one, twin))


def _together(responses: Sequence[Response]) -> Iterable[list[Response]]:
    """Rule 2: those that belong together, directly or by way of others."""
    first: dict[object, int] = {}
    before = list(range(len(responses)))

    def first_of(place: int) -> int:
        while before[place] != place:
            before[place] = place = before[before[place]]
        return place

    for place, one in enumerate(responses):
        for name in _names(one):
            ends = first_of(first.setdefault(name, place)), first_of(place)
            before[max(ends)] = min(ends)
    groups: dict[int, list[Response]] = {}
    for place, one in enumerate(responses):
        groups.setdefault(first_of(place), []).append(one)
    return groups.values()


def _names(one: Response) -> Iterator[object]:
    """What other responses that belong together with this one have, too."""
    if one.id:
        yield "id", one.id
    if one.key:
        yield "reference", one.key
    elif _telling(one):
        yield content(one)


def _decided(group: Sequence[Response], result: Classified) -> list[Response]:
    """Rule 3: those of a group that are counted."""
    if len(group) == 1:
        return list(group)
    first: dict[Content, Response] = {}
    different: list[Response] = []
    for one in group:
        _add(one, first.setdefault(content(one), one), different, result)
    if len(different) == 1:
        return different
    result.conflicts.append(different)
    return []


def _note_alike(result: Classified) -> None:
    """Rule 4; without the reference, which may be what was corrected."""
    first: dict[Content, Response] = {}
    for one in result.counted:
        twin = first.setdefault(_without_its_reference(one), one)
        if twin is not one and (_telling(one) or not one.key):
            result.alike.append((one, twin))


def _note_near(result: Classified) -> None:
    """Rule 4, of those that were not found to be alike."""
    if all(one.key for one in result.counted):
        return
    noted = {id(one) for one, _ in result.alike}
    rest = [one for one in result.counted if id(one) not in noted]

    def given(place: int) -> Given:
        return {**rest[place].ratings, **rest[place].overall}

    pairs = may_be_one(len(rest), given, lambda earlier, later: not (rest[earlier].key and rest[later].key))
    result.near = [(rest[later], rest[earlier]) for earlier, later in pairs]


def _telling(response: Response) -> bool:
    texts = (*response.comments.values(), *response.more.values())
    return telling(response.ratings.values(), texts)


def telling(levels: Iterable[str | None], texts: Iterable[str] = ()) -> bool:
    """Are two people unlikely to share these answers? True with a sentence, or with many different levels."""
    if any(len(text.strip()) >= _TELLING_TEXT for text in texts):
        return True
    given = [level for level in levels if level]
    return len(given) >= _TELLING_LEVELS and len(set(given)) > 1


def nearly_alike(a: Given, b: Given) -> bool:
    """Do at most one in ten answers to what both were asked differ? Then, under one reference, a cell was corrected."""
    changed, answered = unlike(a, b)
    return changed * _ONE_IN <= answered


def unlike(a: Given, b: Given) -> tuple[int, int]:
    """How many answers to what both were asked differ, and how many questions of those either answered."""
    both = a.keys() & b.keys()
    changed = sum((a[question] or "") != (b[question] or "") for question in both)
    return changed, sum(bool(a[question] or b[question]) for question in both)


def may_be_one(many: int, given: Callable[[int], Given], fits: Callable[[int, int], bool]) -> Iterator[tuple[int, int]]:
    """(place of an earlier one, its own place) for all answers that may be a later version of those of an earlier one.

    `given` has the answers at a place of so many. The two are `nearly_alike`, `fits` takes them, and they share at
    least six unusual answers: those that neither most others gave, nor of the level that the two share most. People
    who see things much alike do not share so many.

    Where at most one answer in ten differs and the questions are cut into more parts than that, one part is the same in
    both: only those are compared. Of parts that very many share, the first few are.
    """
    marks = _Marks(many, given)
    known: dict[int, list[int]] = {}
    for place, said in enumerate(marks.said):
        if marks.unusual_in(said) < _UNUSUAL:
            continue
        parts = [said & part for part in marks.parts]
        for earlier in sorted({one for part in parts for one in known.get(part, ())}):
            shared = marks.unusual_in(said & marks.said[earlier])
            if shared >= _UNUSUAL and fits(earlier, place) and nearly_alike(given(earlier), given(place)):
                yield earlier, place
                break
        for part in parts:
            if len(alike := known.setdefault(part, [])) < _CROWD:
                alike.append(place)


class _Marks:
    """Sets of answers as numbers: a bit for each level of each question that was chosen, and one for each of `parts`,
    which has the bits of a part of the questions and its own."""

    def __init__(self, many: int, given: Callable[[int], Given]) -> None:
        self._given = Counter(chain.from_iterable(given(place).items() for place in range(many)))
        for item in [item for item in self._given if not item[1]]:
            del self._given[item]
        items = sorted(self._given)
        bits = {item: 1 << number for number, item in enumerate(items)}
        questions = list(dict.fromkeys(question for question, _ in items))
        several = len(questions) // _ONE_IN + 1
        part_of = {question: number % several for number, question in enumerate(questions)}
        self.parts = [1 << len(items) + number for number in range(several)]
        of_parts = sum(self.parts)
        self.said = [of_parts + sum(bits.get(item, 0) for item in given(place).items()) for place in range(many)]
        levels: dict[str | None, int] = {}
        for question, level in items:
            self.parts[part_of[question]] |= bits[question, level]
            levels[level] = levels.get(level, 0) | bits[question, level]
        self._levels = list(levels.values())
        self._unusual = sum(bits[item] for item in items if self._unusual_among_others(item, levels))

    def _unusual_among_others(self, item: tuple[Any, str | None], levels: Iterable[str | None]) -> bool:
        """Would two people who both gave this answer have less of the others with them than with another answer?"""
        question, level = item
        others = self._given[item] - 2
        return others <= 0 or any(self._given[question, one] > others for one in levels if one != level)

    def unusual_in(self, said: int) -> int:
        """How many answers of a set are unusual, and not of the level that it has most."""
        most = max(self._levels, key=lambda level: (said & level).bit_count(), default=0)
        return (said & self._unusual & ~most).bit_count()


def content(response: Response) -> Content:
    """Everything that a response says."""
    return response.key, *_without_its_reference(response)


def _without_its_reference(response: Response) -> Content:
    record = tuple(_recorded(response, name) for name in _BESIDE_REFERENCE)
    uncounted = sorted((value.name, tuple(map(str.strip, value.given))) for value in response.uncounted)
    levels = [_given(answers) for answers in (response.ratings, response.overall, response.apart)]
    return record, *levels, _given(response.comments), _given(response.more), tuple(uncounted)


def _recorded(response: Response, name: str) -> str:
    """What the record says under a name, in the form in which it is compared."""
    text = str(getattr(response.record, name)).strip()
    day = day_of(text) if name == "date" else None
    return text if day is None else day.isoformat()


def _given(answers: Given) -> Content:
    given = {name: text for name, answer in answers.items() if answer and (text := answer.strip())}
    return tuple(given), tuple(given.values())


def named(response: Response) -> dict[str, object]:
    """Everything that a response says, by the names of its fields, without empty ones."""
    said: dict[str, object] = {record_name(name): _recorded(response, name) for name in RECORD_FIELDS}
    said["record_reference"] = response.key
    said |= {rating_name(id): level for id, level in response.ratings.items()}
    said |= {overall_name(id): level for id, level in response.overall.items()}
    said |= response.apart
    said |= {comment_name(kind, id): text.strip() for (kind, id), text in response.comments.items()}
    said |= {name: text.strip() for name, text in response.more.items()}
    said |= {value.name: value.given for value in response.uncounted}
    return {name: value for name, value in said.items() if value}


def differing(responses: Sequence[Response]) -> list[str]:
    """The names of the fields in which responses differ, in the order of the questions."""
    contents = [named(response) for response in responses]
    names = dict.fromkeys(name for said in contents for name in said)
    return [name for name in names if len({said.get(name) for said in contents}) > 1]
