"""The HTML of a pack → its finished PDF: rendering, then the form pass.

The form pass gives a PDF a form that survives the programs that people fill it in with. WeasyPrint writes forms that
browsers show and that many programs then save wrongly. This pass writes the whole AcroForm anew from what the pack
declares; the widgets that WeasyPrint placed give the rectangles, the font sizes and the place in the structure tree,
and nothing else. Its stages, each a module:

    placeholders  what was rendered: whether it is what the pack declares, and the embedded font of the fields
    appearances   what a field looks like before anybody touches it, and what is printed for a pen
    fields        a declared field and its rendered widgets → a field of the form
    structure     what a screen reader needs: names of controls and links, scope of header cells, IDs

The file is written here: a table of its objects, and those that no page needs to be drawn in compressed streams, which
survives what viewers write behind it.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Object, Pdf, String

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.imprint import KEY, Imprint, is_group
from pmdiag_build.content.model import LANGUAGE
from pmdiag_build.publish.forms.appearances import ReferenceLine, draw_for_a_pen, draw_reference_line
from pmdiag_build.publish.forms.fields import build_form
from pmdiag_build.publish.forms.placeholders import LayoutWrong, matched, rendered_placeholders
from pmdiag_build.publish.forms.structure import finish_structure, name_controls

__all__ = ["LayoutWrong", "apply_forms", "render_pack"]

_LINE = re.compile(r'<meta name="reference-line" content="([\d. ]+)">')
_DRAWING = re.compile(rb"(?<!\S)(/\S+)\s+Do(?!\S)")
_BLOCK = re.compile(rb"\d+ beginbfchar\n(.*?)endbfchar", re.DOTALL)


def render_pack(
    html: str, fields: tuple[FormField, ...], *, name: str, title: str, folders: Iterable[Path] = ()
) -> bytes:
    """The HTML of a pack → its PDF: tagged, PDF/UA-1, with the form that `fields` declare.

    The same input gives the same bytes. `name` is the file named in problems (`packs/interview.yaml`). Only files in
    the layouts and in `folders` are read. Raises ContentWrong for a letter that the fonts lack and for a file that must
    not or can't be read.
    """
    from pmdiag_build.rendering.weasy import html_to_pdf

    identifier = hashlib.sha256(html.encode()).digest()[:16]
    rendered = html_to_pdf(html, identifier=identifier, name=name, folders=tuple(folders), forms=bool(fields))
    found = _LINE.search(html)
    reference = ReferenceLine(*map(float, found[1].split())) if found else None
    return apply_forms(rendered, fields, title=title, language=LANGUAGE, reference=reference)


def apply_forms(
    pdf: bytes, fields: tuple[FormField, ...], *, title: str, language: str, reference: ReferenceLine | None = None
) -> bytes:
    """A rendered pack → the same pages with a form that lasts; with no `fields`, only the document is finished.

    `pdf` comes from WeasyPrint with `pdf_variant="pdf/ua-1"` and, if there are `fields`, `pdf_forms=True`.
    `title` is the document's title, also named in errors; `language` a BCP 47 tag such as `en-GB`; `reference` the line
    for a reference at the foot of each page. Equal input gives equal bytes. Raises `LayoutWrong` with every difference
    between `fields` and the rendered page.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pairs = matched(fields, rendered_placeholders(document), title)
        if fields:
            draw_for_a_pen(document, pairs)
            build_form(document, pairs)
            name_controls(document, pairs)
            if reference:
                draw_reference_line(document, reference)
        finish_structure(document)
        _finish_document(document, title=title, language=language)
        _write_imprints(document)
        return saved(document)


def _finish_document(document: Pdf, *, title: str, language: str) -> None:
    """Set title and language where programs look for them, and fix the fonts' maps from glyphs to text."""
    document.Root.Lang = String(language)
    document.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if str(document.docinfo.get("/Title", "")) != title:
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["dc:title"] = title
    for font in _fonts(document).values():
        if "/ToUnicode" in font:
            _drop_byte_order_marks(font.ToUnicode)


