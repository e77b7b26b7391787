"""Take a national text over into a local version: its wording goes into the right file, ready to be changed.

Comments and order of a file that is there already stay as they are.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pmdiag_build.content.local.find import Text
from pmdiag_build.content.local.read import NATIONAL
from pmdiag_build.problems import UsageWrong
from pmdiag_build.resources import CONTENT


def take_text(folder: Path, text: Text) -> Path:
    """The file of the local version in which `text` now stands with its national wording.

    Raises UsageWrong if the local version has it already.
    """
    target = folder / text.file
    if text.file.endswith(".md"):
        return _take_page(folder, target, text)
    # Imported here: only this command edits YAML.
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    yaml = YAML()
    yaml.width = 10_000
    yaml.preserve_quotes = True
    data: Any = (yaml.load(target.read_text(encoding="utf-8-sig")) if target.is_file() else None) or {}
    place = data
    for step in text.steps[:-1]:
        place = _step_into(place, step, text, target)
    last = text.steps[-1]
    if _find(place, last) is not None:
        raise UsageWrong.one(str(target), f"{text.name} is there already", "Change it there, under ours:")
    wording = Quoted(text.wording)
    place[Quoted(last) if not last.isidentifier() else last] = {
        "national": wording,
        "ours": wording,
        "change": "wording",
    }
    out = io.StringIO()
    yaml.dump(data, out)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(out.getvalue(), encoding="utf-8", newline="\n")
    return target


def _find(place: Any, step: str) -> Any:
    if isinstance(place, list):
        return next((e for e in place if step in (str(e.get("id", "")), str(e.get("name", "")))), None)
    return place.get(step)


def _step_into(place: Any, step: str, text: Text, target: Path) -> Any:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    found = _find(place, step)
    if found is None:
        if isinstance(place, list):
            found = {"id": Quoted(step)}
            place.append(found)
        else:
            found = place[Quoted(step) if not step.isidentifier() else step] = {}
        return _find(place, step)
    if not isinstance(found, (dict, list)):
        raise UsageWrong.one(str(target), f"“{step}” is no mapping there, so {text.name} can't go in", "Mend the file")
    return found


def _take_page(folder: Path, target: Path, text: Text) -> Path:
    if target.exists():
        raise UsageWrong.one(str(target), "The page is there already", "Change it there")
    national = (CONTENT / text.file).read_text(encoding="utf-8")
    copy = folder / NATIONAL / text.file
    for path in (copy, target):
        path.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(national, encoding="utf-8", newline="\n")
    head, rest = national.split("\n", 1)
    target.write_text(f"{head}\nchange: wording\n{rest}", encoding="utf-8", newline="\n")
    return target
