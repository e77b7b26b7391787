"""Questions of the national editions beside those of the tool at hand: the same, in other words, or something else.

Two editions ask the same under an id unless a step between them, or the local version at hand, changed its meaning.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from pmdiag_build.content.field_names import overall_name, rating_name
from pmdiag_build.content.model import Edition, Framework, Tool

_REMEMBERED = 8
"""Tools of which the questions are remembered: a build asks for them a hundred times."""

DECIDED = ("rate", "overall")
"""The prompts that decide what a level means; the others ask for text, which is not counted."""


def fingerprint_of(text: str) -> str:
    """Eight hexadecimal digits over a wording."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def prompt_text(text: str, below: str) -> str:
    """A prompt as it is compared, with the help below it."""
    return f"{text} {below}".rstrip()


@dataclass(frozen=True, slots=True)
class Question:
    """A question's wording. `own`: its text alone, with what else decides its meaning where that has changed; `aloud`:
    the name by which a screen reader says it in a pack; `shown`: what a person compares."""

    own: str
    aloud: str
    shown: str


Kind = Literal["wording", "meaning", "not asked", "only there", "not recorded"]
"""How another edition's question differs: in other words, with another meaning, not asked there, asked only there, or
that edition's file does not say."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question, by field name, that another edition asks otherwise: both wordings, empty where there is none."""

    name: str
    kind: Kind
    theirs: str
    ours: str


def apart_of(differences_: Iterable[Difference]) -> frozenset[str]:
    """The names of the questions that are not counted together: all but those that say the same in other words."""
    return frozenset(one.name for one in differences_ if one.kind != "wording")


def questions(edition: Edition, context: frozenset[str]) -> dict[str, Question]:
    """Field name → each question that an edition asks and that is counted. `context`: the prompts and features whose
    meaning has changed at some time: they are part of the wording since."""
    rate, overall = (edition.prompts.get(name, "") for name in DECIDED)
    found: dict[str, Question] = {}
    for id, text in edition.statements.items():
        own = f"{text} {rate}" if "prompt rate" in context else text
        found[rating_name(id)] = Question(own, f"{id} {own}", text)
    for id, feature in edition.features.items():
        shown = f"{feature['title']} {feature['description']}"
        own = shown if f"feature {id}" in context else feature["title"]
        aloud = f"{overall.removesuffix(' ')}: {own}"
        found[overall_name(id)] = Question(f"{own} {overall}" if "prompt overall" in context else own, aloud, shown)
    return found


@lru_cache(_REMEMBERED)
def own_questions(tool: Tool) -> Mapping[str, Question]:
    """The same of the tool at hand, with its local version."""
    return questions(_edition_here(tool), context_of(tool))


def context_of(tool: Tool) -> frozenset[str]:
    """The prompts and features whose meaning the tool's edition, one before it or its local version has changed."""
    base = base_of(tool)
    found: set[str] = set()
    for edition in tool.editions:
        found |= _context(edition)
        if edition.id == base:
            break
    return frozenset(found) | _changed_here(tool)


def _changed_here(tool: Tool) -> frozenset[str]:
    """The prompts and features that a local version asks with another meaning."""
    found: set[str] = set()
    for change in tool.local.changes if tool.local else ():
        if change.what not in ("text", "term") or change.kind != "meaning" or change.file != "framework.yaml":
            continue
        match change.keys:
            case ("prompts", ("rate" | "overall") as name, *_):
                found.add(f"prompt {name}")
            case ("features", feature, "title" | "description"):
                found.add(f"feature {feature}")
    return frozenset(found)


def _context(edition: Edition) -> set[str]:
    return {key for key, kind in edition.changes.items() if kind == "meaning" and " " in key}


def base_of(tool: Tool) -> str:
    """The name of the national edition at hand."""
    return tool.edition.partition("+")[0]


