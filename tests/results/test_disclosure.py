"""What may be shown: withheld roles can't be worked out from anything that the results hold."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.results.disclosure import WITHHELD, Rules, release
from pmdiag_build.results.roles import withheld_roles
from pmdiag_build.results.run import summary_counts
from pmdiag_build.results.tabulation import Counts, tabulate
from pmdiag_build.returns.response import Mode, Response
from tests.results.reading import book, page_tags, page_text, responses_csv, responses_json, rows
from tests.results.rounds import outputs, random_round, response, source

LEVELS = ("Limited", "Developing", "Effective")
SIZES = {"manager": 12, "practitioner": 9, "senior-officer": 6, "elected-member": 3, "": 7}


def withheld(tool: Tool, sizes: dict[str, int], min_group: int = 5, seed: int = 3) -> set[str]:
    return set(withheld_roles(tabulate(random_round(tool, seed, sizes), tool), min_group))


def test_a_small_role_takes_the_next_smallest_with_it(tool: Tool) -> None:
    assert {"elected-member", "senior-officer"} == withheld(tool, SIZES)


def test_nothing_is_withheld_where_all_roles_are_large_enough(tool: Tool) -> None:
    assert set() == withheld(tool, {"manager": 12, "practitioner": 5, "": 6})


def test_small_roles_together_must_reach_the_minimum_too(tool: Tool) -> None:
    sizes = {"manager": 12, "practitioner": 9, "elected-member": 1, "partner": 1, "other": 1}

    assert {"elected-member", "partner", "other", "practitioner"} == withheld(tool, sizes)


def test_two_small_roles_that_reach_the_minimum_need_no_third(tool: Tool) -> None:
    sizes = {"manager": 12, "practitioner": 9, "elected-member": 4, "partner": 4}

    assert {"elected-member", "partner"} == withheld(tool, sizes)


def test_all_roles_are_withheld_where_one_would_be_left_over(tool: Tool) -> None:
    assert {"manager", "elected-member"} == withheld(tool, {"manager": 30, "elected-member": 2})


def test_no_role_given_is_a_role_of_its_own(tool: Tool) -> None:
    assert {"", "practitioner"} == withheld(tool, {"manager": 12, "practitioner": 9, "": 1})


def test_the_rest_may_not_speak_with_one_voice(tool: Tool) -> None:
    """Two small roles that all say Limited would tell what each of them said: another role is withheld with them."""
    sizes = {"manager": 12, "practitioner": 9, "elected-member": 4, "partner": 4}
    responses = [
        replace(one, ratings={**one.ratings, "3.4": "L" if one.record.role in ("elected-member", "partner") else "D"})
        for one in random_round(tool, 3, sizes)
    ]

    assert {"elected-member", "partner", "practitioner"} == withheld_roles(tabulate(responses, tool), 5)


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


def test_the_rest_may_not_speak_with_one_voice_on_what_is_counted_apart(tool: Tool) -> None:
    sizes = {"manager": 12, "practitioner": 9, "elected-member": 4, "partner": 4}
    small = ("elected-member", "partner")
    differing = [
        replace(one, ratings={**one.ratings, "3.4": "LDE"[n % 3]}, overall={**one.overall, "2": "LDE"[n % 3]})
        for n, one in enumerate(random_round(tool, 3, sizes))
    ]
    responses = half_in_an_older_edition(differing)

    assert set(small) == withheld_roles(tabulate(responses, tool), 5)

    agreed = [
        replace(one, apart={**one.apart, "overall_2": "L" if one.record.role in small else "D"}) if one.apart else one
        for one in responses
    ]

    assert {*small, "practitioner"} == withheld_roles(tabulate(agreed, tool), 5)


def test_a_minimum_of_one_withholds_nothing(tool: Tool) -> None:
    assert set() == withheld(tool, SIZES, min_group=1)


def shuffled(responses: Sequence[Response], roles: frozenset[str], seed: int) -> list[Response]:
    """The round with the withheld roles dealt anew among those who have one."""
    dealt = [r.record.role for r in responses if r.record.role in roles]
    random.Random(seed).shuffle(dealt)
    return [replace(r, record=replace(r.record, role=dealt.pop())) if r.record.role in roles else r for r in responses]


def rows_of(responses: Sequence[Response], role: str) -> dict[str, tuple[str, ...]]:
    """For each question the answers of a role, in no order."""
    own = [r for r in responses if r.record.role == role]
    found = {id: tuple(sorted(str(r.ratings[id]) for r in own)) for id in own[0].ratings}
    return found | {f"overall {id}": tuple(sorted(str(r.overall[id]) for r in own)) for id in own[0].overall}


@pytest.mark.slow
@pytest.mark.parametrize("attribute", [False, True], ids=["plain", "attributed"])
@pytest.mark.parametrize("seed", range(2))
def test_rounds_that_differ_in_withheld_roles_give_the_same_bytes(tool: Tool, seed: int, attribute: bool) -> None:
    """Whoever has all outputs can't tell which of the withheld responses is whose: no reckoning can work it out."""
    chance = random.Random(seed)
    sizes = {role: chance.randint(1, 11) for role in ("manager", "practitioner", "elected-member", "partner", "")}
    sizes["director"] = 2
    responses = random_round(tool, seed, sizes)
    roles = withheld_roles(tabulate(responses, tool), 5)
    rules = Rules(5, attribute)
    expected = outputs(tool, responses, rules)
    seen: dict[str, dict[str, set[tuple[str, ...]]]] = {role: {} for role in roles}
    for deal in range(40):
        other = shuffled(responses, roles, deal)
        for role in roles:
            for id, row in rows_of(other, role).items():
                seen[role].setdefault(id, set()).add(row)
        if deal < 2:
            assert expected == outputs(tool, other, rules)

    # And it matters: every question has several rows of answers that fit what is shown.
    assert all(len(fitting) > 1 for by_id in seen.values() for fitting in by_id.values())


