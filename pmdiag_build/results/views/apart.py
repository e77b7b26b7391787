"""Answers of other editions to questions of another meaning: shown, and never added to this edition's. No markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pmdiag_build.content.fields import rating_name
from pmdiag_build.results.rows import Row, item_row
from pmdiag_build.results.tabulation import Apart
from pmdiag_build.results.views.source import Section, Source
from pmdiag_build.returns.names import item_of


@dataclass(frozen=True, slots=True)
class ApartPart:
    """The counts of one other edition; `note` warns where few answered it."""

    caption: str
    note: str
    rows: tuple[Row, ...]


def counted_apart(source: Source) -> Section | None:
    """What was counted apart, by edition; None where all responses were asked the same."""
    say, found = source.say, source.release.counted.apart
    parts = []
    for edition, counts in groupby(found, key=lambda apart: apart.edition):
        caption = say.fill("apart_caption", edition=edition, who=say.who(source.total))
        rows = tuple(apart_rows(source, counts))
        parts.append(ApartPart(caption, _few(source, rows[0].base + rows[0].unanswered), rows))
    return Section("apart", say.words["section_apart"], tuple(parts)) if parts else None


def _few(source: Source, answered: int) -> str:
    """Editions often go by groups, such as partners: whoever knows that can tell whose answers these are."""
    few = answered < source.release.rules.min_group
    return source.say.fill("apart_few", who=source.say.who(answered)) if few else ""


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
