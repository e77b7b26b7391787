"""Folders and files that can't be looked into are named, once, and what else is wrong is said with them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pmdiag_build.load import load_tool
from pmdiag_build.problems import ContentWrong, Problems
from pmdiag_build.publish.preview import changes
from pmdiag_build.resources import CONTENT, Among, is_ignored
from tests.commands import call_pmdiag
from tests.local.conftest import Version

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and permissions are others there")

LOOP = "The file can't be read (Too many levels of symbolic links). Check its name and permissions."


@pytest.fixture
def version(tmp_path: Path) -> Version:
    made = Version(tmp_path / "ours")
    made.write("local.yaml", 'id: ours\nname: "Our Council"\nbase: "2013"\n')
    return made


def faults(content: Path = CONTENT, local: Path | None = None) -> list[str]:
    with pytest.raises(ContentWrong) as caught:
        load_tool(content, local=local)
    return [str(problem) for problem in caught.value.problems]


def link_to_itself(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(path.name)


def unreadable(command: str, *folders: Path) -> list[str]:
    """What a command says where these folders can't be read, without root's right to read all."""
    for folder in folders:
        folder.chmod(0)
    whole = [sys.executable, "-m", "pmdiag_build", *shlex.split(command)]
    if os.geteuid() == 0:
        rights = "-dac_override,-dac_read_search"
        whole = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}", *whole]
    try:
        done = subprocess.run(
            whole, capture_output=True, encoding="utf-8", check=False, env={**os.environ, "HOME": "/"}
        )
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert 3 == done.returncode, done.stderr
    return done.stderr.splitlines()


def test_files_that_link_to_themselves_are_named(content: Path) -> None:
    link_to_itself(content / "guide" / "x.md")
    link_to_itself(content / "words" / "y.yaml")

    assert [f"guide/x.md: {LOOP}", f"words/y.yaml: {LOOP}"] == faults(content)


def test_files_of_a_version_that_link_to_themselves_are_named(version: Version) -> None:
    for name in ("guide/x.md", "terms.yaml", "images/l.svg", "framework.yaml"):
        link_to_itself(version.folder / name)

    assert sorted(
        f"ours/{name}: {LOOP}" for name in ("guide/x.md", "terms.yaml", "images/l.svg", "framework.yaml")
    ) == (sorted(faults(local=version.folder)))


def test_a_file_or_link_in_place_of_a_folder_is_one_problem(content: Path, tmp_path: Path) -> None:
    (content / "images").write_text("", encoding="utf-8")
    shutil.move(content / "guide", tmp_path / "guide")
    (content / "guide").symlink_to(tmp_path / "guide")

    assert [
        "guide: This is a link to a folder, and such links are not followed. Put the folder itself there.",
        "images: This is not a folder. Put a folder with this name in its place.",
    ] == faults(content)


def test_a_version_may_be_reached_by_a_link(version: Version, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(version.folder)

    assert load_tool(local=tmp_path / "link").local == load_tool(local=version.folder).local


def test_a_notice_says_that_ids_are_not_checked_without_issued_editions(content: Path) -> None:
    shutil.rmtree(content / "editions")
    notices = Problems()

    load_tool(content, notices)

    assert [
        (
            "editions: No issued edition is recorded here, so the ids of statements are not checked. "
            "Put the folder back, with a file for each edition."
        )
    ] == list(map(str, notices))


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "build --only site --out {out}"])
def test_a_folder_that_can_not_be_read_is_one_problem(content: Path, tmp_path: Path, command: str) -> None:
    (content / "packs" / "x.txt").write_text("", encoding="utf-8")
    command = command.format(out=shlex.quote(str(tmp_path / "out")))

    assert [
        "guide: The folder can't be read (Permission denied). Check its permissions.",
        "packs/x.txt: This file is not read. Name it ….yaml, or move it elsewhere.",
    ] == unreadable(f"{command} --content {shlex.quote(str(content))}", content / "guide")


def test_unreadable_files_of_a_version_hide_no_other_fault(version: Version) -> None:
    version.write("framwork.yaml", "a: b\n")
    version.write("guide/p.md", "")
    version.write("packs/p.yaml", "")
    version.write("images/a.svg", "")
    version.write("national/guide/privacy.md", "")
    closed = [version.folder / name for name in ("packs", "guide/p.md", "images/a.svg", "national")]

    said = unreadable(f"check --local {shlex.quote(str(version.folder))}", *closed)

    assert ["ours/framwork.yaml", "ours/guide/p.md", "ours/images/a.svg", "ours/national", "ours/packs"] == (
        sorted(line.split(": ")[0] for line in said)
    )
    assert 4 == sum("can't be read (Permission denied)" in line for line in said)


def test_a_copy_of_a_national_page_without_keys_is_named(version: Version) -> None:
    page = "---\nchange: wording\n---\n\nText\n"
    version.write("guide/index.md", page)
    version.write("national/guide/index.md", "---\nhello\n---\n\nText\n")

    assert ["ours/national/guide/index.md:2: The front matter has no keys. Begin it with title: …."] == (
        faults(local=version.folder)
    )


def test_a_version_that_links_its_own_description_from_elsewhere_is_refused(version: Version, tmp_path: Path) -> None:
    shutil.move(version.folder / "local.yaml", tmp_path / "local.yaml")
    (version.folder / "local.yaml").symlink_to(tmp_path / "local.yaml")
    outcome = call_pmdiag("check", "--local", version.folder)

    assert 3 == outcome.code
    assert (
        "ours/local.yaml: The file is a link to a place outside the folder. Put the file itself there.\n"
        == outcome.stderr
    )


EDITORS = [
    "#index.md#",
    "4913",
    "index.md.tmp",
    "index.md.bak",
    ".index.md.swp",
    "index.md.swp",
    "index.md~",
    ".#index.md",
]
"""What Emacs, Vim and others put beside the file that they save."""


def test_temporary_files_of_editors_are_ignored(content: Path, version: Version) -> None:
    for folder in (content / "guide", content / "images", version.folder, version.folder / "guide"):
        folder.mkdir(exist_ok=True)
        for name in (*EDITORS, "index.md___jb_tmp___", "sedA1b2C3", "Thumbs.db", "~$index.md"):
            (folder / name).write_text("half a file", encoding="utf-8")

    assert load_tool(local=version.folder).local == load_tool(content, local=version.folder).local


def test_similar_names_are_not_ignored() -> None:
    names = ["index.md", "index.md.txt", "tmp", "index.tmp.md", "sedation", "2013.yaml", "2013-14"]

    assert [] == [name for name in names if is_ignored(name, Among.CONTENT)]


def test_temporary_files_of_editors_start_no_rebuild(content: Path) -> None:
    found = changes([content])
    for name in EDITORS:
        (content / "guide" / name).write_text("half a file", encoding="utf-8")
        (content / "guide" / name).unlink()
    (content / "guide" / "index.md").touch()

    assert {content / "guide" / "index.md"} == next(found)
