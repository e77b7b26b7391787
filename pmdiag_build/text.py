"""Bytes → text, by the mark at the start or by what the bytes allow; the one form in which texts are compared; days.

If both leave a doubt, the person is asked to check.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

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
    """A file as text. `doubt` is a word that would look wrong if the encoding were another; mostly empty.

    `guessed`: nothing proves the encoding; the first letter that is not UTF-8 is at `first_odd`.
    """

    text: str
    encoding: str
    doubt: str = ""
    guessed: bool = False
    first_odd: int = 0


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
    except UnicodeDecodeError as error:
        return _windows(data, error.start)


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


def _windows(data: bytes, first_odd: int) -> Text:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise NotText("Its encoding is unknown: it is neither UTF-8 nor Windows-1252") from None
    odd = _UNUSUAL.search(text) or _MISREAD.search(text)
    return Text(text, "windows-1252", _word_around(text, odd) if odd else "", guessed=True, first_odd=first_odd)


def _word_around(text: str, odd: re.Match[str]) -> str:
    before, after = text[max(odd.start() - 20, 0) : odd.start()], text[odd.start() : odd.start() + 40]
    return _BETWEEN.split(before)[-1] + after[0] + _BETWEEN.split(after[1:])[0]


# ---- texts that were taken for another encoding


def as_meant(text: str) -> str:
    """The text that was written, where its UTF-8 was taken for another encoding and encoded again: `cafÃ©` is `café`.

    Only what is proved is changed: every letter beyond ASCII must be part of UTF-8, and what comes out must be what
    people write. A text that is right, and one that is right in parts, stays as it is.
    """
    for _ in range(_MOST_TIMES):
        if text.isascii() or not _pairs().search(text) or (again := _encoded_once_less(text)) is None:
            return text
        text = again
    return text


def utf8_in(data: bytes) -> str | None:
    """The text of bytes that are UTF-8 though no mark says so; None for plain ASCII and for what is not proved."""
    if data.isascii():
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if _people_write(text) else None


def misread(text: str) -> str:
    """A word whose letters look as if they were taken for another encoding, but can't be put right; else nothing."""
    if text.isascii():
        return ""
    odd = _MANGLED.search(text)
    return _word_around(text, odd) if odd else ""


_MOST_TIMES = 3
_MANGLED = re.compile(r"Ã[^A-Za-zÀ-ÿ\s]|Â[\xa0-\xbf]|â€|‚Ä[ôòúùìî¶¢]|ÔÇ[^A-Za-z\s]|ΓÇ[^A-Za-z\s]|√[©®†≥∂º]|\ufffd")
"""UTF-8 as Windows-1252, Mac Roman and two code pages of DOS show it; and the mark of a letter that was lost."""

_TAKEN_FOR = ("cp1252", "mac_roman", "cp850", "cp437")
_TYPOGRAPHIC = frozenset("\xa0…‘’“”•–—»«")
"""Signs that may follow a capital letter with an accent in a text that is right: `CAFÉ’S`."""

_LATIN = re.compile(r"[\u0100-\u017f\u0218-\u021b\u1e80-\u1e85\u1ef2\u1ef3]")
_NEVER_WRITTEN = frozenset(("Cc", "Cn", "Co", "Cs"))


@cache
def _byte_tables() -> list[dict[str, int]]:
    """For each of these encodings: letter → byte. Undefined bytes are shown as the characters of their numbers."""
    tables = []
    for encoding in _TAKEN_FOR:
        table = {chr(byte): byte for byte in range(256)} if encoding == "cp1252" else {}
        tables.append(table | {bytes([byte]).decode(encoding, "ignore"): byte for byte in range(256)})
        tables[-1].pop("", None)
    return tables


_OF_A_LETTER = (range(0xC2, 0xF5), range(0x80, 0xC0))
"""The bytes that a letter of UTF-8 begins with and goes on with."""


@cache
def _pairs() -> re.Pattern[str]:
    """What every text has that was encoded twice: a quick look, since most texts are right."""
    pairs = []
    for table in _byte_tables():
        sets = ("".join(letter for letter, byte in table.items() if byte in bytes_) for bytes_ in _OF_A_LETTER)
        pairs.append("".join(f"[{re.escape(letters)}]" for letters in sets))
    return re.compile("|".join(pairs))


def _encoded_once_less(text: str) -> str | None:
    for table in _byte_tables():
        try:
            data = bytes(map(table.__getitem__, text))
        except KeyError:
            continue
        if (again := utf8_in(data)) is not None:
            return again
    return None


def _people_write(text: str) -> bool:
    """Are the letters beyond ASCII such as people write, and is it certain that they were UTF-8?

    Two bytes that make a letter beyond Latin-1 can be two letters that somebody meant; several are proof, and so is
    one letter of three bytes.
    """
    weak = []
    for letter in text:
        if letter.isascii():
            continue
        if unicodedata.category(letter) in _NEVER_WRITTEN:
            return False
        if "\xff" < letter < "\u0800":
            weak.append(letter)
    if not weak:
        return True
    if not all(map(str.isalpha, weak)):
        return False
    if len(weak) > 1:
        return True
    second = weak[0].encode()[1:].decode("cp1252", "ignore")
    return bool(_LATIN.match(weak[0])) and second not in _TYPOGRAPHIC


