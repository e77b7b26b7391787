"""Two pieces of work at the same time, where the system can copy a process; elsewhere one after the other."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections.abc import Callable
from typing import TypeVar

Mine = TypeVar("Mine")
Other = TypeVar("Other")


def both(mine: Callable[[], Mine], other: Callable[[], Other]) -> tuple[Mine, Other]:
    """What two functions return. `other` is called in a copy of this process if there can be one: it must not change
    anything, and what it returns is pickled. If the copy fails, for whatever reason, `other` is called here.
    """
    if not _can_copy():
        return mine(), other()
    reading, writing = os.pipe()
    copy = os.fork()
    if copy == 0:
        _answer(other, reading, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as stream:
            done = mine()
            answer = stream.read()
    except BaseException:
        os.kill(copy, signal.SIGKILL)
        raise
    finally:
        _, status = os.waitpid(copy, 0)
    return done, pickle.loads(answer) if status == 0 else other()  # noqa: S301 - from the copy


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_copy() -> bool:
    # A copy has only the thread that asked for it, so what another one held would be held for ever.
    return hasattr(os, "fork") and processors() > 1 and threading.active_count() == 1


def _answer(work: Callable[[], object], reading: int, writing: int) -> None:
    """In the copy: gives the answer and ends, without any of what a process does at its end."""
    status = 1
    with contextlib.suppress(BaseException):
        os.close(reading)
        with os.fdopen(writing, "wb") as stream:
            pickle.dump(work(), stream, pickle.HIGHEST_PROTOCOL)
        status = 0
    os._exit(status)
