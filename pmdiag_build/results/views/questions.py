"""The sections on the questions: features, statements, answers of another meaning, differences, comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM, item_of, rating_name
from pmdiag_build.content.model import Feature
from pmdiag_build.content.questions import own_questions
from pmdiag_build.results.disclosure import WITHHELD, Comment
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.tabulation import Apart, Pattern, Talk, differences
from pmdiag_build.results.views.about import comments_said, themes_of, withheld_note
from pmdiag_build.results.views.parts import BarTable, ReportInput, Row, Table, item_row, role_table


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """What is said of one feature: its row of overall views, the prompt to talk, the table by role."""

    row: Row
    title: str
    talk: str
    by_role: BarTable | None


@dataclass(frozen=True, slots=True)
class StatementsPart:
    """The statements of one feature."""

    feature: Feature
    caption: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """An opposed statement and its table by role."""

    row: Row
    by_role: BarTable | None


@dataclass(frozen=True, slots=True)
class Differences:
    """Opposed statements in full, all others by number."""

    intro: str
    note: str
    opposed: tuple[Differing, ...]
    others: tuple[str, ...]


def features(report: ReportInput) -> tuple[FeaturePart, ...]:
    """The five features: overall views with their sentences, prompts to talk, by role."""
    return tuple(_feature(report, feature) for feature in report.tool.framework.features)


def _feature(report: ReportInput, feature: Feature) -> FeaturePart:
    say, counted = report.say, report.release.counted
    counts = counted.whole.overall[feature.id]
    return FeaturePart(
        row=item_row(feature.id, feature.short, counts, report.total, say, say.viewed),
        title=feature.title,
        talk=talk_sentence(say, counted.talk[feature.id]),
        by_role=_by_role(report, "overall", feature.id) if counts.base else None,
    )


def talk_sentence(say: Phrases, talk: Talk) -> str:
    """The prompt to talk of a feature, or nothing."""
    if not talk.responses:
        return ""
    sentence = say.fill("talk_one" if talk.responses == 1 else "talk_many", n=grouped(talk.responses))
    return f"{sentence} {say.fill('talk_unrated', n=grouped(talk.unrated))}" if talk.unrated else sentence


def statements(report: ReportInput) -> tuple[StatementsPart, ...]:
    """All statements, feature by feature."""
    say, whole = report.say, report.release.counted.whole
    return tuple(
        StatementsPart(
            feature,
            say.fill("statements_caption", id=feature.id, who=say.who(report.total)),
            tuple(
                item_row(s.id, s.text, whole.ratings[s.id], report.total, say, say.rated)
                for s in feature.used_statements
            ),
        )
        for feature in report.tool.framework.features
    )


def differing(report: ReportInput) -> Differences:
    """Differences in perception: opposed statements by role, the rest by number."""
    say = report.say
    found = []
    for statement, counts in differences(report.release.counted, report.tool):
        row = item_row(statement.id, statement.text, counts, report.total, say, say.rated)
        found.append(Differing(row, _by_role(report, "rating", statement.id)))
    intro = say.fill("differences_intro", first=say.levels[0], last=say.levels[-1])
    return Differences(intro, withheld_note(report), tuple(found), _others(report))


def _by_role(report: ReportInput, kind: str, id: str) -> BarTable | None:
    roles = report.release.roles
    return role_table(id, roles.questions[kind, id], report.say) if roles.any else None


def _others(report: ReportInput) -> tuple[str, ...]:
    """The statements that are not opposed, by pattern, as sentences."""
    say, ratings = report.say, report.release.counted.whole.ratings
    keys = {
        Pattern.ADJACENT: "others_adjacent",
        Pattern.SHARED: "others_shared",
        Pattern.NO_ANSWERS: "others_none",
        Pattern.TOO_FEW: "others_few",
    }
    found = []
    for pattern, key in keys.items():
        ids = [s.id for s in report.tool.framework.used_statements if ratings[s.id].pattern is pattern]
        if ids:
            found.append(say.fill(key, numbers=say.listed(ids)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class ApartPart:
    """The counts of one other edition; where too few answered it there are no rows, and `few` says so."""

    caption: str
    rows: tuple[Row, ...]
    few: str


def counted_apart(report: ReportInput) -> tuple[ApartPart, ...] | None:
    """What was counted apart, by edition; None where all responses were asked the same."""
    say, found = report.say, report.release.counted.apart
    parts = []
    for edition, group in groupby(found, key=lambda apart: apart.edition):
        counts = tuple(group)
        caption = say.fill("apart_caption", edition=edition, who=say.who(report.total))
        rows = tuple(apart_rows(report, counts))
        few = _few(report, edition, rows, counts[0].counts.kept_back)
        parts.append(ApartPart(caption, () if few else rows, few))
    return tuple(parts) or None


def _few(report: ReportInput, edition: str, rows: Sequence[Row], n: int) -> str:
    """How many answered an edition and which questions, where they are too few to show what they answered."""
    say, numbers = report.say, report.say.listed([row.id for row in rows])
    return say.fill("apart_few", edition=edition, who=say.who(n), numbers=numbers) if n else ""


def apart_rows(report: ReportInput, found: Iterable[Apart]) -> Iterator[Row]:
    """A row for each, with the reason why it is counted apart as its text."""
    say = report.say
    unused = {rating_name(s.id) for s in report.tool.framework.statements if s.unused}
    known = {edition.id for edition in report.tool.editions if edition.issued}
    ours = own_questions(report.tool)
    for apart in found:
        item = item_of(apart.name)
        rating = item is None or item.kind == "rating"
        why = "apart_unused" if apart.name in unused else "apart_meaning" if rating else "apart_overall"
        if apart.edition not in known:
            why = "apart_unknown"
        elif apart.name not in ours and apart.name not in unused:
            why = "apart_only_there"
        sentence = say.rated if rating else say.viewed
        id = item.id if item else apart.name
        yield item_row(id, say.words[why], apart.counts, report.total, say, sentence)


# ---- what people wrote

MOST_LETTERS = 10_000
"""So much of a comment is printed, about three pages in two columns: a pasted document would take minutes to set. The
page says that all of it is in report.html, in the workbook and in the records."""
MOST_LINES = 200
_MOST_OF_A_NAME = 500


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as its paragraphs, what is said of where it comes from, and how much more of it there is elsewhere."""

    paragraphs: tuple[str, ...]
    mark: str
    more: str


