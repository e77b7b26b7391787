"""Which files pmdiag ignores because a computer or an editor made them for itself: the one list, for every room."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache

_DESKTOP = r"\.ds_store | thumbs\.db | desktop\.ini | \.directory | \.localized"
"""Settings that desktops leave in folders that people look at."""

_SYSTEM = r"""
    ~\$.* | \.~lock\..*       # a document is open in Office or LibreOffice
    | \._.*                   # what macOS keeps beside a file on other disks
    | \.pmdiag\.json          # our list of what we wrote into a folder
    | \.(?:.*\.)?pmdiag-.*    # what we are writing beside its place
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
    """The files that a name is found among: the more harm it does to ignore one of them, the fewer are ignored.

    `OUTPUT`: what is ignored there is deleted with the folder, so only what desktops leave. `RETURNS`: a copy or a
    hidden file may hold somebody's answers, so only what can hold none. `CONTENT`: the files of editors too.
    """

    OUTPUT = _DESKTOP
    RETURNS = f"{_DESKTOP}|{_SYSTEM}"
    CONTENT = f"{_DESKTOP}|{_SYSTEM}|{_EDITORS}"


def is_ignored(path: str, among: Among) -> bool:
    """Whether a file is nobody's work. `path`: its name, behind the folders that it is in if they matter."""
    # In a ZIP that was made on Windows folders may end with a backslash.
    *folders, name = path.replace("\\", "/").split("/") if among is Among.RETURNS else path.split("/")
    return _names(among).fullmatch(name) is not None or any(map(_IGNORED_FOLDER.fullmatch, folders))


@cache
def _names(among: Among) -> re.Pattern[str]:
    return re.compile(among.value, re.VERBOSE | re.IGNORECASE | re.DOTALL)
