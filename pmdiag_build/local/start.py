"""Start a local version: a folder with comments that teach. Never writes over anything."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pmdiag_build.local.naming import typed
from pmdiag_build.output.atomic import is_leftover, write_folder
from pmdiag_build.problems import Fault, Location, Problems, UsageWrong
from pmdiag_build.resources import CONTENT

_STARTER = CONTENT / "local" / "starter"


def start_version(folder: Path, name: str, id: str, base: str) -> list[Path]:
    """The files of a new local version, written into `folder`.

    Raises UsageWrong if the folder holds anything already or `id` can't be part of an edition's name,
    EnvironmentFailed if it can't be written; then nothing is there that was not before.
    """
    problems = Problems()
    if folder.exists() and (not folder.is_dir() or not all(map(is_leftover, folder.iterdir()))):
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
    files = {source.name: _filled(source, words).encode() for source in sorted(_STARTER.iterdir())}
    write_folder(folder, files, empty=("guide", "images", "words"))
    return [folder / name for name in files]


def _filled(source: Path, words: dict[str, str]) -> str:
    # Not str.format: the files have braces of their own. In one pass: a name may hold anything.
    text = source.read_text(encoding="utf-8")
    return re.sub(r"\{(id|name|quoted|base|folder)\}", lambda found: words[found[1]], text)
