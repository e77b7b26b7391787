"""What the tool says: content files in, one validated and immutable `Tool` out. Renders nothing."""

from pmdiag_build.content.load import load_tool
from pmdiag_build.content.model import Tool

__all__ = ["Tool", "load_tool"]
