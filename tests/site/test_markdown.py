"""Markdown: its blocks and plain text, and what a screen reader is told about its tables."""

from __future__ import annotations

import pytest
from lxml import html

from pmdiag_build.rendering.markdown import Link, Passage, read_markdown


def link(target: str, _: str) -> Link:
    return Link(target)


def table(*rows: str) -> html.HtmlElement:
    text = "\n".join(["| Word | Meaning |", "| --- | --- |", *rows])
    return html.fromstring(read_markdown(text, link, cards=True).html)


def test_the_word_that_a_row_explains_is_its_head() -> None:
    drawn = table("| golden *thread* | The line |", "| vision | A picture |")

    assert ["golden thread", "vision"] == [th.text_content() for th in drawn.xpath("tbody/tr/th")]
    assert [("rowheader", "row")] * 2 == [(th.get("role"), th.get("scope")) for th in drawn.xpath("tbody/tr/th")]
    assert ["Word", "Meaning"] == [th.text_content() for th in drawn.xpath("thead/tr/th[@scope='col']")]
    assert ["MeaningThe line", "MeaningA picture"] == [td.text_content() for td in drawn.xpath("tbody/tr/td")]


@pytest.mark.parametrize("rows", [("| a | b |", "| a | c |"), ("| a | b |", "|  | c |")])
def test_first_cells_that_name_no_row_are_cells(rows: tuple[str, str]) -> None:
    assert [] == table(*rows).xpath("tbody/tr/th")
    assert 4 == len(table(*rows).xpath("tbody/tr/td[@role='cell']"))


def test_each_main_heading_begins_a_block() -> None:
    prose = read_markdown("Before\n\n## One\n\na\n\n### Part\n\n## Two\n\nb\n", link)

    assert ("<p>Before</p>\n", '<h2 id="one">One</h2>\n<p>a</p>\n<h3 id="part">Part</h3>\n') == prose.blocks[:2]
    assert '<h2 id="two">Two</h2>\n<p>b</p>' == prose.blocks[2]
    assert "".join(prose.blocks) == prose.html


def test_a_block_begins_at_the_level_of_its_headings() -> None:
    assert 2 == len(read_markdown("a\n\n## One\n", link, heading_level=3).blocks)


def test_passages_are_plain_text_with_a_space_between_blocks_only() -> None:
    text = "A *b*c &amp; `<d>` \\# e\n\n- f\n- g\n\n## R&D [h](page:x)\n\n| i | j |\n| - | - |\n| k<l | m |\n"

    assert (
        Passage("", "", "A bc & <d> # e f g"),
        Passage("rd-h", "R&D h", "i j k<l m"),
    ) == read_markdown(text, link, cards=True).passages


def test_a_link_can_be_replaced_by_words() -> None:
    prose = read_markdown("See [page 7](page:x), [b](page:x) & [c](page:x).", lambda _, words: f"<{words}>")

    assert "<p>See &lt;page 7&gt;, &lt;b&gt; &amp; &lt;c&gt;.</p>" == prose.html


def test_words_of_a_link_are_known_as_a_reader_sees_them() -> None:
    seen = []
    read_markdown("[R&amp;D \\(draft\\) `<x>`](page:x)", lambda _, words: seen.append(words))

    assert ["R&D (draft) <x>"] == seen
