"""Filled PDF packs → raw records. Takes nothing from a file that may not be whole.

A damaged form can read as blank or in part, so whatever casts a doubt on the file sets it aside with a fix.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Fault
from pmdiag_build.returns.english import counted, some
from pmdiag_build.returns.raw import FieldPlaces, Given, RawRecord, Reading, set_aside
from pmdiag_build.returns.readers import pdf_damage as pdf_guard
from pmdiag_build.returns.readers.annotations import TYPE_IN, answered, described, with_marks
from pmdiag_build.returns.readers.pdf_copies import Copy, Mixed, copies_of
from pmdiag_build.returns.readers.pdf_fields import Form, FormDamaged, form_of
from pmdiag_build.returns.readers.pdf_text import decoded, reason
from pmdiag_build.returns.readers.pdf_values import given_in

ASK_AGAIN = "Ask for it again, sent as the file that was saved"
_SAVE_FILES = "Open it, save the files in it one by one, and put those that are returns here"
_HARMLESS = re.compile(r"xref entry for the xref stream itself is missing|reported number of objects")
"""What qpdf says of sound files by writers that count differently (pypdf's incremental updates, for one)."""


def read(name: str, data: bytes, path: Path | None = None) -> Reading:
    """The returns in a PDF called `name`. `path`: where the same bytes stand on disk, which qpdf reads faster."""
    start = data.find(pdf_guard.HEADER, 0, pdf_guard.HEADER_WITHIN)
    if doubt := pdf_guard.damage(data[start:]):
        return set_aside(name, Fault(f"{doubt}: it may have been cut or damaged on its way", ASK_AGAIN))
    try:
        source = io.BytesIO(data[start:]) if path is None or start else path
        with pikepdf.open(source, attempt_recovery=False, suppress_warnings=True) as pdf:
            reading = _with_files(name, _attached(pdf), _read_open(name, pdf))
            if reading.records and any(not _HARMLESS.search(str(warning)) for warning in pdf.get_warnings()):
                return _damaged(name, "it must be repaired to be read")
    except pikepdf.PasswordError:
        fix = "Open it with its password, save it without one and put that file here"
        return set_aside(name, Fault("It opens with a password only", fix))
    except (pikepdf.PdfError, FormDamaged, ValueError, TypeError, RuntimeError) as error:
        return _damaged(name, reason(error))
    if start and reading.records:
        what = f"There are {start} bytes in front of the PDF; the PDF behind them is whole and was read"
        reading.notice(name, Fault(what, "Nothing needs to be done"))
    return reading


def _damaged(name: str, why: str) -> Reading:
    return set_aside(name, Fault(f"The PDF is damaged ({why})", ASK_AGAIN))


def _read_open(name: str, pdf: pikepdf.Pdf) -> Reading:
    for kind, fix in _OTHER_KINDS:
        if what := kind(pdf):
            return set_aside(name, Fault(what, fix))
    form = form_of(pdf)
    ours = [field for field in form.fields if item_of(field.full_name) is not None]
    if not ours:
        return _without_fields(name, pdf, form)
    try:
        copies = copies_of(form)
    except Mixed as mixed:
        what = f"{mixed}: several returns were merged into this file, and their answers may have run together"
        return set_aside(name, Fault(what, "Ask for the files as they were before they were merged"))
    reading = Reading()
    for number, copy in enumerate(copies, 1):
        reading.records.append(_record(name, copy, f"return {number} of {len(copies)}" if len(copies) > 1 else ""))
    return with_marks(name, form.marks, reading)


def _record(name: str, copy: Copy, spot: str) -> RawRecord:
    values: dict[str, Given] = {}
    renamed: dict[str, str] = {}
    declares: list[str] = []
    for ours, field in copy.items():
        item = item_of(ours)
        if item is not None and item.kind == "clear":
            continue
        declares.append(ours)
        if field.full_name != ours:
            renamed[ours] = field.full_name
        given = given_in(field)
        if any("\0" in text for text in given):
            raise FormDamaged(f"there are zeros in the field {field.full_name}")
        if any(given):
            values[ours] = given
    return RawRecord("pdf", FieldPlaces(name, spot, renamed), values, frozenset(declares))


def _without_fields(name: str, pdf: pikepdf.Pdf, form: Form) -> Reading:
    if form.fields:
        return set_aside(name, Fault("Its form fields are not those of a pack", "Check that this is a return"))
    what = "It has no form fields: it was printed to PDF, scanned or flattened"
    if form.marks:
        what += f", and {described(form.marks)} on top of it"
        return set_aside(name, Fault(what, TYPE_IN))
    reading = set_aside(name, Fault(what, TYPE_IN))
    reading.title = _title(pdf)
    return reading


def _title(pdf: pikepdf.Pdf) -> str:
    about = pdf.trailer.get("/Info")
    title = about.get("/Title") if isinstance(about, pikepdf.Dictionary) else None
    try:
        return decoded(bytes(title)) if isinstance(title, pikepdf.String) else ""
    except UnicodeDecodeError:
        return ""  # whoever wrote it, it is no title of ours


def _attached(pdf: pikepdf.Pdf) -> list[str]:
    """The names of the files inside a PDF."""
    names = pdf.Root.get("/Names")
    if not isinstance(names, pikepdf.Dictionary) or "/EmbeddedFiles" not in names:
        return []
    return list(pdf.attachments)


def _with_files(name: str, files: list[str], reading: Reading) -> Reading:
    """Says which files are inside the PDF; one of them may be the filled form."""
    if not files:
        return reading
    inside = f"{counted(len(files), 'other file is', 'other files are')} inside it ({some(files)})"
    if any(map(answered, reading.records)):
        reading.notice(name, Fault(f"{inside} and not read", _SAVE_FILES))
        return reading
    what = reading.set_aside[0].what if reading.set_aside else "Its fields are empty"
    return set_aside(name, Fault(f"{what}; {inside}", _SAVE_FILES))


def _portfolio(pdf: pikepdf.Pdf) -> str:
    return "It is a PDF portfolio" if "/Collection" in pdf.Root else ""


def _xfa(pdf: pikepdf.Pdf) -> str:
    form = pdf.Root.get("/AcroForm")
    has = isinstance(form, pikepdf.Dictionary) and "/XFA" in form
    return "It holds an XFA form, whose answers may differ from those of the plain form" if has else ""


_OTHER_KINDS: tuple[tuple[Callable[[pikepdf.Pdf], str], str], ...] = (
    (_portfolio, _SAVE_FILES),
    (_xfa, TYPE_IN),
)
