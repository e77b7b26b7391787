"""A tool → the desk: a folder of plain files that does in a browser what `tabulate`, `entry-sheet` and `verify` do.

It is this same program. The page loads Python for the browser and an archive with our modules, the layouts of the
report and the tool as it is after loading and checking; what a person sees is made from `layouts/desk`. Everything
large was fetched and made ready at set-up (`layouts/vendor.py`), so a build only copies it.

A page that was opened from a disk can load scripts and a style sheet, and nothing else: so data are scripts, too.
"""

from __future__ import annotations

import base64
import gzip
import importlib.util
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import jinja2

from pmdiag_build.content.field_names import FOR_LAYOUTS
from pmdiag_build.content.model import Tool
from pmdiag_build.kept_tool import frozen
from pmdiag_build.load import read_comments
from pmdiag_build.output import hash_of
from pmdiag_build.output.manifest import HANDED_OVER
from pmdiag_build.problems import EnvironmentFailed, Fault, Problem, Severity
from pmdiag_build.publish import DESK_DATA, PACKAGE
from pmdiag_build.publish.site import STYLES, brand_style, manifest, read_layout
from pmdiag_build.rendering.templates import allowed, data_address, environment
from pmdiag_build.resources import LAYOUTS

FOLDER = "desk"
IN_ONE_FILE = "desk-in-one-file.html"