@dataclass(frozen=True, slots=True)
class CommentsPart:
    """The comments on one feature, or on none: their themes, and prompt → comments, in the order of the packs."""

    feature: Feature | None
    themes: Table | None
    kinds: tuple[tuple[str, tuple[ShownComment, ...]], ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """What people wrote: what is said of all comments, and the comments by feature and prompt."""

    said: str
    parts: tuple[CommentsPart, ...]


def comments(report: ReportInput) -> Comments:
    """What people wrote, by feature and prompt."""
    found: dict[tuple[str, str], list[ShownComment]] = defaultdict(list)
    for comment in report.release.comments:
        found[comment.feature, comment.kind].append(_shown(report.say, comment))
    prompts = report.tool.framework.prompts
    parts = tuple(
        CommentsPart(
            feature,
            themes_of(report, feature.id),
            tuple((prompts[kind].text, tuple(found[feature.id, kind])) for kind in COMMENT_KINDS),
        )
        for feature in report.tool.framework.features
    )
    more = tuple(found["", MORE_ROOM])
    if more:
        parts += (CommentsPart(None, themes_of(report, ""), ((report.tool.words["pack"]["more_room_title"], more),)),)
    return Comments(comments_said(report), parts)


def _shown(say: Phrases, comment: Comment) -> ShownComment:
    paragraphs = tuple(line for line in comment.text.splitlines() if line.strip())
    role = say.words["comment_role_withheld"] if comment.role == WITHHELD else say.role(comment.role)
    statement = say.fill("comment_statement", id=comment.statement) if comment.statement else ""
    marks = [
        statement,
        say.mark(comment.mode, comment.group_size),
        comment.reference,
        role if comment.role else "",
        comment.names,
    ]
    more = say.fill("comment_more", n=grouped(comment.more)) if comment.more else ""
    return ShownComment(paragraphs or (comment.text,), say.words["list_comma"].join(m for m in marks if m), more)


def for_print(report: ReportInput) -> ReportInput:
    """The same, each comment cut to what is printed of it; `report` itself where none is too long."""
    comments = tuple(map(_cut, report.release.comments))
    if comments == report.release.comments:
        return report
    return replace(report, release=replace(report.release, comments=comments))


def _cut(comment: Comment) -> Comment:
    text = _start(comment.text)
    reference, names = comment.reference[:_MOST_OF_A_NAME], comment.names[:_MOST_OF_A_NAME]
    whole = len(comment.text) + len(comment.reference) + len(comment.names)
    more = whole - len(text) - len(reference) - len(names)
    return replace(comment, text=text, reference=reference, names=names, more=more) if more else comment


def _start(text: str) -> str:
    """As much of a text as is printed, up to the end of a word."""
    cut = text[:MOST_LETTERS]
    lines = cut.splitlines(keepends=True)
    if len(lines) > MOST_LINES:
        return "".join(lines[:MOST_LINES])
    if len(cut) == len(text):
        return text
    words = cut.rstrip().rsplit(maxsplit=1)
    return cut[: cut.rindex(words[1])] if len(words) > 1 and len(words[1]) < MOST_LETTERS // 10 else cut
