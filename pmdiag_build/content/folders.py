"""What stands in a folder of content, in a fixed order; one that can't be looked into is a problem. Reads no file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pmdiag_build.ignored_files import Among, is_ignored
from pmdiag_build.problems import Fault, Location, Problems

NO_FOLDER = Fault("This is no folder", "Put a folder of this name in its place")


def entries(folder: Path, name: str, problems: Problems) -> list[Path]:
    """What stands in the folder that messages call `name`, but for what editors put there. Nothing if it is a link."""
    if folder.is_symlink():
        problems.add(
            Location(name), Fault("It is a link to a folder, and those are not followed", "Put the folder itself there")
        )
        return []
    return _listed(folder, name, problems)


def files_under(folder: Path, name: str, problems: Problems) -> Iterator[Path]:
    """Every file in the folder, which may be a link itself, and in those within it."""
    for path in _listed(folder, name, problems):
        if not path.is_dir():
            yield path
        elif entries(path, f"{name}/{path.name}", problems):
            yield from files_under(path, f"{name}/{path.name}", problems)


def _listed(folder: Path, name: str, problems: Problems) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if not is_ignored(path.name, Among.CONTENT)]
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        problems.add(Location(name), NO_FOLDER)
    except OSError as error:
        problems.add(Location(name), Fault(f"The folder can't be read ({error.strerror})", "Check its permissions"))
    return []


def is_file(path: Path) -> bool:
    """Is there a file, as far as one can see?"""
    try:
        return path.is_file()
    except OSError:
        return False


def leaves(path: Path, folder: Path) -> bool:
    """Is the file a link that leads out of the folder? One that leads nowhere is told by whoever reads it."""
    root, real = os.path.realpath(folder), os.path.realpath(path)
    return os.path.commonpath([root, real]) != root
