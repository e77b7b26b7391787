"""Two typings of the same paper returns, compared cell by cell. Writes nothing.

Rows are matched by reference. Two cells are equal if they mean the same (`L`, `limited`) or are the same text but for
line ends and white space at the ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pmdiag_build.content.field_names import header_of_name, item_of, record_name
from pmdiag_build.content.model import Tool, fill
from pmdiag_build.problems import Fault, Problem, UsageWrong
from pmdiag_build.rendering.workbook import fits
from pmdiag_build.returns.decode import NOT_ANSWERED
from pmdiag_build.returns.entry_sheet import Difference, columns
from pmdiag_build.returns.find_files import File
from pmdiag_build.returns.questionnaire import Questionnaire, code_of
from pmdiag_build.returns.raw import RawRecord, RowPlaces
from pmdiag_build.returns.read_files import bytes_of
from pmdiag_build.returns.readers import readings
from pmdiag_build.returns.response import key_of

_REFERENCE = record_name("reference")
_LONGEST_SHOWN = 200
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
    """One file: its rows by reference as it is compared, rows that can't be matched with the reason, its columns."""

    name: str
    rows: Mapping[str, RawRecord]
    odd: list[tuple[RawRecord, str]]
    columns: list[str]


def compare(first: Path, second: Path, tool: Tool) -> Comparison:
    """Compares two entry sheets of any format. Raises UsageWrong for a file that is none."""
    result = Comparison()
    questionnaire = Questionnaire.of(tool)
    one, other = (_typing(path, questionnaire, result) for path in (first, second))
    _Comparer(tool, questionnaire, one, other, result).run()
    return result


def _typing(path: Path, questionnaire: Questionnaire, result: Comparison) -> _Typing:
    name = path.name
    records = _records(path, questionnaire, result)
    rows: dict[str, RawRecord] = {}
    odd: list[tuple[RawRecord, str]] = []
    for record in records:
        result.problems += _unread(record)
        reference = _key(record)
        if not reference:
            odd.append((record, f"Row {_row(record)} has no reference that can be read, so it can't be compared"))
        elif reference in rows:
            given = _cell(record, _REFERENCE)
            odd.append((record, f"The reference “{given}” of row {_row(record)} stands in this file twice"))
        else:
            rows[reference] = record
    return _Typing(name, rows, odd, list(dict.fromkeys(column for record in records for column in _columns(record))))


def _records(path: Path, questionnaire: Questionnaire, result: Comparison) -> list[RawRecord]:
    data = bytes_of(File(path.name, path))
    if isinstance(data, Problem):
        raise UsageWrong([data])
    records: list[RawRecord] = []
    for _, _, reading in readings(path.name, data):
        if not reading.records and reading.set_aside:
            raise UsageWrong(reading.set_aside)
        records += reading.records
        result.problems += reading.problems + reading.set_aside + reading.strange_sheets(questionnaire.own_sheets)
    if not all(record.form == "row" for record in records):
        fix = "Give two entry sheets, as pmdiag entry-sheet writes them"
        raise UsageWrong.one(path.name, Fault("It is no entry sheet", fix))
    return records


def _columns(record: RawRecord) -> Iterable[str]:
    return record.places.columns if isinstance(record.places, RowPlaces) else ()


def _row(record: RawRecord) -> int:
    return record.places.row if isinstance(record.places, RowPlaces) else 0


def _unread(record: RawRecord) -> Iterator[Problem]:
    """What tabulating would say of cells without a value: they are to be decided, even if both typings have them."""
    for name, (_, fault) in record.unread.items():
        yield Problem(record.places.of(name), Fault(f"{header_of_name(name)}: {fault.what}", fault.fix))


def _key(record: RawRecord) -> str:
    reference = _cell(record, _REFERENCE)
    unread = _REFERENCE in record.unread or reference.strip() == NOT_ANSWERED
    return "" if unread else key_of(reference)


