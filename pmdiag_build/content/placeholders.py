"""Placeholders such as `{name}` in texts: which are allowed where, and the number of statements filled in.

Words of the interface have the placeholders that the words of pmdiag have. Texts of packs, templates and pages may say
`{statements}` for how many statements the edition asks, so that no text says a wrong number; so may what a local
version changes in the framework, but not the framework and pages of the source, which are printed unchanged.
"""

from __future__ import annotations

import re

from pmdiag_build.content.documents import Data, Document, Path_, mapping
from pmdiag_build.content.structure import statement_entries
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean

_NAME = "statements"
# `code` is left alone; {{ … }} is not our placeholder.
_COUNT = re.compile(r"`[^`]*`|(?<!\{)\{(?P<name>[A-Za-z_ ]+)\}(?!\})")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check_placeholders(words: Document, ours: Document, problems: Problems) -> None:
    """Adds a problem for each placeholder in `words` that `ours`, the words that pmdiag comes with, do not have.

    One that is left out is a notice: the sentence says less, and that may be meant.
    """
    for key, before in mapping(ours.data).items():
        text = mapping(words.data).get(key)
        if text is None or text == before:
            continue
        known, found = set(_PLACEHOLDER.findall(str(before))), set(_PLACEHOLDER.findall(str(text)))
        for name in sorted(found - known):
            fix = did_you_mean(name, sorted(known)) if known else "Nothing is put in here; write it in words"
            problems.add(words.at(key), Fault(f"There is no value for {{{name}}}", fix))
        for name in sorted(known - found) if found <= known else ():
            what = f"{{{name}}} is left out, so the sentence no longer says it"
            problems.add(words.at(key), Fault(what, f"Put {{{name}}} where the value belongs"), Severity.NOTICE)


def asked(framework: Data) -> int:
    """How many statements are used."""
    return sum(not statement.get("unused") for _, statement in statement_entries(framework))


def with_count(text: str, count: int) -> str:
    """The text with the number put in."""
    return _COUNT.sub(lambda found: str(count) if found["name"] == _NAME else found[0], text)


def says_count(text: str) -> bool:
    """Does the text contain `{statements}`?"""
    return any(found["name"] == _NAME for found in _COUNT.finditer(text))


def with_counts(documents: dict[str, Document], problems: Problems) -> dict[str, Document]:
    """The documents with the number filled in wherever it is allowed; other names in braces are problems there."""
    # With an error nothing is said: only the names are looked at, and the framework may be of any shape.
    count = 0 if problems.errors else asked(documents["framework.yaml"].data)
    return {name: _filled(name, d, count, problems) if _may_say(name, d) else d for name, d in documents.items()}


def _may_say(name: str, document: Document) -> bool:
    if name.startswith("guide/"):
        return isinstance(document.data, dict) and document.data.get("origin") != "source"
    return name.startswith(("packs/", "templates/")) or (name == "framework.yaml" and bool(document.over))


def _filled(name: str, document: Document, count: int, problems: Problems) -> Document:
    def fill(path: Path_, text: str) -> str:
        if name == "framework.yaml" and path not in document.over:
            return text
        for found in _COUNT.finditer(text):
            _check(found, document.at_character(path, text, found.start()), problems)
        return with_count(text, count)

    return document.with_texts(fill)


def _check(found: re.Match[str], place: Location, problems: Problems) -> None:
    name = found["name"]
    if name in (None, _NAME):
        return
    fix = did_you_mean(f"{{{name.strip().lower()}}}", [f"{{{_NAME}}}"])
    if fix.startswith("Did") or re.fullmatch(r"[a-z_]+", name):
        problems.add(place, Fault(f"There is no value for {found[0]}", fix))
