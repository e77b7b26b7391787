"""HTML → PDF with WeasyPrint.

Packs use only our fonts, the report the machine's too. Nothing is ever downloaded.
"""

from __future__ import annotations

import ctypes.util
import gc
import hashlib
import io
import logging
import os
import re
import shutil
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pmdiag_build.problems import ContentWrong, EnvironmentFailed, Fault, Location, Problem, Problems
from pmdiag_build.rendering.page import Page, check_glyphs
from pmdiag_build.resources import LAYOUTS

FONTS = LAYOUTS / "fonts"
_NO_FONTS = LAYOUTS / "pack" / "no-fonts.conf"
"""A fontconfig configuration without fonts, so that the machine's fonts and settings don't change a pack."""

_FONT_FOLDERS = "pmdiag-fonts-"
_ABANDONED = 3600.0
"""Seconds after which nobody uses a font folder any more: no document takes so long."""

VARIANT = "pdf/ua-1"

_HARFBUZZ = (4, 1, 0)
"""The first version that WeasyPrint can use. Without it the embedded fonts have other bytes."""

_LINE_END = re.compile("[\x85\u2028\u2029]")
"""A text with one of these may make WeasyPrint fail."""

_RARE_RULES = re.compile(
    r"^(?:@counter-style .*|::(?:foot)?note-.*|.*\[dir\b.*|  @(?!bottom-(?:left|center|right) ).*)$", re.MULTILINE
)
"""Rules of WeasyPrint's own style sheet for notes, for directions of writing, and for margins of pages except the foot.
Counter styles are kept elsewhere. The others take a tenth of the time, as they give each element and page styles."""

_MARKERS = re.compile("^::marker ", re.MULTILINE)
"""Begins a rule for the signs before list items, which gives each element another set of styles."""

_MAY_NEED_THEM = re.compile(
    r"\bdir\s*=|footnote|note\(|::note|@note|@(?:top|left|right)-|@bottom-(?:left|right)-corner|list-item"
)
"""In a page that may need those rules, or signs before something that is no `<li>`."""

_DATA = re.compile(r"""['"]?data:[^\s'"]*['"]?""")

_ROOM = 65536
_Function = TypeVar("_Function", bound=Callable[..., Any])


def with_room(function: _Function) -> _Function:
    """A function that lays out pages, and gets memory for all calls in it at once.

    Python keeps what it must know of calls in pieces of 16 KB, and gives a piece back as soon as the first call in it
    ends. WeasyPrint's calls go up and down so deep that this happened 6,000 times in a pack, and took a twelfth of its
    time. A function that says that it needs 512 KB itself gets a piece of 1 MB, whose other half is for what it calls.
    What is not used takes no memory.
    """
    made: Any = function
    made.__code__ = made.__code__.replace(co_stacksize=_ROOM)
    return function


def html_to_pdf(html: str, *, identifier: bytes, name: str, folders: Sequence[Path] = (), forms: bool = True) -> bytes:
    """A pack as PDF/UA-1. Addresses in it are relative to the layouts. The same input gives the same bytes.

    Raises ContentWrong for every missing letter, refused address and unreadable picture; EnvironmentFailed if
    WeasyPrint or a library that it needs is missing.
    """
    problems = Problems()
    check_glyphs(html, FONTS, name, problems)
    if "@font-face" not in html:
        # Without any font Pango ends the process.
        what = "The style sheet of this pack has no @font-face rule"
        problems.add(name, Fault(what, "Copy the @font-face rules from css/pack.css into yours"))
    if problems.errors:
        raise ContentWrong(problems)
    with _machine_fonts_hidden(), warnings.catch_warnings():
        # A picture with far too many pixels is refused like one that can't be loaded.
        warnings.filterwarnings("error", message="Image size")
        try:
            # Uncompressed, because the form pass rewrites the file and would have to undo it.
            pdf, messages = _write(
                html,
                (LAYOUTS, *folders),
                lambda fault: problems.add(name, fault),
                pdf_forms=forms,
                pdf_identifier=identifier,
                uncompressed_pdf=True,
                finisher=_drop_wrappers,
            )
        except AssertionError as error:
            # WeasyPrint fails like this if something that must not be split is taller than a page.
            what = "Something in this pack is too tall for a page"
            raise ContentWrong.one(name, Fault(what, "Shorten the longest text")) from error
    if not problems.errors:
        fix = "Replace the picture or rule that it names"
        problems.extend(Problem(Location(name), Fault(_without_data(message, html), fix)) for message in messages)
    if problems.errors:
        raise ContentWrong(problems)
    return pdf


