"""What in a local version wants a person's look before it is published. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pmdiag_build.content.documents import Document, mapping
from pmdiag_build.content.model import Change, Tool
from pmdiag_build.content.placeholders import says_count
from pmdiag_build.local import numbers
from pmdiag_build.local.naming import near, typed
from pmdiag_build.problems import Fault, Location, Problems, Severity

# **[To be completed]**; a link is none.
_PART = re.compile(r"(?P<bold>\*\*)?\[(?P<text>[^\[\]]+)\](?![(\[:])")


def look(
    tool: Tool, documents: Mapping[str, Document], national: Mapping[str, Document], folder: Path, problems: Problems
) -> None:
    """Adds a notice for everything of that kind in the version of `folder`; only the first kind beside errors."""
    _check_counts(tool.local.changes if tool.local else (), problems)
    if not problems.errors:
        numbers.notices(tool, documents, national["framework.yaml"], problems)
        _check_parts(documents, national, folder, problems)


def _check_counts(changes: Iterable[Change], problems: Problems) -> None:
    """Adds a notice for each text that leaves out the number that the national one says."""
    for change in changes:
        counted = change.file.startswith(("packs/", "templates/")) and says_count(change.now)
        if change.what == "text" and not change.stale and counted and not says_count(change.ours):
            what = "{statements} is left out, so that the text no longer says how many there are"
            problems.add(change.place, Fault(what, "Put {statements} where the number belongs"), Severity.NOTICE)


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
        lines = [document.body_line + document.body.count("\n", 0, part.start()) for part in parts]
        if document.file != name:
            for part, line in zip(parts, lines, strict=True):
                what = f"[{part['text']}] is still to be completed"
                problems.add(Location(document.file, line), Fault(what, "Complete it, or remove it"), Severity.NOTICE)
        elif lines:
            what = f"Parts in square brackets are still to be completed (lines {_listed(lines)})"
            problems.add(Location(name, lines[0]), Fault(what, _complete(name, folder)), Severity.NOTICE)


def _complete(name: str, folder: Path) -> str:
    if (folder / name).is_file():
        return f"Complete them in {folder.resolve().name}/{name}"
    page = name.removeprefix("guide/").removesuffix(".md")
    return f"Take the page over with pmdiag local change {typed(near(folder))} {page}, and complete them"


def _listed(lines: list[int]) -> str:
    return ", ".join(map(str, dict.fromkeys(lines)))
