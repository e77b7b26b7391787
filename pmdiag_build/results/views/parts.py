"""What the report's sections are made from, and what they are made of: rows with bars and tables, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.content.model import Tool
from pmdiag_build.content.questions import Difference
from pmdiag_build.results.checked_comments import ToCheck
from pmdiag_build.results.disclosure import Release
from pmdiag_build.results.made_of import Part
from pmdiag_build.results.people_asked import Asked
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.roles import ByRole
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.returns.round import Accounts


@dataclass(frozen=True, slots=True)
class ReportInput:
    """A round as it may be shown. `problems` is how many points need a look. `title` is what the round is called, empty
    if it has no name of its own; `asked` is None if nobody said who was asked. `to_check`: every comment as it was
    written, and what was decided of it, for whoever keeps the returns."""

    tool: Tool
    accounts: Accounts
    problems: int
    release: Release
    say: Phrases
    title: str = ""
    asked: Asked | None = None
    to_check: tuple[ToCheck, ...] = ()

    @property
    def heading(self) -> str:
        """What the report is called."""
        return self.say.fill("report_title_of", title=self.title) if self.title else self.say.words["report_title"]

    @property
    def total(self) -> int:
        """The responses of the round: the full width of every bar."""
        return self.release.counted.whole.responses

    @property
    def earlier(self) -> tuple[Earlier, ...]:
        """The earlier rounds to be shown beside this one, the oldest first."""
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


def role_table(id: str, question: ByRole, say: Phrases) -> BarTable | None:
    """One question by role: the roles that may be shown, then the others together; without rows, that there are none.
    None where the round has but one role."""
    if not question.shown:
        return BarTable("", (), say.words["by_role_none"]) if question.fewer else None
    groups = [(say.role(code), counts) for code, counts in question.shown.items()]
    if question.rest is not None:
        groups.append((say.other_roles(question.others), question.rest))
    full = max(counts.asked for _, counts in groups)
    rows = tuple(item_row("", label, counts, full, say, say.rated) for label, counts in groups)
    return BarTable(say.fill("by_role_caption", id=id, who=say.who(full)), rows)


# ---- what a round is made of


@dataclass(frozen=True, slots=True)
class Differing:
    """A question that another edition asks otherwise: its number, how it differs, and both wordings."""

    id: str
    how: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class EditionDiffers:
    """The differing questions of one edition under their title; `there` and `here` say whose wording follows."""

    title: str
    there: str
    here: str
    questions: tuple[Differing, ...]


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What the round is made of: sentences, how many answered each edition, and each edition's differing questions."""

    sentences: tuple[str, ...]
    table: Table | None
    editions: tuple[EditionDiffers, ...]


def made_of_part(report: ReportInput) -> MadeOf | None:
    """What the round is made of; None where nobody answered."""
    say, here, found = report.say, report.tool.edition, report.release.editions
    if not found:
        return None
    first = found[0].part
    if len(found) == 1 and first.standing in ("here", "unsaid") and not first.open:
        key = "made_one" if first.standing == "here" else "made_unsaid_all"
        return MadeOf((say.fill(key, edition=here),), None, ())
    editions = tuple(_edition_differs(report, one.part) for one in found if one.part.differing)
    sentences = (say.words["made_intro"], *(sentence for one in found for sentence in _standing(report, one.part)))
    return MadeOf(sentences, edition_table(report), editions)


def edition_table(report: ReportInput) -> Table | None:
    """How many answered each edition; None where there is only one."""
    say, found, n = report.say, report.release.editions, report.release.rules.min_group
    if len(found) < 2:
        return None
    rows: list[tuple[str | int, ...]] = []
    for one in found:
        shown = say.fill("made_few" if one.few else "made_enough", n=n) if one.responses is None else one.responses
        rows.append((_edition_name(report, one.part), shown))
    note = say.fill("made_few_note", n=n) if any(one.few for one in found) else ""
    heads = (say.words["apart_edition"], say.words["responses_column"])
    return Table(say.fill("made_caption", who=say.who(report.total)), heads, tuple(rows), note)


def _edition_name(report: ReportInput, part: Part) -> str:
    if part.standing == "unsaid":
        return report.say.words["made_unsaid"]
    other = part.standing == "unknown" and part.edition == report.tool.edition
    return report.say.fill("made_other", edition=part.edition) if other else part.edition


def _standing(report: ReportInput, part: Part) -> Iterator[str]:
    """What is to be said of an edition beside its differing questions."""
    say, name, numbers = report.say, _edition_name(report, part), report.say.listed(part.open)
    if part.standing == "unsaid":
        yield say.fill("made_not_said", edition=report.tool.edition)
        if part.open:
            yield say.fill("made_unclear", numbers=numbers)
    elif part.all_open:
        yield say.fill("made_unknown_all", edition=name)
    elif part.open:
        yield say.fill("made_unknown", edition=name, numbers=numbers)
    elif part.standing == "unknown":
        yield say.fill("made_unknown_same", edition=name)
    elif part.standing == "known" and not part.differing:
        yield say.fill("made_same", edition=name)


def _edition_differs(report: ReportInput, part: Part) -> EditionDiffers:
    say, here = report.say, report.tool.edition
    return EditionDiffers(
        say.fill("made_differs", edition=part.edition, here=here),
        say.fill("made_in", edition=part.edition),
        say.fill("made_in", edition=here),
        tuple(
            Differing(header_of_name(one.name), how_it_differs(say, one), one.theirs, one.ours)
            for one in part.differing
        ),
    )


def how_it_differs(say: Phrases, one: Difference) -> str:
    """How another edition's question differs, and how it is therefore counted."""
    return say.words[f"made_{one.kind.replace(' ', '_')}"]
