"""The desk: what it adds to a build, and its start, the invented round and 300 packs in Chromium beside the command."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from pmdiag_build.content.fields import pack_fields
from pmdiag_build.load import load_tool
from pmdiag_build.publish import DESK_DATA
from tests.bench.installed import KEEPS_COMPILED, installed
from tests.bench.measure import BenchFailed, Run, run, seconds, side_by_side
from tests.bench.returned import PACK, blank_pack, filled_packs
from tests.bench.table import Row, bounded, compared
from tests.programs import program
from tests.project import Project

PACKS = 300
ADDED = 0.3
START = 8.0
DEMO = 3.0
PEAK_MIB = 400
_REST = ("--only", "site", "--only", "packs")
_LINE = """
found => {
  const line = document.getElementById('accounts').textContent;
  return line.startsWith(`Returns found: ${found} `) && !desk.returns.busy;
}
"""
_RESULTS = "() => desk.call('results').then(made => Object.keys(made.files).length)"


def rows(folder: Path, times: int) -> Iterator[Row]:
    """The figures of the desk. `folder` is empty."""
    project = installed(folder / "project")
    shutil.rmtree(project.layouts / "desk" / "vendor")
    shutil.copytree(DESK_DATA, project.layouts / "desk" / "vendor")
    whole, rest = side_by_side(
        times, partial(_build, project, fresh=True), partial(_build, project, *_REST, fresh=True)
    )
    yield _within("the desk, added to a cold build", seconds(whole) - seconds(rest), ADDED)
    _build(project, fresh=True)
    _build(project, *_REST, "--out", "rest")
    whole, rest = side_by_side(times, partial(_build, project), partial(_build, project, *_REST, "--out", "rest"))
    yield compared("build with the desk, nothing changed", seconds(whole), seconds(rest), 1.2, "without the desk")

    declared = pack_fields(load_tool(), load_tool().pack(PACK))
    fields = [field for field in declared if field.kind not in ("clear", "id")]
    packs = filled_packs(folder, blank_pack(folder), fields, PACKS)
    run(sys.executable, "-m", "pmdiag_build", "demo", "-o", "demo", cwd=project.root)
    native = [_tabulate(project, packs) for _ in range(min(times, 3))]
    yield from _in_chromium(project, packs, seconds(native), times)


def _in_chromium(project: Project, packs: Path, native: float, times: int) -> Iterator[Row]:
    address = (project.out / "desk" / "index.html").as_uri()
    with sync_playwright() as playwright:
        flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=flags)
        browser.new_page().goto("about:blank")
        empty = _renderer_mib()
        starts, demos = zip(
            *(_start_and_demo(browser, address, project.root / "demo") for _ in range(times)), strict=True
        )
        yield _within("the desk, from opening to ready", median(starts), START)
        yield _within("the invented round, read and tabulated", median(demos), DEMO)
        page = _opened(browser, address)
        took = _read_and_tabulate(page, packs, PACKS)
        yield compared(f"{PACKS} packs on the desk", took, native, 40, "the command, two processes")
        # Most of what an empty page takes is the browser itself, which all pages share.
        own = _renderer_mib() - empty
        yield bounded("peak of the page", own, PEAK_MIB, "MiB", f"beyond {empty:.0f} MiB of an empty one")
        browser.close()


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{address}#returns")
    page.evaluate("() => desk.start()")
    return page


def _start_and_demo(browser: Browser, address: str, demo: Path) -> tuple[float, float]:
    begun = time.perf_counter()
    page = _opened(browser, address)
    started = time.perf_counter() - begun
    took = _read_and_tabulate(page, demo, 42)
    page.context.close()
    return started, took


def _read_and_tabulate(page: Page, folder: Path, found: int) -> float:
    """Seconds from choosing a folder to its results."""
    begun = time.perf_counter()
    page.locator("#returns-folder").set_input_files(folder)
    _until(page, _LINE, found)
    if not page.evaluate(_RESULTS):
        raise BenchFailed("the desk made no results")
    return time.perf_counter() - begun


def _until(page: Page, script: str, argument: Any) -> None:
    # The page's policy does not allow what Playwright's own way to wait does.
    while not page.evaluate(script, argument):
        time.sleep(0.02)


def _renderer_mib() -> float:
    """The peak of the largest page in a browser of this process."""
    peaks = [0.0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            words = status.with_name("cmdline").read_bytes()
            if b"--type=renderer" in words and _is_below(int(status.parent.name)):
                peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
                peaks.append(int(peak.split()[1]) / 1024)
        except (OSError, StopIteration):
            continue
    return max(peaks)


def _is_below(process: int) -> bool:
    while process > 1:
        if process == os.getpid():
            return True
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return False


def _within(figure: str, ours: float, limit: float) -> Row:
    return Row(figure, f"{ours:.2f} s", limit=f"≤ {limit:g} s", ok=ours <= limit)


def _build(project: Project, *options: str, fresh: bool = False) -> Run:
    if fresh:
        shutil.rmtree(project.out, ignore_errors=True)
    return run(sys.executable, "-m", "pmdiag_build", "build", *options, cwd=project.root, env=KEEPS_COMPILED)


def _tabulate(project: Project, packs: Path) -> Run:
    shutil.rmtree(packs.parent / "results", ignore_errors=True)
    words = ("tabulate", packs, "-o", packs.parent / "results", "--no-pdf")
    return run(sys.executable, "-m", "pmdiag_build", *words, cwd=project.root, env=KEEPS_COMPILED)