POLICY = (
    "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval'; worker-src blob:; style-src {styles}; "
    "font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)
"""No connection of any kind is allowed. Fonts and images are in the style sheet, the page and the report themselves."""

# An installed pmdiag has no program to fetch it with.
_FETCH = "Type python layouts/vendor.py --desk" if (LAYOUTS / "vendor.py").is_file() else "Install pmdiag again"
NOT_FETCHED = Fault("Python for the desk was not fetched, so there is no desk", _FETCH)
CHANGED = Fault("The file is not as it was fetched", _FETCH)

_MARK = "\0"
"""Where the one-file page holds its style and scripts: no text of ours can contain it."""

_FETCHED = ("python.js", "library.js", "qpdf.js")
_PAGE_SCRIPTS = (
    *("app.js", "keep.js"),
    *("returns.js", "returns-read.js", "returns-list.js", "returns-choose.js", "returns-kept.js"),
    "results.js",
    *("paper.js", "typing.js", "typing-keys.js", "typing-end.js", "typing-sheet.js"),
    *("compare-choices.js", "compare.js", "compare-settle.js"),
)
"""In this order one script: each adds to what those before it made."""

_ROOMS = ("content", "output", "rendering", "results", "returns")
_NOT_THERE = {"__main__.py", "cli.py", "load.py", "release.py"}
"""Of the modules beside the rooms, those that no page uses."""

_LIBRARIES = ("jinja2", "markupsafe", "xlsxwriter", "olefile")
_LAYOUTS = ("report", "macros")
_LAYOUT_FILES = (
    *("css/tokens.css", "css/report.css"),
    *(f"fonts/AtkinsonHyperlegibleNext-{face}.woff2" for face in ("Regular", "Italic", "Bold")),
)
_DATE = (1980, 1, 1, 0, 0, 0)
_FONT_ADDRESS = re.compile(r'url\("fonts/([\w-]+\.woff2)"\)')
_LICENCES = {
    "About the desk": "desk/licences/notices.txt",
    "pmdiag": "desk/licences/pmdiag.txt",
    "Pyodide (Python for the browser)": "desk/licences/MPL-2.0.txt",
    "Python": "desk/licences/Python.txt",
    "qpdf": "desk/licences/Apache-2.0.txt",
    "qpdf-wasm": "desk/licences/qpdf-wasm.txt",
    "Jinja": "desk/licences/Jinja.txt",
    "MarkupSafe": "desk/licences/MarkupSafe.txt",
    "XlsxWriter": "desk/licences/XlsxWriter.txt",
    "olefile": "desk/licences/olefile.txt",
    "govuk-frontend": "vendor/govuk-frontend.LICENSE.txt",
    "Atkinson Hyperlegible Next": "fonts/OFL.txt",
}


def missing() -> Problem | None:
    """Why no desk can be made here, or None."""
    return None if (DESK_DATA / "ready.json").is_file() else NOT_FETCHED.at("layouts/desk/vendor", Severity.NOTICE)


def desk_files(tool: Tool, env: jinja2.Environment) -> dict[str, bytes]:
    """The files of the folder `desk` by their names in the output folder, and the same as one single file.

    The page and its scripts are always ours: whoever opens them relies on what they do not do. `env` is that of all
    layouts, for the style.
    """
    fetched = {name: _ready(name) for name in _FETCHED}
    data = {**fetched, "pmdiag.js": put("pmdiag.zip.gz", _archive(tool)), "engine.js": _engine()}
    script, style = page_script(), _style(tool, env)
    files = {"index.html": index_page(tool, list(data)).encode(), "desk.css": style, "desk.js": script, **data}
    files[HANDED_OVER] = manifest(tool, files)
    whole = _in_one_file(tool, style, [script, *data.values()])
    return {**{f"{FOLDER}/{name}": content for name, content in files.items()}, IN_ONE_FILE: whole}


def _in_one_file(tool: Tool, style: bytes, scripts: Sequence[bytes]) -> bytes:
    """The page with its style and scripts in it. These are 11 MB: they are put in where the page has marks for them,
    because as text they would be copied six times."""
    policy = POLICY.format(scripts=" ".join(map(allowed, scripts)), styles=allowed(style))
    page = _page(tool, policy, (), {"style": _MARK, "scripts": [_MARK] * len(scripts)}).encode()
    first, *others = page.split(_MARK.encode())
    held = zip((style, *scripts), others, strict=True)
    return b"".join([first, *(part for pair in held for part in pair)])


def index_page(tool: Tool, data: Sequence[str]) -> str:
    """The page, which loads its style, its script and the files of `data`."""
    return _page(tool, POLICY.format(scripts="'self'", styles="'self'"), data, None)


def _page(tool: Tool, policy: str, data: Sequence[str], alone: Mapping[str, object] | None) -> str:
    return (
        environment()
        .get_template("desk/index.html")
        .render(
            tool=tool,
            names=FOR_LAYOUTS,
            logo=_logo(tool),
            licences=[(name, (LAYOUTS / file).read_text(encoding="utf-8")) for name, file in _LICENCES.items()],
            policy=policy,
            scripts=data,
            alone=alone,
        )
    )


def put(name: str, data: bytes) -> bytes:
    """The script that hands over `data` to the page, gzipped and as base64."""
    # Level 6 takes twice as long and saves one twentieth.
    packed = gzip.compress(data, 4, mtime=0)
    return f'desk.put("{name}", "{base64.b64encode(packed).decode()}");\n'.encode()


def _ready(name: str) -> bytes:
    """A file that was made ready at set-up. Raises EnvironmentFailed if it is not as it was then."""
    content = (DESK_DATA / name).read_bytes()
    recorded = json.loads((DESK_DATA / "ready.json").read_text(encoding="utf-8"))
    if recorded.get(name) != hash_of(content):
        raise EnvironmentFailed.one(f"layouts/desk/vendor/{name}", CHANGED)
    return content


def _engine() -> bytes:
    """The worker's script as a text that the page makes the worker of: a page from a disk can't load one."""
    fetched = [_ready(name) for name in ("pyodide-script.js", "qpdf-script.js")]
    parts = [*fetched, *((LAYOUTS / "desk" / name).read_bytes() for name in ("qpdf.js", "worker.js"))]
    text = _quoted(b"\n".join(parts).decode())
    return f'desk.put("engine.js", {text});\n'.encode()


def _quoted(text: str) -> str:
    # In a page that is one single file, the letters of a tag would end the script.
    return json.dumps(text).replace("<", "\\u003c")


def page_script() -> bytes:
    """What makes the page work; Python is in other scripts."""
    script = b"\n".join((LAYOUTS / "desk" / name).read_bytes() for name in _PAGE_SCRIPTS)
    assert b"</script" not in script
    return script


def _style(tool: Tool, env: jinja2.Environment) -> bytes:
    """One style sheet with its fonts in it: those of the site, and what only the desk has."""
    *screen, paper = STYLES
    texts = [read_layout(env, name).decode() for name in (*screen, "css/desk.css", paper)]

    def address(found: re.Match[str]) -> str:
        data = base64.b64encode(read_layout(env, f"fonts/{found[1]}")).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return "\n".join([*(_FONT_ADDRESS.sub(address, text) for text in texts), brand_style(tool)]).encode()


def _logo(tool: Tool) -> str:
    logo = tool.local.brand.logo if tool.local else ""
    return data_address(logo, tool.images[logo]) if logo else ""


# ---- the archive: our modules, the libraries that they need, the layouts of the report, and the tool


def _archive(tool: Tool) -> bytes:
    """A ZIP without compression: it is compressed as a whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in sorted({**dict(_modules()), **dict(_layouts(tool)), "desk.bin": _kept(tool)}.items()):
            archive.writestr(zipfile.ZipInfo(name, _DATE), content)
    return out.getvalue()


def _modules() -> Iterator[tuple[str, bytes]]:
    ours = [path for path in PACKAGE.glob("*.py") if path.name not in _NOT_THERE]
    ours += [path for room in _ROOMS for path in (PACKAGE / room).rglob("*.py")]
    for path in ours:
        yield f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}", path.read_bytes()
    for library in _LIBRARIES:
        found = importlib.util.find_spec(library)
        assert found is not None
        assert found.origin is not None
        folder = Path(found.origin).parent
        for path in folder.rglob("*.py"):
            yield f"{library}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def _layouts(tool: Tool) -> Iterator[tuple[str, bytes]]:
    """What the report is made with, and layouts of a local version's own."""
    rooms = (path for room in _LAYOUTS for path in (LAYOUTS / room).rglob("*.html"))
    for path in (*rooms, *(LAYOUTS / name for name in _LAYOUT_FILES)):
        yield f"{PACKAGE.name}/_data/layouts/{path.relative_to(LAYOUTS).as_posix()}", path.read_bytes()
    if tool.local is not None and tool.local.layouts is not None:
        for path in tool.local.layouts.rglob("*"):
            if path.suffix in (".html", ".css"):
                name = path.relative_to(tool.local.layouts).as_posix()
                yield f"local/{tool.local.id}/layouts/{name}", path.read_bytes()


def _kept(tool: Tool) -> bytes:
    """What the desk is made of in the browser: the tool, and what the people of the invented round write. Images other
    than the logo are for pages of the site, and paths are nobody's business."""
    local = replace(tool.local, layouts=None) if tool.local else None
    logo = local.brand.logo if local else ""
    slim = replace(tool, local=local, images={logo: tool.images[logo]} if logo else {})
    return frozen((slim, read_comments()))
