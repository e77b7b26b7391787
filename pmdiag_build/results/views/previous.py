"""Two rounds side by side: counts and bases of both, nothing else. Knows no markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.rows import Row, Table, item_row
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.views.source import Section, Source


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


def beside_earlier(source: Source) -> Section | None:
    """The two rounds side by side; None where no earlier round was given."""
    if source.earlier is None:
        return None
    left_out = _left_out(source, source.earlier)
    tables = () if left_out else tuple(_tables(source, source.earlier))
    data = Beside(left_out, answered(source, source.earlier), tables)
    return Section("previous", source.say.words["section_previous"], data)


def answered(source: Source, earlier: Earlier) -> Table:
    """How many responses and how many known people stand behind each round."""
    words, modes = source.say.words, source.release.counted.modes
    heads = tuple(words[f"previous_{key}"] for key in ("round_column", "responses", "people"))
    rows = (
        (words["previous_this"], source.total, sum(m.people for m in modes)),
        (words["previous_earlier"], earlier.responses, earlier.people),
    )
    return Table(words["previous_caption"], heads, rows, note=_left_out(source, earlier))


def _left_out(source: Source, earlier: Earlier) -> str:
    return source.say.fill("previous_left_out", n=source.release.rules.min_group) if earlier.left_out else ""


def _tables(source: Source, earlier: Earlier) -> Iterator[PairTable]:
    say, whole = source.say, source.release.counted.whole
    pairs = tuple(
        _pair("overall", f.id, f.short, whole.overall[f.id], source, earlier, say.viewed)
        for f in source.tool.framework.features
    )
    yield PairTable(say.words["previous_overall_caption"], pairs)
    for feature in source.tool.framework.features:
        pairs = tuple(
            _pair("rating", s.id, s.text, whole.ratings[s.id], source, earlier, say.rated)
            for s in feature.used_statements
        )
        yield PairTable(say.fill("previous_statements_caption", id=feature.id), pairs)


def _pair(
    kind: str,
    id: str,
    text: str,
    counts: Counts,
    source: Source,
    earlier: Earlier,
    sentence: Callable[[Counts], str],
) -> Pair:
    say: Phrases = source.say
    full = max(source.total, earlier.responses)
    before = earlier.counts.get((kind, id)) if (kind, id) not in earlier.few else None
    return Pair(
        id,
        text,
        item_row(id, say.words["previous_this"], counts, full, say, sentence),
        item_row(id, say.words["previous_earlier"], before, full, say, sentence) if before is not None else None,
        say.words["previous_other_words"] if (kind, id) in earlier.reworded else "",
        say.words["previous_few" if (kind, id) in earlier.few else "previous_not_asked"],
    )
