"""What is taken from elsewhere: unchanged since it was fetched, pinned, and with its licence beside it."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import http.server
import importlib.util
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from fontTools.ttLib import TTFont

from pmdiag_build.resources import LAYOUTS

pytestmark = pytest.mark.slow

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


def test_what_the_desk_needs_is_as_recorded(vendor: ModuleType) -> None:
    assert vendor.changed_files("desk") == [], "type: python layouts/vendor.py --desk"


def test_no_zero_has_a_slash() -> None:
    """With a slash through its counter a zero has three outlines."""
    fonts = [*(LAYOUTS / "fonts").glob("*.ttf"), *(LAYOUTS / "fonts").glob("*.woff2")]
    assert [2] * 8 == [TTFont(path)["glyf"]["zero"].numberOfContours for path in fonts]


def test_a_changed_file_is_named(vendor: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vendor, "LAYOUTS", tmp_path)

    assert "vendor/minisearch.js" in vendor.changed_files()


@pytest.fixture
def registry(vendor: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder of a small registry without npm, whose two packages the record of an empty checkout pins."""
    files = {
        "pyodide": {
            "pyodide.asm.mjs": b"import.meta.url " * 3 + b"export default _createPyodideModule;",
            "pyodide.js": b"b()//# sourceMappingURL=pyodide.js.map",
            "python_stdlib.zip": b"PK\x05\x06" + bytes(18),
        },
        "@neslinesli93/qpdf-wasm": {"dist/qpdf.js": b"async " * 8 + b"await " * 7, "dist/qpdf.wasm": b"wasm"},
    }
    pinned = []
    for package in RECORD["desk"]:
        name, version = package["name"], package["version"]
        archive = tmp_path / "registry" / name / "-" / f"{name.rpartition('/')[2]}-{version}.tgz"
        archive.parent.mkdir(parents=True)
        held = {theirs: files[name].get(theirs, b"data") for theirs in vendor.DESK_FILES[name].values()}
        with tarfile.open(archive, "w:gz") as tar:
            for theirs, data in held.items():
                member = tarfile.TarInfo(f"package/{theirs}")
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        hashes = {
            f"desk/vendor/{ours}": hashlib.sha256(held[theirs]).hexdigest()
            for ours, theirs in vendor.DESK_FILES[name].items()
        }
        pinned.append({**package, "integrity": f"sha512-{digest}", "files": hashes})
    record = tmp_path / "VENDOR.json"
    record.write_text(json.dumps({"packages": [], "desk": pinned}), encoding="utf-8")
    serve = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "registry"))
    monkeypatch.setattr(http.server.SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setattr(vendor.shutil, "which", lambda _: None)
        monkeypatch.setattr(vendor, "RECORD", record)
        monkeypatch.setattr(vendor, "LAYOUTS", tmp_path / "layouts")
        monkeypatch.setattr(vendor, "DESK", tmp_path / "layouts" / "desk" / "vendor")
        yield tmp_path / "registry"
        server.shutdown()


def test_the_desk_is_fetched_without_npm(vendor: ModuleType, registry: Path) -> None:
    assert vendor.changed_files("desk")

    assert vendor.fetch_desk() == 0
    assert vendor.changed_files("desk") == []
    put = (vendor.DESK / "qpdf.js").read_text(encoding="utf-8")
    assert put.startswith('desk.put("qpdf.wasm.gz", "')
    assert gzip.decompress(base64.b64decode(put.split('"')[3])) == b"wasm"


def test_what_is_there_is_not_fetched_again(vendor: ModuleType, registry: Path) -> None:
    vendor.fetch_desk()
    shutil.rmtree(registry)

    assert vendor.fetch_desk() == 0


def test_a_package_with_another_checksum_is_refused(
    vendor: ModuleType, registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (archive,) = (registry / "pyodide").rglob("*.tgz")
    archive.write_bytes(archive.read_bytes() + b"\0")

    assert vendor.fetch_desk() == 1
    assert not vendor.DESK.exists()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "another checksum" in said
    assert said.endswith("type: python layouts/vendor.py --desk\n")


def test_without_a_connection_one_line_says_what_to_do(
    vendor: ModuleType, registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(registry)

    assert vendor.fetch_desk() == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_new_pyodide_whose_script_differs_is_refused(vendor: ModuleType, registry: Path) -> None:
    """The worker's script is made from it by replacing a few words, each of which must be found."""
    originals = vendor.desk_originals()
    originals["pyodide/pyodide.asm.mjs"] = b"import.meta.url export default _createPyodideModule;"

    with pytest.raises(ValueError, match="1 times, not 3"):
        vendor.ready_files(originals)


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


def test_packages_of_the_desk_are_pinned_and_their_licences_are_there() -> None:
    texts = {path.stem for path in (LAYOUTS / "desk" / "licences").iterdir()}

    assert [package["licence"] for package in RECORD["desk"]] == ["MPL-2.0", "ISC"]
    assert all(package["integrity"].startswith("sha512-") for package in RECORD["desk"])
    assert {"MPL-2.0", "Apache-2.0", "Python"} <= texts
