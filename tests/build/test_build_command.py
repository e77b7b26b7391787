"""`pmdiag build` and `check` as processes of their own: what is printed, written, made again and left alone."""

from __future__ import annotations

import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import size_in_words
from pmdiag_build.publish.build import pack_jobs
from pmdiag_build.publish.site import NOT_FOUND
from pmdiag_build.rendering.templates import environment
from tests.commands import Outcome, read_outcome, run_pmdiag, write_outcome
from tests.conftest import once_for_all_workers
from tests.project import PACK, Project, copy_project
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def made(small_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project with its site built: nearly everything that a build writes, without waiting for a PDF."""
    _, out = _built_once(small_project, tmp_path_factory, "small-site", "--only", "site")
    shutil.copytree(out, small_project.out)
    return small_project


@pytest.fixture
def whole(small_project: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Outcome]:
    """The small project with all that a build makes, and what the build printed."""
    outcome, out = _built_once(small_project, tmp_path_factory, "small-whole", "--jobs", "1")
    shutil.copytree(out, small_project.out)
    return small_project, outcome


def _built_once(project: Project, factory: pytest.TempPathFactory, name: str, *options: str) -> tuple[Outcome, Path]:
    """What a build of the project as it is printed, and the folder that it made, once for all tests."""

    def make(folder: Path) -> None:
        copy = Project(folder / "small project")
        shutil.copytree(project.root, copy.root)
        outcome = copy.pmdiag("build", *options)
        assert (outcome.code, outcome.stderr) == (0, "")
        assert beside(copy) == ["build"]
        write_outcome(folder, outcome)

    folder = once_for_all_workers(factory, name, make)
    return read_outcome(folder), Project(folder / "small project").out


def everything(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def pages_of(project: Project) -> int:
    """How many pages its site has, without the one for what is not found."""
    return len({path.name for path in (project.out / "site").glob("*.html")} - {NOT_FOUND})


def append(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")


def second_pack(project: Project) -> None:
    """With one pack alone, it is rendered in the main process; with two, worker processes do it."""
    shutil.copy(project.content / "packs" / f"{PACK}.yaml", project.content / "packs" / "second.yaml")


def beside(project: Project) -> list[str]:
    """What is in the project's folder besides what was there before the first build."""
    return sorted(p.name for p in project.root.iterdir() if p.name not in ("content", "layouts", "pmdiag_build"))


def test_a_build_says_what_it_made_where_it_is_and_what_needs_a_look(whole: tuple[Project, Outcome]) -> None:
    small_project, outcome = whole

    pages = pages_of(small_project)
    size = round((small_project.out / "packs" / f"{PACK}.pdf").stat().st_size / 1000)
    lines = outcome.stdout.splitlines()
    assert (outcome.code, outcome.stderr) == (0, "")
    assert re.fullmatch(rf"packs/{PACK}\.pdf: \d+ pages, {size} KB", lines[0])
    assert lines[1:] == [
        f"site: {pages} pages",
        f"desk: {size_in_words(sum(path.stat().st_size for path in (small_project.out / 'desk').iterdir()))}",
        f"Made: a site of {pages} pages, 1 pack and the desk",
        "Where: build/site/index.html, build/packs and build/desk/index.html".replace("/", os.sep),
        "Needs a look: nothing",
    ]
    assert beside(small_project) == ["build"]


def test_site_and_packs_have_the_same_pdf_but_not_the_same_file(
    small_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _, out = _built_once(small_project, tmp_path_factory, "small-whole", "--jobs", "1")
    pack = out / "packs" / f"{PACK}.pdf"
    offered = out / "site" / "packs" / f"{PACK}.pdf"

    assert pack.read_bytes() == offered.read_bytes()
    # Somebody who saves answers into the one must not find them in the other.
    assert not pack.samefile(offered)


def test_a_second_build_with_nothing_changed_touches_nothing(made: Project) -> None:
    before = {p: p.stat().st_ino for p in made.out.rglob("*")}

    outcome = made.pmdiag("build", "--only", "site")

    pages = pages_of(made)
    assert outcome.code == 0
    assert outcome.stdout.splitlines() == [
        f"Made: nothing new; a site of {pages} pages is up to date",
        f"Where: build{os.sep}site{os.sep}index.html",
        "Needs a look: nothing",
    ]
    assert {p: p.stat().st_ino for p in made.out.rglob("*")} == before


def test_a_touched_file_is_not_a_change_but_a_missing_output_is(made: Project) -> None:
    os.utime(made.content / "tool.yaml")
    assert "nothing new" in made.pmdiag("build", "--only", "site").stdout

    (made.out / "site" / "index.html").unlink()
    assert "nothing new" not in made.pmdiag("build", "--only", "site").stdout
    assert (made.out / "site" / "index.html").is_file()


def test_an_edit_that_the_packs_do_not_show_makes_no_pack_again(whole: tuple[Project, Outcome]) -> None:
    small_project, _ = whole
    before = (small_project.out / "packs" / f"{PACK}.pdf").stat().st_ino
    append(small_project.content / "guide" / "index.md", "\nAnother paragraph.")

    outcome = small_project.pmdiag("build", "--jobs", "1")

    pages = pages_of(small_project)
    made = [line for line in outcome.stdout.splitlines() if not line.startswith("desk: ")]
    assert made[:2] == [f"site: {pages} pages", f"Made: a site of {pages} pages, 1 pack (1 unchanged) and the desk"]
    assert (small_project.out / "packs" / f"{PACK}.pdf").stat().st_ino == before
    assert b"Another paragraph." in (small_project.out / "site" / "index.html").read_bytes()


def test_only_makes_its_part_and_keeps_the_others(made: Project) -> None:
    site = everything(made.out / "site")
    append(made.content / "tool.yaml", "# A comment.")

    outcome = made.pmdiag("build", "--only", PACK)

    assert outcome.code == 0
    assert outcome.stdout.splitlines()[1:] == [
        "Made: 1 pack",
        f"Where: build{os.sep}packs",
        "Needs a look: nothing",
    ]
    assert everything(made.out / "site") == site
    assert [p.name for p in (made.out / "packs").iterdir()] == [f"{PACK}.pdf"]
    # The whole is not done by its parts: the site does not offer the pack yet.
    assert "site: " in made.pmdiag("build").stdout
    assert (made.out / "site" / "packs" / f"{PACK}.pdf").is_file()


def test_the_desk_is_made_alone_and_stays_when_others_are_made(made: Project) -> None:
    def desk() -> dict[str, bytes]:
        return everything(made.out / "desk") | {"one": (made.out / "desk-in-one-file.html").read_bytes()}

    site = everything(made.out / "site")

    outcome = made.pmdiag("build", "--only", "desk")

    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.stdout.splitlines()[1:3] == ["Made: the desk", f"Where: {Path('build/desk/index.html')}"]
    assert everything(made.out / "site") == site
    first = desk()
    assert made.pmdiag("build", "--only", "desk").stdout.startswith("Made: nothing new; the desk is up to date")
    append(made.content / "tool.yaml", "# A comment.")
    made.pmdiag("build", "--only", "site")
    assert desk() == first


def test_without_what_is_fetched_for_the_desk_the_rest_is_built(small_project: Project) -> None:
    shutil.rmtree(small_project.layouts / "desk" / "vendor")
    said = "layouts/desk/vendor: Python for the desk was not fetched, so there is no desk. "
    said += "Type python layouts/vendor.py --desk.\n"

    both = small_project.pmdiag("build", "--only", "site", "--only", "desk")
    alone = small_project.pmdiag("build", "--only", "desk")

    assert (both.code, both.stderr) == (1, said)
    assert (small_project.out / "site" / "index.html").is_file()
    assert not (small_project.out / "desk").exists()
    assert (alone.code, alone.stderr) == (4, said)


def test_a_fetched_file_that_was_changed_is_named(small_project: Project) -> None:
    (small_project.layouts / "desk" / "vendor" / "python.js").write_bytes(b"other")

    outcome = small_project.pmdiag("build", "--only", "desk")

    assert (outcome.code, outcome.stdout) == (4, "")
    assert outcome.stderr.startswith("layouts/desk/vendor/python.js: The file is not as it was fetched. Type python ")
    assert not small_project.out.exists()


def test_a_site_alone_has_no_link_to_a_pack_that_is_not_there(made: Project) -> None:
    assert not (made.out / "site" / "packs").exists()
    assert not any(b'href="packs/' in p.read_bytes() for p in (made.out / "site").glob("*.html"))


def test_an_unknown_part_is_wrong_usage_with_the_nearest_name(small_project: Project) -> None:
    outcome = small_project.pmdiag("build", "--only", "self-asessment")

    assert (outcome.code, outcome.stdout) == (2, "")
    assert outcome.stderr == "--only: There is no part “self-asessment”. Did you mean “self-assessment”?\n"
    assert beside(small_project) == []


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_dead_link_needs_a_look_and_stops_with_strict(small_project: Project, command: str) -> None:
    part = ("--only", "site") if command == "build" else ()
    append(small_project.content / "guide" / "index.md", "\n[gone](page:nowhere-at-all)")
    line = len((small_project.content / "guide" / "index.md").read_text(encoding="utf-8").splitlines())

    strict = small_project.pmdiag(command, *part, "--strict")
    outcome = small_project.pmdiag(command, *part)
    again = small_project.pmdiag(command, *part)

    said = f"guide/index.md:{line}: There is no page “nowhere-at-all”. "
    assert (strict.code, strict.stdout) == (3, "")
    assert strict.stderr.startswith(said)
    for either in (outcome, again):
        assert either.code == 1
        assert either.stderr.startswith(said)
        assert either.stdout.splitlines()[-1] == "Needs a look: 1 thing, named above"


def test_check_writes_nothing(small_project: Project) -> None:
    before = everything(small_project.root)

    outcome = run_pmdiag("check", cwd=small_project.root, env={"PYTHONDONTWRITEBYTECODE": "1"})

    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.stdout.splitlines()[-1] == "Needs a look: nothing"
    assert everything(small_project.root) == before


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (
            lambda p: p.edit("tool.yaml", '"edition":', '"editon":'),
            "tool.yaml:",
        ),
        (
            lambda p: append(p.layouts / "css" / "extra.css", "a { background: url(http://example.org/a.png) }"),
            "layouts/css/extra.css:1: “http://example.org/a.png” is outside our folders. ",
        ),
        (
            lambda p: append(p.content / "guide" / "index.md", "\n![A picture](gone.png)"),
            "guide/index.md:",
        ),
        (
            lambda p: append(p.layouts / "site" / "base.html", "{{ nonsense.x }}"),
            "layouts/site/base.html:",
        ),
        (
            lambda p: append(p.layouts / "site" / "base.html", "{% if %}"),
            "layouts/site/base.html:",
        ),
    ],
    ids=["unknown key", "address in a style", "missing picture", "undefined name", "broken layout"],
)
@pytest.mark.parametrize("command", ["build", "check"])
def test_what_is_wrong_is_named_nothing_is_written_and_the_old_stays(
    made: Project, command: str, break_it: Callable[[Project], object], said: str
) -> None:
    before = everything(made.out)
    break_it(made)

    outcome = made.pmdiag(command, *(("--only", "site") if command == "build" else ()))

    assert (outcome.code, outcome.stdout) == (3, "")
    assert outcome.stderr.startswith(said)
    assert everything(made.out) == before
    assert beside(made) == ["build"]


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_letter_that_the_fonts_lack_is_named(small_project: Project, command: str) -> None:
    small_project.begin_edition()
    small_project.edit(
        "framework.yaml", '"text": "Data collection is undertaken', '"text": "漢 Data collection is undertaken'
    )

    outcome = small_project.pmdiag(command)

    assert outcome.code == 3
    assert "The fonts have no “漢” (U+6F22, CJK UNIFIED IDEOGRAPH-6F22)" in outcome.stderr
    assert beside(small_project) == []


