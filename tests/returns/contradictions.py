"""Contradictions planted at random in sheets, records and exported forms: each must be named, and none counted.

A plant is a place (the field), a reader (the format) and a value. What is planted beside it is right, so whatever
else is said or lost would be a mistake.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pmdiag_build.content.field_names import header_of_name, item_of, overall_name, rating_name
from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import letters
from pmdiag_build.problems import Problem
from pmdiag_build.returns import Processes, Response, Round, files_of, round_of
from pmdiag_build.returns.entry_sheet import columns
from tests.returns.paper import Answers
from tests.returns.samples import said_by
from tests.returns.written import as_csv, as_fdf, as_xfdf, ods_of, record_of, xlsx_of

TEXTS = ("Well, rather well", "We meet; we talk", "=1+1", "Siân’s “plan” – £5", "one\ttwo", "Ŵ & <b>", "A, b, c")
_IN_A_FILE = 40


@dataclass(frozen=True, slots=True)
class Plant:
    """One return with one contradiction: `field` is where, `how` the kind; `aside`: the whole return must not count.

    `spot` is how the places of its problems look.
    """

    file: str
    spot: str
    reference: str
    field: str
    how: str
    answers: Answers
    aside: bool = False


@dataclass(slots=True)
class _Makers:
    """What makes plants, for one run: the columns, the randomness, and numbers for references."""

    names: Sequence[str]
    levels: Sequence[str]
    chance: random.Random
    numbers: Iterator[int]

    def answers(self) -> dict[str, str]:
        """A response that says something in every part, and enough to be told from others."""
        some = self.chance.sample(self.levels, 14)
        texts = self.chance.sample([name for name in self.names if name.startswith(("doing_", "improve_"))], 2)
        number = next(self.numbers)
        return {
            "record_reference": f"R{number}",
            "record_mode": "individual",
            "record_area": "North",
            **{name: self.chance.choice("LDE") for name in some},
            **{name: f"{self.chance.choice(TEXTS)} ({number})" for name in texts},
        }

    def level(self, answers: Answers) -> str:
        """An answered question about a level."""
        return self.chance.choice([name for name in answers if name.startswith(("rating_", "overall_"))])

    def answered(self, answers: Answers) -> str:
        """An answered question of any kind."""
        names = [name for name in answers if item_of(name) and not name.startswith("record_")]
        return self.chance.choice(names)

    def other(self, name: str, answer: str) -> str:
        """Another answer than this one."""
        if name.startswith(("rating_", "overall_")):
            return self.chance.choice([level for level in "LDE" if level != answer])
        return f"Not: {answer}"


def failures(tool: Tool, seed: int, number: int) -> list[str]:
    """Plants so many contradictions and reads them; one line for each that was counted, not named, or did harm."""
    features = tool.framework.features
    levels = [rating_name(s.id) for f in features for s in f.used_statements] + [overall_name(f.id) for f in features]
    makers = _Makers(columns(tool), levels, random.Random(seed), count(1))
    wrong: list[str] = []
    planted = 0
    while planted < number:
        files: dict[str, bytes] = {}
        plants: list[Plant] = []
        for make in _BATCHES:
            plants += make(makers, files)
        planted += len(plants)
        found = round_of(files_of(files.items()), tool, reading_in=Processes.ONE)
        found.accounts.check()
        wrong += [
            f"{plant.file}: {plant.how}, {plant.field}: {why}" for plant in plants for why in _failed(plant, found)
        ]
    return wrong


def _failed(plant: Plant, found: Round) -> Iterator[str]:
    responses = [one for one in found.responses if one.record.reference == plant.reference]
    if not any(_names(problem, plant) for problem in found.problems):
        yield "not named"
    if plant.aside:
        if responses:
            yield "counted"
        return
    if len(responses) != 1:
        yield "the rest of it is lost"
        return
    yield from _compared(plant, responses[0])


def _names(problem: Problem, plant: Plant) -> bool:
    if problem.place.file != plant.file or not re.search(plant.spot, str(problem.place)):
        return False
    line = str(problem)
    return plant.aside or header_of_name(plant.field) in line or plant.field in line


def _compared(plant: Plant, response: Response) -> Iterator[str]:
    said = said_by(response) | {"record_group_size": ""}
    rest = {name: text for name, text in plant.answers.items() if name != plant.field}
    if plant.field in said:
        yield f"counted as {said[plant.field]!r}"
    lost = [name for name, text in rest.items() if said.get(name) != text]
    if lost:
        yield f"also lost: {', '.join(lost)}"
    invented = [name for name, text in said.items() if text and name not in rest]
    if invented:
        yield f"invented: {', '.join(invented)}"


# ---- rows of text


def _csv(makers: _Makers, files: dict[str, bytes]) -> list[Plant]:
    name = f"{next(makers.numbers)}.csv"
    rows, plants = [], []
    separator = makers.chance.choice(",;\t")
    for number in range(2, _IN_A_FILE + 2):
        answers = makers.answers()
        row = [answers.get(column, "") for column in makers.names]
        how = makers.chance.choice(_ROW_CHANGES)
        field = how(makers, row, answers)
        plants.append(Plant(name, f":{number}$", answers["record_reference"], field, how.__name__, answers, aside=True))
        rows.append(row)
    files[name] = as_csv([[header_of_name(column) for column in makers.names], *rows], separator=separator)
    return plants


def _one_cell_more(makers: _Makers, row: list[str], _: Answers) -> str:
    at = makers.chance.randrange(1, len(row))
    row.insert(at, makers.chance.choice(("", " North", "L")))
    if not row[-1] and makers.chance.random() < 0.5:
        row.append("")
    return makers.names[at]


def _one_cell_less(makers: _Makers, row: list[str], _: Answers) -> str:
    at = makers.chance.randrange(1, len(row))
    del row[at : at + makers.chance.randrange(1, 4)]
    return makers.names[at]


def _level_as_comment(makers: _Makers, row: list[str], _: Answers) -> str:
    name = makers.chance.choice([name for name in makers.names if name.startswith(("doing_", "improve_"))])
    row[makers.names.index(name)] = makers.chance.choice(("L", "d", "Effective", "\u200bE"))
    return name


def _role_as_area(makers: _Makers, row: list[str], _: Answers) -> str:
    row[makers.names.index("record_area")] = makers.chance.choice(("manager", "Practitioner", "22/11/2026"))
    return "record_area"


def _level_as_lead(makers: _Makers, row: list[str], _: Answers) -> str:
    name = makers.chance.choice(("record_lead", "record_contributors"))
    row[makers.names.index(name)] = makers.chance.choice(("L", "Developing", "Ｅ", "2026-11-22"))
    return name


_ROW_CHANGES = (_one_cell_more, _one_cell_less, _level_as_comment, _role_as_area, _level_as_lead)

# ---- cells of workbooks


def _cell(place: str, text: str, style: str = "") -> str:
    style = f' s="{style}"' if style else ""
    return f'<c r="{place}" t="inlineStr"{style}><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _said_twice(makers: _Makers, place: str, name: str, text: str) -> str:
    return _cell(place, text) + _cell(place, makers.other(name, text))


def _struck(_: _Makers, place: str, __: str, text: str) -> str:
    return _cell(place, text, "1")


def _struck_in_part(makers: _Makers, place: str, name: str, text: str) -> str:
    runs = f"<r><rPr><strike/></rPr><t>{escape(text)}</t></r><r><t> {escape(makers.other(name, text))}</t></r>"
    return f'<c r="{place}" t="inlineStr"><is>{runs}</is></c>'


def _error(_: _Makers, place: str, __: str, ___: str) -> str:
    return f'<c r="{place}" t="e"><v>#REF!</v></c>'


def _no_value(_: _Makers, place: str, __: str, ___: str) -> str:
    return f'<c r="{place}"><f>Z1</f></c>'


_CELLS = (_said_twice, _struck, _struck_in_part, _error, _no_value)
_STYLES = "<fonts><font/><font><strike/></font></fonts><cellXfs><xf/><xf fontId='1'/></cellXfs>"


def _workbook(makers: _Makers, files: dict[str, bytes]) -> list[Plant]:
    name = f"{next(makers.numbers)}.xlsx"
    header = "".join(_cell(f"{letters(c)}1", header_of_name(column)) for c, column in enumerate(makers.names, 1))
    rows, plants = [f'<row r="1">{header}</row>'], []
    for number in range(2, _IN_A_FILE + 2):
        answers = makers.answers()
        field, how = makers.answered(answers), makers.chance.choice(_CELLS)
        cells = [
            how(makers, place, column, answers[column]) if column == field else _cell(place, answers[column])
            for c, column in enumerate(makers.names, 1)
            if column in answers
            for place in (f"{letters(c)}{number}",)
        ]
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
        plants.append(Plant(name, f"![A-Z]+{number}$", answers["record_reference"], field, how.__name__, answers))
    files[name] = xlsx_of(f"<sheetData>{''.join(rows)}</sheetData>", styles=_STYLES)
    return plants


_OPEN_STYLE = (
    '<style:style style:name="struck" style:family="{}">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
)


def _open_cell(text: str, style: str = "") -> str:
    style = f' table:style-name="{style}"' if style else ""
    plain = escape(text).replace("\t", "<text:tab/>")
    return f'<table:table-cell office:value-type="string"{style}><text:p>{plain}</text:p></table:table-cell>'


def _open_document(makers: _Makers, files: dict[str, bytes]) -> list[Plant]:
    name = f"{next(makers.numbers)}.ods"
    rows, plants = ["".join(_open_cell(header_of_name(column)) for column in makers.names)], []
    for number in range(2, _IN_A_FILE + 2):
        answers = makers.answers()
        field = makers.answered(answers)
        spanned = makers.chance.random() < 0.5
        cells = []
        for column in makers.names:
            cell = (
                _open_cell(answers[column], "" if spanned or column != field else "struck") if column in answers else ""
            )
            if spanned and column == field:
                cell = cell.replace("<text:p>", '<text:p><text:span text:style-name="struck">')
                cell = cell.replace("</text:p>", "</text:span></text:p>")
            cells.append(cell or "<table:table-cell/>")
        rows.append("".join(cells))
        how = "a struck part" if spanned else "a struck cell"
        plants.append(Plant(name, f"![A-Z]+{number}$", answers["record_reference"], field, how, answers))
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    styles = _OPEN_STYLE.format("table-cell")
    files[name] = ods_of(f'<table:table table:name="Returns">{table}</table:table>', styles)
    return plants


# ---- records


def _beside(makers: _Makers, record: dict[str, Any], name: str, answer: str, second: str) -> str:
    """The record as JSON with a second value under the key of an answer, before it or behind it."""
    part, key = _part_of(name)
    text, first = json.dumps(record), f'"{key}": "{answer}"'
    at = text.index(first, text.index(f'"{part}"'))
    both = [first, f'"{key}": {second}']
    makers.chance.shuffle(both)
    return text[:at] + ", ".join(both) + text[at + len(first) :]


def _key_twice(makers: _Makers, record: dict[str, Any], name: str, answer: str) -> str:
    return _beside(makers, record, name, answer, json.dumps(makers.other(name, answer)))


def _none_beside(makers: _Makers, record: dict[str, Any], name: str, answer: str) -> str:
    return _beside(makers, record, name, answer, makers.chance.choice(("null", '""', '"Off"')))


def _under_another_name(makers: _Makers, record: dict[str, Any], name: str, answer: str) -> str:
    return json.dumps(record | {"more": {name: makers.other(name, answer)}})


def _part_of(name: str) -> tuple[str, str]:
    item = item_of(name)
    assert item is not None
    return {"rating": "ratings", "overall": "overall"}[item.kind], item.id


_RECORDS = (_key_twice, _none_beside, _under_another_name)


def _records(makers: _Makers, files: dict[str, bytes]) -> list[Plant]:
    name = f"{next(makers.numbers)}.json"
    texts, plants = [], []
    for number in range(_IN_A_FILE):
        answers = makers.answers()
        field, how = makers.level(answers), makers.chance.choice(_RECORDS)
        texts.append(how(makers, record_of(answers), field, answers[field]))
        spot = rf"\$\[{number}\]"
        plants.append(Plant(name, spot, answers["record_reference"], field, how.__name__, answers))
    files[name] = f"[{', '.join(texts)}]".encode()
    return plants


# ---- exported forms


def _forms(makers: _Makers, files: dict[str, bytes]) -> list[Plant]:
    plants = []
    for _ in range(_IN_A_FILE // 4):
        kind = makers.chance.choice(("fdf", "xfdf"))
        name, answers = f"{next(makers.numbers)}.{kind}", makers.answers()
        field = makers.answered(answers)
        as_name = makers.chance.choice((field, f"form1.{field}", f"form1[0].page2[0].{field}[0]"))
        level = field.startswith(("rating_", "overall_"))
        other = makers.chance.choice((makers.other(field, answers[field]), "Off" if level else ""))
        files[name] = _fdf(answers, as_name, other, level) if kind == "fdf" else _xfdf(answers, as_name, other)
        how = f"{other!r} in a second {as_name}"
        plants.append(Plant(name, "", answers["record_reference"], field, how, answers))
    return plants


def _fdf(answers: Answers, name: str, other: str, level: bool) -> bytes:
    value = f"/{other}" if level else f"<feff{other.encode('utf-16-be').hex()}>"
    return as_fdf(answers).replace(b"] >> >>", f"<< /T ({name}) /V {value} >>\n] >> >>".encode())


def _xfdf(answers: Answers, name: str, other: str) -> bytes:
    entry = f"<field name={quoteattr(name)}><value>{escape(other)}</value></field>"
    return as_xfdf(answers).replace(b"</fields>", f"{entry}</fields>".encode())


_BATCHES: Sequence[Callable[[_Makers, dict[str, bytes]], list[Plant]]] = (
    _csv,
    _workbook,
    _open_document,
    _records,
    _forms,
)