def _write_imprints(document: Pdf) -> None:
    """Say on every page of a finished document what is printed on it; nothing may be drawn after that."""
    for number, page in enumerate(document.pages, 1):
        contents = page.obj.Contents
        streams = contents if isinstance(contents, Array) else [contents]
        content = b"\n".join(stream.read_bytes() for stream in streams)
        drawn = _with_groups(content, page.obj.Resources, 0)
        page.obj[KEY] = String(str(Imprint.of(content, drawn, number, len(document.pages))))


def _with_groups(content: bytes, resources: Object, depth: int) -> bytes:
    """A content with that of its groups in their places, such as the texts of a logo."""
    drawings = resources.get("/XObject", Dictionary())

    def in_place(found: re.Match[bytes]) -> bytes:
        name = found[1].decode()
        drawing = drawings[name]
        if not is_group(name, drawing.Subtype, depth):
            return found[0]
        return _with_groups(drawing.read_bytes(), drawing.get("/Resources", resources), depth + 1)

    return _DRAWING.sub(in_place, content)


def _fonts(document: Pdf) -> dict[tuple[int, int], Object]:
    """The fonts of the pages, by object number: pages share them."""
    resources = {page.obj.Resources.objgen: page.obj.Resources for page in document.pages}
    return {font.objgen: font for shared in resources.values() for font in shared.get("/Font", {}).values()}


def _drop_byte_order_marks(map_: Object) -> None:
    """Remove U+FEFF, to which some fonts map their empty glyph: it is no letter, and PDF/UA forbids it."""
    data = map_.read_bytes()
    if b"feff" in data.lower():
        map_.write(_BLOCK.sub(_without_marks, data))


def _without_marks(block: re.Match[bytes]) -> bytes:
    lines = [line for line in block[1].splitlines() if not line.lower().rstrip().endswith(b"<feff>")]
    return b"%d beginbfchar\n%s\nendbfchar" % (len(lines), b"\n".join(lines)) if lines else b""


# ---- The bytes of a finished pack: a table of its objects, and those that no page needs to be drawn in streams.
#
# PDFium (the viewers of Android and others) saves a filled form behind the file that it was given. Over a file that
# ends in a cross-reference stream it writes one that other programs can't read; over a file that ends in a table it
# writes a sound table. With no object in a stream a pack of 145 KB has 503 KB. So a pack is written as Microsoft Word
# writes tagged PDFs, as a hybrid-reference file (PDF 1.7, 7.5.8.4) of 191 KB: a table of all objects, in which those in
# streams are free, then an empty section that names the cross-reference stream which knows them.

_MAY_BE_HIDDEN = ("/StructTreeRoot", "/AcroForm", "/Annots", "/Outlines", "/Names", "/Dests")
"""What goes into streams: optional parts of the catalog and of pages (structure, fields, annotations, bookmarks)."""

_HIDDEN = re.compile(rb"/(?:StructTreeRoot|AcroForm|Annots|Outlines|Names|Dests) \d+ 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_TABLE = re.compile(
    rb"xref\n0 (\d+)\n0{10} 65535 f \n((?:\d{10} 00000 n \n)+)trailer (<< .* >>)\nstartxref\n", re.DOTALL
)
_ROOT = re.compile(rb"/Root \d+ 0 R")
_ENDOBJ, _ENDSTREAM, _STREAM = b"\nendobj\n", b"endstream\nendobj\n", b"\nstream\n"
_FREE, _ENTRY = b"0000000000 65535 f \n", b"%010d 00000 n \n"
_KNOWN = struct.Struct(">BIH").pack
_IN_ONE_STREAM = 200


def saved(document: Pdf) -> bytes:
    """The document as bytes, with a file ID made from its content, so that equal input gives equal bytes."""
    for holder in (document.Root, *(page.obj for page in document.pages)):
        for key in _MAY_BE_HIDDEN:
            if key in holder and not holder[key].is_indirect:
                holder[key] = document.make_indirect(holder[key])
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.disable
    document.save(out, object_stream_mode=mode, compress_streams=True, recompress_flate=False, deterministic_id=True)
    return _hybrid(out.getvalue())


