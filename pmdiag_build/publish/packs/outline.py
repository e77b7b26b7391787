"""What a pack consists of: its parts with their titles and anchors, and how statements are dealt to wall sheets."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.fields import anchor_of, title_of
from pmdiag_build.content.model import Pack, Section, Statement, Tool

MOST_ROWS_ON_A_SHEET = 4
"""More statements in 20 point do not fit on one A3 sheet."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a pack as it is found again: `anchor` for links, `title` in the contents and as bookmark.

    `body` is the rendered Markdown of a guide section, otherwise empty.
    """

    section: Section
    anchor: str
    title: str
    body: str = ""


def pack_parts(tool: Tool, pack: Pack) -> tuple[Part, ...]:
    """The parts of a pack in order, without the bodies of guide sections.

    Raises ContentWrong where a section shows a page of the site that the content does not have.
    """
    return tuple(Part(section, anchor_of(tool, section), title_of(tool, pack, section)) for section in pack.sections)


def anchors(parts: Sequence[Part]) -> Mapping[str, str]:
    """Page of the site → anchor in this pack, for the pages that the pack contains."""
    return {part.anchor: part.anchor for part in parts}


def sheets(statements: Sequence[Statement]) -> list[Sequence[Statement]]:
    """Statements dealt evenly to as few wall sheets as there can be: 9 → 3, 3 and 3; 7 → 4 and 3."""
    count = max(1, math.ceil(len(statements) / MOST_ROWS_ON_A_SHEET))
    ends = [-(-i * len(statements) // count) for i in range(count + 1)]
    return [statements[start:end] for start, end in itertools.pairwise(ends)]
