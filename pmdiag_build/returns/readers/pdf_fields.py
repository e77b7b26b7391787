"""The fields of an open PDF: who is whose parent, on which page, what is on. Decides nothing about answers.

Walks the form's own list and the widgets on the pages, since mergers and extractors lose the one or the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pikepdf

from pmdiag_build.content.field_names import item_of
from pmdiag_build.returns.readers.annotations import KINDS, Mark
from pmdiag_build.returns.readers.pdf_text import decoded, texts_of

_DEEPEST = 32
NO_PAGE = -1
_MARKUP = frozenset(f"/{kind}" for kind in KINDS)
Key = tuple[int, int]


class FormDamaged(Exception):
    """The form cannot be walked; the message says why."""


@dataclass(slots=True)
class Field:
    """A field as it stands in the file: full name, its object, and its widgets by page number (from 0)."""

    full_name: str
    dictionary: pikepdf.Object
    widgets: list[tuple[int, pikepdf.Object]] = field(default_factory=list)

    @property
    def page(self) -> int:
        return self.widgets[0][0]


@dataclass(slots=True)
class Form:
    """All fields of a PDF in page order, those on no page (`NO_PAGE`) last; `marks`: annotations people made."""

    fields: list[Field]
    marks: list[Mark]


def form_of(pdf: pikepdf.Pdf) -> Form:
    """The fields and people's own annotations (page, kind, text) of a PDF. Raises FormDamaged."""
    walk = _Walk()
    for number, page in enumerate(pdf.pages):
        walk.page(number, page.obj)
    acroform = pdf.Root.get("/AcroForm")
    if isinstance(acroform, pikepdf.Dictionary):
        walk.listed(acroform.get("/Fields"), 0)
    return Form(list(walk.fields.values()), walk.marks)


class _Walk:
    def __init__(self) -> None:
        self.fields: dict[Key | int, Field] = {}
        self.marks: list[Mark] = []
        self._names: dict[Key, str] = {}
        self._seen: set[Key] = set()
        self._unnumbered = 0

    def page(self, number: int, page: pikepdf.Object) -> None:
        annotations = page.get("/Annots")
        if not isinstance(annotations, pikepdf.Array):
            return
        for annotation in annotations:
            if not isinstance(annotation, pikepdf.Dictionary):
                raise FormDamaged("an entry on a page is damaged")
            subtype = annotation.get("/Subtype")
            if subtype == "/Widget":
                self._widget(number, annotation)
            elif str(subtype) in _MARKUP:
                text = annotation.get("/Contents")
                words = decoded(bytes(text)) if isinstance(text, pikepdf.String) else ""
                self.marks.append((number, str(subtype)[1:], words))

    def listed(self, fields: pikepdf.Object | None, depth: int) -> None:
        """Takes in the fields of the form's own list that no page shows."""
        if depth > _DEEPEST:
            raise FormDamaged("its fields are nested without end")
        if not isinstance(fields, pikepdf.Array):
            return
        for entry in fields:
            if not isinstance(entry, pikepdf.Dictionary):
                raise FormDamaged("an entry in its list of fields is damaged")
            if entry.objgen in self._seen and entry.objgen != (0, 0):
                continue
            self._seen.add(entry.objgen)
            kids = entry.get("/Kids")
            if isinstance(kids, pikepdf.Array) and any("/T" in kid for kid in _dictionaries(kids)):
                self.listed(kids, depth + 1)
            elif "/T" in entry:
                widgets = _dictionaries(kids) if isinstance(kids, pikepdf.Array) else iter([entry])
                self._field(entry).widgets.extend((NO_PAGE, widget) for widget in widgets)

    def _widget(self, number: int, widget: pikepdf.Object) -> None:
        self._seen.add(widget.objgen)
        self._field(widget).widgets.append((number, widget))

    def _field(self, entry: pikepdf.Object) -> Field:
        """The field that a widget or a listed entry belongs to: the nearest ancestor that carries its whole name."""
        holder = entry
        parent = entry.get("/Parent")
        # A button of a group has no name of its own; some programs repeat the group's there.
        while isinstance(parent, pikepdf.Dictionary) and ("/T" not in holder or self._same_question(holder, parent)):
            if holder.objgen == parent.objgen:
                raise FormDamaged("a field is its own parent")
            holder, parent = parent, parent.get("/Parent")
            self._seen.add(holder.objgen)
        key: Key | int = holder.objgen
        if key == (0, 0):
            self._unnumbered += 1
            key = self._unnumbered
        if key not in self.fields:
            self.fields[key] = Field(self._full_name(holder), holder)
        return self.fields[key]

    def _same_question(self, holder: pikepdf.Object, parent: pikepdf.Object) -> bool:
        if "/T" not in parent:
            return False
        above = item_of(self._full_name(parent))
        return above is not None and above == item_of(self._full_name(holder))

    def _full_name(self, holder: pikepdf.Object) -> str:
        known = self._names.get(holder.objgen) if holder.objgen != (0, 0) else None
        if known is not None:
            return known
        parts: list[str] = []
        entry: pikepdf.Object | None = holder
        while isinstance(entry, pikepdf.Dictionary):
            if len(parts) > _DEEPEST:
                raise FormDamaged("its fields are nested without end")
            parts.append("".join(texts_of(entry.get("/T"))))
            entry = entry.get("/Parent")
        name = ".".join(part for part in reversed(parts) if part)
        self._names[holder.objgen] = name
        return name


def _dictionaries(array: pikepdf.Array) -> Iterator[pikepdf.Object]:
    return (entry for entry in array if isinstance(entry, pikepdf.Dictionary))
