"""What styles and images refer to: nothing outside our own folders may stand there, for it would be fetched.

Reads text only. The renderer refuses to fetch anyway; here the place is named, so that it can be fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.output.manifest import walk
from pmdiag_build.problems import Fault, Location, Problems

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.I)
_SVG_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SVG_REFERENCE = re.compile(r"""\s(?:xlink:)?(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.I)
_SVG_ACTIVE = re.compile(r"<(?:!DOCTYPE|!ENTITY|\?xml-stylesheet|script|foreignObject|iframe)\b|\son[a-z]+\s*=", re.I)
_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.I)
_MEND = "Put the file itself into the folder and refer to it by its name; nothing is ever fetched"
_LONGEST_SHOWN = 60


def check_references(tool: Tool, layouts: Sequence[Path], problems: Problems) -> None:
    """Adds a problem for every reference of a style sheet or SVG, of layouts or content, that leaves our folders."""
    for folder in layouts:
        for name, entry in walk(folder):
            if name.endswith((".css", ".svg")) and "node_modules/" not in name and entry.is_file():
                text = Path(entry.path).read_text("utf-8", "replace")
                _check(f"layouts/{name}", text, problems)
    own = {change.ours: change.file for change in tool.local.changes if change.what == "image"} if tool.local else {}
    for name, raw in tool.images.items():
        if name.lower().endswith(".svg"):
            _check(own.get(name, f"images/{name}"), raw.decode("utf-8", "replace"), problems)


def _check(file: str, text: str, problems: Problems) -> None:
    if file.endswith(".css"):
        found = _css_references(text)
    else:
        found = _svg_references(text)
        for active in _SVG_ACTIVE.finditer(_blank(_SVG_COMMENT, text)):
            what = f"The image holds something that could act or fetch: {active.group().strip()}"
            problems.add(_place(file, text, active.start()), Fault(what, "Save it again as a plain SVG"))
    for at, target in found:
        if _leaves(target):
            shown = target[:_LONGEST_SHOWN]
            problems.add(_place(file, text, at), Fault(f"It refers to “{shown}”, which is outside", _MEND))


def _css_references(text: str) -> Iterator[tuple[int, str]]:
    for match in _CSS_URL.finditer(_blank(_CSS_COMMENT, text)):
        yield match.start(), next(group for group in match.groups() if group is not None)


def _svg_references(text: str) -> Iterator[tuple[int, str]]:
    plain = _blank(_SVG_COMMENT, text)
    for match in _SVG_REFERENCE.finditer(plain):
        yield match.start() + 1, next(group for group in match.groups() if group is not None)
    yield from _css_references(plain)


def _leaves(target: str) -> bool:
    """Whether an address is anything but a plain relative path, a fragment or data in itself."""
    plain = re.sub(r"[\x00-\x20]", "", _ESCAPE.sub(lambda m: chr(min(int(m[1], 16), 0xFFFD)), target)).lower()
    if plain.startswith("data:"):
        # An SVG inside an address could refer to more again, and nobody would see it.
        return plain.startswith("data:image/svg") and ("href" in plain or "url(" in plain or ";base64" in plain)
    plain = plain.replace("\\", "/")
    return plain.startswith("/") or re.match(r"[a-z][a-z0-9+.-]*:", plain) is not None


def _blank(pattern: re.Pattern[str], text: str) -> str:
    """The text with comments blanked out, lines kept, so that places stay right."""
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)


def _place(file: str, text: str, at: int) -> Location:
    return Location(file, text.count("\n", 0, at) + 1)
