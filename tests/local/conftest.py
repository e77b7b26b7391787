"""Local versions of a test's own: a folder with local.yaml, files written inline, and what loading it says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.load import load_tool
from pmdiag_build.problems import ContentWrong, Problems
from pmdiag_build.resources import CONTENT

EXAMPLE = CONTENT / "local" / "exampleshire"


PARTS = ("guide/accessibility.md:8: Parts in square brackets", "guide/privacy.md:47: Parts in square brackets")


@dataclass(frozen=True, slots=True)
class Version:
    """A local version in a folder named `ours`."""

    folder: Path

    def write(self, name: str, text: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def load(self, content: Path = CONTENT) -> Tool:
        return load_tool(content, local=self.folder)

    def notices(self, content: Path = CONTENT) -> list[str]:
        """What wants a look, but for the parts of national pages that every version has yet to complete."""
        found = Problems()
        load_tool(content, found, local=self.folder)
        return [said for said in map(str, found) if not said.startswith(PARTS)]

    def faults(self, content: Path = CONTENT) -> list[str]:
        with pytest.raises(ContentWrong) as caught:
            self.load(content)
        return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def version(tmp_path: Path) -> Version:
    """The smallest local version: local.yaml with the three keys that it must have."""
    made = Version(tmp_path / "ours")
    made.write("local.yaml", 'id: ours\nname: "Our Council"\nbase: "2013"\n')
    return made


@pytest.fixture(scope="session")
def example() -> Tool:
    """The example that ships with the project."""
    return load_tool(local=EXAMPLE)
