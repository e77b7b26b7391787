"""Terms: a table of replacements put into all national text, whole words only; never into ids, links or corrections.

All terms are put in at once, the longest first: no term is ever put into the words of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from pmdiag_build.content.documents import BODY, Document, Path_
from pmdiag_build.content.model import Change, ChangeKind
from pmdiag_build.content.structure import OF_THE_NATIONAL
from pmdiag_build.content.text_checks import Targets, check_lines
from pmdiag_build.local import named, spoken
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean

# Keys whose values are ids, names or addresses of something, not text that a reader reads.
_NO_TEXT = {
    *("id", "name", "code", "number", "kind", "page", "pages", "feature", "rows", "paper", "print", "voice", "mode"),
    *("layout", "origin", "record", "statement", "edition", "fillable", "publisher", "change"),
}
# What is not a word of the text: targets of links, addresses, code and {placeholders}.
_NO_WORD = re.compile(
    r"\]\([^)]*\)|^ {4}.*$|`+[^`]*`+|\{[^{}]*\}|\b[a-z][a-z0-9+.-]*://\S+|\b[\w.+-]+@[\w.-]+\b|\bwww\.\S+", re.MULTILINE
)
# A hyphen, or an accent as a separate character, belongs to the word.
_BEFORE, _AFTER = r"(?<![\w\u0300-\u036f])(?<![\w\u0300-\u036f]-)", r"(?![\w\u0300-\u036f])(?!-\w)"

_CONTEXT = 50
"""So many characters on each side of a term are shown in the preview of its places."""


def is_name(file: str, path: Path_) -> bool:
    """Is the value at `path` a name or an id, and no text? In words files every value is a text."""
    keys = [step for step in path if isinstance(step, str)]
    return bool(keys) and keys[-1] in _NO_TEXT and not file.startswith("words/")


@dataclass(frozen=True)
class Term:
    """`old` becomes `new`. `where`: files or ids in which it is replaced, all if empty. `keep`: phrases that stay."""

    old: str
    new: str
    change: ChangeKind
    place: Location
    where: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The term as whole words, across a line break too, and with a capital at the start of a sentence."""
        capital = self.old[0].upper() + self.old[1:]
        forms = dict.fromkeys((self.old, capital))
        return re.compile(f"{_BEFORE}(?:{'|'.join(map(_spaced, forms))}){_AFTER}")

    @cached_property
    def kept(self) -> re.Pattern[str] | None:
        return re.compile("|".join(map(_spaced, self.keep)), re.IGNORECASE) if self.keep else None

    def concerns(self, file: str, keys: tuple[str, ...]) -> bool:
        """Is the term replaced in the text at `keys` of `file`?"""
        return not self.where or any(_names(where, file, keys) for where in self.where)


def is_sound(term: Term, problems: Problems) -> bool:
    """Can the term be put in? If not, or if it changes nothing, that is a problem."""
    before = len(problems)
    if "\n" in term.new:
        problems.add(term.place, Fault("“ours” is longer than one line", "Write it on one line"))
    if value := re.search(r"\{[^{}]*\}", term.new):
        what = f"There is no value for {value[0]}"
        problems.add(term.place, Fault(what, "Nothing is put in here; write it in words"))
    check_lines(term.new, term.place, Targets((), (), ()), problems)
    if term.new.split() == term.old.split():
        fix = "Change ours:, or remove the term: so far it changes nothing"
        problems.add(term.place, Fault(f"“{term.old}” is both the national wording and ours", fix), Severity.NOTICE)
    return len(problems) == before


@dataclass(frozen=True, slots=True)
class Hit:
    """A place of a term in a text: `new` replaces it from `start` to `end`."""

    start: int
    end: int
    term: Term
    new: str


def find_hits(terms: Iterable[Term], text: str) -> list[Hit]:
    """Where the terms occur in `text`, in order and without overlaps: the first, of those the longest."""
    found: list[Hit] = []
    barred: list[tuple[int, int]] | None = None
    for term in terms:
        for match in term.pattern.finditer(text):
            if barred is None:
                barred = [m.span() for m in _NO_WORD.finditer(text)]
            own = [m.span() for m in term.kept.finditer(text)] if term.kept else []
            if not any(start < match.end() and match.start() < end for start, end in (*barred, *own)):
                capital = match[0][0] != term.old[0]
                new = term.new[0].upper() + term.new[1:] if capital else term.new
                found.append(Hit(match.start(), match.end(), term, new))
    found.sort(key=lambda hit: (hit.start, -hit.end))
    chosen: list[Hit] = []
    for hit in found:
        if not chosen or chosen[-1].end <= hit.start:
            chosen.append(hit)
    return chosen


def replaced(text: str, hits: Iterable[Hit]) -> str:
    """The text with every hit put in."""
    done: list[str] = []
    end = 0
    for hit in hits:
        done += [text[end : hit.start], hit.new]
        end = hit.end
    return "".join([*done, text[end:]])


