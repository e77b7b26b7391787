"""`pmdiag edition issue`: what it freezes, what it demands, and what it never does."""

from __future__ import annotations

import re
import shutil

import pytest
import yaml

from pmdiag_build.load import load_tool
from tests.editions.national import National

pytestmark = pytest.mark.slow

INCORPORATED, BROUGHT = "are incorporated together", "are brought together"
SUPPORTED, DRIVEN = "Performance management is supported by", "Performance management is driven by"


def test_an_edition_is_frozen_with_its_changes_and_named_in_the_tool(national: National) -> None:
    comment = "# a note of ours\n"
    national.write(comment + national.framework())
    national.reword(INCORPORATED, BROUGHT, "wording")
    national.reword(SUPPORTED, DRIVEN, "meaning")
    national.reword("Members and senior officers commit to", "Councillors and senior officers commit to", "wording")
    national.add("2.3", "Children know what we hold about them.", "2.1")
    national.drop("2.2", "Nobody could answer it.")
    before = national.files()

    outcome = national.issue("2026")
    after = national.files()
    frozen = yaml.safe_load(after["editions/2026.yaml"])

    assert (0, "") == (outcome.code, outcome.stderr)
    assert (
        "Issued: edition 2026, which follows 2013: feature 1, 1.2 in other words; 1.1 with another meaning; 2.3 new; "
        "2.2 no longer asked"
    ) in outcome.stdout
    assert ("2026", "2013") == (frozen["edition"], frozen["follows"])
    assert ["1.1", "1.2", "2.1", "2.3"] == sorted(frozen["statements"])
    assert DRIVEN in frozen["statements"]["1.1"]
    assert ["2.2"] == list(frozen["unused"])
    assert {"feature 1": "wording", "1.1": "meaning", "1.2": "wording"} == frozen["changes"]
    assert (["2.3"], ["2.2"]) == (frozen["added"], frozen["dropped"])
    assert frozen["statements"].keys() | {"2.2", "feature 1", "feature 2", "prompt rate", "prompt overall"} == (
        frozen["fingerprints"].keys()
    )
    # Beside the new file: one line of tool.yaml, and the three lines of framework.yaml that said how.
    assert {"editions/2026.yaml", "tool.yaml", "framework.yaml"} == {
        name for name in after if after[name] != before.get(name)
    }
    assert before["tool.yaml"].replace(b'"2013"', b'"2026"') == after["tool.yaml"]
    left = [line for line in before["framework.yaml"].splitlines(True) if b" change: " not in line]
    assert b"".join(left) == after["framework.yaml"]
    assert (0, "") == (national.check().code, national.check().stderr)
    assert "2026" == national.load().edition


def test_every_missing_decision_is_named_with_its_line_and_nothing_is_written(national: National) -> None:
    national.reword(INCORPORATED, BROUGHT)
    national.reword(SUPPORTED, DRIVEN)
    national.reword("Members and senior officers commit to", "Councillors and senior officers commit to")
    national.reword("Circle one of the options below", "Choose one of the options below")
    national.reword("Common data quality standards", "The same data quality standards", "meaning")
    lines = national.framework().splitlines()
    numbers = {
        part: next(n for n, line in enumerate(lines, 1) if part in line)
        for part in ("Choose one", "Councillors", DRIVEN, BROUGHT)
    }
    before = national.files()

    outcome = national.issue("2026")

    assert 3 == outcome.code
    assert [f"framework.yaml:{number}" for number in numbers.values()] == [
        line.partition(": ")[0] for line in outcome.stderr.splitlines()
    ]
    assert outcome.stderr.splitlines()[2].startswith(
        f"framework.yaml:{numbers[DRIVEN]}: Statement 1.1 has changed since edition 2013, which said “{SUPPORTED}"
    )
    fix = "Write change: wording below it if it means the same, or change: meaning if it asks something else."
    assert all(line.endswith(fix) for line in outcome.stderr.splitlines())
    assert before == national.files()


def test_somebody_who_issues_an_edition_is_not_told_to_issue_it(national: National) -> None:
    national.name("2026")
    national.reword(INCORPORATED, BROUGHT)

    (line,) = national.issue("2026").stderr.splitlines()
    assert "Statement 1.2 has changed since edition 2013" in line


def test_an_issued_edition_is_never_overwritten(national: National) -> None:
    assert 0 == national.issue("2026").code
    national.reword(INCORPORATED, BROUGHT, "wording")
    before = national.files()

    for id in ("2013", "2026"):
        outcome = national.issue(id)

        assert 2 == outcome.code
        assert outcome.stderr == (
            f"editions/{id}.yaml: Edition {id} is issued already, and an issued edition never changes. "
            "Choose a name that is new.\n"
        )
    assert before == national.files()


@pytest.mark.parametrize(
    "id", ["2026+ours", "2026@1", "../2026", "Edition 2026", "con", "", "2026.yaml", "é", "2026-", "null"]
)
def test_a_name_that_can_be_no_edition_is_refused(national: National, id: str) -> None:
    before = national.files()
    outcome = national.issue(id)

    assert 2 == outcome.code
    assert f"ID: “{id}” can't be the name of an edition. Use the year, and small letters" in outcome.stderr
    assert before == national.files()