def _cell(record: RawRecord, name: str) -> str:
    if name in record.unread:
        return " ".join(record.unread[name][0])
    text = " ".join(record.values.get(name, ()))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _shortened(text: str) -> str:
    """As much of a text as a line can show; the sheet of differences has it whole."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


class _Comparer:
    def __init__(
        self, tool: Tool, questionnaire: Questionnaire, first: _Typing, second: _Typing, result: Comparison
    ) -> None:
        self.questionnaire = questionnaire
        self.words = tool.words["sheet"]
        self.names = list(dict.fromkeys([*columns(tool), *first.columns, *second.columns]))
        self.first = first
        self.second = second
        self.result = result

    def run(self) -> None:
        for reference, record in self.first.rows.items():
            twin = self.second.rows.get(reference)
            if twin is None:
                self._single(record, self.first, f"Row {_row(record)} was not typed in {self.second.name}")
            else:
                self._pair(record, twin)
        for reference, record in self.second.rows.items():
            if reference not in self.first.rows:
                self._single(record, self.second, f"Row {_row(record)} was not typed in {self.first.name}")
        for typing in (self.first, self.second):
            for record, why in typing.odd:
                self._single(record, typing, why)

    def _single(self, record: RawRecord, typing: _Typing, why: str) -> None:
        reference = _cell(record, _REFERENCE)
        label = f"{reference}: " if _key(record) else ""
        self.result.problems.append(Problem(record.places.whole(), Fault(f"{label}{why}", _LOOK)))
        self.result.unmatched += 1
        row = {name: text for name in self.names if (text := self._whole(record, name))}
        row[_REFERENCE] = self._filled("decide_row", reference=reference, file=typing.name)
        self.result.rows.append(row)

    def _pair(self, record: RawRecord, twin: RawRecord) -> None:
        row: dict[str, str] = {}
        for name in self.names:
            one, other = self._whole(record, name), self._whole(twin, name)
            self.result.cells += 1
            same = self._meaning(name, one) == self._meaning(name, other)
            if name == _REFERENCE or (same and name not in record.unread and name not in twin.unread):
                row[name] = one
                continue
            row[name] = self._to_decide(one, other)
            self._differ(record, twin, name, one, other)
            if not same:
                self._say(record, twin, name, one, other)
        self.result.compared += 1
        self.result.rows.append(row)

    def _differ(self, record: RawRecord, twin: RawRecord, name: str, one: str, other: str) -> None:
        place = record.places.of(name)
        spot = place.spot or str(place.line)
        difference = Difference(len(self.result.rows), name, _cell(record, _REFERENCE), one, other, spot)
        self.result.differences.append(difference)

    def _say(self, record: RawRecord, twin: RawRecord, name: str, one: str, other: str) -> None:
        texts = [f"“{_shortened(text)}”" if text.strip() else self.words["decide_empty"] for text in (one, other)]
        label = f"{_cell(record, _REFERENCE)}, {header_of_name(name)}"
        what = f"{label}: {texts[0]} here and {texts[1]} in {twin.places.of(name)}"
        self.result.problems.append(Problem(record.places.of(name), Fault(what, _LOOK)))

    def _to_decide(self, one: str, other: str) -> str:
        shown = [text.strip() or self.words["decide_empty"] for text in (one, other)]
        text = self._filled("decide_cell", first=shown[0], second=shown[1])
        return text if fits(text) else self._filled("decide_long", differences=self.words["sheet_differences"])

    def _whole(self, record: RawRecord, name: str) -> str:
        """A cell's text; raises UsageWrong where a cell of the adjudication sheet would cut it."""
        text = _cell(record, name)
        if not fits(text):
            what = f"{header_of_name(name)} is longer than a cell of a workbook can be"
            raise UsageWrong(
                [Problem(record.places.of(name), Fault(what, "Split it between two columns or shorten it"))]
            )
        return text

    def _filled(self, key: str, **values: str) -> str:
        return fill(self.words[key], undecided=self.questionnaire.undecided, **values)

    def _meaning(self, name: str, text: str) -> str:
        item = item_of(name)
        plain = text.strip()
        words = self._words(item.kind, item.id) if item is not None else {}
        if words and plain == NOT_ANSWERED:
            return ""
        return code_of(plain, words) or plain

    def _words(self, kind: str, id: str) -> Mapping[str, str]:
        if kind in ("rating", "overall"):
            return self.questionnaire.levels
        lists = {"role": self.questionnaire.roles, "mode": self.questionnaire.modes}
        return lists.get(id, {}) if kind == "record" else {}
