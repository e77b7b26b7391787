"""The sections beside this round as a whole: up to five rounds side by side, each with its base, and areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts, Question, questions_of
from pmdiag_build.results.views.parts import ReportInput, Row, Table, item_row


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A question in one round: the name of the round, its counts or why there are none, and what is to be said of its
    wording there."""

    name: str
    counts: Counts | None
    unseen: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class InRounds:
    """A question with its rows, the oldest round first and this one last."""

    id: str
    text: str
    rounds: tuple[tuple[RoundRow, Row | None], ...]


@dataclass(frozen=True, slots=True)
class RoundsTable:
    """Questions on one scale."""

    caption: str
    questions: tuple[InRounds, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Who answered in each round, then the questions: overall views first, then each feature's statements. `left_out`
    says why there are none."""

    left_out: str
    answered: Table
    tables: tuple[RoundsTable, ...]


def beside_earlier(report: ReportInput) -> Beside | None:
    """The rounds side by side; None where no earlier round was given."""
    if not report.earlier:
        return None
    left_out = _left_out(report)
    return Beside(left_out, rounds_table(report), () if left_out else tuple(_tables(report)))


def round_names(report: ReportInput) -> list[str]:
    """What the rounds are called, this one last: by their titles, told apart where two have the same."""
    say, earlier = report.say, report.earlier
    several = len(earlier) > 1
    names = [
        one.title or (say.fill("previous_earlier_n", n=n) if several else say.words["previous_earlier"])
        for n, one in enumerate(earlier, 1)
    ]
    names.append(report.title or say.words["previous_this"])
    return [
        say.fill("previous_same_title", title=name, n=n + 1) if (n := names[:place].count(name)) else name
        for place, name in enumerate(names)
    ]


def rounds_table(report: ReportInput) -> Table:
    """How many responses and how many known people each round comes from."""
    words, modes = report.say.words, report.release.counted.modes
    heads = tuple(words[f"previous_{key}"] for key in ("round_column", "responses", "people"))
    sizes = [(one.responses, one.people) for one in report.earlier]
    sizes.append((report.total, sum(m.people for m in modes)))
    rows = tuple((name, *size) for name, size in zip(round_names(report), sizes, strict=True))
    return Table(words["previous_caption"], heads, rows, note=_left_out(report))


def _left_out(report: ReportInput) -> str:
    if not all(one.left_out for one in report.earlier):
        return ""
    key = "previous_left_out_all" if len(report.earlier) > 1 else "previous_left_out"
    return report.say.fill(key, n=report.release.rules.min_group)


def _tables(report: ReportInput) -> Iterator[RoundsTable]:
    say, names = report.say, round_names(report)
    full = max(report.total, *(one.responses for one in report.earlier))

    def question(kind: str, id: str, text: str) -> InRounds:
        rows = in_rounds(report, names, (kind, id))
        return InRounds(
            id,
            text,
            tuple((row, item_row(id, row.name, row.counts, full, say) if row.counts else None) for row in rows),
        )

    features = report.tool.framework.features
    caption = say.words["previous_overall_caption"]
    yield RoundsTable(caption, tuple(question("overall", f.id, f.short) for f in features))
    for feature in features:
        caption = say.fill("previous_statements_caption", id=feature.id)
        yield RoundsTable(caption, tuple(question("rating", s.id, s.text) for s in feature.used_statements))


def in_rounds(report: ReportInput, names: Sequence[str], question: Question) -> Iterator[RoundRow]:
    """A question in each round; `names` are those of the rounds."""
    say, whole = report.say, report.release.counted.whole
    for name, one in zip(names, report.earlier, strict=False):
        counts = one.counts.get(question) if question not in one.few else None
        unseen = "" if counts else say.words["previous_few" if question in one.few else "previous_not_asked"]
        yield RoundRow(name, counts, unseen, note_on_wording(say, question, one))
    kind, id = question
    yield RoundRow(names[-1], (whole.ratings if kind == "rating" else whole.overall)[id])


def note_on_wording(say: Phrases, question: Question, earlier: Earlier) -> str:
    """What is to be said of a question's wording in an earlier round; nothing where it was the same as now."""
    if question in earlier.in_other_words:
        return say.words["previous_same_meaning"]
    return say.words["previous_other_words"] if question in earlier.reworded else ""


# ---- The section on areas: every question by area, as far as areas may be shown.

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
    short = {feature.id: feature.short for feature in report.tool.framework.features}
    questions = [one for feature in report.tool.framework.features for one in questions_of(feature)]
    found = {(kind, id): dict(area_rows(report, (kind, id))) for kind, id, _ in questions}
    names = list(dict.fromkeys(name for row in found.values() for name in row))
    # The others together come last.
    names.sort(key=lambda name: name == say.words["book_areas_rest"])
    tables = []
    for start in range(0, len(names), _AT_ONCE):
        heads = tuple(names[start : start + _AT_ONCE])
        rows = tuple(
            (id, short.get(id, ""), tuple(_cell(report, found[kind, id].get(name)) for name in heads))
            for kind, id, _ in questions
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


def area_rows(report: ReportInput, question: Question) -> Iterator[tuple[str, Counts]]:
    """The areas that are shown of a question, with their counts, then the others together."""
    words, found = report.say.words, report.release.areas.get(question)
    if found is None:
        return
    for area, counts in found.shown.items():
        yield area or words["book_areas_none"], counts
    if found.rest is not None:
        yield words["book_areas_rest"], found.rest
