"""Personalised packs, beside rendering the pack once; and one copy, beside `pdftk fill_form`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.measure import Run, peak_mib, run, seconds, side_by_side
from tests.bench.table import Row, bounded, compared
from tests.programs import program

PACK = "self-assessment"
COPIES = 1000
PEAK_MIB = 200
_FIELDS = ("reference", "role", "area", "mode")


def rows(folder: Path, times: int) -> Iterator[Row]:
    """1,000 copies of the self-assessment with the four usual fields. `folder` is empty."""
    people = [(f"R{number:04}", "manager", f"Łukasz ŵ {number}", "individual") for number in range(COPIES)]
    lines = [",".join(_FIELDS), *map(",".join, people)]
    (folder / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "one.fdf").write_text(_fdf(people[0]), encoding="ascii")
    copies, rendered, filled = side_by_side(
        times, partial(_personalise, folder), partial(_render, folder), partial(_fill, folder)
    )
    yield compared(f"{COPIES} personalised packs", seconds(copies), seconds(rendered), 10, "rendering one")
    yield compared("one personalised pack", seconds(copies) / COPIES, seconds(filled), 0.1, "pdftk fill_form")
    yield bounded("peak while personalising", peak_mib(copies), PEAK_MIB, "MiB")


def _personalise(folder: Path) -> Run:
    # A folder without a build, so that the pack is rendered too.
    _remove(folder / "copies")
    options = ("--people", "people.csv", "-o", "copies", "--build", "nowhere")
    return run(sys.executable, "-m", "pmdiag_build", "personalise", PACK, *options, cwd=folder)


def _render(folder: Path) -> Run:
    _remove(folder / "build")
    options = ("--only", PACK, "--jobs", "1", "--out", "build")
    return run(sys.executable, "-m", "pmdiag_build", "build", *options, cwd=folder)


def _fill(folder: Path) -> Run:
    pack = folder / "build" / "packs" / f"{PACK}.pdf"
    return run(program("pdftk"), pack, "fill_form", "one.fdf", "output", "one.pdf", cwd=folder)


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)


def _fdf(person: tuple[str, ...]) -> str:
    fields = zip(_FIELDS, person, strict=True)
    values = "".join(f"<< /T (record_{name}) /V <feff{text.encode('utf-16-be').hex()}> >>\n" for name, text in fields)
    return f"%FDF-1.2\n1 0 obj\n<< /FDF << /Fields [\n{values}] >> >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
