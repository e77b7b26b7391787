"""A finished pack → copies of it with some fields filled in, their names, and the lists of who gets which.

Nothing is laid out or compressed again: a copy is the pack's own bytes followed by the changed objects, as viewers
save a form (ISO 32000-1, 7.5.6). That takes less than a millisecond.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import unicodedata
from codecs import BOM_UTF16_BE
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import jinja2
import pikepdf
from pikepdf import Object, Pdf, String

from pmdiag_build.content.field_names import record_name
from pmdiag_build.content.fields import FormField
from pmdiag_build.content.imprint import REFERENCE
from pmdiag_build.content.model import LANGUAGE, Pack, Tool
from pmdiag_build.csv_text import cell, encoded
from pmdiag_build.problems import Fault, UsageWrong
from pmdiag_build.publish.forms.appearances import Appearances, ReferenceLine, TextBox, fits, reference_text, shown_text
from pmdiag_build.publish.forms.placeholders import TEXT_KEY, FormFont, read_font
from pmdiag_build.rendering.layout_checks import refuse_active
from pmdiag_build.rendering.sandbox import is_measured
from pmdiag_build.rendering.templates import inline, style_sheets

_REFERENCE_FIELD = record_name("reference")
_SIZE = re.compile(r"([\d.]+) Tf")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of the pack: its number, and the dictionary's entries that stay, still open at the end."""

    number: int
    entries: bytes


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a field's answer goes: its box on the page, and the two objects that contain it."""

    field: FormField
    box: TextBox
    widget: _Object
    look: _Object

    def shown(self, value: str) -> str:
        """What is shown in the box: a text as it is, an option by its label."""
        return next((option.label for option in self.field.options if option.code == value), value)


