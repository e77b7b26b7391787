"""Rounds side by side: counts and bases of each, and nothing worked out from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.output.manifest import MANIFEST, Manifest, hash_of
from pmdiag_build.problems import UsageWrong
from pmdiag_build.results.disclosure import Rules, release, rows_of
from pmdiag_build.results.read_earlier_round import earlier_round, read_previous
from pmdiag_build.results.request import Request, read_request
from pmdiag_build.results.round_overlap import Earlier
from pmdiag_build.results.run import Results, results_of
from pmdiag_build.results.tabulation import Counts, tabulate
from pmdiag_build.results.writers.records import ShownIn
from pmdiag_build.results.writers.records import responses_csv as responses_csv_of
from pmdiag_build.returns.find_files import File
from pmdiag_build.returns.response import Response
from tests.results.reading import book, page_text, responses_csv, rows
from tests.results.rounds import layouts, outputs, random_round, response, round_of, source

pytestmark = pytest.mark.slow


def earlier_folder(tool: Tool, folder: Path, **sizes: int) -> Path:
    (folder / "responses.csv").write_bytes(outputs(tool, random_round(tool, 70, sizes))["keep/responses.csv"])
    return folder


def test_an_earlier_round_is_counted_as_it_was(tool: Tool, tmp_path: Path) -> None:
    responses = random_round(tool, 70, {"manager": 12, "partner": 3})
    earlier = read_previous(earlier_folder(tool, tmp_path, manager=12, partner=3), tool)
    counted = tabulate(responses, tool)

    assert dict(counted.whole.ratings) == {id: c for (kind, id), c in earlier.counts.items() if kind == "rating"}
    assert dict(counted.whole.overall) == {id: c for (kind, id), c in earlier.counts.items() if kind == "overall"}
    assert (15, sum(m.people for m in counted.modes)) == (earlier.responses, earlier.people)
    assert earlier.reworded == frozenset()


def test_both_rounds_are_side_by_side_with_their_bases(tool: Tool, tmp_path: Path) -> None:
    earlier = read_previous(earlier_folder(tool, tmp_path, manager=12), tool)
    files = outputs(tool, [response(tool, {"1.1": "L"})], earlier=earlier)
    pair = [row for row in rows(book(files)["Rounds"]) if row["Id"] == "1.1"]

    assert [("Earlier round", earlier.counts["rating", "1.1"].base), ("This round", 1)] == [
        (row["Round"], row["Base"]) for row in pair
    ]
    assert "Beside earlier rounds" in page_text(files)


def beside(tool: Tool, folder: Path, then: Sequence[Response], now: Sequence[Response]) -> dict[str, bytes]:
    """The results of a round beside those of an earlier one."""
    (folder / "responses.csv").write_bytes(outputs(tool, then)["keep/responses.csv"])
    return outputs(tool, now, earlier=read_previous(folder, tool))


LEFT_OUT = "Neither round is shown here."
FEWER_ROWS = "Together with the earlier results, some rows by role would show what a few people answered."


def answered(responses: Sequence[Response]) -> set[str]:
    """The questions that any of the responses answered."""
    return {id for one in responses for id, level in {**one.ratings, **one.overall}.items() if level}


def totals(files: dict[str, bytes]) -> set[str]:
    """The questions of which anything is shown."""
    workbook = book(files)
    found = [(row["No."], row["Base"]) for row in rows(workbook["Statements"])]
    found += [(row["Feature"], row["Base"]) for row in rows(workbook["Overall views"])]
    return {id for id, base in found if base is not None}


def without_references(responses: Sequence[Response]) -> list[Response]:
    return [replace(one, record=replace(one.record, reference="")) for one in responses]


@pytest.mark.parametrize("references", [True, False], ids=["with references", "without references"])
@pytest.mark.parametrize(("then", "now"), [(23, 24), (20, 24), (24, 23)], ids=["one late", "four late", "one gone"])
def test_a_round_and_a_few_late_returns_are_not_put_side_by_side(
    tool: Tool, tmp_path: Path, then: int, now: int, references: bool
) -> None:
    responses = random_round(tool, 3, {"manager": 12, "practitioner": 12})
    responses = responses if references else without_references(responses)
    files = beside(tool, tmp_path, responses[:then], responses[:now])
    late = answered(responses[min(then, now) : max(then, now)])

    assert not late & totals(files)
    assert not late & {row["Id"] for row in rows(book(files)["By role"])}
    assert len(late) > 40
    if "Rounds" in book(files).sheetnames:
        assert not late & {
            row["Id"] for row in rows(book(files)["Rounds"]) if row["Base"] is not None and row["Round"] == "This round"
        }


def test_all_that_few_answered_is_left_out_in_one_sentence(tool: Tool, tmp_path: Path) -> None:
    responses = whole(random_round(tool, 3, {"manager": 24}))
    files = beside(tool, tmp_path, responses[:23], responses)

    assert LEFT_OUT in page_text(files)
    assert "Rounds" not in book(files).sheetnames
    assert set() == totals(files)


def whole(responses: Sequence[Response]) -> list[Response]:
    """The same with nothing left out."""
    return [
        replace(
            one,
            ratings={id: level or "D" for id, level in one.ratings.items()},
            overall={id: level or "D" for id, level in one.overall.items()},
        )
        for one in responses
    ]


def test_the_same_round_again_and_one_with_enough_others_are_put_side_by_side(tool: Tool, tmp_path: Path) -> None:
    responses = random_round(tool, 3, {"manager": 18, "practitioner": 12})
    responses.sort(key=lambda one: one.record.role != "practitioner")
    for now in (responses[:15], responses):
        files = beside(tool, tmp_path, responses[:15], now)

        assert LEFT_OUT not in page_text(files)
        assert all(row["Base"] is not None for row in rows(book(files)["Rounds"]))


def test_another_round_whose_returns_are_numbered_alike_is_put_beside_the_earlier_one(
    tool: Tool, tmp_path: Path
) -> None:
    sizes = {"manager": 12, "practitioner": 12}
    files = beside(tool, tmp_path, random_round(tool, 3, sizes), random_round(tool, 4, sizes | {"manager": 13}))

    assert all(row["Base"] is not None for row in rows(book(files)["Rounds"]))
    assert rows(book(files)["By role"])


def test_enough_late_returns_among_whom_one_has_a_role_leave_no_tables_by_role(tool: Tool, tmp_path: Path) -> None:
    """The tables of the two rounds would differ by that one's answers."""
    late = whole(random_round(tool, 4, {"manager": 9, "practitioner": 1}))
    responses = whole(random_round(tool, 3, {"manager": 12, "practitioner": 12}))
    files = beside(tool, tmp_path, responses, [*responses, *without_references(late)])

    assert LEFT_OUT not in page_text(files)
    assert FEWER_ROWS in page_text(files)
    assert [] == rows(book(files)["By role"])


