"""Who is it, twice? By the id of saved answers, by the reference, and by answers that few others gave."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence

from pmdiag_build.problems import together
from pmdiag_build.returns.duplicates import may_be_one
from tests.returns.conftest import Returns
from tests.returns.paper import Answers
from tests.returns.written import as_csv, full_grid, record_of

Pairs = list[tuple[int, int]]

ID, OTHER_ID = "k7md-4pwx-92hq", "t3cf-9xrw-6ndh"
LONG = {"rating_1_1": "L", "doing_1": "We meet every week and talk about it."}
QUESTIONS = [f"rating_{feature}_{n}" for feature, many in enumerate((9, 7, 12, 5, 8), 1) for n in range(1, many + 1)]


def saved(answers: Answers, id: str = ID, at: str = "2026-11-28T14:05") -> str:
    """A file that the questionnaire saved."""
    return json.dumps(record_of(answers) | {"id": id, "saved": at}, indent=2)


def person(seed: int, levels: str = "LDE", weights: Sequence[int] = (1, 1, 1)) -> dict[str, str]:
    """Somebody with views of their own on every statement."""
    return dict(zip(QUESTIONS, random.Random(seed).choices(levels, weights, k=len(QUESTIONS)), strict=True))


def pairs(given: Sequence[Mapping[str, str | None]], fits: Callable[[int, int], bool] = lambda *_: True) -> Pairs:
    """Those that may be one."""
    return list(may_be_one(len(given), given.__getitem__, fits))


def changed(answers: Mapping[str, str], *names: str) -> dict[str, str]:
    """The same with another level for each of these questions."""
    return {**answers, **{name: {"L": "D", "D": "E", "E": "L"}[answers[name]] for name in names}}


def test_answers_that_were_loaded_and_saved_again_are_one(returns: Returns) -> None:
    returns.put("a.json", saved({"rating_1_1": "L"}))
    returns.put("b.json", saved({"rating_1_1": "L"}, at="2026-11-29T09:12"))

    found = returns.read()

    assert (1, 1) == (found.accounts.counted, found.accounts.duplicate)
    assert returns.lines()[0].startswith("b.json: This is the same return as a.json, and was counted once.")


def test_answers_that_were_changed_and_saved_again_are_a_conflict_with_both_dates(returns: Returns) -> None:
    returns.put("a.json", saved(LONG))
    returns.put("b.json", saved(LONG | {"rating_1_1": "D", "rating_1_2": "E"}, at="2026-11-29T09:12"))

    found = returns.read()

    assert (0, 2) == (found.accounts.counted, found.accounts.in_conflict)
    assert [("", ["a.json", "b.json"])] == [(c.reference, [r.source for r in c.responses]) for c in found.conflicts]
    assert str(found.problems[0]) == (
        "a.json: Answers that were saved on screen were changed and saved again: this is one version (saved on "
        "2026-11-28 at 14:05), and b.json (saved on 2026-11-29 at 09:12) has the same id. They differ in 1.1, 1.2. "
        "None of these was counted. Take the files out that should not count, or delete the line “id” in "
        "one of them if they are from different people."
    )
    assert "and a.json (saved on 2026-11-28 at 14:05) has the same id" in str(found.problems[1])


def test_the_advice_for_two_people_with_one_id_works(returns: Returns) -> None:
    returns.put("a.json", saved(LONG))
    text = saved(LONG | {"rating_1_1": "D"})
    returns.put("b.json", "\n".join(line for line in text.splitlines() if '"id"' not in line))

    assert (2, ()) == (returns.read().accounts.counted, returns.read().problems)


def test_without_a_time_the_date_that_was_given_is_named(returns: Returns) -> None:
    for name, level, date in (("a", "L", "22/11/2026"), ("b", "D", "")):
        returns.put(f"{name}.json", saved({"rating_1_1": level, "record_date": date}, at=""))

    assert "this is one version (dated 22/11/2026), and b.json (without a date) has" in returns.lines()[0]


def test_one_id_under_two_references_is_a_conflict(returns: Returns) -> None:
    returns.put("a.json", saved(LONG | {"record_reference": "A"}))
    returns.put("b.json", saved(LONG | {"record_reference": "B"}))
    returns.put("c.json", saved(LONG))

    found = returns.read()

    assert (0, 3) == (found.accounts.counted, found.accounts.in_conflict)
    assert (
        "b.json (saved on 2026-11-28 at 14:05), c.json (saved on 2026-11-28 at 14:05) have the same id. They differ"
        in (returns.lines()[0])
    )


def test_what_has_one_id_and_one_reference_is_named_once(returns: Returns) -> None:
    for name, level in zip("ab", "LD", strict=True):
        returns.put(f"{name}.json", saved({"rating_1_1": level, "record_reference": "A"}))

    assert ["a.json", "b.json"] == [line.split(":")[0] for line in returns.lines()]
    assert all("saved again" in line for line in returns.lines())


def test_many_versions_of_one_return_are_one_line(returns: Returns) -> None:
    for day in range(1, 6):
        returns.put(f"{day}.json", saved({f"rating_1_{day}": "L"}, at=f"2026-11-0{day}T09:00"))

    (line,) = map(str, together(returns.read().problems))

    assert line.startswith("1.json and 4 other files: The same saved answers came in 5 versions")
    assert "which differ in 1.1, 1.2, 1.3, 1.4, 1.5: 1.json (“saved on 2026-11-01 at 09:00”), 2.json (" in line
    assert line.endswith("or delete the line “id” in those that are from different people.")


def test_a_reference_that_is_used_by_many_is_named_once(returns: Returns) -> None:
    rows = [{"record_reference": "A", "rating_1_1": "L", f"rating_1_{row}": "D"} for row in range(2, 7)]
    returns.put("a.csv", as_csv(full_grid(returns.tool, rows)))

    (line,) = map(str, together(returns.read().problems))

    assert line == (
        "a.csv: The reference “A” is used 5 times, with different answers (1.2, 1.3, 1.4, 1.5, 1.6): row 2, row 3, "
        "row 4, row 5, row 6. None of these was counted. Delete the rows that should not count, or correct the "
        "reference if they are from different people."
    )


def test_conflicts_by_id_and_by_reference_are_one(returns: Returns) -> None:
    returns.put("a.json", saved(LONG))
    returns.put("b.json", saved(LONG | {"record_reference": "B"}))
    returns.put("c.csv", as_csv(full_grid(returns.tool, [{"rating_1_1": "E", "record_reference": "b"}])))

    found = returns.read()
    lines = returns.lines()

    assert (0, 3, 1) == (found.accounts.counted, found.accounts.in_conflict, len(found.conflicts))
    assert ["a.json", "b.json", "b.json", "c.csv"] == [line.split(":")[0] for line in lines]
    assert "The reference “B” is also used in row 2 of c.csv" in lines[2]


def test_a_typed_copy_of_a_version_in_conflict_is_not_counted_beside_it(returns: Returns) -> None:
    returns.put("a.json", saved(LONG))
    returns.put("b.json", saved(LONG | {"rating_1_1": "D"}))
    returns.put("c.csv", as_csv(full_grid(returns.tool, [LONG])))

    found = returns.read()

    assert (0, 2, 1) == (found.accounts.counted, found.accounts.in_conflict, found.accounts.duplicate)


def test_versions_that_only_a_copy_links_are_all_named(returns: Returns) -> None:
    returns.put("a.json", saved(LONG))
    returns.put("b.json", saved(LONG, OTHER_ID))
    returns.put("c.json", saved(LONG | {"rating_1_1": "D"}, OTHER_ID))

    assert ["a.json", "b.json", "c.json"] == [line.split(":")[0] for line in returns.lines()]
    assert 0 == returns.read().accounts.counted


def test_other_ids_with_equal_answers_follow_the_rules_for_those_without(returns: Returns) -> None:
    for name, id, answers in (("a", ID, LONG), ("b", OTHER_ID, LONG), ("c", ID[::-1], {"rating_1_1": "L"})):
        returns.put(f"{name}.json", saved(answers, id))
    returns.put("d.json", saved({"rating_1_1": "L"}, OTHER_ID[::-1]))

    found = returns.read()

    assert (3, 1) == (found.accounts.counted, found.accounts.duplicate)
    assert "d.json: This has the same answers as c.json. Both were counted" in returns.lines()[1]


def test_all_answers_the_same_on_another_day_are_named(returns: Returns) -> None:
    people = [person(seed) for seed in range(6)]
    returns.put("a.csv", as_csv(full_grid(returns.tool, [*people, people[2] | {"record_date": "2 May 2026"}])))

    assert "Row 8 and row 4 agree in all 41 answers, and not both have a reference." in " ".join(returns.lines())


def test_nearly_the_same_answers_without_a_reference_are_named(returns: Returns) -> None:
    people = [person(seed) for seed in range(6)]
    again = changed(people[2], "rating_3_1", "rating_5_8")
    returns.put("a.csv", as_csv(full_grid(returns.tool, [*people, again])))

    found = returns.read()

    assert 7 == found.accounts.counted
    assert " ".join(returns.lines()) == (
        "a.csv:8: Row 8 and row 4 agree in all but 2 of 41 answers, and not both have a reference. Both were counted, "
        "since two people may agree. If it is one person's return, delete one of the two rows."
    )


def test_two_references_tell_two_people_apart_and_one_does_not(returns: Returns) -> None:
    first, again = person(1), changed(person(1), "rating_1_1")
    for references, named in ((("A", "B"), 0), (("A", ""), 1), (("", ""), 1)):
        rows = [{**row, "record_reference": name} for row, name in zip((first, again), references, strict=True)]
        returns.put("a.csv", as_csv(full_grid(returns.tool, [*rows, person(2), person(3)])))

        assert named == len(returns.lines()), references


def test_people_who_agree_are_not_named() -> None:
    """Half of them see everything much alike, and others lean to one end in all that they say."""
    alike = [person(seed, weights=(2, 30, 3)) for seed in range(200)]
    leaning = [person(seed, weights=(1, 3, 20)) for seed in range(200, 300)]

    assert [] == pairs([*alike, *leaning])


def test_one_answer_in_ten_may_differ_and_no_more() -> None:
    for many, found in ((4, [(0, 1)]), (5, [])):
        given = [person(1), changed(person(1), *QUESTIONS[:many]), *(person(seed) for seed in range(2, 20))]

        assert found == pairs(given), many


def test_nobody_is_compared_with_everybody() -> None:
    """A thousand with unlike answers, and three crowds who say the same."""
    crowds = [person(seed) for seed in range(3) for _ in range(700)]
    compared: list[tuple[int, int]] = []

    def fits(earlier: int, later: int) -> bool:
        compared.append((earlier, later))
        return False

    pairs([*(person(seed) for seed in range(3, 1003)), *crowds], fits)

    assert 0 < len(compared) <= len(crowds) * 64


def test_answers_that_are_all_open_are_no_trouble() -> None:
    assert [] == pairs([{}, {"1.1": None}, {"1.1": ""}])
