"""What the tool says: content files in, one validated and immutable `Tool` out. Renders nothing.

`load_tool` is imported when it is first asked for: whoever needs only names of fields, a worker that renders for one,
starts without the reading of content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pmdiag_build.content.load import load_tool
    from pmdiag_build.content.model import Tool

__all__ = ["Tool", "load_tool"]


def __getattr__(name: str) -> Any:
    if name == "load_tool":
        from pmdiag_build.content.load import load_tool

        return load_tool
    if name == "Tool":
        from pmdiag_build.content.model import Tool

        return Tool
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
