"""Named values of an exported form (FDF, XFDF) → one raw record. Programs leave out fields that are empty."""

from __future__ import annotations

from collections.abc import Iterable

from pmdiag_build.content.field_names import item_of
from pmdiag_build.problems import Fault
from pmdiag_build.returns.raw import FieldPlaces, Given, RawRecord, Reading, set_aside

ASK_AGAIN = "Ask for it again, or better for the filled PDF itself"
_OFF = "Off"


def reading_of(name: str, fields: Iterable[tuple[str, Given]]) -> Reading:
    """The return that (full field name, texts) give; a file without a field of a pack is set aside."""
    values: dict[str, Given] = {}
    renamed: dict[str, str] = {}
    declares: set[str] = set()
    for full_name, given in fields:
        item = item_of(full_name)
        if item is not None and item.kind == "clear":
            continue
        ours = full_name if item is None else item.name
        if item is not None and item.kind in ("rating", "overall", "review"):
            given = tuple(stripped for text in given if (stripped := text.removeprefix("/")) != _OFF)
        declares.add(ours)
        if ours != full_name:
            renamed[ours] = full_name
        if any(given):
            values[ours] = values.get(ours, ()) + given
    if all(item_of(declared) is None for declared in declares):
        return set_aside(name, Fault("None of its fields is that of a pack", "Check that this is a return"))
    reading = Reading()
    places = FieldPlaces(name, names=renamed)
    reading.records.append(RawRecord("fdf", places, values, frozenset(declares)))
    return reading
