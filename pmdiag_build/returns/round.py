"""A round: files and folders of returns → responses, problems and accounts that add up.

A "return found" is one response record found, wherever it is: a workbook of 40 rows is 40 returns, a merged PDF
of three packs is three, a JSON list of ten records is ten. A file (or a row, or an entry) in which no record can be
read is one return, set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import EnvironmentFailed, Fault, Problem, in_order, together
from pmdiag_build.returns import messages
from pmdiag_build.returns.duplicates import classify
from pmdiag_build.returns.find_files import FoundFiles, files_in
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.read_files import FileResult, Processes, read_files
from pmdiag_build.returns.response import Response

DO_NOT_ADD_UP = Fault(
    "{found} returns were found, but {total} are accounted for, so nothing was written",
    "Please report this as a fault of pmdiag",
)

Progress = Callable[[int, int], None]
"""Called with (files done, files in all)."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A response that was found again: `response` was not counted, because it is `counted_as` once more.

    `counted_as` is the source of the first one (which may be in conflict itself).
    """

    response: Response
    counted_as: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Responses under one reference or id whose answers differ; none is counted until a person decides.

    `reference` is that of the first one; empty where they have but an id.
    """

    reference: str
    responses: tuple[Response, ...]


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

    def __str__(self) -> str:
        """The sum, as a person can check it."""
        return (
            f"Returns found: {self.found} = {self.counted} counted + {self.blank} blank + "
            f"{self.duplicate} duplicate + {self.in_conflict} in conflict + {self.set_aside} set aside"
        )

    def check(self) -> None:
        """Raises EnvironmentFailed (exit 4) unless found = counted + blank + duplicate + in conflict + set aside."""
        total = self.counted + self.blank + self.duplicate + self.in_conflict + self.set_aside
        if total != self.found:
            facts = {"found": str(self.found), "total": str(total)}
            raise EnvironmentFailed.one("returns", DO_NOT_ADD_UP, **facts)


@dataclass(frozen=True, slots=True)
class Round:
    """The set of responses tabulated together, in the order of their places, and all that was not counted.

    `set_aside` has the problem of each return that can't be counted at all. `problems` has every problem, also those
    of set-aside returns, duplicates and conflicts. `ignored` are system files (`.DS_Store`, `~$open.xlsx`) and
    folders of results. `notes` name the blank returns: they are listed with the problems, but a blank return alone does
    not need a look.
    """

    responses: tuple[Response, ...]
    blank: tuple[Response, ...]
    duplicates: tuple[Duplicate, ...]
    conflicts: tuple[Conflict, ...]
    set_aside: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    accounts: Accounts
    ignored: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def listed(self) -> tuple[Problem, ...]:
        """Problems and notes in the order of their places."""
        return tuple(in_order((*self.problems, *self.notes)))

    def in_lines(self) -> Iterator[Problem | str]:
        """What whoever runs the round is told of it: problems of one kind once, what was ignored, the accounts."""
        yield from together(self.listed)
        # Our own lock and lists are of no interest to anybody.
        yield from (f"Ignored (not a return): {file}" for file in self.ignored if ".pmdiag" not in file)
        yield str(self.accounts)


def read_round(
    paths: Sequence[Path], tool: Tool, *, leave_out: Collection[Path] = (), progress: Progress | None = None
) -> Round:
    """Reads every file in `paths` (folders are walked) against `tool`; the order of `paths` makes no difference.

    `leave_out`: folders that are not walked and files that are not read, such as results or a list of people inside the
    folder of returns. Never raises for what is in a file. Raises UsageWrong where `paths` names a folder of results,
    and EnvironmentFailed where the accounts do not add up.
    """
    return round_of(files_in(paths, leave_out), tool, progress=progress)


def round_of(
    found: FoundFiles,
    tool: Tool,
    *,
    reading_in: Processes = Processes.AS_MANY_AS_HELP,
    progress: Progress | None = None,
) -> Round:
    """The same for files that were found, or that are at hand as bytes (`files_of`)."""
    questionnaire = Questionnaire.of(tool)

    def read() -> Iterator[FileResult]:
        for done, result in enumerate(read_files(found.files, questionnaire, reading_in), 1):
            yield result
            if progress is not None:
                progress(done, len(found.files))

    return round_of_results(read(), questionnaire, found.ignored)


def round_of_results(
    results: Iterable[FileResult], questionnaire: Questionnaire, ignored: Collection[str] = ()
) -> Round:
    """The same for files that were read already, in the order of their names. What they gave is not changed."""
    total, files = FileResult(ignored=list(ignored)), 0
    for result in results:
        total.add(result)
        files += 1
    classified = classify(total.responses)
    said = (
        messages.duplicates(classified),
        messages.conflicts(classified),
        messages.alike(classified),
        messages.near(classified),
        messages.other_wordings(total.responses, questionnaire),
    )
    problems = [*total.problems, *total.set_aside, *chain(*said)]
    accounts = Accounts(
        files=files,
        found=total.returns,
        counted=len(classified.counted),
        blank=len(classified.blank),
        duplicate=len(classified.again),
        in_conflict=sum(map(len, classified.conflicts)),
        set_aside=len(total.set_aside),
    )
    accounts.check()
    return Round(
        responses=tuple(classified.counted),
        blank=tuple(classified.blank),
        duplicates=tuple(Duplicate(one, twin.source) for one, twin in classified.again),
        conflicts=tuple(Conflict(group[0].record.reference, tuple(group)) for group in classified.conflicts),
        set_aside=tuple(total.set_aside),
        problems=tuple(in_order(problems)),
        accounts=accounts,
        ignored=tuple(sorted(total.ignored)),
        notes=tuple(in_order(messages.blanks(classified))),
    )
