"""What may be shown: withheld roles can't be worked out from anything that the results hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import LocalVersion, RoleGroup, Tool, fill
from pmdiag_build.problems import Fault, Location, Problem
from pmdiag_build.resources import CONTENT
from pmdiag_build.results.disclosure import Rules, release
from pmdiag_build.results.read_earlier_round import earlier_round
from pmdiag_build.results.roles import by_role
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.tabulation import Counts, Talk, tabulate
from pmdiag_build.results.views.questions import summary_counts
from pmdiag_build.returns.response import Mode, Response
from tests.results.reading import book, kept_book, page_tags, page_text, responses_csv, responses_json, rows
from tests.results.rounds import outputs, random_round, response, source

LEVELS = ("Limited", "Developing", "Effective")
SIZES = {"manager": 12, "practitioner": 9, "senior-officer": 6, "elected-member": 3, "": 7}


def shown(min_group: int = 5, **parts: str) -> tuple[set[str], str]:
    """The roles with rows on a question, and what the others together answered; `parts`: role → "LLD-E"."""
    found = by_role({role: counts_of(said) for role, said in parts.items()}, min_group)
    assert found is not None
    rest = "".join(level * n for level, n in zip("LDE", found.rest.chosen, strict=True)) if found.rest else ""
    return set(found.shown), rest


def counts_of(said: str) -> Counts:
    return Counts((said.count("L"), said.count("D"), said.count("E")), said.count("-"))


def test_roles_of_which_enough_answered_have_rows() -> None:
    assert ({"a", "b"}, "") == shown(a="LLDDE", b="DDDEEE")


def test_a_small_role_takes_the_smallest_with_which_they_are_enough_with_it() -> None:
    assert ({"a"}, "LDDDDEE") == shown(a="LLLDDDEEE", b="DDDEE", c="LD")
    assert ({"a", "b"}, "LLDDEE") == shown(a="LLLDDDEEE", b="DDDEEE", c="LDE", d="LDE")


def test_who_left_a_question_out_does_not_count() -> None:
    assert (set(), "") == shown(a="LLDD-", b="DDDEE")
    assert ({"b"}, "") == shown(a="-----", b="DDDEE")


@pytest.mark.parametrize("said", ["DDDDDD", "DDDDD-", "DDDDDE", "DDDDDE---"])
def test_a_role_of_one_mind_has_no_row_whoever_left_it_out(said: str) -> None:
    roles, rest = shown(a=said, b="LLDDE", c="LLLDDEEE")

    assert {"c"} == roles
    assert len(rest) == 5 + len(said.rstrip("-"))


def test_the_others_are_more_than_enough_and_not_of_one_mind() -> None:
    assert (set(), "") == shown(a="LLDDE", b="LDD", c="DL")
    assert ({"a"}, "LLDDDDDDD") == shown(a="LLLDDDEEE", b="LLDDD", c="DD", d="DD")
    assert ({"a", "b"}, "LLDDDDD") == shown(a="LLLDDDEEE", b="LLDDDD", c="DDDL", d="DDL")


def test_one_who_is_alone_in_a_role_sees_no_row_of_one_mind() -> None:
    """Five of one mind but one, and one alone: that one would see the five."""
    assert ({"a"}, "LLLDDDDDDD") == shown(a="LLLDDDEEEE", b="LDDDDD", c="L", d="LDD")
    assert ({"d"}, "LLDDDDDEE") == shown(d="LLLDDDEEEE", b="LDDDD", c="L", a="DEE")


TOP = (RoleGroup("Top", ("a", "b")),)


def test_a_declared_group_has_one_row_where_one_of_its_roles_could_have_none() -> None:
    assert {"Top", "c"} == rows_with(TOP, a="LLDDEE", b="LDE", c="LLLDDDEEE")
    assert {"a", "b", "c"} == rows_with(TOP, a="LLDDEE", b="LLDDE", c="LLLDDDEEE")
    assert {"a", "c"} == rows_with(TOP, a="LLDDEE", b="--", c="LLLDDDEEE")


def test_a_group_follows_the_rule_of_a_role() -> None:
    """It is enough, not of one mind, and nobody alone in a role sees the other role of it."""
    assert {"c"} == rows_with(TOP, a="LL", b="DD", c="LLLDDDEEE", d="LLD")
    assert {"c"} == rows_with(TOP, a="LLLL", b="LLLD", c="LLLDDDEEE", d="DED")
    assert {"c"} == rows_with(TOP, a="LLDDEE", b="D", c="LLLDDDEEE", d="LE")


def test_a_group_joins_the_others_where_they_are_too_few() -> None:
    assert {"c"} == rows_with(TOP, a="LLD", b="DDE", c="LLLDDDEEE", d="D")


def rows_with(groups: Sequence[RoleGroup], **parts: str) -> set[str]:
    found = by_role({role: counts_of(said) for role, said in parts.items()}, 5, groups=groups)
    assert found is not None
    return set(found.shown)


@pytest.mark.slow
def test_results_name_a_declared_group_in_place_of_its_roles(tool: Tool) -> None:
    name = "Members and directors"
    ours = LocalVersion("us", "Us", "2013", role_groups=(RoleGroup(name, ("elected-member", "director")),))
    files = outputs(
        replace(tool, local=ours),
        of_many_minds(tool, {"elected-member": 4, "director": 6, "manager": 9, "partner": 8}),
    )
    by_role = [row["Role"] for row in rows(book(files)["By role"]) if row["Id"] == "3.3"]

    assert [name, "Team or service manager", "Partner organisation"] == by_role
    assert name in page_text(files)
    assert "Elected member" not in page_text(files)


def test_where_all_say_the_same_rows_say_no_more() -> None:
    assert ({"a", "b"}, "") == shown(a="DDDDD", b="DDDDDD")


def test_a_minimum_of_one_withholds_nothing() -> None:
    assert ({"a", "b"}, "") == shown(1, a="D", b="LE")


def of_areas(tool: Tool, **answers: str) -> list[Response]:
    """A round in which each answered 1.1; `answers`: area, `_`, role → "LLD"."""
    return [
        replace(one, record=replace(one.record, area=area.strip("_")))
        for place, said in answers.items()
        for area, role in [place.rsplit("_", 1)]
        for level in said
        for one in [response(tool, {"1.1": level}, role=role)]
    ]


def by_area(tool: Tool, responses: Sequence[Response], earlier: Sequence[Earlier] = ()) -> dict[str, int]:
    """Area → base of 1.1, as the results show it."""
    made = release(tabulate(responses, tool), responses, tool, Rules(), earlier)
    question = made.areas.get(("rating", "1.1"))
    found = {area: counts.base for area, counts in question.shown.items()} if question else {}
    return found | ({"rest": question.rest.base} if question and question.rest else {})


def test_areas_are_shown_by_the_rule_of_roles(tool: Tool) -> None:
    few = {"South_manager": "LD", "_manager": "LDDE"}

    assert {"North": 6, "East": 6} == by_area(tool, of_areas(tool, North_manager="LLDDEE", East_manager="LLDDEE"))
    assert {"North": 6, "rest": 6} == by_area(tool, of_areas(tool, North_manager="LLDDEE", **few))
    assert {} == by_area(tool, of_areas(tool, North_manager="LLDDEE", South_manager="LLLD"))
    assert {} == by_area(tool, of_areas(tool, North_manager="LLDDEELLDDEE"))


def test_an_area_is_the_same_in_other_capitals_and_spaces(tool: Tool) -> None:
    responses = of_areas(tool, North_manager="LLDDEE", East_manager="LLDDEE", NORTH_manager="LD")
    responses[0] = replace(responses[0], record=replace(responses[0].record, area=" north "))

    assert {"North": 8, "East": 6} == by_area(tool, responses)


def test_rows_by_role_and_by_area_together_point_at_nobody(tool: Tool) -> None:
    """One of six managers and seven practitioners chose E, and one of the north did: the only manager there."""
    mixed = {"North_manager": "LDDEE", "East_manager": "LLDDE", "North_partner": "LLDDE", "East_partner": "LDDEE"}
    alone = {"North_manager": "E", "East_manager": "LLDDL", "North_partner": "LLDDD", "East_partner": "LLD"}

    assert {"North": 10, "East": 10} == by_area(tool, of_areas(tool, **mixed))
    assert {} == by_area(tool, of_areas(tool, **alone))


@pytest.mark.slow
def test_areas_are_in_the_workbook_and_never_beside_earlier_results_of_the_same_answers(tool: Tool) -> None:
    places = {"North_manager": "LDDEE", "East_manager": "LLDDE", "North_partner": "LLDDE", "East_partner": "LDDEE"}
    responses = of_areas(tool, **places)
    files = outputs(tool, responses)
    shown = [(row["Area"], row["Base"]) for row in rows(book(files)["By area"]) if row["Id"] == "1.1"]
    again = earlier_round(files["keep/responses.csv"], "responses.csv", tool)

    assert [("East", 10), ("North", 10)] == shown
    assert {"north": "north", "east": "east"} == again.area_rows["rating", "1.1"]
    assert {} == by_area(tool, responses, [again])
    assert "By area" not in book(outputs(tool, random_round(tool, 1, {"manager": 9}))).sheetnames


def half_in_an_older_edition(responses: Sequence[Response]) -> list[Response]:
    """The round, half of each role with a pack of an older edition in which 3.4 and feature 2 meant something else."""
    seen: Counter[str] = Counter()
    found = []
    for one in responses:
        seen[one.record.role] += 1
        if seen[one.record.role] % 2:
            found.append(one)
            continue
        apart = {"rating_3_4": one.ratings["3.4"], "overall_2": one.overall["2"]}
        found.append(
            replace(
                one,
                pack_id="self-assessment@2012@0123abcd",
                ratings={id: level for id, level in one.ratings.items() if id != "3.4"},
                overall={id: level for id, level in one.overall.items() if id != "2"},
                apart={name: level for name, level in apart.items() if level},
            )
        )
    return found


def in_another_edition(responses: Sequence[Response], numbers: Collection[int]) -> list[Response]:
    """The round, those of these numbers with an older edition in which 3.4 and feature 2 meant something else."""
    older = half_in_an_older_edition([one for one in responses for _ in (0, 1)])[1::2]
    return [older[n] if n in numbers else one for n, one in enumerate(responses)]


def of_many_minds(tool: Tool, sizes: dict[str, int]) -> list[Response]:
    """A round, role after role, in which neighbours never agree."""
    roles = [role for role, n in sizes.items() for _ in range(n)]
    views = ["LDE"[n % 3] for n in range(len(roles))]
    ids = [s.id for s in tool.framework.statements], [f.id for f in tool.framework.features]
    return [
        response(tool, dict.fromkeys(ids[0], view), dict.fromkeys(ids[1], view), role=role)
        for role, view in zip(roles, views, strict=True)
    ]


@pytest.mark.slow
def test_a_role_of_which_few_were_asked_a_question_has_no_row_for_it(tool: Tool) -> None:
    """One manager of six is asked 3.4, and nobody else but the directors and the two practitioners."""
    sizes = {"manager": 6, "director": 6, "practitioner": 2, "partner": 4}
    responses = of_many_minds(tool, sizes)
    files = outputs(tool, in_another_edition(responses, {0, 1, 2, 3, 4, 14, 15, 16, 17}))
    shown = [(row["Id"], row["Role"]) for row in rows(book(files)["By role"])]
    text = page_text(files)

    others = "The other roles together: Practitioner; Partner organisation"
    assert {"Team or service manager", "Director or assistant director", others} == {
        role for id, role in shown if id == "3.3"
    }
    assert [] == [role for id, role in shown if id in ("3.4", "2")]
    assert "If fewer than 5 of a role answered a question" in str(book(files)["By role"]["A2"].value)
    assert "Not shown by role: it would say what a few people answered." in text
    assert "3.4 by role" not in text


@pytest.mark.slow
def test_a_role_of_which_enough_were_asked_keeps_its_row_beside_a_larger_rest(tool: Tool) -> None:
    sizes = {"manager": 8, "director": 6, "practitioner": 7, "elected-member": 2}
    responses = of_many_minds(tool, sizes)
    files = outputs(tool, in_another_edition(responses, range(14, 17)))
    by_role = [row for row in rows(book(files)["By role"]) if row["Id"] == "3.4"]

    assert {
        "Team or service manager": 8,
        "Director or assistant director": 6,
        "The other roles together: Elected member; Practitioner": 4 + 2,
    } == {row["Role"]: row["Base"] + row["Not answered"] for row in by_role}


def test_few_answers_to_another_edition_are_not_shown(tool: Tool) -> None:
    few = outputs(tool, in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), {0, 19}))
    enough = outputs(tool, in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), range(15, 20)))
    said = "Edition 2012: fewer than 5 answered another wording of 3.4 and 2, so this is not shown."

    assert said in page_text(few)
    for row in rows(book(few)["Counted apart"]):
        assert [None] * 5 == [row[head] for head in (*LEVELS, "Not answered", "Base")]
        assert "Too few answered this to show what they said." == row["Note"]
    assert said not in page_text(enough)
    assert [5, 5] == [row["Base"] for row in rows(book(enough)["Counted apart"])]


def test_a_question_of_another_edition_that_few_answered_hides_no_other_one(tool: Tool) -> None:
    responses = in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), range(12, 20))
    left = [replace(one, apart={**one.apart, "rating_3_4": ""}) if n >= 15 else one for n, one in enumerate(responses)]
    files = outputs(tool, left)

    assert "Edition 2012: fewer than 5 answered another wording of 3.4, so this is not shown." in page_text(files)
    assert {"3.4": None, "2": 8} == {row["No."]: row["Base"] for row in rows(book(files)["Counted apart"])}
    assert "Answers to edition 2012" in page_text(files)


def test_no_prompt_is_made_from_ratings_that_are_not_shown(tool: Tool) -> None:
    """12 say Effective of the feature, 3 of them of 1.1 too: the other 9 would say what those 3 answered."""
    levels = ("L", "D")
    responses = [
        response(tool, {"1.2": levels[n % 2]} | ({"1.1": "E"} if n < 3 else {}), overall={"1": "E"}) for n in range(12)
    ]
    released = source(tool, responses).release

    assert released.counted.whole.ratings["1.1"].kept_back
    assert Talk(0, 0) == released.counted.talk["1"]


def test_answers_of_few_to_a_question_that_the_others_were_not_asked_are_not_shown(tool: Tool) -> None:
    """Nor in what the summary of the review prints, nor where views differ."""
    responses = in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), range(3, 20))
    files = outputs(tool, responses)
    text = page_text(files)
    workbook = book(files)

    assert text.count("Too few answered this to show what they said.") >= 3
    assert "Not shown, because too few answered: 3.4." in text
    assert "Too few answered this to show what they said." == summary_counts(source(tool, responses))["2"]
    for sheet, head, id in (
        ("Statements", "No.", "3.4"),
        ("Overall views", "Feature", "2"),
        ("Differences", "No.", "3.4"),
    ):
        row = next(row for row in rows(workbook[sheet]) if row[head] == id)
        assert ([None] * 5, "too few") == ([row[h] for h in (*LEVELS, "Not answered", "Base")], row["Pattern"])


@pytest.mark.slow
@pytest.mark.parametrize("older", [{2, 9, 11}, set(range(20)) - {2, 9, 11}], ids=["the few", "all but the few"])
def test_rounds_that_differ_in_the_answers_of_few_give_the_same_report(tool: Tool, older: set[int]) -> None:
    """So nothing shown adds up to them: neither what is counted apart nor what the others were not asked."""
    seen = set()
    for views in ("LDE", "EEE", "DLL"):
        responses = of_many_minds(tool, {"manager": 12, "director": 8})
        for n, view in zip((2, 9, 11), views, strict=True):
            one = responses[n]
            responses[n] = replace(one, ratings={**one.ratings, "3.4": view}, overall={**one.overall, "2": view})
        files = outputs(tool, in_another_edition(responses, older))
        shown = [rows(sheet) for sheet in book(files) if sheet.title not in ("Overview", "Responses")]
        seen.add((re.sub("To talk about: [^.]*[.]", "", page_text(files)), str(shown)))

    assert len(seen) == 1


@pytest.fixture(scope="module")
def files(tool: Tool) -> dict[str, bytes]:
    return outputs(tool, random_round(tool, 11, SIZES))


def test_a_small_role_is_in_no_row_that_is_given_out_and_in_every_record(files: dict[str, bytes]) -> None:
    small, kept = "Elected member", rows(kept_book(files)["Responses"])

    assert small not in {r["Role"] for r in rows(book(files)["By role"])}
    assert small in {r["Role"] for r in kept}
    assert set(SIZES) == {r["role"] for r in responses_csv(files) if r["kind"] == "rating"}
    assert set(SIZES) == {r["record"]["role"] for r in responses_json(files)}


def test_it_is_said_what_is_withheld(tool: Tool, files: dict[str, bytes]) -> None:
    two = outputs(tool, random_round(tool, 11, SIZES | {"partner": 2}))

    assert "If fewer than 5 of a role answered a question" in page_text(files)
    assert "Not shown on their own" not in page_text(files)
    assert "Not shown on their own: Elected member; Partner organisation." in page_text(two)


def test_a_question_that_few_answered_is_not_shown(tool: Tool) -> None:
    """However many were asked it; a question that nobody answered says so."""
    asked = [
        response(tool, {"1.1": "LDE"[n % 3], **({"1.2": "L"} if n < 4 else {})}, role="manager") for n in range(12)
    ]
    found = {row["No."]: row for row in rows(book(outputs(tool, asked))["Statements"])}

    assert (12, None, 0) == tuple(found[id]["Base"] for id in ("1.1", "1.2", "1.3"))
    assert "too few" == found["1.2"]["Pattern"]


def test_the_folder_to_share_has_no_reference_and_no_file_name(tool: Tool) -> None:
    responses = [replace(one, place=Location("Jo Bloggs.pdf")) for one in random_round(tool, 3, {"manager": 9})]
    problems = [Problem(Location("Jo Bloggs.pdf"), Fault("“maybe” is not a level", "Correct it"))]
    files = outputs(tool, responses, problems=problems)
    texts = [str(cell.value) for sheet in book(files) for row in sheet.iter_rows() for cell in row]
    shared = files["share/report.html"].decode() + "\n".join(texts)

    assert "Jo Bloggs" not in shared
    assert not [one for one in responses if one.record.reference in shared]
    assert b"Jo Bloggs.pdf" in files["keep/problems.csv"]


def test_the_report_and_the_workbook_show_the_same_roles(files: dict[str, bytes]) -> None:
    text = page_text(files)
    for role in {r["Role"] for r in rows(book(files)["By role"])}:
        assert all(name in text for name in re.split("[:;] ", role))


def test_comments_bear_no_name_and_no_role(tool: Tool) -> None:
    comment = {("doing", "1"): "We talk."}
    one = response(
        tool, {}, {}, comment, role="manager", reference="ALPHA-7", contributors="Jo Bloggs, manager", lead="Ann Other"
    )
    files = outputs(tool, [one, *random_round(tool, 2, {"manager": 9})])

    comments = rows(book(files)["Comments"])
    assert {"Feature", "Feature name", "Question", "How it was given", "Comment", "Part"} == set(comments[0])
    everything = b"".join(files.values())
    assert b"Jo Bloggs" not in everything
    assert b"Ann Other" not in everything
    assert "ALPHA-7" not in page_text(files)
    assert {""} == {r["role"] for r in responses_csv(files) if r["kind"] in ("doing", "improve")}


ALONE: tuple[Mode, int] = ("individual", 1)
INTERVIEW: tuple[Mode, int] = ("interview", 1)


def with_comments(tool: Tool, *modes: tuple[Mode, int]) -> list[Response]:
    """A response for each mode and size, with a comment that names it."""
    return [
        response(tool, {"1.1": "LDE"[n % 3]}, {}, {("doing", "1"): f"{n} {mode} {size}"}, mode=mode, size=size)
        for n, (mode, size) in enumerate(modes)
    ]


def marks(files: dict[str, bytes]) -> dict[str, str | None]:
    """Comment → what the workbook says of the way in which it was given, which is what the report says too."""
    found = {row["Comment"]: row["How it was given"] for row in rows(book(files)["Comments"])}
    marked = [a for tag, a in page_tags(files) if a.get("class") == "mark"]
    assert len(marked) == sum(mark is not None for mark in found.values())
    return found


def test_comments_are_marked_where_that_points_at_nobody(tool: Tool) -> None:
    three: tuple[Mode, int] = ("group", 3)
    six: tuple[Mode, int] = ("group", 6)
    groups = [*[three] * 3, *[six] * 3]
    small = with_comments(tool, *[ALONE] * 6, ("interview", 1), *groups, ("group", 0), ("group", 7))
    large = with_comments(tool, *[ALONE] * 6, *[INTERVIEW] * 5)

    assert {f"{n} group 6": "group of 6" for n in (10, 11, 12)} == {
        text: mark for text, mark in marks(outputs(tool, small)).items() if mark
    }
    assert {f"{n} interview 1" for n in range(6, 11)} == {
        text for text, mark in marks(outputs(tool, large)).items() if mark
    }


def test_a_lone_group_has_no_mark_that_ties_its_comments_together(tool: Tool) -> None:
    lone = with_comments(tool, *[ALONE] * 6, ("group", 8))
    group: tuple[Mode, int] = ("group", 8)
    silent = [replace(one, comments={}) for one in with_comments(tool, group, group)]

    assert {None} == set(marks(outputs(tool, [*lone, *silent])).values())


@pytest.mark.slow
def test_no_mark_is_none_where_few_would_be_without(tool: Tool) -> None:
    """One person answering alone among interviews could be recognised by having no mark."""
    few = with_comments(tool, ("individual", 1), *[INTERVIEW] * 9, ("group", 8))
    nobody = with_comments(tool, *[INTERVIEW] * 9)

    assert {None} == set(marks(outputs(tool, few)).values())
    assert {"interview"} == set(marks(outputs(tool, nobody)).values())


def test_attributed_comments_bear_every_mark(tool: Tool) -> None:
    files = outputs(tool, with_comments(tool, ("individual", 1), ("interview", 1), ("group", 2)), Rules(attribute=True))

    assert ["One person, answering alone", "interview", "group of 2"] == [
        row["How it was given"] for row in rows(book(files)["Comments"])
    ]


def test_comments_say_whose_they_are_when_asked_for(tool: Tool) -> None:
    comment = {("doing", "1"): "We talk."}
    one = response(tool, {}, {}, comment, role="manager", reference="ALPHA-7", contributors="Jo Bloggs")
    files = outputs(tool, [one, *random_round(tool, 2, {"manager": 9})], Rules(attribute=True))

    row = next(r for r in rows(book(files)["Comments"]) if r["Comment"] == "We talk.")
    assert ("ALPHA-7", "Team or service manager", "Jo Bloggs") == (row["Reference"], row["Role"], row["Names"])
    assert "ALPHA-7, Team or service manager, Jo Bloggs" in page_text(files)


def test_attribution_does_not_lift_the_rule_of_roles(tool: Tool) -> None:
    comment = {("doing", "1"): "We talk."}
    one = response(tool, {}, {}, comment, role="partner", reference="ALPHA-7", contributors="Jo Bloggs, partner")
    files = outputs(tool, [one, *random_round(tool, 2, {"manager": 9, "practitioner": 8})], Rules(attribute=True))

    row = next(r for r in rows(book(files)["Comments"]) if r["Comment"] == "We talk.")
    assert ("withheld", None) == (row["Role"], row["Names"])
    assert b"Jo Bloggs" not in files["share/report.html"]
    assert "Jo Bloggs" not in str(rows(book(files)["Comments"]))


def test_the_order_of_comments_says_nothing_of_their_authors(tool: Tool) -> None:
    responses = random_round(tool, 4, {"manager": 20})
    counted = tabulate(responses, tool)
    there = release(counted, responses, tool, Rules()).comments
    back = release(counted, responses[::-1], tool, Rules()).comments

    assert there == back


def test_a_small_round_says_that_people_may_be_recognised(tool: Tool) -> None:
    assert "may be able to tell who said what" in page_text(outputs(tool, random_round(tool, 1, {"manager": 3})))


def test_the_report_the_privacy_page_and_readme_have_the_same_rules(tool: Tool) -> None:
    words = tool.words["report"]
    rules = [words["rules_few"], words["rules_roles"], words["rules_previous"].partition(" Each earlier round")[0]]
    sentences = [f"{one}." for rule in rules for one in fill(rule, n="five").rstrip(".").split(". ")]
    text = page_text(outputs(tool, of_many_minds(tool, {"manager": 9})))

    assert len(sentences) >= 15
    for place in (Path(__file__).resolve().parents[2] / "README.md", CONTENT / "guide" / "privacy.md"):
        page = " ".join(place.read_text(encoding="utf-8").split())
        assert [] == [one for one in sentences if one not in page]
    for rule in rules[:2]:
        assert fill(rule, n=5) in text
