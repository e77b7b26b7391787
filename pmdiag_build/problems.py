"""Problems as values: where, what is wrong, what to do. Depends on nothing else here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """What the exit code of every command means."""

    CLEAN = 0
    NEEDS_A_LOOK = 1
    WRONG_USAGE = 2
    CONTENT_WRONG = 3
    ENVIRONMENT_FAILED = 4


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place that a person can go to: a file and a spot in it, in the words of that kind of file."""

    file: str
    line: int = 0
    column: int = 0
    spot: str = ""

    @classmethod
    def cell(cls, file: str, sheet: str, cell: str) -> Self:
        """A cell of a workbook: `returns.xlsx: Sheet1!C12`."""
        return cls(file, spot=f"{sheet}!{cell}")

    @classmethod
    def row(cls, file: str, row: int) -> Self:
        """A row of a CSV file, counted as a spreadsheet counts: `people.csv:7`."""
        return cls(file, line=row)

    @classmethod
    def field(cls, file: str, name: str) -> Self:
        """A form field of a PDF: `a.pdf: field rating_1_3`."""
        return cls(file, spot=f"field {name}")

    @classmethod
    def path(cls, file: str, path: str) -> Self:
        """A JSON path: `a.json: $.ratings["1.3"]`."""
        return cls(file, spot=path)

    def __str__(self) -> str:
        text = self.file
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return f"{text}: {self.spot}" if self.spot else text


class Severity(IntEnum):
    """How much a problem matters: an error stops the work, a notice asks for a person's look."""

    NOTICE = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """What can be wrong and how to fix it, as plain sentences without their full stops.

    Names in braces are filled with a problem's facts. `several` says the same once of many places: it may also use
    {count} and {places}. `varying` names the facts in which problems that are told together may differ.
    """

    what: str
    fix: str
    several: str = ""
    varying: tuple[str, ...] = ()

    def at(self, place: Location | str, severity: Severity = Severity.ERROR, **facts: str) -> Problem:
        """The problem that this fault is at a place; a bare string is a file's name."""
        return Problem(Location(place) if isinstance(place, str) else place, self, severity, tuple(facts.items()))


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place. Its sentences are built when they are asked for, from the fault and the facts.

    Facts keep problems comparable: those of one fault that agree in all facts but the varying ones are of one kind.
    A fault without facts is taken as it is, so that text from a file may hold braces.
    """

    place: Location
    fault: Fault
    severity: Severity = Severity.ERROR
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def what(self) -> str:
        """What is wrong, in words."""
        return self._filled(self.fault.what)

    @property
    def fix(self) -> str:
        """What to do about it."""
        return self._filled(self.fault.fix)

    def _filled(self, sentence: str) -> str:
        return sentence.format_map(dict(self.facts)) if self.facts else sentence

    def __str__(self) -> str:
        return f"{_one_line(str(self.place))}: {_sentence(self.what)} {_sentence(self.fix)}".strip()


def _one_line(name: str) -> str:
    """A file's name may hold anything: what would break the line, colour or turn it is shown by its code."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _sentence(text: str) -> str:
    # A line stays a line whatever was typed into the file that it speaks of.
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if not text or text[-1] in ".?!" else text + "."


@dataclass(slots=True)
class Problems:
    """Collects problems in the order found, so that all are reported and not the first one only."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: Location, fault: Fault, severity: Severity = Severity.ERROR) -> None:
        self.found.append(Problem(place, fault, severity))

    def extend(self, problems: Iterable[Problem]) -> None:
        self.found.extend(problems)

    @property
    def errors(self) -> bool:
        return any(p.severity is Severity.ERROR for p in self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


class PmdiagError(Exception):
    """Work could not be done; carries every problem found and the exit code that says what kind it is."""

    exit_code = ExitCode.ENVIRONMENT_FAILED

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Problem, ...]]]:
        # Worker processes hand their errors back whole.
        return type(self), (self.problems,)

    @classmethod
    def one(cls, place: Location | str, fault: Fault) -> Self:
        """The same for a single problem; a bare string is a file's name."""
        return cls([fault.at(place)])


class ContentWrong(PmdiagError):
    """The content or a local version is wrong; nothing was written."""

    exit_code = ExitCode.CONTENT_WRONG


class UsageWrong(PmdiagError):
    """What was asked for cannot be meant."""

    exit_code = ExitCode.WRONG_USAGE


class EnvironmentFailed(PmdiagError):
    """The machine failed: a missing library, a full disk, a file open in another program."""

    exit_code = ExitCode.ENVIRONMENT_FAILED


_LISTED = 12
"""So many names are listed where none is near; more would hide the message."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """How to fix an unknown name: the nearest known one, or all of them where none is near."""
    # Imported here: it takes a tenth of the start of every command, and most name nothing wrongly.
    import difflib

    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean “{near[0]}”?"
    if not known:
        return "There is none at all here; add it, or remove the name"
    shown = ", ".join(known[:_LISTED])
    return f"Known here: {shown}" + (f" and {len(known) - _LISTED} more" if len(known) > _LISTED else "")


NAMED_AT_MOST = 8
"""So many names of a list are told; how many more there are is said."""


def counted(number: int, one: str, many: str) -> str:
    """`1 field is`, `3 fields are`."""
    return f"{number} {one if number == 1 else many}"


def some(names: Sequence[str], in_all: int = 0) -> str:
    """The first names, and how many more there are; `in_all` where `names` are not all of them."""
    more = max(len(names), in_all) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
