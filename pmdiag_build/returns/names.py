"""Names on the way back: a PDF field's full name or a column header → the field name of the codec. Reads no file.

The names themselves are written by `pmdiag_build.content.fields`. Programs put prefixes in front of them
(`form1[0].page2[0].rating_1_3[0]`), PDF mergers add a suffix (`rating_1_3+1`): a name is known by how it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pmdiag_build.content.fields import (
    COMMENT_KINDS,
    MORE_ROOM,
    PACK_ID,
    RECORD_FIELDS,
    comment_name,
    overall_name,
    rating_name,
    record_name,
)

Kind = Literal["rating", "overall", "comment", "record", "more", "review", "pack_id", "clear"]


_MORE_ROOM = "more room"


@dataclass(frozen=True, slots=True)
class Item:
    """What a field asks. `id`: of the statement, the feature or the record field; else the field's name again.

    `comment`: `doing` or `improve`. `more` is room for notes, `review` what the review meeting fills in (the agreed
    view, the summary, the plan), `clear` a button without an answer.
    """

    name: str
    kind: Kind
    id: str
    comment: str = ""

    @property
    def label(self) -> str:
        """How a problem names it: `1.3`, `overall 1`, `doing 1`, `role`, `more room`; else the field's name."""
        if self.name == MORE_ROOM:
            return _MORE_ROOM
        if self.kind == "overall":
            return f"overall {self.id}"
        return f"{self.comment} {self.id}" if self.comment else self.id


_RECORD = "|".join(RECORD_FIELDS)
_NAME = rf"""(?:{PACK_ID}|{MORE_ROOM}
  |rating_(?P<statement>\d+_L?\d+)
  |overall_(?P<overall>\d+)
  |(?P<comment>{"|".join(COMMENT_KINDS)})_(?P<feature>\d+)
  |record_(?P<record>{_RECORD})
  |notes_\d+
  |(?P<review>agreed_\d+|summary_[a-z]+|plan_[a-z]+|action_\d+_[a-z]+)
)"""
_ENDS_WITH_NAME = re.compile(
    rf"(?:.*[^A-Za-z0-9])?(?P<name>{_NAME})(?:[ ]?\[\d+\])?(?:[+\#]\d+)?", re.VERBOSE | re.DOTALL
)


@lru_cache(maxsize=8192)
def item_of(field: str) -> Item | None:
    """What the PDF field of this full name asks, or None for a field that is none of ours."""
    found = _ENDS_WITH_NAME.fullmatch(field)
    if found is None:
        return None
    name = found["name"]
    if field[: found.start("name")].endswith("clear_"):
        return Item(f"clear_{name}", "clear", name)
    return _item(name, found)


def _item(name: str, found: re.Match[str]) -> Item:
    if found["statement"]:
        return Item(name, "rating", found["statement"].replace("_", "."))
    if found["overall"]:
        return Item(name, "overall", found["overall"])
    if found["comment"]:
        return Item(name, "comment", found["feature"], found["comment"])
    if found["record"]:
        return Item(name, "record", found["record"])
    if found["review"]:
        return Item(name, "review", name)
    return Item(name, "pack_id" if name == PACK_ID else "more", name)


_ID_HEADER = re.compile(r"\d+\.L?\d+", re.IGNORECASE)
_FEATURE_HEADER = re.compile(rf"(overall|{'|'.join(COMMENT_KINDS)})[ _](\d+)")


def name_of_header(header: str) -> str | None:
    """The field name of a column header (`1.10`, `Overall 1`, `doing 1`, `role`, `more room`), or None.

    Case and spaces do not matter. A field name (`rating_1_10`) is a good header too: programs export forms so.
    """
    text = " ".join(header.split())
    if _ID_HEADER.fullmatch(text):
        return rating_name(text.upper())
    text = text.lower()
    if found := _FEATURE_HEADER.fullmatch(text):
        kind, feature = found.groups()
        return overall_name(feature) if kind == "overall" else comment_name(kind, feature)
    if text.replace(" ", "_") in RECORD_FIELDS:
        return record_name(text.replace(" ", "_"))
    if text == _MORE_ROOM:
        return MORE_ROOM
    # The full name of a field has no spaces: "note on rating_1_10" is no answer to it.
    item = item_of(header.strip()) if " " not in text else None
    return item.name if item is not None and item.kind != "clear" else None


def header_of_name(name: str) -> str:
    """`rating_1_10` → `1.10`, `more_room` → `more room`; other fields are headed by their own name."""
    item = item_of(name)
    return name if item is None else item.label


def sheet_names(statements: Iterable[str], features: Iterable[str]) -> list[str]:
    """The field names of an entry sheet's columns, in their order."""
    features = list(features)
    return [
        *(record_name(field) for field in RECORD_FIELDS),
        *(rating_name(statement) for statement in statements),
        *(overall_name(feature) for feature in features),
        *(comment_name(kind, feature) for feature in features for kind in COMMENT_KINDS),
        MORE_ROOM,
    ]
