"""A lively round of forty invented responses, as the files in which they would come back. Always the same."""

from pmdiag_build.demo.returned import demo_files

__all__ = ["demo_files"]
