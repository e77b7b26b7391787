"""The files of the site: addresses of pages, where links lead, and the assets."""

from __future__ import annotations

from pathlib import Path

import jinja2

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import EnvironmentFailed, Fault
from pmdiag_build.rendering.markdown import Link, Resolve

_OUTSIDE = ("http://", "https://", "mailto:", "tel:")
STYLES = (
    "vendor/govuk-frontend.css",
    "css/tokens.css",
    "css/site.css",
    "css/site-tables.css",
    "css/site-answers.css",
    "css/site-print.css",
)
"""Read as one style sheet, in this order: tokens override the library, ours override both."""

_COPIES = {
    "assets/icon.svg": "site/icon.svg",
    "assets/minisearch.js": "vendor/minisearch.js",
    "assets/search.js": "script/search.js",
    "assets/answers.js": "script/answers.js",
    **{
        f"assets/fonts/AtkinsonHyperlegibleNext-{weight}.woff2": f"fonts/AtkinsonHyperlegibleNext-{weight}.woff2"
        for weight in ("Regular", "Italic", "Bold")
    },
}
_LICENCES = {
    "Atkinson Hyperlegible Next": "fonts/OFL.txt",
    "govuk-frontend": "vendor/govuk-frontend.LICENSE.txt",
    "minisearch": "vendor/minisearch.LICENSE.txt",
}


def address(page: str) -> str:
    """The file of a page, which is also its address from any other page: the site is flat. `index` is the home page."""
    return f"{page}.html"


def statement_anchor(id: str) -> str:
    """The id of a statement on the page of its feature: `1.10` → `s-1-10`."""
    return f"s-{id.replace('.', '-')}"


def pages_by_layout(tool: Tool) -> dict[str, str]:
    """Layout → id of the first page with that layout, for links to the table, the downloads …"""
    found: dict[str, str] = {}
    for page in tool.pages.values():
        found.setdefault(page.layout, page.id)
    return found


def link_resolver(tool: Tool) -> Resolve:
    """Resolves `page:ID#anchor`, `pack:ID`, `#anchor` and images of the content.

    A link to a pack leads to its entry in the list of downloads, which says how large it is. A link to something that
    this tool does not have becomes plain text. Links to other sites stay.
    """
    downloads = pages_by_layout(tool).get("downloads", "")

    def resolve(target: str, words: str) -> Link | None:
        kind, _, rest = target.partition(":")
        if kind == "page":
            page, mark, anchor = rest.partition("#")
            return Link(address(page) + mark + anchor) if page in tool.pages else None
        if kind == "pack":
            known = downloads and any(pack.id == rest for pack in tool.packs)
            return Link(f"{address(downloads)}#{rest}") if known else None
        if target in tool.images:
            return Link(f"assets/images/{target}")
        if target.startswith(_OUTSIDE):
            return Link(target, {"rel": "noreferrer"})
        return Link(target) if target.startswith("#") else None

    return resolve


def site_assets(tool: Tool, environment: jinja2.Environment) -> dict[str, bytes]:
    """Every asset by its path within the site. A local version's files come first, as for layouts."""
    files = {target: _read(environment, name) for target, name in _COPIES.items()}
    styles = [_read(environment, name) for name in STYLES]
    files["assets/site.css"] = b"\n".join([*styles, _brand(tool).encode()])
    files["assets/licences.txt"] = b"\n\n".join(
        f"{name}\n{'=' * len(name)}\n\n".encode() + _read(environment, file) for name, file in _LICENCES.items()
    )
    return files | {f"assets/images/{name}": data for name, data in tool.images.items()}


def _brand(tool: Tool) -> str:
    """A local version's colours as tokens. Its link colour was checked on light paper, so dark screens keep ours."""
    colours = tool.local.brand.colours if tool.local else {}
    tokens = {key: f"--colour-{key.replace('_', '-')}: {colours[key]};" for key in sorted(colours)}
    link = tokens.pop("link", "")
    always = f":root {{ {' '.join(tokens.values())} }}\n" if tokens else ""
    return always + (f"@media print, (prefers-color-scheme: light) {{ :root {{ {link} }} }}\n" if link else "")


def _read(environment: jinja2.Environment, name: str) -> bytes:
    """Read a file from the folders of the layouts; the first folder that has it wins."""
    if not isinstance(environment.loader, jinja2.FileSystemLoader):
        raise TypeError("the environment of the layouts reads them from folders")
    for folder in environment.loader.searchpath:
        path = Path(folder) / name
        if path.is_file():
            return path.read_bytes()
    what = "The file is missing"
    raise EnvironmentFailed.one(f"layouts/{name}", Fault(what, "Install pmdiag again, or run make vendor"))
