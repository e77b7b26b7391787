"""Texts → answers: levels and texts as people type them, and what the record header accepts."""

from __future__ import annotations

from datetime import date

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Problem
from pmdiag_build.returns import Response
from pmdiag_build.returns.decode import decode
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.raw import Given, RawRecord, RowPlaces
from pmdiag_build.text import day_of


def _decoded(tool: Tool, **given: str | Given) -> tuple[Response, list[Problem]]:
    values = {name: (value,) if isinstance(value, str) else value for name, value in given.items()}
    problems: list[Problem] = []
    return decode(RawRecord("row", RowPlaces("a.csv", "", 2), values), Questionnaire.of(tool), problems), problems


@pytest.mark.parametrize("text", ["L", "l", " L ", "Limited", "LIMITED", "limited\n", "\u00a0L"])
def test_a_level_is_its_code_or_its_word_in_any_case(text: str, tool: Tool) -> None:
    response, problems = _decoded(tool, rating_1_1=text)

    assert ("L", []) == (response.ratings["1.1"], problems)


@pytest.mark.parametrize("text", ["", "-", " - ", "\n"])
def test_nothing_and_a_hyphen_mean_not_answered(text: str, tool: Tool) -> None:
    response, problems = _decoded(tool, rating_1_1=text, overall_1=text)

    assert response.blank
    assert problems == []


@pytest.mark.parametrize("text", ["X", "1", "Lim", "?", "L?", "Low", "–", "Limited, I think", "=L"])
def test_anything_else_is_kept_as_given_and_not_counted(text: str, tool: Tool) -> None:
    response, problems = _decoded(tool, rating_1_1=text)

    assert response.ratings["1.1"] is None
    assert [("rating_1_1", (text,))] == [(value.name, value.given) for value in response.uncounted]
    assert f"1.1: “{text}” is not L, D or E, so it was not counted" == problems[0].what
    assert not response.blank


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("n/a", "Leave it empty if the question was not answered"),
        ("Don't know", "Leave it empty if the question was not answered"),
        ("?", "Leave it empty if the question was not answered"),
        ("L/D", "Ask which level is meant"),
        ("Limited or Developing", "Ask which level is meant"),
        ("L?", "Write L if that is meant"),
        ("effective.", "Write E if that is meant"),
        ("\u0415", "Type E again if that is meant"),
        ("1", "Write the level that was meant"),
        ("1e9", "Write the level that was meant"),
        ("✓", "Write the level that was meant"),
    ],
)
def test_a_text_that_is_not_a_level_has_one_fix_that_follows_from_it(text: str, fix: str, tool: Tool) -> None:
    response, problems = _decoded(tool, rating_1_1=text)

    assert response.ratings["1.1"] is None
    assert [fix] == [problem.fix for problem in problems]


def test_every_statement_and_feature_is_a_key(tool: Tool) -> None:
    response, _ = _decoded(tool)

    assert [s.id for s in tool.framework.statements] == list(response.ratings)
    assert [f.id for f in tool.framework.features] == list(response.overall)


@pytest.mark.parametrize(
    "text", ["bell \x07", "\u202eabc\u202c\u2066x", "\ud800 alone", "שלום עולם", "👩\u200d🏫", "\u0000", "\u2028x\x85"]
)
def test_odd_text_is_kept_exactly(text: str, tool: Tool) -> None:
    response, problems = _decoded(tool, doing_1=text)

    assert ({("doing", "1"): text}, []) == (dict(response.comments), problems)


def test_line_ends_become_lf_and_white_space_alone_is_no_comment(tool: Tool) -> None:
    response, _ = _decoded(tool, doing_1="a\r\nb\rc\n", improve_1=" \n\t")

    assert {("doing", "1"): "a\nb\nc\n"} == response.comments


@pytest.mark.parametrize(
    ("mode", "size", "people", "problem"),
    [
        ("individual", "", 1, ""),
        ("An interview", "1", 1, ""),
        ("An interview", "", 1, ""),
        ("interview", "2", 2, ""),
        ("interview", "some", 0, "“some” is not a number of people"),
        ("group", "6", 6, ""),
        ("group", "6.0", 6, ""),
        ("A group, answering together", "", 0, ""),
        ("", "", 0, ""),
        ("", "3", 3, ""),
        ("individual", "6", 1, "group_size: the number of people is 6, but the mode is individual"),
        ("group", "six", 0, "“six” is not a number of people"),
        ("group", "-4", 0, "“-4” is not a number of people"),
        ("group", "9" * 50, 0, "is not a number of people"),
        ("group", "6.5", 0, "“6.5” is not a number of people"),
        ("group", "²", 0, "“²” is not a number of people"),
    ],
)
def test_the_number_of_people_goes_with_the_mode(mode: str, size: str, people: int, problem: str, tool: Tool) -> None:
    response, problems = _decoded(tool, record_mode=mode, record_group_size=size, rating_1_1="L")

    assert people == response.record.group_size
    assert problem in " ".join(one.what for one in problems)
    assert bool(problem) == bool(problems)


