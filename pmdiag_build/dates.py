"""Days as people in Britain and spreadsheet programs write them."""

from __future__ import annotations

import re
from datetime import date

from pmdiag_build.text import normal

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
    if len(text) > _LONGEST_DATE or not any(map(str.isdigit, text)):
        return None
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
