"""What a local version changes, and what of it a person must look at.

That is: parts to complete, numbers that differ, wordings gone stale.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from pmdiag_build.content.documents import BODY, Document, mapping
from pmdiag_build.content.model import Change, LocalVersion, Tool
from pmdiag_build.content.structure import statement_entries
from pmdiag_build.content.text_checks import says_count
from pmdiag_build.local import ABOUT, NATIONAL, near, typed
from pmdiag_build.problems import Fault, Location, Problem, Problems, Severity, counted

# **[To be completed]**, but not a link.
_PART = re.compile(r"(?P<bold>\*\*)?\[(?P<text>[^\[\]]+)\](?![(\[:])")
_FOLDERS = ("guide/", "packs/", "templates/", "words/")

_SHOWN = {"see": "pmdiag local check shows both", "all": "pmdiag local check"}
_SHOWN_BELOW = {"see": "Both are shown below", "all": "what is named here"}
"""Where a person sees what has changed: facts of the faults of stale changes."""

_MOVED_ON = Fault(
    "This version was last checked against edition {base}; the national edition is {edition} now",
    'Go through {all}, then write base: "{edition}"',
)
_GONE = Fault(
    "The national edition has no “{text}” any more", "This is not used: move it to where it belongs now, or remove it"
)
_PAGE_CHANGED = Fault(
    "The national page has changed since this was written", "{see}. Change the page, then copy {source} to {copy}"
)
_WORDING_CHANGED = Fault(
    "The national wording of {text} has changed since this was written",
    "{see}. Change ours: if needed, and put the new wording after national:",
)
_STALE = (_MOVED_ON, _GONE, _PAGE_CHANGED, _WORDING_CHANGED)


def review(
    tool: Tool,
    documents: Mapping[str, Document],
    national: Mapping[str, Document],
    content: Path,
    folder: Path,
    problems: Problems,
) -> None:
    """Adds a notice for all that a person must look at in the version of `folder`, made of the `national` documents of
    the folder `content`. Numbers and parts to complete are left for later where there are errors."""
    assert tool.local is not None
    _check_stale(tool.local, str(mapping(national["tool.yaml"].data)["edition"]), content, folder, problems)
    _check_counts(tool.local.changes, problems)
    _check_levels(tool.local.changes, [level.label for level in tool.framework.levels], problems)
    if not problems.errors:
        _check_numbers(tool, documents, national["framework.yaml"], problems)
        _check_parts(documents, national, folder, problems)


def stale(version: LocalVersion) -> list[Change]:
    """The changes whose national wording has since changed or gone."""
    return [change for change in version.changes if change.stale]


def shown_below(notices: Iterable[Problem]) -> list[Problem]:
    """Notices for a command that shows both wordings itself, what has gone stale first."""
    found = [replace(p, facts=(*p.facts, *_SHOWN_BELOW.items())) if p.fault in _STALE else p for p in notices]
    return sorted(found, key=lambda notice: notice.fault not in _STALE)


def _check_stale(version: LocalVersion, edition: str, content: Path, folder: Path, problems: Problems) -> None:
    """Adds a notice for each change that has gone stale, and for a new national `edition`: a build goes on."""
    name = folder.resolve().name

    def add(fault: Fault, place: Location, **facts: str) -> None:
        problems.add(place, fault, Severity.NOTICE, **_SHOWN, **facts)

    if version.base != edition:
        add(_MOVED_ON, Location(f"{name}/{ABOUT}"), base=version.base, edition=edition)
    for change in stale(version):
        if change.what == "gone":
            add(_GONE, change.place, text=change.spot or change.file)
        elif change.what == "page":
            source = typed(near(content / change.file))
            add(_PAGE_CHANGED, change.place, source=source, copy=f"{name}/{NATIONAL}/{change.file}")
        else:
            add(_WORDING_CHANGED, change.place, text=change.spot)


def _check_counts(changes: Iterable[Change], problems: Problems) -> None:
    """Adds a notice for each text that leaves out the number that the national one says."""
    for change in changes:
        counted = change.file.startswith(("packs/", "templates/")) and says_count(change.now)
        if change.what == "text" and not change.stale and counted and not says_count(change.ours):
            what = "{statements} is left out, so the text no longer says how many there are"
            problems.add(change.place, Fault(what, "Put {statements} where the number belongs"), Severity.NOTICE)


def _check_levels(changes: Iterable[Change], levels: Sequence[str], problems: Problems) -> None:
    """Adds a problem for each text that names some of the levels where the national one names all, for they can't have
    other names; a notice for one that names none."""
    for change in changes:
        words = {level: re.compile(rf"\b{re.escape(level)}\b") for level in levels}
        if change.what != "text" or change.stale or not all(word.search(change.now) for word in words.values()):
            continue
        left_out = [level for level, word in words.items() if not word.search(change.ours)]
        if left_out:
            named = f"{'“' + '”, “'.join(left_out)}” {'is' if len(left_out) == 1 else 'are'} left out"
            what = f"{named}, and levels have the same names for every organisation"
            severity = Severity.NOTICE if len(left_out) == len(levels) else Severity.ERROR
            problems.add(change.place, Fault(what, f"Write {', '.join(levels)} as the national text does"), severity)


def _check_parts(
    documents: Mapping[str, Document], national: Mapping[str, Document], folder: Path, problems: Problems
) -> None:
    """Adds a notice for each part in square brackets that the organisation has yet to complete.

    Of a page that the version in `folder` has not taken over, all are one notice: there is one thing to do first.
    """
    for name, document in documents.items():
        if not name.startswith("guide/") or mapping(document.data).get("origin") == "source":
            continue
        before = {part["text"] for part in _PART.finditer(national[name].body)} if name in national else set()
        parts = [part for part in _PART.finditer(document.body) if part["bold"] or part["text"] in before]
        lines = [document.at_character(BODY, document.body, part.start()).line for part in parts]
        if document.file != name:
            for part, line in zip(parts, lines, strict=True):
                what = f"[{part['text']}] is still to be completed"
                problems.add(Location(document.file, line), Fault(what, "Complete it, or remove it"), Severity.NOTICE)
        elif lines:
            numbers = ", ".join(map(str, dict.fromkeys(lines)))
            what = f"Parts in square brackets are still to be completed (lines {numbers})"
            problems.add(Location(name, lines[0]), Fault(what, _complete(name, folder)), Severity.NOTICE)


def _complete(name: str, folder: Path) -> str:
    if (folder / name).is_file():
        return f"Complete them in {folder.resolve().name}/{name}"
    page = name.removeprefix("guide/").removesuffix(".md")
    return f"Take the page over with pmdiag local change {typed(near(folder))} {page}, and complete them"


def _check_numbers(tool: Tool, documents: Mapping[str, Document], national: Document, problems: Problems) -> None:
    """Adds a notice for each text of the version `tool` that still says the number of the `national` framework."""
    before = sum(1 for _ in statement_entries(national.data))
    now = len(tool.framework.used_statements)
    if before == now:
        return
    said = re.compile(rf"(?<![\w.]){before}(?![\w.]*\w)")
    what = f"This says {before}, but this version asks {now} statements"
    for name, document in documents.items():
        put = "change it" if name.startswith("words/") else "write {statements} instead of the number"
        fault = Fault(what, f"If it means the statements, {put}")
        for path, text in document.texts() if name.startswith(_FOLDERS) else ():
            places = (document.at_character(path, text, found.start()) for found in said.finditer(text))
            for place in dict.fromkeys(places):
                problems.add(place, fault, Severity.NOTICE)


# ---- What a local version changes, in lines for a terminal.

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
