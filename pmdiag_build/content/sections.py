"""Where a section of a pack is found again: the name of its place, one for each section. Draws nothing."""

from __future__ import annotations

from pmdiag_build.content.model import GuidePage, Section, Tool

OF_A_PAGE = ("features", "good", "summary", "action-plan", "corrections")
"""Kinds of section that show what a page of the site shows; the page has the layout of that name."""


def page_of(tool: Tool, layout: str) -> GuidePage | None:
    """The page of the site that the layout draws, where there is one."""
    return next((page for page in tool.pages.values() if page.layout == layout), None)


def anchor_of(tool: Tool, section: Section) -> str:
    """The name that links within the pack lead to: of the page whose matter the section holds, else of its kind."""
    if section.kind == "guide":
        return section.page
    if section.kind in OF_A_PAGE:
        page = page_of(tool, section.kind)
        return page.id if page else section.kind
    return f"{section.kind}-{section.feature}" if section.kind in ("feature", "wall") else section.kind
