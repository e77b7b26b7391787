"""The national tool, kept in a file once it was read and checked: a fifth of a short run would be spent on it again.

The file is in `__pycache__` beside the content, and like Python's own there it only saves time. It begins with a hash
of the content and of the code that reads it, so whatever changes is read again, and with one of the rest, so a damaged
file is not used. Where it can't be written, nothing is kept.
"""

from __future__ import annotations

import contextlib
import copyreg
import hashlib
import io
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pmdiag_build.content.model import Tool
from pmdiag_build.resources import CONTENT

_FILE = CONTENT / "__pycache__" / "tool.bin"
_PACKAGE = Path(__file__).parent
_CODE = ("load.py", "kept_tool.py", "problems.py", "text.py", "resources.py", "csv_text.py")
_LENGTH = hashlib.sha256().digest_size


def tool_of(content: Path, local: Path | None) -> Tool:
    """What `load_tool(content, local=local)` gives, with the same errors; from the file where it is our own content."""
    if content == CONTENT and local is None:
        return _national()
    from pmdiag_build.load import load_tool

    return load_tool(content, local=local)


def _national() -> Tool:
    what = _hash_of_all()
    with contextlib.suppress(OSError):
        kept = _FILE.read_bytes()
        payload = memoryview(kept)[2 * _LENGTH :]
        if kept[: 2 * _LENGTH] == what + hashlib.sha256(payload).digest():
            tool = pickle.loads(payload)  # noqa: S301 - what we wrote, by its hash
            assert isinstance(tool, Tool)
            return tool
    from pmdiag_build.load import load_tool

    tool = load_tool()
    if not sys.dont_write_bytecode:
        fresh = frozen(tool)
        with contextlib.suppress(OSError):
            _FILE.parent.mkdir(exist_ok=True)
            _FILE.write_bytes(what + hashlib.sha256(fresh).digest() + fresh)
    return tool


def frozen(tool: object) -> bytes:
    """A tool, or what has one in it, as bytes that `pickle.loads` takes, also in another process."""
    buffer = io.BytesIO()
    _Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(tool)
    return buffer.getvalue()


def _hash_of_all() -> bytes:
    found = hashlib.sha256(sys.version.encode())
    for path in _files():
        found.update(f"\0{path.relative_to(path.anchor)}\0".encode("utf-8", "surrogateescape"))
        with contextlib.suppress(OSError):
            found.update(path.read_bytes())
    return found.digest()


def _files() -> Iterator[Path]:
    """All that decides what the tool is: the content but for local versions, and the code that reads it."""
    yield from (_PACKAGE / name for name in _CODE)
    yield from sorted((_PACKAGE / "content").glob("*.py"))
    for path in sorted(CONTENT.iterdir()):
        if path.name not in (_FILE.parent.name, "local"):
            parts = path.rglob("*") if path.is_dir() else [path]
            yield from sorted(part for part in parts if part.is_file() and _FILE.parent.name not in part.parts)


def _read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


class _Pickler(pickle.Pickler):
    # Mappings of a Tool are read-only, and Python itself pickles no such mapping.
    dispatch_table = copyreg.dispatch_table | {MappingProxyType: lambda items: (_read_only, (dict(items),))}
