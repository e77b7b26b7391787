"""Where the national content and the layouts are, and which files are ignored everywhere.

Content and layouts are beside the package in a checkout, inside it in a wheel.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


CONTENT = _folder("content")
LAYOUTS = _folder("layouts")


# ---- Which files are ignored because a computer or an editor made them for itself: the one list, for every room.

_DESKTOP = r"\.ds_store | thumbs\.db | desktop\.ini | \.directory | \.localized"
"""Settings that desktops leave in folders that people look at."""

_SYSTEM = r"""
    ~\$.* | \.~lock\..*       # a document is open in Office or LibreOffice
    | \._.*                   # what macOS keeps beside a file on other disks
    | \.pmdiag\.json          # our list of what we wrote into a folder
    | \.(?:.*\.)?pmdiag-.*    # our unfinished files
"""
_EDITORS = r"""
    \..* | .*~                # hidden; a copy from before
    | \#.*\#                  # Emacs, of what is not saved yet
    | [0-9]{4,5}              # Vim, to see whether it may write there: 4913, 5036 …
    | .*\.(?:tmp|temp|bak|orig|sw[a-p])
    | .*___jb_(?:tmp|old|bak)___
    | sed[A-Za-z0-9]{6}
"""
_IGNORED_FOLDER = re.compile(r"__MACOSX | \.(?:.*\.)?pmdiag-.*", re.VERBOSE | re.DOTALL)


class Among(Enum):
    """Where a file is. The more harm it would do to ignore one of somebody's files there, the fewer are ignored.

    `OUTPUT`: ignored files are deleted with the folder, so only those of desktops. `RETURNS`: a backup or hidden file
    may contain somebody's answers, so only those that can't. `CONTENT`: the files of editors too.
    """

    OUTPUT = _DESKTOP
    RETURNS = f"{_DESKTOP}|{_SYSTEM}"
    CONTENT = f"{_DESKTOP}|{_SYSTEM}|{_EDITORS}"


def is_ignored(path: str, among: Among) -> bool:
    """Whether nobody made this file by hand. `path`: its name, after the folders that it is in if they matter."""
    # In a ZIP that was made on Windows folders may end with a backslash.
    *folders, name = path.replace("\\", "/").split("/") if among is Among.RETURNS else path.split("/")
    return _names(among).fullmatch(name) is not None or any(map(_IGNORED_FOLDER.fullmatch, folders))


@cache
def _names(among: Among) -> re.Pattern[str]:
    return re.compile(among.value, re.VERBOSE | re.IGNORECASE | re.DOTALL)
