"""Filled PDF packs → raw records, one for each copy of a pack in the file.

A damaged form can read as blank or in part, so whatever casts a doubt on the file sets it aside with a fix.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Fault, counted, some
from pmdiag_build.returns.raw import FieldPlaces, Given, RawRecord, Reading, set_aside
from pmdiag_build.returns.readers.forms import TYPE_IN, answered, described, with_marks
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

ASK_AGAIN = "Ask for it again, sent as the file that was saved"
_SAVE_FILES = "Open it, save the files in it one by one, and put those that are returns here"
_HARMLESS = re.compile(r"xref entry for the xref stream itself is missing|reported number of objects")
"""What qpdf says of sound files by writers that count differently (pypdf's incremental updates, for one)."""

Copy = dict[str, Field]
"""Field name (`rating_1_3`; the full name for a field that is none of ours) → field."""


class Mixed(Exception):
    """The copies can't be told apart; the message says why."""


def read(name: str, data: bytes, path: Path | None = None) -> Reading:
    """The returns in a PDF called `name`. `path`: where the same bytes stand on disk, which qpdf reads faster."""
    start = data.find(HEADER, 0, HEADER_WITHIN)
    if doubt := damage(data[start:]):
        return set_aside(name, Fault(f"{doubt}: it may have been cut or damaged on its way", ASK_AGAIN))
    try:
        with opened(data[start:] if path is None or start else path, Recovery.OFF) as pdf:
            reading = _with_files(name, _attached(pdf), _read_open(name, pdf))
            if reading.records and not all(map(_HARMLESS.search, warnings_of(pdf))):
                return _damaged(name, "it must be repaired to be read")
    except PasswordNeeded:
        fix = "Open it with its password, save it without one and put that file here"
        return set_aside(name, Fault("It opens with a password only", fix))
    except (FormDamaged, *DAMAGED) as error:
        return _damaged(name, reason(error))
    if start and reading.records:
        what = f"There are {start} bytes in front of the PDF; the PDF behind them is whole and was read"
        reading.notice(name, Fault(what, "Nothing needs to be done"))
    return reading


def _damaged(name: str, why: str) -> Reading:
    return set_aside(name, Fault(f"The PDF is damaged ({why})", ASK_AGAIN))


def _read_open(name: str, pdf: Pdf) -> Reading:
    for kind, fix in _OTHER_KINDS:
        if what := kind(pdf):
            return set_aside(name, Fault(what, fix))
    form = form_of(pdf)
    ours = [field for field in form.fields if item_of(field.full_name) is not None]
    if not ours:
        return _without_fields(name, pdf, form)
    try:
        copies = _copies_of(form)
    except Mixed as mixed:
        what = f"{mixed}: several returns were merged into this file, and their answers may have run together"
        return set_aside(name, Fault(what, "Ask for the files as they were before they were merged"))
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
            raise Mixed(f"The field {name} stands on several pages")
        if name in copies[-1]:
            if field.page == copies[-1][name].page:
                raise Mixed(f"The field {name} stands in it twice")
            _begin(copies, field.page)
        copies[-1][name] = field
    if len(copies) > 1 and any(field.page == NO_PAGE for field in form.fields):
        raise Mixed("Some of its fields stand on no page")
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
        return set_aside(name, Fault("Its form fields are not those of a pack", "Check that this is a return"))
    what = "It has no form fields: it was printed to PDF, scanned or flattened"
    if form.marks:
        what += f", and {described(form.marks)} on top of it"
        return set_aside(name, Fault(what, TYPE_IN))
    reading = set_aside(name, Fault(what, TYPE_IN))
    reading.title = _title(pdf)
    return reading


def _title(pdf: Pdf) -> str:
    about = pdf.trailer.get("/Info")
    title = about.get("/Title") if isinstance(about, Dictionary) else None
    try:
        return decoded(bytes(title)) if isinstance(title, String) else ""
    except UnicodeDecodeError:
        return ""  # whoever wrote it, it is no title of ours


def _attached(pdf: Pdf) -> list[str]:
    """The names of the files inside a PDF."""
    names = pdf.Root.get("/Names")
    if not isinstance(names, Dictionary) or "/EmbeddedFiles" not in names:
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


def _portfolio(pdf: Pdf) -> str:
    return "It is a PDF portfolio" if "/Collection" in pdf.Root else ""


def _xfa(pdf: Pdf) -> str:
    form = pdf.Root.get("/AcroForm")
    has = isinstance(form, Dictionary) and "/XFA" in form
    return "It holds an XFA form, whose answers may differ from those of the plain form" if has else ""


_OTHER_KINDS: tuple[tuple[Callable[[Pdf], str], str], ...] = (
    (_portfolio, _SAVE_FILES),
    (_xfa, TYPE_IN),
)
