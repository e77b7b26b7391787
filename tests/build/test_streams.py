"""A command whose output goes nowhere does its work all the same, and says nothing of the streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHEET = ("entry-sheet", "-o")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by a POSIX shell"),
]


def _shell(command: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command, sys.executable, "-m", "pmdiag_build", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("stream", [">&-", "2>&-", ">&- 2>&-"])
def test_a_closed_stream_stops_nothing(stream: str, tmp_path: Path) -> None:
    done = _shell(f'"$0" "$@" {stream}', *SHEET, tmp_path / "sheet.csv")

    assert (0, "") == (done.returncode, done.stderr)
    assert (tmp_path / "sheet.csv").is_file()


def test_a_reader_that_has_gone_stops_nothing(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = (sys.executable, "-m", "pmdiag_build", *SHEET, str(tmp_path / "sheet.csv"))
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    os.close(write)

    assert (0, "") == (done.returncode, done.stderr)
    assert (tmp_path / "sheet.csv").is_file()


@pytest.mark.parametrize("stream", [">/dev/full", "2>/dev/full"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_wrong_usage_has_its_exit_code_also_where_nothing_can_be_printed(stream: str, tmp_path: Path) -> None:
    assert 2 == _shell(f'"$0" "$@" {stream}', *SHEET, tmp_path / "sheet.docx").returncode
