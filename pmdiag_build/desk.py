"""The desk: returns read one by one, typed sheets and results, as plain data and bytes for a page in a browser.

The page calls `answer`, one call after another. What comes in and goes out is text, numbers, lists, mappings and bytes.
A problem is a mapping of `place`, `what` and `fix`, each one printable line, `kind` (what became of its return:
`set_aside`, `duplicate`, `in_conflict`, `blank`; else `problem`, or `notice` where it only wants a look), and `file`,
the file in the list that it belongs to.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from pmdiag_build.content.field_names import PackId, header_of_name
from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import cell, encoded
from pmdiag_build.demo import Comments, demo_files
from pmdiag_build.desk_words import Data, DeskWords
from pmdiag_build.output.manifest import MANIFEST, Manifest, hash_of, manifest_of
from pmdiag_build.problems import Fault, Location, PmdiagError, Problem, UsageWrong, together
from pmdiag_build.rendering.templates import environment, layouts_named
from pmdiag_build.rendering.workbook import fits
from pmdiag_build.resources import LAYOUTS, Among, is_ignored
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.made_of import in_lines
from pmdiag_build.results.request import Request, read_request
from pmdiag_build.results.run import facts_of, results_of
from pmdiag_build.returns import limits
from pmdiag_build.returns.double_entry import OF_DIFFERENCES, TOO_LONG, Comparison, compare, typed_rows
from pmdiag_build.returns.entry_sheet import Stamp, decision_workbook, entry_csv, entry_workbook
from pmdiag_build.returns.find_files import NOT_FOUND, RESULTS_MADE_BY, File, free_name, too_big
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.read_files import CRASHED, STOPPED, FileResult, read_file
from pmdiag_build.returns.readers import CONTAINERS, READERS, in_words
from pmdiag_build.returns.response import Response
from pmdiag_build.returns.round import Round, round_of_results
from pmdiag_build.text import writable

Row = Mapping[str, str]
"""A typed row: field name → text of the cell."""

METHODS = (
    *("add", "too_big", "gone", "crashed", "stopped", "remove", "clear", "limits", "state"),  # returns
    *("results", "zipped", "demo", "people_example"),  # results
    *("entry_sheet", "typed", "rows_of", "compare", "decision", "settled"),  # typing
)
"""What a page may ask for, in the order in which `Desk` has it."""

_SHOWN_OF_A_FILE = 200
_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that a ZIP can have: the same files make the same ZIP."""
_SMALLEST_GROUP = Fault(
    "The smallest group must be a whole number from 1 on, not “{given}”", "Write a number such as 5"
)
_CHANGED = Fault("The file has changed since you chose it", "Choose it again")
_KIND = Fault("An entry sheet can't be a file of this kind", "Choose xlsx")


def answer(desk: Desk, method: str, args: Mapping[str, Any]) -> Data:
    """`{"result": …}` of a method of the desk, or `{"wrong": [problems]}` where what was asked can't be done, or
    `{"failed": text}` where the program is at fault. Raises nothing."""
    try:
        if method not in METHODS:
            return {"failed": f"There is no method “{method}”"}
        return {"result": getattr(desk, method)(**args)}
    except PmdiagError as error:
        return {"wrong": [desk.said(problem) for problem in error.problems]}
    except Exception as error:  # noqa: BLE001 - the page says it in a sentence, and nobody sees a traceback
        return {"failed": in_words(error)}


def warm() -> None:
    """Import what is otherwise imported with the first file of a kind, and with the first results."""
    for module in (*READERS.values(), *CONTAINERS.values()):
        import_module(module)


