"""`python -m tests.torture`: damage, contradictions, kills and full disks; exits with 1 if anything counted is bad."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pmdiag_build.load import load_tool
from tests.commands import run_pmdiag
from tests.returns import contradictions as planted
from tests.returns import pdf_contradictions as planted_in_pdfs
from tests.returns.paper import blank_pack, fields_of
from tests.torture import breaks, disks, large
from tests.torture.corpora import FAMILIES
from tests.torture.figures import CONTRADICTED, LOST, TOO_LONG, TOO_MUCH, TRACEBACKS, Figures
from tests.torture.reader import read_all

_SECONDS, _MEGABYTES = 10, 768
_QUICKER = 10
_CONTRADICTIONS = 10_000


def main() -> int:
    """Runs what was named, or everything."""
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--seed", type=int, default=1, help="other mutants and other moments")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(PARTS)}")
    options = parser.parse_args()
    if unknown := set(options.names) - set(PARTS):
        parser.error(f"not a part: {', '.join(sorted(unknown))}. Known: {', '.join(PARTS)}")
    figures = Figures()
    try:
        with tempfile.TemporaryDirectory(prefix="pmdiag-torture-") as folder:
            for name in options.names or PARTS:
                print(f"torture: {name} …", file=sys.stderr, flush=True)
                (room := Path(folder) / name.replace(" ", "-")).mkdir()
                PARTS[name](figures, room, _QUICKER if options.quick else 1, options.seed)
    finally:
        print("\n".join(figures.lines()))
    return 1 if any(figures.bad.values()) else 0


def mutants(figures: Figures, folder: Path, divisor: int, seed: int, only: str = "") -> None:
    """Damages sound files of every format and reads them."""
    tool = load_tool()
    pack = folder / "self-assessment.pdf"
    if only in ("", "PDF"):
        pack = _built(folder)
    for kind, count, make in FAMILIES:
        if only not in ("", kind):
            continue
        sounds = list(make(tool, pack, folder))
        for one in read_all(sounds, count // divisor, seed * 1_000_000):
            figures.tried[f"mutants of {kind}"] += 1
            figures.measured(one.seconds, one.megabytes)
            if one.lost:
                figures.found(LOST, f"{one.name}: {'; '.join(one.lost[:3])}")
            if one.seconds > _SECONDS or one.died:
                figures.found(TOO_LONG, f"{one.name}: {one.died or f'{one.seconds:.1f} s'}")
            if one.megabytes > _MEGABYTES:
                figures.found(TOO_MUCH, f"{one.name}: {one.megabytes} MB")
            if one.traceback:
                figures.found(TRACEBACKS, f"{one.name}: {one.traceback.strip()}")


def contradictions(figures: Figures, folder: Path, divisor: int, seed: int) -> None:
    """Plants contradictions in sheets, records and exported forms, and as many in PDFs, real packs among them."""
    number, tool = _CONTRADICTIONS // divisor, load_tool()
    packs = [blank_pack(fields_of(tool)), _built(folder).read_bytes()]
    for kind, wrong in (
        ("sheets, records and exported forms", planted.failures(tool, seed, number)),
        ("PDFs", planted_in_pdfs.failures(tool, packs, seed, number)),
    ):
        figures.tried[f"contradictions planted in {kind}"] += number
        for line in wrong:
            figures.found(CONTRADICTED, line)


def _built(folder: Path) -> Path:
    outcome = run_pmdiag("build", "--only", "self-assessment", "--out", folder / "build", cwd=folder)
    assert outcome.code == 0, outcome.stderr
    return folder / "build" / "packs" / "self-assessment.pdf"


def _mutants_of(kind: str) -> Callable[[Figures, Path, int, int], None]:
    return lambda figures, folder, divisor, seed: mutants(figures, folder, divisor, seed, kind)


PARTS: dict[str, Callable[[Figures, Path, int, int], None]] = {
    **{kind: _mutants_of(kind) for kind, *_ in FAMILIES},
    "contradictions": contradictions,
    "large": large.run,
    "kills": breaks.run,
    "disks": disks.run,
}
"""Name → what runs it, with figures, an empty folder, by how much it is quicker, and a seed."""


if __name__ == "__main__":
    sys.exit(main())
