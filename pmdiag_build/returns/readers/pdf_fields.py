"""The fields of an open PDF: who is whose parent, on which page, and what people put beside them.

Walks the form's own list and the widgets on the pages, since mergers and extractors lose the one or the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pmdiag_build.content.field_names import item_of
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TooBig
from pmdiag_build.returns.readers.forms import KINDS, Mark
from pmdiag_build.returns.readers.pdf_library import (
    Array,
    Dictionary,
    Object,
    Pdf,
    String,
    decoded,
    entry_if_any,
    texts_of,
)

NO_PAGE = -1
_MARKUP = frozenset(f"/{kind}" for kind in KINDS)
Key = tuple[int, int]


class FormDamaged(Exception):
    """The form can't be walked; the message says why in half a sentence."""


@dataclass(slots=True)
class Field:
    """A field in the file: full name, its object, its `/FT` or nothing, and its widgets by page number (from 0)."""

    full_name: str
    dictionary: Object
    kind: str
    widgets: list[tuple[int, Object]] = field(default_factory=list)

    @property
    def page(self) -> int:
        return self.widgets[0][0] if self.widgets else NO_PAGE


@dataclass(slots=True)
class Form:
    """All fields of a PDF in page order, those on no page (`NO_PAGE`) last; `marks`: annotations people made."""

    fields: list[Field]
    marks: list[Mark]


def form_of(pdf: Pdf) -> Form:
    """The fields and people's own annotations (page, kind, text) of a PDF. Raises FormDamaged."""
    walk = _Walk()
    for number, page in enumerate(pdf.pages):
        walk.page(number, page.obj)
    acroform = pdf.Root.get("/AcroForm")
    if isinstance(acroform, Dictionary):
        walk.listed(acroform.get("/Fields"), 0)
    return Form(list(walk.fields.values()), walk.marks)


class _Walk:
    def __init__(self) -> None:
        self.fields: dict[Key | int, Field] = {}
        self.marks: list[Mark] = []
        self._names: dict[Key, str] = {}
        self._groups: dict[Key, Field] = {}
        self._seen: set[Key] = set()
        self._unnumbered = 0

    def page(self, number: int, page: Object) -> None:
        annotations = page.get("/Annots")
        if not isinstance(annotations, Array):
            return
        for annotation in _entries(annotations, "on a page"):
            subtype = annotation.get("/Subtype")
            if subtype == "/Widget":
                self._widget(number, annotation)
            elif str(subtype) in _MARKUP:
                text = annotation.get("/Contents")
                words = decoded(bytes(text)) if isinstance(text, String) else ""
                self.marks.append((number, str(subtype)[1:], words))

    def listed(self, fields: Object | None, depth: int) -> None:
        """Takes in the fields of the form's own list that no page shows."""
        if depth > limits.NESTED_FIELDS:
            raise FormDamaged("its fields are nested without end")
        if not isinstance(fields, Array):
            return
        for entry in _entries(fields, "in its list of fields"):
            if entry.objgen in self._seen and entry.objgen != (0, 0):
                continue
            self._seen.add(entry.objgen)
            kids = entry.get("/Kids")
            if isinstance(kids, Array) and any("/T" in kid for kid in _dictionaries(kids)):
                self.listed(kids, depth + 1)
            elif "/T" in entry:
                widgets = _dictionaries(kids) if isinstance(kids, Array) else iter([entry])
                self._field(entry).widgets.extend((NO_PAGE, widget) for widget in widgets)

    def _widget(self, number: int, widget: Object) -> None:
        self._seen.add(widget.objgen)
        group = None if "/T" in widget else widget.get("/Parent")
        key = group.objgen if isinstance(group, Dictionary) else (0, 0)
        # The buttons of a group follow one another: what was found out for the first holds for the others.
        field = self._groups.get(key) or self._field(widget)
        if key != (0, 0):
            self._groups[key] = field
        field.widgets.append((number, widget))

    def _field(self, entry: Object) -> Field:
        """The field that a widget or a listed entry belongs to: the nearest ancestor that carries its whole name."""
        holder = entry
        parent = entry_if_any(entry, "/Parent")
        # A button of a group has no name; some programs repeat the group's name there.
        while isinstance(parent, Dictionary) and ("/T" not in holder or self._same_question(holder, parent)):
            if holder.objgen == parent.objgen:
                raise FormDamaged("a field is its own parent")
            holder, parent = parent, entry_if_any(parent, "/Parent")
            self._seen.add(holder.objgen)
        key: Key | int = holder.objgen
        if key == (0, 0):
            self._unnumbered += 1
            key = self._unnumbered
        if key not in self.fields:
            if len(self.fields) == limits.FIELDS:
                raise TooBig(f"it has more than {limits.FIELDS:,} fields")
            kind = inherited(holder, "/FT")
            self.fields[key] = Field(self._full_name(holder), holder, "" if kind is None else str(kind))
        return self.fields[key]

    def _same_question(self, holder: Object, parent: Object) -> bool:
        if "/T" not in parent:
            return False
        above = item_of(self._full_name(parent))
        return above is not None and above == item_of(self._full_name(holder))

    def _full_name(self, holder: Object) -> str:
        key = holder.objgen
        if key in self._names and key != (0, 0):
            return self._names[key]
        parts: list[str] = []
        entry: Object | None = holder
        while isinstance(entry, Dictionary):
            if len(parts) > limits.NESTED_FIELDS:
                raise FormDamaged("its fields are nested without end")
            parts.append("".join(texts_of(entry.get("/T"))))
            entry = entry_if_any(entry, "/Parent")
        name = ".".join(filter(None, reversed(parts)))
        self._names[key] = name
        return name


def _entries(array: Array, where: str) -> Iterator[Object]:
    """The dictionaries of a list. Programs that remove one leave null, or a reference to an object that is gone."""
    entry: Any
    for entry in array:
        if isinstance(entry, Dictionary):
            yield entry
        elif entry is not None:
            raise FormDamaged(f"an entry {where} is damaged")


def _dictionaries(array: Array) -> Iterator[Object]:
    return (entry for entry in array if isinstance(entry, Dictionary))


def options_of(field: Field) -> list[str]:
    """The choices of a field's buttons, by the states that they can be in; none for a field that is not of buttons."""
    looks = (widget.get("/AP") for _, widget in field.widgets)
    states = (look.get("/N") for look in looks if isinstance(look, Dictionary))
    return [state for one in states if isinstance(one, Dictionary) for state in one.keys() if state != "/Off"]  # noqa: SIM118


def is_signature(field: Field) -> bool:
    """Is it for a certificate's signature, which is not an answer?"""
    return field.kind == "/Sig"


def inherited(dictionary: Object, key: str) -> Object | None:
    """An entry of a field, or of the nearest of its parents that has it."""
    entry: Object | None = dictionary
    for _ in range(limits.NESTED_FIELDS):
        if not isinstance(entry, Dictionary):
            return None
        if key in entry:
            return entry.get(key)
        entry = entry_if_any(entry, "/Parent")
    return None
