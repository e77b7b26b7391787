"""`{statements}` in an addition stands for how many statements the edition asks, so that no text says a wrong number.

Texts of packs, templates and pages may hold it; not the framework and pages of the source, which are printed as they
stand. Words of the interface have placeholders of their own.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pmdiag_build.content.documents import Data, Document, Path_, mapping, sequence
from pmdiag_build.problems import Fault, Location, Problems, did_you_mean

_NAME = "statements"
# What stands in `code` stays; {{ … }} is no placeholder of ours.
_PLACEHOLDER = re.compile(r"`[^`]*`|(?<!\{)\{(?P<name>[a-z_]+)\}(?!\})")


def asked(framework: Data) -> int:
    """How many statements are used."""
    features = sequence(mapping(framework)["features"])
    return sum(not mapping(s).get("unused") for f in features for s in sequence(mapping(f)["statements"]))


def with_count(text: str, count: int) -> str:
    """The text with the number put in."""
    return _PLACEHOLDER.sub(lambda found: str(count) if found["name"] == _NAME else found[0], text)


def says_count(text: str) -> bool:
    """Does the text hold `{statements}`?"""
    return any(found["name"] == _NAME for found in _PLACEHOLDER.finditer(text))


def with_counts(documents: dict[str, Document], problems: Problems) -> dict[str, Document]:
    """The documents with the number put in wherever it may stand; other names in braces are problems there."""
    # With an error nothing is said: only the names are looked at, and the framework may be of any shape.
    count = 0 if problems.errors else asked(documents["framework.yaml"].data)
    return {
        name: _filled(document, count, problems) if _may_say(name, document) else document
        for name, document in documents.items()
    }


def _may_say(name: str, document: Document) -> bool:
    if name.startswith("guide/"):
        return isinstance(document.data, dict) and document.data.get("origin") != "source"
    return name.startswith(("packs/", "templates/"))


def _filled(document: Document, count: int, problems: Problems) -> Document:
    for found in _PLACEHOLDER.finditer(document.body):
        line = document.body_line + document.body.count("\n", 0, found.start())
        _check(found, Location(document.file, line), problems)
    data = _value(document, document.data, (), count, problems)
    return replace(document, data=data, body=with_count(document.body, count))


def _value(document: Document, data: Data, path: Path_, count: int, problems: Problems) -> Data:
    if isinstance(data, str):
        for found in _PLACEHOLDER.finditer(data):
            _check(found, document.at(*path), problems)
        return with_count(data, count)
    if isinstance(data, dict):
        return {key: _value(document, value, (*path, key), count, problems) for key, value in data.items()}
    return [_value(document, value, (*path, i), count, problems) for i, value in enumerate(data)]


def _check(found: re.Match[str], place: Location, problems: Problems) -> None:
    if found["name"] not in (None, _NAME):
        problems.add(place, Fault(f"There is no value for {found[0]}", did_you_mean(found["name"], [_NAME])))
