"""Start a local version, find a national text by name or words, and take it over, ready to be changed.

Comments and order of a file that is there already stay as they are.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmdiag_build.content.documents import Document, read_yaml, texts
from pmdiag_build.content.files import LEADS_OUTSIDE, leaves
from pmdiag_build.content.structure import OF_THE_NATIONAL
from pmdiag_build.content.text_checks import asked, with_count
from pmdiag_build.local import IDENTITY, NATIONAL, named, typed
from pmdiag_build.local.terms import is_name
from pmdiag_build.output.atomic import is_leftover, write_file, write_files, write_folder
from pmdiag_build.problems import ContentWrong, Fault, Problems, UsageWrong
from pmdiag_build.resources import CONTENT

_STARTER = CONTENT / "local" / "starter"


def start_version(folder: Path, name: str, id: str, base: str) -> list[Path]:
    """The files of a new local version, written into `folder`.

    Raises UsageWrong if the folder is not empty or `id` can't be part of an edition's name, EnvironmentFailed if it
    can't be written; then nothing is there that was not before.
    """
    problems = Problems()
    if folder.exists() and (not folder.is_dir() or not all(map(is_leftover, folder.iterdir()))):
        problems.add(str(folder), Fault("This is not an empty folder", "Name a new folder"))
    if not name.isprintable():
        fix = "Give the name again, with nothing in it but letters, figures, signs and spaces"
        problems.add(str(folder), Fault("The name has a control character, which can't be printed", fix))
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,30}", id):
        fix = "Add --id with two letters or more: small letters a–z, figures and hyphens, such as exampleshire"
        problems.add(str(folder), Fault(f"“{id}” can't be a local version's id", fix))
    if problems.errors:
        raise UsageWrong(problems)
    quoted = json.dumps(name, ensure_ascii=False)
    words = {"id": id, "name": name, "quoted": quoted, "base": base, "folder": typed(Path(folder.name))}
    files = {source.name: _filled(source, words).encode() for source in sorted(_STARTER.iterdir())}
    write_folder(folder, files, empty=("guide", "images", "words"))
    return [folder / name for name in files]


def _filled(source: Path, words: dict[str, str]) -> str:
    # Not str.format: the files have braces of their own. In one pass: a name may contain anything.
    text = source.read_text(encoding="utf-8")
    return re.sub(r"\{(id|name|quoted|base|folder)\}", lambda found: words[found[1]], text)


@dataclass(frozen=True, slots=True)
class Text:
    """A national text: its file, the steps to it by key and id, and the wording. A page has no steps."""

    file: str
    steps: tuple[str, ...]
    wording: str

    @property
    def name(self) -> str:
        """What a person types to mean it: a statement's or page's id, else file and steps."""
        if not self.steps:
            return self.file.rsplit("/", 1)[-1].removesuffix(".md")
        if self.file == "framework.yaml" and len(self.steps) == 5 and self.steps[2] == "statements":
            return self.steps[3]
        return "/".join((self.file.removesuffix(".yaml"), *self.steps))


def all_texts(documents: Mapping[str, Document]) -> Iterator[Text]:
    """Every text that a local version may change, in the order of files and lines."""
    for file, document in documents.items():
        if file.startswith(OF_THE_NATIONAL):
            continue
        if file.endswith(".md"):
            yield Text(file, (), document.body)
        else:
            for path, wording in texts(document.data):
                if path and path[0] != "levels" and not is_name(file, path):
                    yield Text(file, named(document.data, path), wording)


def find_texts(documents: Mapping[str, Document], what: str) -> list[Text]:
    """The text of that name, or all whose wording contains `what` (in any case)."""
    national = list(all_texts(documents))
    if meant := [text for text in national if text.name == what]:
        return meant
    # As a reader knows it, with the number in its place, or as it is written.
    count, part = asked(documents["framework.yaml"].data), what.lower()
    spoken = ((text, " ".join(text.wording.split())) for text in national)
    return [text for text, said in spoken if part in said.lower() or part in with_count(said, count).lower()]


def same_texts(documents: Mapping[str, Document], text: Text) -> list[Text]:
    """The other texts of the same wording: a pack and its large print say the same."""
    words = text.wording.split()
    return [other for other in all_texts(documents) if other != text and other.wording.split() == words]


def take_text(folder: Path, text: Text, content: Path) -> Path:
    """The file of the local version in `folder` to which `text` of the folder `content` was added.

    Raises UsageWrong if the local version has it already, ContentWrong if its file can't be read, EnvironmentFailed
    if it can't be written; then all is as it was.
    """
    target = folder / text.file
    if leaves(target, folder):
        raise UsageWrong.one(str(target), LEADS_OUTSIDE)
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
        raise UsageWrong.one(str(target), Fault(f"{text.name} is in this file already", "Change it there, after ours:"))
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
        what = f"“{step}” is not a mapping here, so {text.name} can't be added"
        raise UsageWrong.one(str(target), Fault(what, "Make it one"))
    return found


def _take_page(folder: Path, target: Path, text: Text, content: Path) -> Path:
    if target.exists():
        raise UsageWrong.one(str(target), Fault("The page is in this version already", "Edit it there"))
    national = (content / text.file).read_text(encoding="utf-8-sig")
    head, rest = national.split("\n", 1)
    page = f"{head}\nchange: wording\n{rest}"
    write_files({folder / NATIONAL / text.file: national.encode(), target: page.encode()})
    return target
