"""Every kind of return that went wrong somewhere gives on the desk what it gives in a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import together
from tests.desk.conftest import Page
from tests.desk.test_words_on_the_desk import NOT_HERE
from tests.returns.cases import Base, Case
from tests.returns.conftest import Returns
from tests.returns.test_cases import CASES

pytestmark = pytest.mark.slow


# Others need a browser or a program to be made.
QUICK = [case for case in CASES if ": shared " in case.name or not (case.slow or case.limited)]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in QUICK])
def test_case(
    case: Case, page: Page, returns: Returns, tool: Tool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "room").mkdir()
    files = case.make(Base(tool, tmp_path / "room", request))
    for name, content in files.items():
        returns.put(name, content)
    native = returns.read()
    page.put(files, seed=1)
    state = page.ask("state")

    assert native == page.desk.round
    assert str(native.accounts) == state["line"]
    assert [str(one.place) for one in together(native.listed)] == [one["place"] for one in state["together"]]
    for one in [*state["together"], *(one for file in state["files"] for one in file["in_short"])]:
        assert not NOT_HERE.search(f"{one['what']}\n{one['fix']}")
        assert not re.search(r"\$[.\[]|\bfield |![A-Z]*\d", one["where"])
