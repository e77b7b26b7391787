"""The folder of a local version, which changes national content: which of its files are read, where others belong.

Also how entries and changed texts are named in its files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from pmdiag_build.content.documents import Data, Document, Path_
from pmdiag_build.content.files import IMAGE_TYPES, LEADS_OUTSIDE, NO_FOLDER, files_under, good_name, leaves
from pmdiag_build.content.model import Change, ChangeKind
from pmdiag_build.content.structure import OF_THE_NATIONAL
from pmdiag_build.problems import Fault, Location, Problems, shortened

ABOUT = "local.yaml"
TERMS = "terms.yaml"
OWN = (ABOUT, TERMS, "README.md")
# What editors append, and other ways to write an ending → the one that is read.
_ENDINGS = {".yml": ".yaml", ".markdown": ".md", ".mdown": ".md", ".htm": ".md", ".html": ".md"}
_FREE = {"guide": ".md", "packs": ".yaml"}
"""Folders that take files of any name."""
NATIONAL = "national"
"""The folder in a local version with copies of the national pages that it replaced, to find what has changed."""
_FOLDERS = ("guide", "packs", "templates", "words", "images", "layouts", NATIONAL)
_NEW = {"guide": "our-page", "packs": "our-pack"}
"""Folders that take files which the national content does not have, and how one may be called."""
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "'": "", "’": ""})
"""Letters without a plain form in Unicode; an apostrophe does not end a word."""


@dataclass(frozen=True, slots=True)
class Joining:
    """A page that comes after the page `after` in the navigation."""

    page: str
    after: str
    place: Location


@dataclass(slots=True)
class LocalReading:
    """A local folder that is being read. `documents` and `changes` grow as it goes; faults go into `problems`.

    `moved_on`: the national edition is not the one that the local version was last checked against. `unread`: files
    that could not be read, or only in part; what they might have said is not said to be missing. `joining`: pages that
    are put into the navigation once all have been read.
    """

    folder: Path
    national: dict[str, Document]
    documents: dict[str, Document]
    problems: Problems
    moved_on: bool = False
    changes: list[Change] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    joining: list[Joining] = field(default_factory=list)

    def name(self, name: str) -> str:
        """A file's name in messages: with its folder's, so that it can't be mistaken for a national one."""
        return f"{self.folder.resolve().name}/{name}".removesuffix("/")


def files_of(reading: LocalReading) -> list[str]:
    """The names of the YAML and Markdown files that change content, in a fixed order; other files are problems."""
    found: list[str] = []
    for path in files_under(reading.folder, reading.name(""), reading.problems):
        inside = path.relative_to(reading.folder)
        name = inside.as_posix()
        if inside.parts[0] == "images" or name == "README.md":
            continue
        if name in _FOLDERS:
            reading.problems.add(reading.name(name), NO_FOLDER)
        elif leaves(path, reading.folder):
            reading.problems.add(reading.name(name), LEADS_OUTSIDE)
        elif inside.parts[0] in ("layouts", NATIONAL) or name in OWN:
            continue
        elif not _read_here(inside):
            report_misplaced(reading, name, meant(name, reading.national))
        elif name not in reading.national and inside.parts[0] in _NEW and not good_name(inside.stem, inside.parts[0]):
            fix = f"Rename it {_other_name(inside.stem, inside.parts[0])}{inside.suffix}; it becomes part of an address"
            reading.problems.add(reading.name(name), Fault(f"“{inside.stem}” can't be a name", fix))
            reading.unread.add(name)
        else:
            found.append(name)
    return found


def _read_here(inside: Path) -> bool:
    """Is a file at this place in a local version one that changes content?"""
    if len(inside.parts) == 1:
        return inside.suffix == ".yaml"
    wanted = ".md" if inside.parts[0] == "guide" else ".yaml"
    return len(inside.parts) == 2 and inside.parts[0] in _FOLDERS and inside.suffix == wanted


def report_misplaced(reading: LocalReading, name: str, places: list[str]) -> None:
    """Add the problem of a file that nothing reads; what belongs at `places` is not said to be missing."""
    reading.unread.update(places)
    what = "Nothing uses this file"
    reading.problems.add(reading.name(name), Fault(what, what_to_do(name, places, reading.folder)))


def _other_name(stem: str, folder: str) -> str:
    name = plain_name(stem)
    return name if good_name(name, folder) else _NEW[folder]


def meant(name: str, national: Iterable[str]) -> list[str]:
    """The names at which the file `name` would be read, if that can be guessed; mostly none, often one."""
    folder, _, file = name.rpartition("/")
    file = _file(folder, file)
    known = {*OWN, *(n for n in national if not n.startswith(OF_THE_NATIONAL))}
    here = f"{folder}/{file}" if folder else file
    if here in known or here.lower() in known:
        return [here if here in known else here.lower()]
    ending = PurePosixPath(file).suffix
    if name != here and _FREE.get(folder) == ending:
        return [here]
    if elsewhere := sorted(n for n in known if n.rsplit("/", 1)[-1] == file.lower()):
        return elsewhere
    if ending.lower() in IMAGE_TYPES:
        return [f"images/{file}"]
    return [f"guide/{file}"] if ending == ".md" and folder != "guide" else []


def _file(folder: str, file: str) -> str:
    """A file's name without what an editor appended to it, with the ending that is read."""
    path = PurePosixPath(file)
    if path.suffix.lower() == ".txt":
        path = path.with_suffix("")
        if not path.suffix:
            path = path.with_suffix(_FREE.get(folder, ".yaml"))
    ending = path.suffix.lower()
    return str(path.with_suffix(_ENDINGS.get(ending, ending)))


