"""A desk to put returns on, and returns that come back in every form."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser

from pmdiag_build.content.model import Tool
from pmdiag_build.desk import Desk, answer
from tests.desk.browsers import InChromium, InFirefox, OnScreen
from tests.firefox import Firefox
from tests.returns.conftest import fields, mixed_round, pack, returns

__all__ = ["fields", "mixed_round", "pack", "returns"]


@dataclass(slots=True)
class Page:
    """The page in the browser: it asks the desk for one thing after another."""

    desk: Desk
    refused: list[str] = field(default_factory=list)

    def ask(self, method: str, **args: Any) -> Any:
        """The result of a method; None, with the problems in `refused`, where the desk says that it can't be done."""
        given = answer(self.desk, method, args)
        assert "failed" not in given, given["failed"]
        self.refused = [f"{one['place']}: {one['what']} {one['fix']}" for one in given.get("wrong", ())]
        return given.get("result")

    def put(self, files: Mapping[str, bytes], seed: int = 0) -> None:
        """Puts files on the desk, in an order of its own."""
        names = sorted(files)
        random.Random(seed).shuffle(names)
        for name in names:
            assert name == self.ask("add", name=name, data=files[name])["name"]

    def of_file(self, name: str) -> Any:
        """What became of one file."""
        (found,) = (one for one in self.ask("state")["files"] if one["name"] == name)
        return found

    def accounts(self) -> dict[str, int]:
        """What is in the accounts, but for nothings."""
        return {name: n for name, n in self.ask("state")["accounts"].items() if n and name not in ("files", "found")}


@pytest.fixture
def page(tool: Tool) -> Page:
    """A page with an empty desk."""
    return Page(Desk(tool))


@pytest.fixture(params=["Chromium", "Firefox"])
def browser(request: pytest.FixtureRequest) -> Iterator[OnScreen]:
    """A page in each browser."""
    if request.param == "Firefox":
        firefox: Firefox = request.getfixturevalue("firefox_browser")
        yield InFirefox(firefox)
        firefox.open("about:blank")
        return
    chromium: Browser = request.getfixturevalue("chromium_browser")
    page = InChromium(chromium)
    yield page
    page.close()
