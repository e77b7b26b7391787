"""References as they are compared. Stored and shown they stay as they were typed."""

from __future__ import annotations

import unicodedata

_FORMAT = "Cf"
_DASH = "Pd"
_MINUS = "\u2212"


def key_of(reference: str) -> str:
    """Equal for references that look alike: in any case, spacing and form of a letter, with any dash, without marks
    that nobody sees (a zero-width space, a direction). Empty where there is none.
    """
    text = reference
    if not text.isascii():
        # A compatibility form may be of another case, and folding a letter may take it out of its form.
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        text = "".join(map(_plain, text))
    return " ".join(text.split()).casefold()


def _plain(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == _FORMAT:
        return ""
    return "-" if kind == _DASH or letter == _MINUS else letter
