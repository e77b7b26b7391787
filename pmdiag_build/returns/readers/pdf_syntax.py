"""The objects of a PDF as Python sees them, and the bytes they are written in, for where pikepdf can't run.

Only what qpdf wrote and the content of pages are read here. What qpdf would warn of behind pikepdf raises Damaged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol


class Damaged(Exception):
    """The file, or an object of it, can't be read."""


class PasswordNeeded(Damaged):
    """The file opens with a password only."""


class Holder(Protocol):
    """The file that objects are in."""

    def object(self, number: int) -> Any:
        """The object of that number; None for null and for one that is not there."""

    def unpacked(self, stream: Stream) -> bytes:
        """The bytes of a stream without its filters."""


# ---- kinds of objects


class Object:
    """What all objects have in common; numbers, booleans and null are those of Python."""

    __slots__ = ("objgen",)

    def __init__(self) -> None:
        self.objgen = (0, 0)

    def get(self, key: str, default: Any = None) -> Any:
        """The entry of a dictionary or a stream; of other objects `default`."""
        return default

    def __getitem__(self, key: Any) -> Any:
        raise ValueError(f"an object of another kind has no entry {key}")

    def __contains__(self, key: str) -> bool:
        raise ValueError(f"an object of another kind has no entry {key}")


class _Reference:
    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


def _resolved(value: Any, holder: Holder | None) -> Any:
    return holder.object(value.number) if type(value) is _Reference and holder is not None else value


class _Entries(Object):
    """Entries by name, of which those that are null are not there."""

    __slots__ = ("_entries", "_holder")

    def __init__(self, entries: dict[str, Any], holder: Holder | None) -> None:
        super().__init__()
        self._entries, self._holder = entries, holder

    def get(self, key: str, default: Any = None) -> Any:
        value = _resolved(self._entries.get(key), self._holder)
        return default if value is None else value

    def __getitem__(self, key: str) -> Any:
        if (value := self.get(key)) is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def keys(self) -> set[str]:
        """The names of the entries."""
        return {key for key in self._entries if key in self}

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())


class Dictionary(_Entries):
    """A dictionary that is not a stream's."""

    __slots__ = ()

    def __len__(self) -> int:
        return len(self.keys())

    def stream(self, raw: bytes) -> Stream:
        """The stream whose dictionary this is."""
        return Stream(self._entries, self._holder, raw)


class Stream(_Entries):
    """A stream with the entries of its dictionary, and its bytes as they are in the file in `raw`."""

    __slots__ = ("raw",)

    def __init__(self, entries: dict[str, Any], holder: Holder | None, raw: bytes) -> None:
        super().__init__(entries, holder)
        self.raw = raw

    def read_raw_bytes(self) -> bytes:
        """The bytes as they are in the file."""
        return self.raw

    def read_bytes(self) -> bytes:
        """The bytes, unpacked. Raises Damaged, and TooBig for more of them than any return has."""
        if self._holder is None:
            raise Damaged("a stream is in no file")
        return self._holder.unpacked(self)


class Array(Object):
    """A list of objects."""

    __slots__ = ("_holder", "_items")

    def __init__(self, items: list[Any], holder: Holder | None) -> None:
        super().__init__()
        self._items, self._holder = items, holder

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Any:
        return _resolved(self._items[place], self._holder)

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self._items)))

    def __contains__(self, _: object) -> bool:
        raise TypeError("is it the text or the name?")


class String(Object):
    """A text or other bytes."""

    __slots__ = ("_bytes",)

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._bytes = data

    def __bytes__(self) -> bytes:
        return self._bytes

    def __bool__(self) -> bool:
        return bool(self._bytes)

    def __str__(self) -> str:
        return self._bytes.decode("utf-16" if self._bytes.startswith((b"\xfe\xff", b"\xff\xfe")) else "latin-1")

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, (str, String)) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._bytes)


class Name(Object):
    """A name. Its text begins with a slash, and it is equal to that text. `key` is that text of any name as a key."""

    __slots__ = ("_bytes", "key")

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._bytes = data
        self.key = data.decode("utf-8", "surrogateescape")

    def __str__(self) -> str:
        return self._bytes.decode()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.key == other
        return self.key == other.key if isinstance(other, Name) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._bytes)


# ---- bytes → objects

SPACE = rb"[\0\t\n\f\r ]"
_REGULAR = rb"[^\0\t\n\f\r ()<>\[\]{}/%]"
_IN_CONTENT = re.compile(
    rb"(?:" + SPACE + rb"++|%[^\r\n]*+)*+(?:"
    rb"/(?P<name>" + _REGULAR + rb"*+)"
    rb"|(?P<bracket><<|>>|\[|\])"
    rb"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))(?!" + _REGULAR + rb")"
    rb"|(?P<text>\()"
    rb"|<(?P<digits>[0-9A-Fa-f\0\t\n\f\r ]*+)>"
    rb"|(?P<word>" + _REGULAR + rb"++)"
    rb"|(?P<end>\Z))"
)
_IN_FILE = re.compile(rb" ?(?P<reference>\d++) 0 R(?= )|" + _IN_CONTENT.pattern)
"""The same where there are references, as qpdf writes them."""

