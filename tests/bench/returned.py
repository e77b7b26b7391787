"""How long filled packs take to be read, beside pypdf, and what memory ten thousand of them need."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pikepdf

from pmdiag_build.content import load_tool
from pmdiag_build.content.fields import FormField, pack_fields
from tests.bench.measure import BenchFailed, Run, peak_mib, run, seconds, side_by_side
from tests.bench.table import Row, bounded, compared
from tests.returns.paper import put

PACK = "self-assessment"
READ = 1000
FEW = 100
PEAK_MIB = 300
QUICK = 7
"""With fewer runs than this, a tenth of the returns."""

_OURS = """
import sys
from pathlib import Path
from pmdiag_build.content import load_tool
from pmdiag_build.returns.round import read_round
print(read_round([Path(sys.argv[1])], load_tool()).accounts.counted)
"""
_PYPDF = """
import sys
from pathlib import Path
from pypdf import PdfReader
for path in sorted(Path(sys.argv[1]).iterdir()):
    PdfReader(path).get_fields()
"""


def rows(folder: Path, times: int) -> Iterator[Row]:
    """The figures of reading; `folder` is empty and ours."""
    many = READ if times >= QUICK else READ // 10
    blank = _blank(folder)
    fields = [field for field in pack_fields(load_tool(), load_tool().pack(PACK)) if field.kind not in ("clear", "id")]
    few, some, lots = (_filled(folder / str(n), blank, fields, n) for n in (FEW, many, 10 * many))

    # pypdf takes minutes for its turn, and a turn is many files: one of each is enough.
    ours, theirs = side_by_side(1, partial(_read, some, many), partial(_pypdf, some))
    yield compared(f"a return of {len(fields)} answers", seconds(ours) / many, seconds(theirs) / many, 0.1, "pypdf")

    small, large = peak_mib([_read(few, FEW)]), peak_mib([_read(lots, 10 * many)])
    yield bounded(f"peak while reading {10 * many} returns", large, PEAK_MIB, "MiB", f"{small:.0f} MiB for {FEW}")


def _blank(folder: Path) -> bytes:
    options = ("--only", PACK, "--jobs", "1", "--out", "build")
    run(sys.executable, "-m", "pmdiag_build", "build", *options, cwd=folder)
    return (folder / "build" / "packs" / f"{PACK}.pdf").read_bytes()


def _filled(folder: Path, blank: bytes, fields: list[FormField], number: int) -> Path:
    """A folder of so many packs, each by another person who left nothing out."""
    chance = random.Random(number)
    folder.mkdir()
    with pikepdf.open(_saved(folder, blank)) as pdf:
        for n in range(number):
            put(pdf, {field.name: _answer(field, n, chance) for field in fields})
            pdf.save(folder / f"{n:05}.pdf", static_id=True)
    (folder / "blank").unlink()
    return folder


def _saved(folder: Path, blank: bytes) -> Path:
    path = folder / "blank"
    path.write_bytes(blank)
    return path


def _answer(field: FormField, number: int, chance: random.Random) -> str:
    match field.name:
        case "record_reference":
            return f"R-{number:05}"
        case "record_group_size":
            return ""
        case "record_mode":
            return "individual"
    if field.options:
        return chance.choice(field.options).code
    return f"Łukasz and Siân wrote “{chance.getrandbits(60):x}” under {field.name}."


def _read(folder: Path, number: int) -> Run:
    done = run(sys.executable, "-c", _OURS, folder, cwd=folder.parent)
    if done.stdout.split()[-1:] != [str(number)]:
        raise BenchFailed(f"Of {number} returns, so many were counted: {done.stdout}")
    return done


def _pypdf(folder: Path) -> Run:
    return run(sys.executable, "-c", _PYPDF, folder, cwd=folder.parent)
