"""Fill in a pack in the viewer of a real Firefox: click buttons, type texts, and save.

The document is saved as the viewer's button "Save" does it. The button itself opens a window of the desktop, which a
Firefox without a screen does not have.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from pmdiag_build.content.fields import FormField
from tests.firefox import Firefox
from tests.forms.answers import Answers

_UNTIL = """
const {eventBus, pdfViewer} = PDFViewerApplication;
const until = (event, isTrue) => new Promise(done => {
  const look = () => isTrue() && (eventBus.off(event, look), done());
  eventBus.on(event, look);
  look();
});
"""
_IS_CONTROL = "({subtype, rect}) => subtype === 'Widget' && rect[0] < rect[2]"
# The viewer first scrolls to the last position in the same document, which stops what it is drawing.
_OPENED = f"""
async () => {{
  await PDFViewerApplication.initializedPromise;
  {_UNTIL}
  await until('documentinit', () => PDFViewerApplication.isInitialViewSet);
  await pdfViewer.pagesPromise;
  const pages = Array.from({{length: pdfViewer.pagesCount}}, (_, n) => pdfViewer.getPageView(n).pdfPage);
  const annotations = await Promise.all(pages.map(page => page.getAnnotations({{intent: 'display'}})));
  return annotations.map(page => [...new Set(page.filter({_IS_CONTROL}).map(control => control.fieldName))]);
}}
"""
"""The names of the fields on each page, once the document is ready."""

_AGAIN = 500
"""Milliseconds after which the viewer is led again to a page that it does not draw."""

# Go to a page, and wait until all its controls are drawn. Do not wait for the text of the page instead: the viewer
# draws text and controls at the same time. It pauses a page while another one matters more, and returns to where the
# reader left the same document, so one call may not be enough under load.
_SHEET = f"""
async number => {{
  {_UNTIL}
  const view = pdfViewer.getPageView(number - 1);
  const annotations = await view.pdfPage.getAnnotations({{intent: 'display'}});
  const controls = annotations.filter({_IS_CONTROL});
  const isDrawn = () => controls.every(
    ({{id}}) => view.annotationLayer?.div?.querySelector(`[data-annotation-id="${{id}}"]`));
  const go = () => {{ pdfViewer.currentPageNumber = number; pdfViewer.update(); }};
  go();
  const again = setInterval(go, {_AGAIN});
  await until('annotationlayerrendered', isDrawn);
  clearInterval(again);
}}
"""
_NAMES = """
const page = document.querySelector('#viewer .page[data-page-number="' + arguments[0] + '"]');
return [...page.querySelectorAll('.annotationLayer section')].map(control => control.ariaLabel || control.title);
"""
_CHOOSE = """
const list = document.querySelector('#viewer select[name="' + arguments[0] + '"]');
list.value = arguments[1];
list.dispatchEvent(new Event('input', {bubbles: true}));
"""

_SAVED = """
async () => {
  const reader = new FileReader();
  const read = new Promise(done => { reader.onload = done; });
  reader.readAsDataURL(new Blob([await PDFViewerApplication.pdfDocument.saveDocument()]));
  await read;
  return reader.result.split(',')[1];
}
"""


def fill(pack: Path, fields: Sequence[FormField], answers: Answers, out: Path, *, browser: Firefox) -> None:
    """Fill in the pages that have an answer. An empty level or choice is taken back with its × button."""
    browser.open(pack.as_uri())
    left = {field.name: field for field in fields if field.name in answers}
    for number, names in enumerate(browser.call(_OPENED), 1):
        wanted = [left.pop(name) for name in names if name in left]
        if wanted:
            browser.call(_SHEET, number)
        for field in wanted:
            _answer(browser, field, fields, answers[field.name])
    assert left == {}
    out.write_bytes(base64.b64decode(browser.call(_SAVED)))


def names_on_page(browser: Firefox, number: int) -> list[str]:
    """The accessible names of the controls on a page of the open pack."""
    browser.call(_OPENED)
    browser.call(_SHEET, number)
    names: list[str] = browser.run(_NAMES, number)
    return names


def _answer(browser: Firefox, field: FormField, fields: Sequence[FormField], answer: str) -> None:
    if field.kind in ("radio", "choice") and not answer:
        (clear,) = (f for f in fields if f.clears == field.name)
        browser.click(f'#viewer section[title="{clear.aloud}"] a')
    elif field.kind == "radio":
        browser.click(f'#viewer section[title^="{_label(field, answer)}, "] input[name="{field.name}"]')
    elif field.kind == "choice":
        browser.run(_CHOOSE, field.name, answer)
    else:
        browser.type(f'#viewer [name="{field.name}"]', answer)


def _label(field: FormField, code: str) -> str:
    return next(option.label for option in field.options if option.code == code)
