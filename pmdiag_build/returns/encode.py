"""A response → its response record, the JSON that `readers.record` reads back. Writes no file."""

from __future__ import annotations

from typing import Any

from pmdiag_build.content.field_names import RECORD_FIELDS, item_of
from pmdiag_build.returns.response import Response

FORMAT = "pmdiag-response"
VERSION = 1


def as_record(response: Response) -> dict[str, Any]:
    """The response record of interfaces: plain data, every statement and feature of the response's tool a key.

    Values that could not be counted are not in it. Write it with `ensure_ascii`, which JSON's default is: texts may
    hold lone surrogates.
    """
    comments: dict[str, dict[str, str]] = {
        feature: {"doing": "", "improve": ""} for feature in {**response.overall, **_apart(response, "overall")}
    }
    for (kind, feature), text in response.comments.items():
        # A feature whose overall view stands apart and was left out is none of the keys yet.
        comments.setdefault(feature, {"doing": "", "improve": ""})[kind] = text
    record: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "pack_id": response.pack_id,
        "record": {name: getattr(response.record, name) for name in RECORD_FIELDS},
        "ratings": {**response.ratings, **_apart(response, "rating")},
        "overall": {**response.overall, **_apart(response, "overall")},
        "comments": comments,
    }
    if response.more:
        record["more"] = dict(response.more)
    return record


def _apart(response: Response, kind: str) -> dict[str, str]:
    """What the response answered to questions that its edition asked with another meaning: the record names that
    edition, and whoever reads it again tells them apart again."""
    items = ((item_of(name), level) for name, level in response.apart.items())
    return {item.id: level for item, level in items if item is not None and item.kind == kind}