def bounds(part: int, rest: int, size: int) -> tuple[int, int]:
    """The fewest and the most of `part` out of `rest` responses that a role with `size` of these can have."""
    return max(0, part - (rest - size)), min(size, part)


def published_rests(files: dict[str, bytes]) -> Iterator[tuple[str, list[int], int]]:
    """(question, L, D, E and not answered of what is left when the shown roles are taken away, roles shown)."""
    workbook = book(files)
    by_role = rows(workbook["By role"])
    levels = ["Limited", "Developing", "Effective", "Not answered"]
    whole = {r["No."]: r for r in rows(workbook["Statements"])}
    whole |= {r["Feature"]: r for r in rows(workbook["Overall views"])}
    for id, total in whole.items():
        shown = [r for r in by_role if r["Id"] == id and r["Role"] != "The other roles together"]
        yield id, [total[level] - sum(r[level] for r in shown) for level in levels], len(shown)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_linear_bounds_leave_every_withheld_row_open(tool: Tool, seed: int) -> None:
    """Even for one who knows how many responses each withheld role has."""
    responses = random_round(tool, seed, SIZES | {"partner": 2 + seed})
    roles = withheld_roles(tabulate(responses, tool), 5)
    files = outputs(tool, responses)
    sizes = {role: sum(r.record.role == role for r in responses) for role in roles}

    for id, rest, shown in published_rests(files):
        assert shown, "the round must show some roles, or there is nothing to subtract"
        assert sum(rest) == sum(sizes.values()) >= 5
        for role, size in sizes.items():
            spans = [bounds(part, sum(rest), size) for part in rest]
            assert any(low < high for low, high in spans), (id, role, rest)


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
    """One manager of six is asked 3.4, and with the two practitioners that would be left over nobody else is."""
    sizes = {"manager": 6, "director": 6, "practitioner": 2, "partner": 4}
    responses = of_many_minds(tool, sizes)
    files = outputs(tool, in_another_edition(responses, {0, 1, 2, 3, 4, 14, 15, 16, 17}))
    shown = [(row["Id"], row["Role"]) for row in rows(book(files)["By role"])]
    text = page_text(files)

    assert {"Team or service manager", "Director or assistant director", "The other roles together"} == {
        role for id, role in shown if id == "3.3"
    }
    assert [] == [role for id, role in shown if id in ("3.4", "2")]
    assert "has no row for a question" in str(book(files)["By role"]["A2"].value)
    assert "Nothing is shown by role here: too few of each role were asked this." in text
    assert "3.4 by role" not in text


