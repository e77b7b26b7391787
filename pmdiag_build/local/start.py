"""Start a local version: a folder with comments that teach. Never writes over anything."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from pmdiag_build.local.naming import typed
from pmdiag_build.local.writing import UNFINISHED, named_failures, write_down
from pmdiag_build.problems import Fault, Location, Problems, UsageWrong
from pmdiag_build.resources import CONTENT

_STARTER = CONTENT / "local" / "starter"


def start_version(folder: Path, name: str, id: str, base: str) -> list[Path]:
    """The files of a new local version, written into `folder`.

    Raises UsageWrong if the folder holds anything already or `id` can't be part of an edition's name,
    EnvironmentFailed if it can't be written; then nothing is there that was not before.
    """
    problems = Problems()
    if folder.exists() and (not folder.is_dir() or any(path.name != UNFINISHED for path in folder.iterdir())):
        problems.add(Location(str(folder)), Fault("There is something there already", "Name a new or an empty folder"))
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", id):
        problems.add(
            Location(str(folder)),
            Fault(
                f"“{id}” can't be a local version's id",
                "Give --id, two letters or more: small letters a–z, figures and hyphens, such as exampleshire",
            ),
        )
    if problems.errors:
        raise UsageWrong(problems)
    words = {
        "id": id,
        "name": name,
        "quoted": json.dumps(name, ensure_ascii=False),
        "base": base,
        "folder": typed(Path(folder.name)),
    }
    with named_failures(folder):
        return _put_whole(folder, {source.name: _filled(source, words) for source in sorted(_STARTER.iterdir())})


def _filled(source: Path, words: dict[str, str]) -> str:
    # Not str.format: the files have braces of their own. In one pass: a name may hold anything.
    text = source.read_text(encoding="utf-8")
    return re.sub(r"\{(id|name|quoted|base|folder)\}", lambda found: words[found[1]], text)


def _put_whole(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write the files in a folder beside, and take that for `folder`; one that is there already is only moved into."""
    there = folder.exists()
    new = folder / UNFINISHED if there else folder.with_name(f".{folder.name}{UNFINISHED}")
    shutil.rmtree(new, ignore_errors=True)  # what a run that was stopped has left
    try:
        for part in ("guide", "images", "words"):
            (new / part).mkdir(parents=True)
        for name, text in files.items():
            write_down(new / name, text)
        if not there:
            new.rename(folder)
        for path in new.iterdir() if there else ():
            path.rename(folder / path.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return [folder / name for name in files]
