"""Numbers and lists in the sentences of problems."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED_AT_MOST = 8


def counted(number: int, one: str, many: str) -> str:
    """`1 field is`, `3 fields are`."""
    return f"{number} {one if number == 1 else many}"


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
