"""References of style sheets and images, and links of the finished site."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Problems, Severity
from pmdiag_build.publish.site import check_links, check_references
from pmdiag_build.resources import LAYOUTS

FIX = "Put the file into the folder and use its name."


def problems_of(*layouts: Path) -> list[str]:
    problems = Problems()
    check_references(layouts, problems)
    return [str(problem) for problem in problems]


def test_our_layouts_refer_to_nothing_outside() -> None:
    assert problems_of(LAYOUTS) == []


@pytest.mark.parametrize(
    ("css", "target"),
    [
        ("a { background: url(http://example.org/a.png) }", "http://example.org/a.png"),
        ("a { background: url( 'file:///etc/passwd' ) }", "file:///etc/passwd"),
        ('@import "https://example.org/a.css";', "https://example.org/a.css"),
        ("@import url(//example.org/a.css);", "//example.org/a.css"),
        ('a { background: URL("/etc/passwd") }', "/etc/passwd"),
        (r"a { background: url(\68ttp://example.org) }", "http://example.org"),  # as browsers read it
        (r"a { background: url(\\\\server\\share\\a.png) }", r"\\server\share\a.png"),
        ("a { background: url(c:/a.png) }", "c:/a.png"),
    ],
)
def test_a_style_sheet_that_refers_outside_is_named_with_its_line(tmp_path: Path, css: str, target: str) -> None:
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text(f"/* http://in.a.comment\n */\n{css}\n")

    assert problems_of(tmp_path) == [f"layouts/css/a.css:3: “{target}” is outside our folders. {FIX}"]


@pytest.mark.parametrize(
    "css",
    ["a { background: url(fonts/a.woff2) }", "a { background: url(data:image/png;base64,AA==) }", "/* url(/x) */"],
)
def test_files_beside_a_style_sheet_and_data_in_it_are_no_problem(tmp_path: Path, css: str) -> None:
    (tmp_path / "a.css").write_text(css)

    assert problems_of(tmp_path) == []


def test_a_picture_of_the_layouts_that_acts_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg">\n<script>fetch(1)</script>\n</svg>')

    assert ["layouts/icon.svg:2: The SVG has a <script>"] == [said.partition(". ")[0] for said in problems_of(tmp_path)]


def test_dead_links_and_places_are_notices_at_the_page_with_the_link(tool: Tool) -> None:
    page = tool.pages["using-this-tool"]
    files = {
        "using-this-tool.html": b'<a href="featuers.html">a</a> <a href="features.html#statments">b</a> <p id="x">',
        "features.html": b'<p id="statements"> <a href="#top">c</a> <a href="using-this-tool.html?q=1#x">d</a>',
    }
    problems = Problems()

    check_links(tool, files, problems)

    assert {problem.severity for problem in problems} == {Severity.NOTICE}
    assert [str(problem) for problem in problems] == [
        f"{page.file}: A link leads to “featuers.html”, which does not exist. Did you mean “features.html”?",
        (
            f"{page.file}: A link leads to “features.html#statments”, but that page has no such place. "
            "Did you mean “statements”?"
        ),
        (
            f"{tool.pages['features'].file}: A link leads to “features.html#top”, but that page has no such "
            "place. Known here: statements."
        ),
    ]


@pytest.mark.parametrize("element", ['<img src="{}">', '<script src="{}"></script>', '<link rel="icon" href="{}">'])
@pytest.mark.parametrize("target", ["https://example.org/a", "//example.org/a", "HTTP://example.org/a"])
def test_a_page_that_would_load_something_from_elsewhere_is_an_error(tool: Tool, element: str, target: str) -> None:
    problems = Problems()

    check_links(tool, {"features.html": element.format(target).encode()}, problems)

    assert problems.errors
    assert [problem.what for problem in problems] == [f"The page would load “{target}” from elsewhere"]


def test_links_to_other_sites_are_allowed(tool: Tool) -> None:
    problems = Problems()

    check_links(tool, {"features.html": b'<a href="https://example.org/">a</a> <a href="mailto:a@b.c">b</a>'}, problems)

    assert list(problems) == []
