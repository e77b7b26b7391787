"""One file → responses, and many files in several processes.

A reader that crashes ends its process, not the round: the file is found and set aside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.at_once import processors
from pmdiag_build.content.field_names import (
    MORE_ROOM,
    PACK_ID,
    RECORD_FIELDS,
    PackId,
    header_of_name,
    item_of,
    record_name,
    sheet_names,
)
from pmdiag_build.problems import Fault, Location, Problem, some
from pmdiag_build.returns import limits
from pmdiag_build.returns.completeness import (
    NOT_A_FOOTER,
    foreign,
    incomplete,
    lacking_in,
    runs,
    shifted,
    with_footer_read,
)
from pmdiag_build.returns.decode import EDITION_NOT_SAID, NOT_IN_THIS_EDITION, decode
from pmdiag_build.returns.find_files import File, bytes_of
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.raw import ASK_AGAIN, TAKE_OUT, RawRecord, Reading, RowPlaces, TooBig, set_aside
from pmdiag_build.returns.readers import TOO_BIG, readings, unforeseen
from pmdiag_build.returns.readers.sheet import other_sheet
from pmdiag_build.returns.readers.table import COMPARE_HEADERS
from pmdiag_build.returns.response import Record, Response

if TYPE_CHECKING:
    # Loaded where processes are really started: a round in one entry sheet needs none.
    from concurrent.futures import Future

_REFERENCE = record_name("reference")
_OF_REVIEW = "This is the meeting's own record ({parts}), not someone's answers"
REVIEW_ONLY = Fault(_OF_REVIEW, "Keep it with the review's papers")
REVIEW_SAVED = Fault(
    f"{_OF_REVIEW}. It was saved on screen, and the page that saved it opens it again",
    "Keep it with the review's papers",
)
_REVIEW_PARTS = {"summary of the review": ("agreed_", "summary_"), "action plan": ("plan_", "action_")}
"""What the fields of a review's own record are called by → how their names begin."""
HANDOUT = Fault("This is the pack “{pack}”, which has no form to fill in", TAKE_OUT)
NO_QUESTION = Fault("None of its column headers is a question of the tool", COMPARE_HEADERS)
MISSING_COLUMNS = Fault(
    "No column for {columns} was found, so nothing was counted for these questions",
    "Correct the header row if they were answered",
)
UNDECIDED_ROW = Fault(
    "It is not decided yet whether this row counts",
    "Look for the paper: write its reference alone if there is one, delete the row if not",
    several="It is not decided yet whether these {count} rows count: {places}",
    fix_all="Look for each paper: write its reference alone if there is one, delete the row if not",
)
TWO_REFERENCES = Fault("The return has more than one reference ({both}), so it was not counted", "Keep the right one")
CRASHED = Fault("Reading this file ended the program: it is damaged or needs too much memory", ASK_AGAIN)
STOPPED = Fault("Reading this file was stopped, so nothing in it was counted", "Read it again, or take it out")
_CHUNK = 8
"""Files that a process is given at a time: the fewer, the shorter the others wait for the last one."""
_INLINE_AT_MOST = 32
"""Starting processes takes longer than reading this many files."""


@dataclass(slots=True)
class FileResult:
    """What one file (with the files in it, if it is a ZIP) gave. `returns` counts the records found, good or not."""

    responses: list[Response] = field(default_factory=list)
    set_aside: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    returns: int = 0

    def add(self, other: FileResult) -> None:
        """Takes in what another file gave."""
        self.responses += other.responses
        self.set_aside += other.set_aside
        self.problems += other.problems
        self.ignored += other.ignored
        self.returns += other.returns


def read_file(file: File, questionnaire: Questionnaire) -> FileResult:
    """Reads one file; what is wrong with it becomes a problem, nothing is raised."""
    try:
        return _read_file(file, questionnaire)
    except Exception as error:  # noqa: BLE001 - one file that breaks something must not stop the others
        return FileResult(set_aside=[unforeseen(file.name, error)], returns=1)


