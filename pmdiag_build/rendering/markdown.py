"""Markdown → HTML, its blocks and its plain text.

Headings, tables and links get their form in Markdown's tree.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

import markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markupsafe import Markup

from pmdiag_build.problems import ContentWrong, Fault

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WITHIN_A_LINE = frozenset({"a", "em", "strong", "code", "span"})
_DEEPEST = 100
_ENTITY = re.compile(r"&(?:#[0-9]+|#x[0-9a-f]+|[0-9a-z]+);", re.I)
"""In the tree, typed entities and special characters in code are written as in HTML."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link or image leads. `words`, if any, replace its own where these are plain text."""

    address: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    words: str | None = None


Resolve = Callable[[str, str], Link | str | None]
"""(target, words) → the link; a text to replace it with; or None to keep the words without a link."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading and the plain text up to the next one. The text before the first has no anchor and no heading."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A text as HTML. The first of `blocks` comes before the first main heading; each of these begins another."""

    blocks: tuple[Markup, ...]
    passages: tuple[Passage, ...]

    @property
    def html(self) -> Markup:
        """The whole text."""
        return Markup("").join(self.blocks)


def read_markdown(
    text: str,
    resolve: Resolve,
    *,
    heading_level: int = 2,
    anchors: bool = True,
    cards: bool = False,
    file: str = "content",
) -> Prose:
    """Turn Markdown into HTML. `resolve` decides where each link and image leads; `##` becomes `<hN>`, N being
    `heading_level`.

    Raw HTML is shown as text. With `anchors`, headings get ids made of their words. With `cards`, tables can be laid
    out as cards on a narrow screen and are still read as tables by a screen reader. Raises ContentWrong at `file` if
    formatting is nested too deeply.
    """
    # As classes: for a name the library searches all installed packages, which takes 20 ms.
    extensions = [TableExtension(), SaneListExtension(), *([TocExtension()] if anchors else [])]
    md = markdown.Markdown(extensions=extensions, output_format="html")
    md.preprocessors.deregister("html_block")
    md.inlinePatterns.deregister("html")
    try:
        root = _tree(md, text)
        _refuse_depth(root)
        _give_form(md, root, resolve, heading_level - 2)
        passages = tuple(_passages(md, root)) if anchors else ()
        for table in root.iter("table") if cards else ():
            _lay_out_as_cards(table)
        return Prose(tuple(_blocks(md, root, f"h{heading_level}")), passages)
    except RecursionError as error:
        what = f"Formatting is nested too deeply in the text that begins “{text.strip()[:40]}”"
        raise ContentWrong.one(file, Fault(what, "Use fewer asterisks, brackets and > signs there")) from error


def _tree(md: markdown.Markdown, text: str) -> ElementTree.Element:
    """The first half of `Markdown.convert`: the text as a tree."""
    lines = text.split("\n")
    for preprocessor in md.preprocessors:
        lines = preprocessor.run(lines)
    parsed = md.parser.parseDocument(lines).getroot()
    assert parsed is not None
    root = parsed
    for treeprocessor in md.treeprocessors:
        changed = treeprocessor.run(root)
        root = root if changed is None else changed
    return root


def _refuse_depth(root: ElementTree.Element) -> None:
    """Raise RecursionError, as the library does for quotations, before WeasyPrint would on the finished page."""
    level, depth = [root], 0
    while level:
        level, depth = [child for element in level for child in element], depth + 1
        if depth > _DEEPEST:
            raise RecursionError


def _blocks(md: markdown.Markdown, root: ElementTree.Element, heading: str) -> Iterator[Markup]:
    """The second half of `Markdown.convert`, block by block."""
    blocks: list[list[ElementTree.Element]] = [[]]
    for element in root:
        if element.tag == heading:
            blocks.append([])
        blocks[-1].append(element)
    for block in blocks:
        text = _with_entities(md, "".join(map(md.serializer, block)))
        yield Markup(text.rstrip() if block is blocks[-1] else text)  # noqa: S704 — raw HTML was made inert


def _with_entities(md: markdown.Markdown, text: str) -> str:
    for postprocessor in md.postprocessors:
        text = postprocessor.run(text)
    return text


