"""An invented round of forty responses, always the same, as the files in which they would come back."""

from pmdiag_build.demo.returned import demo_files

__all__ = ["demo_files"]