class Copier:
    """Makes copies of one pack. `fields` are those that may be filled in: lines, texts and choices."""

    def __init__(self, pdf: bytes, fields: Iterable[FormField]) -> None:
        self._pdf = pdf if pdf.endswith(b"\n") else pdf + b"\n"
        start = _START.search(pdf)
        assert start is not None, "a pack ends with its cross-reference"
        self._before = int(start[1])
        with pikepdf.open(io.BytesIO(pdf)) as document:
            text_font = document.Root.AcroForm.DR.Font[f"/{TEXT_KEY}"]
            self._font = read_font(text_font)
            self._places = _places(document, fields, Appearances(document, text_font))
            self._line = _reference_line(document, text_font)
            self._size = int(document.trailer.Size)
            self._kept = b" ".join(
                b"/%s %d %d R" % (key.encode(), *document.trailer[f"/{key}"].objgen)
                for key in ("Root", "Info")
                if f"/{key}" in document.trailer
            )
            self._id = bytes(document.trailer.ID[0])

    def lacks(self, value: str) -> str:
        """The letters of a text that the form's font can't draw, each once; line ends are none."""
        return "".join(sign for sign in dict.fromkeys(value) if sign != "\n" and sign not in self._font.glyphs)

    def fits(self, field: str, value: str) -> bool:
        """Whether all of a text can be seen in a field; on paper, what can't be seen is lost."""
        on_line = self._line is None or field != _REFERENCE_FIELD or fits(value, self._line[0], self._font)
        return on_line and fits(value, self._places[field].box, self._font)

    def copy(self, values: Mapping[str, str]) -> bytes:
        """The pack with these values (field name → text, or the code of a choice) filled in; empty ones stay as is.

        Equal values give equal bytes. The copy has the pack's first file ID and a second one of its own.
        """
        objects = dict(sorted(self._changed(values).items()))
        out, offsets = bytearray(self._pdf), {}
        for number, content in objects.items():
            offsets[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        digest = hashlib.sha256(self._id + bytes(out[len(self._pdf) :])).digest()[: len(self._id)]
        return bytes(out + self._cross_reference(offsets, len(out), digest))

    def _changed(self, values: Mapping[str, str]) -> dict[int, bytes]:
        """The objects that the values change, by their numbers."""
        changed: dict[int, bytes] = {}
        for name, value in values.items():
            if value:
                place = self._places[name]
                changed[place.widget.number] = _filled(place, value)
                changed[place.look.number] = _drawn(place, value, self._font)
                if self._line and name == _REFERENCE_FIELD:
                    box, line = self._line
                    changed[line.number] = _stream(line, reference_text(value, box, self._font))
        return changed

    def _cross_reference(self, offsets: Mapping[int, int], here: int, digest: bytes) -> bytes:
        """A table of the changed objects, as the pack itself ends in one, for what PDFium saves behind it."""
        rows = b"".join(b"%d 1\n%010d 00000 n \n" % row for row in offsets.items())
        ids = b"<%s> <%s>" % (self._id.hex().encode(), digest.hex().encode())
        trailer = b"<< /Size %d /Prev %d %s /ID [ %s ] >>" % (self._size, self._before, self._kept, ids)
        return b"xref\n%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (rows or b"0 0\n", trailer, here)


def _places(document: Pdf, fields: Iterable[FormField], looks: Appearances) -> dict[str, _Place]:
    objects = {str(field.T): field for field in document.Root.AcroForm.Fields}
    return {field.name: _place(field, objects[field.name], looks) for field in fields}


def _place(field: FormField, widget: Object, looks: Appearances) -> _Place:
    left, bottom, right, top = (float(n) for n in widget.Rect)
    size = _SIZE.search(str(widget.DA))
    assert size is not None, "the form pass gives every field its font size"
    box = TextBox(right - left, top - bottom, float(size[1]), field.kind == "text")
    # Not the empty appearance, which would name no font.
    look = looks.text(b" ", box.width, box.height).stream_dict
    return _Place(
        field,
        box,
        _Object(widget.objgen[0], _open(widget, "/V", "/DV")),
        _Object(widget.AP.N.objgen[0], _open(look, "/Length")),
    )


def _reference_line(document: Pdf, text_font: Object) -> tuple[TextBox, _Object] | None:
    """The place of the reference at the foot of every page, where a pack has one: its box, and the drawing in it."""
    drawing = document.pages[0].obj.Resources.get("/XObject", pikepdf.Dictionary()).get(REFERENCE)
    if drawing is None:
        return None
    width, height = (float(n) for n in list(drawing.BBox)[2:])
    # The pack's own has no font, which pages would then need to be drawn.
    drawing.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary({f"/{TEXT_KEY}": text_font}))
    look = _open(drawing.stream_dict, "/Length", "/Filter", "/DecodeParms")
    return ReferenceLine.box_of(width, height), _Object(drawing.objgen[0], look)


def _open(entries: Object, *without: str) -> bytes:
    """A dictionary without some entries, and without its end, so that others can be added."""
    for key in without:
        if key in entries:
            del entries[key]
    return entries.unparse(resolved=True).removesuffix(b">>")


def _filled(place: _Place, value: str) -> bytes:
    """The widget with the value. A reset returns to it, as it does to what the pack itself fills in.

    Letters beyond ASCII are written as UTF-16 with its mark: PDFDocEncoding can be taken for UTF-8.
    """
    text = String(value if value.isascii() else BOM_UTF16_BE + value.encode("utf-16-be")).unparse()
    return place.widget.entries + b"/V %s /DV %s >>" % (text, text)


def _drawn(place: _Place, value: str, font: FormFont) -> bytes:
    """The appearance that shows the value."""
    return _stream(place.look, shown_text(place.shown(value), place.box, font))


def _stream(object_: _Object, drawn: bytes) -> bytes:
    return object_.entries + b"/Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)


# ---- Who gets which file: `list.csv` to send packs out with, and `list.html` to print; names of files and references.

LIST_CSV = "list.csv"
LIST_HTML = "list.html"
_STYLES = ("css/tokens.css", "css/list.css")


LETTERS = "CDFHJKMNPRTWX"
DIGITS = "34679"
"""Without vowels, which would form words, and without characters that look alike in print or handwriting."""

_HALF = 4
_LONGEST = 60  # letters
_LONGEST_BYTES = 150  # file systems count bytes where Windows counts letters
_SITE = re.compile(r"(?P<start>https?|file)://(?P<host>[\w.:\[\]-]*)(?P<path>(?:/[^?#\\]*?)??)(?:/[^/?#\\]*\.html)?")
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IN_A_PATH = "/%:@!$&'()*+,;=~"
_PLAIN = frozenset("LMN")  # letters, marks and numbers of any script


