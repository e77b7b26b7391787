"""Which answers a damaged file lost without a word: neither counted as they were, nor named.

Damage within one value can't be seen by anybody: one flipped bit makes D of L, and a block within a comment leaves a
comment. Neither can damage that leaves a whole file of its kind with the same headers, keys or fields, which says
something else. Everything else must be counted as it was, or named.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.etree import ElementTree

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Location, Problem
from pmdiag_build.returns import Response, Round
from tests.returns.samples import said_by
from tests.torture.mutants import FLIP

Answers = Mapping[str, str]
_FOLLOWS_FROM = {"record_group_size": ("record_mode",)}
"""How many people one person is, is known only with the mode."""


def said(found: Round) -> list[Answers]:
    """What each counted response of a round says."""
    return [said_by(response) for response in found.responses]


def lost(whole: Sequence[Answers], found: Round, how: str) -> list[str]:
    """The answers of the unbroken file that are gone without a word, each as `reference: field was … and is …`."""
    gone = []
    for before, response in _paired(whole, found.responses):
        now = said_by(response) if response else {}
        for name, answer in before.items():
            if now.get(name, "") != answer and not any(
                _named(before, one, response, found.listed) for one in (name, *_FOLLOWS_FROM.get(name, ()))
            ):
                gone.append((before, name, now.get(name, "")))
    if len(gone) <= 1 and (how == FLIP or all(_within(before[name], now) for before, name, now in gone)):
        return []
    return [
        f"{before.get('record_reference')}: {name} was {before[name][:30]!r} and is {now[:30]!r}"
        for before, name, now in gone
    ]


def _paired(whole: Sequence[Answers], responses: Sequence[Response]) -> Iterator[tuple[Answers, Response | None]]:
    """Each person of the unbroken file with the response of the same reference.

    A reference may be damaged, too: then with one that nobody else has and that says half of the same.
    """
    by_reference = {response.record.reference: response for response in responses}
    known = {before.get("record_reference", "") for before in whole}
    rest = [response for response in responses if response.record.reference not in known]
    for before in whole:
        response = by_reference.get(before.get("record_reference", ""))
        if response is None and rest:
            best = max(rest, key=lambda one: len(before.items() & said_by(one).items()))
            response = best if len(before.items() & said_by(best).items()) * 2 > len(before) else None
        yield before, response


def _named(before: Answers, name: str, response: Response | None, problems: Sequence[Problem]) -> bool:
    """Does a message speak of the file, of this return, or of this question?"""
    item = item_of(name)
    words = {name, before.get("record_reference", ""), item.label if item else name} - {""}
    for problem in problems:
        if not (problem.place.line or problem.place.spot) or any(word in str(problem) for word in words):
            return True
        if response is None or _row(problem.place) == _row(response.place) != "":
            # Somebody's row that can't be read, or something about this person's.
            return True
    return False


def _row(place: Location) -> str:
    """The row or entry that a place is in, as text; empty for forms."""
    if place.line:
        return str(place.line)
    found = re.search(r"!([A-Z]*)(\d+)$|^(\$\[\d+\])", place.spot)
    return (found[2] or found[3]) if found else ""


def _within(before: str, now: str) -> bool:
    """Was a part of a text changed, and is the rest as it was?"""
    start = 0
    while start < min(len(before), len(now)) and before[start] == now[start]:
        start += 1
    end = 0
    while end < min(len(before), len(now)) - start and before[-1 - end] == now[-1 - end]:
        end += 1
    return len(before) > 1 and bool(now) and start + end > 0


def still_sound(name: str, before: bytes, now: bytes) -> bool:
    """Is a damaged text whole, with the headers, keys or fields that it had? Judged by other readers than ours."""
    shape = _SHAPES.get(name.rpartition(".")[2])
    if shape is None:
        return False
    found = shape(now)
    return found is not None and found == shape(before)


def _shape_of_csv(data: bytes) -> object:
    """The headers, if all rows have as many cells."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
        first = text.split("\n")[0]
        separator = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (UnicodeError, csv.Error):
        return None
    return rows[0] if rows and all(len(row) == len(rows[0]) for row in rows) else None


def _shape_of_json(data: bytes) -> object:
    """The keys of all objects, in order; None where a key appears twice."""
    shape: list[list[str]] = []

    def pairs(found: list[tuple[str, object]]) -> None:
        shape.append(sorted(key for key, _ in found))

    try:
        json.loads(data, object_pairs_hook=pairs)
    except ValueError:
        return None
    return shape if all(len(set(keys)) == len(keys) for keys in shape) else None


def _shape_of_fdf(data: bytes) -> object:
    """The names of the fields, each with something that looks like a value."""
    return re.findall(rb"<< /T \((\w+)\) /V (?:/\w+|<[0-9A-Fa-f]+>) >>\n", data)


def _shape_of_xfdf(data: bytes) -> object:
    """The names of the fields, each with a value or without, and with nothing beside it."""
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - made here, and damaged here
    except ElementTree.ParseError:
        return None
    fields = [one for one in root.iter() if one.tag.endswith("}field")]
    names = sorted(one.get("name", "") for one in fields)
    beside = any((text or "").strip() for one in fields for text in (one.text, one.tail))
    return None if beside or len(set(names)) < len(names) else names


_SHAPES: Mapping[str, Callable[[bytes], object]] = {
    "csv": _shape_of_csv,
    "json": _shape_of_json,
    "fdf": _shape_of_fdf,
    "xfdf": _shape_of_xfdf,
}
