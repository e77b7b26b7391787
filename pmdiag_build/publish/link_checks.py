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

from pmdiag_build.content.file_names import leaves
from pmdiag_build.content.images import check_svg
from pmdiag_build.content.model import Tool
from pmdiag_build.output.manifest import walk
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean
from pmdiag_build.publish.site.pages import POLICY
from pmdiag_build.rendering.layout_checks import check_page, check_style, made_by
from pmdiag_build.rendering.page import Elements, Page
from pmdiag_build.rendering.templates import layout_name

_HEADING = re.compile(r"\s{0,3}#")
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel|data):", re.I)
_REFERENCES = ("href", "src", "xlink:href")
# What a browser loads by itself. A reader may choose to follow other links.
_LOADED = frozenset({"link", "script", "img", "source", "iframe", "object", "embed", "use", "image"})
_LARGEST = 1_000_000


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
    if tool.local is not None and tool.local.layouts is not None:
        active = Problems()
        for path, elements in read.items():
            page = tool.pages[path.removesuffix(".html")]
            place = made_by(tool.local.layouts, f"site/{page.layout}.html", "site/base.html")
            check_page(files[path].decode(), elements, POLICY, place, active)
        problems.extend(dict.fromkeys(active))
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
            path = Path(entry.path)
            if "node_modules/" in name or not name.endswith((".css", ".svg")) or not entry.is_file():
                continue
            # What leads outside or is too large is named by the checks of local versions.
            if leaves(path, folder) or entry.stat().st_size > _LARGEST:
                continue
            if name.endswith(".css"):
                check_style(layout_name(folder, name), path.read_text("utf-8", "replace"), problems)
            else:
                check_svg(layout_name(folder, name), path.read_bytes(), problems)
