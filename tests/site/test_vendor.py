"""What is taken from elsewhere: unchanged since it was fetched, pinned, and with its licence beside it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from pmdiag_build.resources import LAYOUTS

RECORD = json.loads((LAYOUTS / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))
LOCK = json.loads((LAYOUTS / "vendor" / "package-lock.json").read_text(encoding="utf-8"))["packages"]


@pytest.fixture
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", LAYOUTS / "vendor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_vendored_files_are_the_recorded_ones(vendor: ModuleType) -> None:
    assert vendor.changed_files() == []


def test_a_changed_file_is_named(vendor: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vendor, "LAYOUTS", tmp_path)

    assert "vendor/minisearch.js" in vendor.changed_files()


@pytest.mark.parametrize("package", RECORD["packages"], ids=lambda package: str(package["name"]))
def test_package_is_pinned_and_has_its_licence(package: dict[str, str]) -> None:
    locked = LOCK[f"node_modules/{package['name']}"]

    assert (locked["version"], locked["integrity"]) == (package["version"], package["integrity"])
    assert package["integrity"].startswith("sha512-")
    assert [name for name in package["files"] if "LICENSE" in name or "OFL" in name]


def test_every_font_and_library_on_disk_is_recorded() -> None:
    recorded = {name for package in RECORD["packages"] for name in package["files"]}
    ours = {"vendor/VENDOR.json", "vendor/package.json", "vendor/package-lock.json", "vendor/govuk.scss"}
    found = {f"{folder}/{path.name}" for folder in ("vendor", "fonts") for path in (LAYOUTS / folder).iterdir()}

    assert found == recorded | ours
