"""A site that was handed over, compared with its list: what differs is named, and nothing outside it is read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pmdiag_build import __version__
from pmdiag_build.output import hash_of
from pmdiag_build.output.manifest import HandedOver
from tests.commands import Outcome, call_pmdiag
from tests.conftest import Built
from tests.project import PACK, Project

FILES = {"index.html": b"<!DOCTYPE html>", "assets/site.css": b"a {}", "packs/interview.pdf": b"%PDF-1.7"}
AGAIN = "Copy it again from where you got the site."


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "the site"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    digests = {name: hash_of(content) for name, content in FILES.items()}
    (folder / "manifest.json").write_bytes(HandedOver(__version__, "2013", "9f2c41aa", digests).dump())
    return folder


def compared(site: Path) -> Outcome:
    return call_pmdiag("check", "--site", site)


def change(site: Path, **facts: Any) -> None:
    path = site / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | facts))


def test_a_site_that_is_as_it_was_handed_over_is_clean(site: Path) -> None:
    (site / "assets" / ".DS_Store").write_bytes(b"of a desktop")
    done = compared(site)

    assert (0, "") == (done.code, done.stderr)
    assert f"Compared: 3 files of {site} with its manifest.json" in done.stdout
    assert f"Made by: pmdiag {__version__}, edition 2013, wording 9f2c41aa" in done.stdout
    assert hash_of((site / "manifest.json").read_bytes()) in done.stdout
    assert done.stdout.endswith("Needs a look: nothing\n")


def test_each_difference_is_one_line_with_one_fix(site: Path) -> None:
    (site / "index.html").write_bytes(b"<!DOCTYPE HTML>")
    (site / "packs" / "interview.pdf").unlink()
    (site / "assets" / "more.js").write_bytes(b"alert(1)")
    done = compared(site)

    assert 1 == done.code
    assert [
        f"{site / 'assets/more.js'}: pmdiag did not make this. Remove it from the folder.",
        f"{site / 'index.html'}: The file was changed after pmdiag made it. {AGAIN}",
        f"{site / 'packs/interview.pdf'}: The file is missing. Copy it from where you got the site.",
    ] == done.stderr.splitlines()
    assert done.stdout.endswith("Needs a look: 3 things, named above\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_links_pipes_and_odd_names_are_named_and_not_followed(site: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "index.html").write_bytes(FILES["index.html"])
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(outside / "index.html")
    (site / "more").symlink_to(outside)
    (site / "packs" / "interview.pdf").unlink()
    os.mkfifo(site / "packs" / "interview.pdf")
    (site / "a\nb\u202e.html").touch()
    done = compared(site)

    assert 1 == done.code
    assert [line.removeprefix(f"{site}/").partition(": ")[0] for line in done.stderr.splitlines()] == [
        "a\\nb\\u202e.html", "index.html", "more", "packs/interview.pdf",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_read_is_named_and_the_rest_compared(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def refuse(folder: str | Path) -> Any:  # also for root, who may read everything
        if Path(folder) == site / "assets":
            raise PermissionError(13, "Permission denied", str(folder))
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    (site / "index.html").unlink()

    assert [line.removeprefix(f"{site}/") for line in compared(site).stderr.splitlines()] == [
        "assets: The folder can't be read (Permission denied). Give yourself the right to read it.",
        "index.html: The file is missing. Copy it from where you got the site.",
    ]


def test_the_list_of_another_version_of_pmdiag_is_read_or_named(site: Path) -> None:
    change(site, version="0.9.0")
    older = compared(site)
    change(site, version="9.0.0", files=[["index.html", "1"]])
    newer = compared(site)

    assert (0, "") == (older.code, older.stderr)
    assert f"Made by: pmdiag 0.9.0 (this is pmdiag {__version__}, which makes no difference here)" in older.stdout
    assert 1 == newer.code
    assert (
        f"{site / 'manifest.json'}: pmdiag 9.0.0 wrote this, and pmdiag {__version__} can't read it. "
        "Compare the site with pmdiag 9.0.0.\n"
    ) == newer.stderr


def _in_its_place(write: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.unlink()
        write(path)

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(b"\xff" * 10),
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_text("[]"),
        lambda path: path.write_text("9" * 11_000_000),
        lambda path: change(path.parent, files={"../outside/index.html": "0" * 64}),
        lambda path: change(path.parent, files={"/etc/passwd": "0" * 64}),
        lambda path: change(path.parent, files={"manifest.json": "0" * 64}),
        lambda path: change(path.parent, files={"index.html": "0"}),
        lambda path: change(path.parent, edition=2013),
        _in_its_place(lambda path: path.mkdir()),
        _in_its_place(lambda path: path.symlink_to(path.parent / "index.html")),
        _in_its_place(lambda path: os.mkfifo(path)),
    ],
)  # fmt: skip
def test_a_damaged_list_is_told_in_words(site: Path, damage: Callable[[Path], object]) -> None:
    damage(site / "manifest.json")
    done = compared(site)

    assert 1 == done.code
    assert (
        f"{site / 'manifest.json'}: This is not as pmdiag wrote it, so the site can't be compared with it. {AGAIN}\n"
    ) == done.stderr


def test_a_folder_without_a_list_and_options_of_other_checks_are_wrong_usage(site: Path) -> None:
    (site / "manifest.json").unlink()
    without, nowhere = compared(site), compared(site / "none")
    both = call_pmdiag("check", "--site", site, "--strict")

    assert (2, 2, 2) == (without.code, nowhere.code, both.code)
    assert f"{site}: There is no manifest.json in this folder, so it is not a site that pmdiag made" in without.stderr
    assert "--site and --strict can't be used together." in both.stderr


@pytest.mark.slow
def test_every_build_keeps_the_list_true(small_project: Project) -> None:
    site = small_project.out / "site"
    lists: list[bytes] = []
    for part in (("--only", "site"), (), ("--only", PACK), ()):
        if len(lists) == 2:
            small_project.edit("words/site.yaml", "home: Home", "home: Begin")
        into = ("--content", small_project.content, "--out", small_project.out, "--jobs", "1")
        assert 0 == call_pmdiag("build", *into, *part).code
        assert (0, "") == (compared(site).code, compared(site).stderr), part
        lists.append((site / "manifest.json").read_bytes())

    without_packs, whole, older, again = lists
    assert whole == older
    assert 3 == len({without_packs, whole, again})


def test_the_list_of_a_whole_build_has_every_file_and_the_wording(built: Built) -> None:
    facts = json.loads((built.site / "manifest.json").read_text(encoding="utf-8"))
    desk = json.loads((built.out / "desk" / "manifest.json").read_text(encoding="utf-8"))
    files = [path for path in built.site.rglob("*") if path.is_file() and path.name != "manifest.json"]

    assert {path.relative_to(built.site).as_posix(): hash_of(path.read_bytes()) for path in files} == facts["files"]
    assert list(facts["files"]) == sorted(facts["files"])
    assert {name: desk[name] for name in ("version", "edition", "fingerprint")} == {
        name: facts[name] for name in ("version", "edition", "fingerprint")
    }
    assert f"Made with pmdiag {facts['version']}." in (built.site / "index.html").read_text(encoding="utf-8")
