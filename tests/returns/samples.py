"""Answers to fill in, and what a response says in the same shape, so that the two can be compared."""

from __future__ import annotations

import random
from collections.abc import Sequence

from pmdiag_build.content.field_names import comment_name, overall_name, rating_name, record_name
from pmdiag_build.content.fields import FormField
from pmdiag_build.returns import Response

TEXTS = (
    "We talk about performance every week.",
    "Siân, Zoë and Łukasz: “ŵ ŷ” – £5 & €7 <b>5 %</b>",
    "First line\nsecond line\n\nfourth, after an empty one",
    "=SUM(A1:A9)",
    '-not a minus, a dash; and a comma, a "quote", a tab\there',
    "שלום \u202eright to left\u202c and 🧭👩\u200d🏫",
    "{{ evil }} <script>alert(1)</script>",
)


def sample_answers(fields: Sequence[FormField], seed: int = 1, reference: str = "") -> dict[str, str]:
    """A response as a person gives it: most ratings, some comments, a header that decodes to itself."""
    chance = random.Random(seed)
    answers: dict[str, str] = {}
    for field in fields:
        if field.kind == "radio" and chance.random() < 0.85:
            answers[field.name] = chance.choice(field.options).code
        elif field.kind == "text" and chance.random() < 0.7:
            answers[field.name] = f"{chance.choice(TEXTS)} ({seed})"
        elif field.kind == "line" and field.name not in ("record_group_size", "record_reference"):
            answers[field.name] = f"{chance.choice(('North', 'Łódź Street', 'Tŷ Gwyn'))} {seed}"
    header = {"role": "manager", "mode": "group", "group_size": "6", "reference": reference, "date": "22/11/2026"}
    answers |= {record_name(name): value for name, value in header.items() if value}
    return answers


def said_by(response: Response) -> dict[str, str]:
    """What a response says, by field name: everything but its file and `pack_id`."""
    record = response.record
    said = {record_name(name): str(getattr(record, name)) for name in ("reference", "role", "mode", "area", "date")}
    said |= {record_name(name): getattr(record, name) for name in ("lead", "contributors")}
    said[record_name("group_size")] = str(record.group_size or "")
    said |= {rating_name(id): level or "" for id, level in response.ratings.items()}
    said |= {overall_name(id): level or "" for id, level in response.overall.items()}
    said |= {comment_name(kind, id): text for (kind, id), text in response.comments.items()}
    return {name: text for name, text in (said | dict(response.more)).items() if text}
