"""Features, statements and differences: the counts with their sentences. Knows no markup."""

from __future__ import annotations

from dataclasses import dataclass

from pmdiag_build.content.model import Feature
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.rows import BarTable, Row, item_row, role_table
from pmdiag_build.results.tabulation import Pattern, Talk, differences, used_statements
from pmdiag_build.results.views.source import Section, Source
from pmdiag_build.results.views.who import withheld_note


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


def features(source: Source) -> Section:
    """The five features: overall views with their sentences, prompts to talk, by role."""
    parts = tuple(_feature(source, feature) for feature in source.tool.framework.features)
    return Section("features", source.say.words["section_features"], parts)


def _feature(source: Source, feature: Feature) -> FeaturePart:
    say, counted = source.say, source.release.counted
    counts = counted.whole.overall[feature.id]
    return FeaturePart(
        row=item_row(feature.id, feature.short, counts, source.total, say, say.viewed),
        title=feature.title,
        talk=talk_sentence(say, counted.talk[feature.id]),
        by_role=_by_role(source, "overall", feature.id) if counts.base else None,
    )


def talk_sentence(say: Phrases, talk: Talk) -> str:
    """The prompt to talk of a feature, or nothing."""
    if not talk.responses:
        return ""
    sentence = say.fill("talk_one" if talk.responses == 1 else "talk_many", n=grouped(talk.responses))
    return f"{sentence} {say.fill('talk_unrated', n=grouped(talk.unrated))}" if talk.unrated else sentence


def statements(source: Source) -> Section:
    """All statements, feature by feature."""
    say, whole = source.say, source.release.counted.whole
    parts = tuple(
        StatementsPart(
            feature,
            say.fill("statements_caption", id=feature.id, who=say.who(source.total)),
            tuple(
                item_row(s.id, s.text, whole.ratings[s.id], source.total, say, say.rated)
                for s in feature.used_statements
            ),
        )
        for feature in source.tool.framework.features
    )
    return Section("statements", say.words["section_statements"], parts)


def differing(source: Source) -> Section:
    """Differences in perception: opposed statements by role, the rest by number."""
    say = source.say
    found = []
    for statement, counts in differences(source.release.counted, source.tool):
        row = item_row(statement.id, statement.text, counts, source.total, say, say.rated)
        found.append(Differing(row, _by_role(source, "rating", statement.id)))
    intro = say.fill("differences_intro", first=say.levels[0], last=say.levels[-1])
    data = Differences(intro, withheld_note(source), tuple(found), _others(source))
    return Section("differences", say.words["section_differences"], data)


def _by_role(source: Source, kind: str, id: str) -> BarTable | None:
    release = source.release
    return role_table(id, release.roles.questions[kind, id], source.say, release.rules.min_group)


def _others(source: Source) -> tuple[str, ...]:
    """The statements that are not opposed, by pattern, as sentences."""
    say, ratings = source.say, source.release.counted.whole.ratings
    keys = {
        Pattern.ADJACENT: "others_adjacent",
        Pattern.SHARED: "others_shared",
        Pattern.NO_ANSWERS: "others_none",
        Pattern.TOO_FEW: "others_few",
    }
    found = []
    for pattern, key in keys.items():
        ids = [s.id for s in used_statements(source.tool) if ratings[s.id].pattern is pattern]
        if ids:
            found.append(say.fill(key, numbers=say.listed(ids)))
    return tuple(found)
