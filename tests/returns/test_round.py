"""Duplicates, conflicts, blanks, and accounts that add up."""

from __future__ import annotations

import os
import pickle
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.problems import EnvironmentFailed, ExitCode
from pmdiag_build.returns import Accounts, Processes, files_of, read_files, read_round, round_of
from pmdiag_build.returns.find_files import File
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.read_files import FileResult
from tests.returns.conftest import Returns
from tests.returns.paper import Answers, edited, filled
from tests.returns.samples import said_by, sample_answers
from tests.returns.written import as_csv, as_json, as_xfdf, as_xlsx, full_grid

LONG = {"rating_1_1": "L", "doing_1": "We meet every week and talk about it."}
SHORT = {"rating_1_1": "L"}


def test_a_blank_return_is_listed_apart(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", pack)
    returns.put("b.pdf", filled(pack, {"record_role": "manager", "record_reference": "B"}))
    returns.put("c.pdf", filled(pack, SHORT))

    found = returns.read()

    assert ["a.pdf", "b.pdf"] == [response.source for response in found.blank]
    assert (3, 1, 2) == (found.accounts.found, found.accounts.counted, found.accounts.blank)
    assert found.problems == ()
    assert [str(note) for note in found.listed] == [
        f"{name}.pdf: No question is answered, so it was counted as blank. "
        "If answers were given, they were not saved: ask for the file again."
        for name in "ab"
    ]


def test_the_same_file_under_another_name_counts_once(returns: Returns, pack: bytes) -> None:
    for name in ("a.pdf", "copy of a.pdf"):
        returns.put(name, filled(pack, SHORT))

    found = returns.read()

    assert (1, 1) == (found.accounts.counted, found.accounts.duplicate)
    assert [("copy of a.pdf", "a.pdf")] == [(one.response.source, one.counted_as) for one in found.duplicates]
    assert [str(problem) for problem in found.problems] == [
        "copy of a.pdf: This is the same return as a.pdf, and was counted once. Take one of the two out."
    ]


@pytest.mark.parametrize("answers", [LONG, SHORT | {"record_reference": "A"}])
def test_a_return_rewritten_by_another_program_counts_once(
    answers: dict[str, str], returns: Returns, pack: bytes
) -> None:
    mode = {"record_mode": "individual"}
    returns.put("a.pdf", filled(pack, answers))
    returns.put("b.pdf", edited(filled(pack, answers), lambda pdf: pdf.add_blank_page()))
    returns.put("c.xfdf", as_xfdf(answers | mode))
    returns.put("d.xlsx", as_xlsx(full_grid(returns.tool, [answers | mode | {"record_reference": "  a "}])))

    found = returns.read()

    same = 3 if "record_reference" in answers else 2
    assert (1 if same == 3 else 2, same) == (found.accounts.counted, found.accounts.duplicate)


def test_two_people_may_give_the_same_short_answers(returns: Returns) -> None:
    returns.put("a.csv", as_csv(full_grid(returns.tool, [SHORT, SHORT])))

    found = returns.read()

    assert (2, 0) == (found.accounts.counted, found.accounts.duplicate)
    assert "a.csv:3: Row 3 has the same answers as row 2. Both were counted, since two people may" in str(
        found.problems[0]
    )


def test_the_same_long_answers_without_a_reference_count_once(returns: Returns) -> None:
    returns.put("a.csv", as_csv(full_grid(returns.tool, [LONG, LONG])))

    assert (1, 1) == (returns.read().accounts.counted, returns.read().accounts.duplicate)


def test_everybody_saying_limited_to_everything_is_no_duplicate(returns: Returns) -> None:
    straight = {f"rating_1_{n}": "L" for n in range(1, 10)} | {f"rating_3_{n}": "L" for n in range(1, 13)}
    mixed = straight | {"rating_1_1": "E"}
    returns.put("a.csv", as_csv(full_grid(returns.tool, [straight, straight, mixed, mixed])))

    assert (3, 1) == (returns.read().accounts.counted, returns.read().accounts.duplicate)


def test_the_same_words_under_two_references_are_both_counted_and_said(returns: Returns) -> None:
    rows = [LONG | {"record_reference": name} for name in "AB"]
    returns.put("a.csv", as_csv(full_grid(returns.tool, rows)))

    found = returns.read()

    assert found.accounts.counted == 2
    assert "Row 3 has the same answers as row 2" in str(found.problems[0])


def test_one_reference_with_differing_answers_is_a_conflict_and_none_counts(returns: Returns) -> None:
    for name, level in zip(("a", "b"), "LD", strict=True):
        returns.put(f"{name}.json", as_json({"record_reference": "R-7", "rating_1_1": level, "rating_1_2": "L"}))

    found = returns.read()

    assert (0, 2) == (found.accounts.counted, found.accounts.in_conflict)
    assert [("R-7", ["a.json", "b.json"])] == [(c.reference, [r.source for r in c.responses]) for c in found.conflicts]
    assert str(found.problems[0]) == (
        "a.json: The reference “R-7” is also used in b.json, with different answers (1.1). None of these was counted. "
        "Take the files out that should not count, "
        "or correct the reference if they are from different people."
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zo\u00eb M\u00fcller", "Zoe\u0308 Mu\u0308ller"),
        ("R-1", "R-1\u200b"),
        ("R-1", "\u202dR\u20111\u202c"),
        ("R-1", "\uff32\u22121"),
        ("STRASSE 1", "straße\u00a01"),
    ],
)
def test_a_reference_is_one_however_its_letters_are_written(one: str, other: str, returns: Returns) -> None:
    returns.put("a.json", as_json({"record_reference": one, "rating_1_1": "L"}))
    returns.put("b.json", as_json({"record_reference": other, "rating_1_1": "E"}))

    found = returns.read()

    assert 2 == found.accounts.in_conflict
    assert [one, other] == [response.record.reference for response in found.conflicts[0].responses]