def test_without_weasyprint_the_site_is_built_and_packs_say_what_is_missing(
    small_project: Project, tmp_path: Path
) -> None:
    (tmp_path / "weasyprint.py").write_text('raise OSError("cannot load library libpango-1.0-0")')
    without = {"PYTHONPATH": str(tmp_path)}

    packs = run_pmdiag("build", cwd=small_project.root, env=without)
    site = run_pmdiag("build", "--only", "site", cwd=small_project.root, env=without)

    assert packs.code == 4
    assert packs.stderr.startswith("WeasyPrint: It can't be loaded: cannot load library libpango-1.0-0. ")
    assert len(packs.stderr.splitlines()) == 1
    assert site.code == 0


def test_without_harfbuzz_subset_the_problem_is_the_machine_not_the_content(
    small_project: Project, tmp_path: Path
) -> None:
    """Debian installs Pango without it, and WeasyPrint then goes on with other fonts and complains once a pack."""
    (tmp_path / "sitecustomize.py").write_text(
        "import cffi\n"
        "dlopen = cffi.FFI.dlopen\n"
        "def without(self, name, flags=0):\n"
        "    if 'harfbuzz-subset' in name: raise OSError(name)\n"
        "    return dlopen(self, name, flags)\n"
        "cffi.FFI.dlopen = without\n"
    )

    packs = run_pmdiag("build", cwd=small_project.root, env={"PYTHONPATH": str(tmp_path)})

    assert packs.code == 4
    assert packs.stderr == (
        "WeasyPrint: HarfBuzz-Subset 4.1.0 or later is missing, which makes a pack's fonts small. "
        "Install it as README describes.\n"
    )
    assert beside(small_project) == []


