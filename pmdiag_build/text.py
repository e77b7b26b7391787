"""Bytes → text, by the mark at the start or by what the bytes allow.

If both leave a doubt, the person is asked to check.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LETTERS = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿß"
_SIGNS = "\xa0£§©«®°±²·»¼½¾×÷€…‘’“”•–—™"
_UNUSUAL = re.compile(rf"[^\x00-\x7e{_LETTERS}{_SIGNS}]")
"""What people in Britain hardly write: in another encoding it is a letter (`ð` is `ŵ`, `¿` is `ż`, `‚` is `é`)."""

_MISREAD = re.compile(
    r"Ã[^A-Za-zÀ-ÿ\s]|Â[\xa0-\xbf]|â€"  # UTF-8 taken for Windows-1252: Ã©, Â£, â€™
    r"|(?<=[A-Za-z])[“•](?=[a-z])|[”£](?=[a-zà-ÿ])"  # letters of DOS or Poland that are signs there: c“te
    r"|(?<=[a-zà-ÿ])[À-Þ]"
)
_BETWEEN = re.compile(r"[\s,;\"]")


class NotText(Exception):
    """The bytes are not text, or their encoding can't be found; the message says which."""


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
        raise NotText("Part of it is filled with zeros")
    try:
        return Text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _windows(data)


def _strict(data: bytes, encoding: str) -> Text:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(f"It is marked as {encoding.upper()}, but byte {error.start} is not") from None
    if "\0" in text:
        raise NotText("Part of it is filled with zeros")
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
        raise NotText("Its encoding is unknown: it is neither UTF-8 nor Windows-1252") from None
    odd = _UNUSUAL.search(text) or _MISREAD.search(text)
    return Text(text, "windows-1252", _word_around(text, odd) if odd else "")


def _word_around(text: str, odd: re.Match[str]) -> str:
    before, after = text[max(odd.start() - 20, 0) : odd.start()], text[odd.start() : odd.start() + 40]
    return _BETWEEN.split(before)[-1] + after[0] + _BETWEEN.split(after[1:])[0]