@pytest.mark.parametrize("known_by", ["reference", "id", ""])
def test_returns_corrected_meanwhile_do_not_hide_a_late_one(tool: Tool, tmp_path: Path, known_by: str) -> None:
    responses = whole(random_round(tool, 3, {"manager": 24}))
    if known_by != "reference":
        responses = without_references(responses)
    if known_by == "id":
        responses = [replace(one, id=f"aaaa-bbbb-{n:04}") for n, one in enumerate(responses)]
    fixed = [
        replace(one, ratings={**one.ratings, "3.4": "LDE"["DEL".index(one.ratings["3.4"] or "D")]}) for one in responses
    ]
    files = beside(tool, tmp_path, responses[:23], fixed)

    assert ["3.4"] == [r["Id"] for r in rows(book(files)["Rounds"]) if r["Base"] and r["Round"] == "Earlier round"]


def test_one_corrected_cell_leaves_out_its_question(tool: Tool, tmp_path: Path) -> None:
    responses = random_round(tool, 3, {"manager": 24})
    one = responses[0]
    fixed = replace(one, ratings={**one.ratings, "3.4": "L" if one.ratings["3.4"] != "L" else "E"})
    files = beside(tool, tmp_path, responses, [fixed, *responses[1:]])

    assert {"3.4"} == {row["Id"] for row in rows(book(files)["Rounds"]) if row["Base"] is None}
    assert "3.4" not in totals(files)
    assert "not shown: it would say what a few people answered" in page_text(files)


def test_answers_that_were_not_counted_apart_before_are_not_put_side_by_side(tool: Tool, tmp_path: Path) -> None:
    """The earlier round was tabulated without the local version that one response did not answer."""
    responses = random_round(tool, 3, {"manager": 24})
    one = responses[0]
    apart = replace(one, ratings={id: level for id, level in one.ratings.items() if id != "3.4"})
    files = beside(tool, tmp_path, responses, [apart, *responses[1:]])

    assert {"3.4"} == {row["Id"] for row in rows(book(files)["Rounds"]) if row["Base"] is None}


