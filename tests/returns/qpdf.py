"""qpdf as the desk runs it, but in Node: `PDF_LIBRARY=qpdf pytest tests/returns` reads all PDFs with it."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from pathlib import Path

from pmdiag_build.resources import LAYOUTS
from pmdiag_build.returns.readers import qpdf_objects
from tests.programs import program

CHOSEN = os.environ.get("PDF_LIBRARY") == "qpdf"
_BRIDGE = Path(__file__).with_name("qpdf_bridge.mjs")


class _Node:
    """One process of Node, which answers one call after another."""

    def __init__(self) -> None:
        desk = LAYOUTS / "desk"
        files = (desk / "vendor" / "qpdf-script.js", desk / "qpdf.js", desk / "vendor" / "qpdf" / "qpdf.wasm")
        # Collecting what instances leave behind in threads of its own takes longer than qpdf takes for a file.
        command = (program("node"), "--single-threaded-gc", _BRIDGE, *files)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, data: bytes, arguments: list[str]) -> tuple[int, str, bytes]:
        assert self._process.stdin is not None
        call = json.dumps({"size": len(data), "arguments": arguments}).encode()
        self._process.stdin.write(len(call).to_bytes(4, "little") + call + data)
        self._process.stdin.flush()
        head = json.loads(self._read(int.from_bytes(self._read(4), "little")))
        return head["code"], head["said"], self._read(head["size"])

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        assert len(data) == size, "Node ended"
        return data

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


_nodes: dict[int, _Node] = {}


def run(data: bytes, arguments: list[str]) -> tuple[int, str, bytes]:
    """As `qpdf_objects.run`. Each process has a Node of its own."""
    process = os.getpid()
    if process not in _nodes:
        _nodes[process] = _Node()
        atexit.register(_nodes[process].close)
    return _nodes[process].run(data, arguments)


def start_if_chosen() -> None:
    """Puts qpdf behind the readers of this process if the environment says so. To be called before a PDF is read."""
    if CHOSEN:
        qpdf_objects.run = run