class Desk:
    """Returns that are read one by one, and everything that is made of them.

    `demo`: what the people of the invented round write, as `read_comments` gives it; only where there is content can it
    be left out. `layouts`: folders of layouts, those of a local version first.
    """

    def __init__(self, tool: Tool, demo: Comments | None = None, layouts: Sequence[Path] = (LAYOUTS,)) -> None:
        self._tool = tool
        self._comments = demo
        self._layouts = layouts
        self._environment = environment(layouts)
        self._questionnaire = Questionnaire.of(tool)
        self.said = DeskWords(tool)
        self._files: dict[str, FileResult] = {}
        self._ignored: set[str] = set()
        self._manifests: dict[str, Manifest] = {}
        self._cached: Round | None = None

    # ---- returns

    def add(self, name: str, data: bytes) -> Data:
        """Reads one file now and keeps what it says, not its bytes. `name`: its path in the folder of the returns; of
        two files with one name the second is renamed. Returns the name that it has from now on."""
        name = self._free(writable(name))
        if is_ignored(name, Among.RETURNS):
            self._ignore(name, data)
        else:
            self._files[name] = read_file(File(name, data), self._questionnaire)
        self._cached = None
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        return {"name": name, "digest": digest, "ignored": self._is_ignored(name)}

    def _is_ignored(self, name: str) -> bool:
        """Whether a file is no return at all: a computer made it for itself, or it is a ZIP of results."""
        return name in self._ignored or name in self._files[name].ignored

    def _free(self, name: str) -> str:
        """As `free_name` has it, among the files that are here now."""
        free, number = name, 1
        while free in self._files or free in self._ignored:
            number += 1
            free = f"{name} ({number})"
        return free

    def _ignore(self, name: str, data: bytes) -> None:
        self._ignored.add(name)
        folder, _, last = name.rpartition("/")
        manifest = manifest_of(data) if last == MANIFEST else None
        if manifest is not None and manifest.made_by == RESULTS_MADE_BY:
            self._manifests[folder] = manifest

    def too_big(self, name: str, size: int) -> Data:
        """Sets a file aside that has so many bytes that it is not read."""
        return self._put_aside(name, lambda free: too_big(free, max(size, limits.BYTES + 1)))

    def gone(self, name: str, changed: bool = False) -> Data:
        """Sets a file aside that was chosen and can't be opened any more, since it is not there or was `changed`."""
        return self._put_aside(name, (_CHANGED if changed else NOT_FOUND).at)

    def crashed(self, name: str) -> Data:
        """Sets a file aside whose reading ended the program."""
        return self._put_aside(name, CRASHED.at)

    def stopped(self, name: str) -> Data:
        """Sets a file aside whose reading somebody stopped."""
        return self._put_aside(name, STOPPED.at)

    def _put_aside(self, name: str, why: Callable[[str], Problem | None]) -> Data:
        name = self._free(writable(name))
        if is_ignored(name, Among.RETURNS):
            self._ignored.add(name)
        elif (problem := why(name)) is not None:
            self._files[name] = FileResult(set_aside=[problem], returns=1)
        self._cached = None
        return {"name": name, "digest": "", "ignored": self._is_ignored(name)}

    def remove(self, name: str) -> Data:
        """Takes a file out again."""
        self._files.pop(name, None)
        self._ignored.discard(name)
        if name.rpartition("/")[2] == MANIFEST:
            self._manifests.pop(name.rpartition("/")[0], None)
        self._cached = None
        return {}

    def clear(self) -> Data:
        """Takes all files out."""
        self._files.clear()
        self._ignored.clear()
        self._manifests.clear()
        self._cached = None
        return {}

    def limits(self) -> Data:
        """The most that is read: `bytes` of one file."""
        return {"bytes": limits.BYTES}

    @property
    def round(self) -> Round:
        """All that was read, as one round."""
        if self._cached is None:
            folders = [folder for folder in self._manifests if folder and not self._in_results(folder)]
            inner = [name for name in (*self._files, *self._ignored) if self._in_results(name)]
            ignored = [name for name in self._ignored if name not in inner] + folders
            # Nobody sees a folder of results around files that lie beside its manifest.
            ignored += [name for name in inner if name in self._of_results()]
            names = sorted(self._files.keys() - set(inner))
            self._cached = round_of_results((self._files[name] for name in names), self._questionnaire, ignored)
        return self._cached

    def _in_results(self, name: str) -> bool:
        """Whether a file is in a folder of results, which repeats returns."""
        return name in self._of_results() or any(folder and name.startswith(f"{folder}/") for folder in self._manifests)

    def _of_results(self) -> frozenset[str]:
        """The files of results that lie where the returns are, not in a folder of their own."""
        return frozenset(self._manifests[""].files) if "" in self._manifests else frozenset()

    def state(self) -> Data:
        """What became of each file, and the accounts. Nothing is read again."""
        round_ = self.round
        owner = {id(one): name for name, result in self._files.items() for one in result.responses}
        groups: dict[str, Iterable[Response]] = {
            "counted": round_.responses,
            "blank": round_.blank,
            "duplicate": (one.response for one in round_.duplicates),
            "in_conflict": (one for group in round_.conflicts for one in group.responses),
        }
        became = {kind: Counter(owner[id(one)] for one in found) for kind, found in groups.items()}
        problems: dict[str, list[Problem]] = {}
        for problem in round_.listed:
            problems.setdefault(self._file_of(problem), []).append(problem)
        same = self._same(owner)
        aside = frozenset(map(id, round_.set_aside))
        listed = sorted(name for name in self._files if not (self._is_ignored(name) or self._in_results(name)))
        accounts = round_.accounts
        kinds = ("files", "found", "counted", "blank", "duplicate", "in_conflict", "set_aside")
        return {
            "accounts": {kind: getattr(accounts, kind) for kind in kinds},
            "line": str(accounts),
            "files": [
                {**self._of_file(name, became, problems.get(name, []), aside), "same_as": same.get(name, [])}
                for name in listed
            ],
            "together": [self.said(problem) for problem in together(round_.listed)],
            "ignored": [name for name in round_.ignored if ".pmdiag" not in name],
            "problems": len(round_.problems),
        }

    def _same(self, owner: Mapping[int, str]) -> dict[str, list[str]]:
        """File → the other files in which the same return is. `owner`: of each response, by its identity."""
        duplicates = self.round.duplicates
        first = {one.counted_as for one in duplicates}
        # The one that counts may itself be in conflict, or have been found again.
        read = ((one, name) for name, result in self._files.items() for one in result.responses) if first else ()
        files = {source: name for one, name in read if (source := one.source) in first}
        same: dict[str, dict[str, None]] = {}
        for one in duplicates:
            again, counted = owner[id(one.response)], files[one.counted_as]
            if again != counted:
                same.setdefault(again, {})[counted] = None
                same.setdefault(counted, {})[again] = None
        return {name: [*others] for name, others in same.items()}

    def _of_file(
        self, name: str, became: Mapping[str, Mapping[str, int]], problems: list[Problem], aside: frozenset[int]
    ) -> Data:
        result = self._files[name]
        references = {one.place: one.record.reference for one in result.responses if one.record.reference}
        in_short = sorted(together(problems), key=lambda one: -one.severity)
        listed = [
            self.said(one, name, aside=id(one) in aside, references=references) for one in problems[:_SHOWN_OF_A_FILE]
        ]
        return {
            "name": name,
            "found": result.returns,
            **{kind: found.get(name, 0) for kind, found in became.items()},
            "set_aside": len(result.set_aside),
            "problems": listed,
            "more": len(problems) - len(listed),
            "in_short": [self.said(one, name, references=references) for one in in_short[:_SHOWN_OF_A_FILE]],
        }

    def _file_of(self, problem: Problem) -> str:
        """The file that a problem belongs to; one in a ZIP belongs to the ZIP."""
        name = problem.place.file
        while name and name not in self._files:
            name = name.rpartition("/")[0]
        return name

    # ---- results

    def results(
        self,
        title: str = "",
        min_group: int = 5,
        attribute: bool = False,
        people: Data | None = None,
        comments: Data | None = None,
        previous: Sequence[Data] = (),
    ) -> Data:
        """The files of `pmdiag tabulate --no-pdf`, and what it says of them. A file that is given is a `name` and its
        `data`; an earlier round is its responses.csv, or a ZIP of its results."""
        if isinstance(min_group, bool) or min_group != int(min_group) or min_group < 1:
            raise UsageWrong.one("results", _SMALLEST_GROUP, given=str(min_group))
        request = Request(
            Rules(int(min_group), bool(attribute)),
            title=title,
            people=_file(people) if people else None,
            comments=_file(comments) if comments else None,
            previous=tuple(map(_file, previous)),
        )
        given = read_request(request, self._tool)
        round_ = self.round
        with layouts_named(self._layouts):
            made = results_of(round_, self._tool, request, given, lambda: self._environment, looked_in=("returns",))
        lines = [*round_.in_lines(), *made.in_lines()]
        return {
            "files": dict(made.files),
            "notices": [self.said(notice, self._file_of(notice)) for notice in together(made.notices)],
            "editions": in_lines(made.editions),
            "said": [str(line) for line in lines if not isinstance(line, Problem)],
            "as_written": made.as_written,
            "facts": dict(facts_of(request, given)),
        }

    def zipped(self, files: Mapping[str, bytes], folder: str = "", facts: Data | None = None) -> bytes:
        """Files as a ZIP, in a folder if it has a name. With the `facts` of results goes what a folder of results keeps
        of its files, so that the ZIP can be an earlier round."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                entry = zipfile.ZipInfo(f"{folder}/{name}" if folder else name, _DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system, entry.external_attr = 3, 0o644 << 16
                archive.writestr(entry, content)
            if facts is not None:
                hashes = {name: hash_of(content) for name, content in files.items()}
                archive.comment = Manifest(RESULTS_MADE_BY, hashes, facts).dump()
        return out.getvalue()

    def demo(self) -> list[Data]:
        """The returns of an invented round."""
        return [{"name": name, "data": data} for name, data in demo_files(self._tool, None, self._comments).items()]

    def people_example(self) -> bytes:
        """An example of a list of who was asked: the column headers and one person."""
        record, words = self._tool.record, self._tool.words["desk"]
        person = {
            "reference": words["people_reference"],
            "role": record.field("role").options[0].label,
            "area": words["people_area"],
            "mode": record.field("mode").options[0].label,
            words["people_name_column"]: words["people_name"],
        }
        return encoded([",".join(map(cell, person)), ",".join(map(cell, person.values()))])

    # ---- typing

    def entry_sheet(self, kind: str = "xlsx") -> bytes:
        """The empty sheet to type paper returns into."""
        return entry_csv(self._tool) if kind == "csv" else self.typed((), kind)

    def typed(self, rows: Sequence[Row], kind: str = "xlsx") -> bytes:
        """An entry sheet with these rows. It is a workbook: a text in CSV may be taken for a number or a formula."""
        if kind != "xlsx":
            raise UsageWrong.one(kind, _KIND)
        return entry_workbook(self._tool, _checked(rows))

    def rows_of(self, name: str, data: bytes) -> list[dict[str, str]]:
        """The rows of an entry sheet, to go on typing in it."""
        return typed_rows(File(writable(name), data), self._tool)

    def compare(self, first: Data, second: Data) -> Data:
        """Two typings of the same papers. `rows` are those of the decision sheet, in which a cell to decide begins with
        `undecided`; `stamp` is for `settled`; `others` are the problems that are about no row or cell to decide."""
        found = self._compared(first, second)
        stamp = found.stamp
        return {
            "compared": found.compared,
            "cells": found.cells,
            "same": not found.to_decide,
            "problems": [*map(self.said, found.problems)],
            "others": [self.said(problem) for problem in found.problems if problem.fault not in OF_DIFFERENCES],
            "differences": [
                {
                    "row": one.row,
                    "name": one.name,
                    "header": header_of_name(one.name),
                    "reference": one.reference,
                    "first": one.first,
                    "second": one.second,
                    "place": one.place,
                }
                for one in found.differences
            ],
            "unmatched": [
                {"row": one.row, "file": one.file, "reference": one.reference, **self.said(one.problem, one.file)}
                for one in found.unmatched
            ],
            "rows": [{name: text for name, text in row.items() if text} for row in found.rows],
            "undecided": self._questionnaire.undecided,
            "stamp": None if stamp is None else {"sheet": str(stamp.sheet), "asked": dict(stamp.asked)},
        }

    def decision(self, first: Data, second: Data) -> bytes:
        """The sheet in which two typings are decided, as `pmdiag verify` writes it."""
        found = self._compared(first, second)
        return decision_workbook(self._tool, found.rows, found.differences, found.stamp)

    def settled(self, rows: Sequence[Row], stamp: Data | None) -> bytes:
        """The rows that `compare` gave, with what was decided, as an entry sheet that asks what both typings asked."""
        sheet = PackId.parse(stamp["sheet"]) if stamp else None
        said = Stamp(sheet, dict(stamp["asked"])) if stamp and sheet is not None else None
        return decision_workbook(self._tool, _checked(rows), (), said)

    def _compared(self, first: Data, second: Data) -> Comparison:
        taken: dict[str, int] = {}
        one, other = (File(free_name(writable(file["name"]), taken), file["data"]) for file in (first, second))
        return compare(one, other, self._tool)


def _file(given: Data) -> File:
    return File(writable(given["name"]), given["data"])


def _checked(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows. Raises UsageWrong where a text is longer than a cell can be."""
    wrong = [*_too_long(rows)]
    if wrong:
        raise UsageWrong(wrong)
    return rows


def _too_long(rows: Sequence[Row]) -> Iterator[Problem]:
    for number, row in enumerate(rows, 1):
        place = Location(row.get("record_reference", "") or f"row {number}")
        yield from (TOO_LONG.at(place, item=header_of_name(name)) for name, text in row.items() if not fits(text))