def _plain(md: markdown.Markdown, text: str) -> str:
    """Text of the tree as a reader sees it."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), _with_entities(md, text))


def _give_form(md: markdown.Markdown, root: ElementTree.Element, resolve: Resolve, shift: int) -> None:
    for parent in list(root.iter()):
        for element in list(parent):
            if element.tag in _HEADINGS:
                element.tag = f"h{min(6, int(element.tag[1]) + shift)}"
            elif element.tag == "th":
                element.set("scope", "col")
            elif element.tag in ("a", "img"):
                found = resolve(
                    element.get("href" if element.tag == "a" else "src", ""), _plain(md, "".join(element.itertext()))
                )
                if isinstance(found, str):
                    _replace(parent, element, found)
                else:
                    _lead(element, found)


def _lead(element: ElementTree.Element, link: Link | None) -> None:
    """Make a link or image lead to `link`, or a plain `<span>` of it."""
    if link is None:
        element.tag = "span"
        element.attrib.clear()
        return
    element.set("href" if element.tag == "a" else "src", link.address)
    element.attrib.update(link.attributes)
    if link.words is not None and not len(element):
        element.text = link.words


def _replace(parent: ElementTree.Element, element: ElementTree.Element, text: str) -> None:
    """Replace an element by a text."""
    at = list(parent).index(element)
    text += element.tail or ""
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)


def _passages(md: markdown.Markdown, root: ElementTree.Element) -> Iterator[Passage]:
    anchor, heading, texts = "", "", list[str]()
    for piece in _pieces(root):
        if isinstance(piece, str):
            texts.append(piece)
            continue
        yield Passage(anchor, heading, _one_line(md, texts))
        anchor, texts = piece.get("id", ""), []
        heading = _one_line(md, [text for text in _pieces(piece) if isinstance(text, str)])
    yield Passage(anchor, heading, _one_line(md, texts))


def _pieces(element: ElementTree.Element) -> Iterator[str | ElementTree.Element]:
    """The texts of an element in order, with a space around each block; headings in it are given as elements."""
    gap = "" if element.tag in _WITHIN_A_LINE else " "
    yield gap + (element.text or "")
    for child in element:
        if child.tag in _HEADINGS:
            yield child
        else:
            yield from _pieces(child)
        yield child.tail or ""
    yield gap


def _one_line(md: markdown.Markdown, texts: list[str]) -> str:
    return " ".join(_plain(md, "".join(texts)).split())


def _lay_out_as_cards(table: ElementTree.Element) -> None:
    """Add explicit roles, row headers where the first cells name their rows, and labels for the eye only."""
    table.attrib.update({"class": "stack", "role": "table"})
    heads = list(table.iter("th"))
    labels = ["".join(head.itertext()) for head in heads]
    rows = list(table.iterfind("tbody/tr"))
    named = _names_its_rows(rows)
    for part in (*table.iterfind("thead"), *table.iterfind("tbody")):
        part.set("role", "rowgroup")
    for row in table.iter("tr"):
        row.set("role", "row")
    for head in heads:
        head.attrib.clear()
        head.attrib.update({"role": "columnheader", "scope": "col"})
    for row in rows:
        for number, cell in enumerate(list(row)):
            cell.attrib.clear()
            if named and number == 0:
                # Screen readers say it with each cell of its row, so it needs no label.
                cell.tag = "th"
                cell.attrib.update({"role": "rowheader", "scope": "row"})
            else:
                _label(cell, labels[number] if number < len(labels) else "")


def _names_its_rows(rows: list[ElementTree.Element]) -> bool:
    """Do the first cells name their rows, like words in a glossary? Then none is empty, and no two are the same."""
    firsts = [_inside(row[0]) for row in rows if len(row)]
    return all(firsts) and len(set(firsts)) == len(firsts)


def _inside(cell: ElementTree.Element) -> str:
    return (cell.text or "") + "".join(ElementTree.tostring(child, encoding="unicode") for child in cell)


def _label(cell: ElementTree.Element, head: str) -> None:
    cell.set("role", "cell")
    if head and _inside(cell):
        label = ElementTree.Element("span", {"aria-hidden": "true", "class": "cell-label"})
        label.text, label.tail, cell.text = head, cell.text, None
        cell.insert(0, label)
