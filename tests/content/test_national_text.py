"""The content says the national text word for word, all of it, and marks what is not of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pmdiag_build.content.model import MaturityRow, Prompt, Tool

CANONICAL: dict[str, Any] = json.loads((Path(__file__).parent / "canonical.json").read_text(encoding="utf-8"))
FEATURES: list[dict[str, Any]] = CANONICAL["features"]
SECTIONS: dict[str, dict[str, Any]] = {section["id"]: section for section in CANONICAL["guide_sections"]}

PAGES = {
    "about-cib": "childrens-improvement-board",
    "effective-use-of-data": "supporting-the-effective-use-of-data",
    "about-the-tool": "about-the-tool",
    "using-this-tool": "using-this-tool",
    "self-assessment-framework": "self-assessment-framework-and-templates",
}
"""Guide page → the section of the source that it holds."""

GENERATED = {
    "features",
    "what-good-looks-like",
    "summary-of-the-review",
    "action-plan",
    *(f"feature-{f['number']}" for f in FEATURES),
}
"""Pages of the source whose text is in the framework and the templates."""

Block = tuple[str, str]


def printed(text: str) -> str:
    """Markdown without the marks of links and bold."""
    return re.sub(r"\*\*([^*]+)\*\*", r"\1", re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text))


def blocks_of_page(body: str) -> list[Block]:
    blocks: list[Block] = []
    for line in filter(None, body.split("\n")):
        mark, _, rest = line.partition(" ")
        kind = {"-": "item", "##": "heading", "###": "heading"}.get(mark, "paragraph")
        blocks.append((kind, printed(line if kind == "paragraph" else rest)))
    return blocks


def blocks_of_source(blocks: list[dict[str, Any]]) -> Iterator[Block]:
    for block in blocks:
        if block["type"] == "paragraph":
            yield "paragraph", block["text"]
        elif block["type"] in ("list", "levels"):
            yield from (("item", item) for item in block["items"])
        else:
            assert block["type"] == "contents"
            for entry in block["items"]:
                yield "heading", entry["title"]
                yield from blocks_of_source(entry["blocks"])


def row_of_source(row: dict[str, Any]) -> dict[str, str]:
    return {"L": row["limited"], "D": row["developing"], "E": row["effective"]}


def cells(row: MaturityRow) -> dict[str, str]:
    return dict(row.cells)


def test_title_subtitle_and_author_are_the_sources(tool: Tool) -> None:
    meta = CANONICAL["meta"]

    assert (meta["title"], meta["subtitle"], meta["author"]) == (tool.title, tool.subtitle, tool.publisher)


def test_there_are_41_statements_in_five_features(tool: Tool) -> None:
    assert [len(feature.statements) for feature in tool.framework.features] == [9, 7, 12, 5, 8]
    assert len(tool.framework.statements) == 41


@pytest.mark.parametrize("source", FEATURES, ids=lambda f: f"feature {f['number']}")
def test_feature_is_word_for_word(tool: Tool, source: dict[str, Any]) -> None:
    feature = tool.framework.feature(str(source["number"]))

    assert source["title"] == feature.title
    assert source["description"] == feature.description
    assert [(s["id"], s["text"]) for s in source["statements"]] == [(s.id, s.text) for s in feature.statements]
    assert [row_of_source(row) for row in source["maturity"]] == [cells(row) for row in feature.maturity]
    assert {"source"} == {s.origin for s in feature.statements}
    assert not any(s.unused for s in feature.statements)


def test_levels_are_word_for_word(tool: Tool) -> None:
    expected = [(level["code"], level["label"], level["definition"]) for level in CANONICAL["levels"]]

    assert expected == [(level.code, level.label, level.definition) for level in tool.framework.levels]


def test_general_row_is_word_for_word_and_its_supplied_words_are_marked(tool: Tool) -> None:
    source = CANONICAL["general_maturity_row"]
    row = tool.framework.general_row

    assert CANONICAL["maturity_intro"] == tool.framework.maturity_intro
    assert row_of_source(source) == cells(row)
    assert {"D": source["marked"]["developing"], "E": source["marked"]["effective"]} == dict(row.marked)
    assert {code: row.cells[code] for code in row.marked} == {
        code: re.sub(r"[\[\]]", "", marked) for code, marked in row.marked.items()
    }


def test_no_other_cell_is_marked_as_reconstructed(tool: Tool) -> None:
    assert not any(row.marked for feature in tool.framework.features for row in feature.maturity)


def test_prompts_are_word_for_word(tool: Tool) -> None:
    expected = [(prompt["text"], prompt.get("help", "")) for prompt in CANONICAL["prompts"]]
    prompts = [tool.framework.prompts[name] for name in ("rate", "overall", "doing", "improve")]

    assert expected == [(prompt.text, prompt.help) for prompt in prompts]
    assert {"source"} == {prompt.origin for prompt in prompts}


def test_summary_is_word_for_word(tool: Tool) -> None:
    assert CANONICAL["summary_heading"] == tool.summary.title
    assert CANONICAL["summary_table_heading"] == tool.summary.table_heading
    assert CANONICAL["summary_intro"] == tool.summary.intro
    assert [p["text"] for p in CANONICAL["summary_prompts"]] == only_source(tool.summary.prompts)


def test_action_plan_is_word_for_word(tool: Tool) -> None:
    source = CANONICAL["action_plan"]
    fields = [tool.record.field(name) for name in tool.action_plan.record]

    assert source["heading"] == tool.action_plan.title
    assert source["intro"] == tool.action_plan.intro
    assert [q["text"] for q in source["questions"]] == only_source(tool.action_plan.questions)
    assert [f["text"] for f in source["admin_fields"]] == [f.label for f in fields]
    assert {"source"} == {f.origin for f in fields}


def only_source(prompts: tuple[Prompt, ...]) -> list[str]:
    assert not any(p.help for p in prompts)
    return [p.text for p in prompts if p.origin == "source"]


@pytest.mark.parametrize(("page", "section"), PAGES.items())
def test_guide_page_is_word_for_word_in_order_and_complete(tool: Tool, page: str, section: str) -> None:
    source = SECTIONS[section]
    expected = list(blocks_of_source(source["blocks"]))
    if page == "about-the-tool":
        # The source sets one heading above the other with nothing between them: the upper one is the page's title.
        assert SECTIONS["how-effective"]["title"] == tool.pages[page].title
        assert SECTIONS["how-effective"]["blocks"] == []
        expected.insert(0, ("heading", source["title"]))
    else:
        assert source["title"] == tool.pages[page].title

    assert expected == blocks_of_page(tool.pages[page].body)


def test_every_section_of_the_source_has_its_page(tool: Tool) -> None:
    elsewhere = {"how-effective", "features", "summary-of-the-review", "developing-an-action-plan"}

    assert SECTIONS.keys() == elsewhere | set(PAGES.values())
    assert SECTIONS["features"]["title"] == tool.pages["features"].title
    assert SECTIONS["summary-of-the-review"]["title"] == tool.pages["summary-of-the-review"].title
    assert SECTIONS["developing-an-action-plan"]["title"] == tool.pages["action-plan"].title


def test_pages_of_the_source_hold_nothing_but_the_source(tool: Tool) -> None:
    of_source = {page.id for page in tool.pages.values() if page.origin == "source"}

    assert PAGES.keys() | GENERATED == of_source
    assert {""} == {tool.pages[id].body.strip() for id in GENERATED}


def test_page_references_of_the_source_are_links(tool: Tool) -> None:
    body = tool.pages["self-assessment-framework"].body

    assert re.findall(r"\[[^\]]+\]\([^)]+\)", body) == ["[page 7](page:features)", "[page 23](page:action-plan)"]


def test_what_the_source_does_not_have_is_marked_as_an_addition(tool: Tool) -> None:
    ours = [*tool.action_plan.columns, tool.interview.notes, tool.workshop.notes]
    ours += [answer for pack in tool.packs for answer in pack.opening]
    fields = {f.name for f in tool.record.fields if f.origin == "addition"}

    assert {"addition"} == {prompt.origin for prompt in ours}
    assert {"reference", "role", "mode", "group_size"} == fields


def test_list_of_corrections_is_complete(tool: Tool) -> None:
    expected = [
        f"{group}{n}" for group, last in (("A", 33), ("R", 7), ("K", 25), ("X", 16)) for n in range(1, last + 1)
    ]

    assert expected == [row.number for group in tool.corrections for row in group.rows]


def test_each_correction_says_where_what_and_how_sure(tool: Tool) -> None:
    for group in tool.corrections:
        for row in group.rows:
            said = [row.place, row.printed]
            if group.id in ("A", "R"):
                said += [row.ours, row.why]
                assert row.confidence in ("certain", "likely", "reconstructed"), row.number
            assert all(said), row.number


def test_complete_pack_holds_every_page_of_the_source_in_its_order(tool: Tool) -> None:
    kinds = [section.page or section.feature or section.kind for section in tool.pack("complete").sections]

    assert [
        "cover",
        "contents",
        "about-cib",
        "effective-use-of-data",
        "about-the-tool",
        "using-this-tool",
        "features",
        "good",
        "self-assessment-framework",
        "record",
        *"12345",
        "summary",
        "action-plan",
        "about-this-edition",
    ] == kinds


def test_workshop_plan_adds_up_to_90_and_180_minutes(tool: Tool) -> None:
    short, long = (
        [minutes for minutes in column if minutes]
        for column in zip(*((s.short, s.long) for s in tool.workshop.sessions), strict=True)
    )

    assert sum(map(int, short)) == 90
    assert sum(map(int, long)) == 180


def test_every_page_can_be_reached_from_the_navigation_or_stands_in_every_header(tool: Tool) -> None:
    listed = {page for group in tool.navigation for page in group.pages}

    assert {"index", "search"} == tool.pages.keys() - listed
