"""Page one of the report: it can be tabled alone. Knows no markup."""

from __future__ import annotations

from dataclasses import dataclass

from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.rows import Row, Table, item_row
from pmdiag_build.results.tabulation import differences
from pmdiag_build.results.views.source import Section, Source
from pmdiag_build.results.views.who import invented_sentence, mode_table, role_count_table, who_sentences

_SHOWN_AT_A_GLANCE = 3


@dataclass(frozen=True, slots=True)
class Glance:
    """Page one: whether it is an invented round, who answered, the overall views, the first opposed statements."""

    invented: str
    sentences: tuple[str, ...]
    modes: Table
    roles: Table | None
    overall: tuple[Row, ...]
    overall_caption: str
    opposed_sentence: str
    opposed_caption: str
    opposed: tuple[Row, ...]
    opposed_more: str


def glance(source: Source) -> Section:
    """Page one: it can be tabled alone."""
    say, whole = source.say, source.release.counted.whole
    opposed = differences(source.release.counted, source.tool)
    first, more = opposed[:_SHOWN_AT_A_GLANCE], opposed[_SHOWN_AT_A_GLANCE:]
    data = Glance(
        invented=invented_sentence(source),
        sentences=tuple(who_sentences(source)),
        modes=mode_table(source),
        roles=role_count_table(source),
        overall=tuple(
            item_row(f.id, f.short, whole.overall[f.id], source.total, say, say.viewed)
            for f in source.tool.framework.features
        ),
        overall_caption=say.fill("overall_caption", who=say.who(source.total)),
        opposed_sentence=_opposed_sentence(say, len(opposed)),
        opposed_caption=say.fill("opposed_caption", who=say.who(source.total)),
        opposed=tuple(item_row(s.id, s.text, counts, source.total, say, say.rated) for s, counts in first),
        opposed_more=say.fill("opposed_more", numbers=say.listed([s.id for s, _ in more])) if more else "",
    )
    return Section("glance", say.words["section_glance"], data)


def _opposed_sentence(say: Phrases, n: int) -> str:
    if not n:
        return say.words["opposed_none"]
    return say.fill("opposed_sentence", statements=say.many("statements", n), first=say.levels[0], last=say.levels[-1])
