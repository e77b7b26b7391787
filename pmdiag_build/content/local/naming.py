"""How a place in data is named: by keys and ids, as list entries bear them. Reads no file, changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from pmdiag_build.content.source import Data, Path_

IDENTITY = ("id", "name", "code", "number", "title")
"""Keys by which an entry of a list is named, the first that it has."""


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
