"""Take a national text over into a local version: its wording goes into the right file, ready to be changed.

Comments and order of a file that is there already stay as they are.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pmdiag_build.content.documents import read_yaml
from pmdiag_build.local.find import Text
from pmdiag_build.local.folder import NATIONAL
from pmdiag_build.local.naming import IDENTITY
from pmdiag_build.output.atomic import write_file, write_files
from pmdiag_build.problems import ContentWrong, Fault, Problems, UsageWrong


def take_text(folder: Path, text: Text, content: Path) -> Path:
    """The file of the local version in `folder` in which `text` of the folder `content` now stands.

    Raises UsageWrong if the local version has it already, ContentWrong if its file can't be read, EnvironmentFailed
    if it can't be written; then all is as it was.
    """
    target = folder / text.file
    if text.file.endswith(".md"):
        return _take_page(folder, target, text, content)
    # Imported here: only this command edits YAML.
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    yaml, data = _open(target)
    place = data
    for step in text.steps[:-1]:
        place = _step_into(place, step, text, target)
    last = text.steps[-1]
    if _find(place, last) is not None:
        raise UsageWrong.one(str(target), Fault(f"{text.name} is there already", "Change it there, under ours:"))
    wording = Quoted(text.wording)
    _put(place, last, {"national": wording, "ours": wording, "change": "wording"})
    out = io.StringIO()
    yaml.dump(data, out)
    write_file(target, out.getvalue().encode())
    return target


def is_taken(folder: Path, text: Text) -> bool:
    """Does the local version in `folder` word `text` itself already?"""
    target = folder / text.file
    if text.file.endswith(".md"):
        return target.exists()
    _, place = _open(target)
    for step in text.steps:
        place = _find(place, step) if isinstance(place, (dict, list)) else None
    return place is not None


def _open(target: Path) -> tuple[Any, Any]:
    """(the editor, the data of the file): an empty mapping where there is none yet."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    yaml = YAML()
    yaml.width = 10_000
    yaml.preserve_quotes = True
    if not target.is_file():
        return yaml, CommentedMap()
    problems = Problems()
    if read_yaml(target, str(target), problems) is None:
        raise ContentWrong(problems)
    written = target.read_text(encoding="utf-8-sig")
    data = yaml.load(written)
    if data is None:
        # A file of nothing but comments: they stay on top.
        data = CommentedMap()
        data.yaml_set_start_comment("\n".join(line.lstrip("# ") for line in written.strip().splitlines()))
    return yaml, data


def _find(place: Any, step: str) -> Any:
    if isinstance(place, list):
        return next((e for e in place if step in (str(e.get(key, "")) for key in IDENTITY)), None)
    return place.get(step)


def _put(place: Any, step: str, value: Any) -> None:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    place[step if step.replace("-", "_").isidentifier() else Quoted(step)] = value


def _step_into(place: Any, step: str, text: Text, target: Path) -> Any:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

    found = _find(place, step)
    if found is None:
        if isinstance(place, list):
            place.append({"id": Quoted(step)})
        else:
            _put(place, step, {})
        return _find(place, step)
    if not isinstance(found, (dict, list)):
        raise UsageWrong.one(
            str(target), Fault(f"“{step}” is no mapping there, so {text.name} can't go in", "Mend the file")
        )
    return found


def _take_page(folder: Path, target: Path, text: Text, content: Path) -> Path:
    if target.exists():
        raise UsageWrong.one(str(target), Fault("The page is there already", "Change it there"))
    national = (content / text.file).read_text(encoding="utf-8-sig")
    head, rest = national.split("\n", 1)
    page = f"{head}\nchange: wording\n{rest}"
    write_files({folder / NATIONAL / text.file: national.encode(), target: page.encode()})
    return target
