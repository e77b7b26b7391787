"""Wait until something has happened, however long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T | None]) -> T:
    """Call `look` until it returns something true, and return that. The time limit of the test ends a wait in vain."""
    while not (found := look()):
        time.sleep(0.01)
    return found
