"""The way of a person who writes policy: start a version, take texts over, look, build. As README teaches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmdiag_build.load import load_tool
from tests.commands import Outcome, call_pmdiag, run_pmdiag
from tests.local.conftest import PARTS

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "our-version"


def local(*arguments: str) -> Outcome:
    return call_pmdiag("local", *arguments)


def test_a_new_version_loads_as_it_is_and_changes_nothing(folder: Path) -> None:
    outcome = local("new", "our-version", "--name", 'Kent: the "Garden" {id}')
    tool = load_tool(local=folder)

    assert 0 == outcome.code
    assert "2013+kent-the-garden-id" == tool.edition
    assert tool.local is not None
    assert ('Kent: the "Garden" {id}', ()) == (tool.local.name, tool.local.changes)
    assert [
        (
            "guide/accessibility.md:8: Parts in square brackets are still to be completed (lines 8, 10, 35, 41, 42, "
            "43, 45, 51, 59, 63, 69, 73, 77, 81, 85, 87). Take the page over with pmdiag local change our-version "
            "accessibility, and complete them."
        ),
        (
            "guide/privacy.md:47: Parts in square brackets are still to be completed (lines 47, 48, 49, 50, 51, 52). "
            "Take the page over with pmdiag local change our-version privacy, and complete them."
        ),
    ] == local("check", "our-version").stderr.splitlines()
    assert local("check", "our-version").stderr == local("check", str(folder)).stderr


def test_the_comments_of_a_new_version_are_right_once_the_signs_are_removed(folder: Path) -> None:
    local("new", "our-version", "--name", "Us", "--id", "us")
    path = folder / "local.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("# partnership"))
    kept = [line.removeprefix("# ") if i >= start and ":" in line else line for i, line in enumerate(lines)]
    path.write_text("\n".join(line for line in kept if "Colours are" not in line), encoding="utf-8")
    (folder / "images" / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    tool = load_tool(local=folder)

    assert tool.local is not None
    assert "Us" == tool.local.brand.logo_text


@pytest.mark.parametrize(
    ("name", "id"),
    [("Ünïted Borough", "united-borough"), ("Ynys Môn", "ynys-mon"), ("King's Lynn", "kings-lynn"), ("Æby", "aeby")],
)
def test_the_edition_is_named_in_plain_letters(folder: Path, name: str, id: str) -> None:
    local("new", "our-version", "--name", name)

    assert f"2013+{id}" == load_tool(local=folder).edition


def test_a_name_that_can_not_be_printed_is_refused_at_once(folder: Path) -> None:
    done = local("new", "our-version", "--name", "Example\x07shire\x1b[31m")

    assert 2 == done.code
    assert "The name has a control character, which can't be printed." in done.stderr
    assert not folder.exists()


def test_a_folder_with_a_space_is_named_as_it_can_be_typed(folder: Path) -> None:
    outcome = local("new", "ov 2", "--name", "Our Council")
    guide = (folder.parent / "ov 2" / "README.md").read_text(encoding="utf-8")

    assert 'See it: pmdiag serve --local "ov 2"' in outcome.stdout.splitlines()
    assert '    pmdiag local check "ov 2"' in guide
    assert 'start one with pmdiag local new "ov 3".' in local("check", "ov 3").stderr


def test_nothing_is_written_over(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    outcome = local("new", "our-version", "--name", "Them")

    assert 2 == outcome.code
    assert "our-version: This is not an empty folder. Name a new folder.\n" == outcome.stderr


def test_an_ambiguous_text_is_listed_with_its_names(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    outcome = local("change", "our-version", "Elected member")

    assert 1 == outcome.code
    assert "  templates/record/fields/role/options/elected-member/label" in outcome.stdout.splitlines()


def test_a_text_is_found_by_the_number_that_readers_see(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    outcome = local("change", "our-version", "41 statements about")

    assert "  packs/self-assessment/opening/what/help" in outcome.stdout.splitlines()


@pytest.mark.parametrize(
    "name",
    [
        "3.3",
        "tool/title",
        "framework/features/2/description",
        "framework/prompts/rate/text",
        "templates/record/fields/role/options/elected-member/label",
        "templates/interview/probes/1/2",
        "templates/workshop/sessions/Break/body",
        "templates/example/corrected/how",
        "packs/self-assessment/opening/privacy/help",
        "words/pack/edition",
        "tool/navigation/This edition/title",
        "using-this-tool",
    ],
)
def test_any_text_can_be_copied_and_changes_nothing_until_it_is_edited(folder: Path, name: str) -> None:
    local("new", "our-version", "--name", "Us")
    outcome = local("change", "our-version", name)
    tool = load_tool(local=folder)
    assert tool.local is not None

    assert (0, "") == (outcome.code, outcome.stderr)
    assert () == tool.local.changes
    assert "so far it changes nothing." in local("check", "our-version").stderr
    assert 2 == local("change", "our-version", name).code


def test_other_places_of_a_text_are_listed_until_they_are_copied_too(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    first = local("change", "our-version", "packs/self-assessment/opening/privacy/help").stdout.splitlines()
    second = local(
        "change", "our-version", "packs/self-assessment-large-print/opening/privacy/help"
    ).stdout.splitlines()

    assert [
        "The same text is also in other places. To change it there too, type:",
        "  pmdiag local change our-version packs/self-assessment-large-print/opening/privacy/help",
    ] == first[1:]
    assert 1 == len(second)
    assert 0 == local("change", "our-version", "packs/interview/opening/privacy/text").code


def test_comments_of_a_file_stay_when_another_text_comes_in(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    (folder / "framework.yaml").write_text("# Agreed on 3 May\n", encoding="utf-8")
    local("change", "our-version", "3.3")
    path = folder / "framework.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("text:", "text: # by Ann"), encoding="utf-8")
    local("change", "our-version", "3.4")
    text = path.read_text(encoding="utf-8")

    assert text.startswith("# Agreed on 3 May\n")
    assert "# by Ann" in text
    assert load_tool(local=folder).local is not None


def test_a_file_that_can_not_be_read_is_named_and_left_alone(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    (folder / "framework.yaml").write_text("features:\n\t- x\n", encoding="utf-8")
    outcome = local("change", "our-version", "3.3")

    assert 3 == outcome.code
    assert "framework.yaml:2:1: This is not YAML" in outcome.stderr
    assert "features:\n\t- x\n" == (folder / "framework.yaml").read_text(encoding="utf-8")


def test_each_part_to_complete_is_a_notice_until_it_is_completed(folder: Path) -> None:
    local("new", "our-version", "--name", "Us")
    local("change", "our-version", "privacy")
    page = folder / "guide" / "privacy.md"
    untouched = local("check", "our-version").stderr
    text = page.read_text(encoding="utf-8")
    page.write_text(
        text.replace("**[to be completed by your organisation]**", "Ann [sic] [here](page:index)", 3), "utf-8"
    )
    begun = [said for said in local("check", "our-version").stderr.splitlines() if "privacy" in said]
    page.write_text(text.replace("**[to be completed by your organisation]**", "Ann"), "utf-8")
    done = local("check", "our-version").stderr

    assert "(lines 47, 48, 49, 50, 51, 52). Complete them in our-version/guide/privacy.md." in untouched
    said = "[to be completed by your organisation] is still to be completed. Complete it, or remove it."
    assert [f"our-version/guide/privacy.md:{line}: {said}" for line in (51, 52, 53)] == begun
    assert "privacy" not in done


def test_from_new_to_a_branded_pack(folder: Path) -> None:
    run = folder.parent
    assert 0 == run_pmdiag("local", "new", "our-version", "--name", "Our Council", "--id", "ours", cwd=run).code
    assert 0 == run_pmdiag("local", "change", "our-version", "hard to reach groups is", cwd=run).code
    path = folder / "framework.yaml"
    text = path.read_text(encoding="utf-8")
    before, _, after = text.partition("ours:")
    path.write_text(before + "ours:" + after.replace("hard to reach", "seldom-heard", 1), encoding="utf-8")
    built = run_pmdiag("build", "--local", "our-version", "--only", "self-assessment", cwd=run)

    assert 1 == built.code
    assert [True, True] == [said.startswith(PARTS) for said in built.stderr.splitlines()]
    assert (run / "build" / "packs" / "self-assessment.pdf").is_file()
    assert "seldom-heard groups" in run_pmdiag("local", "diff", "our-version", cwd=run).stdout
