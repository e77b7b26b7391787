"""What a local version changes, as values: each change with the national wording that it replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pmdiag_build.problems import Location

Kind = Literal["wording", "meaning"]
"""`wording`: says the same in other words. `meaning`: asks something else, so answers are not put together with those
to other editions."""

What = Literal["text", "term", "page", "added", "unused", "image", "gone"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `file` is the national file, `spot` the value in it in words (`features 3 / statements 3.2 / text`),
    `keys` the same as keys and ids (`("features", "3", "statements", "3.2", "text")`).

    `national` is the wording that was replaced as the local version recorded it, `now` the national wording today,
    `ours` the local one. For `unused`, `ours` is the reason; for `added`, `national` and `now` are empty; for `gone`,
    the national text is there no more and `ours` is not used; for a `term`, the texts show one place where it was put
    in (empty where it stands only in texts that the local version words itself), and `old` → `new` is the term.
    """

    what: What
    file: str
    spot: str
    national: str
    now: str
    ours: str
    kind: Kind
    place: Location
    keys: tuple[str, ...] = ()
    old: str = ""
    new: str = ""

    @property
    def statement(self) -> str:
        """The id of the statement whose wording it changes, or empty."""
        match self.keys:
            case ("features", _, "statements", id, "text") if self.file == "framework.yaml":
                return id
            case _:
                return ""

    @property
    def stale(self) -> bool:
        """The national wording has changed or gone since this change was made. Line breaks are no wording."""
        if self.what == "gone":
            return True
        return self.what in ("text", "page") and self.national.split() != self.now.split()

    def covers(self, other: Change) -> bool:
        """Does this change replace the whole text in which `other` stands?"""
        if self.file != other.file:
            return False
        return self.what == "page" or (self.what == "text" and self.keys == other.keys[: len(self.keys)])
