"""What a local version changes, in lines for a terminal. Counts nothing and judges nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from itertools import groupby

from pmdiag_build.content.local.changes import Change
from pmdiag_build.content.model import LocalVersion

_SAID = {"text": "changed", "page": "page replaced", "added": "added", "unused": "not used", "image": "image"}


def tell_changes(version: LocalVersion) -> Iterator[str]:
    """Every change in lines: by file, the national wording beside ours; then each term with all its places."""
    yield f"{version.name}: changes to edition {version.base}"
    texts = [change for change in version.changes if change.what != "term"]
    for file, changes in groupby(texts, key=lambda change: change.file):
        yield ""
        yield file
        for change in changes:
            yield from _tell(change)
    yield from _tell_terms(change for change in version.changes if change.what == "term")


def tell_stale(changes: Iterable[Change]) -> Iterator[str]:
    """Base then, base now and local of each stale change, side by side."""
    for change in changes:
        yield ""
        yield f"{change.place}: {change.spot or change.file}"
        if change.what == "page":
            then, now = change.national.splitlines(), change.now.splitlines()
            yield from (
                f"  {line}" for line in difflib.unified_diff(then, now, "national then", "national now", "", "", 1, "")
            )
            continue
        yield f"  national then  {_line(change.national)}"
        yield f"  national now   {_line(change.now)}"
        yield f"  ours           {_line(change.ours)}"


def _tell(change: Change) -> Iterator[str]:
    kind = f" ({change.kind})" if change.what in ("text", "page") else ""
    stale = " — the national wording has changed since" if change.stale else ""
    yield f"  {change.spot or change.file}: {_SAID[change.what]}{kind}{stale}"
    if change.what == "page":
        then, now = change.now.splitlines(), change.ours.splitlines()
        yield from (f"    {line}" for line in difflib.unified_diff(then, now, "national", "ours", "", "", 0, ""))
        return
    if change.now:
        yield f"    national  {_line(change.now)}"
    label = "reason" if change.what == "unused" else "ours"
    yield f"    {label:<9} {_line(change.ours)}"


def _tell_terms(changes: Iterable[Change]) -> Iterator[str]:
    in_order = sorted(changes, key=lambda change: (change.place.line, change.file, change.spot))
    for place, places in groupby(in_order, key=lambda change: change.place):
        shown = list(places)
        yield ""
        yield f"{place}: {len(shown)} places ({shown[0].kind})"
        for change in shown:
            yield f"  {change.file} {change.spot}".rstrip()
            yield f"    national  {_line(change.national)}"
            yield f"    ours      {_line(change.ours)}"


def _line(text: str) -> str:
    return " ".join(text.split())
