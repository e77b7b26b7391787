"""The pages of the site as files: complete, word for word, whole in their links, and asking for nothing outside."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from pmdiag_build.content.model import Tool
from pmdiag_build.output import hash_of
from pmdiag_build.publish.site import ANSWERS_SCRIPTS, NOT_FOUND, POLICY, site_assets
from pmdiag_build.publish.site.pages import PackFacts, site_files, some_pages
from pmdiag_build.rendering.templates import environment
from pmdiag_build.resources import LAYOUTS
from tests.project import asset

CANONICAL = json.loads((Path(__file__).parents[1] / "content" / "canonical.json").read_text(encoding="utf-8"))
ABOUT_THE_SOURCE = {
    "id", "type", "code", "note", "ref", "target", "marked", "answer", "applies_to", "alternatives",
    "source_file", "source_text", "source_says", "surviving_fragments", "reconstructed_cells", "source_lines",
}  # fmt: skip
"""Keys of canonical.json whose values are not words of the tool."""


@pytest.fixture(scope="module")
def pages(files: dict[str, bytes]) -> dict[str, html.HtmlElement]:
    return {
        name: html.document_fromstring(raw.decode())
        for name, raw in files.items()
        if name.endswith(".html") and name != NOT_FOUND
    }


def words(element: html.HtmlElement) -> str:
    """What a reader reads, with the cells' own labels left out, which repeat the column heads."""
    shown = element.xpath("//body//text()[not(ancestor::*[@class='cell-label'])]")
    return " ".join("".join(shown).split())


