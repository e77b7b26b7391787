"""Response records in JSON, one or a list → raw records. Strict: what JSON leaves open is named, not resolved.

Numbers stay the text that was typed, so that none is too huge; every key is seen, so that none hides another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pmdiag_build.content.field_names import (
    COMMENT_KINDS,
    PACK_ID,
    RECORD_FIELDS,
    comment_name,
    item_of,
    overall_name,
    rating_name,
    record_name,
)
from pmdiag_build.problems import Fault, Location, did_you_mean
from pmdiag_build.returns.raw import Given, JsonPlaces, RawRecord, Reading, set_aside
from pmdiag_build.returns.response import FORMAT, VERSION
from pmdiag_build.text import NotText, text_of

_DEEPEST = 20
_KEYS = ("format", "version", PACK_ID, "record", "ratings", "overall", "comments", "more")
# A text that is not closed goes on to the end: tried again at each quotation mark in it, a cut file would take minutes.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
ASK_AGAIN = "Ask for the file again, as it was saved"


@dataclass(frozen=True, slots=True)
class _Odd:
    """A number or a constant (`NaN`) as it was typed."""

    text: str


class _Pairs(list[tuple[str, object]]):
    """An object of JSON with all its keys, doubled ones too."""


def read(name: str, data: bytes) -> Reading:
    """The returns in a JSON file called `name`."""
    try:
        text = text_of(data).text
    except NotText as error:
        return set_aside(name, Fault(str(error), ASK_AGAIN))
    if (offset := _too_deep(text)) is not None:
        return set_aside(
            _at(name, text, offset), Fault(f"It is nested more than {_DEEPEST} deep", "This is no response record")
        )
    try:
        whole = _decoder().decode(text)
    except json.JSONDecodeError as error:
        return set_aside(
            _at(name, text, error.pos), Fault(f"It is not JSON, or it was cut short: {error.msg}", ASK_AGAIN)
        )
    reading = Reading()
    entries = [("$", whole)] if isinstance(whole, _Pairs) else _listed(whole)
    for root, entry in entries:
        _Entry(name, root, reading).read(entry)
    if not entries:
        reading.put_aside(name, Fault("It holds no response record", "Check that this is a return"))
    return reading


def _listed(whole: object) -> list[tuple[str, object]]:
    return [(f"$[{i}]", entry) for i, entry in enumerate(whole)] if isinstance(whole, list) else []


def _at(name: str, text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset) + 1
    return Location(name, line, offset - (text.rfind("\n", 0, offset) + 1) + 1)


def _too_deep(text: str) -> int | None:
    """Where brackets stand too deep, if they do: known before the parser spends memory and stack on them."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > _DEEPEST:
                return token.start()
        elif token[0] in "]}":
            depth -= 1
    return None


def _decoder() -> json.JSONDecoder:
    # Not strict: a line end inside a text is wrong in JSON, and no reason to lose an answer.
    return json.JSONDecoder(
        strict=False, object_pairs_hook=_Pairs, parse_int=_Odd, parse_float=_Odd, parse_constant=_Odd
    )


class _Refused(Exception):
    """The entry can't be read as a record."""

    def __init__(self, path: str, fault: Fault) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault


class _Entry:
    """One entry of a file on its way to a raw record."""

    def __init__(self, file: str, root: str, reading: Reading) -> None:
        self.file = file
        self.root = root
        self.reading = reading
        self.values: dict[str, Given] = {}
        self.unread: dict[str, tuple[Given, Fault]] = {}
        self.paths: dict[str, str] = {}

    def read(self, entry: object) -> None:
        try:
            top = self._object(entry, "")
            self._check_format(top)
            for key in top:
                if key not in _KEYS:
                    self._unknown(f".{key}", key, top[key], _KEYS)
            self._take(PACK_ID, top.get(PACK_ID), f".{PACK_ID}")
            self._sections(top)
        except _Refused as refused:
            self.reading.put_aside(self._place(refused.path), refused.fault)
            return
        places = JsonPlaces(self.file, self.root, self.paths)
        self.reading.records.append(RawRecord("json", places, self.values, frozenset(self.values), self.unread))

    def _check_format(self, top: dict[str, object]) -> None:
        if top.get("format") != FORMAT:
            what = f'It is no response record: "format" is not "{FORMAT}"'
            raise _Refused(".format", Fault(what, "Check that this is a return"))
        version = top.get("version")
        if version != _Odd(str(VERSION)):
            fix = "Use a newer pmdiag, or ask for the record in this version"
            if version == str(VERSION):
                raise _Refused(
                    ".version", Fault(f"Its version is a text (“{VERSION}”)", f"Write {VERSION} as a number")
                )
            given = "missing" if version is None else _text(version)
            raise _Refused(".version", Fault(f"Its version is {given}; this program reads version {VERSION}", fix))

    def _sections(self, top: dict[str, object]) -> None:
        for field, value in self._part(top, "record"):
            if field in RECORD_FIELDS:
                self._take(record_name(field), value, f".record.{field}")
            else:
                self._unknown(f".record.{field}", field, None, RECORD_FIELDS)
        for statement, value in self._part(top, "ratings"):
            self._take_named(rating_name(statement), value, f'.ratings["{statement}"]')
        for feature, value in self._part(top, "overall"):
            self._take_named(overall_name(feature), value, f'.overall["{feature}"]')
        for feature, kinds in self._part(top, "comments"):
            path = f'.comments["{feature}"]'
            for kind, value in self._object(kinds, path).items():
                if kind in COMMENT_KINDS:
                    self._take_named(comment_name(kind, feature), value, f"{path}.{kind}")
                else:
                    self._unknown(f"{path}.{kind}", kind, value, COMMENT_KINDS)
        for field, value in self._part(top, "more"):
            self._take_named(field, value, f".more.{field}")

    def _part(self, top: dict[str, object], key: str) -> Iterator[tuple[str, object]]:
        value = top.get(key)
        yield from (() if value is None else self._object(value, f".{key}").items())

    def _take_named(self, name: str, value: object, path: str) -> None:
        item = item_of(name)
        if item is None or item.name != name:
            self._unknown(path, path.removeprefix("."), value, ())
        else:
            self._take(name, value, path)

    def _take(self, name: str, value: object, path: str) -> None:
        given = value if isinstance(value, _Doubled) else (value,)
        if isinstance(value, _Doubled):
            what = "The key stands twice in one object"
            self.reading.wrong(
                self._place(path), Fault(what, "Keep one of them; unless they say the same, neither is counted")
            )
        texts = tuple(_text(one) for one in given if one is not None)
        kind = next((_KINDS[type(one)] for one in given if type(one) in _KINDS), "")
        if kind and not name.startswith(("rating_", "overall_")):
            # Of a level it is said that it is none.
            self.unread[name] = (texts, Fault(f"There is {kind} and not a text", "Write what is in it as a text"))
        elif texts:
            # Two keys may name one question: `1.1` and `1_1`.
            self.values[name] = self.values.get(name, ()) + texts

    def _object(self, value: object, path: str) -> dict[str, object]:
        """An object as a dict; a key that stands twice has a `_Doubled` value."""
        if not isinstance(value, _Pairs):
            what = "Two objects stand under one key" if isinstance(value, _Doubled) else "There is no object here"
            raise _Refused(path, Fault(what, "Compare it with the response record's schema"))
        found: dict[str, object] = {}
        for key, entry in value:
            if key in found:
                before = found[key]
                found[key] = _Doubled((*(before if isinstance(before, _Doubled) else (before,)), entry))
            else:
                found[key] = entry
        return found

    def _unknown(self, path: str, key: str, value: object, known: tuple[str, ...]) -> None:
        """A key that means nothing here. What stands under it may be an answer, so a record with it is not blank."""
        fix = did_you_mean(key, known) if known else "Compare it with the response record's schema"
        if value in (None, "", []):
            self.reading.wrong(self._place(path), Fault(f"“{key}” is not known here and was not counted", fix))
        else:
            name = path.removeprefix(".")
            self.unread[name] = ((_text(value),), Fault("It is not known here", fix))
            self.paths[name] = path

    def _place(self, path: str) -> Location:
        return Location.path(self.file, self.root + path)


class _Doubled(tuple[object, ...]):
    """The values of a key that stands more than once."""


_KINDS: Mapping[type, str] = {_Pairs: "an object", list: "a list"}


def _text(value: object) -> str:
    """A value as it was typed: a text itself, anything else as JSON writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, _Odd):
        return value.text
    if isinstance(value, _Pairs):
        return f"{{{', '.join(f'{json.dumps(key, ensure_ascii=False)}: {_shown(one)}' for key, one in value)}}}"
    if isinstance(value, (list, _Doubled)):
        return f"[{', '.join(map(_shown, value))}]"
    return json.dumps(value)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _text(value)