# ---- what can be written out


def writable(text: str) -> str:
    """The text with the codes of what has no UTF-8 form, such as half a letter in the name of a file."""
    return text.encode("utf-8", "backslashreplace").decode()


# ---- one form for all that is compared


def visible(text: str) -> str:
    """The text without what nobody sees: marks of no width or of direction, controls, selectors of a form."""
    return text if text.isprintable() and text.isascii() else _UNSEEN.sub("", text)


def first_seen(text: str) -> str:
    """The first letter or sign that is more than a space or a mark that programs may drop; else nothing."""
    return next((one for one in text if one.isprintable() and not one.isspace() and not _UNSEEN.match(one)), "")


def normal(text: str) -> str:
    """The form in which levels, roles, headers and references are compared; shown, they stay as they were typed.

    Equal for texts that look alike: in any case, spacing and form of a letter, with any dash, without what nobody
    sees, and whether or not they were encoded twice.
    """
    if not text.isascii():
        # A compatibility form may be of another case, and folding a letter may take it out of its form.
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", as_meant(text)).casefold())
        text = _DASH.sub("-", text)
    return " ".join(visible(text).split()).casefold()


_UNSEEN = re.compile(
    # Controls but for what ends a line or a word, and formats (Cc, Cf).
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    # What is drawn as nothing though its category does not say so (Unicode, Default_Ignorable_Code_Point).
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0"
    # What is not a character.
    "\ufdd0-\ufdef\ufffe\uffff]"
)
_DASH = re.compile("[\u058a\u05be\u1400\u1806\u2010-\u2015\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0]")
"""Dashes (Pd) and the minus, as they are in their compatibility form."""


# ---- days as people in Britain and spreadsheet programs write them


def day_in_words(iso: str, months: str) -> str:
    """`2026-11-22` → "22 November 2026"; `months`: their names, one after the other."""
    year, month, day = iso.split("-")
    return f"{int(day)} {months.split()[int(month) - 1]} {year}"


_MONTHS = (
    ("january", "jan", "ionawr"),
    ("february", "feb", "chwefror"),
    ("march", "mar", "mawrth"),
    ("april", "apr", "ebrill"),
    ("may", "mai"),
    ("june", "jun", "mehefin"),
    ("july", "jul", "gorffennaf"),
    ("august", "aug", "awst"),
    ("september", "sept", "sep", "medi"),
    ("october", "oct", "hydref"),
    ("november", "nov", "tachwedd"),
    ("december", "dec", "rhagfyr"),
)
_MONTH_OF = {word: number for number, words in enumerate(_MONTHS, 1) for word in words}
_MONTH = f"(?P<word>{'|'.join(_MONTH_OF)})\\b\\.?"
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATE = [
    re.compile(
        rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? )?{form}(?:[t ,]+\d{{1,2}}:.*)?"
    )
    for form in (
        r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})",
        rf"(?P<day>\d{{1,2}}) ?([-/.]) ?(?P<month>\d{{1,2}}) ?\2 ?{_YEAR}",
        rf"{_DAY}(?: of)?[-/. ]{{0,2}}{_MONTH},?[-/. ]{{0,2}}{_YEAR}",
        rf"{_MONTH}[- ]{{0,2}}{_DAY},?[- ]{{1,2}}{_YEAR}",
    )
]
_LONGEST_DATE = 60


def day_of(text: str) -> date | None:
    """The day that a text names, written as people and programs in Britain do; None for any other text.

    The day comes before the month, as the record header asks.
    """
    return None if len(text) > _LONGEST_DATE or not any(map(str.isdigit, text)) else _named_day(text)


# The days of a round are few, and each is looked at four times: that took 5 ms of 1,000 responses.
@lru_cache(maxsize=1024)
def _named_day(text: str) -> date | None:
    folded = normal(text)
    for form in _DATE:
        if found := form.fullmatch(folded):
            return _day(found)
    return None


def _day(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    year = parts["year"].removeprefix("'")
    day, month = int(parts["day"]), int(parts.get("month") or _MONTH_OF[parts["word"]])
    try:
        return date(int(year if len(year) == _WHOLE_YEAR else f"20{year}"), month, day)
    except ValueError:
        return None


_WHOLE_YEAR = 4


_SHORT_MONTHS = "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
_SHORT_DATE = re.compile(rf"\d{{1,2}}[-/ ]({_SHORT_MONTHS})|({_SHORT_MONTHS})[-/ ]\d{{2,4}}")
_TWO_FIGURES = re.compile(r"\d{1,2}[-. ]\d{1,2}[-. ]\d{2}")
"""Nobody but a person writes a date like this; as a reference it is three numbers."""


def is_date(text: str) -> bool:
    """Is it a day, or a day and month or month and year as spreadsheet programs show them (`03-Apr`, `Apr-26`)?"""
    folded = normal(text)
    if _SHORT_DATE.fullmatch(folded):
        return True
    return day_of(text) is not None and not _TWO_FIGURES.fullmatch(folded)
