"""What a build of site and packs depends on, and what it writes down for the next one.

A build depends on folders, our code, the libraries and the machine, each as a hash. Hashes and never time stamps: a
file that was touched is not changed, and one that was restored from a backup is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from pmdiag_build.output import Manifest, hash_of
from pmdiag_build.output.manifest import file_hash, walk
from pmdiag_build.problems import Fault, Location, Problem, Severity
from pmdiag_build.resources import CONTENT, LAYOUTS

PACKAGE = Path(__file__).resolve().parent.parent
DESK_DATA = LAYOUTS / "desk" / "vendor"
"""What `layouts/vendor.py` fetches for the desk."""

_NOT_INPUT = ("__pycache__/", "node_modules/", "desk/vendor/")
"""The last: 25 MB that nobody edits. What of them goes into a build is in the stamp by its recorded hashes."""
_DRAWN = (".ttf", ".otf", ".svg", ".png", ".jpg", ".jpeg", ".webp", ".conf")


@dataclass(frozen=True, slots=True)
class Inputs:
    """`content` is the edition's folder, `local` that of a local version over it; of `layouts` the first folder that
    has a file wins."""

    content: Path = CONTENT
    layouts: tuple[Path, ...] = (LAYOUTS,)
    local: Path | None = None

    @classmethod
    def of(cls, content: Path, local: Path | None) -> Self:
        """From the folders that options name; the layouts of a local version go before ours."""
        own = local.resolve() if local else None
        layouts = (own / "layouts", LAYOUTS) if own and (own / "layouts").is_dir() else (LAYOUTS,)
        return cls(content, layouts, own)

    @property
    def folders(self) -> tuple[tuple[str, Path], ...]:
        """What each folder is, and the folder: these are read and never written to."""
        version = (("the local version", self.local),) if self.local else ()
        return ("the content", self.content), *version, *(("the layouts", folder) for folder in self.layouts)

    def stamp(self) -> str:
        """One hash over everything that a build of these depends on."""
        local = (self.local,) if self.local else ()
        return input_stamp({"content": (self.content,), "local": local, "layouts": self.layouts}, (_fetched(),))


def _fetched() -> str:
    """The hashes of what was fetched for the desk, as they were recorded then; empty if nothing was."""
    try:
        return (DESK_DATA / "ready.json").read_text(encoding="utf-8")
    except OSError:
        return ""


def input_stamp(folders: Mapping[str, Iterable[Path]], options: Iterable[str] = ()) -> str:
    """One hash over all inputs of a build: `folders` (their role → the folders, in order), options, code, libraries.

    Only what is in the folders counts, not where they are.
    """
    parts = [libraries(), _code(), *options]
    for role, paths in folders.items():
        parts += [f"{role} {tree_hash(path)}" for path in paths]
    return hash_of("\n".join(parts).encode())


@cache
def _code() -> str:
    """One hash over our code as it is when the process begins, for that is what runs. Read once: 3 ms of a build."""
    return tree_hash(PACKAGE, ".py", ".json")


def machine_stamp(layouts: Sequence[Path]) -> str:
    """One hash over what a pack's PDF depends on besides its HTML: fonts and pictures, our code, the libraries."""
    drawn = [tree_hash(folder, *_DRAWN) for folder in layouts]
    code = [tree_hash(PACKAGE / room, ".py") for room in ("publish", "rendering")]
    return hash_of("\n".join([libraries(), *code, *drawn]).encode())


def tree_hash(folder: Path, *endings: str) -> str:
    """One hash over names and contents of a folder's files (with one of the endings), without hidden ones."""
    total = hashlib.sha256()
    try:
        for name, entry in walk(folder):
            if "/." in f"/{name}" or any(part in name for part in _NOT_INPUT):
                continue
            if endings and not entry.name.endswith(endings):
                continue
            total.update(f"{name}\0{_hash_or_reason(entry)}\n".encode("utf-8", "surrogateescape"))
    except PermissionError as error:
        # The reader of the content reports a folder that can't be read, with all other problems.
        total.update(f"unreadable {error.errno}\n".encode())
    return total.hexdigest()


def _hash_or_reason(entry: os.DirEntry[str]) -> str:
    """The hash of a file, or why it can't be read (a broken link, a pipe): the reader of the content reports it."""
    try:
        return file_hash(entry.path) if entry.is_file() else "no file"
    except OSError as error:
        return f"unreadable {error.errno}"


def libraries() -> str:
    """The versions of Python, Pango and every library installed beside WeasyPrint: others may draw differently.

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


# ---- what is already made

WHOLE = "whole"
SITE = "site"
PACKS = "packs"
DESK = "desk"


@dataclass(frozen=True, slots=True)
class PackRecord:
    """A pack in the folder: the key of its inputs, its number of pages, its paper, its size in bytes."""

    key: str
    pages: int
    paper: str
    size: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """`stamp`: the inputs of the newest build. `done`: what of it was made (`whole`, `site`, `packs`, `desk`, ids of
    packs). `pages` of the site and bytes of the `desk`, 0 if there is none; `notices`: what needed a look.
    """

    stamp: str = ""
    done: frozenset[str] = frozenset()
    pages: int = 0
    packs: Mapping[str, PackRecord] = field(default_factory=dict)
    notices: tuple[Problem, ...] = ()
    desk: int = 0

    @classmethod
    def of(cls, manifest: Manifest | None) -> Self:
        """The ledger of an output folder; an empty one if it has none that we can read."""
        try:
            facts: Mapping[str, Any] = manifest.facts if manifest is not None else {}
            return cls(
                str(facts["stamp"]),
                frozenset(facts["done"]),
                int(facts["pages"]),
                {id: PackRecord(**record) for id, record in facts["packs"].items()},
                tuple(Problem(Location(p), Fault(what, fix), Severity.NOTICE) for p, what, fix in facts["notices"]),
                int(facts["desk"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return cls()

    def facts(self) -> dict[str, object]:
        """The same as JSON values, always in the same order."""
        return {
            "stamp": self.stamp,
            "done": sorted(self.done),
            "pages": self.pages,
            "desk": self.desk,
            "packs": {id: asdict(record) for id, record in sorted(self.packs.items())},
            "notices": [[str(p.place), p.what, p.fix] for p in self.notices],
        }

    def has(self, stamp: str, only: Iterable[str]) -> bool:
        """Whether a build of these inputs has nothing to do; an empty `only` means all."""
        return stamp == self.stamp and set(only or (WHOLE,)) <= self.done

    def done_with(self, stamp: str, made: Iterable[str]) -> frozenset[str]:
        """What is done once these parts are made too. Parts made from other inputs do not count."""
        made = frozenset(made)
        if stamp != self.stamp or WHOLE in made:
            return made
        # A site that was made before these packs does not know them yet; in a whole build it does.
        stale = {SITE} if SITE not in made and WHOLE not in self.done else set()
        return (self.done - stale) | made