@pytest.mark.slow
def test_a_role_of_which_enough_were_asked_keeps_its_row_beside_a_larger_rest(tool: Tool) -> None:
    sizes = {"manager": 8, "director": 6, "practitioner": 7, "elected-member": 2}
    responses = of_many_minds(tool, sizes)
    files = outputs(tool, in_another_edition(responses, range(14, 17)))
    by_role = [row for row in rows(book(files)["By role"]) if row["Id"] == "3.4"]

    assert {"Team or service manager": 8, "The other roles together": 6 + 4 + 2} == {
        row["Role"]: row["Base"] + row["Not answered"] for row in by_role
    }
    assert "A role has no row here if fewer than 5 of its responses were asked" in page_text(files)


@pytest.mark.parametrize("seed", range(40))
def test_linear_bounds_leave_every_row_open_where_editions_differ(tool: Tool, seed: int) -> None:
    """Each question has rows of groups large enough, and what they leave over is nobody's own row."""
    chance = random.Random(seed)
    names = ("manager", "practitioner", "elected-member", "partner", "director", "")
    responses = random_round(tool, seed, {name: chance.randint(1, 14) for name in names})
    share = chance.random()
    older = {n for n, one in enumerate(responses) if chance.random() < share or one.record.role == chance.choice(names)}
    counted = tabulate(in_another_edition(responses, older), tool)
    released = release(counted, responses, tool, Rules())

    for (kind, id), question in released.roles.questions.items():
        parts = {
            role: (tally.ratings if kind == "rating" else tally.overall)[id] for role, tally in counted.by_role.items()
        }
        whole = (counted.whole.ratings if kind == "rating" else counted.whole.overall)[id]
        own = {role for role in question.shown if parts[role].asked}
        assert all(parts[role] == counts and counts.asked >= 5 for role, counts in question.shown.items())
        hidden = {role: counts for role, counts in parts.items() if counts.asked and role not in own}
        if not own or not hidden:
            continue
        rest = [
            total - sum(row) for total, *row in zip(vector(whole), *map(vector, question.shown.values()), strict=True)
        ]
        assert question.rest is not None
        assert rest == vector(question.rest)
        assert len(hidden) > 1
        assert sum(rest) >= 5
        for counts in hidden.values():
            spans = [bounds(part, sum(rest), counts.asked) for part in rest]
            assert any(low < high for low, high in spans) or max(vector(whole)) == whole.asked, (id, rest)


def vector(counts: Counts) -> list[int]:
    return [*counts.chosen, counts.unanswered]


def rest_apart(files: dict[str, bytes]) -> dict[str, list[int]]:
    """Question → L, D, E and not answered of all responses whose role is withheld, from the files of records."""
    older = {r["record"]["reference"] for r in responses_json(files) if "@2012@" in r["pack_id"]}
    kept_back = {r["reference"] for r in responses_csv(files) if r["role"] == WITHHELD} & older
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in responses_csv(files):
        if row["kind"] == "apart" and row["value"] and row["reference"] in kept_back:
            found[row["id"]][row["value"]] += 1
    return {id: [*(n[level] for level in "LDE"), len(kept_back) - n.total()] for id, n in found.items()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_linear_bounds_leave_what_is_counted_apart_open(tool: Tool, seed: int) -> None:
    """Even for one who knows how many responses of each withheld role answered the other edition."""
    responses = half_in_an_older_edition(random_round(tool, seed, SIZES | {"partner": 4}))
    roles = withheld_roles(tabulate(responses, tool), 5)
    files = outputs(tool, responses)
    sizes = [sum(r.record.role == role and "@2012@" in r.pack_id for r in responses) for role in roles]
    rests = rest_apart(files)

    assert {"rating_3_4", "overall_2"} == set(rests)
    for id, rest in rests.items():
        assert sum(rest) == sum(sizes)
        for size in sizes:
            assert any(low < high for low, high in (bounds(part, sum(rest), size) for part in rest)), (id, rest)
    shown = {(row["No."], tuple(row[head] for head in LEVELS)) for row in rows(book(files)["Counted apart"])}
    counted = tabulate(responses, tool).apart
    assert {("3.4", counted[0].counts.chosen), ("2", counted[1].counts.chosen)} == shown


def test_few_answers_to_another_edition_are_not_shown(tool: Tool) -> None:
    few = outputs(tool, in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), {0, 19}))
    enough = outputs(tool, in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), range(15, 20)))
    said = "Edition 2012: 2 people answered another wording of 3.4 and 2. These are too few to show."

    assert said in page_text(few)
    for row in rows(book(few)["Counted apart"]):
        assert [None] * 5 == [row[head] for head in (*LEVELS, "Not answered", "Base")]
        assert "Only 2 people were asked this: too few to show." == row["Note"]
    assert said not in page_text(enough)
    assert [5, 5] == [row["Base"] for row in rows(book(enough)["Counted apart"])]


