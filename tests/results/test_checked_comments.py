"""Comments are read before they are shown: the list to edit, the list that comes back, and what is shown of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import UsageWrong
from pmdiag_build.results.disclosure import Checked, Rules
from pmdiag_build.results.request import Given, Request, read_request
from pmdiag_build.results.run import Results, report_input, tabulate_files
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.returns.find_files import File
from pmdiag_build.returns.response import Response, as_record
from tests.commands import call_pmdiag
from tests.results.reading import book, page_text, rows
from tests.results.rounds import response, round_of

LIST = "keep/comments-to-check.csv"
DOING, IMPROVE = ("doing", "1"), ("improve", "3")
Edit = Callable[[list[dict[str, str]]], None]


def made(tool: Tool, responses: Sequence[Response], comments: bytes | None = None, *, name: str = "c.csv") -> Results:
    returns = [(f"{n}.json", json.dumps(as_record(one)).encode()) for n, one in enumerate(responses)]
    return tabulate_files(returns, tool, Request(comments=File(name, comments) if comments is not None else None))


def round_with(tool: Tool, *texts: str) -> list[Response]:
    """A response for each text, which is its comment on feature 1; there are six at least."""
    comments = [{DOING: text} for text in texts] + [{}] * (6 - len(texts))
    return [
        response(tool, {"1.1": "LDE"[n % 3]}, comments=one, reference=f"R{n}", role="manager")
        for n, one in enumerate(comments)
    ]


def table(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[LIST].decode("utf-8-sig"), newline="")))


def saved(lines: Sequence[Mapping[str, str]], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """The list as a spreadsheet program saves it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(lines[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode(encoding, "replace")


def edited(tool: Tool, responses: Sequence[Response], **by_start: Mapping[str, str]) -> bytes:
    """The list of a round, each comment kept; `by_start`: the first word of a comment → the cells to change in its
    row."""
    lines = [{**line, "what_to_do": "keep"} for line in table(made(tool, responses).files)]
    for line in lines:
        line.update(by_start.get(line["comment"].split()[0].lower(), {}))
    return saved(lines)


def refused(tool: Tool, responses: Sequence[Response], comments: bytes) -> str:
    with pytest.raises(UsageWrong) as error:
        made(tool, responses, comments)
    return "\n".join(map(str, error.value.problems))


def checked(tool: Tool, responses: Sequence[Response], comments: bytes, min_group: int = 5) -> ReportInput:
    given = read_request(Request(comments=File("c.csv", comments)), tool)
    return report_input(round_of(responses), tool, Rules(min_group), given)


def test_the_list_has_every_comment_and_what_to_look_at(tool: Tool) -> None:
    more = response(tool, {"1.1": "L"}, comments={IMPROVE: "Ask Sarah Jones, ext 4421"}, contributors="Zebedee Green")
    lines = table(made(tool, [*round_with(tool, "=SUM(A1)", "Zebedee knows it"), more]).files)

    assert ["'=SUM(A1)", "Zebedee knows it", "Ask Sarah Jones, ext 4421"] == [line["comment"] for line in lines]
    assert ["", "name: Zebedee", "name: Sarah Jones; telephone number: ext 4421"] == [line["look_at"] for line in lines]
    assert "1 Clear purpose" not in lines[0]["feature"]
    assert lines[0]["feature"].startswith("1 ")
    assert tool.framework.prompts["improve"].text == lines[2]["prompt"]
    assert {""} == {line["what_to_do"] for line in lines}


def test_an_id_stays_as_long_as_the_comment_and_says_nothing_of_who_wrote_it(tool: Tool) -> None:
    first = table(made(tool, round_with(tool, "late", "none", "none")).files)
    again = table(made(tool, [*reversed(round_with(tool, "new one", "none", "late", "none"))]).files)
    ids = {line["comment"]: line["id"] for line in first}

    assert [ids["late"]] == [line["id"] for line in again if line["comment"] == "late"]
    assert {line["id"] for line in first} < {line["id"] for line in again}
    assert 4 == len({line["id"] for line in again})
    assert all(line["id"][:14].replace("-", "").isalpha() for line in again)


def test_without_a_list_the_report_says_that_comments_appear_as_they_were_written(tool: Tool) -> None:
    assert "They appear as they were written." in page_text(made(tool, round_with(tool, "late")).files)


def test_a_folder_with_comments_that_nobody_read_is_for_nobody_yet(tool: Tool) -> None:
    responses = round_with(tool, "late")
    as_written, read = (made(tool, responses, comments) for comments in (None, edited(tool, responses)))

    assert (1, 0) == (as_written.as_written, read.as_written)
    assert b"Read the comments before you give this folder to anyone" in as_written.files["share/about.txt"]
    assert b"You may give everything in this folder to anyone" in read.files["share/about.txt"]


def test_comments_are_shown_replaced_and_left_out_as_decided(tool: Tool) -> None:
    responses = round_with(tool, "Ann is late", "Bo is late", "Cy is late")
    comments = edited(
        tool,
        responses,
        bo={"what_to_do": "Replace", "replacement": "A manager is late", "statement": "1.2", "theme": "Time"},
        cy={"what_to_do": "LEAVE-OUT"},
    )
    results = made(tool, responses, comments)
    text = page_text(results.files)
    cells = rows(book(results.files)["Comments"])

    assert () == results.notices
    assert "Ann is late" in text
    assert "A manager is late" in text
    assert "on statement 1.2" in text
    assert "1 comment is shown in other words. 1 comment was left out." in text
    assert ["A manager is late", "Ann is late"] == [row["Comment"] for row in cells]
    assert [("1.2", "Time"), (None, None)] == [(row["Statement"], row["Theme"]) for row in cells]
    for name, content in results.files.items():
        if name.endswith(".html"):
            assert b"Bo is late" not in content
            assert b"Cy is late" not in content
    assert b"Bo is late" in results.files["keep/responses.csv"]
    assert not any("Bo is" in str(cell.value) for sheet in book(results.files) for row in sheet for cell in row)


def test_a_new_list_carries_the_decisions_on(tool: Tool) -> None:
    responses = round_with(tool, "Ann is late", "Bo is late", "Cy is late")
    comments = edited(
        tool,
        responses,
        bo={"what_to_do": "replace", "replacement": "=Someone", "statement": "statement 3.10", "theme": "Time"},
        cy={"what_to_do": "leave out"},
    )
    first = made(tool, responses, comments).files
    second = made(tool, responses, first[LIST]).files

    assert first[LIST] == second[LIST]
    assert first["share/report.html"] == second["share/report.html"]
    assert [
        ("keep", "", "", ""),
        ("replace", "'=Someone", "Time", "statement 3.10"),
        ("leave out", "", "", ""),
    ] == [(line["what_to_do"], line["replacement"], line["theme"], line["statement"]) for line in table(first)]


def test_comments_that_nobody_has_read_are_held_back_until_somebody_has(tool: Tool) -> None:
    before, after = round_with(tool, "Ann is late"), round_with(tool, "Ann is late", "Bo is late")
    comments = edited(tool, before)
    results = made(tool, after, comments)
    again = made(tool, after, results.files[LIST])

    for one in (results, again):
        assert ["Ann is late"] == [row["Comment"] for row in rows(book(one.files)["Comments"])]
        assert "1 comment is not shown, because nobody has read it yet." in page_text(one.files)
        assert (
            "c.csv: 1 comment was not read yet and so not shown. Copy keep/comments-to-check.csv, say in the copy what "
            "to do with what is new, and run this again with it."
        ) == "\n".join(map(str, one.notices))
        assert ["keep", "new"] == [line["what_to_do"] for line in table(one.files)]
    read = saved([{**line, "what_to_do": line["what_to_do"].replace("new", "keep")} for line in table(again.files)])
    assert "Bo is late" in page_text(made(tool, after, read).files)


def test_comments_without_a_decision_are_shown_and_nobody_is_told_that_they_were_read(tool: Tool) -> None:
    responses = round_with(tool, "Ann is late", "Bo is late", "Cy is late")
    nothing = {"what_to_do": " "}
    results = made(tool, responses, edited(tool, responses, ann=nothing, bo=nothing, cy={"what_to_do": "leave out"}))
    again = made(tool, responses, results.files[LIST])

    for one in (results, again):
        assert (
            "c.csv: 2 comments have no decision and are shown as they were written. "
            "Write keep, replace or leave out in each row."
        ) == "\n".join(map(str, one.notices))
        assert ["Ann is late", "Bo is late"] == [row["Comment"] for row in rows(book(one.files)["Comments"])]
        assert ["", "", "leave out"] == [line["what_to_do"] for line in table(one.files)]
        assert b"Read the comments before you give this folder to anyone" in one.files["share/about.txt"]
        text = page_text(one.files)
        assert "2 comments appear as they were written, because nobody has decided on them yet." in text
        assert "1 comment was left out." in text
        assert "A person read" not in text
    everything = edited(tool, responses)
    assert b"You may give everything" in made(tool, responses, everything).files["share/about.txt"]
    assert "A person read each comment" in page_text(made(tool, responses, everything).files)


def test_a_comment_that_no_return_contains_now_is_named(tool: Tool) -> None:
    comments = edited(tool, round_with(tool, "Ann is late", "Bo is late"))
    notices = made(tool, round_with(tool, "Ann is late"), comments).notices

    assert (
        "c.csv:3: No return contains this comment now, so the row was not used. "
        "Check that its return is still among the returns."
    ) == "\n".join(map(str, notices))


def test_decisions_on_comments_that_no_return_contains_now_stay_in_the_list(tool: Tool) -> None:
    all_of_them = round_with(tool, "Ann is late", "=Bo is late", "Cy, is late")
    decided = {"what_to_do": "replace", "replacement": "+1", "theme": "Time", "statement": "statement 3.10"}
    comments = edited(tool, all_of_them, **{"'=bo": decided}, cy={"what_to_do": "leave out"})
    before = made(tool, all_of_them, comments).files
    without = made(tool, round_with(tool, "Ann is late"), comments)
    again = made(tool, round_with(tool, "Ann is late"), without.files[LIST])

    kept, *gone = table(without.files)
    assert ("keep", "name: Ann") == (kept["what_to_do"], kept["look_at"])
    assert [
        {**line, "look_at": "not in any return now"} for line in table(before) if line["comment"] != "Ann is late"
    ] == gone
    assert without.files[LIST] == again.files[LIST]
    assert [2, 2] == [len(one.notices) for one in (without, again)]
    assert before[LIST] == made(tool, all_of_them, again.files[LIST]).files[LIST]
    assert ["Ann is late"] == [row["Comment"] for row in rows(book(again.files)["Comments"])]

    narrow = [{"id": line["id"], "comment": line["comment"], "what_to_do": "leave out"} for line in table(before)]
    (_, *gone) = table(made(tool, round_with(tool, "Ann is late"), saved(narrow)).files)
    assert [("", "", "leave out")] * 2 == [(line["feature"], line["prompt"], line["what_to_do"]) for line in gone]


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), (",", "utf-8")]
)
def test_every_way_in_which_spreadsheet_programs_save_it_is_read(tool: Tool, separator: str, encoding: str) -> None:
    texts = ("Zoë’s team; it, “never” – 5 % off", "+1 for that", "Tŷ Hafan is late", "two\nlines", "1/2", "'tis so")
    responses = round_with(tool, *texts)
    lines = table(made(tool, responses).files)
    for line in lines:
        # What Excel makes of a fraction.
        line["comment"] = "01-Feb" if line["comment"] == "1/2" else line["comment"]
        line["what_to_do"] = "keep"
    results = made(tool, responses, saved(lines, separator, encoding))

    assert () == results.notices
    assert {*texts} == {row["Comment"] for row in rows(book(results.files)["Comments"])}


