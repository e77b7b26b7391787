"""What values of local data are: a changed text, an added statement, an entry of a list; and how they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from pmdiag_build.content.documents import Data, Path_
from pmdiag_build.content.model import Kind
from pmdiag_build.local.naming import IDENTITY

OVERRIDE = {"national", "ours", "change"}
"""The keys of a changed text."""
_ADDED = re.compile(r"[1-5]\.L[1-9][0-9]?")


def is_added(name: str) -> bool:
    """Is it the id of a statement that a local version adds?"""
    return _ADDED.fullmatch(name) is not None


def is_override(local: Data) -> TypeGuard[dict[str, Data]]:
    """Is it a changed text, or a part of one?"""
    return isinstance(local, dict) and bool(local) and local.keys() <= OVERRIDE


def says_who(base: Mapping[str, Data], path: Path_) -> bool:
    """Does this mapping, or can it, say whose words it holds? Entries of lists with a text of their own do."""
    return "origin" in base or (
        "id" in base and "text" in base and isinstance(path[-1], int) and path[-2] != "statements"
    )


def overrides(value: Data) -> Iterator[tuple[str, str, Kind]]:
    """(national wording, ours, kind) of every changed text in `value`."""
    if not isinstance(value, dict):
        return
    if is_override(value):
        kind: Kind = "meaning" if value.get("change") == "meaning" else "wording"
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
