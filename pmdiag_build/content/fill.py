"""A value into a sentence of the content. Knows no sentence and no markup; every room may use it."""

from __future__ import annotations

import re

_NAME = re.compile(r"\{([a-z_]+)\}")


def fill(text: str, **values: object) -> str:
    """`{name}` replaced by a value; the rest stays, also other braces.

    Not `str.format`: content must not be able to reach into values, and a brace of its own is no fault.
    """
    return _NAME.sub(lambda found: str(values.get(found[1], found[0])), text)
