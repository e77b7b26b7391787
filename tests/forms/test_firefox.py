"""A real pack in the viewer of a real Firefox: answers are saved, can be taken back, and controls have names."""

from __future__ import annotations

from pathlib import Path

from pmdiag_build.content.fields import pack_fields, pack_id
from pmdiag_build.content.model import Tool
from tests.conftest import Built
from tests.firefox import Firefox
from tests.forms.answers import read_answers, read_pack_id, sample_answers
from tests.forms.programs import firefox


def test_every_answer_comes_back_and_a_choice_can_be_taken_back(
    tool: Tool, built: Built, tmp_path: Path, firefox_browser: Firefox
) -> None:
    pack = tool.pack("self-assessment")
    fields, filled, back = pack_fields(tool, pack), tmp_path / "filled.pdf", tmp_path / "back.pdf"
    answers = sample_answers(fields)
    firefox.fill(built.packs / "self-assessment.pdf", fields, answers, filled, browser=firefox_browser)

    assert read_answers(filled, fields) == answers
    assert read_pack_id(filled) == pack_id(tool, pack)

    changed = {"record_role": "", "rating_3_10": "E", "doing_2": "Zoë"}
    firefox.fill(filled, fields, changed, back, browser=firefox_browser)

    assert read_answers(back, fields) == answers | changed


def test_controls_are_named_after_their_questions(built: Built, firefox_browser: Firefox) -> None:
    firefox_browser.open((built.packs / "summary-of-review.pdf").as_uri())
    names = firefox.names_on_page(firefox_browser, 2)

    question = "2 Information standards, agreed view"
    assert [f"{level}, {question}" in names for level in ("Limited", "Developing", "Effective")] == [True] * 3
    assert "Overall, how well do we think we are doing?" in names
