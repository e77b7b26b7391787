"""The page "How this version differs": every local version has it, without a file of its own. Renders nothing."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from pmdiag_build.content.model import GuidePage, NavGroup, Tool

DIFFERS = "how-this-version-differs"
"""The page's id and its layout's reason; a local version may put a page of this name into guide/ to introduce it."""


def with_differs(tool: Tool) -> Tool:
    """The tool with the page and its place at the end of the navigation; the national edition as it is."""
    if tool.local is None:
        return tool
    words = tool.words["site"]
    title, description = words["differs_title"], words["differs_description"].replace("{name}", tool.local.name)
    page = GuidePage(DIFFERS, title, description, "differs", "local", "", "local.yaml", 1)
    own = tool.pages.get(DIFFERS)
    pages = MappingProxyType({**tool.pages, DIFFERS: replace(own, layout="differs") if own else page})
    if any(DIFFERS in group.pages for group in tool.navigation):
        return replace(tool, pages=pages)
    *groups, last = tool.navigation
    return replace(tool, pages=pages, navigation=(*groups, NavGroup(last.title, (*last.pages, DIFFERS))))
