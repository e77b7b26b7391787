"""pdf.js, the viewer of Firefox, in a real Chromium: find controls by their accessible names, click and type."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Locator, Page

from pmdiag_build.content.fields import FormField
from tests.forms.answers import Answers

_VIEWER = Path(__file__).with_name("pdfjs.html")


class _Handler(SimpleHTTPRequestHandler):
    """Serve pdf.js, the viewer page and one pack, without a log."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}  # noqa: RUF012

    def __init__(self, *args: object, pack: Path, pdfjs: Path, **more: object) -> None:
        self._ours = {"/": _VIEWER, "/pack.pdf": pack}
        self._pdfjs = pdfjs
        super().__init__(*args, directory=str(pdfjs), **more)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        if path in self._ours:
            return str(self._ours[path])
        if path.startswith("/standard_fonts/"):
            return str(self._pdfjs.parent / path.lstrip("/"))
        return super().translate_path(path)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def viewed(browser: Browser, pdfjs: Path, pack: Path) -> Iterator[Page]:
    """The pack in the viewer, ready to use. Fails if the page reports an error."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, pack=pack, pdfjs=pdfjs))
    Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(viewport={"width": 1100, "height": 1500})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.wait_for_selector("body[data-ready]", state="attached")
        yield page
        assert errors == []
    finally:
        context.close()
        server.shutdown()
        server.server_close()


def fill(
    pack: Path, fields: Sequence[FormField], answers: Answers, out: Path, *, browser: Browser, pdfjs: Path
) -> None:
    """Fill in the pages that have an answer. An empty level or choice is taken back with its × button, by keyboard."""
    with viewed(browser, pdfjs, pack) as page:
        fill_page(page, fields, answers)
        out.write_bytes(base64.b64decode(page.evaluate("saved()")))


def fill_page(page: Page, fields: Sequence[FormField], answers: Answers) -> None:
    """The same in a viewer that is open."""
    left = {field.name: field for field in fields if field.name in answers}
    for sheet, on_it in _sheets(page, left):
        for field in on_it:
            _answer(sheet, field, fields, answers[field.name])
    assert left == {}


def shown_answers(page: Page, fields: Sequence[FormField]) -> dict[str, str]:
    """What the open viewer shows in every field, in the terms of `Answers`."""
    shown = {}
    for sheet, on_it in _sheets(page, {field.name: field for field in fields if field.kind != "clear"}):
        for field in on_it:
            controls = sheet.locator(f'[name="{field.name}"]')
            if field.kind == "radio":
                chosen = [o.code for o, radio in zip(field.options, controls.all(), strict=True) if radio.is_checked()]
                shown[field.name] = "".join(chosen)
            else:
                controls.focus()  # before that, pdf.js shows the text of the appearance that a program drew
                shown[field.name] = controls.input_value().strip()  # pdf.js's empty choice is a space
    return shown


def _sheets(page: Page, left: dict[str, FormField]) -> Iterator[tuple[Locator, list[FormField]]]:
    """The pages of the pack that have some of these fields, each with all its controls; takes out those that it has."""
    for number, names in enumerate(page.evaluate("fieldNames"), 1):
        if on_it := [left.pop(name) for name in names if name in left]:
            page.evaluate("number => goTo(number)", number)
            yield page.locator(f'.page[data-page-number="{number}"]'), on_it


def _answer(sheet: Locator, field: FormField, fields: Sequence[FormField], answer: str) -> None:
    if field.kind in ("radio", "choice") and not answer:
        (clear,) = (f for f in fields if f.clears == field.name)
        sheet.get_by_title(clear.aloud, exact=True).locator("a").press("Enter")
    elif field.kind == "radio":
        option = next(option for option in field.options if option.code == answer)
        sheet.get_by_title(field.option_aloud(option), exact=True).locator("input").click()
    elif field.kind == "choice":
        sheet.get_by_title(field.aloud, exact=True).locator("select").select_option(answer)
    else:
        sheet.get_by_title(field.aloud, exact=True).locator("input, textarea").fill(answer)
