"""Where a file of a local version that stands nowhere is meant to stand: `terms.yaml.txt`, `pages/privacy.md`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pmdiag_build.content.images import IMAGE_TYPES
from pmdiag_build.local.naming import typed
from pmdiag_build.problems import Fault

ABOUT = "local.yaml"
TERMS = "terms.yaml"
OWN = (ABOUT, TERMS, "README.md")
# What editors append, and other ways to write an ending → the one that is read.
_ENDINGS = {".yml": ".yaml", ".markdown": ".md", ".mdown": ".md", ".htm": ".md", ".html": ".md"}
_FREE = {"guide": ".md", "packs": ".yaml"}
"""Folders that take files of any name."""


def meant(name: str, national: Iterable[str]) -> list[str]:
    """The names at which the file `name` would be read, if it can be told what it is; often one, mostly none."""
    folder, _, file = name.rpartition("/")
    file = _file(folder, file)
    known = {*OWN, *(n for n in national if n != "corrections.yaml" and not n.startswith("editions/"))}
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
    """What to do with the file `name` that is meant to stand at one of `places`."""
    if not places:
        return "Remove it, or see README.md for where things go"
    if any(_stands(folder / place) for place in places):
        return f"Put what it says into {' or '.join(places)}, and remove it"
    if len(places) == 1 and places[0].rpartition("/")[0] == name.rpartition("/")[0]:
        return f"Rename it {places[0].rpartition('/')[2]}"
    return f"Move it to {' or '.join(places)}"


def _stands(path: Path) -> bool:
    # By its very name: to some systems Terms.yaml is terms.yaml.
    return path.parent.is_dir() and path.name in {other.name for other in path.parent.iterdir()}


def no_version(folder: Path) -> Fault:
    """What is wrong with a folder that has no local.yaml, and how to fix it."""
    what = f"This is not the folder of a local version: it has no {ABOUT}"
    for path in sorted(folder.glob("*")):
        if path.is_file() and meant(path.name, ()) == [ABOUT]:
            return Fault(what, f"Rename the file {path.name} in it {ABOUT}")
    return Fault(what, f"Name the folder that holds it, or start one with pmdiag local new {typed(folder)}")