def _edition_here(tool: Tool) -> Edition:
    framework: Framework = tool.framework
    return Edition(
        id=tool.edition,
        statements={s.id: s.text for s in framework.used_statements},
        features={f.id: {"title": f.title, "description": f.description} for f in framework.features},
        prompts={n: prompt_text(framework.prompts[n].text, framework.prompts[n].help) for n in DECIDED},
    )


def known_questions(tool: Tool) -> dict[str, dict[str, Question]]:
    """Every known national edition → its questions."""
    context: set[str] = set()
    found = {}
    for edition in tool.editions:
        context |= _context(edition)
        found[edition.id] = questions(edition, frozenset(context))
    return found


def differences(tool: Tool) -> dict[str, tuple[Difference, ...]]:
    """Every known national edition → how its questions differ from those of the tool at hand, in the tool's order."""
    here = own_questions(tool)
    place = {edition.id: n for n, edition in enumerate(tool.editions)}
    base = place.get(base_of(tool), len(place) - 1)
    local = _changed_here(tool) | {s.id for s in tool.framework.statements if s.changed == "meaning"}
    order = {rating_name(s.id): n for n, s in enumerate(tool.framework.statements)}
    found = {}
    for id, there in known_questions(tool).items():
        meant = local | _between(tool.editions, place[id], base)
        silent = not tool.editions[place[id]].features
        # A file without features says nothing of them. The edition at hand has those of the framework, all the same.
        absent: Kind | None = "not recorded" if silent and id != base_of(tool) else None
        names = sorted({*here, *there}, key=lambda name: (name not in order, order.get(name, 0), name))
        pairs = ((name, there.get(name), here.get(name)) for name in names)
        kinds = ((name, _kind(name, a, b, meant, absent if silent else "not asked"), a, b) for name, a, b in pairs)
        found[id] = tuple(
            Difference(name, kind, a.shown if a else "", b.shown if b else "") for name, kind, a, b in kinds if kind
        )
    return found


def issued_differences(tool: Tool) -> dict[str, tuple[Difference, ...]]:
    """The same of the editions whose wording can't change any more."""
    issued = {edition.id for edition in tool.editions if edition.issued}
    return {id: found for id, found in differences(tool).items() if id in issued}


def known_wordings(tool: Tool) -> dict[tuple[str, str], bool]:
    """(question, fingerprint) → whether it is counted with ours, of each known wording: alone and as packs say it."""
    found: dict[tuple[str, str], bool] = {}
    known = known_questions(tool)
    for id, differing in issued_differences(tool).items():
        apart = apart_of(differing)
        found |= {key: name not in apart for name, one in known[id].items() for key in _keys(name, one)}
    return found | {key: True for name, one in own_questions(tool).items() for key in _keys(name, one)}


def _keys(name: str, question: Question) -> Iterator[tuple[str, str]]:
    yield name, fingerprint_of(question.own)
    yield name, fingerprint_of(question.aloud)


def _kind(
    name: str, theirs: Question | None, ours: Question | None, meant: frozenset[str], absent: Kind | None
) -> Kind | None:
    """`absent`: what it means that their edition's file has no such overall view."""
    number = name.partition("_")[2].replace("_", ".")
    rating = name.startswith("rating_")
    otherwise = {number, "prompt rate"} if rating else {f"feature {number}", "prompt overall"}
    if ours is None:
        return "only there"
    if theirs is None:
        return "not asked" if rating else "meaning" if absent is None and otherwise & meant else absent
    if theirs.own == ours.own:
        return "wording" if theirs.shown != ours.shown else None
    return "meaning" if otherwise & meant else "wording"


def _between(editions: Sequence[Edition], first: int, second: int) -> frozenset[str]:
    """What the steps between two editions asked otherwise: from either, each step changes the meaning for the other."""
    low, high = sorted((first, second))
    steps = (after for _, after in pairwise(editions[low : high + 1]))
    return frozenset(key for edition in steps for key, kind in edition.changes.items() if kind == "meaning")
