"""The search index of the site: its pages by section, statement and table row.

It is a script, not a data file, because a page that is opened from a folder can load scripts but can't fetch data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from pmdiag_build.content.model import Feature, Tool
from pmdiag_build.publish.site import address, pages_by_layout, statement_anchor
from pmdiag_build.publish.site.differs import groups
from pmdiag_build.rendering.markdown import Prose

Entry = dict[str, str | float]
"""`url`, `title` of the page, `section` within it (or empty), `text`, and `weight` where it is not 1."""

_ASIDE = 0.2
"""The weight of entries that only repeat words of the tool: corrections and differences."""


def search_script(tool: Tool, texts: Mapping[str, Prose]) -> str:
    """The entries as a script that sets `pmdiagPages`; `texts` are those of the pages by id."""
    asked = [*_features(tool), *_good(tool), *_templates(tool), *_packs(tool)]
    entries = [*_prose(tool, texts), *asked, *_evidence(tool), *_differs(tool), *_corrections(tool)]
    numbered = [{"id": number, **entry} for number, entry in enumerate(entries)]
    return f"window.pmdiagPages = {json.dumps(numbered, ensure_ascii=False, separators=(',', ':'))};\n"


def _entry(tool: Tool, page: str, section: str, text: str, anchor: str = "") -> Entry:
    url = f"{address(page)}#{anchor}" if anchor else address(page)
    return {"url": url, "title": tool.pages[page].title, "section": section, "text": text}


def _prose(tool: Tool, texts: Mapping[str, Prose]) -> Iterator[Entry]:
    for id, page in tool.pages.items():
        first, *rest = texts[id].passages
        yield _entry(tool, id, "", f"{page.description} {first.text}".strip())
        for passage in rest:
            yield _entry(tool, id, passage.heading, passage.text, passage.anchor)


def _features(tool: Tool) -> Iterator[Entry]:
    for feature in tool.framework.features:
        page = f"feature-{feature.id}"
        if page not in tool.pages:
            continue
        yield _entry(tool, page, feature.title, feature.description)
        for statement in feature.statements:
            yield _entry(tool, page, statement.id, statement.text, statement_anchor(statement.id))


def _good(tool: Tool) -> Iterator[Entry]:
    page = pages_by_layout(tool).get("good")
    if page is None:
        return
    general = tool.framework.general_row
    yield _entry(tool, page, "", f"{tool.framework.maturity_intro} {' '.join(general.cells.values())}", "good-general")
    for feature in tool.framework.features:
        yield _entry(tool, page, feature.title, _maturity(feature), f"good-{feature.id}")


def _maturity(feature: Feature) -> str:
    return " ".join(cell for row in feature.maturity for cell in row.cells.values())


def _templates(tool: Tool) -> Iterator[Entry]:
    at = pages_by_layout(tool)
    if "summary" in at:
        prompts = " ".join(prompt.text for prompt in tool.summary.prompts)
        yield _entry(tool, at["summary"], tool.summary.table_heading, f"{tool.summary.intro} {prompts}", "journey")
    if "example" in at:
        example = tool.example
        comments = " ".join(f"{comment.text} {comment.why}" for comment in (example.good, example.telling))
        marks = " ".join(f"{one.how} {one.shown}" for one in (example.rated, example.corrected))
        yield _entry(tool, at["example"], "", f"{marks} {comments}")
    if "action-plan" in at:
        plan = tool.action_plan
        questions = " ".join(prompt.text for prompt in plan.questions)
        yield _entry(tool, at["action-plan"], "", f"{plan.intro} {questions} {plan.rows_intro}")


def _packs(tool: Tool) -> Iterator[Entry]:
    page = pages_by_layout(tool).get("downloads")
    if page is not None:
        for pack in tool.packs:
            yield _entry(tool, page, pack.title, f"{pack.audience}. {pack.description}", pack.id)


def _evidence(tool: Tool) -> Iterator[Entry]:
    page = pages_by_layout(tool).get("evidence")
    if page is not None and tool.evidence is not None:
        words = tool.words["site"]
        said = [words[f"evidence_{what}_{check.id}"] for check in tool.evidence.checks for what in ("of", "criterion")]
        yield _entry(tool, page, words["evidence_heading"], ". ".join(said), "checked-by-programs")


def _differs(tool: Tool) -> Iterator[Entry]:
    page = pages_by_layout(tool).get("differs")
    if page is None:
        return
    for group in groups(tool):
        heading = tool.words["site"][f"differs_{group.kind}"]
        said = [f"{row.place}. {row.national} {row.ours}" for row in group.rows]
        said += [f"{term.old} {tool.words['site']['differs_becomes']} {term.new}." for term in group.terms]
        yield {**_entry(tool, page, heading, " ".join(said), group.kind), "weight": _ASIDE}


def _corrections(tool: Tool) -> Iterator[Entry]:
    page = pages_by_layout(tool).get("corrections")
    if page is not None:
        for group in tool.corrections:
            for row in group.rows:
                text = f"{row.printed} {row.ours} {row.why}"
                yield {**_entry(tool, page, row.number, text, row.number.lower()), "weight": _ASIDE}
