"""`pmdiag tabulate` as a person runs it: what it prints, what it writes, what it refuses, its exit code."""

from __future__ import annotations

import io
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.demo import demo_files
from pmdiag_build.returns.response import as_record
from tests.commands import Outcome, call_pmdiag, run_pmdiag
from tests.results.conftest import DemoResults, written
from tests.results.reading import pdf_text
from tests.results.rounds import random_round
from tests.returns.written import as_json, as_xlsx, full_grid

LIST = "keep/comments-to-check.csv"
SHARED = {"about.txt", "report.html", "tables.xlsx"}
KEPT = {
    "comments-to-check.csv",
    "about.txt",
    "codebook.csv",
    "columns.csv",
    "problems.csv",
    "responses.csv",
    "responses.json",
    "responses.xlsx",
}
FILES = {f"share/{name}" for name in SHARED} | {f"keep/{name}" for name in KEPT}


@pytest.fixture
def returns(tool: Tool, tmp_path: Path) -> Path:
    """A folder with a space in its name, and twelve returns in it."""
    folder = tmp_path / "what came back"
    folder.mkdir()
    write_returns(tool, folder, 12)
    return folder


def write_returns(tool: Tool, folder: Path, n: int, seed: int = 1) -> None:
    for one in random_round(tool, seed, {"manager": n}):
        (folder / f"{one.record.reference}.json").write_text(json.dumps(as_record(one)), encoding="utf-8")


def tabulate(*arguments: str | Path) -> Outcome:
    return call_pmdiag("tabulate", *arguments, "--no-pdf")


def names(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix() for path in files}