_DEEPEST = 499
"""Arrays and dictionaries in one another, as in qpdf."""

_WORDS = {b"true": True, b"false": False, b"null": None}
_MOST_DIGITS = 4000
_HIGHEST = 1 << 63


def parsed(data: bytes, at: int, holder: Holder | None) -> Iterator[tuple[Any, int]]:
    """The objects in `data` from `at` on, and words as `Word`, each with the place behind it.

    `holder`: the file that they are in, if they are not in a content.
    """
    match = (_IN_CONTENT if holder is None else _IN_FILE).match
    open_: list[tuple[bytes, list[Any]]] = []
    while token := match(data, at):
        at = token.end()
        kind = token.lastgroup
        if kind == "end":
            break
        if kind == "text":
            value, at = _text(data, at)
        elif kind != "bracket":
            value = _READ[kind or ""](token[kind or 0])
        elif (bracket := token["bracket"]) in (b"<<", b"["):
            open_.append((bracket, []))
            if len(open_) > _DEEPEST:
                raise Damaged("its objects are nested without end")
            continue
        else:
            value = _closed(bracket, open_, holder)
        if open_:
            open_[-1][1].append(value)
        else:
            yield value, at
    if token is None or open_:
        raise Damaged("an object of it can't be read")


class Word(str):
    """A word that is not an object: an operator."""

    __slots__ = ()


def _number(text: bytes) -> int | Decimal:
    if b"." in text:
        return Decimal(text.decode())
    if len(text) > _MOST_DIGITS or not -_HIGHEST <= int(text) < _HIGHEST:
        raise Damaged("a number in it is too large")
    return int(text)


@lru_cache(maxsize=2000)
def _name(text: bytes) -> Name:
    return Name(b"/" + (_unescaped(text) if b"#" in text else text))


def _digits(text: bytes) -> String:
    digits = text.translate(None, b"\0\t\n\f\r ")
    return String(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))


def _word(text: bytes) -> Any:
    return _WORDS[text] if text in _WORDS else Word(text.decode())


def _reference(text: bytes) -> _Reference:
    return _Reference(int(text[:_MOST_DIGITS]))


_READ: dict[str, Callable[[bytes], Any]] = {
    "number": _number,
    "name": _name,
    "digits": _digits,
    "word": _word,
    "reference": _reference,
}
_ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})?")


def _unescaped(name: bytes) -> bytes:
    def byte(found: re.Match[bytes]) -> bytes:
        if not found[1] or found[1] == b"00":
            raise Damaged("a name in it can't be read")
        return bytes.fromhex(found[1].decode())

    return _ESCAPED_NAME.sub(byte, name)


def _closed(bracket: bytes, open_: list[tuple[bytes, list[Any]]], holder: Holder | None) -> Any:
    opening, items = open_.pop() if open_ else (b"", [])
    kinds = set(map(type, items))
    if Word in kinds or opening + bracket not in (b"[]", b"<<>>"):
        raise Damaged("an object of it can't be read")
    if bracket == b"]":
        return Array(items, holder)
    keys = items[::2]
    if len(items) % 2 or {Name}.union(map(type, keys)) != {Name}:
        raise Damaged("an object of it can't be read")
    entries = {key.key: value for key, value in zip(keys, items[1::2], strict=True)}
    if len(entries) < len(keys):
        raise Damaged("an entry of it is there twice")
    return Dictionary(entries, holder)


_TEXT_PART = re.compile(rb"[^()\\]*+(?:\\.[^()\\]*+)*+", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r\n": b"", b"\n": b"", b"\r": b""}


def end_of_text(data: bytes, at: int) -> int:
    """The place behind a text in brackets whose first letter is `at`; -1 if it has no end."""
    depth = 1
    while depth:
        part = _TEXT_PART.match(data, at)
        at = part.end() if part else at
        sign = data[at : at + 1]
        if sign not in (b"(", b")"):
            return -1
        depth += 1 if sign == b"(" else -1
        at += 1
    return at


def _text(data: bytes, start: int) -> tuple[String, int]:
    end = end_of_text(data, start)
    if end < 0:
        raise Damaged("a text in it has no end")
    raw = data[start : end - 1]
    return String(_ESCAPE.sub(_meant, raw) if b"\\" in raw or b"\r" in raw else raw), end


def _meant(escape: re.Match[bytes]) -> bytes:
    text = escape[1]
    if text is None:
        return b"\n"
    if text[:1].isdigit() and text[:1] < b"8":
        return bytes([int(text, 8) & 0xFF])
    return _ESCAPES.get(text, text)
