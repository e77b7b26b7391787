"""What becomes of PDFs with the library that `PDF_LIBRARY` names, for tests that compare both.

`python -m tests.returns.outcomes FOLDER COUNT` reads COUNT damaged copies of the files in a folder, or the files as
they are if it is 0, and writes a list of outcomes as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pmdiag_build.returns.readers import readings
from tests.returns.qpdf import start_if_chosen
from tests.torture.mutants import mutant

Outcome = dict[str, Any]
"""`counted`: the values and what was not read of each return; `said`: what sets the file aside."""


def both(folder: Path, count: int = 0) -> tuple[list[Outcome], list[Outcome]]:
    """The outcomes of the same files with pikepdf and with qpdf alone."""
    command = (sys.executable, "-m", "tests.returns.outcomes", str(folder), str(count))
    root = Path(__file__).parents[2]
    running = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, env=os.environ | {"PDF_LIBRARY": library})
        for library in ("pikepdf", "qpdf")
    ]
    said = [process.communicate()[0] for process in running]
    assert [0, 0] == [process.returncode for process in running]
    native, qpdf = map(json.loads, said)
    return native, qpdf


def _outcome(data: bytes) -> Outcome:
    ((_, _, reading),) = readings("a.pdf", data)
    counted = [
        [sorted((name, list(given)) for name, given in record.values.items()), sorted(record.unread)]
        for record in reading.records
    ]
    return {"counted": counted, "said": list(map(str, reading.set_aside))}


def _main(folder: Path, count: int) -> None:
    start_if_chosen()
    wholes = [file.read_bytes() for file in sorted(folder.iterdir())]
    damaged = (mutant(wholes[seed % len(wholes)], seed)[1] for seed in range(count))
    json.dump([_outcome(data) for data in (damaged if count else wholes)], sys.stdout)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), int(sys.argv[2]))
