"""The section on areas: every question by area, as far as areas may be shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pmdiag_build.results.phrases import grouped
from pmdiag_build.results.tabulation import Counts, Question
from pmdiag_build.results.views.parts import ReportInput

_AT_ONCE = 5
"""Areas side by side on paper."""


@dataclass(frozen=True, slots=True)
class AreaTable:
    """Some areas side by side. `rows`: the number of a question, what it is, and a cell for each area."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ByArea:
    """What each cell says, and the tables."""

    caption: str
    tables: tuple[AreaTable, ...]


def several_areas(report: ReportInput) -> bool:
    """Whether two areas or more can be shown."""
    return len({area for question in report.release.areas.values() for area in question.shown if area}) > 1


def by_area(report: ReportInput) -> ByArea | None:
    """Every question by area; None where no two areas can be shown."""
    if not several_areas(report):
        return None
    say = report.say
    questions = [
        one
        for feature in report.tool.framework.features
        for one in (
            ("overall", feature.id, feature.short),
            *(("rating", statement.id, "") for statement in feature.used_statements),
        )
    ]
    found = {(kind, id): dict(_rows(report, (kind, id))) for kind, id, _ in questions}
    names = list(dict.fromkeys(name for row in found.values() for name in row))
    # The others together come last.
    names.sort(key=lambda name: name == say.words["book_areas_rest"])
    tables = []
    for start in range(0, len(names), _AT_ONCE):
        heads = tuple(names[start : start + _AT_ONCE])
        rows = tuple(
            (id, text, tuple(_cell(report, found[kind, id].get(name)) for name in heads))
            for kind, id, text in questions
            if found[kind, id]
        )
        tables.append(AreaTable(heads, rows))
    levels = say.words["areas_slash"].join(say.levels)
    return ByArea(say.fill("areas_caption", levels=levels), tuple(tables))


def _cell(report: ReportInput, counts: Counts | None) -> str:
    say = report.say
    if counts is None:
        return say.words["areas_not_shown"]
    chosen = say.words["areas_slash"].join(map(grouped, counts.chosen))
    return say.fill("areas_cell", counts=chosen, base=grouped(counts.base))


def _rows(report: ReportInput, question: Question) -> Iterator[tuple[str, Counts]]:
    """The areas that are shown of a question, with their counts, then the others together."""
    words, found = report.say.words, report.release.areas.get(question)
    if found is None:
        return
    for area, counts in found.shown.items():
        yield area or words["book_areas_none"], counts
    if found.rest is not None:
        yield words["book_areas_rest"], found.rest
