"""What people put on the pages beside the form's fields, and what to say of it: an answer may stand there."""

from __future__ import annotations

from collections.abc import Sequence

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Fault
from pmdiag_build.returns.english import counted
from pmdiag_build.returns.raw import RawRecord, Reading, set_aside

Mark = tuple[int, str, str]
"""An annotation that a person made: its page (from 0), its kind, the text in it."""

_LINES = ("Highlight", "Underline", "StrikeOut", "Squiggly", "Line", "Square", "Circle", "Polygon", "PolyLine")
KINDS = ("FreeText", "Ink", "Stamp", "Text", "Caret", "FileAttachment", *_LINES)
TYPE_IN = "Type it in with the entry sheet (pmdiag entry-sheet)"
_NOT_ANSWERS = ("record", "pack_id", "clear")


def with_marks(name: str, marks: Sequence[Mark], reading: Reading) -> Reading:
    """Says what people wrote on top of the form; a form with nothing else in it is not a blank one."""
    if not marks or not reading.records:
        return reading
    if not any(map(answered, reading.records)):
        return set_aside(name, Fault(f"Its fields are empty, with {described(marks)} on top of the pages", TYPE_IN))
    words = "; ".join(f"page {page + 1}: “{text}”" for page, _, text in marks if text.strip())
    what = f"On top of the pages there are {described(marks)}, which were not counted"
    reading.notice(name, Fault(f"{what}{f' ({words})' if words else ''}", "Look at the file; it may hold an answer"))
    return reading


def described(marks: Sequence[Mark]) -> str:
    """How many there are, and of which kinds."""
    kinds = sorted({kind for _, kind, _ in marks})
    return f"{counted(len(marks), 'note or drawing', 'notes or drawings')} ({', '.join(kinds)})"


def answered(record: RawRecord) -> bool:
    """Is there anything in it but who answered?"""
    items = map(item_of, record.values)
    return any(item is None or item.kind not in _NOT_ANSWERS for item in items)
