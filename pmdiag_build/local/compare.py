"""Two wordings beside each other: only the words that changed, in square brackets, with a few words around them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

_AROUND = 5
"""So many words are shown on each side of a change."""


def marked(before: str, after: str) -> tuple[str, str]:
    """Both wordings cut down to what changed: `… the person who [asked] you, by …`."""
    old, new = before.split(), after.split()
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    first: list[str] = []
    second: list[str] = []
    for i, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            kept = _kept(old[a:b], begins=i == 0, ends=i == len(steps) - 1)
            first += kept
            second += kept
        else:
            first += _bracketed(old[a:b])
            second += _bracketed(new[c:d])
    return " ".join(first), " ".join(second)


def paragraphs(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Each paragraph that changed, then and now, cut down to what changed in it."""
    old, new = ([line for line in text.splitlines() if line.strip()] for text in (before, after))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield marked("\n".join(old[a:b]), "\n".join(new[c:d]))


def _kept(words: list[str], *, begins: bool, ends: bool) -> list[str]:
    """What is shown of words that stayed: those beside a change, on both sides unless it `begins` or `ends` a text."""
    left, right = (0 if begins else _AROUND), (0 if ends else _AROUND)
    if len(words) <= left + right:
        return words
    return [*words[:left], "…", *words[len(words) - right :]]


def _bracketed(words: list[str]) -> list[str]:
    return [f"[{' '.join(words)}]"] if words else []
