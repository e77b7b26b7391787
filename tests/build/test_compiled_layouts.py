"""Compiled layouts are cached beside the layouts, and an edited layout is compiled again."""

from __future__ import annotations

import sys
from pathlib import Path

import jinja2
import pytest

from pmdiag_build.rendering.templates import Compiled


@pytest.fixture
def layouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "page.html").write_text("first {{ 1 + 1 }}", encoding="utf-8")
    return tmp_path


def _page(layouts: Path) -> str:
    loader = jinja2.FileSystemLoader(str(layouts))
    return (
        jinja2.Environment(loader=loader, autoescape=True, bytecode_cache=Compiled(layouts))
        .get_template("page.html")
        .render()
    )


def _kept(layouts: Path) -> list[Path]:
    return list((layouts / "__pycache__").iterdir())


def test_a_layout_is_compiled_once(layouts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _page(layouts) == "first 2"
    monkeypatch.setattr(jinja2.Environment, "compile", lambda *_: pytest.fail("compiled again"))

    assert _page(layouts) == "first 2"
    assert len(_kept(layouts)) == 1


def test_a_changed_layout_is_compiled_again(layouts: Path) -> None:
    _page(layouts)
    (layouts / "page.html").write_text("other", encoding="utf-8")

    assert _page(layouts) == "other"
    assert len(_kept(layouts)) == 1


@pytest.mark.parametrize("cut", [0, 3, 20, 40, 90])
def test_a_damaged_file_does_no_harm(layouts: Path, cut: int) -> None:
    _page(layouts)
    kept = _kept(layouts)[0]
    whole = kept.read_bytes()
    kept.write_bytes(whole[:cut])

    assert _page(layouts) == "first 2"
    assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_to_does_no_harm(layouts: Path) -> None:
    (layouts / "__pycache__").write_text("a file in its place", encoding="utf-8")

    assert _page(layouts) == "first 2"


def test_nothing_is_cached_if_python_must_not_write_bytecode(layouts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert _page(layouts) == "first 2"
    assert not (layouts / "__pycache__").exists()
