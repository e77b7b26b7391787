"""The sheets of counts: the overview, statements, overall views, other meanings, differences, roles, rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.rendering.workbook import Cell, write_typed
from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.tabulation import Pattern, Question, differences, questions_of
from pmdiag_build.results.views import about
from pmdiag_build.results.views.parts import ReportInput, Table, how_it_differs
from pmdiag_build.results.views.questions import apart_rows
from pmdiag_build.results.views.rounds import area_rows, in_rounds, round_names, rounds_table
from pmdiag_build.results.writers.workbook import FIRST_ROW, Bars, Book, Column, Rows, count_cells, new_book
from pmdiag_build.results.writers.workbook.texts import comments, fitting

_PAGE = 740
"""Pixels of charts that go on a printed page of the statements."""


def tables_book(report: ReportInput) -> bytes:
    """tables.xlsx, which may be given out: the tables of the report, sheet by sheet, with charts; equal rounds give
    equal bytes."""
    book = new_book(report)
    overview(book, report)
    statements(book, report)
    overall(book, report)
    apart(book, report)
    editions(book, report)
    differing(book, report)
    roles(book, report)
    areas(book, report)
    comments(book, report)
    if not all(one.left_out for one in report.earlier):
        rounds(book, report)
    return book.content()


def _count_columns(say: Phrases) -> list[Column]:
    words = say.words
    heads = [*say.levels, words["not_answered"], words["base"]]
    return [Column(head, 12, counts=True) for head in heads]


def _question_columns(say: Phrases, text: int, one: Column) -> list[Column]:
    """The columns of a sheet with several rows for each question, told apart by `one`; `text` letters wide is what it
    asks."""
    kind, id = Column(say.words["book_kind"], 13), Column(say.words["book_id"], 7)
    return [kind, id, Column(say.words["book_text"], text), one, *_count_columns(say)]


def _questions(report: ReportInput) -> Iterator[tuple[Question, list[Cell]]]:
    """Each question in the order of the tool, and how its rows begin."""
    for feature in report.tool.framework.features:
        for kind, id, text in questions_of(feature):
            yield (kind, id), [report.say.words[f"book_kind_{kind}"], id, text]


def statements(book: Book, report: ReportInput) -> None:
    """Every statement with its counts and pattern; below the table a chart for each feature."""
    say = report.say
    columns = [
        Column(say.words["feature_column"], 9),
        Column(say.words["book_feature_name"], 22),
        Column(say.words["number_column"], 7),
        Column(say.words["statement_column"], 70, wrap=True),
        *_count_columns(say),
        Column(say.words["pattern_column"], 12),
    ]
    counted = report.release.counted.whole.ratings
    rows = [
        [f.id, f.short, s.id, s.text, *count_cells(counted[s.id]), say.pattern(counted[s.id])]
        for f in report.tool.framework.features
        for s in f.used_statements
    ]
    name = say.words["sheet_statements"]
    caption = say.fill("book_statements_caption", who=say.who(report.total))
    sheet, written = book.table("Statements", name, caption, "", columns, rows, freeze=3)
    _feature_charts(book, sheet, report, name, written)


def _feature_charts(book: Book, sheet: Any, report: ReportInput, name: str, written: int) -> None:
    row, place = FIRST_ROW, FIRST_ROW + written + 1
    breaks, used = [place], 0
    for feature in report.tool.framework.features:
        n = len(feature.used_statements)
        if not n:
            continue
        bars = Bars(name, row, n, names=2, counts=4)
        if used and used + bars.height > _PAGE:
            breaks.append(place)
            used = 0
        used += bars.height
        place = book.chart(sheet, bars, report.say.fill("book_chart_feature", id=feature.id), place, 3)
        row += n
    sheet.set_h_pagebreaks(breaks)


def overall(book: Book, report: ReportInput) -> None:
    """The overall views with the prompts to talk, and their chart."""
    say, counted = report.say, report.release.counted
    columns = [
        Column(say.words["feature_column"], 9),
        Column(say.words["book_feature_name"], 26),
        Column(say.words["book_text"], 60, wrap=True),
        *_count_columns(say),
        Column(say.words["pattern_column"], 12),
        Column(say.words["book_talk_count"], 14, counts=True),
    ]
    rows = []
    for f in report.tool.framework.features:
        counts = counted.whole.overall[f.id]
        rows.append([f.id, f.short, f.title, *count_cells(counts), say.pattern(counts), counted.talk[f.id].responses])
    name = say.words["sheet_overall"]
    caption = say.fill("book_overall_caption", who=say.who(report.total))
    sheet, written = book.table("OverallViews", name, caption, say.words["book_talk_note"], columns, rows, freeze=2)
    bars = Bars(name, FIRST_ROW, written, names=1, counts=3)
    book.chart(sheet, bars, say.words["book_chart_overall"], FIRST_ROW + written + 1, 1)


def differing(book: Book, report: ReportInput) -> None:
    """Statements with views at both ends first, by the smaller end; then the others in the order of the tool."""
    say, counted = report.say, report.release.counted
    columns = [
        Column(say.words["pattern_column"], 12),
        Column(say.words["number_column"], 7),
        Column(say.words["statement_column"], 80, wrap=True),
        *_count_columns(say),
        Column(say.words["book_smaller_end"], 13, counts=True),
    ]
    found = differences(counted, report.tool)
    first = {s.id for s, _ in found}
    rest = [(s, counted.whole.ratings[s.id]) for s in report.tool.framework.used_statements if s.id not in first]
    order = (Pattern.ADJACENT, Pattern.SHARED, Pattern.NO_ANSWERS, Pattern.TOO_FEW)
    found += sorted(rest, key=lambda item: order.index(item[1].pattern))
    ends = (n.smaller_end or None for _, n in found)
    rows = [[say.pattern(n), s.id, s.text, *count_cells(n), end] for (s, n), end in zip(found, ends, strict=True)]
    caption = say.fill("book_differences_caption", who=say.who(report.total))
    book.table("Differences", say.words["sheet_differences"], caption, "", columns, rows, freeze=2)


def roles(book: Book, report: ReportInput) -> None:
    """Every question by role, as far as roles may be shown."""
    say = report.say
    columns = _question_columns(say, 60, Column(say.words["role_column"], 40))
    rows = (row for question, head in _questions(report) for row in _role_rows(report, question, head))
    note = about.withheld_note(report)
    book.table("ByRole", say.words["sheet_roles"], say.words["book_roles_caption"], note, columns, rows, freeze=4)


def _role_rows(report: ReportInput, question: Question, head: Sequence[Cell]) -> Iterator[list[Cell]]:
    say, by_role = report.say, report.release.roles.questions[question]
    for role, counts in by_role.shown.items():
        yield [*head, say.role(role), *count_cells(counts)]
    if by_role.rest is not None:
        yield [*head, say.other_roles(by_role.others), *count_cells(by_role.rest)]


def areas(book: Book, report: ReportInput) -> None:
    """Every question by area, as far as areas may be shown; no sheet where nothing is."""
    say = report.say
    if not any(question.shown for question in report.release.areas.values()):
        return
    columns = _question_columns(say, 60, Column(say.words["book_area"], 40))
    rows = (
        [*head, fitting(area, say), *count_cells(counts)]
        for question, head in _questions(report)
        for area, counts in area_rows(report, question)
    )
    note = say.words["book_areas_note"]
    book.table(
        "ByArea",
        say.words["sheet_areas"],
        say.words["book_areas_caption"],
        note,
        columns,
        rows,
        freeze=4,
        kind=Rows.TYPED,
    )


def apart(book: Book, report: ReportInput) -> None:
    """One row for each question and other edition, with its counts."""
    say, found = report.say, report.release.counted.apart
    if not found:
        return
    columns = [
        Column(say.words["apart_edition"], 16),
        Column(say.words["number_column"], 9),
        Column(say.words["apart_why"], 60, wrap=True),
        *(Column(level, 12, counts=True) for level in say.levels),
        Column(say.words["not_answered"], 14, counts=True),
        Column(say.words["base"], 8, counts=True),
        Column(say.words["book_note"], 40, wrap=True),
    ]
    rows: list[list[Cell]] = [
        [one.edition, row.id, row.text, *count_cells(one.counts), row.few]
        for one, row in zip(found, apart_rows(report, found), strict=True)
    ]
    caption = say.fill("book_apart_caption", who=say.who(report.total))
    book.table("CountedApart", say.words["sheet_apart"], caption, say.words["apart_intro"], columns, rows, freeze=2)


def editions(book: Book, report: ReportInput) -> None:
    """One row for each question that an edition of this round asks otherwise; no sheet where there is none."""
    say = report.say
    columns = [
        Column(say.words["apart_edition"], 16),
        Column(say.words["number_column"], 9),
        Column(say.words["book_how"], 40, wrap=True),
        Column(say.words["book_theirs"], 70, wrap=True),
        Column(say.fill("book_ours", edition=report.tool.edition), 70, wrap=True),
    ]
    rows: list[list[Cell]] = [
        [one.part.edition, header_of_name(found.name), how_it_differs(say, found), found.theirs, found.ours]
        for one in report.release.editions
        for found in one.part.differing
    ]
    if rows:
        book.table(
            "Editions", say.words["sheet_editions"], say.words["book_editions_caption"], "", columns, rows, freeze=2
        )


def rounds(book: Book, report: ReportInput) -> None:
    """One row for each question and round."""
    words = report.say.words
    columns = [
        *_question_columns(report.say, 70, Column(words["previous_round_column"], 18)),
        Column(words["book_note"], 40, wrap=True),
    ]
    caption, intro = words["book_rounds_caption"], words["previous_intro"]
    book.table("Rounds", words["sheet_rounds"], caption, intro, columns, _round_rows(report), freeze=2, kind=Rows.TYPED)


def _round_rows(report: ReportInput) -> Iterator[list[Cell]]:
    say = report.say
    names = [fitting(name, say) for name in round_names(report)]
    for question, head in _questions(report):
        for row in in_rounds(report, names, question):
            if row.counts is None:
                yield [*head, row.name, *[None] * (len(say.levels) + 2), row.unseen]
            else:
                yield [*head, row.name, *count_cells(row.counts), say.few(row.counts) or row.note]


# ---- overview

_WIDE = 52


class _Page:
    """Writes a sheet from the top down."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book = book
        self.sheet = sheet
        self.row = 0

    def line(self, text: str, look: Any) -> None:
        write_typed(self.sheet, self.row, 0, text, look)
        self.row += 1

    def paragraph(self, text: str) -> None:
        """A text over the width of the page; merged cells do not grow with their text, so the height is set."""
        self.sheet.set_row(self.row, 13.5 * (1 + len(text) // 118))
        self.sheet.merge_range(self.row, 0, self.row, 5, text, self.book.wrapped)
        self.row += 1

    def table(self, named: str, table: Table) -> None:
        self.line(table.caption, self.book.heading)
        looks = [self.book.head_of_counts if place else self.book.head for place in range(len(table.heads))]
        rows = self.row, self.row + max(len(table.rows), 1)
        self.book.excel_table(self.sheet, named, rows, table.heads, looks, filters=False)
        self.row += 1
        for cells in table.rows:
            for place, value in enumerate(cells):
                if isinstance(value, int):
                    self.sheet.write_number(self.row, place, value, self.book.number)
                else:
                    write_typed(self.sheet, self.row, place, value, self.book.plain)
            self.row += 1
        if table.note:
            self.paragraph(table.note)
        self.row += 1


def overview(book: Book, report: ReportInput) -> None:
    """The first sheet: who answered, what became of the returns, the overall views, what they do not say."""
    say = report.say
    name = say.words["sheet_overview"]
    sheet = book.sheet(name)
    sheet.set_portrait()
    sheet.set_column(0, 0, _WIDE, book.plain)
    sheet.set_column(1, 5, 13, book.plain)
    page = _Page(book, sheet)
    page.line(f"{report.heading}: {report.tool.title}", book.title)
    page.line(say.fill("edition", edition=report.tool.edition), book.quiet)
    if invented := about.invented_sentence(report):
        page.line(invented, book.bold)
    page.paragraph(" ".join(about.who_sentences(report)))
    page.row += 1
    for named, table in _tables(report):
        page.table(named, table)
    start, rows = page.row + 2, len(report.tool.framework.features)
    page.table("AtAGlance", _overall(report))
    page.line(say.words["untold_title"], book.heading)
    page.paragraph(say.words["untold"])
    book.chart(sheet, Bars(name, start, rows, names=0, counts=1), say.words["book_chart_overall"], page.row + 1, 0)


def _tables(report: ReportInput) -> Iterator[tuple[str, Table]]:
    yield "Returns", about.account_table(report)
    if report.total:
        yield "Modes", about.mode_table(report)
    roles = about.role_count_table(report)
    if roles is not None:
        yield "Roles", roles
    asked = about.asked_table(report)
    if asked is not None:
        yield "Asked", asked
    themes = about.themes_table(report)
    if themes is not None:
        yield "Themes", themes
    if report.earlier:
        yield "WhoAnswered", rounds_table(report)


def _overall(report: ReportInput) -> Table:
    say, whole = report.say, report.release.counted.whole
    heads = (say.words["feature_column"], *say.levels, say.words["not_answered"], say.words["base"])
    rows: list[tuple[str | int, ...]] = []
    for feature in report.tool.framework.features:
        counts = whole.overall[feature.id]
        numbers = (say.few(counts),) if counts.kept_back else (*counts.chosen, counts.unanswered, counts.base)
        rows.append((f"{feature.id} {feature.short}", *numbers))
    return Table(say.fill("book_overall_caption", who=say.who(report.total)), heads, tuple(rows))
