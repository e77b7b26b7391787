"""A finished build → one ZIP to hand on: site, packs, desk, an empty entry sheet, and a page that says where to begin.

It is for people who will never open a terminal, so its first file is a page to double-click. The same build gives the
same bytes, so a checksum can be published.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from pmdiag_build import __version__
from pmdiag_build.content.checks import ANSWERS_PACK
from pmdiag_build.content.model import Tool
from pmdiag_build.output import Manifest, OutputFolder, hash_of
from pmdiag_build.problems import Problems
from pmdiag_build.publish import Inputs
from pmdiag_build.publish.build import MADE_BY, Outcome, Progress, build, load
from pmdiag_build.rendering.templates import environment, inline, layouts_named, style_sheets

FIRST = "READ ME FIRST.html"
SUMS = "SHA256SUMS"
ENTRY_SHEET = "empty-entry-sheet.xlsx"

_PARTS = ("desk/", "packs/", "site/")
_DATE = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a ZIP can have: the day of a release is in its changelog, and the bytes stay the same."""
_READABLE = 0o644 << 16
_PACKED_ALREADY = (".pdf", ".xlsx", ".woff2", ".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True, slots=True)
class Release:
    """A release as bytes, the name that its ZIP should have, and what became of the build that it is made of."""

    name: str
    content: bytes
    files: int
    build: Outcome

    @property
    def sha256(self) -> str:
        """The checksum of the ZIP in hexadecimal digits."""
        return hash_of(self.content)


def release(inputs: Inputs, built: Path, progress: Progress) -> Release:
    """The release of what these inputs describe; the folder `built` is brought up to date first.

    Raises what `build` raises; then no release is made.
    """
    outcome = build(inputs, built, progress)
    tool = load(inputs, Problems())
    folder = OutputFolder(built, MADE_BY)
    with folder.alone(progress.waiting), layouts_named(inputs.layouts):
        manifest = folder.examine()
        assert manifest is not None, "it has just been built"
        files = dict(_files(folder, manifest, tool, environment(inputs.layouts)))
    name = _name(tool)
    return Release(f"{name}.zip", _zipped(name, files), len(files), outcome)


def _name(tool: Tool) -> str:
    return "-".join(filter(None, ("pmdiag", __version__, tool.local.id if tool.local else "")))


def _files(
    folder: OutputFolder, manifest: Manifest, tool: Tool, layouts: jinja2.Environment
) -> Iterator[tuple[str, bytes]]:
    from pmdiag_build.returns.entry_sheet import entry_workbook

    yield FIRST, first_page(tool, layouts)
    for path in sorted(manifest.files):
        if path.startswith(_PARTS):
            yield path, folder.read(path)
    yield ENTRY_SHEET, entry_workbook(tool)


def first_page(tool: Tool, layouts: jinja2.Environment) -> bytes:
    """The page that says where to begin."""
    style, policy = inline("".join(style_sheets(layouts, ("css/tokens.css", "css/release.css"))))
    page = layouts.get_template("release/read-me-first.html").render(
        tool=tool,
        words=tool.words["release"],
        version=__version__,
        first_pack=f"{ANSWERS_PACK}.pdf",
        entry_sheet=ENTRY_SHEET,
        sums=SUMS,
        style=style,
        policy=policy,
    )
    return page.encode()


def _zipped(name: str, files: Mapping[str, bytes]) -> bytes:
    """A ZIP with one folder, `name`, and in it the files and their checksums, as `sha256sum --check` reads them."""
    sums = "".join(f"{hash_of(content)}  {path}\n" for path, content in sorted(files.items()))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in {**files, SUMS: sums.encode()}.items():
            entry = zipfile.ZipInfo(f"{name}/{path}", _DATE)
            entry.external_attr = _READABLE
            entry.compress_type = zipfile.ZIP_STORED if path.endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return made.getvalue()
