"""The site: addresses of its pages, the assets, where links lead, and whether they and all references work.

`pages` makes its pages, `search` its search index.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import jinja2

from pmdiag_build import __version__
from pmdiag_build.content.field_names import PackId
from pmdiag_build.content.fields import entry_sheet_id
from pmdiag_build.content.files import check_svg, leaves
from pmdiag_build.content.model import Tool
from pmdiag_build.output import hash_of
from pmdiag_build.output.manifest import HandedOver, walk
from pmdiag_build.problems import EnvironmentFailed, Fault, Location, Problems, Severity, did_you_mean
from pmdiag_build.rendering.layout_checks import check_page, check_style, made_by
from pmdiag_build.rendering.markdown import Link, Resolve
from pmdiag_build.rendering.page import Elements, Page
from pmdiag_build.rendering.templates import layout_name

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
"""The content security policy in the meta element of every page. The preview, which reloads pages, replaces it."""


_OUTSIDE = ("http://", "https://", "mailto:", "tel:")
_NUMBERED = re.compile(r"[^\W\d]+ \d+")
STYLES = (
    "vendor/govuk-frontend.css",
    "css/tokens.css",
    "css/site.css",
    "css/site-tables.css",
    "css/site-answers.css",
    "css/site-print.css",
)
"""Read as one style sheet, in this order: tokens override the library, ours override both."""

ANSWERS_SCRIPTS = tuple(
    f"script/answers/{name}.js"
    for name in ("controls", "errors", "record", "draft", "check", "links", "steps", "start")
)
"""Read as one script, in this order: each adds to `answers`, and what it declares is its own."""

SEARCH_INDEX = "search-index.js"
NOT_FOUND = "404.html"
_COPIES = {
    "icon.svg": "site/icon.svg",
    "minisearch.js": "vendor/minisearch.js",
    "paper.js": "script/paper.js",
    "search.js": "script/search.js",
    **{
        f"fonts/AtkinsonHyperlegibleNext-{weight}.woff2": f"fonts/AtkinsonHyperlegibleNext-{weight}.woff2"
        for weight in ("Regular", "Italic", "Bold")
    },
}
_IN_A_STYLE = re.compile(r"""(["'(]\s*)(?:\./)?((?:fonts|images)/[^"'()?#]+?)(?=\s*["')?#])""")
"""How a style sheet names an asset: what comes before, and the name, which a fragment may follow."""
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
            if page not in tool.pages:
                return None
            # “page 7” of the source says nothing to those who hear the links of a page one after the other.
            named = {"aria-label": f"{words}: {tool.pages[page].title}"} if _NUMBERED.fullmatch(words) else {}
            return Link(address(page) + mark + anchor, named)
        if kind == "pack":
            known = downloads and any(pack.id == rest for pack in tool.packs)
            return Link(f"{address(downloads)}#{rest}") if known else None
        if target in tool.images:
            return Link(asset_address(f"images/{target}", tool.images[target]))
        if target.startswith(_OUTSIDE):
            return Link(target, {"rel": "noreferrer"})
        return Link(target) if target.startswith("#") else None

    return resolve


@dataclass(frozen=True, slots=True)
class Assets:
    """What pages load. `files`: content by path within the site; `addresses`: those paths by the names that layouts
    use, such as `site.css`."""

    files: Mapping[str, bytes]
    addresses: Mapping[str, str]

    def address(self, name: str) -> str:
        """Where an asset is. Raises LookupError, which names the place in the layout."""
        if name not in self.addresses:
            raise LookupError(f"there is no asset “{name}”. {did_you_mean(name, self.addresses)}")
        return self.addresses[name]


def asset_address(name: str, content: bytes) -> str:
    """`site.css` → `assets/site.3f2a9c41aa07.css`: what has other content has another name, so that a page never gets a
    file that a browser or a proxy kept of an earlier site."""
    stem, _, ending = name.rpartition(".")
    return f"assets/{stem}.{hash_of(content)[:12]}.{ending}"


def site_assets(tool: Tool, environment: jinja2.Environment, search_index: bytes) -> Assets:
    """Every asset. A local version's files come first, as for layouts."""
    named = {name: read_layout(environment, file) for name, file in _COPIES.items()}
    named |= {f"images/{name}": data for name, data in tool.images.items()}
    beside = {name: asset_address(name, content).removeprefix("assets/") for name, content in named.items()}
    style = "\n".join([*(read_layout(environment, name).decode() for name in STYLES), brand_style(tool)])

    def by_address(found: re.Match[str]) -> str:
        return found[1] + beside[found[2]] if found[2] in beside else found[0]

    named["site.css"] = _IN_A_STYLE.sub(by_address, style).encode()
    named["answers.js"] = joined(read_layout(environment, name) for name in ANSWERS_SCRIPTS)
    named[SEARCH_INDEX] = search_index
    named["licences.txt"] = b"\n\n".join(
        f"{name}\n{'=' * len(name)}\n\n".encode() + read_layout(environment, file) for name, file in _LICENCES.items()
    )
    addresses = {name: asset_address(name, content) for name, content in named.items()}
    return Assets({addresses[name]: content for name, content in named.items()}, addresses)


def joined(scripts: Iterable[bytes]) -> bytes:
    """One strict script of several, each in a block of its own."""
    return b'"use strict";\n' + b"".join(b"{\n" + script + b"}\n" for script in scripts)


def manifest(tool: Tool, files: Mapping[str, bytes]) -> bytes:
    """The list of a folder that is handed over, from its other files by path."""
    wording = PackId.parse(entry_sheet_id(tool))
    assert wording is not None
    digests = {path: hash_of(content) for path, content in files.items()}
    return HandedOver(__version__, tool.edition, wording.fingerprint, digests).dump()


def brand_style(tool: Tool) -> str:
    """A local version's colours as tokens. Its link colour was checked on light paper, so dark screens keep ours."""
    colours = tool.local.brand.colours if tool.local else {}
    tokens = {key: f"--colour-{key.replace('_', '-')}: {colours[key]};" for key in sorted(colours)}
    link = tokens.pop("link", "")
    always = f":root {{ {' '.join(tokens.values())} }}\n" if tokens else ""
    return always + (f"@media print, (prefers-color-scheme: light) {{ :root {{ {link} }} }}\n" if link else "")


def read_layout(environment: jinja2.Environment, name: str) -> bytes:
    """Read a file from the folders of the layouts; the first folder that has it wins."""
    if not isinstance(environment.loader, jinja2.FileSystemLoader):
        raise TypeError("the environment of the layouts reads them from folders")
    for folder in environment.loader.searchpath:
        path = Path(folder) / name
        if path.is_file():
            return path.read_bytes()
    what = "The file is missing"
    raise EnvironmentFailed.one(f"layouts/{name}", Fault(what, "Install pmdiag again, or run make vendor"))


# ---- Checks that links of a finished site work, and that no page, style sheet or image loads anything from elsewhere.
#
# The loader checks links in content and the renderer refuses to download; these checks see what layouts made of it, and
# name the place.

_HEADING = re.compile(r"\s{0,3}#")
_ELSEWHERE = re.compile(r"(?:https?|mailto|tel|data):", re.I)
_REFERENCES = ("href", "src", "xlink:href")
# What a browser loads by itself. A reader may choose to follow other links.
_LOADED = frozenset({"link", "script", "img", "source", "iframe", "object", "embed", "use", "image"})
_LARGEST = 1_000_000


def check_links(tool: Tool, files: Mapping[str, bytes], problems: Problems) -> None:
    """Add a notice for each broken link, and an error for anything loaded from elsewhere and for each id used twice.

    `files` are the site's files by path, including its packs, whose content does not matter.
    """
    # The page for what is not found gets its links from its script, and was looked through when it was made.
    read = {path: _elements(raw) for path, raw in files.items() if path.endswith(".html") and path != NOT_FOUND}
    named = {path: [said["id"] for _, said in elements if "id" in said] for path, elements in read.items()}
    pages = {path: set(ids) for path, ids in named.items()}
    for path, ids in named.items():
        if len(ids) > len(pages[path]):
            _check_twice(tool, path, ids, problems)
    if tool.local is not None and tool.local.layouts is not None:
        active = Problems()
        for path, elements in read.items():
            page = tool.pages[path.removesuffix(".html")]
            place = made_by(tool.local.layouts, f"site/{page.layout}.html", "site/base.html")
            check_page(files[path].decode(), elements, POLICY, place, active)
        problems.extend(dict.fromkeys(active))
    for path, elements in read.items():
        for element, target in sorted(_targets(elements)):
            if _ELSEWHERE.match(target) or target.startswith("//"):
                if element in _LOADED and not target.startswith("data:"):
                    what = f"The page would load “{target}” from elsewhere"
                    problems.add(_page_place(tool, path), Fault(what, "Put the file into the layouts"))
                continue
            _check_one(path, target, pages, files, _page_place(tool, path), problems)


@functools.lru_cache(maxsize=128)
def _elements(raw: bytes) -> Elements:
    # Cached, because a build and each edit in a preview check the same pages again: 50 ms for all of them.
    return Page.of(raw.decode()).elements


def _check_twice(tool: Tool, path: str, ids: list[str], problems: Problems) -> None:
    """Add an error for each id that a page uses twice: a link would lead to the first place only."""
    page = tool.pages.get(path.removesuffix(".html"))
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        lines = enumerate(page.body.split("\n"), page.start_line) if page else ()
        line = next((number for number, text in lines if _HEADING.match(text) and _plain(text) == id), 0)
        what = f"Two places on this page have the id “{id}”, so links lead to the first only"
        problems.add(replace(_page_place(tool, path), line=line), Fault(what, "Give the heading other words"))


def _targets(elements: Elements) -> set[tuple[str, str]]:
    """(element, address) for all that a page links to or loads."""
    return {(element, said[name]) for element, said in elements for name in _REFERENCES if name in said}


def _plain(heading: str) -> str:
    """The id that the renderer makes of a heading, except for rare characters."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _check_one(
    page: str,
    target: str,
    pages: Mapping[str, set[str]],
    files: Mapping[str, bytes],
    place: Location,
    problems: Problems,
) -> None:
    file, _, anchor = target.partition("#")
    file = file.partition("?")[0] or page
    if file not in files:
        what = f"A link leads to “{file}”, which does not exist"
        problems.add(place, Fault(what, did_you_mean(file, files)), Severity.NOTICE)
    elif anchor and file in pages and anchor not in pages[file]:
        what = f"A link leads to “{file}#{anchor}”, but that page has no such place"
        problems.add(place, Fault(what, did_you_mean(anchor, sorted(pages[file]))), Severity.NOTICE)


def _page_place(tool: Tool, path: str) -> Location:
    page = tool.pages.get(path.removesuffix(".html"))
    return Location(page.file if page is not None else path)


def check_references(layouts: Sequence[Path], problems: Problems) -> None:
    """Add a problem for every reference in a style sheet or SVG of the layouts that leaves our folders."""
    for folder in layouts:
        for name, entry in walk(folder):
            path = Path(entry.path)
            if "node_modules/" in name or not name.endswith((".css", ".svg")) or not entry.is_file():
                continue
            # What leads outside or is too large is named by the checks of local versions.
            if leaves(path, folder) or entry.stat().st_size > _LARGEST:
                continue
            if name.endswith(".css"):
                check_style(layout_name(folder, name), path.read_text("utf-8", "replace"), problems)
            else:
                check_svg(layout_name(folder, name), path.read_bytes(), problems)
