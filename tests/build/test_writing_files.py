"""One file, several files or a new folder: whole or not at all, with the person's own name for it in every message."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NoReturn

import pytest

from pmdiag_build.output.atomic import beside, write_file, write_files
from pmdiag_build.problems import EnvironmentFailed
from pmdiag_build.resources import Among, is_ignored


@pytest.fixture
def last_can_not_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows does while another program has `last.txt` open."""
    real = Path.replace

    def held(path: Path, target: Path) -> Path:
        if target.name == "last.txt":
            raise PermissionError(errno.EACCES, "Permission denied", str(path), None, str(target))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", held)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.usefixtures("last_can_not_be_replaced")
def test_of_several_files_all_or_none_are_written(tmp_path: Path) -> None:
    first, new, last = tmp_path / "first.txt", tmp_path / "new" / "new.txt", tmp_path / "last.txt"
    first.write_bytes(b"before")

    with pytest.raises(EnvironmentFailed) as error:
        write_files({first: b"after", new: b"after", last: b"after"})

    what = "It can't be written (Permission denied); nothing was changed."
    fix = "Close the file in other programs, and check that you may write there."
    assert [f"{last}: {what} {fix}"] == [str(problem) for problem in error.value.problems]
    assert b"before" == first.read_bytes()
    assert ["first.txt"] == names(tmp_path)


def test_what_a_killed_run_left_is_gone_after_the_next(tmp_path: Path) -> None:
    file = tmp_path / "sheet.xlsx"
    beside(file, "new").write_bytes(b"half")

    write_file(file, b"whole")

    assert b"whole" == file.read_bytes()
    assert ["sheet.xlsx"] == names(tmp_path)


def test_what_is_being_written_is_nobodys_answers_and_no_content() -> None:
    part = beside(Path("sheet.xlsx"), "new").name

    assert is_ignored(part, Among.RETURNS)
    assert is_ignored(part, Among.CONTENT)
    assert not is_ignored(part, Among.OUTPUT)


def test_a_backup_may_contain_answers_but_is_not_content() -> None:
    for name in ("answers.bak", ".hidden.pdf", "answers.pdf~", "4913"):
        assert not is_ignored(name, Among.RETURNS)
        assert is_ignored(name, Among.CONTENT)


def test_what_desktops_leave_is_ignored_everywhere() -> None:
    for name in (".DS_Store", "THUMBS.DB", "desktop.ini", ".directory", ".localized"):
        assert all(is_ignored(name, among) for among in Among)


def test_what_a_killed_run_left_of_another_file_is_removed_once_nobody_can_be_writing_it(tmp_path: Path) -> None:
    old, young = beside(tmp_path / "old.xlsx", "new"), beside(tmp_path / "young.xlsx", "new")
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))

    write_file(tmp_path / "sheet.xlsx", b"whole")

    assert [young.name, "sheet.xlsx"] == names(tmp_path)


def test_a_disk_that_can_only_be_read_is_said_of_the_file_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)

    with pytest.raises(EnvironmentFailed) as error:
        write_file(tmp_path / "sheet.xlsx", b"")

    assert [str(tmp_path / "sheet.xlsx")] == [problem.place.file for problem in error.value.problems]