@pytest.mark.parametrize("times", [3, 400])
def test_a_comment_in_letters_that_windows_lacks_is_known_again_and_told_from_an_edited_one(
    tool: Tool, times: int
) -> None:
    responses = round_with(tool, "Команда опаздывает (v2) на встречи, " * times + "Ўсё")
    (line,) = table(made(tool, responses).files)
    lost = line["comment"].encode("cp1252", "replace").decode("cp1252")
    composed = lost.replace("?", "Y?", 1).replace("??", "?")
    results = [
        made(tool, responses, saved([{**line, "comment": text, "what_to_do": "keep"}])) for text in (lost, composed)
    ]

    assert [(), ()] == [one.notices for one in results]
    for text in (lost.replace("v2", "v3", 1), lost + " And more.", line["comment"][:-3] + "changed"):
        assert "The comment itself was changed" in refused(tool, responses, saved([{**line, "comment": text}]))


def test_columns_may_be_moved_added_and_left_out(tool: Tool) -> None:
    responses = round_with(tool, "Ann is late", "Bo is late")
    lines = [
        {"our notes": "", "What to do": "leave out", "Comment": line["comment"], "ID": line["id"].upper()}
        for line in table(made(tool, responses).files)
    ]

    assert [] == rows(book(made(tool, responses, saved(lines)).files)["Comments"])


