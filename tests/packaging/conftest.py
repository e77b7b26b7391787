"""A wheel of this checkout, and an environment that holds it with the pinned run-time dependencies and nothing else."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.packaging.test_lock import entries

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Archives:
    """What `make wheel` makes."""

    wheel: Path
    sdist: Path


def hatch(project: Path, target: Path, *kinds: str) -> None:
    """Build the archives of `project` into `target`."""
    options = [word for kind in kinds for word in ("-t", kind)]
    command = (sys.executable, "-m", "hatchling", "build", "-d", str(target), *options)
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Archives:
    target = tmp_path_factory.mktemp("dist")
    hatch(ROOT, target, "wheel", "sdist")
    (wheel,) = target.glob("*.whl")
    (sdist,) = target.glob("*.tar.gz")
    return Archives(wheel, sdist)


@pytest.fixture(scope="module")
def installed(archives: Archives, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment: the wheel and what requirements.lock pins, nothing of the tests.

    The dependencies are links into this environment, so that no network is needed; only what the lock names is there.
    """
    root = tmp_path_factory.mktemp("environment")
    venv.create(root)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(root), "platbase": str(root)}))
    for requirement, _ in entries("requirements.lock"):
        if requirement.marker is None or requirement.marker.evaluate():
            _link(requirement.name, site)
    binaries = root / "bin"
    subprocess.run(pip(binaries, "install", "--quiet", "--no-index", "--no-deps", archives.wheel), check=True)
    return binaries


def pip(binaries: Path, *arguments: str | Path) -> tuple[str, ...]:
    """The command of our pip, which works in another environment as its own does; making one there takes seconds."""
    return (sys.executable, "-m", "pip", "--python", *map(str, (binaries / "python", *arguments)))


def _link(name: str, site: Path) -> None:
    """Link the top entries of an installed distribution into `site`."""
    found = distribution(name)
    tops = {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}
    for top in tops:
        target = Path(str(found.locate_file(top)))
        link = site / top
        if not link.exists():
            link.symlink_to(target, target_is_directory=target.is_dir())
