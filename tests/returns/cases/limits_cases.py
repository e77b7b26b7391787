"""Small files that ask for much: each is set aside by name or read, within 10 s and 768 MB; a good one counts."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from tests.returns.cases import ANSWERS, Base, Cases, Expected, kept_files
from tests.returns.cases.sheet_cases import grid
from tests.returns.paper import edited, field_in
from tests.returns.written import as_fdf, as_json, as_xlsx, ods_of, zipped

cases = Cases("limits", slow=True, limited=True)
QUICK = frozenset(
    f"limits: {name}"
    for name in (
        "shared 35-number-format.xlsx",
        "shared 38-one-part-many-sheets.xlsx",
        "a number format of open brackets",
        "a gigabyte of objects",
        "a gigabyte in value",
        "ten million numbers in a list",
        "a million keys among the ratings",
        "a million lists in each other",
        "a reference of twenty million letters",
        "a row of a million cells",
        "thirty million quotation marks",
        "a hundred thousand fields in a FDF",
        "e-mails in each other",
    )
)
"""One or two of each format, made and read in a second; all are read by `make torture`."""

_ANSWERS = ANSWERS | {"record_reference": "Good"}
_GOOD = {"good.json": as_json(_ANSWERS)}
_COUNTED = {"Good": _ANSWERS}


def _aside(name: str) -> Expected:
    return Expected(1, set_aside=1, answers=_COUNTED, said=[(name,)], lines=4)


def _beside(name: str, make: Callable[[Base], bytes], title: str, *also: Expected) -> None:
    cases.put(title, lambda base: _GOOD | {name: make(base)}, _aside(name), *also)


# ---- workbooks

cases.put(
    "shared 35-number-format.xlsx",
    lambda _: _GOOD | kept_files("35-number-format.xlsx"),
    Expected(13, answers=_COUNTED),
    _aside("35"),
)
cases.put(
    "shared 38-one-part-many-sheets.xlsx", lambda _: _GOOD | kept_files("38-one-part-many-sheets.xlsx"), _aside("38")
)


def _changed(book: bytes, part: str, change: Callable[[str], str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zipped(parts | {part: change(parts[part].decode()).encode()})


def _format(code: str, base: Base) -> bytes:
    formats = f'<numFmts count="1"><numFmt numFmtId="200" formatCode="{code}"/></numFmts><fonts'
    book = _changed(
        as_xlsx(grid(base, ANSWERS)),
        "xl/styles.xml",
        lambda text: text.replace("<fonts", formats, 1).replace(
            '<cellXfs count="1"><xf numFmtId="0"', '<cellXfs count="1"><xf numFmtId="200"'
        ),
    )
    number = '<c r="D2"><v>46054</v></c>'
    return _changed(
        book,
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace('<c r="A2"', f'{number}<c r="A2"', 1),
    )


_READ = Expected(2, answers=_COUNTED)
for _code, _word in (
    ("[" * 500_000, "open brackets"),
    ("[d" * 200_000, "brackets and letters"),
    ("\\" * 500_000, "back slashes"),
    ("&quot;" * 300_001, "quotation marks"),
    ("_" * 500_000, "underscores"),
):
    _beside("a.xlsx", partial(_format, _code), f"a number format of {_word}", _READ, Expected(2))


def _many_formats(base: Base) -> bytes:
    many = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="yyyy{n}"/>' for n in range(100_000))
    formats = f"<numFmts>{many}</numFmts><fonts"
    return _changed(as_xlsx(grid(base, ANSWERS)), "xl/styles.xml", lambda text: text.replace("<fonts", formats, 1))


_beside("a.xlsx", _many_formats, "a hundred thousand number formats", _READ)


def _many_names(count: int, base: Base) -> bytes:
    rows = grid(base, *(ANSWERS | {"record_reference": f"R{n}"} for n in range(12)))
    names = "".join(f'<sheet name="s{n}" sheetId="{n + 10}" r:id="rId1"/>' for n in range(count))
    return _changed(as_xlsx(rows), "xl/workbook.xml", lambda text: text.replace("</sheets>", f"{names}</sheets>"))


_beside("a.xlsx", partial(_many_names, 5_000), "one sheet under five thousand names")
_beside("a.xlsx", partial(_many_names, 100_000), "one sheet under a hundred thousand names")
_CELL = '<table:table-cell office:value-type="string"><text:p>1.1</text:p></table:table-cell>'
_TABLE = f'<table:table table:name="t{{}}"><table:table-row>{_CELL}</table:table-row></table:table>'
_beside(
    "a.ods",
    lambda _: ods_of("".join(_TABLE.format(n) for n in range(50_000))),
    "fifty thousand tables in an ODS",
    Expected(1, answers=_COUNTED),
)


def _shared_texts(base: Base) -> bytes:
    more = "<si><t>x</t></si>" * 2_000_000
    return _changed(
        as_xlsx(grid(base, ANSWERS)), "xl/sharedStrings.xml", lambda text: text.replace("</sst>", f"{more}</sst>")
    )


_beside("a.xlsx", _shared_texts, "two million shared texts", _READ)

# ---- PDF: a stream that unpacks to a gigabyte

_PIECE = 1 << 20


def _bomb(pieces: int, head: bytes = b"") -> bytes:
    """Zeros behind a head, packed: one packed piece repeated, so that making it takes no time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start, piece = (packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH) for data in (head, bytes(_PIECE)))
    high, low = divmod(zlib.adler32(head), 1 << 16)
    checksum = (high + low * pieces * _PIECE) % 65521 << 16 | low
    return b"\x78\xda" + start + piece * pieces + b"\x03\x00" + struct.pack(">I", checksum)


