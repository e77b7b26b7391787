"""Tells when files of some folders were edited. Reads none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import watchfiles

_SETTLED = 10
"""Milliseconds without a further change after which an edit is taken for finished …"""
_LONGEST = 50
"""… and after which it is anyway."""
_LOOK_UP = 100
"""Milliseconds after which waiting is interrupted, so that it can be seen to have begun."""


def changes(folders: Sequence[Path]) -> Iterator[set[Path]]:
    """The edited files of each edit from this call on, for ever. Editors' own files (`.swp`, `~`) do not count."""
    found = watchfiles.watch(*folders, debounce=_LONGEST, step=_SETTLED, rust_timeout=_LOOK_UP, yield_on_timeout=True)
    # Watching begins with the first step and not with the call.
    first = next(found)
    return _edits(first, found)


def _edits(
    first: set[tuple[watchfiles.Change, str]], more: Iterator[set[tuple[watchfiles.Change, str]]]
) -> Iterator[set[Path]]:
    if first:
        yield {Path(path) for _, path in first}
    for found in more:
        if found:
            yield {Path(path) for _, path in found}
