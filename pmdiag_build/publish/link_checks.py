"""Checks that links of a finished site work, and that no page, style sheet or image loads anything from elsewhere.

The loader checks links in content and the renderer refuses to download; these checks see what layouts made of it, and
name the place.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pmdiag_build.content.images import check_svg, hides_references, plain_address, unescaped
from pmdiag_build.content.model import Tool
from pmdiag_build.output.manifest import walk
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean
from pmdiag_build.rendering.page import Elements, Page

_HEADING = re.compile(r"\s{0,3}#")
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel|data):", re.I)
_REFERENCES = ("href", "src", "xlink:href")
# What a browser loads by itself. A reader may choose to follow other links.
_LOADED = frozenset({"link", "script", "img", "source", "iframe", "object", "embed", "use", "image"})
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I)
_FIX = "Put the file into the folder and use its name"
_LONGEST_SHOWN = 60


def check_links(tool: Tool, files: Mapping[str, bytes], problems: Problems) -> None:
    """Add a notice for each broken link, and an error for anything loaded from elsewhere and for each id used twice.

    `files` are the site's files by path, including its packs, whose content does not matter.
    """
    read = {path: _elements(raw) for path, raw in files.items() if path.endswith(".html")}
    named = {path: [said["id"] for _, said in elements if "id" in said] for path, elements in read.items()}
    pages = {path: set(ids) for path, ids in named.items()}
    for path, ids in named.items():
        if len(ids) > len(pages[path]):
            _check_twice(tool, path, ids, problems)
    for path, elements in read.items():
        for element, target in sorted(_targets(elements)):
            if _ELSEWHERE.match(target) or target.startswith("//"):
                if element in _LOADED and not target.startswith("data:"):
                    what = f"The page would load “{target}” from elsewhere"
                    problems.add(_page_place(tool, path), Fault(what, "Put the file into the layouts"))
                continue
            _check_one(path, target, pages, files, _page_place(tool, path), problems)


@functools.lru_cache(maxsize=128)
def _elements(raw: bytes) -> Elements:
    # Cached, because a build and each edit in a preview check the same pages again: 50 ms for all of them.
    return Page.of(raw.decode()).elements


def _check_twice(tool: Tool, path: str, ids: list[str], problems: Problems) -> None:
    """Add an error for each id that a page uses twice: a link would lead to the first place only."""
    page = tool.pages.get(path.removesuffix(".html"))
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        lines = enumerate(page.body.split("\n"), page.start_line) if page else ()
        line = next((number for number, text in lines if _HEADING.match(text) and _plain(text) == id), 0)
        what = f"Two places on this page have the id “{id}”, so links lead to the first only"
        problems.add(replace(_page_place(tool, path), line=line), Fault(what, "Give the heading other words"))


def _targets(elements: Elements) -> set[tuple[str, str]]:
    """(element, address) for all that a page links to or loads."""
    return {(element, said[name]) for element, said in elements for name in _REFERENCES if name in said}


def _plain(heading: str) -> str:
    """The id that the renderer makes of a heading, except for rare characters."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _check_one(
    page: str,
    target: str,
    pages: Mapping[str, set[str]],
    files: Mapping[str, bytes],
    place: Location,
    problems: Problems,
) -> None:
    file, _, anchor = target.partition("#")
    file = file.partition("?")[0] or page
    if file not in files:
        what = f"A link leads to “{file}”, which does not exist"
        problems.add(place, Fault(what, did_you_mean(file, files)), Severity.NOTICE)
    elif anchor and file in pages and anchor not in pages[file]:
        what = f"A link leads to “{file}#{anchor}”, but that page has no such place"
        problems.add(place, Fault(what, did_you_mean(anchor, sorted(pages[file]))), Severity.NOTICE)


def _page_place(tool: Tool, path: str) -> Location:
    page = tool.pages.get(path.removesuffix(".html"))
    return Location(page.file if page is not None else path)


def check_references(layouts: Sequence[Path], problems: Problems) -> None:
    """Add a problem for every reference in a style sheet or SVG of the layouts that leaves our folders."""
    for folder in layouts:
        for name, entry in walk(folder):
            if "node_modules/" in name or not entry.is_file():
                continue
            if name.endswith(".css"):
                _check_style(f"layouts/{name}", Path(entry.path).read_text("utf-8", "replace"), problems)
            elif name.endswith(".svg"):
                check_svg(f"layouts/{name}", Path(entry.path).read_bytes(), problems)


def _check_style(file: str, text: str, problems: Problems) -> None:
    for match in _CSS_URL.finditer(_CSS_COMMENT.sub(_blank, text)):
        target = next(group for group in match.groups() if group is not None)
        if _leaves(target):
            what = f"“{target[:_LONGEST_SHOWN]}” is outside our folders"
            problems.add(Location(file, text.count("\n", 0, match.start()) + 1), Fault(what, _FIX))


def _blank(comment: re.Match[str]) -> str:
    """A comment blanked out; line numbers don't change."""
    return re.sub(r"[^\n]", " ", comment[0])


def _leaves(target: str) -> bool:
    """Is an address anything but a relative path, a fragment or data?"""
    plain = plain_address(unescaped(target))
    if plain.startswith("data:"):
        return hides_references(plain)
    plain = plain.replace("\\", "/")
    return plain.startswith("/") or re.match(r"[a-z][a-z0-9+.-]*:", plain) is not None
