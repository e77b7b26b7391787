"""Tables of the Markdown made ready for a narrow screen: explicit roles, and the column's name in every cell."""

from __future__ import annotations

import re

from markupsafe import Markup

_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_HEAD = re.compile(r"<th(?: [^>]*)?>(.*?)</th>", re.DOTALL)
_CELL = re.compile(r"<td(?: [^>]*)?>(.*?)</td>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def stacked(html: Markup) -> Markup:
    """The same HTML; its tables may be laid out as cards and stay tables for a screen reader.

    Expects what the Markdown renderer writes: tables without attributes, one head row, no table within a table.
    """
    return Markup(_TABLE.sub(lambda table: _stack(table[0]), html)) if "<table>" in html else html  # noqa: S704


def _stack(table: str) -> str:
    heads = [_TAG.sub("", head) for head in _HEAD.findall(table)]
    table = _ROW.sub(lambda row: f'<tr role="row">{_cells(row[1], heads)}</tr>', table)
    table = _HEAD.sub(r'<th role="columnheader" scope="col">\1</th>', table)
    for part in ("thead", "tbody"):
        table = table.replace(f"<{part}>", f'<{part} role="rowgroup">')
    return table.replace("<table>", '<table class="stack" role="table">')


def _cells(row: str, heads: list[str]) -> str:
    names = iter(heads)
    return _CELL.sub(lambda cell: _cell(cell[1], next(names, "")), row)


def _cell(text: str, head: str) -> str:
    label = f'<span class="cell-label" aria-hidden="true">{head}</span>' if head and text else ""
    return f'<td role="cell">{label}{text}</td>'