@dataclass(frozen=True, slots=True)
class PeopleList:
    """A table: `heads` and, for each person, one cell for each of them. `random`: its references were made up.

    `links`: the column of links, 0 if there is none; `followed`: they have the site's address in them.
    """

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    random: bool
    links: int = 0
    followed: bool = False

    def csv(self) -> bytes:
        """The table as spreadsheet programs and mail merge read it; nothing in it can run as a formula."""
        return encoded(",".join(map(cell, row)) for row in (self.heads, *self.rows))

    def html(self, tool: Tool, pack: Pack, layouts: jinja2.Environment) -> bytes:
        """The table as a page to print, with a box to tick for each file that was sent."""
        style, policy = inline("\n".join(style_sheets(layouts, _STYLES)))
        page = layouts.get_template("people/list.html").render(
            tool=tool,
            pack=pack,
            heads=self.heads,
            rows=self.rows,
            random=self.random,
            links=self.links,
            followed=self.followed,
            words=tool.words["sheet"],
            style=style,
            policy=policy,
            language=LANGUAGE,
        )
        if is_measured(layouts):
            refuse_active(layouts, page, policy, "people/list.html")
        return page.encode()


def link_to(page: str, record: Mapping[str, str]) -> str:
    """The address of a page that fills in these record fields. They come after a `#`, which browsers send to nobody."""
    given = "&".join(f"{name}={quote(text, safe='')}" for name, text in record.items() if text)
    return f"{page}#{given}" if given else page


def site_folder(address: str) -> str:
    """The address of the site's folder, ending in `/`, from what a person typed: that, or the address of a page in it.

    Raises UsageWrong.
    """
    wrong = Fault(
        "This is not the address of a site", "Write it as https://example.org/review/ or as file://server/share/review/"
    )
    found = _SITE.fullmatch(address.strip())
    if found is None or not address.isprintable() or not (found["host"] or found["start"] == "file"):
        raise UsageWrong.one("--site-address", wrong)
    path = found["path"] if found["path"].endswith("/") else f"{found['path']}/"
    return f"{found['start']}://{found['host']}{quote(_NO_ESCAPE.sub('%25', path), safe=_IN_A_PATH)}"


def random_references(count: int, choose: Callable[[str], str] = secrets.choice) -> list[str]:
    """That many different references of the form `K7MD-4PW9`; `choose` takes one character of a text.

    The first character is a letter, so that no spreadsheet program takes a reference for a number or a date. There are
    eight thousand million, so two rounds hardly ever share one.
    """
    found: dict[str, None] = {}
    while len(found) < count:
        signs = choose(LETTERS) + "".join(choose(LETTERS + DIGITS) for _ in range(2 * _HALF - 1))
        found[f"{signs[:_HALF]}-{signs[_HALF:]}"] = None
    return list(found)


def file_names(pack: str, references: Iterable[str]) -> list[str]:
    """A file name for each reference: `interview-A17.pdf`, the same for the same references.

    Safe on Windows too: no forbidden characters, no reserved names (the pack's name comes first), not too long, and no
    two names that differ only in case. Names that would be equal get a number.
    """
    taken: set[str] = set()
    names = []
    for reference in references:
        stem = "-".join(filter(None, (pack, _cleaned(reference))))
        name = next(name for name in _numbered(stem) if _as_compared(name) not in taken)
        taken.add(_as_compared(name))
        names.append(f"{name}.pdf")
    return names


def _cleaned(reference: str) -> str:
    text = unicodedata.normalize("NFC", reference)
    text = "".join(sign if sign in "._" or unicodedata.category(sign)[0] in _PLAIN else "-" for sign in text)
    text = re.sub("-+", "-", text)[:_LONGEST]
    return text.encode()[:_LONGEST_BYTES].decode(errors="ignore").strip("-.")


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _as_compared(name: str) -> str:
    """A name as systems compare names that ignore case and how an accent is encoded."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