@pytest.mark.parametrize("out", ["content", "content/guide", ".", "layouts/site/x"])
def test_the_output_never_overlaps_the_input(small_project: Project, out: str) -> None:
    before = everything(small_project.content)

    outcome = small_project.pmdiag("build", "--out", out)

    assert outcome.code == 2
    assert "The output folder " in outcome.stderr
    assert everything(small_project.content) == before


def test_answers_saved_into_a_pack_are_never_lost(whole: tuple[Project, Outcome]) -> None:
    small_project, _ = whole
    pack = small_project.out / "packs" / f"{PACK}.pdf"
    pack.write_bytes(pack.read_bytes() + b"% answers")
    (small_project.out / "notes.txt").write_text("mine")
    append(small_project.content / "tool.yaml", "# A comment.")

    outcome = small_project.pmdiag("build")

    assert outcome.code == 2
    assert outcome.stderr.splitlines() == [
        f"build{os.sep}notes.txt: pmdiag did not write this and would delete it. Move it to another folder.",
        (
            f"build{os.sep}packs/{PACK}.pdf: The file was changed after pmdiag wrote it. "
            "Move it to another folder and try again."
        ),
    ]
    assert pack.read_bytes().endswith(b"% answers")


def test_a_full_disk_is_reported_and_the_old_output_stays(made: Project) -> None:
    before = everything(made.out)
    append(made.content / "tool.yaml", "# A comment.")

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))

    done = subprocess.run(
        [sys.executable, "-m", "pmdiag_build", "build", "--only", "site"],
        cwd=made.root,
        preexec_fn=small_files_only,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert done.stderr.startswith("build: The folder can't be written (File too large); nothing was changed. ")
    assert everything(made.out) == before
    assert beside(made) == ["build"]


def test_killed_at_any_moment_the_output_is_the_old_or_the_new(made: Project) -> None:
    old = everything(made.out)
    second_pack(made)
    append(made.content / "guide" / "index.md", "\nAnother paragraph.")
    command = [sys.executable, "-m", "pmdiag_build", "build", "--jobs", "2"]
    for moment in (0.1, 0.4, 0.7, 1.0, 1.4, 1.8):
        with subprocess.Popen(
            command, cwd=made.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        ) as process:
            time.sleep(moment)
            process.kill()
            process.wait()
        standing = everything(made.out)
        assert standing == old or b"Another paragraph." in standing["site/index.html"]
        # No worker lives on.
        until(lambda: not processes_of_group(process.pid))

    assert made.pmdiag("build", "--jobs", "1").code == 0
    assert beside(made) == ["build"]
    assert made.pmdiag("build").stdout.startswith("Made: nothing new")


def processes_of_group(group: int) -> list[str]:
    found = subprocess.run(["ps", "-eo", "pid,pgid,stat,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines()[1:] if line.split()[1] == str(group) and "Z" not in line.split()[2]]


def test_a_second_build_at_once_waits_and_finds_it_done(small_project: Project) -> None:
    command = [sys.executable, "-m", "pmdiag_build", "build", "--jobs", "1"]
    lock = small_project.root / ".build.pmdiag-lock"

    def running() -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=small_project.root, stdout=pipe, stderr=pipe, text=True)

    def held() -> bool:
        if lock.exists():
            with lock.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
        return False

    with running() as first:
        until(held)
        # Until the other one has said that it waits, however long it takes to start.
        first.send_signal(signal.SIGSTOP)
        with running() as second:
            try:
                assert second.stdout is not None
                waiting = second.stdout.readline()
            finally:
                first.send_signal(signal.SIGCONT)
            first.communicate()
            said, wrong = second.communicate()

    assert (first.returncode, second.returncode, wrong) == (0, 0, "")
    assert waiting == "Another run is writing to build. Waiting for it to finish.\n"
    assert said.startswith("Made: nothing new; ")
    assert beside(small_project) == ["build"]


def test_the_same_bytes_wherever_and_whenever(small_project: Project, tmp_path: Path) -> None:
    # Another path, time zone, locale, hash seed, order of files on the disk, number of processes.
    second_pack(small_project)
    other = tmp_path / "änother pläce"
    other.mkdir()
    names = sorted((p for p in small_project.root.rglob("*") if p.is_file()), reverse=True)
    for path in names:
        target = other / path.relative_to(small_project.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    strange = {
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "77",
        "SOURCE_DATE_EPOCH": "1",
    }

    here = run_pmdiag("build", "--jobs", "1", cwd=small_project.root, env={"TZ": "UTC", "PYTHONHASHSEED": "1"})
    there = run_pmdiag("build", "--jobs", "2", cwd=other, env=strange)

    assert (here.code, there.code) == (0, 0)
    assert everything(small_project.out) == everything(other / "build")


def test_content_may_be_elsewhere(small_project: Project, tmp_path: Path) -> None:
    moved = tmp_path / "national"
    shutil.copytree(small_project.content, moved)
    append(moved / "guide" / "index.md", "\nElsewhere it stands.")

    outcome = small_project.pmdiag("build", "--only", "site", "--content", moved)

    assert (outcome.code, outcome.stderr) == (0, "")
    assert b"Elsewhere it stands." in (small_project.out / "site" / "index.html").read_bytes()


def test_one_changed_statement_renders_only_the_packs_that_contain_it(tool: Tool, tmp_path: Path) -> None:
    from pmdiag_build.load import load_tool

    project = copy_project(tmp_path / "p")
    project.begin_edition()
    ids = [pack.id for pack in tool.packs]
    before = {job.id: job.key("") for job in pack_jobs(load_tool(project.content), ids, environment())}
    project.edit(
        "framework.yaml", "Data quality issues are dealt with quickly", "Data quality issues are dealt with fast"
    )

    after = {job.id: job.key("") for job in pack_jobs(load_tool(project.content), ids, environment())}

    assert {id for id in ids if before[id] != after[id]} == {
        id for id in ids if id not in ("action-plan", "summary-of-review", "what-good-looks-like")
    }
