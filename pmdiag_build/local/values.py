"""Places and values in the data of a local version: how entries are named and spoken of, what a changed text is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from pmdiag_build.content.documents import Data, Path_
from pmdiag_build.content.model import ChangeKind

IDENTITY = ("id", "name", "code", "number", "title")
"""Keys by which an entry of a list is named, the first that it has."""
OVERRIDE = {"national", "ours", "change"}
"""The keys of a changed text."""
_ADDED = re.compile(r"[1-5]\.L[1-9][0-9]?")


def named(data: Data, path: Path_) -> tuple[str, ...]:
    """A path by key and id: list entries by their name, not by their position."""
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
    """A path in words: keys as they are, list entries by their id (`features 3 / statements 3.2 / text`)."""
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
    """The id of an entry of a list, or an empty text."""
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
    """The position of the entry with that name, or None."""
    return next((i for i, known in enumerate(names_of(entries)) if known == name), None)


def is_added(name: str) -> bool:
    """Is it the id of a statement that a local version adds?"""
    return _ADDED.fullmatch(name) is not None


def is_override(local: Data) -> TypeGuard[dict[str, Data]]:
    """Is it a changed text, or a part of one?"""
    return isinstance(local, dict) and bool(local) and local.keys() <= OVERRIDE


def says_who(base: Mapping[str, Data], path: Path_) -> bool:
    """Does this mapping, or can it, say whose words it contains? Entries of lists with a text do."""
    return "origin" in base or (
        "id" in base and "text" in base and isinstance(path[-1], int) and path[-2] != "statements"
    )


def overrides(value: Data) -> Iterator[tuple[str, str, ChangeKind]]:
    """(national wording, ours, kind) of every changed text in `value`."""
    if not isinstance(value, dict):
        return
    if is_override(value):
        kind: ChangeKind = "meaning" if value.get("change") == "meaning" else "wording"
        yield flat(value.get("national", "")), flat(value.get("ours", "")), kind
        return
    for inner in value.values():
        yield from overrides(inner)


def without_identity(base: Data, local: Data) -> Data:
    """Local data without the id by which it names the national entry."""
    if not isinstance(base, dict) or not isinstance(local, dict):
        return local
    return {k: v for k, v in local.items() if not (k in IDENTITY and base.get(k) == v)}


def quoted(path: Path_) -> str:
    """The last key of a path, as a message shows it."""
    return f"“{next((str(p) for p in reversed(path) if isinstance(p, str)), 'the file')}”"


def flat(data: Data) -> str:
    """Any data as one text, to be shown and compared."""
    if isinstance(data, str):
        return data
    if isinstance(data, dict):
        return "\n".join(f"{key}: {flat(value)}" for key, value in data.items())
    return "\n".join(f"- {flat(item)}" for item in data)


def short(data: Data) -> str:
    """The same, short enough for a message."""
    text = " ".join(flat(data).split())
    return text if len(text) <= 80 else text[:77] + "…"
