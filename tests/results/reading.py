"""The outputs as somebody else reads them: with openpyxl, csv, json and an HTML parser."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import openpyxl
import pypdfium2
from openpyxl.worksheet.worksheet import Worksheet

HEAD_ROW = 4


def book(files: Mapping[str, bytes]) -> openpyxl.Workbook:
    """The workbook of tables, which may be given out."""
    return _book(files["share/tables.xlsx"])


def kept_book(files: Mapping[str, bytes]) -> openpyxl.Workbook:
    """The workbook of responses and problems."""
    return _book(files["keep/responses.xlsx"])


@lru_cache(maxsize=4)
def _book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """A table sheet as dicts by column head; rows of charts below the table have no first cell and end it."""
    heads = [cell.value for cell in sheet[HEAD_ROW]]
    found: list[dict[str, Any]] = []
    for cells in sheet.iter_rows(min_row=HEAD_ROW + 1, values_only=True):
        if all(value is None for value in cells):
            break
        found.append({str(head): value for head, value in zip(heads, cells, strict=False)})
    return found


def responses_csv(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    text = files["keep/responses.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def responses_json(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files["keep/responses.json"])
    return found


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.text.append(data)


def page_text(files: Mapping[str, bytes]) -> str:
    """What a reader sees of the report, and what a screen reader says."""
    page = _parsed(files)
    said = [
        value for _, attributes in page.tags for name, value in attributes.items() if name == "aria-label" and value
    ]
    return " ".join(["".join(page.text), *said])


def page_tags(files: Mapping[str, bytes]) -> list[tuple[str, dict[str, str | None]]]:
    return _parsed(files).tags


def _parsed(files: Mapping[str, bytes]) -> _Page:
    page = _Page()
    page.feed(files["share/report.html"].decode())
    return page


@lru_cache(maxsize=4)
def pdf_pages(pdf: bytes) -> tuple[str, ...]:
    """The text of each page of a PDF as PDFium reads it, with the lines that a reader sees."""
    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document)


def pdf_text(pdf: bytes) -> str:
    """All that a PDF says, in one line."""
    return " ".join(" ".join(pdf_pages(pdf)).split())
