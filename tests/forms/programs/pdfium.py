"""PDFium, the engine of Chrome's viewer, through its form interface: real clicks and typed text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Array, Name, Object

from pmdiag_build.content.fields import FormField
from tests.forms.answers import Answers


def fill(pack: Path, _fields: Sequence[FormField], answers: Answers, out: Path, *, incremental: bool = False) -> None:
    """Click each button and type each text. An empty level is taken back with its × button.

    `incremental`: the changes are written behind the file as it was, as many viewers save.
    """
    with pikepdf.open(pack) as pdf:
        sheets = [[w for w in page.obj.get("/Annots", Array()) if w.Subtype == Name.Widget] for page in pdf.pages]
        with _form(pack) as (document, form):
            for number, widgets in enumerate(sheets):
                with _page(document, form, number) as page:
                    for widget in widgets:
                        _answer(form, page, widget, answers)
            document.save(out, flags=pdfium.FPDF_INCREMENTAL if incremental else pdfium.FPDF_NO_INCREMENTAL)


@contextmanager
def _form(pack: Path) -> Iterator[tuple[pypdfium2.PdfDocument, Any]]:
    document = pypdfium2.PdfDocument(pack)
    document.init_forms()
    yield document, document.formenv
    document.close()


@contextmanager
def _page(document: pypdfium2.PdfDocument, form: Any, number: int) -> Iterator[Any]:
    page = document[number]  # loading it through the document also loads its form
    yield page.raw
    pdfium.FORM_ForceToKillFocus(form.raw)
    page.close()


def _answer(form: Any, page: Any, widget: Object, answers: Answers) -> None:
    name, kind = str(widget.get("/T", "")), widget.get("/FT")
    if kind is None:
        group = str(widget.Parent.T)
        if answers.get(group) and f"/{answers[group]}" in widget.AP.N:
            _click(form, page, widget)
    elif kind == Name.Btn:
        cleared = str(widget.A.Fields[0])
        if answers.get(cleared) == "":
            _click(form, page, widget)
    elif kind == Name.Ch and answers.get(name):
        _click(form, page, widget)
        codes = [str(option[0]) for option in widget.Opt]
        assert pdfium.FORM_SetIndexSelected(form.raw, page, codes.index(answers[name]), True)
        pdfium.FORM_ForceToKillFocus(form.raw)
    elif kind == Name.Tx and name in answers:
        _click(form, page, widget)
        assert pdfium.FORM_SelectAllText(form.raw, page)
        text = (answers[name].replace("\n", "\r\n") + "\0").encode("utf-16-le")
        pdfium.FORM_ReplaceSelection(form.raw, page, (ctypes.c_ushort * (len(text) // 2)).from_buffer_copy(text))
        pdfium.FORM_ForceToKillFocus(form.raw)


def _click(form: Any, page: Any, widget: Object) -> None:
    x1, y1, x2, y2 = (float(n) for n in widget.Rect)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    pdfium.FORM_OnMouseMove(form.raw, page, 0, x, y)
    pdfium.FORM_OnLButtonDown(form.raw, page, 0, x, y)
    pdfium.FORM_OnLButtonUp(form.raw, page, 0, x, y)
