"""Reads a folder in a process of its own that may use 10 seconds of a processor and 768 MB, as a round must.

`python -m tests.returns.cases.limited FOLDER` prints nothing and writes the round, pickled, to standard output.
"""

from __future__ import annotations

import pickle
import resource
import subprocess
import sys
from pathlib import Path

from pmdiag_build.load import load_tool
from pmdiag_build.returns import Round, read_round
from tests.returns.qpdf import start_if_chosen

SECONDS = 10
MEGABYTES = 768
_GUARD = 3 << 30
"""Of address space, which is more than memory: it keeps the machine from harm where the bound is not kept."""

_MOST_SAID = 16 << 20
"""Of what is handed back: answers and messages that are longer were never shortened."""


class OverTheLimit(AssertionError):
    """The process was ended, or took more memory than a file may."""


def read_within_limits(folder: Path) -> Round:
    """The round in `folder`. Raises OverTheLimit."""
    command = (sys.executable, "-m", "tests.returns.cases.limited", folder)
    done = subprocess.run(command, capture_output=True, check=False, cwd=Path(__file__).parents[3])
    if done.returncode:
        raise OverTheLimit(f"ended with {done.returncode}: {done.stderr.decode()[-300:]}")
    # What our own process wrote.
    found, most = pickle.loads(done.stdout)  # noqa: S301
    if most > MEGABYTES:
        raise OverTheLimit(f"{most} MB and not at most {MEGABYTES}")
    assert isinstance(found, Round)
    return found


def main(folder: Path) -> None:
    start_if_chosen()
    tool = load_tool()
    spent = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + SECONDS, spent + SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_GUARD, _GUARD))
    found = read_round([folder], tool)
    outcome = pickle.dumps((found, _most()))
    if len(outcome) > _MOST_SAID:
        sys.exit(f"what was read of it takes {len(outcome) >> 20} MB")
    sys.stdout.buffer.write(outcome)


def _most() -> int:
    """The most memory that this program took, in MB. What `getrusage` says begins with that of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


if __name__ == "__main__":
    main(Path(sys.argv[1]))
