"""From a saved edit to the page in a real browser, beside the server of MkDocs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.bench.baselines import mkdocs_serve, write_mkdocs_project
from tests.bench.measure import BenchFailed
from tests.bench.table import Row, compared
from tests.programs import program
from tests.project import copy_project

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGE = "using-this-tool"
SETTLE = 2.0
"""Seconds between two edits: a person's pace, in which work in the background ends."""
_START = 30.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: the file that is edited and the page on which the edit appears."""

    file: Path
    url: str


def rows(folder: Path, times: int) -> Iterator[Row]:
    """Change one sentence while serving: from the save to the text in Chromium."""
    from playwright.sync_api import sync_playwright  # its weight must not count as the memory of measured processes

    project = copy_project(folder / "project")
    write_mkdocs_project(folder / "mkdocs")
    ours_port, mkdocs_port = _free_port(), _free_port()
    command = (sys.executable, "-m", "pmdiag_build", "serve", "--port", str(ours_port))
    with ExitStack() as stack:
        stack.enter_context(_serving(command, project.root))
        stack.enter_context(_serving(mkdocs_serve(mkdocs_port), folder / "mkdocs"))
        servers = (
            Server(project.content / "guide" / f"{PAGE}.md", f"http://127.0.0.1:{ours_port}/{PAGE}.html"),
            Server(folder / "mkdocs" / "docs" / f"{PAGE}.md", f"http://127.0.0.1:{mkdocs_port}/{PAGE}/"),
        )
        playwright = stack.enter_context(sync_playwright())
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=flags)
        stack.callback(browser.close)
        pages = [_opened(browser.new_page(), server) for server in servers]
        taken = [[_edit(page, server, n) for page, server in zip(pages, servers, strict=True)] for n in range(times)]
    ours, theirs = (median(column) for column in zip(*taken, strict=True))
    yield compared("edit to browser while serving", ours, theirs, 1, "mkdocs serve")


def _edit(page: Page, server: Server, n: int) -> float:
    time.sleep(SETTLE)
    text = server.file.read_text(encoding="utf-8")
    mark = f"Edit number {n} is here."
    start = time.perf_counter()
    server.file.write_text(f"{text}\n\n{mark}\n", encoding="utf-8")
    page.get_by_text(mark).wait_for(timeout=_START * 1000)
    return time.perf_counter() - start


def _opened(page: Page, server: Server) -> Page:
    end = time.monotonic() + _START
    while True:
        try:
            urllib.request.urlopen(server.url, timeout=5).close()  # noqa: S310 - it is our own server
            break
        except OSError as error:
            if time.monotonic() > end:
                raise BenchFailed(f"{server.url} does not answer: {error}") from error
            time.sleep(0.05)
    page.goto(server.url)
    return page


@contextmanager
def _serving(command: Sequence[str | Path], cwd: Path) -> Iterator[None]:
    process = subprocess.Popen(
        [str(word) for word in command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=_START)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port
