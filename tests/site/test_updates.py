"""An update of the site under caches that keep what is old: every page that is shown is of one version, whole."""

from __future__ import annotations

import dataclasses
import http.server
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.publish.site.pages import PackFacts, site_files
from pmdiag_build.rendering.templates import environment
from pmdiag_build.resources import LAYOUTS
from tests.project import asset

pytestmark = pytest.mark.slow

LOADED = re.compile(r'<(?:link|script|img)\s[^>]*?\b(?:href|src)="(assets/[^"]+)"')
IN_A_STYLE = re.compile(r'url\("([^"]+)"\)')
LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><title>{}</title></svg>'
CHANGED = ("site.css", "search.js", "search-index.js", "images/logo.svg")

Fetch = Callable[[str], bytes]


@pytest.fixture(scope="module")
def versions(
    tool: Tool, facts: Mapping[str, PackFacts], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The site with a logo in its text, and the same with other words, another style, script and logo."""
    home = tool.pages["index"]
    both = []
    for name in ("old", "new"):
        folder = tmp_path_factory.mktemp(name)
        for file in ("css/site.css", "script/search.js"):
            (folder / file).parent.mkdir()
            (folder / file).write_bytes((LAYOUTS / file).read_bytes() + f"/* {name} */".encode())
        page = dataclasses.replace(home, body=f"{home.body}\n\nThe {name} words. ![The logo](logo.svg)\n")
        images = {"logo.svg": LOGO.format(name).encode()}
        changed = dataclasses.replace(tool, pages={**tool.pages, "index": page}, images=images)
        both.append(site_files(changed, environment((folder, LAYOUTS)), facts))
    return both[0], both[1]


@contextmanager
def serving(get: Fetch) -> Iterator[str]:
    """The address of a server that answers with what `get` returns for a path."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                found = get(self.path[1:])
            except (KeyError, HTTPError):
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Cache:
    """A proxy that gives out what it has seen for ever, whatever the server says; `keeps` says of what."""

    def __init__(self, origin: str, keeps: Callable[[str], bool]) -> None:
        self._origin, self._keeps = origin, keeps
        self.kept: dict[str, bytes] = {}

    def get(self, path: str) -> bytes:
        if path in self.kept:
            return self.kept[path]
        found = fetched(self._origin, path)
        if self._keeps(path):
            self.kept[path] = found
        return found


def fetched(address: str, path: str) -> bytes:
    with urlopen(address + path) as answer:  # noqa: S310 - ours
        return bytes(answer.read())


def shown(address: str, page: str) -> dict[str, bytes]:
    """A page and all that a browser loads for it, by path."""
    found = {page: fetched(address, page)}
    for path in LOADED.findall(found[page].decode()):
        found[path] = fetched(address, path)
        if path.endswith(".css"):
            for name in IN_A_STYLE.findall(found[path].decode()):
                found[f"assets/{name}"] = fetched(address, f"assets/{name}")
    return found


class Hosted:
    """A server whose folder is replaced, and a proxy before it."""

    def __init__(self, stack: ExitStack, files: Mapping[str, bytes], keeps: Callable[[str], bool]) -> None:
        self.files = files
        self.cache = Cache(stack.enter_context(serving(lambda path: self.files[path])), keeps)
        self.address = stack.enter_context(serving(self.cache.get))

    def shows(self, version: Mapping[str, bytes]) -> bool:
        """Are pages and all that they load of this version?"""
        return all(
            version.get(path) == content
            for page in ("index.html", "search.html", "self-assessment.html")
            for path, content in shown(self.address, page).items()
        )


Versions = tuple[dict[str, bytes], dict[str, bytes]]


def test_the_two_versions_differ_in_what_their_pages_load(versions: Versions) -> None:
    old, new = versions

    assert all(asset(old, name) not in new for name in CHANGED)
    assert asset(old, "answers.js") == asset(new, "answers.js")
    assert old["search.html"] != new["search.html"]


def test_a_cache_that_keeps_all_but_pages_shows_the_new_site_at_once(versions: Versions) -> None:
    old, new = versions
    with ExitStack() as stack:
        hosted = Hosted(stack, old, lambda path: not path.endswith(".html"))
        assert hosted.shows(old)
        hosted.files = new

        assert hosted.shows(new)
        assert asset(old, "site.css") in hosted.cache.kept


def test_a_cache_that_keeps_pages_for_a_while_shows_the_old_site_then_the_new_one(versions: Versions) -> None:
    old, new = versions
    with ExitStack() as stack:
        hosted = Hosted(stack, old, lambda path: True)
        assert hosted.shows(old)
        hosted.files = new

        assert hosted.shows(old)
        hosted.cache.kept = {path: kept for path, kept in hosted.cache.kept.items() if not path.endswith(".html")}
        assert hosted.shows(new)


def test_a_page_from_a_cache_finds_its_own_files_while_these_are_left_on_the_server(versions: Versions) -> None:
    old, new = versions
    with ExitStack() as stack:
        hosted = Hosted(stack, old, lambda path: path.endswith(".html"))
        assert hosted.shows(old)
        hosted.files = {**{path: raw for path, raw in old.items() if path.startswith("assets/")}, **new}

        assert hosted.shows(old)
        hosted.cache.kept.clear()
        assert hosted.shows(new)


def test_with_names_that_stay_the_same_the_first_cache_would_mix(versions: Versions) -> None:
    """So that the tests above can fail."""
    old, new = (
        {re.sub(r"\.[0-9a-f]{12}\.", ".", path): plain(raw) for path, raw in files.items()} for files in versions
    )
    with ExitStack() as stack:
        hosted = Hosted(stack, old, lambda path: not path.endswith(".html"))
        assert hosted.shows(old)
        hosted.files = new

        assert not hosted.shows(new)


def plain(raw: bytes) -> bytes:
    """A file without the hashes in the names that it refers to."""
    return re.sub(rb"\.[0-9a-f]{12}(?=\.[a-z0-9]+\")", b"", raw)
