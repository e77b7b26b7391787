"""What the readers use of a PDF library, the same for pikepdf and for qpdf alone: `PDF_LIBRARY` chooses."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pikepdf
import pytest

from pmdiag_build.returns.raw import TooBig
from pmdiag_build.returns.readers.pdf_library import (
    DAMAGED,
    PDF_DOC_ENCODING,
    Array,
    Damaged,
    Dictionary,
    Name,
    Object,
    PasswordNeeded,
    Stream,
    String,
    instructions,
    opened,
    warnings_of,
)
from tests.returns.paper import blank_pack, edited, saved
from tests.returns.qpdf import CHOSEN

_PAGES = b"""
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>
endobj
"""


def _pdf(root: bytes, *more: bytes, content: bytes = b"") -> bytes:
    """A PDF whose catalogue also has `root`, and more objects from number 5 on."""
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate((stream, *more), 4))
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + root + b">>\nendobj" + _PAGES + objects
    places = sorted((int(found[1]), found.start()) for found in re.finditer(rb"^(\d+) 0 obj", body, re.MULTILINE))
    rows = b"".join(b"%010d 00000 n \n" % place for _, place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + rows
    return body + table + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(body))


def _stream(data: bytes, entries: bytes = b"/Filter/FlateDecode") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def test_each_kind_of_object_is_told_apart() -> None:
    root = b"/A[1 -2 2.50 .5 true null(x)/N<<>>9 0 R 5 0 R 4 0 R]"
    with opened(_pdf(root, b"[7]")) as pdf:
        items: list[Any] = list(pdf.Root["/A"])

        assert [1, -2, Decimal("2.5"), Decimal("0.5"), True, None] == items[:6]
        assert [String, Name, Dictionary] == [type(one) for one in items[6:9]] or not CHOSEN
        assert items[9] is None  # a reference to nothing
        for kind, place in ((String, 6), (Name, 7), (Dictionary, 8), (Array, 10), (Stream, 11)):
            assert [place] == [n for n, one in enumerate(items) if isinstance(one, kind)]
        assert [6, 7, 8, 10, 11] == [n for n, one in enumerate(items) if isinstance(one, Object)]


def test_an_entry_that_is_null_is_not_there() -> None:
    with opened(_pdf(b"/D<</a null/b 9 0 R/c 0/d 5 0 R>>", b"null")) as pdf:
        entries = pdf.Root["/D"]

        assert {"/c"} == set(entries.keys()) == set(entries)
        assert "/a" not in entries
        assert "/c" in entries
        assert entries.get("/d", 3) == 3
        with pytest.raises(KeyError):
            entries["/b"]


def test_what_is_empty_is_false() -> None:
    with opened(_pdf(b"/A[<<>><</x 1>>[]()(x)/N[0]]")) as pdf:
        assert [False, True, False, False, True, True, True] == [bool(one) for one in pdf.Root["/A"]]


def test_what_is_no_dictionary_has_no_entries() -> None:
    with opened(_pdf(b"/A[(text)/Name[1]]")) as pdf:
        for one in pdf.Root["/A"]:
            assert one.get("/x") is None
            assert one.get("/x", 1) == 1
            with pytest.raises(DAMAGED):
                "/x" in one  # noqa: B015
            with pytest.raises(DAMAGED):
                one["/x"]


def test_a_number_is_the_same_object_and_what_has_none_is_not() -> None:
    with opened(_pdf(b"/A[5 0 R 5 0 R<<>>6 0 R]", b"<<>>", b"<<>>")) as pdf:
        first, again, direct, other = (one.objgen for one in pdf.Root["/A"])

        assert first == again != other
        assert direct == (0, 0) != first


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"(a(b)c)", b"a(b)c"),
        (b"(a\\(b\\)\\\\)", b"a(b)\\"),
        (b"(\\n\\r\\t\\b\\f)", b"\n\r\t\b\f"),
        (b"(\\101\\1014\\7\\400)", b"AA4\x07\x00"),
        (b"(a\\\nb\\\r\nc\rd\r\ne)", b"abc\nd\ne"),
        (b"(\xff\xfe\x00)", b"\xff\xfe\x00"),
        (b"<48 6 5\n6c6C6>", b"Hell`"),
        (b"<FEFFD800>", b"\xfe\xff\xd8\x00"),
        (b"<FEFF00>", b"\xfe\xff\x00"),
        (b"<>", b""),
        (b"(\xc3\xa9)", b"\xc3\xa9"),
    ],
)
def test_a_text_is_read_to_the_byte(written: bytes, read: bytes) -> None:
    with opened(_pdf(b"/T" + written)) as pdf:
        assert read == bytes(pdf.Root["/T"])


def test_a_name_is_equal_to_its_text() -> None:
    with opened(_pdf(b"/N/a#20b#c3#a9/O/Off/e<</x#41 1>>")) as pdf:
        assert str(pdf.Root["/N"]) == "/a bé"
        assert pdf.Root["/O"] == "/Off"
        assert pdf.Root["/O"] != "/On"
        assert {"/xA"} == set(pdf.Root["/e"].keys())


def test_a_name_that_is_no_text_is_not_read_as_another() -> None:
    with opened(_pdf(b"/N/L#ff")) as pdf:
        assert pdf.Root["/N"] != "/L"
        with pytest.raises(DAMAGED):
            str(pdf.Root["/N"])


@pytest.mark.parametrize(
    ("stream", "read"),
    [
        (_stream(b"plain", b""), b"plain"),
        (_stream(zlib.compress(b"text")), b"text"),
        (_stream(zlib.compress(b"text"), b"/Filter[/FlateDecode]/DecodeParms[null]"), b"text"),
        (_stream(zlib.compress(zlib.compress(b"text")), b"/Filter[/FlateDecode/FlateDecode]"), b"text"),
        (_stream(b"74657874>", b"/Filter/ASCIIHexDecode"), b"text"),
        (_stream(base64.a85encode(b"text") + b"~>", b"/Filter/ASCII85Decode"), b"text"),
        (_stream(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", b"/Filter/LZWDecode"), b"-----A---B"),
        (
            _stream(zlib.compress(b"\1tfex"), b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 4>>"),
            b"t\xda?\xb7",
        ),
        (_stream(b""), b""),
        (_stream(zlib.compress(b"text") + b"\r\n"), b"text"),
        (_stream(zlib.compress(b"text")[:-1] + b"?"), b"text"),
    ],
)
def test_a_stream_is_unpacked(stream: bytes, read: bytes) -> None:
    with opened(_pdf(b"/S 5 0 R", stream)) as pdf:
        assert read == pdf.Root["/S"].read_bytes()
        assert warnings_of(pdf) == []


@pytest.mark.parametrize(
    "stream",
    [
        _stream(b"text"),
        _stream(zlib.compress(b"text" * 99)[:9]),
        _stream(b"\x03text\x80", b"/Filter/RunLengthDecode"),
        _stream(b"text", b"/Filter/Unknown"),
        _stream(b"74>", b"/Filter[" + b"/ASCIIHexDecode" * 5 + b"]"),
        _stream(b"7g>", b"/Filter/ASCIIHexDecode"),
    ],
)
def test_a_stream_that_can_not_be_unpacked_is_no_text(stream: bytes) -> None:
    with opened(_pdf(b"/S 5 0 R", stream)) as pdf:
        try:
            pdf.Root["/S"].read_bytes()
        except DAMAGED:
            return
        assert warnings_of(pdf)


@pytest.mark.slow
def test_a_stream_that_unpacks_to_more_than_any_return_is_not_unpacked() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    with opened(_pdf(b"/S 5 0 R", _stream(bomb))) as pdf, pytest.raises((TooBig, Damaged)):
        pdf.Root["/S"].read_bytes()


CONTENT = b"""q 1 0 0 .5 0 -7 cm % a comment
/F1 12 Tf[(a\\)b)-250<63>]TJ
/Span<</MCID 0/A[/B true]>>BDC EMC
BI/W 1/H 1/BPC 8/CS/G ID \xff)EI Q"""


def test_the_instructions_of_a_page() -> None:
    with opened(_pdf(b"", content=CONTENT)) as pdf:
        found = [(operator, list(operands)) for operator, operands in instructions(pdf.pages[0].obj)]

        names = ["q", "cm", "Tf", "TJ", "BDC", "EMC", "INLINE IMAGE", "Q"]
        assert names == [operator for operator, _ in found]
        assert [1, 0, 0, Decimal("0.5"), 0, -7] == found[1][1]
        assert ["/F1", 12] == found[2][1]
        text, gap, more = found[3][1][0]
        assert (b"a)b", -250, b"c") == (bytes(text), gap, bytes(more))
        assert found[4][1][1]["/MCID"] == 0
        assert warnings_of(pdf) == []


def test_operands_behind_the_last_operator_draw_nothing() -> None:
    with opened(_pdf(b"", content=b"q Q 1 2")) as pdf:
        page = pdf.pages[0].obj

        assert ["q", "Q"] == [operator for operator, _ in instructions(page)]
        assert ["q", "Q"] == [operator for operator, _ in instructions(page["/Contents"])]


@pytest.mark.parametrize(
    "content",
    [b"q ] Q", b"q >> Q", b"{ 1 } Q", b"(abc Tj", b"/a#zz gs", b"[1 two] TJ", b"<</A>> BDC", b"<4x> Tj", b"q [",
     b"99999999999999999999 0 m", b"BI /W 1 ID abc", b"BI ID EI", b"\x80 q", b"<</A 1/A 2>> BDC"],
)  # fmt: skip
def test_content_that_is_damaged_is_not_read_in_silence(content: bytes) -> None:
    with opened(_pdf(b"", content=content)) as pdf:
        try:
            list(instructions(pdf.pages[0].obj))
        except DAMAGED:
            return
        assert warnings_of(pdf)


def _without(key: bytes) -> bytes:
    return _pdf(b"").replace(key, b" " * len(key))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(_without(b"/MediaBox[0 0 9 9]"), id="no size"),
        pytest.param(_without(b"/Resources<<>>"), id="no resources"),
        pytest.param(_without(b"/Type/Pages"), id="a list of another type"),
        pytest.param(_without(b"/Type/Page/"), id="a page of another type"),
        pytest.param(_pdf(b"").replace(b"[3 0 R]", b"[3 0 R 3 0 R]").replace(b"Count 1>>", b"Count 2>"), id="twice"),
    ],
)
def test_a_page_that_would_be_repaired_is_warned_of(data: bytes) -> None:
    try:
        with opened(data) as pdf:
            assert pdf.pages
            assert warnings_of(pdf)
    except DAMAGED:
        pass


@pytest.mark.parametrize("reference", [b"0 0 R", b"0 7 R", b"5 65535 R"])
def test_a_reference_to_what_can_not_be_is_warned_of(reference: bytes) -> None:
    with opened(_pdf(b"/A[1 " + reference + b"]", b"<<>>")) as pdf:
        assert list(pdf.Root["/A"])[1] is None
        assert warnings_of(pdf)


@pytest.mark.parametrize("cut", [b"startxref", b"xref\n0", b"trailer", b"/Root 1 0 R"])
def test_a_list_of_objects_that_is_wrong_is_not_repaired(cut: bytes) -> None:
    with pytest.raises(Damaged), opened(_without(cut)):
        pass


def test_the_files_inside_a_file_are_named() -> None:
    no_dates: dict[str, Any] = {}

    def attach(pdf: pikepdf.Pdf) -> None:
        for name in ("b é.pdf", "a.csv"):
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b"content", **no_dates)

    inside = edited(blank_pack(()), attach)
    with opened(inside) as pdf:
        assert ["a.csv", "b é.pdf"] == list(pdf.attachments)


def test_a_password_is_told_from_damage() -> None:
    def locked(user: str) -> bytes:
        with pikepdf.open(io.BytesIO(_pdf(b"/T(text)"))) as pdf:
            return saved(pdf, encryption=pikepdf.Encryption(owner="o", user=user))

    with pytest.raises(PasswordNeeded), opened(locked("u")):
        pass
    with opened(locked("")) as pdf:
        assert bytes(pdf.Root["/T"]) == b"text"


def _each(encoding: str, errors: str) -> Callable[[int], str]:
    return lambda byte: bytes([byte]).decode(encoding, errors)


@pytest.mark.parametrize("errors", ["replace", "ignore"])
def test_pdfdocencoding_is_that_of_pikepdf(errors: str) -> None:
    ours, theirs = _each(PDF_DOC_ENCODING, errors), _each("pdfdoc_pikepdf", errors)

    assert list(map(theirs, range(256))) == list(map(ours, range(256)))
