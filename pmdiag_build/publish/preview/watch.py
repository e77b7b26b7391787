"""Tells when files of some folders were edited. Reads none of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import watchfiles

from pmdiag_build.ignored_files import Among, is_ignored

_SETTLED = 10
"""Milliseconds without a further change after which an edit is taken for finished …"""
_LONGEST = 50
"""… and after which it is anyway."""
_LOOK_UP = 100
"""Milliseconds after which waiting is interrupted, so that it can be seen to have begun."""


Changes = set[tuple[watchfiles.Change, str]]


def changes(folders: Sequence[Path]) -> Iterator[set[Path]]:
    """The edited files of each edit from this call on, for ever. What editors write for themselves does not count.

    A folder that is taken away and put back, as programs that synchronise do it, counts as one edit of the folder.
    """
    found = _watched(folders)
    # Watching begins with the first step and not with the call.
    return _edits(folders, next(found), found)


class _Counts(watchfiles.DefaultFilter):
    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        return not is_ignored(Path(path).name, Among.CONTENT) and super().__call__(change, path)


def _watched(folders: Sequence[Path]) -> Iterator[Changes]:
    counts = _Counts()
    return watchfiles.watch(
        *folders, watch_filter=counts, debounce=_LONGEST, step=_SETTLED, rust_timeout=_LOOK_UP, yield_on_timeout=True
    )


def _edits(folders: Sequence[Path], first: Changes, more: Iterator[Changes]) -> Iterator[set[Path]]:
    while True:
        gone = False
        for found in itertools.chain([first], more):
            if found:
                yield {Path(path) for _, path in found}
            gone = gone or any(change is watchfiles.Change.deleted and Path(path) in folders for change, path in found)
            if gone and all(folder.is_dir() for folder in folders):
                break
        # The watch ended with the old folder. What was written into the new one before this one began is in this edit.
        more = _watched(folders)
        first = next(more)
        yield set(folders)
