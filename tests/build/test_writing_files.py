"""One file, several files or a new folder: whole or not at all, with the person's own name for it in every message."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pmdiag_build.ignored_files import Among, is_ignored
from pmdiag_build.output.atomic import beside, write_file, write_files
from pmdiag_build.problems import EnvironmentFailed


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
