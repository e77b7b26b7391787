"""An invented round of forty responses, always the same, as the files in which they would come back.

The files are filled packs, a typed sheet and records. Among them are what every real round has: the same return twice,
one that is blank, a cell that cannot be read.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.content.field_names import (
    COMMENT_KINDS,
    RECORD_FIELDS,
    comment_name,
    in_a_record,
    overall_name,
    rating_name,
    record_name,
)
from pmdiag_build.content.fields import pack_fields, pack_id, question_fingerprints
from pmdiag_build.content.model import LANGUAGE, Pack, Tool
from pmdiag_build.problems import EnvironmentFailed, Problem
from pmdiag_build.results.tabulation import INVENTED
from pmdiag_build.returns.response import FORMAT, VERSION
from pmdiag_build.text import day_of

if TYPE_CHECKING:
    import jinja2

_MADE_BY = "pmdiag demo"
_ON_PAPER = 15
_ON_SCREEN = 9
_UNCLEAR = "D or E"
_UNCLEAR_CELL = (3, "rating_2_4")
"""A row of the sheet and a field at which two levels were marked on paper."""

Fill = Callable[[str, Mapping[str, str]], bytes]
"""(pack, field name → value) → the filled PDF."""

Comments = Mapping[str, Mapping[str, Sequence[str]]]
"""Feature → kind → what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Made:
    """How many files are in the folder now, and why there are no PDFs among them."""

    files: int
    no_pdfs: tuple[Problem, ...] = ()


def demo_folder(out: Path, *, on_wait: Callable[[], None]) -> Made:
    """Write the returned files into the folder `out`, which is replaced whole. `on_wait` is called if another run is
    writing to it."""
    # Imported here: a browser makes the files only.
    from pmdiag_build.load import load_tool
    from pmdiag_build.output import OutputFolder
    from pmdiag_build.publish import Inputs
    from pmdiag_build.rendering.templates import environment

    tool = load_tool()
    folder = OutputFolder(out, _MADE_BY)
    folder.refuse_overlap(Inputs().folders)
    no_pdfs: tuple[Problem, ...] = ()
    with folder.alone(on_wait):
        old = folder.examine()
        try:
            files = demo_files(tool, Packs(tool, environment()).fill)
        except EnvironmentFailed as error:
            files, no_pdfs = demo_files(tool, None), error.problems
        folder.replace(files, {}, old)
    return Made(len(files), no_pdfs)


def demo_files(tool: Tool, fill: Fill | None, comments: Comments | None = None) -> dict[str, bytes]:
    """Name → content of the returned files. Without `fill` (no Pango) what would be a PDF comes as a record.

    `comments`: what the invented people write, as `load.read_comments` gives it, where no content can be read.
    """
    from pmdiag_build.returns.entry_sheet import entry_workbook

    found = people(tool, comments)
    alone = [one for one in found if one.mode == "individual"]
    paper, screen, rest = alone[:_ON_PAPER], alone[_ON_PAPER : _ON_PAPER + _ON_SCREEN], alone[_ON_PAPER + _ON_SCREEN :]
    with_others = [one for one in found if one.mode != "individual"]
    files = {"typed-from-paper.xlsx": entry_workbook(tool, [_typed(n, one) for n, one in enumerate(paper)])}
    for one in screen:
        files[f"on-screen/self-assessment-{_reference(one)}-{_id(one)}.json"] = _record(tool, one)
    for one in [*rest, *with_others]:
        files.update(_return(tool, one, fill))
    files["on-screen/copy of an answer.json"] = _record(tool, screen[0])
    if fill is not None:
        files["packs/blank.pdf"] = fill("self-assessment", {})
    return files


def _typed(row: int, one: Answered) -> dict[str, str]:
    """A row of the sheet, as somebody typed it."""
    at, name = _UNCLEAR_CELL
    return one.answers | {name: _UNCLEAR} if row == at else one.answers


def _return(tool: Tool, one: Answered, fill: Fill | None) -> Iterator[tuple[str, bytes]]:
    pack = {"interview": "interview", "group": "workshop"}.get(one.mode, "self-assessment")
    if fill is None:
        yield f"packs/{pack}-{_reference(one)}.json", _record(tool, one)
    else:
        yield f"packs/{pack}-{_reference(one)}.pdf", fill(pack, one.answers)


def _reference(one: Answered) -> str:
    return one.answers["record_reference"]


def _record(tool: Tool, one: Answered) -> bytes:
    """The response record that the page "Answer on screen" saves: every key, answered or not."""
    given = one.answers
    features = [feature.id for feature in tool.framework.features]
    people = given.get(record_name("group_size"), 0 if one.mode == "group" else 1)
    record = {
        "format": FORMAT,
        "version": VERSION,
        "id": _id(one),
        "saved": f"{day_of(given[record_name('date')])}T14:05",
        "pack_id": pack_id(tool, tool.pack("self-assessment")),
        "record": {name: given.get(record_name(name), "") for name in RECORD_FIELDS} | {"group_size": int(people)},
        "ratings": {statement.id: given.get(rating_name(statement.id)) for statement in tool.framework.used_statements},
        "overall": {id: given.get(overall_name(id)) for id in features},
        "comments": {id: {kind: given.get(comment_name(kind, id), "") for kind in COMMENT_KINDS} for id in features},
        "asked": in_a_record(question_fingerprints(tool)),
    }
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def _id(one: Answered) -> str:
    """An id such as the page gives to saved answers, but always the same."""
    signs = hashlib.sha256(_reference(one).encode()).hexdigest()
    return "-".join((signs[:4], signs[4:8], signs[8:12]))