def _hybrid(plain: bytes) -> bytes:
    """What qpdf writes without streams of objects → the same objects, those that no page needs in streams."""
    table = _TABLE.match(plain, plain.rindex(b"xref\n0 "))
    assert table is not None, "qpdf writes one table at the end"
    starts = list(map(int, table[2].split()[::3]))
    assert starts == sorted(starts), "qpdf writes objects by their numbers"
    # Each with its number in front and `endobj` behind, by number.
    objects = [plain[start:end] for start, end in pairwise([0, *starts, table.start()])]
    shown = _shown(objects, table[3])
    out = bytearray(objects[0])
    places: dict[int, int] = {}
    hidden: list[tuple[int, bytes]] = []
    for number, object_ in enumerate(objects[1:], 1):
        if number in shown or object_.endswith(_ENDSTREAM):
            places[number] = len(out)
            out += object_
        else:
            hidden.append((number, object_.partition(b"\n")[2][: -len(_ENDOBJ)]))
    known = _add_object_streams(out, hidden, int(table[1]))
    _add_sections(out, places, known, table[3])
    return bytes(out)


def _shown(objects: Sequence[bytes], trailer: bytes) -> set[int]:
    """The numbers of all objects that are reached without what may be hidden."""
    shown: set[int] = set()
    found = set(map(int, _REFERENCE.findall(trailer)))
    while found:
        number = found.pop()
        shown.add(number)
        entries = _HIDDEN.sub(b"", objects[number].partition(_STREAM)[0])
        found.update(set(map(int, _REFERENCE.findall(entries))) - shown)
    return shown


def _add_object_streams(out: bytearray, hidden: list[tuple[int, bytes]], size: int) -> dict[int, bytes]:
    """Adds the streams; gives the entries (type, place or stream, place in it) of what is in them and of themselves."""
    known: dict[int, bytes] = {}
    for stream, first in enumerate(range(0, len(hidden), _IN_ONE_STREAM), size):
        some, index, at = hidden[first : first + _IN_ONE_STREAM], [], 0
        for place, (number, entries) in enumerate(some):
            known[number] = _KNOWN(2, stream, place)
            index.append(b"%d %d" % (number, at))
            at += len(entries) + 1
        known[stream] = _KNOWN(1, len(out), 0)
        head = b" ".join(index) + b"\n"
        keys = b"/Type /ObjStm /N %d /First %d" % (len(index), len(head))
        out += _stream(stream, keys, head + b"\n".join([entries for _, entries in some]))
    return known


def _add_sections(out: bytearray, places: Mapping[int, int], known: dict[int, bytes], trailer: bytes) -> None:
    """Adds the cross-reference stream of what is hidden, the table of all objects, and the section that names both."""
    root, stream_at, size = _ROOT.search(trailer), len(out), max(known) + 2
    assert root is not None
    known[size - 1] = _KNOWN(1, stream_at, 0)
    index = b" ".join(b"%d %d" % run for run in _runs(sorted(known)))
    keys = b"/Type /XRef /Size %d %s /W [ 1 4 2 ] /Index [ %s ]" % (size, root[0], index)
    out += _stream(size - 1, keys, b"".join(known[number] for number in sorted(known)))
    whole = re.sub(rb"/Size \d+", b"/Size %d" % size, trailer)
    table_at = len(out)
    entries = b"".join(_ENTRY % places[number] if number in places else _FREE for number in range(size))
    out += b"xref\n0 %d\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (size, entries, whole, table_at)
    last = whole[:-2] + b"/Prev %d /XRefStm %d >>" % (table_at, stream_at)
    out += b"xref\n0 0\ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (last, len(out))


def _stream(number: int, keys: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        keys,
        len(packed),
        packed,
    )


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Numbers in order → first and count of each run."""
    first = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            yield numbers[first], at - first
            first = at
