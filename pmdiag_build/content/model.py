"""The content model: the tool as frozen values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pmdiag_build.problems import Location

Origin = Literal["source", "addition", "local"]
"""Who says it: the national text word for word, our addition, or a local version."""
LANGUAGE = "en-GB"
"""The language of the content, as BCP 47 tags it."""
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Level:
    """One of the three words; never a number. `definition` is the source's, without its list punctuation."""

    code: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One numbered aspect of a feature. `unused` is the reason for not using it, or empty.

    `changed` is `meaning` where a local version asks something else under the same id, `wording` where it says the
    same in other words, empty where the national wording is used.
    """

    id: str
    text: str
    origin: Origin = "source"
    unused: str = ""
    changed: Literal["", "wording", "meaning"] = ""

    @property
    def added(self) -> bool:
        """Is it a local version's own? Such a statement has an L in its id."""
        return "L" in self.id


@dataclass(frozen=True, slots=True)
class MaturityRow:
    """A row of "what does good look like?": one cell a level, by level code.

    `marked`: for cells with reconstructed words, the same text with those words in square brackets.
    """

    cells: Mapping[str, str]
    marked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """One of the five features. `short` is our name for menus and bookmarks; the title is the source's."""

    id: str
    title: str
    short: str
    description: str
    statements: tuple[Statement, ...]
    maturity: tuple[MaturityRow, ...]

    @property
    def used_statements(self) -> tuple[Statement, ...]:
        return tuple(s for s in self.statements if not s.unused)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question with room for an answer. `help` may be empty."""

    id: str
    text: str
    help: str = ""
    origin: Origin = "source"


@dataclass(frozen=True, slots=True)
class Framework:
    """Levels, features, statements, maturity rows and prompts: one definition, used by every output.

    `prompts` has the keys `rate`, `overall`, `doing`, `improve`.
    """

    levels: tuple[Level, ...]
    features: tuple[Feature, ...]
    prompts: Mapping[str, Prompt]
    maturity_intro: str
    general_row: MaturityRow
    reconstruction_note: str

    def feature(self, id: str) -> Feature:
        return next(f for f in self.features if f.id == id)

    @property
    def statements(self) -> tuple[Statement, ...]:
        return tuple(s for f in self.features for s in f.statements)

    @property
    def used_statements(self) -> tuple[Statement, ...]:
        """The statements that this edition asks about, in its order."""
        return tuple(s for f in self.features for s in f.used_statements)

    def used_from(self, id: str) -> Statement:
        """The statement of that id, or the next one that is used; after the last comes the first."""
        at = next((number for number, statement in enumerate(self.statements) if statement.id == id), 0)
        return next(s for s in (*self.statements[at:], *self.statements[:at]) if not s.unused)


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a closed question: the code that is stored and the label that is read."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class RecordField:
    """A line of the record header: who answers and how. `name` is that of the response record (`group_size`).

    `kind`: `line` (one line), `text` (several), `choice` (one of `options`).
    """

    name: str
    label: str
    help: str
    kind: Literal["line", "text", "choice"]
    origin: Origin
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordTemplate:
    """The record header of a response."""

    title: str
    intro: str
    fields: tuple[RecordField, ...]

    def field(self, name: str) -> RecordField:
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True, slots=True)
class SummaryTemplate:
    """The summary of the review: a table of agreed views, then the prompts `overall`, `well`, `improve`."""

    title: str
    table_heading: str
    intro: str
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class ActionPlanTemplate:
    """The action plan: the source's questions and record fields, and the columns of the action rows (ours)."""

    title: str
    intro: str
    questions: tuple[Prompt, ...]
    record: tuple[str, ...]
    rows_title: str
    rows_intro: str
    columns: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A titled piece of Markdown."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class InterviewTemplate:
    """The interviewer's part: what to say, how to ask, what to probe with for each feature, what to do after."""

    opening: Passage
    asking: Passage
    record: str
    ask_feature: str
    ask_example: str
    ask_statement: str
    ask_overall: str
    ask_doing: str
    ask_improve: str
    ask_stop: str
    ask_last: str
    probes: Mapping[str, tuple[str, ...]]
    afterwards: Passage
    notes: Prompt


