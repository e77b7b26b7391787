"""What readers give: records of texts with their places, before it is known what they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from pmdiag_build.content.field_names import COMMENT_KINDS, PACK_ID, Item, item_of, record_name
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import IN_CELL, Fault, Location, Problem, Severity
from pmdiag_build.returns import limits

Given = tuple[str, ...]
"""The texts that were given for one question: none, one, or several where more than one choice is marked."""

Form = Literal["pdf", "fdf", "row", "json"]
"""`pdf`: the form itself, which must have every field of its pack. Others may leave out what is empty."""


TYPE_IN = "Type the answers into the entry sheet (the desk has one, and pmdiag entry-sheet makes one)"
"""How to fix a return with answers that a program can't read."""

ASK_AGAIN = "Ask for it again"
"""How to fix what was damaged on its way."""

ASK_FOR_PDF = "Ask the sender for the filled PDF"
"""How to fix what somebody made of a pack."""

TAKE_OUT = "Take it out of the folder"
"""How to fix what is no return."""


class Refused(Exception):
    """A file is broken or contains what no return needs; the message is half a sentence that says which.

    `fix`: how to fix it, where that differs from the usual fix for such files.
    """

    def __init__(self, why: str, fix: str = "") -> None:
        super().__init__(why)
        self.fix = fix


class TooBig(Refused):
    """A file, or something in it, is bigger than a return can be."""


class Places(Protocol):
    """Where the values of one record are; small, since there is one for each record."""

    def whole(self) -> Location:
        """The record as a whole."""

    def of(self, name: str) -> Location:
        """The value of the field `name`."""


@dataclass(frozen=True, slots=True)
class FieldPlaces:
    """Places in a PDF, FDF or XFDF. `names`: field name → the name it has in the file, where that differs.

    `spot` says which return in the file it is, where there are several.
    """

    file: str
    spot: str = ""
    names: Mapping[str, str] = field(default_factory=dict)

    def whole(self) -> Location:
        return Location(self.file, spot=self.spot)

    def of(self, name: str) -> Location:
        place = Location.field(self.file, self.names.get(name, name))
        return replace(place, spot=f"{self.spot}, {place.spot}") if self.spot else place


_IN_FIELD = re.compile(r"(?:(?P<return>.+), )?field (?P<name>.+)", re.DOTALL)
_IN_JSON = re.compile(r"\$(?:\[\d+\])?(?P<key>.*)", re.DOTALL)
_ONE_OF_SEVERAL = re.compile(r"return \d+ of \d+")
_IN_RECORD = re.compile(r'\.(?P<part>[a-z_]+)(?:\["(?P<id>[^"]+)"\])?(?:\.(?P<kind>[a-z_]+))?')
_NAMED = {"ratings": "rating_{id}", "overall": "overall_{id}", "comments": "{kind}_{id}", "record": "record_{kind}"}


def return_at(place: Location) -> Location:
    """The place of the whole return that something is in, where a file has several."""
    if (found := IN_CELL.fullmatch(place.spot)) and found["column"]:
        return replace(place, spot=f"{found['sheet']}!{found['row']}")
    if place.answer:
        return replace(place, spot=place.spot[: place.spot.index("]") + 1])
    return place


class InWords:
    """Says where something is in a file as a person finds it on the paper or in the sheet."""

    def __init__(self, tool: Tool) -> None:
        labels = {record_name(field.name): field.label.rstrip(":") for field in tool.record.fields}
        self._labels = labels | {PACK_ID: "the line that says which pack it is"}
        self._prompts = {kind: tool.framework.prompts[kind].text for kind in COMMENT_KINDS}

    def __call__(self, place: Location, item: str = "", reference: str = "") -> str:
        """The place in its file; empty for the file as a whole. `item`: the header of a cell's column; `reference`:
        that of the return which is there."""
        about = [f"column “{item}”"] if item else []
        about += [f"reference {reference}"] if reference else []
        beside = f" ({', '.join(about)})" if about else ""
        if place.line:
            return f"line {place.line}" if place.column else f"row {place.line}{beside}"
        if found := IN_CELL.fullmatch(place.spot):
            cell = f"cell {found['column']}{found['row']}" if found["column"] else f"row {found['row']}"
            return f"sheet {found['sheet']}, {cell}{beside}"
        if found := _IN_FIELD.fullmatch(place.spot):
            return ", ".join(filter(None, (found["return"], self._asked(item_of(found["name"]), found["name"]))))
        if found := _IN_JSON.fullmatch(place.spot):
            number = f"answer {place.answer} in the file" if place.answer else ""
            number += f" (reference {reference})" if number and reference else ""
            return ", ".join(filter(None, (number, self._key(found["key"]))))
        return place.spot if not place.spot or _ONE_OF_SEVERAL.match(place.spot) else f"sheet {place.spot}"

    def whole(self, problem: Problem) -> str:
        """The file of a problem, and the place in it."""
        item = dict(problem.facts).get("item", "")
        return ": ".join(filter(None, (problem.place.file, self(problem.place, item))))

    def _key(self, key: str) -> str:
        found = _IN_RECORD.fullmatch(key)
        if found is None:
            return f"“{key.removeprefix('.')}”" if key else ""
        name = _NAMED.get(found["part"], found["kind"] or found["part"])
        name = name.format(id=(found["id"] or "").replace(".", "_"), kind=found["kind"])
        return self._asked(item_of(name), key.removeprefix("."))

    def _asked(self, item: Item | None, name: str) -> str:
        """What a field asks."""
        match item:
            case Item(kind="rating", id=id):
                return f"Feature {id.partition('.')[0]}, statement {id}"
            case Item(kind="overall", id=id):
                return f"Feature {id}, overall view"
            case Item(kind="comment", id=id, comment=comment):
                return f"Feature {id}, “{self._prompts[comment]}”"
            case Item(name=known) if known in self._labels:
                label = self._labels[known]
                return label if known == PACK_ID else f"“{label}”"
        return f"“{item.label if item else name}”"


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """Places in a row of a table. `columns`: field name → column letters; without a `sheet` it is a CSV file."""

    file: str
    sheet: str
    row: int
    columns: Mapping[str, str] = field(default_factory=dict)

    def whole(self) -> Location:
        return Location(self.file, spot=f"{self.sheet}!{self.row}") if self.sheet else Location.row(self.file, self.row)

    def of(self, name: str) -> Location:
        if not self.sheet:
            return Location.row(self.file, self.row)
        return Location.cell(self.file, self.sheet, f"{self.columns.get(name, '')}{self.row}")