def _stream(pdf: Pdf, entries: Object | None = None) -> Object:
    stream = Stream(pdf, b"")
    for key, value in entries.items() if entries is not None else ():
        stream[key] = value
    stream.write(_bomb(1000), filter=Name.FlateDecode)
    return pdf.make_indirect(stream)


def _in_content(pdf: Pdf) -> None:
    pdf.pages[4].obj.Contents = _stream(pdf)


def _in_value(pdf: Pdf) -> None:
    field_in(pdf, "doing_1").V = _stream(pdf)


def _in_rich_text(pdf: Pdf) -> None:
    field_in(pdf, "doing_1").RV = _stream(pdf)


def _in_appearance(pdf: Pdf) -> None:
    form = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 10, 10]))
    field_in(pdf, "doing_1").AP = Dictionary(N=_stream(pdf, form))


def _in_metadata(pdf: Pdf) -> None:
    pdf.Root.Metadata = _stream(pdf, Dictionary(Type=Name.Metadata, Subtype=Name.XML))


def _in_xfa(pdf: Pdf) -> None:
    pdf.Root.AcroForm.XFA = _stream(pdf)


def _in_font(pdf: Pdf) -> None:
    for font in pdf.pages[4].Resources.Font.values():
        font.ToUnicode = _stream(pdf)


def _in_a_note(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 9, 9]), RC=_stream(pdf))
    pdf.pages[4].obj.Annots.append(pdf.make_indirect(note))


def _bombed(edit: Callable[[Pdf], None], base: Base) -> bytes:
    return edited(base.filled(), edit)


_PLACES = (_in_content, _in_value, _in_rich_text, _in_appearance, _in_metadata, _in_xfa, _in_font, _in_a_note)
for _edit in _PLACES:
    _title = f"a gigabyte{_edit.__name__.replace('_', ' ')}"
    _beside("a.pdf", partial(_bombed, _edit), _title, Expected(2, answers=_COUNTED))


def _objects(base: Base) -> bytes:
    """A stream of objects that unpacks to a gigabyte, appended as a saving of its own; the field of a text is in it."""
    data = base.filled()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        field = field_in(pdf, "doing_1")
        number, text, root = field.objgen[0], field.unparse(resolved=True), pdf.trailer.Root.objgen[0]
        size = int(pdf.trailer.Size)
    head = b"%d 0 " % number
    bomb = _bomb(1000, head + text)
    start, before = len(data), data[data.rindex(b"startxref") + 9 :].split()[0]
    kind = b"/Type /ObjStm /N 1 /First %d /Filter /FlateDecode /Length %d" % (len(head), len(bomb))
    data += b"%d 0 obj\n<< %s >>\nstream\n" % (size, kind) + bomb + b"\nendstream\nendobj\n"
    table = struct.pack(">BIHBIHBIH", 2, size, 0, 1, start, 0, 1, len(data), 0)
    kind = b"/Type /XRef /W [1 4 2] /Index [%d 1 %d 2] /Size %d" % (number, size, size + 2)
    kind += b" /Root %d 0 R /Prev %s /Length %d" % (root, before, len(table))
    tail = b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (size + 1, kind, table)
    return data + tail + b"startxref\n%d\n%%%%EOF\n" % len(data)


_beside("a.pdf", _objects, "a gigabyte of objects", Expected(2, answers=_COUNTED))
_beside("a.pdf", lambda _: b"%PDF-1.7\n" + b"[" * 5_000_000 + b"\n%%EOF\n", "five million open brackets in a PDF")


def _many_kids(base: Base) -> bytes:
    def edit(pdf: Pdf) -> None:
        kid = pdf.make_indirect(Dictionary(T="x", FT=Name.Tx))
        pdf.Root.AcroForm.Fields.extend(kid for _ in range(200_000))

    return edited(base.filled(), edit)


_beside("a.pdf", _many_kids, "two hundred thousand fields in a PDF", Expected(2, answers=_COUNTED))

# ---- JSON

_RECORD = as_json(ANSWERS).decode()


def _json(before: str, after: str) -> Callable[[Base], bytes]:
    return lambda _: _RECORD.replace(before, after, 1).encode()


_MILLIONS = "1," * 10_000_000 + "1"
_beside("a.json", lambda _: f"[{_MILLIONS}]".encode(), "ten million numbers in a list")
_beside("a.json", lambda _: ("[" + "{}," * 5_000_000 + "{}]").encode(), "five million empty records")
_beside(
    "a.json",
    lambda base: _json('"1.1": "L"', f'"1.1": [{_MILLIONS}]')(base),
    "ten million numbers for one answer",
    Expected(2, answers=_COUNTED),
)


