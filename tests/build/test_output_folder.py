"""The folder of results: whole or not at all, and nothing of anybody else's is ever deleted."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pmdiag_build.output import Manifest, OutputFolder, hash_of
from pmdiag_build.problems import EnvironmentFailed, PmdiagError, UsageWrong

pytestmark = pytest.mark.slow

FIRST = {"a.txt": b"first", "deep/b.txt": b"first", "same.txt": b"same"}
SECOND = {"a.txt": b"second", "deep/c.txt": b"second", "same.txt": b"same"}


def output(path: Path) -> OutputFolder:
    return OutputFolder(path, "test")


def put(path: Path, files: dict[str, bytes | None]) -> None:
    out = output(path)
    with out.alone(lambda: None):
        out.replace(files, {"n": 1}, out.examine())


def standing(path: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file() and p.name != ".pmdiag.json"
    }


def lines(error: pytest.ExceptionInfo[PmdiagError]) -> list[str]:
    return [str(p) for p in error.value.problems]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    put(tmp_path / "build", dict(FIRST))
    return tmp_path / "build"


def test_a_new_folder_contains_exactly_the_files(tmp_path: Path) -> None:
    put(tmp_path / "far" / "build", dict(FIRST))

    assert standing(tmp_path / "far" / "build") == FIRST
    assert [p.name for p in (tmp_path / "far").iterdir()] == ["build"]


def test_replacing_leaves_nothing_of_the_old_and_nothing_beside(made: Path) -> None:
    put(made, dict(SECOND))

    assert standing(made) == SECOND
    assert [p.name for p in made.parent.iterdir()] == ["build"]


def test_a_file_can_be_carried_over_without_its_bytes(made: Path) -> None:
    put(made, {"same.txt": None, "new.txt": b"new"})

    assert standing(made) == {"same.txt": b"same", "new.txt": b"new"}


def test_a_file_of_ours_that_was_deleted_is_written_again(made: Path) -> None:
    (made / "same.txt").unlink()

    assert output(made).intact() is None
    put(made, dict(FIRST))
    assert standing(made) == FIRST


def test_intact_means_every_file_as_written(made: Path) -> None:
    manifest = output(made).intact()

    assert manifest == Manifest("test", {name: hash_of(text) for name, text in FIRST.items()}, {"n": 1})
    (made / "a.txt").write_bytes(b"First")
    assert output(made).intact() is None


def test_intact_means_that_also_beside_a_file_for_which_there_is_a_second_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"large.html": bytes(5 << 20), **FIRST}
    put(tmp_path, dict(files))
    assert output(tmp_path).intact() is not None

    for name in files:
        (tmp_path / name).write_bytes(files[name][:-1] + b"!")
        assert output(tmp_path).intact() is None
        (tmp_path / name).write_bytes(files[name])
    assert output(tmp_path).intact() is not None

    for name in files:
        unread = PermissionError(errno.EACCES, "Permission denied", name)

        def read(path: str, name: str = name, unread: PermissionError = unread) -> str:
            if path.endswith(name):
                raise unread
            return hash_of(Path(path).read_bytes())

        monkeypatch.setattr("pmdiag_build.output.manifest.file_hash", read)
        with pytest.raises(PermissionError):
            output(tmp_path).intact()


def test_every_foreign_and_every_changed_file_is_named_and_nothing_is_deleted(made: Path) -> None:
    (made / "notes.docx").write_bytes(b"mine")
    (made / "deep" / "b.txt").write_bytes(b"answers")
    (made / "link").symlink_to("/etc")
    before = standing(made)

    with pytest.raises(UsageWrong) as error:
        put(made, dict(SECOND))

    ours = "Move it to another folder and try again."
    assert lines(error) == [
        f"{made}/deep/b.txt: The file was changed after pmdiag wrote it. {ours}",
        f"{made}/link: pmdiag did not write this and would delete it. Move it to another folder.",
        f"{made}/notes.docx: pmdiag did not write this and would delete it. Move it to another folder.",
    ]
    assert standing(made) == before
    assert [p.name for p in made.parent.iterdir()] == ["build"]


def test_files_that_desktops_leave_are_ignored(made: Path) -> None:
    for name in (".DS_Store", "deep/Thumbs.db", "desktop.ini"):
        (made / name).write_bytes(b"x")

    assert output(made).intact() is not None
    put(made, dict(SECOND))
    assert standing(made) == SECOND


def test_a_folder_with_only_desktop_files_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / ".DS_Store").write_bytes(b"x")

    put(tmp_path / "build", dict(FIRST))

    assert standing(tmp_path / "build") == FIRST


@pytest.mark.parametrize("manifest", [None, b"", b"[]", b'{"format": "other"}', b"[" * 100_000])
def test_a_folder_that_pmdiag_did_not_make_is_refused(tmp_path: Path, manifest: bytes | None) -> None:
    theirs = tmp_path / "Documents"
    theirs.mkdir()
    (theirs / "letter.odt").write_bytes(b"mine")
    if manifest is not None:
        (theirs / ".pmdiag.json").write_bytes(manifest)

    with pytest.raises(UsageWrong) as error:
        put(theirs, dict(FIRST))

    what = "The folder is not empty, and pmdiag did not make it. Choose an empty or new folder with --out."
    assert lines(error) == [f"{theirs}: {what}"]
    assert (theirs / "letter.odt").read_bytes() == b"mine"


def test_a_folder_of_another_command_is_refused(made: Path) -> None:
    other = OutputFolder(made, "pmdiag tabulate")

    with pytest.raises(UsageWrong, match="made by “test”"):
        other.examine()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "build").write_bytes(b"mine")

    with pytest.raises(UsageWrong, match="This is a file, not a folder"):
        put(tmp_path / "build", dict(FIRST))
    assert (tmp_path / "build").read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("out", "relation"),
    [("content", "is"), (".", "contains"), ("content/build", "is inside"), ("x/../content", "is"), ("link", "is")],
)
def test_the_output_never_overlaps_the_input(tmp_path: Path, out: str, relation: str) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "link").symlink_to("content")

    with pytest.raises(UsageWrong, match=f"The output folder {relation} the content"):
        output(tmp_path / out).refuse_overlap([("the content", tmp_path / "content")])


@pytest.mark.parametrize("mark", [".~lock.a.txt#", "~$a.txt"])
def test_a_file_open_in_an_office_program_is_named_and_the_old_kept(made: Path, mark: str) -> None:
    (made / mark).write_bytes(b"")

    with pytest.raises(EnvironmentFailed) as error:
        put(made, dict(SECOND))

    fix = f"Close it and try again; delete “{mark}” if it is not open."
    assert lines(error) == [f"{made}/a.txt: The file is open in another program. {fix}"]
    assert (made / "a.txt").read_bytes() == b"first"


def test_a_folder_that_can_not_be_renamed_is_kept(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What Windows does while another program has a file of the folder open.
    real = Path.replace

    def held(path: Path, target: Path) -> Path:
        if path == made:
            raise PermissionError(errno.EACCES, "The process cannot access the file", str(made))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", held)

    with pytest.raises(EnvironmentFailed) as error:
        put(made, dict(SECOND))

    reason = "The folder can't be written (The process cannot access the file); nothing was changed"
    fix = "Close the file in other programs, and check that you may write there"
    assert lines(error) == [f"{made}: {reason}. {fix}."]
    assert standing(made) == FIRST
    assert [p.name for p in made.parent.iterdir()] == ["build"]


def test_a_full_disk_keeps_the_old_and_leaves_nothing_beside(made: Path) -> None:
    script = f"""
        import resource, signal
        from tests.build.test_output_folder import put
        from pathlib import Path
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        put(Path({str(made)!r}), {{"a.txt": b"second", "big.bin": b"x" * 10_000}})
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)

    assert "EnvironmentFailed: " in done.stderr
    assert "The folder can't be written (File too large); nothing was changed." in done.stderr
    assert standing(made) == FIRST
    assert [p.name for p in made.parent.iterdir()] == ["build"]