def of_file(tool: Tool, files: dict[str, bytes]) -> Earlier:
    return earlier_round(files["keep/responses.csv"], "responses.csv", tool)


def test_each_answer_says_which_row_it_is_in(tool: Tool) -> None:
    responses = random_round(tool, 5, {"manager": 12, "practitioner": 8, "": 7, "partner": 2})
    made = release(tabulate(responses, tool), responses, tool, Rules())
    read = of_file(tool, outputs(tool, responses))

    assert rows_of(made) == read.rows
    assert {"manager", "practitioner", ""} == {row for rows in rows_of(made).values() for row in rows.values()}


def test_each_of_several_earlier_results_is_compared(tool: Tool) -> None:
    """The older one shares nobody with this round, the other one all but one."""
    responses = whole(random_round(tool, 3, {"manager": 24}))
    older = of_file(tool, outputs(tool, random_round(tool, 9, {"manager": 12})))
    lately = of_file(tool, outputs(tool, responses[:23]))
    counted = tabulate(responses, tool)

    assert not release(counted, responses, tool, Rules(), [older]).counted.whole.ratings["1.1"].kept_back
    for earlier in ([older, lately], [lately, older]):
        made = release(counted, responses, tool, Rules(), earlier)
        assert made.counted.whole.ratings["1.1"].kept_back
        assert [True, True] == [one.left_out for one in made.earlier]


def test_what_earlier_results_did_not_show_is_not_shown_beside_later_ones(tool: Tool) -> None:
    """Spring and its correction differ by one cell, which the correction keeps back; autumn has other people."""
    spring = whole(random_round(tool, 3, {"manager": 24}))
    fixed = replace(spring[0], ratings={**spring[0].ratings, "3.4": "L" if spring[0].ratings["3.4"] != "L" else "E"})
    corrected = outputs(tool, [fixed, *spring[1:]], earlier=of_file(tool, outputs(tool, spring)))
    autumn = outputs(tool, random_round(tool, 8, {"manager": 20}), earlier=of_file(tool, corrected))
    shown = {row["Id"]: row["Base"] for row in rows(book(autumn)["Rounds"]) if row["Round"] == "Earlier round"}

    assert {"3.4"} == {id for id, base in shown.items() if base is None}


def test_other_wording_is_said_and_new_questions_are_not_asked(tool: Tool, tmp_path: Path) -> None:
    earlier = read_previous(earlier_folder(tool, tmp_path, manager=6), _reworded(tool))

    assert earlier.reworded == frozenset({("rating", "1.1")})
    without = Earlier(3, 3, 0, {("rating", "1.1"): Counts((1, 1, 1), 0)}, frozenset({("rating", "1.1")}))
    text = page_text(outputs(tool, [response(tool, {"1.1": "L"})], earlier=without))
    assert "not the same question" in text
    assert "not asked" in text


def _reworded(tool: Tool) -> Tool:
    first = tool.framework.features[0]
    statement = replace(first.statements[0], text="Something else is asked.")
    features = (replace(first, statements=(statement, *first.statements[1:])), *tool.framework.features[1:])
    return replace(tool, framework=replace(tool.framework, features=features))


def test_a_folder_without_a_round_is_refused(tool: Tool, tmp_path: Path) -> None:
    with pytest.raises(UsageWrong, match=r"responses\.csv: The earlier round can't be read"):
        read_previous(tmp_path, tool)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("reference,role", "name,role", "This is not a file of responses that pmdiag wrote"),
        (",rating,3.10,", ",rating,3.1,", r"responses.csv:\d+: Question 3.1 appears twice for one response"),
        (",L,", ",maybe,", "“maybe” is not a level"),
    ],
    ids=["other file", "saved by a spreadsheet", "edited"],
)
def test_a_file_that_pmdiag_did_not_write_is_refused_with_its_rows(
    tool: Tool, tmp_path: Path, before: str, after: str, message: str
) -> None:
    path = earlier_folder(tool, tmp_path, manager=6) / "responses.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace(before, after), encoding="utf-8-sig", newline="")

    with pytest.raises(UsageWrong, match=message):
        read_previous(tmp_path, tool)


def cut(path: Path, lines: int) -> None:
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))


def test_a_file_of_which_rows_are_missing_is_refused(tool: Tool, tmp_path: Path) -> None:
    path = earlier_folder(tool, tmp_path, manager=6) / "responses.csv"
    whole = path.read_bytes()
    cut(path, 100)

    with pytest.raises(
        UsageWrong, match=r"responses\.csv: Response \d lacks \d+ of the 46 questions: some rows are missing"
    ):
        read_previous(tmp_path, tool)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageWrong, match="The file ends in the middle of a line: the rest is missing"):
        read_previous(tmp_path, tool)
    cut(path, 1)
    with pytest.raises(UsageWrong, match="It contains no responses"):
        read_previous(tmp_path, tool)


