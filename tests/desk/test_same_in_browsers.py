"""Results of the desk in real browsers are those of `pmdiag tabulate --no-pdf`, byte for byte; nothing is sent."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from pmdiag_build.resources import CONTENT, LAYOUTS
from tests.commands import call_pmdiag
from tests.conftest import Built, DemoReturns, once_for_all_workers
from tests.desk.browsers import (
    INVENTED_ROUND,
    PYTHON,
    OnScreen,
    invented_round,
    nothing_can_be_sent,
    served,
    started,
)
from tests.desk.test_results_on_the_desk import in_folder, tabulated
from tests.returns.mixed_round import MixedRound
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
CLEAR = """
() => {
  location.hash = 'returns';
  document.getElementById('clear').click();
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


@pytest.fixture(scope="session")
def invented(demo_returns: DemoReturns, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the invented round in `came back`, with its PDFs, and what `tabulate` makes of them: `spring`, and
    `autumn` of those that are `left`. Made once for all browsers: read it, never write into it."""

    def make(folder: Path) -> None:
        shutil.copytree(demo_returns.folder, folder / "came back")
        left = without(folder / "came back", TAKEN_OUT, folder / "left")
        tabulated(folder / "came back", folder / "spring", "--title", "Spring")
        tabulated(left, folder / "autumn", "--title", "Autumn", "--previous", folder / "spring")

    return once_for_all_workers(tmp_path_factory, "invented", make)


@pytest.fixture(scope="session")
def ours(invented: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with words and layouts of ours in `site/tools`, and what `tabulate` makes with them of the invented round
    in `out`."""

    def make(folder: Path) -> None:
        local = folder / "ours"
        shutil.copytree(EXAMPLESHIRE, local)
        rules = (LAYOUTS / "report" / "rules.html").read_text(encoding="utf-8")
        (local / "layouts" / "report").mkdir(parents=True)
        (local / "layouts" / "report" / "rules.html").write_text(f"<p>A layout of ours</p>\n{rules}", encoding="utf-8")
        outcome = call_pmdiag("build", "--local", local, "--only", "desk", "--out", folder / "site" / "tools")
        assert outcome.code == 0, outcome.stderr
        tabulated(invented / "came back", folder / "out", "--local", local, "--title", "Ours")

    return once_for_all_workers(tmp_path_factory, "ours", make)


@pytest.fixture(scope="session")
def mixed(mixed_round: MixedRound, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `tabulate` makes of the mixed round in `out`, and the line of its accounts."""

    def make(folder: Path) -> None:
        _, lines = tabulated(mixed_round.folder, folder / "out", "--title", "Mixed")
        (accounts,) = (one for one in lines if one.startswith("Returns found"))
        (folder / "accounts").write_text(accounts)

    return once_for_all_workers(tmp_path_factory, "mixed", make)


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


def test_a_mixed_round_of_300_with_every_fault_planted_then_the_invented_round_and_the_round_before(
    built: Built, mixed_round: MixedRound, mixed: Path, invented: Path, browser: OnScreen, tmp_path: Path
) -> None:
    """One after the other on one page, which takes all returns out between them: to start it takes longer than all."""
    accounts = (mixed / "accounts").read_text()
    browser.open((built.out / "desk" / "index.html").as_uri() + "#returns")
    browser.choose("#returns-folder", mixed_round.folder)
    assert line(browser, int(accounts.split()[2])) == accounts
    assert in_folder(mixed / "out") == inside(saved(browser, tmp_path, "Mixed"))

    browser.call(CLEAR)
    browser.drop(invented / "came back")
    assert line(browser, 42) == "Returns found: 42 = 40 counted + 1 blank + 1 duplicate + 0 in conflict + 0 set aside"
    before = saved(browser, tmp_path, "Spring")
    assert in_folder(invented / "spring") == inside(before)

    browser.call(TAKE_OUT, TAKEN_OUT)
    line(browser, 41)
    browser.choose("#option-previous", before)
    assert in_folder(invented / "autumn") == inside(saved(browser, tmp_path, "Autumn"))

    browser.call(CLEAR)
    assert invented_round(browser) == INVENTED_ROUND
    assert started(browser) == PYTHON
    assert browser.asked() == []
    assert nothing_can_be_sent(browser)
    assert browser.asked() == []


def test_a_local_version_from_a_server(invented: Path, ours: Path, browser: OnScreen, tmp_path: Path) -> None:
    native = in_folder(ours / "out")

    with served(ours / "site") as server:
        browser.open(server.address("tools/desk/index.html#returns"))
        browser.choose("#returns-folder", invented / "came back")
        line(browser, 42)
        assert native == inside(saved(browser, tmp_path, "Ours"))
        browser.call(CLEAR)
        assert invented_round(browser) == INVENTED_ROUND
        assert started(browser) == PYTHON
        files = {path.name for path in (ours / "site" / "tools" / "desk").iterdir()}
        assert {path.rpartition("?")[0] or path for path in server.paths} <= {f"/tools/desk/{name}" for name in files}
        assert set(browser.asked()) <= {server.address(f"tools/desk/{name}") for name in files}

    assert b"Exampleshire" in native["share/report.html"]
    assert b"A layout of ours" in native["share/report.html"]
