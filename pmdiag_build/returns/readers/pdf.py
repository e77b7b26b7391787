"""Filled PDF packs → raw records, one for each copy of a pack in the file.

A damaged form can look blank or partly filled, so any doubt about the file sets it aside.
"""

from __future__ import annotations

import re
from pathlib import Path

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Fault, counted, some
from pmdiag_build.returns.raw import TYPE_IN, FieldPlaces, Given, RawRecord, Reading, set_aside
from pmdiag_build.returns.readers.forms import NOT_A_PACK, answered, described, with_marks
from pmdiag_build.returns.readers.pdf_damage import HEADER, HEADER_WITHIN, damage
from pmdiag_build.returns.readers.pdf_fields import NO_PAGE, Field, Form, FormDamaged, form_of, given_in
from pmdiag_build.returns.readers.pdf_library import (
    DAMAGED,
    Dictionary,
    PasswordNeeded,
    Pdf,
    Recovery,
    String,
    decoded,
    opened,
    reason,
    warnings_of,
)

ASK_AGAIN = "Ask for it again"
_SAVE_FILES = "Open the PDF, save the files in it and put the returns among them here"
DAMAGED_PDF = Fault("The PDF is damaged ({why})", ASK_AGAIN)
LOCKED = Fault("The PDF is protected with a password", "Open it, save it without the password and put that file here")
BYTES_IN_FRONT = Fault(
    "There are {number} bytes in front of the PDF. The PDF itself is complete and was read",
    "Open the file and check that it shows the answers that were counted",
)
MERGED = Fault(
    "Several returns were merged into this file, and their answers may be mixed up ({why})",
    "Ask for the files as they were before they were merged",
)
NO_FIELDS = Fault("This PDF has no form fields: it was printed to PDF, scanned or flattened{marks}", TYPE_IN)
FILES_INSIDE = Fault("{files} inside it, which were not read ({names})", _SAVE_FILES)
ONLY_FILES_INSIDE = Fault("{what}. {files} inside it ({names})", _SAVE_FILES)
PORTFOLIO = Fault("This is a PDF portfolio: the returns in it are separate files", _SAVE_FILES)
XFA = Fault("This PDF has an XFA form, whose answers may differ from those of the plain form", TYPE_IN)
_HARMLESS = re.compile(r"xref entry for the xref stream itself is missing|reported number of objects")
"""Warnings about sound files whose writers count differently (pypdf's incremental updates, for one)."""

Copy = dict[str, Field]
"""Field name (`rating_1_3`; the full name for a field that is not ours) → field."""


class Mixed(Exception):
    """The copies can't be separated; the message says why in half a sentence."""


def read(name: str, data: bytes, path: Path | None = None) -> Reading:
    """The returns in a PDF called `name`. `path`: where the same bytes are on disk, which is read faster."""
    start = data.find(HEADER, 0, HEADER_WITHIN)
    if doubt := damage(data[start:]):
        return set_aside(name, DAMAGED_PDF, why=doubt)
    try:
        with opened(data[start:] if path is None or start else path, Recovery.OFF) as pdf:
            reading = _with_files(name, _attached(pdf), _read_open(name, pdf))
            if reading.records and not all(map(_HARMLESS.search, warnings_of(pdf))):
                return set_aside(name, DAMAGED_PDF, why="it must be repaired to be read")
    except PasswordNeeded:
        return set_aside(name, LOCKED)
    except (FormDamaged, *DAMAGED) as error:
        return set_aside(name, DAMAGED_PDF, why=reason(error))
    if start and reading.records:
        reading.notice(name, BYTES_IN_FRONT, number=str(start))
    return reading


def _read_open(name: str, pdf: Pdf) -> Reading:
    if "/Collection" in pdf.Root:
        return set_aside(name, PORTFOLIO)
    if _has_xfa(pdf):
        return set_aside(name, XFA)
    form = form_of(pdf)
    ours = [field for field in form.fields if item_of(field.full_name) is not None]
    if not ours:
        return _without_fields(name, pdf, form)
    try:
        copies = _copies_of(form)
    except Mixed as mixed:
        return set_aside(name, MERGED, why=str(mixed))
    reading = Reading()
    for number, copy in enumerate(copies, 1):
        reading.records.append(_record(name, copy, f"return {number} of {len(copies)}" if len(copies) > 1 else ""))
    return with_marks(name, form.marks, reading)


def _copies_of(form: Form) -> list[Copy]:
    """The copies of packs in a form, in page order. Raises Mixed where answers may have run into one another.

    Mergers rename fields, drop the form's list or share a field between copies. What they leave alone is the order of
    pages, so a new copy begins on the page where a question is asked again.
    """
    copies: list[Copy] = [{}]
    for field in form.fields:
        name = _our_name(field)
        if len({page for page, _ in field.widgets}) > 1:
            raise Mixed(f"the field {name} is on several pages")
        if name in copies[-1]:
            if field.page == copies[-1][name].page:
                raise Mixed(f"the field {name} is in it twice")
            _begin(copies, field.page)
        copies[-1][name] = field
    if len(copies) > 1 and any(field.page == NO_PAGE for field in form.fields):
        raise Mixed("some of its fields are on no page")
    return copies


def _begin(copies: list[Copy], page: int) -> None:
    """A new copy from `page` on: what the last copy took from that page belongs to the new one."""
    moved = {name: field for name, field in copies[-1].items() if field.page == page}
    for name in moved:
        del copies[-1][name]
    copies.append(moved)


def _our_name(field: Field) -> str:
    item = item_of(field.full_name)
    return field.full_name if item is None else item.name


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


def _without_fields(name: str, pdf: Pdf, form: Form) -> Reading:
    if form.fields:
        return set_aside(name, NOT_A_PACK)
    marks = f". Its pages have {described(form.marks)}" if form.marks else ""
    reading = set_aside(name, NO_FIELDS, marks=marks)
    if not form.marks:
        reading.title = _title(pdf)
    return reading


def _title(pdf: Pdf) -> str:
    about = pdf.trailer.get("/Info")
    title = about.get("/Title") if isinstance(about, Dictionary) else None
    try:
        return decoded(bytes(title)) if isinstance(title, String) else ""
    except UnicodeDecodeError:
        return ""  # not a title of ours


def _attached(pdf: Pdf) -> list[str]:
    """The names of the files inside a PDF."""
    names = pdf.Root.get("/Names")
    if not isinstance(names, Dictionary) or "/EmbeddedFiles" not in names:
        return []
    return list(pdf.attachments)


def _with_files(name: str, files: list[str], reading: Reading) -> Reading:
    """Adds a problem for files inside the PDF; one of them may be the filled form."""
    if not files:
        return reading
    inside, names = counted(len(files), "other file is", "other files are"), some(files)
    if any(map(answered, reading.records)):
        reading.notice(name, FILES_INSIDE, files=inside, names=names)
        return reading
    what = reading.set_aside[0].what if reading.set_aside else "Its form fields are empty"
    return set_aside(name, ONLY_FILES_INSIDE, what=what, files=inside, names=names)


def _has_xfa(pdf: Pdf) -> bool:
    form = pdf.Root.get("/AcroForm")
    return isinstance(form, Dictionary) and "/XFA" in form
