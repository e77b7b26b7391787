"""A folder for returns, and blank packs to fill in."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Round, read_round
from tests.conftest import once_for_all_workers
from tests.returns.mixed_round import MixedRound, put_mixed_round
from tests.returns.paper import blank_pack, fields_of
from tests.returns.qpdf import start_if_chosen

start_if_chosen()


@dataclass(frozen=True, slots=True)
class Returns:
    """A folder that returns are put into."""

    folder: Path
    tool: Tool

    def put(self, name: str, content: bytes | str) -> Path:
        """Writes a file into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def read(self) -> Round:
        """The round that the folder holds; its accounts are checked."""
        found = read_round([self.folder], self.tool)
        found.accounts.check()
        return found

    def lines(self) -> list[str]:
        """The problems of the round as a person reads them."""
        return [str(problem) for problem in self.read().problems]


@pytest.fixture
def returns(tmp_path: Path, tool: Tool) -> Returns:
    """An empty folder for returns."""
    folder = tmp_path / "what came back"
    folder.mkdir()
    return Returns(folder, tool)


@pytest.fixture(scope="session")
def fields(tool: Tool) -> Sequence[FormField]:
    """The fields of the self-assessment."""
    return fields_of(tool)


@pytest.fixture(scope="session")
def pack(fields: Sequence[FormField]) -> bytes:
    """A blank self-assessment, made by hand."""
    return blank_pack(fields)


@pytest.fixture(scope="session")
def mixed_round(
    tool: Tool, pack: bytes, fields: Sequence[FormField], tmp_path_factory: pytest.TempPathFactory
) -> MixedRound:
    """300 mixed returns with every fault planted, made once for all tests."""

    def make(folder: Path) -> None:
        (folder / "what came back").mkdir()
        put = put_mixed_round(Returns(folder / "what came back", tool), pack, fields)
        (folder / "put").write_bytes(pickle.dumps(put))

    folder = once_for_all_workers(tmp_path_factory, "mixed-round", make)
    # What a worker of ours wrote.
    put: MixedRound = pickle.loads((folder / "put").read_bytes())  # noqa: S301
    return put
