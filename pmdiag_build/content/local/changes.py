"""What a local version changes, as values: each change with the national wording that it replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pmdiag_build.content.source import Data, Path_, mapping, sequence
from pmdiag_build.problems import Location

Kind = Literal["wording", "meaning"]
"""`wording`: says the same in other words. `meaning`: asks something else, so answers are not put together with those
to other editions."""

What = Literal["text", "term", "page", "added", "unused", "image"]


def statement_of(data: Data, path: Path_) -> str:
    """The id of the statement whose wording stands at `path` of the framework's data, or an empty text."""
    match path:
        case ("features", int(f), "statements", int(s), "text"):
            statement = sequence(mapping(sequence(mapping(data)["features"])[f])["statements"])[s]
            return str(mapping(statement)["id"])
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `file` is the national file, `spot` the value in it (`features 3, statements 3.2, text`).

    `national` is the wording that was replaced as the local version recorded it, `now` the national wording today,
    `ours` the local one. For `unused`, `ours` is the reason; for `added`, `national` and `now` are empty; for a
    `term`, `spot` and the texts show one place where it was put in. `statement` is the id of the statement whose
    wording it is, or empty.
    """

    what: What
    file: str
    spot: str
    national: str
    now: str
    ours: str
    kind: Kind
    place: Location
    statement: str = ""

    @property
    def stale(self) -> bool:
        """The national wording has changed since this change was made."""
        return self.what in ("text", "page") and self.national != self.now
