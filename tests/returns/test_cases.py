"""Every kind of return that went wrong somewhere, and what must become of it: `cases/` makes them."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Round
from tests.commands import call_pmdiag
from tests.conftest import once_for_all_workers
from tests.returns.cases import Base, Case, Files
from tests.returns.cases.limited import read_within_limits
from tests.returns.cases.limits_cases import QUICK
from tests.returns.cases.limits_cases import cases as limits_cases
from tests.returns.cases.mail_and_zip_cases import cases as mail_and_zip_cases
from tests.returns.cases.pdf_cases import cases as pdf_cases
from tests.returns.cases.sheet_cases import cases as sheet_cases
from tests.returns.cases.text_cases import WRITTEN, Written, live_formulas
from tests.returns.cases.text_cases import cases as text_cases
from tests.returns.conftest import Returns

pytestmark = pytest.mark.slow

_FAMILIES = (pdf_cases, sheet_cases, text_cases, mail_and_zip_cases, limits_cases)
CASES = [case for family in _FAMILIES for case in family.found if not case.limited or case.name in QUICK]
_PARAMS = [pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow else []) for case in CASES]


def _files(case: Case, base: Base, factory: pytest.TempPathFactory) -> Files:
    """The files of a case. Those that take a program are made once, and kept for the same case with another library."""
    if case.limited or not case.slow:
        return case.make(base)

    def make(folder: Path) -> None:
        (folder / "files").write_bytes(pickle.dumps(case.make(base)))

    folder = once_for_all_workers(factory, f"case-{hashlib.sha256(case.name.encode()).hexdigest()[:16]}", make)
    # What a test of ours wrote.
    files: Files = pickle.loads((folder / "files").read_bytes())  # noqa: S301
    return files


def _read(case: Case, returns: Returns) -> Round:
    return read_within_limits(returns.folder) if case.limited else returns.read()


@pytest.mark.parametrize("case", _PARAMS)
def test_case(
    case: Case,
    returns: Returns,
    tool: Tool,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    room = tmp_path / "room"
    room.mkdir()
    for name, content in _files(case, Base(tool, room, request), tmp_path_factory).items():
        returns.put(name, content)

    found = _read(case, returns)
    differences = [right.differences(found) for right in case.right]
    # What `--junit-xml` keeps of it: the table of cases is made from that.
    record_property("accounts", str(found.accounts))
    record_property("messages", " ¶ ".join(map(str, found.listed[:3])))

    assert [] in differences
    assert [] == [line for line in map(str, found.listed) if str(tmp_path) in line]


@pytest.mark.parametrize("written", [pytest.param(one, id=one.name) for one in WRITTEN])
def test_what_is_written_of_it(
    written: Written, returns: Returns, tool: Tool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for name, content in written.make(Base(tool, tmp_path, request)).items():
        returns.put(name, content)
    out = tmp_path / "results"

    outcome = call_pmdiag("tabulate", returns.folder, "-o", out, "--attribute", *([] if written.pdf else ["--no-pdf"]))

    assert outcome.code in (0, 1), outcome.stderr
    responses = (out / "keep" / "responses.csv").read_bytes()
    assert [] == live_formulas(responses)
    assert written.reference in responses.decode("utf-8-sig")
