"""What the tests of the site share: the site in a folder, and browser pages that record what they loaded."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from pmdiag_build.content.model import Tool
from pmdiag_build.publish.site.pages import PackFacts, site_files
from pmdiag_build.rendering.templates import environment
from tests.windows import Window

FORTY_PEOPLE = """async () => {
  const found = [], blobs = [];
  const make = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
  URL.createObjectURL = blob => { blobs.push(blob); return 'blob:null/0'; };
  HTMLAnchorElement.prototype.click = function () { found.push(this.download); };
  for (let person = 0; person < 40; person++) {
    document.querySelector('#rating_1_1 input[value=L]').click();
    document.querySelector('[data-bar] button').click();
    document.querySelector('[data-clear-page]').click();
  }
  Object.assign(URL, {createObjectURL: make});
  HTMLAnchorElement.prototype.click = click;
  return Promise.all(blobs.map(async (blob, n) => [found[n], await blob.text()]));
}"""
"""Forty people in a row answer, save and clear the page; gives the names and texts of their files. Nothing is
downloaded: browsers stop after ten files a second."""


@pytest.fixture(scope="session")
def facts(tool: Tool) -> dict[str, PackFacts]:
    """What the downloads would say of packs of 12 pages; the wall sheets have not been made."""
    return {pack.id: PackFacts(12, pack.paper, 234_567) for pack in tool.packs if pack.id != "workshop-wall"}


@pytest.fixture(scope="session")
def files(tool: Tool, facts: dict[str, PackFacts]) -> dict[str, bytes]:
    """The files of the national site by path, without its packs."""
    return site_files(tool, environment(), facts)


@pytest.fixture(scope="session")
def site(files: dict[str, bytes], facts: dict[str, PackFacts], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a folder with a space and a percent sign in its name, with stand-ins for the packs."""
    root = tmp_path_factory.mktemp("site") / "our 100% site"
    write(root, files | {f"packs/{id}.pdf": b"%PDF-1.7\n" for id in facts})
    return root


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of the site on a web server."""
    handler = functools.partial(_Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


class Shown(Window):
    """A page of the site."""

    def open(self, name: str) -> Page:
        """Open a file of the site from its folder: `search.html?q=audit`, `self-assessment.html#feature-2`."""
        return self.go_to(name)


def shown_by(context: BrowserContext, site: Path) -> Shown:
    """A new page of a context."""
    return Shown.on(context.new_page(), site)


Show = Callable[..., Shown]


@pytest.fixture
def show(chromium_browser: Browser, site: Path) -> Iterator[Show]:
    """Makes browser pages, each in a context of its own: `show(width=320, color_scheme="dark")`.

    At the end of each test no page of these contexts has asked for anything but files of the site.
    """
    made, asked = [], []

    def new(width: int = 1280, **options: Any) -> Shown:
        made.append(Shown.new(chromium_browser, site, width, **options))
        made[-1].page.context.on("request", lambda request: asked.append(request.url))
        return made[-1]

    yield new
    for window in made:
        window.close()
    ours = ("file://", "http://127.0.0.1:", "blob:", "data:")
    assert [] == [address for address in asked if not address.startswith(ours)]
    on_disk = [address for address in asked if address.startswith("file://")]
    assert [] == [address for address in on_disk if not address.startswith(f"{site.as_uri()}/")]
