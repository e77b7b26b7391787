"""`python -m tests.bench`: measure, print the table, and exit with 1 if a figure is over its limit."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import builds, copies, desk, resulting, returned, serving, starting
from tests.bench.measure import BenchFailed, adopt_orphans
from tests.bench.table import Row, lines

MEASUREMENTS: dict[str, Callable[[Path, int], Iterator[Row]]] = {
    "starting": starting.rows,
    "builds": builds.rows,
    "copies": copies.rows,
    "serving": serving.rows,
    "returned": returned.rows,
    "resulting": resulting.rows,
    "desk": desk.rows,
}
"""Name → function from an empty folder and the number of runs to figures. Add a new measurement here."""

TIMES = 7
QUICK_TIMES = 3


def main() -> int:
    """Measure what was named, or everything."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_TIMES} runs of each instead of {TIMES}")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(MEASUREMENTS)}")
    options = parser.parse_args()
    if unknown := set(options.names) - set(MEASUREMENTS):
        parser.error(f"not a measurement: {', '.join(sorted(unknown))}. Known: {', '.join(MEASUREMENTS)}")
    adopt_orphans()
    rows: list[Row] = []
    for name in options.names or MEASUREMENTS:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="pmdiag-bench-") as folder:
            try:
                rows += MEASUREMENTS[name](Path(folder), QUICK_TIMES if options.quick else TIMES)
            except BenchFailed as failed:
                print(f"{name}: {failed}", file=sys.stderr)
                return 1
    print("\n".join(lines(rows)))
    return 0 if all(row.ok for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
