"""Checks of a finished pack's form and accessibility, beyond and including PDF/UA-1; for the mini pack and all packs.

`check_pack` tells in plain sentences what is wrong. A green result does not mean that the form works: the tests
that fill it in with real programs are for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import page
import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Choice
from pmdiag_build.publish.forms.placeholders import FIELD_KEY
from tests.forms.structure_checks import check_structure

_DA = re.compile(rf"/{FIELD_KEY} ([\d.]+) Tf 0 g")
_READ_ONLY, _MULTILINE, _RADIO, _PUSH_BUTTON, _COMBO = 1 << 0, 1 << 12, 1 << 15, 1 << 16, 1 << 17
_HIDDEN, _PRINT = 1 << 1, 1 << 2
_SMALLEST_TARGET, _SMALLEST_TYPE, _LOWEST_BOX = 14.0, 10.0, 1.3  # points, points, times the font size
_KINDS = {"radio": Name.Btn, "clear": Name.Btn, "text": Name.Tx, "line": Name.Tx, "id": Name.Tx, "choice": Name.Ch}


@dataclass(frozen=True, slots=True)
class Control:
    """A field of the form as it stands in the file, and the pages (from 1) of its widgets."""

    field: FormField
    object: Object
    widgets: tuple[Object, ...]
    pages: tuple[int, ...]


def check_pack(pdf_path: Path, fields: Sequence[FormField]) -> list[str]:
    """Everything that is wrong with a finished pack that declares `fields`; an empty list if nothing is."""
    found = [f"PDF/UA-1 {f.rule_id}: {f.message}" for f in _ua_failures(pdf_path)]
    with pikepdf.open(pdf_path) as pdf:
        found += [f"qpdf: {problem}" for problem in pdf.check_pdf_syntax()]
        found += check_structure(pdf)
        found += _check_form(pdf, fields) if fields else _check_no_form(pdf)
    return found


def _ua_failures(path: Path) -> Sequence[page.ValidationFailure]:
    failures: Sequence[page.ValidationFailure] = page.validate_pdf(
        path, profile=page.ValidationProfile.PDF_UA_1
    ).failures
    return failures


def _check_no_form(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/AcroForm" in pdf.Root or any(_widgets(pdf)):
        yield "it has a form, but the pack declares no field"


def _widgets(pdf: pikepdf.Pdf) -> Iterator[tuple[int, Object]]:
    for number, sheet in enumerate(pdf.pages, start=1):
        for annotation in sheet.obj.get("/Annots", Array()):
            if annotation.Subtype == Name.Widget:
                yield number, annotation


def _check_form(pdf: pikepdf.Pdf, fields: Sequence[FormField]) -> Iterator[str]:
    form = pdf.Root.get("/AcroForm", Dictionary(Fields=Array()))
    if "/NeedAppearances" in form:
        yield "NeedAppearances is there: viewers then draw every field anew"
    if "/DA" not in form or not {"/Helv", "/ZaDb", f"/{FIELD_KEY}"} <= set(_inner(form, "/DR", "/Font").keys()):
        yield "the form lacks DA, or DR with Helv, ZaDb and the field font"
    names = [str(field.get("/T", "")) for field in form.Fields]
    if names != [field.name for field in fields]:
        yield f"/Fields holds {sorted(set(names) ^ {f.name for f in fields}) or 'the fields in another order'}"
        return
    pages = {annotation.objgen: number for number, annotation in _widgets(pdf)}
    for field, object_ in zip(fields, form.Fields, strict=True):
        widgets = tuple(object_.get("/Kids", [object_]))
        missing = [w for w in widgets if w.objgen not in pages]
        if missing or "/Parent" in object_:
            yield f"{field.name}: it is not a field of its own with its widgets on pages"
            continue
        control = Control(field, object_, widgets, tuple(pages.pop(w.objgen) for w in widgets))
        yield from (f"{field.name}: {what}" for what in _check_control(pdf, control))
    if pages:
        yield f"{len(pages)} widgets on pages belong to no field"
    yield from _check_places(pdf)


def _check_control(pdf: pikepdf.Pdf, control: Control) -> Iterator[str]:
    field, object_ = control.field, control.object
    if object_.get("/FT") != _KINDS[field.kind]:
        yield f"its type is {object_.get('/FT')}"
    if str(object_.get("/TU", "")) != (field.question if field.kind == "radio" else field.aloud):
        yield "its accessible name is not as declared"
    for widget in control.widgets:
        if field.kind != "id" and "/N" not in _inner(widget, "/AP"):
            yield "it has no appearance"
        if int(widget.get("/F", 0)) != {"clear": 0, "id": _HIDDEN}.get(field.kind, _PRINT):
            yield f"its annotation flags are {widget.get('/F')}"
        if f"/{FIELD_KEY}" in _appearance_fonts(widget):
            yield "its appearance uses the field font"
    yield from _CHECKS[field.kind](control)


def _appearance_fonts(widget: Object) -> set[str]:
    normal = _inner(widget, "/AP", "/N")
    streams = [normal] if isinstance(normal, pikepdf.Stream) else [normal[key] for key in normal.keys()]  # noqa: SIM118
    return {key for stream in streams for key in _inner(stream, "/Resources", "/Font").keys()}  # noqa: SIM118


def _inner(object_: Object, *keys: str) -> Object:
    """A dictionary inside dictionaries, empty where a key is missing."""
    for key in keys:
        object_ = object_.get(key, Dictionary())
    return object_


def _check_radio(control: Control) -> Iterator[str]:
    group, field = control.object, control.field
    if int(group.get("/Ff", 0)) != _RADIO:
        yield f"its flags are {group.get('/Ff')}: a radio field that can be toggled off has {_RADIO}"
    if group.get("/DV") != Name.Off or group.get("/V") != Name(f"/{field.value or 'Off'}"):
        yield "its value or default value is not as declared"
    if "/Opt" in group:
        yield "it has /Opt: its states would be indexes"
    if len(set(control.pages)) != 1:
        yield f"its buttons are on pages {control.pages}"
    if len(control.widgets) != len(field.options):
        yield f"it has {len(control.widgets)} buttons"
    for option, kid in zip(field.options, control.widgets, strict=False):
        yield from (f"{option.code}: {what}" for what in _check_kid(group, kid, field, option))


def _check_kid(group: Object, kid: Object, field: FormField, option: Choice) -> Iterator[str]:
    code = option.code
    if extra := {"/T", "/FT", "/V", "/Opt", "/Ff"} & set(kid.keys()):
        yield f"the button has {sorted(extra)} of its own"
    if kid.get("/Parent", Dictionary()).objgen != group.objgen:
        yield "the button's parent is not the group"
    if set(kid.AP.N.keys()) != {f"/{code}", "/Off"}:
        yield f"the button's states are {sorted(kid.AP.N.keys())}"
    if str(kid.AS) != ("/" + code if field.value == code else "/Off"):
        yield f"the button is {kid.AS}"
    if not str(kid.get("/TU")) == str(kid.get("/Contents")) == field.option_aloud(option):
        yield "the button's names are not option and question"
    if "/ZaDb" not in str(kid.get("/DA", "")) or "/CA" not in _inner(kid, "/MK"):
        yield "the button lacks DA or the mark for programs that draw it themselves"
    if min(_size(kid)) < _SMALLEST_TARGET:
        yield f"the button is {min(_size(kid)):.1f} points small, less than {_SMALLEST_TARGET:g}"


def _check_text(control: Control) -> Iterator[str]:
    field, object_ = control.field, control.object
    if int(object_.get("/Ff", 0)) != (_MULTILINE if field.kind == "text" else 0) or "/MaxLen" in object_:
        yield f"its flags are {object_.get('/Ff')}, or it has a greatest length"
    if str(object_.get("/V", "")) != field.value:
        yield f"its value is {object_.get('/V')}"
    yield from _check_typed(object_)


def _check_choice(control: Control) -> Iterator[str]:
    field, object_ = control.field, control.object
    if int(object_.get("/Ff", 0)) != _COMBO:
        yield f"its flags are {object_.get('/Ff')}"
    if [(str(o[0]), str(o[1])) for o in object_.Opt] != [(o.code, o.label) for o in field.options]:
        yield "its options are not as declared"
    if str(object_.get("/V", "")) != field.value or ("/V" in object_) != bool(field.value):
        yield "its value is not as declared; without a choice there is no value at all"
    yield from _check_typed(object_)


def _check_typed(object_: Object) -> Iterator[str]:
    font = _DA.fullmatch(str(object_.get("/DA", "")))
    if font is None:
        yield f"its DA is {object_.get('/DA')}"
    elif (size := float(font[1])) < _SMALLEST_TYPE:
        yield f"its type is {size:g} points, less than {_SMALLEST_TYPE:g}"
    elif _size(object_)[1] < _LOWEST_BOX * size:
        yield f"it is {_size(object_)[1]:.1f} points high: pdf.js shows no {size:g} point text in it"


def _check_clear(control: Control) -> Iterator[str]:
    button = control.object
    action = button.get("/A", Dictionary())
    if int(button.get("/Ff", 0)) != _PUSH_BUTTON:
        yield f"its flags are {button.get('/Ff')}"
    if action.get("/S") != Name.ResetForm or [str(n) for n in action.get("/Fields", [])] != [control.field.clears]:
        yield "its action is not to reset the one field by name"
    if int(action.get("/Flags", 0)):
        yield "its action resets every field but the one"
    if str(button.get("/Contents", "")) != control.field.aloud:
        yield "it has no name in /Contents"


def _check_id(control: Control) -> Iterator[str]:
    object_ = control.object
    if int(object_.get("/Ff", 0)) != _READ_ONLY or _size(object_) != (0, 0):
        yield "it can be changed or seen"
    if not str(object_.get("/V")) == str(object_.get("/DV")) == control.field.value:
        yield "its value, or what a reset returns to, is not the pack's id"


_CHECKS: dict[str, Callable[[Control], Iterator[str]]] = {
    "radio": _check_radio,
    "text": _check_text,
    "line": _check_text,
    "choice": _check_choice,
    "clear": _check_clear,
    "id": _check_id,
}


def _check_places(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Rectangles are normalised, on the page, and no two controls share room."""
    for number, sheet in enumerate(pdf.pages, start=1):
        boxes = [
            (str(w.get("/T", w.get("/Parent", Dictionary()).get("/T", ""))), [float(n) for n in w.Rect])
            for n, w in _widgets(pdf)
            if n == number and not int(w.get("/F", 0)) & _HIDDEN
        ]
        left, bottom, right, top = (float(n) for n in sheet.mediabox)
        for name, (x1, y1, x2, y2) in boxes:
            if not (left <= x1 < x2 <= right and bottom <= y1 < y2 <= top):
                yield f"{name}: its rectangle is not on page {number}, or has its corners the wrong way round"
        for (first, a), (second, b) in combinations(boxes, 2):
            if a[0] < b[2] - 0.1 and b[0] < a[2] - 0.1 and a[1] < b[3] - 0.1 and b[1] < a[3] - 0.1:
                yield f"{first}: it lies over {second} on page {number}"


def _size(widget: Object) -> tuple[float, float]:
    x1, y1, x2, y2 = (float(n) for n in widget.Rect)
    return x2 - x1, y2 - y1
