"""The folder of the desk: small, plain files that start in real browsers and ask for nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from pmdiag_build import __version__
from pmdiag_build.content.model import Tool
from tests.conftest import Built
from tests.desk.browsers import INVENTED_ROUND, PYTHON, OnScreen, invented_round, nothing_can_be_sent, started

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self'; font-src data:; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
FILES = {
    *("index.html", "desk.css", "desk.js", "manifest.json"),
    *("engine.js", "library.js", "pmdiag.js", "python.js", "qpdf.js"),
}


@pytest.fixture
def desk(built: Built) -> Path:
    return built.out / "desk"


def test_the_folder_is_plain_files_and_small(desk: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in desk.iterdir()}
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in desk.iterdir():
            archive.write(path, path.name)

    assert sizes.keys() == FILES
    assert sum(sizes.values()) <= 12_000_000
    assert len(zipped.getvalue()) <= 8_000_000
    assert (desk.parent / "desk-in-one-file.html").stat().st_size <= 12_000_000


def test_the_manifest_names_every_other_file_with_its_checksum(desk: Path, tool: Tool) -> None:
    manifest = json.loads((desk / "manifest.json").read_text(encoding="utf-8"))

    hashes = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in desk.iterdir() if p.name != "manifest.json"}
    assert manifest["files"] == hashes
    assert (manifest["version"], manifest["edition"]) == (__version__, tool.edition)
    assert re.fullmatch("[0-9a-f]{8}", manifest["fingerprint"])


def test_the_policy_allows_the_pages_own_files_and_no_connection(desk: Path) -> None:
    page = (desk / "index.html").read_text(encoding="utf-8")

    assert re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page) == [
        POLICY.replace("'", "&#39;")
    ]
    assert set(re.findall(r'(?:src|href)="([^#"]*)"', page)) - {"desk.css"} == {
        name for name in FILES if name.endswith(".js")
    } | set(re.findall(r'"(data:image/svg[^"]*)"', page))


def test_the_desk_in_one_file_starts_and_sends_nothing(built: Built, browser: OnScreen) -> None:
    """test_same_in_browsers.py says the same of the folder on a disk, and from a server that it asks only for its own
    files."""
    browser.open((built.out / "desk-in-one-file.html").as_uri())

    assert started(browser) == PYTHON
    assert invented_round(browser) == INVENTED_ROUND
    assert nothing_can_be_sent(browser)
    assert browser.asked() == []
