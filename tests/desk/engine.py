"""The desk's own engine in Node: Python and qpdf as WebAssembly, with the scripts of a folder `desk` and no browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.programs import program

_BRIDGE = Path(__file__).with_name("engine_bridge.mjs")
_AT = "\0at"
"""Marks the place of bytes, which travel behind the JSON."""


class Engine:
    """One process, which answers one call after another as the worker of the page does."""

    def __init__(self, desk: Path) -> None:
        command = (program("node"), _BRIDGE, desk)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ready = self._answer()

    def call(self, method: str, **args: Any) -> Any:
        """What the worker answers: its `result`, or what is `wrong`, or that it `failed` or `crashed`."""
        given: list[bytes] = []

        def apart(value: object) -> object:
            assert isinstance(value, bytes)
            given.append(value)
            return {_AT: len(given) - 1}

        said = json.loads(json.dumps(args, default=apart))
        call = json.dumps({"method": method, "args": said, "bytes": list(map(len, given))}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"".join([len(call).to_bytes(4, "little"), call, *given]))
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        text, sizes = (self._read(int.from_bytes(self._read(4), "little")) for _ in range(2))
        made = [self._read(size) for size in json.loads(sizes)]
        return json.loads(text, object_hook=lambda found: made[found[_AT]] if _AT in found else found)

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        assert len(data) == size, "Node ended"
        return data

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.communicate()
