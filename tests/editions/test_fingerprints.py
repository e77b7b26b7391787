"""Fingerprints of questions: another one only where the question's own wording is another."""

from __future__ import annotations

from pmdiag_build.content.field_names import ENTRY_SHEET, PackId
from pmdiag_build.content.fields import entry_sheet_id, question_fingerprints
from pmdiag_build.load import load_tool
from tests.project import Project

QUESTIONS = ["rating_1_1", "rating_1_2", "rating_2_1", "rating_2_2", "overall_1", "overall_2"]


def test_each_question_has_a_fingerprint_of_its_own_wording(small_project: Project) -> None:
    before = load_tool(small_project.content)
    small_project.edit("tool.yaml", '"edition": "2013"', '"edition": "2026"')
    small_project.edit("framework.yaml", "are incorporated together", "are brought together")
    after = load_tool(small_project.content)
    then, now = question_fingerprints(before), question_fingerprints(after)

    assert QUESTIONS == list(then) == list(now)
    assert ["rating_1_2"] == [name for name in QUESTIONS if then[name] != now[name]]
    assert len(QUESTIONS) == len(set(now.values()))


def test_an_entry_sheet_says_what_it_asks_as_a_pack_does(small_project: Project) -> None:
    before = load_tool(small_project.content)
    small_project.edit("framework.yaml", "are incorporated together", "are brought together")
    small_project.edit("tool.yaml", '"edition": "2013"', '"edition": "2026"')
    then, now = (PackId.parse(entry_sheet_id(tool)) for tool in (before, load_tool(small_project.content)))

    assert then is not None
    assert now is not None
    assert (ENTRY_SHEET, "2013") == (then.pack, then.edition)
    assert (ENTRY_SHEET, "2026") == (now.pack, now.edition)
    assert then.fingerprint != now.fingerprint
