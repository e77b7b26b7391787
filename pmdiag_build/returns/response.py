"""A response as a frozen value: one set of answers from one person, one interview or one group; and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pmdiag_build.content.field_names import COMMENT_KINDS, RECORD_FIELDS, in_a_record
from pmdiag_build.problems import Location
from pmdiag_build.text import normal

FORMAT = "pmdiag-response"
VERSION = 1

Mode = Literal["individual", "interview", "group", ""]


@dataclass(frozen=True, slots=True)
class Record:
    """Who answered and how. `role` is a code of the record template, `date` as typed; all may be empty.

    `group_size` is the number of people behind the response: 1 for an individual and for an interview that does not say
    how many they were, 0 where it is not known.
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
class Uncounted:
    """A value that could not be counted: the field's name (`rating_1_3`), what was given, and where.

    `given` has one text, or several where more than one choice was marked. Each has its problem, too.
    """

    name: str
    given: tuple[str, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class Response:
    """One set of answers, decoded and validated against a `Tool`.

    `place`: the file (and row or entry in it) that it came from. `pack_id`: as the return gave it, or empty.
    `ratings`: statement id → level code, `overall`: feature id → level code; None where not answered; every id of
    the tool is a key, but for questions that the return's edition asked with another meaning or not at all. What it
    answered to those is in `apart`: field name (`rating_5_1`) → level code; its edition is named in `pack_id`.
    `asked`: field name → fingerprint of the wording that it answered, where the edition alone does not say.
    `comments`: (`doing` | `improve`, feature id) → text exactly as typed, without empty ones.
    `more`: field name → text of everything else that a pack has room for (`more_room`, `notes_1`, `agreed_1`,
    `summary_well`, `plan_share`, `action_1_what` …), without empty ones. `uncounted`: values that could not be counted.
    `digest`: of the bytes of its file; equal files have equal ones. `id`: of answers that were saved on screen,
    `k7md-4pwx-92hq`: it stays when they are loaded and saved again. `saved`: when that was, `2026-11-22T14:05`.

    Texts are as typed, with one change: line ends are LF, since programs rewrite them. A text of nothing but white
    space is empty. Texts may contain any character, also lone surrogates: writers must be ready for that.
    """

    place: Location
    pack_id: str
    record: Record
    ratings: Mapping[str, str | None]
    overall: Mapping[str, str | None]
    comments: Mapping[tuple[str, str], str]
    more: Mapping[str, str] = field(default_factory=dict)
    uncounted: tuple[Uncounted, ...] = ()
    apart: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)
    digest: bytes = b""
    id: str = ""
    saved: str = ""

    @property
    def source(self) -> str:
        """Its place as a person reads it."""
        return str(self.place)

    @property
    def key(self) -> str:
        """Its reference as it is compared; empty where there is none."""
        return key_of(self.record.reference)

    @property
    def blank(self) -> bool:
        """Whether nothing was answered. A record header alone is no answer, a value that can't be counted is one."""
        answers = any(self.ratings.values()) or any(self.overall.values()) or self.apart or self.comments or self.more
        return not answers and all(value.name.startswith("record_") for value in self.uncounted)


def key_of(reference: str) -> str:
    """A reference as it is compared; stored and shown it stays as it was typed. Empty where there is none."""
    return normal(reference)


def as_record(response: Response) -> dict[str, Any]:
    """The response record: plain data, every statement and feature of the response's tool a key.

    Values that could not be counted are not in it. Write it with `ensure_ascii`, which JSON's default is: texts may
    contain lone surrogates.
    """
    # The record names its edition, so a reader separates again what that asked with another meaning.
    apart = in_a_record(response.apart)
    overall = {**response.overall, **apart["overall"]}
    comments = {feature: dict.fromkeys(COMMENT_KINDS, "") for feature in overall}
    for (kind, feature), text in response.comments.items():
        # A feature whose overall view is counted apart and was left out is not a key yet.
        comments.setdefault(feature, dict.fromkeys(COMMENT_KINDS, ""))[kind] = text
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        **{name: text for name, text in (("id", response.id), ("saved", response.saved)) if text},
        "pack_id": response.pack_id,
        "record": {name: getattr(response.record, name) for name in RECORD_FIELDS},
        "ratings": {**response.ratings, **apart["ratings"]},
        "overall": overall,
        "comments": comments,
    }
    if response.more:
        record["more"] = dict(response.more)
    if response.asked:
        record["asked"] = in_a_record(response.asked)
    return record
