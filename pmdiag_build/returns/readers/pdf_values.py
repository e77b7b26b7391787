"""What a field of a PDF holds. Programs that fill forms disagree on where an answer is written; none may be lost."""

from __future__ import annotations

import pikepdf

from pmdiag_build.returns.raw import Given
from pmdiag_build.returns.readers.pdf_fields import Field
from pmdiag_build.returns.readers.pdf_text import texts_of
from pmdiag_build.returns.readers.rich_text import plain_of

_DEEPEST = 32
_OFF = "Off"


def given_in(field: Field) -> Given:
    """What a field holds: for buttons the states that are on, else its value.

    What is shown (`/AS`) comes first; a stored value (`/V`) that names another choice is given beside it, so that the
    two are not taken for one answer. Raises ValueError for a value that is no text.
    """
    kind, value = _inherited(field.dictionary, "/FT"), _inherited(field.dictionary, "/V")
    if kind == "/Btn" or (kind is None and (isinstance(value, pikepdf.Name) or any(map(_state, _widgets(field))))):
        return _choice(field, texts_of(value))
    apart = [widget for widget in _widgets(field) if widget.objgen != field.dictionary.objgen]
    stored = texts_of(value) + _stored_in(apart)
    if any(stored):
        return tuple(dict.fromkeys(stored))
    return (_by_place(field) if kind == "/Ch" else ()) or _rich((field.dictionary, *apart))


def _choice(field: Field, stored: Given) -> Given:
    shown = {state for widget in _widgets(field) if (state := _state(widget))}
    wanted = {text.removeprefix("/") for text in stored} - {_OFF, ""}
    if not shown and not wanted:
        wanted = {text.removeprefix("/") for text in _stored_in(_widgets(field))} - {_OFF, ""}
    return tuple(sorted(_meant(state, field) for state in shown | wanted))


def _widgets(field: Field) -> list[pikepdf.Object]:
    return [widget for _, widget in field.widgets]


def _stored_in(widgets: list[pikepdf.Object]) -> Given:
    return tuple(text for widget in widgets if "/V" in widget for text in texts_of(widget.get("/V")))


def _state(widget: pikepdf.Object) -> str:
    state = widget.get("/AS")
    text = str(state)[1:] if isinstance(state, pikepdf.Name) else ""
    return "" if text == _OFF else text


def _meant(state: str, field: Field) -> str:
    """Where states are mere numbers, `/Opt` says what they stand for (PDF 1.7, 12.7.4.2.3)."""
    options = _inherited(field.dictionary, "/Opt")
    if isinstance(options, pikepdf.Array) and state.isdecimal() and int(state) < len(options):
        return "".join(texts_of(options[int(state)]))
    return state


def _by_place(field: Field) -> Given:
    """A choice of which only the places in the list are stored (`/I`, from 0)."""
    places, options = (_inherited(field.dictionary, key) for key in ("/I", "/Opt"))
    if not isinstance(places, pikepdf.Array) or not len(places):
        return ()
    if not isinstance(options, pikepdf.Array) or not all(0 <= int(place) < len(options) for place in places):
        raise ValueError("a choice that is not in its list is marked")
    # An option is its value, or a pair of value and label.
    return tuple(texts_of(options[int(place)])[0] for place in places)


def _rich(entries: tuple[pikepdf.Object, ...]) -> Given:
    """The value where only its rich twin was written."""
    rich = [text for entry in entries for text in texts_of(_inherited(entry, "/RV")) if text]
    return tuple(dict.fromkeys(map(plain_of, rich)))


def _inherited(dictionary: pikepdf.Object, key: str) -> pikepdf.Object | None:
    entry: pikepdf.Object | None = dictionary
    for _ in range(_DEEPEST):
        if not isinstance(entry, pikepdf.Dictionary):
            return None
        value = entry.get(key)
        if value is not None:
            return value
        entry = entry.get("/Parent")
    return None
