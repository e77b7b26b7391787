"""What a pack consists of: its parts with their titles, anchors and bookmarks. Draws nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.model import Pack, Section, Statement, Tool
from pmdiag_build.content.sections import OF_A_PAGE, anchor_of, page_of
from pmdiag_build.problems import ContentWrong, Fault, Location

MOST_ROWS_ON_A_SHEET = 4
"""More statements in 20 point do not stand on one A3 sheet."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a pack as it is found again: `anchor` for links, `title` in the contents, `mark` as bookmark.

    `body` is the rendered Markdown of a guide section, otherwise empty.
    """

    section: Section
    anchor: str
    title: str
    mark: str
    body: str = ""


def pack_parts(tool: Tool, pack: Pack) -> tuple[Part, ...]:
    """The parts of a pack in order, without the bodies of guide sections.

    Raises ContentWrong where a section shows a page of the site that the content does not have.
    """
    return tuple(_part(tool, pack, section) for section in pack.sections)


def anchors(parts: Sequence[Part]) -> Mapping[str, str]:
    """Page of the site → anchor in this pack, for the pages whose matter the pack holds."""
    return {part.anchor: part.anchor for part in parts}


def sheets(statements: Sequence[Statement]) -> list[Sequence[Statement]]:
    """Statements dealt evenly to as few wall sheets as hold them: 9 → 3, 3 and 3; 7 → 4 and 3."""
    count = max(1, math.ceil(len(statements) / MOST_ROWS_ON_A_SHEET))
    ends = [-(-i * len(statements) // count) for i in range(count + 1)]
    return [statements[start:end] for start, end in itertools.pairwise(ends)]


def _part(tool: Tool, pack: Pack, section: Section) -> Part:
    kind, anchor = section.kind, anchor_of(tool, section)
    if kind == "guide":
        title = tool.pages[section.page].title
        return Part(section, anchor, title, title)
    if kind in OF_A_PAGE:
        shown = page_of(tool, kind)
        if shown is None:
            place = Location(f"packs/{pack.id}.yaml", spot=f"section {kind}")
            raise ContentWrong.one(place, Fault("No page has this layout", f"Add a page with layout: {kind} to guide/"))
        return Part(section, anchor, shown.title, shown.title)
    if kind in ("feature", "wall"):
        feature = tool.framework.feature(section.feature)
        mark = f"{feature.id} {feature.short}"
        return Part(section, anchor, mark, mark)
    title = _TITLES[kind](tool, pack)
    return Part(section, anchor, title, title)


_TITLES: Mapping[str, Callable[[Tool, Pack], str]] = {
    "cover": lambda tool, _: tool.title,
    "contents": lambda tool, _: tool.words["pack"]["contents"],
    "opening": lambda _, pack: pack.title,
    "record": lambda tool, _: tool.record.title,
    "review-record": lambda tool, _: tool.words["pack"]["review_record"],
    "interview-script": lambda tool, _: tool.interview.opening.title,
    "interview-afterwards": lambda tool, _: tool.interview.afterwards.title,
    "workshop-plan": lambda tool, _: tool.workshop.plan_title,
    "workshop-rules": lambda tool, _: tool.workshop.bring.title,
    "workshop-differing": lambda tool, _: tool.workshop.differing.title,
    "more-room": lambda tool, _: tool.words["pack"]["more_room_title"],
}
