"""What the report's sections are made from, and what they are made of: rows with bars and tables, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.content.model import Tool
from pmdiag_build.content.questions import Difference
from pmdiag_build.results.areas import area_names
from pmdiag_build.results.checked_comments import ToCheck
from pmdiag_build.results.comments_list import CheckedList
from pmdiag_build.results.disclosure import Release
from pmdiag_build.results.made_of import Part as EditionAnswered
from pmdiag_build.results.people_asked import Asked
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import INVENTED, Counts
from pmdiag_build.returns.round import Accounts


@dataclass(frozen=True, slots=True)
class ReportInput:
    """A round as it may be shown. `points` is how many things need a look. `title` is what the round is called, empty
    if it has no name of its own; `asked` is None if nobody said who was asked. `to_check` gives every comment as
    it was written, and what was decided of it, for whoever keeps the returns; `checked_list` is the list that says
    so."""

    tool: Tool
    accounts: Accounts
    points: int
    release: Release
    say: Phrases
    title: str = ""
    asked: Asked | None = None
    to_check: Callable[[], tuple[ToCheck, ...]] = tuple
    checked_list: CheckedList | None = None

    @property
    def heading(self) -> str:
        """What the report is called."""
        return self.say.fill("report_title_of", title=self.title) if self.title else self.say.words["report_title"]

    @property
    def total(self) -> int:
        """The responses of the round: the full width of every bar."""
        return self.release.counted.whole.responses

    @property
    def small(self) -> bool:
        """Whether so few answered that all of it shows what single people answered."""
        return 0 < self.total < max(self.release.rules.min_group, 2)

    @property
    def shows_single(self) -> bool:
        """Whether it shows what single people answered, because so few did or because it was asked for."""
        return self.small or (self.release.rules.min_group == 1 and self.total > 0)

    @property
    def as_written(self) -> int:
        """How many comments are shown that nobody was asked to read first."""
        return len(self.release.comments) if self.release.checked is None else 0

    @property
    def area(self) -> str:
        """The area that all responses name, as most typed it; nothing where they name none, or several."""
        areas = set(area_names([entry.response for entry in self.release.entries]).values())
        return areas.pop() if len(areas) == 1 and INVENTED not in areas else ""

    @property
    def earlier(self) -> tuple[Earlier, ...]:
        """The earlier rounds to be shown beside this one, the oldest first."""
        return self.release.earlier


@dataclass(frozen=True, slots=True)
class Section:
    """A part of one report. `layout` names its file in layouts/report, `data` is what it places. `page`: whether it
    begins a page in print."""

    layout: str
    anchor: str
    title: str
    data: object
    page: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One of several sections of a kind, with an anchor and a title of its own."""

    anchor: str
    title: str
    data: object


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A part that a report may have. Its title is the word `section_LAYOUT`; `view` makes what the layout places, or
    None to leave the section out. A tuple of `Part`s makes several sections."""

    layout: str
    view: Callable[[ReportInput], object]
    page: bool = False

    def of(self, report: ReportInput) -> Iterator[Section]:
        """The sections of this report, if it has any."""
        data = self.view(report)
        if isinstance(data, tuple) and data and all(isinstance(part, Part) for part in data):
            for part in data:
                yield Section(self.layout, part.anchor, part.title, part.data, self.page)
        elif data is not None:
            yield Section(self.layout, self.layout, report.say.words[f"section_{self.layout}"], data, self.page)


def anchor(kind: str, id: str) -> str:
    """The anchor of a statement's or a feature's row."""
    return f"{'s' if kind == 'rating' else 'feature-'}{id}"


_BAR = 800
"""The full width of a bar on paper, in tenths of a millimetre; on a telephone it is not much wider."""
_LETTER = 17
_AROUND = 16
"""What stays free around a count within its piece: numbers that touch are read as one."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One level's piece of a bar: its place among the levels, how many of `full`, and where its count is: `in` it or,
    where it is too narrow, `before` or `after` the bar, or `below` a piece between two others."""

    place: int
    n: int
    full: int
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A question or a role with its counts. `segments` has every level, also those that nobody chose. `few` says why
    there are none where too few were asked."""

    id: str
    text: str
    segments: tuple[Segment, ...]
    unanswered: int
    base: int
    pattern: str
    few: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A bar of one width, whatever its base; how many answered and how many did not. Or `why` there is no bar."""

    segments: tuple[Segment, ...]
    unanswered: int
    base: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of words and counts: caption, column heads, rows, and a note below."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    note: str = ""


def item_row(id: str, text: str, counts: Counts, full: int, say: Phrases) -> Row:
    """A row with its bar, where `full` responses are the full width."""
    return Row(
        id=id,
        text=text,
        segments=segments(counts, full),
        unanswered=counts.unanswered,
        base=counts.base,
        pattern=say.pattern(counts),
        few=say.few(counts),
    )


def segments(counts: Counts, full: int) -> tuple[Segment, ...]:
    """The pieces of a bar of which `full` responses are the full width."""
    drawn = [place for place, n in enumerate(counts.chosen) if n]

    def label(place: int, n: int) -> str:
        if n * _BAR >= full * (_AROUND + _LETTER * len(grouped(n))):
            return "in"
        return "below" if place not in (drawn[0], drawn[-1]) else "after" if place == drawn[-1] else "before"

    return tuple(Segment(place, n, full, label(place, n) if n else "") for place, n in enumerate(counts.chosen))


def small_bar(counts: Counts, say: Phrases) -> Cell:
    """A bar that is as wide as its base."""
    why = say.few(counts) or ("" if counts.base else say.words["no_answers"])
    return Cell(segments(counts, max(counts.base, 1)), counts.unanswered, counts.base, why)


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


def _edition_name(report: ReportInput, part: EditionAnswered) -> str:
    if part.standing == "unsaid":
        return report.say.words["made_unsaid"]
    other = part.standing == "unknown" and part.edition == report.tool.edition
    return report.say.fill("made_other", edition=part.edition) if other else part.edition


def _standing(report: ReportInput, part: EditionAnswered) -> Iterator[str]:
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


def _edition_differs(report: ReportInput, part: EditionAnswered) -> EditionDiffers:
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
