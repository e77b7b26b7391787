"""The files beside the pages: one style sheet, scripts, fonts, images, licences. Reads the layouts, knows no page."""

from __future__ import annotations

from pathlib import Path

import jinja2

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import EnvironmentFailed, Fault

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


def site_assets(tool: Tool, environment: jinja2.Environment) -> dict[str, bytes]:
    """Every asset by its path within the site; a local version's layouts come first, as for the pages."""
    files = {target: _read(environment, name) for target, name in _COPIES.items()}
    styles = [_read(environment, name) for name in STYLES]
    files["assets/site.css"] = b"\n".join([*styles, _brand(tool).encode()])
    files["assets/licences.txt"] = b"\n\n".join(
        f"{name}\n{'=' * len(name)}\n\n".encode() + _read(environment, file) for name, file in _LICENCES.items()
    )
    return files | {f"assets/images/{name}": data for name, data in tool.images.items()}


def _brand(tool: Tool) -> str:
    """A local version's colours as tokens. Its link colour was checked on light paper: the dark keeps ours."""
    colours = tool.local.brand.colours if tool.local else {}
    tokens = {key: f"--colour-{key.replace('_', '-')}: {colours[key]};" for key in sorted(colours)}
    link = tokens.pop("link", "")
    always = f":root {{ {' '.join(tokens.values())} }}\n" if tokens else ""
    return always + (f"@media print, (prefers-color-scheme: light) {{ :root {{ {link} }} }}\n" if link else "")


def _read(environment: jinja2.Environment, name: str) -> bytes:
    """Binary files stand where the environment looks for its layouts: the first folder that has one wins."""
    if not isinstance(environment.loader, jinja2.FileSystemLoader):
        raise TypeError("the environment of the layouts reads them from folders")
    for folder in environment.loader.searchpath:
        path = Path(folder) / name
        if path.is_file():
            return path.read_bytes()
    raise EnvironmentFailed.one(
        f"layouts/{name}", Fault("The file is missing", "Install pmdiag again, or run make vendor")
    )
