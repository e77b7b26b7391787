"""The commands that write: what each is given, where it writes, and what a whole output is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.output.manifest import is_whole, read_manifest
from tests.commands import call_pmdiag

_PYMP = "pymp-"
"""Folders that Python's multiprocessing makes; after a kill nobody can tell whose they were."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A command: its words for an output, what is there before it, and whether an output is whole."""

    name: str
    words: Callable[[Path], list[str]]
    prepare: Callable[[Path], None]
    whole: Callable[[Path], bool]


def writings(folder: Path) -> Iterator[Writing]:
    """All of them; what they read is made in `folder`."""
    returns, version = folder / "returns", folder / "version"
    assert call_pmdiag("demo", "-o", returns).code == 0
    assert call_pmdiag("local", "new", version, "--name", "Exampleton").code == 0
    yield Writing("tabulate", lambda out: ["tabulate", str(returns), "-o", str(out), "--no-pdf"], _nothing, _folder)
    yield Writing("build a site", lambda out: ["build", "--only", "site", "--out", str(out)], _nothing, _folder)
    packs = ["--only", "interview", "--only", "what-good-looks-like"]
    yield Writing("build packs", lambda out: ["build", *packs, "--out", str(out)], _nothing, _folder)
    yield Writing("entry-sheet", lambda out: ["entry-sheet", "--force", "-o", f"{out}.xlsx"], _sheet, _sheet_is_whole)
    yield Writing(
        "local change", lambda out: ["local", "change", str(out), "1.1"], _version(version), _version_is_whole
    )


def _nothing(out: Path) -> None:
    """There is nothing before."""


def _folder(out: Path) -> bool:
    manifest = read_manifest(out) if out.is_dir() else None
    return not out.exists() or (manifest is not None and is_whole(out, manifest))


_BEFORE = b"what was there before"


def _sheet(out: Path) -> None:
    Path(f"{out}.xlsx").write_bytes(_BEFORE)


def _sheet_is_whole(out: Path) -> bool:
    content = Path(f"{out}.xlsx").read_bytes()
    # The list of a workbook's parts is written last.
    return content == _BEFORE or content[-22:-18] == b"PK\x05\x06"


def _version(version: Path) -> Callable[[Path], None]:
    return lambda out: _copied(version, out)


def _copied(version: Path, out: Path) -> None:
    shutil.copytree(version, out)


def _version_is_whole(out: Path) -> bool:
    return call_pmdiag("local", "check", out).code in (0, 1)


def started(writing: Writing, out: Path, tmp: Path, **more: object) -> subprocess.Popen[str]:
    """The command, as the leader of a group of processes, with its own folder for temporary files."""
    command = (sys.executable, "-m", "pmdiag_build", *writing.words(out))
    tmp.mkdir(exist_ok=True)
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command,
        # Without a PATH: where Python finds a C compiler it looks for libraries with it, which leaves files of its own.
        env=os.environ | {"TMPDIR": str(tmp), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **more,
    )


def left_in(*folders: Path) -> list[str]:
    """What is in these folders that is nobody's: unfinished files and temporary ones."""
    return [
        path.name
        for folder in folders
        for path in folder.iterdir()
        if (".pmdiag-" in path.name or folder.name == "tmp") and not path.name.startswith(_PYMP)
    ]


def aged(*folders: Path) -> None:
    """Makes everything in them as old as what a run before today's left."""
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            os.utime(path, (0, 0), follow_symlinks=False)
