"""Which questions of a local version only its own edition asks: answers of other editions are not put together."""

from __future__ import annotations

from collections.abc import Iterator

from pmdiag_build.content.changes import Change
from pmdiag_build.content.fields import overall_name, rating_name
from pmdiag_build.content.model import Tool


def asked_apart(tool: Tool) -> frozenset[str]:
    """The field names (`rating_5_1`, `overall_2`) of the questions that another edition does not ask, or asks with
    another meaning: statements that were added, are not used or changed in meaning, features that changed in meaning,
    and all of a kind if the prompt above them did. Empty for the national edition."""
    if tool.local is None:
        return frozenset()
    statements, features = tool.framework.statements, tool.framework.features
    found = {rating_name(s.id) for s in statements if s.added or s.unused or s.changed == "meaning"}
    for keys in (change.keys for change in _of_meaning(tool.local.changes)):
        match keys:
            case ("prompts", "rate", *_):
                found |= {rating_name(s.id) for s in statements}
            case ("prompts", "overall", *_):
                found |= {overall_name(f.id) for f in features}
            case ("features", feature, "title" | "description"):
                found.add(overall_name(feature))
    return frozenset(found)


def _of_meaning(changes: tuple[Change, ...]) -> Iterator[Change]:
    kinds = ("text", "term")
    return (c for c in changes if c.what in kinds and c.kind == "meaning" and c.file == "framework.yaml")
