"""`python -m tests.attack`: 500 random rounds and 300 pairs of results; exits with 1 if anything can be worked out."""

from __future__ import annotations

import argparse
import sys

from pmdiag_build.load import load_tool
from tests.attack.attack import Figures, attack_pair, attack_round
from tests.attack.rounds import a_pair, a_round, with_groups

_ROUNDS, _PAIRS, _QUICKER = 500, 300, 10


def main() -> int:
    """Attacks everything and prints the figures."""
    parser = argparse.ArgumentParser(prog="make attack", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--seed", type=int, default=1, help="other rounds")
    options = parser.parse_args()
    divisor = _QUICKER if options.quick else 1
    national, figures, seed = load_tool(), Figures(), options.seed * 100_000
    for n in range(_ROUNDS // divisor):
        # Small ones as well, and declared groups.
        tool = with_groups(national) if n % 5 == 2 else national
        attack_round(tool, a_round(tool, seed + n, *((5, 19) if n % 4 == 3 else (20, 40))), figures)
    for n in range(_PAIRS // divisor):
        tool = with_groups(national) if n // 10 % 5 == 2 else national
        attack_pair(tool, a_pair(tool, seed + n), figures, n)
    sys.stdout.write("\n".join(figures.lines()) + "\n")
    return 1 if figures.finds else 0


if __name__ == "__main__":
    sys.exit(main())
