"""The command line: help, wrong usage, and how any failure becomes a line and an exit code."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from pmdiag_build import __version__, cli
from pmdiag_build.problems import ContentWrong, Fault, Location, Problem, UsageWrong
from tests.commands import call_pmdiag, run_pmdiag
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """A command `break` that raises what the list holds."""
    raised: list[BaseException] = []

    @click.command("break")
    def command() -> None:
        raise raised[0]

    monkeypatch.setattr(sys.modules[__name__], "command", command, raising=False)
    monkeypatch.setitem(cli.COMMANDS, "break", f"{__name__}:command")
    return raised


def test_help_lists_every_command_with_a_sentence() -> None:
    outcome = call_pmdiag("--help")

    listed = outcome.stdout.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "] == list(cli.COMMANDS)
    assert all(len(line.split()) > 1 for line in listed)


def test_every_command_explains_itself_with_an_example() -> None:
    for name in cli.COMMANDS:
        outcome = call_pmdiag(name, "--help")

        assert outcome.code == 0
        assert f"pmdiag {name}" in outcome.stdout.partition("Example")[2], name
        assert "--debug" in outcome.stdout or "Commands:" in outcome.stdout, name


def test_ctrl_c_while_it_starts_prints_one_word(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt")

    outcome = run_pmdiag("--version", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})

    assert (outcome.code, outcome.stdout, outcome.stderr) == (130, "", "Stopped.\n")


def test_version() -> None:
    assert call_pmdiag("--version").stdout == f"pmdiag, version {__version__}\n"


def test_without_a_command_there_is_help_and_the_code_of_wrong_usage() -> None:
    outcome = call_pmdiag()

    assert outcome.code == 2
    assert outcome.stderr.startswith("Usage: pmdiag [OPTIONS] COMMAND [ARGS]...\n")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["biuld"],
            "pmdiag: There is no command “biuld”. Did you mean “build”? Type pmdiag --help to see how it is used.",
        ),
        (
            ["build", "--stirct"],
            (
                "pmdiag build: No such option '--stirct'. Did you mean '--strict'? "
                "Type pmdiag build --help to see how it is used."
            ),
        ),
        (
            ["build", "--jobs", "0"],
            (
                "pmdiag build: Invalid value for '--jobs': 0 is not in the range 1<=x<=64. "
                "Type pmdiag build --help to see how it is used."
            ),
        ),
        (
            ["serve", "--port", "99999"],
            (
                "pmdiag serve: Invalid value for '--port': 99999 is not in the range 0<=x<=65535. "
                "Type pmdiag serve --help to see how it is used."
            ),
        ),
        (
            ["check", "--content", "nowhere"],
            (
                "pmdiag check: Invalid value for '--content': Directory 'nowhere' does not exist. "
                "Type pmdiag check --help to see how it is used."
            ),
        ),
    ],
)
def test_wrong_usage_is_one_line_and_2(arguments: list[str], line: str) -> None:
    outcome = call_pmdiag(*arguments)

    assert (outcome.code, outcome.stdout, outcome.stderr) == (2, "", f"{line}\n")


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ContentWrong.one("a.yaml", Fault("Wrong", "Fix it")), 3, "a.yaml: Wrong. Fix it."),
        (
            ValueError("two\nlines"),
            4,
            (
                "pmdiag: Something went wrong inside pmdiag (ValueError: two lines). "
                "Run the same command with --debug and report what it prints."
            ),
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "/x/y"),
            4,
            "/x/y: No space left on device. Make room on the disk and try again.",
        ),
        (
            MemoryError(),
            4,
            "pmdiag: Memory ran out. Close other programs and try again.",
        ),
        (KeyboardInterrupt(), 130, "Stopped."),
        (click.Abort(), 130, "Stopped."),
    ],
)
def test_any_failure_is_a_line_and_a_code(
    broken: list[BaseException], error: BaseException, code: int, line: str
) -> None:
    broken.append(error)

    outcome = call_pmdiag("break")

    assert (outcome.code, outcome.stdout, outcome.stderr) == (code, "", f"{line}\n")


@pytest.mark.parametrize("arguments", [["--debug", "break"], ["break", "--debug"]])
def test_debug_shows_the_traceback_and_then_the_line(broken: list[BaseException], arguments: list[str]) -> None:
    broken.append(ValueError("oh"))

    outcome = call_pmdiag(*arguments)

    assert outcome.code == 4
    assert outcome.stderr.startswith("Traceback (most recent call last):\n")
    assert "pmdiag: Something went wrong inside pmdiag (ValueError: oh)." in outcome.stderr.splitlines()[-1]


def test_what_is_wrong_in_many_places_is_one_line(broken: list[BaseException]) -> None:
    fault = Fault("The row has no id", "Copy it from the list", several="{count} rows have no id: {places}")
    broken.append(UsageWrong(fault.at(Location.row("list.csv", row)) for row in (2, 3, 7)))

    assert "list.csv: 3 rows have no id: row 2, row 3, row 7. Copy it from the list.\n" == call_pmdiag("break").stderr


def test_a_reader_that_goes_away_does_not_stop_the_work(tmp_path: Path) -> None:
    script = "\n".join(
        [
            "from pmdiag_build.commands import finish_quietly, prepare_streams, say",
            "prepare_streams()",
            "for n in range(20_000): say('x' * 80)",
            f"open({str(tmp_path / 'done')!r}, 'w').close()",
            "finish_quietly()",
        ]
    )
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -c \"$SCRIPT\" | head -1"],
        env={**os.environ, "SCRIPT": script},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("x" * 80 + "\n", "")
    assert (tmp_path / "done").exists()


def test_help_into_a_closed_pipe_is_quiet() -> None:
    done = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m pmdiag_build --help | true"], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_problems_that_can_not_be_printed_do_not_change_the_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pmdiag_build", "build", "--only", "nosuch", "--out", str(tmp_path / "out")]

    with Path("/dev/full").open("wb") as full:
        outcome = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, check=False)

    assert (2, b"") == (outcome.returncode, outcome.stdout)


def test_a_file_name_can_not_break_or_colour_a_line() -> None:
    name = "a\nb\x1b[31m\u202egnp.caf\udce9"

    assert r"a\nb\x1b[31m\u202egnp.caf\udce9: It is empty. Ask again." == str(
        Problem(Location(name), Fault("It is empty", "Ask again"))
    )


def test_a_console_that_lacks_a_letter_shows_its_code(tmp_path: Path) -> None:
    outcome = run_pmdiag("build", "--out", tmp_path, "--only", "żółw", env={"PYTHONIOENCODING": "ascii"})

    assert outcome.code == 2
    assert outcome.stderr.startswith(
        r"--only: There is no part \u201c\u017c\xf3\u0142w\u201d. Known here: site, packs, "
    )


def test_ctrl_c_while_the_program_is_still_being_imported_ends_it_in_a_line() -> None:
    code = (
        "import sys\n"
        "from pmdiag_build.__main__ import main\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'pmdiag_build.commands': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of its own")
def test_on_a_terminal_a_bar_is_below_the_lines() -> None:
    import pty

    script = "\n".join(
        [
            "from pmdiag_build.commands import Bar",
            "with Bar('Making packs') as bar:",
            "    bar.show(0, 2)",
            "    bar.say('one')",
            "    bar.show(1, 2)",
            "    bar.say('two')",
            "    bar.show(2, 2)",
        ]
    )
    ours, theirs = pty.openpty()
    done = subprocess.run([sys.executable, "-c", script], stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    piped = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.returncode == 0
    assert [line.strip() for line in shown.replace("\r", "\n").splitlines() if line.strip() in ("one", "two")] == (
        ["one", "two"]
    )
    assert [f"{percent}%" in shown for percent in (0, 50, 100)] == [True, True, True]
    assert (piped.stdout, piped.stderr) == ("one\ntwo\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("moment", [0.2, 0.5, 0.8, 1.8])
def test_ctrl_c_ends_a_build_in_a_line_and_leaves_nothing(tmp_path: Path, moment: float) -> None:
    command = [sys.executable, "-m", "pmdiag_build", "build", "--out", str(tmp_path / "build")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        # Any moment will do, once it is at work.
        until((tmp_path / ".build.pmdiag-lock").exists)
        time.sleep(moment)
        # As a terminal does it: to the workers too.
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate()

    # Where Ctrl-C comes while Python runs code from a string, as dataclasses have it do, it ends by the signal itself
    # ; a shell calls both 130.
    assert process.returncode in (130, -signal.SIGINT)
    assert stderr == "Stopped.\n"
    assert list(tmp_path.iterdir()) == []


def test_help_loads_little_besides_click() -> None:
    def loaded(*arguments: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-X", "importtime", *arguments], capture_output=True, text=True, check=True
        )
        return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    more = loaded("-m", "pmdiag_build", "--help") - loaded("-c", "import click")

    ours = {name.removeprefix("pmdiag_build.") for name in more if name.startswith("pmdiag_build.")}
    assert {name for name in ours if not name.startswith("commands")} == {
        "cli",
        "problems",
        "resources",
    }
    assert len(more) < 50
