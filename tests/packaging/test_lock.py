"""The pinned dependencies say the same as pyproject.toml, and say nothing of the machine that pinned them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PYTHONS = ("3.11", "3.12", "3.13")
SYSTEMS = ("linux", "darwin", "win32")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def entries(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each pinned requirement with the text that follows it: its hashes."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=[a-z])", text):
        if not entry.startswith("#"):
            line, _, rest = entry.partition("\\\n")
            yield Requirement(line), rest


def asked_for(lock: str) -> list[Requirement]:
    """What pyproject.toml asks for in the environment of `lock`, the project itself left out."""
    data = project()
    words = [*data["project"]["dependencies"], *data["dependency-groups"]["build"]]
    if lock == "requirements-dev.lock":
        words += [word for extra in data["project"]["optional-dependencies"].values() for word in extra]
    return [r for r in map(Requirement, words) if r.name != "pmdiag"]


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_range_is_pinned_once_on_every_system(lock: str, python: str, system: str) -> None:
    here = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    pinned: dict[str, list[str]] = {}
    for requirement, _ in entries(lock):
        if requirement.marker is None or requirement.marker.evaluate(here):
            version = str(requirement.specifier).removeprefix("==")
            pinned.setdefault(canonicalize_name(requirement.name), []).append(version)

    assert {name: v for name, v in pinned.items() if len(v) > 1} == {}
    for asked in asked_for(lock):
        (version,) = pinned.get(canonicalize_name(asked.name), ["missing"])
        assert version != "missing", f"{asked} is not in {lock}: run make lock"
        assert version in asked.specifier, f"{asked} is pinned to {version} in {lock}: run make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_hashed(lock: str) -> None:
    for requirement, rest in entries(lock):
        assert str(requirement.specifier).startswith("=="), requirement
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", rest), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert not re.search(r"https?:|file:|--index|--find-links|(?<![a-z])/[a-z]+/", text)


def test_both_locks_pin_what_they_share_alike() -> None:
    base, dev = ({f"{pin.name}{pin.specifier}" for pin, _ in entries(lock)} for lock in LOCKS)

    assert set() == base - dev


def test_the_browser_packages_are_locked_without_addresses() -> None:
    text = (ROOT / "tests" / "setup" / "package-lock.json").read_text(encoding="utf-8")

    assert '"integrity": "sha512-' in text
    assert '"resolved"' not in text
