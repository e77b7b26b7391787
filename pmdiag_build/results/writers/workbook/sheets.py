"""The sheets of the workbook that are one table each. Decides nothing about what may be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM
from pmdiag_build.content.model import Statement
from pmdiag_build.problems import Problem
from pmdiag_build.results.dates import read_date
from pmdiag_build.results.disclosure import WITHHELD, Entry
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.tabulation import Counts, Pattern, differences, talk_about, used_statements
from pmdiag_build.results.views.source import Source
from pmdiag_build.results.views.who import withheld_note
from pmdiag_build.results.writers.workbook.book import Book, Column, count_cells, first_row, fitting, parts, safe
from pmdiag_build.results.writers.workbook.charts import axis_of_counts, size_for, stacked_bars
from pmdiag_build.results.writers.workbook.typed import Cell

RECORDS = "responses.json"
_LISTED = "problems.csv"
_FIRST_DAY = "1900-03-01"
"""Before it, Excel counts days wrongly or not at all."""
_PAGE = 740
"""Pixels of charts that go on a printed page of the statements."""


def _count_columns(say: Phrases) -> list[Column]:
    words = say.words
    heads = [*say.levels, words["not_answered"], words["base"]]
    return [Column(head, 12, counts=True) for head in heads]


def statements(book: Book, source: Source) -> None:
    """Every statement with its counts and pattern; below the table a chart for each feature."""
    say = source.say
    columns = [
        Column(say.words["feature_column"], 9),
        Column(say.words["book_feature_name"], 22),
        Column(say.words["number_column"], 7),
        Column(say.words["statement_column"], 70, wrap=True),
        *_count_columns(say),
        Column(say.words["pattern_column"], 12),
    ]
    counted = source.release.counted.whole.ratings
    rows = [
        [f.id, f.short, s.id, s.text, *count_cells(counted[s.id]), say.pattern(counted[s.id])]
        for f in source.tool.framework.features
        for s in f.used_statements
    ]
    name = say.words["sheet_statements"]
    caption = say.fill("book_statements_caption", who=say.who(source.total))
    sheet, written = book.table(name, caption, "", columns, rows, freeze=3)
    _feature_charts(book, sheet, source, name, written)


def _feature_charts(book: Book, sheet: Any, source: Source, name: str, written: int) -> None:
    say = source.say
    row, place = first_row(), first_row() + written + 1
    breaks, used = [place], 0
    for feature in source.tool.framework.features:
        n = len(feature.used_statements)
        if not n:
            continue
        if used and used + size_for(n)["height"] > _PAGE:
            breaks.append(place)
            used = 0
        used += size_for(n)["height"]
        title = say.fill("book_chart_feature", id=feature.id)
        chart = stacked_bars(book.xlsx, name, say.levels, row, row + n - 1, names=2, counts=4, title=title)
        place = _insert(sheet, chart, say, place, column=3, rows=n, title=title)
        row += n
    sheet.set_h_pagebreaks(breaks)


def _insert(sheet: Any, chart: Any, say: Phrases, row: int, column: int, rows: int, title: str) -> int:
    """Put a chart below a table; gives the row below the chart."""
    axis_of_counts(chart, say.words["responses_column"])
    size = size_for(rows)
    chart.set_size(size)
    sheet.insert_chart(row, column, chart, {"object_position": 2, "description": title})
    return row + size["height"] // 20 + 2


def overall(book: Book, source: Source) -> None:
    """The overall views with the prompts to talk, and their chart."""
    say, counted = source.say, source.release.counted
    columns = [
        Column(say.words["feature_column"], 9),
        Column(say.words["book_feature_name"], 26),
        Column(say.words["book_text"], 60, wrap=True),
        *_count_columns(say),
        Column(say.words["pattern_column"], 12),
        Column(say.words["book_talk_count"], 14, counts=True),
    ]
    rows = []
    for f in source.tool.framework.features:
        counts = counted.whole.overall[f.id]
        rows.append([f.id, f.short, f.title, *count_cells(counts), say.pattern(counts), counted.talk[f.id].responses])
    name = say.words["sheet_overall"]
    caption = say.fill("book_overall_caption", who=say.who(source.total))
    sheet, written = book.table(name, caption, say.words["book_talk_note"], columns, rows, freeze=2)
    title, start = say.words["book_chart_overall"], first_row()
    chart = stacked_bars(book.xlsx, name, say.levels, start, start + written - 1, names=1, counts=3, title=title)
    _insert(sheet, chart, say, start + written + 1, column=1, rows=written, title=title)


def differing(book: Book, source: Source) -> None:
    """Opposed statements first, ordered by the smaller end; then the others in the order of the tool."""
    say, counted = source.say, source.release.counted
    columns = [
        Column(say.words["pattern_column"], 12),
        Column(say.words["number_column"], 7),
        Column(say.words["statement_column"], 80, wrap=True),
        *_count_columns(say),
        Column(say.words["book_smaller_end"], 13, counts=True),
    ]
    found = differences(counted, source.tool)
    first = {s.id for s, _ in found}
    rest = [(s, counted.whole.ratings[s.id]) for s in used_statements(source.tool) if s.id not in first]
    order = (Pattern.ADJACENT, Pattern.SHARED, Pattern.NO_ANSWERS, Pattern.TOO_FEW)
    found += sorted(rest, key=lambda item: order.index(item[1].pattern))
    rows = [_difference(say, s, counts) for s, counts in found]
    caption = say.fill("book_differences_caption", who=say.who(source.total))
    book.table(say.words["sheet_differences"], caption, "", columns, rows, freeze=2)


def _difference(say: Phrases, statement: Statement, counts: Counts) -> list[Cell]:
    end = counts.smaller_end if counts.pattern is Pattern.OPPOSED else None
    return [say.pattern(counts), statement.id, statement.text, *count_cells(counts), end]


def roles(book: Book, source: Source) -> None:
    """Every question by role, as far as roles may be shown."""
    say = source.say
    columns = [
        Column(say.words["book_kind"], 13),
        Column(say.words["book_id"], 7),
        Column(say.words["book_text"], 60),
        Column(say.words["role_column"], 40),
        *_count_columns(say),
    ]
    rows: list[list[Cell]] = []
    for f in source.tool.framework.features:
        rows += _role_rows(source, "overall", f.id, f.title)
        for s in f.used_statements:
            rows += _role_rows(source, "rating", s.id, s.text)
    found = source.release.roles
    notes = [withheld_note(source)]
    notes += [say.fill("book_roles_fewer", n=source.release.rules.min_group)] if found.shown and found.fewer else []
    note = " ".join(filter(None, notes))
    book.table(say.words["sheet_roles"], say.words["book_roles_caption"], note, columns, rows, freeze=4)


def _role_rows(source: Source, kind: str, id: str, text: str) -> Iterator[list[Cell]]:
    say, question = source.say, source.release.roles.questions[kind, id]
    head: list[Cell] = [say.words[f"book_kind_{kind}"], id, text]
    for role, counts in question.shown.items():
        yield [*head, say.role(role), *count_cells(counts)]
    if question.rest is not None:
        yield [*head, say.words["by_role_rest"], *count_cells(question.rest)]


def comments(book: Book, source: Source) -> None:
    """Every comment whole: one longer than a cell can hold goes on in further rows, and says so."""
    say, released = source.say, source.release
    columns = [
        Column(say.words["feature_column"], 9),
        Column(say.words["book_feature_name"], 22),
        Column(say.words["book_kind"], 24, wrap=True),
        Column(say.words["book_mode"], 24),
    ]
    if released.rules.attribute:
        columns += [
            Column(say.words["book_reference"], 14),
            Column(say.words["role_column"], 30),
            Column(say.words["book_names"], 24, wrap=True),
        ]
    columns += [Column(say.words["book_comment"], 100, wrap=True), Column(say.words["book_part"], 9)]
    n = len(released.comments)
    caption = say.fill("book_comments_caption", comments=say.many("comments", n), who=say.who(source.total))
    name = say.words["sheet_comments"]
    book.table(name, caption, say.words["comments_intro"], columns, _comment_rows(source), freeze=0, typed=True)


def _comment_rows(source: Source) -> Iterator[list[Cell]]:
    say, attribute = source.say, source.release.rules.attribute
    names = {f.id: f.short for f in source.tool.framework.features} | {"": ""}
    prompts = {kind: source.tool.framework.prompts[kind].text for kind in COMMENT_KINDS}
    prompts[MORE_ROOM] = source.tool.words["pack"]["more_room_title"]
    for comment in source.release.comments:
        origin = say.mark(comment.mode, comment.group_size) or (say.mode(comment.mode) if attribute else "")
        head: list[Cell] = [comment.feature, names[comment.feature], prompts[comment.kind], origin]
        if attribute:
            role = say.words["role_withheld"] if comment.role == WITHHELD else say.role(comment.role)
            head += [fitting(comment.reference, say, RECORDS), role, fitting(comment.names, say, RECORDS)]
        pieces = list(parts(safe(comment.text)))
        for n, piece in enumerate(pieces, 1):
            part = say.fill("book_part_of", n=n, all=len(pieces)) if len(pieces) > 1 else ""
            yield [*head, piece, part]


def responses(book: Book, source: Source) -> None:
    """One row a response, one column a question, in words; no comments, which stand apart from who wrote them."""
    say, tool = source.say, source.tool
    words = say.words
    columns = [
        Column(words["book_response"], 10, counts=True),
        Column(words["book_reference"], 14),
        Column(words["role_column"], 24),
        Column(words["book_mode"], 22),
        Column(words["people_column"], 8, counts=True),
        Column(words["book_area"], 18),
        Column(words["book_date"], 12),
        *(Column(s.id, 11) for s in used_statements(tool)),
        *(Column(say.fill("book_overall_view", id=f.id), 14) for f in tool.framework.features),
        Column(words["book_talk"], 16),
    ]
    caption = say.fill("book_responses_caption", who=say.who(source.total))
    rows = _response_rows(source)
    sheet, _ = book.table(
        words["sheet_responses"], caption, words["book_responses_note"], columns, rows, freeze=2, typed=True
    )
    # Fifty-odd columns on one sheet of paper can't be read: three sheets wide.
    sheet.fit_to_pages(3, 0)
    sheet.repeat_columns(0, 1)


def _response_rows(source: Source) -> Iterator[list[Cell]]:
    say, tool = source.say, source.tool
    labels: dict[str | None, str] = {level.code: level.label for level in tool.framework.levels}
    labels[None] = ""
    statement_ids = [s.id for s in used_statements(tool)]
    features = tool.framework.features
    for entry in source.release.entries:
        ratings, views = entry.response.ratings, entry.response.overall
        talk = [f.id for f in features if talk_about(entry.response, f)]
        yield [
            *_who_cells(say, entry),
            *(labels[ratings.get(id)] for id in statement_ids),
            *(labels[views.get(f.id)] for f in features),
            say.listed(talk),
        ]


def _who_cells(say: Phrases, entry: Entry) -> list[Cell]:
    record = entry.response.record
    role = say.words["role_withheld"] if entry.withheld else say.role(record.role) if record.role else ""
    reference, area = fitting(record.reference, say, RECORDS), fitting(record.area, say, RECORDS)
    day = read_date(record.date)
    when: Cell = date.fromisoformat(day) if day >= _FIRST_DAY else fitting(record.date, say, RECORDS)
    return [entry.number, reference, role, say.mode(record.mode), record.group_size or None, area, when]


def problems(book: Book, source: Source, found: Sequence[Problem]) -> None:
    """What was not counted, or only in part, with its place and how to fix it."""
    say = source.say
    columns = [
        Column(say.words["book_place"], 44, wrap=True),
        Column(say.words["book_problem"], 60, wrap=True),
        Column(say.words["book_mend"], 60, wrap=True),
    ]
    caption = say.fill("book_problems_caption", n=source.accounts.found)
    rows = ([fitting(text, say, _LISTED) for text in (str(p.place), p.what, p.fix)] for p in found)
    note = "" if found else say.words["problems_none"]
    book.table(say.words["sheet_problems"], caption, note, columns, rows, freeze=0, typed=True)
