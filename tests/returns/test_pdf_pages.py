"""What people wrote on the pages of a return is found, and pages that a program only rewrote raise no alarm."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable

import pikepdf
import pymupdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.imprint import KEY, PAINTS, hash_of
from pmdiag_build.publish.forms import apply_forms
from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import Reading, TooBig
from pmdiag_build.returns.readers.pdf import read
from pmdiag_build.returns.readers.pdf_drawn import Canvas
from pmdiag_build.returns.readers.pdf_library import Stream, opened
from pmdiag_build.returns.readers.pdf_pages import pages_of
from tests.forms.conftest import rendered
from tests.forms.minipack import LANGUAGE, TITLE, mini_fields, mini_html
from tests.returns.paper import edited, filled, saved

pytestmark = pytest.mark.slow

ANSWERS = {"record_reference": "A1", "rating_1_1": "L", "doing_1": "Well."}


_SHIELD = '<g opacity=".9"><circle cx="30" cy="30" r="20"/><circle cx="60" cy="30" r="20"/>'
_DEEP = 12
LOGO = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60" width="300" height="60">
{_SHIELD * _DEEP}<text x="160" y="40" font-size="24" text-anchor="middle">Łódź City</text>{"</g>" * _DEEP}
<text x="290" y="40" font-size="24" text-anchor="end">of <tspan x="280" y="60">Łódź</tspan></text></svg>"""
"""Drawn in groups: what is half transparent, and text that ends at a place."""


@pytest.fixture(scope="module")
def pack() -> bytes:
    """A pack of three pages with a logo on two of them, as it is printed, with answers."""
    fields = mini_fields()
    logo = f'<img alt="Łódź" src="data:image/svg+xml;base64,{base64.b64encode(LOGO.encode()).decode()}">'
    html = mini_html(fields).replace("<h1>", f"{logo}<h1>").replace("<h2>", f"{logo}<h2>", 1)
    return filled(apply_forms(rendered(html), fields, title=TITLE, language=LANGUAGE), ANSWERS)


@pytest.fixture(scope="module", params=["with imprints", "of version 1.0", "without imprints"])
def either(request: pytest.FixtureRequest, pack: bytes) -> bytes:
    """The same, as packs of version 1.0 were, and as they were before there were imprints."""
    return edited(pack, EARLIER[request.param])


@pytest.fixture(params=["with imprints", "of version 1.0"])
def imprinted(request: pytest.FixtureRequest, pack: bytes) -> bytes:
    return edited(pack, EARLIER[request.param])


def _of_version_1_0(pdf: Pdf) -> None:
    """Its imprints took a group for one drawing, and the text in it for none."""
    for number, page in enumerate(pdf.pages, 1):
        parts = page.obj.Contents
        content = b"\n".join(part.read_bytes() for part in (parts if isinstance(parts, Array) else [parts]))
        text = bytes.fromhex(b"".join(re.findall(rb"<([0-9a-fA-F]+)>", content)).decode())
        paints = sum(map(PAINTS.__contains__, content.split()))
        page.obj[KEY] = String(f"{number}/{len(pdf.pages)} {hash_of(content)} {hash_of(text)} {paints}")


def _without_imprints(pdf: Pdf) -> None:
    for page in pdf.pages:
        del page.obj[KEY]


EARLIER: dict[str, Callable[[Pdf], None]] = {
    "with imprints": lambda pdf: None,
    "of version 1.0": _of_version_1_0,
    "without imprints": _without_imprints,
}


def _said(pdf: bytes) -> list[str]:
    reading = read("a.pdf", pdf)
    return [str(problem) for problem in [*reading.set_aside, *reading.problems]]