def test_a_file_that_is_another_than_was_written_is_refused_wherever_it_was_cut(tool: Tool, tmp_path: Path) -> None:
    """Between two responses too, where nothing else tells that some are missing."""
    path = earlier_folder(tool, tmp_path, manager=6) / "responses.csv"
    files = {"keep/responses.csv": path.read_bytes()}
    manifest = Manifest("pmdiag tabulate", {"responses.csv": hash_of(files["keep/responses.csv"])})
    (tmp_path / MANIFEST).write_bytes(manifest.dump())
    assert 6 == read_previous(tmp_path, tool).responses
    cut(path, 1 + sum(int(row["response"]) < 6 for row in responses_csv(files)))

    with pytest.raises(UsageWrong, match="The file was changed after pmdiag wrote it, or part of it is missing"):
        read_previous(tmp_path, tool)
    (tmp_path / MANIFEST).unlink()
    assert 5 == read_previous(tmp_path, tool).responses


def test_the_folder_of_results_is_named_whether_old_or_new(tool: Tool, tmp_path: Path) -> None:
    files = outputs(tool, random_round(tool, 70, {"manager": 6}))
    (tmp_path / "new" / "keep").mkdir(parents=True)
    (tmp_path / "new" / "keep" / "responses.csv").write_bytes(files["keep/responses.csv"])
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "responses.csv").write_bytes(files["keep/responses.csv"])

    assert read_previous(tmp_path / "new", tool) == read_previous(tmp_path / "old", tool)


def test_questions_of_another_edition_are_not_missed(tool: Tool, tmp_path: Path) -> None:
    responses = random_round(tool, 70, {"manager": 6})
    responses[2:4] = [
        replace(
            one,
            pack_id="self-assessment@2012@0123abcd",
            ratings={id: level for id, level in one.ratings.items() if id != "3.4"},
            apart=apart,
        )
        for one, apart in zip(responses[2:4], ({"rating_3_4": "L"}, {}), strict=True)
    ]
    (tmp_path / "responses.csv").write_bytes(outputs(tool, responses)["keep/responses.csv"])

    assert 4 == read_previous(tmp_path, tool).counts["rating", "3.4"].asked


def test_comments_of_any_length_do_not_matter(tool: Tool, tmp_path: Path) -> None:
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "long " * 60_000})
    (tmp_path / "responses.csv").write_bytes(outputs(tool, [one])["keep/responses.csv"])

    assert read_previous(tmp_path, tool).counts["rating", "1.1"] == Counts((1, 0, 0), 0)


# ---- up to four earlier rounds


def round_in(tool: Tool, seed: int, month: int, n: int = 12) -> list[Response]:
    """A round of its own, dated in a month of 2026, with no question left out."""
    found = whole(random_round(tool, seed, {"manager": n}))
    return [
        replace(one, record=replace(one.record, reference=f"{seed}-{k}", date=f"{k % 9 + 1}/{month}/2026"))
        for k, one in enumerate(found)
    ]


def given(tool: Tool, *rounds: tuple[str, Sequence[Response]]) -> tuple[File, ...]:
    """The responses.csv of rounds with their titles."""
    found = []
    for title, responses in rounds:
        released = source(tool, responses).release
        data = responses_csv_of(released.entries, tool, title, ShownIn(rows_of(released), {}), attribute=False)
        found.append(File(f"{title}.csv", data))
    return tuple(found)


def beside_all(tool: Tool, title: str, now: Sequence[Response], previous: tuple[File, ...]) -> Results:
    request = Request(title=title, previous=previous)
    return results_of(round_of(now), tool, request, read_request(request, tool), layouts, looked_in=())


def test_five_rounds_are_side_by_side_by_their_titles_and_dates(tool: Tool) -> None:
    months = {"Spring": 4, "Winter": 1, "Summer": 7, "": 2}
    previous = given(tool, *((title, round_in(tool, month, month)) for title, month in months.items()))
    files = dict(beside_all(tool, "Autumn", round_in(tool, 10, 10), previous).files)
    found = [row for row in rows(book(files)["Rounds"]) if row["Id"] == "3.4"]
    text = page_text(files)

    assert ["Winter", "Earlier round 2", "Spring", "Summer", "Autumn"] == [row["Round"] for row in found]
    assert [12] * 5 == [row["Base"] for row in found]
    assert [text.index(name, text.index("3.4 ", text.index("Beside earlier rounds"))) for name in months if name]
    assert {"Winter", "Earlier round 2", "Spring", "Summer", "Autumn"} <= {
        str(cell.value) for cell in book(files)["Overview"]["A"]
    }


