"""What Markdown may hold is checked as the renderer reads it: what the checker lets pass is shown, and in good time."""

from __future__ import annotations

import random

import pytest

from pmdiag_build.content.text_checks import Targets, check_prose, images_in
from pmdiag_build.problems import Problems
from pmdiag_build.rendering.markdown import Link, read_markdown

TARGETS = Targets(("known",), ("known",), ("plan.png",))
PIECES = [
    *("[a](page:no)", "![a](no.png)", "[a](page:known)", "[a][1]", "![b][1]", "[1]: page:no", "[1]: page:known", "[1]"),
    *("`", "``", "```", "~~~", "\\", "[", "]", "(", ")", "<", ">", "> ", "- ", "1. ", "    ", "        ", "# ", "## "),
    *("=", "\n", "\n\n", "\n", "\n\n", " ", "text", "|", "\t", "*", '"', "'", "![a](<no.png>)", "a|b\n-|-\n", ":"),
]
"""Signs that mean something to Markdown, and links that lead somewhere and nowhere."""


def said(text: str) -> list[str]:
    problems = Problems()
    check_prose(text, "page.md", 1, TARGETS, problems)
    return [str(problem) for problem in problems]


def rendered(text: str) -> tuple[str, list[str]]:
    """The HTML, and the targets of links that the renderer leaves out of it."""
    dropped: list[str] = []

    def resolve(target: str, _: str) -> Link | None:
        if target.startswith(("page:known", "#")):
            return Link(target)
        dropped.append(target)
        return None

    return read_markdown(text, resolve).html, dropped


@pytest.mark.parametrize("seed", range(10))
def test_the_renderer_shows_what_passes_the_checker(seed: int) -> None:
    chance = random.Random(seed)
    passed = 0
    for _ in range(400):
        text = "a\n" + "".join(chance.choices(PIECES, k=chance.randrange(3, 16)))
        if not said(text):
            passed += 1
            html, dropped = rendered(text)

            assert ([], False) == (dropped, "<h1" in html), text
    assert passed > 20


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("```\n[a](page:no)\n\n[a](page:no)\n```\n", [1, 2, 4]),
        ("~~~\ncode\n~~~\n", [1]),
        ("- a [t][1]\n\n    [1]: javascript:x\n\n    [2]: page:no\n\n    [3]: no.png\n", [3, 5, 7]),
        ("> > - [1]: page:no\n", [1]),
        ("[a [b [c]]](page:no)\n", [1]),
        ("a\n[a](page:known and more)\n", [2]),
        ("[a](page:known\n", [1]),
        ("`a [a](page:no) ``\n", [1]),
        ("- `a\n- [a](page:no)`\n", [2]),
        ("text\n\n# Title\n\nTitle\n=====\n", [3, 6]),
        ("- a\n\n    # Title\n", [3]),
        ("a\n" + "1. " * 800, [2]),
        ("- a\n\n    <b>HTML</b>\n", [3, 3]),
    ],
)
def test_what_the_renderer_would_leave_out_or_misread_is_reported_with_its_line(text: str, places: list[int]) -> None:
    assert places == sorted(int(line.split(":")[1]) for line in said(text))


@pytest.mark.parametrize(
    "text",
    [
        "a\n\n    <b>[a](page:no)</b>\n    # x\n\nb\n",
        "- a\n\nb\n\n    <b>\n",
        "`<b>` and ``a ` [b](page:no)`` and\n`more\ncode`\n",
        'A \\[ sign, \\# and [a [b] c](page:known "Title") (in brackets)\n',
        "[a](https://example.org/a_(b)) and [a](<page:known>)\n\n## Heading\n\n1 # 2\n",
        "[a](page:known)(and more) [sic] a[1] = b(2)\n",
    ],
)
def test_code_and_plain_signs_pass(text: str) -> None:
    assert [] == said(text)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["[a](", "[", "![", "[a][", "[a](b ", "[a](<", '[a]("', "`", "<http://", "[[a](b)"])
def test_long_runs_of_signs_are_checked_quickly(piece: str) -> None:
    said(piece * 20_000)
    list(images_in(piece * 20_000))


@pytest.mark.parametrize("piece", ["[", "![", "[[a](page:known)", "[a]["])
def test_brackets_that_nothing_closes_are_refused_before_they_are_rendered(piece: str) -> None:
    assert said("a\n" + piece * 3000)[0] == (
        "page.md:2: 30 square brackets are opened here and never closed. Close them, or write \\[ for a plain [."
    )


def test_images_are_found_as_they_are_checked() -> None:
    text = "[![plan](a.png)](page:x) ![b\nc](<b.png>) ![not] (c.png)\n\n![d [e]](d.png)\n"

    assert ["a.png", "b.png", "d.png"] == list(images_in(text))
