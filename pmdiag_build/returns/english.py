"""Numbers and lists in the sentences of problems."""

from __future__ import annotations

from collections.abc import Sequence

NAMED_AT_MOST = 8


def counted(number: int, one: str, many: str) -> str:
    """`1 field is`, `3 fields are`."""
    return f"{number} {one if number == 1 else many}"


def some(names: Sequence[str], in_all: int = 0) -> str:
    """The first names, and how many more there are; `in_all` where `names` are not all of them."""
    more = max(len(names), in_all) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
