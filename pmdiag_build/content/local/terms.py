"""Terms: a table of replacements put into all national text, whole words only; never into ids, links or corrections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pmdiag_build.content.local.changes import Change, Kind, statement_of
from pmdiag_build.content.local.overlay import spoken
from pmdiag_build.content.source import Data, Document, Path_
from pmdiag_build.problems import Location, Problems

# Keys whose values are ids, names or addresses of something, not text that a reader reads.
_NO_TEXT = {
    *("id", "name", "code", "number", "kind", "page", "pages", "feature", "rows", "paper", "print", "voice", "mode"),
    *("layout", "origin", "record", "edition", "fillable", "publisher"),
}
_UNTOUCHED_FILES = ("corrections.yaml", "editions/")
# What a Markdown link points to, an address, an e-mail address: a term inside is no word of the text.
_NO_WORD = re.compile(r"\]\([^)]*\)|\b[a-z]+://\S+|\b[\w.+-]+@[\w.-]+\b")


_CONTEXT = 50
"""So many characters on each side of a term are shown in the preview of its places."""


@dataclass(frozen=True, slots=True)
class Term:
    """`old` becomes `new`. `where` names files or ids to which it is kept (all if empty), `keep` phrases that stay."""

    old: str
    new: str
    change: Kind
    place: Location
    where: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(slots=True)
class Terms:
    """The terms of a local version, put into one document after another."""

    terms: tuple[Term, ...]
    changes: list[Change] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _inside_words: dict[str, str] = field(default_factory=dict)

    def document(self, document: Document) -> Document:
        """The document with every term put in; each place is recorded as a change."""
        if not self.terms or document.file.startswith(_UNTOUCHED_FILES):
            return document
        data = self._value(document, document.data, ())
        body = self._text(document, document.body, ("body",)) if document.body else ""
        return Document(document.file, data, document.marks, body, document.body_line, document.over)

    def check(self, problems: Problems) -> None:
        """Adds a problem for each term that was found nowhere, or only as a part of longer words."""
        for term in self.terms:
            if term.old in self._used:
                continue
            longer = self._inside_words.get(term.old)
            if longer:
                problems.add(
                    term.place,
                    f"The term “{term.old}” stands in the text only as part of a word (“{longer}”)",
                    "Only whole words are replaced: give the whole word, each form of it as a term of its own",
                )
            else:
                problems.add(
                    term.place,
                    f"The term “{term.old}” does not occur in the national text any more",
                    "Remove it, or give the wording that stands there now",
                )

    def _value(self, document: Document, data: Data, path: Path_) -> Data:
        if isinstance(data, str):
            return data if _is_name(path) else self._text(document, data, path)
        if isinstance(data, dict):
            return {key: self._value(document, value, (*path, key)) for key, value in data.items()}
        return [self._value(document, value, (*path, i)) for i, value in enumerate(data)]

    def _text(self, document: Document, text: str, path: Path_) -> str:
        for term in self.terms:
            if term.old.lower() not in text.lower():
                continue
            spot = spoken(document.data, path) or "text"
            if term.where and not any(_concerns(where, document.file, spot) for where in term.where):
                continue
            replaced, places = _replace(term, text)
            if places:
                self._used.add(term.old)
                statement = statement_of(document.data, path) if document.file == "framework.yaml" else ""
                self.changes += [
                    Change("term", document.file, spot, old, old, new, term.change, term.place, statement)
                    for old, new in places
                ]
            elif part := re.search(rf"\w*{re.escape(term.old)}\w*", text):
                self._inside_words.setdefault(term.old, part[0])
            text = replaced
        return text


def _replace(term: Term, text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with the term put in, and each place of it: the words around it before and after."""
    kept = "|".join([_NO_WORD.pattern, *map(re.escape, term.keep)])
    # A term in small letters also begins sentences.
    capital = re.escape(term.old[0].upper() + term.old[1:])
    pattern = re.compile(rf"(?P<kept>{kept})|(?<!\w)(?:{re.escape(term.old)}|{capital})(?!\w)")
    done: list[str] = []
    places: list[tuple[str, str]] = []
    end = 0
    for match in pattern.finditer(text):
        if match["kept"] is not None:
            continue
        new = term.new if match[0] == term.old else term.new[0].upper() + term.new[1:]
        done += [text[end : match.start()], new]
        end = match.end()
        before, after = _around(text, match.start(), match.end())
        places.append((f"{before}{match[0]}{after}", f"{before}{new}{after}"))
    return "".join([*done, text[end:]]), places


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    before = " ".join(text[max(0, start - _CONTEXT) : start].split("\n")[-1].split(" ")[(start > _CONTEXT) :])
    after = text[end : end + _CONTEXT].split("\n")[0]
    if len(text) > end + _CONTEXT and len(after) == _CONTEXT:
        after = after.rsplit(" ", 1)[0] + " …"
    return ("… " if start > _CONTEXT else "") + before, after


def _is_name(path: Path_) -> bool:
    keys = [step for step in path if isinstance(step, str)]
    return bool(keys) and keys[-1] in _NO_TEXT


def _concerns(where: str, file: str, spot: str) -> bool:
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return where in (file, stem) or f" {where} " in f" {spot.replace('/', ' ')} "
