"""The national content in a folder that a test may spoil, and what loading it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pmdiag_build.load import load_tool
from pmdiag_build.problems import ContentWrong, ExitCode
from pmdiag_build.resources import CONTENT

Edit = Callable[[str, str, str], None]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The national content in a folder of its own, to be spoilt."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("local", "schemas"))
    return folder


@pytest.fixture
def edit(content: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        path = content / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def problems_of(content: Path) -> list[str]:
    with pytest.raises(ContentWrong) as caught:
        load_tool(content)
    assert caught.value.exit_code == ExitCode.CONTENT_WRONG
    return [str(problem) for problem in caught.value.problems]


def line_of(content: Path, name: str, text: str) -> int:
    lines = (content / name).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if text in line)
