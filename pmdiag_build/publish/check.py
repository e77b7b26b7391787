"""Inputs → problems: all that a build finds out before it renders a PDF. Writes nothing, needs no WeasyPrint."""

from __future__ import annotations

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import ContentWrong, Problems
from pmdiag_build.publish.build import load, pack_jobs
from pmdiag_build.publish.inputs import Inputs
from pmdiag_build.publish.link_checks import check_links
from pmdiag_build.publish.site.pages import PackFacts, site_files
from pmdiag_build.rendering.glyphs import check_glyphs
from pmdiag_build.rendering.templates import environment, layouts_named
from pmdiag_build.rendering.weasy import FONTS


def check(inputs: Inputs, notices: Problems) -> Tool:
    """The tool, if all is well; what a build could live with is added to `notices`.

    Raises ContentWrong with every error: of content, references, links, and letters that the fonts of packs lack.
    """
    tool = load(inputs, notices)
    layouts = environment(inputs.layouts)
    # Links to packs are checked as if all were made.
    facts = {pack.id: PackFacts(1, pack.paper, 1) for pack in tool.packs}
    with layouts_named(inputs.layouts):
        site = site_files(tool, layouts, facts)
        jobs = pack_jobs(tool, list(facts), layouts)
    problems = Problems()
    check_links(tool, site | {f"packs/{id}.pdf": b"" for id in facts}, problems)
    for job in jobs:
        check_glyphs(job.html, FONTS, f"packs/{job.id}.yaml", problems)
    if problems.errors:
        raise ContentWrong(problems)
    notices.extend(problems)
    return tool
