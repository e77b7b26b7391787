"""The output as it is handed over: nothing of the machine that made it, nothing unfinished, nothing from elsewhere."""

from __future__ import annotations

import base64
import getpass
import gzip
import html
import io
import re
import socket
import zipfile
from pathlib import Path

import pikepdf
import pytest

from pmdiag_build.resources import CONTENT, LAYOUTS
from tests.conftest import Built
from tests.project import Project

pytestmark = pytest.mark.slow

_KINDS = {".html", ".css", ".js", ".svg", ".txt", ".woff2", ".pdf", ".png", ".jpg", ".jpeg", ".webp", ".config"}
_PROGRAMS = {"engine.js", "pmdiag.js", "desk-in-one-file.html"}
_LOADED = re.compile(
    r"""<(?!a\s)[a-z]+\s[^>]*?\b(?:href|src|srcset|action|formaction|poster|data|ping)\s*=\s*["']?\s*(?:[a-z]+:)?//""",
    re.I,
)


def text_of(path: Path) -> str:
    """Everything in a file that could be read, also inside a PDF's compressed streams."""
    raw = path.read_bytes()
    if path.name == "pmdiag.js":
        with zipfile.ZipFile(io.BytesIO(gzip.decompress(base64.b64decode(raw.split(b'"')[3])))) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if path.suffix != ".pdf":
        return html.unescape(raw.decode("utf-8", "replace"))
    parts: list[bytes] = []
    with pikepdf.open(path) as document:
        for thing in document.objects:
            parts.append(repr(thing).encode("utf-8", "replace"))
            if isinstance(thing, pikepdf.Stream):
                parts.append(thing.read_bytes() if _decodes(thing) else thing.read_raw_bytes())
    return b"\n".join(parts).decode("utf-8", "replace")


def _decodes(stream: pikepdf.Stream) -> bool:
    return stream.get("/Filter") in (None, pikepdf.Name.FlateDecode)


def outputs(built: Built) -> list[Path]:
    return sorted(path for path in built.out.rglob("*") if path.is_file())


def test_the_output_is_site_packs_desk_and_a_manifest(built: Built) -> None:
    assert sorted(path.name for path in built.out.iterdir()) == [
        ".pmdiag.json",
        "desk",
        "desk-in-one-file.html",
        "packs",
        "site",
    ]
    assert {path.suffix for path in outputs(built)} <= _KINDS | {".json"}
    assert not [path.name for path in built.site.rglob(".*")]


def test_nothing_in_the_output_names_the_machine_that_made_it(built: Built) -> None:
    # A name of one or two letters, or the name of every machine, stands in any text.
    names = {str(CONTENT.parent), str(Path.home()), str(built.out), socket.gethostname(), getpass.getuser()}
    names = {name for name in names if len(name) > 4 and name != "localhost"}
    others = {"/tmp/", "/home/", "/Users/", "file://", "\\Users\\", "site-packages"}  # noqa: S108 - looked for, not used

    named = [
        (path.name, name)
        for path in outputs(built)
        for text in [text_of(path)]
        # Programs may speak of folders, as Python for the browser does.
        for name in (names if path.name in _PROGRAMS else names | others)
        if name in text
    ]

    assert named == []


def test_nothing_in_the_output_says_when_it_was_made(built: Built) -> None:
    for path in outputs(built):
        if path.suffix == ".pdf":
            with pikepdf.open(path) as document:
                assert not {"/CreationDate", "/ModDate"} & set(document.docinfo.keys()), path.name
        assert "xmp:CreateDate" not in text_of(path), path.name


def test_only_what_the_content_names_is_handed_over(small_project: Project) -> None:
    # Drafts and returns that lie about in the folders of the content.
    for name in ("draft.txt", "guide/.draft.md", "guide/old.md~", "packs/.old.yaml", "returns/a.pdf"):
        stray = small_project.content / name
        stray.parent.mkdir(exist_ok=True)
        stray.write_text("SECRET DRAFT", encoding="utf-8")

    outcome = small_project.pmdiag("build", "--only", "site")

    assert outcome.code == 0, outcome.stderr
    assert not [p for p in small_project.out.rglob("*") if p.is_file() and b"SECRET" in p.read_bytes()]


def test_no_page_loads_anything_from_elsewhere(built: Built) -> None:
    pages = sorted(built.site.glob("*.html"))

    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert _LOADED.findall(text) == [], page.name
        policy = html.unescape(text.partition('http-equiv="Content-Security-Policy" content="')[2].partition('"')[0])
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["default-src"] == "'none'", page.name
        said = {word for rule in rules.values() for word in rule.split()}
        # What a server shows at any address has its style and its script in it, and these alone.
        own = {word for word in said if word.startswith("'sha256-")} if page.name == "404.html" else set()
        assert said - own <= {"'none'", "'self'", "data:"}, page.name


def test_no_style_or_script_refers_elsewhere(built: Built) -> None:
    for path in sorted(built.site.rglob("*.css")):
        assert re.findall(r"url\(\s*['\"]?\s*(?:[a-z]+:)?//|@import", path.read_text(encoding="utf-8"), re.I) == []
    for path in sorted(built.site.rglob("*.js")):
        if not path.name.startswith(
            "minisearch."
        ):  # a library with methods of its own named fetch; the policy forbids the rest
            calls = re.findall(r"fetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource|import\(", path.read_text())
            assert calls == [], path.name


def test_what_only_the_preview_needs_is_not_handed_over(built: Built) -> None:
    ours = [path.name for path in (LAYOUTS / "serve").iterdir()]

    assert ours
    assert not [path.name for path in outputs(built) if path.name in ours or ".pmdiag/" in text_of(path)]
