"""Reading filled packs, beside pypdf, and the memory that ten thousand of them need."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.load import load_tool
from tests.bench.installed import KEEPS_COMPILED, installed
from tests.bench.measure import BenchFailed, Run, peak_mib, run, seconds, side_by_side
from tests.bench.table import Row, bounded, compared
from tests.project import Project

PACK = "self-assessment"
READ = 1000
FEW = 100
PEAK_MIB = 300
QUICK = 7
"""With fewer runs than this, only a fifth of the returns is read."""

_OURS = """
import sys
from pathlib import Path
from pmdiag_build.load import load_tool
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
    """The figures of reading. `folder` is empty."""
    many = READ if times >= QUICK else READ // 5
    blank = blank_pack(folder)
    project = installed(folder / "project")
    declared = pack_fields(load_tool(), load_tool().pack(PACK))
    fields = [field for field in declared if field.kind not in ("clear", "id")]
    few, some, lots = (filled_packs(folder, blank, fields, n) for n in (FEW, many, 10 * many))

    # One turn reads many files, and pypdf takes minutes for a tenth of them: one turn each is enough.
    ours, theirs = side_by_side(1, partial(_read, project, lots, 10 * many), partial(_pypdf, some))
    each = seconds(ours) / (10 * many)
    yield compared(f"a return of {len(declared)} fields", each, seconds(theirs) / many, 0.1, "pypdf")

    small = peak_mib([_read(project, few, FEW)])
    figure, baseline = f"peak while reading {10 * many} returns", f"{small:.0f} MiB for {FEW}"
    yield bounded(figure, peak_mib(ours), PEAK_MIB, "MiB", baseline)


def blank_pack(folder: Path) -> Path:
    options = ("--only", PACK, "--jobs", "1", "--out", "build")
    run(sys.executable, "-m", "pmdiag_build", "build", *options, cwd=folder)
    return folder / "build" / "packs" / f"{PACK}.pdf"


def filled_packs(folder: Path, blank: Path, fields: list[FormField], number: int) -> Path:
    """A folder of packs, each filled in completely by another person."""
    target = folder / str(number)
    target.mkdir()
    # In other processes, whose memory must not count as that of measured ones.
    with ProcessPoolExecutor(2) as pool:
        parts = [pool.submit(_fill, target, blank, fields, range(start, number, 2)) for start in (0, 1)]
        for part in parts:
            part.result()
    return target


def _fill(folder: Path, blank: Path, fields: list[FormField], numbers: range) -> None:
    import pikepdf

    from tests.returns.paper import put

    chance = random.Random(numbers.start)
    with pikepdf.open(blank) as pdf:
        for n in numbers:
            put(pdf, {field.name: _answer(field, n, chance) for field in fields})
            pdf.save(folder / f"{n:05}.pdf", static_id=True)


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


def _read(project: Project, folder: Path, number: int) -> Run:
    done = run(sys.executable, "-c", _OURS, folder, cwd=project.root, env=KEEPS_COMPILED)
    if done.stdout.split()[-1:] != [str(number)]:
        raise BenchFailed(f"Of {number} returns, so many were counted: {done.stdout}")
    return done


def _pypdf(folder: Path) -> Run:
    return run(sys.executable, "-c", _PYPDF, folder, cwd=folder.parent)
