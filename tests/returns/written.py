"""The same answers in every format that a return can have: each function gives a file's bytes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

from pmdiag_build.content.field_names import header_of_name, item_of
from pmdiag_build.content.model import Tool
from pmdiag_build.returns.entry_sheet import columns
from tests.returns.paper import Answers

Rows = Sequence[Answers]


def full_grid(tool: Tool, rows: Rows) -> list[list[str]]:
    """An entry sheet with these rows; fields that only packs have get columns of their own."""
    answered = dict.fromkeys(name for row in rows for name in row)
    return as_grid(rows, list(dict.fromkeys([*columns(tool), *answered])))


def as_grid(rows: Rows, names: Sequence[str]) -> list[list[str]]:
    """A header row with these fields' columns and the rows under it."""
    return [[header_of_name(name) for name in names], *([row.get(name, "") for name in names] for row in rows)]


def as_csv(grid: Sequence[Sequence[str]], *, separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """CSV with CR LF line ends, quoted where needed."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(grid)
    return out.getvalue().encode(encoding)


def as_xlsx(grid: Sequence[Sequence[str]], sheet: str = "Returns") -> bytes:
    """A workbook of text cells."""
    return xlsx_of_sheets({sheet: grid})


def xlsx_of_sheets(sheets: Mapping[str, Sequence[Sequence[str]]], hidden: str = "") -> bytes:
    """A workbook of sheets of text cells, one of which may be hidden."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, grid in sheets.items():
            page = book.add_worksheet(name)
            for row, cells in enumerate(grid):
                for column, text in enumerate(cells):
                    page.write_string(row, column, text)
            if name == hidden:
                page.very_hidden()
    return out.getvalue()


def noted(grid: Sequence[Sequence[str]], cell: str, note: str) -> bytes:
    """A workbook of text cells with a note on one of them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("Returns")
        for row, cells in enumerate(grid):
            for column, text in enumerate(cells):
                page.write_string(row, column, text)
        page.write_comment(cell, note)
    return out.getvalue()


def struck_through(document: bytes, shown: str) -> bytes:
    """An OpenDocument workbook with a line through the first text between two tags that is `shown`."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    content = parts["content.xml"].decode()
    span = f'><text:span text:style-name="struck"{shown}/text:span><'
    style = '<style:style style:name="struck" style:family="text">'
    style += '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    content = content.replace(shown, span, 1).replace(
        "<office:automatic-styles>", f"<office:automatic-styles>{style}", 1
    )
    return zipped(parts | {"content.xml": content.encode()})


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORKBOOK = (
    f"""<workbook {_MAIN} xmlns:r="{_REL}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"""
)
_RELATIONS = f"""<Relationships>
<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""


def xlsx_of(sheet_xml: str, *, shared: str = "", styles: str = "") -> bytes:
    """A workbook around the XML of one sheet, its shared texts and styles; for what no library writes."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS,
        "xl/sharedStrings.xml": f"<sst {_MAIN}>{shared}</sst>",
        "xl/styles.xml": f"<styleSheet {_MAIN}>{styles}</styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet {_MAIN}>{sheet_xml}</worksheet>",
    }
    return zipped({name: text.encode() for name, text in parts.items()})


def as_ods(grid: Sequence[Sequence[str]], *, before_cells: str = "", after_rows: str = "") -> bytes:
    """An OpenDocument workbook of text cells, line ends as paragraphs, runs of spaces and tabs as its tags."""
    return ods_of(_ods_table("Returns", grid, before_cells=before_cells, after_rows=after_rows))


def ods_of_sheets(sheets: Mapping[str, Sequence[Sequence[str]]], hidden: str = "") -> bytes:
    """An OpenDocument workbook of sheets of text cells, one of which may be hidden."""
    return ods_of("".join(_ods_table(name, grid, "ta2" if name == hidden else "ta1") for name, grid in sheets.items()))


def _ods_table(
    name: str, grid: Sequence[Sequence[str]], style: str = "ta1", *, before_cells: str = "", after_rows: str = ""
) -> str:
    rows = "".join(
        f"<table:table-row>{before_cells}{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in grid
    )
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}{after_rows}</table:table>'


def ods_of(tables: str, more_styles: str = "") -> bytes:
    """An OpenDocument workbook around its tables."""
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "style", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    styles = "".join(
        f'<style:style style:name="{name}"><style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    styles = f"<office:automatic-styles>{styles}{more_styles}</office:automatic-styles>"
    content = f'<?xml version="1.0"?><office:document-content {names}>{styles}{body}</office:document-content>'
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "content.xml": content.encode()})


def _ods_cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    lines = (escape(line).replace("\t", "<text:tab/>").replace("  ", " <text:s/>") for line in text.split("\n"))
    paragraphs = "".join(f"<text:p>{line}</text:p>" for line in lines)
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def record_of(answers: Answers, pack_id: str = "") -> dict[str, Any]:
    """The response record that the interface describes."""
    record: dict[str, Any] = {"format": "pmdiag-response", "version": 1, "pack_id": pack_id}
    parts: dict[str, dict[str, Any]] = {"record": {}, "ratings": {}, "overall": {}, "comments": {}, "more": {}}
    for name, answer in answers.items():
        item = item_of(name)
        assert item is not None
        if item.kind == "comment":
            parts["comments"].setdefault(item.id, {})[item.comment] = answer
        else:
            part = {"record": "record", "rating": "ratings", "overall": "overall"}.get(item.kind, "more")
            parts[part][item.id] = answer
    return record | parts


def as_json(answers: Answers, pack_id: str = "") -> bytes:
    """A response record as a file."""
    return json.dumps(record_of(answers, pack_id)).encode()


def as_fdf(answers: Answers) -> bytes:
    """FDF as a viewer exports it: levels as names, texts in UTF-16."""
    entries = "".join(f"<< /T ({name}) /V {_fdf_value(name, answer)} >>\n" for name, answer in answers.items())
    body = f"1 0 obj\n<< /FDF << /F (pack.pdf) /Fields [\n{entries}] >> >>\nendobj\n"
    return f"%FDF-1.2\n{body}trailer\n<< /Root 1 0 R >>\n%%EOF\n".encode("latin-1")


def _fdf_value(name: str, answer: str) -> str:
    if name.startswith(("rating_", "overall_")):
        return f"/{answer}"
    return f"<feff{answer.encode('utf-16-be').hex()}>"


def as_xfdf(answers: Answers) -> bytes:
    """XFDF as a viewer exports it."""
    entries = "".join(
        f"<field name={quoteattr(name)}><value>{escape(answer)}</value></field>" for name, answer in answers.items()
    )
    namespace = 'xmlns="http://ns.adobe.com/xfdf/" xml:space="preserve"'
    return f'<?xml version="1.0" encoding="UTF-8"?><xfdf {namespace}><fields>{entries}</fields></xfdf>'.encode()


def compound(*names: str) -> bytes:
    """The container that old Office files and Outlook messages share, with these entries in its directory."""
    entries = [
        name.encode("utf-16-le").ljust(64, b"\0") + bytes([2 * len(name) + 2]).ljust(64, b"\0") for name in names
    ]
    return bytes.fromhex("d0cf11e0a1b11ae1").ljust(512, b"\0") + b"".join(entries)
