"""Sound returns, made on the spot: a pack filled in by every program, sheets by every library, records and exports."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from pmdiag_build.content.field_names import in_a_record
from pmdiag_build.content.fields import FormField, pack_id, question_fingerprints
from pmdiag_build.content.model import Tool
from pmdiag_build.returns.find_files import files_of
from pmdiag_build.returns.read_files import Processes
from pmdiag_build.returns.response import as_record
from pmdiag_build.returns.round import round_of
from tests.forms.programs import Fill, libraries, pdfium, poppler
from tests.programs import MissingProgram, program
from tests.returns.paper import blank_pack, fields_of, filled, filled_on_top
from tests.returns.written import as_csv, as_fdf, as_json, as_ods, as_xfdf, as_xlsx, full_grid

_PEOPLE = 12
_NODE_MODULES = Path(__file__).resolve().parents[1] / "setup" / "node_modules"
_PROGRAMS: dict[str, Fill] = {
    "pikepdf": libraries.fill_with_pikepdf,
    "pypdf": libraries.fill_with_pypdf,
    "PyMuPDF": libraries.fill_with_pymupdf,
    "PDFium": pdfium.fill,
    "pdftk": libraries.fill_with_pdftk,
    "Poppler": poppler.fill,
    "pdf-lib": partial(libraries.fill_with_pdf_lib, modules=_NODE_MODULES),
}


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file: `name` says what made it and ends like its format."""

    name: str
    content: bytes


def answers_of(fields: Sequence[FormField], number: int) -> dict[str, str]:
    """What the person of this number answers; every text is somebody's own."""
    answers = {"record_reference": f"Person-{number}", "record_role": "manager", "record_mode": "individual"}
    for at, field in enumerate(fields):
        if field.kind == "radio" and (at + number) % 7:
            answers[field.name] = field.options[(at * 5 + number) % len(field.options)].code
        elif field.kind == "text" and (at + number) % 3:
            answers[field.name] = f"{field.name}, person {number}: Siân says that we talk about it every week, in {at}."
    return answers


def pdfs(tool: Tool, pack: Path, folder: Path) -> Iterator[Sound]:
    """A pack filled in by each program, and a small one made by hand, whole and saved in two sittings."""
    fields = fields_of(tool)
    for number, (name, fill) in enumerate(_PROGRAMS.items()):
        out = folder / f"{name}.pdf"
        try:
            fill(pack, fields, answers_of(fields, number), out)
        except (MissingProgram, OSError, subprocess.CalledProcessError) as error:
            raise SystemExit(f"{name} can't fill in the pack: {error}. Run make test once, which gets it.") from error
        yield Sound(out.name, out.read_bytes())
    yield Sound("by hand.pdf", filled(blank_pack(fields), answers_of(fields, 20)))
    yield Sound("two sittings.pdf", filled_on_top(pack.read_bytes(), answers_of(fields, 21)))


def _grid(tool: Tool) -> list[list[str]]:
    fields = fields_of(tool)
    return full_grid(tool, [answers_of(fields, number) for number in range(_PEOPLE)])


def workbooks(tool: Tool, folder: Path) -> Iterator[Sound]:
    """The same rows by XlsxWriter, openpyxl and LibreOffice."""
    grid = _grid(tool)
    yield Sound("XlsxWriter.xlsx", as_xlsx(grid))
    yield Sound("openpyxl.xlsx", _by_openpyxl(grid))
    yield Sound("LibreOffice.xlsx", _by_libreoffice(grid, folder, "xlsx"))


def open_documents(tool: Tool, folder: Path) -> Iterator[Sound]:
    """The same rows as OpenDocument, by hand and by LibreOffice."""
    grid = _grid(tool)
    yield Sound("by hand.ods", as_ods(grid))
    yield Sound("LibreOffice.ods", _by_libreoffice(grid, folder, "ods"))


def _by_openpyxl(grid: Sequence[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in grid:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _by_libreoffice(grid: Sequence[Sequence[str]], folder: Path, kind: str) -> bytes:
    source = folder / "typed.xlsx"
    source.write_bytes(as_xlsx(grid))
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    out = folder / kind
    command = (program("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", out, source)
    subprocess.run(command, check=True, capture_output=True)
    return (out / f"typed.{kind}").read_bytes()


def texts(tool: Tool) -> Iterator[Sound]:
    """The same rows as CSV of three kinds."""
    grid = _grid(tool)
    yield Sound("commas.csv", as_csv(grid))
    yield Sound("semicolons.csv", as_csv(grid, separator=";"))
    yield Sound("tabs in UTF-16.csv", as_csv(grid, separator="\t", encoding="utf-16"))


def records(tool: Tool) -> Iterator[Sound]:
    """A record, and a list of them, as pmdiag and the questionnaire write them: with every key."""
    pack = pack_id(tool, tool.pack("self-assessment"))
    typed = [(f"{n}.json", as_json(answers_of(fields_of(tool), n), pack)) for n in range(_PEOPLE)]
    round_ = round_of(files_of(typed), tool, reading_in=Processes.ONE)
    people = [json.dumps(as_record(response)).encode() for response in round_.responses]
    on_screen = as_record(round_.responses[0]) | {"asked": in_a_record(question_fingerprints(tool))}
    yield Sound("on screen.json", json.dumps(on_screen, indent=2).encode())
    yield Sound("one.json", people[0])
    yield Sound("list.json", b"[" + b",\n".join(people) + b"]")


def exports(tool: Tool) -> Iterator[Sound]:
    """What viewers export: every field of the pack, also the empty ones and its id."""
    fields = [field for field in fields_of(tool) if field.kind != "clear"]
    empty = {field.name: "Off" if field.kind == "radio" else field.value for field in fields}
    answers = empty | answers_of(fields, 1)
    yield Sound("exported.fdf", as_fdf(answers))
    yield Sound("exported.xfdf", as_xfdf(answers))


Family = tuple[str, int, Callable[[Tool, Path, Path], Iterator[Sound]]]
FAMILIES: tuple[Family, ...] = (
    ("PDF", 5000, pdfs),
    ("XLSX", 1000, lambda tool, _, folder: workbooks(tool, folder)),
    ("ODS", 1000, lambda tool, _, folder: open_documents(tool, folder)),
    ("CSV", 1000, lambda tool, *_: texts(tool)),
    ("JSON", 1000, lambda tool, *_: records(tool)),
    ("FDF", 1000, lambda tool, *_: exports(tool)),
)
"""Kind of file, how many mutants of it, and what makes the sound files from the tool, a pack and a folder."""
