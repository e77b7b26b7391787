"""Two rounds side by side: counts and bases of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.views.parts import ReportInput, Row, Table, item_row


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with its row in this round and in the earlier one, or why there is none (`unseen`); `note` says what
    differs."""

    id: str
    text: str
    this: Row
    earlier: Row | None
    note: str
    unseen: str


@dataclass(frozen=True, slots=True)
class PairTable:
    """Pairs on one scale."""

    caption: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Who answered in each round, then the pairs: overall views first, then each feature's statements. `left_out` says
    why there are none."""

    left_out: str
    answered: Table
    tables: tuple[PairTable, ...]


def beside_earlier(report: ReportInput) -> Beside | None:
    """The two rounds side by side; None where no earlier round was given."""
    if report.earlier is None:
        return None
    left_out = _left_out(report, report.earlier)
    tables = () if left_out else tuple(_tables(report, report.earlier))
    return Beside(left_out, answered(report, report.earlier), tables)


def answered(report: ReportInput, earlier: Earlier) -> Table:
    """How many responses and how many known people each round comes from."""
    words, modes = report.say.words, report.release.counted.modes
    heads = tuple(words[f"previous_{key}"] for key in ("round_column", "responses", "people"))
    rows = (
        (words["previous_this"], report.total, sum(m.people for m in modes)),
        (words["previous_earlier"], earlier.responses, earlier.people),
    )
    return Table(words["previous_caption"], heads, rows, note=_left_out(report, earlier))


def _left_out(report: ReportInput, earlier: Earlier) -> str:
    return report.say.fill("previous_left_out", n=report.release.rules.min_group) if earlier.left_out else ""


def _tables(report: ReportInput, earlier: Earlier) -> Iterator[PairTable]:
    say, whole, features = report.say, report.release.counted.whole, report.tool.framework.features
    pairs = tuple(_pair("overall", f.id, f.short, whole.overall[f.id], report, earlier, say.viewed) for f in features)
    yield PairTable(say.words["previous_overall_caption"], pairs)
    for feature in features:
        pairs = tuple(
            _pair("rating", s.id, s.text, whole.ratings[s.id], report, earlier, say.rated)
            for s in feature.used_statements
        )
        yield PairTable(say.fill("previous_statements_caption", id=feature.id), pairs)


def _pair(
    kind: str,
    id: str,
    text: str,
    counts: Counts,
    report: ReportInput,
    earlier: Earlier,
    sentence: Callable[[Counts], str],
) -> Pair:
    say: Phrases = report.say
    full = max(report.total, earlier.responses)
    before = earlier.counts.get((kind, id)) if (kind, id) not in earlier.few else None
    return Pair(
        id,
        text,
        item_row(id, say.words["previous_this"], counts, full, say, sentence),
        item_row(id, say.words["previous_earlier"], before, full, say, sentence) if before is not None else None,
        say.words["previous_other_words"] if (kind, id) in earlier.reworded else "",
        say.words["previous_few" if (kind, id) in earlier.few else "previous_not_asked"],
    )
