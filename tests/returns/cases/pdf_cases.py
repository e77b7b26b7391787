"""Filled packs that were taken back, signed, drawn on, saved by everyday programs or damaged."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

import pikepdf
import pymupdf
import pypdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.forms.answers import LINES, LONG, NAMES
from tests.forms.programs import Fill, firefox, libraries, poppler
from tests.forms.programs import pdfium as pdfium_program
from tests.forms.programs import pdfjs as pdfjs_program
from tests.programs import program
from tests.returns.cases import ANSWERS, Base, Cases, Expected, Files
from tests.returns.paper import edited, field_in, filled, filled_on_top, put, saved

cases = Cases("pdf", slow=True)

ALL = Expected(answers={"A1": ANSWERS}, quiet=True)
"""Every answer is counted, and there is nothing to say."""


def uncounted(name: str, *said: str, **also: str) -> Expected:
    """One answer is not counted, and a message holds these patterns; the others are counted."""
    rest = {one: answer for one, answer in (ANSWERS | also).items() if one != name}
    return Expected(answers={"A1": rest}, not_counted=(name,), said=[said])


def _edit(edit: Callable[[Pdf], object], base: Base, **changes: str) -> Files:
    return {"a.pdf": edited(base.filled(**changes), edit)}


def _group(pdf: Pdf, name: str, value: str, *on: str) -> None:
    """Sets what a group says and which of its buttons are on."""
    field = field_in(pdf, name)
    field.V = Name(f"/{value}")
    for kid in field.Kids:
        kid.AS = next((Name(f"/{code}") for code in on if f"/{code}" in kid.AP.N), Name.Off)


# ---- taken back, and other contradictions

_1_1, _OV_2, _DOING = r"rating_1_1|1\.1", "overall_2|overall 2", "doing_1|doing 1"

cases.shared(
    "01-firefox-taken-back.pdf",
    Expected(
        answers={"FX-REAL": {"rating_1_2": "D"}},
        not_counted=("rating_1_1", "overall_1"),
        said=[(_1_1, r"\bL\b"), ("overall_1|overall 1", r"\bE\b")],
    ),
)
cases.shared(
    "16-v-off-as-l.pdf",
    Expected(answers={"FS-6": {"rating_1_2": "D"}}, not_counted=("rating_1_1",), said=[(_1_1, r"\bL\b")]),
)


@cases.add(uncounted("rating_1_1", _1_1, r"\bL\b"))
def the_value_is_left_and_every_button_off(base: Base) -> Files:
    return _edit(lambda pdf: _group(pdf, "rating_1_1", "L"), base)


@cases.add(uncounted("overall_2", _OV_2, r"\bD\b"))
def the_value_says_off_and_a_button_is_on(base: Base) -> Files:
    return _edit(lambda pdf: _group(pdf, "overall_2", "Off", "D"), base)


@cases.add(uncounted("rating_1_1", _1_1, r"\bL\b", r"\bD\b"))
def the_value_says_one_level_and_the_button_another(base: Base) -> Files:
    return _edit(lambda pdf: _group(pdf, "rating_1_1", "L", "D"), base)


@cases.add(uncounted("rating_1_1", _1_1, r"\bL\b", r"\bE\b"))
def two_buttons_are_on(base: Base) -> Files:
    return _edit(lambda pdf: _group(pdf, "rating_1_1", "L", "L", "E"), base)


@cases.add(ALL, uncounted("rating_1_1", _1_1, r"\bL\b"))
def no_value_and_a_button_on(base: Base) -> Files:
    """As simple viewers save: nothing is contradicted. Counting it is right; asking about it is no loss."""

    def edit(pdf: Pdf) -> None:
        del field_in(pdf, "rating_1_1").V

    return _edit(edit, base)


def _taken_back(fill: Callable[..., None], base: Base) -> Files:
    chosen, back = base.folder / "chosen.pdf", base.folder / "back.pdf"
    fill(base.pack_path, base.fields, ANSWERS, chosen)
    fill(chosen, base.fields, {"rating_1_1": "", "overall_2": ""}, back)
    return {"a.pdf": back.read_bytes()}


_BACK = Expected(
    answers={"A1": {"rating_1_2": "D", "rating_3_10": "E"}},
    not_counted=("rating_1_1", "overall_2"),
    said=[(_1_1, r"\bL\b"), (_OV_2, r"\bD\b")],
)


@cases.add(_BACK)
def taken_back_in_a_later_sitting_in_firefox(base: Base) -> Files:
    return _taken_back(partial(firefox.fill, browser=base.fixture("firefox_browser")), base)


@cases.add(_BACK)
def taken_back_in_a_later_sitting_in_pdfjs(base: Base) -> Files:
    browser, folder = base.fixture("chromium_browser"), base.fixture("pdfjs_dir")
    return _taken_back(partial(pdfjs_program.fill, browser=browser, pdfjs=folder), base)


_GONE = Expected(answers={"A1": {"rating_1_2": "D"}}, not_counted=("rating_1_1", "overall_2"), quiet=True)


@cases.add(_GONE)
def taken_back_cleanly_in_pdfium(base: Base) -> Files:
    return _taken_back(pdfium_program.fill, base)


@cases.add(_GONE)
def taken_back_cleanly_in_mupdf(base: Base) -> Files:
    return _taken_back(libraries.fill_with_pymupdf, base)


@cases.add(uncounted("record_mode", "mode", "individual|One person", "group"))
def a_choice_and_its_index_differ(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        field = field_in(pdf, "record_mode")
        codes = [str(option[0]) for option in field.Opt]
        field.I = Array([codes.index("group")])

    return _edit(edit, base)


@cases.add(uncounted("doing_1", _DOING, "Well", "Badly"))
def a_text_and_its_appearance_by_pdfium_differ(base: Base) -> Files:
    """PDFium draws what was typed; then a program that does not draw changes the value."""
    typed = base.folder / "typed.pdf"
    pdfium_program.fill(base.pack_path, base.fields, ANSWERS | {"doing_1": "Badly."}, typed)
    return {"a.pdf": edited(typed.read_bytes(), lambda pdf: put(pdf, {"doing_1": ANSWERS["doing_1"]}))}


def _drawn_text(pdf: Pdf, text: bytes) -> Object:
    font = Dictionary(Helv=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    stream = pdf.make_stream(b"/Tx BMC q BT /Helv 11 Tf 2 20 Td (" + text + b") Tj ET Q EMC")
    for key, value in {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, 400, 100])}.items():
        stream[f"/{key}"] = value
    stream.Resources = Dictionary(Font=font)
    return stream


@cases.add(uncounted("doing_1", _DOING, "Well", "Badly"))
def a_text_and_its_drawn_appearance_differ(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "doing_1").AP = Dictionary(N=_drawn_text(pdf, b"Badly."))

    return _edit(edit, base)


@cases.add(uncounted("doing_1", _DOING, "Well", "Badly"))
def a_text_and_its_rich_text_differ(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "doing_1").RV = String(
            '<?xml version="1.0"?><body xmlns="http://www.w3.org/1999/xhtml"><p>Badly.</p></body>'
        )

    return _edit(edit, base)


@cases.add(uncounted("rating_1_1", _1_1, r"\bL\b", r"\bE\b"))
def a_button_has_a_value_of_its_own_that_its_group_denies(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "rating_1_1").Kids[2].V = Name.E

    return _edit(edit, base)


# ---- Apple's own buttons

cases.shared(
    "03-apple-preview-radio.pdf", Expected(answers={"AP-1": {"rating_1_1": "L", "rating_5_8": "E"}}, quiet=True)
)


def _apple(pdf: Pdf) -> list[Object]:
    """Preview and iOS: the chosen button becomes a field of its own, its group knows nothing of it."""
    buttons = []
    for group in _radios(pdf):
        for kid in group.Kids:
            if kid.AS != Name.Off:
                del kid.Parent
                kid.T, kid.FT, kid.Ff, kid.V = group.T, Name.Btn, group.Ff, kid.AS
                buttons.append(kid)
        group.V = Name.Off
    return buttons


def _radios(pdf: Pdf) -> list[Object]:
    return [field for field in pdf.Root.AcroForm.Fields if Name.Kids in field]


@cases.add(ALL)
def apples_buttons(base: Base) -> Files:
    return _edit(_apple, base)


@cases.add(ALL)
def apples_buttons_listed_beside_their_groups(base: Base) -> Files:
    return _edit(lambda pdf: pdf.Root.AcroForm.Fields.extend(_apple(pdf)), base)


@cases.add(ALL)
def apples_buttons_and_a_short_list_of_fields(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        buttons = _apple(pdf)
        pdf.Root.AcroForm.Fields = Array([*buttons, field_in(pdf, "doing_1")])

    return _edit(edit, base)


@cases.add(ALL)
def fields_and_widgets_as_two_copies(base: Base) -> Files:
    return _edit(_two_copies, base)


def _two_copies(pdf: Pdf) -> None:
    """macOS: /Fields leads to copies of what is on the pages, both with the answers."""
    copies = []
    for field in pdf.Root.AcroForm.Fields:
        twin = pdf.make_indirect(Dictionary({key: value for key, value in field.items() if key != "/Kids"}))
        if Name.Kids in field:
            twin.Kids = Array(pdf.make_indirect(Dictionary(dict(kid.items()))) for kid in field.Kids)
            for kid in twin.Kids:
                kid.Parent = twin
        copies.append(twin)
    pdf.Root.AcroForm.Fields = Array(copies)


@cases.add(uncounted("rating_1_1", _1_1, r"\bL\b", r"\bD\b"))
def two_copies_that_differ(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        _two_copies(pdf)
        _group(pdf, "rating_1_1", "D", "D")

    return _edit(edit, base)


@cases.add(uncounted("doing_1", _DOING, "Well", "Badly"))
def two_copies_of_a_text_that_differ(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        _two_copies(pdf)
        field_in(pdf, "doing_1").V = String("Badly.")

    return _edit(edit, base)


# ---- signed

_SIGNED = {"rating_1_1": "L", "rating_1_2": "D", "rating_3_10": "E", "overall_2": "D", "doing_1": "Well."}
cases.shared("05-signed.pdf", Expected(answers={"A-1": {"rating_1_1": "L"}}, quiet=True))
cases.shared("40-pyhanko-certified.pdf", Expected(answers={"H1": _SIGNED}, quiet=True))
cases.shared("41-pyhanko-signed-twice.pdf", Expected(answers={"H2": _SIGNED}, quiet=True))
cases.shared("42-unsigned-signature-field.pdf", Expected(answers={"H3": _SIGNED}, quiet=True))


@cases.add(ALL)
def a_signature_field_without_a_page(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String(bytes(64)))
        value.ByteRange = Array([0, 10, 20, 30])
        signature = Dictionary(FT=Name.Sig, T=String("Signature1"), V=pdf.make_indirect(value))
        pdf.Root.AcroForm.Fields.append(pdf.make_indirect(signature))
        pdf.Root.AcroForm.SigFlags = 3

    return _edit(edit, base)


# ---- nulls in lists

cases.shared("10-null-annot.pdf", Expected(answers={"N-1": {"rating_1_1": "L", "rating_1_2": "D"}}, quiet=True))


def _null(pdf: Pdf) -> Object:
    return pdf.get_object(int(pdf.trailer.Size) + 1000, 0)  # to an object that is not there: null


@cases.add(ALL)
def null_among_the_fields(base: Base) -> Files:
    return _edit(lambda pdf: pdf.Root.AcroForm.Fields.insert(1, None), base)


@cases.add(ALL)
def null_among_the_buttons(base: Base) -> Files:
    return _edit(lambda pdf: field_in(pdf, "rating_1_1").Kids.append(None), base)


@cases.add(ALL)
def null_among_the_options(base: Base) -> Files:
    return _edit(lambda pdf: field_in(pdf, "record_mode").Opt.append(None), base)


@cases.add(ALL)
def lists_that_lead_to_objects_that_are_gone(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        pdf.pages[3].obj.Annots.append(_null(pdf))
        pdf.Root.AcroForm.Fields.append(_null(pdf))

    return _edit(edit, base)


@cases.add(ALL)
def a_page_of_nulls(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        pdf.pages[2].obj.Annots = Array([None, None])

    return _edit(edit, base)


# ---- AES-256 with an empty user password


def _locked(base: Base, *options: str) -> bytes:
    """The filled pack as qpdf locks it: with a password for its owner and none for those who read it."""
    plain, locked = base.folder / "plain.pdf", base.folder / "locked.pdf"
    plain.write_bytes(base.filled())
    streams = [option for option in options if "streams" in option]
    encrypt = ("--encrypt", "", "owner", "256", *(option for option in options if option not in streams), "--")
    subprocess.run((program("qpdf"), *streams, *encrypt, plain, locked), check=True)
    return locked.read_bytes()


def _padded(revision: int, length: int, write: Callable[[bytes], bytes], base: Base) -> Files:
    """As Acrobat pads: an encryption dictionary with longer strings is appended, as its own saving."""
    data = _locked(base, "--object-streams=disable", *(["--force-R5"] if revision == 5 else []))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        entries = {key: pdf.trailer.Encrypt[f"/{key}"] for key in ("O", "U", "OE", "UE", "Perms")}
        texts = {key: bytes(entry).ljust(length if key in "OU" else 0, b"\0") for key, entry in entries.items()}
        allowed = int(pdf.trailer.Encrypt.P)
        number, root, size = pdf.trailer.Encrypt.objgen[0], pdf.trailer.Root.objgen[0], int(pdf.trailer.Size)
        ids = " ".join(f"<{bytes(one).hex()}>" for one in pdf.trailer.ID)
    strings = b" ".join(b"/%s %s" % (key.encode(), write(text)) for key, text in texts.items())
    crypt = "/CF << /StdCF << /AuthEvent /DocOpen /CFM /AESV3 /Length 32 >> >> /StmF /StdCF /StrF /StdCF"
    kind = f"/Filter /Standard /V 5 /R {revision} /Length 256 /P {allowed}"
    lock = f"{number} 0 obj\n<< {kind} {crypt} ".encode() + strings + b" >>\nendobj\n"
    before = data[data.rindex(b"startxref") + 9 :].split()[0].decode()
    start = len(data) + len(lock)
    trailer = f"trailer\n<< /Root {root} 0 R /Size {size} /Prev {before} /Encrypt {number} 0 R /ID [ {ids} ] >>\n"
    table = f"xref\n{number} 1\n{len(data):010d} 00000 n \n{trailer}startxref\n{start}\n%%EOF\n"
    return {"a.pdf": data + lock + table.encode()}


def _hexadecimal(text: bytes) -> bytes:
    return b"<%s>" % text.hex().encode()


def _raw(text: bytes) -> bytes:
    """Zeros as they are, as Acrobat writes them."""
    for letter, escaped in ((b"\\", b"\\\\"), (b"(", b"\\("), (b")", b"\\)"), (b"\r", b"\\r"), (b"\n", b"\\n")):
        text = text.replace(letter, escaped)
    return b"(%s)" % text


cases.put("AES-256 with an empty user password", partial(_padded, 6, 48, _raw), ALL)
cases.put("AES-256 padded to 127 bytes as by Acrobat", partial(_padded, 6, 127, _raw), ALL)
cases.put("AES-256 of Acrobat 9, padded to 127 bytes", partial(_padded, 5, 127, _raw), ALL)
cases.put("AES-256 padded in hexadecimal", partial(_padded, 6, 127, _hexadecimal), ALL)


@cases.add(ALL)
def aes_256_by_qpdf(base: Base) -> Files:
    return {"a.pdf": _locked(base)}


# ---- drawn on the page

_DRAWN = Expected(answers={"A1": ANSWERS}, said=[("page 5",)])
_PAGE = 4

cases.shared(
    "07-fill-and-sign-comment.pdf",
    Expected(answers={"FS-2": {"rating_1_1": "L"}}, said=[("page 5", "short of data analysts")]),
)


def _fill_and_sign(pdf: Pdf, page: int, text: bytes) -> None:
    target = pdf.pages[page]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    target.Resources.Font = Dictionary({**dict(target.Resources.get("/Font", {}).items()), "/FSF": font})
    content = b"/ADBE_FillSign BMC q BT /FSF 11 Tf 49 611 Td (" + text + b") Tj ET Q EMC"
    target.contents_add(pdf.make_stream(content))


@cases.add(_DRAWN)
def fill_and_sign_as_a_form(base: Base) -> Files:
    """Newer versions put what was written into a form of its own."""

    def edit(pdf: Pdf) -> None:
        page = pdf.pages[_PAGE]
        form = _drawn_text(pdf, b"We are short of analysts.")
        page.Resources.XObject = Dictionary({**dict(page.Resources.get("/XObject", {}).items()), "/FSX": form})
        page.contents_add(pdf.make_stream(b"/ADBE_FillSign BMC q 1 0 0 1 49 600 cm /FSX Do Q EMC"))

    return _edit(edit, base)


@cases.add(_DRAWN)
def a_text_put_on_the_page_with_mupdf(base: Base) -> Files:
    document = pymupdf.open(stream=base.filled())  # type: ignore[no-untyped-call]
    with document:
        document[_PAGE].insert_text((60, 300), "We are short of analysts.")
        return {"a.pdf": document.tobytes()}  # type: ignore[no-untyped-call]


_PDF_LIB = """
const {PDFDocument} = require("pdf-lib");
const fs = require("fs");
(async () => {
  const [pack, out] = JSON.parse(fs.readFileSync(0, "utf8"));
  const pdf = await PDFDocument.load(fs.readFileSync(pack));
  pdf.getPages()[4].drawText("We are short of analysts.", {x: 60, y: 500, size: 11});
  fs.writeFileSync(out, await pdf.save({updateFieldAppearances: false}));
})();
"""


@cases.add(_DRAWN)
def a_text_put_on_the_page_with_pdf_lib(base: Base) -> Files:
    pack, out = base.folder / "filled.pdf", base.folder / "out.pdf"
    pack.write_bytes(base.filled())
    modules = {"NODE_PATH": str(base.fixture("node_modules"))}
    data = json.dumps([str(pack), str(out)]).encode()
    subprocess.run((program("node"), "-e", _PDF_LIB), input=data, check=True, env=modules)
    return {"a.pdf": out.read_bytes()}


@cases.add(_DRAWN)
def a_sheet_laid_over_with_qpdf(base: Base) -> Files:
    pack, top, out = (base.folder / name for name in ("filled.pdf", "top.pdf", "out.pdf"))
    pack.write_bytes(base.filled())
    top.write_bytes(_typed_page())
    subprocess.run((program("qpdf"), pack, "--overlay", top, "--to=5", "--", out), check=True)
    return {"a.pdf": out.read_bytes()}


def _typed_page(text: str = "We are short of analysts.") -> bytes:
    with pymupdf.open() as document:  # type: ignore[no-untyped-call]
        document.new_page().insert_text((60, 300), text)
        data: bytes = document.tobytes()
    return data


@cases.add(Expected(answers={"A1": ANSWERS}, said=[("page 15|15 pages|added|more page",)]))
def a_page_added(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        with pikepdf.open(io.BytesIO(_typed_page())) as more:
            pdf.pages.extend(more.pages)

    return _edit(edit, base)


@cases.add(Expected(answers={"A1": ANSWERS}, said=[("page 1|15 pages|added|more page",)]))
def a_covering_letter_in_front(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        with pikepdf.open(io.BytesIO(_typed_page("Dear all, our answers."))) as more:
            pdf.pages.insert(0, more.pages[0])

    return _edit(edit, base)


@cases.add(Expected(answers={"A1": ANSWERS}, not_counted=("improve_2",), said=[("improve_2|improve 2", "analysts")]))
def a_text_only_in_an_appearance(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "improve_2").AP = Dictionary(N=_drawn_text(pdf, b"More analysts."))

    return _edit(edit, base)


_NOT_BLANK = Expected(counted=0, set_aside=1, said=[("entry sheet|[Tt]ype",)])


def _drawn_everywhere(pdf: Pdf) -> None:
    for page in range(3, 13, 2):
        _fill_and_sign(pdf, page, b"X")


@cases.add(_NOT_BLANK)
def everything_drawn_and_no_field_filled(base: Base) -> Files:
    return {"a.pdf": edited(base.pack, _drawn_everywhere)}


@cases.add(_NOT_BLANK)
def everything_drawn_with_mupdf_and_no_field_filled(base: Base) -> Files:
    with pymupdf.open(stream=base.pack) as document:  # type: ignore[no-untyped-call]
        for page in (3, 5, 7, 9, 11):
            document[page].draw_line((420, 200), (430, 215), width=2)
            document[page].draw_line((430, 200), (420, 215), width=2)
        return {"a.pdf": document.tobytes()}


@cases.add(_NOT_BLANK)
def levels_only_in_the_appearances_of_texts(base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        for name in ("doing_1", "improve_1", "doing_2"):
            field_in(pdf, name).AP = Dictionary(N=_drawn_text(pdf, b"Rather well."))

    return {"a.pdf": edited(base.pack, edit)}


# ---- letters

_MEANT = "We don’t think it’s “good” – café, £5k"
_ASKED = (("doing_1|doing 1|1", "encod|letters|garbled|â€|don"),)


def _letters(reference: str, text: str) -> tuple[Expected, Expected]:
    """Read as it was meant, or asked about."""
    return Expected(answers={reference: {"doing_1": text}}), Expected(said=_ASKED)


cases.shared("13-utf8-nobom.pdf", *_letters("FS-5", _MEANT))


def _text(name: str, value: bytes, base: Base) -> Files:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, name).V = String(value)

    return _edit(edit, base)


cases.put(
    "UTF-8 without a mark", partial(_text, "doing_1", "Siân’s tŷ – Łódź".encode()), *_letters("A1", "Siân’s tŷ – Łódź")
)
_twice = _MEANT.encode().decode("cp1252", "replace")
cases.put(
    "UTF-8 read as Windows-1252 and stored as UTF-16",
    partial(_text, "doing_1", b"\xfe\xff" + _twice.encode("utf-16-be")),
    *_letters("A1", _MEANT),
)
cases.put(
    "letters that only look encoded twice",
    partial(_text, "doing_1", b"\xfe\xff" + "Sir Ã Court, 5 Â".encode("utf-16-be")),
    *_letters("A1", "Sir Ã Court, 5 Â"),
)

# ---- PDFium's incremental save

_NAMED = Expected(counted=0, set_aside=1, unsaid=("Ask for it again", "damaged"))

cases.shared(
    "22-pdfium-incremental.pdf",
    Expected(answers={"R1": {"rating_1_1": "L", "doing_1": "hello"}}),
    _NAMED,
)


_save = partial(pdfium_program.fill, incremental=True)


@cases.add(Expected(answers={"A1": ANSWERS}), _NAMED)
def saved_incrementally_by_pdfium(base: Base) -> Files:
    out = base.folder / "out.pdf"
    _save(base.pack_path, base.fields, ANSWERS, out)
    return {"a.pdf": out.read_bytes()}


@cases.add(uncounted("rating_1_1", _1_1, r"\bL\b", r"\bE\b"))
def saved_incrementally_by_pdfium_over_what_pypdf_saved(base: Base) -> Files:
    """pypdf leaves the first level in its button, and nobody takes it from there."""
    first, second = base.folder / "first.pdf", base.folder / "second.pdf"
    libraries.fill_with_pypdf(base.pack_path, base.fields, ANSWERS, first)
    _save(first, base.fields, {"rating_1_1": "E"}, second)
    return {"a.pdf": second.read_bytes()}


@cases.add(Expected(answers={"A1": ANSWERS | {"rating_1_1": "E"}}), _NAMED)
def saved_incrementally_by_pdfium_twice(base: Base) -> Files:
    once, twice = base.folder / "once.pdf", base.folder / "twice.pdf"
    _save(base.pack_path, base.fields, ANSWERS, once)
    _save(once, base.fields, {"rating_1_1": "E"}, twice)
    return {"a.pdf": twice.read_bytes()}


# ---- an older tail

_OLD = Expected(counted=0, set_aside=1, said=[("earlier|older",)])
cases.shared("34-old-tail.pdf", _OLD)


def _pointing_at(data: bytes, number: int) -> bytes:
    """The last `startxref` leads to the saving of this number."""
    places = [part.split()[0] for part in data.split(b"startxref")[1:]]
    head, tail = data[: data.rindex(b"startxref")], data[data.rindex(b"startxref") :]
    return head + tail.replace(places[-1], places[number], 1)


def _saved_twice(base: Base) -> bytes:
    plain = saved(pikepdf.open(io.BytesIO(base.pack)))
    return filled_on_top(filled_on_top(plain, ANSWERS), {"rating_1_1": "E", "overall_2": "L"})


@cases.add(_OLD)
def the_tail_leads_to_the_first_saving(base: Base) -> Files:
    return {"a.pdf": _pointing_at(_saved_twice(base), 1)}


@cases.add(_OLD)
def the_tail_leads_to_the_blank_pack(base: Base) -> Files:
    return {"a.pdf": _pointing_at(_saved_twice(base), 0)}


@cases.add(_OLD)
def the_tail_of_firefox_leads_to_the_blank_pack(base: Base) -> Files:
    out = base.folder / "out.pdf"
    firefox.fill(base.pack_path, base.fields, ANSWERS, out, browser=base.fixture("firefox_browser"))
    return {"a.pdf": _pointing_at(out.read_bytes(), 0)}


@cases.add(Expected(answers={"A1": ANSWERS | {"rating_1_1": "E", "overall_2": "L"}}, quiet=True))
def saved_twice_with_a_good_tail(base: Base) -> Files:
    return {"a.pdf": _saved_twice(base)}


# ---- damaged strings, blocks and headers

_NUL = (
    Expected(counted=0, set_aside=1, said=[()]),
    Expected(not_counted=("doing_1",), said=[(_DOING,)]),
)
cases.shared(
    "36-nul-in-hex.pdf", Expected(counted=0, set_aside=1), Expected(not_counted=("doing_1",), said=[(_DOING,)])
)


def _nul_in(before: bytes, after: bytes, base: Base, text: bytes) -> Files:
    """One byte of a stored text replaced by NUL, in a file of plain objects."""
    data = edited(base.filled(), lambda pdf: field_in(pdf, "doing_1").update({"/V": String(text)}))
    assert data.count(before) == 1
    return {"a.pdf": data.replace(before, after)}


_HEX = b"feff00570065006c006c2026"
cases.put(
    "NUL for a digit of a hexadecimal text",
    partial(_nul_in, b"<" + _HEX, b"<" + _HEX[:12] + b"\0" + _HEX[13:], text=b"\xfe\xff" + "Well…".encode("utf-16-be")),
    *_NUL,
)
cases.put("NUL in a plain text", partial(_nul_in, b"(Rather well)", b"(Rather\0well)", text=b"Rather well"), *_NUL)


def _block(fill: bytes, size: int, base: Base) -> Files:
    data = base.filled()
    start = data.index(b"(doing_1)") - size // 2
    return {"a.pdf": data[:start] + fill * size + data[start + size :]}


_LOST = Expected(counted=0, set_aside=1, said=[("damaged|missing",)])
cases.put("a block of spaces in the form", partial(_block, b" ", 3000), _LOST)
cases.put("a block of zeros in the form", partial(_block, b"\0", 3000), _LOST)
cases.put("a short block of spaces in the form", partial(_block, b" ", 64), _LOST)


@cases.add(_LOST)
def nul_in_the_name_of_a_field(base: Base) -> Files:
    return {"a.pdf": base.filled().replace(b"(doing_1)", b"(doin\0_1)")}


_SEVEN_BITS = Expected(counted=0, set_aside=1, said=[("as text|7-bit|seven bits|e-mail",)])


@cases.add(_SEVEN_BITS)
def all_bytes_lost_their_high_bits(base: Base) -> Files:
    return {"a.pdf": bytes(byte & 0x7F for byte in base.filled())}


@cases.add(_SEVEN_BITS)
def all_high_bytes_became_question_marks(base: Base) -> Files:
    return {"a.pdf": bytes(byte if byte < 0x80 else 0x3F for byte in base.filled())}


@cases.add(_SEVEN_BITS, Expected(answers={"A1": ANSWERS}, said=[("a.pdf",)]))
def the_header_alone_lost_its_high_bits(base: Base) -> Files:
    data = base.filled()
    end = data.index(b"\n", 10)
    return {"a.pdf": bytes(byte & 0x7F for byte in data[:end]) + data[end:]}


@cases.add(Expected(counted=0, in_conflict=2, said=[("A1", r"1\.1")]))
def two_files_of_one_person_differ(base: Base) -> Files:
    """What holds today and must go on to hold."""
    return {"a.pdf": base.filled(), "b.pdf": filled(base.pack, ANSWERS | {"rating_1_1": "E"})}


# ---- sound files of everyday programs: whatever is compared, there is nothing to say of them

_SPOKEN = ANSWERS | {"doing_2": LONG, "improve_2": LINES, "doing_3": f"{NAMES}\nŁódź", "record_lead": NAMES}
_SOUND = Expected(answers={"A1": _SPOKEN}, quiet=True)


def _filled_by(fill: Fill, base: Base) -> Files:
    out = base.folder / "out.pdf"
    fill(base.pack_path, base.fields, _SPOKEN, out)
    return {"a.pdf": out.read_bytes()}


_FILLS: dict[str, Fill] = {
    "PDFium": pdfium_program.fill,
    "Poppler": poppler.fill,
    "pikepdf": libraries.fill_with_pikepdf,
    "pdftk": libraries.fill_with_pdftk,
    "pypdf": libraries.fill_with_pypdf,
    "MuPDF": libraries.fill_with_pymupdf,
}
for _name, _fill in _FILLS.items():
    cases.put(f"filled by {_name}", partial(_filled_by, _fill), _SOUND)


@cases.add(_SOUND)
def filled_by_firefox(base: Base) -> Files:
    return _filled_by(partial(firefox.fill, browser=base.fixture("firefox_browser")), base)


@cases.add(_SOUND)
def filled_by_pdf_lib(base: Base) -> Files:
    return _filled_by(partial(libraries.fill_with_pdf_lib, modules=base.fixture("node_modules")), base)


@cases.add(_GONE)
def taken_back_cleanly_in_poppler(base: Base) -> Files:
    return _taken_back(poppler.fill, base)


@cases.add(_GONE)
def taken_back_cleanly_in_pdf_lib(base: Base) -> Files:
    return _taken_back(partial(libraries.fill_with_pdf_lib, modules=base.fixture("node_modules")), base)


@cases.add(_SOUND)
def filled_by_pdfium_and_rewritten_by_qpdf(base: Base) -> Files:
    filled_in, out = base.folder / "filled.pdf", base.folder / "linear.pdf"
    pdfium_program.fill(base.pack_path, base.fields, _SPOKEN, filled_in)
    subprocess.run((program("qpdf"), "--linearize", "--recompress-flate", filled_in, out), check=True)
    return {"a.pdf": out.read_bytes()}


def _rewritten(options: dict[str, object], base: Base) -> Files:
    document: Any = pymupdf.open(stream=base.filled())  # type: ignore[no-untyped-call]
    with document:
        return {"a.pdf": document.tobytes(**options)}


cases.put("rewritten by MuPDF", partial(_rewritten, {"garbage": 4, "deflate": True}), ALL)
cases.put("its pages written anew by MuPDF", partial(_rewritten, {"garbage": 4, "clean": True}), ALL)


@cases.add(ALL)
def rewritten_by_pypdf(base: Base) -> Files:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(base.filled()))
    for page in writer.pages:
        page.compress_content_streams()
    out = io.BytesIO()
    writer.write(out)
    return {"a.pdf": out.getvalue()}
