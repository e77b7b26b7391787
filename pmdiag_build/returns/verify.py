"""Two typings of the same paper returns, compared cell by cell. Writes nothing.

Rows are matched by reference. Two cells are equal if they mean the same (`L`, `limited`) or are the same text but for
line ends and white space at the ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pmdiag_build.content.fields import record_name
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Problem, UsageWrong
from pmdiag_build.returns.asked import Asked, code_of
from pmdiag_build.returns.decode import NOT_ANSWERED
from pmdiag_build.returns.entry_sheet import Difference, columns
from pmdiag_build.returns.names import header_of_name, item_of
from pmdiag_build.returns.raw import RawRecord
from pmdiag_build.returns.readers import readings
from pmdiag_build.returns.reference import key_of
from pmdiag_build.returns.workbook import LONGEST_CELL

_REFERENCE = record_name("reference")
_LOOK = "Look at the paper and decide it in the adjudication sheet"


@dataclass(slots=True)
class Comparison:
    """What came of it. `rows` are the rows of the adjudication sheet: cells agreed on, and marked ones to decide."""

    compared: int = 0
    cells: int = 0
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unmatched: int = 0
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def to_decide(self) -> bool:
        return bool(self.differences or self.unmatched)


@dataclass(frozen=True, slots=True)
class _Typing:
    """One file: its rows by reference as it is compared, and rows that can't be matched with the reason."""

    name: str
    rows: Mapping[str, RawRecord]
    odd: list[tuple[RawRecord, str]]


def compare(first: Path, second: Path, tool: Tool) -> Comparison:
    """Compares two entry sheets of any format. Raises UsageWrong for a file that is none."""
    result = Comparison()
    one, other = (_typing(path, result) for path in (first, second))
    comparer = _Comparer(tool, one, other, result)
    comparer.run()
    return result


def _typing(path: Path, result: Comparison) -> _Typing:
    name = path.name
    records: list[RawRecord] = []
    for _, _, reading in readings(name, path.read_bytes()):
        if not reading.records and reading.set_aside:
            raise UsageWrong(reading.set_aside)
        records += reading.records
        result.problems += reading.problems + reading.set_aside
    if not all(record.form == "row" for record in records):
        raise UsageWrong.one(name, "It is no entry sheet", "Give two entry sheets, as pmdiag entry-sheet writes them")
    rows: dict[str, RawRecord] = {}
    odd: list[tuple[RawRecord, str]] = []
    for record in records:
        reference = _key(record)
        if not reference:
            odd.append((record, "It has no reference, so it can't be compared"))
        elif reference in rows:
            odd.append((record, f"Its reference “{_cell(record, _REFERENCE)}” stands in this file twice"))
        else:
            rows[reference] = record
    return _Typing(name, rows, odd)


def _key(record: RawRecord) -> str:
    return key_of(_cell(record, _REFERENCE))


def _cell(record: RawRecord, name: str) -> str:
    if name in record.unread:
        return " ".join(record.unread[name][0])
    text = " ".join(record.values.get(name, ()))
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Comparer:
    def __init__(self, tool: Tool, first: _Typing, second: _Typing, result: Comparison) -> None:
        self.asked = Asked.by(tool)
        self.words = tool.words["sheet"]
        self.names = columns(tool)
        self.first = first
        self.second = second
        self.result = result

    def run(self) -> None:
        for reference, record in self.first.rows.items():
            twin = self.second.rows.get(reference)
            if twin is None:
                self._single(record, self.first, f"It was not typed in {self.second.name}")
            else:
                self._pair(record, twin)
        for reference, record in self.second.rows.items():
            if reference not in self.first.rows:
                self._single(record, self.second, f"It was not typed in {self.first.name}")
        for typing in (self.first, self.second):
            for record, why in typing.odd:
                self._single(record, typing, why)

    def _single(self, record: RawRecord, typing: _Typing, why: str) -> None:
        reference = _cell(record, _REFERENCE)
        label = f"{reference}: " if reference else ""
        self.result.problems.append(Problem(record.places.whole(), f"{label}{why}", _LOOK))
        self.result.unmatched += 1
        row = {name: text for name in self.names if (text := _cell(record, name))}
        row[_REFERENCE] = self._filled("decide_row", reference=reference, file=typing.name)
        self._add(row, record)

    def _pair(self, record: RawRecord, twin: RawRecord) -> None:
        row: dict[str, str] = {}
        for name in self.names:
            one, other = _cell(record, name), _cell(twin, name)
            self.result.cells += 1
            if name == _REFERENCE or self._meaning(name, one) == self._meaning(name, other):
                row[name] = one
                continue
            shown = [text.strip() or self.words["decide_empty"] for text in (one, other)]
            row[name] = self._filled("decide_cell", first=shown[0], second=shown[1])
            self._differ(record, twin, name, one, other)
        self.result.compared += 1
        self._add(row, record)

    def _differ(self, record: RawRecord, twin: RawRecord, name: str, one: str, other: str) -> None:
        place, elsewhere = record.places.of(name), twin.places.of(name)
        texts = [f"“{text}”" if text.strip() else self.words["decide_empty"] for text in (one, other)]
        reference = _cell(record, _REFERENCE)
        what = f"{reference}, {header_of_name(name)}: {texts[0]} here and {texts[1]} in {elsewhere}"
        self.result.problems.append(Problem(place, what, _LOOK))
        difference = Difference(len(self.result.rows), name, reference, one, other, place.spot or str(place.line))
        self.result.differences.append(difference)

    def _add(self, row: dict[str, str], record: RawRecord) -> None:
        for name, text in row.items():
            if len(text) > LONGEST_CELL and not text.startswith(self.asked.undecided):
                what = f"{header_of_name(name)} is longer than a cell of a workbook can be"
                raise UsageWrong([Problem(record.places.of(name), what, "Split it between two columns or shorten it")])
        self.result.rows.append(row)

    def _filled(self, key: str, **values: str) -> str:
        return self.words[key].format(undecided=self.asked.undecided, **values)

    def _meaning(self, name: str, text: str) -> str:
        item = item_of(name)
        plain = text.strip()
        words = self._words(item.kind, item.id) if item is not None else {}
        if words and plain == NOT_ANSWERED:
            return ""
        return code_of(plain, words) or plain

    def _words(self, kind: str, id: str) -> Mapping[str, str]:
        if kind in ("rating", "overall"):
            return self.asked.levels
        return {"role": self.asked.roles, "mode": self.asked.modes}.get(id, {}) if kind == "record" else {}
