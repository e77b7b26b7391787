"""A response as a frozen value: one set of answers from one person, one interview or one group. Reads no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Mode = Literal["individual", "interview", "group", ""]


@dataclass(frozen=True, slots=True)
class Record:
    """Who answered and how. `role` is a code of the record template, `date` as typed; all may be empty.

    `group_size` is the number of people behind the response: 1 unless it is a group's, 0 where not known.
    """

    reference: str = ""
    role: str = ""
    mode: Mode = ""
    group_size: int = 0
    area: str = ""
    date: str = ""
    lead: str = ""
    contributors: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """One set of answers, decoded and validated against a `Tool`.

    `source`: the file (and row or entry in it) that it came from. `pack_id`: as the return gave it, or empty.
    `ratings`: statement id → level code, `overall`: feature id → level code; None where not answered; every id of
    the tool is a key. `comments`: (`doing` | `improve`, feature id) → text exactly as typed, without empty ones.
    """

    source: str
    pack_id: str
    record: Record
    ratings: Mapping[str, str | None]
    overall: Mapping[str, str | None]
    comments: Mapping[tuple[str, str], str]

    @property
    def blank(self) -> bool:
        """Nothing was answered; a record header alone is no answer."""
        return not any(self.ratings.values()) and not any(self.overall.values()) and not self.comments
