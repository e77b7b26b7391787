"""`pmdiag serve` as a process of its own with a real browser: edits, mistakes, half-saved files, packs."""

from __future__ import annotations

import contextlib
import http.client
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.project import PACK, Project
from tests.waiting import until

pytestmark = pytest.mark.slow


class Serving:
    """A running preview of a project; `lines` are what it prints, on both streams."""

    def __init__(self, project: Project) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pmdiag_build", "serve", "--port", "0"],
            cwd=project.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.said = [self.next_line()]
        while "Press Ctrl-C to stop." not in self.said[-1]:
            self.said.append(self.next_line())
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.said[-1])
        assert found is not None
        self.port = int(found[1])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.put(line.rstrip("\n"))

    def next_line(self) -> str:
        return self.lines.get()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}"

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", f"/{path}")
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def end(self) -> int:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        code = self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


@pytest.fixture
def serving(small_project: Project) -> Iterator[Serving]:
    small_project.begin_edition()
    served = Serving(small_project)
    yield served
    served.end()


@pytest.fixture(scope="module")
def shared(small_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Serving]]:
    """A project of its own and its preview, for all tests that ask for `kept`."""
    project = Project(tmp_path_factory.mktemp("served") / "small project")
    shutil.copytree(small_template, project.root)
    project.begin_edition()
    served = Serving(project)
    yield project, served
    assert served.end() == 0


@pytest.fixture
def kept(shared: tuple[Project, Serving]) -> Iterator[tuple[Project, Serving]]:
    """A preview that runs already. What the test edits is put back, and the preview shows that before the next test."""
    project, served = shared
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    page = served.get("feature-2.html")
    yield project, served
    for path, content in before.items():
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    until(lambda: served.get("feature-2.html") == page)


@pytest.fixture
def page(chromium_browser: Browser) -> Iterator[Page]:
    context = chromium_browser.new_context()
    yield context.new_page()
    context.close()


def test_an_edit_is_in_the_browser_by_itself(kept: tuple[Project, Serving], page: Page) -> None:
    small_project, serving = kept
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(serving.address("feature-2.html"))

    small_project.edit("framework.yaml", "agreed protocols that reflect", "agreed PROTOCOLS that reflect")

    expect(page.get_by_text("agreed PROTOCOLS that reflect")).to_be_visible()
    assert refused == []


def test_nothing_is_written_beside_the_content(kept: tuple[Project, Serving]) -> None:
    small_project, serving = kept
    serving.get("index.html")

    assert sorted(path.name for path in small_project.root.iterdir()) == ["content", "layouts", "pmdiag_build"]


def test_a_mistake_is_shown_over_the_last_good_page_until_it_is_fixed(
    small_project: Project, serving: Serving, page: Page
) -> None:
    page.goto(serving.address("feature-2.html"))
    page.evaluate("window.scrollTo(0, 400)")
    heading = page.get_by_role("heading", level=1).inner_text()

    small_project.edit("framework.yaml", '"features":', '"fetures":')

    expect(page.get_by_role("alert")).to_contain_text("framework.yaml:")
    expect(page.get_by_role("alert")).to_contain_text("features")
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=1)
    assert page.get_by_role("heading", level=1).inner_text() == heading
    assert "framework.yaml:" in serving.next_line()

    small_project.edit("framework.yaml", '"fetures":', '"features":')

    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_half_saved_file_is_read_again(kept: tuple[Project, Serving]) -> None:
    small_project, serving = kept
    file = small_project.content / "framework.yaml"
    whole = file.read_text(encoding="utf-8").replace("agreed protocols", "agreed PROTOCOLS")

    # As editors do: emptied, filled in two goes, with time in between to be caught halfway.
    file.write_text(whole[:1000], encoding="utf-8")
    time.sleep(0.1)
    file.write_text(whole, encoding="utf-8")

    def new_page() -> bytes | None:
        body = serving.get("feature-2.html")[1]
        return body if b"agreed PROTOCOLS" in body else None

    assert b'role="alert"' not in until(new_page)


def test_a_folder_that_is_taken_away_and_put_back_is_followed_again(
    kept: tuple[Project, Serving], page: Page, tmp_path: Path
) -> None:
    """As programs do that keep folders in step, or change from one version to another."""
    small_project, serving = kept
    aside = tmp_path / "aside"
    shutil.copytree(small_project.content, aside)
    page.goto(serving.address("feature-2.html"))
    shutil.rmtree(small_project.content)

    expect(page.get_by_role("alert")).to_be_visible()

    shutil.copytree(aside, small_project.content)

    expect(page.get_by_role("alert")).to_have_count(0)

    small_project.edit("framework.yaml", "agreed protocols that reflect", "agreed PROTOCOLS that reflect")

    expect(page.get_by_text("agreed PROTOCOLS that reflect")).to_be_visible()


def test_a_mistake_in_a_layout_is_shown_with_its_line(kept: tuple[Project, Serving], page: Page) -> None:
    small_project, serving = kept
    page.goto(serving.address("feature-2.html"))
    layout = small_project.layouts / "site" / "feature.html"
    good = layout.read_text(encoding="utf-8")

    layout.write_text("{% if %}\n" + good, encoding="utf-8")
    expect(page.get_by_role("alert")).to_contain_text("layouts/site/feature.html:1")

    layout.write_text(good, encoding="utf-8")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_it_starts_with_broken_content_and_follows_when_fixed(small_project: Project, page: Page) -> None:
    small_project.edit("framework.yaml", '"features":', '"fetures":')
    serving = Serving(small_project)
    try:
        assert any("framework.yaml:" in line for line in serving.said)
        page.goto(serving.address(""))
        expect(page.get_by_role("alert")).to_contain_text("framework.yaml:")

        small_project.edit("framework.yaml", '"fetures":', '"features":')

        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
    finally:
        assert serving.end() == 0


def test_a_pack_is_made_from_the_newest_edit_when_asked_for(small_project: Project, serving: Serving) -> None:
    first = serving.get(f"packs/{PACK}.pdf")
    small_project.edit("framework.yaml", "agreed protocols that reflect", "agreed PROTOCOLS that reflect")
    assert "not issued yet" in serving.next_line()
    assert "Updated after an edit of framework.yaml" in serving.next_line()

    second = serving.get(f"packs/{PACK}.pdf")

    assert (first[0], second[0]) == (200, 200)
    assert first[1].startswith(b"%PDF-")
    assert first[1] != second[1]
    assert serving.get("packs/none.pdf")[0] == 404


def test_a_letter_that_no_pack_can_draw_is_said_on_the_pages(kept: tuple[Project, Serving], page: Page) -> None:
    small_project, serving = kept
    page.goto(serving.address("feature-2.html"))

    small_project.edit("framework.yaml", "agreed protocols", "agreed 漢 protocols")

    expect(page.get_by_role("alert")).to_contain_text("U+6F22")
    expect(page.get_by_role("cell", name=re.compile("agreed 漢 protocols"))).to_be_visible()
    assert serving.get(f"packs/{PACK}.pdf")[0] == 503


def test_ctrl_c_ends_it_with_0_also_in_the_middle_of_a_pack(serving: Serving) -> None:
    def ask() -> None:
        # The answer may be none: the preview ends before it is there.
        with contextlib.suppress(OSError, http.client.HTTPException):
            serving.get(f"packs/{PACK}.pdf")

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.7)

    assert serving.end() == 0
    asking.join()
    assert "Stopped." in list(serving.lines.queue)