def test_everything_that_is_wrong_is_said_at_once(tool: Tool) -> None:
    responses = round_with(tool, "a one", "b two", "c three", "d four", "e five", "f six")
    responses += [
        response(tool, {"1.1": "L"}, comments={IMPROVE: text}) for text in ("g seven", "h eight", "i nine", "j ten")
    ]
    comments = edited(
        tool,
        responses,
        a={"what_to_do": "delete"},
        b={"what_to_do": "replace"},
        c={"comment": "something else"},
        d={"id": "x-1"},
        e={"statement": "9.9"},
        f={"statement": "3.1"},
        g={"what_to_do": "", "replacement": "words"},
        h={"theme": "x" * 61},
        i={"id": ""},
        j={"what_to_do": "keep", "replacement": "words"},
    )
    lines = refused(tool, responses, comments).splitlines()

    assert [
        "c.csv:2: “delete” is not something to do with a comment. Write keep, replace or leave out under “what_to_do”.",
        "c.csv:3: The comment is to be replaced, but there is nothing to show in its place. Fill in “replacement”.",
        (
            "c.csv:4: The comment itself was changed. "
            "Copy it from comments-to-check.csv, and write your own words under “replacement”."
        ),
        "c.csv:5: “x-1” is not an id of this list. Copy it from comments-to-check.csv.",
        "c.csv:6: “9.9” is not a statement of this tool. Write it like this: statement 1.1.",
        (
            "c.csv:7: “3.1” may be 3.1 or 3.10, since spreadsheet programs write both like this. "
            "Write statement 3.1 or statement 3.10."
        ),
        "c.csv:8: There is a replacement, but “what_to_do” says “nothing”. Write replace under “what_to_do”.",
        "c.csv:9: The theme has 61 letters, and 60 is the most. Shorten it.",
        "c.csv:10: The row has no id. Copy it from comments-to-check.csv.",
        "c.csv:11: There is a replacement, but “what_to_do” says “keep”. Write replace under “what_to_do”.",
    ] == lines


