"""The fields of an open PDF: who is whose parent, on which page, and what each was answered.

Walks the form's own list and the widgets on the pages, since mergers and extractors lose the one or the other.
Programs that fill forms disagree on where an answer is written, so every place is looked at: none may be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pmdiag_build.content.field_names import item_of
from pmdiag_build.returns.raw import Given
from pmdiag_build.returns.readers.forms import KINDS, OFF, Mark
from pmdiag_build.returns.readers.pdf_library import Array, Dictionary, Name, Object, Pdf, String, decoded, texts_of
from pmdiag_build.returns.readers.xml import plain_of

_DEEPEST = 32
NO_PAGE = -1
_MARKUP = frozenset(f"/{kind}" for kind in KINDS)
Key = tuple[int, int]


class FormDamaged(Exception):
    """The form can't be walked; the message says why in half a sentence."""


@dataclass(slots=True)
class Field:
    """A field as it is in the file: full name, its object, and its widgets by page number (from 0)."""

    full_name: str
    dictionary: Object
    widgets: list[tuple[int, Object]] = field(default_factory=list)

    @property
    def page(self) -> int:
        return self.widgets[0][0]


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
        self._seen: set[Key] = set()
        self._unnumbered = 0

    def page(self, number: int, page: Object) -> None:
        annotations = page.get("/Annots")
        if not isinstance(annotations, Array):
            return
        for annotation in annotations:
            if not isinstance(annotation, Dictionary):
                raise FormDamaged("an entry on a page is damaged")
            subtype = annotation.get("/Subtype")
            if subtype == "/Widget":
                self._widget(number, annotation)
            elif str(subtype) in _MARKUP:
                text = annotation.get("/Contents")
                words = decoded(bytes(text)) if isinstance(text, String) else ""
                self.marks.append((number, str(subtype)[1:], words))

    def listed(self, fields: Object | None, depth: int) -> None:
        """Takes in the fields of the form's own list that no page shows."""
        if depth > _DEEPEST:
            raise FormDamaged("its fields are nested without end")
        if not isinstance(fields, Array):
            return
        for entry in fields:
            if not isinstance(entry, Dictionary):
                raise FormDamaged("an entry in its list of fields is damaged")
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
        self._field(widget).widgets.append((number, widget))

    def _field(self, entry: Object) -> Field:
        """The field that a widget or a listed entry belongs to: the nearest ancestor that carries its whole name."""
        holder = entry
        parent = entry.get("/Parent")
        # A button of a group has no name; some programs repeat the group's name there.
        while isinstance(parent, Dictionary) and ("/T" not in holder or self._same_question(holder, parent)):
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

    def _same_question(self, holder: Object, parent: Object) -> bool:
        if "/T" not in parent:
            return False
        above = item_of(self._full_name(parent))
        return above is not None and above == item_of(self._full_name(holder))

    def _full_name(self, holder: Object) -> str:
        known = self._names.get(holder.objgen) if holder.objgen != (0, 0) else None
        if known is not None:
            return known
        parts: list[str] = []
        entry: Object | None = holder
        while isinstance(entry, Dictionary):
            if len(parts) > _DEEPEST:
                raise FormDamaged("its fields are nested without end")
            parts.append("".join(texts_of(entry.get("/T"))))
            entry = entry.get("/Parent")
        name = ".".join(part for part in reversed(parts) if part)
        self._names[holder.objgen] = name
        return name


def _dictionaries(array: Array) -> Iterator[Object]:
    return (entry for entry in array if isinstance(entry, Dictionary))


def given_in(field: Field) -> Given:
    """What was answered in a field: for buttons the states that are on, else its value.

    What is shown (`/AS`) comes first; a stored value (`/V`) that names another choice is given beside it, so that the
    two are not mistaken for one answer. Raises ValueError for a value that is not a text.
    """
    kind, value = _inherited(field.dictionary, "/FT"), _inherited(field.dictionary, "/V")
    if kind == "/Btn" or (kind is None and (isinstance(value, Name) or any(map(_state, _widgets(field))))):
        return _choice(field, texts_of(value))
    apart = [widget for widget in _widgets(field) if widget.objgen != field.dictionary.objgen]
    stored = texts_of(value) + _stored_in(apart)
    if any(stored):
        return tuple(dict.fromkeys(stored))
    return (_by_place(field) if kind == "/Ch" else ()) or _rich((field.dictionary, *apart))


def _choice(field: Field, stored: Given) -> Given:
    shown = {state for widget in _widgets(field) if (state := _state(widget))}
    wanted = {text.removeprefix("/") for text in stored} - {OFF, ""}
    if not shown and not wanted:
        wanted = {text.removeprefix("/") for text in _stored_in(_widgets(field))} - {OFF, ""}
    return tuple(sorted(_meant(state, field) for state in shown | wanted))


def _widgets(field: Field) -> list[Object]:
    return [widget for _, widget in field.widgets]


def _stored_in(widgets: list[Object]) -> Given:
    return tuple(text for widget in widgets if "/V" in widget for text in texts_of(widget.get("/V")))


def _state(widget: Object) -> str:
    state = widget.get("/AS")
    text = str(state)[1:] if isinstance(state, Name) else ""
    return "" if text == OFF else text


def _meant(state: str, field: Field) -> str:
    """Where states are mere numbers, `/Opt` says what they mean (PDF 1.7, 12.7.4.2.3)."""
    options = _inherited(field.dictionary, "/Opt")
    if isinstance(options, Array) and state.isdecimal() and int(state) < len(options):
        return "".join(texts_of(options[int(state)]))
    return state


def _by_place(field: Field) -> Given:
    """A choice of which only the places in the list are stored (`/I`, from 0)."""
    places, options = (_inherited(field.dictionary, key) for key in ("/I", "/Opt"))
    if not isinstance(places, Array) or not len(places):
        return ()
    if not isinstance(options, Array) or not all(0 <= int(place) < len(options) for place in places):
        raise ValueError("a choice that is not in its list is marked")
    # An option is its value, or a pair of value and label.
    return tuple(texts_of(options[int(place)])[0] for place in places)


def _rich(entries: tuple[Object, ...]) -> Given:
    """The value where only its rich twin was written."""
    rich = [text for entry in entries for text in texts_of(_inherited(entry, "/RV")) if text]
    return tuple(dict.fromkeys(map(plain_of, rich)))


def _inherited(dictionary: Object, key: str) -> Object | None:
    entry: Object | None = dictionary
    for _ in range(_DEEPEST):
        if not isinstance(entry, Dictionary):
            return None
        value = entry.get(key)
        if value is not None:
            return value
        entry = entry.get("/Parent")
    return None
