"""What the tests of the desk's page share: the page with an engine that only plays the part, opened from a folder."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page

from pmdiag_build.content.field_names import FOR_LAYOUTS
from pmdiag_build.content.model import Tool
from pmdiag_build.desk import Desk
from pmdiag_build.publish.desk import page_script
from pmdiag_build.rendering.templates import environment
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.request import Request
from pmdiag_build.results.run import tabulate_files
from pmdiag_build.results.writers import REPORT_HTML
from tests.desk.page.typist import connect
from tests.windows import Shared, Window

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self'; font-src data:; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
STYLES = ("tokens", "site", "site-tables", "site-answers", "desk", "site-print")
RECORD = {
    "format": "pmdiag-response",
    "version": 1,
    "record": {"role": "senior-officer", "mode": "individual", "group_size": 1, "date": "2026-11-22"},
    "overall": {"1": "D"},
    "comments": {"1": {"doing": "We meet <b>often</b>", "improve": ""}},
}


@pytest.fixture(scope="session")
def report(tool: Tool) -> bytes:
    """The report of six answers."""
    returns = [
        (f"{n}.json", json.dumps(RECORD | {"ratings": {"1.1": "LDE"[n % 3], "1.2": "L"}}).encode()) for n in range(6)
    ]
    return tabulate_files(returns, tool, Request(Rules(5), title="Autumn 2026")).files[REPORT_HTML]


@pytest.fixture(scope="session")
def desk(tool: Tool, report: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the page, with an engine of some lines."""
    folder = tmp_path_factory.mktemp("desk") / "our 100% desk"
    folder.mkdir()
    html = environment().get_template("desk/index.html").render(
        tool=tool, policy=POLICY, scripts=["engine.js"], logo="", names=FOR_LAYOUTS
    )  # fmt: skip
    engine = (Path(__file__).parent / "engine.js").read_text(encoding="utf-8")
    put = {"engine.js": engine, "report": base64.b64encode(report).decode()}
    files = {
        "index.html": html,
        "desk.js": page_script().decode(),
        "desk.css": "\n".join(
            [*_texts("vendor/{}.css", ["govuk-frontend"]), *map(_with_fonts, _texts("css/{}.css", STYLES))]
        ),
        "engine.js": "".join(f"desk.put({json.dumps(name)}, {json.dumps(text)});\n" for name, text in put.items()),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _texts(pattern: str, names: Any) -> Iterator[str]:
    for name in names:
        path = LAYOUTS / pattern.format(name)
        if path.exists():
            yield path.read_text(encoding="utf-8")


def _with_fonts(style: str) -> str:
    def inline(match: re.Match[str]) -> str:
        data = base64.b64encode((LAYOUTS / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return re.sub(r'url\("(fonts/[^"]+\.woff2)"\)', inline, style)


class Shown(Window):
    """The desk in a browser."""

    def open(self, view: str = "") -> Page:
        self.go_to("index.html" + (f"#{view}" if view else ""))
        self.page.locator("#engine[data-state=ready]").wait_for(state="attached")
        return self.page


Show = Callable[..., Shown]
Behind = Callable[[BrowserContext], None]


def nothing(context: BrowserContext) -> None:
    """Leaves a context as it is."""


EMPTY = "window.desk?.keep?.clear()"


@pytest.fixture(scope="session")
def shared(chromium_browser: Browser, desk: Path) -> Iterator[Shared[Shown]]:
    """Windows for tests that leave nothing in them but a page and what it keeps."""
    shared = Shared(lambda: Shown.new(chromium_browser, desk), EMPTY)
    yield shared
    shared.close()


@pytest.fixture
def show(chromium_browser: Browser, desk: Path, shared: Shared[Shown]) -> Iterator[Show]:
    """Shows the desk: `show(width=320)` in a window that tests share; `show(own=True)`, and with options of a context
    such as `java_script_enabled=False`, in one of its own. `behind` is done to the context first, once by its name."""
    made = []

    def new(
        width: int = 1280, height: int = 800, *, own: bool = False, behind: Behind = nothing, **options: Any
    ) -> Shown:
        if own or options:
            made.append(Shown.new(chromium_browser, desk, width, height, **options))
            behind(made[-1].page.context)
            return made[-1]
        window = shared.window(behind.__name__, behind)
        window.page.set_viewport_size({"width": width, "height": height})
        return window

    yield new
    shared.leave()
    for window in made:
        window.close()


@pytest.fixture(scope="session")
def one_desk(tool: Tool) -> Desk:
    return Desk(tool)


@pytest.fixture
def real_desk(one_desk: Desk) -> Behind:
    """Has the real `Desk`, without returns, behind the pages of a window."""

    def real_desk(context: BrowserContext) -> None:
        connect(context, one_desk)

    one_desk.clear()
    return real_desk


def files(*texts: str, ending: str = ".json") -> list[FilePayload]:
    """Files to choose, named a, b, c …, whose texts say what the engine makes of them."""
    return [
        {"name": f"{chr(97 + n)}{ending}", "mimeType": "text/plain", "buffer": text.encode()}
        for n, text in enumerate(texts)
    ]
