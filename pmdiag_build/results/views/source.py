"""What the sections of a report are made of, and what a section is. Knows no markup."""

from __future__ import annotations

from dataclasses import dataclass

from pmdiag_build.content.model import Tool
from pmdiag_build.results.disclosure import Release
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.returns.round import Accounts


@dataclass(frozen=True, slots=True)
class Source:
    """A round as it may be shown. `problems` is how many points need a look."""

    tool: Tool
    accounts: Accounts
    problems: int
    release: Release
    say: Phrases

    @property
    def total(self) -> int:
        """The responses of the round: the full width of every bar."""
        return self.release.counted.whole.responses

    @property
    def earlier(self) -> Earlier | None:
        """The earlier round to stand beside this one, if there is one."""
        return self.release.earlier


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: `layout` names a file in layouts/report, `data` is what that layout places."""

    layout: str
    title: str
    data: object
