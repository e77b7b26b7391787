"""Two typings of the same paper returns, compared cell by cell.

Rows are matched by reference. Two cells are equal if they mean the same (`L`, `limited`; a day written in two ways) or
are the same text but for line ends and white space at the ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pmdiag_build.content.field_names import ENTRY_SHEET, PACK_ID, PackId, header_of_name, item_of, record_name
from pmdiag_build.content.fields import question_fingerprints
from pmdiag_build.content.model import Tool, fill
from pmdiag_build.problems import Fault, Problem, Severity, UsageWrong, in_order, shortened, some
from pmdiag_build.rendering.workbook import fits
from pmdiag_build.returns.completeness import pack_id_of_footer
from pmdiag_build.returns.decode import NOT_ANSWERED, is_no_answer
from pmdiag_build.returns.entry_sheet import Difference, Stamp, columns, stamp_of
from pmdiag_build.returns.find_files import File, bytes_of
from pmdiag_build.returns.questionnaire import Questionnaire, code_of
from pmdiag_build.returns.raw import RawRecord, RowPlaces
from pmdiag_build.returns.readers import readings
from pmdiag_build.returns.response import key_of
from pmdiag_build.text import day_of, visible

_REFERENCE, _DATE = record_name("reference"), record_name("date")
_LONGEST_SHOWN = 200
"""Letters of a text in a line; the sheet of differences has it whole."""
_DECIDE = "Look at the paper, and put the right answer into the decision sheet"
_DECIDE_ROW = "Look for the paper, and decide in the decision sheet whether the row counts"
NOT_TYPED = Fault("{item} was not typed in {other}", _DECIDE_ROW, "{count} rows were not typed in {other}: {places}")
NO_REFERENCE = Fault(
    "This row has no reference that can be read, so it can't be compared",
    _DECIDE_ROW,
    several="{count} rows have no reference that can be read, so they can't be compared: {places}",
)
SAME_REFERENCE = Fault(
    "{item}: another row has the same reference",
    _DECIDE_ROW,
    several="{count} rows have a reference that another row has: {places}",
)
DIFFERENT = Fault("{reference}, {item}: {one} here and {other} in {there}", _DECIDE)
OF_DIFFERENCES = (NOT_TYPED, NO_REFERENCE, SAME_REFERENCE, DIFFERENT)
"""What a comparison says of rows and cells to decide; all else that it says is about the sheets themselves."""
OTHER_STAMP = Fault(
    "The two sheets name different wordings: {one} here, {two} in {other}",
    "Copy the rows of both into new entry sheets of the edition that is on the papers",
)
TOO_LONG = Fault("{item} is longer than a cell of a workbook can be", "Shorten it")
NOT_A_SHEET = Fault("This is not an entry sheet", "Give two entry sheets")
NOT_OUR_SHEET = Fault(
    "This sheet does not ask just what an entry sheet of edition {edition} asks, so no rows can be added to it here",
    "Leave it as it is among the returns, and type the others into a new sheet",
)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row that only one typing has, or that can't be matched; `row` counts those of the decision sheet, from 0."""

    row: int
    file: str
    reference: str
    problem: Problem


@dataclass(slots=True)
class Comparison:
    """What differs. `rows` are the rows of the decision sheet: cells agreed on, and marked ones to decide.

    `stamp`: what both typings say that they ask; None where they say nothing, or not the same.
    """

    compared: int = 0
    cells: int = 0
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    stamp: Stamp | None = None

    @property
    def to_decide(self) -> bool:
        return bool(self.differences or self.unmatched)


@dataclass(frozen=True, slots=True)
class _Typing:
    """One file: its rows by reference as it is compared, rows that can't be matched with the fault, its columns.

    `stamps`: what its sheets say that they ask, by what they call it; None is one that says nothing.
    """

    name: str
    rows: Mapping[str, RawRecord]
    odd: list[tuple[RawRecord, Fault]]
    columns: list[str]
    stamps: Mapping[str, Stamp | None]


