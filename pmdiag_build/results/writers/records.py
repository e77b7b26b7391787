"""All responses, problems and questions → responses.csv, columns.csv, codebook.csv, responses.json and problems.csv.

All are for the person who keeps the returns: each response is there with its answers and comments under its reference,
and problems name files, which are often called after people. disclosure.py has left out names that were not asked for.

csv_text.py says how a text that a spreadsheet program could take for a formula is defused, and how to take that back.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pmdiag_build.content.field_names import item_of, overall_name, rating_name
from pmdiag_build.content.fields import question_fingerprints
from pmdiag_build.content.model import Tool
from pmdiag_build.csv_text import cell, encoded
from pmdiag_build.problems import Problem
from pmdiag_build.results.areas import area_of
from pmdiag_build.results.disclosure import Entry
from pmdiag_build.results.roles import Rows
from pmdiag_build.results.tabulation import Question, edition_of, questions_of, read_date
from pmdiag_build.returns.response import as_record

RESPONSES_CSV = "keep/responses.csv"
RESPONSES_JSON = "keep/responses.json"
PROBLEMS_CSV = "keep/problems.csv"
CODEBOOK_CSV = "keep/codebook.csv"
COLUMNS_CSV = "keep/columns.csv"
ROUND, EDITION, AREA, DATE, RESPONSE_ID = "round", "edition", "area", "date", "response_id"
SHOWN_IN, AREA_SHOWN_IN = "shown_in", "area_shown_in"
COLUMNS = (
    *(ROUND, EDITION, "reference", "role", AREA, DATE, "mode", "kind", "id", "value"),
    *("response", "group_size", "wording", RESPONSE_ID, SHOWN_IN, AREA_SHOWN_IN),
)
"""`response` numbers the responses of a round, which may lack a reference; `wording` is a fingerprint of the question,
so that a later round can tell whether it asked the same; `response_id` is the random id of answers that were saved on
screen; `edition` is the one that the response says it answered; `shown_in` is the row by role in share/ that an answer
is in: a role, a declared group, or one of the three below, and empty where the question is not shown; `area_shown_in`
is the same by area, and empty where nothing is shown by area. A comment's row has no role, area and date unless
attribution was asked for."""
SINCE = frozenset((ROUND, EDITION, AREA, DATE, RESPONSE_ID, SHOWN_IN, AREA_SHOWN_IN))
"""Columns that files of older versions do not have."""

TOGETHER, TOTAL, NO_ROLE, NO_AREA = "(others)", "(total)", "(no role)", "(no area)"
"""In `shown_in` and `area_shown_in`: the row of all others together; no row, since there are none; the row of those who
gave no role or area."""


def wordings(tool: Tool) -> dict[tuple[str, str], str]:
    """(kind, id) → eight hexadecimal digits over the wording of each statement and feature."""
    items = ((item_of(name), digits) for name, digits in question_fingerprints(tool).items())
    return {(item.kind, item.id): digits for item, digits in items if item is not None}


@dataclass(frozen=True, slots=True)
class ShownIn:
    """The rows of what is given out, by role and by area as it is compared, for each question that is shown."""

    roles: Mapping[Question, Rows]
    areas: Mapping[Question, Rows]

    def cells(self, question: Question, role: str, area: str) -> str:
        """The cells of an answer."""
        if question not in self.roles:
            return ","
        by_role, by_area = self.roles[question], self.areas.get(question)
        shown = (by_role.get(role, TOGETHER) or NO_ROLE) if by_role else TOTAL
        of_area = (by_area.get(area_of(area), TOGETHER) or NO_AREA) if by_area else ""
        return f"{cell(shown)},{cell(of_area)}"


def responses_csv(entries: Sequence[Entry], tool: Tool, title: str, shown: ShownIn, *, attribute: bool) -> bytes:
    """One line for each response and item; unanswered items have an empty value, comments not made have no line.
    `title` is that of the round.

    `apart` are answers to questions that the response's edition asked with another meaning, by field name; their value
    is empty where it gave none, or was not asked.
    `more` are the other texts of a pack, by field name: more room, notes, what a review agreed.
    """
    return encoded(_response_lines(entries, tool, title, shown, attribute))


def day_or_text(date: str) -> str:
    """A date in ISO where it can be read, else as typed."""
    return read_date(date) or date


def _response_lines(entries: Sequence[Entry], tool: Tool, title: str, shown: ShownIn, attribute: bool) -> Iterator[str]:
    asked, round_ = tuple(wordings(tool).items()), cell(title)

    @cache
    def questions(role: str, area: str) -> list[tuple[bool, str, str, str, str]]:
        """What a line says of its question is made once: a large round has half a million lines."""
        return [
            (kind == "rating", id, f",{kind},{id},", f",{digits},", f",{shown.cells((kind, id), role, area)}")
            for (kind, id), digits in asked
        ]

    yield ",".join(COLUMNS)
    for entry in entries:
        response, record = entry.response, entry.response.record
        start = f"{round_},{cell(edition_of(response))},{cell(record.reference)}"
        who = f"{start},{cell(record.role)},{cell(record.area)},{cell(day_or_text(record.date))},{record.mode}"
        size = f"{entry.number},{record.group_size}"
        apart = dict(response.apart)
        ratings, overall = response.ratings, response.overall
        for is_rating, id, question, wording, rows in questions(record.role, record.area):
            answers = ratings if is_rating else overall
            if id in answers:
                yield f"{who}{question}{answers[id] or ''},{size}{wording}{response.id}{rows}"
            else:
                # A question that its edition did not ask, or asked with another meaning, is none that it left out.
                apart.setdefault(rating_name(id) if is_rating else overall_name(id), "")
        saved = f",{response.id}"
        for name, level in apart.items():
            row = shown.cells(("apart", name), record.role, record.area)
            yield f"{who},apart,{name},{level},{size},{saved},{row}"
        who = who if attribute else f"{start},,,,{record.mode}"
        for (kind, id), text in sorted(response.comments.items(), key=lambda item: item[0][::-1]):
            yield f"{who},{kind},{id},{cell(text)},{size},{saved},,"
        for name, text in response.more.items():
            yield f"{who},more,{name},{cell(text)},{size},{saved},,"


def responses_json(entries: Sequence[Entry]) -> bytes:
    """The responses as a list of response records, one a line."""
    out = io.BytesIO()
    # One by one: the records of 100,000 responses side by side take 400 MB.
    for number, entry in enumerate(entries):
        text = json.dumps(as_record(entry.response), ensure_ascii=False)
        # A lone surrogate has no UTF-8 form; its escape \ud83d is JSON's own and keeps it exactly.
        out.write((",\n" if number else "[\n").encode() + text.encode("utf-8", "backslashreplace"))
    out.write(b"\n]\n" if entries else b"[]\n")
    return out.getvalue()


def problems_csv(problems: Iterable[Problem]) -> bytes:
    """One line for each file, row or field that was not counted or only in part."""
    lines = (f"{cell(str(p.place))},{cell(p.what)},{cell(p.fix)}" for p in problems)
    return encoded(["place,problem,what_to_do", *lines])


def columns_csv(tool: Tool) -> bytes:
    """One line for each column of responses.csv: what it contains."""
    words = tool.words["report"]
    return encoded(["column,contains", *(f"{name},{cell(words[f'csv_{name}'])}" for name in COLUMNS)])


def codebook_csv(tool: Tool) -> bytes:
    """One line for each question in use: its kind and id, its feature, its text, the fingerprint of its wording and the
    levels that may be chosen."""
    digits = wordings(tool)
    levels = cell("; ".join(f"{level.code} {level.label}" for level in tool.framework.levels))
    lines = [
        f"{kind},{id},{feature.id},{cell(text)},{digits[kind, id]},{levels}"
        for feature in tool.framework.features
        for kind, id, text in questions_of(feature)
    ]
    return encoded(["kind,id,feature,text,wording,levels", *lines])
