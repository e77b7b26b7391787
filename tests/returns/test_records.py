"""Response records in JSON: the format, its schema, and what is wrong with them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pmdiag_build.content.field_names import in_a_record
from pmdiag_build.content.fields import FormField, entry_sheet_id, pack_id, question_fingerprints
from pmdiag_build.problems import Problem, together
from pmdiag_build.resources import CONTENT
from pmdiag_build.returns.decode import decode
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.readers import readings
from pmdiag_build.returns.response import as_record
from tests.returns.conftest import Returns
from tests.returns.paper import blank_pack, fields_of, filled
from tests.returns.samples import said_by
from tests.returns.written import as_fdf, as_json, record_of

GOOD = {"record_reference": "A", "rating_1_1": "L", "overall_1": "D", "doing_1": "Well", "more_room": "Much"}
EXAMPLE = """{
  "format": "pmdiag-response", "version": 1,
  "pack_id": "",
  "record": {"reference": "", "role": "senior-officer", "mode": "individual", "group_size": 1,
             "area": "", "date": "2026-11-22", "lead": "", "contributors": ""},
  "ratings": {"1.1": "L", "1.2": null},
  "overall": {"1": "D"},
  "comments": {"1": {"doing": "", "improve": ""}}
}"""


def _schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((CONTENT / "schemas" / "response.schema.json").read_text(encoding="utf-8")))


def _put(returns: Returns, **changes: Any) -> None:
    returns.put("a.json", json.dumps(record_of(GOOD) | changes))


def test_the_example_of_the_interface_is_read_and_fits_the_schema(returns: Returns) -> None:
    returns.put("a.json", EXAMPLE)

    found = returns.read()

    assert found.problems == ()
    assert ["senior-officer"] == [response.record.role for response in found.responses]
    assert _schema().is_valid(json.loads(EXAMPLE))


def test_what_is_written_out_fits_the_schema_and_reads_back(returns: Returns) -> None:
    _put(returns)
    (response,) = returns.read().responses
    record = as_record(response)

    _schema().validate(record)
    returns.put("a.json", json.dumps([record]))

    assert GOOD == said_by(response) == said_by(returns.read().responses[0])


def test_the_schema_is_a_good_one_and_refuses_a_number_for_a_level() -> None:
    Draft202012Validator.check_schema(_schema().schema)

    assert not _schema().is_valid(record_of({"rating_1_1": "3"}))
    assert not _schema().is_valid({"format": "pmdiag-response", "version": 2})


def test_a_list_may_hold_good_and_bad_entries(returns: Returns) -> None:
    returns.put("a.json", json.dumps([record_of(GOOD), 5, record_of(GOOD | {"record_reference": "B"})]))

    found = returns.read()

    assert ["a.json: $[0]", "a.json: $[2]"] == [response.source for response in found.responses]
    assert "a.json: $[1]: There is no object here" in str(found.set_aside[0])


def test_an_unknown_value_is_named_by_its_path(returns: Returns) -> None:
    _put(returns, ratings={"1.3": "X"})

    assert 'a.json: $.ratings["1.3"]: 1.3: “X” is not L, D or E, so it was not counted.' in returns.lines()[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"format": "pmdiag-response", "version": 1,', "a.json:1:44: The JSON is broken or incomplete here"),
        ('{"format":\n"pmdiag-response" "version": 1}', "a.json:2:19: The JSON is broken or incomplete here"),
        ("[" * 100_000, "a.json:1:21: It is nested more than 20 deep"),
        ('{"format": "other"}', 'a.json: $.format: This is not a response record: "format" is not "pmdiag-response"'),
        ('{"format": "pmdiag-response", "version": 2}', "a.json: $.version: The version is 2; this program reads"),
        ('{"format": "pmdiag-response"}', "a.json: $.version: The version is missing"),
        (
            '{"format": "pmdiag-response", "version": "1"}',
            "a.json: $.version: The version is a text (“1”). Write 1 without",
        ),
        ("[]", "a.json: The file contains no response record"),
        ('{"format": "pmdiag-response", "version": 1, "ratings": []}', "a.json: $.ratings: There is no object here"),
        (
            '{"format": "pmdiag-response", "version": 1, "ratings": {}, "ratings": {}}',
            "a.json: $.ratings: Two objects have the same key",
        ),
    ],
)
def test_what_is_no_record_is_set_aside_with_its_place(text: str, line: str, returns: Returns) -> None:
    returns.put("a.json", text)

    found = returns.read()

    assert found.accounts.set_aside == 1
    assert line in str(found.problems[0])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("NaN", "“NaN” is not L, D or E"),
        ("-Infinity", "“-Infinity” is not L, D or E"),
        ("1" * 5000, "is not L, D or E"),
        ("1e999", "“1e999” is not L, D or E"),
        ("true", "“true” is not L, D or E"),
        ('["L"]', '“["L"]” is not L, D or E'),
        ("2", "“2” is not L, D or E"),
    ],
)
def test_a_value_of_another_kind_is_kept_as_it_stands(value: str, shown: str, returns: Returns) -> None:
    returns.put("a.json", f'{{"format": "pmdiag-response", "version": 1, "ratings": {{"1.1": {value}, "1.2": "D"}}}}')

    found = returns.read()

    assert [(None, "D")] == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    assert shown in str(found.problems[0])


def test_a_key_that_stands_twice_counts_only_if_both_say_the_same(returns: Returns) -> None:
    ratings = '{"1.1": "L", "1.1": "D", "1.2": "E", "1.2": "E"}'
    returns.put("a.json", f'{{"format": "pmdiag-response", "version": 1, "ratings": {ratings}}}')

    found = returns.read()

    assert [(None, "E")] == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    lines = " ".join(map(str, found.problems))
    assert 2 == len(found.problems)
    assert 'a.json: $.ratings["1.2"]: This key appears twice, with the same value' in lines
    assert "more than one answer is given (“L” and “D”)" in lines


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"rating": {}}, "a.json: $.rating: “rating” is not known here and was not counted. Did you mean “ratings”?"),
        (
            {"ratings": {"9.9": "L"}},
            'a.json: $.ratings["9.9"]: 9.9: this edition of the tool does not ask this question',
        ),
        (
            {"ratings": {"one": "L"}},
            'a.json: $.ratings["one"]: “ratings["one"]” is not known here, so it was not counted (“L”).',
        ),
        (
            {"comments": {"1": {"dong": "x"}}},
            'a.json: $.comments["1"].dong: “comments["1"].dong” is not known here',
        ),
        ({"record": {"rol": "x"}}, "a.json: $.record.rol: “rol” is not known here"),
        ({"more": {"pets": "x"}}, "a.json: $.more.pets: “more.pets” is not known here, so it was not counted (“x”)."),
    ],
)
def test_what_is_not_known_is_listed(changes: dict[str, Any], line: str, returns: Returns) -> None:
    _put(returns, **changes)

    assert any(line in one for one in returns.lines())


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"Ratings": {"1.1": "L"}}, "$.Ratings"),
        ({"ratings": {" 1.1": "L"}}, '$.ratings[" 1.1"]'),
        ({"rating_1_1": "L"}, "$.rating_1_1"),
        ({"answers": ["L"]}, "$.answers"),
    ],
)
def test_a_record_with_answers_under_an_unknown_key_is_not_a_blank_one(
    changes: dict[str, Any], place: str, returns: Returns
) -> None:
    returns.put("a.json", json.dumps(record_of({"record_reference": "A"}) | changes))

    found = returns.read()

    assert (1, 0) == (found.accounts.counted, found.accounts.blank)
    (line,) = map(str, found.problems)
    assert line.startswith(f"a.json: {place}: ")
    assert "so it was not counted" in line


def test_an_empty_unknown_key_leaves_a_record_blank(returns: Returns) -> None:
    returns.put("a.json", json.dumps(record_of({"record_reference": "A"}) | {"notes": "", "pets": {}}))

    assert 1 == returns.read().accounts.blank


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"record": {"lead": {"is": ["A", 2]}}},
            'lead: there is an object instead of a text, so it was not counted (“{"is": ["A", 2]}”)',
        ),
        (
            {"comments": {"1": {"doing": ["x"]}}},
            'a.json: $.comments["1"].doing: doing 1: there is a list instead of a text',
        ),
    ],
)
def test_a_list_or_an_object_is_not_taken_for_a_text(changes: dict[str, Any], line: str, returns: Returns) -> None:
    _put(returns, **changes)

    assert any(line in one for one in returns.lines())


@pytest.mark.parametrize(
    ("reference", "line"),
    [
        ('"reference": ["A"]', "reference: there is a list instead of a text, so it was not counted"),
        (
            '"reference": "A", "reference": "B"',
            "The return has more than one reference (“A” and “B”), so it was not counted.",
        ),
    ],
)
def test_a_reference_that_can_not_be_read_sets_the_record_aside_with_the_true_reason(
    reference: str, line: str, returns: Returns
) -> None:
    ratings = '{"1.1": "X"}'
    returns.put(
        "a.json", f'{{"format": "pmdiag-response", "version": 1, "record": {{{reference}}}, "ratings": {ratings}}}'
    )

    found = returns.read()

    assert 1 == found.accounts.set_aside
    assert f"a.json: $.record.reference: {line}" in str(found.set_aside[0])
    assert sum("a list" in str(problem) or "decided" in str(problem) for problem in found.problems) < 2
    assert any('$.ratings["1.1"]: 1.1: “X” is not L, D or E' in str(problem) for problem in found.problems)


def test_a_byte_order_mark_and_a_line_end_in_a_text_do_no_harm(returns: Returns) -> None:
    text = json.dumps(record_of({"doing_1": "one two"})).replace("one two", "one\ntwo")
    returns.put("a.json", b"\xef\xbb\xbf" + text.encode())

    assert [{"doing_1": "one\ntwo"}] == [said_by(response) for response in returns.read().responses]


def test_zeros_in_a_record_set_it_aside(returns: Returns) -> None:
    returns.put("a.json", json.dumps(record_of(GOOD)).encode().replace(b"Well", bytes(4)))

    assert "Part of it is filled with zeros" in returns.lines()[0]


def test_unknown_keys_are_listed_in_the_order_of_the_file(returns: Returns) -> None:
    keys = ["pets", "zebra", "alpha", "beta", "omega", "gamma", "delta"]
    _put(returns, **dict.fromkeys(keys, "x"))

    assert [f"a.json: $.{key}" for key in keys] == [line.split(": “")[0] for line in returns.lines()]


@pytest.mark.parametrize("end", ["", "\\"])
def test_a_record_cut_inside_a_text_of_many_quotation_marks_is_named(end: str, returns: Returns) -> None:
    """Hangs if the text is searched to its end again at each of a million quotation marks."""
    text = json.dumps(record_of({"doing_1": 'say "hi" ' * 500_000}))
    returns.put("a.json", text[: text.rindex("hi")] + end)

    assert "The JSON is broken or incomplete here" in returns.lines()[0]


def test_two_keys_that_name_one_question_are_not_taken_for_one_answer(returns: Returns) -> None:
    _put(returns, ratings={"1.1": "L", "1_1": "D", "1.2": "E"}, more={"rating_1_2": "E"})

    found = returns.read()

    assert [(None, "E")] == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    assert 'a.json: $.ratings["1.1"]: 1.1: more than one answer is given (“L” and “D”), so neither was counted.' in str(
        found.problems[0]
    )


def test_a_long_run_of_one_sign_is_named_since_answers_may_have_been_behind_it(returns: Returns) -> None:
    returns.put("a.json", as_json({"record_reference": "A", "doing_1": f"We do{' ' * 300}well"}))
    returns.put("b.json", as_json({"record_reference": "B", "doing_1": f"We do{'.' * 100}well"}))

    found = returns.read()

    assert 2 == found.accounts.counted
    what = "doing 1: “ ” appears 300 times in a row, so the file may be damaged here."
    assert [f'a.json: $.comments["1"].doing: {what} Compare it with what was sent.'] == [
        str(problem) for problem in found.problems
    ]


def test_problems_of_one_kind_in_a_list_say_in_which_records_they_are(returns: Returns) -> None:
    people = [record_of({"record_reference": str(number), "rating_1_1": "X"}) for number in range(3)]
    returns.put("a.json", json.dumps(people))

    (line,) = map(str, together(returns.read().problems))

    assert "a.json: 3 cells say “X”, which is not L, D or E: 1.1 in answer 1, 1.1 in answer 2, 1.1 in answer 3." in line


@pytest.mark.parametrize("value", ["null", '""', '"Off"', '"-"'])
def test_a_key_that_has_an_answer_and_none_is_not_counted(value: str, returns: Returns) -> None:
    for name, pair in (("a.json", f'"1.1": "L", "1.1": {value}'), ("b.json", f'"1.1": {value}, "1.1": "D"')):
        ratings = f'{{{pair}, "1.2": "E"}}'
        returns.put(name, f'{{"format": "pmdiag-response", "version": 1, "ratings": {ratings}}}')

    found = returns.read()

    assert [(None, "E")] * 2 == [(one.ratings["1.1"], one.ratings["1.2"]) for one in found.responses]
    assert ["“L” and no answer", "“D” and no answer"] == re.findall("“.” and no answer", " ".join(returns.lines()))


ID = "k7md-4pwx-92hq"


def test_the_id_and_the_time_of_saved_answers_are_read_and_written_out_again(returns: Returns) -> None:
    _put(returns, id=ID, saved="2026-11-22T14:05")
    (response,) = returns.read().responses
    record = as_record(response)

    assert [] == returns.lines()
    assert (ID, "2026-11-22T14:05") == (response.id, response.saved) == (record["id"], record["saved"])
    _schema().validate(record)


@pytest.mark.parametrize("changes", [{}, {"id": "", "saved": ""}, {"id": None, "saved": None}])
def test_records_without_an_id_are_read_as_before(changes: dict[str, Any], returns: Returns) -> None:
    _put(returns, **changes)
    (response,) = returns.read().responses

    assert ("", "", []) == (response.id, response.saved, returns.lines())
    assert not {"id", "saved"} & as_record(response).keys()


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"id": "Zoe Smith"},
            "a.json: $.id: “Zoe Smith” is not an id as the questionnaire writes it, so it was not used",
        ),
        ({"id": 7}, "a.json: $.id: “7” is not an id"),
        ({"id": f"{ID}-2"}, f"a.json: $.id: “{ID}-2” is not an id"),
        ({"saved": "yesterday"}, "a.json: $.saved: “yesterday” is not a day and time"),
    ],
)
def test_an_id_or_a_time_of_another_form_is_named_and_the_answers_count(
    changes: dict[str, Any], line: str, returns: Returns
) -> None:
    _put(returns, **changes)

    assert not _schema().is_valid(record_of(GOOD) | changes)
    assert [("", "")] == [(one.id, one.saved) for one in returns.read().responses]
    assert [True] == [one.startswith(line) for one in returns.lines()]


def test_an_id_in_capitals_is_the_same_id(returns: Returns) -> None:
    returns.put("a.json", json.dumps(record_of({"rating_1_1": "L"}) | {"id": ID}))
    returns.put("b.json", json.dumps(record_of({"rating_1_1": "D"}) | {"id": ID.upper()}))

    assert 2 == returns.read().accounts.in_conflict


def test_an_id_that_is_there_twice_is_none(returns: Returns) -> None:
    returns.put(
        "a.json", as_json({"rating_1_1": "L"}).replace(b"{", f'{{"id": "{ID}", "id": "aaaa-bbbb-cccc", '.encode(), 1)
    )

    assert [("", {"1.1": "L"})] == [
        (one.id, {id: level for id, level in one.ratings.items() if level}) for one in returns.read().responses
    ]
    assert "is not an id" in returns.lines()[0]


def test_an_id_alone_is_no_answer(returns: Returns) -> None:
    returns.put("a.json", json.dumps(record_of({}) | {"id": "none"}))

    assert 1 == returns.read().accounts.blank


def _saved(returns: Returns, pack: str = "self-assessment") -> dict[str, Any]:
    """A record with every key that pmdiag and the questionnaire write."""
    returns.put("a.json", as_json(GOOD, pack_id(returns.tool, returns.tool.pack(pack))))
    (response,) = returns.read().responses
    return as_record(response)


@pytest.mark.parametrize("pack", ["self-assessment", "interview"])
def test_a_saved_record_with_every_key_lacks_nothing(pack: str, returns: Returns) -> None:
    returns.put("a.json", json.dumps(_saved(returns, pack)))

    assert [] == returns.lines()


@pytest.mark.parametrize(
    ("part", "kept", "lacking"),
    [
        ("comments", {"1": {"doing": "Well"}}, "improve 1, doing 2, improve 2, doing 3, improve 3, doing 4"),
        ("comments", {}, "doing 1, improve 1, doing 2"),
        ("record", {"reference": "A"}, "role, mode, group_size, area, date, lead, contributors"),
        ("overall", {"1": "D"}, "overall 2, overall 3, overall 4, overall 5"),
    ],
)
def test_what_a_saved_record_lost_is_named(part: str, kept: dict[str, Any], lacking: str, returns: Returns) -> None:
    returns.put("a.json", json.dumps(_saved(returns) | {part: kept}))

    found = returns.read()

    assert 1 == found.accounts.counted
    (line,) = map(str, found.problems)
    assert line.startswith(f"a.json: Parts of this record are missing ({lacking}")
    assert line.endswith("so they were taken as not answered. Ask for the file again if they were answered.")


def test_a_record_written_by_hand_may_leave_out_what_is_empty(returns: Returns) -> None:
    returns.put("a.json", as_json({"rating_1_1": "L", "rating_1_2": "D"}))

    assert [] == returns.lines()


def test_a_record_of_a_typed_row_lacks_no_question_that_its_sheet_did_not_ask(returns: Returns) -> None:
    """Its column 1.1 has another wording, so that the record that is written out has no such key."""
    sheet = entry_sheet_id(returns.tool)
    record = _saved(returns) | {"pack_id": sheet, "asked": {"ratings": {"1.1": "00000000"}, "overall": {}}}
    del record["ratings"]["1.1"]
    returns.put("a.json", json.dumps(record))

    assert [] == [line for line in returns.lines() if "missing" in line]

    del record["ratings"]["1.2"]
    returns.put("a.json", json.dumps(record))

    assert ["a.json: Parts of this record are missing (1.2), so they were taken as not answered"] == [
        line.split(". ")[0] for line in returns.lines() if "missing" in line
    ]


def _on_screen(returns: Returns) -> dict[str, Any]:
    return _saved(returns) | {"asked": in_a_record(question_fingerprints(returns.tool))}


def test_a_record_that_says_of_each_question_what_was_asked_is_counted(returns: Returns) -> None:
    returns.put("a.json", json.dumps(_on_screen(returns)))

    found = returns.read()

    assert ((), {}) == (found.problems, found.responses[0].apart)


def test_an_answer_to_another_wording_than_that_of_its_pack_is_counted_separately_and_named(returns: Returns) -> None:
    record = _on_screen(returns)
    record["asked"]["ratings"]["1.1"] = record["asked"]["ratings"]["1.2"]
    returns.put("a.json", json.dumps(record))

    found = returns.read()

    assert {"rating_1_1": "L"} == found.responses[0].apart
    assert ["a.json: 1 return answers questions in a wording that edition 2013 does not have (a.json)"] == [
        str(problem).split(". They are counted apart: 1.1. ")[0] for problem in found.problems
    ]


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({"ratings": {"1.1": "2"}}, "1.1"),
        ({"ratings": {"1.1": None, "1.x": "5764b0a4"}}, "1.1, 1.x"),
        ({"overall": {"one": "5764b0a4"}, "rating": {}}, "one, rating"),
    ],
)
def test_what_is_damaged_of_the_wording_that_was_asked_is_named_and_ignored(
    asked: dict[str, Any], given: str, returns: Returns
) -> None:
    returns.put("a.json", json.dumps(_saved(returns) | {"asked": asked}))

    found = returns.read()

    assert "L" == found.responses[0].ratings["1.1"]
    what = f"What it says of the wording that was asked is damaged ({given}), so that part was ignored."
    assert [f"a.json: $.asked: {what} Ask for the file again."] == [str(problem) for problem in found.problems]


def test_a_reference_that_is_a_date_in_a_record_is_written_again(returns: Returns) -> None:
    returns.put("a.json", as_json({"record_reference": "3 April 2026", "rating_1_1": "L"}))

    what = "a.json: $.record.reference: reference: “3 April 2026” is a date, so it was not counted as a reference."
    assert [f"{what} Write the reference that was meant."] == returns.lines()


REVIEW = [("action-plan", "action plan"), ("summary-of-review", "summary of the review")]


@pytest.mark.parametrize(("pack", "title"), REVIEW)
@pytest.mark.parametrize("filled_in", ["everything", "who and when", "nothing"])
def test_a_paper_of_the_review_is_the_same_saved_on_screen_as_filled_in_as_a_pdf(
    returns: Returns, pack: str, title: str, filled_in: str
) -> None:
    fields = fields_of(returns.tool, pack)
    answers = _for_every_field(fields)
    kept = {"everything": "", "who and when": "record_", "nothing": "no field"}[filled_in]
    answers = {name: text for name, text in answers.items() if name.startswith(kept)}
    saved = record_of(answers, fields[-1].value) | {"id": "k7md-4pwx-92hq", "saved": "2026-11-22T14:05"}
    files = {
        "a.json": json.dumps(saved).encode(),
        "b.pdf": filled(blank_pack(fields), answers),
        "c.fdf": as_fdf({**answers, "pack_id": fields[-1].value}),
    }
    written = ("format", "version", "pack_id", "record", *(["more"] if filled_in == "everything" else []))
    returns.put("d.json", json.dumps({key: saved[key] for key in written}))
    for name, content in files.items():
        returns.put(name, content)

    _schema().validate(saved)
    found = returns.read()

    assert not found.responses
    assert not found.blank
    assert len(found.set_aside) == len(found.problems) == 4
    named = f"This is the meeting's own record ({title}{', not filled in' if filled_in == 'nothing' else ''})"
    assert [named] * 4 == [one.what.partition(", not someone")[0] for one in found.set_aside]
    assert "the page that saved it opens it again" in found.set_aside[0].what
    assert [answers] * 3 == [_kept(returns, name, content) for name, content in files.items()]


def _for_every_field(fields: Sequence[FormField]) -> dict[str, str]:
    """An answer for each field of a pack, with line ends and letters that programs stumble over."""
    texts = {field.name: f"Tŷ “{field.name}” \U0001f9ed\n£5 <b>" for field in fields if field.kind == "text"}
    lines = {field.name: f"Łódź {field.name}" for field in fields if field.kind == "line"}
    radios = {field.name: "LDE"[number % 3] for number, field in enumerate(fields) if field.kind == "radio"}
    return texts | lines | radios


def _kept(returns: Returns, name: str, content: bytes) -> dict[str, str]:
    """What a response to the file says; nothing may be wrong with it."""
    ((_, _, reading),) = readings(name, content)
    (raw,) = reading.records
    problems: list[Problem] = []
    response = decode(raw, Questionnaire.of(returns.tool), problems)
    assert not problems
    return said_by(response)


def test_answers_and_odd_values_under_the_name_of_a_paper_of_the_review_are_not_lost(returns: Returns) -> None:
    named = fields_of(returns.tool, "action-plan")[-1].value
    plan = {"plan_share": "All"}
    returns.put("a.json", json.dumps(record_of({**plan, "rating_1_1": "L"}, named)))
    returns.put("b.json", json.dumps(record_of({**plan, "rating_1_1": "high"}, named)))
    returns.put("c.json", json.dumps(record_of(plan, named) | {"mood": "good"}))

    found = returns.read()

    assert [{**plan, "rating_1_1": "L"}, plan] == [said_by(response) for response in found.responses]
    assert ["c.json"] == [str(one.place) for one in found.set_aside]
    assert "$.mood: “mood” is not known here, so it was not counted (“good”)" in " ".join(returns.lines())
