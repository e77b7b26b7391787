"""qpdf as the desk runs it, but in Node: `PDF_LIBRARY=qpdf pytest tests/returns` reads all PDFs with it."""

from __future__ import annotations

import atexit
import json
import os
from pathlib import Path

from pmdiag_build.resources import LAYOUTS
from pmdiag_build.returns.readers import qpdf_objects
from tests.programs import Node

CHOSEN = os.environ.get("PDF_LIBRARY") == "qpdf"
_BRIDGE = Path(__file__).with_name("qpdf_bridge.mjs")


def _node() -> Node:
    desk = LAYOUTS / "desk"
    files = (desk / "vendor" / "qpdf-script.js", desk / "qpdf.js", desk / "vendor" / "qpdf" / "qpdf.wasm")
    # Collecting what instances leave behind in threads of its own takes longer than qpdf takes for a file.
    return Node("--single-threaded-gc", _BRIDGE, *files)


_nodes: dict[int, Node] = {}


def run(data: bytes, arguments: list[str]) -> tuple[int, str, bytes]:
    """As `qpdf_objects.run`. Each process has a Node of its own."""
    process = os.getpid()
    if process not in _nodes:
        _nodes[process] = _node()
        atexit.register(_nodes[process].close)
    node = _nodes[process]
    node.ask({"size": len(data), "arguments": arguments}, data)
    head = json.loads(node.text())
    return head["code"], head["said"], node.read(head["size"])


def start_if_chosen() -> None:
    """Puts qpdf behind the readers of this process if the environment says so. To be called before a PDF is read."""
    if CHOSEN:
        qpdf_objects.run = run