def test_of_rows_it_is_said_what_to_do_with_rows(returns: Returns) -> None:
    rows: list[Answers] = [
        {"record_reference": "A", "rating_1_1": "L"},
        {"record_reference": "a", "rating_1_1": "E"},
        {"record_reference": "B", "rating_1_1": "E"},
        {"record_reference": "B", "rating_1_1": "E"},
        {"record_reference": "C"},
    ]
    returns.put("x.xlsx", as_xlsx(full_grid(returns.tool, rows)))
    conflict = "with different answers (1.1). None of these was counted. Delete the rows that should not count, or"
    listed = [str(problem) for problem in returns.read().listed]

    assert f"x.xlsx: Returns!2: The reference “A” is also used in row 3, {conflict}" in listed[0]
    assert f"x.xlsx: Returns!3: The reference “a” is also used in row 2, {conflict}" in listed[1]
    assert (
        "x.xlsx: Returns!5: Row 5 is the same return as row 4, and was counted once. Delete one of the two" in listed[2]
    )
    assert listed[3] == (
        "x.xlsx: Returns!6: No question is answered in this row, so it was counted as blank. "
        "If there are answers on the paper, type them in."
    )


def test_rows_and_files_of_one_reference_have_a_fix_for_both(returns: Returns) -> None:
    for name, level in (("x.csv", "L"), ("y.csv", "D")):
        returns.put(name, as_csv(full_grid(returns.tool, [{"record_reference": "A", "rating_1_1": level}])))
    returns.put("z.json", as_json({"record_reference": "A", "rating_1_1": "E"}))

    lines = returns.lines()

    assert "x.csv:2: The reference “A” is also used in row 2 of y.csv, z.json, with different answers" in lines[0]
    assert "Remove the rows and files that should not count, or correct" in lines[2]


def test_a_large_conflict_names_a_few_and_counts_the_rest(returns: Returns) -> None:
    rows = [{"record_reference": "n/a", "doing_1": f"text {number}"} for number in range(30)]
    returns.put("x.csv", as_csv(full_grid(returns.tool, rows)))

    lines = returns.lines()

    assert "is also used in row 3, row 4, row 5, row 6, row 7, row 8, row 9, row 10 and 21 more, with" in lines[0]
    assert "is also used in row 2, row 3, row 4, row 5, row 6, row 7, row 8, row 9 and 21 more, with" in lines[29]


def test_a_conflict_may_have_a_duplicate_and_blanks_take_no_part(returns: Returns) -> None:
    for name, level in zip("abcd", ("L", "D", "L", ""), strict=True):
        answers = {"record_reference": "R", "rating_1_1": level, "record_area": "x" if name == "c" else ""}
        returns.put(f"{name}.json", as_json(answers | ({"record_area": ""} if name == "c" else {})))

    found = returns.read()

    assert (0, 1, 1, 2) == (
        found.accounts.counted,
        found.accounts.blank,
        found.accounts.duplicate,
        found.accounts.in_conflict,
    )


