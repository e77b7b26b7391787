"""Addresses within the site: which file a page is, and where the links of its Markdown lead. All are relative."""

from __future__ import annotations

from pmdiag_build.content.model import Tool
from pmdiag_build.rendering.templates import Resolve

_OUTSIDE = ("http://", "https://", "mailto:", "tel:")


def address(page: str) -> str:
    """The file of a page, and its address from any other page: the site is flat. `index` is the home page."""
    return f"{page}.html"


def pages_by_layout(tool: Tool) -> dict[str, str]:
    """Layout → id of the first page drawn with it, for links to the page that has the table, the downloads …"""
    found: dict[str, str] = {}
    for page in tool.pages.values():
        found.setdefault(page.layout, page.id)
    return found


def link_resolver(tool: Tool) -> Resolve:
    """Resolves `page:ID#anchor`, `pack:ID`, `#anchor` and images of the content.

    A pack's link leads to its entry in the list of downloads, which says how many pages come down the line before they
    do. A link that leads to nothing in this tool becomes plain text; an address elsewhere stays, but is only followed
    when someone chooses it.
    """
    downloads = pages_by_layout(tool).get("downloads", "")

    def resolve(target: str, text: str) -> tuple[str, dict[str, str]] | None:
        kind, _, rest = target.partition(":")
        if kind == "page":
            page, mark, anchor = rest.partition("#")
            return (address(page) + mark + anchor, {}) if page in tool.pages else None
        if kind == "pack":
            known = downloads and any(pack.id == rest for pack in tool.packs)
            return (f"{address(downloads)}#{rest}", {}) if known else None
        if target in tool.images:
            return f"assets/images/{target}", {}
        if target.startswith(_OUTSIDE):
            return target, {"rel": "noreferrer"}
        return (target, {}) if target.startswith("#") else None

    return resolve
