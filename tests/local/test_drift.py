"""A national text that changes under the example: exactly what stands on it is stale, and a build still goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pmdiag_build.content import load_tool
from pmdiag_build.content.local.stale import stale
from pmdiag_build.content.model import LocalVersion, Tool
from pmdiag_build.problems import Problems
from pmdiag_build.resources import CONTENT
from tests.commands import call_pmdiag
from tests.local.conftest import EXAMPLE, Version

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


def test_exactly_what_stands_on_changed_wording_is_stale(national: Path) -> None:
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
    edit(national, {"guide/plain-english.md": ("| hard to reach groups |", "| groups |")})
    found = Problems()
    tool = load_tool(national, found, local=EXAMPLE)

    assert [
        ("framework.yaml", "features 5 / statements 5.1 / text"),
        ("guide/about-cib.md", ("The national page tells of the Children's Improvement Board, which has closed. "
         "Ours says who we are.")),
        ("guide/plain-english.md", ("The words that our version uses in the place of those of 2013 are explained, at "
         "their place in the alphabet.")),
        ("packs/workshop.yaml", "opening privacy / help"),
        ("templates/record.yaml", "fields role / options elected-member / label"),
    ] == [(change.file, change.spot) for change in stale(local_of(tool))]  # fmt: skip
    assert [
        (
            "exampleshire/terms.yaml:30: The term “hard to reach groups” does not occur in the national text. "
            "Remove it, or give the wording that stands there now."
        )
    ] == [str(problem) for problem in found if "terms.yaml" in str(problem)]
    assert 6 == len(found)


def test_other_line_breaks_are_no_other_wording(national: Path) -> None:
    edit(national, {"guide/about-cib.md": ("It is a partnership", "It is\na partnership")})

    assert [] == stale(local_of(load_tool(national, local=EXAMPLE)))


def test_check_shows_base_then_base_now_and_ours(national: Path) -> None:
    edit(national, {"words/report.yaml": ('report_title: "What came back"', 'report_title: "What people said"')})
    outcome = call_pmdiag("local", "check", EXAMPLE, "--content", national)

    assert 1 == outcome.code
    assert [
        "exampleshire/words/report.yaml:1: report_title",
        "  national then  What came back",
        "  national now   What people said",
        "  ours           What people in Exampleshire told us",
    ] == outcome.stdout.splitlines()[1:5]
    assert (
        "exampleshire/words/report.yaml:1: The national wording of report_title has changed since this was written. "
        "See both with pmdiag local check, then mend ours: and record the new wording under national:.\n"
    ) == outcome.stderr


def test_what_a_newer_edition_no_longer_has_is_named_and_stops_nothing(national: Path, version: Version) -> None:
    edit(national, {"tool.yaml": ('edition: "2013"', 'edition: "2027"')})
    version.write("words/report.yaml", "old_word: {national: Then, ours: Ours, change: wording}\n")
    version.write("guide/old-page.md", '---\ntitle: "Old"\ndescription: "D."\nchange: wording\n---\n\nText\n')
    version.write("national/guide/old-page.md", '---\ntitle: "Old"\n---\n\nThen\n')
    notices = version.notices(national)

    assert "2027+ours" == version.load(national).edition
    assert [
        (
            "ours/local.yaml: This version was last checked against edition 2013; the national edition is 2027 now. "
            "Go through pmdiag local check, then write base: “2027”."
        ),
        (
            "ours/guide/old-page.md:1: The national edition has no “guide/old-page.md” any more. "
            "What stands here is not used: remove it, or move it to where it belongs now."
        ),
        (
            "ours/words/report.yaml:1: The national edition has no “old_word” any more. "
            "What stands here is not used: remove it, or move it to where it belongs now."
        ),
    ] == notices
    assert ["gone", "gone"] == [change.what for change in stale(local_of(version.load(national)))]
