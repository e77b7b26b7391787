"""Texts that say how many statements there are, where a local version asks another number. Adds notices only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pmdiag_build.content.local.find import leaves
from pmdiag_build.content.model import Tool
from pmdiag_build.content.source import Document, mapping, sequence
from pmdiag_build.problems import Location, Problems, Weight

_FOLDERS = ("guide/", "packs/", "templates/", "words/")


def notices(tool: Tool, documents: Mapping[str, Document], national: Document, problems: Problems) -> None:
    """Adds a notice for each text of the version `tool` that still says the number of the `national` framework."""
    before = sum(len(sequence(mapping(f)["statements"])) for f in sequence(mapping(national.data)["features"]))
    now = sum(len(feature.used_statements) for feature in tool.framework.features)
    if before == now:
        return
    said = re.compile(rf"(?<![\w.]){before}(?![\w.]*\w)")
    for document in documents.values():
        for place, text in _texts(document) if document.file.startswith(_FOLDERS) else ():
            if said.search(text):
                what = f"It says {before}, and this version asks {now} statements"
                mend = f"If it means the statements, change it there, or with a term such as “{before} statements”"
                problems.add(place, what, mend, Weight.NOTICE)


def _texts(document: Document) -> Iterator[tuple[Location, str]]:
    for path, text in leaves(document.data):
        yield document.at(*path), text
    for line, text in enumerate(document.body.split("\n"), document.body_line):
        yield Location(document.file, line), text
