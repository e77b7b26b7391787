"""Write a file whole or not at all, or several together, or a new folder; and let only one process write at a time.

Everything is written beside its place first, as `.NAME.pmdiag-new`. It is renamed when all of it is on the disk, and
removed if writing fails. What a killed run left there is overwritten by the next one.
"""

from __future__ import annotations

import contextlib
import errno
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from pmdiag_build.problems import EnvironmentFailed, Fault, UsageWrong

_ABANDONED = 60.0
"""Seconds after which nobody is writing a file any more: it takes a fraction of one."""

_AT_ONCE = 8
"""So many files wait for the disk together."""

NEW = "new"
"""The role of an unfinished file or folder, for `beside`."""


def beside(path: Path, role: str) -> Path:
    """Where something is kept beside `path` while we work. The name is hidden, and ignored when we read folders."""
    return path.with_name(f".{path.name}.pmdiag-{role}")


def check_free(path: Path, *, force: bool) -> None:
    """Raises UsageWrong if there is a file at `path` (unless `force`), or no folder for it."""
    if not path.parent.is_dir():
        raise UsageWrong.one(str(path), Fault("Its folder does not exist", "Make the folder first"))
    if path.is_dir() or (path.exists() and not force):
        fix = "Choose another name with -o; --force replaces the file"
        raise UsageWrong.one(str(path), Fault("There is already a file of this name", fix))


def write_file(path: Path, content: bytes) -> None:
    """Write `content` into the file at `path`. Raises EnvironmentFailed, and then the file is as it was."""
    write_files({path: content})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write each content into its file, and make the folders for them. A file that is a link stays one.

    Raises EnvironmentFailed at the last of the files, and then all of them are as they were.
    """
    parts: dict[Path, Path] = {}
    folders: list[Path] = []
    try:
        with failures_at(list(files)[-1]):
            for path, content in files.items():
                folders += make_folders(path.parent)
                real = Path(os.path.realpath(path))
                _sweep(real.parent)
                parts[real] = beside(real, NEW)
                write_to_disk(parts[real], content)
                if real.exists():
                    shutil.copymode(real, parts[real])
            _replace_all(parts)
    except BaseException:
        # A disk that can only be read refuses this, too, and that is not what went wrong.
        with contextlib.suppress(OSError):
            for part in parts.values():
                part.unlink(missing_ok=True)
        remove_empty(folders)
        raise


def _replace_all(parts: Mapping[Path, Path]) -> None:
    """Rename each part to its file. If one can't be replaced, those before it get their content back."""
    before: dict[Path, bytes | None] = {}
    try:
        for path, part in parts.items():
            # To undo it. A single file needs no undoing; where there are several, they are small.
            content = path.read_bytes() if len(parts) > 1 and path.exists() else None
            part.replace(path)
            before[path] = content
    except BaseException:
        for path, content in before.items():
            if content is None:
                path.unlink()
            else:
                write_to_disk(path, content)
        raise


def write_folder(folder: Path, files: Mapping[str, bytes], empty: Iterable[str] = ()) -> None:
    """Make `folder`, or fill it if it is empty, with these files (path with `/`) and with empty folders.

    Raises EnvironmentFailed at `folder`, and then nothing was changed.
    """
    filled = folder.exists()
    # An existing folder may be a whole disk or the working folder: it stays, and files are moved into it.
    new = folder / f".pmdiag-{NEW}" if filled else beside(folder, NEW)
    shutil.rmtree(new, ignore_errors=True)
    try:
        with failures_at(folder):
            for name in empty:
                (new / name).mkdir(parents=True)
            with written_to_disk() as write:
                for name, content in files.items():
                    (new / name).parent.mkdir(parents=True, exist_ok=True)
                    write(new / name, content)
            if not filled:
                new.replace(folder)
            for path in new.iterdir() if filled else ():
                path.replace(folder / path.name)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def is_leftover(path: Path) -> bool:
    """Whether a killed run left this unfinished."""
    return path.name.startswith(".") and path.name.endswith(f".pmdiag-{NEW}")