def test_a_role_is_its_code_or_its_label_and_anything_else_is_kept(tool: Tool) -> None:
    assert _decoded(tool, record_role="Elected member")[0].record.role == "elected-member"

    response, problems = _decoded(tool, record_role="King", rating_1_1="L")

    assert ("", ("King",)) == (response.record.role, response.uncounted[0].given)
    assert "role: “King” is not in the list, so it was not counted" == problems[0].what


def test_a_header_alone_is_a_blank_return_even_if_it_is_wrong(tool: Tool) -> None:
    assert _decoded(tool, record_role="King", record_area="North", record_mode="group")[0].blank


@pytest.mark.parametrize("name", ["more_room", "notes_3"])
def test_what_was_written_elsewhere_is_no_blank_return(name: str, tool: Tool) -> None:
    response, problems = _decoded(tool, **{name: "See the back"})

    assert {name: "See the back"} == response.more
    assert not response.blank
    assert problems == []


@pytest.mark.parametrize(
    ("field", "text", "fix"),
    [
        ("role", "ELECTED MEMBERS", "Did you mean “Elected member”?"),
        ("role", "manger", "Did you mean “Team or service manager”?"),
        ("role", "x", "Use one of “Elected member”, “"),
        ("mode", "x", "“A group, answering together”"),
    ],
)
def test_what_is_not_in_a_list_is_mended_in_the_words_of_the_list(field: str, text: str, fix: str, tool: Tool) -> None:
    _, (problem,) = _decoded(tool, **{f"record_{field}": text})

    assert fix in problem.fix


@pytest.mark.parametrize(
    "text",
    ["2026-04-03", "2026-04-03 00:00:00", "03/04/2026", "3.4.2026", "03/04/26", "03-Apr", "Apr-26", "3 April 2026"],
)
def test_a_date_is_not_counted_as_a_reference(text: str, tool: Tool) -> None:
    response, problems = _decoded(tool, record_reference=text, rating_1_1="L")

    assert ("", "L") == (response.record.reference, response.ratings["1.1"])
    assert [("record_reference", (text,))] == [(value.name, value.given) for value in response.uncounted]
    assert f"reference: “{text}” is a date, which a spreadsheet program may have made of it" in problems[0].what


@pytest.mark.parametrize(
    "text", ["3-4", "12-03-04", "2026-17", "April", "Team 3/4", "17", "A-2026-04", "1.2.26", "May-b"]
)
def test_what_only_has_numbers_like_a_date_is_a_reference(text: str, tool: Tool) -> None:
    response, problems = _decoded(tool, record_reference=text, rating_1_1="L")

    assert (text, []) == (response.record.reference, problems)


@pytest.mark.parametrize(
    "text",
    [
        *("22/11/2026", "22.11.2026", "22-11-26", "22/11/26", "2026-11-22", "2026/11/22", "2026-11-22 09:30:00"),
        *("22 November 2026", "22nd Nov. 2026", "22-Nov-26", "Sunday 22 November 2026", "November 22, 2026"),
        *("22 of November 2026", "22 Tachwedd 2026", "2026-11-22T09:30", "\u200e22/11/2026", "22 / 11 / 2026"),
    ],
)
def test_a_day_is_read_in_every_way_that_it_is_written(text: str) -> None:
    assert date(2026, 11, 22) == day_of(text)


@pytest.mark.parametrize(
    "text", ["", "11/22/2026", "31/2/2026", "spring", "2026", "November 2026", "1.1", "22/11-2026"]
)
def test_what_is_not_a_day_is_not_read_as_one(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (("L", "E"), "“L” and “E”"),
        (("L", ""), "“L” and no answer"),
        (("Off", "L"), "“L” and no answer"),
        (("-", "limited"), "“limited” and no answer"),
    ],
)
def test_two_answers_of_which_one_may_be_none_are_not_one(given: Given, shown: str, tool: Tool) -> None:
    response, problems = _decoded(tool, rating_1_1=given)

    assert response.ratings["1.1"] is None
    assert [f"1.1: more than one answer is given ({shown}), so neither was counted"] == [one.what for one in problems]


@pytest.mark.parametrize("given", [("L", "L"), ("L", "limited"), ("L", "L\u200b")])
def test_two_answers_that_mean_the_same_are_one(given: Given, tool: Tool) -> None:
    response, problems = _decoded(tool, rating_1_1=given)

    assert ("L", []) == (response.ratings["1.1"], problems)


def test_numbers_roles_and_modes_are_read_without_marks_that_nobody_sees(tool: Tool) -> None:
    response, problems = _decoded(
        tool, record_mode="\u200bGroup", record_group_size="6\u200e", record_role="Ｍanager", rating_1_1="L"
    )

    assert ("group", 6, "manager", []) == (*_who(response), problems)


def _who(response: Response) -> tuple[str, int, str]:
    return response.record.mode, response.record.group_size, response.record.role
