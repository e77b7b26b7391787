"""The wheel works where nothing else is: content and layouts travel inside it."""

from __future__ import annotations

import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from pmdiag_build.resources import CONTENT, LAYOUTS
from tests.conftest import Built
from tests.packaging.conftest import Archives, hatch, pip

pytestmark = pytest.mark.slow

_NOT_IN_IT = re.compile("__pycache__|layouts/(?:vendor|figures).py|layouts/desk/vendor/(?:pyodide|qpdf)/")
"""What only a checkout has: it makes the rest of the layouts."""


def names(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def test_content_and_layouts_are_in_the_wheel_whole(archives: Archives) -> None:
    with zipfile.ZipFile(archives.wheel) as wheel:
        for folder, inside in ((CONTENT, "content"), (LAYOUTS, "layouts")):
            for file in folder.rglob("*"):
                name = f"pmdiag_build/_data/{inside}/{file.relative_to(folder).as_posix()}"
                if file.is_file() and not _NOT_IN_IT.search(name):
                    assert file.read_bytes() == wheel.read(name), name


def test_nothing_else_is_in_the_wheel(archives: Archives) -> None:
    roots = {name.split("/")[0] for name in names(archives.wheel)}

    assert {"pmdiag_build"} == {root for root in roots if not root.endswith(".dist-info")}
    assert not {n for n in names(archives.wheel) if "__pycache__" in n or "node_modules" in n or "/tests/" in n}


def test_the_source_archive_makes_the_same_wheel(archives: Archives, tmp_path: Path) -> None:
    subprocess.run(("tar", "-xf", archives.sdist, "-C", tmp_path), check=True)
    (source,) = tmp_path.iterdir()
    hatch(source, tmp_path / "dist", "wheel")
    (wheel,) = (tmp_path / "dist").glob("*.whl")

    assert names(archives.wheel) == names(wheel)


def test_the_pinned_dependencies_are_all_that_it_needs(installed: Path) -> None:
    check = subprocess.run(pip(installed, "check"), capture_output=True, text=True, check=False)

    assert (0, "No broken requirements found.\n") == (check.returncode, check.stdout)


def test_content_and_layouts_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = "from pmdiag_build.resources import CONTENT, LAYOUTS; print(CONTENT, LAYOUTS, sep='\\n')"
    python = (installed / "python", "-c", code)
    told = subprocess.run(python, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()

    assert all(Path(line).is_relative_to(installed.parent) for line in told), told


def test_an_empty_folder_gets_the_same_site_and_packs(installed: Path, tmp_path: Path, built: Built) -> None:
    folder = tmp_path / "an empty folder"
    folder.mkdir()
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "home")}
    done = subprocess.run(
        (installed / "pmdiag", "build"), cwd=folder, env=env, capture_output=True, text=True, check=False
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert {"build"} == {path.name for path in folder.iterdir()}
    assert _files(built.site) == _files(folder / "build" / "site")
    assert _files(built.packs) == _files(folder / "build" / "packs")


def _files(folder: Path) -> dict[str, bytes]:
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert found
    return found