class Packs:
    """Fills packs: each is set once, however many times it is filled."""

    def __init__(self, tool: Tool, environment: jinja2.Environment) -> None:
        self._tool = tool
        self._environment = environment
        self._rendered: dict[str, bytes] = {}

    def fill(self, id: str, answers: Mapping[str, str]) -> bytes:
        """The pack with these answers. Raises EnvironmentFailed where WeasyPrint or what it needs is missing."""
        from pmdiag_build.publish.forms import apply_forms
        from pmdiag_build.publish.packs import pack_title

        pack = self._tool.pack(id)
        fields = tuple(replace(f, value=answers.get(f.name, f.value)) for f in pack_fields(self._tool, pack))
        title = pack_title(self._tool, pack)
        return apply_forms(self._page(pack), fields, title=title, language=LANGUAGE)

    def _page(self, pack: Pack) -> bytes:
        from pmdiag_build.publish.packs import pack_html
        from pmdiag_build.rendering.weasy import html_to_pdf

        if pack.id not in self._rendered:
            html = pack_html(self._tool, pack, self._environment)
            self._rendered[pack.id] = html_to_pdf(html, identifier=b"pmdiag demo pack", name=f"packs/{pack.id}.yaml")
        return self._rendered[pack.id]


# ---- people
#
# They see the same organisation from different places.


_SEED = 2013
_SILENT = 0.07
"""How often a statement is left out."""

Leaning = tuple[float, float, float]
"""How readily somebody chooses the first, the middle and the last level."""

_LEANINGS: Mapping[str, Leaning] = {
    "director": (0.6, 3.0, 4.0),
    "senior-officer": (1.0, 4.0, 2.0),
    "manager": (1.6, 3.6, 1.6),
    "practitioner": (3.6, 2.6, 0.8),
    "performance-officer": (2.2, 3.4, 1.2),
    "elected-member": (0.6, 2.4, 3.2),
    "partner": (2.6, 2.4, 0.8),
    "": (1.8, 3.2, 1.4),
}
# Role, mode, how many such responses; a group's size follows. Two roles are too small to be shown on their own.
_WHO: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("director", "interview", (1, 1, 1)),
    ("director", "individual", (1, 1)),
    ("senior-officer", "individual", (1,) * 6),
    ("manager", "individual", (1,) * 9),
    ("practitioner", "individual", (1,) * 8),
    ("performance-officer", "individual", (1,) * 5),
    ("elected-member", "interview", (1, 1, 1)),
    ("partner", "individual", (1, 1)),
    ("", "group", (6, 9)),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One invented response: its mode, and field name → what was given."""

    mode: str
    answers: dict[str, str] = field(default_factory=dict)


def people(tool: Tool, comments: Comments | None = None) -> list[Answered]:
    """The forty responses, in the order in which they came back."""
    chance = random.Random(_SEED)  # noqa: S311 — an example, no secret
    who = [(role, mode, size) for role, mode, sizes in _WHO for size in sizes]
    chance.shuffle(who)
    # What is hard for everybody, and what is not: statements differ too, not only people.
    mood = {s.id: math.exp(chance.uniform(-3, 3)) for s in tool.framework.used_statements}
    found = [_one(tool, chance, n, *one, mood) for n, one in enumerate(who, 1)]
    if comments is None:
        # Imported here: a browser has no YAML.
        from pmdiag_build.load import read_comments

        comments = read_comments()
    _let_them_write(tool, chance, found, comments)
    return found


def _one(
    tool: Tool, chance: random.Random, number: int, role: str, mode: str, size: int, mood: Mapping[str, float]
) -> Answered:
    answers = {
        record_name("reference"): f"R-{number:02}",
        record_name("role"): role,
        record_name("mode"): mode,
        record_name("group_size"): str(size) if mode == "group" else "",
        record_name("area"): INVENTED,
        record_name("date"): f"{chance.randint(5, 23)} October 2026",
    }
    low, middle, high = _LEANINGS[role]
    own = chance.uniform(0.6, 1.7)
    levels = [level.code for level in tool.framework.levels]
    for feature in tool.framework.features:
        for statement in feature.used_statements:
            if chance.random() >= _SILENT:
                weights = (low / (mood[statement.id] * own), middle, high * mood[statement.id] * own)
                answers[rating_name(statement.id)] = chance.choices(levels, weights)[0]
        if chance.random() >= _SILENT:
            answers[overall_name(feature.id)] = chance.choices(levels, (low, middle * 1.5, high))[0]
    return Answered(mode, {name: text for name, text in answers.items() if text})


def _let_them_write(tool: Tool, chance: random.Random, found: list[Answered], comments: Comments) -> None:
    """Each comment goes to one response, and nobody gets two on the same question."""
    for feature, kinds in comments.items():
        if feature in {f.id for f in tool.framework.features}:
            for kind, texts in kinds.items():
                for one, text in zip(chance.sample(found, len(texts)), texts, strict=True):
                    one.answers[comment_name(kind, feature)] = text
