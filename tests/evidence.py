"""What a whole run of the tests found about accessibility, for the site's page of it.

A test that is evidence has `@pytest.mark.evidence(CHECK)`, one of `CHECKS`. Each run of all tests leaves a record in
pytest's cache, and `python -m tests.evidence` writes it to content/evidence.yaml.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pmdiag_build import __version__
from pmdiag_build.load import load_tool
from pmdiag_build.output.atomic import write_file
from pmdiag_build.resources import CONTENT
from tests.programs import program

CHECKS = {
    "pages_axe": "axe-core",
    "states_axe": "axe-core",
    "desk_axe": "axe-core",
    "reflow": "Chromium",
    "spacing": "Chromium",
    "keyboard": "Chromium",
    "covered": "Chromium",
    "forced_colours": "Chromium",
    "packs_ua": "page-validation",
    "packs_order": "pikepdf",
}
"""Check → the tool it is made with, in the order of the page. What a check is, is in `evidence_of_…` and
`evidence_criterion_…` of content/words/site.yaml."""

_ROOT = Path(__file__).resolve().parent.parent
_RECORD = "pmdiag/evidence"
_PARTS = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "maxfail", "stepwise")
"""Options after which not every test runs."""


def _of_axe() -> str:
    about = _ROOT / "tests" / "setup" / "node_modules" / "axe-core" / "package.json"
    return str(json.loads(about.read_text(encoding="utf-8"))["version"])


def _of_chromium() -> str:
    said = subprocess.run([program("chromium"), "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(re.findall(r"\d+(?:\.\d+)+", said)[:1])


_VERSIONS: dict[str, Callable[[], str]] = {"axe-core": _of_axe, "Chromium": _of_chromium}
"""Tools that are no Python package."""


def _version(tool: str) -> str:
    return _VERSIONS[tool]() if tool in _VERSIONS else importlib.metadata.version(tool)


def _is_whole(config: pytest.Config) -> bool:
    """Does every test run?"""
    from_everywhere = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return from_everywhere and not any(config.getoption(name, None) for name in _PARTS)


class Recorder:
    """Counts the tests of each check in the process that all reports come to."""

    def __init__(self) -> None:
        self.ran: dict[str, set[str]] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        check = dict(report.user_properties).get("evidence")
        if check is None or (report.passed and report.when != "call") or report.skipped:
            return
        self.ran.setdefault(str(check), set()).add(report.nodeid)
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        ended = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if self.ran and ended and _is_whole(session.config) and session.config.cache is not None:
            session.config.cache.set(_RECORD, self._record())

    def _record(self) -> dict[str, object]:
        versions = {tool: _version(tool) for tool in {CHECKS[check] for check in self.ran}}
        checks = [
            {
                "id": check,
                "tool": tool,
                "version": versions[tool],
                "tests": str(len(self.ran[check])),
                "failed": str(len(self.ran[check] & self.failed)),
            }
            for check, tool in CHECKS.items()
            if check in self.ran
        ]
        date = time.strftime("%Y-%m-%d", time.gmtime())
        return {"program": __version__, "edition": load_tool().edition, "date": date, "checks": checks}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "evidence(check): what it finds is on the site's page of accessibility checks")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("evidence"):
            (check,) = mark.args
            if check not in CHECKS:
                raise pytest.UsageError(f"{item.nodeid}: tests/evidence.py has no check “{check}”")
            item.user_properties.append(("evidence", check))


def as_yaml(record: dict[str, object]) -> str:
    """The record as the file of the content."""
    lines = [
        "# yaml-language-server: $schema=schemas/evidence.schema.json",
        "# What the last run of all tests found about accessibility. Written by make evidence; do not edit it.",
    ]
    lines += [f"{key}: {json.dumps(record[key])}" for key in ("program", "edition", "date")]
    lines.append("checks:")
    checks = record["checks"]
    assert isinstance(checks, list)
    for check in checks:
        first, *others = (f"{key}: {json.dumps(value)}" for key, value in check.items())
        lines += [f"  - {first}", *(f"    {other}" for other in others)]
    return "\n".join(lines) + "\n"


def write_evidence(cache: Path, file: Path) -> str:
    """Write the record of pytest's `cache` into `file`; what is wrong, if that can't be done."""
    path = cache / "v" / _RECORD
    if not path.is_file():
        return "There is no record of a run of all tests. Type make test."
    record = json.loads(path.read_text(encoding="utf-8"))
    if missing := CHECKS.keys() - {check["id"] for check in record["checks"]}:
        return f"No test in the last run of all tests is evidence of: {', '.join(sorted(missing))}. Type make test."
    write_file(file, as_yaml(record).encode())
    return ""


if __name__ == "__main__":
    # An empty sentence would count as a failure.
    sys.exit(write_evidence(_ROOT / ".pytest_cache", CONTENT / "evidence.yaml") or 0)
