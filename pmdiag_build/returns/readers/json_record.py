"""Response records in JSON, one or a list → raw records.

What JSON leaves open is reported, not resolved.

Numbers stay the text that was typed, so that none is too huge; every key is seen, so that none hides another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

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
from pmdiag_build.problems import Fault, Location, did_you_mean, some
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import (
    ASK_AGAIN,
    TAKE_OUT,
    Given,
    JsonPlaces,
    RawRecord,
    Reading,
    TooBig,
    Unread,
    set_aside,
)
from pmdiag_build.returns.readers.json_text import Odd, Pairs, TooDeep, entries_of
from pmdiag_build.returns.response import FORMAT, VERSION
from pmdiag_build.text import NotText, text_of

_KEYS = ("format", "version", "id", "saved", PACK_ID, "record", "ratings", "overall", "comments", "more", "asked")
_EACH_SAID = 20
"""So many entries that are no records are each named."""

_COMPARE = "Compare it with the schema of the response record"
NOT_UTF_8 = Fault("The letters from here on are not UTF-8, so the file was changed on its way", ASK_AGAIN)
NOT_TEXT = Fault("This JSON file can't be read: {why}", ASK_AGAIN)
TOO_DEEP = Fault(
    f"It is nested more than {limits.NESTED_VALUES} deep, so it is not a response record",
    TAKE_OUT,
)
NOT_JSON = Fault("The JSON is broken or incomplete here: {why}", ASK_AGAIN)
NO_RECORD = Fault("The file contains no response record", TAKE_OUT)
OTHER_FORMAT = Fault(f'This is not a response record: "format" is not "{FORMAT}"', TAKE_OUT)
VERSION_IS_TEXT = Fault(f"The version is a text (“{VERSION}”)", f"Write {VERSION} without quotation marks")
NO_VERSION = Fault("The version is missing", ASK_AGAIN)
OTHER_VERSION = Fault("The version is {version}; this program reads version 1", "Use a newer pmdiag")
SAME_KEY = Fault("This key appears twice, with the same value", "Delete one of the two")
PACK_ID_TWICE = Fault("This key appears twice, with two values", ASK_AGAIN)
NOT_A_TEXT = Fault("{item}: there is {kind} instead of a text, so it was not counted (“{given}”)", "Write it as a text")
WRONG_ID = Fault(
    "“{given}” is not an id as the questionnaire writes it, so it was not used to find other versions of these answers",
    "Check that no other return is from the same person",
)
WRONG_TIME = Fault("“{given}” is not a day and time, so it is not known when this was saved", "Ask when it was saved")
_FORMS = {
    "id": (re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}"), WRONG_ID),
    "saved": (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII), WRONG_TIME),
}
ASKED_DAMAGED = Fault(
    "What it says of the wording that was asked is damaged ({given}), so that part was ignored",
    "Ask for the file again",
)
SAME_KEY_OBJECTS = Fault("Two objects have the same key", _COMPARE)
NO_OBJECT = Fault("There is no object here", _COMPARE)
UNKNOWN_EMPTY_KEY = Fault("“{key}” is not known here and was not counted", "{fix}")
UNKNOWN_KEY = Fault("“{key}” is not known here, so it was not counted (“{given}”)", "{fix}")


def read(name: str, data: bytes) -> Reading:
    """The returns in a JSON file called `name`."""
    try:
        found = text_of(data)
    except NotText as error:
        return set_aside(name, NOT_TEXT, why=str(error))
    text = found.text
    if found.guessed:
        # JSON is UTF-8 (RFC 8259): what is not has been damaged, and other texts in it may be, too.
        return set_aside(_at(name, text, found.first_odd), NOT_UTF_8)
    reading = Reading()
    shared: dict[frozenset[str], frozenset[str]] = {}
    try:
        for root, entry in entries_of(text):
            _Entry(name, root, reading, shared).read(entry)
    except TooDeep as error:
        return set_aside(_at(name, text, error.offset), TOO_DEEP)
    except json.JSONDecodeError as error:
        return set_aside(_at(name, text, error.pos), NOT_JSON, why=error.msg)
    if not reading.records and not 0 < len(reading.set_aside) <= _EACH_SAID:
        # A long list without a record is something else, and no list of returns.
        reading = Reading()
        reading.put_aside(name, NO_RECORD)
    return reading


def _at(name: str, text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset) + 1
    return Location(name, line, offset - (text.rfind("\n", 0, offset) + 1) + 1)


class _Refused(Exception):
    """The entry can't be read as a record."""

    def __init__(self, path: str, fault: Fault, **facts: str) -> None:
        super().__init__(path, fault)
        self.path = path
        self.fault = fault
        self.facts = facts


