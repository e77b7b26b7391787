"""pyproject.toml asks for what the code imports: no less, and no more."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
NOT_IMPORTED = {"mkdocs", "mypy", "pytest-timeout", "pytest-xdist", "ruff"}
"""Run as programs, or plugins; packages of types are known by their name."""


def asked_for(extras: bool) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    words = list(project["dependencies"])
    if extras:
        words = [word for extra in project["optional-dependencies"].values() for word in extra]
    names = {canonicalize_name(Requirement(word).name) for word in words}
    return {name for name in names if name != "pmdiag" and not name.startswith("types-")}


def imported(folder: str) -> set[str]:
    """The distributions that the Python files of `folder` import, anywhere in a file."""
    ours = {"pmdiag_build", "tests", "gi"}  # gi: a file that the system's own Python runs
    modules = {module for file in _python_files(folder) for module in _modules(file)}
    holders = _holders()
    return {
        name
        for module in modules - ours - sys.stdlib_module_names
        for name in holders.get(module, {f"nothing installed holds {module}"})
    }


@cache
def _holders() -> dict[str, set[str]]:
    """Top-level module → the distributions that install it (importlib.metadata has this, but not for all in 3.11)."""
    holders: dict[str, set[str]] = {}
    for distribution in distributions():
        for top in {file.parts[0] for file in distribution.files or ()}:
            holders.setdefault(top.partition(".")[0], set()).add(canonicalize_name(distribution.name))
    return holders


def _python_files(folder: str) -> Iterator[Path]:
    return (file for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts)


def _modules(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.slow
def test_every_import_of_the_package_is_a_dependency() -> None:
    assert set() == imported("pmdiag_build") - asked_for(extras=False)


@pytest.mark.slow
def test_every_dependency_is_imported() -> None:
    assert set() == asked_for(extras=False) - imported("pmdiag_build")


@pytest.mark.slow
def test_the_tests_bring_what_they_import_and_no_more() -> None:
    brought = asked_for(extras=True) - NOT_IMPORTED

    assert set() == brought - imported("tests")
    assert set() == imported("tests") - brought - asked_for(extras=False) - {"packaging"}