def what_to_do(name: str, places: list[str], folder: Path) -> str:
    """What to do with the file `name` that belongs at one of `places`."""
    if not places:
        return "Remove it, or see README.md for where things go"
    if any(_is_there(folder / place) for place in places):
        return f"Move its contents to {' or '.join(places)}, then remove it"
    if len(places) == 1 and places[0].rpartition("/")[0] == name.rpartition("/")[0]:
        return f"Rename it {places[0].rpartition('/')[2]}"
    return f"Move it to {' or '.join(places)}"


def _is_there(path: Path) -> bool:
    # By its very name: to some systems Terms.yaml is terms.yaml.
    return path.parent.is_dir() and path.name in {other.name for other in path.parent.iterdir()}


def no_version(folder: Path) -> Fault:
    """What is wrong with a folder that has no local.yaml, and how to fix it."""
    what = f"This is not the folder of a local version: it has no {ABOUT}"
    for path in sorted(folder.glob("*")):
        if path.is_file() and meant(path.name, ()) == [ABOUT]:
            return Fault(what, f"Rename its file {path.name} to {ABOUT}")
    return Fault(what, f"Name the folder that contains it, or start one with pmdiag local new {typed(folder)}")


def plain_name(text: str) -> str:
    """A text as a name for an address and a file: `Ünïted Borough` → `united-borough`."""
    letters = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    ascii_only = letters.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only)[:30].strip("-")


def typed(path: Path | str) -> str:
    """A path as it can be typed into a terminal, on Windows too: in quotation marks where it needs them."""
    return str(path) if re.fullmatch(r"[\w./\\:~+-]+", str(path)) else f'"{path}"'


def near(path: Path) -> Path:
    """A path relative to where the command was typed, if it is below that."""
    whole, here = path.resolve(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else path


# ---- places and values in its data: how entries are named and spoken of, what a changed text is

IDENTITY = ("id", "name", "code", "number", "title")
"""Keys by which an entry of a list is named, the first that it has."""
OVERRIDE = {"national", "ours", "change"}
"""The keys of a changed text."""
_ADDED = re.compile(r"[1-5]\.L[1-9][0-9]?")


def named(data: Data, path: Path_) -> tuple[str, ...]:
    """A path by key and id: list entries by their name, not by their position."""
    steps: list[str] = []
    for step in path:
        if isinstance(data, list) and isinstance(step, int):
            steps.append(entry_name(data, step) if step < len(data) else str(step + 1))
            data = data[step] if step < len(data) else ""
        else:
            steps.append(str(step))
            data = data.get(str(step), "") if isinstance(data, dict) else ""
    return tuple(steps)


def spoken(data: Data, path: Path_) -> str:
    """A path in words: keys as they are, list entries by their id (`features 3 / statements 3.2 / text`)."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and isinstance(data, list):
            entry = data[step] if step < len(data) else ""
            words[-1:] = [f"{words[-1] if words else ''} {identity(entry) or step + 1}".strip()]
            data = entry
        elif isinstance(data, dict) and isinstance(step, str):
            words.append(step)
            data = data.get(step, "")
    return " / ".join(words)


def identity(entry: Data) -> str:
    """The id of an entry of a list, or an empty text."""
    if not isinstance(entry, dict):
        return ""
    return next((str(entry[key]) for key in IDENTITY if isinstance(entry.get(key), str)), "")


def entry_name(entries: Sequence[Data], position: int) -> str:
    """How an entry of a list is named in local data: by its id, else by its position, counted from 1."""
    return identity(entries[position]) or str(position + 1)


def names_of(entries: Sequence[Data]) -> list[str]:
    """How each entry of a list is named."""
    return [entry_name(entries, i) for i in range(len(entries))]


def index_of(entries: Sequence[Data], name: str) -> int | None:
    """The position of the entry with that name, or None."""
    return next((i for i, known in enumerate(names_of(entries)) if known == name), None)


def is_added(name: str) -> bool:
    """Is it the id of a statement that a local version adds?"""
    return _ADDED.fullmatch(name) is not None


def is_override(local: Data) -> TypeGuard[dict[str, Data]]:
    """Is it a changed text, or a part of one?"""
    return isinstance(local, dict) and bool(local) and local.keys() <= OVERRIDE


def says_who(base: Mapping[str, Data], path: Path_) -> bool:
    """Does this mapping, or can it, say whose words it contains? Entries of lists with a text do."""
    return "origin" in base or (
        "id" in base and "text" in base and isinstance(path[-1], int) and path[-2] != "statements"
    )


def overrides(value: Data) -> Iterator[tuple[str, str, ChangeKind]]:
    """(national wording, ours, kind) of every changed text in `value`."""
    if not isinstance(value, dict):
        return
    if is_override(value):
        kind: ChangeKind = "meaning" if value.get("change") == "meaning" else "wording"
        yield flat(value.get("national", "")), flat(value.get("ours", "")), kind
        return
    for inner in value.values():
        yield from overrides(inner)


def without_identity(base: Data, local: Data) -> Data:
    """Local data without the id by which it names the national entry."""
    if not isinstance(base, dict) or not isinstance(local, dict):
        return local
    return {k: v for k, v in local.items() if not (k in IDENTITY and base.get(k) == v)}


def quoted(path: Path_) -> str:
    """The last key of a path, as a message shows it."""
    return f"“{next((str(p) for p in reversed(path) if isinstance(p, str)), 'the file')}”"


def flat(data: Data) -> str:
    """Any data as one text, to be shown and compared."""
    if isinstance(data, str):
        return data
    if isinstance(data, dict):
        return "\n".join(f"{key}: {flat(value)}" for key, value in data.items())
    return "\n".join(f"- {flat(item)}" for item in data)


def short(data: Data) -> str:
    """The same, short enough for a message."""
    return shortened(" ".join(flat(data).split()), 80)
