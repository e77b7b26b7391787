"""Answers of other editions to questions of another meaning: shown, and never added to this edition's. No markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pmdiag_build.content.field_names import item_of, rating_name
from pmdiag_build.results.rows import Row, item_row
from pmdiag_build.results.tabulation import Apart
from pmdiag_build.results.views.source import Section, Source


@dataclass(frozen=True, slots=True)
class ApartPart:
    """The counts of one other edition; where too few answered it there are no rows, and `few` says so."""

    caption: str
    rows: tuple[Row, ...]
    few: str


def counted_apart(source: Source) -> Section | None:
    """What was counted apart, by edition; None where all responses were asked the same."""
    say, found = source.say, source.release.counted.apart
    parts = []
    for edition, group in groupby(found, key=lambda apart: apart.edition):
        counts = tuple(group)
        caption = say.fill("apart_caption", edition=edition, who=say.who(source.total))
        rows = tuple(apart_rows(source, counts))
        few = _few(source, edition, rows, counts[0].counts.kept_back)
        parts.append(ApartPart(caption, () if few else rows, few))
    return Section("apart", say.words["section_apart"], tuple(parts)) if parts else None


def _few(source: Source, edition: str, rows: Sequence[Row], n: int) -> str:
    """How many answered an edition and which questions, where they are too few to show what they answered."""
    say, numbers = source.say, source.say.listed([row.id for row in rows])
    return say.fill("apart_few", edition=edition, who=say.who(n), numbers=numbers) if n else ""


def apart_rows(source: Source, found: Iterable[Apart]) -> Iterator[Row]:
    """A row for each, with the reason why it stands apart as its text."""
    say = source.say
    unused = {rating_name(s.id) for s in source.tool.framework.statements if s.unused}
    for apart in found:
        item = item_of(apart.name)
        rating = item is None or item.kind == "rating"
        why = "apart_unused" if apart.name in unused else "apart_meaning" if rating else "apart_overall"
        sentence = say.rated if rating else say.viewed
        id = item.id if item else apart.name
        yield item_row(id, say.words[why], apart.counts, source.total, say, sentence)
