"""What may be shown of a round → the sections of its report, as plain values that layouts place.

A new section is one function in this room, one line in `SECTIONS`, one layout in layouts/report and one title in
content/words/report.yaml.
"""

from __future__ import annotations

from pmdiag_build.results.views.about import glance, rules, uncounted
from pmdiag_build.results.views.areas import by_area
from pmdiag_build.results.views.parts import ReportInput, Section, SectionKind
from pmdiag_build.results.views.questions import comments, counted_apart, differing, features, statements
from pmdiag_build.results.views.rounds import beside_earlier

SECTIONS = (
    SectionKind("glance", glance),
    SectionKind("features", features),
    SectionKind("statements", statements),
    SectionKind("apart", counted_apart),
    SectionKind("differences", differing),
    SectionKind("areas", by_area),
    SectionKind("comments", comments),
    SectionKind("previous", beside_earlier),
    SectionKind("uncounted", uncounted),
    SectionKind("rules", rules),
)
"""The kinds of section, in the order of the report."""


def sections(report: ReportInput) -> tuple[Section, ...]:
    """Every section that this report has."""
    return tuple(section for kind in SECTIONS if (section := kind.of(report)) is not None)
