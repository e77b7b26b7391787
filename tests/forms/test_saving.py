"""How packs are written: nothing differs from what qpdf writes plainly, and PDFium can save behind it."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import page as page_validation
import pikepdf
import pytest
from pikepdf import Stream

from pmdiag_build.content.fields import pack_fields
from pmdiag_build.content.imprint import KEY, Imprint, hash_of
from pmdiag_build.content.model import Tool
from pmdiag_build.publish.forms import saved
from tests.conftest import Built
from tests.forms.answers import read_answers, sample_answers
from tests.forms.minipack import mini_fields
from tests.forms.programs import Fill, libraries, pdfium
from tests.programs import program

pytestmark = pytest.mark.slow


def _plainly_saved(document: pikepdf.Pdf) -> pikepdf.Pdf:
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.disable
    document.save(out, object_stream_mode=mode, recompress_flate=False, deterministic_id=True)
    return pikepdf.open(out)


def _objects(document: pikepdf.Pdf, size: int) -> list[tuple[bytes, bytes]]:
    """Each object below a number as text, with the bytes of its stream."""
    objects = [document.get_object((number, 0)) for number in range(1, size)]
    return [(o.unparse(resolved=True), o.read_raw_bytes() if isinstance(o, Stream) else b"") for o in objects]


def test_the_objects_are_those_that_qpdf_writes_plainly(mini_pack: Path) -> None:
    with pikepdf.open(mini_pack) as document:
        ours, plain = pikepdf.open(io.BytesIO(saved(document)), attempt_recovery=False), _plainly_saved(document)
    with ours, plain:
        size = int(plain.trailer.Size)

        assert _objects(plain, size) == _objects(ours, size)
        assert [] == [*ours.get_warnings(), *ours.check_pdf_syntax()]


def test_what_no_page_needs_is_in_streams_and_the_rest_in_a_table(mini_pack: Path) -> None:
    """As PDF 1.7, 7.5.8.4 has it: an empty last section, which names the stream that knows what the table has not."""
    data = mini_pack.read_bytes()
    last = re.search(
        rb"xref\n0 0\ntrailer\n<< .*/Prev (\d+) /XRefStm (\d+) >>\nstartxref\n(\d+)\n%%EOF\n\Z", data, re.DOTALL
    )
    assert last is not None
    table, stream = int(last[1]), int(last[2])

    assert data.startswith(b"xref\n0 ", table)
    assert re.match(rb"\d+ 0 obj\n<< /Type /XRef ", data[stream:])
    visible = data[: data.index(b"/Type /ObjStm")]
    assert re.search(rb"/Type /Pages\b", visible)
    assert not re.search(rb"/StructParent |/FT /Tx|/S /TH", visible)
    with pikepdf.open(mini_pack) as pdf:
        for sheet in pdf.pages:
            assert sheet.obj.Annots.is_indirect


def test_every_page_says_what_is_printed_on_it(mini_pack: Path) -> None:
    with pikepdf.open(mini_pack) as pdf:
        imprints = [Imprint.parse(str(sheet.obj[KEY])) for sheet in pdf.pages]
        contents = [b"\n".join(part.read_bytes() for part in _parts(sheet.obj.Contents)) for sheet in pdf.pages]

    assert [(1, 3), (2, 3), (3, 3)] == [(imprint.number, imprint.pages) for imprint in imprints if imprint]
    assert [hash_of(content) for content in contents] == [imprint.content for imprint in imprints if imprint]


@pytest.mark.parametrize(("paints", "with_groups"), [("0", False), ("70", False), ("00", True), ("070", True)])
def test_an_imprint_says_whether_it_counts_what_is_in_groups(paints: str, with_groups: bool) -> None:
    """Version 1.0 reads all four as numbers."""
    imprint = Imprint.parse(text := f"2/3 0123456789abcdef fedcba9876543210 {paints}")

    assert imprint == Imprint(2, 3, "0123456789abcdef", "fedcba9876543210", int(paints), with_groups)
    assert text == str(imprint)


def _parts(contents: pikepdf.Object) -> list[pikepdf.Object]:
    return list(contents) if isinstance(contents, pikepdf.Array) else [contents]


def test_pdfium_saves_behind_it_twice(mini_pack: Path, tmp_path: Path) -> None:
    fields = mini_fields()
    answers = sample_answers(fields)
    once, twice = tmp_path / "once.pdf", tmp_path / "twice.pdf"
    first = dict(list(answers.items())[::2])
    pdfium.fill(mini_pack, fields, first, once, incremental=True)
    pdfium.fill(once, fields, {n: a for n, a in answers.items() if n not in first}, twice, incremental=True)

    assert once.read_bytes().startswith(mini_pack.read_bytes())
    assert twice.read_bytes().startswith(once.read_bytes())
    assert read_answers(twice, fields) == answers
    subprocess.run((program("qpdf"), "--check", twice), check=True, capture_output=True)


@pytest.mark.parametrize("fill", [libraries.fill_with_pdftk, libraries.fill_with_pypdf, libraries.fill_with_pymupdf])
def test_others_read_what_pdfium_saved_behind_it(fill: Fill, mini_pack: Path, tmp_path: Path) -> None:
    fields = mini_fields()
    answers = sample_answers(fields)
    first, second = tmp_path / "first.pdf", tmp_path / "second.pdf"
    some = dict(list(answers.items())[::2])
    pdfium.fill(mini_pack, fields, some, first, incremental=True)
    fill(first, fields, {name: answer for name, answer in answers.items() if name not in some}, second)

    assert read_answers(second, fields) == answers


@pytest.mark.slow
def test_all_packs_are_saved_behind_by_pdfium_and_stay_accessible(tool: Tool, built: Built, tmp_path: Path) -> None:
    for pack in tool.packs:
        path, out = built.packs / f"{pack.id}.pdf", tmp_path / f"{pack.id}.pdf"
        subprocess.run((program("qpdf"), "--check", path), check=True, capture_output=True)
        assert [] == list(
            page_validation.validate_pdf(path, profile=page_validation.ValidationProfile.PDF_UA_1).failures
        )
        if pack.fillable:
            fields = pack_fields(tool, pack)
            pdfium.fill(path, fields, sample_answers(fields), out, incremental=True)
            assert read_answers(out, fields) == sample_answers(fields)
