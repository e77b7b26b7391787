"""Files in a file (ZIP, e-mail): what each is called, and how many may still be taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pmdiag_build.problems import Fault, Problem
from pmdiag_build.returns import limits

MEMBER_TOO_BIG = Fault(
    f"This file is too big to be a return (more than {limits.UNPACKED_BYTES >> 20} MB)", "Take it out of the {kind}"
)
TOO_MUCH = Fault(
    f"With this file the {{kind}} contains more than {limits.UNPACKED_TOGETHER >> 20} MB",
    "Take the returns out of the {kind} and put them here",
)
TOO_MANY = Fault(
    f"The {{kind}} contains more than {limits.FILES_IN_ONE} files",
    "Take the returns out of the {kind} and put them here",
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file inside another one that nobody sent as a return: a logo, a signature."""

    name: str


Member = tuple[str, bytes] | Ignored | Problem
"""A file inside another one, as (name with that of the outer file in front, bytes), or why it is not read."""

Members = Iterator[Member]


@dataclass(slots=True)
class Room:
    """How many bytes and files may still be taken out of one file of the round; what it contains shares them."""

    size: int = limits.UNPACKED_TOGETHER
    files: int = limits.FILES_IN_ONE

    def take(self, name: str, data: bytes, kind: str) -> Member:
        """A file that was taken out, unless it was too much. `kind`: what it was taken out of."""
        left = self.size
        # What is too big took its time, too.
        self.size = max(left - len(data), 0)
        if len(data) > limits.UNPACKED_BYTES:
            return MEMBER_TOO_BIG.at(name, kind=kind)
        return TOO_MUCH.at(name, kind=kind) if len(data) > left else (name, data)

    def too_many(self, files: int) -> bool:
        """Whether so many files more are too many; takes them in if they are not."""
        self.files -= files
        return self.files < 0


def free_name(name: str, taken: dict[str, int]) -> str:
    """The name, with a number if another file has it already: they are two files.

    `taken`: the names that were given, each with the number that was put behind it last.
    """
    free = name
    while free in taken:
        taken[name] += 1
        free = f"{name} ({taken[name]})"
    taken[free] = 1
    return free
