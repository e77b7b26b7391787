"""How things are named: places in data by keys and ids, editions by their organisation, folders in a command.

Reads no file, changes nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from pmdiag_build.content.documents import Data, Path_

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "'": "", "’": ""})
"""Letters that no accent can be taken from; an apostrophe is no end of a word."""

IDENTITY = ("id", "name", "code", "number", "title")
"""Keys by which an entry of a list is named, the first that it has."""


def plain_name(text: str) -> str:
    """A text as a name that an address and a file can bear: `Ünïted Borough` → `united-borough`."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    ascii_only = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:30].strip("-")


def typed(path: Path | str) -> str:
    """A path as it can be typed into a terminal, on Windows too: in quotation marks where it needs them."""
    return str(path) if re.fullmatch(r"[\w./\\:~+-]+", str(path)) else f'"{path}"'


def near(path: Path) -> Path:
    """A path as it is seen from where the command was typed, if it lies there."""
    whole, here = path.resolve(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else path


def named(data: Data, path: Path_) -> tuple[str, ...]:
    """A path by key and id: list entries by their name, not by where they stand."""
    steps: list[str] = []
    for step in path:
        if isinstance(data, list) and isinstance(step, int):
            steps.append(entry_name(data, step) if step < len(data) else str(step + 1))
            data = data[step] if step < len(data) else ""
        else:
            steps.append(str(step))
            data = data.get(str(step), "") if isinstance(data, dict) else ""
    return tuple(steps)


def spoken(data: Data, path: Path_) -> str:
    """A path in words: keys as they stand, list entries by their id (`features 3 / statements 3.2 / text`)."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and isinstance(data, list):
            entry = data[step] if step < len(data) else ""
            words[-1:] = [f"{words[-1] if words else ''} {identity(entry) or step + 1}".strip()]
            data = entry
        elif isinstance(data, dict) and isinstance(step, str):
            words.append(step)
            data = data.get(step, "")
    return " / ".join(words)


def identity(entry: Data) -> str:
    """The id that an entry of a list bears, or an empty text."""
    if not isinstance(entry, dict):
        return ""
    return next((str(entry[key]) for key in IDENTITY if isinstance(entry.get(key), str)), "")


def entry_name(entries: Sequence[Data], position: int) -> str:
    """How an entry of a list is named in local data: by its id, else by its position, counted from 1."""
    return identity(entries[position]) or str(position + 1)


def names_of(entries: Sequence[Data]) -> list[str]:
    """How each entry of a list is named."""
    return [entry_name(entries, i) for i in range(len(entries))]


def index_of(entries: Sequence[Data], name: str) -> int | None:
    """Where the entry of that name stands, or None."""
    return next((i for i, known in enumerate(names_of(entries)) if known == name), None)
