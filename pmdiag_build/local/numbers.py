"""Texts that say how many statements there are, where a local version asks another number. Adds notices only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pmdiag_build.content.documents import Document, mapping, sequence
from pmdiag_build.content.model import Tool
from pmdiag_build.local.find import leaves
from pmdiag_build.problems import Fault, Location, Problems, Severity

_FOLDERS = ("guide/", "packs/", "templates/", "words/")


def notices(tool: Tool, documents: Mapping[str, Document], national: Document, problems: Problems) -> None:
    """Adds a notice for each text of the version `tool` that still says the number of the `national` framework."""
    before = sum(len(sequence(mapping(f)["statements"])) for f in sequence(mapping(national.data)["features"]))
    now = sum(len(feature.used_statements) for feature in tool.framework.features)
    if before == now:
        return
    said = re.compile(rf"(?<![\w.]){before}(?![\w.]*\w)")
    for name, document in documents.items():
        for place, text in _texts(document) if name.startswith(_FOLDERS) else ():
            if said.search(text):
                what = f"It says {before}, and this version asks {now} statements"
                put = "change it" if name.startswith("words/") else "write {statements} in the place of the number"
                problems.add(place, Fault(what, f"If it means the statements, {put}"), Severity.NOTICE)


def _texts(document: Document) -> Iterator[tuple[Location, str]]:
    for path, text in leaves(document.data):
        yield document.at(*path), text
    for line, text in enumerate(document.body.split("\n"), document.body_line):
        yield Location(document.file, line), text
