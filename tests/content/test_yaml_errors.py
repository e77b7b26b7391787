"""Slips in YAML: the message says what is wrong on that very line, in words for somebody who writes no code."""

from __future__ import annotations

import pytest

from pmdiag_build.content.documents import parse_yaml
from pmdiag_build.problems import Problems

INDENT = (
    "This is not YAML: this line does not fit under the one above. "
    "Check the indent, and the space after the colon, here and on the line above."
)
QUOTE = "This is not YAML: a text contains a colon and a space. Put quotation marks around the whole text."
STRAIGHT = 'Use straight quotation marks (") instead.'


def said(text: str) -> list[str]:
    problems = Problems()
    parse_yaml(text, "f.yaml", problems)
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('opening:\n  - privacy\n    help: "x"\n', f"f.yaml:3:9: {INDENT}"),
        ("ours: We listen: always\n", f"f.yaml:1:16: {QUOTE}"),
        ('a: "b"\nterms:\n  - ours: one: two\n', f"f.yaml:3:14: {QUOTE}"),
    ],
)
def test_quotation_marks_are_advised_only_for_a_bare_text_with_a_colon(text: str, wanted: str) -> None:
    assert [wanted] == said(text)


@pytest.mark.parametrize(
    ("text", "place", "key", "spaces", "wanted"),
    [
        ('brand:\n logo: logo.svg\n  logo_text: "Us"\n', "3:12", "logo_text", "2 spaces", 1),
        ('brand:\n  colours:\n    brand: "#17505c"\n logo: logo.svg\n', "4:2", "logo", "1 space", 2),
        ('base: "2013"\n partnership: "Us"\n', "2:2", "partnership", "1 space", 0),
        ('opening:\n  - id: privacy\n  help: "x"\n', "3:3", "help", "2 spaces", 4),
        ('terms:\n  - national: "a"\n      ours: "b"\n    change: wording\n', "3:7", "ours", "6 spaces", 4),
        ("terms:\n  - national: a\n      ours: b\n    change: wording\n", "3:11", "ours", "6 spaces", 4),
        ('terms:\n  - national: "a"\n   ours: "b"\n    change: wording\n', "3:4", "ours", "3 spaces", 4),
        ('terms:\n  - national: "a"\nours: "b"\n    change: wording\n', "3", "ours", "0 spaces", 4),
        ('terms:\n  - national: "a"\n    ours: "b"\n  change: wording\n', "4:3", "change", "2 spaces", 4),
        ('features:\n  "3":\n    a: "b"\n   "c": "d"\n', "4:4", "c", "3 spaces", 4),
    ],
)
def test_a_wrong_indent_is_named_with_its_key_and_the_right_one(
    text: str, place: str, key: str, spaces: str, wanted: int
) -> None:
    before = f"Put {wanted} space{'' if wanted == 1 else 's'} before" if wanted else "Remove the spaces before"
    beside = f"and that of the lines beside it {wanted}"

    assert [
        f"f.yaml:{place}: This is not YAML: the indent of “{key}” is {spaces}, {beside}. {before} “{key}”."
    ] == said(text)


def test_a_tab_is_named() -> None:
    for text in ('terms:\n\t- national: "a"\n', 'a: "b"\n\tc: "d"\n', 'a:\n \tb: "c"\n', 'a:\n  b: "c"\n\td: "e"\n'):
        (found,) = said(text)
        assert found.endswith("This is not YAML: a tab indents this line. Indent with spaces.")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            'change:wording\ntitle: "Using: this"\n',
            "f.yaml:1: This is not YAML: there is no space after the colon. Write change: wording.",
        ),
        (
            'title: "Using: this"\nchange:wording\ndescription: "x"\n',
            "f.yaml:2: This is not YAML: there is no space after the colon. Write change: wording.",
        ),
        (
            "terms:\n  -national: x\n   ours: y\n",
            "f.yaml:2: This is not YAML: there is no space after the sign -. Write - national: x.",
        ),
        (
            'terms: []\n#\n  - national: "x"\n',
            "f.yaml:1: This is not YAML: “terms” is written as empty here, but lines follow under it. Remove [].",
        ),
        (
            'ours: "They said "no" to us"\n',
            (
                "f.yaml:1:19: This is not YAML: quotation marks do not pair up here, or on the line above. "
                'Begin and end each text with ", and write \\" for a quotation mark within it.'
            ),
        ),
        (
            "ours: 'children's views'\n",
            (
                "f.yaml:1:17: This is not YAML: an apostrophe ends the text. "
                "Begin and end the text with \" instead of '."
            ),
        ),
        (
            'ours: "x\nchange: wording\n',
            (
                "f.yaml:1: This is not YAML: the text begins with a quotation mark but does not end with one. "
                "Put one at the end of the text."
            ),
        ),
        (
            "ours: [name] of us\nchange: wording\n",
            (
                "f.yaml:1:14: This is not YAML: a value begins with a special character. "
                "Put quotation marks around the whole text."
            ),
        ),
        (
            'logo: "C:\\logos"\n',
            "f.yaml:1:10: This is not YAML: there is a \\ in a text in quotation marks. Write \\\\ for it.",
        ),
        (
            "a: b\nhello\n",
            "f.yaml:2: This is not YAML: this line has no colon. Begin it with a key, a colon and a space.",
        ),
    ],
)
def test_each_mistake_is_reported_where_it_was_made(text: str, wanted: str) -> None:
    assert [wanted] == said(text)


def test_unusual_line_breaks_count_as_in_libyaml() -> None:
    assert [f"f.yaml:3:7: {QUOTE}"] == said("a: b\u2028c: d\nthe: x: y\n")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "a: “performance@x”\n",
            f"f.yaml:1: The curly quotation marks around performance@x would be printed. {STRAIGHT}",
        ),
        ("a: b\nc: “#17505c”\n", f"f.yaml:2: The curly quotation marks around #17505c would be printed. {STRAIGHT}"),
        (
            "a: ‘children’s views’\n",
            f"f.yaml:1: The curly quotation marks around children’s views would be printed. {STRAIGHT}",
        ),
        ("“3.9”: x\n", f"f.yaml:1: The curly quotation marks around 3.9 would be printed. {STRAIGHT}"),
        ("where: [“4.3”]\n", f"f.yaml:1: The curly quotation marks around 4.3 would be printed. {STRAIGHT}"),
        ('a: “x"\n', f"f.yaml:1: The curly quotation marks around x would be printed. {STRAIGHT}"),
        ("ours: “One: two”\n", f"f.yaml:1:11: This is not YAML: the text is in curly quotation marks. {STRAIGHT}"),
        (
            'ours: "x”\nchange: "wording"\n',
            "f.yaml:1: This is not YAML: the text begins with a straight quotation mark and ends with a curly one. "
            + STRAIGHT,
        ),
    ],
)
def test_curly_quotation_marks_are_named(text: str, wanted: str) -> None:
    assert [wanted] == said(text)


@pytest.mark.parametrize(
    "value",
    ["“Yes”, they said", "“Yes” they said, and “no”", '"“The quiet room”"', "’Tis the children’", "“", "the “x”"],
)
def test_prose_that_begins_with_a_quoted_word_passes(value: str) -> None:
    assert [] == said(f"ours: {value}\n")
