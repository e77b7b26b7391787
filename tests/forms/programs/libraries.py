"""Libraries and command-line programs that fill forms without showing them."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pymupdf
import pypdf
from pikepdf.form import ChoiceField, DefaultAppearanceStreamGenerator, Form, RadioButtonGroup, TextField

from pmdiag_build.content.fields import FormField
from tests.forms.answers import Answers
from tests.programs import program


def fill_with_pikepdf(pack: Path, _fields: Sequence[FormField], answers: Answers, out: Path) -> None:
    """pikepdf's form interface, which also draws the appearances."""
    with pikepdf.open(pack) as pdf:
        form = Form(pdf, DefaultAppearanceStreamGenerator)
        for name, answer in answers.items():
            field = form[name]
            if isinstance(field, RadioButtonGroup):
                field.value = pikepdf.Name("/" + (answer or "Off"))
            elif isinstance(field, ChoiceField):
                field.value = answer
            else:
                assert isinstance(field, TextField)
                field.value = answer
        pdf.save(out)


_SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java for a program that runs for a second: it would compile for longer than it takes."""


def fill_with_pdftk(pack: Path, _fields: Sequence[FormField], answers: Answers, out: Path) -> None:
    """pdftk (iText) with an FDF file, as people fill in packs from a database."""
    values = "".join(f"<< /T ({name}) /V {_fdf_string(answer or 'Off')} >>\n" for name, answer in answers.items())
    fdf = out.with_suffix(".fdf")
    fdf.write_text(
        f"%FDF-1.2\n1 0 obj\n<< /FDF << /Fields [\n{values}] >> >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    )
    command = (program("pdftk"), pack, "fill_form", fdf, "output", out)
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "JAVA_TOOL_OPTIONS": _SHORT})


def _fdf_string(text: str) -> str:
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex()}>" if not text.isascii() or "\n" in text else f"({text})"


def fill_with_pypdf(pack: Path, fields: Sequence[FormField], answers: Answers, out: Path) -> None:
    """pypdf, which sets levels by the name of their state."""
    radios = {field.name for field in fields if field.kind == "radio"}
    values = {name: f"/{answer or 'Off'}" if name in radios else answer for name, answer in answers.items()}
    writer = pypdf.PdfWriter(clone_from=pack)
    for page in writer.pages:
        writer.update_page_form_field_values(page, values, auto_regenerate=False)
    writer.write(out)


def fill_with_pymupdf(pack: Path, _fields: Sequence[FormField], answers: Answers, out: Path) -> None:
    """PyMuPDF (MuPDF), which visits widgets page by page."""
    document: Any = pymupdf.open(pack)  # type: ignore[no-untyped-call]
    with document:
        for page in document:
            for widget in page.widgets():
                if widget.field_name in answers:
                    _set_with_pymupdf(widget, answers[widget.field_name])
        document.save(out)


def _set_with_pymupdf(widget: Any, answer: str) -> None:
    if widget.field_type_string == "RadioButton":
        on = widget.on_state() == answer
        if not on and not (answer == "" and widget.field_value == widget.on_state()):
            return
        widget.field_value = on
    else:
        widget.field_value = answer
    widget.update()


_PDF_LIB = """
const {PDFDocument, PDFRadioGroup, PDFDropdown} = require("pdf-lib");
const fs = require("fs");
(async () => {
  const [pack, out, answers] = JSON.parse(fs.readFileSync(0, "utf8"));
  const pdf = await PDFDocument.load(fs.readFileSync(pack));
  const form = pdf.getForm();
  for (const [name, answer] of Object.entries(answers)) {
    const field = form.getField(name);
    if (field instanceof PDFRadioGroup) answer ? field.select(answer) : field.clear();
    else if (field instanceof PDFDropdown) field.select(answer);
    else field.setText(answer);
  }
  fs.writeFileSync(out, await pdf.save({updateFieldAppearances: false}));
})();
"""


def fill_with_pdf_lib(pack: Path, _fields: Sequence[FormField], answers: Answers, out: Path, modules: Path) -> None:
    """pdf-lib in Node.js, without appearances, because its own fonts lack ŵ."""
    data = json.dumps([str(pack), str(out), dict(answers)])
    command = (program("node"), "-e", _PDF_LIB)
    subprocess.run(command, input=data.encode(), check=True, capture_output=True, env={"NODE_PATH": str(modules)})
