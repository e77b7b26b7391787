"""What a question was answered in a PDF: what is stored and what is shown, if they say the same.

A program that knows only some of the places where an answer is leaves the others as they were, so a level that was
taken back may still be stored, and a text may be shown that is stored nowhere. Where two places differ, and no answer
is a difference too, the answer is not counted and both are named. A place that says nothing (no `/V`, no `/AS`, an
appearance without letters) contradicts nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pmdiag_build.problems import Fault
from pmdiag_build.returns.raw import Given, Unread
from pmdiag_build.returns.readers.forms import OFF
from pmdiag_build.returns.readers.pdf_drawn import UNKNOWN, Canvas, Drawn, drawn_by
from pmdiag_build.returns.readers.pdf_fields import NO_PAGE, Field, inherited
from pmdiag_build.returns.readers.pdf_library import (
    Array,
    Dictionary,
    Name,
    Object,
    Stream,
    Unreadable,
    entry_if_any,
    texts_of,
)
from pmdiag_build.returns.readers.xml import plain_of

_ASK, _ASK_ALL = "Ask what the answer is", "Ask what the answers are"
NOT_SHOWN = Fault(
    "{item}: the file stores “{given}”, but no choice is shown, so it was not counted",
    _ASK,
    several="{count} answers are stored as “{given}”, but no choice is shown: {places}. They were not counted",
    various="{count} answers are stored in the file, but no choice is shown: {places}. They were not counted",
    fix_all=_ASK_ALL,
)
NOT_STORED = Fault(
    "{item}: “{given}” is shown, but the file stores no answer, so it was not counted",
    _ASK,
    several="{count} answers are shown as “{given}”, but the file stores none: {places}. They were not counted",
    various="{count} answers are shown, but the file stores none: {places}. They were not counted",
    fix_all=_ASK_ALL,
)
SHOWN_OTHERWISE = Fault(
    "{item}: the file stores “{stored}”, but “{shown}” is shown, so neither was counted",
    _ASK,
    several="{count} answers are stored as “{stored}”, but “{shown}” is shown: {places}. They were not counted",
    fix_all=_ASK_ALL,
)
STORED_TWICE = Fault(
    "{item}: the file stores two answers, “{stored}” and “{other}”, so neither was counted",
    _ASK,
    several="{count} answers are stored as both “{stored}” and “{other}”: {places}. They were not counted",
    fix_all=_ASK_ALL,
)
_NONE = "no answer"
_MAY_SHOW = re.compile(rb"T[jJ]|['\"]|Do")
"""The operators that show text, or what a form has in it; the appearance of an empty field has none of them."""

Box = tuple[float, float]
"""Width and height in points."""


@dataclass(slots=True)
class Answers:
    """Reads the answers of one form.

    `regenerated`: the file asks viewers to draw appearances anew (PDF 1.7, 12.7.2), so those in it show nothing.
    `spare`: the form's own resources, for appearances that lack theirs.
    """

    regenerated: bool = False
    spare: Object | None = None
    canvas: Canvas = field(default_factory=Canvas)

    def of(self, fields: Sequence[Field]) -> Given | Unread:
        """What was answered in a field, of which a file may have several copies. Raises ValueError for damage."""
        if len(fields) == 1 and (plain := _plainly_chosen(fields[0])) is not None:
            return plain
        kinds = {one.kind for one in fields if one.kind}
        if "/Btn" in kinds or (not kinds and any(map(_is_button, fields))):
            return _chosen(fields)
        texts = [text for one in fields for text in _stored(one)]
        different = list({_comparable(text): text for text in texts}.values())
        if len(different) > 1:
            return _two_stored(*different[:2])
        value = "".join(different)
        if "/Ch" in kinds:
            return self._from_list(fields, value, bool(texts))
        rich = [text for one in fields for text in _rich(one)]
        if other := next((text for text in rich if texts and _comparable(text) != _comparable(value)), ""):
            return _two_stored(value, other)
        value = value or "".join(dict.fromkeys(rich))
        return self._if_shown(fields, value, [value])

    def _from_list(self, fields: Sequence[Field], value: str, stored: bool) -> Given | Unread:
        """A choice from a list: its value, and its place in the list (`/I`, from 0) if that is stored too."""
        options = _options(fields[0])
        for place in (place for one in fields for place in _places(one)):
            if not 0 <= place < len(options):
                raise Unreadable("a choice that is not in its list is marked")
            if stored and value not in options[place]:
                return _two_stored(value, options[place][0])
            value, stored = value or options[place][0], True
        labels = (text for option in options if value in option for text in option)
        return self._if_shown(fields, value, [value, *labels])

    def _if_shown(self, fields: Sequence[Field], value: str, accepted: Iterable[str]) -> Given | Unread:
        """The value of a field, unless one of its appearances shows other words than those accepted."""
        for drawn, box in () if self.regenerated else self._appearances(fields):
            if not drawn.text or any(_shows(drawn, text, box) for text in accepted):
                continue
            if not value.strip():
                return Unread((drawn.text,), NOT_STORED)
            return Unread((value, drawn.text), SHOWN_OTHERWISE, {"stored": value, "shown": drawn.text})
        return (value,) if value else ()

    def _appearances(self, fields: Sequence[Field]) -> Iterable[tuple[Drawn, Box]]:
        """What each widget of a field shows, and its box."""
        for page, widget in (shown for one in fields for shown in one.widgets):
            looks = widget.get("/AP")
            normal = looks.get("/N") if isinstance(looks, Dictionary) else None
            if page == NO_PAGE or not isinstance(normal, Stream):
                continue
            content = self.canvas.unpacked(normal)
            if _MAY_SHOW.search(content):
                yield drawn_by(normal, len(content), self.canvas, self.spare), _box(widget)


def _two_stored(one: str, other: str) -> Unread:
    stored, other = one or _NONE, other or _NONE
    return Unread((stored, other), STORED_TWICE, {"stored": stored, "other": other})


def _comparable(text: str) -> str:
    """A text without its white space: programs rewrite line ends, and a rich text has its own."""
    return "".join(text.split())


def _stored(field: Field) -> list[str]:
    """The texts that a field and its widgets store; nothing where none of them has a value."""
    apart = (widget for _, widget in field.widgets if widget.objgen != field.dictionary.objgen)
    values = [inherited(field.dictionary, "/V"), *(entry_if_any(widget, "/V") for widget in apart)]
    return [text for value in values for text in texts_of(value)]


def _rich(field: Field) -> list[str]:
    apart = (widget for _, widget in field.widgets if widget.objgen != field.dictionary.objgen)
    values = [inherited(field.dictionary, "/RV"), *(entry_if_any(widget, "/RV") for widget in apart)]
    return [text for value in values for text in map(plain_of, texts_of(value)) if text.strip()]


def _options(field: Field) -> list[Given]:
    """The options of a list, each as its value, or as value and label."""
    options = inherited(field.dictionary, "/Opt")
    return [texts_of(option) or ("",) for option in options] if isinstance(options, Array) else []


def _places(field: Field) -> list[int]:
    places = inherited(field.dictionary, "/I")
    return [int(place) for place in places] if isinstance(places, Array) else []


def _box(widget: Object) -> Box:
    rectangle = widget.get("/Rect")
    left, bottom, right, top = (float(side) for side in rectangle) if isinstance(rectangle, Array) else (0.0,) * 4
    return abs(right - left), abs(top - bottom)


# ---- the same words?

_WIDTH, _LEADING = 0.5, 1.2
"""What a letter and a line take of the font size, about."""

_FULL, _MOST, _SEVERAL = 0.3, 0.6, 2
"""A box may have cut off the rest of its text where so much of its room, or of its several lines, is in use."""

_FOR_ONE = 1
"""Programs whose font lacks a letter draw so many plain ones in its place (`L` for `Ł`), or a sign, or nothing."""

_MOST_LACKING = 200
_SIGNS = re.compile(r"[\x00-/:-@\[-`{-\x7f]+")
_RUN = re.compile(r"([^\x00-\x7f]*)([A-Za-z0-9]*)")


def _shows(drawn: Drawn, text: str, box: Box) -> bool:
    """Is it this text that was drawn? Only plain letters and figures count, since fonts of programs may lack others."""
    if _comparable(drawn.text) == _comparable(text):
        return True
    if UNKNOWN in drawn.text:
        return bool(text.strip())  # nobody can tell
    shown, at = "".join(letters for _, letters in _runs(drawn.text)), 0
    for others, letters in _runs(text):
        gap = min(len(others) * _FOR_ONE, _MOST_LACKING)
        found = shown.find(letters, at, at + gap + len(letters))
        if found < 0:
            rest = shown[at:]
            begun = any(letters.startswith(rest[skipped:]) for skipped in range(min(gap, len(rest)) + 1))
            return begun and _is_full(drawn, len(shown), box)
        at = found + len(letters) if letters else min(at + gap, len(shown))
    return at == len(shown)


def _is_full(drawn: Drawn, letters: int, box: Box) -> bool:
    """Is so much of a box in use that the rest of its text may be cut off?"""
    if not drawn.size:
        return True
    width, height = box
    lines = height / (drawn.size * _LEADING)
    room = lines * width / (drawn.size * _WIDTH)
    return letters > room * _FULL or (lines > _SEVERAL and drawn.lines > lines * _MOST)


def _runs(text: str) -> list[tuple[str, str]]:
    """The plain letters of a text as runs, each with the other letters in front of it; the last run is empty."""
    return _RUN.findall(_SIGNS.sub("", unicodedata.normalize("NFKC", text)))


# ---- buttons


def _is_button(field: Field) -> bool:
    states = (widget.get("/AS") for _, widget in field.widgets)
    return isinstance(inherited(field.dictionary, "/V"), Name) or any(isinstance(state, Name) for state in states)


def _plainly_chosen(field: Field) -> Given | None:
    """The choice of a group whose value and whose buttons' states say the same in the plainest way; None for others.

    Nine in ten are such: to look at all that others have takes five times as long.
    """
    value = entry_if_any(field.dictionary, "/V")
    if not isinstance(value, Name):
        return None
    states = [_state(widget, field) for _, widget in field.widgets if "/V" not in widget]
    if not states or len(states) < len(field.widgets) or not all(states):
        return None
    chosen, on = str(value)[1:], [state for state in states if state != OFF]
    if chosen == OFF and not on:
        return ()
    return (chosen,) if on == [chosen] and not chosen.isdecimal() else None


def _chosen(fields: Sequence[Field]) -> Given | Unread:
    """The choice that the values of groups and of buttons and the states of all buttons agree on."""
    stored, shown = dict[str, None](), dict[str, None]()
    stores_none = shows = False
    on_its_own = len(fields) > 1 and any(_is_one_button(one) for one in fields)
    for one in fields:
        values = _stored(one)
        states = [state for _, widget in one.widgets if (state := _state(widget, one))]
        chosen = [_meant(value.removeprefix("/"), one) for value in values if _is_on(value)]
        on = [_meant(state, one) for state in states if _is_on(state)]
        stored |= dict.fromkeys(chosen)
        # A button that has left its group says nothing of the others, nor does the group know of it.
        stores_none |= bool(values) and not chosen and not on_its_own
        if all(page == NO_PAGE for page, _ in one.widgets):
            stored |= dict.fromkeys(on)
            stores_none |= bool(states) and not on and not on_its_own
        else:
            shown |= dict.fromkeys(on)
            shows |= bool(states)
    return _agreed(list(stored), list(shown), stores_none=stores_none, shows=shows)


def _agreed(stored: list[str], shown: list[str], *, stores_none: bool, shows: bool) -> Given | Unread:
    both = sorted({*stored, *shown})
    if len(shown) > 1:
        return tuple(both)
    if len(both) > 1:
        if not shown:
            return _two_stored(*stored[:2])
        other = next(code for code in stored if code not in shown)
        return Unread((other, *shown), SHOWN_OTHERWISE, {"stored": other, "shown": shown[0]})
    if stored and shows and not shown:
        return Unread((stored[0],), NOT_SHOWN)
    if shown and stores_none and not stored:
        return Unread((shown[0],), NOT_STORED)
    if stored and stores_none:
        return _two_stored(stored[0], "")
    return tuple(both)


def _is_one_button(field: Field) -> bool:
    return field.page != NO_PAGE and [widget.objgen for _, widget in field.widgets] == [field.dictionary.objgen]


def _state(button: Object, field: Field) -> str:
    """The state that a button shows; empty where it says nothing, Off where only other buttons can show that state."""
    state = button.get("/AS")
    if not isinstance(state, Name):
        return ""
    if state == "/Off" or str(state) in _looks(button):
        return str(state)[1:]
    elsewhere = any(str(state) in _looks(other) for _, other in field.widgets)
    return OFF if elsewhere and _looks(button) else str(state)[1:]


def _looks(button: Object) -> set[str]:
    """The states that a button has an appearance for."""
    looks = button.get("/AP")
    normal = looks.get("/N") if isinstance(looks, Dictionary) else None
    return set(normal.keys()) if isinstance(normal, Dictionary) else set()


def _is_on(state: str) -> bool:
    return state.removeprefix("/") not in (OFF, "")


def _meant(state: str, field: Field) -> str:
    """Where states are mere numbers, `/Opt` says what they mean (PDF 1.7, 12.7.4.2.3)."""
    options = inherited(field.dictionary, "/Opt")
    if isinstance(options, Array) and state.isdecimal() and int(state) < len(options):
        return "".join(texts_of(options[int(state)]))
    return state
