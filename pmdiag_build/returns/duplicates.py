"""Which responses are the same, and which contradict each other.

The rules, in this order, among responses that are not blank:

1. Files of equal bytes: the same return under another name.
2. One reference (as `key_of` has it) and equal content: the same return, written by any program.
3. One reference and content that differs: in conflict, none is counted.
4. No reference, and equal content that two people are unlikely to share (`telling`): the same return.
5. Equal content, but too little to tell, or under different references: both count, and a person is asked to look.

Content is everything but the file and its `pack_id`. White space at the ends of a text makes no difference, nor does
the way in which a date is written.

Two rounds are compared by the same means: by reference, by `telling` answers, and by `nearly_alike`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmdiag_build.content.field_names import RECORD_FIELDS, comment_name, overall_name, rating_name, record_name
from pmdiag_build.returns.response import Response, day_of

_TELLING_TEXT = 20
_TELLING_LEVELS = 12
_ONE_IN = 10
_BESIDE_REFERENCE = tuple(name for name in RECORD_FIELDS if name != "reference")

Content = tuple[object, ...]
"""What was answered, as names and values: comparable, and small, since tens of thousands are compared."""


@dataclass(slots=True)
class Classified:
    """Responses by what becomes of them, in the order in which they came.

    `again`: (one found again, the one that counts). `conflicts`: responses under one reference.
    `alike`: (counted, an earlier one that says the same and was counted too).
    """

    counted: list[Response] = field(default_factory=list)
    blank: list[Response] = field(default_factory=list)
    again: list[tuple[Response, Response]] = field(default_factory=list)
    conflicts: list[list[Response]] = field(default_factory=list)
    alike: list[tuple[Response, Response]] = field(default_factory=list)


def classify(responses: Iterable[Response]) -> Classified:
    """Which responses are counted, blank, duplicate or in conflict."""
    result = Classified()
    rest = _without_equal_files(responses, result)
    by_reference: dict[str, list[Response]] = {}
    for one in rest:
        if key := one.key:
            by_reference.setdefault(key, []).append(one)
    counted = [one for group in by_reference.values() for one in _one_reference(group, result)]
    counted += _without_reference([one for one in rest if not one.key], result)
    order = {id(one): i for i, one in enumerate(rest)}
    result.counted = sorted(counted, key=lambda one: order[id(one)])
    _note_alike(result)
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


def _one_reference(group: Sequence[Response], result: Classified) -> list[Response]:
    """Rules 2 and 3."""
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


def _without_reference(responses: Sequence[Response], result: Classified) -> list[Response]:
    """Rule 4."""
    first: dict[Content, Response] = {}
    rest: list[Response] = []
    for one in responses:
        twin = first.setdefault(content(one), one) if _telling(one) else one
        _add(one, twin, rest, result)
    return rest


def _note_alike(result: Classified) -> None:
    """Rule 5; without the reference, which may be what was corrected."""
    first: dict[Content, Response] = {}
    for one in result.counted:
        twin = first.setdefault(_without_its_reference(one), one)
        if twin is not one and (_telling(one) or not one.key):
            result.alike.append((one, twin))


def _telling(response: Response) -> bool:
    texts = (*response.comments.values(), *response.more.values())
    return telling(response.ratings.values(), texts)


def telling(levels: Iterable[str | None], texts: Iterable[str] = ()) -> bool:
    """Are two people unlikely to share these answers? True with a sentence, or with many different levels."""
    if any(len(text.strip()) >= _TELLING_TEXT for text in texts):
        return True
    given = [level for level in levels if level]
    return len(given) >= _TELLING_LEVELS and len(set(given)) > 1


def nearly_alike(a: Mapping[Any, str], b: Mapping[Any, str]) -> bool:
    """Do at most one in ten answers to what both were asked differ? Then, under one reference, a cell was corrected."""
    both = a.keys() & b.keys()
    changed = sum(a[question] != b[question] for question in both)
    answered = sum(bool(a[question] or b[question]) for question in both)
    return changed * _ONE_IN <= answered


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


def _given(answers: Mapping[Any, str | None]) -> Content:
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
