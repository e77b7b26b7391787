"""Returns that went wrong, by kind: what makes each file, and what must become of it."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Round
from tests.returns.paper import Answers, fields_of, filled
from tests.returns.samples import said_by

Files = dict[str, bytes]
"""Name in the folder of returns → content."""

ANSWERS = {
    "record_reference": "A1",
    "record_mode": "individual",
    "rating_1_1": "L",
    "rating_1_2": "D",
    "rating_3_10": "E",
    "overall_2": "D",
    "doing_1": "Well.\nVery.",
}
"""What most cases are filled in with, before something happens to them."""

_ARCHIVE = Path(__file__).with_name("files") / "files.tar.xz"


@dataclass(frozen=True, slots=True)
class Expected:
    """What must become of the files of a case.

    `answers`: reference → field name → what must be counted for it. `not_counted`: field names that no counted
    response may hold. `said`: for each, some message holds all these patterns. `unsaid`: patterns that no message
    holds. `quiet`: nothing needs a look. `lines`: the most messages that may be said.
    """

    counted: int = 1
    blank: int = 0
    duplicate: int = 0
    in_conflict: int = 0
    set_aside: int = 0
    answers: Mapping[str, Answers] = field(default_factory=dict)
    not_counted: Sequence[str] = ()
    said: Sequence[Sequence[str]] = ()
    unsaid: Sequence[str] = ()
    quiet: bool = False
    lines: int = 0

    def differences(self, found: Round) -> list[str]:
        """What is otherwise, each as half a sentence; nothing if all is right."""
        return [*self._accounts(found), *self._answers(found), *self._messages(found)]

    def _accounts(self, found: Round) -> list[str]:
        names = ("counted", "blank", "duplicate", "in_conflict", "set_aside")
        pairs = ((name, getattr(self, name), getattr(found.accounts, name)) for name in names)
        return [f"{name} {is_} and not {right}" for name, right, is_ in pairs if right != is_]

    def _answers(self, found: Round) -> list[str]:
        said = {response.record.reference: said_by(response) for response in found.responses}
        wrong = [
            f"{reference}: {name} is {said.get(reference, {}).get(name, '')!r} and not {answer!r}"
            for reference, answers in self.answers.items()
            for name, answer in answers.items()
            if said.get(reference, {}).get(name, "") != answer
        ]
        wrong += [
            f"{name} is counted as {one[name]!r}" for one in said.values() for name in self.not_counted if name in one
        ]
        return wrong

    def _messages(self, found: Round) -> list[str]:
        lines = [str(problem) for problem in found.listed]
        wrong = [
            f"nothing says {' … '.join(patterns)}"
            for patterns in self.said
            if not any(all(re.search(pattern, line) for pattern in patterns) for line in lines)
        ]
        wrong += [f"said: {line}" for line in lines for pattern in self.unsaid if re.search(pattern, line)]
        if self.quiet and found.problems:
            wrong.append(f"not quiet: {found.problems[0]}")
        if self.lines and len(lines) > self.lines:
            wrong.append(f"{len(lines)} messages and not at most {self.lines}")
        return wrong


@dataclass(frozen=True, slots=True)
class Base:
    """What cases are made from. Slow parts are made when a case asks for them."""

    tool: Tool
    folder: Path
    request: pytest.FixtureRequest

    @property
    def fields(self) -> Sequence[FormField]:
        return fields_of(self.tool)

    @property
    def pack(self) -> bytes:
        """The self-assessment as it is sent today, blank."""
        return self.pack_path.read_bytes()

    @property
    def pack_path(self) -> Path:
        path: Path = self.request.getfixturevalue("built").packs / "self-assessment.pdf"
        return path

    def filled(self, **changes: str) -> bytes:
        """The pack with ANSWERS and these changes, written anew without appearances of texts."""
        return _filled(self.pack_path, tuple(changes.items()))

    def fixture(self, name: str) -> Any:
        """A browser or a folder of programs."""
        return self.request.getfixturevalue(name)


@cache
def _filled(pack: Path, changes: tuple[tuple[str, str], ...]) -> bytes:
    return filled(pack.read_bytes(), ANSWERS | dict(changes))


Make = Callable[[Base], Files]


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of return gone wrong: `right` are the outcomes that are right, of which one must be.

    `slow`: it needs the real packs or a program. `limited`: it is read in a process of its own with bounds.
    """

    name: str
    make: Make
    right: Sequence[Expected]
    slow: bool = False
    limited: bool = False


@dataclass(slots=True)
class Cases:
    """The cases of one family."""

    family: str
    slow: bool = False
    limited: bool = False
    found: list[Case] = field(default_factory=list)

    def put(self, name: str, make: Make, *right: Expected, slow: bool | None = None) -> None:
        case = Case(f"{self.family}: {name}", make, right, self.slow if slow is None else slow, self.limited)
        self.found.append(case)

    def add(self, *right: Expected, slow: bool | None = None) -> Callable[[Make], Make]:
        """A decorator: the function's name is the case's."""

        def keep(make: Make) -> Make:
            self.put(make.__name__.strip("_").replace("_", " "), make, *right, slow=slow)
            return make

        return keep

    def shared(self, name: str, *right: Expected) -> None:
        """A file (or a folder of files) that was really seen, from the archive."""
        self.put(f"shared {name}", lambda _: kept_files(name), *right, slow=False)


@cache
def _archive() -> Mapping[str, bytes]:
    # One archive: the files are mostly the same pack, which packs well only if they are packed together.
    with tarfile.open(_ARCHIVE) as archive:
        members = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.removeprefix("./"): _content(archive, member) for member in members}


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    return file.read()


def kept_files(name: str) -> Files:
    """A file of the archive, or those of a folder in it, by the name of the file."""
    files = {path: content for path, content in _archive().items() if path == name or path.startswith(f"{name}/")}
    assert files, name
    return {Path(path).name: content for path, content in files.items()}
