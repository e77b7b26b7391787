"""What the tests of results share: the invented round, and the results that are made of it once for all tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.demo import demo_files
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.run import report_input
from pmdiag_build.results.views.parts import ReportInput
from pmdiag_build.returns.round import read_round
from tests.commands import Outcome, call_pmdiag, read_outcome, write_outcome
from tests.conftest import once_for_all_workers


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def demo(tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> ReportInput:
    """The invented round, as records."""
    folder = written(demo_files(tool, None), tmp_path_factory.mktemp("demo"))
    return report_input(read_round([folder], tool), tool, Rules())


@dataclass(frozen=True, slots=True)
class DemoResults:
    """The results of the invented round with their PDFs, and what the command printed."""

    outcome: Outcome
    files: Mapping[str, bytes]

    @property
    def pdf(self) -> bytes:
        return self.files["share/report.pdf"]

    @property
    def html(self) -> str:
        return self.files["share/report.html"].decode()


@pytest.fixture(scope="session")
def demo_results(tool: Tool, tmp_path_factory: pytest.TempPathFactory) -> DemoResults:
    """`pmdiag tabulate` of the invented round."""

    def make(folder: Path) -> None:
        returns = written(demo_files(tool, None), folder / "returns")
        write_outcome(folder, call_pmdiag("tabulate", returns, "-o", folder / "results"))

    folder = once_for_all_workers(tmp_path_factory, "demo-results", make)
    files = {path.relative_to(folder / "results").as_posix(): path for path in (folder / "results").glob("*/*")}
    return DemoResults(read_outcome(folder), {name: path.read_bytes() for name, path in files.items()})
