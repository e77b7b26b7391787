"""A `Tool` in a file: a process can take it over from another one without reading content."""

from __future__ import annotations

import pickle
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.kept_tool import frozen


def freeze(tool: Tool, path: Path) -> None:
    """Write a tool into a file."""
    path.write_bytes(frozen(tool))


def thaw(path: Path) -> Tool:
    """The tool that is in a file."""
    tool = pickle.loads(path.read_bytes())  # noqa: S301 - a file that `freeze` wrote
    assert isinstance(tool, Tool)
    return tool
