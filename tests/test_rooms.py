"""The rooms of the house: imports go down only, and nothing slow is imported where it is not needed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pmdiag_build
from pmdiag_build.content.model import Tool
from pmdiag_build.output.manifest import HandedOver
from tests.frozen_tool import freeze

PACKAGE = Path(pmdiag_build.__file__).parent

# A room → the rooms of ours that it may import. Every room may import what is beside the rooms (problems, resources).
MAY_IMPORT = {
    "content": set[str](),
    "output": set[str](),
    "local": {"content", "output"},
    # The one module that knows both.
    "load": {"content", "local"},
    "kept_tool": {"content", "load"},
    # A list of people says who gets a pack, and later who was asked.
    "people": {"content"},
    # Below those that make files: packs, entry sheet and report are rendered with the same means.
    "rendering": {"content"},
    "publish": {"rendering", "load", "kept_tool", "people", "local", "content", "output"},
    "returns": {"rendering", "content", "output"},
    # Of publish only the summary pack and where a run reads from, and only when these are asked for: see below.
    "results": {"rendering", "kept_tool", "people", "returns", "content", "output", "publish"},
    # Above its neighbours: it makes packs and fills them in, so that there are returns to try with.
    "demo": {"load", "rendering", "results", "returns", "content", "output", "publish"},
    # For a page in a browser: see below what that has.
    "desk": {"demo", "rendering", "results", "returns", "content", "output"},
    # Above its neighbours too: a build and an empty entry sheet go into one file.
    "release": {"rendering", "returns", "content", "output", "publish"},
    "commands": {
        "rendering",
        "load",
        "kept_tool",
        "local",
        "content",
        "output",
        "publish",
        "returns",
        "results",
        "demo",
        "release",
    },
}
SLOW = ("weasyprint", "pikepdf", "jinja2", "jsonschema", "yaml", "markdown", "openpyxl", "xlsxwriter", "watchfiles")


def room_of(module: str) -> str:
    """`publish.site.pages` → `publish`: the innermost room that has a rule; empty for what is beside them."""
    path = module.replace(".", "/")
    return max((room for room in MAY_IMPORT if f"{path}/".startswith(f"{room}/")), key=len, default="")


def modules_of(room: str) -> list[Path]:
    files = sorted([*(PACKAGE / room).rglob("*.py"), *PACKAGE.glob(f"{room}.py")])
    return [file for file in files if room_of(str(file.relative_to(PACKAGE).with_suffix(""))) == room]


def imported(file: Path) -> set[str]:
    """Every module of ours that a file imports anywhere, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("pmdiag_build.")}


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh Python has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


def test_every_folder_of_the_package_is_a_room_with_a_rule() -> None:
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    modules = {"load", "kept_tool", "people", "demo", "desk", "release"}

    assert rooms == {room for room in MAY_IMPORT if "/" not in room} - modules


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_go_down_only(room: str) -> None:
    upward = [
        f"{file.relative_to(PACKAGE)} imports {name}"
        for file in modules_of(room)
        for name in sorted(imported(file))
        if room_of(name.removeprefix("pmdiag_build.")) not in {"", room} | MAY_IMPORT[room]
    ]

    assert upward == []


@pytest.mark.slow
@pytest.mark.parametrize("room", ["content", "output", "publish", "returns", "results"])
def test_no_room_but_the_commands_imports_click(room: str) -> None:
    with_click = [
        file.name
        for file in modules_of(room)
        if "import click" in file.read_text(encoding="utf-8") or "pmdiag_build.cli" in imported(file)
    ]

    assert with_click == []


def test_help_imports_nothing_slow() -> None:
    code = "from pmdiag_build.cli import run\nassert run(['--help']) == 0"

    assert loaded_after(code) & {*SLOW, "pmdiag_build.content", "importlib.metadata", "logging"} == set()


@pytest.mark.parametrize("command", ["build", "serve", "check", "personalise", "release"])
def test_help_of_a_command_imports_nothing_slow(command: str) -> None:
    code = f"from pmdiag_build.cli import run\nassert run(['{command}', '--help']) == 0"

    assert loaded_after(code) & {*SLOW, "pmdiag_build.content"} == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "import pmdiag_build.publish.build",
        "import pmdiag_build.publish.site.pages, pmdiag_build.publish.packs, pmdiag_build.publish.workers",
        (
            "from pmdiag_build.publish.build import check; from pmdiag_build.publish import Inputs\n"
            "from pmdiag_build.problems import Problems; check(Inputs(), Problems())"
        ),
        "import pmdiag_build.publish.preview, pmdiag_build.publish.preview.server",
    ],
)
def test_weasyprint_is_not_imported_until_a_pdf_is_made(code: str) -> None:
    assert "weasyprint" not in loaded_after(code)


def test_finding_that_nothing_is_to_do_imports_nothing_slow() -> None:
    loaded = loaded_after("import pmdiag_build.commands.build, pmdiag_build.publish.build, pmdiag_build.output")

    assert loaded & {*SLOW, "filelock", "multiprocessing", "concurrent.futures", "pmdiag_build.content"} == set()