def _read_file(file: File, questionnaire: Questionnaire) -> FileResult:
    result = FileResult()
    data = bytes_of(file)
    if isinstance(data, Problem):
        result.returns += 1
        result.set_aside.append(data)
        return result
    path = file.content if isinstance(file.content, Path) else None
    for name, content, reading in readings(file.name, data, path):
        try:
            result.add(_taken(name, content, reading, questionnaire))
        except TooBig as error:
            result.returns += 1
            result.set_aside.append(TOO_BIG.at(name, why=str(error)))
    return result


def _taken(name: str, content: bytes, reading: Reading, questionnaire: Questionnaire) -> FileResult:
    """What one file gave that contains no other. Raises TooBig for more than a round can have of one file."""
    result = FileResult()
    letters = 0
    reading = _without_foreign(name, reading, questionnaire)
    digest = hashlib.blake2b(content, digest_size=16).digest()
    result.returns += len(reading.records) + len(reading.set_aside)
    handout = questionnaire.handouts.get(reading.title)
    result.set_aside += reading.set_aside if handout is None else [HANDOUT.at(name, pack=handout)]
    result.problems += reading.problems + reading.strange_sheets(questionnaire.own_sheets)
    result.ignored += reading.ignored
    sheets: set[str] = set()
    for raw in _emptied(reading.records):
        letters += _letters_in(raw)
        if letters > limits.LETTERS_TOGETHER:
            raise TooBig(f"its answers have more than {limits.LETTERS_TOGETHER:,} letters")
        if len(result.problems) > limits.MESSAGES:
            raise TooBig(f"it has more than {limits.MESSAGES:,} faults")
        _say_missing_columns(raw, reading, questionnaire, sheets, result)
        problem = incomplete(raw, questionnaire) or shifted(raw, questionnaire)
        if problem is not None:
            result.set_aside.append(problem)
            continue
        problems: list[Problem] = []
        raw, problem = _if_sure(raw, questionnaire)
        response = decode(raw, questionnaire, problems, digest=digest)
        if problem is not None or (problem := _no_response(raw, response, questionnaire)) is not None:
            result.set_aside.append(problem)
            unknown = problem.fault is NOT_A_FOOTER
            result.problems += [one for one in problems if not (unknown and _of_its_edition(one))]
            continue
        if (lack := lacking_in(raw, questionnaire)) is not None:
            result.problems.append(lack)
        result.problems += problems + runs(raw)
        result.responses.append(response)
    return result


def _emptied(records: list[RawRecord]) -> Iterator[RawRecord]:
    """The records, which leave the list: 100,000 of them take as much memory as what is made of them."""
    records.reverse()
    while records:
        yield records.pop()


def _letters_in(raw: RawRecord) -> int:
    """How many letters its answers have. Raises TooBig for more than a return has."""
    letters = sum(map(len, chain.from_iterable(raw.values.values())))
    letters += sum(len(text) for unread in raw.unread.values() for text in unread.given)
    if letters > limits.LETTERS:
        raise TooBig(f"a single return has more than {limits.LETTERS:,} letters")
    return letters


def _without_foreign(name: str, reading: Reading, questionnaire: Questionnaire) -> Reading:
    """The reading without the rows of tables that are not entry sheets; what was said of these goes with them."""
    rows: dict[str, list[RawRecord]] = {}
    for raw in reading.records:
        if isinstance(raw.places, RowPlaces):
            rows.setdefault(raw.places.sheet, []).append(raw)
    strange = {sheet for sheet, records in rows.items() if foreign(records, questionnaire)}
    if not strange:
        return reading
    if strange == rows.keys():
        return set_aside(name, NO_QUESTION)
    kept = Reading(ignored=reading.ignored, title=reading.title, other_sheets=dict(reading.other_sheets))
    kept.named_columns = reading.named_columns
    kept.records = [raw for raw in reading.records if getattr(raw.places, "sheet", None) not in strange]
    kept.set_aside = [one for one in reading.set_aside if _sheet_of(one) not in strange]
    kept.problems = [one for one in reading.problems if _sheet_of(one) not in strange]
    kept.problems += [other_sheet(name, sheet) for sheet in sorted(strange)]
    return kept