def report_to_pdf(html: str) -> bytes:
    """A report's page as PDF/UA-1. It must contain all that it needs. On one machine equal input gives equal bytes.

    Comments may be in any script, so the machine's fonts are used for letters that ours lack. What can't be drawn is
    left out. Raises EnvironmentFailed if WeasyPrint or a library that it needs is missing.
    """
    identifier = hashlib.sha256(html.encode("utf-8", "backslashreplace")).digest()[:16]
    pdf, _ = _write(html, (), lambda _: None, pdf_identifier=identifier)
    return pdf


@with_room
def _write(
    html: str, folders: Sequence[Path], refused: Callable[[Fault], None], **options: object
) -> tuple[bytes, list[str]]:
    """The PDF and WeasyPrint's complaints; `refused` is called for each address that was not read."""
    with undisturbed() as messages, font_folder() as fonts:
        page, configuration = page_of(html, folders, refused, fonts)
        pdf = page.write_pdf(pdf_variant=VARIANT, font_config=configuration, **options)
        return pdf, messages


def page_of(html: str, folders: Sequence[Path], refused: Callable[[Fault], None], fonts: Path) -> tuple[Any, Any]:
    """The page and its fonts as WeasyPrint takes them. `fonts`: the folder for its font files.

    Addresses are relative to the layouts. Only files in `folders`, and data in the page itself, are read; `refused` is
    called for every other address.
    """
    weasyprint = loaded()
    configuration = weasyprint.text.fonts.FontConfiguration()
    configuration._folder = fonts
    fetcher = _only_ours(weasyprint.urls, folders, refused)
    base = f"{LAYOUTS}{os.sep}"
    page = weasyprint.HTML(string=_LINE_END.sub("\n", html), base_url=base, url_fetcher=fetcher)
    if not _MAY_NEED_THEM.search(html):
        # No part of WeasyPrint's interface, as of 70.0.
        whole, usual = page._ua_stylesheets, _usual_rules()
        page._ua_stylesheets = lambda forms=False: [usual, *whole(forms)[1:]]
    return page, configuration


@cache
def _usual_rules() -> Any:
    """WeasyPrint's own style sheet without what pages seldom need, and with markers only where there are list items."""
    from weasyprint import CSS, html

    return CSS(string=_MARKERS.sub("li::marker ", _RARE_RULES.sub("", html.UA)))


# ---- the structure tree of a pack

_WRAPPERS = ("/Span", "/NonStruct")
_HOLD_TEXT = (*_WRAPPERS, "/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/LBody", "/Lbl", "/TH", "/TD", "/Link")
_PLAIN = {"Type", "S", "K", "Pg", "P"}


def _drop_wrappers(_: object, pdf: Any) -> None:
    """Put the text of each line into the paragraph, heading, item or cell itself, and references to annotations into
    their elements. WeasyPrint wraps each in an element or object of its own: half of all objects of a pack, and a
    quarter of its size."""
    dictionaries: list[Any] = [entry for entry in pdf.objects if isinstance(entry, dict)]
    elements = {entry.reference: entry for entry in dictionaries if entry.get("Type") == "/StructElem"}
    references = {entry.reference: entry for entry in dictionaries if entry.get("Type") == "/OBJR"}
    holder = dict[bytes, bytes]()  # wrapper → what it is in; elements are listed after what they are in
    for name, element in elements.items():
        around = element["P"] = holder.get(element["P"], element["P"])
        outside = elements.get(around)
        if (
            outside is not None
            and element["S"] in _WRAPPERS
            and element.keys() == _PLAIN
            and element["Pg"] == outside.get("Pg")
            and (outside["S"] in _HOLD_TEXT or not any(isinstance(kid, int) for kid in element["K"]))
        ):
            holder[name] = around
    for element in reversed(elements.values()):
        kids = element["K"]
        kids[:] = [
            part for kid in kids for part in (elements[kid]["K"] if kid in holder else [references.get(kid, kid)])
        ]
    for nums in (part for entry in dictionaries if "Nums" in entry for part in entry["Nums"] if isinstance(part, list)):
        nums[:] = [holder.get(name, name) for name in nums]
    for dropped in (*references.values(), *(elements[name] for name in holder)):
        dropped.free = "f"


# ---- WeasyPrint and what it leaves


