"""The engine that the page starts gives what this Python gives: every case, the invented round, and hostile files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.demo import demo_files
from pmdiag_build.desk import Desk
from tests.conftest import Built
from tests.desk.conftest import Page
from tests.desk.engine import Engine
from tests.desk.test_cases_on_the_desk import QUICK
from tests.desk.test_hostile_files import bomb
from tests.returns.cases import Base
from tests.returns.written import as_json


@pytest.fixture(scope="module")
def engine(built: Built) -> Iterator[Engine]:
    """The engine of the desk that was built."""
    engine = Engine(built.out / "desk")
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def _cleared(engine: Engine) -> None:
    assert {} == engine.call("clear")["result"]


def test_every_case_gives_what_it_gives_here(
    engine: Engine, tool: Tool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    others = {}
    for n, case in enumerate(QUICK):
        (tmp_path / str(n)).mkdir()
        here = Page(Desk(tool))
        engine.call("clear")
        for name, data in case.make(Base(tool, tmp_path / str(n), request)).items():
            here.ask("add", name=name, data=data)
            engine.call("add", name=name, data=data)
        if here.ask("state") != (state := engine.call("state")["result"]):
            others[case.name] = state

    assert {} == others


def test_the_invented_round_is_the_same_to_the_byte(engine: Engine, page: Page, tool: Tool) -> None:
    files = demo_files(tool, None)
    assert files == {one["name"]: one["data"] for one in engine.call("demo")["result"]}
    page.put(files)
    for name, data in sorted(files.items(), reverse=True):
        assert name == engine.call("add", name=name, data=data)["result"]["name"]
    spring = page.ask("results", title="Spring", min_group=4)
    assert spring == engine.call("results", title="Spring", min_group=4)["result"]

    given = {"attribute": True, "previous": [{"name": "spring.csv", "data": spring["files"]["keep/responses.csv"]}]}
    assert page.ask("results", **given) == engine.call("results", **given)["result"]
    assert page.ask("entry_sheet") == engine.call("entry_sheet")["result"]
    zipped = engine.call("zipped", files=spring["files"])["result"]
    assert page.ask("results", previous=[{"name": "a.zip", "data": zipped}])


def test_bombs_cost_their_files_and_nothing_else(engine: Engine) -> None:
    engine.call("add", name="good.json", data=as_json({"rating_1_1": "L"}))
    for depth, size in ((1, 80 << 20), (2, 80 << 20), (4, 1 << 20)):
        engine.call("add", name=f"{depth}.zip", data=bomb(depth, size))
    for name, data in (("deep.json", b"[" * 10**6), ("deep.pdf", b"%PDF-1.7\n1 0 obj\n" + b"[" * 10**6)):
        engine.call("add", name=name, data=data)
    engine.call("add", name="better.json", data=as_json({"rating_1_1": "D"}))
    state = engine.call("state")["result"]

    assert 2 == state["accounts"]["counted"]
    assert {"good.json", "better.json"} == {one["name"] for one in state["files"] if not one["set_aside"]}


def test_what_can_not_be_done_is_said_in_words(engine: Engine) -> None:
    assert "must be a whole number" in engine.call("results", min_group=0)["wrong"][0]["what"]
    assert "There is no method" in engine.call("__init__")["failed"]
