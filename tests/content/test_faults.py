"""Bad content: each fault is one line with its place and how to fix it, all of them at once, and nothing is loaded."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from pmdiag_build.content.files import PARTS
from pmdiag_build.load import load_tool
from pmdiag_build.problems import ContentWrong, Problems
from pmdiag_build.publish import DESK, PACKS, SITE, WHOLE, tree_hash
from pmdiag_build.resources import CONTENT
from tests.content.conftest import Edit, line_of, problems_of

pytestmark = pytest.mark.slow


def test_a_tab_is_named_with_line_and_column(content: Path) -> None:
    (content / "words" / "sheet.yaml").write_text("a: x\n\tb: y\n", encoding="utf-8")

    assert [p for p in problems_of(content) if p.startswith("words/sheet.yaml:2:1")] == [
        "words/sheet.yaml:2:1: This is not YAML: a tab indents this line. Indent with spaces."
    ]


def test_a_syntax_error_is_named_with_line_and_column(content: Path, edit: Edit) -> None:
    edit("tool.yaml", "title: ", "title: one: two ")

    (problem,) = problems_of(content)
    assert problem.startswith(f"tool.yaml:{line_of(content, 'tool.yaml', 'one: two')}:")
    assert problem.endswith(
        ": This is not YAML: a text contains a colon and a space. Put quotation marks around the whole text."
    )


def test_a_duplicate_key_names_both_lines(content: Path) -> None:
    path = content / "tool.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nedition: twice\n", encoding="utf-8")
    first = line_of(content, "tool.yaml", "edition:")
    second = len(path.read_text(encoding="utf-8").splitlines())

    assert problems_of(content) == [
        f"tool.yaml:{second}: The key “edition” is used here and at line {first}. Keep one of them."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &x [1]\nb: *x\n", "There is an anchor (&x)"),
        ("a: !!python/object:os.system x\n", "There is a tag (tag:yaml.org,2002:python/object:os.system)"),
        ("a: !thing x\n", "There is a tag (!thing)"),
        ("a: " + "[" * 5000 + "]" * 5000 + "\n", "This is nested more than 20 deep"),
        ("a: x\n---\nb: y\n", "A second document begins here"),
        ("? [a, b]\n: c\n", "A key is a list or a mapping"),
    ],
)
def test_bombs_tags_and_depth_are_refused(content: Path, text: str, said: str) -> None:
    (content / "words" / "sheet.yaml").write_text(text, encoding="utf-8")

    assert any(p.startswith("words/sheet.yaml:") and said in p for p in problems_of(content))


@pytest.mark.parametrize("value", ["NO", "1:30", "010", "1.10", "~", "null", "2013-01-01", "0x1F", "1e3", "true"])
def test_every_scalar_stays_text(content: Path, edit: Edit, value: str) -> None:
    edit("tool.yaml", "publisher: ", f"publisher: {value} #")

    assert load_tool(content).publisher == value


def test_an_unknown_key_names_the_nearest_one(content: Path, edit: Edit) -> None:
    edit("tool.yaml", "publisher:", "publishr:")
    line = line_of(content, "tool.yaml", "publishr")

    assert problems_of(content) == [
        f"tool.yaml:{line}: The key “publishr” is not known here. Did you mean “publisher”?",
    ]


def test_where_there_is_nothing_no_empty_list_is_shown(content: Path) -> None:
    for path in (content / "guide").iterdir():
        path.unlink()

    found = problems_of(content)

    assert not any("Known here:." in problem for problem in found)
    assert any(problem.endswith("There is none at all here; add it, or remove the name.") for problem in found)


def test_an_unknown_page_names_the_nearest_one(content: Path, edit: Edit) -> None:
    edit("tool.yaml", "- using-this-tool", "- using-this-tol")
    line = line_of(content, "tool.yaml", "using-this-tol")

    assert problems_of(content) == [
        f"tool.yaml:{line}: There is no page “using-this-tol”. Did you mean “using-this-tool”?"
    ]


def test_a_statement_that_is_gone_is_refused(content: Path, edit: Edit) -> None:
    edit("framework.yaml", '- id: "1.3"', '- id: "1.10"')

    assert any("Statement 1.3 of the issued edition 2013 is missing." in p for p in problems_of(content))


def test_a_reused_id_is_refused(content: Path, edit: Edit) -> None:
    path = content / "framework.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if 'id: "1.8"' in line)
    lines[at + 1] = '        text: "Quite another thing is asked of everybody here."'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    (problem,) = problems_of(content)
    assert problem.startswith(f"framework.yaml:{at + 2}: The id 1.8 is reused: edition 2013 issued it as “Managers are")


def test_swapped_ids_are_both_listed(content: Path) -> None:
    path = content / "framework.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('id: "5.1"', 'id: "5.x"').replace('id: "5.2"', 'id: "5.1"').replace('id: "5.x"', 'id: "5.2"')
    path.write_text(text, encoding="utf-8")

    said = problems_of(content)
    assert [("5.2 has the wording" in p, "5.1 has the wording" in p) for p in said] == [(False, True), (True, False)]


def test_a_small_change_of_wording_is_allowed_in_a_new_edition(content: Path, edit: Edit) -> None:
    edit("tool.yaml", 'edition: "2013"', 'edition: "2026"')
    edit("framework.yaml", "Data quality issues are dealt with quickly", "Data quality issues are dealt with promptly")

    assert "promptly" in load_tool(content).framework.feature("1").statements[6].text


@pytest.mark.parametrize(
    "target", ["../secret.png", "/etc/passwd", "\\\\server\\share\\x.png", "C:\\x.png", "\\\\.\\NUL", "file:///x.png"]
)
def test_an_image_path_that_leaves_the_folder_is_refused(content: Path, target: str) -> None:
    path = content / "guide" / "using-this-tool.md"
    path.write_text(path.read_text(encoding="utf-8") + f"\n![A picture]({target})\n", encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())

    (problem,) = problems_of(content)
    assert problem.startswith(f"guide/using-this-tool.md:{line}: There is no image “{target}” in the folder images.")


def test_a_link_out_of_the_folder_is_refused(content: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text((content / "guide" / "using-this-tool.md").read_text(encoding="utf-8"), encoding="utf-8")
    (content / "guide" / "using-this-tool.md").unlink()
    (content / "guide" / "using-this-tool.md").symlink_to(outside)

    assert problems_of(content) == [
        "guide/using-this-tool.md: The file is a link to a place outside the folder. Put the file itself there."
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A <b>bold</b> word", "There is HTML in the text: <b>"),
        ("<script>alert(1)</script>", "There is HTML in the text: <script>"),
        ("<!-- hidden -->", "There is HTML in the text: <!--"),
        ("[x](javascript:alert(1))", "The link “javascript:alert(1)” leads to no page"),
        ("[x](JaVaScRiPt:alert)", "The link “JaVaScRiPt:alert” leads to no page"),
        ("[x](<java\tscript:alert>)", "leads to no page"),
        ("[x](data:text/html,hi)", "The link “data:text/html,hi” leads to no page"),
        ("[x]: javascript:alert", "The link “javascript:alert” leads to no page"),
        ("<javascript:alert>", "The link “javascript:alert” leads to no page"),
        ("[x](other.html)", "The link “other.html” leads to no page"),
    ],
)
def test_html_and_scripts_are_refused_with_their_line(content: Path, text: str, said: str) -> None:
    path = content / "guide" / "using-this-tool.md"
    path.write_text(path.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())

    found = problems_of(content)
    assert all(p.startswith(f"guide/using-this-tool.md:{line}: ") for p in found)
    assert any(said in p for p in found)


def test_html_in_code_is_allowed(content: Path) -> None:
    path = content / "guide" / "using-this-tool.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nWrite `<b>` so.\n\n    <script>\n", encoding="utf-8")

    assert "<script>" in load_tool(content).pages["using-this-tool"].body


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("cp1252", "There is a character that is not UTF-8"), ("utf-16", "The file is saved as UTF-16")],
)
def test_another_encoding_is_named(content: Path, encoding: str, said: str) -> None:
    path = content / "guide" / "using-this-tool.md"
    path.write_text(path.read_text(encoding="utf-8") + "\ncafé – “so”\n", encoding=encoding)

    (problem,) = problems_of(content)
    assert said in problem
    assert "UTF-8." in problem.split(said)[1]


CONTROL = "There is a control character, which can't be seen or printed. Remove it."


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x07", "\x7f", "\x80"])
def test_a_control_character_is_named_with_its_line(content: Path, sign: str) -> None:
    with (content / "guide" / "privacy.md").open("a", encoding="utf-8") as stream:
        stream.write(f"\na {sign} b {sign}\n{sign}\n")
    last = len((content / "guide" / "privacy.md").read_text(encoding="utf-8").split("\n")) - 1
    with (content / "words" / "site.yaml").open("a", encoding="utf-8") as stream:
        stream.write(f'skip_link_2: "a{sign}b"\n')
    end = line_of(content, "words/site.yaml", "skip_link_2")

    assert [
        f"guide/privacy.md:{last - 1}: {CONTROL}",
        f"guide/privacy.md:{last}: {CONTROL}",
        f"words/site.yaml:{end}: {CONTROL}",
    ] == problems_of(content)


def test_a_control_character_in_other_signs_is_named_too(content: Path, edit: Edit) -> None:
    edit("guide/privacy.md", 'title: "', r'title: "a\0\x1b[31m')
    edit("tool.yaml", 'title: "', r'title: "\x07')

    assert [f"guide/privacy.md:2: {CONTROL}", f"tool.yaml:{line_of(content, 'tool.yaml', 'x07')}: {CONTROL}"] == sorted(
        problems_of(content)
    )


def test_a_word_without_end_is_named_by_check_and_build_alike(content: Path, edit: Edit) -> None:
    edit("tool.yaml", "subtitle: ", f"subtitle: {'x' * 1000} ")

    line = line_of(content, "tool.yaml", "subtitle:")
    what = "There is a word of 1,000 letters, which fits on no page. Shorten it."
    assert [f"tool.yaml:{line}: {what}"] == problems_of(content)


def test_a_text_of_spaces_is_empty(content: Path, edit: Edit) -> None:
    edit("guide/privacy.md", 'description: "', 'description: "   " # "')

    assert ["guide/privacy.md:3: “description” is empty. Write its text."] == problems_of(content)


def test_a_list_that_is_too_short_is_said_with_its_number(content: Path, edit: Edit) -> None:
    edit("templates/action-plan.yaml", "record: [area, date, lead, contributors]", "record: []")

    what = "“record” has 0 entries; the least is 1. Add what is missing."
    line = line_of(content, "templates/action-plan.yaml", "record:")
    assert [f"templates/action-plan.yaml:{line}: {what}"] == problems_of(content)


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(content: Path) -> None:
    expected = load_tool(content)
    for name in ("guide/using-this-tool.md", "tool.yaml", "framework.yaml"):
        path = content / name
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))
    found = load_tool(content)

    for part in fields(found):
        assert getattr(found, part.name) == getattr(expected, part.name)


def test_a_dead_link_and_an_image_without_text_are_notices(content: Path) -> None:
    (content / "images").mkdir(exist_ok=True)
    Image.new("L", (2, 2)).save(content / "images" / "plan.png")
    path = content / "guide" / "using-this-tool.md"
    path.write_text(
        path.read_text(encoding="utf-8") + "\n[x](page:nowhere)\n[y](pack:interwiew)\n![](plan.png)\n",
        encoding="utf-8",
    )
    notices = Problems()

    load_tool(content, notices)

    said = [str(p).split(": ", 1)[1] for p in notices]
    assert said[0].startswith("There is no page “nowhere”. ")
    assert said[1] == "There is no pack “interwiew”. Did you mean “interview”?"
    assert said[2] == ("The image “plan.png” has no alternative text. Say between the square brackets what it shows.")


def test_all_problems_of_all_files_come_at_once(content: Path, edit: Edit) -> None:
    edit("tool.yaml", "publisher:", "publishr:")
    edit("packs/interview.yaml", "paper: A4", "paper: A5")
    edit("framework.yaml", "code: D", "code: M")

    files = {p.split(":")[0] for p in problems_of(content)}

    assert files == {"tool.yaml", "packs/interview.yaml", "framework.yaml"}


BAD_NAMES = [
    *("con", "COM1", "com¹", "A B", "x@y", "a.b", "-x", "<script>", "Interview", "a\nb", "z" * 245, "Über uns"),
    *("caf\N{LATIN SMALL LETTER E WITH ACUTE}", "cafe\N{COMBINING ACUTE ACCENT}", "caf\udce9"),
]
"""No id can be so: in an address, in a file's name on Windows, in a `pack_id`, or because it has a twin."""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no files of these names")
@pytest.mark.parametrize("place", ["guide/{}.md", "packs/{}.yaml", "words/{}.yaml"])
def test_a_file_name_that_windows_or_an_address_cannot_hold_is_refused(content: Path, place: str) -> None:
    for name in BAD_NAMES:
        (content / place.format(name)).write_text("", encoding="utf-8")

    assert len(BAD_NAMES) == len([p for p in problems_of(content) if "can't be a name. " in p])


