"""Checks of texts: links and images lead somewhere safe, there is no raw HTML, and placeholders are allowed there.

Words of the interface have the placeholders that the words of pmdiag have. Texts of packs, templates and pages may say
`{statements}` for how many statements the edition asks, so that no text says a wrong number; so may what a local
version changes in the framework, but not the framework and pages of the source, which are printed unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from pmdiag_build.content.documents import Data, Document, Path_, mapping
from pmdiag_build.content.structure import statement_entries
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean

_FENCE = re.compile(r"\s*(?:```[^`]*|~~~.*)$")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_ITEM = re.compile(r"\s*(?:[*+-]|\d+\.)\s")
_CUT = re.compile(r"\s*(?:[*+-]|\d+\.|>|#)|[|:\s-]*\|[|:\s-]*$|[:\s-]+$")
"""Lines at which the renderer parts a paragraph: entries of lists, quotations, headings, rules of tables."""
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ESCAPED = re.compile(r"\\[\\\[\]]")
_BRACKET = re.compile(r"[\[\]]")
_TARGET = re.compile(r"\(\s*(?:<(?P<angled>[^<>]*)>|(?P<bare>[^\s()]*(?:\([^\s()]*\)[^\s()]*)*))")
_END = re.compile(r"""\s*(?:"[^"]*"\s*|'[^']*'\s*)?\)""")
# What may come before a line's own text: the signs of quotations and of list entries.
_FRONT = r"^(?>[ \t>]*(?:[*+-]|\d+\.)[ \t]++)*+[ \t>]*"
_NESTED = re.compile(r"^(?>[ \t>]*(?:[*+-]|\d+\.)[ \t]++){20}", re.MULTILINE)
_REFERENCE = re.compile(_FRONT + r"\[[^\[\]]+\]:\s*<?(?P<target>\S+?)>?(?:\s|$)", re.MULTILINE)
_TITLE = re.compile(_FRONT + r"#(?!#)|(?<=\n)[ \t>]*=+[ \t]*$", re.MULTILINE)
_AUTOLINK = re.compile(r"<(?P<target>[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]*)>")
_HTML = re.compile(r"<(?:/?[A-Za-z][^>]*>?|!--|!\[CDATA\[|\?|![A-Z])")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
_DEEPEST = 30
_OUTSIDE = ("http:", "https:", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class Targets:
    """What links may lead to: ids of pages and packs, names of images."""

    pages: Container[str]
    packs: Container[str]
    images: Container[str]


def check_prose(text: str, file: str, line: int, targets: Targets, problems: Problems) -> None:
    """Adds a problem for each faulty link, image or heading, each fence around code and each piece of raw HTML.

    `line` is that of the first one. Code is ignored.
    """
    _check_fences(text, Location(file, line), problems)
    listed = False
    for first, lines in _blocks(text, line):
        code = len(list(takewhile(_INDENTED.match, lines))) if not listed else 0
        first, lines = first + code, lines[code:]
        if not lines:
            continue
        listed = any(map(_ITEM.match, lines)) or (listed and _INDENTED.match(lines[0]) is not None)
        check_lines("\n".join(lines), Location(file, first), targets, problems)
        if any(map(_CUT.match, lines)) and any("`" in raw for raw in lines):
            # Code does not go on from one entry or cell to the next: each is checked by itself.
            alone = Problems()
            for number, raw in enumerate(lines, first):
                check_lines(raw, Location(file, number), targets, alone)
            problems.extend(problem for problem in alone if problem not in problems.found)


def images_in(text: str) -> Iterator[str]:
    """The names of the images that a Markdown text shows."""
    for _, lines in _blocks(text, 1) if "![" in text else ():
        block = "\n".join(lines)
        for at, target, _ in _links(block, lambda _: Location(""), Problems()):
            if block[at - 1 : at] == "!":
                yield target


def _blocks(text: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """The paragraphs, with the line at which each begins: no link and no code in a sentence goes beyond one."""
    lines: list[str] = []
    for number, raw in enumerate([*text.split("\n"), ""], first):
        if raw.strip(" \t"):
            lines.append(raw)
        elif lines:
            yield number - len(lines), lines
            lines = []


def _check_fences(text: str, first: Location, problems: Problems) -> None:
    lines = text.split("\n")
    for number in [i for i, raw in enumerate(lines) if _FENCE.match(raw)][::2]:
        what = f"Code between lines of {lines[number].strip()[:3]} would run together into one line"
        fix = "Begin each of its lines with four spaces instead"
        problems.add(replace(first, line=first.line + number), Fault(what, fix))


def check_lines(lines: str, first: Location, targets: Targets, problems: Problems) -> None:
    """The same for the lines of one paragraph outside a code block."""
    text = _ESCAPED.sub(lambda sign: sign[0] if sign[0] == r"\\" else "  ", _without_code(lines))

    def place(at: int) -> Location:
        return replace(first, line=first.line + text.count("\n", 0, at))

    for at, target, said in sorted(_links(text, place, problems)):
        if text[at - 1 : at] == "!":
            _check_image(target, said, place(at), targets, problems)
        else:
            _check_link(target, place(at), targets, problems)
    for found in (*_REFERENCE.finditer(lines), *_AUTOLINK.finditer(text)):
        _check_link(found["target"], place(found.start()), targets, problems)
    for nested in _NESTED.finditer(lines):
        what = "More than 20 lists begin here, one within the other"
        problems.add(place(nested.start()), Fault(what, "Keep one list sign at the start of a line"))
    for title in _TITLE.finditer(lines):
        what = "This heading is as large as the page's title"
        problems.add(place(title.end()), Fault(what, "Begin it with ##, or write \\# for a plain #"))
    for html in _HTML.finditer(_AUTOLINK.sub(lambda link: " " * len(link[0]), text)):
        what = f"There is HTML in the text: {html.group()[:40]}"
        problems.add(place(html.start()), Fault(what, "Use Markdown, or write &lt; for a plain <"))


def _without_code(text: str) -> str:
    """The paragraph with blanks instead of code; as it is where a backtick has no other one, for what is code
    then differs from renderer to renderer."""
    blank = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
    return text if "`" in blank or r"\`" in text else blank


def _links(text: str, place: Callable[[int], Location], problems: Problems) -> Iterator[tuple[int, str, str]]:
    """Where each link or image in a paragraph begins, its target and its text, also of an image within a link."""
    begun: list[int] = []
    for bracket in _BRACKET.finditer(text):
        if bracket[0] == "[":
            begun.append(bracket.start())
            if len(begun) == _DEEPEST:
                # The renderer looks from each of them to the end of the paragraph.
                what = f"{_DEEPEST} square brackets are opened here and never closed"
                problems.add(place(bracket.start()), Fault(what, "Close them, or write \\[ for a plain ["))
                return
        elif begun and text[bracket.end() : bracket.end() + 1] == "(":
            at = begun.pop()
            found = _TARGET.match(text, bracket.end())
            assert found is not None
            target = found["bare"] if found["angled"] is None else found["angled"]
            if _END.match(text, found.end()):
                yield at, target, text[at + 1 : bracket.start()]
            else:
                what = f"The link “{target[:60]}” has no end, or a space in its address"
                problems.add(place(bracket.end()), Fault(what, "Write it as [text](address)"))
        elif begun:
            begun.pop()


def _check_link(target: str, place: Location, targets: Targets, problems: Problems) -> None:
    plain = re.sub(r"[\x00-\x20]", "", target)
    scheme = _SCHEME.match(plain)
    if plain.startswith("#"):
        return
    if plain.startswith("page:"):
        _check_known(plain[5:].split("#")[0], "page", targets.pages, place, problems)
    elif plain.startswith("pack:"):
        _check_known(plain[5:], "pack", targets.packs, place, problems)
    elif scheme is None or scheme.group().lower() not in _OUTSIDE:
        fix = "Write page:ID or pack:ID for a page or pack of ours, https://… for a page elsewhere"
        problems.add(place, Fault(f"The link “{target[:60]}” leads to no page", fix))


def _check_known(name: str, kind: str, known: Container[str], place: Location, problems: Problems) -> None:
    if name not in known:
        names = list(known) if isinstance(known, (dict, list, tuple, set, frozenset)) else []
        problems.add(place, Fault(f"There is no {kind} “{name}”", did_you_mean(name, sorted(names))), Severity.NOTICE)


def _check_image(target: str, text: str, place: Location, targets: Targets, problems: Problems) -> None:
    if not text.strip():
        what = f"The image “{target[:60]}” has no alternative text"
        problems.add(place, Fault(what, "Say between the square brackets what it shows"), Severity.NOTICE)
    if target not in targets.images:
        fix = "Put the file there and name it without a path; images from elsewhere are never fetched"
        problems.add(place, Fault(f"There is no image “{target[:60]}” in the folder images", fix))


# ---- placeholders

_NAME = "statements"
# `code` is left alone; {{ … }} is not our placeholder.
_COUNT = re.compile(r"`[^`]*`|(?<!\{)\{(?P<name>[A-Za-z_ ]+)\}(?!\})")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check_placeholders(words: Document, ours: Document, problems: Problems) -> None:
    """Adds a problem for each placeholder in `words` that `ours`, the words that pmdiag comes with, do not have.

    One that is left out is a notice: the sentence says less, and that may be meant.
    """
    for key, before in mapping(ours.data).items():
        text = mapping(words.data).get(key)
        if text is None or text == before:
            continue
        known, found = set(_PLACEHOLDER.findall(str(before))), set(_PLACEHOLDER.findall(str(text)))
        for name in sorted(found - known):
            fix = did_you_mean(name, sorted(known)) if known else "Nothing is put in here; write it in words"
            problems.add(words.at(key), Fault(f"There is no value for {{{name}}}", fix))
        for name in sorted(known - found) if found <= known else ():
            what = f"{{{name}}} is left out, so the sentence no longer says it"
            problems.add(words.at(key), Fault(what, f"Put {{{name}}} where the value belongs"), Severity.NOTICE)


def asked(framework: Data) -> int:
    """How many statements are used."""
    return sum(not statement.get("unused") for _, statement in statement_entries(framework))


def with_count(text: str, count: int) -> str:
    """The text with the number put in."""
    return _COUNT.sub(lambda found: str(count) if found["name"] == _NAME else found[0], text)


def says_count(text: str) -> bool:
    """Does the text contain `{statements}`?"""
    return any(found["name"] == _NAME for found in _COUNT.finditer(text))


def with_counts(documents: dict[str, Document], problems: Problems) -> dict[str, Document]:
    """The documents with the number filled in wherever it is allowed; other names in braces are problems there."""
    # With an error nothing is said: only the names are looked at, and the framework may be of any shape.
    count = 0 if problems.errors else asked(documents["framework.yaml"].data)
    return {name: _filled(name, d, count, problems) if _may_say(name, d) else d for name, d in documents.items()}


def _may_say(name: str, document: Document) -> bool:
    if name.startswith("guide/"):
        return isinstance(document.data, dict) and document.data.get("origin") != "source"
    return name.startswith(("packs/", "templates/")) or (name == "framework.yaml" and bool(document.over))


def _filled(name: str, document: Document, count: int, problems: Problems) -> Document:
    def fill(path: Path_, text: str) -> str:
        if name == "framework.yaml" and path not in document.over:
            return text
        for found in _COUNT.finditer(text):
            _check(found, document.at_character(path, text, found.start()), problems)
        return with_count(text, count)

    return document.with_texts(fill)


def _check(found: re.Match[str], place: Location, problems: Problems) -> None:
    name = found["name"]
    if name in (None, _NAME):
        return
    fix = did_you_mean(f"{{{name.strip().lower()}}}", [f"{{{_NAME}}}"])
    if fix.startswith("Did") or re.fullmatch(r"[a-z_]+", name):
        problems.add(place, Fault(f"There is no value for {found[0]}", fix))
