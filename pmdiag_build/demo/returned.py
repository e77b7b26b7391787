"""The invented responses → the files in which they come back: filled packs, a typed sheet, records; and a few faults.

Among them are what every real round has: the same return twice, one that is blank, a cell that cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import jinja2

from pmdiag_build.content.field_names import item_of
from pmdiag_build.content.fields import pack_fields, pack_id
from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.demo.people import Answered, people
from pmdiag_build.returns.response import FORMAT, VERSION

_ON_PAPER = 15
_ON_SCREEN = 9
_UNCLEAR = "D or E"
_UNCLEAR_CELL = (3, "rating_2_4")
"""A row of the sheet and a field at which two levels were marked on paper."""

Fill = Callable[[str, Mapping[str, str]], bytes]
"""(pack, field name → value) → the filled PDF."""


def demo_files(tool: Tool, fill: Fill | None) -> dict[str, bytes]:
    """Name → content of the returned files. Without `fill` (no Pango) what would be a PDF comes as a record."""
    from pmdiag_build.returns.entry_sheet import entry_workbook

    found = people(tool)
    alone = [one for one in found if one.mode == "individual"]
    paper, screen, rest = alone[:_ON_PAPER], alone[_ON_PAPER : _ON_PAPER + _ON_SCREEN], alone[_ON_PAPER + _ON_SCREEN :]
    with_others = [one for one in found if one.mode != "individual"]
    files = {"typed-from-paper.xlsx": entry_workbook(tool, [_typed(n, one) for n, one in enumerate(paper)])}
    for one in screen:
        files[f"on-screen/{_reference(one)}.json"] = _record(tool, one)
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
    """The response record that the page "Answer on screen" saves."""
    parts: dict[str, dict[str, str]] = {"record": {}, "rating": {}, "overall": {}}
    comments: dict[str, dict[str, str]] = {}
    for name, text in one.answers.items():
        item = item_of(name)
        assert item is not None
        if item.kind == "comment":
            comments.setdefault(item.id, {})[item.comment] = text
        else:
            parts[item.kind][item.id] = text
    record = {
        "format": FORMAT,
        "version": VERSION,
        "pack_id": pack_id(tool, tool.pack("self-assessment")),
        "record": parts["record"],
        "ratings": parts["rating"],
        "overall": parts["overall"],
        "comments": comments,
    }
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


class Packs:
    """Fills packs: each is set once, however many times it is filled."""

    def __init__(self, tool: Tool, environment: jinja2.Environment) -> None:
        self._tool = tool
        self._environment = environment
        self._rendered: dict[str, bytes] = {}

    def fill(self, id: str, answers: Mapping[str, str]) -> bytes:
        """The pack with these answers. Raises EnvironmentFailed where WeasyPrint or what it needs is missing."""
        from pmdiag_build.publish.forms import apply_forms
        from pmdiag_build.publish.packs.page import pack_title
        from pmdiag_build.publish.packs.render import LANGUAGE

        pack = self._tool.pack(id)
        fields = tuple(replace(f, value=answers.get(f.name, f.value)) for f in pack_fields(self._tool, pack))
        title = pack_title(self._tool, pack)
        return apply_forms(self._page(pack), fields, title=title, language=LANGUAGE)

    def _page(self, pack: Pack) -> bytes:
        from pmdiag_build.publish.packs.page import pack_html
        from pmdiag_build.rendering.weasy import html_to_pdf

        if pack.id not in self._rendered:
            html = pack_html(self._tool, pack, self._environment)
            self._rendered[pack.id] = html_to_pdf(html, identifier=b"pmdiag demo pack", name=f"packs/{pack.id}.yaml")
        return self._rendered[pack.id]