def test_a_file_that_is_no_such_list_is_refused(tool: Tool) -> None:
    responses = round_with(tool, "a one")
    (line,) = table(made(tool, responses).files)

    assert "This is a workbook, not CSV" in refused(tool, responses, b"PK\x03\x04...")
    assert "The first row has no known column" in refused(tool, responses, b"reference,role\nR1,manager\n")
    assert "c.csv:1: There is no column “what_to_do”" in refused(tool, responses, saved([{"id": "", "comment": ""}]))
    assert "c.csv:3: The id “" in refused(tool, responses, saved([line, line]))


def test_a_mistyped_column_is_named_and_one_that_was_added_is_not(tool: Tool) -> None:
    responses = round_with(tool, "a one")
    (line,) = table(made(tool, responses).files)

    def renamed(**names: str) -> bytes:
        return saved([{names.get(name, name): text for name, text in line.items()}])

    assert "c.csv:1: “Themes” is not a known column. Did you mean “theme”?" == refused(
        tool, responses, renamed(theme="Themes")
    )
    assert [
        "c.csv:1: “What to do?” is not a known column. Did you mean “what_to_do”?",
        "c.csv:1: “Replacment” is not a known column. Did you mean “replacement”?",
    ] == refused(tool, responses, renamed(what_to_do="What to do?", replacement="Replacment")).splitlines()
    added = {**line, "what_to_do": "keep", "themes": "ours", "Our notes": "", "Commented by": "me"}
    assert () == made(tool, responses, saved([added])).notices


def test_themes_are_counted_where_they_are_not_few(tool: Tool) -> None:
    responses = round_with(tool, "a one", "b two", "c three", "d four", "e five", "f six")
    themes = {name: {"theme": "Time"} for name in ("a", "b", "c")}
    themes |= {"d": {"theme": "time ", "what_to_do": "leave out"}, "e": {"theme": "TIME"}, "f": {"theme": "Tools"}}
    report = checked(tool, responses, edited(tool, responses, **themes))
    results = made(tool, responses, edited(tool, responses, **themes))

    assert isinstance(report.release.checked, Checked)
    assert [("Time", "1", 5), ("Tools", "1", None)] == [
        (one.name, one.feature, one.comments) for one in report.release.checked.themes
    ]
    assert "fewer than 5" in page_text(results.files)
    assert (5, 0, 1, 0) == (
        report.release.checked.kept,
        report.release.checked.replaced,
        report.release.checked.left_out,
        report.release.checked.unread,
    )


