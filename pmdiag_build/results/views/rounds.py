"""The section on earlier rounds: up to five rounds side by side, each with its base, and nothing worked out of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts, Question
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

    def question(kind: str, id: str, text: str, sentence: Callable[[Counts], str]) -> InRounds:
        rows = in_rounds(report, names, (kind, id))
        return InRounds(
            id,
            text,
            tuple(
                (row, item_row(id, row.name, row.counts, full, say, sentence) if row.counts else None) for row in rows
            ),
        )

    features = report.tool.framework.features
    caption = say.words["previous_overall_caption"]
    yield RoundsTable(caption, tuple(question("overall", f.id, f.short, say.viewed) for f in features))
    for feature in features:
        caption = say.fill("previous_statements_caption", id=feature.id)
        yield RoundsTable(caption, tuple(question("rating", s.id, s.text, say.rated) for s in feature.used_statements))


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
