"""The responses.csv of an earlier round → its counts and answers, to be compared with this round's."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.content.field_names import overall_name, rating_name
from pmdiag_build.content.model import Tool
from pmdiag_build.content.questions import known_wordings
from pmdiag_build.csv_text import as_typed
from pmdiag_build.output.manifest import MANIFEST, Manifest, hash_of, manifest_of, read_manifest
from pmdiag_build.problems import Fault, Location, Problems, UsageWrong
from pmdiag_build.results.areas import area_of
from pmdiag_build.results.round_overlap import Answers, Earlier
from pmdiag_build.results.tabulation import Counts, Question
from pmdiag_build.results.writers.records import (
    AREA,
    AREA_SHOWN_IN,
    COLUMNS,
    DATE,
    NO_AREA,
    NO_ROLE,
    RESPONSE_ID,
    RESPONSES_CSV,
    ROUND,
    SHOWN_IN,
    SINCE,
    TOGETHER,
    TOTAL,
    wordings,
)
from pmdiag_build.returns.find_files import RESULTS_MADE_BY
from pmdiag_build.returns.raw import TooBig
from pmdiag_build.returns.response import key_of

if TYPE_CHECKING:
    import zipfile

_FIX = "Name results that pmdiag wrote, with their files as they were written"
_OTHER_COMMAND = Fault("These are not results: `{command}` made this", "Name results that pmdiag wrote")
_OTHER_TOOL = Fault(
    "None of its questions is asked here in the same words or with the same meaning",
    "Name results of the same tool, made with the same local version if there is one (--local)",
)
_NO_RESULTS = Fault("There are no results in this ZIP", "Name the ZIP of results that pmdiag wrote")
_SEVERAL = Fault("There is more than one round in this ZIP", "Name a ZIP for each round")
_DAMAGED_ZIP = Fault("The ZIP is damaged, protected or too big", "Unpack it, and name responses.csv in its folder keep")
_MOST_PROBLEMS = 20
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
MIN_GROUP = "min_group"
"""What a folder's manifest calls the number that its results were made with."""
_MIN_GROUP = 5
"""Where it does not say: the number that most results are made with."""
_LONGEST = 2**31 - 1
_MOST_BYTES = 256 << 20
_OLD_CSV = Path(RESPONSES_CSV).name


def read_previous(folder: Path, tool: Tool) -> Earlier:
    """Read the responses.csv of a folder of results, which older versions put beside the report. Raises UsageWrong,
    with the rows, where it is not what `tabulate` wrote: by the hash in the folder's manifest or, where there is none,
    by what every response must have."""
    name = RESPONSES_CSV if (folder / RESPONSES_CSV).exists() else _OLD_CSV
    shown = str(folder / name)
    manifest = read_manifest(folder)
    _refuse_other(manifest, str(folder))
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise UsageWrong.one(shown, Fault(f"The earlier round can't be read ({error.strerror})", _FIX)) from error
    return _with_manifest(data, shown, tool, manifest, name)


def earlier_of_bytes(data: bytes, shown: str, tool: Tool) -> Earlier:
    """The same from a responses.csv, or from a ZIP of a folder of results. Raises UsageWrong."""
    return _of_zip(data, shown, tool) if data.startswith(b"PK\x03\x04") else earlier_round(data, shown, tool)


