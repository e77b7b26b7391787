"""The sheet that paper returns are typed into: an empty workbook or CSV, and rows already typed for a decision.

Header and answers are text cells, so that `1.10` does not become 1.1 and a comment does not become a formula.
The second row says which wording was asked (returns/readers/stamp.py reads it). It is hidden, but for CSV.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.field_names import (
    COMMENT_KINDS,
    MORE_ROOM,
    PACK_ID,
    PROPERTY,
    Item,
    PackId,
    header_of_name,
    item_of,
    record_name,
    sheet_names,
)
from pmdiag_build.content.fields import (
    FormField,
    entry_sheet_id,
    footer_of,
    question_fingerprints,
    section_fields,
)
from pmdiag_build.content.model import Pack, Section, Tool, fill
from pmdiag_build.content.questions import fingerprint_of
from pmdiag_build.csv_text import cell, encoded
from pmdiag_build.rendering.workbook import Sheet, Workbook

ROWS = 2000
"""How many rows have drop-down lists; more can be typed."""

_WIDTHS = {"rating": 5, "overall": 9, "comment": 45, "more": 45, "record": 15, "pack_id": 40}
_UNKNOWN_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell in which two typings differ; `row` counts the rows of `Rows`, from 0."""

    row: int
    name: str
    reference: str
    first: str
    second: str
    place: str


Rows = Sequence[Mapping[str, str]]
"""Typed rows: field name → text of the cell."""


