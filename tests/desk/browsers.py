"""The desk in real browsers: opened from a disk or from a server, with a log of all that is asked for."""

from __future__ import annotations

import contextlib
import functools
import http.server
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Browser, Request

from tests.firefox import Firefox

_WATCH = """
const asked = [];
const watch = {observe(channel) {
  const {loadInfo, URI} = channel.QueryInterface(Ci.nsIChannel);
  const principal = loadInfo.loadingPrincipal || loadInfo.triggeringPrincipal;
  if (!principal.isSystemPrincipal) asked.push(URI.spec);
}};
Services.obs.addObserver(watch, 'http-on-modify-request');
window.askedByPages = asked;
"""
"""Firefox itself asks for this and that; what a page asks for has the page's principal."""


class OnScreen(Protocol):
    """A page in a browser."""

    def open(self, address: str) -> None:
        """Go to an address."""

    def call(self, function: str, *arguments: object) -> Any:
        """Run a function as a script of the page and return its result. If that is a promise, wait for it."""

    def choose(self, css: str, path: Path) -> None:
        """Choose a file or a folder in an element that asks for one."""

    def drop(self, folder: Path) -> None:
        """Drop a folder on the page."""

    def save(self, css: str) -> Path:
        """The file that a click saves."""

    def asked(self) -> list[str]:
        """The addresses that the page asked for, but for files and what it made itself."""


@dataclass(slots=True)
class InChromium:
    """A page in a context of its own."""

    browser: Browser
    addresses: list[str] = field(default_factory=list)
    page: Any = None

    def open(self, address: str) -> None:
        if self.page is not None:
            self.close()
        context = self.browser.new_context(accept_downloads=True)
        context.on("request", lambda request: self.addresses.append(request.url))
        context.on("requestfailed", lambda request: self._failed(request))
        self.page = context.new_page()
        self.page.goto(address)

    def call(self, function: str, *arguments: object) -> Any:
        return self.page.evaluate(f"given => ({function})(...given)", list(arguments))

    def choose(self, css: str, path: Path) -> None:
        self.page.locator(css).set_input_files(path)

    def drop(self, folder: Path) -> None:
        session = self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})

    def save(self, css: str) -> Path:
        with self.page.expect_download() as download:
            self.page.locator(css).click()
        return Path(download.value.path())

    def _failed(self, request: Request) -> None:
        if request.failure == "csp":  # the page's policy kept it from being asked
            self.addresses.remove(request.url)

    def asked(self) -> list[str]:
        return [address for address in self.addresses if not address.startswith(("file:", "blob:", "data:"))]

    def close(self) -> None:
        self.page.context.close()


@dataclass(slots=True)
class InFirefox:
    """The one page that all tests of a process share."""

    firefox: Firefox

    def open(self, address: str) -> None:
        self.firefox.privileged(_WATCH)
        self.firefox.open(address)

    def call(self, function: str, *arguments: object) -> Any:
        return self.firefox.call(function, *arguments)

    def choose(self, css: str, path: Path) -> None:
        self.firefox.choose(css, path)

    def drop(self, folder: Path) -> None:
        # Only a person can drop a folder into Firefox: it is chosen, which gives the page the same names.
        self.choose("#returns-folder", folder)

    def save(self, css: str) -> Path:
        return self.firefox.saved(lambda: self.firefox.click(css))

    def asked(self) -> list[str]:
        asked: list[str] = self.firefox.privileged("return window.askedByPages")
        return asked


@dataclass(slots=True)
class Server:
    """A folder on a server of this machine, with the paths that were asked for."""

    port: int
    paths: list[str] = field(default_factory=list)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Server]:
    """Serve a folder."""
    paths: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            paths.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever).start()
        yield Server(server.server_port, paths)
        server.shutdown()


# ---- what the desk does on every page


PYTHON = "314.0.7"
INVENTED_ROUND = "Returns found: 41 = 40 counted + 0 blank + 1 duplicate + 0 in conflict + 0 set aside"


def started(browser: OnScreen) -> str:
    """The Python that starts on the page."""
    return str(browser.call("() => desk.start()")["python"])


def invented_round(browser: OnScreen) -> str:
    """The accounts of the invented round, which the page itself has, on a desk that is empty."""
    line = browser.call(
        """async () => {
          for (const {name, data} of await desk.call('demo')) await desk.call('add', {name, data});
          return (await desk.call('state')).line;
        }"""
    )
    return str(line)


_TRY_TO_SEND = """
async address => {
  const tries = {
    fetch: () => fetch(address),
    beacon: () => { if (!navigator.sendBeacon(address, 'x')) throw new Error('refused'); },
    image: () => new Promise((sent, refused) => {
      const image = new Image();
      image.onload = sent; image.onerror = refused; image.src = address;
    }),
    socket: () => new Promise((sent, refused) => {
      const socket = new WebSocket(address.replace('http', 'ws'));
      socket.onopen = sent; socket.onerror = refused;
    }),
    script: () => new Promise((sent, refused) => {
      const script = document.createElement('script');
      script.onload = sent; script.onerror = refused; script.src = address; document.body.append(script);
    }),
    worker: () => new Promise((sent, refused) => {
      const text = `fetch('${address}').then(() => postMessage(1), () => postMessage(0))`;
      const worker = new Worker(URL.createObjectURL(new Blob([text])));
      worker.onmessage = ({data}) => data ? sent() : refused();
      worker.onerror = refused;
    }),
  };
  const sent = [];
  for (const [name, attempt] of Object.entries(tries)) {
    try { await attempt(); sent.push(name); } catch (refused) { /* as it should be */ }
  }
  return sent;
}
"""


def nothing_can_be_sent(browser: OnScreen) -> bool:
    """Is every way in which a page of a disk might send something refused?"""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        sent = browser.call(_TRY_TO_SEND, server.address("taken"))
        with urllib.request.urlopen(server.address("")) as answer:  # noqa: S310 - a server of this machine
            assert answer.status == 200
    # Chromium takes a beacon before it asks the policy, and then does not send it.
    return sent in ([], ["beacon"]) and server.paths == ["/"]
