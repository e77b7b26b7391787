"""Packs made by hand with pikepdf: the fields that a pack declares on bare pages, quick to make and dense to damage."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.content.model import Tool

Answers = Mapping[str, str]
"""Field name → level code, option code or text."""

_ON_A_PAGE = 30


def fields_of(tool: Tool, pack: str = "self-assessment") -> tuple[FormField, ...]:
    """What a pack declares."""
    return pack_fields(tool, tool.pack(pack))


def blank_pack(fields: Sequence[FormField]) -> bytes:
    """A pack with these fields and nothing printed on it, in the shape that the form pass gives."""
    pdf = Pdf.new()
    listed = Array()
    # As in the real packs, the hidden field is on the first page.
    fields = sorted(fields, key=lambda field: field.kind != "id")
    for start in range(0, len(fields), _ON_A_PAGE):
        page = pdf.add_blank_page(page_size=(595, 842))
        annotations = Array()
        for field in fields[start : start + _ON_A_PAGE]:
            field_object, widgets = _KINDS[field.kind](pdf, field)
            listed.append(field_object)
            for widget in widgets:
                widget[Name.P] = page.obj
                annotations.append(widget)
        page.obj[Name.Annots] = annotations
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=listed, DA=String("/Helv 0 Tf 0 g")))
    return saved(pdf)


def _text(pdf: Pdf, field: FormField) -> tuple[Object, list[Object]]:
    flags = {"text": 4096, "id": 1}.get(field.kind, 0)
    widget = pdf.make_indirect(_widget(FT=Name.Tx, T=String(field.name), Ff=flags, V=String(field.value)))
    return widget, [widget]


def _choice(pdf: Pdf, field: FormField) -> tuple[Object, list[Object]]:
    options = Array([Array([String(option.code), String(option.label)]) for option in field.options])
    widget = _widget(FT=Name.Ch, T=String(field.name), Ff=1 << 17, Opt=options, V=String(field.value))
    widget = pdf.make_indirect(widget)
    return widget, [widget]


def _radio(pdf: Pdf, field: FormField) -> tuple[Object, list[Object]]:
    name, question = String(field.name), String(field.question)
    group = pdf.make_indirect(Dictionary(FT=Name.Btn, T=name, TU=question, Ff=1 << 15, V=Name.Off))
    kids = [_button(pdf, group, option.code) for option in field.options]
    group[Name.Kids] = Array(kids)
    return group, kids


def _button(pdf: Pdf, group: Object, code: str) -> Object:
    states = Dictionary({f"/{code}": pdf.make_stream(b""), "/Off": pdf.make_stream(b"")})
    return pdf.make_indirect(_widget(Parent=group, AS=Name.Off, AP=Dictionary(N=states)))


def _clear(pdf: Pdf, field: FormField) -> tuple[Object, list[Object]]:
    widget = pdf.make_indirect(_widget(FT=Name.Btn, T=String(field.name), Ff=1 << 16))
    return widget, [widget]


_KINDS: Mapping[str, Callable[[Pdf, FormField], tuple[Object, list[Object]]]] = {
    "text": _text,
    "line": _text,
    "id": _text,
    "choice": _choice,
    "radio": _radio,
    "clear": _clear,
}


def _widget(**entries: Any) -> Dictionary:
    return Dictionary(Type=Name.Annot, Subtype=Name.Widget, F=4, Rect=Array([0, 0, 20, 20]), **entries)


def filled(pack: bytes, answers: Answers) -> bytes:
    """The pack with answers, written anew."""
    return edited(pack, lambda pdf: put(pdf, answers))


def put(pdf: Pdf, answers: Answers) -> None:
    """Sets answers in an open pack, both in the group and in its buttons."""
    for field in pdf.Root.AcroForm.Fields:
        answer = answers.get(str(field.T))
        if answer is None:
            continue
        if Name.Kids not in field:
            field.V = String(answer)
            continue
        field.V = Name(f"/{answer}")
        for kid in field.Kids:
            kid.AS = Name(f"/{answer}") if f"/{answer}" in kid.AP.N else Name.Off


def field_in(pdf: Pdf, name: str) -> Object:
    """A field of an open pack."""
    return next(field for field in pdf.Root.AcroForm.Fields if field.T == name)


def edited(pack: bytes, edit: Callable[[Pdf], object]) -> bytes:
    """The PDF after `edit`, written anew."""
    with pikepdf.open(io.BytesIO(pack)) as pdf:
        edit(pdf)
        return saved(pdf)


def saved(pdf: Pdf, **options: Any) -> bytes:
    """The PDF as bytes: plain objects, so that damage hits them and not a compressed stream."""
    out = io.BytesIO()
    settings = {
        "deterministic_id": "encryption" not in options,
        "object_stream_mode": pikepdf.ObjectStreamMode.disable,
        "fix_metadata_version": False,  # some are bombs
    }
    # pikepdf warns of widgets that the form does not list; some returns are like that.
    with warnings.catch_warnings(action="ignore", category=pikepdf.PageCopyWarning):
        pdf.save(out, **(settings | options))
    return out.getvalue()


def filled_on_top(pack: bytes, answers: Answers) -> bytes:
    """The pack with answers appended to it as viewers save: the old objects stay in front of the new ones."""
    with pikepdf.open(io.BytesIO(pack)) as pdf:
        put(pdf, answers)
        fields = [field for field in pdf.Root.AcroForm.Fields if str(field.T) in answers]
        changed = [entry for field in fields for entry in (field, *field.get("/Kids", []))]
        root = pdf.Root.objgen[0]
        objects = {entry.objgen[0]: entry.unparse(resolved=True) for entry in changed}
        size = int(pdf.trailer.Size)
    out = bytearray(pack)
    offsets = {}
    for number, text in sorted(objects.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(out)
    entries = b"".join(b"%d 1\n%010d 00000 n \n" % (number, offset) for number, offset in offsets.items())
    before = pack[pack.rindex(b"startxref") + 9 :].split()[0]
    trailer = b"trailer\n<< /Root %d 0 R /Size %d /Prev %s >>\n" % (root, size, before)
    return bytes(out + b"xref\n" + entries + trailer + b"startxref\n%d\n%%%%EOF\n" % start)
