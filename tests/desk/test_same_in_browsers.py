"""Results of the desk in real browsers are those of `pmdiag tabulate --no-pdf`, byte for byte."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pmdiag_build.content.fields import FormField
from pmdiag_build.resources import CONTENT, LAYOUTS
from tests.commands import call_pmdiag
from tests.conftest import Built
from tests.desk.browsers import InChromium, InFirefox, OnScreen, served
from tests.desk.test_results_on_the_desk import in_folder, tabulated
from tests.firefox import Firefox
from tests.returns.conftest import Returns
from tests.returns.mixed_round import put_mixed_round
from tests.waiting import until

pytestmark = pytest.mark.slow

EXAMPLESHIRE = CONTENT / "local" / "exampleshire"
TAKEN_OUT = "packs/interview-R-01.pdf"
LINE = """
of => {
  const line = document.getElementById('accounts').textContent;
  return line.startsWith('Returns found: ' + of) ? line : '';
}
"""
TAKE_OUT = """
name => {
  const row = [...document.querySelectorAll('#files > li')].find(one => one.textContent.includes(name));
  row.querySelector('[data-out]').click();
}
"""
MAKE = """
title => {
  location.hash = 'results';
  document.getElementById('option-title').value = title;
  document.getElementById('make-results').click();
}
"""
SHOWN = """
() => {
  const title = document.getElementById('report').contentDocument.querySelector('h1');
  return !document.getElementById('made').hidden && title ? title.textContent : '';
}
"""


@pytest.fixture(params=["Chromium", "Firefox"])
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OnScreen]:
    if request.param == "Firefox":
        firefox: Firefox = request.getfixturevalue("firefox_browser")
        yield InFirefox(firefox)
        firefox.open("about:blank")
        return
    chromium: Browser = request.getfixturevalue("chromium_browser")
    page = InChromium(chromium)
    yield page
    page.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the invented round, with its PDFs."""
    folder = tmp_path_factory.mktemp("demo") / "came back"
    outcome = call_pmdiag("demo", "-o", folder)
    assert outcome.code == 0, outcome.stderr
    return folder


def line(browser: OnScreen, found: int) -> str:
    """The accounts, when so many returns are read."""
    return until(lambda: str(browser.call(LINE, f"{found} ")))


def saved(browser: OnScreen, tmp_path: Path, title: str) -> Path:
    """The results as the button saves them."""
    browser.call(MAKE, title)
    until(lambda: title in browser.call(SHOWN))
    path = tmp_path / f"{title}.zip"
    path.write_bytes(browser.save("#save-results").read_bytes())
    return path


def inside(zipped: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(zipped) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def without(folder: Path, name: str, target: Path) -> Path:
    for path, content in in_folder(folder).items():
        if path != name:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
    return target


def test_the_invented_round_dropped_as_a_folder_and_the_round_before(
    built: Built, demo: Path, browser: OnScreen, tmp_path: Path
) -> None:
    left = without(demo, TAKEN_OUT, tmp_path / "left")
    spring, _ = tabulated(demo, tmp_path / "spring", "--title", "Spring")
    autumn, _ = tabulated(left, tmp_path / "autumn", "--title", "Autumn", "--previous", tmp_path / "spring")

    browser.open((built.out / "desk" / "index.html").as_uri() + "#returns")
    browser.drop(demo)
    assert line(browser, 42) == "Returns found: 42 = 40 counted + 1 blank + 1 duplicate + 0 in conflict + 0 set aside"
    before = saved(browser, tmp_path, "Spring")
    assert spring == inside(before)

    browser.call(TAKE_OUT, TAKEN_OUT)
    line(browser, 41)
    browser.choose("#option-previous", before)
    assert autumn == inside(saved(browser, tmp_path, "Autumn"))
    assert browser.asked() == []


def test_a_local_version_from_a_server(demo: Path, browser: OnScreen, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    shutil.copytree(EXAMPLESHIRE, ours)
    rules = (LAYOUTS / "report" / "rules.html").read_text(encoding="utf-8")
    (ours / "layouts" / "report").mkdir(parents=True)
    (ours / "layouts" / "report" / "rules.html").write_text(f"<p>A layout of ours</p>\n{rules}", encoding="utf-8")
    outcome = call_pmdiag("build", "--local", ours, "--only", "desk", "--out", tmp_path / "site" / "tools")
    assert outcome.code == 0, outcome.stderr
    native, _ = tabulated(demo, tmp_path / "out", "--local", ours, "--title", "Ours")

    with served(tmp_path / "site") as server:
        browser.open(server.address("tools/desk/index.html#returns"))
        browser.choose("#returns-folder", demo)
        line(browser, 42)
        assert native == inside(saved(browser, tmp_path, "Ours"))
        files = {path.name for path in (tmp_path / "site" / "tools" / "desk").iterdir()}
        assert {path.rpartition("/")[2] for path in server.paths} <= files

    assert b"Exampleshire" in native["share/report.html"]
    assert b"A layout of ours" in native["share/report.html"]


def test_a_mixed_round_of_300_with_every_fault_planted(
    built: Built, browser: OnScreen, returns: Returns, pack: bytes, fields: Sequence[FormField], tmp_path: Path
) -> None:
    put_mixed_round(returns, pack, fields)
    native, lines = tabulated(returns.folder, tmp_path / "out", "--title", "Mixed")
    (accounts,) = (one for one in lines if one.startswith("Returns found"))
    native_found = int(accounts.split()[2])

    browser.open((built.out / "desk" / "index.html").as_uri() + "#returns")
    browser.choose("#returns-folder", returns.folder)
    assert line(browser, native_found) == accounts
    assert native == inside(saved(browser, tmp_path, "Mixed"))
