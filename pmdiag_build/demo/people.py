"""Forty invented responses from a fixed seed: people who see the same organisation from different places."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pmdiag_build.content.documents import mapping, read_yaml, sequence
from pmdiag_build.content.field_names import comment_name, overall_name, rating_name, record_name
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import ContentWrong, Problems
from pmdiag_build.resources import CONTENT
from pmdiag_build.results.tabulation import INVENTED

COMMENTS = Path("demo") / "comments.yaml"

_SEED = 2013
_SILENT = 0.07
"""How often a statement is left out."""

Leaning = tuple[float, float, float]
"""How readily somebody chooses the first, the middle and the last level."""

_LEANINGS: Mapping[str, Leaning] = {
    "director": (0.6, 3.0, 4.0),
    "senior-officer": (1.0, 4.0, 2.0),
    "manager": (1.6, 3.6, 1.6),
    "practitioner": (3.6, 2.6, 0.8),
    "performance-officer": (2.2, 3.4, 1.2),
    "elected-member": (0.6, 2.4, 3.2),
    "partner": (2.6, 2.4, 0.8),
    "": (1.8, 3.2, 1.4),
}
# Role, mode, how many such responses; a group's size follows. Two roles are too small to be shown on their own.
_WHO: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("director", "interview", (1, 1, 1)),
    ("director", "individual", (1, 1)),
    ("senior-officer", "individual", (1,) * 6),
    ("manager", "individual", (1,) * 9),
    ("practitioner", "individual", (1,) * 8),
    ("performance-officer", "individual", (1,) * 5),
    ("elected-member", "interview", (1, 1, 1)),
    ("partner", "individual", (1, 1)),
    ("", "group", (6, 9)),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """One invented response: its mode, and field name → what was given."""

    mode: str
    answers: dict[str, str] = field(default_factory=dict)


def people(tool: Tool) -> list[Answered]:
    """The forty responses, in the order in which they came back."""
    chance = random.Random(_SEED)  # noqa: S311 — an example, no secret
    who = [(role, mode, size) for role, mode, sizes in _WHO for size in sizes]
    chance.shuffle(who)
    # What is hard for everybody, and what is not: statements differ too, not only people.
    mood = {s.id: math.exp(chance.uniform(-3, 3)) for s in tool.framework.used_statements}
    found = [_one(tool, chance, n, *one, mood) for n, one in enumerate(who, 1)]
    _let_them_write(tool, chance, found)
    return found


def _one(
    tool: Tool, chance: random.Random, number: int, role: str, mode: str, size: int, mood: Mapping[str, float]
) -> Answered:
    answers = {
        record_name("reference"): f"R-{number:02}",
        record_name("role"): role,
        record_name("mode"): mode,
        record_name("group_size"): str(size) if mode == "group" else "",
        record_name("area"): INVENTED,
        record_name("date"): f"{chance.randint(5, 23)} October 2026",
    }
    low, middle, high = _LEANINGS[role]
    own = chance.uniform(0.6, 1.7)
    levels = [level.code for level in tool.framework.levels]
    for feature in tool.framework.features:
        for statement in feature.used_statements:
            if chance.random() >= _SILENT:
                weights = (low / (mood[statement.id] * own), middle, high * mood[statement.id] * own)
                answers[rating_name(statement.id)] = chance.choices(levels, weights)[0]
        if chance.random() >= _SILENT:
            answers[overall_name(feature.id)] = chance.choices(levels, (low, middle * 1.5, high))[0]
    return Answered(mode, {name: text for name, text in answers.items() if text})


def _let_them_write(tool: Tool, chance: random.Random, found: list[Answered]) -> None:
    """Each comment goes to one response, and nobody gets two on the same question."""
    for feature, kinds in _comments().items():
        if feature in {f.id for f in tool.framework.features}:
            for kind, texts in kinds.items():
                for one, text in zip(chance.sample(found, len(texts)), texts, strict=True):
                    one.answers[comment_name(kind, feature)] = text


def _comments() -> dict[str, dict[str, list[str]]]:
    """Feature → kind → comments. Raises ContentWrong where the file can't be read."""
    problems = Problems()
    document = read_yaml(CONTENT / COMMENTS, COMMENTS.as_posix(), problems)
    if document is None:
        raise ContentWrong(problems)
    return {
        feature: {kind: [str(text) for text in sequence(texts)] for kind, texts in mapping(kinds).items()}
        for feature, kinds in mapping(document.data).items()
    }