def national_strings(data: Any, key: str = "") -> Iterator[str]:
    if key in ABOUT_THE_SOURCE:
        return
    if isinstance(data, dict):
        for name, value in data.items():
            yield from national_strings(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from national_strings(value, key)
    elif isinstance(data, str):
        yield data


def test_every_page_of_the_tool_is_a_file(tool: Tool, pages: dict[str, html.HtmlElement]) -> None:
    assert {f"{id}.html" for id in tool.pages} == set(pages)


def test_every_national_string_is_in_the_site(pages: dict[str, html.HtmlElement]) -> None:
    # The square brackets around supplied words are our mark, not the text's.
    shown = " ".join(words(page) for page in pages.values()).replace("[", "").replace("]", "")
    wanted = list(national_strings(CANONICAL))

    missing = [text for text in wanted if " ".join(text.split()) not in shown]

    assert len(wanted) > 150
    assert missing == []


def test_supplied_words_are_marked_and_explained_beside_the_table(tool: Tool, files: dict[str, bytes]) -> None:
    page = html.document_fromstring(files["what-good-looks-like.html"].decode())
    marked = page.xpath("//td[contains(@class, 'reconstructed')]")

    assert [m.xpath("string(text())") for m in marked] == list(tool.framework.general_row.marked.values())
    assert all(tool.framework.reconstruction_note in page.get_element_by_id(m.get("aria-describedby")).text_content()
               for m in marked)  # fmt: skip


def test_every_link_and_anchor_resolves(
    pages: dict[str, html.HtmlElement], files: dict[str, bytes], facts: dict[str, PackFacts]
) -> None:
    there = set(files) | {f"packs/{id}.pdf" for id in facts}
    lost = []
    for name, page in pages.items():
        for target in page.xpath("//@href | //@src | //@action"):
            address = urlsplit(target)
            if address.scheme:
                continue
            file = unquote(address.path) or name
            anchors = pages[file].xpath("//@id") if file in pages else []
            if file not in there or (address.fragment and address.fragment not in anchors):
                lost.append(f"{name}: {target}")

    assert lost == []


def test_a_link_by_a_number_is_named_with_what_it_leads_to(tool: Tool, pages: dict[str, html.HtmlElement]) -> None:
    (link,) = pages["self-assessment-framework.html"].xpath("//main//a[text()='page 7']")

    assert link.get("aria-label") == f"page 7: {tool.pages['features'].title}"


def test_the_example_has_marks_with_names_and_nothing_to_fill_in(
    tool: Tool, pages: dict[str, html.HtmlElement]
) -> None:
    (main,) = pages["filled-in-example.html"].xpath("//main")
    marks = main.xpath(".//svg[@role='img']/title/text()")

    assert [f"Developing, {tool.example.marks['chosen']}"] == [mark for mark in marks[:3] if "," in mark]
    assert 6 == len(marks)
    assert [] == main.xpath(".//input | .//textarea | .//select | .//button | .//form")
    assert all(tool.framework.used_from(r.statement).text in words(main.getroottree().getroot())
               for r in (tool.example.rated, tool.example.corrected))  # fmt: skip
    for begins in ("self-assessment.html", "how-to-answer.html"):
        assert pages[begins].xpath("//main//a[@href='filled-in-example.html']")


def test_only_a_reader_can_leave_the_site(pages: dict[str, html.HtmlElement]) -> None:
    for name, page in pages.items():
        loaded = page.xpath("//@src | //link/@href | //form/@action | //@srcset | //*[local-name()='use']/@href")
        assert [target for target in loaded if urlsplit(target).scheme or target.startswith("//")] == [], name
        followed = [a for a in page.xpath("//a[@href]") if urlsplit(a.get("href")).scheme]
        assert all(a.get("rel") == "noreferrer" and urlsplit(a.get("href")).scheme == "https" for a in followed), name


def test_style_sheet_refers_only_to_files_beside_it(files: dict[str, bytes]) -> None:
    css = files[asset(files, "site.css")].decode()
    targets = re.findall(r"url\(\s*[\"']?([^\"')]+)", css)

    assert targets
    assert [target for target in targets if f"assets/{target}" not in files] == []
    assert "@import" not in css
    assert not re.search(r"GDS Transport|crest|crown", css)


def test_the_name_of_every_asset_changes_with_its_content(tool: Tool, files: dict[str, bytes], tmp_path: Path) -> None:
    assets = {path: raw for path, raw in files.items() if path.startswith("assets/")}
    (tmp_path / "css").mkdir()
    images = 'url("images/logo.svg") url( ./images/logo.svg#mark ) url(images/logo.svg?v=2)'
    (tmp_path / "css" / "site.css").write_text(f"a {{ background: url(fonts/none.png) {images} }}")
    logo = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
    ours = site_assets(dataclasses.replace(tool, images={"logo.svg": logo}), environment((tmp_path, LAYOUTS)), b"")
    style = ours.files[ours.addresses["site.css"]].decode()

    assert [path.split(".")[-2] for path in assets] == [hash_of(raw)[:12] for raw in assets.values()]
    hashed = f"images/logo.{hash_of(logo)[:12]}.svg"
    assert f'url(fonts/none.png) url("{hashed}") url( {hashed}#mark ) url({hashed}?v=2)' in style
    assert ours.addresses["site.css"] not in assets
    assert ours.addresses["search.js"] in assets


def test_a_change_of_any_script_for_answers_changes_the_name_of_the_one_that_is_made_of_them(
    tool: Tool, files: dict[str, bytes], tmp_path: Path
) -> None:
    names = {asset(files, "answers.js")}
    for script in ANSWERS_SCRIPTS:
        changed = tmp_path / script.replace("/", "-") / script
        changed.parent.mkdir(parents=True)
        changed.write_bytes((LAYOUTS / script).read_bytes() + b"\n")
        names.add(site_assets(tool, environment((changed.parents[2], LAYOUTS)), b"").addresses["answers.js"])

    assert len(names) == 1 + len(ANSWERS_SCRIPTS)


def test_pages_carry_the_policy_and_nothing_that_it_forbids(pages: dict[str, html.HtmlElement]) -> None:
    for name, page in pages.items():
        (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy == POLICY, name
        inline = page.xpath("//style | //script[not(@src)] | //@style | //@*[starts-with(name(), 'on')]")
        assert inline == [], name


def test_pages_have_one_title_one_heading_and_no_id_twice(pages: dict[str, html.HtmlElement]) -> None:
    titles = [page.findtext(".//title") for page in pages.values()]

    assert len(set(titles)) == len(pages)
    for name, page in pages.items():
        assert len(page.xpath("//h1")) == 1, name
        assert [id for id, times in Counter(page.xpath("//@id")).items() if times > 1] == [], name
        levels = [int(heading.tag[1]) for heading in page.xpath("//main//h1|//main//h2|//main//h3|//main//h4")]
        assert all(deeper <= level + 1 for level, deeper in pairwise(levels)), (name, levels)


def test_additions_are_marked_in_place(tool: Tool, pages: dict[str, html.HtmlElement]) -> None:
    label = tool.words["site"]["tag_addition"]
    tagged = {name: page.xpath(f"//main//*[contains(@class, 'govuk-tag')][text()='{label}']")
              for name, page in pages.items()}  # fmt: skip
    additions = {f"{page.id}.html" for page in tool.pages.values() if page.origin == "addition"} - {"search.html"}
    partly = {"action-plan.html", "summary-of-the-review.html"}

    assert additions | partly == {name for name, tags in tagged.items() if tags}


def test_downloads_say_pages_paper_and_size(tool: Tool, pages: dict[str, html.HtmlElement]) -> None:
    page = pages["downloads.html"]

    for pack in tool.packs:
        entry = page.get_element_by_id(pack.id)
        made = pack.id != "workshop-wall"
        assert entry.xpath(".//h2/a/@href") == ([f"packs/{pack.id}.pdf"] if made else [])
        assert (f"PDF, 12 pages, {pack.paper}, 235 KB" in entry.text_content()) is made
        assert ("Not made yet" in entry.text_content()) is not made


def test_site_alone_links_to_no_pack(tool: Tool) -> None:
    alone = site_files(tool, environment(), {})

    assert [name for name, raw in alone.items() if b'href="packs/' in raw] == []


def test_previous_and_next_lead_through_all_pages(tool: Tool, pages: dict[str, html.HtmlElement]) -> None:
    line = [f"{id}.html" for group in tool.navigation for id in group.pages]

    walked = [line[0]]
    while following := pages[walked[-1]].xpath("//main//a[@rel='next']/@href"):
        walked.extend(following)

    assert walked == line
    assert [pages[name].xpath("//main//a[@rel='prev']/@href") for name in line[1:]] == [[name] for name in line[:-1]]


def test_long_pages_begin_with_a_list_of_their_parts(tool: Tool, pages: dict[str, html.HtmlElement]) -> None:
    parts = {
        "self-assessment.html": [
            "about-you",
            *(f"feature-{feature.id}" for feature in tool.framework.features),
            "check",
        ],
        "corrections.html": [group.id for group in tool.corrections],
    }
    for name, wanted in parts.items():
        assert pages[name].xpath("//main//nav[@class='prose contents' or @class='steps']//a/@href") == [
            f"#{id}" for id in wanted
        ]


def test_same_input_gives_the_same_bytes(tool: Tool, files: dict[str, bytes], facts: dict[str, PackFacts]) -> None:
    assert site_files(tool, environment(), facts) == files


def test_one_page_again_is_the_page_of_the_site(
    tool: Tool, files: dict[str, bytes], facts: dict[str, PackFacts]
) -> None:
    some = some_pages(tool, environment(), facts, ("index", "feature-3", "search", "downloads"), files)

    assert {path: files[path] for path in some} == some
    assert set(some) >= {path for path in files if path.startswith("assets/")} | {"search.html"}


def test_tables_keep_their_roles_when_they_become_cards(pages: dict[str, html.HtmlElement]) -> None:
    roles = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}
    for name, page in pages.items():
        # The rows of the action plan are a table on paper only.
        for table in page.xpath("//table[not(@class='actions')]"):
            assert "stack" in table.get("class").split(), name
            for part in table.iter("table", "thead", "tbody", "tr", "td", "th"):
                wanted = roles.get(part.tag) or {"col": "columnheader"}.get(part.get("scope"), "rowheader")
                assert part.get("role") == wanted, (name, html.tostring(part)[:200])