def _sweep(folder: Path) -> None:
    """Remove files that killed runs left in a folder unfinished. One that is being written is younger."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*.pmdiag-{NEW}"):
            if path.is_file() and time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink()


def write_to_disk(path: Path, content: bytes) -> None:
    """Write the bytes and wait until the disk has them.

    A full disk is found out now, and a power cut after renaming can't leave named but empty files.
    """
    with path.open("wb") as stream:
        _write(stream, content)
        os.fsync(stream.fileno())


@contextlib.contextmanager
def written_to_disk() -> Iterator[Callable[[Path, bytes], None]]:
    """Gives a function like `write_to_disk` for many files: it does not wait, but the block ends when the disk has all.

    A disk takes several files in hardly more time than one. Raises the first OSError when the block ends.
    """
    written: queue.Queue[IO[bytes] | None] = queue.Queue(_AT_ONCE)
    failed: list[OSError] = []
    waiting = [threading.Thread(target=_wait_for_disk, args=(written, failed), daemon=True) for _ in range(_AT_ONCE)]

    def write(path: Path, content: bytes) -> None:
        stream = path.open("wb")
        try:
            _write(stream, content)
        except BaseException:
            with contextlib.suppress(OSError):
                stream.close()
            raise
        written.put(stream)

    for thread in waiting:
        thread.start()
    try:
        yield write
    finally:
        for _ in waiting:
            written.put(None)
        for thread in waiting:
            thread.join()
    if failed:
        raise failed[0]


def _write(stream: IO[bytes], content: bytes) -> None:
    stream.write(content)
    stream.flush()


def _wait_for_disk(written: queue.Queue[IO[bytes] | None], failed: list[OSError]) -> None:
    while (stream := written.get()) is not None:
        try:
            with stream:
                os.fsync(stream.fileno())
        except OSError as error:
            failed.append(error)


@contextlib.contextmanager
def failures_at(path: Path) -> Iterator[None]:
    """Turn what the system refuses into a problem at `path`, as the person named it."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = f"It can't be written ({reason}); nothing was changed"
        raise EnvironmentFailed.one(str(path), Fault(what, how_to_fix(error))) from error


def how_to_fix(error: OSError) -> str:
    """What to do when the system refused to write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "Make room on the disk and try again"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "Close the file in other programs, and check that you may write there"
    return "Check that the folder exists and can be written to"


def make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; returns the new ones, the outermost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def remove_empty(folders: Iterable[Path]) -> None:
    """Remove those folders that `make_folders` made and that are still empty."""
    for folder in reversed([*folders]):
        with contextlib.suppress(OSError):
            folder.rmdir()


@contextlib.contextmanager
def locked(file: Path, on_wait: Callable[[], None], failed: Callable[[OSError], Exception]) -> Iterator[None]:
    """Lock `file`. Calls `on_wait` once if another process has the lock; raises `failed(…)` if it can't be made.

    The system releases the lock when a process is killed; the file then stays until the next run.
    """
    # Imported here: it would cost a build that finds nothing to do a fifth of its time.
    from filelock import FileLock, Timeout

    lock = FileLock(file)
    try:
        _try_lock(file)
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        lock.acquire()
    except OSError as error:
        raise failed(error) from error
    try:
        yield
    finally:
        # Before releasing it: a process that waits for this file then sees that it is gone, and makes a new one.
        with contextlib.suppress(OSError):
            file.unlink()
        lock.release()
        if os.name == "nt":
            # Windows deletes no open file: one that another process waits for stays.
            with contextlib.suppress(OSError):
                file.unlink()


def _try_lock(file: Path) -> None:
    """Raises OSError if no lock file can be made, or if the file system has no locks.

    filelock would wait for ever: in the second case for a file that nobody removes after a kill.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if os.name != "nt":
            import fcntl

            # Releasing a lock that we do not have changes nothing, and fails where there are no locks.
            fcntl.flock(handle, fcntl.LOCK_UN)
    except OSError:
        file.unlink()
        raise
    finally:
        os.close(handle)
