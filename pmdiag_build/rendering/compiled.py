"""Layouts as Python code, kept beside them in `__pycache__`, as Python keeps its own modules. Knows no layout.

Compiling the layouts takes longer than filling them. What is kept is told by the text of a layout and the versions of
Python and Jinja, never by its time; a folder that can't be written to is no fault.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from pickle import UnpicklingError

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """The compiled layouts of one folder."""

    def __init__(self, layouts: Path) -> None:
        self._folder = layouts / "__pycache__"

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}.jinja"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept; Jinja compares the text and the versions itself."""
        try:
            with self._path(bucket).open("rb") as stream:
                bucket.load_bytecode(stream)
        except FileNotFoundError:
            return
        except (OSError, EOFError, ValueError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, in one step: other processes may be reading."""
        if sys.dont_write_bytecode:
            return
        path = self._path(bucket)
        new = path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            try:
                with new.open("wb") as stream:
                    bucket.write_bytecode(stream)
                new.replace(path)
            finally:
                new.unlink(missing_ok=True)
