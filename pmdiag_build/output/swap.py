"""Two folders change places: in one step where the system can, else in two that the next run can fix."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

_AT_FDCWD = -100
_LINUX_EXCHANGE = 2
_MACOS_SWAP = 2
_NOT_HERE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOTTY})


def exchange(first: Path, second: Path) -> bool:
    """Let two folders of one file system change places in one step; False where the system can't do that.

    Raises OSError where it could but did not, and then nothing has changed.
    """
    call = _call()
    if call is None:
        return False
    ctypes.set_errno(0)
    if call(os.fsencode(first), os.fsencode(second)) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_HERE:
        return False
    raise OSError(code, os.strerror(code), str(second))


def _call() -> Callable[[bytes, bytes], int] | None:
    """The system's call as a function of two paths that gives 0 if it worked."""
    if sys.platform.startswith("linux"):
        function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if function is not None:
            return lambda a, b: int(function(_AT_FDCWD, a, _AT_FDCWD, b, ctypes.c_uint(_LINUX_EXCHANGE)))
    elif sys.platform == "darwin":
        function = getattr(ctypes.CDLL(None, use_errno=True), "renamex_np", None)
        if function is not None:
            return lambda a, b: int(function(a, b, ctypes.c_uint(_MACOS_SWAP)))
    return None