@dataclass(frozen=True, slots=True)
class Session:
    """A line of the facilitator's plan; minutes in the short and in the long workshop, empty where left out."""

    title: str
    body: str
    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Further:
    """The page for the points that a group takes further: title, Markdown, the heads of its columns."""

    title: str
    body: str
    columns: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class WorkshopTemplate:
    """The facilitator's part: the timed plan, what to say and bring, ground rules, and what to do when views differ."""

    plan_title: str
    plan_intro: str
    sessions: tuple[Session, ...]
    opening: Passage
    further: Further
    bring: Passage
    rules: Passage
    differing: Passage
    afterwards: Passage
    parked: Prompt
    notes: Prompt


@dataclass(frozen=True, slots=True)
class ExampleRating:
    """A statement that is shown with marks: its id, how to mark, and what the marks say."""

    title: str
    statement: str
    how: str
    shown: str


@dataclass(frozen=True, slots=True)
class ExampleComment:
    """An invented comment, and why it helps or does not."""

    title: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ExampleTemplate:
    """The filled-in example: two statements with marks, a comment that helps and one that gives its author away.

    `marks` says what is drawn at a level: `chosen`, `crossed`, or `instead`, which is chosen in place of one that is
    crossed out.
    """

    label: str
    intro: str
    marks: Mapping[str, str]
    rated: ExampleRating
    corrected: ExampleRating
    comments_title: str
    good: ExampleComment
    telling: ExampleComment


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page of the site and a section of packs: front matter and a Markdown body.

    `layout` names the layout in layouts/site that draws the page; `description` is one sentence for lists
    and search results; `start_line` is the line of the file at which the body begins.
    """

    id: str
    title: str
    description: str
    layout: str
    origin: Origin
    body: str
    file: str
    start_line: int


@dataclass(frozen=True, slots=True)
class NavGroup:
    """A group of the site's navigation: its title and the ids of its pages, in order."""

    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a pack. `kind` names a layout in layouts/pack; `page` a guide page, `feature` a feature id."""

    kind: str
    page: str = ""
    feature: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """A named printable PDF made for one use.

    `paper`: `A4`, `A4 landscape` or `A3`; `print`: `normal` or `large`. `voice` is `self`, `interview`
    or `workshop` and changes how a feature is set. `mode` is the record mode filled in beforehand, or empty.
    `opening` answers what this is, what it is for, how long, how to fill in, how to return, who sees it.
    """

    id: str
    title: str
    audience: str
    description: str
    paper: str
    print: Literal["normal", "large"]
    fillable: bool
    voice: Literal["self", "interview", "workshop"]
    mode: str
    sections: tuple[Section, ...]
    opening: tuple[Prompt, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A row of the list of corrections: number, place in the source, what it says, what we say, why, how sure."""

    number: str
    place: str
    printed: str
    ours: str
    why: str
    confidence: str


