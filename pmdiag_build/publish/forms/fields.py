"""A declared field and its rendered widgets → a field of the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.fields import FieldKind, FormField
from pmdiag_build.publish.forms.appearances import EMPTY_TEXT, Appearances, TextBox, cross, dot, shown_text
from pmdiag_build.publish.forms.placeholders import (
    FIELD_KEY,
    TEXT_KEY,
    FormFont,
    Pairs,
    Widget,
    complete_text_map,
    field_font,
    read_font,
)

# Flags of annotations and of fields, by the names of ISO 32000-1, tables 165, 221, 226, 228 and 230.
_HIDDEN, _PRINT = 1 << 1, 1 << 2
_READ_ONLY, _MULTILINE, _RADIO, _PUSH_BUTTON, _COMBO = 1 << 0, 1 << 12, 1 << 15, 1 << 16, 1 << 17
# Left out on purpose: NoToggleToOff (a second click may take a level back), DoNotScroll, MaxLen.

_BUTTON_FONT = "/ZaDb 0 Tf 0 g"
_RADIO_MARK = "l"  # a disc in Zapf Dingbats, for programs that draw a button themselves
_EMPTY_RECTANGLE = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Form:
    document: Pdf
    font: FormFont
    looks: Appearances


def build_form(document: Pdf, pairs: Pairs) -> None:
    """Replace the document's AcroForm by one with exactly the declared fields, in their order.

    The font of the text placeholders becomes the form's font; raises `LayoutWrong` if it is not TrueType.
    """
    key = next(widget.font for _, widgets in pairs for widget in widgets if widget.font)
    text_font = document.Root.AcroForm.DR.Font[f"/{key}"]
    font = read_font(text_font)
    complete_text_map(text_font, font)
    form = _Form(document, font, Appearances(document, text_font))
    fields = [_KINDS[field.kind](form, field, widgets) for field, widgets in pairs]
    fonts = {
        "/Helv": _standard_font(document, Name.Helvetica),
        "/ZaDb": _standard_font(document, Name.ZapfDingbats),
        f"/{FIELD_KEY}": field_font(document, text_font, font),
        f"/{TEXT_KEY}": text_font,
    }
    document.Root.AcroForm = document.make_indirect(
        Dictionary(Fields=Array(fields), DA=String("/Helv 0 Tf 0 g"), DR=Dictionary(Font=Dictionary(fonts)))
    )


def _standard_font(document: Pdf, name: Name) -> Object:
    return document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=name))


def _radio(form: _Form, field: FormField, widgets: tuple[Widget, ...]) -> Object:
    """A group with the question, and a kid for each option whose on-state is the option's code; the kid's short name is
    what is read aloud."""
    group = form.document.make_indirect(
        Dictionary(
            FT=Name.Btn,
            Ff=_RADIO,
            T=String(field.name),
            TU=String(field.question),  # whole: readers of returns recognise the wording by it
            V=_state(field.value),
            DV=Name.Off,  # what a reset returns to
        )
    )
    kids = []
    for option, widget in zip(field.options, widgets, strict=True):
        off, on = (
            form.looks.drawing(content, widget.width, widget.height)
            for content in (b"", dot(widget.width, widget.height))
        )
        name = field.option_aloud(option)
        kids.append(
            _placed(
                widget,
                F=_PRINT,
                Parent=group,
                TU=String(name),
                Contents=String(name),
                AS=_state(field.value if field.value == option.code else ""),
                AP=Dictionary(N=Dictionary({f"/{option.code}": on, "/Off": off})),
                DA=String(_BUTTON_FONT),
                MK=Dictionary(CA=String(_RADIO_MARK)),
            )
        )
    group.Kids = Array(kids)
    return group


def _text(form: _Form, field: FormField, widgets: tuple[Widget, ...]) -> Object:
    (widget,) = widgets
    multiline = field.kind == "text"
    return _placed(
        widget,
        **_typed(form, field, widget, field.value, multiline=multiline),
        FT=Name.Tx,
        Ff=_MULTILINE if multiline else 0,
        V=String(field.value),
        DV=String(field.value),
    )


def _choice(form: _Form, field: FormField, widgets: tuple[Widget, ...]) -> Object:
    """A drop-down list. No option is empty (PyMuPDF fails on one): not chosen means that there is no value."""
    (widget,) = widgets
    label = next((option.label for option in field.options if option.code == field.value), "")
    chosen = {"V": String(field.value), "DV": String(field.value)} if field.value else {}
    return _placed(
        widget,
        **_typed(form, field, widget, label, multiline=False),
        **chosen,
        FT=Name.Ch,
        Ff=_COMBO,
        Opt=Array([Array([String(option.code), String(option.label)]) for option in field.options]),
    )


def _clear(form: _Form, field: FormField, widgets: tuple[Widget, ...]) -> Object:
    """A push-button that resets one field. On screen only: paper has no use for it."""
    (widget,) = widgets
    return _placed(
        widget,
        F=0,
        FT=Name.Btn,
        Ff=_PUSH_BUTTON,
        T=String(field.name),
        TU=String(field.aloud),
        Contents=String(field.aloud),
        # By name: PDFium and pdf.js do not find a radio group by reference.
        A=Dictionary(Type=Name.Action, S=Name.ResetForm, Fields=Array([String(field.clears)])),
        AP=Dictionary(N=form.looks.drawing(cross(widget.width, widget.height), widget.width, widget.height)),
        DA=String(_BUTTON_FONT),
        MK=Dictionary(),
        H=Name.P,
    )


def _id(form: _Form, field: FormField, _widgets: tuple[Widget, ...]) -> Object:
    """The hidden, read-only field that says which pack this is; with a default, so that no reset empties it."""
    page = form.document.pages[0].obj
    widget = form.document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            P=page,
            Rect=Array(_EMPTY_RECTANGLE),
            F=_HIDDEN,
            FT=Name.Tx,
            Ff=_READ_ONLY,
            T=String(field.name),
            TU=String(field.question),
            V=String(field.value),
            DV=String(field.value),
            DA=String(f"/{FIELD_KEY} 10 Tf 0 g"),
        )
    )
    page.Annots = Array([*page.get("/Annots", Array()), widget])
    return widget


_KINDS: Mapping[FieldKind, Callable[[_Form, FormField, tuple[Widget, ...]], Object]] = {
    "radio": _radio,
    "text": _text,
    "line": _text,
    "choice": _choice,
    "clear": _clear,
    "id": _id,
}


def _typed(form: _Form, field: FormField, widget: Widget, shown: str, *, multiline: bool) -> dict[str, Object | int]:
    """What fields with text have in common; `shown` is the text in the box."""
    box = TextBox(widget.width, widget.height, widget.size, multiline)
    content = shown_text(shown, box, form.font) if shown else EMPTY_TEXT
    return {
        "F": _PRINT,
        "T": String(field.name),
        "TU": String(field.aloud),
        "DA": String(f"/{FIELD_KEY} {widget.size:g} Tf 0 g"),
        "AP": Dictionary(N=form.looks.text(content, widget.width, widget.height)),
    }


def _placed(widget: Widget, **entries: object) -> Object:
    """The rendered widget with only its place kept: page, rectangle, key of the structure tree."""
    annotation = widget.annotation
    for key in [key for key in annotation.keys() if key not in ("/Type", "/Subtype", "/P", "/StructParent")]:  # noqa: SIM118
        del annotation[key]
    annotation.Rect = Array(widget.rectangle)
    for key, value in entries.items():
        annotation[f"/{key}"] = value
    return annotation


def _state(code: str) -> Name:
    return Name(f"/{code}") if code else Name.Off
