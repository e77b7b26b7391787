"""`python -m pmdiag_build` is the same as `pmdiag`."""

from pmdiag_build.cli import main

if __name__ == "__main__":
    main()