@pytest.mark.parametrize("name", ["site", "packs", "desk", "whole"])
def test_a_pack_can_not_have_a_name_that_build_uses(content: Path, name: str) -> None:
    shutil.copy(content / "packs" / "workshop.yaml", content / "packs" / f"{name}.yaml")

    fix = "Choose another name; pmdiag build --only reserves this one."
    assert {SITE, PACKS, DESK, WHOLE} == PARTS
    assert [
        f"packs/{name}.yaml: “{name}” can't be a name. {fix}",
    ] == problems_of(content)


def test_a_stray_file_is_reported(content: Path) -> None:
    (content / "packs" / "mine.yml").write_text("", encoding="utf-8")

    assert problems_of(content) == ["packs/mine.yml: This file is not read. Name it ….yaml, or move it elsewhere."]


@pytest.mark.parametrize(
    ("pack", "first", "again"),
    [
        ("self-assessment", "- kind: record", "- kind: record"),
        ("complete", "- kind: guide\n    page: using-this-tool", "- kind: guide\n    page: using-this-tool"),
        ("what-good-looks-like", "- kind: good", "- kind: guide\n    page: what-good-looks-like"),
    ],
)
def test_a_duplicate_section_is_refused(content: Path, pack: str, first: str, again: str) -> None:
    path = content / "packs" / f"{pack}.yaml"
    text = path.read_text(encoding="utf-8")
    assert f"  {first}\n" in text
    path.write_text(text.replace(f"  {first}\n", f"  {first}\n  {again}\n", 1), encoding="utf-8")
    line = text[: text.index(f"  {first}\n")].count("\n") + 1

    assert problems_of(content) == [
        (
            f"packs/{pack}.yaml:{line + 1 + first.count(chr(10))}: This section is in the pack already, "
            f"at line {line}. Keep one of them."
        )
    ]


