"""Everything that the project's documents tell people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pmdiag_build import __version__
from tests.packaging.test_help import faults

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("README.md", "CONTRIBUTING.md")


def paper(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


def code(text: str) -> list[str]:
    """Every piece of code: the lines of blocks, and what is between backticks in a line."""
    lines = [line.strip() for block in _BLOCK.findall(text) for line in block.splitlines()]
    return lines + _INLINE.findall(_BLOCK.sub("", text))


@pytest.mark.parametrize("name", PAPERS)
def test_every_make_command_is_in_the_makefile(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {m[1] for piece in code(paper(name)) if (m := re.match(r"make ([a-z-]+)", piece))}

    assert told
    assert set() == told - targets


@pytest.mark.parametrize("name", PAPERS)
def test_every_pmdiag_command_and_option_exists(name: str) -> None:
    for piece in code(paper(name)):
        typed = re.search(r"(?:^|[/\\])(pmdiag [a-z].*)$", piece)
        assert typed is None or not faults(typed[1]), faults(typed[1])


@pytest.mark.parametrize("name", [*PAPERS, "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    prose = _INLINE.sub("", _BLOCK.sub("", paper(name)))
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", prose)

    assert [] == [target for target in targets if not (ROOT / target).exists()]


def test_the_newest_numbered_release_of_the_changelog_is_this_version() -> None:
    numbered = re.findall(r"^## \[([0-9.]+)\] - \d{4}-\d\d-\d\d$", paper("CHANGELOG.md"), re.MULTILINE)

    assert __version__ == numbered[0]
