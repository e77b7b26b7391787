"""What the tests fill in, and a small reader of what programs wrote; values are as a person gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pikepdf
from pikepdf import Array, Name, Object

from pmdiag_build.content.fields import FormField

Answers = Mapping[str, str]
"""Field name → the code of a level or choice, or text with LF line ends; empty takes an answer back."""

NAMES = "Zoë Łukasz ŵ ŷ"
LINES = "First line: Siân & Ŵyn <b>(5 %)</b>\nsecond: “quoted” – £5 €7\n\nfourth \\ after an empty one"
LONG = ("Performance management of 2013 ŵ; " * 90)[:2999] + "."


def sample_answers(fields: Sequence[FormField]) -> dict[str, str]:
    """An answer for every field: all levels and options in turn, and texts that programs stumble over."""
    answers = {}
    texts = [LONG, LINES, f"{NAMES}\nŁódź"]
    for number, field in enumerate(fields):
        if field.kind in ("radio", "choice"):
            answers[field.name] = field.options[number % len(field.options)].code
        elif field.kind == "line":
            answers[field.name] = f"{NAMES} {number}"
        elif field.kind == "text":
            answers[field.name] = texts[number % len(texts)]
    return answers


def read_answers(path: Path, fields: Sequence[FormField]) -> dict[str, str]:
    """What stands in a filled pack, by field name; line ends become LF. A missing field is a KeyError."""
    with pikepdf.open(path) as pdf:
        found = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        return {field.name: _answer(found[field.name], field) for field in fields if field.kind not in ("clear", "id")}


def read_pack_id(path: Path) -> str:
    """The value of the hidden field."""
    with pikepdf.open(path) as pdf:
        return next(str(field.V) for field in pdf.Root.AcroForm.Fields if str(field.T) == "pack_id")


def _answer(object_: Object, field: FormField) -> str:
    if field.kind != "radio":
        value = object_.get("/V", "")
        if isinstance(value, Array):  # pdftk writes the choice of a drop-down list so
            (value,) = list(value)
        return str(value).replace("\r\n", "\n").replace("\r", "\n")
    states = {str(kid.AS).removeprefix("/") for kid in object_.Kids if kid.AS != Name.Off}
    value = str(object_.get("/V", Name.Off)).removeprefix("/")
    # Group and buttons must tell the same: a program that sets only one of them is read differently by others.
    assert states == ({value} - {"Off"}), f"{field.name}: the group says {value}, the buttons {states or 'Off'}"
    return "" if value == "Off" else value