@contextmanager
def undisturbed() -> Iterator[list[str]]:
    """While WeasyPrint works: its warnings are collected and kept off the terminal, and no garbage is looked for."""
    with _messages() as messages, _garbage_left():
        yield messages


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Look for no garbage meanwhile, which takes a third of the time.

    A document is many thousand objects that live until it is finished, so next to none of them are found.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def font_folder() -> Iterator[Path]:
    """A folder for the font files of one document.

    WeasyPrint makes one itself and removes it when the document is collected as garbage, which workers never do.
    """
    sweep_font_folders()
    with TemporaryDirectory(prefix=f"{_FONT_FOLDERS}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def remove_font_folders(process: int) -> None:
    """Remove what a process that was killed had not removed yet."""
    for folder in Path(gettempdir()).glob(f"{_FONT_FOLDERS}{process}-*"):
        shutil.rmtree(folder, ignore_errors=True)


@cache
def sweep_font_folders() -> None:
    """Remove what killed runs left, once in each process."""
    for folder in Path(gettempdir()).glob(f"{_FONT_FOLDERS}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _ABANDONED:
                shutil.rmtree(folder, ignore_errors=True)


def prepare() -> None:
    """Import WeasyPrint as a rendering would: for the process from which workers are forked."""
    with _machine_fonts_hidden():
        loaded()
        _usual_rules()


def loaded() -> Any:
    """WeasyPrint. Raises EnvironmentFailed if it, or a library that it needs, is missing."""
    try:
        # It prints a page about missing libraries; our error says the same in one line.
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()), _libraries_not_searched():
            # It looks for fonts while it is imported, and warns that there are none.
            warnings.simplefilter("ignore")
            import weasyprint
            from weasyprint.text import ffi
    except (ImportError, OSError) as error:
        what = f"It can't be loaded: {error}"
        raise EnvironmentFailed.one("WeasyPrint", Fault(what, "Install Pango as README describes")) from error
    if ffi.harfbuzz_subset is None or not ffi.harfbuzz.hb_version_atleast(*_HARFBUZZ):
        version = ".".join(map(str, _HARFBUZZ))
        what = f"HarfBuzz-Subset {version} or later is missing, which makes a pack's fonts small"
        raise EnvironmentFailed.one("WeasyPrint", Fault(what, "Install it as README describes"))
    return weasyprint


@contextmanager
def _libraries_not_searched() -> Iterator[None]:
    """Let WeasyPrint load each library by the name of its file, which it tries last.

    For each other name Python asks ldconfig, gcc and ld, which takes as long as all else of the import. Other threads
    search as ever once it is imported.
    """
    if sys.platform != "linux" or "weasyprint" in sys.modules:
        yield
        return
    search = ctypes.util.find_library
    ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = search


def _only_ours(urls: Any, folders: Sequence[Path], refused: Callable[[Fault], None]) -> Any:
    """A fetcher that reads files in `folders` and data in the page itself, and refuses everything else."""
    allowed = [folder.resolve() for folder in folders]

    class OnlyOurs(urls.URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            parts = urlsplit(url)
            if parts.scheme == "data":
                return super().fetch(url)
            path = Path(urllib.request.url2pathname(parts.path)).resolve()
            if parts.scheme != "file" or parts.netloc or not any(path.is_relative_to(f) for f in allowed):
                refused(Fault(f"“{url[:80]}” is never downloaded", "Put the file into the folder images"))
            elif not path.is_file():
                refused(Fault(f"The file “{path.name}” is missing from the layouts", "Put it back"))
            else:
                return urls.URLFetcherResponse(url, path.read_bytes())
            raise ValueError(url)

    return OnlyOurs()


def _without_data(message: str, html: str) -> str:
    """The message with each picture's data, which may be megabytes, replaced by its alternative text."""

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
    """WeasyPrint's warnings, kept off the terminal. There are none unless something was left out."""
    found: list[str] = []
    # What fontTools logs is about fonts of the machine.
    with _heard("weasyprint", _Keeper(found)), _heard("fontTools", logging.NullHandler()):
        yield found


@contextmanager
def _heard(name: str, handler: logging.Handler) -> Iterator[None]:
    """Send all that a library logs to `handler` and nowhere else."""
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
        # The reason is the cause of an error without words. Only our own filter's is readable.
        error = record.args[-1] if isinstance(record.args, tuple) and record.args else None
        reason = error.__cause__ if isinstance(error, Exception) else None
        self._found.append(f"{message}{reason}" if isinstance(reason, Warning) else message)
