"""What the report's sections are made from, and what they are made of: rows with bars and tables, as plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pmdiag_build.content.model import Tool
from pmdiag_build.results.disclosure import Release
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.roles import ByRole
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.returns.round import Accounts


@dataclass(frozen=True, slots=True)
class ReportInput:
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
        """The earlier round to be shown beside this one, if there is one."""
        return self.release.earlier


@dataclass(frozen=True, slots=True)
class Section:
    """A part of one report. `layout` names its file in layouts/report and its anchor, `data` is what it places."""

    layout: str
    title: str
    data: object


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A part that a report may have. Its title is the word `section_LAYOUT`; `view` makes what the layout places, or
    None to leave the section out."""

    layout: str
    view: Callable[[ReportInput], object]

    def of(self, report: ReportInput) -> Section | None:
        """The section of this report, if it has one."""
        data = self.view(report)
        return Section(self.layout, report.say.words[f"section_{self.layout}"], data) if data is not None else None


_BAR = 370
"""The full width of a bar on paper, in tenths of a millimetre."""
_LETTER = 17
_AROUND = 25
"""What stays free around a count: numbers that touch are read as one. Without room it is in its column only."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One level's piece of a bar: its place among the levels, how many of `full`, and the count if there is room."""

    place: int
    n: int
    full: int
    shown: str


@dataclass(frozen=True, slots=True)
class Row:
    """A question or a role with its counts: numbers, the bar, and the sentence that says it. `few` says why there are
    none where too few were asked."""

    id: str
    text: str
    segments: tuple[Segment, ...]
    counts: tuple[int, ...]
    unanswered: int
    base: int
    pattern: str
    sentence: str
    few: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of words and counts: caption, column heads, rows, and a note below."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class BarTable:
    """A table of rows with bars, all on one scale, and a note below."""

    caption: str
    rows: tuple[Row, ...]
    note: str = ""


def item_row(id: str, text: str, counts: Counts, full: int, say: Phrases, sentence: Callable[[Counts], str]) -> Row:
    """A row with its bar, where `full` responses are the full width."""
    return Row(
        id=id,
        text=text,
        segments=tuple(
            Segment(place, n, full, grouped(n) if n * _BAR >= full * (_AROUND + _LETTER * len(grouped(n))) else "")
            for place, n in enumerate(counts.chosen)
            if n
        ),
        counts=counts.chosen,
        unanswered=counts.unanswered,
        base=counts.base,
        pattern=say.pattern(counts),
        sentence=sentence(counts),
        few=say.few(counts),
    )


def role_table(id: str, question: ByRole, say: Phrases, min_group: int) -> BarTable | None:
    """One question by role: the roles that may be shown, then the others together; without rows, why there are none.
    None where the round shows no role on any question."""
    if not question.shown:
        return BarTable("", (), say.words["by_role_none"]) if question.fewer else None
    groups = [(say.role(code), counts) for code, counts in question.shown.items()]
    if question.rest is not None:
        groups.append((say.words["by_role_rest"], question.rest))
    full = max(counts.asked for _, counts in groups)
    rows = tuple(item_row("", label, counts, full, say, say.rated) for label, counts in groups)
    note = say.fill("by_role_fewer", n=min_group) if question.fewer else ""
    return BarTable(say.fill("by_role_caption", id=id, who=say.who(full)), rows, note)