def columns(tool: Tool) -> list[str]:
    """The field names of the sheet's columns in their order."""
    framework = tool.framework
    return sheet_names((s.id for s in framework.used_statements), (f.id for f in framework.features))


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a sheet says that it asks: `sheet` as a whole, and the fingerprint of each question by its field name."""

    sheet: PackId
    asked: Mapping[str, str]


def stamp_of(tool: Tool) -> Stamp:
    """The stamp of an empty sheet."""
    sheet = PackId.parse(entry_sheet_id(tool))
    assert sheet is not None
    # Answers are counted by the wording of statements and overall views; of comments it says which column they are.
    comments = {name: fingerprint_of(text) for name, text in _questions(tool) if name.startswith(COMMENT_KINDS)}
    return Stamp(sheet, {**question_fingerprints(tool), **comments})


def entry_csv(tool: Tool) -> bytes:
    """Header and stamp as a spreadsheet program in Britain opens them: UTF-8 with a mark, commas, CR LF."""
    names = columns(tool)
    stamps = _stamp_cells(tool, stamp_of(tool))
    return encoded([",".join(map(header_of_name, names)), ",".join(cell(stamps.get(name, "")) for name in names)])


def _stamp_cells(tool: Tool, stamp: Stamp) -> dict[str, str]:
    """Field name → what the row of stamps says in that column. The sheet's own is in two cells, if one is typed over.

    In CSV the sentence has room: the columns beside the first one have none.
    """
    sentence = fill(tool.words["sheet"]["stamp"], stamp=stamp.sheet.printed)
    cells = {name: PackId(name, stamp.sheet.edition, digits).printed for name, digits in stamp.asked.items()}
    return {record_name("reference"): sentence, **cells, MORE_ROOM: stamp.sheet.printed}


def entry_workbook(tool: Tool, rows: Rows = ()) -> bytes:
    """The workbook: the sheet to type into (with `rows` in it), how to, and what each column asks."""
    return _workbook(tool, rows, (), stamp_of(tool), decide=False)


def decision_workbook(tool: Tool, rows: Rows, differences: Sequence[Difference], stamp: Stamp | None) -> bytes:
    """The same with the cells in which two typings differ. `stamp`: what both say that they ask, if they say so."""
    mark = tool.words["sheet"]["undecided"]
    decide = any(text.startswith(mark) for row in rows for text in row.values())
    return _workbook(tool, rows, differences, stamp, decide=decide)


def _workbook(tool: Tool, rows: Rows, differences: Sequence[Difference], stamp: Stamp | None, *, decide: bool) -> bytes:
    book = Workbook()
    if stamp is not None:
        book.book.set_custom_property(PROPERTY, stamp.sheet.printed)
    words = tool.words["sheet"]
    returns = Sheet(book, words["sheet_returns"])
    lists = _write_how(Sheet(book, words["sheet_how"]), tool, decide=decide)
    _write_returns(returns, tool, rows, lists, stamp)
    _write_statements(Sheet(book, words["sheet_statements"]), tool)
    if differences:
        _write_differences(Sheet(book, words["sheet_differences"]), tool, differences)
    return book.content()


def _write_returns(sheet: Sheet, tool: Tool, rows: Rows, lists: Mapping[str, str], stamp: Stamp | None) -> None:
    questions = dict(_questions(tool))
    # Typists may have added columns for what else a pack asks, such as more_room.
    names = list(dict.fromkeys([*columns(tool), *(name for row in rows for name in row)]))
    if stamp is not None:
        stamps = _stamp_cells(tool, stamp)
        sheet.hidden_head([stamps.get(name, "") for name in names])
    for column, name in enumerate(names):
        item = item_of(name)
        assert item is not None
        sheet.column(column, _WIDTHS.get(item.kind, _UNKNOWN_WIDTH), centred=item.kind in ("rating", "overall"))
        sheet.header(column, header_of_name(name), questions.get(name, ""), feature=_feature_number(item))
        _validate(sheet, column, item, tool, lists)
        for row, typed in enumerate(rows):
            if text := typed.get(name, ""):
                sheet.typed(row, column, text, marked=text.startswith(tool.words["sheet"]["undecided"]))
    sheet.set_up_for_typing(len(names))


def _feature_number(item: Item) -> int:
    return int(item.id.partition(".")[0]) if item.kind in ("rating", "overall", "comment") else 0


def _validate(sheet: Sheet, column: int, item: Item, tool: Tool, lists: Mapping[str, str]) -> None:
    words = tool.words["sheet"]
    if item.kind in ("rating", "overall"):
        codes = [level.code for level in tool.framework.levels]
        message = fill(words["rating_wrong"], levels=", ".join(codes))
        sheet.choice(column, ROWS, codes, words["rating_title"], message)
    elif item.id in lists:
        sheet.choice(column, ROWS, lists[item.id], words["list_title"], words["list_wrong"])
    elif item.kind == "pack_id":
        sheet.choice(column, ROWS, lists[PACK_ID], words["pack_title"], words["pack_wrong"], strict=False)
    elif item.id == "group_size":
        sheet.whole_number(column, ROWS, words["size_title"], words["size_wrong"])


def _write_how(sheet: Sheet, tool: Tool, *, decide: bool) -> dict[str, str]:
    """Writes the instructions; returns the ranges of the lists of options, by record field."""
    words = tool.words["sheet"]
    levels = ", ".join(level.code for level in tool.framework.levels)
    more_room = tool.words["pack"]["more_room_title"]
    sheet.column(0, 100)
    row = 0
    for part in ("decide", "how") if decide else ("how",):
        filled = fill(words[f"{part}_steps"], levels=levels, undecided=words["undecided"], more_room=more_room)
        steps = filled.strip().split("\n")
        row = sheet.lines(row, words[f"{part}_title"], [f"{n}. {step}" for n, step in enumerate(steps, 1)]) + 1
    options = {field.name: (field.label, [option.label for option in field.options]) for field in tool.record.fields}
    answered = [pack for pack in tool.packs if any(section.feature for section in pack.sections)]
    options[PACK_ID] = (words["pack_list"], [footer_of(tool, pack) for pack in answered])
    ranges = {}
    for name, (title, lines) in options.items():
        if lines:
            end = sheet.lines(row, title, lines)
            ranges[name] = sheet.range_of(row + 1, end - 1)
            row = end + 1
    sheet.set_up_for_reading()
    return ranges


def _questions(tool: Tool) -> Iterator[tuple[str, str]]:
    """(field name, question in full) for every column."""
    features = (Section("feature", feature=feature.id) for feature in tool.framework.features)
    asked = (Section("record"), *features, Section("more-room"))
    for section in asked:
        for field in section_fields(tool, _ANY_PACK, section):
            yield field.name, _question(tool, field)
    yield PACK_ID, tool.words["sheet"]["pack_question"]


_ANY_PACK = Pack("", "", "", "", "", "normal", True, "self", "", (), ())


def _question(tool: Tool, field: FormField) -> str:
    item = item_of(field.name)
    if item is not None and item.kind == "record":
        record = tool.record.field(item.id)
        return f"{record.label} {record.help}"
    if field.name == MORE_ROOM:
        return f"{field.question}: {tool.words['pack']['more_room_help']}"
    return field.question


def _write_statements(sheet: Sheet, tool: Tool) -> None:
    words = tool.words["sheet"]
    questions = dict(_questions(tool))
    sheet.table([words["header_column"], words["header_question"], words["header_answers"]], [12, 100, 48])
    for row, name in enumerate(columns(tool), 1):
        sheet.cells(row, [header_of_name(name), questions.get(name, ""), _answers(tool, name)])
    sheet.set_up_for_reading()


def _answers(tool: Tool, name: str) -> str:
    words = tool.words["sheet"]
    item = item_of(name)
    assert item is not None
    if item.kind in ("rating", "overall"):
        return ", ".join(f"{level.code} ({level.label})" for level in tool.framework.levels)
    if item.id == "group_size":
        return words["answers_number"]
    if item.kind == "pack_id":
        return words["answers_pack"]
    options = tool.record.field(item.id).options if item.kind == "record" else ()
    return "\n".join(option.label for option in options) or words["answers_text"]


def _write_differences(sheet: Sheet, tool: Tool, differences: Sequence[Difference]) -> None:
    words = tool.words["sheet"]
    heads = ("reference", "item", "first", "second", "place")
    sheet.table([words[f"difference_{head}"] for head in heads], [18, 14, 50, 50, 12])
    order = {name: number for number, name in enumerate(columns(tool))}
    ordered = sorted(differences, key=lambda d: (d.row, order.get(d.name, len(order))))
    for row, one in enumerate(ordered, 1):
        sheet.cells(row, [one.reference, header_of_name(one.name), one.first, one.second, one.place])
    sheet.set_up_for_reading()