def test_a_site_that_was_handed_over_is_compared_without_any_content(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(HandedOver("1", "2013", "9f2c41aa", {}).dump())
    loaded = loaded_after(f"from pmdiag_build.cli import run\nassert run(['check', '--site', {str(tmp_path)!r}]) == 0")

    assert loaded & {*SLOW, "pmdiag_build.content", "pmdiag_build.load"} == set()


def test_content_imports_no_layout_and_no_pdf_library() -> None:
    assert loaded_after("import pmdiag_build.content") & {"weasyprint", "pikepdf", "jinja2", "click"} == set()


@pytest.mark.parametrize("module", ["tabulation", "disclosure"])
def test_counting_runs_anywhere_python_runs(module: str) -> None:
    loaded = loaded_after(f"import pmdiag_build.results.{module}")

    assert loaded & {"jinja2", "click", "weasyprint", "pikepdf", "pypdf", "openpyxl", "xlsxwriter"} == set()


NOT_IN_A_BROWSER = {
    *("click", "weasyprint", "pikepdf", "watchfiles", "ruamel", "yaml", "jsonschema"),
    *("multiprocessing", "concurrent.futures", "pmdiag_build.publish"),
}


def test_the_module_that_runs_a_tabulation_imports_only_what_a_browser_has() -> None:
    assert loaded_after("import pmdiag_build.results.run") & NOT_IN_A_BROWSER == set()


def test_of_the_processes_that_make_results_each_imports_what_it_needs() -> None:
    assert loaded_after("import pmdiag_build.results.run") & {"jinja2", "xlsxwriter"} == set()


def test_a_tabulation_with_a_ready_tool_imports_only_what_a_browser_has(tool: Tool, tmp_path: Path) -> None:
    freeze(tool, tmp_path / "tool")
    code = f"""
from pathlib import Path
from pmdiag_build.results.run import Request, tabulate_files
from pmdiag_build.returns.find_files import File
from tests.frozen_tool import thaw

returns = [
    ("typed.csv", b"reference,1.1,overall 1\\nR1,L,D\\n"),
    ("saved.json", b'{{"format": "pmdiag-response", "version": 1, "ratings": {{"1.1": "E"}}}}'),
]
tool = thaw(Path({str(tmp_path / "tool")!r}))
first = tabulate_files(returns, tool, Request())
assert first.round.accounts.counted == 2, first.round.problems
assert len(first.files) == 11
spring = File("responses.csv", first.files["keep/responses.csv"])
again = tabulate_files(returns, tool, Request(previous=(spring,)))
assert b"Beside earlier rounds" in again.files["share/report.html"]
"""

    assert loaded_after(code) & NOT_IN_A_BROWSER == set()


def test_the_desk_imports_only_what_a_browser_has(tool: Tool, tmp_path: Path) -> None:
    """All of it: with every reader, the invented round, an earlier one, and typed sheets."""
    freeze(tool, tmp_path / "tool")
    code = f"""
from pathlib import Path
from pmdiag_build.desk import Desk, answer, warm
from pmdiag_build.resources import LAYOUTS
from tests.frozen_tool import thaw

warm()
desk = Desk(thaw(Path({str(tmp_path / "tool")!r})), {{"1": {{"doing": ["Well."]}}}})
for file in desk.demo():
    desk.add(**file)
assert desk.state()["accounts"]["counted"] == 40
spring = desk.results()["files"]
zipped = desk.zipped(spring)
autumn = desk.results(previous=[{{"name": "spring.zip", "data": zipped}}])
assert b"Beside earlier rounds" in autumn["files"]["share/report.html"]
typed = {{"name": "a.xlsx", "data": desk.typed([{{"record_reference": "A"}}])}}
assert desk.compare(typed, typed)["same"]
assert desk.rows_of(**typed) == [{{"record_reference": "A"}}]
assert desk.entry_sheet("csv")
assert answer(desk, "results", {{"min_group": 0}})["wrong"]
"""

    assert loaded_after(code) & NOT_IN_A_BROWSER <= {"pikepdf"}


def test_one_module_of_returns_imports_the_pdf_library() -> None:
    """Where pikepdf can't run, another library takes its place there."""
    with_pikepdf = [file.name for file in modules_of("returns") if "import pikepdf" in file.read_text(encoding="utf-8")]

    assert ["pdf_library.py"] == with_pikepdf


def test_the_readers_know_neither_of_the_two_makers_of_the_pdf_library() -> None:
    either = re.compile(r"import (?:.*\b)?qpdf_objects|readers\.(?:qpdf_objects|pdf_syntax) import")
    importing = {file.name for file in modules_of("returns") if either.search(file.read_text(encoding="utf-8"))}

    assert {"pdf_library.py", "qpdf_objects.py"} == importing


def test_the_pdf_library_is_not_imported_until_a_pdf_is_read() -> None:
    code = "from pmdiag_build.returns.readers import readings\nlist(readings('a.json', b'[]'))"

    assert "pikepdf" not in loaded_after(code)
