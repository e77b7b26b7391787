"""Start a local version: a folder with comments that teach. Never writes over anything."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pmdiag_build.content.local.naming import typed
from pmdiag_build.problems import Location, Problems, UsageWrong
from pmdiag_build.resources import CONTENT

_STARTER = CONTENT / "local" / "starter"


def start_version(folder: Path, name: str, id: str, base: str) -> list[Path]:
    """The files of a new local version, written into `folder`.

    Raises UsageWrong if the folder holds anything already or `id` can't be part of an edition's name.
    """
    problems = Problems()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problems.add(Location(str(folder)), "There is something there already", "Name a new or an empty folder")
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", id):
        problems.add(
            Location(str(folder)),
            f"“{id}” can't be a local version's id",
            "Give --id, two letters or more: small letters a–z, figures and hyphens, such as exampleshire",
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
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("guide", "images", "words"):
        (folder / part).mkdir()
    written = []
    for source in sorted(_STARTER.iterdir()):
        text = source.read_text(encoding="utf-8")
        # Not str.format: the files have braces of their own. In one pass: a name may hold anything.
        text = re.sub(r"\{(id|name|quoted|base|folder)\}", lambda found: words[found[1]], text)
        target = folder / source.name
        target.write_text(text, encoding="utf-8", newline="\n")
        written.append(target)
    return written