def _qpdf(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            page.contents_coalesce()
        return saved(document, normalize_content=True, recompress_flate=True)


def _mupdf(pdf: bytes) -> bytes:
    with pymupdf.open(stream=pdf) as document:  # type: ignore[no-untyped-call]
        data: bytes = document.tobytes(garbage=4, clean=True, deflate=True)
    return data


def _pypdf(pdf: bytes) -> bytes:
    writer, out = pypdf.PdfWriter(clone_from=io.BytesIO(pdf)), io.BytesIO()
    for page in writer.pages:
        page.compress_content_streams()
    writer.write(out)
    return out.getvalue()


def _wrapped(pdf: bytes) -> bytes:
    """As many libraries do before they draw something: what the page had is put in brackets."""

    def wrap(document: Pdf) -> None:
        for page in document.pages:
            page.contents_add(document.make_stream(b"q"), prepend=True)
            page.contents_add(document.make_stream(b"Q q 1 0 0 1 0 0 cm Q"))

    return edited(pdf, wrap)


REWRITERS: dict[str, Callable[[bytes], bytes]] = {
    "nothing": bytes,
    "qpdf": _qpdf,
    "MuPDF": _mupdf,
    "pypdf": _pypdf,
    "brackets": _wrapped,
}


@pytest.mark.parametrize("program", REWRITERS)
def test_pages_that_were_only_rewritten_are_no_alarm(program: str, either: bytes) -> None:
    rewritten = REWRITERS[program](either)

    assert _said(rewritten) == []
    assert len(read("a.pdf", rewritten).records) == 1


def _font(pdf: Pdf, page: int) -> None:
    resources = pdf.pages[page].Resources
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    resources.Font = Dictionary({**dict(resources.get("/Font", {}).items()), "/Mine": font})


def _text(pdf: Pdf) -> None:
    _font(pdf, 1)
    pdf.pages[1].contents_add(pdf.make_stream(b"BT /Mine 11 Tf 60 300 Td (Not at) Tj ( all) Tj ET"))


def _tagged_text(pdf: Pdf) -> None:
    _font(pdf, 1)
    pdf.pages[1].contents_add(pdf.make_stream(b"/ADBE_FillSign BMC q BT /Mine 11 Tf (Not at all) Tj ET Q EMC"))


def _lines(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(pdf.make_stream(b"q 2 w 10 10 m 90 90 l S 90 10 m 10 90 l S Q"))


def _group(pdf: Pdf, place: re.Pattern[bytes], page: int = 1) -> None:
    """Puts a text in a form XObject into a page, behind the first place of this kind."""
    _font(pdf, page)
    resources = pdf.pages[page].Resources
    own = Dictionary(Font=Dictionary(Mine=resources.Font.Mine))
    group = pdf.make_stream(b"BT /Mine 11 Tf 60 300 Td (Not at all) Tj ET", Type=Name.XObject, Subtype=Name.Form)
    group.BBox, group.Resources = Array([0, 0, 595, 842]), own
    resources.XObject = Dictionary({**dict(resources.get("/XObject", {}).items()), "/Mine": group})
    last = _parts(pdf, page)[-1]
    content = last.read_bytes()
    found = place.search(content)
    assert found is not None
    last.write(content[: found.end()] + b"\nq /Mine Do Q" + content[found.end() :])


def _text_in_a_group(pdf: Pdf) -> None:
    _group(pdf, re.compile(rb"\Z"))


def _picture(pdf: Pdf) -> None:
    image = pdf.make_stream(b"\0", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8)
    image.ColorSpace = Name.DeviceGray
    resources = pdf.pages[1].Resources
    resources.XObject = Dictionary({**dict(resources.get("/XObject", {}).items()), "/Mine": image})
    pdf.pages[1].contents_add(pdf.make_stream(b"q 90 0 0 90 10 10 cm /Mine Do Q"))


def _picture_in_the_content(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(pdf.make_stream(b"q 9 0 0 9 1 1 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"))


def _in_front(pdf: Pdf) -> None:
    pdf.pages[1].contents_add(pdf.make_stream(b"q 0 0 90 90 re f Q"), prepend=True)


WRITTEN: dict[str, tuple[Callable[[Pdf], None], str]] = {
    "text": (_text, "page 2 (text or lines) “Not at all”."),
    "text of Fill & Sign": (_tagged_text, "page 2 (text or lines) “Not at all”."),
    "text in a group": (_text_in_a_group, "page 2 (text or lines) “Not at all”."),
    "lines": (_lines, "page 2 (text or lines)."),
    "a picture": (_picture, "page 2 (text or lines)."),
    "a picture in the content": (_picture_in_the_content, "page 2 (text or lines)."),
    "in front": (_in_front, "page 2 (text or lines)."),
}


@pytest.mark.parametrize("what", WRITTEN)
@pytest.mark.parametrize("program", REWRITERS)
def test_what_was_written_on_a_page_is_named(what: str, program: str, either: bytes) -> None:
    edit, said = WRITTEN[what]
    (line,) = _said(REWRITERS[program](edited(either, edit)))

    assert f"Notes or drawings on its pages were not counted: {said}" in line


@pytest.mark.parametrize("what", WRITTEN)
def test_a_form_that_was_only_written_on_is_not_blank(what: str, either: bytes) -> None:
    blank = edited(either, lambda pdf: _emptied(pdf))
    reading: Reading = read("a.pdf", edited(blank, WRITTEN[what][0]))

    assert reading.records == []
    assert "Its form fields are empty, but its pages have" in str(reading.set_aside[0])


def _emptied(pdf: Pdf) -> None:
    for field in pdf.Root.AcroForm.Fields:
        if Name.Kids in field:
            field.V = Name.Off
            for kid in field.Kids:
                kid.AS = Name.Off
        elif field.FT == Name.Tx and str(field.T) != "pack_id":
            field.V = String("")
            del field["/AP"]


def test_a_text_that_was_changed_is_named(pack: bytes) -> None:
    def change(pdf: Pdf) -> None:
        page = pdf.pages[1].obj
        parts = list(page.Contents) if isinstance(page.Contents, Array) else [page.Contents]
        content = parts[-1].read_bytes()
        start = content.index(b"[<") + 2
        parts[-1].write(content[:start] + b"0001" + content[start + 4 :])

    (line,) = _said(edited(pack, change))

    assert "not counted: page 2 (text or lines)." in line


@pytest.mark.parametrize("program", ["MuPDF", "brackets"])
def test_a_group_within_the_text_of_the_pack_is_named(program: str, imprinted: bytes) -> None:
    written = edited(imprinted, lambda pdf: _group(pdf, re.compile(rb"/MCID \d+>>\s+BDC")))
    (line,) = _said(REWRITERS[program](written))

    assert "not counted: page 2 (text or lines)." in line


def test_a_group_in_place_of_a_drawing_is_named(pack: bytes) -> None:
    def swap(pdf: Pdf) -> None:
        _group(pdf, re.compile(rb"/MCID \d+>>\s+BDC"), 2)
        last = _parts(pdf, 2)[-1]
        changed = (content := last.read_bytes()).replace(b"\nf*\n", b"\nn\n", 1)
        assert changed != content
        last.write(changed)

    (line,) = _said(edited(pack, swap))

    assert "not counted: page 3 (text or lines)." in line


def test_a_text_that_was_changed_in_the_logo_is_named(pack: bytes) -> None:
    def change(pdf: Pdf) -> None:
        (group, *_) = [one for one in pdf.pages[1].Resources.XObject.values() if b"TJ" in one.read_bytes()]
        group.write(group.read_bytes().replace(b"[<", b"[<0001", 1))

    (line,) = _said(_wrapped(edited(pack, change)))

    assert "Notes or drawings on its pages were not counted" in line


def test_a_page_that_was_added_is_named_with_its_words(either: bytes) -> None:
    def add(pdf: Pdf) -> None:
        with pymupdf.open() as more:  # type: ignore[no-untyped-call]
            more.new_page().insert_text((60, 300), "Dear all")
            letter = pikepdf.open(io.BytesIO(more.tobytes()))
        pdf.pages.insert(0, letter.pages[0])
        pdf.add_blank_page()

    (line,) = _said(edited(either, add))

    assert "not counted: page 1 (added page) “Dear all”." in line


def test_a_page_that_is_missing_sets_the_file_aside_also_without_fields_on_it(pack: bytes) -> None:
    def remove(pdf: Pdf) -> None:
        del pdf.pages[0].obj["/Annots"]
        del pdf.pages[0]

    reading = read("a.pdf", edited(pack, remove))

    assert reading.records == []
    assert (
        str(reading.set_aside[0]) == "a.pdf: Page 1 of the pack is missing in this file. Ask for the whole file again."
    )


def test_pages_in_another_order_and_one_without_its_imprint_are_no_alarm(pack: bytes) -> None:
    def move(pdf: Pdf) -> None:
        del pdf.pages[1].obj[KEY]
        pdf.pages.append(pdf.pages[0])
        del pdf.pages[0]

    assert _said(edited(pack, move)) == []


class _Unpacking(Canvas):
    """Counts what is unpacked."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def unpacked(self, stream: Stream) -> bytes:
        self.times += 1
        return super().unpacked(stream)


def test_a_page_as_it_was_printed_is_unpacked_once_for_all_returns(pack: bytes) -> None:
    canvas = _Unpacking()
    for answers in ({"doing_1": "Well."}, {"doing_1": "Badly."}):
        with opened(filled(pack, answers)) as pdf:
            assert ((), ()) == (tuple((pages := pages_of(pdf, canvas)).marks), tuple(pages.missing))

    assert canvas.times == 0


def test_a_page_that_is_known_counts_as_looked_at(pack: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _said(pack) == []

    monkeypatch.setattr(limits, "PDF_LOOKED_AT", 10)

    with opened(pack) as pdf, pytest.raises(TooBig):
        pages_of(pdf, Canvas())


def _read_otherwise(pdf: Pdf) -> None:
    for part in _parts(pdf):
        part.write(part.read_raw_bytes(), filter=Name.FlateDecode, decode_parms=Dictionary(Predictor=12, Columns=1))


def _packed_twice(pdf: Pdf) -> None:
    for part in _parts(pdf):
        part.write(zlib.compress(part.read_raw_bytes()), filter=Array([Name.FlateDecode, Name.FlateDecode]))


def _not_packed(pdf: Pdf) -> None:
    for part in _parts(pdf):
        part.write(part.read_raw_bytes(), filter=Name.ASCIIHexDecode)


def _cut(pdf: Pdf) -> None:
    for part in _parts(pdf):
        part.write(part.read_raw_bytes()[:-9], filter=Name.FlateDecode)


def _parts(pdf: Pdf, page: int = 1) -> list[Object]:
    content = pdf.pages[page].obj.Contents
    return list(content) if isinstance(content, Array) else [content]


@pytest.mark.parametrize(
    ("change", "sound"), [(_read_otherwise, False), (_packed_twice, True), (_not_packed, False), (_cut, False)]
)
def test_a_page_of_known_bytes_that_are_read_otherwise_is_not_taken_for_the_known_one(
    change: Callable[[Pdf], None], sound: bool, pack: bytes
) -> None:
    assert _said(pack) == []

    assert (_said(edited(pack, change)) == []) is sound
