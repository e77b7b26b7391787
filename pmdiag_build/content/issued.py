"""Ids are promises: the framework against every edition that was issued.

A return of any year names statements by id, so an id is never dropped, renumbered or given to another statement.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pmdiag_build.content.documents import Document, mapping, sequence
from pmdiag_build.problems import Fault, Location, Problems, Severity

_SAME_STATEMENT = 0.5
"""A text less like the issued one than this (difflib's ratio) is taken for another statement."""


def check_issued(framework: Document, editions: Sequence[Document], problems: Problems) -> None:
    """Adds a problem for each id of an issued edition that is missing, moved or reused in the framework."""
    if not editions:
        what = "No issued edition is recorded here, so that ids of statements are not checked"
        problems.add(
            Location("editions"), Fault(what, "Put the folder back, with a file for each edition"), Severity.NOTICE
        )
    ours = _statements(framework)
    for edition in editions:
        name = mapping(edition.data)["edition"]
        issued = {number: str(text) for number, text in mapping(mapping(edition.data)["statements"]).items()}
        by_text = {text: number for number, text in issued.items()}
        for number, text in issued.items():
            if number not in ours:
                problems.add(
                    framework.at("features"),
                    Fault(
                        f"Statement {number} of the issued edition {name} is missing",
                        'Put it back; a statement that is no longer asked stays with a line unused: "the reason"',
                    ),
                )
                continue
            now, path = ours[number]
            if now == text:
                continue
            moved = by_text.get(now)
            if moved is not None and moved != number:
                problems.add(
                    framework.at(*path),
                    Fault(
                        f"Statement {number} has the wording that edition {name} issued as {moved}",
                        f"Give it the id {moved} again; ids are never changed",
                    ),
                )
            elif difflib.SequenceMatcher(None, now, text, autojunk=False).ratio() < _SAME_STATEMENT:
                problems.add(
                    framework.at(*path),
                    Fault(
                        f"The id {number} is reused: edition {name} issued it as “{text[:60]}…”",
                        "Give the new statement an id that was never used",
                    ),
                )


def _statements(framework: Document) -> dict[str, tuple[str, tuple[str | int, ...]]]:
    found: dict[str, tuple[str, tuple[str | int, ...]]] = {}
    for f, feature in enumerate(sequence(mapping(framework.data)["features"])):
        for s, statement in enumerate(map(mapping, sequence(mapping(feature)["statements"]))):
            found[str(statement["id"])] = (str(statement["text"]), ("features", f, "statements", s, "text"))
    return found
