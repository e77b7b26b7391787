"""Tables of the Markdown: what a screen reader is told of rows and columns."""

from __future__ import annotations

import pytest
from lxml import html

from pmdiag_build.rendering.markdown import Link, read_markdown


def table(*rows: str) -> html.HtmlElement:
    text = "\n".join(["| Word | Meaning |", "| --- | --- |", *rows])
    return html.fromstring(read_markdown(text, lambda target, _: Link(target), cards=True).html)


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