def test_a_disk_that_finds_out_late_that_it_is_full_keeps_the_old(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentFailed, match="No space left on device"):
        put(made, {f"{n}.txt": b"second" for n in range(50)})

    assert standing(made) == FIRST
    assert [p.name for p in made.parent.iterdir()] == ["build"]


def test_answers_saved_into_the_old_folder_at_the_last_moment_are_kept(made: Path) -> None:
    out = output(made)
    with out.alone(lambda: None):
        old = out.examine()
        (made / "a.txt").write_bytes(b"answers")
        with pytest.raises(UsageWrong, match="changed after pmdiag wrote it"):
            out.replace(dict(SECOND), {}, old)

    assert (made / "a.txt").read_bytes() == b"answers"
    assert [p.name for p in made.parent.iterdir()] == ["build"]


def test_a_link_to_the_folder_stays_a_link(made: Path) -> None:
    link = made.parent / "latest"
    link.symlink_to(made)

    put(link, dict(SECOND))

    assert link.is_symlink()
    assert standing(made) == SECOND


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permissions of this kind")
def test_a_read_only_folder_in_the_output_leaves_nothing_beside(made: Path) -> None:
    """Tests that run as root must not be let past it: what is looked at is that nobody has to be."""
    denied = stat.S_IRUSR | stat.S_IXUSR
    (made / "deep").chmod(denied)
    modes: list[int] = []
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        modes.append(path.parent.stat().st_mode & stat.S_IWUSR)
        real(path, missing_ok)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        put(made, dict(SECOND))

    assert standing(made) == SECOND
    assert [p.name for p in made.parent.iterdir()] == ["build"]
    assert modes
    assert all(modes)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permissions of this kind")