def _sheet_of(problem: Problem) -> str:
    return problem.place.spot.rpartition("!")[0] or problem.place.spot


def _say_missing_columns(
    raw: RawRecord, reading: Reading, questionnaire: Questionnaire, sheets: set[str], result: FileResult
) -> None:
    """Names the questions without a column, once a sheet; a column that is there and was not read is named already."""
    if not isinstance(raw.places, RowPlaces) or raw.places.sheet in sheets:
        return
    sheets.add(raw.places.sheet)
    names = sheet_names(questionnaire.statements, questionnaire.features)[len(RECORD_FIELDS) :]
    # Sheets of before they were added, and sheets made by hand, do well without more room and footers.
    file, sheet = raw.places.file, raw.places.sheet
    there = raw.declares | {name for at, name in reading.named_columns if at == sheet} | {MORE_ROOM, PACK_ID}
    there |= questionnaire.asked_by(raw).apart
    missing = [header_of_name(name) for name in names if name not in there]
    if missing:
        place = Location(file, spot=sheet) if sheet else Location.row(file, 1)
        result.problems.append(MISSING_COLUMNS.at(place, columns=some(missing)))


def _if_sure(raw: RawRecord, questionnaire: Questionnaire) -> tuple[RawRecord, Problem | None]:
    """A record with its footer read; or why it is not certain whose return it is or what it was asked.

    That is reported once. What is wrong with the rest of the record is reported with it, but for what would be said of
    its questions if it had no footer.
    """
    problem = _unsure_whose(raw, questionnaire)
    if problem is not None:
        return raw.without(_REFERENCE), problem
    read = with_footer_read(raw, questionnaire)
    return (raw.without(PACK_ID), read) if isinstance(read, Problem) else (read, None)


def _of_its_edition(problem: Problem) -> bool:
    """Is it about which questions the return was asked? Where its footer is not known, that is not known either."""
    return problem.fault in (EDITION_NOT_SAID, NOT_IN_THIS_EDITION)


def _unsure_whose(raw: RawRecord, questionnaire: Questionnaire) -> Problem | None:
    """Why it is not clear which return a record is, or None. A record without a reference is fine."""
    place = raw.places.of(_REFERENCE)
    if unread := raw.unread.get(_REFERENCE):
        return unread.at(place, "reference")
    given = dict.fromkeys(text.strip() for text in raw.values.get(_REFERENCE, ()) if text.strip())
    if any(text.startswith(questionnaire.undecided) for text in given):
        return UNDECIDED_ROW.at(place)
    if len(given) > 1:
        both = " and ".join(f"“{text}”" for text in given)
        return TWO_REFERENCES.at(place, both=both)
    return None


def _no_response(raw: RawRecord, response: Response, questionnaire: Questionnaire) -> Problem | None:
    """Why a decoded record is not a response, or None."""
    if raw.form == "pdf" and not any(map(_asks_for_answer, raw.declares)):
        return _of_review(raw, response, raw.declares)
    answered = any(response.ratings.values()) or any(response.overall.values()) or response.apart or response.comments
    if answered or any(name.startswith(("notes_", "more_")) for name in response.more):
        return None
    unclear = [value.name for value in response.uncounted if not value.name.startswith("record_")]
    fields = _fields_of_review(raw, questionnaire)
    if fields:
        # A key that no pack has is named, and is as little an answer there as a field of a PDF that is not ours.
        unclear = list(filter(_asks_for_answer, unclear))
    fields = fields or frozenset(response.more)
    return _of_review(raw, response, fields) if fields and not unclear else None


