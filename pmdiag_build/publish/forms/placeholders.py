"""The controls that WeasyPrint rendered for a pack, compared with the fields that the pack declares."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pikepdf import Array, Name, Object, Pdf

from pmdiag_build.content.fields import FormField
from pmdiag_build.problems import ExitCode, Fault, Location, PmdiagError, Problem, did_you_mean

_NAME = re.compile(r"[A-Za-z0-9_]+")
_FONT = re.compile(r"/(\S+) ([\d.]+) Tf")
_ON_THE_LAYOUT = "Fix the pack's layout"


class LayoutWrong(PmdiagError):
    """A layout renders other fields than its pack declares: a mistake in the program, not in the content."""

    exit_code = ExitCode.ENVIRONMENT_FAILED


@dataclass(frozen=True, slots=True)
class Widget:
    """One rendered control: its annotation, page (from 0) and normalised rectangle in points.

    A text placeholder has its font's resource key and size in points. A radio button has its HTML value, and the
    object number of its group, which distinguishes groups of one name.
    """

    annotation: Object
    page: int
    rectangle: tuple[float, float, float, float]
    font: str = ""
    size: float = 0
    value: str = ""
    group: tuple[int, int] | None = None

    @property
    def width(self) -> float:
        return self.rectangle[2] - self.rectangle[0]

    @property
    def height(self) -> float:
        return self.rectangle[3] - self.rectangle[1]


Pairs = Sequence[tuple[FormField, tuple[Widget, ...]]]
"""The declared fields in their order, each with its widgets: three for a radio field, none for the id."""


def rendered_placeholders(document: Pdf) -> dict[str, list[Widget]]:
    """Every widget of the document by field name, in the order of pages and of drawing."""
    found: defaultdict[str, list[Widget]] = defaultdict(list)
    for number, page in enumerate(document.pages):
        for annotation in page.obj.get("/Annots", Array()):
            if annotation.get("/Subtype") == Name.Widget:
                found[str(annotation.T)].append(_widget(annotation, number))
    return dict(found)


def matched(fields: Sequence[FormField], rendered: Mapping[str, list[Widget]], title: str) -> Pairs:
    """Each declared field with its widgets; raises `LayoutWrong` naming every field that does not agree."""
    problems = list(_disagreements(fields, rendered, title))
    if problems:
        raise LayoutWrong(problems)
    return [(field, tuple(rendered.get(field.name, ()))) for field in fields]


def _widget(annotation: Object, page: int) -> Widget:
    x1, y1, x2, y2 = (round(float(n), 3) for n in annotation.Rect)
    rectangle = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    parent = annotation.get("/Parent")
    if parent is not None:
        position = next(i for i, kid in enumerate(parent.Kids) if kid.objgen == annotation.objgen)
        return Widget(annotation, page, rectangle, value=str(parent.Opt[position]), group=parent.objgen)
    font = _FONT.search(str(annotation.get("/DA", "")))
    if font is None:  # a checkbox
        return Widget(annotation, page, rectangle)
    return Widget(annotation, page, rectangle, font[1], round(float(font[2]), 2))


def _disagreements(fields: Sequence[FormField], rendered: Mapping[str, list[Widget]], title: str) -> Iterator[Problem]:
    declared = {field.name: field for field in fields}
    for name in (name for name, times in Counter(field.name for field in fields).items() if times > 1):
        yield Problem(Location.field(title, name), Fault("The pack declares it twice", "Declare each field once"))
    for name in rendered:
        if name not in declared:
            fix = did_you_mean(name, declared) if declared else "Remove it: this pack declares no field"
            yield Problem(Location.field(title, name), Fault("It is on a page but the pack does not declare it", fix))
    fonts = {widget.font: name for name, widgets in rendered.items() for widget in widgets if widget.font}
    if fields and not fonts:
        yield Problem(Location(title), Fault("It has no text field, so its form has no font", _ON_THE_LAYOUT))
    if len(fonts) > 1:
        what = f"Its font differs from that of {', '.join(sorted(fonts.values())[1:])}"
        fix = "Set all text fields in one font and weight"
        yield Problem(Location.field(title, min(fonts.values())), Fault(what, fix))
    for field in declared.values():
        for what in _faults(field, rendered.get(field.name, []), declared):
            yield Problem(Location.field(title, field.name), Fault(what, _ON_THE_LAYOUT))


def _faults(field: FormField, widgets: Sequence[Widget], declared: Mapping[str, FormField]) -> Iterator[str]:
    if not _NAME.fullmatch(field.name):
        yield "Its name has characters other than A–Z, a–z, 0–9 and _"
    codes = [option.code for option in field.options]
    if field.kind in ("radio", "choice") and field.value and field.value not in codes:
        yield f"Its value “{field.value}” is not one of its options"
    if field.kind == "clear" and field.clears not in declared:
        yield f"It clears “{field.clears}”, which the pack does not declare"
    if field.kind == "id":
        if widgets:
            yield "It is on a page, but the form pass adds it"
    elif not widgets:
        yield "The pack declares it but it is on no page"
    elif field.kind == "radio":
        yield from _radio_faults(codes, widgets)
    elif len(widgets) > 1:
        yield f"It is on the pages {len(widgets)} times"
    elif not widgets[0].font:
        yield "It is a checkbox, not a text input"


def _radio_faults(codes: Sequence[str], widgets: Sequence[Widget]) -> Iterator[str]:
    pages = sorted({widget.page + 1 for widget in widgets})
    if len(pages) > 1:
        # Two groups of one name: programs then set one and read the other. See break-inside in the layout.
        yield f"Its buttons are on more than one page: {', '.join(map(str, pages))}"
    elif len({widget.group for widget in widgets}) > 1 or widgets[0].group is None:
        yield "Its buttons are not one group of radio buttons"
    elif [widget.value for widget in widgets] != list(codes):
        yield f"Its buttons are {[w.value for w in widgets]}, its options {list(codes)}"
