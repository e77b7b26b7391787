"""The checkout as pip installs it: a copy whose modules are compiled, as those of every baseline are."""

from __future__ import annotations

import compileall
from collections.abc import Mapping
from pathlib import Path

from tests.project import Project, copy_project

KEEPS_COMPILED: Mapping[str, str] = {"PYTHONDONTWRITEBYTECODE": ""}
"""The environment of measured runs: layouts are compiled in the first and found compiled in the others."""


def installed(root: Path) -> Project:
    """A project in the new folder `root`; commands run in its folder run its code."""
    project = copy_project(root)
    compileall.compile_dir(project.root, quiet=2)
    return project
