"""Builds: everything, nothing new, the site alone, one changed statement; and the memory they need."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pmdiag_build.load import load_tool
from tests.bench.baselines import mkdocs_build, weasyprint, write_mkdocs_project
from tests.bench.installed import KEEPS_COMPILED, installed
from tests.bench.measure import Run, peak_mib, run, seconds, side_by_side
from tests.bench.table import Row, bounded, compared
from tests.project import Project

STATEMENT = "1.1"
PEAK_MIB = 200


def rows(folder: Path, times: int) -> Iterator[Row]:
    """The figures of `pmdiag build`. `folder` is empty."""
    project = installed(folder / "project")
    write_mkdocs_project(folder / "mkdocs")
    plain = partial(_weasyprint, folder)
    mkdocs = partial(_mkdocs, folder)

    cold, baseline = side_by_side(times, partial(_build, project, fresh=True), plain)
    yield compared("build, site and packs, cold", seconds(cold), seconds(baseline), 3, "weasyprint")

    again, baseline_site = side_by_side(times, partial(_build, project), mkdocs)
    yield compared("build, nothing changed", seconds(again), seconds(baseline_site), 1, "mkdocs")

    site, baseline_site = side_by_side(times, partial(_build, project, "--only", "site", fresh=True), mkdocs)
    yield compared("site alone, cold", seconds(site), seconds(baseline_site), 2, "mkdocs")

    _build(project, fresh=True)
    yield from _one_statement(project, times, seconds(cold))

    peak = peak_mib([*cold, *again, *site])
    yield bounded("peak of one process", peak, PEAK_MIB, "MiB", f"{peak_mib(baseline):.0f} MiB weasyprint")


def _build(project: Project, *options: str, fresh: bool = False) -> Run:
    # Cold: no output and no cache. Code and layouts are compiled, as those of WeasyPrint and MkDocs are. The project is
    # the home folder, so that no cache elsewhere is found.
    if fresh:
        shutil.rmtree(project.out, ignore_errors=True)
        shutil.rmtree(project.root / "home", ignore_errors=True)
    home = str(project.root / "home")
    env = {**KEEPS_COMPILED, "HOME": home, "XDG_CACHE_HOME": f"{home}/cache", "LOCALAPPDATA": home}
    return run(sys.executable, "-m", "pmdiag_build", "build", *options, cwd=project.root, env=env)


def _weasyprint(folder: Path) -> Run:
    return run(*weasyprint(folder / "national.pdf"), cwd=folder)


def _mkdocs(folder: Path) -> Run:
    target = folder / "mkdocs-site"
    shutil.rmtree(target, ignore_errors=True)
    return run(*mkdocs_build(target), cwd=folder / "mkdocs")


def _one_statement(project: Project, times: int, cold: float) -> Iterator[Row]:
    """Change one statement each time: which packs are rendered again, and how long that takes."""
    framework, issued = project.content / "framework.yaml", project.content / "editions" / "2013.yaml"
    # The edition has it too, without which the new wording would be refused.
    issued.write_text(issued.read_text(encoding="utf-8").partition("\nfingerprints:")[0] + "\n", encoding="utf-8")
    places = [(framework, f'- id: "{STATEMENT}"\n        text: "'), (issued, f'\n  "{STATEMENT}": "')]
    texts = [(path, *path.read_text(encoding="utf-8").partition(start)) for path, start in places]
    runs = []
    for n in range(times):
        for path, head, start, tail in texts:
            path.write_text(f"{head}{start}({n}) {tail}", encoding="utf-8")
        runs.append(_build(project))
    rendered = {frozenset(re.findall(r"^packs/(\S+)\.pdf:", run.stdout, re.MULTILINE)) for run in runs}
    wanted = frozenset(_packs_with(STATEMENT.partition(".")[0]))
    said = f"{len(max(rendered, key=len))} of {len(load_tool().packs)} packs"
    yield Row(
        "one changed statement, rendered again",
        said,
        limit=f"the {len(wanted)} that contain it",
        ok={wanted} == rendered,
    )
    yield compared("one changed statement, whole build", seconds(runs), cold, 1, "our cold build")


def _packs_with(feature: str) -> Iterator[str]:
    for pack in load_tool().packs:
        if any(section.feature == feature for section in pack.sections):
            yield pack.id
