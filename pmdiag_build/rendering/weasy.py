"""HTML → PDF with nothing but what we ship: no font of the machine, no address, no file from elsewhere."""

from __future__ import annotations

import io
import logging
import os
import re
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pmdiag_build.problems import ContentWrong, EnvironmentFailed, Fault, Location, Problem, Problems
from pmdiag_build.rendering.glyphs import check_glyphs
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
    with _machine_fonts_hidden(), _messages() as messages:
        weasyprint = _weasyprint()
        fetcher = _only_ours(weasyprint.urls, (LAYOUTS, *folders), Location(name), problems)
        page = weasyprint.HTML(string=html, base_url=f"{LAYOUTS}{os.sep}", url_fetcher=fetcher)
        try:
            # Not compressed here: the form pass writes the file anew, and would have to undo it.
            pdf: bytes = page.write_pdf(
                pdf_variant="pdf/ua-1", pdf_forms=forms, pdf_identifier=identifier, uncompressed_pdf=True
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


def _only_ours(urls: Any, folders: Sequence[Path], place: Location, problems: Problems) -> Any:
    """A fetcher that reads files in `folders` and what stands in the page itself, and notes all else as a problem."""
    allowed = [folder.resolve() for folder in folders]

    class OnlyOurs(urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            parts = urlsplit(url)
            if parts.scheme == "data":
                return super().fetch(url)
            path = Path(urllib.request.url2pathname(parts.path)).resolve()
            if parts.scheme != "file" or parts.netloc or not any(path.is_relative_to(f) for f in allowed):
                problems.add(
                    place, Fault(f"“{url[:80]}” is not fetched", "Put the file into the folder images and name it")
                )
            elif not path.is_file():
                problems.add(place, Fault(f"The file “{path.name}” is missing", "Put it back"))
            else:
                return urls.URLFetcherResponse(url, path.read_bytes())
            raise ValueError(url)

    return OnlyOurs()


def _without_data(message: str, html: str) -> str:
    """A picture in the page itself, which may be megabytes of letters, by the text that stands for it."""

    def named(match: re.Match[str]) -> str:
        before, _, after = html.partition(match[0].strip("'\""))
        element = before[before.rfind("<") :] + after[: after.find(">")]
        text = re.search(r'\balt="([^"]*)"', element)
        return f"the picture “{unescape(text[1])}”" if text else "a picture"

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
    logger = logging.getLogger("weasyprint")
    found: list[str] = []
    handler = _Keeper(found)
    before = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        with warnings.catch_warnings():
            # A picture of more points than a printer has use for: refused like any that can't be loaded.
            warnings.filterwarnings("error", message="Image size")
            yield found
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