def test_answers_of_few_to_a_question_that_the_others_were_not_asked_are_not_shown(tool: Tool) -> None:
    """Nor in what the summary of the review prints, nor where views differ."""
    responses = in_another_edition(of_many_minds(tool, {"manager": 12, "director": 8}), range(3, 20))
    files = outputs(tool, responses)
    text = page_text(files)
    workbook = book(files)

    assert text.count("Only 3 people were asked this: too few to show.") >= 3
    assert "Not shown, because too few were asked: 3.4." in text
    assert "Only 3 people were asked this: too few to show." == summary_counts(source(tool, responses))["2"]
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


def test_the_bounds_close_where_a_role_is_withheld_alone() -> None:
    """The attack itself works: it finds a role that somebody forgot to protect."""
    assert [(2, 2), (1, 1)] == [bounds(part, 3, 3) for part in (2, 1)]


@pytest.fixture(scope="module")
def files(tool: Tool) -> dict[str, bytes]:
    return outputs(tool, random_round(tool, 11, SIZES))


def test_a_withheld_role_is_in_no_row_of_any_output(files: dict[str, bytes]) -> None:
    labels = {"Elected member", "Other senior officer or head of service"}
    workbook = book(files)

    assert not labels & {r["Role"] for r in rows(workbook["By role"])}
    assert not labels & {r["Role"] for r in rows(workbook["Responses"])}
    assert {"manager", "practitioner", "", WITHHELD} == {
        r["role"] for r in responses_csv(files) if r["kind"] == "rating"
    }
    assert {"manager", "practitioner", ""} == {r["record"]["role"] for r in responses_json(files)}


def test_it_is_said_what_is_withheld(files: dict[str, bytes]) -> None:
    assert "Not shown on their own: Elected member; Other senior officer or head of service." in page_text(files)


def test_the_report_and_the_workbook_show_the_same_roles(files: dict[str, bytes]) -> None:
    text = page_text(files)
    for role in {r["Role"] for r in rows(book(files)["By role"])}:
        assert role in text


def test_comments_bear_no_name_and_no_role(tool: Tool) -> None:
    comment = {("doing", "1"): "We talk."}
    one = response(
        tool, {}, {}, comment, role="manager", reference="ALPHA-7", contributors="Jo Bloggs, manager", lead="Ann Other"
    )
    files = outputs(tool, [one, *random_round(tool, 2, {"manager": 9})])

    comments = rows(book(files)["Comments"])
    assert {"Feature", "Feature name", "Question", "How it was given", "Comment", "Part"} == set(comments[0])
    everything = files["report.html"] + files["responses.csv"] + files["responses.json"]
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
    small = with_comments(tool, *[ALONE] * 6, ("interview", 1), ("group", 3), ("group", 0), ("group", 6))
    large = with_comments(tool, *[ALONE] * 6, *[INTERVIEW] * 5)

    assert {"9 group 6": "group of 6"} == {text: mark for text, mark in marks(outputs(tool, small)).items() if mark}
    assert {f"{n} interview 1" for n in range(6, 11)} == {
        text for text, mark in marks(outputs(tool, large)).items() if mark
    }


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
    assert all(b"Jo Bloggs" not in content for content in files.values())


def test_the_order_of_comments_says_nothing_of_their_authors(tool: Tool) -> None:
    responses = random_round(tool, 4, {"manager": 20})
    counted = tabulate(responses, tool)
    there = release(counted, responses, tool, Rules()).comments
    back = release(counted, responses[::-1], tool, Rules()).comments

    assert there == back


def test_a_small_round_says_that_people_may_be_recognised(tool: Tool) -> None:
    assert "may be able to tell who said what" in page_text(outputs(tool, random_round(tool, 1, {"manager": 3})))
