"""Issue an edition: freeze the national wording under a name, with what has changed since the edition before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from pmdiag_build.content.documents import Data, Document, mapping, parse_yaml
from pmdiag_build.content.editions import drafted, in_line, issued_file, undecided
from pmdiag_build.content.files import good_name
from pmdiag_build.content.model import ChangeKind, Edition
from pmdiag_build.load import load_tool, read_documents
from pmdiag_build.output.atomic import write_files
from pmdiag_build.problems import ContentWrong, Fault, Problems, UsageWrong, in_order

_FOLDER = "editions"
_FRAMEWORK = "framework.yaml"
_TOOL = "tool.yaml"

_NO_NAME = Fault(
    "“{id}” can't be the name of an edition",
    "Use the year, and small letters a–z, figures and hyphens after it, such as 2026 or 2026-welsh",
)
_ISSUED = Fault("Edition {id} is issued already, and an issued edition never changes", "Choose a name that is new")
_NO_FOLDER = Fault(
    "This folder is missing, so it is not known which edition came before",
    "Put it back, or make an empty one if no edition was ever issued",
)
_OWN_LINE = Fault("This can't be edited by the program as it is written", "Write it on a line of its own")

_NAME = re.compile("[0-9][a-z0-9]*(-[a-z0-9]+)*")
"""Begins with a figure, since YAML and people take words such as null or new for something else."""
_CHANGE_LINE = re.compile(r"""\s*["']?change["']?:\s*["']?(wording|meaning)["']?\s*(#.*)?""")
_EDITION_LINE = re.compile(r"""(\s*["']?edition["']?:\s*)("[^"]*"|'[^']*'|[^\s#]+)(.*)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Issued:
    """An edition that was issued, and its file. `added`, `dropped`: ids of statements, beside the edition before."""

    edition: Edition
    file: Path
    added: tuple[str, ...]
    dropped: tuple[str, ...]

    def changed(self, kind: ChangeKind) -> list[str]:
        """What says the same in other words, or asks something else."""
        return [key for key, found in self.edition.changes.items() if found == kind]


def issue_edition(content: Path, id: str) -> Issued:
    """Freeze the framework of the folder `content` as the edition `id`, and name it in tool.yaml.

    What the framework says after `change:` goes into the edition's file and is removed there, so that it can't be taken
    for a decision about the next edition. Raises UsageWrong for a name that is bad or used, ContentWrong with every
    decision that is missing and all else that is wrong, EnvironmentFailed if a file can't be written; then nothing has
    changed.
    """
    if not good_name(id, _FOLDER) or not _NAME.fullmatch(id):
        raise UsageWrong.one("ID", _NO_NAME, id=id)
    if not (content / _FOLDER).is_dir():
        raise UsageWrong.one(_FOLDER, _NO_FOLDER)
    target = content / _FOLDER / f"{id}.yaml"
    documents = read_documents(content)
    framework, problems = documents[_FRAMEWORK], Problems()
    line = in_line(documents, problems)
    if target.exists() or any(edition.id == id for edition in line):
        raise UsageWrong.one(f"{_FOLDER}/{id}.yaml", _ISSUED, id=id)
    before = line[-1] if line else None
    edition = drafted(framework, id, before)
    undecided(framework, before, problems)
    try:
        load_tool(content, edition=id)
    except ContentWrong as error:
        problems.extend(problem for problem in error.problems if problem not in problems.found)
    files = {
        target: issued_file(edition, before).encode(),
        content / _TOOL: _named(content / _TOOL, documents[_TOOL], id, problems),
        content / _FRAMEWORK: _without_decisions(content / _FRAMEWORK, framework, problems),
    }
    if problems:
        raise ContentWrong(in_order(problems))
    write_files(files)
    asked_before = before.statements if before else edition.statements
    return Issued(
        edition,
        target,
        added=tuple(id for id in edition.statements if id not in asked_before),
        dropped=tuple(id for id in asked_before if id not in edition.statements),
    )


def _named(path: Path, document: Document, id: str, problems: Problems) -> bytes:
    """tool.yaml with the edition's name; the rest of it as it is."""
    lines = _lines_of(path)
    at = document.at("edition")
    if found := _EDITION_LINE.fullmatch(lines[at.line - 1]):
        lines[at.line - 1] = f'{found[1]}"{id}"{found[3]}'
    return _checked(lines, replace(document, data={**mapping(document.data), "edition": id}), ("edition",), problems)


def _without_decisions(path: Path, document: Document, problems: Problems) -> bytes:
    """framework.yaml without its lines `change: …`; the rest of it as it is."""
    lines = _lines_of(path)
    places = [mark for mark in document.marks if mark and mark[-1] == "change"]
    for place in places:
        number = document.at(*place).line - 1
        if _CHANGE_LINE.fullmatch(lines[number].rstrip("\r\n")):
            lines[number] = ""
    return _checked(
        lines, replace(document, data=_without_change(document.data)), places[0] if places else (), problems
    )


def _lines_of(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return stream.read().splitlines(keepends=True)


def _without_change(data: Data) -> Data:
    if isinstance(data, dict):
        return {key: _without_change(value) for key, value in data.items() if key != "change"}
    return [_without_change(value) for value in data] if isinstance(data, list) else data


def _checked(lines: list[str], wanted: Document, place: tuple[str | int, ...], problems: Problems) -> bytes:
    """The lines as bytes; a problem at `place` where they do not say what is wanted."""
    text = "".join(lines)
    read = parse_yaml(text.removeprefix("\ufeff").replace("\r\n", "\n"), wanted.file, Problems())
    if read is None or read.data != wanted.data:
        problems.add(wanted.at(*place), _OWN_LINE)
    return text.encode()
