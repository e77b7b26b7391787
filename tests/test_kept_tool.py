"""The national tool that was kept is the one that is read, and never an old or a damaged one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from unittest.mock import Mock

import pytest

from pmdiag_build import kept_tool
from pmdiag_build.content.model import Tool
from pmdiag_build.kept_tool import tool_of
from pmdiag_build.resources import CONTENT


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that is written, in a folder that is not there yet."""
    path = tmp_path / "__pycache__" / "tool.bin"
    monkeypatch.setattr(kept_tool, "_FILE", path)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    return path


def same(one: Tool, other: Tool) -> bool:
    return all(getattr(one, part.name) == getattr(other, part.name) for part in fields(one))


def never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmdiag_build.load.load_tool", lambda *found, **named: pytest.fail("the content was read"))


def test_it_is_read_once(kept: Path, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tool_of(CONTENT, None)
    never_read(monkeypatch)

    assert same(first, tool)
    assert same(tool_of(CONTENT, None), tool)


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-9] + b"x" * 9, lambda data: b""])
def test_a_damaged_file_is_not_used(kept: Path, tool: Tool, damage: Callable[[bytes], bytes]) -> None:
    tool_of(CONTENT, None)
    whole = kept.read_bytes()
    kept.write_bytes(damage(whole))

    assert same(tool_of(CONTENT, None), tool)
    assert kept.read_bytes() == whole


def test_what_has_changed_is_read_again(kept: Path, tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    tool_of(CONTENT, None)
    read = Mock(return_value=tool)
    monkeypatch.setattr("pmdiag_build.load.load_tool", read)
    files = list(kept_tool._files())
    monkeypatch.setattr(kept_tool, "_files", lambda: files[1:])
    tool_of(CONTENT, None)

    assert CONTENT / "framework.yaml" in files
    read.assert_called_once_with()


def test_the_code_that_it_names_exists() -> None:
    assert all((kept_tool._PACKAGE / name).is_file() for name in kept_tool._CODE)


def test_it_is_not_kept_where_nothing_can_be_written(kept: Path, tool: Tool) -> None:
    kept.parent.write_text("a file in the place of the folder", encoding="utf-8")

    assert same(tool_of(CONTENT, None), tool)


def test_a_local_version_is_always_read(kept: Path, tmp_path: Path) -> None:
    version = tmp_path / "ours"
    version.mkdir()
    (version / "local.yaml").write_text('id: ours\nname: "Our Council"\nbase: "2013"\n', encoding="utf-8")

    assert tool_of(CONTENT, version).local is not None
    assert not kept.exists()
