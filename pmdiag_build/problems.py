"""Problems as values: where, what is wrong, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


IN_CELL = re.compile(r"(?P<sheet>.*)!(?P<column>[A-Z]*)(?P<row>\d+)", re.DOTALL)
"""A spot that is a cell of a workbook, or a row of it."""
_IN_LIST = re.compile(r"\$\[(\d+)\]")


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
        return cls(file, spot=shortened(path))

    @property
    def answer(self) -> int:
        """Which of the answers in a JSON list it is in, counted from 1; else 0."""
        found = _IN_LIST.match(self.spot)
        return int(found[1]) + 1 if found else 0

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

    Names in braces are filled with a problem's facts. Two facts have a meaning: {item} names the question or column,
    which belongs to the place, and {given} is what was found there.

    `several` says once what is wrong in several places, `various` where {given} differs and `several` names it; they
    may also use {count} and {places}. `fix_all` is their fix where it differs from that of one place.
    """

    what: str
    fix: str
    several: str = ""
    various: str = ""
    fix_all: str = ""

    def at(self, place: Location | str, severity: Severity = Severity.ERROR, **facts: str) -> Problem:
        """The problem that this fault is at a place; a bare string is a file's name."""
        return Problem(Location(place) if isinstance(place, str) else place, self, severity, _shown(facts))


_LONGEST_SHOWN = 500
"""Letters of one fact or path; what was found in a file may have millions."""


def shortened(text: str, most: int = _LONGEST_SHOWN) -> str:
    """As much of a text as a message shows."""
    return text if len(text) <= most else f"{text[:most]}…"


def _shown(facts: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, shortened(text)) for name, text in facts.items())


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place. Its sentences are built when they are asked for, from the fault and the facts.

    Facts keep problems comparable: those of one fault that agree in their facts are of one kind (`together`).
    A fault without facts is taken as it is, so that text from a file may contain braces.
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

    @property
    def parts(self) -> tuple[str, str, str]:
        """Where, what is wrong and what to do, each as one line of printable text."""
        return _one_line(str(self.place)), _sentence(self.what), _sentence(self.fix)

    def __str__(self) -> str:
        place, what, fix = self.parts
        return f"{place}: {what} {fix}".strip()


def _one_line(name: str) -> str:
    """A file's name may contain anything: what would break the line, colour or turn it is shown by its code."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _sentence(text: str) -> str:
    # It must stay one line, also with text that was typed into a file.
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if not text or text[-1] in ".?!" else text + "."


@dataclass(slots=True)
class Problems:
    """Collects problems in the order found, so that all are reported and not the first one only."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: Location | str, fault: Fault, severity: Severity = Severity.ERROR, **facts: str) -> None:
        """Add one; a bare string is a file's name."""
        self.found.append(fault.at(place, severity, **facts))

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
    def one(cls, place: Location | str, fault: Fault, **facts: str) -> Self:
        """The same for a single problem; a bare string is a file's name."""
        return cls([fault.at(place, Severity.ERROR, **facts)])


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
"""So many names of a list are shown, and then how many more there are."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 page`, `2 pages`; `1 field is`, `3 fields are` where more than an s is different."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def some(names: Sequence[str], in_all: int = 0) -> str:
    """The first names, and how many more there are; `in_all` where `names` are not all of them."""
    more = max(len(names), in_all) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def size_in_words(size: int) -> str:
    """Bytes as a person reads them: `212 KB`, `1.4 MB`."""
    return f"{max(1, round(size / 1000))} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


_LONGEST_GIVEN = 40


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, sheet and row, as a person goes through them; those of one place stay as they come."""
    return sorted(problems, key=lambda problem: _rank(problem.place))


def _rank(place: Location) -> tuple[str, str, int, int, str]:
    cell = IN_CELL.fullmatch(place.spot)
    if cell is None:
        return place.file, "", place.line, 0, ""
    # Columns by their length first: Z comes before AA.
    return place.file, cell["sheet"], int(cell["row"]), len(cell["column"]), cell["column"]


def together(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems, but those of one kind as one, in the place of the first of them."""
    rest = list(enumerate(problems))
    joined: list[tuple[int, Problem]] = []
    for kind, least in _KINDS:
        groups: dict[object, list[tuple[int, Problem]]] = {}
        for entry in rest:
            groups.setdefault(kind(entry[1]), []).append(entry)
        rest = []
        for group in groups.values():
            as_one = _as_one([problem for _, problem in group]) if len(group) >= least else None
            if as_one is None:
                rest += group
            else:
                joined.append((group[0][0], as_one))
    return [problem for _, problem in sorted([*joined, *rest], key=lambda entry: entry[0])]


def _facts(problem: Problem, *but: str) -> tuple[tuple[str, str], ...]:
    return tuple(fact for fact in problem.facts if fact[0] not in but)


_KINDS: Sequence[tuple[Callable[[Problem], object], int]] = (
    (lambda one: (one.place.file, one.fault, one.severity, _facts(one, "item")), 2),
    (lambda one: (one.place.file, one.fault, one.severity, _facts(one, "item", "given")), 2),
    (lambda one: (one.fault, one.severity, _facts(one, "given", "others")), 4),
)
"""What makes problems one kind, and how many of them become one line: the same value in a file, different values in a
file, the same question in several files. Each of several returns in conflict names the others."""


def _as_one(group: Sequence[Problem]) -> Problem | None:
    """Several problems as one, where their fault has a sentence for that."""
    first = group[0]
    same = len({_fact(problem, "given") for problem in group}) == 1
    fault = first.fault
    what = fault.several if same or "{given}" not in fault.several else fault.various
    if not what:
        return None
    files = len({problem.place.file for problem in group})
    more = counted(files - 1, "other file", "other files")
    file = first.place.file if files == 1 else f"{first.place.file} and {more}"
    spots = _spots(group[:NAMED_AT_MOST], with_given=not same, with_file=files > 1)
    facts = dict(first.facts) | {"count": str(len(group)), "places": some(spots, len(group))}
    return Fault(what, fault.fix_all or fault.fix).at(file, first.severity, **facts)


def _fact(problem: Problem, name: str) -> str:
    return next((value for key, value in problem.facts if key == name), "")


def _spots(group: Sequence[Problem], *, with_given: bool, with_file: bool) -> list[str]:
    """How places are listed: `AM2, AM4 in sheet Returns`, `1.1 in row 3`, `row 7`, `1.1`, `1.1 in a.json`, `1.1 in
    answer 3`."""
    spots: list[str] = []
    cells = [None if with_file else IN_CELL.fullmatch(problem.place.spot) for problem in group]
    for problem, cell, following in zip(group, cells, [*cells[1:], None], strict=True):
        place, item = problem.place, _fact(problem, "item")
        spot = item or place.spot
        if with_file:
            spot = f"{item} in {place.file}" if item else place.file
        elif cell is not None:
            spot = (cell["column"] or "row ") + cell["row"]
        elif place.answer:
            spot = f"{item} in answer {place.answer}" if item else f"answer {place.answer}"
        elif place.line:
            spot = f"{item} in row {place.line}" if item else f"row {place.line}"
        if with_given:
            spot += f" (“{shortened(_fact(problem, 'given'), _LONGEST_GIVEN)}”)"
        if cell is not None and (following is None or following["sheet"] != cell["sheet"]):
            spot += f" in sheet {cell['sheet']}"
        spots.append(spot)
    return spots