@dataclass(slots=True)
class Terms:
    """The terms of a local version, put into one document after another."""

    terms: tuple[Term, ...]
    levels: tuple[str, ...] = ()
    """The names of the levels, which no term replaces."""
    changes: list[Change] = field(default_factory=list)
    _inside_words: dict[Location, str] = field(default_factory=dict)

    def document(self, document: Document) -> Document:
        """The document with every term put in; each place is recorded as a change."""
        if not self.terms or document.file.startswith(OF_THE_NATIONAL):
            return document
        return document.with_texts(partial(self._put_in, document))

    def check(self, national: Mapping[str, Document], problems: Problems) -> None:
        """Adds a problem for each term that is defined twice or names an unknown place in `where`; one for each that
        occurs only in longer words; a notice for each that does not occur (any more)."""
        known = _places(national.values()) if any(term.where for term in self.terms) else set()
        seen: dict[tuple[str, tuple[str, ...]], Location] = {}
        for term in self.terms:
            self._check_term(term, known, problems)
            first = seen.setdefault((term.old, term.where), term.place)
            if first != term.place:
                what = f"The term “{term.old}” is defined here and at line {first.line}"
                problems.add(term.place, Fault(what, "Keep one of them"))

    def lost(self, issued: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """(term, statement id) where a term occurs in the wording that an edition issued, but not in today's."""
        for term in self.terms:
            for id, text in issued.items():
                concerned = term.concerns("framework.yaml", ("features", id[0], "statements", id, "text"))
                if concerned and find_hits((term,), text) and not find_hits((term,), now.get(id, "")):
                    yield term.old, id

    def _check_term(self, term: Term, known: set[str], problems: Problems) -> None:
        if renamed := _renamed(term, self.levels):
            what = f"“{renamed}” is a level, and levels have the same names for every organisation"
            problems.add(term.place, Fault(what, "Remove this term"))
            return
        for where in term.where:
            if where not in known:
                fix = did_you_mean(where, sorted(known))
                problems.add(term.place, Fault(f"There is no page, file or text named “{where}”", fix))
        if any(change.place == term.place for change in self.changes):
            return
        if longer := self._inside_words.get(term.place):
            what = f"The term “{term.old}” appears only as part of a word (“{longer}”)"
            problems.add(term.place, Fault(what, "Write the whole word: only whole words are replaced"))
        elif all(where in known for where in term.where):
            there = " there" if term.where or term.keep else ""
            what = f"The term “{term.old}” does not occur in the national text{there}"
            problems.add(term.place, Fault(what, "Remove it, or write the wording that is there now"), Severity.NOTICE)

    def _put_in(self, document: Document, path: Path_, text: str) -> str:
        if is_name(document.file, path) or (document.file == "framework.yaml" and path[0] == "levels"):
            return text
        near = [term for term in self.terms if term.old.split()[0].casefold() in text.casefold()]
        if not near:
            return text
        keys = named(document.data, path)
        here = [term for term in near if term.concerns(document.file, keys)]
        # “Effective” stays where the term is “effective”.
        hits = [hit for hit in find_hits(here, text) if text[hit.start : hit.end] not in self.levels]
        spot = "" if path == BODY else spoken(document.data, path)
        for hit in hits:
            before, after = _around(text, hit.start, hit.end)
            was, now = (f"{before}{word}{after}" for word in (text[hit.start : hit.end], hit.new))
            term = hit.term
            self.changes.append(
                Change(
                    *("term", document.file, spot, was, was, now, term.change, term.place),
                    keys=keys,
                    old=term.old,
                    new=term.new,
                )
            )
        for term in here:
            part = re.search(rf"[\w-]*{_spaced(term.old)}[\w-]*", text)
            if part and part[0].split() != term.old.split():
                self._inside_words.setdefault(term.place, part[0])
        return replaced(text, hits)


def _renamed(term: Term, levels: Iterable[str]) -> str:
    """The level that a term would rename, or empty: it is the whole term, or one of its words beyond the first, which
    may be large because a sentence begins with it."""
    for level in levels:
        word = re.compile(f"{_BEFORE}{re.escape(level)}{_AFTER}")
        places = [found.start() for found in word.finditer(term.old)]
        if (term.old == level or any(places)) and not word.search(term.new):
            return level
    return ""


def _spaced(phrase: str) -> str:
    return r"(?:[ \t]+|[ \t]*\n[ \t]*)".join(map(re.escape, phrase.split()))


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    before = " ".join(text[max(0, start - _CONTEXT) : start].split("\n")[-1].split(" ")[(start > _CONTEXT) :])
    after = text[end : end + _CONTEXT].split("\n")[0]
    if len(text) > end + _CONTEXT and len(after) == _CONTEXT:
        after = after.rsplit(" ", 1)[0] + " …"
    return ("… " if start > _CONTEXT else "") + before, after


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _names(where: str, file: str, keys: tuple[str, ...]) -> bool:
    # A bare figure is a feature: other entries without a name have only a position.
    inside = keys[:2] == ("features", where) if where.isdecimal() else where in keys
    return inside or where in (file, _stem(file))


def _places(documents: Iterable[Document]) -> set[str]:
    """Everything that `where` can name: files, and the keys and ids in them."""
    found: set[str] = set()
    for document in documents:
        if not document.file.startswith(OF_THE_NATIONAL):
            names = (step for path, _ in document.texts() for step in named(document.data, path))
            found |= {document.file, _stem(document.file), *names}
    return found
