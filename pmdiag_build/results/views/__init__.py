"""What may be shown of a round → the sections of its report, as plain values that layouts place.

A new section is one function in this room, one line in `SECTIONS`, one layout in layouts/report and one title in
content/words/report.yaml.
"""

from __future__ import annotations

from pmdiag_build.results.views.about import answered, rules
from pmdiag_build.results.views.page_one import page_one
from pmdiag_build.results.views.parts import ReportInput, Section, SectionKind
from pmdiag_build.results.views.questions import counted_apart, more_comments
from pmdiag_build.results.views.rounds import beside_earlier, by_area
from pmdiag_build.results.views.spreads import kinds, spreads

SECTIONS = (
    SectionKind("glance", page_one),
    SectionKind("feature", spreads, page=True),
    SectionKind("comments", more_comments, page=True),
    SectionKind("apart", counted_apart, page=True),
    SectionKind("areas", by_area, page=True),
    SectionKind("previous", beside_earlier, page=True),
    SectionKind("kinds", kinds),
    SectionKind("answered", answered),
    SectionKind("rules", rules),
)
"""The kinds of section, in the order of the report."""


def sections(report: ReportInput) -> tuple[Section, ...]:
    """Every section that this report has."""
    return tuple(section for kind in SECTIONS for section in kind.of(report))
