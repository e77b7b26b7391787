"""Do links lead somewhere, and is nothing fetched? Checks of what styles and images refer to, and of a finished site.

The loader has checked what content says, and the renderer refuses to fetch; here is seen what layouts made of it, and
the place is named.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pmdiag_build.content.images import check_svg
from pmdiag_build.content.model import Tool
from pmdiag_build.output.manifest import walk
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean
from pmdiag_build.rendering.page import Elements, Page

_HEADING = re.compile(r"\s{0,3}#")
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel|data):", re.I)
_REFERENCES = ("href", "src", "xlink:href")
# What a browser loads by itself, as against what a reader may choose to follow.
_LOADED = frozenset({"link", "script", "img", "source", "iframe", "object", "embed", "use", "image"})
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I)
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.I)
_MEND = "Put the file itself into the folder and refer to it by its name; nothing is ever fetched"
_LONGEST_SHOWN = 60


def check_links(tool: Tool, files: Mapping[str, bytes], problems: Problems) -> None:
    """Adds a notice for each link to a file or place that is not there, an error for anything loaded from elsewhere
    and for each name that stands twice on a page.

    `files` are the site's files by path, its packs among them (their content does not matter).
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
                    problems.add(
                        _page_place(tool, path), Fault(what, "Put the file into the layouts; nothing is ever fetched")
                    )
                continue
            _check_one(path, target, pages, files, _page_place(tool, path), problems)


@functools.lru_cache(maxsize=128)
def _elements(raw: bytes) -> Elements:
    # Kept, since a build and each edit in a preview check the same pages again: 50 ms for all of them.
    return Page.of(raw.decode()).elements


def _check_twice(tool: Tool, path: str, ids: list[str], problems: Problems) -> None:
    """Adds an error for each name that two places of a page have: a link would lead to the first one only."""
    page = tool.pages.get(path.removesuffix(".html"))
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        lines = enumerate(page.body.split("\n"), page.start_line) if page else ()
        line = next((number for number, text in lines if _HEADING.match(text) and _plain(text) == id), 0)
        what = f"Two places of this page are named “{id}”, and a link leads to the first one only"
        problems.add(replace(_page_place(tool, path), line=line), Fault(what, "Give the heading other words"))


def _targets(elements: Elements) -> set[tuple[str, str]]:
    """(element, address) of all that a page links to or loads."""
    return {(element, said[name]) for element, said in elements for name in _REFERENCES if name in said}


def _plain(heading: str) -> str:
    """A heading as the name that the renderer makes of it, but for signs that are seldom in one."""
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
        problems.add(
            place, Fault(f"A link leads to “{file}”, which is not there", did_you_mean(file, files)), Severity.NOTICE
        )
    elif anchor and file in pages and anchor not in pages[file]:
        what = f"A link leads to “{file}#{anchor}”, and there is no such place on that page"
        problems.add(place, Fault(what, did_you_mean(anchor, sorted(pages[file]))), Severity.NOTICE)


def _page_place(tool: Tool, path: str) -> Location:
    page = tool.pages.get(path.removesuffix(".html"))
    return Location(page.file if page is not None else path)


def check_references(layouts: Sequence[Path], problems: Problems) -> None:
    """Adds a problem for every reference of a style sheet or SVG in the layouts that leaves our folders."""
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
            what = f"It refers to “{target[:_LONGEST_SHOWN]}”, which is outside"
            problems.add(Location(file, text.count("\n", 0, match.start()) + 1), Fault(what, _MEND))


def _blank(comment: re.Match[str]) -> str:
    """A comment blanked out, its lines kept, so that places stay right."""
    return re.sub(r"[^\n]", " ", comment[0])


def _leaves(target: str) -> bool:
    """Is an address of a style anything but a plain relative path, a fragment or data in itself?"""
    plain = re.sub(r"[\x00-\x20]", "", _ESCAPE.sub(lambda m: chr(min(int(m[1], 16), 0xFFFD)), target)).lower()
    if plain.startswith("data:"):
        # An SVG inside an address could refer to more again, and nobody would see it.
        return plain.startswith("data:image/svg") and ("href" in plain or "url(" in plain or ";base64" in plain)
    plain = plain.replace("\\", "/")
    return plain.startswith("/") or re.match(r"[a-z][a-z0-9+.-]*:", plain) is not None
