"""The sheets of what people typed: comments, responses, problems.

A cell contains 32,767 letters. A longer comment goes on in further rows; others are cut, and say where the rest is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM
from pmdiag_build.problems import Problem
from pmdiag_build.rendering.workbook import LONGEST_CELL, Cell, fits, safe, units
from pmdiag_build.results.disclosure import WITHHELD, Entry
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.tabulation import edition_of, read_date, talk_about
from pmdiag_build.results.views.about import comments_said
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.results.writers.records import PROBLEMS_CSV, RESPONSES_JSON
from pmdiag_build.results.writers.workbook import Book, Column, Rows, new_book
from pmdiag_build.returns.raw import InWords

_FIRST_DAY = "1900-03-01"
"""Before it, Excel counts days wrongly or not at all."""


def records_book(report: ReportInput, listed: Sequence[Problem]) -> bytes:
    """responses.xlsx, for whoever runs the round: every response, and everything that was not counted."""
    book = new_book(report)
    responses(book, report)
    problems(book, report, listed)
    return book.content()


def comments(book: Book, report: ReportInput) -> None:
    """Every comment whole: one longer than a cell can contain goes on in further rows, and says so."""
    say, released = report.say, report.release
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
    if released.checked is not None:
        columns += [Column(say.words["statement_column"], 12), Column(say.words["theme_column"], 24, wrap=True)]
    n = len(released.comments)
    key = "book_comments_caption" if released.checked is None else "book_comments_caption_checked"
    caption = say.fill(key, comments=say.many("comments", n), who=say.who(report.total))
    name = say.words["sheet_comments"]
    book.table(
        "Comments",
        name,
        caption,
        comments_said(report),
        columns,
        _comment_rows(report),
        freeze=0,
        kind=Rows.TYPED,
    )


def _comment_rows(report: ReportInput) -> Iterator[list[Cell]]:
    say, attribute = report.say, report.release.rules.attribute
    names = {f.id: f.short for f in report.tool.framework.features} | {"": ""}
    prompts = {kind: report.tool.framework.prompts[kind].text for kind in COMMENT_KINDS}
    prompts[MORE_ROOM] = report.tool.words["pack"]["more_room_title"]
    for comment in report.release.comments:
        origin = say.mark(comment.mode, comment.group_size) or (say.mode(comment.mode) if attribute else "")
        head: list[Cell] = [comment.feature, names[comment.feature], prompts[comment.kind], origin]
        if attribute:
            role = say.words["role_withheld"] if comment.role == WITHHELD else say.role(comment.role)
            typed = (comment.reference, comment.names)
            reference, names_given = (fitting(text, say) for text in typed)
            head += [reference, role, names_given]
        about: list[Cell] = [comment.statement, comment.theme] if report.release.checked is not None else []
        pieces = list(_parts(safe(comment.text)))
        for n, piece in enumerate(pieces, 1):
            part = say.fill("book_part_of", n=n, all=len(pieces)) if len(pieces) > 1 else ""
            yield [*head, piece, part, *about]


def responses(book: Book, report: ReportInput) -> None:
    """One row a response, one column a question, in words; no comments, which are not shown beside who wrote them."""
    say, tool = report.say, report.tool
    words = say.words
    columns = [
        Column(words["book_response"], 10, counts=True),
        Column(words["book_reference"], 14),
        Column(words["role_column"], 24),
        Column(words["book_mode"], 22),
        Column(words["people_column"], 8, counts=True),
        Column(words["book_area"], 18),
        Column(words["book_date"], 12),
        Column(words["apart_edition"], 16),
        Column(words["previous_round_column"], 16),
        *(Column(s.id, 11) for s in tool.framework.used_statements),
        *(Column(say.fill("book_overall_view", id=f.id), 14) for f in tool.framework.features),
        Column(words["book_talk"], 16),
    ]
    caption = say.fill("book_responses_caption", who=say.who(report.total))
    rows = _response_rows(report)
    sheet, _ = book.table(
        "Responses",
        words["sheet_responses"],
        caption,
        words["book_responses_note"],
        columns,
        rows,
        freeze=2,
        kind=Rows.TYPED,
    )
    # Fifty-odd columns on one sheet of paper can't be read: three sheets wide.
    sheet.fit_to_pages(3, 0)
    sheet.repeat_columns(0, 1)


def _response_rows(report: ReportInput) -> Iterator[list[Cell]]:
    say, tool = report.say, report.tool
    labels: dict[str | None, str] = {level.code: level.label for level in tool.framework.levels}
    labels[None] = ""
    statement_ids = [s.id for s in tool.framework.used_statements]
    features = tool.framework.features
    round_ = fitting(report.title, say, RESPONSES_JSON)
    for entry in report.release.entries:
        ratings, views = entry.response.ratings, entry.response.overall
        talk = [f.id for f in features if talk_about(entry.response, f)]
        yield [
            *_who_cells(say, entry),
            round_,
            *(labels[ratings.get(id)] for id in statement_ids),
            *(labels[views.get(f.id)] for f in features),
            say.listed(talk),
        ]


def _who_cells(say: Phrases, entry: Entry) -> list[Cell]:
    record = entry.response.record
    role = say.role(record.role) if record.role else ""
    reference, area = fitting(record.reference, say, RESPONSES_JSON), fitting(record.area, say, RESPONSES_JSON)
    edition = fitting(edition_of(entry.response), say, RESPONSES_JSON)
    day = read_date(record.date)
    when: Cell = date.fromisoformat(day) if day >= _FIRST_DAY else fitting(record.date, say, RESPONSES_JSON)
    return [entry.number, reference, role, say.mode(record.mode), record.group_size or None, area, when, edition]


def problems(book: Book, report: ReportInput, found: Sequence[Problem]) -> None:
    """What was not counted, or only in part, with its place and how to fix it."""
    say = report.say
    columns = [
        Column(say.words["book_place"], 44, wrap=True),
        Column(say.words["book_problem"], 60, wrap=True),
        Column(say.words["book_fix"], 60, wrap=True),
    ]
    caption = say.fill("book_problems_caption", n=report.accounts.found)
    where = InWords(report.tool)
    rows = ([fitting(text, say, PROBLEMS_CSV) for text in (where.whole(p), p.what, p.fix)] for p in found)
    note = "" if found else say.words["problems_none"]
    book.table("Problems", say.words["sheet_problems"], caption, note, columns, rows, freeze=0, kind=Rows.TYPED)


def fitting(text: str, say: Phrases, file: str = "") -> str:
    """A typed text as a cell can contain it; one that is too long ends with how much more there is, and with the `file`
    that has it, or with who has it where the reader has no such file."""
    text = safe(text)
    if fits(text):
        return text
    key = "book_cut" if file else "book_cut_shared"
    # The words at the end are short, but a local version may have others.
    room = LONGEST_CELL - units(say.fill(key, n=grouped(len(text)), file=file))
    start = next(_parts(text, room))
    return start + say.fill(key, n=grouped(len(text) - len(start)), file=file)


def _parts(text: str, longest: int = LONGEST_CELL) -> Iterator[str]:
    """A safe text in pieces that each fit into a cell; one piece unless it is longer than a cell can contain."""
    if len(text) * 2 <= longest:
        yield text
        return
    piece: list[str] = []
    size = 0
    for letter in text:
        width = 2 if letter > "\uffff" else 1
        if size + width > longest:
            yield "".join(piece)
            piece, size = [], 0
        piece.append(letter)
        size += width
    yield "".join(piece)