@dataclass(frozen=True, slots=True)
class JsonPlaces:
    """Places in a JSON file. `root`: the record's path, `$` or `$[3]` in a list. `paths`: of keys not known."""

    file: str
    root: str = "$"
    paths: Mapping[str, str] = field(default_factory=dict)

    def whole(self) -> Location:
        return Location.path(self.file, self.root) if self.root != "$" else Location(self.file)

    def of(self, name: str) -> Location:
        if path := self.paths.get(name):
            return Location.path(self.file, self.root + path)
        item = item_of(name)
        if item is None:
            return self.whole()
        match item.kind:
            case "rating" | "overall":
                path = f'.{"ratings" if item.kind == "rating" else "overall"}["{item.id}"]'
            case "comment":
                path = f'.comments["{item.id}"].{item.comment}'
            case "record":
                path = f".record.{item.id}"
            case "pack_id":
                path = ".pack_id"
            case _:
                path = f".more.{name}"
        return Location.path(self.file, self.root + path)


@dataclass(frozen=True, slots=True)
class Unread:
    """What is in the place of a value and is none: its texts, what is wrong with them, more facts about that.

    The fault may use {item} and {given} beside those facts.
    """

    given: Given
    fault: Fault
    facts: Mapping[str, str] = field(default_factory=dict)

    def at(self, place: Location, item: str) -> Problem:
        """The problem that it is; `item` names the question."""
        return self.fault.at(place, Severity.ERROR, item=item, given=" | ".join(self.given), **self.facts)


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One set of answers as texts: field name (`rating_1_3`) → what was given.

    `declares`: every field (of a row: every column) that is there, answered or not. `unread`: field name → what is
    there and can't be read as a value. `asked`: field name → the fingerprint of the wording that the return itself
    shows beside that question (the stamp of a sheet's column), which goes before what its `pack_id` says; empty where
    nothing says so, and for a row that names a pack of its own. `id` and `saved`: of answers that were saved on screen,
    as in `Response`.
    """

    form: Form
    places: Places
    values: Mapping[str, Given]
    declares: frozenset[str] = frozenset()
    unread: dict[str, Unread] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    saved: str = ""

    def without(self, name: str) -> RawRecord:
        """The same without what was given for the field `name`."""
        values = {one: given for one, given in self.values.items() if one != name}
        return replace(self, values=values, unread={one: why for one, why in self.unread.items() if one != name})


@dataclass(slots=True)
class Reading:
    """What a reader makes of one file: records, a problem for each return that can't be counted, other problems.

    `ignored`: system files inside it. `title`: of a PDF with nothing to fill in.
    `other_sheets`: by title, the problem of each sheet that is not an entry sheet, beside one that is.
    `named_columns`: (sheet, field name) of each column that is there but was not read, which a problem says.
    """

    records: list[RawRecord] = field(default_factory=list)
    set_aside: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    title: str = ""
    other_sheets: Mapping[str, Problem] = field(default_factory=dict)
    named_columns: set[tuple[str, str]] = field(default_factory=set)

    def strange_sheets(self, ours: Collection[str]) -> list[Problem]:
        """The problems of the sheets but those of these titles."""
        return [problem for title, problem in self.other_sheets.items() if title not in ours]

    def put_aside(self, place: Location | str, fault: Fault, **facts: str) -> None:
        """Sets a return aside. Raises TooBig where there are more than a file may have."""
        if len(self.set_aside) >= limits.RETURNS:
            raise TooBig(f"more than {limits.RETURNS:,} of its returns can't be read")
        self.set_aside.append(fault.at(place, Severity.ERROR, **facts))

    def notice(self, place: Location | str, fault: Fault, **facts: str) -> None:
        """Adds what a person should know. Raises TooBig as `wrong` does."""
        self._add(fault.at(place, Severity.NOTICE, **facts))

    def wrong(self, place: Location, fault: Fault, **facts: str) -> None:
        """Adds what is wrong. Raises TooBig where there is more than a file may have."""
        self._add(fault.at(place, Severity.ERROR, **facts))

    def _add(self, problem: Problem) -> None:
        if len(self.problems) >= limits.MESSAGES:
            raise TooBig(f"it has more than {limits.MESSAGES:,} faults")
        self.problems.append(problem)


def set_aside(place: Location | str, fault: Fault, **facts: str) -> Reading:
    """The reading of a file in which no return can be read."""
    reading = Reading()
    reading.put_aside(place, fault, **facts)
    return reading
