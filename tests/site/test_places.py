"""The site works from a folder on a disk and from a folder of a web server."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.conftest import Show


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def sub_folder(site: Path) -> Iterator[str]:
    """The address of the site on a web server that serves the folder above it."""
    handler = functools.partial(_Quiet, directory=site.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/our%20100%25%20site/"
        server.shutdown()


def test_site_works_below_a_folder_of_a_web_server(show: Show, sub_folder: str) -> None:
    shown = show()
    missing: list[str] = []
    shown.page.on("response", lambda answer: missing.append(answer.url) if answer.status >= 400 else None)

    shown.page.goto(sub_folder)
    shown.page.get_by_role("searchbox").fill("golden threads")
    shown.page.get_by_role("button", name="Search").click()
    shown.page.locator("#search-results a").first.click()

    assert shown.page.url == f"{sub_folder}feature-1.html#s-1-1"
    assert all(url.startswith(sub_folder) for url in shown.asked)
    assert (missing, shown.complaints) == ([], [])


@pytest.mark.parametrize("name", ["index.html", "self-assessment.html", "search.html"])
def test_fonts_and_styles_are_used_from_a_folder(show: Show, name: str) -> None:
    page = show().open(name)

    loaded = page.evaluate("document.fonts.ready.then(() => [...document.fonts].map(f => [f.weight, f.status]))")

    assert ["normal", "loaded"] in loaded
    assert ["700", "loaded"] in loaded
    assert page.locator("header").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(23, 80, 92)"
