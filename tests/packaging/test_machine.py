"""What a fresh machine says: how to install what is missing, and the packages that tests name."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.programs import PROGRAMS, MissingProgram, program

ROOT = Path(__file__).resolve().parents[2]
MACHINE = ROOT / ".ci" / "machine"


def machine(*arguments: str, path: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **env} if path is None else {"PATH": str(path), **env}
    return subprocess.run((str(MACHINE), *arguments), env=environment, capture_output=True, text=True, check=False)


def stub(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def bare_path(folder: Path) -> Path:
    """A PATH with nothing on it but what any system has, and no Python."""
    folder.mkdir()
    for name in ("sh", "id", "sed"):
        found = next(p for p in ("/bin", "/usr/bin") if Path(p, name).exists())
        (folder / name).symlink_to(Path(found, name))
    return folder


def test_a_user_who_may_not_install_sees_what_to_type_on_every_system() -> None:
    done = machine("install", "Pango", "libpango-1.0-0", "pango", "pango-brew", "see Windows", INSTALL="no")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "",
        "Missing on this machine: Pango. Install it, then run make again:",
        "  Debian, Ubuntu  sudo apt-get install libpango-1.0-0",
        "  Fedora          sudo dnf install pango",
        "  macOS           brew install pango-brew",
        "  Windows         see Windows",
        "",
    ]


def test_a_user_whose_sudo_asks_for_a_password_sees_what_to_type(tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin")
    (path / "id").unlink()
    stub(path, "id", "echo 1000")
    stub(path, "apt-get", "echo it must not be called; exit 99")
    stub(path, "sudo", "exit 1")
    done = machine("install", "qpdf", "qpdf", "qpdf", "qpdf", "", path=path)

    assert done.returncode == 1
    assert "sudo apt-get install qpdf" in done.stderr
    assert done.stdout == ""


def test_root_installs_with_the_package_manager(tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin")
    (path / "id").unlink()
    stub(path, "id", "echo 0")
    stub(path, "env", 'shift 2; exec "$@"')
    stub(path, "apt-get", f'echo "$@" >> "{tmp_path}/called"')
    done = machine("install", "two things", "qpdf pdftk-java", "x", "x", "", path=path)

    assert (done.returncode, done.stdout, done.stderr) == (0, "Installing qpdf pdftk-java\n", "")
    assert (tmp_path / "called").read_text(encoding="utf-8").splitlines() == [
        "-qq update",
        "-qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install qpdf pdftk-java",
    ]


def test_no_python_is_said(tmp_path: Path) -> None:
    done = machine("venv", str(tmp_path / "venv"), path=bare_path(tmp_path / "bin"))

    assert done.returncode == 1
    assert "Missing on this machine: Python 3.11 or later with venv." in done.stderr
    assert "sudo apt-get install python3-venv" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_passed_over_for_a_recent_one_under_another_name(tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin")
    stub(path, "python3", "exit 1")
    stub(path, "python3.12", f'[ "$2" = venv ] && echo made "$3" > "{tmp_path}/made"; exit 0')
    done = machine("venv", "here", path=path)

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "made").read_text(encoding="utf-8") == "made here\n"


def test_a_python_that_debian_left_incomplete_is_said_with_its_package(tmp_path: Path) -> None:
    path = bare_path(tmp_path / "bin")
    stub(path, "apt-cache", "exit 0")
    stub(path, "python3", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo python3.11-venv ;; esac')
    done = machine("venv", str(tmp_path / "venv"), path=path)

    assert done.returncode == 1
    assert "sudo apt-get install python3.11-venv" in done.stderr


def test_a_missing_program_is_a_failure_that_names_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program.cache_clear()

    with pytest.raises(MissingProgram, match=r"pdftk is not on this machine.*apt-get install pdftk-java"):
        program("pdftk")


def test_make_help_lists_every_command_of_the_makefile() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    done = subprocess.run(("make", "help"), cwd=ROOT, capture_output=True, text=True, check=True)

    assert phony[1].split() == re.findall(r"^  make (\S+)", done.stdout, re.MULTILINE)


def test_every_program_has_a_package() -> None:
    for wanted in PROGRAMS.values():
        assert wanted.apt, wanted.name
        assert wanted.dnf, wanted.name
