"""The one codec between ids (`1.10`), PDF field names (`rating_1_10`) and column headers (`1.10`, `overall 1`).

Packs are written with these names, and returns are read by them, those of earlier years too: no name may change. Field
names are flat, without dots. Programs put prefixes in front of them (`form1[0].page2[0].rating_1_3[0]`), PDF mergers
add a suffix (`rating_1_3+1`): a name is known by how it ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, Self

from pmdiag_build.text import normal, visible

RECORD_FIELDS = ("reference", "role", "mode", "group_size", "area", "date", "lead", "contributors")
MODES = ("individual", "interview", "group")
"""How answers are given: the codes of the record field `mode`."""
COMMENT_KINDS = ("doing", "improve")
PACK_ID = "pack_id"
ENTRY_SHEET = "entry-sheet"
"""What is in the place of a pack's name in the `pack_id` of a typed sheet; no pack has this name."""
PROPERTY = "pmdiag"
"""The property of a workbook that says the same as its row of stamps; Google Sheets drops it."""


@dataclass(frozen=True, slots=True)
class PackId:
    """Which wording a return answered, written `PACK@EDITION@FINGERPRINT`."""

    pack: str
    edition: str
    fingerprint: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The parts of a `pack_id`; None for a text of another form."""
        parts = text.split("@")
        return cls(*parts) if len(parts) == 3 and all(parts) else None

    def __str__(self) -> str:
        return f"{self.pack}@{self.edition}@{self.fingerprint}"

    @property
    def code(self) -> str:
        """The last part of what is printed, `9f2c41aa-kx`: the fingerprint and two letters that show a mistake."""
        return f"{self.fingerprint}-{_check_letters(str(self))}"

    @property
    def printed(self) -> str:
        """What the foot of a page and a sheet say: `self-assessment@2013@9f2c41aa-kx`."""
        return f"{self.pack}@{self.edition}@{self.code}"

    @classmethod
    def parse_printed(cls, text: str) -> Self | None:
        """The parts of a text that `printed` made; None for any other, also if one sign in it was changed."""
        named = cls.parse(text)
        if named is None:
            return None
        found = cls(named.pack, named.edition, named.fingerprint[: -len("-kx")])
        return found if found.printed == text else None


_CHECK_LETTERS = "cdfhjkmnprtvwxy"
"""Letters that are not taken for others or for figures."""
_CHECK_PRIME = 223


def _check_letters(text: str) -> str:
    """Two letters that change with each sign of a text, and where two neighbours change places."""
    number = 0
    for sign in text.casefold():
        # A polynomial over a prime field: 3 is a primitive root of 223, and signs differ by less.
        number = (number * 3 + ord(sign)) % _CHECK_PRIME
    return _CHECK_LETTERS[number // len(_CHECK_LETTERS)] + _CHECK_LETTERS[number % len(_CHECK_LETTERS)]


def rating_name(statement: str) -> str:
    """`1.10` → `rating_1_10`."""
    return f"rating_{statement.replace('.', '_')}"


def overall_name(feature: str) -> str:
    return f"overall_{feature}"


def comment_name(kind: str, feature: str) -> str:
    """`doing`, `1` → `doing_1`."""
    return f"{kind}_{feature}"


def record_name(field: str) -> str:
    return f"record_{field}"


def agreed_name(feature: str) -> str:
    return f"agreed_{feature}"


def summary_name(prompt: str) -> str:
    return f"summary_{prompt}"


def plan_name(prompt: str) -> str:
    return f"plan_{prompt}"


def action_name(row: int, column: str) -> str:
    """Row 1, `what` → `action_1_what`."""
    return f"action_{row}_{column}"


def notes_name(feature: str) -> str:
    """Room for an interviewer's or facilitator's notes on a feature; our addition."""
    return f"notes_{feature}"


MORE_ROOM = "more_room"
"""The text field of a last page for what did not fit; our addition."""


def clear_name(radio: str) -> str:
    """The push-button that takes back the choice of a radio field."""
    return f"clear_{radio}"


FOR_LAYOUTS: Mapping[str, object] = MappingProxyType(
    {
        "MORE_ROOM": MORE_ROOM,
        **{
            name.__name__: name
            for name in (
                *(rating_name, overall_name, comment_name, record_name, agreed_name, summary_name, plan_name),
                *(action_name, notes_name, clear_name),
            )
        },
    }
)
"""What layouts name fields with: they are given no module, from which a layout could reach anything."""


Kind = Literal["rating", "overall", "comment", "record", "more", "review", "pack_id", "clear"]
_MORE_ROOM = "more room"
_PACK = "pack"


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
        """How a problem names it: `1.3`, `overall 1`, `doing 1`, `role`, `more room`, `pack`; else the field's name."""
        if self.name == MORE_ROOM:
            return _MORE_ROOM
        if self.name == PACK_ID:
            return _PACK
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
    """What the PDF field of this full name asks, or None for a field that is not ours."""
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


def in_a_record(named: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Field names of levels, under the keys of a response record: `{"ratings": {"1.1": …}, "overall": {"2": …}}`."""
    items = [(item, text) for name, text in named.items() if (item := item_of(name))]
    kinds = (("ratings", "rating"), ("overall", "overall"))
    return {key: {item.id: text for item, text in items if item.kind == kind} for key, kind in kinds}


def by_number(name: str) -> tuple[bool, list[tuple[str, int]]]:
    """A key to sort names of questions by: statements before overall views, 1.9 before 1.10, 1.L1 after all of them."""
    kind, _, id = name.partition("_")
    return kind != "rating", [(part.rstrip("0123456789"), int(part.lstrip("L") or 0)) for part in id.split("_")]


_ID_HEADER = re.compile(r"\d+\.L?\d+", re.IGNORECASE)
_FEATURE_HEADER = re.compile(rf"(overall|{'|'.join(COMMENT_KINDS)})[ _](\d+)")


def name_of_header(header: str) -> str | None:
    """The field name of a column header (`1.10`, `Overall 1`, `doing 1`, `role`, `more room`, `pack`), or None.

    Case, spaces and marks that nobody sees do not matter. A field name (`rating_1_10`) is a good header too: programs
    export forms so.
    """
    text = normal(header)
    if _ID_HEADER.fullmatch(text):
        return rating_name(text.upper())
    if found := _FEATURE_HEADER.fullmatch(text):
        kind, feature = found.groups()
        return overall_name(feature) if kind == "overall" else comment_name(kind, feature)
    if text.replace(" ", "_") in RECORD_FIELDS:
        return record_name(text.replace(" ", "_"))
    if text in (_MORE_ROOM, _PACK):
        return MORE_ROOM if text == _MORE_ROOM else PACK_ID
    # The full name of a field has no spaces: "note on rating_1_10" is no answer to it.
    item = item_of(visible(header).strip()) if " " not in text else None
    return item.name if item is not None and item.kind != "clear" else None


def header_of_name(name: str) -> str:
    """`rating_1_10` → `1.10`, `more_room` → `more room`, `pack_id` → `pack`; others are headed by their own name."""
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
        PACK_ID,
    ]
