"""What a build depends on, as hashes: files, code, libraries; and the machine. Renders nothing, imports nothing slow.

Never time stamps: a file that was touched is not changed, and one that was restored from a backup is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pmdiag_build.output import hash_of
from pmdiag_build.output.manifest import file_hash, walk

PACKAGE = Path(__file__).resolve().parent.parent

_NOT_INPUT = ("__pycache__/", "node_modules/")
_DRAWN = (".ttf", ".otf", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".conf")


def input_stamp(folders: Mapping[str, Iterable[Path]], options: Iterable[str] = ()) -> str:
    """One hash over all inputs of a build: `folders` (their role → the folders, in order), options, code, libraries.

    Where the folders are does not count, only what is in them.
    """
    parts = [libraries(), tree_hash(PACKAGE, ".py", ".json"), *options]
    for role, paths in folders.items():
        parts += [f"{role} {tree_hash(path)}" for path in paths]
    return hash_of("\n".join(parts).encode())


def machine_stamp(layouts: Sequence[Path]) -> str:
    """One hash over what decides a pack's PDF besides its HTML: fonts and pictures, our code, the libraries."""
    drawn = [tree_hash(folder, *_DRAWN) for folder in layouts]
    return hash_of("\n".join([libraries(), tree_hash(PACKAGE / "publish", ".py"), *drawn]).encode())


def tree_hash(folder: Path, *endings: str) -> str:
    """One hash over names and contents of a folder's files (with one of the endings); hidden ones do not count."""
    total = hashlib.sha256()
    for name, entry in walk(folder):
        if "/." in f"/{name}" or any(part in name for part in _NOT_INPUT):
            continue
        if endings and not entry.name.endswith(endings):
            continue
        total.update(f"{name}\0{_hash_or_reason(entry)}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def _hash_or_reason(entry: os.DirEntry[str]) -> str:
    """The hash of a file; why it can't be read (a link to nowhere, a pipe), for whoever reads it to tell."""
    try:
        return file_hash(entry.path) if entry.is_file() else "no file"
    except OSError as error:
        return f"unreadable {error.errno}"


def libraries() -> str:
    """Python and every library installed beside WeasyPrint, with versions, and Pango's: other ones may draw otherwise.

    Read from the names of folders, because asking each library costs more than a whole unchanged build.
    """
    found = importlib.util.find_spec("weasyprint")
    names: list[str] = []
    if found is not None and found.origin is not None:
        around = Path(found.origin).parent.parent
        names = sorted(p.name for p in around.glob("*.dist-info") if not p.name.startswith("pmdiag"))
    return "\n".join([sys.version, sys.platform, _pango(), *names])


def _pango() -> str:
    import ctypes

    for name in (
        "libpango-1.0.so.0",
        "libpango-1.0.dylib",
        "libpango-1.0-0.dll",
        "/opt/homebrew/lib/libpango-1.0.dylib",
    ):
        try:
            version = ctypes.CDLL(name).pango_version_string
        except (OSError, AttributeError):
            continue
        version.restype = ctypes.c_char_p
        return f"pango {version().decode()}"
    return "pango unknown"


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
