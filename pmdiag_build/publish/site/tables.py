"""Tables of the Markdown made ready for narrow screens and screen readers: explicit roles, names of cells and rows."""

from __future__ import annotations

import itertools
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
    named = _names_its_rows([_CELL.findall(row) for row in _ROW.findall(table)])
    table = _HEAD.sub(r'<th role="columnheader" scope="col">\1</th>', table)
    table = _ROW.sub(lambda row: f'<tr role="row">{_cells(row[1], heads, named)}</tr>', table)
    for part in ("thead", "tbody"):
        table = table.replace(f"<{part}>", f'<{part} role="rowgroup">')
    return table.replace("<table>", '<table class="stack" role="table">')


def _names_its_rows(rows: list[list[str]]) -> bool:
    """Is the first cell of each row its name, like the word in a list of words? Each has one, and no two the same."""
    firsts = [row[0] for row in rows if row]
    return all(firsts) and len(set(firsts)) == len(firsts)


def _cells(row: str, heads: list[str], named: bool) -> str:
    numbers = itertools.count()
    return _CELL.sub(lambda cell: _cell(cell[1], heads, next(numbers), named), row)


def _cell(text: str, heads: list[str], number: int, named: bool) -> str:
    if named and number == 0:
        # It is read out with each cell of its row, and needs no label of its own.
        return f'<th role="rowheader" scope="row">{text}</th>'
    head = heads[number] if number < len(heads) else ""
    label = f'<span class="cell-label" aria-hidden="true">{head}</span>' if head and text else ""
    return f'<td role="cell">{label}{text}</td>'
