"""A `Tool` in a file: a process can take it over from another one without reading content."""

from __future__ import annotations

import copyreg
import io
import pickle
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pmdiag_build.content.model import Tool


def _read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


class _Pickler(pickle.Pickler):
    # Mappings of a Tool are read-only, and Python itself pickles no such mapping.
    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda items: (_read_only, (dict(items),))}


def freeze(tool: Tool, path: Path) -> None:
    """Write a tool into a file."""
    buffer = io.BytesIO()
    _Pickler(buffer).dump(tool)
    path.write_bytes(buffer.getvalue())


def thaw(path: Path) -> Tool:
    """The tool that is in a file."""
    tool = pickle.loads(path.read_bytes())  # noqa: S301 - a file that `freeze` wrote
    assert isinstance(tool, Tool)
    return tool
