"""National editions: what each issued one asked, how one follows another, and what the framework has changed since.

`content/editions/ID.yaml` freezes the wording that decides what a question means: statements, titles and descriptions
of features, and the prompts above the levels. Its `changes` say of each text that differs from the edition before
whether it says the same in other words (`wording`) or asks something else (`meaning`). Editions form one line.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pmdiag_build.content.documents import Document, Path_, mapping, sequence
from pmdiag_build.content.model import ChangeKind, Edition
from pmdiag_build.content.questions import DECIDED, fingerprint_of, prompt_text
from pmdiag_build.content.structure import build, stem, under
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean

_SAME_STATEMENT = 0.5
"""A text less like the issued one than this (difflib's ratio) is taken for another statement."""

_NO_EDITIONS = Fault(
    "No issued edition is recorded here, so the ids of statements are not checked",
    "Put the folder back, with a file for each edition",
)
_OTHER_NAME = Fault("The file {file} is about edition {edition}", "Name it {edition}.yaml")
_UNKNOWN_BEFORE = Fault("There is no edition {follows}", "{fix}")
_TWO_FIRST = Fault(
    "{edition} and {other} are both said to be the first edition", "Add follows: with the name of the one before"
)
_TWO_AFTER = Fault("{edition} and {other} both follow edition {follows}", "Correct follows: in one of them")
_CIRCLE = Fault("The editions {editions} follow each other in a circle", "Correct follows: in one of them")
_TOUCHED = Fault(
    "{item} is not as it was when edition {edition} was issued",
    "Put the file back as it was; issued editions never change",
)
_MISSING = Fault(
    "Statement {number} of the issued edition {edition} is missing",
    'Put it back; if it is no longer asked, add unused: "the reason"',
)
_MOVED = Fault(
    "Statement {number} has the wording of statement {moved} in edition {edition}",
    "Give it the id {moved} again; ids never change",
)
_REUSED = Fault(
    "The id {number} is reused: edition {edition} issued it as “{text}…”",
    "Give the new statement an id that was never used",
)
_NOT_AS_ISSUED = Fault(
    "{item} is not what edition {edition} issued",
    "For a new edition, write its name after edition: in tool.yaml; else put back what editions/{edition}.yaml says",
)
_NOTHING_CHANGED = Fault("{item} says what edition {edition} says, so nothing has changed", "Remove change:")
_NEW = Fault("{item} is not in edition {edition}: it is new, so nothing has changed", "Remove change:")
UNDECIDED = Fault(
    "{item} has changed since edition {edition}, which said “{text}”",
    "Write change: wording below it if it means the same, or change: meaning if it asks something else",
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A part of the framework that has a decision of its own: a statement, a feature or a prompt.

    `key` names it in `changes`; `texts` is what decides its meaning, `asked` whether it is in use.
    """

    key: str
    path: Path_
    texts: tuple[str, ...]
    change: str
    asked: bool = True

    @property
    def item(self) -> str:
        """How a message names it."""
        return self.key[0].upper() + self.key[1:] if " " in self.key else f"Statement {self.key}"


def _entries(framework: Document) -> Iterator[_Entry]:
    whole = mapping(framework.data)
    for name in DECIDED:
        prompt = mapping(mapping(whole["prompts"])[name])
        text = prompt_text(str(prompt["text"]), str(prompt.get("help", "")))
        yield _Entry(f"prompt {name}", ("prompts", name), (text,), str(prompt.get("change", "")))
    for f, feature in enumerate(map(mapping, sequence(whole["features"]))):
        texts = (str(feature["title"]), str(feature["description"]))
        yield _Entry(f"feature {feature['id']}", ("features", f), texts, str(feature.get("change", "")))
        for s, entry in enumerate(map(mapping, sequence(feature["statements"]))):
            path = ("features", f, "statements", s)
            change = str(entry.get("change", ""))
            yield _Entry(str(entry["id"]), path, (str(entry["text"]),), change, asked="unused" not in entry)


def _frozen(edition: Edition) -> dict[str, tuple[str, ...]]:
    """The same texts of an edition, by key."""
    found: dict[str, tuple[str, ...]] = {f"prompt {name}": (text,) for name, text in edition.prompts.items()}
    for id, feature in edition.features.items():
        found[f"feature {id}"] = (feature["title"], feature["description"])
    return found | {id: (text,) for id, text in {**edition.statements, **edition.unused}.items()}


def drafted(framework: Document, id: str, before: Edition | None) -> Edition:
    """The framework as the edition `id` after `before`, with the decisions that are made so far."""
    entries = list(_entries(framework))
    statements = [entry for entry in entries if " " not in entry.key]
    kinds: dict[str, ChangeKind] = {e.key: "wording" if e.change == "wording" else "meaning" for e in entries}
    frozen = _frozen(before) if before else {}
    return Edition(
        id=id,
        follows=before.id if before else "",
        statements={e.key: e.texts[0] for e in statements if e.asked},
        unused={e.key: e.texts[0] for e in statements if not e.asked},
        features={
            e.key.removeprefix("feature "): {"title": e.texts[0], "description": e.texts[1]}
            for e in entries
            if e.key.startswith("feature ")
        },
        prompts={e.key.removeprefix("prompt "): e.texts[0] for e in entries if e.key.startswith("prompt ")},
        # What is not decided yet is taken for the worse of the two: nothing is counted that may be another question.
        changes={e.key: kinds[e.key] for e in entries if e.key in frozen and e.texts != frozen[e.key]},
        issued=False,
    )


def _add(problems: Problems, fault: Fault, place: Location, **facts: str) -> None:
    problems.add(place, fault, Severity.ERROR, **facts)


def undecided(framework: Document, before: Edition | None, problems: Problems) -> None:
    """Adds a problem for each text that differs from the edition before and does not say how."""
    frozen = _frozen(before) if before else {}
    for entry in _entries(framework):
        then = frozen.get(entry.key)
        if before and then is not None and entry.texts != then and not entry.change:
            at = next(n for n, text in enumerate(entry.texts) if text != then[n])
            key = ("text", "") if len(then) == 1 else ("title", "description")
            place = framework.at(*entry.path, key[at])
            facts = {"item": entry.item, "edition": before.id, "text": then[at]}
            _add(problems, UNDECIDED, place, **facts)


def in_line(documents: Mapping[str, Document], problems: Problems) -> tuple[Edition, ...]:
    """The issued editions, the first one first; a problem for each that has no place in the line or was touched."""
    files = {str(mapping(d.data)["edition"]): d for d in under(documents, "editions")}
    before = len(problems)
    for document in under(documents, "editions"):
        id = str(mapping(document.data)["edition"])
        if stem(document) != id:
            _add(problems, _OTHER_NAME, document.at("edition"), file=stem(document), edition=id)
    editions = {id: _read(document, problems) for id, document in files.items()}
    after: dict[str, str] = {}
    for id, edition in editions.items():
        place = files[id].at("follows" if edition.follows else "edition")
        if edition.follows and edition.follows not in editions:
            fix = did_you_mean(edition.follows, [other for other in editions if other != id])
            _add(problems, _UNKNOWN_BEFORE, place, follows=edition.follows, fix=fix)
        elif (other := after.setdefault(edition.follows, id)) != id:
            fault = _TWO_AFTER if edition.follows else _TWO_FIRST
            _add(problems, fault, place, edition=id, other=other, follows=edition.follows)
    line: list[Edition] = []
    while (id := after.get(line[-1].id if line else "", "")) and len(line) < len(editions):
        line.append(editions[id])
    if len(line) < len(editions) and len(problems) == before:
        left = sorted(editions.keys() - {edition.id for edition in line})
        _add(problems, _CIRCLE, files[left[0]].at("follows"), editions=", ".join(left))
    return tuple(line)


def _read(document: Document, problems: Problems) -> Edition:
    """An issued edition. Its fingerprints show whether a text of it was touched later."""
    data = mapping(document.data)
    edition = build(Edition, data, id=str(data["edition"]), issued=True)
    prints = {str(k): str(v) for k, v in mapping(data.get("fingerprints", {})).items()}
    for key, digits in fingerprints(edition).items():
        if prints.get(key, digits) != digits:
            item = key if " " in key else f"Statement {key}"
            facts = {"item": item[0].upper() + item[1:], "edition": edition.id}
            _add(problems, _TOUCHED, document.at("fingerprints", key), **facts)
    return edition


def fingerprints(edition: Edition) -> dict[str, str]:
    """The fingerprint of each frozen part of an edition, by its key."""
    return {key: fingerprint_of("\n".join(texts)) for key, texts in _frozen(edition).items()}


def check_issued(framework: Document, own: str, editions: Sequence[Edition], problems: Problems) -> None:
    """Adds a problem for each id of an issued edition that is missing, moved or reused in the framework of the edition
    `own`, and for each text that differs if that edition is issued.

    Returns of any year name statements by id, so an id is never dropped, renumbered or given to another statement.
    """
    if not editions:
        problems.add("editions", _NO_EDITIONS, Severity.NOTICE)
        return
    entries = {entry.key: entry for entry in _entries(framework)}
    issued = next((n for n, edition in enumerate(editions) if edition.id == own), None)
    until = editions if issued is None else editions[: issued + 1]
    reported = set(_check_ids(framework, entries, until, problems))
    frozen = _frozen(until[-1])
    for key, entry in entries.items():
        place = framework.at(*entry.path, "text" if " " not in key else "title")
        facts = {"item": entry.item, "edition": until[-1].id}
        same = entry.texts == frozen.get(key) if key in frozen else key.startswith(("feature", "prompt"))
        as_issued = same and entry.asked == (key not in until[-1].unused)
        if issued is not None and key not in reported and not as_issued:
            _add(problems, _NOT_AS_ISSUED, place, **facts)
        if entry.change and key in frozen and same:
            _add(problems, _NOTHING_CHANGED, framework.at(*entry.path, "change"), **facts)
        elif entry.change and " " not in key and key not in frozen:
            _add(problems, _NEW, framework.at(*entry.path, "change"), **facts)


def _check_ids(
    framework: Document, entries: Mapping[str, _Entry], editions: Sequence[Edition], problems: Problems
) -> Iterator[str]:
    """Yields each id with a problem: missing, moved or reused since the newest edition that had it."""
    newest = {id: edition for edition in editions for id in (*edition.statements, *edition.unused)}
    for number, edition in newest.items():
        issued = {**edition.statements, **edition.unused}
        text, entry = issued[number], entries.get(number)
        facts = {"number": number, "edition": edition.id}
        if entry is None:
            _add(problems, _MISSING, framework.at("features"), **facts)
            continue
        now, place = entry.texts[0], framework.at(*entry.path, "text")
        if now == text:
            continue
        moved = next((id for id, other in issued.items() if other == now), number)
        if moved != number:
            _add(problems, _MOVED, place, moved=moved, **facts)
            yield number
        elif difflib.SequenceMatcher(None, now, text, autojunk=False).ratio() < _SAME_STATEMENT:
            _add(problems, _REUSED, place, text=text[:60], **facts)
            yield number


def issued_file(edition: Edition, before: Edition | None) -> str:
    """The file that freezes an edition, as it is never written again."""
    asked_before = before.statements if before else edition.statements
    parts: list[tuple[str, object]] = [
        ("statements", edition.statements),
        ("unused", edition.unused),
        ("features", edition.features),
        ("prompts", edition.prompts),
        ("changes", edition.changes),
        ("added", [id for id in edition.statements if id not in asked_before]),
        ("dropped", [id for id in asked_before if id not in edition.statements]),
        ("fingerprints", fingerprints(edition)),
    ]
    lines = [
        "# yaml-language-server: $schema=../schemas/edition.schema.json",
        "# Written when the edition was issued and never changed: ids are promises to every return that used them.",
        f"edition: {_quoted(edition.id)}",
    ]
    if edition.follows:
        lines.append(f"follows: {_quoted(edition.follows)}")
    return "\n".join([*lines, *(line for name, part in parts if part for line in _lines(name, part))]) + "\n"


def _lines(name: str, part: object, indent: str = "") -> Iterator[str]:
    yield f"{indent}{name}:"
    if isinstance(part, list):
        yield from (f"{indent}  - {_quoted(item)}" for item in part)
    for key, value in part.items() if isinstance(part, Mapping) else ():
        if isinstance(value, Mapping):
            yield from _lines(_quoted(key), value, f"{indent}  ")
        else:
            # Words and digits that the program chose need no quotation marks; keys that are numbers do.
            plain = key.isidentifier()
            yield f"{indent}  {key if plain else _quoted(key)}: {_quoted(value)}"


def _quoted(text: str) -> str:
    # A JSON text is a YAML text too.
    return json.dumps(text, ensure_ascii=False)
