"""Which files a folder of content has, in a fixed order, and what they may be called.

A name becomes an id, part of an address and the name of a file.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pmdiag_build.content.field_names import ENTRY_SHEET
from pmdiag_build.problems import Fault, Location, Problems
from pmdiag_build.resources import Among, is_ignored

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_DEEPEST = 20
_WINDOWS = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(10)), *(f"lpt{i}" for i in range(10))}
_NOT_IN_A_FILE_NAME = re.compile(r'[<>:"|?*\\#%\x00-\x1f\x7f-\x9f\ud800-\udfff]|^ |[ .]$')
"""What Windows forbids in file names, what ends a path in an address, and what is not text."""
PARTS = {"site", "packs", "whole"}
"""What a build calls its parts, for `--only` and in its ledger: no pack may be called so."""
LEADS_OUTSIDE = Fault("The file is a link to a place outside the folder", "Put the file itself there")
NO_FOLDER = Fault("This is not a folder", "Put a folder with this name in its place")


def good_name(stem: str, folder: str) -> bool:
    """May this be the id of a page or pack (`folder`: guide, packs …), also in an address and on Windows?"""
    return _NAME.fullmatch(stem) is not None and not _is_reserved(stem, folder)


def how_to_name(stem: str, folder: str) -> str:
    """How to fix an invalid name."""
    if _is_reserved(stem, folder):
        who = "Windows" if stem in _WINDOWS else "pmdiag build --only" if stem in PARTS else "pmdiag entry-sheet"
        return f"Choose another name; {who} reserves this one"
    return "Use small letters a–z, figures and hyphens; it becomes part of an address and a file name"


def check_image_name(name: str, place: Location, seen: dict[str, str], problems: Problems) -> None:
    """Adds a problem if an image's name does not work on every system; `seen`: the names so far, as they are
    where case and the way to write an accent do not count."""
    if _NOT_IN_A_FILE_NAME.search(name) or name.split(".")[0].lower() in _WINDOWS:
        problems.add(place, Fault("An image can't have this name", "Use letters, figures, hyphens and a full stop"))
    elif (twin := seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)) != name:
        what = f"To Windows and macOS this is the same name as {twin}"
        problems.add(place, Fault(what, "Rename one of them"))


def _is_reserved(stem: str, folder: str) -> bool:
    return stem in _WINDOWS or (folder == "packs" and stem in (*PARTS, ENTRY_SHEET))


def entries(folder: Path, name: str, problems: Problems) -> list[Path]:
    """The contents of the folder that messages call `name`, without ignored files. Nothing if it is a link."""
    if folder.is_symlink():
        what = "This is a link to a folder, and such links are not followed"
        problems.add(name, Fault(what, "Put the folder itself there"))
        return []
    return _listed(folder, name, problems)


def files_under(folder: Path, name: str, problems: Problems) -> Iterator[Path]:
    """Every file in the folder, which may be a link itself, and in those within it."""
    for path in _listed(folder, name, problems):
        if not path.is_dir():
            yield path
        elif name.count("/") > _DEEPEST:
            what = f"Folders are nested here more than {_DEEPEST} deep"
            problems.add(f"{name}/{path.name}", Fault(what, "Remove this folder"))
        elif entries(path, f"{name}/{path.name}", problems):
            yield from files_under(path, f"{name}/{path.name}", problems)


def _listed(folder: Path, name: str, problems: Problems) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if not is_ignored(path.name, Among.CONTENT)]
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        problems.add(name, NO_FOLDER)
    except OSError as error:
        problems.add(name, Fault(f"The folder can't be read ({error.strerror})", "Check its permissions"))
    return []


def is_file(path: Path) -> bool:
    """Is there a file, as far as one can see?"""
    try:
        return path.is_file()
    except OSError:
        return False


def leaves(path: Path, folder: Path) -> bool:
    """Is the file a link to a place outside the folder? Broken links are reported by the reader."""
    root, real = os.path.realpath(folder), os.path.realpath(path)
    return os.path.commonpath([root, real]) != root
