"""The sheet with two rounds side by side: counts and bases of both, nothing worked out from them."""

from __future__ import annotations

from collections.abc import Iterator

from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.views.source import Source
from pmdiag_build.results.writers.workbook.book import Book, Column, count_cells
from pmdiag_build.results.writers.workbook.typed import Cell


def rounds(book: Book, source: Source, earlier: Earlier) -> None:
    """One row for each question and round."""
    words = source.say.words
    heads = [*source.say.levels, words["not_answered"], words["base"]]
    columns = [
        Column(words["book_kind"], 13),
        Column(words["book_id"], 7),
        Column(words["book_text"], 70),
        Column(words["previous_round_column"], 14),
        *(Column(head, 12, counts=True) for head in heads),
        Column(words["book_note"], 40, wrap=True),
    ]
    rows = _rows(source, earlier)
    book.table(words["sheet_rounds"], words["book_rounds_caption"], words["previous_intro"], columns, rows, freeze=2)


def _rows(source: Source, earlier: Earlier) -> Iterator[list[Cell]]:
    whole = source.release.counted.whole
    for feature in source.tool.framework.features:
        yield from _pair(source, earlier, ("overall", feature.id), feature.title, whole.overall[feature.id])
        for statement in feature.used_statements:
            counts = whole.ratings[statement.id]
            yield from _pair(source, earlier, ("rating", statement.id), statement.text, counts)


def _pair(source: Source, earlier: Earlier, item: tuple[str, str], text: str, counts: Counts) -> Iterator[list[Cell]]:
    words = source.say.words
    head: list[Cell] = [words[f"book_kind_{item[0]}"], item[1], text]
    yield [*head, words["previous_this"], *count_cells(counts), source.say.few(counts)]
    before = earlier.counts.get(item)
    if before is None or item in earlier.few:
        why = words["previous_few" if item in earlier.few else "previous_not_asked"]
        yield [*head, words["previous_earlier"], *[None] * (len(counts.chosen) + 2), why]
        return
    note = source.say.few(before) or (words["previous_other_words"] if item in earlier.reworded else "")
    yield [*head, words["previous_earlier"], *count_cells(before), note]
