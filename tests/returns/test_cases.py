"""Every kind of return that went wrong somewhere, and what must become of it: `cases/` makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Round
from tests.returns.cases import Base, Case
from tests.returns.cases.limited import read_within_limits
from tests.returns.cases.limits_cases import QUICK
from tests.returns.cases.limits_cases import cases as limits_cases
from tests.returns.cases.mail_and_zip_cases import cases as mail_and_zip_cases
from tests.returns.conftest import Returns

_FAMILIES = (mail_and_zip_cases, limits_cases)
CASES = [case for family in _FAMILIES for case in family.found if not case.limited or case.name in QUICK]
_PARAMS = [pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow else []) for case in CASES]


def _read(case: Case, returns: Returns) -> Round:
    return read_within_limits(returns.folder) if case.limited else returns.read()


@pytest.mark.parametrize("case", _PARAMS)
def test_case(
    case: Case,
    returns: Returns,
    tool: Tool,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    for name, content in case.make(Base(tool, room, request)).items():
        returns.put(name, content)

    found = _read(case, returns)
    differences = [right.differences(found) for right in case.right]
    # What `--junit-xml` keeps of it: the table of cases is made from that.
    record_property("accounts", str(found.accounts))
    record_property("messages", " ¶ ".join(map(str, found.listed[:3])))

    assert [] in differences
    assert [] == [line for line in map(str, found.listed) if str(tmp_path) in line]
