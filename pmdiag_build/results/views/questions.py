"""The sections on the questions: features, statements, answers of another meaning, differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pmdiag_build.content.field_names import item_of, rating_name
from pmdiag_build.content.model import Feature
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.tabulation import Apart, Pattern, Talk, differences
from pmdiag_build.results.views.about import withheld_note
from pmdiag_build.results.views.parts import BarTable, ReportInput, Row, item_row, role_table


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
    release = report.release
    return role_table(id, release.roles.questions[kind, id], report.say, release.rules.min_group)


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
    for apart in found:
        item = item_of(apart.name)
        rating = item is None or item.kind == "rating"
        why = "apart_unused" if apart.name in unused else "apart_meaning" if rating else "apart_overall"
        sentence = say.rated if rating else say.viewed
        id = item.id if item else apart.name
        yield item_row(id, say.words[why], apart.counts, report.total, say, sentence)
