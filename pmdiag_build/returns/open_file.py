"""Open a file that came back, or say why it can't be opened."""

from __future__ import annotations

import errno
import stat

from pmdiag_build.problems import Fault, Location, Problem
from pmdiag_build.returns import limits
from pmdiag_build.returns.find_files import File

_OUT = "Take it out of the folder"
NOT_A_FILE = Fault("This is a pipe or device, not a file", _OUT)
TOO_BIG_FILE = Fault("The file is too big to be a return ({size} MB)", _OUT)
NOT_FOUND = Fault("The file is not there any more", "Put it back")
OPEN_ELSEWHERE = Fault("The file is open in another program", "Close it there")
NOT_ALLOWED = Fault("You are not allowed to read this file", "Check its permissions")
CANT_OPEN = Fault("The file can't be opened ({why})", "Copy it to this computer's own disk")
LINKED_FOLDER = Fault("This is a link to a folder, and links are not followed", "Give pmdiag the folder itself")
SHUT_FOLDER = Fault("The folder can't be opened, so nothing in it was read", "Check its permissions")
ONLINE_ONLY = Fault(
    "This file is not on this computer but only in the cloud (OneDrive or iCloud)",
    "Open it once, so that it is downloaded",
)
_IN_USE = (32, 33)
"""Errors of Windows: another program has the file open, or a part of it."""

_ONLINE_ONLY = range(358, 405)
"""Errors of Windows: the provider of a cloud does not download the file. macOS says that it would wait for ever."""


def bytes_of(file: File) -> bytes | Problem:
    """The bytes of a file, or why it is not read: it can't be opened, is not a file, or is too big."""
    place, content = Location(file.name), file.content
    if isinstance(content, bytes):
        return _too_big(place, len(content)) or content
    try:
        about = content.stat()
        if stat.S_ISDIR(about.st_mode):
            return (LINKED_FOLDER if content.is_symlink() else SHUT_FOLDER).at(place)
        if not stat.S_ISREG(about.st_mode):
            # A pipe or a device may never end.
            return NOT_A_FILE.at(place)
        return _too_big(place, about.st_size) or content.read_bytes()
    except OSError as error:
        return _cant_open(place, error)


def _cant_open(place: Location, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return NOT_FOUND.at(place)
    if getattr(error, "winerror", None) in _IN_USE:
        return OPEN_ELSEWHERE.at(place)
    if getattr(error, "winerror", None) in _ONLINE_ONLY or error.errno == errno.EDEADLK:
        return ONLINE_ONLY.at(place)
    if isinstance(error, PermissionError):
        return NOT_ALLOWED.at(place)
    return CANT_OPEN.at(place, why=error.strerror or type(error).__name__)


def _too_big(place: Location, size: int) -> Problem | None:
    return TOO_BIG_FILE.at(place, size=str(size >> 20)) if size > limits.BYTES else None
