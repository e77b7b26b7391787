"""What the parts of reading a local folder share: the folder, what is national, what has been merged so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pmdiag_build.content.documents import Document
from pmdiag_build.content.model import Change
from pmdiag_build.problems import Location, Problems

NATIONAL = "national"
"""The folder in a local version that keeps copies of the national pages that it replaced, to tell what has changed."""


@dataclass(frozen=True, slots=True)
class Joining:
    """A page that is to stand behind the page `after` in the navigation."""

    page: str
    after: str
    place: Location


@dataclass(slots=True)
class Reading:
    """A local folder that is being read. `documents` and `changes` grow as it goes; faults go into `problems`.

    `moved_on`: the national edition is not the one that the local version was last checked against. `unread`: files
    that could not be read, or only in part; what they might have said is not said to be missing. `joining`: pages that
    are put into the navigation once all have been read.
    """

    folder: Path
    national: dict[str, Document]
    documents: dict[str, Document]
    problems: Problems
    moved_on: bool = False
    changes: list[Change] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    joining: list[Joining] = field(default_factory=list)

    def name(self, name: str) -> str:
        """A file's name as messages give it: with its folder's, so that it can't be taken for a national one."""
        return f"{self.folder.resolve().name}/{name}".removesuffix("/")