def test_without_the_editions_before_none_is_issued(national: National) -> None:
    editions = national.content / "editions"
    shutil.move(editions, national.content.parent / "lost")

    outcome = national.issue("2026")

    assert 2 == outcome.code
    assert outcome.stderr == (
        "editions: This folder is missing, so it is not known which edition came before. "
        "Put it back, or make an empty one if no edition was ever issued.\n"
    )
    assert not editions.exists()

    editions.mkdir()

    assert "Issued: edition 2026, the first one: " in national.issue("2026").stdout


def test_a_text_that_changed_after_its_edition_was_issued_is_found(national: National) -> None:
    national.reword(INCORPORATED, BROUGHT)
    national.reword("Members and senior officers commit to", "Councillors and senior officers commit to")
    national.add("2.3", "Children know what we hold about them.", "2.1")
    national.drop("2.2", "Nobody could answer it.")

    outcome = national.check()

    assert 3 == outcome.code
    assert ["Feature 1", "Statement 1.2", "Statement 2.3", "Statement 2.2"] == re.findall(
        r"(?m)^framework\.yaml:\d+: (\w+ [\d.]+) is not what edition 2013 issued\. For a new edition, write its name "
        r"after edition: in tool\.yaml; else put back what editions/2013\.yaml says\.$",
        outcome.stderr,
    )


def test_a_new_edition_can_be_drafted_under_its_name_and_says_that_it_is_not_issued(national: National) -> None:
    national.reword(INCORPORATED, BROUGHT)
    national.name("2026")
    drafted = national.check()

    assert 1 == drafted.code
    assert re.fullmatch(
        r"tool\.yaml:\d+: Edition 2026 is not issued yet, so its wording can still change\. "
        r"When it is final, type pmdiag edition issue 2026\.\n",
        drafted.stderr,
    )


def test_decisions_about_what_has_not_changed_are_refused(national: National) -> None:
    national.name("2026")
    national.reword("Common data quality standards", "Common data quality standards", "wording")
    national.add("2.3", "Children know what we hold about them.", "2.1")
    national.reword("Children know what we hold", "Children know what we hold", "meaning")

    outcome = national.issue("2026")

    assert 3 == outcome.code
    assert "Statement 2.3 is not in edition 2013: it is new, so nothing has changed. Remove change:." in outcome.stderr
    assert "Statement 2.2 says what edition 2013 says, so nothing has changed. Remove change:." in outcome.stderr


def test_an_id_is_never_reused(national: National) -> None:
    text = next(line for line in national.framework().splitlines() if INCORPORATED in line).split('"')[-2]
    national.reword(text, "Children tell us whether they feel safe.", "meaning")

    outcome = national.issue("2026")

    assert 3 == outcome.code
    assert "The id 1.2 is reused: edition 2013 issued it as “Performance management, quality" in outcome.stderr
    assert not (national.content / "editions" / "2026.yaml").exists()


def test_a_frozen_text_that_somebody_edits_is_found(national: National) -> None:
    assert 0 == national.issue("2026").code
    national.project.edit("editions/2013.yaml", INCORPORATED, BROUGHT)

    outcome = national.check()

    assert 3 == outcome.code
    assert re.search(
        r"editions/2013\.yaml:\d+: Statement 1\.2 is not as it was when edition 2013 was issued\. "
        r"Put the file back as it was; issued editions never change\.",
        outcome.stderr,
    )


def test_editions_that_form_no_line_are_named(national: National) -> None:
    for id in ("2019", "2026"):
        assert 0 == national.issue(id).code
    national.project.edit("editions/2026.yaml", 'follows: "2019"', 'follows: "2013"')

    assert "editions/2026.yaml:4: 2026 and 2019 both follow edition 2013." in national.check().stderr
    national.project.edit("editions/2026.yaml", 'follows: "2013"', 'follows: "2020"')
    assert "editions/2026.yaml:4: There is no edition 2020. Known here: 2013, 2019." in national.check().stderr


def test_a_file_of_an_edition_as_it_was_before_features_were_frozen_is_read(national: National) -> None:
    path = national.content / "editions" / "2013.yaml"
    old = {key: value for key, value in yaml.safe_load(path.read_bytes()).items() if key in ("edition", "statements")}
    path.write_text(yaml.dump(old, default_style='"'), encoding="utf-8")
    national.reword(INCORPORATED, BROUGHT, "wording")

    assert 0 == national.issue("2026").code
    assert ["2013", "2026"] == [edition.id for edition in load_tool(national.content).editions]


def test_nothing_is_half_written_where_a_file_cannot_be_replaced(national: National) -> None:
    national.reword(INCORPORATED, BROUGHT, "wording")
    # In the place of the file that is written beside tool.yaml.
    (national.content / ".tool.yaml.pmdiag-new").mkdir()
    before = national.files()

    outcome = national.issue("2026")

    assert 4 == outcome.code
    assert "can't be written" in outcome.stderr
    assert before == national.files()
