"""What a tabulation is asked for (`Request`), and the same with its files read (`Given`).

The files are on disk, or bytes at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.people import People
from pmdiag_build.problems import Fault, Problem, Problems, UsageWrong, in_order
from pmdiag_build.results import people_asked
from pmdiag_build.results.comments_list import CheckedList, read_list
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.read_earlier_round import earlier_of_bytes, read_previous
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.returns.find_files import File, bytes_of

_LONGEST_TITLE = 100
_OPTION = "--title"
_TITLE_TOO_LONG = Fault("The title has {n} letters, and {most} is the most", "Shorten it")
_TITLE_NOT_PRINTED = Fault("The title contains a character that can't be printed ({code})", "Type it again")

_PREVIOUS = "--previous"
_MOST_PREVIOUS = 4
_TOO_MANY_ROUNDS = Fault("{n} earlier rounds are too many to be shown beside this one", "Name {most} at most")
_SAME_ROUND = Fault("This is the same round as “{other}”", "Name each earlier round once")


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for. `title`: what the round is called. `people`: the list of those who were asked. `comments`:
    the comments as a person checked them. `previous`: earlier rounds, each the folder of its results, or the bytes of
    its responses.csv or of a ZIP of that folder."""

    rules: Rules = field(default_factory=Rules)
    title: str = ""
    people: File | None = None
    comments: File | None = None
    previous: tuple[File, ...] = ()
    pdfs: bool = False

    @property
    def paths(self) -> Iterator[Path]:
        """Where the given files are on disk. They are not returns, even if they are among them."""
        for file in (self.people, self.comments):
            if file is not None and isinstance(file.content, Path):
                yield file.content


@dataclass(frozen=True, slots=True)
class Given:
    """What was given with a request, read: `title` as it is printed, `notices` of what needs a look in it."""

    title: str = ""
    people: People | None = None
    comments: CheckedList | None = None
    earlier: tuple[Earlier, ...] = ()
    notices: tuple[Problem, ...] = ()


def read_request(request: Request, tool: Tool) -> Given:
    """What was given with a request. Raises UsageWrong: for the title, or else for everything that is wrong in both
    lists, or else for the first earlier round that can't be used."""
    title, problems = _title(request.title), Problems()
    people = None
    if request.people is not None and (data := _bytes(request.people, problems)) is not None:
        people = people_asked.read_list(request.people.name, data, tool, problems)
    checked = None
    if request.comments is not None and (data := _bytes(request.comments, problems)) is not None:
        checked = read_list(request.comments.name, data, tool, problems)
    if problems.errors:
        raise UsageWrong(in_order(problems))
    return Given(title, people, checked, _earlier(request.previous, tool), tuple(problems))


def _bytes(file: File, problems: Problems) -> bytes | None:
    content = bytes_of(file)
    if isinstance(content, bytes):
        return content
    problems.extend([content])
    return None


def _title(text: str) -> str:
    """What the round is called, as it is printed. Raises UsageWrong."""
    title = " ".join(part for part in text.replace("\u00a0", " ").strip().split(" ") if part)
    if odd := next((one for one in title if not one.isprintable()), ""):
        raise UsageWrong.one(_OPTION, _TITLE_NOT_PRINTED, code=f"U+{ord(odd):04X}")
    if len(title) > _LONGEST_TITLE:
        raise UsageWrong.one(_OPTION, _TITLE_TOO_LONG, n=str(len(title)), most=str(_LONGEST_TITLE))
    return title


def _earlier(files: Sequence[File], tool: Tool) -> tuple[Earlier, ...]:
    """The earlier rounds to be shown beside this one, the oldest first by the dates of their answers; in the order
    given where one has none. Raises UsageWrong where they are too many, one comes twice, or one is not what `tabulate`
    writes."""
    if len(files) > _MOST_PREVIOUS:
        raise UsageWrong.one(_PREVIOUS, _TOO_MANY_ROUNDS, n=str(len(files)), most=str(_MOST_PREVIOUS))
    known: dict[Path | bytes, str] = {}
    found: list[Earlier] = []
    for file in files:
        content = file.content
        key = content.resolve() if isinstance(content, Path) else content
        if key in known:
            raise UsageWrong.one(file.name, _SAME_ROUND, other=known[key])
        known[key] = file.name
        one = read_previous(content, tool) if isinstance(content, Path) else earlier_of_bytes(content, file.name, tool)
        found.append(replace(one, place=file.name))
    return tuple(sorted(found, key=lambda one: one.last) if all(one.last for one in found) else found)
