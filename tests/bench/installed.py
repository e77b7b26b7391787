"""A copy of the checkout with compiled modules, as pip installs it. The baselines are compiled too."""

from __future__ import annotations

import compileall
from collections.abc import Mapping
from pathlib import Path

from tests.project import Project, copy_project

KEEPS_COMPILED: Mapping[str, str] = {"PYTHONDONTWRITEBYTECODE": ""}
"""The environment of measured runs: the first compiles the layouts, and the others find them."""


def installed(root: Path) -> Project:
    """A project in the new folder `root`. Commands that run there use its code."""
    project = copy_project(root)
    compileall.compile_dir(project.root, quiet=2)
    return project