def test_one_bad_file_of_many_costs_only_itself(returns: Returns, pack: bytes, fields: Sequence[FormField]) -> None:
    for number in range(40):
        returns.put(f"{number:02}.json", as_json(sample_answers(fields, number, f"R{number}")))
    returns.put("20.json", b"\xff\xfe broken \0")

    found = returns.read()

    assert (39, 1) == (found.accounts.counted, found.accounts.set_aside)


def test_a_reader_that_fails_in_an_unforeseen_way_costs_one_file(
    returns: Returns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str, data: bytes) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr("pmdiag_build.returns.readers.xfdf.read", fail)
    returns.put("a.json", as_json(SHORT))
    returns.put("b.xfdf", as_xfdf(SHORT))

    found = returns.read()

    assert found.accounts.counted == 1
    assert "b.xfdf: This file can't be read (ZeroDivisionError: unforeseen)" in str(found.problems[0])


@pytest.mark.slow
def test_a_process_that_dies_costs_one_file(returns: Returns, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        returns.put(f"{number:02}.json", as_json({"record_reference": str(number), "rating_1_1": "L"}))
    monkeypatch.setattr(read_files, "read_file", _die_at_13)

    found = returns.read()

    assert (39, 1) == (found.accounts.counted, found.accounts.set_aside)
    assert "13.json: Reading this file ended the program" in str(found.problems[0])


@pytest.mark.slow
def test_a_file_is_not_blamed_for_what_was_read_before_it(returns: Returns, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        returns.put(f"{number:02}.json", as_json({"record_reference": str(number), "rating_1_1": "L"}))
    monkeypatch.setattr(read_files, "read_file", _die_at_13_behind_others)

    assert returns.read().accounts.counted == 40


_READ_FILE = read_files.read_file
_read_here: list[str] = []


def _die_at_13_behind_others(file: File, questionnaire: Questionnaire) -> FileResult:
    """As `_die_at_13`, but only in a process that has read other files."""
    if file.name == "13.json" and _read_here:
        os._exit(1)
    _read_here.append(file.name)
    return _READ_FILE(file, questionnaire)


def _die_at_13(file: File, questionnaire: Questionnaire) -> FileResult:
    """In the place of `read_file`, which forked processes inherit."""
    if file.name == "13.json":
        os._exit(1)
    return _READ_FILE(file, questionnaire)


def test_accounts_that_do_not_add_up_end_the_run() -> None:
    good = Accounts(files=1, found=5, counted=1, blank=1, duplicate=1, in_conflict=1, set_aside=1)
    good.check()
    bad = Accounts(files=1, found=6, counted=1, blank=1, duplicate=1, in_conflict=1, set_aside=1)

    with pytest.raises(EnvironmentFailed, match="6 returns were found, but 5 are accounted for") as caught:
        bad.check()

    assert ExitCode.ENVIRONMENT_FAILED == caught.value.exit_code


def test_the_order_of_files_and_the_way_they_are_named_make_no_difference(
    returns: Returns, fields: Sequence[FormField]
) -> None:
    paths = [returns.put(f"{n % 3}/{n}.json", as_json(sample_answers(fields, n, f"R{n % 9}"))) for n in range(12)]
    shuffled = list(paths)
    random.Random(1).shuffle(shuffled)

    whole = read_round([returns.folder], returns.tool)

    assert whole == read_round(shuffled, returns.tool)
    assert whole == read_round([*shuffled, returns.folder], returns.tool)


@pytest.mark.skipif(sys.platform == "win32", reason="links want a right")
def test_one_file_is_one_however_its_path_is_written(returns: Returns, tmp_path: Path) -> None:
    file = returns.put("a.json", as_json({"rating_1_1": "L"}))
    (tmp_path / "link").symlink_to(returns.folder)
    ways = [file, returns.folder, returns.folder / ".." / returns.folder.name / "a.json", tmp_path / "link" / "a.json"]

    found = read_round(ways, returns.tool)

    assert (1, 1, ()) == (found.accounts.found, found.accounts.counted, found.problems)


def test_the_folder_of_results_is_left_out(returns: Returns) -> None:
    returns.put("a.json", as_json(SHORT))
    returns.put("results/responses.json", as_json(LONG))

    found = read_round([returns.folder], returns.tool, leave_out=[returns.folder / "results"])

    assert ["a.json"] == [response.source for response in found.responses]


def test_progress_is_told_file_by_file(returns: Returns) -> None:
    for name in "abc":
        returns.put(f"{name}.json", as_json(SHORT))
    told: list[tuple[int, int]] = []

    read_round([returns.folder], returns.tool, progress=lambda done, all_: told.append((done, all_)))

    assert [(1, 3), (2, 3), (3, 3)] == told


@pytest.mark.slow
def test_many_files_in_processes_give_what_one_process_gives(
    returns: Returns, pack: bytes, fields: Sequence[FormField], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(48):
        returns.put(f"{number:02}.pdf", filled(pack, sample_answers(fields, number, f"R{number}")))
    in_processes = returns.read()
    monkeypatch.setattr(read_files, "_INLINE_AT_MOST", 1000)

    assert returns.read() == in_processes
    assert in_processes.accounts.counted == 48


def test_returns_at_hand_as_bytes_give_what_the_same_files_give(
    returns: Returns, pack: bytes, fields: Sequence[FormField]
) -> None:
    contents = [
        ("sub/b.json", as_json(LONG)),
        (".DS_Store", b"x"),
        ("a.pdf", filled(pack, sample_answers(fields, 1, "R1"))),
        ("empty.csv", b""),
    ]
    for name, data in contents:
        returns.put(name, data)

    found = round_of(files_of(contents), returns.tool, reading_in=Processes.ONE)

    assert returns.read() == found
    assert (("a.pdf", "sub/b.json"), (".DS_Store",)) == (tuple(r.source for r in found.responses), found.ignored)


def test_two_files_at_hand_under_one_name_are_two_files(returns: Returns) -> None:
    contents = [("a.json", as_json(LONG)), ("a.json", as_json(SHORT))]

    found = round_of(files_of(contents), returns.tool, reading_in=Processes.ONE)

    assert ["a.json", "a.json (2)"] == [response.source for response in found.responses]


def test_a_round_of_bytes_needs_no_processes_and_no_library_of_content(returns: Returns) -> None:
    """A browser has a ready tool, and neither processes nor what reads and checks YAML."""
    slow = {"pikepdf", "jsonschema", "ruamel", "yaml", "multiprocessing", "concurrent", "click", "xlsxwriter", "jinja2"}
    code = f"""
import pickle, sys
from pmdiag_build.returns import Processes, files_of, round_of
from pmdiag_build.returns.questionnaire import Questionnaire
Questionnaire.of = lambda tool: tool
tool = pickle.loads({pickle.dumps(Questionnaire.of(returns.tool))!r})
files = files_of((f"{{n}}.json", {as_json(LONG)!r}) for n in range(40))
print(round_of(files, tool, reading_in=Processes.ONE).accounts.found, sorted({slow} & set(sys.modules)))"""
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)

    assert "40 []" == done.stdout.strip()


def test_a_file_name_that_is_no_text_does_no_harm(returns: Returns) -> None:
    raw = os.fsencode(returns.folder) + b"/caf\xe9.json"
    try:
        Path(os.fsdecode(raw)).write_bytes(as_json(SHORT))
    except OSError:
        pytest.skip("this file system takes names of Unicode only")

    assert ["caf\\udce9.json"] == [response.source for response in returns.read().responses]


def test_what_a_reading_room_needs_is_loaded_only_when_a_file_needs_it() -> None:
    slow = {"pikepdf", "lxml", "openpyxl", "xlsxwriter", "jinja2", "click", "weasyprint"}
    code = f"import sys, pmdiag_build.returns; print(sorted({slow} & set(sys.modules)))"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()


def test_the_comparison_of_files_looks_at_what_was_said(returns: Returns, pack: bytes) -> None:
    """Two typings that differ in white space at the ends are the same return."""
    returns.put("a.csv", as_csv(full_grid(returns.tool, [LONG | {"record_reference": "A"}])))
    other = {**LONG, "record_reference": "A", "doing_1": f"{LONG['doing_1']}\n"}
    returns.put("b.csv", as_csv(full_grid(returns.tool, [other])))

    found = returns.read()

    assert [dict(LONG) | {"record_reference": "A"}] == [said_by(response) for response in found.responses]
