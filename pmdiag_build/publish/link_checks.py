"""Do the links of the finished site lead somewhere? Reads pages as bytes, changes nothing.

The loader has checked what content says; this sees what layouts made of it, and the places within pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import replace

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean

# Pages come from our own layouts with escaping on, so a quotation mark in a value can't end the attribute.
_ID = re.compile(rb'\sid="([^"]+)"')
_REFERENCE = re.compile(rb'<([a-z]+)\s[^>]*?\b(?:href|src)="([^"]*)"')
_HEADING = re.compile(r"\s{0,3}#")
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel|data):", re.I)
# What a browser loads by itself, as against what a reader may choose to follow.
_LOADED = frozenset({"link", "script", "img", "source", "iframe", "object", "embed", "use", "image"})


def check_links(tool: Tool, files: Mapping[str, bytes], problems: Problems) -> None:
    """Adds a notice for each link to a file or place that is not there, an error for anything loaded from elsewhere
    and for each name that stands twice on a page.

    `files` are the site's files by path, its packs among them (their content does not matter).
    """
    named = {path: _texts(_ID, raw) for path, raw in files.items() if path.endswith(".html")}
    pages = {path: set(ids) for path, ids in named.items()}
    for path, ids in named.items():
        if len(ids) > len(pages[path]):
            _check_twice(tool, path, ids, problems)
    for path, raw in files.items():
        if path not in pages:
            continue
        for element, target in sorted(set(_references(raw))):
            if _ELSEWHERE.match(target) or target.startswith("//"):
                if element in _LOADED and not target.startswith("data:"):
                    what = f"The page would load “{target}” from elsewhere"
                    problems.add(
                        _place(tool, path), Fault(what, "Put the file into the layouts; nothing is ever fetched")
                    )
                continue
            _check_one(path, target, pages, files, _place(tool, path), problems)


def _check_twice(tool: Tool, path: str, ids: list[str], problems: Problems) -> None:
    """Adds an error for each name that two places of a page have: a link would lead to the first one only."""
    page = tool.pages.get(path.removesuffix(".html"))
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        lines = enumerate(page.body.split("\n"), page.start_line) if page else ()
        line = next((number for number, text in lines if _HEADING.match(text) and _plain(text) == id), 0)
        what = f"Two places of this page are named “{id}”, and a link leads to the first one only"
        problems.add(replace(_place(tool, path), line=line), Fault(what, "Give the heading other words"))


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


def _place(tool: Tool, path: str) -> Location:
    page = tool.pages.get(path.removesuffix(".html"))
    return Location(page.file if page is not None else path)


def _references(raw: bytes) -> list[tuple[str, str]]:
    return [(m[1].decode(), html.unescape(m[2].decode())) for m in _REFERENCE.finditer(raw)]


def _texts(pattern: re.Pattern[bytes], raw: bytes) -> list[str]:
    return [html.unescape(found.decode()) for found in pattern.findall(raw)]
