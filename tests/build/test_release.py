"""The release: one ZIP for people without Python, whole, checkable, and the same from the same content."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from playwright.sync_api import Browser

from pmdiag_build import __version__
from tests.commands import Outcome, read_outcome, write_outcome
from tests.conftest import once_for_all_workers
from tests.project import Project

pytestmark = pytest.mark.slow

TOP = f"pmdiag-{__version__}"


@pytest.fixture
def release(small_project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """What the command printed, and the file that it made, once for all tests."""

    def make(folder: Path) -> None:
        copy = Project(folder / "small project")
        shutil.copytree(small_project.root, copy.root)
        done = copy.pmdiag("release")
        assert done.code == 0, done.stderr
        write_outcome(folder, done)

    folder = once_for_all_workers(tmp_path_factory, "release", make)
    return read_outcome(folder), folder / "small project" / "dist" / f"{TOP}.zip"


@pytest.fixture
def released(release: tuple[Outcome, Path]) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(release[1]) as archive:
        yield archive


def test_the_release_has_everything_in_one_folder(released: zipfile.ZipFile) -> None:
    names = released.namelist()

    assert f"{TOP}/READ ME FIRST.html" == names[0]
    for name in (
        "desk/index.html",
        "site/index.html",
        "site/manifest.json",
        "site/web.config",
        "packs/self-assessment.pdf",
        "empty-entry-sheet.xlsx",
    ):
        assert f"{TOP}/{name}" in names
    assert {TOP} == {name.partition("/")[0] for name in names}


def test_each_file_has_its_checksum(released: zipfile.ZipFile) -> None:
    lines = released.read(f"{TOP}/SHA256SUMS").decode().splitlines()
    sums = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}

    assert sums == {
        name.removeprefix(f"{TOP}/"): hashlib.sha256(released.read(name)).hexdigest()
        for name in released.namelist()
        if not name.endswith("/SHA256SUMS")
    }


def test_the_entry_sheet_is_one_to_type_into(released: zipfile.ZipFile) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(released.read(f"{TOP}/empty-entry-sheet.xlsx"))).worksheets[0]

    assert "reference" == sheet["A1"].value


def test_a_second_release_has_the_same_bytes(release: tuple[Outcome, Path], small_project: Project) -> None:
    first, path = release
    again = small_project.pmdiag("release", "-o", "again.zip", "--build", "elsewhere")

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (0, 0) == (first.code, again.code)
    assert digest in first.stdout
    assert digest in again.stdout
    assert digest == hashlib.sha256((small_project.root / "again.zip").read_bytes()).hexdigest()


def test_an_existing_file_is_not_replaced_unless_asked(small_project: Project) -> None:
    (small_project.root / "mine.zip").write_text("mine")
    refused = small_project.pmdiag("release", "-o", "mine.zip")

    assert 2 == refused.code
    assert "There is already a file of this name" in refused.stderr
    assert "mine" == (small_project.root / "mine.zip").read_text()


def test_the_first_page_is_one_sheet_and_leads_only_to_files_of_the_release(
    released: zipfile.ZipFile, chromium_browser: Browser, tmp_path: Path
) -> None:
    released.extractall(tmp_path)
    first = tmp_path / TOP / "READ ME FIRST.html"
    page = chromium_browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(first.as_uri())
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    addresses = page.eval_on_selector_all("a", "links => links.map(link => link.getAttribute('href'))")
    names = page.locator("a").all_inner_texts()
    page.close()

    assert 1 == len(sheets)
    assert [first.as_uri()] == asked
    assert ["Open the desk", "Open the site", "Open a pack", "Open an empty entry sheet"] == names
    assert addresses
    for address in addresses:
        assert (first.parent / unquote(address)).is_file(), address


def test_a_local_version_has_a_release_of_its_own(small_project: Project) -> None:
    (small_project.root / "ours").mkdir()
    (small_project.root / "ours" / "local.yaml").write_text(
        "id: ours\nname: Ours Council\nbase: '2013'\n", encoding="utf-8"
    )
    done = small_project.pmdiag("release", "--local", "ours")

    # Two of its pages have parts that an organisation must still complete, and the release says so.
    assert 1 == done.code
    assert "square brackets" in done.stderr
    made = zipfile.ZipFile(small_project.root / "dist" / f"{TOP}-ours.zip")
    assert "Ours Council" in made.read(f"{TOP}-ours/READ ME FIRST.html").decode()
