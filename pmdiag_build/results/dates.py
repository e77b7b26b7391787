"""Dates as people in the UK type them → ISO days. Guesses nothing: what can be read in two ways is not read."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_UK = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")


def read_date(text: str) -> str:
    """`22/11/2026`, `22 Nov 2026`, `2026-11-22` → `2026-11-22`; anything else → nothing. The day stands before the
    month, as the record header asks."""
    text = text.strip()
    if match := _ISO.fullmatch(text):
        return _iso(int(match[1]), int(match[2]), int(match[3]))
    if match := _UK.fullmatch(text):
        return _iso(int(match[3]), int(match[2]), int(match[1]))
    match = _WORDS.fullmatch(text)
    if match and match[2][:3].lower() in _MONTHS:
        return _iso(int(match[3]), _MONTHS.index(match[2][:3].lower()) + 1, int(match[1]))
    return ""


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
