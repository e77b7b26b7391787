"""Every module: no circular imports, no private names of another module, and a plain first line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pmdiag_build

_PACKAGE = Path(pmdiag_build.__file__).parent


def _name(file: Path) -> str:
    parts = file.relative_to(_PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {_name(file): ast.parse(file.read_text(encoding="utf-8")) for file in sorted(_PACKAGE.rglob("*.py"))}

# Names of libraries and of Python: XlsxWriter has no public way to write rows faster, and `_exit` is documented.
_OF_OTHERS = {"_write_dimension", "_write_rows", "_get_xf_index", "_exit"}


def _imports(module: str) -> set[str]:
    """The modules of ours that a module imports anywhere, also inside functions and for types only."""
    found = set()
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else str(node.module) for name in names}
    return found & MODULES.keys() - {module}


def _own_names(tree: ast.Module) -> set[str]:
    """All names that a module defines: functions, classes, fields, attributes and variables."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
    return found


def _private_of_others(module: str) -> Iterator[str]:
    own = _own_names(MODULES[module]) | _OF_OTHERS
    for node in ast.walk(MODULES[module]):
        names: set[str] = set()
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pmdiag_build"):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            names = {node.attr} - own
        yield from (name for name in sorted(names) if re.match(r"_(?!_)", name))


def test_imports_are_not_circular() -> None:
    circle: list[str] = []
    try:
        TopologicalSorter({module: _imports(module) for module in MODULES}).prepare()
    except CycleError as error:
        circle = error.args[1]

    assert [] == circle


@pytest.mark.parametrize("module", MODULES)
def test_no_module_reads_private_names_of_another(module: str) -> None:
    assert [] == list(_private_of_others(module))


@pytest.mark.parametrize("module", MODULES)
def test_the_first_line_of_a_module_is_one_sentence(module: str) -> None:
    first, *rest = (ast.get_docstring(MODULES[module]) or "").split("\n")

    assert re.fullmatch(r"\S.*[.?]", first), first
    assert not re.search(r"[.?!] +[^a-z]", first), first
    assert rest[:1] in ([], [""]), "The sentence goes on in the second line."