def test_a_clean_round_ends_clean_and_says_so(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    outcome = tabulate(returns, "-o", out)

    assert (0, "") == (outcome.code, outcome.stderr)
    assert outcome.stdout.splitlines() == [
        "Returns found: 12 = 12 counted + 0 blank + 0 duplicate + 0 in conflict + 0 set aside",
        "Editions: not said (12)",
        f"Made: {', '.join(sorted(FILES))}",
        f"Where: {out}. Begin with {out / 'share' / 'report.html'}.",
        f"Give out only what is in {out / 'share'}.",
        f"Read first: 11 comments appear as they were written. They are listed in {out / LIST}.",
        "Needs a look: nothing; every return was counted as it came",
    ]
    assert names(out) == FILES


def test_a_blank_return_is_named_and_the_round_still_ends_clean(returns: Path, tmp_path: Path) -> None:
    (returns / "unsaved.json").write_bytes(as_json({"record_role": "manager"}))
    out = tmp_path / "results"
    outcome = tabulate(returns, "-o", out)

    assert outcome.code == 0
    assert outcome.stderr.startswith("unsaved.json: No question is answered, so")
    assert "13 = 12 counted + 1 blank" in outcome.stdout
    assert "Needs a look: nothing; 1 blank return named above" in outcome.stdout
    assert "unsaved.json" in (out / "keep" / "problems.csv").read_text(encoding="utf-8-sig")


def test_points_and_blank_returns_are_counted_as_they_are_named(returns: Path, tmp_path: Path) -> None:
    (returns / "unsaved.json").write_bytes(as_json({"record_role": "manager"}))
    (returns / "again.json").write_bytes((returns / "R-0001.json").read_bytes())
    out = tmp_path / "results"
    outcome = tabulate(returns, "-o", out)
    report = " ".join((out / "share" / "report.html").read_text(encoding="utf-8").split())

    assert 2 == len(outcome.stderr.splitlines())
    assert (
        f"Needs a look: 1 point and 1 blank return, named above and in {out / 'keep' / 'problems.csv'}"
        in outcome.stdout
    )
    assert "1 point needs a look. Whoever keeps the returns finds it in problems.csv" in report
    assert "The blank return is listed there too." in report


def test_values_that_are_not_asked_for_are_named_in_one_line(tool: Tool, tmp_path: Path) -> None:
    for n in range(6):
        record = {**as_record(random_round(tool, n, {"manager": 1})[0]), "ratings": {"1.1": "L", "3.99": "LDE"[n % 3]}}
        (tmp_path / f"{n}.json").write_text(json.dumps({**record, "record": {"reference": f"R{n}"}}), encoding="utf-8")
    outcome = tabulate(tmp_path, "-o", tmp_path / "results")
    listed = (tmp_path / "results" / "keep" / "problems.csv").read_text(encoding="utf-8-sig")

    assert 1 == len(outcome.stderr.splitlines())
    assert outcome.stderr.startswith(
        "0.json and 5 other files: 6 answers are to questions that this edition of the tool does not ask: "
        "3.99 in 0.json (“L”), 3.99 in 1.json (“D”)"
    )
    assert 6 == listed.count("3.99: this edition of the tool does not ask this question")


def test_cells_that_say_the_same_are_named_in_one_line_in_the_order_of_rows(tool: Tool, tmp_path: Path) -> None:
    rows = [{"record_reference": f"R{n}", "rating_4_3": "n/a", "rating_4_5": "L" if n % 2 else "n/a"} for n in range(4)]
    (tmp_path / "typed.xlsx").write_bytes(as_xlsx(full_grid(tool, rows)))
    outcome = tabulate(tmp_path, "-o", tmp_path / "results", "--min-group", "2")
    listed = (tmp_path / "results" / "keep" / "problems.csv").read_text(encoding="utf-8-sig")

    assert outcome.stderr == (
        "typed.xlsx: 6 cells say “n/a”, which is not L, D or E: AM2, AO2, AM3, AM4, AO4, AM5 in sheet Returns. "
        "They were not counted. Leave them empty if the question was not answered.\n"
    )
    assert 6 == listed.count("“n/a” is not L, D or E, so it was not counted")


def test_a_folder_whose_name_turns_or_breaks_lines_is_said_in_one(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "a\nb\u202ec"
    outcome = tabulate(returns, "-o", out)

    assert 7 == len(outcome.stdout.splitlines())
    assert "a\\nb\\u202ec. Begin with" in outcome.stdout


def test_one_bad_file_is_named_and_the_others_are_counted(returns: Path, tmp_path: Path) -> None:
    (returns / "damaged.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    outcome = tabulate(returns, "-o", tmp_path / "results")

    assert outcome.code == 1
    assert "damaged.pdf: " in outcome.stderr
    assert "13 = 12 counted + 0 blank + 0 duplicate + 0 in conflict + 1 set aside" in outcome.stdout
    assert "damaged.pdf" in (tmp_path / "results" / "keep" / "problems.csv").read_text(encoding="utf-8-sig")


@pytest.mark.slow
def test_the_same_round_gives_the_same_bytes_wherever_it_is(tool: Tool, tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b c"):
        folder = tmp_path / name
        folder.mkdir()
        write_returns(tool, folder, 6)
        tabulate(folder, "-o", tmp_path / f"out {name}")
        contents.append({file: (tmp_path / f"out {name}" / file).read_bytes() for file in FILES})

    assert contents[0] == contents[1]


@pytest.mark.slow
def test_results_may_be_among_the_returns_and_are_not_read_as_such(returns: Path) -> None:
    first = tabulate(returns, "-o", returns / "results")
    again = tabulate(returns, "-o", returns / "results")

    assert (0, 0) == (first.code, again.code)
    assert "Returns found: 12 =" in again.stdout


@pytest.mark.slow
def test_results_of_another_run_among_the_returns_are_ignored_and_named(returns: Path, tmp_path: Path) -> None:
    tabulate(returns, "-o", returns / "in May")
    outcome = tabulate(returns, "-o", tmp_path / "in June")

    assert (0, "") == (outcome.code, outcome.stderr)
    assert "Ignored (not a return): in May" in outcome.stdout.splitlines()
    assert "Returns found: 12 = 12 counted" in outcome.stdout


@pytest.mark.slow
def test_results_are_not_taken_for_returns_and_are_not_overwritten(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    tabulate(returns, "-o", out)
    before = (out / "keep" / "responses.csv").read_bytes()

    for given in ((out,), (returns, out), (out / "keep",)):
        outcome = tabulate(*given, "-o", out)

        assert 2 == outcome.code
        assert f"{given[-1]}: This is a folder of results, not of returns. " in outcome.stderr
        assert before == (out / "keep" / "responses.csv").read_bytes()
    assert 0 == tabulate(out / "keep" / "responses.json", "-o", tmp_path / "again").code


def test_a_folder_with_foreign_files_is_left_alone(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    out.mkdir()
    (out / "minutes.docx").write_text("ours")
    outcome = tabulate(returns, "-o", out)

    assert outcome.code == 2
    assert {"minutes.docx"} == names(out)


def test_a_result_that_somebody_changed_is_not_overwritten(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    tabulate(returns, "-o", out)
    (out / "keep" / "responses.csv").write_text("sorted by hand")
    outcome = tabulate(returns, "-o", out)

    assert outcome.code == 2
    assert "responses.csv" in outcome.stderr
    assert (out / "keep" / "responses.csv").read_text() == "sorted by hand"


def test_a_workbook_open_in_another_program_is_named_and_kept(returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    tabulate(returns, "-o", out)
    before = (out / "share" / "tables.xlsx").read_bytes()
    (out / "share" / "~$tables.xlsx").write_bytes(b"somebody")
    write_more = tabulate(returns, "-o", out, "--min-group", "2")

    assert write_more.code == 4
    assert "tables.xlsx: The file is open in another program." in write_more.stderr
    assert before == (out / "share" / "tables.xlsx").read_bytes()


@pytest.mark.slow
def test_an_earlier_round_is_put_beside_and_not_overwritten(tool: Tool, returns: Path, tmp_path: Path) -> None:
    tabulate(returns, "-o", tmp_path / "spring")
    write_returns(tool, returns, 14, seed=2)
    outcome = tabulate(returns, "-o", tmp_path / "autumn", "--previous", tmp_path / "spring")
    refused = tabulate(returns, "-o", tmp_path / "spring", "--previous", tmp_path / "spring")

    assert outcome.code == 0
    report = (tmp_path / "autumn" / "share" / "report.html").read_text(encoding="utf-8")
    assert "Beside earlier rounds" in report
    assert refused.code == 2
    assert "The output folder is the earlier round" in refused.stderr


@pytest.mark.slow
def test_a_late_return_is_not_put_beside_the_round_without_it(returns: Path, tool: Tool, tmp_path: Path) -> None:
    tabulate(returns, "-o", tmp_path / "spring")
    late = random_round(tool, 9, {"manager": 1})[0]
    late = replace(late, record=replace(late.record, reference="late"))
    (returns / "late.json").write_text(json.dumps(as_record(late)), encoding="utf-8")
    outcome = tabulate(returns, "-o", tmp_path / "again", "--previous", tmp_path / "spring")

    (line,) = outcome.stderr.splitlines()
    assert outcome.code == 1
    assert line.startswith(f"{tmp_path / 'spring'}: Together with the earlier results, 4")
    assert (
        "questions would show what fewer than 5 people answered, so this is not shown. To show everything, leave"
        in line
    )


def test_a_folder_without_an_earlier_round_is_wrong_usage_and_nothing_is_written(returns: Path, tmp_path: Path) -> None:
    outcome = tabulate(returns, "-o", tmp_path / "results", "--previous", tmp_path)

    assert outcome.code == 2
    assert not (tmp_path / "results").exists()


def test_no_returns_give_results_that_say_so(tmp_path: Path) -> None:
    (tmp_path / "returns").mkdir()
    outcome = tabulate(tmp_path / "returns", "-o", tmp_path / "results")

    assert outcome.code == 1
    assert "Returns found: 0 =" in outcome.stdout
    assert (
        f"Needs a look: 1 point, named above and in {tmp_path / 'results' / 'keep' / 'problems.csv'}"
        == outcome.stdout.splitlines()[-1]
    )
    assert (
        f"{tmp_path / 'returns'}: It contains no returns. Name the folder that the returns are in.\n" == outcome.stderr
    )
    report = (tmp_path / "results" / "share" / "report.html").read_text(encoding="utf-8")
    assert "No answers came back that could be counted." in report


def test_a_missing_return_is_wrong_usage(tmp_path: Path) -> None:
    outcome = tabulate(tmp_path / "nothing", "-o", tmp_path / "results")

    assert outcome.code == 2
    assert "Traceback" not in outcome.stderr


@pytest.mark.slow
def test_without_pango_the_pdfs_are_left_out_and_all_else_is_written(returns: Path, tmp_path: Path) -> None:
    """A package of the same name that can't be imported, as on a machine on which WeasyPrint finds no Pango."""
    stub = tmp_path / "no pango" / "weasyprint"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("raise OSError('cannot load library libpango-1.0')")
    path = os.pathsep.join(filter(None, [str(stub.parent), os.environ.get("PYTHONPATH", "")]))
    outcome = run_pmdiag("tabulate", returns, "-o", tmp_path / "results", env={"PYTHONPATH": path})

    assert outcome.code == 0
    assert "Left out: report.pdf and summary-of-review.pdf" in outcome.stdout
    assert "cannot load library libpango-1.0" in outcome.stderr
    assert names(tmp_path / "results") == FILES


def test_results_say_who_may_have_them(returns: Path, tmp_path: Path) -> None:
    (returns / "Jo Bloggs.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    out = tmp_path / "results"
    tabulate(returns, "-o", out)

    assert "Read the comments before you give this folder to anyone" in (out / "share" / "about.txt").read_text()
    assert "Give nothing in this folder to anyone" in (out / "keep" / "about.txt").read_text()
    assert all(min(path.iterdir()).name == "about.txt" for path in (out / "share", out / "keep"))
    assert not any(b"Jo Bloggs" in path.read_bytes() for path in (out / "share").iterdir())


def test_a_late_return_in_the_same_folder_is_said_with_what_to_do(tool: Tool, returns: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    tabulate(returns, "-o", out)
    again = tabulate(returns, "-o", out)
    late = replace(random_round(tool, 9, {"manager": 1})[0].record, reference="late")
    late_one = replace(random_round(tool, 9, {"manager": 1})[0], record=late)
    (returns / "late.json").write_text(json.dumps(as_record(late_one)), encoding="utf-8")
    outcome = tabulate(returns, "-o", out)
    said = "The results that were here before and these differ by the answers of fewer than 5 people to "

    assert (0, "") == (again.code, again.stderr)
    assert 1 == outcome.code
    assert said in outcome.stderr
    assert "Give out the results of only one of the two" in outcome.stderr
    assert said in (out / "keep" / "problems.csv").read_text(encoding="utf-8-sig")


def test_one_response_is_said_even_where_every_number_may_be_shown(tool: Tool, tmp_path: Path) -> None:
    write_returns(tool, tmp_path, 1)
    outcome = tabulate(tmp_path, "-o", tmp_path / "results", "--min-group", "1")

    assert 1 == outcome.code
    assert "Only 1 response was counted, so the results show what single people answered." in outcome.stderr
    assert "Needs a look: 1 point" in outcome.stdout
    assert "only to those who answered" in (tmp_path / "results" / "share" / "about.txt").read_text()


def test_a_group_of_one_is_said_however_many_answered(tool: Tool, tmp_path: Path) -> None:
    write_returns(tool, tmp_path, 12)
    outcome = tabulate(tmp_path, "-o", tmp_path / "results", "--min-group", "1")

    assert 1 == outcome.code
    assert "With a smallest group of 1 (--min-group 1) the results show what single people answered." in outcome.stderr
    assert "with a smallest group of 1 it shows" in (tmp_path / "results" / "share" / "about.txt").read_text()


def test_the_summary_has_the_counts_beside_each_feature_and_its_agreed_views_open(
    tool: Tool, demo_results: DemoResults
) -> None:
    import pikepdf

    summary = demo_results.files["share/summary-of-review.pdf"]

    assert pdf_text(summary).count("gave an overall view: ") == len(tool.framework.features)
    with pikepdf.open(io.BytesIO(summary)) as pdf:
        fields = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert len(pdf.pages) == 3
    assert {"/Off"} == {str(fields[f"agreed_{feature.id}"].V) for feature in tool.framework.features}


def test_with_pdfs_and_without_them_the_same_needs_a_look(
    tool: Tool, demo_results: DemoResults, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    without = tabulate(written(demo_files(tool, None), tmp_path / "returns"), "-o", out)

    def last(outcome: Outcome) -> str:
        return outcome.stdout.splitlines()[-1].partition(",")[0]

    assert (1, "Needs a look: 2 points") == (without.code, last(without))
    assert (without.code, last(without)) == (demo_results.outcome.code, last(demo_results.outcome))
    assert len(without.stderr.splitlines()) == len(demo_results.outcome.stderr.splitlines())
    assert names(out) | {"share/report.pdf", "share/summary-of-review.pdf"} == demo_results.files.keys()


def test_help_is_quick_to_load() -> None:
    code = "from pmdiag_build.cli import run; import sys; run(['tabulate', '--help']); print(*sys.modules)"
    import subprocess

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"jinja2", "yaml", "xlsxwriter", "weasyprint", "pikepdf"} & set(loaded)