def test_two_sections_that_ask_for_the_same_are_refused(content: Path, edit: Edit) -> None:
    edit("packs/self-assessment.yaml", "- kind: record", "- kind: record\n  - kind: review-record")

    assert "The field record_area is in this pack twice." in problems_of(content)[0]


def test_a_fillable_pack_that_asks_nothing_is_named_at_its_line(content: Path, edit: Edit) -> None:
    edit("packs/what-good-looks-like.yaml", 'fillable: "no"', 'fillable: "yes"')
    line = line_of(content, "packs/what-good-looks-like.yaml", "fillable")

    assert problems_of(content) == [
        (
            f"packs/what-good-looks-like.yaml:{line}: This pack is fillable, but no section asks for text. "
            'Write fillable: "no".'
        )
    ]


def test_a_link_over_a_line_break_or_around_an_image_is_checked_too(content: Path) -> None:
    path = content / "guide" / "privacy.md"
    text = path.read_text(encoding="utf-8")
    first = text.count("\n") + 2
    wrong = (
        "[a long\nlink](page:nowhere) and\n[![plan\nof it](plan.png)](javascript:x)\n\n"
        "[note]:\n  javascript:x\n\n`[in\ncode](file:x)`\n"
    )
    path.write_text(f"{text}\n{wrong}", encoding="utf-8")

    found = [p for p in problems_of(content) if p.startswith("guide/privacy.md")]

    assert [
        f"guide/privacy.md:{first + at}: {what}"
        for at, what in (
            (0, "There is no page “nowhere”."),
            (2, "The link “javascript:x” leads to no page."),
            (2, "There is no image “plan.png” in the folder images."),
            (5, "The link “javascript:x” leads to no page."),
        )
    ] == [p.partition(". ")[0] + "." for p in found]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes in folders")
