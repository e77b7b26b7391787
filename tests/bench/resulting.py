"""Results, beside a script that an analyst would write; and report.pdf, beside plain WeasyPrint."""

from __future__ import annotations

import csv
import random
import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pmdiag_build.content.field_names import header_of_name
from pmdiag_build.load import load_tool
from pmdiag_build.returns.entry_sheet import columns
from tests.bench.baselines import SCRIPTS
from tests.bench.installed import KEEPS_COMPILED, installed
from tests.bench.measure import BenchFailed, Run, peak_mib, run, seconds, side_by_side
from tests.bench.table import Row, bounded, compared
from tests.project import Project

RESPONSES = 1000
TIMES_MORE = 10
PEAK_MIB = 300
PRINTED = 300
"""Responses of the report that is printed, with long comments."""
_ANALYST = Path(__file__).resolve().parent / "baseline" / "analyst.py"
_WORDS = (
    "we look at the data",
    "every month, but",
    "nobody acts on it",
    "when the report is late;",
    "teams keep their own",
)
_COUNTED = re.compile(r"Returns found: (\d+) = (\d+) counted")
_REPORT_PDF = """
from pathlib import Path
from pmdiag_build.results.writers.pdf import report_pdf
Path("ours.pdf").write_bytes(report_pdf(Path("results/share/report.html").read_text(encoding="utf-8")))
"""


def rows(folder: Path, times: int) -> Iterator[Row]:
    """The figures of `pmdiag tabulate` from one entry sheet. `folder` is empty."""
    project = installed(folder / "project")
    few, many = (_sheet(folder, n) for n in (RESPONSES, TIMES_MORE * RESPONSES))
    analyst = partial(run, sys.executable, _ANALYST, few, "counts.xlsx", cwd=folder)
    ours, theirs = side_by_side(times, partial(_tabulate, project, few, RESPONSES), analyst)
    yield compared(f"results of {RESPONSES} responses, no PDFs", seconds(ours), seconds(theirs), 1.5, "pandas script")

    large = [_tabulate(project, many, TIMES_MORE * RESPONSES) for _ in range(min(times, 3))]
    figure, against = f"results of {TIMES_MORE * RESPONSES} responses", f"{TIMES_MORE} times that of {RESPONSES}"
    yield compared(figure, seconds(large), TIMES_MORE * seconds(ours), 1, against)
    yield bounded(f"peak with {TIMES_MORE * RESPONSES} responses", peak_mib(large), PEAK_MIB, "MiB")

    _tabulate(project, _sheet(folder, PRINTED, sentences=(10, 30)), PRINTED)
    plain = (SCRIPTS / "weasyprint", "--pdf-variant", "pdf/ua-1", "results/share/report.html", "theirs.pdf")
    made = partial(run, sys.executable, "-c", _REPORT_PDF, cwd=folder)
    ours, theirs = side_by_side(times, made, partial(run, *plain, cwd=folder))
    pages = _pages(folder / "ours.pdf")
    if pages != _pages(folder / "theirs.pdf"):
        raise BenchFailed("report.pdf and the PDF of plain WeasyPrint have not the same number of pages")
    figure = f"report.pdf of {PRINTED} responses with long comments, {pages} pages"
    yield compared(figure, seconds(ours), seconds(theirs), 0.55, "weasyprint")
    yield bounded("peak of each process of it", peak_mib(ours), PEAK_MIB, "MiB")


def _tabulate(project: Project, sheet: Path, number: int) -> Run:
    results = sheet.parent / "results"
    # If results are there already, they are read and compared first.
    shutil.rmtree(results, ignore_errors=True)
    words = ("tabulate", sheet, "-o", results, "--no-pdf")
    done = run(sys.executable, "-m", "pmdiag_build", *words, cwd=project.root, env=KEEPS_COMPILED)
    found = _COUNTED.search(done.stdout)
    if found is None or found.groups() != (str(number), str(number)):
        raise BenchFailed(f"{number} responses were not all counted:\n{done.stdout}")
    return done


def _sheet(folder: Path, number: int, sentences: tuple[int, int] = (1, 5)) -> Path:
    """An entry sheet in CSV: a twelfth of the ratings is left out, and each response has three comments of some
    `sentences`, from and to."""
    chance = random.Random(number)
    names = columns(load_tool())
    roles = [option.code for option in load_tool().record.field("role").options]
    record = {"record_mode": "individual", "record_area": "North", "record_date": "2026-10-05"}
    path = folder / f"sheet-{number}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(map(header_of_name, names))
        for n in range(number):
            known = record | {"record_reference": f"R-{n:05}", "record_role": chance.choice(roles)}
            writer.writerow([known.get(name) or _answer(name, chance, sentences) for name in names])
    return path


def _answer(name: str, chance: random.Random, sentences: tuple[int, int]) -> str:
    kind = name.split("_")[0]
    if kind in ("rating", "overall"):
        return "" if chance.random() < 1 / 12 else chance.choice("LDE")
    if kind in ("doing", "improve") and chance.random() < 0.3:
        return " ".join(chance.choices(_WORDS, k=chance.randint(*sentences)))
    return ""


def _pages(pdf: Path) -> int:
    import pikepdf  # its memory must not count as that of measured processes

    with pikepdf.open(pdf) as opened:
        return len(opened.pages)
