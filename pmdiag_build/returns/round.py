"""A round: files and folders of returns → responses, problems and accounts that add up. Counts no answers.

A "return found" is one response record found, wherever it stands: a workbook of 40 rows is 40 returns, a merged PDF
of three packs is three, a JSON list of ten records is ten. A file (or a row, or an entry) in which no record can be
read is one return, set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import EnvironmentFailed, Problem
from pmdiag_build.returns.response import Response

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A response that was found again: `response` was not counted, because it is `counted_as` once more.

    `counted_as` is the source of the one that stands for both (it may be in conflict itself).
    """

    response: Response
    counted_as: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Responses under one reference whose answers differ; none is counted until a person decides."""

    reference: str
    responses: tuple[Response, ...]


@dataclass(frozen=True, slots=True)
class SetAside:
    """A return that could not be counted at all, with its reason and mend."""

    problem: Problem

    @property
    def source(self) -> str:
        """The file, and the spot in it."""
        return str(self.problem.place)


@dataclass(frozen=True, slots=True)
class Accounts:
    """What became of every return found. `files` is for the reader's orientation and takes no part in the sum."""

    files: int
    found: int
    counted: int
    blank: int
    duplicate: int
    in_conflict: int
    set_aside: int

    def check(self) -> None:
        """Raises EnvironmentFailed (exit 4) unless found = counted + blank + duplicate + in conflict + set aside."""
        total = self.counted + self.blank + self.duplicate + self.in_conflict + self.set_aside
        if total != self.found:
            what = f"The accounts do not add up: {self.found} returns were found and {total} accounted for"
            raise EnvironmentFailed.one("returns", what, "Nothing was written. Please report this as a fault of pmdiag")


@dataclass(frozen=True, slots=True)
class Round:
    """The set of responses tabulated together, in the order of their sources, and all that was not counted.

    `problems` holds every problem, those of set-aside returns, duplicates and conflicts included. `passed_over` are
    files that the computer keeps for itself (`.DS_Store`, `~$open.xlsx`): named, no problem, no return.
    """

    responses: tuple[Response, ...]
    blank: tuple[Response, ...]
    duplicates: tuple[Duplicate, ...]
    conflicts: tuple[Conflict, ...]
    set_aside: tuple[SetAside, ...]
    problems: tuple[Problem, ...]
    accounts: Accounts
    passed_over: tuple[str, ...] = ()


def read_round(
    paths: Sequence[Path], tool: Tool, *, leave_out: Collection[Path] = (), progress: Progress | None = None
) -> Round:
    """Reads every file in `paths` (folders are walked) against `tool`; the order of `paths` makes no difference.

    `leave_out` are folders that are not walked: where results are written to may lie inside the folder of returns.
    Never raises for what a file holds; raises EnvironmentFailed where the accounts do not add up.
    """
    raise NotImplementedError