def test_rounds_without_dates_come_as_they_were_given(tool: Tool) -> None:
    previous = given(tool, ("B", round_in(tool, 1, 9)), ("A", without_dates(round_in(tool, 2, 1))))
    files = dict(beside_all(tool, "", round_in(tool, 3, 10), previous).files)

    assert ["B", "A", "This round"] == [row["Round"] for row in rows(book(files)["Rounds"])[:3]]


def without_dates(responses: Sequence[Response]) -> list[Response]:
    return [replace(one, record=replace(one.record, date="")) for one in responses]


def test_rounds_of_one_title_are_told_apart(tool: Tool) -> None:
    previous = given(tool, ("Yearly", round_in(tool, 1, 1)), ("Yearly", round_in(tool, 2, 2)))
    files = dict(beside_all(tool, "Yearly", round_in(tool, 3, 10), previous).files)

    assert ["Yearly", "Yearly (2)", "Yearly (3)"] == [row["Round"] for row in rows(book(files)["Rounds"])[:3]]


def test_this_round_must_fit_with_each_earlier_one(tool: Tool) -> None:
    """It differs from the older one by one late return, from the newer one by everybody."""
    now = round_in(tool, 10, 10)
    results = beside_all(tool, "", now, given(tool, ("Old", now[:-1]), ("New", round_in(tool, 2, 11))))

    assert not totals(dict(results.files))
    assert any(str(one.place) == "Old.csv, New.csv" and "46 questions" in one.what for one in results.notices)


def test_what_two_earlier_rounds_tell_together_is_not_shown_of_the_older_one(tool: Tool) -> None:
    """The newer one has one more response; each by itself has nothing to do with this round."""
    then = round_in(tool, 4, 4, 13)
    results = beside_all(tool, "", round_in(tool, 10, 10), given(tool, ("Old", then[:-1]), ("New", then)))
    shown = {row["Round"] for row in rows(book(dict(results.files))["Rounds"]) if row["Base"] is not None}

    assert {"New", "This round"} == shown
    assert ["Old.csv"] == [str(one.place) for one in results.notices]
    assert "Beside a newer earlier round, 46 questions would show what fewer than 5" in results.notices[0].what
    assert "not shown: it would say what a few people answered" in page_text(dict(results.files))


def test_each_earlier_round_says_how_its_questions_were_worded(tool: Tool) -> None:
    previous = given(tool, ("Old", round_in(tool, 1, 1)))
    previous += given(_reworded(tool), ("New", round_in(tool, 2, 2)))
    files = dict(beside_all(tool, "", round_in(tool, 3, 10), previous).files)
    notes = {row["Round"]: row["Note"] for row in rows(book(files)["Rounds"]) if row["Id"] == "1.1"}

    assert {"Old": None, "New": "The wording was different: not the same question.", "This round": None} == notes
    assert 1 == page_text(files).count("not the same question")


@pytest.mark.parametrize("n", [2, 5])
def test_too_many_rounds_and_one_that_comes_twice_are_refused(tool: Tool, n: int) -> None:
    request = Request(previous=given(tool, ("Old", round_in(tool, 1, 1))) * n)
    message = "5 earlier rounds are too many" if n == 5 else "This is the same round as “Old.csv”"

    with pytest.raises(UsageWrong, match=message):
        read_request(request, tool)


def test_results_of_another_tool_and_other_folders_are_refused(tool: Tool, tmp_path: Path) -> None:
    features = tuple(
        replace(
            feature,
            title="Another",
            statements=tuple(replace(s, text=f"Another {s.id}") for s in feature.statements),
        )
        for feature in tool.framework.features
    )
    other = replace(tool, framework=replace(tool.framework, features=features), editions=())
    earlier_folder(tool, tmp_path, manager=6)

    with pytest.raises(UsageWrong, match="None of its questions is asked here in the same words"):
        read_previous(tmp_path, other)
    (tmp_path / MANIFEST).write_bytes(Manifest("pmdiag build", {}).dump())
    with pytest.raises(UsageWrong, match="These are not results: `pmdiag build` made this"):
        read_previous(tmp_path, tool)
