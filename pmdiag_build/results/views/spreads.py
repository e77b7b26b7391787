"""A spread for each feature, with all that is said of it; and all statements by how views on them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.field_names import COMMENT_KINDS
from pmdiag_build.content.model import Feature
from pmdiag_build.results.phrases import Phrases, grouped, most_chose, often_left_out, roles_differ
from pmdiag_build.results.roles import ByRole
from pmdiag_build.results.tabulation import Pattern, Talk, questions_of
from pmdiag_build.results.views.about import themes_of, withheld_note
from pmdiag_build.results.views.parts import Cell, Part, ReportInput, Row, Table, anchor, item_row, small_bar
from pmdiag_build.results.views.questions import ShownComment, about_statements, in_halves, written

_UNEVEN = 1_200
"""So many letters of comments on one prompt beside none on the other are no reason to put one below the other."""
_OWN_PAGE = 20_000
"""Comments of so many letters, about three pages, begin a page. So a long report.pdf can be cut there."""
_TOGETHER = 2_400
"""Comments of so many letters, about a third of a page, are kept on one page."""
_MOST_ROLES = 7
"""So many columns of roles are as wide as a bar must be; more roles go on in a second table."""


@dataclass(frozen=True, slots=True)
class StripRow:
    """A question by role: a cell for each column, or why nothing of it is shown by role."""

    name: str
    cells: tuple[Cell, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """A feature by role: a column for each role, a row for the overall view and each statement."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[StripRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement's row, its anchor, and the comments that are about it."""

    row: Row
    anchor: str
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompted:
    """A prompt with its comments, in one column or two."""

    prompt: str
    columns: tuple[Sequence[ShownComment], ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """All that is said of one feature, to be seen at once. `beside`: the comments on both prompts are side by side;
    `own_page`: they are so many that they begin a page; `together`: so few that they are kept on one page with the
    roles and what the meeting agrees."""

    feature: Feature
    caption: str
    overall: Row
    statements: tuple[StatementRow, ...]
    by_role: tuple[Strip, ...]
    note: str
    talk: tuple[tuple[str, str], ...]
    themes: Table | None
    comments: tuple[Prompted, ...]
    beside: bool
    own_page: bool
    together: bool


def spreads(report: ReportInput) -> tuple[Part, ...]:
    """The features, each with its views, roles, prompts to talk and comments."""
    comments = written(report)
    return tuple(
        Part(anchor("overall", feature.id), f"{feature.id} {feature.short}", _spread(report, feature, comments))
        for feature in report.tool.framework.features
    )


def _spread(
    report: ReportInput, feature: Feature, comments: Mapping[tuple[str, str], Sequence[ShownComment]]
) -> Spread:
    say, whole = report.say, report.release.counted.whole
    prompts = report.tool.framework.prompts
    about = about_statements(report)
    columns = [comments[feature.id, kind] for kind in COMMENT_KINDS]
    lengths = sorted(sum(one.letters for one in column) for column in columns)
    # Where one of two is far longer, half of each page would be empty.
    beside = lengths[-1] <= 2 * lengths[0] + _UNEVEN
    rows = tuple(
        StatementRow(
            item_row(s.id, s.text, whole.ratings[s.id], report.total, say),
            anchor("rating", s.id),
            about.get(s.id, ()),
        )
        for s in feature.used_statements
    )
    return Spread(
        feature,
        say.fill("views_caption", id=feature.id, who=say.who(report.total)),
        item_row("", say.words["overall_row"], whole.overall[feature.id], report.total, say),
        rows,
        tuple(_strips(report, feature)),
        _role_note(report),
        tuple(_talk(report, feature)),
        themes_of(report, feature.id),
        tuple(
            Prompted(prompts[kind].text, (found,) if beside else in_halves(found))
            for kind, found in zip(COMMENT_KINDS, columns, strict=True)
        ),
        beside=beside,
        own_page=sum(lengths) >= _OWN_PAGE,
        together=sum(lengths) <= _TOGETHER,
    )


# ---- by role


def _role_note(report: ReportInput) -> str:
    roles = report.release.roles
    return "" if roles.any or not roles.shown else withheld_note(report)


def _strips(report: ReportInput, feature: Feature) -> Iterator[Strip]:
    """The feature by role; nothing where no role has a row on any question of the round, or all are of one role."""
    say, questions = report.say, report.release.roles.questions
    shown = {role for question in questions.values() for role in question.shown}
    # A row may be a declared group of roles, which need not be among the roles that are named with their responses.
    roles = [role for role in dict.fromkeys([*report.release.roles.shown, *sorted(shown)]) if role in shown]
    columns = [(role, say.role(role)) for role in roles]
    if any(question.rest is not None for question in questions.values()):
        columns.append((_REST, say.words["by_role_rest"]))
    for start in range(0, len(columns) if roles and len(columns) > 1 else 0, _MOST_ROLES):
        some = columns[start : start + _MOST_ROLES]
        codes = [code for code, _ in some]
        rows = [
            _strip_row(say, id if kind == "rating" else say.words["overall_row"], questions[kind, id], codes)
            for kind, id, _ in questions_of(feature)
        ]
        caption, heads = say.fill("by_role_caption", id=feature.id), tuple(label for _, label in some)
        yield Strip(caption, heads, tuple(rows), _also_together(report, feature, roles) if _REST in codes else "")


def _also_together(report: ReportInput, feature: Feature, columns: Sequence[str]) -> str:
    """Which roles without a column are among the others; nothing where a name would say whose answers these are."""
    say, questions = report.say, report.release.roles.questions
    items = [(kind, id) for kind, id, _ in questions_of(feature)]
    named = dict.fromkeys(role for item in items if len(questions[item].others) > 1 for role in questions[item].others)
    roles = [say.role(role) for role in named if role not in columns]
    return say.fill("by_role_also", roles=say.words["list_semicolon"].join(roles)) if roles else ""


_REST = "the rest"
"""The column of the other roles together; no role has this code."""


def _strip_row(say: Phrases, name: str, question: ByRole, roles: Sequence[str]) -> StripRow:
    if not question.shown:
        return StripRow(name, (), say.words["by_role_none"])
    groups = dict(question.shown) | ({_REST: question.rest} if question.rest is not None else {})
    cells = []
    for role in roles:
        counts = groups.get(role)
        if counts is None:
            cells.append(Cell((), 0, 0, say.words["by_role_dash"]))
        else:
            cells.append(small_bar(counts, say))
    return StripRow(name, tuple(cells))


# ---- what to talk about


def _talk(report: ReportInput, feature: Feature) -> Iterator[tuple[str, str]]:
    """What a meeting may talk about, as (title, sentence), by the published rules."""
    say, counted = report.say, report.release.counted
    ratings = [(s.id, counted.whole.ratings[s.id]) for s in feature.used_statements]
    most = [
        say.fill("most_on", level=level, numbers=say.listed(ids))
        for place, level in enumerate(say.levels)
        if (ids := [id for id, counts in ratings if most_chose(counts) == place])
    ]
    if most:
        yield say.words["talk_most"], " ".join(most)
    both = sorted((one for one in ratings if one[1].smaller_end), key=lambda one: -one[1].smaller_end)
    opposed = [
        say.fill("by_number", id=id, of=say.both_ends(counts))
        for id, counts in both
        if counts.pattern is Pattern.OPPOSED
    ]
    if opposed:
        yield say.words["talk_opposed"], say.fill("talk_these", items=say.words["list_semicolon"].join(opposed))
    for found in roles_differ(report.release.roles, [(kind, id) for kind, id, _ in questions_of(feature)]):
        kind, id = found.item
        title = say.fill("talk_roles", id=id) if kind == "rating" else say.words["talk_roles_overall"]
        yield title, found.said(say)
    often = [say.fill("by_number", id=id, of=grouped(c.unanswered)) for id, c in ratings if often_left_out(c)]
    if often:
        yield say.words["talk_left_out"], say.fill("talk_these", items=say.words["list_comma"].join(often))
    if sentence := talk_sentence(say, counted.talk[feature.id]):
        yield say.words["talk_overall"], sentence


def talk_sentence(say: Phrases, talk: Talk) -> str:
    """The prompt to talk of a feature, or nothing."""
    if not talk.responses:
        return ""
    sentence = say.fill("talk_one" if talk.responses == 1 else "talk_many", n=grouped(talk.responses))
    return f"{sentence} {say.fill('talk_unrated', n=grouped(talk.unrated))}" if talk.unrated else sentence


# ---- all statements by how views differ


@dataclass(frozen=True, slots=True)
class KindRow:
    """The statements on which views differ in one way: the way, its rule, how many, and their numbers by feature."""

    kind: str
    n: int
    numbers: tuple[str, ...]


def kinds(report: ReportInput) -> tuple[KindRow, ...]:
    """All statements by how views on them differ; ways in which none does are left out."""
    say, ratings = report.say, report.release.counted.whole.ratings
    found = []
    for pattern, key in KINDS.items():
        by_feature = [
            [s.id for s in feature.used_statements if ratings[s.id].pattern is pattern]
            for feature in report.tool.framework.features
        ]
        if any(by_feature):
            numbers = tuple(say.words["list_comma"].join(ids) for ids in by_feature)
            found.append(KindRow(say.words[key], sum(map(len, by_feature)), numbers))
    return tuple(found)


KINDS = {
    Pattern.OPPOSED: "rules_kind_opposed",
    Pattern.APART: "rules_kind_apart",
    Pattern.ADJACENT: "rules_kind_adjacent",
    Pattern.SHARED: "rules_kind_shared",
    Pattern.NO_ANSWERS: "rules_kind_none",
    Pattern.TOO_FEW: "rules_kind_few",
}
"""How views on a statement may differ, in the order of the report, with its word."""