def _fields_of_review(raw: RawRecord, questionnaire: Questionnaire) -> frozenset[str]:
    """The fields of the pack that a saved or exported form names, if no answers are given in it; else none."""
    named = None if raw.form == "row" else PackId.parse("".join(raw.values.get(PACK_ID, ())))
    pack = questionnaire.packs.get(named.pack) if named else None
    return frozenset() if pack is None or any(map(_asks_for_answer, pack.fields)) else pack.fields


def _of_review(raw: RawRecord, response: Response, fields: frozenset[str]) -> Problem:
    """That this is a review's own record: which parts of it, and whether anything is filled in."""
    parts = [part for part, begins in _REVIEW_PARTS.items() if any(name.startswith(begins) for name in fields)]
    filled = response.more or response.uncounted or response.record != Record()
    fault = REVIEW_SAVED if raw.form == "json" and response.id else REVIEW_ONLY
    said = " and ".join(parts) or "who and when"
    return fault.at(raw.places.whole(), parts=said if filled else f"{said}, not filled in")


def _asks_for_answer(name: str) -> bool:
    """Is it a field of a response? An untouched summary or plan is as little a blank response as a filled one."""
    item = item_of(name)
    return item is not None and item.kind in ("rating", "overall", "comment", "more")


class Processes(Enum):
    """Who reads: this process alone (a browser can start no other), or as many as there are processors."""

    ONE = 1
    AS_MANY_AS_HELP = 8


def read_files(
    files: Sequence[File], questionnaire: Questionnaire, reading_in: Processes = Processes.AS_MANY_AS_HELP
) -> Iterator[FileResult]:
    """The same for many files, in their order; where they are few, other processes are not worth starting."""
    processes = min(processors(), reading_in.value)
    if len(files) <= _INLINE_AT_MOST or processes == 1:
        yield from (read_file(file, questionnaire) for file in files)
        return
    from concurrent.futures.process import BrokenProcessPool

    chunks = [files[i : i + _CHUNK] for i in range(0, len(files), _CHUNK)]
    done = 0
    try:
        for results in _in_pool(chunks, questionnaire, processes):
            yield from results
            done += 1
    except BrokenProcessPool:
        yield from _one_by_one(list(chain.from_iterable(chunks[done:])), questionnaire)


def _in_pool(
    chunks: Sequence[Sequence[File]], questionnaire: Questionnaire, processes: int
) -> Iterator[list[FileResult]]:
    """Results in the order of `chunks`, with a few chunks under way at a time, so that memory stays flat."""
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(processes, initializer=_start, initargs=(questionnaire,)) as pool:
        waiting = iter(chunks)
        first = islice(waiting, 2 * processes)
        running: list[Future[list[FileResult]]] = [pool.submit(_chunk, chunk) for chunk in first]
        try:
            while running:
                yield running.pop(0).result()
                running.extend(pool.submit(_chunk, chunk) for chunk in islice(waiting, 1))
        finally:
            for future in running:
                future.cancel()


def _one_by_one(files: Sequence[File], questionnaire: Questionnaire) -> Iterator[FileResult]:
    """Reads files after one of them crashed its process: in one process until it crashes, then that file in a new one.

    A file that crashes a new process is to blame itself, and not what was read before it.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    left = list(reversed(files))
    while left:
        read = 0
        try:
            with ProcessPoolExecutor(1, initializer=_start, initargs=(questionnaire,)) as pool:
                while left:
                    (result,) = pool.submit(_chunk, left[-1:]).result()
                    left.pop()
                    read += 1
                    yield result
        except BrokenProcessPool:
            if not read:
                yield FileResult(set_aside=[CRASHED.at(left.pop().name)], returns=1)


_questionnaire: Questionnaire | None = None


def _start(questionnaire: Questionnaire) -> None:
    global _questionnaire
    _questionnaire = questionnaire


def _chunk(files: Sequence[File]) -> list[FileResult]:
    assert _questionnaire is not None
    return [read_file(file, _questionnaire) for file in files]
