"""Copies of the whole project that a test may edit and break: complete, or with two features and one pack."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pmdiag_build.output import hash_of
from pmdiag_build.resources import CONTENT, LAYOUTS
from tests.commands import Outcome, run_pmdiag

FEATURES = ("1", "2")
STATEMENTS = ("1.1", "1.2", "2.1", "2.2")
PACK = "self-assessment"

_PACKAGE = Path(__file__).resolve().parent.parent / "pmdiag_build"
_EDITION = re.compile(r'^("?edition"?: )"[^"]+"', re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\((page|pack):([a-z0-9-]+)(#[^)]*)?\)")


def asset(files: Mapping[str, bytes], name: str) -> str:
    """The path of an asset of a site by the name that layouts use: `site.css`."""
    stem, _, ending = name.rpartition(".")
    (found,) = (path for path in files if re.fullmatch(rf"assets/{re.escape(stem)}\.[0-9a-f]{{12}}\.{ending}", path))
    return found


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with content/, layouts/ and pmdiag_build/. A test may edit or break anything in it."""

    root: Path

    @property
    def content(self) -> Path:
        return self.root / "content"

    @property
    def layouts(self) -> Path:
        return self.root / "layouts"

    @property
    def out(self) -> Path:
        """Where `pmdiag build` without `--out` writes."""
        return self.root / "build"

    def pmdiag(self, *arguments: str | Path) -> Outcome:
        """Run a command of this project in its folder, in a new process."""
        return run_pmdiag(*arguments, cwd=self.root)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old` in the content file `name`, which must contain it exactly once."""
        path = self.content / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} contains {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def begin_edition(self, id: str = "2026") -> None:
        """Name another edition, as a maintainer does before wording may change; it is not issued."""
        path = self.content / "tool.yaml"
        text, found = _EDITION.subn(rf'\g<1>"{id}"', path.read_text(encoding="utf-8"))
        assert found == 1
        path.write_text(text, encoding="utf-8")


def copy_project(root: Path) -> Project:
    """Copy code, content and layouts of this checkout, without the example local version, to a new folder."""
    project = Project(root)
    caches = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(_PACKAGE, root / "pmdiag_build", ignore=caches)
    shutil.copytree(LAYOUTS, project.layouts, ignore=_ignored_layouts)
    _write_fetched(project.layouts / "desk" / "vendor")
    shutil.copytree(CONTENT, project.content, ignore=shutil.ignore_patterns("local"))
    return project


def _ignored_layouts(folder: str, names: list[str]) -> set[str]:
    """Caches, and the 25 MB that are fetched for the desk."""
    fetched = {"vendor", "vendor-new"} if Path(folder).name == "desk" else set()
    return {"__pycache__", "node_modules"} | fetched


def _write_fetched(folder: Path) -> None:
    """What is fetched for the desk, in a few bytes: a build copies it and does not look into it."""
    folder.mkdir()
    hashes = {}
    for name in ("python.js", "library.js", "qpdf.js", "pyodide-script.js", "qpdf-script.js"):
        content = f"/* {name} */\n".encode()
        (folder / name).write_bytes(content)
        hashes[name] = hash_of(content)
    (folder / "ready.json").write_text(json.dumps(hashes), encoding="utf-8")


def write_small_project(root: Path) -> Project:
    """The same, but with two features, four statements and one pack, which is quick to build."""
    project = copy_project(root)
    _cut_down(project.content)
    return project


def _cut_down(content: Path) -> None:
    _change(content / "framework.yaml", _cut_framework)
    for edition in (content / "editions").glob("*.yaml"):
        _change(edition, _cut_edition)
    for pack in (content / "packs").glob("*.yaml"):
        if pack.stem == PACK:
            _change(pack, _cut_pack)
        else:
            pack.unlink()
    gone = {f"feature-{n}" for n in range(3, 6)}
    for page in gone:
        (content / "guide" / f"{page}.md").unlink()
    _change(content / "tool.yaml", lambda tool: _cut_navigation(tool, gone))
    _change(content / "templates" / "example.yaml", _cut_example)
    for path in (*content.rglob("*.md"), *content.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        path.write_text(_LINK.sub(lambda link: _unlinked(link, gone), text), encoding="utf-8")


def _change(path: Path, change: Callable[[Any], None]) -> None:
    # BaseLoader reads every scalar as text, as the project's reader does.
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - it builds text only
    change(data)
    text = yaml.dump(data, allow_unicode=True, sort_keys=False, default_style='"', width=1000)
    path.write_text(text, encoding="utf-8")


def _cut_framework(framework: Any) -> None:
    framework["features"] = [f for f in framework["features"] if f["id"] in FEATURES]
    for feature in framework["features"]:
        feature["statements"] = [s for s in feature["statements"] if s["id"] in STATEMENTS]
        feature["maturity"] = feature["maturity"][:1]


def _cut_edition(edition: Any) -> None:
    edition["statements"] = {id: text for id, text in edition["statements"].items() if id in STATEMENTS}
    edition["features"] = {id: feature for id, feature in edition["features"].items() if id in FEATURES}
    kept = {*STATEMENTS, *(f"feature {id}" for id in FEATURES)}
    prints = edition["fingerprints"].items()
    edition["fingerprints"] = {key: digits for key, digits in prints if key in kept or key.startswith("prompt")}


def _cut_pack(pack: Any) -> None:
    pack["sections"] = [s for s in pack["sections"] if s.get("feature", "1") in FEATURES]


def _cut_example(example: Any) -> None:
    example["rated"]["statement"], example["corrected"]["statement"] = STATEMENTS[:2]


def _cut_navigation(tool: Any, gone: set[str]) -> None:
    for group in tool["navigation"]:
        group["pages"] = [page for page in group["pages"] if page not in gone]


def _unlinked(link: re.Match[str], gone: set[str]) -> str:
    text, kind, target, anchor = link.groups()
    kept = target == PACK if kind == "pack" else target not in gone
    if kept and (anchor or "").startswith("#s-"):
        kept = anchor in {f"#s-{statement.replace('.', '-')}" for statement in STATEMENTS}
    return link[0] if kept else text
