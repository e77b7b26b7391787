"""Bytes → text, by mark and by proof. What can't be told is asked, not guessed."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_USUAL = re.compile(r"[\x00-\x7e\u20ac\u2026\u2018-\u201d\u2022\u2013\u2014\u2122\u00a0-\u00ff]*")
_WORD = re.compile(r"\S*[^\x00-\x7e\u20ac\u2026\u2018-\u201d\u2022\u2013\u2014\u2122\u00a0-\u00ff]\S*")


class NotText(Exception):
    """The bytes are no text, or nobody can tell in which encoding; the message says which."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file as text. `doubt` is a word that would look wrong if the encoding were another; mostly empty."""

    text: str
    encoding: str
    doubt: str = ""


def text_of(data: bytes) -> Text:
    """The text of a file: UTF-8 or UTF-16 by its mark or by proof, else Windows-1252. Raises NotText."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding)
    if (unmarked := unmarked_utf16(data)) is not None:
        return _strict(data, unmarked)
    if b"\0" in data:
        raise NotText("A part of it is filled with zeros")
    try:
        return Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _windows(data)


def _strict(data: bytes, encoding: str) -> Text:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(f"It is marked as {encoding.upper()}, but at byte {error.start} it is not") from None
    if "\0" in text:
        raise NotText("A part of it is filled with zeros")
    return Text(text, encoding)


def unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark shows in the header row, which is Latin: every other byte is zero."""
    head = data[:64]
    if len(head) < 4 or len(data) % 2:
        return None
    if not any(head[0::2]) and all(head[1::2]):
        return "utf-16-be"
    return "utf-16-le" if all(head[0::2]) and not any(head[1::2]) else None


def _windows(data: bytes) -> Text:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise NotText("It is neither UTF-8 nor Windows-1252, so its letters can't be told") from None
    if _USUAL.fullmatch(text):
        return Text(text, "windows-1252")
    word = _WORD.search(text)
    return Text(text, "windows-1252", word.group()[:40] if word else "")
