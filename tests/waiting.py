"""Wait for something to happen, not for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T | None]) -> T:
    """What `look` returns once that is true; if it never is, the time limit of the test ends it."""
    while not (found := look()):
        time.sleep(0.01)
    return found
