"""One process at a time: a lock file that is there only while somebody holds it. Knows no folder of results."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path


def _try(file: Path) -> None:
    """Raises OSError where there can be no lock file, or where the file system knows no locks.

    filelock would wait for ever in the one case, and in the other for a file that nobody removes after a kill.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if os.name != "nt":
            import fcntl

            # To let go of what we do not hold changes nothing, and fails where there are no locks.
            fcntl.flock(handle, fcntl.LOCK_UN)
    except OSError:
        file.unlink()
        raise
    finally:
        os.close(handle)


@contextlib.contextmanager
def held(file: Path, on_wait: Callable[[], None], failed: Callable[[OSError], Exception]) -> Iterator[None]:
    """Hold the lock `file`. Calls `on_wait` once if another process has it; raises `failed(…)` if it can't be made.

    The system lets go of it when a process is killed; the file then stays until the next one has held it.
    """
    # Imported only where it is needed: it would cost the build that finds nothing to do a fifth of its time.
    from filelock import FileLock, Timeout

    lock = FileLock(file)
    try:
        _try(file)
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        lock.acquire()
    except OSError as error:
        raise failed(error) from error
    try:
        yield
    finally:
        # While it is held: whoever waits for this file sees that it is gone, and makes a new one.
        with contextlib.suppress(OSError):
            file.unlink()
        lock.release()
        if os.name == "nt":
            # Here an open file can't be deleted; one that somebody waits for stays.
            with contextlib.suppress(OSError):
                file.unlink()