@dataclass(frozen=True, slots=True)
class CorrectionGroup:
    """One list of corrections with its title and introduction."""

    id: str
    title: str
    intro: str
    rows: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """What tests of one kind found: the tool they used and its version, how many there were, and how many failed. What
    they check, and the criterion, are in the words of the site: `evidence_of_ID`, `evidence_criterion_ID`."""

    id: str
    tool: str
    version: str
    tests: int
    failed: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the last run of all tests found about accessibility: the version of the program and the national edition
    that were tested, and the day (2026-11-30)."""

    program: str
    edition: str
    date: str
    checks: tuple[Check, ...]


ChangeKind = Literal["wording", "meaning"]
"""`wording`: says the same in other words. `meaning`: asks something else, so answers are not put together with those
to other editions."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A national edition: what it asks by id, what it has but does not ask, and how it differs from the one before.

    `features`: id → `title` and `description`; `prompts`: `rate` and `overall`; both are empty in a file that was
    issued without them. `changes`: statement (`1.3`), `feature 2` or `prompt rate` → the kind of change since the
    edition that it `follows`. One that is not `issued` is what the framework says so far.
    """

    id: str
    statements: Mapping[str, str]
    follows: str = ""
    unused: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)
    changes: Mapping[str, ChangeKind] = field(default_factory=dict)
    issued: bool = True


What = Literal["text", "term", "page", "added", "unused", "image", "gone"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `file` is the national file, `spot` the value in it in words (`features 3 / statements 3.2 / text`),
    `keys` the same as keys and ids (`("features", "3", "statements", "3.2", "text")`).

    `national` is the wording that was replaced as the local version recorded it, `now` the national wording today,
    `ours` the local one. For `unused`, `ours` is the reason; for `added`, `national` and `now` are empty; for `gone`,
    the national text is there no more and `ours` is not used; for a `term`, the texts show one place where it was put
    in (empty where it occurs only in texts that the local version words itself), and `old` → `new` is the term.
    """

    what: What
    file: str
    spot: str
    national: str
    now: str
    ours: str
    kind: ChangeKind
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
        """Does this change replace the whole text in which `other` is?"""
        if self.file != other.file:
            return False
        return self.what == "page" or (self.what == "text" and self.keys == other.keys[: len(self.keys)])


@dataclass(frozen=True, slots=True)
class Brand:
    """How a local version looks: an image's name in `images` with its alternative text, and colours by token.

    `colours`: `brand`, `on_brand`, `link` → `#rrggbb`, each checked for contrast; others keep our colour.
    """

    logo: str = ""
    logo_text: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """Roles, by their codes, that results show together where one of them can't be shown alone."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LocalVersion:
    """Whose version this is, and everything that it changes in the national one.

    `layouts` is a folder of layouts that go before ours, or None. `lost`: terms with the id of a statement in whose
    wording they occurred when edition `base` was issued, and no longer do. `role_groups` have no role in common.
    `keep_on_device`: `no` if people may not choose that the questionnaire keeps their answers in the browser.
    """

    id: str
    name: str
    base: str
    partnership: str = ""
    contact: str = ""
    footer: str = ""
    brand: Brand = field(default_factory=Brand)
    changes: tuple[Change, ...] = ()
    layouts: Path | None = None
    lost: tuple[tuple[str, str], ...] = ()
    role_groups: tuple[RoleGroup, ...] = ()
    keep_on_device: str = "yes"


@dataclass(frozen=True, slots=True, eq=False)
class Tool:
    """The whole diagnostic tool in one edition: everything that any output says. It is equal to itself only, so that
    what is worked out of it can be remembered.

    `words` are the sentences of the interface, by room and key: `words["site"]["skip_link"]`. `images` are the
    files of content/images by name. `editions` are the national ones in their order, the one at hand among them.
    `local` is None for the national edition. `evidence` is None where no results of tests came with the content.
    """

    title: str
    subtitle: str
    publisher: str
    edition: str
    framework: Framework
    record: RecordTemplate
    summary: SummaryTemplate
    action_plan: ActionPlanTemplate
    interview: InterviewTemplate
    workshop: WorkshopTemplate
    example: ExampleTemplate
    pages: Mapping[str, GuidePage]
    navigation: tuple[NavGroup, ...]
    packs: tuple[Pack, ...]
    corrections: tuple[CorrectionGroup, ...]
    words: Mapping[str, Mapping[str, str]]
    images: Mapping[str, bytes]
    editions: tuple[Edition, ...] = ()
    local: LocalVersion | None = None
    evidence: Evidence | None = None

    @property
    def role_groups(self) -> tuple[RoleGroup, ...]:
        return self.local.role_groups if self.local else ()

    def pack(self, id: str) -> Pack:
        return next(p for p in self.packs if p.id == id)


def fill(text: str, **values: object) -> str:
    """`{name}` replaced by a value; the rest stays, also other braces.

    Not `str.format`: content must not be able to reach into values, and may have braces of its own.
    """
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)
