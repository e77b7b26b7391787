"""HTML → PDF: packs with nothing but what we ship, the report with the machine's fonts; no address is ever fetched."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pmdiag_build.problems import ContentWrong, EnvironmentFailed, Fault, Location, Problem, Problems
from pmdiag_build.rendering.glyphs import check_glyphs
from pmdiag_build.rendering.page import Page
from pmdiag_build.resources import LAYOUTS

FONTS = LAYOUTS / "fonts"
_NO_FONTS = LAYOUTS / "pack" / "no-fonts.conf"
"""A configuration of fontconfig without any font: a machine's fonts and settings can't reach a pack."""

_HARFBUZZ = (4, 1, 0)
"""The first version that WeasyPrint can use: with an older one, and with none, it makes fonts of other bytes."""

_DATA = re.compile(r"""['"]?data:[^\s'"]*['"]?""")


def html_to_pdf(html: str, *, identifier: bytes, name: str, folders: Sequence[Path] = (), forms: bool = True) -> bytes:
    """One PDF/UA-1 document; addresses in it are relative to the layouts. Equal input gives equal bytes.

    Raises ContentWrong with every missing letter, refused address and unreadable picture; EnvironmentFailed where
    WeasyPrint or the libraries that it needs are missing.
    """
    problems = Problems()
    check_glyphs(html, FONTS, name, problems)
    if "@font-face" not in html:
        # Without any font Pango does not complain, it ends the process.
        what = "Its style sheet names no font"
        problems.add(Location(name), Fault(what, "Keep the @font-face rules of css/pack.css in your own"))
    if problems.errors:
        raise ContentWrong(problems)
    with _machine_fonts_hidden(), warnings.catch_warnings():
        # A picture of more points than a printer has use for: refused like any that can't be loaded.
        warnings.filterwarnings("error", message="Image size")
        try:
            # Not compressed here: the form pass writes the file anew, and would have to undo it.
            pdf, messages = _write(
                html,
                (LAYOUTS, *folders),
                lambda fault: problems.add(Location(name), fault),
                pdf_forms=forms,
                pdf_identifier=identifier,
                uncompressed_pdf=True,
            )
        except AssertionError as error:
            # WeasyPrint gives up like this where what must stay together is taller than a page.
            what = "Something in it is too tall for a page"
            raise ContentWrong.one(name, Fault(what, "Shorten the longest text, or divide it")) from error
    if not problems.errors:
        fix = "Mend or remove what it names"
        problems.extend(Problem(Location(name), Fault(_without_data(message, html), fix)) for message in messages)
    if problems.errors:
        raise ContentWrong(problems)
    return pdf


def report_to_pdf(html: str) -> bytes:
    """The PDF/UA-1 of a report's page, which holds all that it needs; equal input gives equal bytes on one machine.

    Comments may hold any script, so the machine's fonts help out where ours end, and what can't be drawn is left out.
    Raises EnvironmentFailed where WeasyPrint or the libraries that it needs are missing.
    """
    identifier = hashlib.sha256(html.encode("utf-8", "backslashreplace")).digest()[:16]
    pdf, _ = _write(html, (), lambda _: None, pdf_identifier=identifier)
    return pdf


def _write(
    html: str, folders: Sequence[Path], refused: Callable[[Fault], None], **options: object
) -> tuple[bytes, list[str]]:
    """The PDF, and what WeasyPrint complained about; `refused` is told of each address that was not read."""
    weasyprint = _weasyprint()
    fetcher = _only_ours(weasyprint.urls, folders, refused)
    with _messages() as messages:
        page = weasyprint.HTML(string=html, base_url=f"{LAYOUTS}{os.sep}", url_fetcher=fetcher)
        return page.write_pdf(pdf_variant="pdf/ua-1", **options), messages


def prepare() -> None:
    """Import WeasyPrint in the surroundings in which it renders: for a process that others are forked from."""
    with _machine_fonts_hidden():
        _weasyprint()


def _weasyprint() -> Any:
    try:
        # What it prints about missing libraries is for programmers; the error says the same in one line.
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            # It looks at the fonts while it is imported, and misses those that are hidden from it.
            warnings.simplefilter("ignore")
            import weasyprint
            from weasyprint.text import ffi
    except (ImportError, OSError) as error:
        raise EnvironmentFailed.one(
            "WeasyPrint", Fault(f"It can't be loaded: {error}", "Install Pango; README says how")
        ) from error
    if ffi.harfbuzz_subset is None or not ffi.harfbuzz.hb_version_atleast(*_HARFBUZZ):
        version = ".".join(map(str, _HARFBUZZ))
        what = f"It finds no HarfBuzz-Subset of version {version} or later, which makes a pack's fonts small"
        raise EnvironmentFailed.one("WeasyPrint", Fault(what, "Install it beside Pango; README says how"))
    return weasyprint


def _only_ours(urls: Any, folders: Sequence[Path], refused: Callable[[Fault], None]) -> Any:
    """A fetcher that reads files in `folders` and what stands in the page itself, and refuses all else."""
    allowed = [folder.resolve() for folder in folders]

    class OnlyOurs(urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            parts = urlsplit(url)
            if parts.scheme == "data":
                return super().fetch(url)
            path = Path(urllib.request.url2pathname(parts.path)).resolve()
            if parts.scheme != "file" or parts.netloc or not any(path.is_relative_to(f) for f in allowed):
                refused(Fault(f"“{url[:80]}” is not fetched", "Put the file into the folder images and name it"))
            elif not path.is_file():
                refused(Fault(f"The file “{path.name}” is missing", "Put it back"))
            else:
                return urls.URLFetcherResponse(url, path.read_bytes())
            raise ValueError(url)

    return OnlyOurs()


def _without_data(message: str, html: str) -> str:
    """A picture in the page itself, which may be megabytes of letters, by the text that stands for it."""

    def named(match: re.Match[str]) -> str:
        address = match[0].strip("'\"")
        text = next((said.get("alt", "") for _, said in Page.of(html).elements if said.get("src") == address), "")
        return f"the picture “{text}”" if text else "a picture"

    return _DATA.sub(named, message).rstrip(": ")


@contextmanager
def _machine_fonts_hidden() -> Iterator[None]:
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(_NO_FONTS)
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def _messages() -> Iterator[list[str]]:
    """What WeasyPrint complains about, kept off the terminal: it says nothing unless something is left out."""
    found: list[str] = []
    # fontTools speaks of fonts of the machine, which are not ours to mend.
    with _heard("weasyprint", _Keeper(found)), _heard("fontTools", logging.NullHandler()):
        yield found


@contextmanager
def _heard(name: str, handler: logging.Handler) -> Iterator[None]:
    """All that a library logs goes to `handler`, and nowhere else."""
    logger = logging.getLogger(name)
    before = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield
    finally:
        logger.handlers, logger.propagate = before


class _Keeper(logging.Handler):
    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        # The reason stands behind an error without words. Only our own filter's is fit to be read.
        error = record.args[-1] if isinstance(record.args, tuple) and record.args else None
        reason = error.__cause__ if isinstance(error, Exception) else None
        self._found.append(f"{message}{reason}" if isinstance(reason, Warning) else message)
