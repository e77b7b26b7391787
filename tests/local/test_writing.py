"""What a person wrote is never lost: a command that can't write leaves everything as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import call_pmdiag
from tests.local.conftest import Version

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="there is no limit to the size of files there"),
]


def run_without_room(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`pmdiag local ARGUMENTS` where no file can have a byte, as on a full disk."""
    command = 'ulimit -f 0; exec "$0" -m pmdiag_build local "$@"'
    return subprocess.run(
        ["sh", "-c", command, sys.executable, *map(str, arguments)], capture_output=True, encoding="utf-8", check=False
    )


def state(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"" for p in sorted(folder.rglob("*"))}


def test_a_file_of_a_version_stays_as_it_was_where_a_text_can_not_be_written(version: Version) -> None:
    assert 0 == call_pmdiag("local", "change", version.folder, "3.2").code
    before = state(version.folder)

    outcome = run_without_room("change", version.folder, "3.3")

    assert 4 == outcome.returncode
    assert outcome.stderr == (
        f"{version.folder}/framework.yaml: It can't be written (File too large); nothing was changed. "
        "Make room on the disk and try again.\n"
    )
    assert before == state(version.folder)


def test_a_page_that_can_not_be_written_leaves_no_copy_and_no_folder(version: Version) -> None:
    before = state(version.folder)

    outcome = run_without_room("change", version.folder, "privacy")

    assert 4 == outcome.returncode
    assert before == state(version.folder)


@pytest.mark.parametrize("there", [True, False])
def test_a_version_that_can_not_be_written_is_not_begun(tmp_path: Path, there: bool) -> None:
    folder = tmp_path / "new"
    if there:
        folder.mkdir()

    outcome = run_without_room("new", folder)

    assert 4 == outcome.returncode
    assert f"{folder}: It can't be written (File too large)" in outcome.stderr
    assert {"new": b""} == state(tmp_path) if there else {} == state(tmp_path)


def test_leftovers_of_a_stopped_start_do_no_harm(tmp_path: Path) -> None:
    for left in (tmp_path / "new" / ".pmdiag-new", tmp_path / ".other.pmdiag-new"):
        left.mkdir(parents=True)
        (left / "local.yaml").write_text("id: half", encoding="utf-8")

    assert 0 == call_pmdiag("local", "new", tmp_path / "new").code
    assert 0 == call_pmdiag("local", "new", tmp_path / "other").code
    assert {"README.md", "guide", "images", "local.yaml", "words"} <= set(state(tmp_path / "new"))
    assert state(tmp_path / "new").keys() == state(tmp_path / "other").keys()


def test_a_file_keeps_its_permissions_and_stays_the_link_that_it_was(version: Version) -> None:
    call_pmdiag("local", "change", version.folder, "3.2")
    real = version.folder / "shared.yaml"
    file = version.folder / "framework.yaml"
    file.rename(real)
    real.chmod(0o640)
    file.symlink_to(real)

    assert 0 == call_pmdiag("local", "change", version.folder, "3.3").code
    assert file.is_symlink()
    assert 0o640 == real.stat().st_mode & 0o777
    assert '"3.3"' in real.read_text(encoding="utf-8")


def test_nothing_is_written_through_a_link_out_of_the_folder(version: Version, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("a: b\n", encoding="utf-8")
    (version.folder / "framework.yaml").symlink_to(outside)
    outcome = call_pmdiag("local", "change", version.folder, "3.2")

    assert 2 == outcome.code
    assert "The file is a link to a place outside the folder." in outcome.stderr
    assert "a: b\n" == outside.read_text(encoding="utf-8")
