"""Who gets which file: `list.csv` to send packs out with, and `list.html` to print; names of files and references."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import jinja2

from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.csv_text import cell, encoded
from pmdiag_build.publish.packs import LANGUAGE
from pmdiag_build.rendering.layout_checks import refuse_active
from pmdiag_build.rendering.sandbox import is_measured
from pmdiag_build.rendering.templates import inline, style_sheets

LIST_CSV = "list.csv"
LIST_HTML = "list.html"
_STYLES = ("css/tokens.css", "css/list.css")


LETTERS = "CDFHJKMNPRTWX"
DIGITS = "34679"
"""Without vowels, which would form words, and without characters that look alike in print or handwriting."""

_HALF = 4
_LONGEST = 60  # letters
_LONGEST_BYTES = 150  # file systems count bytes where Windows counts letters
_PLAIN = frozenset("LMN")  # letters, marks and numbers of any script


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A table: `heads` and, for each person, one cell for each of them. `random`: its references were made up."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    random: bool

    def csv(self) -> bytes:
        """The table as spreadsheet programs and mail merge read it; nothing in it can run as a formula."""
        return encoded(",".join(map(cell, row)) for row in (self.heads, *self.rows))

    def html(self, tool: Tool, pack: Pack, layouts: jinja2.Environment) -> bytes:
        """The table as a page to print, with a box to tick for each file that was sent."""
        style, policy = inline("\n".join(style_sheets(layouts, _STYLES)))
        page = layouts.get_template("people/list.html").render(
            tool=tool,
            pack=pack,
            heads=self.heads,
            rows=self.rows,
            random=self.random,
            words=tool.words["sheet"],
            style=style,
            policy=policy,
            language=LANGUAGE,
        )
        if is_measured(layouts):
            refuse_active(layouts, page, policy, "people/list.html")
        return page.encode()


def random_references(count: int, choose: Callable[[str], str] = secrets.choice) -> list[str]:
    """That many different references of the form `K7MD-4PW9`; `choose` takes one character of a text.

    The first character is a letter, so that no spreadsheet program takes a reference for a number or a date. There are
    eight thousand million, so two rounds hardly ever share one.
    """
    found: dict[str, None] = {}
    while len(found) < count:
        signs = choose(LETTERS) + "".join(choose(LETTERS + DIGITS) for _ in range(2 * _HALF - 1))
        found[f"{signs[:_HALF]}-{signs[_HALF:]}"] = None
    return list(found)


def file_names(pack: str, references: Iterable[str]) -> list[str]:
    """A file name for each reference: `interview-A17.pdf`, the same for the same references.

    Safe on Windows too: no forbidden characters, no reserved names (the pack's name comes first), not too long, and no
    two names that differ only in case. Names that would be equal get a number.
    """
    taken: set[str] = set()
    names = []
    for reference in references:
        stem = "-".join(filter(None, (pack, _cleaned(reference))))
        name = next(name for name in _numbered(stem) if _as_compared(name) not in taken)
        taken.add(_as_compared(name))
        names.append(f"{name}.pdf")
    return names


def _cleaned(reference: str) -> str:
    text = unicodedata.normalize("NFC", reference)
    text = "".join(sign if sign in "._" or unicodedata.category(sign)[0] in _PLAIN else "-" for sign in text)
    text = re.sub("-+", "-", text)[:_LONGEST]
    return text.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip("-.")


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _as_compared(name: str) -> str:
    """A name as systems compare names that ignore case and how an accent is encoded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