def compare(first: File, second: File, tool: Tool) -> Comparison:
    """Compares two entry sheets of any format. Raises UsageWrong for any other file."""
    result = Comparison()
    questionnaire = Questionnaire.of(tool)
    one, other = (_typing(file, questionnaire, result) for file in (first, second))
    result.stamp = _same_stamp(one, other, result)
    _Comparer(tool, questionnaire, one, other, result).run()
    result.problems = in_order(result.problems)
    return result


def typed_rows(file: File, tool: Tool) -> list[dict[str, str]]:
    """The rows of an entry sheet, to go on typing in it: field name → text of the cell.

    Raises UsageWrong for any other file, where a row can't be read, and where the sheet asks anything else than an
    empty one: its rows would be saved as answers to that.
    """
    result = Comparison()
    records = _records(file, Questionnaire.of(tool), result)
    unread = [problem for record in records for problem in _unread(record)]
    if wrong := [problem for problem in (*result.problems, *unread) if problem.severity is Severity.ERROR]:
        raise UsageWrong(in_order(wrong))
    # A sheet's columns of comments have stamps too, but a reader takes from them only which column it is.
    ours = Stamp(stamp_of(tool).sheet, question_fingerprints(tool))
    if any(not _has_footer(record) and _stamp(record) != ours for record in records):
        raise UsageWrong.one(file.name, NOT_OUR_SHEET, edition=tool.edition)
    return [{name: text for name in record.values if (text := _cell(record, name))} for record in records]


def _typing(file: File, questionnaire: Questionnaire, result: Comparison) -> _Typing:
    name = file.name
    records = _records(file, questionnaire, result)
    rows: dict[str, RawRecord] = {}
    odd: list[tuple[RawRecord, Fault]] = []
    for record in records:
        result.problems += _unread(record)
        reference = _key(record)
        if not reference:
            odd.append((record, NO_REFERENCE))
        elif reference in rows:
            odd.append((record, SAME_REFERENCE))
        else:
            rows[reference] = record
    stamps: dict[str, Stamp | None] = {}
    for record in records:
        if not _has_footer(record):
            stamp = _stamp(record)
            stamps.setdefault(str(stamp.sheet) if stamp else "nothing", stamp)
    names = list(dict.fromkeys(column for record in records for column in _columns(record)))
    return _Typing(name, rows, odd, names, stamps)


def _stamp(record: RawRecord) -> Stamp | None:
    """What the sheet of a row says that it asks."""
    sheet = PackId.parse("".join(record.values.get(PACK_ID, ())))
    return Stamp(sheet, dict(record.asked)) if sheet is not None and sheet.pack == ENTRY_SHEET else None


def _has_footer(record: RawRecord) -> bool:
    """Does the row itself say what was asked?"""
    return PACK_ID in record.unread or (PACK_ID in record.values and _stamp(record) is None)


def _same_stamp(one: _Typing, other: _Typing, result: Comparison) -> Stamp | None:
    """What both typings say that they ask. Where one says something else or nothing, that is a problem."""
    names = {*one.stamps, *other.stamps}
    if len(names) > 1:
        facts = some(list(one.stamps)), some(list(other.stamps))
        result.problems.append(OTHER_STAMP.at(one.name, one=facts[0], two=facts[1], other=other.name))
        return None
    found = [stamp for typing in (one, other) for stamp in typing.stamps.values() if stamp is not None]
    # Where one of them has lost what it said of a column, the other one still says it.
    return Stamp(found[0].sheet, {**found[0].asked, **found[-1].asked}) if found else None


