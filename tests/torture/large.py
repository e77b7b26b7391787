"""Small files that ask for much: each case of `tests/returns/cases/limits_cases.py`, read in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from pmdiag_build.load import load_tool
from tests.commands import run_pmdiag
from tests.returns.cases import Base
from tests.returns.cases.limited import OverTheLimit, read_within_limits
from tests.returns.cases.limits_cases import cases
from tests.torture.figures import LOST, TOO_LONG, TOO_MUCH, Figures


@dataclass(frozen=True, slots=True)
class _Fixtures:
    """What a case asks its test for: the packs that were built."""

    packs: Path

    def getfixturevalue(self, _: str) -> Any:
        return self


def run(figures: Figures, folder: Path, divisor: int, _: int) -> None:
    """Reads them all, or one in so many."""
    outcome = run_pmdiag("build", "--only", "self-assessment", "--out", folder / "build")
    assert outcome.code == 0, outcome.stderr
    fixtures = cast(pytest.FixtureRequest, _Fixtures(folder / "build" / "packs"))
    for case in cases.found[::divisor]:
        room, returns = folder / "room", folder / "returns"
        for path in (room, returns):
            path.mkdir(exist_ok=True)
        for name, content in case.make(Base(load_tool(), room, fixtures)).items():
            (returns / name).write_bytes(content)
        figures.tried["files that ask for much"] += 1
        try:
            found = read_within_limits(returns)
        except OverTheLimit as over:
            figures.found(TOO_MUCH if "MB" in str(over) else TOO_LONG, f"{case.name}: {over}")
        else:
            differences = [right.differences(found) for right in case.right]
            if [] not in differences:
                figures.found(LOST, f"{case.name}: {differences}")
        for path in returns.iterdir():
            path.unlink()
