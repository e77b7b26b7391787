"""Filled PDF packs → raw records, one for each copy of a pack in the file.

A damaged form can look blank or partly filled, so any doubt about the file sets it aside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pmdiag_build.content.field_names import item_of
from pmdiag_build.content.questions import fingerprint_of
from pmdiag_build.problems import Fault, counted, some
from pmdiag_build.returns.raw import ASK_AGAIN, TYPE_IN, FieldPlaces, Given, RawRecord, Reading, Unread, set_aside
from pmdiag_build.returns.readers.forms import NOT_A_PACK, answered, described, has_values, with_marks
from pmdiag_build.returns.readers.pdf_answers import NOT_STORED, Answers
from pmdiag_build.returns.readers.pdf_damage import HEADER, HEADER_WITHIN, damage, recovered, sent_as_text
from pmdiag_build.returns.readers.pdf_fields import (
    NO_PAGE,
    Field,
    Form,
    FormDamaged,
    form_of,
    is_signature,
    options_of,
)
from pmdiag_build.returns.readers.pdf_library import (
    DAMAGED,
    Dictionary,
    PasswordNeeded,
    Pdf,
    String,
    Unsure,
    decoded,
    opened,
    reason,
    warnings_of,
)
from pmdiag_build.returns.readers.pdf_pages import pages_of

_SAVE_FILES = "Open the PDF, save the files in it and put the returns among them here"
DAMAGED_PDF = Fault("The PDF is damaged ({why})", ASK_AGAIN)
SENT_AS_TEXT = Fault("The PDF was sent as text, which spoilt it", "Ask for it again, packed in a ZIP file")
UNSURE = Fault(
    "The desk can't be sure about this file ({why})", "Read it with pmdiag on a computer, or ask for it again"
)
LOCKED = Fault("The PDF is protected with a password", "Open it, save it without the password and put that file here")
BYTES_IN_FRONT = Fault(
    "There are {number} bytes in front of the PDF. The PDF itself is complete and was read",
    "Open the file and check that it shows the answers that were counted",
)
MERGED = Fault(
    "Several returns were merged into this file, and their answers may be mixed up ({why})",
    "Ask for the files as they were before they were merged",
)
PAGES_MISSING = Fault("{pages} missing in this file", "Ask for the whole file again")
ONLY_SHOWN = Fault("The file shows {answers}, but none is stored in it", TYPE_IN)
NO_FIELDS = Fault("This PDF has no form fields: it was printed to PDF, scanned or flattened{marks}", TYPE_IN)
FILES_INSIDE = Fault("{files} inside it, which were not read ({names})", _SAVE_FILES)
ONLY_FILES_INSIDE = Fault("{what}. {files} inside it ({names})", _SAVE_FILES)
PORTFOLIO = Fault("This is a PDF portfolio: the returns in it are separate files", _SAVE_FILES)
XFA = Fault("This PDF has an XFA form, whose answers may differ from those of the plain form", TYPE_IN)
_HARMLESS = re.compile(r"xref entry for the xref stream itself is missing|reported number of objects")
"""Warnings about sound files whose writers count differently (pypdf's incremental updates, for one)."""

_MOST_BUTTONS = 20
"""Of one question."""

Copy = dict[str, list[Field]]
"""Field name (`rating_1_3`; the full name for a field that is not ours) → the field, and copies of it in one return."""


class Mixed(Exception):
    """The copies can't be separated; the message says why in half a sentence."""


def read(name: str, data: bytes, path: Path | None = None) -> Reading:
    """The returns in a PDF called `name`. `path`: where the same bytes are on disk, which is read faster."""
    start = data.find(HEADER, 0, HEADER_WITHIN)
    whole = recovered(data[start:])
    if sent_as_text(whole):
        return set_aside(name, SENT_AS_TEXT)
    if doubt := damage(whole):
        return set_aside(name, DAMAGED_PDF, why=doubt)
    try:
        with opened(path if path is not None and whole == data else whole) as pdf:
            reading = _with_files(name, _attached(pdf), _read_open(name, pdf))
            # What is gone can make of two questions one that is asked twice, as in a file that was put together.
            mixed = any(problem.fault is MERGED for problem in reading.set_aside)
            if (reading.records or mixed) and not all(map(_HARMLESS.search, warnings_of(pdf))):
                return set_aside(name, DAMAGED_PDF, why="it must be repaired to be read")
    except PasswordNeeded:
        return set_aside(name, LOCKED)
    except Unsure as error:
        return set_aside(name, UNSURE, why=str(error))
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
    answers = _answers(pdf)
    pages = pages_of(pdf, answers.canvas)
    if pages.missing:
        return set_aside(name, PAGES_MISSING, pages=_numbers(pages.missing))
    try:
        copies = _copies_of(form)
    except Mixed as mixed:
        return set_aside(name, MERGED, why=str(mixed))
    reading = Reading()
    for number, copy in enumerate(copies, 1):
        spot = f"return {number} of {len(copies)}" if len(copies) > 1 else ""
        reading.records.append(_record(name, copy, spot, answers))
    if shown := _shown_only(reading.records):
        return set_aside(name, ONLY_SHOWN, answers=counted(shown, "answer", "answers"))
    return with_marks(name, sorted([*form.marks, *pages.marks]), reading)


def _shown_only(records: Sequence[RawRecord]) -> int:
    """How many answers are shown in a file that stores not one; 0 for any other file."""
    unread = [one for record in records for one in record.unread.values()]
    if any(map(has_values, records)) or any(one.fault is not NOT_STORED for one in unread):
        return 0
    return len(unread)


def _answers(pdf: Pdf) -> Answers:
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return Answers()
    regenerated: Any = form.get("/NeedAppearances")
    return Answers(regenerated is True, form.get("/DR"))


def _numbers(pages: Sequence[int]) -> str:
    numbers = some([str(page) for page in pages])
    return f"Page {numbers} of the pack is" if len(pages) == 1 else f"Pages {numbers} of the pack are"


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
        before = copies[-1].get(name)
        if before is None:
            copies[-1][name] = [field]
        elif field.page == NO_PAGE or _is_one_group([*before, field]):
            before.append(field)
        elif field.page == before[0].page:
            raise Mixed(f"the field {name} is in it twice")
        else:
            _begin(copies, field.page)
            copies[-1][name] = [field]
    if len(copies) > 1 and any(field.page == NO_PAGE for field in form.fields):
        raise Mixed("some of its fields are on no page")
    return copies


def _is_one_group(fields: Sequence[Field]) -> bool:
    """Are these one question's buttons, of which some have left their group? Apple's programs save what is chosen so.

    Copies of a question have the same options; the buttons of one group have each its own.
    """
    if len(fields) > _MOST_BUTTONS or len({field.page for field in fields}) > 1:
        return False
    options = [option for field in fields for option in options_of(field)]
    return bool(options) and len(set(options)) == len(options)


def _begin(copies: list[Copy], page: int) -> None:
    """A new copy from `page` on: what the last copy took from that page belongs to the new one."""
    moved = {name: fields for name, fields in copies[-1].items() if fields[0].page == page}
    for name in moved:
        del copies[-1][name]
    copies.append(moved)


def _our_name(field: Field) -> str:
    item = item_of(field.full_name)
    return field.full_name if item is None else item.name


def _record(name: str, copy: Copy, spot: str, answers: Answers) -> RawRecord:
    values: dict[str, Given] = {}
    unread: dict[str, Unread] = {}
    renamed: dict[str, str] = {}
    declares: list[str] = []
    asked: dict[str, str] = {}
    for ours, fields in copy.items():
        # A program may end a name with a zero; within it, bytes were lost.
        if "\0" in ours.rstrip("\0"):
            raise FormDamaged("there are zeros in the name of a field")
        item = item_of(ours)
        if (item is not None and item.kind == "clear") or is_signature(fields[0]):
            continue
        declares.append(ours)
        if item is not None and item.kind in ("rating", "overall") and (said := _said_aloud(fields[0])):
            asked[ours] = fingerprint_of(said)
        if fields[0].full_name != ours:
            renamed[ours] = fields[0].full_name
        given = answers.of(fields)
        if any("\0" in text for text in (given.given if isinstance(given, Unread) else given)):
            raise FormDamaged(f"there are zeros in the field {fields[0].full_name}")
        if isinstance(given, Unread):
            unread[ours] = given
        elif any(given):
            values[ours] = given
    return RawRecord("pdf", FieldPlaces(name, spot, renamed), values, frozenset(declares), unread, asked)


def _said_aloud(field: Field) -> str:
    """The name by which a screen reader says the field: in our packs, the whole question. Empty where there is none."""
    name = field.dictionary.get("/TU")
    try:
        return decoded(bytes(name)) if isinstance(name, String) else ""
    except UnicodeDecodeError:
        return ""


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
