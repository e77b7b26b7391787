"""The page of accessibility checks says what the tests' own record says, and claims nothing without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from pmdiag_build import __version__
from pmdiag_build.content.model import Check, Evidence, Tool
from pmdiag_build.load import load_tool
from pmdiag_build.publish.site.pages import site_files
from pmdiag_build.rendering.templates import environment
from tests.evidence import CHECKS, as_yaml, write_evidence
from tests.project import Project

ROOT = Path(__file__).resolve().parent.parent.parent
FOUND = Evidence(
    __version__,
    "2013",
    "2026-11-09",
    (Check("pages_axe", "axe-core", "4.14.1", 26, 0), Check("packs_ua", "page-validation", "0.11.2", 9, 1)),
)
TESTS = """
import pytest

@pytest.mark.evidence("packs_ua")
@pytest.mark.parametrize("n", range(3))
def test_some(n):
    assert n != 2

@pytest.mark.evidence("packs_order")
def test_order():
    pass

def test_other():
    pass
"""


def page_of(tool: Tool) -> html.HtmlElement:
    return html.fromstring(site_files(tool, environment(), {})["evidence.html"].decode())


def said(page: html.HtmlElement) -> list[str]:
    return [p.text_content() for p in page.xpath("//h2[@id='checked-by-programs']/following-sibling::p")]


def test_page_says_what_was_tested_when_and_with_what(tool: Tool) -> None:
    page = page_of(replace(tool, evidence=FOUND))

    (sentence,) = said(page)
    assert f"on 9 November 2026, with version {__version__} and the national edition 2013" in sentence
    rows = page.xpath("//table[contains(@class, 'evidence')]/tbody/tr")
    cells = [[cell.xpath("string(text() | strong)").strip() for cell in row] for row in rows]
    assert [row[2:] for row in cells] == [
        ["axe-core 4.14.1", "Nothing found, 26 tests"],
        ["page-validation 0.11.2", "1 of 9 tests failed"],
    ]


def test_page_without_results_claims_nothing(tool: Tool) -> None:
    page = page_of(replace(tool, evidence=None))

    assert said(page) == [tool.words["site"]["evidence_none"]]
    assert page.xpath("//table[contains(@class, 'evidence')]") == []
    assert "Not yet tried by a person" in page.text_content()


@pytest.mark.parametrize("other", [{"program": "0.9"}, {"edition": "2012"}])
def test_page_says_that_something_else_was_tested(tool: Tool, other: dict[str, str]) -> None:
    _, sentence = said(page_of(replace(tool, evidence=replace(FOUND, **other))))  # type: ignore[arg-type]

    assert f"version {__version__} and the national edition 2013. Something else was tested" in sentence


def test_every_check_has_words_and_no_other_has(tool: Tool) -> None:
    words = tool.words["site"]

    assert [key for key in words if key.startswith("evidence_of_")] == [f"evidence_of_{id}" for id in CHECKS]
    assert {f"evidence_criterion_{id}" for id in CHECKS} <= words.keys()
    if tool.evidence:
        assert [check.id for check in tool.evidence.checks] == list(CHECKS)


def test_check_without_words_is_named(small_project: Project) -> None:
    checks = [{"id": "a_new_one", "tool": "axe-core", "version": "4", "tests": "1", "failed": "0"}]
    record: dict[str, object] = {"program": "1", "edition": "2013", "date": "2026-11-09", "checks": checks}
    (small_project.content / "evidence.yaml").write_text(as_yaml(record), encoding="utf-8")

    outcome = small_project.pmdiag("check")

    assert outcome.code == 3
    assert (
        "evidence.yaml:7: No words say what the check “a_new_one” is. Add evidence_of_a_new_one: to" in outcome.stderr
    )


@pytest.mark.slow
def test_run_of_all_tests_is_recorded_and_a_part_is_not(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(TESTS, encoding="utf-8")
    record = tmp_path / ".pytest_cache" / "v" / "pmdiag" / "evidence"

    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "pytest", "-p", "tests.evidence", "-q", *arguments]
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        subprocess.run(command, cwd=tmp_path, env=env | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False)

    run("-k", "some")
    assert not record.exists()
    run("-n", "2")

    checks = {check["id"]: check for check in json.loads(record.read_text(encoding="utf-8"))["checks"]}
    assert (checks["packs_ua"]["tests"], checks["packs_ua"]["failed"]) == ("3", "1")
    assert (checks["packs_order"]["tests"], checks["packs_order"]["failed"]) == ("1", "0")
    assert "pages_axe" in write_evidence(tmp_path / ".pytest_cache", tmp_path / "evidence.yaml")
    assert not (tmp_path / "evidence.yaml").exists()


def test_record_becomes_a_file_of_the_content(small_project: Project, tmp_path: Path) -> None:
    checks = [{"id": id, "tool": tool, "version": "1.2", "tests": "3", "failed": "1"} for id, tool in CHECKS.items()]
    (tmp_path / "v" / "pmdiag").mkdir(parents=True)
    record = {"program": "1.0.0", "edition": "2013", "date": "2026-11-09", "checks": checks}
    (tmp_path / "v" / "pmdiag" / "evidence").write_text(json.dumps(record), encoding="utf-8")

    assert write_evidence(tmp_path, small_project.content / "evidence.yaml") == ""

    found = load_tool(small_project.content).evidence
    assert found == Evidence(
        "1.0.0", "2013", "2026-11-09", tuple(Check(id, tool, "1.2", 3, 1) for id, tool in CHECKS.items())
    )
