"""What a local version changes, in lines for a terminal."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from pmdiag_build.content.model import Change, LocalVersion
from pmdiag_build.problems import counted

_SAID = {
    "text": "changed",
    "page": "page replaced",
    "added": "added",
    "unused": "not used",
    "image": "image",
    "gone": "not used: the national text has gone",
}

_AROUND = 5
"""So many words are shown on each side of a change."""


def changes_in_lines(version: LocalVersion) -> Iterator[str]:
    """Every change in lines: by file, the national wording beside ours; then each term with all its places."""
    yield f"{version.name}: changes to edition {version.base}"
    texts = [change for change in version.changes if change.what != "term"]
    for file, changes in groupby(texts, key=lambda change: change.file):
        yield ""
        yield file
        for change in changes:
            yield from _in_lines(change)
    yield from _terms_in_lines(change for change in version.changes if change.what == "term")


def stale_in_lines(changes: Iterable[Change]) -> Iterator[str]:
    """Base then, base now and local of each stale change: of the base what changed, and all of it to copy."""
    for i, change in enumerate(changes):
        if not i:
            yield ""
            yield "What has changed is in [square brackets]."
        yield ""
        yield f"{change.place}: {change.file if change.what == 'page' else change.spot or change.file}"
        if change.what == "gone":
            yield f"  national then  {_line(change.national)}"
            yield "  national now   (gone)"
            yield f"  ours           {_line(change.ours)}"
            continue
        pairs = (
            paragraphs(change.national, change.now) if change.what == "page" else [marked(change.national, change.now)]
        )
        for then, now in pairs:
            yield f"  national then  {then or '(nothing)'}"
            yield f"  national now   {now or '(nothing)'}"
        if change.what == "text":
            yield f"  ours           {_line(change.ours)}"
            yield f"  to copy        national: {json.dumps(change.now, ensure_ascii=False)}"


def lost_in_lines(version: LocalVersion) -> Iterator[str]:
    """The statements that contained a term when they were issued and no longer do: it is not replaced there now."""
    for old, statement in version.lost:
        yield f"“{old}” no longer appears in the national wording of statement {statement}"


def _in_lines(change: Change) -> Iterator[str]:
    kind = f" ({change.kind})" if change.what in ("text", "page") else ""
    stale = ": the national wording has changed since" if change.stale and change.what != "gone" else ""
    if change.what == "page":
        yield f"  {_SAID['page']}{kind}{stale}{f': {change.spot}' if change.spot else ''}"
        yield from _difference(change.now, change.ours, ("national", "ours"), context=0)
        return
    yield f"  {change.spot or change.file}: {_SAID[change.what]}{kind}{stale}"
    if change.now:
        yield f"    national  {_line(change.now)}"
    label = "reason" if change.what == "unused" else "ours"
    yield f"    {label:<9} {_line(change.ours)}"


def _terms_in_lines(changes: Iterable[Change]) -> Iterator[str]:
    in_order = sorted(changes, key=lambda change: (change.place, change.file, change.spot))
    for place, places in groupby(in_order, key=lambda change: change.place):
        first, *_ = found = list(places)
        shown = [change for change in found if change.file]
        where = counted(len(shown), "place") if shown else "only in texts of your own wording"
        yield ""
        yield f"{place}: “{first.old}” becomes “{first.new}” ({first.kind}): {where}"
        for change in shown:
            yield f"  {change.file} {change.spot}".rstrip()
            yield f"    national  {_line(change.national)}"
            yield f"    ours      {_line(change.ours)}"


def _difference(before: str, after: str, names: tuple[str, str], context: int) -> Iterator[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, n=context, lineterm="")
    yield from (f"    {line}" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def marked(before: str, after: str) -> tuple[str, str]:
    """Both wordings cut down to what changed: `… the person who [asked] you, by …`."""
    old, new = before.split(), after.split()
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    first: list[str] = []
    second: list[str] = []
    for i, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            same = _unchanged(old[a:b], begins=i == 0, ends=i == len(steps) - 1)
            first += same
            second += same
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


def _unchanged(words: list[str], *, begins: bool, ends: bool) -> list[str]:
    """What is shown of words that stayed: those beside a change, on both sides unless it `begins` or `ends` a text."""
    left, right = (0 if begins else _AROUND), (0 if ends else _AROUND)
    if len(words) <= left + right:
        return words
    return [*words[:left], "…", *words[len(words) - right :]]


def _bracketed(words: list[str]) -> list[str]:
    return [f"[{' '.join(words)}]"] if words else []
