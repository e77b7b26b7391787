"""The viewer of a real Firefox: buttons are clicked, texts typed, and what its button "Save" writes is kept.

The button itself ends in a window of the desktop, which a Firefox without a screen does not show.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from pmdiag_build.content.fields import FormField
from tests.firefox import Firefox
from tests.forms.answers import Answers

_PAGES = "return document.querySelectorAll('#viewer .page').length || null"
_GO = "document.querySelector('#viewer .page[data-page-number=\"' + arguments[0] + '\"]').scrollIntoView()"
# The names on a page, once it is drawn: its controls come with its text or after it.
_SHEET = """
const page = document.querySelector('#viewer .page[data-page-number="' + arguments[0] + '"]');
if (!page.dataset.loaded || !page.querySelector('.textLayer .endOfContent')) return null;
return [...new Set([...page.querySelectorAll('.annotationLayer [name]')].map(control => control.name))];
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
PDFViewerApplication.pdfDocument.saveDocument().then(bytes => new Promise(done => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(',')[1]);
  reader.readAsDataURL(new Blob([bytes]));
}))
"""


def fill(pack: Path, fields: Sequence[FormField], answers: Answers, out: Path, *, browser: Firefox) -> None:
    """Fill page by page; an empty level or choice is taken back with its × button."""
    browser.open(pack.as_uri())
    left = {field.name: field for field in fields if field.name in answers}
    for number in range(1, browser.wait(_PAGES) + 1):
        browser.run(_GO, number)
        for name in browser.wait(_SHEET, number):
            if field := left.pop(name, None):
                _answer(browser, field, fields, answers[name])
    assert not left
    out.write_bytes(base64.b64decode(browser.promised(_SAVED)))


def names_on_page(browser: Firefox, number: int) -> list[str]:
    """The accessible names of the controls on a page of the pack that is open."""
    browser.wait(_PAGES)
    browser.run(_GO, number)
    browser.wait(_SHEET, number)
    names: list[str] = browser.run(_NAMES, number)
    return names


def _answer(browser: Firefox, field: FormField, fields: Sequence[FormField], answer: str) -> None:
    if field.kind in ("radio", "choice") and not answer:
        (clear,) = (f for f in fields if f.clears == field.name)
        browser.click(f'#viewer section[title="{clear.question}"] a')
    elif field.kind == "radio":
        browser.click(f'#viewer section[title$=": {_label(field, answer)}"] input[name="{field.name}"]')
    elif field.kind == "choice":
        browser.run(_CHOOSE, field.name, answer)
    else:
        browser.type(f'#viewer [name="{field.name}"]', answer)


def _label(field: FormField, code: str) -> str:
    return next(option.label for option in field.options if option.code == code)
