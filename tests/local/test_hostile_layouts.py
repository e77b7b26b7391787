"""Layouts of a version that somebody else wrote: they run nothing, and a person is told so with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmdiag_build.problems import ContentWrong, Problems
from pmdiag_build.rendering import sandbox
from pmdiag_build.rendering.layout_checks import check_layouts
from pmdiag_build.rendering.weasy import html_to_pdf
from pmdiag_build.resources import LAYOUTS
from tests.commands import call_pmdiag
from tests.local.conftest import Version

pytestmark = pytest.mark.slow

HOSTILE = """\
{% extends "site/base.html" %}
{% block main %}
{{ cycler.__init__.__globals__.os.popen("touch RAN").read() }}
{{ tool["__class__"] }} {{ ""|attr("x") }} {{ boddy }} {{ 2 ** 9 }}
{% include "../../../etc/passwd" %}
{% include "/etc/passwd" %}
{% include "site/bass.html" %}
<script>fetch("https://example.org")</script>
<img src="https://example.org/a.png" onerror="x()">
<a href="javascript:alert(1)">x</a> <a href="https://example.org/">This may be</a>
<style>a { background: url(https://example.org/b.png) }</style>
<form action="https://example.org/take"><iframe src="x"></iframe></form>
{% if tool is callable %}{% endif %}
{% endblock %}
"""
LISTED = "Use only what README lists under Layouts of your own."
NO_SCRIPT = "A local version can't have scripts of its own"
NONE = "pmdiag has no layout of this name, and none of yours uses it."
ELSEWHERE = "from elsewhere. Put the file into the layouts."
SAID = [
    f"ours/layouts/site/guide.html:3: “__globals__” can't be used in a layout. {LISTED}",
    f"ours/layouts/site/guide.html:3: “__init__” can't be used in a layout. {LISTED}",
    f"ours/layouts/site/guide.html:4: “**” can't be used in a layout. {LISTED}",
    f"ours/layouts/site/guide.html:4: “__class__” can't be used in a layout. {LISTED}",
    "ours/layouts/site/guide.html:4: There is no filter “attr” in a layout. Did you mean “xmlattr”?",
    "ours/layouts/site/guide.html:4: There is no “boddy” in a layout. Did you mean “body”?",
    (
        "ours/layouts/site/guide.html:5: “../../../etc/passwd” is outside the layouts. "
        "Name a layout of yours or ours, such as site/base.html."
    ),
    (
        "ours/layouts/site/guide.html:6: “/etc/passwd” is outside the layouts. "
        "Name a layout of yours or ours, such as site/base.html."
    ),
    "ours/layouts/site/guide.html:7: There is no layout “site/bass.html”. Did you mean “site/base.html”?",
    f"ours/layouts/site/guide.html:8: {NO_SCRIPT}. Remove it.",
    f"ours/layouts/site/guide.html:9: {NO_SCRIPT} (onerror=). Remove onerror=.",
    f"ours/layouts/site/guide.html:9: The page would load “https://example.org/a.png” {ELSEWHERE}",
    (
        "ours/layouts/site/guide.html:10: The address “javascript:alert(1)” is not one of a page. "
        "Write https://… or a page of the site."
    ),
    f"ours/layouts/site/guide.html:11: The page would load “https://example.org/b.png” {ELSEWHERE}",
    "ours/layouts/site/guide.html:12: A layout can't have <iframe>. Remove it.",
    ("ours/layouts/site/guide.html:12: The page would send something to “https://example.org/take”. Remove action=."),
    (
        "ours/layouts/site/guide.html:13: There is no test “callable” in a layout. Known here: defined, "
        "divisibleby, eq, even, false, ge, gt, in, iterable, le, lower, lt and 10 more."
    ),
]


def faults_of(version: Version) -> list[str]:
    problems = Problems()
    check_layouts((version.folder / "layouts", LAYOUTS), problems)
    return [str(problem) for problem in problems]


def test_all_that_a_layout_may_not_do_is_named_at_once(version: Version) -> None:
    version.write("layouts/site/guide.html", HOSTILE)

    assert sorted(SAID) == sorted(faults_of(version))


@pytest.mark.parametrize("command", ["local check", "check", "build", "tabulate", "personalise"])
def test_no_command_runs_anything_of_a_hostile_version(
    version: Version, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    version.write("layouts/site/guide.html", HOSTILE)
    version.write("terms.yaml", "terms: x\n")
    (tmp_path / "returns").mkdir()
    (tmp_path / "people.csv").write_text("reference\nA1\n")
    arguments = {
        "local check": ("local", "check", "ours"),
        "check": ("check", "--local", "ours"),
        "build": ("build", "--local", "ours"),
        "tabulate": ("tabulate", "returns", "-o", "out", "--local", "ours"),
        "personalise": ("personalise", "interview", "--people", "people.csv", "-o", "out", "--local", "ours"),
    }[command]
    outcome = call_pmdiag(*arguments)

    assert 3 == outcome.code
    # Faults of the content and of the layouts come together.
    assert len(SAID) + 1 == len(outcome.stderr.splitlines())
    assert outcome.stderr.startswith("ours/terms.yaml:1: ")
    assert ["ours", "people.csv", "returns"] == sorted(path.name for path in tmp_path.iterdir())


BASE = (LAYOUTS / "site" / "base.html").read_text(encoding="utf-8")
OPEN = "The page does not begin with its security policy."
REPORT = (LAYOUTS / "report" / "report.html").read_text(encoding="utf-8")
MAIN_LINE = REPORT.partition("{{ main }}")[0].count("\n") + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "layout", "said"),
    [
        (
            "site/guide.html",
            '\n{{ tool["__cla" ~ "ss__"] }}',
            "ours/layouts/site/guide.html:2: “__class__” can't be used in a layout. ",
        ),
        ("site/guide.html", '\n{{ tool["up" ~ "date"]() }}', "ours/layouts/site/guide.html:2: The layout can't be "),
        (
            "site/guide.html",
            "\n{{ tool.local.layouts }}",
            "ours/layouts/site/guide.html:2: “layouts” can't be used in a layout. ",
        ),
        (
            "site/guide.html",
            "\n{{ tool }}",
            "ours/layouts/site/guide.html:2: A whole list or object can't be printed, only a text or number in it. ",
        ),
        (
            "site/guide.html",
            '\n{% include "../" ~ "x.html" %}',
            "ours/layouts/site/guide.html:2: There is no layout “../x.html”. ",
        ),
        (
            "site/guide.html",
            "\n{{ body * 1000000000 }}",
            "ours/layouts/site/guide.html:2: “*” can't be used here in a layout. ",
        ),
        (
            "site/guide.html",
            "\n{% for a in range(90000) %}{% for b in range(90000) %}\n{% endfor %}{% endfor %}",
            "ours/layouts/site/guide.html:2: This layout makes too much: its loops, macros or includes have no end. ",
        ),
        (
            "site/guide.html",
            BASE + '{{ ("<scr" ~ "ipt>")|safe }}',
            f"ours/layouts/site/guide.html: {NO_SCRIPT}. Remove it.",
        ),
        (
            "site/guide.html",
            BASE + "<!-- --!><meta http-eq{{ 'uiv=refresh' }} content='0;url=x'> -->",
            "ours/layouts/site/guide.html: The page would lead to another one by itself. Remove the <meta>.",
        ),
        (
            "site/base.html",
            BASE.replace("{{ policy }}", "default-src *"),
            f"ours/layouts/site/base.html: {OPEN}",
        ),
        (
            "site/base.html",
            BASE.replace("<head>", "<head>x"),
            f"ours/layouts/site/base.html: {OPEN}",
        ),
    ],
)
def test_what_is_hidden_from_the_first_look_is_stopped_too(
    version: Version, name: str, layout: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "MOST_WORK", sandbox.MOST_WORK // 10)
    version.write(f"layouts/{name}", layout)
    assert [] == faults_of(version)
    outcome = call_pmdiag("check", "--local", version.folder)

    assert 3 == outcome.code
    assert outcome.stderr.startswith(said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "said"),
    [
        (
            REPORT.replace("{{ policy }}", "default-src *"),
            f"ours/layouts/report/report.html: {OPEN}",
        ),
        (
            REPORT.replace("{{ main }}", '{{ ("<scr" ~ "ipt>")|safe }}'),
            f"ours/layouts/report/report.html: {NO_SCRIPT}. Remove it.",
        ),
        (
            REPORT.replace("{{ main }}", "{{ sections[0].data['__cla' ~ 'ss__'] }}"),
            f"ours/layouts/report/report.html:{MAIN_LINE}: “__class__” can't be used in a layout. ",
        ),
    ],
)
def test_a_report_made_with_a_hostile_layout_is_not_written(
    version: Version, tmp_path: Path, layout: str, said: str
) -> None:
    version.write("layouts/report/report.html", layout)
    (tmp_path / "returns").mkdir()
    outcome = call_pmdiag(
        "tabulate", tmp_path / "returns", "-o", tmp_path / "out", "--local", version.folder, "--no-pdf"
    )

    assert 3 == outcome.code
    assert outcome.stderr.splitlines()[-1].startswith(said)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "layout", "said"),
    [
        ("site/guid.html", "x", f"{NONE} Did you mean “site/guide.html”?"),
        ("css/sites.css", "", f"{NONE} Did you mean “css/site.css”?"),
        ("script/answers.js", "alert(1)", f"{NO_SCRIPT}. Remove it."),
        ("site/run.py", "x", "Nothing uses this file. Remove it."),
        (
            "css/site.css",
            "\na { background: url(file:///etc/passwd) }",
            "2: “file:///etc/passwd” is outside our folders",
        ),
        *(
            ("css/site.css", f"\n/* x\n*/{style}", "3: “https://example.org/b” is outside our folders")
            for style in (
                'a { background: u\\72l("https://example.org/b") }',
                "a { background: u\\rl(https://example.org/b) }",
                'a { background: image-set("b.png" 1x, "https://example.org/b" 2x) }',
                'a { background: src("https://example.org/b") }',
                '@\\69mport "https://example.org/b";',
            )
        ),
        ("site/icon.svg", "<svg><script/></svg>", "1: The SVG has a <script>"),
        (
            "site/search.html",
            'x\n<script src="assets/search.js"></script>',
            '2: The name of “assets/search.js” changes with its content. Write {{ asset("search.js") }} in its place.',
        ),
        ("site/search.html", "<script src=\"{{ asset('x.js') }}\"></script>", f"1: {NO_SCRIPT}. Remove it."),
        ("desk/start.html", "<p>Ours</p>", "The page of the desk is a program, so its layouts can't be replaced."),
        ("site/guide.html", "{% if %}", "1: The layout can't be read: Expected an expression"),
        ("site/guide.html", "{% for a in levels %}" * 30 + "{% endfor %}" * 30, "The layout is nested too deeply. "),
        ("site/guide.html", "{{ " + "[" * 9999 + "]" * 9999 + " }}", "The layout is nested too deeply. "),
        ("site/guide.html", "x" * 300_000, "The file is 300 KB, more than the 200 KB that are read. Make it smaller."),
        ("site/guide.html", b"caf\xe9", "1: There is a character that is not UTF-8. Save the file as UTF-8."),
        ("css/site.css", b"caf\xe9", "1: There is a character that is not UTF-8. Save the file as UTF-8."),
    ],
)
def test_files_of_layouts_that_can_not_be_used_are_named(
    version: Version, name: str, layout: str | bytes, said: str
) -> None:
    version.write(f"layouts/{name}", layout)
    (found,) = faults_of(version)

    assert found.removeprefix(f"ours/layouts/{name}:").lstrip().startswith(said)


def test_layouts_that_only_draw_pass(version: Version) -> None:
    for path in LAYOUTS.rglob("*.html"):
        # The page of the desk has a script of its own, and is always ours.
        if path.parent.name not in ("setup", "desk"):
            version.write(f"layouts/{path.relative_to(LAYOUTS).as_posix()}", path.read_bytes())
    version.write("layouts/site/parts/ours.html", '{% macro mark(x) %}<b class="ours">{{ x }}</b>{% endmacro %}')
    version.write("layouts/site/guide.html", '{% import "site/parts/ours.html" as o %}{{ o.mark(page.title) }}')

    assert [] == faults_of(version)


@pytest.mark.slow
@pytest.mark.parametrize(
    "inside",
    [
        '<img src="file:///etc/passwd" alt="">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<a rel="attachment" href="file:///etc/passwd">x</a>',
        '<link rel="stylesheet" href="/etc/passwd">',
        "<style>p { background: url(../../../../../../etc/passwd) }</style>",
        '<style>p { background: u\\72l("file:///etc/passwd") }</style>',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="file:///etc/passwd">',
    ],
)
def test_a_pack_reads_no_file_outside_the_layouts(inside: str) -> None:
    face = "@font-face { font-family: A; src: url(fonts/AtkinsonHyperlegibleNext-Regular.ttf) }"
    page = f"<html lang=en><title>x</title><style>{face} * {{ font-family: A }}</style>{inside}<p>x</p></html>"

    with pytest.raises(ContentWrong, match="is never downloaded"):
        html_to_pdf(page, identifier=b"x", name="x")
