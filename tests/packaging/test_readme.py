"""What the project's papers tell people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.packaging.test_help import ALL

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ("README.md", "CONTRIBUTING.md")


def paper(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")


def code(text: str) -> list[str]:
    """Every piece of code: the lines of blocks, and what stands between backticks in a line."""
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
        if not (match := re.search(r"(?:^|[/\\ ])pmdiag(?: (?!-)(.*))?$", piece)) or not match[1]:
            continue
        words = re.split(r" {2,}|#", match[1])[0].split()
        path = next((p for p in ALL if tuple(words[: len(p)]) == p), None)
        assert path is not None, piece
        known = {option for parameter in ALL[path].params for option in parameter.opts} | {"--help"}
        assert set() == {w.partition("=")[0] for w in words if w.startswith("-")} - known, piece


@pytest.mark.parametrize("name", [*PAPERS, "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    prose = _INLINE.sub("", _BLOCK.sub("", paper(name)))
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", prose)

    assert [] == [target for target in targets if not (ROOT / target).exists()]
