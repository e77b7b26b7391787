"""Files of people, and `pmdiag personalise` over the national packs that were built once for all tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.content.model import Tool
from pmdiag_build.publish.personalise.copies import Copier
from tests.commands import Outcome, call_pmdiag
from tests.conftest import Built

PACK = "self-assessment"
RECORD: Mapping[str, str] = {
    "record_reference": "Łukasz ŵ 7",
    "record_role": "performance-officer",
    "record_mode": "group",
    "record_area": "Siân’s “Ŵ” (Łódź, Gergő) \\ north",
    "record_lead": "Zoë",
    "record_contributors": "Łukasz\nŵ ŷ",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a person works: a folder for the file of people and for what is made of it."""

    folder: Path
    built: Path
    out: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "out", self.folder / "to send")

    def write(self, people: str | bytes) -> Path:
        """The file of people."""
        path = self.folder / "people.csv"
        path.write_bytes(people.encode() if isinstance(people, str) else people)
        return path

    def personalise(self, people: str | bytes, *options: str | Path, pack: str = PACK) -> Outcome:
        """Run the command with this file of people; `--people`, `-o` and `--build` are given."""
        given = ("--people", self.write(people), "-o", self.out, "--build", self.built)
        return call_pmdiag("personalise", pack, *given, *options)

    def files(self) -> dict[str, bytes]:
        """What was made, without the manifest."""
        return {path.name: path.read_bytes() for path in sorted(self.out.iterdir()) if path.name != ".pmdiag.json"}

    def copy(self, reference: str) -> Path:
        """The copy of a plain reference."""
        return self.out / f"{PACK}-{reference}.pdf"


@pytest.fixture
def desk(tmp_path: Path, built: Built) -> Desk:
    """An empty folder, and the national build."""
    return Desk(tmp_path, built.out)


@pytest.fixture(scope="session")
def pack_pdf(built: Built) -> bytes:
    """The self-assessment as it is built."""
    return (built.packs / f"{PACK}.pdf").read_bytes()


@pytest.fixture(scope="session")
def copier(tool: Tool, pack_pdf: bytes) -> Copier:
    """What copies the self-assessment."""
    fields = pack_fields(tool, tool.pack(PACK))
    return Copier(pack_pdf, [field for field in fields if field.name.startswith("record_")])


@pytest.fixture(scope="session")
def copy(copier: Copier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with `RECORD` filled in: read it, never write into it."""
    path = tmp_path_factory.mktemp("copy") / "copy.pdf"
    path.write_bytes(copier.copy(RECORD))
    return path


@pytest.fixture(scope="session")
def copied_fields(tool: Tool) -> tuple[FormField, ...]:
    """The fields of the self-assessment as they are in `copy`."""
    fields = pack_fields(tool, tool.pack(PACK))
    return tuple(replace(field, value=RECORD.get(field.name, field.value)) for field in fields)
