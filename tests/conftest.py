"""Fixtures for all tests: the tool, one full build, a small project to edit, and real browsers."""

from __future__ import annotations

import compileall
import gc
import os
import shutil
import signal
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from pmdiag_build.content.model import Tool
from pmdiag_build.load import load_tool
from tests import evidence
from tests.commands import Outcome, call_pmdiag, read_outcome, run_pmdiag, write_outcome
from tests.firefox import Firefox, firefox
from tests.programs import MissingProgram, program
from tests.project import Project, write_small_project
from tests.returns import libreoffice

_NODE_MODULES = Path(__file__).resolve().parent / "setup" / "node_modules"


# How long something takes depends on the machine and its load: a wait that never ends reaches the test's time limit.
settings.register_profile("untimed", deadline=None)
# A new example that fails belongs to the person who is at work here, not to a commit that has nothing to do with it.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "untimed")
expect.set_options(timeout=60_000)

# A shell that starts tests in the background has Ctrl-C ignored, and so would every program that the tests start and
# stop with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(evidence)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests and modules stay until the end, so nobody looks for garbage among them, neither now nor after each test:
    it took a seventh of the time of quick tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000)
        gc.enable()


_SLOW_FIXTURES = {"built", "demo_returns", "demo_results", "chromium_browser", "firefox_browser"}
_SLOW_LIMIT = pytest.mark.timeout(300)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a whole build or a browser as slow, and gives slow tests more time; `-m` selects after this."""
    for item in items:
        if _SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("slow"):
            item.add_marker(_SLOW_LIMIT)


@dataclass(frozen=True, slots=True)
class Built:
    """The national tool, built once for all tests. Read it, never write into it."""

    out: Path
    stdout: str

    @property
    def site(self) -> Path:
        return self.out / "site"

    @property
    def packs(self) -> Path:
        return self.out / "packs"


@pytest.fixture(scope="session")
def tool() -> Tool:
    """The national tool."""
    return load_tool()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """`pmdiag build` of the whole national tool, site and packs."""

    def build(folder: Path) -> None:
        outcome = run_pmdiag("build", "--out", folder / "build", cwd=folder)
        (folder / "stdout").write_text(outcome.stdout, encoding="utf-8")
        assert outcome.code == 0, outcome.stderr

    folder = once_for_all_workers(tmp_path_factory, "built", build)
    return Built(folder / "build", (folder / "stdout").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class DemoReturns:
    """The files of the invented round with its PDFs, and what the command printed. Read them, never write into them."""

    folder: Path
    outcome: Outcome


@pytest.fixture(scope="session")
def demo_returns(tmp_path_factory: pytest.TempPathFactory) -> DemoReturns:
    """`pmdiag demo`, made once for all tests."""

    def make(folder: Path) -> None:
        write_outcome(folder, call_pmdiag("demo", "-o", folder / "came back"))

    folder = once_for_all_workers(tmp_path_factory, "demo", make)
    return DemoReturns(folder / "came back", read_outcome(folder))


@pytest.fixture(scope="session")
def small_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of which `small_project` is a copy. Read it, never write into it."""
    return once_for_all_workers(tmp_path_factory, "small", _write_template) / "project"


@pytest.fixture
def small_project(small_template: Path, tmp_path: Path) -> Project:
    """A copy of a project with two features, four statements and one pack. The test may edit or break it."""
    root = tmp_path / "small project"  # a folder's name may contain a space
    shutil.copytree(small_template, root)
    return Project(root)


def _write_template(folder: Path) -> None:
    project = write_small_project(folder / "project")
    # Commands of its copies need not compile it again: a copied file has the date that its compiled form names.
    compileall.compile_dir(str(project.root / "pmdiag_build"), quiet=1)


def once_for_all_workers(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills once. The first worker that asks fills it, and the others wait."""
    base = factory.getbasetemp()
    # Under xdist each worker has its own base in one folder of the run.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / f"shared-{name}"
    done = folder / "done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


_WITHOUT = (
    # Suggestions below the address, and a process in reserve: every context starts a process for each, and each costs
    # as much as the page itself.
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess,"
    # What Playwright leaves out: of two lists Chromium takes the last.
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)
"""Features of Chromium that no test needs."""


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """A real Chromium without a window. Each test makes a new context and closes it."""
    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    flags.append(f"--disable-features={_WITHOUT}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to start as root with it
    require("playwright-driver")
    path = require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """A real Firefox without a window. All tests of a worker share one page."""
    require("firefox")
    with firefox(tmp_path_factory.mktemp("downloads")) as browser:
        yield browser


@pytest.fixture
def libreoffice_profile(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """A new profile of LibreOffice, for `tests.returns.libreoffice`."""
    require("soffice")
    made = once_for_all_workers(
        tmp_path_factory, "libreoffice", lambda folder: libreoffice.make_profile(folder / "profile")
    )
    return Path(shutil.copytree(made / "profile", tmp_path / "profile"))


def require(name: str) -> str:
    """The path of a program of tests/programs.py. If it is missing, the test fails and names its package."""
    try:
        return program(name)
    except MissingProgram as missing:
        pytest.fail(str(missing), pytrace=False)


def _npm_package(name: str) -> Path:
    folder = _NODE_MODULES / name
    if not folder.is_dir():
        pytest.fail(f"The npm package {name} is not in {_NODE_MODULES}. Run make test, which gets it.", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core as one script, to be run inside a page. It measures targets, too (WCAG 2.5.8), which it leaves out by
    itself."""
    source = (_npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    return source + ';axe.configure({ rules: [{ id: "target-size", enabled: true }] });'


@pytest.fixture(scope="session")
def pdfjs_dir() -> Path:
    """The legacy build of pdf.js: `build/pdf.mjs`, `build/pdf.worker.mjs`, `web/pdf_viewer.mjs` are under it."""
    return _npm_package("pdfjs-dist") / "legacy"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder for NODE_PATH: axe-core, pdf-lib, pdfjs-dist."""
    return _npm_package("pdf-lib").parent