def test_a_mark_is_shown_only_where_enough_with_it_are_still_shown(tool: Tool) -> None:
    groups = [
        response(tool, {"1.1": "L"}, comments={DOING: text}, mode="group", size=6)
        for text in ("a one", "b two", "c three")
    ]
    alone = [response(tool, {"1.1": "E"}, comments={DOING: f"z {n}"}, mode="individual") for n in range(6)]
    all_kept = checked(tool, groups + alone, edited(tool, groups + alone))
    one_less = checked(tool, groups + alone, edited(tool, groups + alone, a={"what_to_do": "leave out"}))

    assert ["group"] * 3 == [one.mode for one in all_kept.release.comments if one.mode]
    assert [] == [one.mode for one in one_less.release.comments if one.mode]


def test_a_replaced_comment_appears_where_its_new_words_belong(tool: Tool) -> None:
    responses = round_with(tool, "a one", "m two", "z three")
    change = {"what_to_do": "replace", "replacement": "zz"}

    assert ["m two", "z three", "zz"] == [
        one.text for one in checked(tool, responses, edited(tool, responses, a=change)).release.comments
    ]


def test_a_very_long_comment_is_cut_in_the_list_and_whole_in_the_report(tool: Tool) -> None:
    responses = round_with(tool, "long " * 8_000)
    comments = edited(tool, responses)

    assert len(table(made(tool, responses).files)[0]["comment"]) < 16_000
    assert "more letters in responses.json)" in table(made(tool, responses).files)[0]["comment"]
    cells = rows(book(made(tool, responses, comments).files)["Comments"])
    assert 40_000 == sum(len(str(row["Comment"])) for row in cells)


def test_the_three_steps_from_returns_to_a_report_of_checked_comments(tool: Tool, tmp_path: Path) -> None:
    returns, out, copy = tmp_path / "returns", tmp_path / "results", tmp_path / "returns" / "comments-checked.csv"
    returns.mkdir()

    def answer(responses: Sequence[Response]) -> None:
        for n, one in enumerate(responses):
            (returns / f"{n}.json").write_text(json.dumps(as_record(one)), encoding="utf-8")

    def tabulate(*options: str | Path) -> str:
        outcome = call_pmdiag("tabulate", returns, "-o", out, "--no-pdf", *options)
        return f"{outcome.code} {outcome.stderr}"

    answer(round_with(tool, "Ann is late", "Bo is late"))
    assert "0 " == tabulate()
    lines = table({LIST: (out / LIST).read_bytes()})
    lines[0] |= {"what_to_do": "keep"}
    lines[1] |= {"what_to_do": "leave out"}
    copy.write_bytes(saved(lines))
    assert "0 " == tabulate("--comments", copy)
    assert b"Bo is late" not in (out / "share" / "report.html").read_bytes()

    # Forgotten the next time, they would all be shown again.
    assert tabulate().startswith(
        f"2 {out}: These results were made with checked comments, and would now show every comment as it was written. "
        f"Add --comments {out / LIST}."
    )
    copy = copy.rename(tmp_path / copy.name)
    answer(round_with(tool, "Ann is late", "Bo is late", "Cy is late"))
    said = tabulate("--comments", out / LIST)
    assert said.startswith(f"1 {out / LIST}: 1 comment was not read yet and so not shown. ")
    assert ["keep", "leave out", "new"] == [line["what_to_do"] for line in table({LIST: (out / LIST).read_bytes()})]

    # What was edited in the folder of results is never lost.
    (out / LIST).write_bytes(saved(lines))
    assert f"{out / LIST}: The file was changed after pmdiag wrote it" in tabulate("--comments", copy)
    assert saved(lines) == (out / LIST).read_bytes()


def test_given_without_a_list_changes_nothing(tool: Tool) -> None:
    report = report_input(round_of(round_with(tool, "late")), tool, Rules(), Given())

    assert report.release.checked is None
    assert ["late"] == [one.text for one in report.release.comments]
