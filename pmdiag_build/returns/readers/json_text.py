"""JSON → its entries, one at a time, and never more than a return needs: known before anything is made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TooBig

# A text that is not closed goes on to the end: tried again at each quotation mark in it, a cut file would take minutes.
_BRACKET = re.compile(r'[^\[\]{}"]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)[^\[\]{}"]*+)*+([\[\]{}]|\Z)', re.DOTALL)


class TooDeep(Exception):
    """Brackets are nested too deep, at the offset that is given."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Odd:
    """A number or a constant (`NaN`) as it was typed."""

    text: str


class Pairs(list[tuple[str, object]]):
    """An object of JSON with all its keys, doubled ones too."""


def entries_of(text: str) -> Iterator[tuple[str, object]]:
    """(path, value) of each entry of a list, or of the whole if it is no list.

    Raises JSONDecodeError where the JSON is broken, TooDeep, and TooBig for more than a return needs.
    """
    _check(text)
    scan = _decoder().raw_decode
    start = _skip(text, 0)
    if text[start : start + 1] != "[":
        whole, end = scan(text, start)
        _no_more(text, end)
        yield "$", whole
        return
    number, at = 0, _skip(text, start + 1)
    if text[at : at + 1] == "]":
        _no_more(text, at + 1)
        return
    while True:
        entry, at = scan(text, at)
        yield f"$[{number}]", entry
        number, at = number + 1, _skip(text, at)
        if text[at : at + 1] == "]":
            _no_more(text, at + 1)
            return
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _skip(text, at + 1)


def _check(text: str) -> None:
    """Counts brackets, entries of the outer list, and values in each of them, before any of them takes memory."""
    depth, begun, entries = 0, 0, 0
    for number, found in enumerate(_BRACKET.finditer(text), 1):
        if number > limits.BRACKETS:
            raise TooBig(f"it has more than {limits.BRACKETS:,} objects and lists")
        if found[1] in "[{":
            depth += 1
            if depth > limits.NESTED_VALUES:
                raise TooDeep(found.start(1))
            if depth <= _ENTRY_DEPTH:
                _check_values(text, begun, found.start(1))
                begun = found.end()
        elif found[1]:
            depth -= 1
            if depth < _ENTRY_DEPTH:
                _check_values(text, begun, found.start(1))
                begun = found.end()
                entries += depth == 1
                if entries > limits.RETURNS:
                    raise TooBig(f"it has more than {limits.RETURNS:,} entries")
    _check_values(text, begun, len(text))


_ENTRY_DEPTH = 2
"""An entry of the outer list is this deep; where there is no list, the parts of the only record are."""


def _check_values(text: str, start: int, end: int) -> None:
    if end - start > limits.VALUES and text.count(",", start, end) > limits.VALUES:
        raise TooBig(f"a single entry has more than {limits.VALUES:,} values")


_SPACE = re.compile(r"[ \t\n\r]*")


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _no_more(text: str, at: int) -> None:
    if (end := _skip(text, at)) < len(text):
        raise json.JSONDecodeError("Extra data", text, end)


def _decoder() -> json.JSONDecoder:
    # Not strict: a line end inside a text is wrong in JSON, and no reason to lose an answer.
    return json.JSONDecoder(strict=False, object_pairs_hook=Pairs, parse_int=Odd, parse_float=Odd, parse_constant=Odd)
