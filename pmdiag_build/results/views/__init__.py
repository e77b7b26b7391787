"""A `Release` → the sections of a report, as plain values that a layout places. Knows no markup.

A new section is one function in this room, one line in `VIEWS` and one layout in layouts/report.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmdiag_build.results.views.apart import counted_apart
from pmdiag_build.results.views.comments import comments
from pmdiag_build.results.views.counts import differing, features, statements
from pmdiag_build.results.views.ending import rules, uncounted
from pmdiag_build.results.views.glance import glance
from pmdiag_build.results.views.previous import beside_earlier
from pmdiag_build.results.views.source import Section, Source

VIEWS: Sequence[Callable[[Source], Section | None]] = (
    glance,
    features,
    statements,
    counted_apart,
    differing,
    comments,
    beside_earlier,
    uncounted,
    rules,
)
"""The report's sections in order; one that gives None is left out."""


def sections(source: Source) -> tuple[Section, ...]:
    """Every section of the report."""
    return tuple(section for view in VIEWS if (section := view(source)) is not None)