def test_files_that_stay_get_the_permissions_of_new_ones(tmp_path: Path) -> None:
    """A web server must be able to read all of a site, however the one before it was made."""
    private = os.umask(0o077)
    try:
        put(tmp_path / "build", dict(FIRST))
        os.umask(0o022)
        put(tmp_path / "build", {**SECOND, "same.txt": None})
    finally:
        os.umask(private)

    files = [path for path in (tmp_path / "build").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o644}


@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_killed_before_any_step_it_is_the_old_or_the_new_or_the_next_run_makes_it_so(tmp_path: Path) -> None:
    # The child is killed before its first, second, third … call to the file system, until it gets through.
    script = f"""
        import os, signal, sys
        from pathlib import Path
        from tests.build.test_output_folder import FIRST, SECOND, output, put, standing
        target = Path({str(tmp_path)!r}) / "build"
        import filelock, shutil
        put(target, dict(FIRST))
        step, outcomes = 0, set()
        while True:
            step += 1
            child = os.fork()
            if not child:
                left = step
                def hook(event, _):
                    global left
                    if event == "open" or event.startswith(("os.", "fcntl.", "ctypes.")):
                        left -= 1
                        if not left:
                            os.kill(os.getpid(), signal.SIGKILL)
                sys.addaudithook(hook)
                put(target, dict(SECOND))
                os._exit(0)
            _, status = os.waitpid(child, 0)
            got = standing(target) if target.exists() else "missing"
            assert got in (FIRST, SECOND, "missing"), (step, got)
            if got == "missing":
                with output(target).alone(lambda: None):
                    assert standing(target) == FIRST
            outcomes.add("old" if got == FIRST else "new" if got == SECOND else got)
            put(target, dict(FIRST))
            assert standing(target) == FIRST
            assert os.listdir(target.parent) == ["build"], os.listdir(target.parent)
            if status == 0:
                break
        print(step > 30, sorted(outcomes))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)

    assert (done.stderr, done.stdout) == ("", "True ['missing', 'new', 'old']\n")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which no file can be made, for root too")
def test_a_lock_that_can_not_be_made_is_not_waited_for() -> None:
    waits: list[int] = []

    with pytest.raises(EnvironmentFailed) as error, output(Path("/proc/x")).alone(lambda: waits.append(1)):
        pass

    assert waits == []
    assert lines(error)[0].startswith("/proc/x: The folder can't be written (No such file or directory)")


@pytest.mark.skipif(os.name == "nt", reason="has locks of another kind")
def test_a_file_system_without_locks_is_named_and_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", refuse)
    waits: list[int] = []

    with pytest.raises(EnvironmentFailed) as error, output(tmp_path / "build").alone(lambda: waits.append(1)):
        pass

    assert (waits, list(tmp_path.iterdir())) == ([], [])
    assert "The folder can't be written (Function not implemented)" in lines(error)[0]


def test_a_second_run_waits_for_the_first_and_says_so(made: Path) -> None:
    script = f"""
        import sys, time
        from pathlib import Path
        from tests.build.test_output_folder import FIRST, output
        out = output(Path({str(made)!r}))
        with out.alone(lambda: print("waiting", flush=True)):
            print("in", flush=True)
            sys.stdin.readline()
            out.replace({{"n.txt": sys.argv[1].encode()}}, {{}}, out.examine())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with (
        subprocess.Popen([*command, "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first,
        subprocess.Popen([*command, "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second,
    ):
        assert first.stdin is not None
        assert first.stdout is not None
        assert second.stdin is not None
        assert second.stdout is not None
        said = {first: first.stdout.readline(), second: second.stdout.readline()}
        assert sorted(said.values()) == ["in\n", "waiting\n"]
        ahead, behind = sorted((first, second), key=lambda p: said[p])
        assert ahead.stdin is not None
        assert behind.stdin is not None
        assert behind.stdout is not None
        ahead.stdin.write("go\n")
        ahead.stdin.flush()
        assert behind.stdout.readline() == "in\n"
        behind.stdin.write("go\n")
        behind.stdin.flush()

    assert (first.returncode, second.returncode) == (0, 0)
    assert standing(made) in ({"n.txt": b"1"}, {"n.txt": b"2"})
    assert [p.name for p in made.parent.iterdir()] == ["build"]
