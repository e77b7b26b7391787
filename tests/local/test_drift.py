"""A national text that changes under the example: exactly the changes of it are stale, and a build still goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pmdiag_build.content.documents import mapping
from pmdiag_build.content.model import LocalVersion, Tool
from pmdiag_build.load import load_tool, read_documents
from pmdiag_build.local import typed
from pmdiag_build.local.review import marked, stale
from pmdiag_build.problems import Problems
from pmdiag_build.resources import CONTENT
from tests.commands import call_pmdiag
from tests.local.conftest import EXAMPLE, PARTS, Version

Edited = dict[str, tuple[str, str]]


@pytest.fixture
def national(tmp_path: Path) -> Path:
    """The national content in a folder that a test may change."""
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("local", "demo"))
    return copy


def edit(national: Path, edits: Edited) -> None:
    for name, (old, new) in edits.items():
        path = national / name
        text = path.read_text(encoding="utf-8")
        assert 1 == text.count(old), name
        path.write_text(text.replace(old, new), encoding="utf-8")


def local_of(tool: Tool) -> LocalVersion:
    assert tool.local is not None
    return tool.local


def test_the_example_is_up_to_date_and_without_a_problem() -> None:
    found = Problems()
    tool = load_tool(notices=found, local=EXAMPLE)

    assert [] == list(found)
    assert [] == stale(local_of(tool))


def test_exactly_the_changes_of_changed_wording_are_stale(national: Path) -> None:
    edit(
        national,
        {
            # Statement 5.1 is worded by the example, 5.2 is not; 3.8 loses its term.
            "framework.yaml": ("Swift action is taken to address inspection", "Action is taken to address inspection"),
            "guide/about-cib.md": ("leads sector-led improvement", "led sector-led improvement"),
            "guide/features.md": ("title:", "title: #\n "),
            "templates/record.yaml": ('label: "Elected member"', 'label: "Elected representative"'),
            "packs/workshop.yaml": ("The group, and the person who runs the review.", "The group."),
        },
    )
    edit(national, {"framework.yaml": ("hard to reach groups", "groups that are hard to reach")})
    edit(national, {"tool.yaml": ('edition: "2013"', 'edition: "2027"')})
    edit(national, {"guide/plain-english.md": ("| hard to reach groups |", "| groups |")})
    found = Problems()
    tool = load_tool(national, found, local=EXAMPLE)

    assert [
        ("framework.yaml", "features 5 / statements 5.1 / text"),
        ("guide/about-cib.md", ("The national page is about the Children's Improvement Board, which has closed. "
         "Ours says who we are.")),
        ("guide/plain-english.md", "Explains the words that our version uses instead of those of 2013."),
        ("packs/workshop.yaml", "opening privacy / help"),
        ("templates/record.yaml", "fields role / options elected-member / label"),
    ] == [(change.file, change.spot) for change in stale(local_of(tool))]  # fmt: skip
    assert [
        (
            "exampleshire/terms.yaml:30: The term “hard to reach groups” does not occur in the national text. "
            "Remove it, or write the wording that is there now."
        )
    ] == [str(problem) for problem in found if "terms.yaml" in str(problem)]
    # These, and that the national edition is another one.
    assert 7 == len(found)


def test_different_line_breaks_are_the_same_wording(national: Path) -> None:
    edit(national, {"guide/about-cib.md": ("It is a partnership", "It is\na partnership")})

    assert [] == stale(local_of(load_tool(national, local=EXAMPLE)))


@pytest.mark.slow
def test_check_shows_base_then_base_now_and_ours(national: Path) -> None:
    edit(national, {"words/report.yaml": ('report_title: "What came back"', 'report_title: "What people said"')})
    outcome = call_pmdiag("local", "check", EXAMPLE, "--content", national)

    assert 1 == outcome.code
    assert [
        "exampleshire/words/report.yaml:1: report_title",
        "  national then  What [came back]",
        "  national now   What [people said]",
        "  ours           What people in Exampleshire told us",
        '  to copy        national: "What people said"',
    ] == outcome.stdout.splitlines()[3:8]
    assert (
        "exampleshire/words/report.yaml:1: The national wording of report_title has changed since this was written. "
        "Both are shown below. Change ours: if needed, and put the new wording after national:.\n"
    ) == outcome.stderr
    assert (
        "has changed since this was written. pmdiag local check shows both. Change ours: if needed, and put the new "
        "wording after national:.\n"
    ) in call_pmdiag("check", "--local", EXAMPLE, "--content", national).stderr


def test_check_shows_of_a_long_text_what_changed_and_the_whole_to_copy(national: Path, version: Version) -> None:
    before = str(mapping(read_documents()["words/site.yaml"].data)["footer_local"])
    entry = {"national": before, "ours": f"Ours. {before}", "change": "wording"}
    version.write("words/site.yaml", json.dumps({"footer_local": entry}))
    edit(national, {"words/site.yaml": ("changes the national edition {base}", "alters the national edition {base}")})
    said = call_pmdiag("local", "check", version.folder, "--content", national).stdout.splitlines()

    assert "What has changed is in [square brackets]." == said[1]
    assert said[4].startswith("  national then  … ")
    assert "It [changes] the national edition {base}" in said[4]
    assert said[5] == said[4].replace("then ", "now  ").replace("[changes]", "[alters]")
    assert said[7] == f"  to copy        national: {json.dumps(before.replace('changes', 'alters', 1))}"


def test_a_page_that_changed_says_which_file_to_copy_where_and_shows_the_words(national: Path) -> None:
    edit(national, {"guide/about-cib.md": ("leads sector-led improvement", "led sector-led improvement")})
    outcome = call_pmdiag("local", "check", EXAMPLE, "--content", national)

    assert (
        "exampleshire/guide/about-cib.md:1: The national page has changed since this was written. Both are shown "
        f"below. Change the page, then copy {typed(national / 'guide' / 'about-cib.md')} to "
        "exampleshire/national/guide/about-cib.md.\n"
    ) == outcome.stderr
    then, now = outcome.stdout.splitlines()[4:6]
    assert "[leads] sector-led improvement" in then
    assert "[led] sector-led improvement" in now
    assert len(then.split()) < 20


def test_a_statement_that_lost_a_term_is_reported_and_nothing_else(national: Path, version: Version) -> None:
    terms = "terms:\n  - {national: %s, ours: our word, change: wording}\n"
    version.write("terms.yaml", terms % "performance management")
    assert call_pmdiag("local", "check", version.folder, "--content", national).stdout.startswith("Checked: ")
    edit(
        national,
        {
            "framework.yaml": ("an integral part of performance management (e.g.", "an integral part of it (e.g."),
            "tool.yaml": ('edition: "2013"', 'edition: "2027"'),
        },
    )
    outcome = call_pmdiag("local", "check", version.folder, "--content", national)

    assert (
        "“performance management” no longer appears in the national wording of statement 1.4"
        == outcome.stdout.splitlines()[0]
    )
    moved_on = "ours/local.yaml: This version was last checked against edition 2013"
    assert [] == [said for said in outcome.stderr.splitlines() if not said.startswith((*PARTS, moved_on))]


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("a b c", "a x c", ("a [b] c", "a [x] c")),
        ("a b", "a b c d", ("a b", "a b [c d]")),
        (
            "1 2 3 4 5 6 7 b 1 2 3 4 5 6 7 8 9 10 11 c",
            "1 2 3 4 5 6 7 1 2 3 4 5 6 7 8 9 10 11 d",
            ("… 3 4 5 6 7 [b] 1 2 3 4 5 … 7 8 9 10 11 [c]", "… 3 4 5 6 7 1 2 3 4 5 … 7 8 9 10 11 [d]"),
        ),
        ("", "new", ("", "[new]")),
    ],
)
def test_changed_words_are_marked_with_a_few_around_them(before: str, after: str, wanted: tuple[str, str]) -> None:
    assert wanted == marked(before, after)


def test_texts_that_a_newer_edition_no_longer_has_are_notices(national: Path, version: Version) -> None:
    edit(national, {"tool.yaml": ('edition: "2013"', 'edition: "2027"')})
    version.write("words/report.yaml", "old_word: {national: Then, ours: Ours, change: wording}\n")
    version.write("guide/old-page.md", '---\ntitle: "Old"\ndescription: "D."\nchange: wording\n---\n\nText\n')
    version.write("national/guide/old-page.md", '---\ntitle: "Old"\n---\n\nThen\n')
    notices = version.notices(national)

    assert "2027+ours" == version.load(national).edition
    assert [
        (
            "ours/local.yaml: This version was last checked against edition 2013; the national edition is 2027 now. "
            'Go through pmdiag local check, then write base: "2027".'
        ),
        (
            "ours/guide/old-page.md:1: The national edition has no “guide/old-page.md” any more. "
            "This is not used: move it to where it belongs now, or remove it."
        ),
        (
            "ours/words/report.yaml:1: The national edition has no “old_word” any more. "
            "This is not used: move it to where it belongs now, or remove it."
        ),
    ] == notices
    assert ["gone", "gone"] == [change.what for change in stale(local_of(version.load(national)))]
