"""Two pieces of work at the same time give what they give one after the other, whatever becomes of the copy."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pmdiag_build.at_once import both
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process is copied there")


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine of several processors, in a process with one thread."""
    monkeypatch.setattr("pmdiag_build.at_once._can_copy", lambda: True)


@pytest.mark.usefixtures("copied")
def test_the_other_work_is_done_by_another_process() -> None:
    mine, other = both(os.getpid, os.getpid)

    assert mine == os.getpid() != other


def test_where_no_process_can_be_copied_both_are_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pmdiag_build.at_once._can_copy", lambda: False)

    assert both(os.getpid, os.getpid) == (os.getpid(), os.getpid())


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize("end", [lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: sys.exit(1)])
def test_what_a_copy_did_not_do_is_done_here(end: Callable[[], None]) -> None:
    here = os.getpid()

    def other() -> str:
        if os.getpid() != here:
            end()
        return "done here"

    assert both(lambda: "mine", other) == ("mine", "done here")


@pytest.mark.usefixtures("copied")
def test_an_error_of_the_other_work_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        both(lambda: 1, lambda: 1 // 0)


@pytest.mark.usefixtures("copied")
def test_an_error_here_leaves_no_process_behind(tmp_path: Path) -> None:
    named = tmp_path / "named"

    def other() -> None:
        named.write_text(str(os.getpid()), encoding="ascii")
        signal.pause()

    def fail_when_it_runs() -> None:
        until(lambda: named.exists() and named.read_text(encoding="ascii") != "")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        both(fail_when_it_runs, other)

    with pytest.raises(ProcessLookupError):
        os.kill(int(named.read_text(encoding="ascii")), 0)
