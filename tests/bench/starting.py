"""The time of `--help`, beside the import of Click, which every command needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.measure import run, seconds, side_by_side
from tests.bench.table import Row, compared

COMMANDS: tuple[tuple[str, ...], ...] = ((), ("build",), ("tabulate",))
LIMIT = 3


def rows(folder: Path, times: int) -> Iterator[Row]:
    """`--help` of the program and of the commands in COMMANDS. They are short, so they run three times as often."""
    click = partial(run, sys.executable, "-c", "import click", cwd=folder)
    for command in COMMANDS:
        ours = partial(run, sys.executable, "-m", "pmdiag_build", *command, "--help", cwd=folder)
        helped, imported = side_by_side(3 * times, ours, click)
        name = " ".join(("pmdiag", *command, "--help"))
        yield compared(name, seconds(helped), seconds(imported), LIMIT, "import click")
