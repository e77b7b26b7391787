"""Start the program `pmdiag`, also with `python -m pmdiag_build`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line. Ctrl-C prints one word, also while modules are still being imported."""
    try:
        from pmdiag_build.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