def _records(file: File, questionnaire: Questionnaire, result: Comparison) -> list[RawRecord]:
    """The rows of an entry sheet. Raises UsageWrong for any other file."""
    data = bytes_of(file)
    if isinstance(data, Problem):
        raise UsageWrong([data])
    records: list[RawRecord] = []
    for _, _, reading in readings(file.name, data):
        if not reading.records and reading.set_aside:
            raise UsageWrong(reading.set_aside)
        records += reading.records
        result.problems += reading.problems + reading.set_aside + reading.strange_sheets(questionnaire.own_sheets)
    if not all(record.form == "row" for record in records):
        raise UsageWrong.one(file.name, NOT_A_SHEET)
    return records


def _columns(record: RawRecord) -> Iterable[str]:
    return record.places.columns if isinstance(record.places, RowPlaces) else ()


def _unread(record: RawRecord) -> Iterator[Problem]:
    """What tabulating would report of cells without a value: they must be decided, even if both typings have them."""
    for name, unread in record.unread.items():
        yield unread.at(record.places.of(name), header_of_name(name))


def _key(record: RawRecord) -> str:
    reference = _cell(record, _REFERENCE)
    unread = _REFERENCE in record.unread or visible(reference).strip() == NOT_ANSWERED
    return "" if unread else key_of(reference)


def _cell(record: RawRecord, name: str) -> str:
    if name in record.unread:
        return " ".join(record.unread[name].given)
    if name == PACK_ID and not _has_footer(record):
        return ""
    text = " ".join(record.values.get(name, ()))
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
                self._single(record, self.first, NOT_TYPED, self.second.name)
            else:
                self._pair(record, twin)
        for reference, record in self.second.rows.items():
            if reference not in self.first.rows:
                self._single(record, self.second, NOT_TYPED, self.first.name)
        for typing in (self.first, self.second):
            for record, fault in typing.odd:
                self._single(record, typing, fault)

    def _single(self, record: RawRecord, typing: _Typing, fault: Fault, other: str = "") -> None:
        reference = _cell(record, _REFERENCE)
        problem = fault.at(record.places.whole(), item=reference if _key(record) else "", other=other)
        self.result.problems.append(problem)
        self.result.unmatched.append(Unmatched(len(self.result.rows), typing.name, reference, problem))
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
        texts = [
            f"“{shortened(text, _LONGEST_SHOWN)}”" if text.strip() else self.words["decide_empty"]
            for text in (one, other)
        ]
        problem = DIFFERENT.at(
            record.places.of(name),
            reference=_cell(record, _REFERENCE),
            item=header_of_name(name),
            one=texts[0],
            other=texts[1],
            there=str(twin.places.of(name)),
        )
        self.result.problems.append(problem)

    def _to_decide(self, one: str, other: str) -> str:
        shown = [text.strip() or self.words["decide_empty"] for text in (one, other)]
        text = self._filled("decide_cell", first=shown[0], second=shown[1])
        return text if fits(text) else self._filled("decide_long", differences=self.words["sheet_differences"])

    def _whole(self, record: RawRecord, name: str) -> str:
        """A cell's text; raises UsageWrong where a cell of the decision sheet would cut it."""
        text = _cell(record, name)
        if not fits(text):
            raise UsageWrong.one(record.places.of(name), TOO_LONG, item=header_of_name(name))
        return text

    def _filled(self, key: str, **values: str) -> str:
        return fill(self.words[key], undecided=self.questionnaire.undecided, **values)

    def _meaning(self, name: str, text: str) -> str:
        item = item_of(name)
        plain = text.strip()
        if name == PACK_ID:
            return pack_id_of_footer(plain, self.questionnaire) or plain
        words = self._words(item.kind, item.id) if item is not None else {}
        if words:
            return "" if is_no_answer(plain) else code_of(plain, words) or plain
        day = day_of(plain) if name == _DATE else None
        return plain if day is None else day.isoformat()

    def _words(self, kind: str, id: str) -> Mapping[str, str]:
        if kind in ("rating", "overall"):
            return self.questionnaire.levels
        lists = {"role": self.questionnaire.roles, "mode": self.questionnaire.modes}
        return lists.get(id, {}) if kind == "record" else {}