def test_a_pipe_is_reported_and_not_read(content: Path) -> None:
    os.mkfifo(content / "guide" / "pipe.md")
    os.mkfifo(content / "unused")

    assert problems_of(content) == [
        "guide/pipe.md: This is not a file, but a folder, pipe or device. Move it elsewhere."
    ]
    assert tree_hash(content) == tree_hash(content)


@pytest.mark.parametrize("layout", ["feature", "differs"])
def test_a_layout_that_draws_what_a_page_does_not_have_is_named(content: Path, edit: Edit, layout: str) -> None:
    edit("guide/privacy.md", "layout: guide", f"layout: {layout}")

    (problem,) = problems_of(content)

    assert problem.startswith("guide/privacy.md:4: ")
    assert "layout: guide" in problem


def test_the_pack_of_the_questionnaire_on_screen_can_not_be_removed(content: Path) -> None:
    (content / "packs" / "self-assessment.yaml").unlink()

    assert "packs/self-assessment.yaml: This pack is missing" in problems_of(content)[0]


def test_a_missing_file_of_words_is_one_problem(content: Path) -> None:
    (content / "words" / "site.yaml").unlink()

    assert ["words/site.yaml: The file is missing. Put it back; every edition has its own words."] == problems_of(
        content
    )


def test_optional_keys_can_be_left_out(content: Path) -> None:
    """Content may then be wrong in other ways, which is said in words."""
    left_out = []
    for path in sorted(content.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        named = re.match(r"# yaml-language-server: \$schema=\S*?([\w-]+\.schema\.json)", text)
        if named is None:
            continue
        schema = json.loads((CONTENT / "schemas" / named[1]).read_text(encoding="utf-8"))
        data = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it builds text only
        left_out += _leave_out(data, schema)
        path.write_text(yaml.dump(data, allow_unicode=True, default_style='"'), encoding="utf-8")
        with contextlib.suppress(ContentWrong):
            load_tool(content)
        path.write_text(text, encoding="utf-8")

    assert {"opening", "help", "rows"} <= set(left_out)


def _leave_out(data: Any, schema: Any) -> list[str]:
    """Take every key that its schema does not require out of the data; gives the keys."""
    if isinstance(data, list):
        return [key for item in data for key in _leave_out(item, schema.get("items", {}))]
    if not isinstance(data, dict):
        return []
    known = schema.get("properties", {})
    gone = [key for key in data if key in known and key not in schema.get("required", [])]
    for key in gone:
        del data[key]
    below = schema.get("additionalProperties")
    rest = below if isinstance(below, dict) else {}
    return gone + [key for name, value in data.items() for key in _leave_out(value, known.get(name, rest))]