def _of_zip(data: bytes, shown: str, tool: Tool) -> Earlier:
    """What `read_previous` makes of a folder. The manifest is in the ZIP, or is its comment where a page made it."""
    # Imported here: few rounds are given as a ZIP.
    from pmdiag_build.returns.readers.xml import UNPACKING_FAILED
    from pmdiag_build.returns.readers.zip_archive import zip_of

    try:
        with zip_of(data) as archive:
            names = {entry.filename.replace("\\", "/"): entry for entry in archive.infolist()}
            # Results as they are now have one more folder than those of older versions.
            found = [name for name in names if f"/{name}".endswith(f"/{RESPONSES_CSV}")]
            found = found or [name for name in names if f"/{name}".endswith(f"/{_OLD_CSV}")]
            if len(found) != 1:
                raise UsageWrong.one(shown, _SEVERAL if found else _NO_RESULTS)
            name = RESPONSES_CSV if found[0].endswith(RESPONSES_CSV) else _OLD_CSV
            folder = found[0].removesuffix(name)
            entry = names.get(f"{folder}{MANIFEST}")
            written = _unpacked(archive, entry) if entry is not None else archive.comment
            content = _unpacked(archive, names[found[0]])
    except (ValueError, TooBig, *UNPACKING_FAILED) as error:
        raise UsageWrong.one(shown, _DAMAGED_ZIP) from error
    manifest = manifest_of(written)
    _refuse_other(manifest, shown)
    return _with_manifest(content, f"{shown}/{found[0]}", tool, manifest, name)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a file in a ZIP, whose size there may be wrong. Raises TooBig."""
    with archive.open(entry) as source:
        data = source.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise TooBig("it is too big")
    return data


def _refuse_other(manifest: Manifest | None, shown: str) -> None:
    if manifest and manifest.made_by != RESULTS_MADE_BY:
        raise UsageWrong.one(shown, _OTHER_COMMAND, command=manifest.made_by)


def _with_manifest(data: bytes, shown: str, tool: Tool, manifest: Manifest | None, name: str) -> Earlier:
    as_written = _as_written(manifest, name, data, shown)
    min_group = manifest.facts.get(MIN_GROUP) if manifest else None
    return earlier_round(
        data, shown, tool, as_written=as_written, min_group=min_group if isinstance(min_group, int) else _MIN_GROUP
    )


def earlier_round(
    data: bytes, shown: str, tool: Tool, *, as_written: bool = False, min_group: int = _MIN_GROUP
) -> Earlier:
    """An earlier round from the bytes of its responses.csv, which `shown` names in problems.

    `as_written`: it is known that these are the bytes we wrote, so what is missing was left out for a reason.
    `min_group`: what its results were made with. Raises UsageWrong, with the rows, where it is not what `tabulate`
    writes.
    """
    # A comment may be longer than the limit that csv has by itself.
    csv.field_size_limit(_LONGEST)
    now = wordings(tool)
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
        heads = set(reader.fieldnames or ())
        if not set(COLUMNS) - SINCE <= heads:
            raise UsageWrong.one(shown, Fault("This is not a file of responses that pmdiag wrote", _FIX))
        if not as_written and not data.endswith(b"\n"):
            raise UsageWrong.one(shown, Fault("The file ends in the middle of a line: the rest is missing", _FIX))
        read = _Responses(shown, tool)
        read.take(reader)
        found = read.earlier(whole=as_written)
        found = replace(found, min_group=min_group, rows=found.rows if SHOWN_IN in heads else None)
    except csv.Error as error:
        raise UsageWrong.one(shown, Fault(f"The earlier round can't be read ({error})", _FIX)) from error
    if not now.keys() & (found.counts.keys() - found.reworded | found.in_other_words):
        raise UsageWrong.one(shown, _OTHER_TOOL)
    return found


def _as_written(manifest: Manifest | None, name: str, data: bytes, shown: str) -> bool:
    """Whether the manifest says that these are the bytes we wrote; False where it says nothing."""
    recorded = manifest.files.get(name) if manifest else None
    if recorded is not None and recorded != hash_of(data):
        raise UsageWrong.one(shown, Fault("The file was changed after pmdiag wrote it, or part of it is missing", _FIX))
    return recorded is not None


class _Responses:
    """The responses of an earlier round, whose rows are read one by one, and everything that is wrong in them."""

    def __init__(self, shown: str, tool: Tool) -> None:
        self._shown = shown
        self._levels = tuple(level.code for level in tool.framework.levels)
        self._now, self._known = wordings(tool), known_wordings(tool)
        self._found: dict[str, _Response] = {}
        self._reworded: set[Question] = set()
        self._other: set[Question] = set()
        """Those of them that are not known to have meant the same."""
        self._rows: dict[Question, dict[str, str]] = {}
        self._area_rows: dict[Question, dict[str, str]] = {}
        self._problems = Problems()

    def take(self, reader: csv.DictReader[str]) -> None:
        """Read rows until there are none, or too many problems."""
        for row in reader:
            self._row(Location.row(self._shown, reader.line_num), {name: row.get(name) or "" for name in COLUMNS})
            if len(self._problems) >= _MOST_PROBLEMS:
                break

    def _row(self, place: Location, row: Mapping[str, str]) -> None:
        item = (row["kind"], row["id"])
        role, area = as_typed(row["role"]), area_of(as_typed(row[AREA]))
        _note_row(self._rows, item, role, as_typed(row[SHOWN_IN]))
        _note_row(self._area_rows, item, area, area_of(as_typed(row[AREA_SHOWN_IN])))
        one = self._found.setdefault(
            row["response"],
            _Response(row["reference"], row["group_size"], row[RESPONSE_ID], row[ROUND], row[DATE]),
        )
        if row["kind"] in ("rating", "overall"):
            one.role, one.area = role, area
            self._answer(place, one, item, row["value"])
            self._wording(item, row["wording"])
        elif row["kind"] == "apart":
            one.apart[item] = row["value"]

    def _answer(self, place: Location, one: _Response, item: Question, level: str) -> None:
        if item in one.answers:
            # A spreadsheet program that opens and saves the file turns 1.10 into 1.1.
            what = f"Question {item[1]} appears twice for one response"
            self._problems.add(place, Fault(what, f"{_FIX}: a spreadsheet program turns 3.10 into 3.1"))
        elif level and level not in self._levels:
            self._problems.add(place, Fault(f"“{level}” is not a level", _FIX))
        one.answers[item] = level

    def _wording(self, item: Question, wording: str) -> None:
        """Note whether the question was asked in other words than now."""
        if item in self._now and wording != self._now[item]:
            self._reworded.add(item)
            if not self._known.get((_name(item), wording), False):
                self._other.add(item)

    def earlier(self, *, whole: bool) -> Earlier:
        """The round. `whole`: it is known that no row is missing. Raises UsageWrong with all that is wrong."""
        people = _people(self._found, self._shown, self._problems)
        if not whole:
            _check_whole(self._found, self._shown, self._problems)
        if self._problems:
            raise UsageWrong(self._problems)
        found = list(self._found.values())
        return Earlier(
            responses=len(found),
            people=sum(people),
            unknown=people.count(0),
            counts=_counts([one.answers for one in found], self._levels),
            reworded=frozenset(self._reworded),
            given=tuple(one.given() for one in found),
            in_other_words=frozenset(self._reworded - self._other),
            rows=self._rows,
            area_rows=self._area_rows,
            title=as_typed(found[0].round) if found else "",
            # Dates that could not be read are as they were typed.
            last=max((one.date for one in found if _ISO.fullmatch(one.date)), default=""),
        )


def _note_row(rows: dict[Question, dict[str, str]], item: Question, name: str, shown_in: str) -> None:
    if not shown_in:
        return
    found = rows.setdefault(item, {})
    if shown_in not in (TOGETHER, TOTAL):
        found[name] = "" if shown_in in (NO_ROLE, NO_AREA) else shown_in


def _name(question: Question) -> str:
    kind, id = question
    return rating_name(id) if kind == "rating" else overall_name(id)


@dataclass(slots=True)
class _Response:
    """The rows of one response, as far as they are read."""

    reference: str
    size: str
    id: str
    round: str
    date: str
    role: str = ""
    area: str = ""
    apart: dict[Question, str] = field(default_factory=dict)
    answers: dict[Question, str] = field(default_factory=dict)

    def given(self) -> Answers:
        """What it is compared by."""
        return Answers(key_of(as_typed(self.reference)), self.role, self.answers | self.apart, self.id, self.area)


def _check_whole(found: Mapping[str, _Response], shown: str, problems: Problems) -> None:
    """Adds a problem for each response that lacks questions, but for those that its edition asked otherwise: then what
    it answered to these is counted apart, and others of that edition lack the same ones."""
    if not found:
        problems.add(shown, Fault("It contains no responses", _FIX))
    questions = set().union(*(one.answers for one in found.values()))
    lacking = {response: frozenset(questions - one.answers.keys()) for response, one in found.items()}
    otherwise = {lacking[response] for response, one in found.items() if one.apart}
    for response, missing in lacking.items():
        if missing and missing not in otherwise:
            what = f"Response {response} lacks {len(missing)} of the {len(questions)} questions: some rows are missing"
            problems.add(shown, Fault(what, _FIX))
        if len(problems) >= _MOST_PROBLEMS:
            break


def _people(found: Mapping[str, _Response], shown: str, problems: Problems) -> list[int]:
    people = []
    for response, one in found.items():
        size = one.size
        if size.isascii() and size.isdigit() and len(size) < 10:
            people.append(int(size))
        else:
            problems.add(shown, Fault(f"Response {response} has the group size “{size}”, which is not a number", _FIX))
    return people


def _counts(given: Sequence[Mapping[Question, str]], levels: tuple[str, ...]) -> dict[Question, Counts]:
    answers: dict[Question, Counter[str]] = defaultdict(Counter)
    for one in given:
        for question, level in one.items():
            answers[question][level] += 1
    return {question: Counts(tuple(found[level] for level in levels), found[""]) for question, found in answers.items()}