class _Entry:
    """One entry of a file on its way to a raw record."""

    def __init__(self, file: str, root: str, reading: Reading, shared: dict[frozenset[str], frozenset[str]]) -> None:
        self.file = file
        self.root = root
        self.reading = reading
        # Most records of a list have the same keys, which take more room than their values.
        self.shared = shared
        self.values: dict[str, Given] = {}
        self.unread: dict[str, Unread] = {}
        self.paths: dict[str, str] = {}
        self.unknown = 0

    def read(self, entry: object) -> None:
        try:
            top = self._object(entry, "")
            self._check_format(top)
            for key in top:
                if key not in _KEYS:
                    self._unknown(f".{key}", key, top[key], _KEYS)
            asked = dict(self._asked(top))
            id, saved = (self._of_form(name, top.get(name)) for name in _FORMS)
            self._take(PACK_ID, top.get(PACK_ID), f".{PACK_ID}")
            self._sections(top)
        except _Refused as refused:
            self.reading.put_aside(self._place(refused.path), refused.fault, **refused.facts)
            return
        places = JsonPlaces(self.file, self.root, self.paths)
        declares = frozenset(self.values)
        declares = self.shared.setdefault(declares, declares)
        values = {name: given for name, given in self.values.items() if any(given)}
        self.reading.records.append(RawRecord("json", places, values, declares, self.unread, asked, id, saved))

    def _check_format(self, top: dict[str, object]) -> None:
        if top.get("format") != FORMAT:
            raise _Refused(".format", OTHER_FORMAT)
        version = top.get("version")
        if version is None:
            raise _Refused(".version", NO_VERSION)
        if version == str(VERSION):
            raise _Refused(".version", VERSION_IS_TEXT)
        if version != Odd(str(VERSION)):
            raise _Refused(".version", OTHER_VERSION, version=_text(version))

    def _of_form(self, name: str, value: object) -> str:
        """What the record says of itself under a name; nothing, with a problem, where it has not the form of that."""
        form, fault = _FORMS[name]
        # An id in capitals is the same one.
        text = value.lower() if isinstance(value, str) and name == "id" else value
        if isinstance(text, str) and form.fullmatch(text):
            return text
        if value not in (None, ""):
            self.reading.notice(self._place(f".{name}"), fault, given=_text(value))
        return ""

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

    def _asked(self, top: dict[str, object]) -> Iterator[tuple[str, str]]:
        """Field name → fingerprint of the wording that was answered, as results and the questionnaire write it."""
        damaged: list[str] = []
        for key, value in self._part(top, "asked"):
            if key not in _ASKED:
                damaged.append(key)
                continue
            for id, digits in self._object(value, f".asked.{key}").items():
                name = _ASKED[key](id)
                item = item_of(name)
                if item is None or item.name != name or not (isinstance(digits, str) and _DIGITS.fullmatch(digits)):
                    damaged.append(id)
                else:
                    yield name, digits
        if damaged:
            self.reading.wrong(self._place(".asked"), ASKED_DAMAGED, given=some(damaged))

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
        if type(value) is str and name not in self.values:
            # Nearly all are like this; levels share their tuples, of which a large file has millions.
            self.values[name] = _LEVELS.get(value) or (value,)
            return
        given = value if isinstance(value, _Doubled) else (value,)
        texts = tuple("" if one is None else _text(one) for one in given)
        if isinstance(value, _Doubled) and len(set(texts)) == 1:
            # Of two values that differ, decoding says that neither is counted.
            self.reading.wrong(self._place(path), SAME_KEY)
        elif isinstance(value, _Doubled) and name == PACK_ID:
            self.reading.wrong(self._place(path), PACK_ID_TWICE)
        kind = next((_KINDS[type(one)] for one in given if type(one) in _KINDS), "")
        if kind and not name.startswith(("rating_", "overall_")):
            # For a level, decoding says so.
            self.unread[name] = Unread(texts, NOT_A_TEXT, {"kind": kind})
        else:
            # Two keys may name one question: `1.1` and `1_1`.
            self.values[name] = self.values.get(name, ()) + texts

    def _object(self, value: object, path: str) -> dict[str, object]:
        """An object as a dict; a key that appears twice has a `_Doubled` value."""
        if not isinstance(value, Pairs):
            raise _Refused(path, SAME_KEY_OBJECTS if isinstance(value, _Doubled) else NO_OBJECT)
        found: dict[str, object] = {}
        for key, entry in value:
            if key in found:
                before = found[key]
                found[key] = _Doubled((*(before if isinstance(before, _Doubled) else (before,)), entry))
            else:
                found[key] = entry
        return found

    def _unknown(self, path: str, key: str, value: object, known: tuple[str, ...]) -> None:
        """A key that means nothing here. Its value may be an answer, so a record with it is not blank."""
        self.unknown += 1
        if self.unknown > limits.KEYS:
            raise TooBig(f"a record has more than {limits.KEYS:,} keys that are not known here")
        fix = did_you_mean(key, known) if known else _COMPARE
        if value in (None, "", []):
            self.reading.wrong(self._place(path), UNKNOWN_EMPTY_KEY, key=key, fix=fix)
        else:
            name = path.removeprefix(".")
            self.unread[name] = Unread((_text(value),), UNKNOWN_KEY, {"key": name, "fix": fix})
            self.paths[name] = path

    def _place(self, path: str) -> Location:
        return Location.path(self.file, self.root + path)


class _Doubled(tuple[object, ...]):
    """The values of a key that appears more than once."""


_LEVELS: Mapping[str, Given] = {level: (level,) for level in "LDE"}
_ASKED = {"ratings": rating_name, "overall": overall_name}
_DIGITS = re.compile("[0-9a-f]{8}")
_KINDS: Mapping[type, str] = {Pairs: "an object", list: "a list"}


def _text(value: object) -> str:
    """A value as it was typed: a text itself, anything else as JSON writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, Odd):
        return value.text
    if isinstance(value, Pairs):
        return f"{{{', '.join(f'{json.dumps(key, ensure_ascii=False)}: {_shown(one)}' for key, one in value)}}}"
    if isinstance(value, (list, _Doubled)):
        return f"[{', '.join(map(_shown, value))}]"
    return json.dumps(value)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _text(value)
