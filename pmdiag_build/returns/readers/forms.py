"""Forms, saved as a PDF or exported: named values → a raw record, and what people put beside the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Fault, counted, some
from pmdiag_build.returns.raw import TAKE_OUT, TYPE_IN, FieldPlaces, Given, RawRecord, Reading, set_aside

OFF = "Off"
"""The state of a button that is not chosen."""

Mark = tuple[int, str, str]
"""An annotation that a person made beside the fields: its page (from 0), its kind, the text in it."""

_SHAPES = ("Line", "Square", "Circle", "Polygon", "PolyLine")
KINDS: Mapping[str, str] = {
    "FreeText": "typed text",
    "Ink": "drawing",
    "Stamp": "stamp",
    "Text": "note",
    "Caret": "insertion",
    "FileAttachment": "attached file",
    "Highlight": "highlighting",
    "Underline": "underlining",
    "Squiggly": "underlining",
    "StrikeOut": "struck-out text",
    **dict.fromkeys(_SHAPES, "shape"),
}
"""The annotations that people make (PDF 1.7, table 169), in plain words."""

NOT_A_PACK = Fault("Its form fields are not those of a pack", TAKE_OUT)
ONLY_MARKS = Fault("Its form fields are empty, but its pages have {marks}", TYPE_IN)
MARKS = Fault("Notes or drawings on its pages were not counted: {places}", "Look at them in the file")
_NOT_ANSWERS = ("record", "pack_id", "clear")


def reading_of(name: str, fields: Iterable[tuple[str, Given]]) -> Reading:
    """The return in the (full field name, texts) of an exported form; a form without a field of a pack is set aside.

    Programs leave out fields that are empty.
    """
    values: dict[str, list[str]] = {}
    renamed: dict[str, str] = {}
    for full_name, given in fields:
        item = item_of(full_name)
        if item is not None and item.kind == "clear":
            continue
        ours = full_name if item is None else item.name
        if item is not None and item.kind in ("rating", "overall", "review"):
            given = tuple("" if (state := text.removeprefix("/")) == OFF else state for text in given)
        if ours != full_name:
            renamed[ours] = full_name
        # A field that is listed twice, once without an answer, contradicts itself.
        values.setdefault(ours, []).extend(given or ("",))
    declares = frozenset(values)
    if all(item_of(declared) is None for declared in declares):
        return set_aside(name, NOT_A_PACK)
    reading = Reading()
    places = FieldPlaces(name, names=renamed)
    answered = {ours: tuple(given) for ours, given in values.items() if any(given)}
    reading.records.append(RawRecord("fdf", places, answered, declares))
    return reading


def with_rich(given: Given, rich: Iterable[str]) -> Given:
    """The texts of a field and of its rich twin: one of them where both say the same, whatever the spaces."""
    said = {"".join(text.split()) for text in given}
    return given + tuple(text for text in rich if "".join(text.split()) not in {*said, ""})


def with_marks(name: str, marks: Sequence[Mark], reading: Reading) -> Reading:
    """Adds a notice of what people wrote on the pages; a form with nothing else in it is not a blank one."""
    if not marks or not reading.records:
        return reading
    if not any(map(answered, reading.records)):
        return set_aside(name, ONLY_MARKS, marks=described(marks))
    reading.notice(name, MARKS, places=some(list(dict.fromkeys(map(_on_page, marks)))))
    return reading


def _on_page(mark: Mark) -> str:
    page, kind, text = mark
    return f"page {page + 1} ({KINDS.get(kind, kind)})" + (f" “{text}”" if text.strip() else "")


def described(marks: Sequence[Mark]) -> str:
    """How many there are, and of which kinds."""
    kinds = sorted({KINDS.get(kind, kind) for _, kind, _ in marks})
    return f"{counted(len(marks), 'note or drawing', 'notes or drawings')} ({', '.join(kinds)})"


def answered(record: RawRecord) -> bool:
    """Is there anything in it but who answered?"""
    return has_values(record) or any(map(_is_answer, record.unread))


def has_values(record: RawRecord) -> bool:
    """Is there a value in it that can be counted, but who answered?"""
    return any(map(_is_answer, record.values))


def _is_answer(name: str) -> bool:
    item = item_of(name)
    return item is None or item.kind not in _NOT_ANSWERS
