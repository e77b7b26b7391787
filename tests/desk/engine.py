"""The desk's own engine in Node: Python and qpdf as WebAssembly, with the scripts of a folder `desk` and no browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.programs import Node

_BRIDGE = Path(__file__).with_name("engine_bridge.mjs")
_AT = "\0at"
"""Marks the place of bytes, which travel behind the JSON."""


class Engine:
    """One process, which answers one call after another as the worker of the page does."""

    def __init__(self, desk: Path) -> None:
        self._node = Node(_BRIDGE, desk)
        self.ready = self._answer()

    def call(self, method: str, **args: Any) -> Any:
        """What the worker answers: its `result`, or what is `wrong`, or that it `failed` or `crashed`."""
        given: list[bytes] = []

        def apart(value: object) -> object:
            assert isinstance(value, bytes)
            given.append(value)
            return {_AT: len(given) - 1}

        said = json.loads(json.dumps(args, default=apart))
        self._node.ask({"method": method, "args": said, "bytes": list(map(len, given))}, *given)
        return self._answer()

    def _answer(self) -> Any:
        text, sizes = self._node.text(), self._node.text()
        made = [self._node.read(size) for size in json.loads(sizes)]
        return json.loads(text, object_hook=lambda found: made[found[_AT]] if _AT in found else found)

    def close(self) -> None:
        self._node.close()