def _keys(count: int) -> str:
    return "".join(f'"k{n}": 1, ' for n in range(count))


_beside(
    "a.json",
    lambda base: _json('"1.1"', _keys(1_000_000) + '"1.1"')(base),
    "a million keys among the ratings",
    Expected(2, answers=_COUNTED, lines=4),
)
_beside(
    "a.json",
    lambda base: _json('{"format"', "{" + _keys(1_000_000) + '"format"')(base),
    "a million keys in a record",
    Expected(2, answers=_COUNTED, lines=4),
)
_beside("a.json", lambda _: b"[" * 1_000_000 + b"]" * 1_000_000, "a million lists in each other")
_beside(
    "a.json",
    lambda base: _json('"1.1": "L"', f'"1.1": "{"L" * 20_000_000}"')(base),
    "a level of twenty million letters",
    Expected(2, answers=_COUNTED),
)
_beside(
    "a.json",
    lambda base: _json('"1.1": "L"', f'"1.1": {"9" * 5_000_000}')(base),
    "a number of five million digits",
    Expected(2, answers=_COUNTED),
)
_beside(
    "a.json",
    lambda base: _json('"A1"', f'"{"A" * 20_000_000}"')(base),
    "a reference of twenty million letters",
    Expected(2, answers=_COUNTED),
)

# ---- CSV


def _csv(rows: Iterator[str]) -> bytes:
    return "\r\n".join(rows).encode()


_beside(
    "a.csv", lambda base: _csv(iter([",".join(grid(base)[0]), ",".join(["L"] * 1_000_000)])), "a row of a million cells"
)
_beside("a.csv", lambda base: _csv(iter([",".join(["1.1"] * 1_000_000), "L"])), "a header of a million cells")
_beside("a.csv", lambda _: b"a\r\n" * 10_000_000, "ten million rows of one letter")
_beside(
    "a.csv", lambda base: _csv(iter([",".join(grid(base)[0]), *["x" + "," * 64] * 150_000])), "more rows than people"
)
_beside(
    "a.csv",
    lambda base: (",".join(grid(base)[0]) + '\r\n"').encode() + b"x" * 30_000_000,
    "one cell of thirty million letters",
)
_beside("a.csv", lambda _: b'"' * 30_000_001, "thirty million quotation marks")
_beside("a.csv", lambda _: b"1.1\r\n" + b"x\r\n" * 1_000_000, "a million unknown levels")

# ---- FDF and XFDF

_FIELD = "<< /T (f{}) /V (x) >>\n"
_MORE = "".join(_FIELD.format(n) for n in range(100_000)).encode()
_beside(
    "a.fdf",
    lambda _: as_fdf(ANSWERS).replace(b"] >> >>", _MORE + b"] >> >>"),
    "a hundred thousand fields in a FDF",
    Expected(2, answers=_COUNTED, lines=4),
)
_SAME = b"<< /T (rating_1_1) /V /L >>\n" * 300_000
_beside(
    "a.fdf",
    lambda _: as_fdf(ANSWERS).replace(b"] >> >>", _SAME + b"] >> >>"),
    "one field three hundred thousand times",
    Expected(2, answers=_COUNTED, lines=4),
)
_DEEP = b"<< /T (x) /Kids [ " * 100_000 + b"] >> " * 100_000
_beside("a.fdf", lambda _: as_fdf(ANSWERS).replace(b"] >> >>", _DEEP + b"] >> >>"), "fields in each other in a FDF")
_XFDF = b'<?xml version="1.0"?><xfdf xmlns="http://ns.adobe.com/xfdf/"><fields>%s</fields></xfdf>'
_XFIELDS = "".join(f'<field name="f{n}"><value>x</value></field>' for n in range(150_000)).encode()
_beside("a.xfdf", lambda _: _XFDF % _XFIELDS, "many fields in a XFDF")
_beside(
    "a.xfdf",
    lambda _: _XFDF % (b'<field name="a">' * 200_000 + b"</field>" * 200_000),
    "fields in each other in a XFDF",
)

# ---- ZIPs and e-mails

_beside("a.zip", lambda _: zipped({f"{n}.json": b"{" for n in range(20_000)}), "twenty thousand files in a ZIP")


def _zip_bomb(_: Base) -> bytes:
    return zipped({f"{n}.csv": bytes(60 << 20) for n in range(3)})


_beside("a.zip", _zip_bomb, "zeros in a ZIP", Expected(1, set_aside=3, answers=_COUNTED))
_BOUNDARY = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
_beside(
    "a.eml",
    lambda _: b"From: a@b\r\nTo: c@d\r\n" + _BOUNDARY + b"--b\r\n\r\nx\r\n" * 200_000 + b"--b--\r\n",
    "an e-mail of two hundred thousand parts",
)
_NESTED = b"Content-Type: message/rfc822\r\n\r\nFrom: a@b\r\nTo: c@d\r\n"
_beside("a.eml", lambda _: b"From: a@b\r\nTo: c@d\r\n" + _NESTED * 20_000 + b"\r\nx", "e-mails in each other")
