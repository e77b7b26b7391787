"""Filled packs as they come back: damaged, repaired, of other wordings, in every shape that programs give a form."""

from __future__ import annotations

import io
import re
import subprocess
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pymupdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from pmdiag_build.content.fields import FormField
from pmdiag_build.problems import together
from pmdiag_build.publish.packs import pack_title
from pmdiag_build.returns import Response
from tests.programs import program
from tests.returns.conftest import Returns
from tests.returns.paper import blank_pack, edited, field_in, fields_of, filled, filled_on_top, put, saved
from tests.returns.samples import said_by, sample_answers
from tests.returns.written import compound, zipped

pytestmark = pytest.mark.slow

ANSWERS = {
    "record_reference": "A1",
    "record_mode": "individual",
    "record_group_size": "1",
    "rating_1_1": "L",
    "rating_3_10": "E",
    "overall_2": "D",
    "doing_1": "Well.\nVery.",
}


def _one(returns: Returns, content: bytes) -> Response:
    returns.put("a.pdf", content)
    (response,) = returns.read().responses
    return response


def _radios(pdf: Pdf) -> list[Object]:
    return [field for field in pdf.Root.AcroForm.Fields if Name.Kids in field]


def _buttons_only(pdf: Pdf) -> None:
    """As viewers save naive forms: the button is on, the group does not know."""
    for group in _radios(pdf):
        group.V = Name.Off


def _no_group_value(pdf: Pdf) -> None:
    for group in _radios(pdf):
        del group.V


def _value_only(pdf: Pdf) -> None:
    for group in _radios(pdf):
        for kid in group.Kids:
            kid.AS = Name.Off


def _values_as(make: Callable[[str], Object]) -> Callable[[Pdf], None]:
    def edit(pdf: Pdf) -> None:
        for group in _radios(pdf):
            if group.V != Name.Off:
                group.V = make(str(group.V)[1:])

    return edit


def _no_states(pdf: Pdf) -> None:
    """As simple programs fill: the group has its value, and no button says whether it is on."""
    for group in _radios(pdf):
        for kid in group.Kids:
            del kid.AS


def _prefixed(pdf: Pdf) -> None:
    for field in pdf.Root.AcroForm.Fields:
        field.T = String(f"form1[0].page2[0].{field.T}[0]")


def _under_a_parent(pdf: Pdf) -> None:
    """As a library does that files a merged form under its file's name."""
    top = pdf.make_indirect(Dictionary(T=String("ann.pdf"), Kids=pdf.Root.AcroForm.Fields))
    for field in pdf.Root.AcroForm.Fields:
        field.Parent = top
    pdf.Root.AcroForm.Fields = Array([top])


def _named_kids(pdf: Pdf) -> None:
    """As WeasyPrint writes them: every button repeats the group's name."""
    for group in _radios(pdf):
        for kid in group.Kids:
            kid.T, kid.FT = group.T, Name.Btn


def _numbered_states(pdf: Pdf) -> None:
    for group in _radios(pdf):
        group.Opt = Array([String(code) for code in "LDE"])
        for number, kid in enumerate(group.Kids):
            if kid.AS != Name.Off:
                group.V = kid.AS = Name(f"/{number}")


def _no_acroform(pdf: Pdf) -> None:
    del pdf.Root.AcroForm


def _value_in_a_button(pdf: Pdf) -> None:
    for group in _radios(pdf):
        for kid in group.Kids:
            if kid.AS != Name.Off:
                kid.V = kid.AS
            del kid.AS
        del group.V


def _value_in_a_widget(pdf: Pdf) -> None:
    """As a library does that takes every field apart into a field and its widget."""
    for field in pdf.Root.AcroForm.Fields:
        if field.FT != Name.Tx or field.T == "pack_id":
            continue
        widget = pdf.make_indirect(Dictionary(Subtype=Name.Widget, Rect=field.Rect, Parent=field, V=field.V))
        page = next(page for page in pdf.pages if any(entry.objgen == field.objgen for entry in page.Annots))
        page.Annots = Array([widget if entry.objgen == field.objgen else entry for entry in page.Annots])
        for key in (Name.Subtype, Name.Rect, Name.P, Name.V):
            del field[key]
        field.Kids = Array([widget])


def _rich_only(pdf: Pdf) -> None:
    field = field_in(pdf, "doing_1")
    lines = "".join(f"<p>{line}</p>" for line in str(field.V).split("\n"))
    field.RV = String(f'<?xml version="1.0"?><body xmlns="http://www.w3.org/1999/xhtml">{lines}</body>')
    del field.V


def _place_only(pdf: Pdf) -> None:
    field = field_in(pdf, "record_mode")
    field.I = Array([number for number, option in enumerate(field.Opt) if option[0] == field.V])
    del field.V


def _no_type(pdf: Pdf) -> None:
    for group in _radios(pdf):
        del group.FT, group.V


SHAPES = {
    "no value in the group": _no_group_value,
    "no states of buttons": _no_states,
    "value as a string": _values_as(lambda code: String(code)),
    "value as a string with a slash": _values_as(lambda code: String(f"/{code}")),
    "value as an array": _values_as(lambda code: Array([String(code)])),
    "names with a prefix and an index": _prefixed,
    "fields under a parent": _under_a_parent,
    "buttons with the group's name": _named_kids,
    "states that are numbers": _numbered_states,
    "form's own list gone": _no_acroform,
    "value in a button only": _value_in_a_button,
    "value in a widget of its own": _value_in_a_widget,
    "rich text only": _rich_only,
    "place in the list only": _place_only,
    "group without a type": _no_type,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_form_is_read(shape: str, returns: Returns, pack: bytes) -> None:
    response = _one(returns, edited(filled(pack, ANSWERS), SHAPES[shape]))

    assert said_by(response) == ANSWERS


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain\r\nlines\rof\nall kinds", "plain\nlines\nof\nall kinds"),
        (b"\xfe\xff" + "Łódź ŵ 🧭".encode("utf-16-be"), "Łódź ŵ 🧭"),
        (b"\xff\xfe" + "Łódź".encode("utf-16-le"), "Łódź"),
        (b"\xef\xbb\xbf" + "Łódź".encode(), "Łódź"),
        (b"caf\xe9 \x80 \x84 \x92 \xa0 \x18", "café • — ™ € ˘"),
        (b"\xfe\xff\xd8\x00\x00a", "\ud800a"),
        (b"bell \x07 and \x7f", "bell \x07 and \x7f"),
    ],
)
def test_every_encoding_of_a_text_is_read(raw: bytes, text: str, returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "doing_1").V = String(raw)

    assert _one(returns, edited(pack, edit)).comments == {("doing", "1"): text}


def test_a_long_text_may_be_a_stream(returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "doing_1").V = pdf.make_stream(b"in a stream")

    assert _one(returns, edited(pack, edit)).comments == {("doing", "1"): "in a stream"}


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (_buttons_only, "answers are shown, but the file stores none: 1.1 (“L”), overall 2 (“D”), 3.10 (“E”)."),
        (_value_only, "stored in the file, but no choice is shown: 1.1 (“L”), overall 2 (“D”), 3.10 (“E”)."),
    ],
)
def test_levels_that_are_only_stored_or_only_shown_are_named_once_and_not_counted(
    edit: Callable[[Pdf], None], said: str, returns: Returns, pack: bytes
) -> None:
    response = _one(returns, edited(filled(pack, ANSWERS), edit))

    assert {"rating_1_1": ("L",), "rating_3_10": ("E",), "overall_2": ("D",)} == {
        value.name: value.given for value in response.uncounted
    }
    assert not any([*response.ratings.values(), *response.overall.values()])
    (line,) = map(str, together(returns.read().problems))
    assert said in line


def test_two_buttons_on_are_kept_and_not_counted(returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        for kid, code in zip(field_in(pdf, "rating_1_3").Kids[:2], "LD", strict=True):
            kid.AS = Name(f"/{code}")

    response = _one(returns, edited(filled(pack, ANSWERS), edit))

    assert response.ratings["1.3"] is None
    assert [("rating_1_3", ("D", "L"))] == [(value.name, value.given) for value in response.uncounted]
    assert returns.lines() == [
        (
            "a.pdf: field rating_1_3: 1.3: more than one answer is given (“D” and “L”), so neither was counted. "
            "Ask which one is meant."
        )
    ]


def test_a_button_and_a_value_that_disagree_are_not_taken_for_one_answer(returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "rating_1_1").V = Name.E

    response = _one(returns, edited(filled(pack, ANSWERS), edit))

    assert response.ratings["1.1"] is None
    assert response.uncounted[0].given == ("E", "L")


def test_a_value_in_a_field_and_another_in_its_widget_are_not_taken_for_one_answer(
    returns: Returns, pack: bytes
) -> None:
    def edit(pdf: Pdf) -> None:
        _value_in_a_widget(pdf)
        field_in(pdf, "doing_1").V = String("something else")

    response = _one(returns, edited(filled(pack, ANSWERS), edit))

    expected = [("doing_1", ("something else", ANSWERS["doing_1"]))]
    assert expected == [(one.name, one.given) for one in response.uncounted]


def test_letters_that_nobody_can_read_in_an_empty_field_are_not_taken_for_no_answer(
    returns: Returns, pack: bytes
) -> None:
    def edit(pdf: Pdf) -> None:
        stream = pdf.make_stream(b"/Tx BMC BT /F 11 Tf <00010002> Tj ET EMC")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.F, Encoding=Name("/Identity-H"))
        stream.Resources = Dictionary(Font=Dictionary(F=font))
        field_in(pdf, "doing_1").AP = Dictionary(N=stream)

    response = _one(returns, edited(filled(pack, {"rating_1_1": "L"}), edit))

    assert ["doing_1"] == [value.name for value in response.uncounted]
    assert "is shown, but the file stores no answer" in returns.lines()[0]


def test_a_rich_text_with_broken_markup_is_kept_as_it_stands(returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        field = field_in(pdf, "doing_1")
        field.RV = String("<body><p>a & b")
        del field.V

    assert _one(returns, edited(pack, edit)).comments == {("doing", "1"): "<body><p>a & b"}


def test_a_place_that_is_not_in_the_list_sets_the_file_aside(returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        field_in(pdf, "record_role").I = Array([99])

    returns.put("a.pdf", edited(pack, edit))

    assert "The PDF is damaged (a choice that is not in its list is marked)" in returns.lines()[0]


def _attach(pdf: Pdf, name: str, content: bytes) -> None:
    about = {"description": "", "filename": name, "mime_type": "", "creation_date": "", "mod_date": ""}
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, **about)


def test_a_blank_pack_with_the_filled_one_inside_is_not_a_blank_return(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", edited(pack, lambda pdf: _attach(pdf, "filled.pdf", filled(pack, ANSWERS))))

    assert (1, 0) == (returns.read().accounts.set_aside, returns.read().accounts.blank)
    assert returns.lines() == [
        (
            "a.pdf: Its form fields are empty. 1 other file is inside it (filled.pdf). "
            "Open the PDF, save the files in it and put the returns among them here."
        )
    ]


def test_a_filled_pack_with_files_inside_counts_and_they_are_named(returns: Returns, pack: bytes) -> None:
    def edit(pdf: Pdf) -> None:
        for name in ("more.docx", "and more.txt"):
            _attach(pdf, name, b"more")

    response = _one(returns, edited(filled(pack, ANSWERS), edit))

    assert said_by(response) == ANSWERS
    assert "a.pdf: 2 other files are inside it, which were not read (and more.txt, more.docx)." in returns.lines()[0]


def test_a_letter_with_the_filled_pack_inside_says_so(returns: Returns, pack: bytes) -> None:
    letter = Pdf.new()
    letter.add_blank_page()
    _attach(letter, "filled.pdf", filled(pack, ANSWERS))
    returns.put("a.pdf", saved(letter))

    assert "flattened. 1 other file is inside it (filled.pdf). Open the PDF, save the files in it" in returns.lines()[0]


# ---- several returns in one file


def _bare_pages(files: Sequence[Path], out: Path) -> None:
    """The pages behind one another, and no list of fields."""
    merged = Pdf.new()
    opened = [pikepdf.open(file) for file in files]
    with warnings.catch_warnings(action="ignore", category=pikepdf.PageCopyWarning):
        for pdf in opened:
            merged.pages.extend(pdf.pages)
    out.write_bytes(saved(merged))


def _pdftk(files: Sequence[Path], out: Path) -> None:
    subprocess.run((program("pdftk"), *files, "cat", "output", out), check=True, capture_output=True)


def _qpdf(files: Sequence[Path], out: Path) -> None:
    """As qpdf does it, which gives the fields of later copies a number."""
    merged = Pdf.new()
    for file in files:
        with pikepdf.open(file) as pdf:
            merged.add_pages_from(pdf)
    out.write_bytes(saved(merged))


def _mupdf(files: Sequence[Path], out: Path) -> None:
    with pymupdf.open() as merged:  # type: ignore[no-untyped-call]
        for file in files:
            with pymupdf.open(file) as document:  # type: ignore[no-untyped-call]
                merged.insert_pdf(document)
        merged.save(out)


def _pypdf(files: Sequence[Path], out: Path) -> None:
    writer = pypdf.PdfWriter()
    for file in files:
        writer.append(file)
    writer.write(out)


_OF_A_PROGRAM = {"pdftk": pytest.mark.slow}
MERGERS = {"bare pages": _bare_pages, "pdftk": _pdftk, "qpdf": _qpdf, "MuPDF": _mupdf, "pypdf": _pypdf}


@pytest.mark.parametrize("merger", [pytest.param(name, marks=_OF_A_PROGRAM.get(name, ())) for name in MERGERS])
def test_returns_merged_into_one_file_are_told_apart_or_set_aside(
    merger: str, returns: Returns, fields: Sequence[FormField], pack: bytes, tmp_path: Path
) -> None:
    answers = [sample_answers(fields, seed, f"R{seed}") for seed in (1, 2, 3)]
    files = [tmp_path / f"{number}.pdf" for number in range(3)]
    for file, one in zip(files, answers, strict=True):
        file.write_bytes(filled(pack, one))
    MERGERS[merger](files, returns.folder / "all.pdf")

    found = returns.read()

    if found.set_aside:
        assert merger == "pypdf"
        assert "Several returns were merged into this file" in str(found.set_aside[0])
    else:
        assert answers == [said_by(response) for response in found.responses]
        assert [f"all.pdf: return {n} of 3" for n in (1, 2, 3)] == [response.source for response in found.responses]
        assert found.problems == ()


def test_a_problem_in_a_merged_file_says_in_which_return_it_is(returns: Returns, pack: bytes, tmp_path: Path) -> None:
    files = [tmp_path / "1.pdf", tmp_path / "2.pdf"]
    files[0].write_bytes(filled(pack, ANSWERS))
    files[1].write_bytes(filled(pack, ANSWERS | {"record_reference": "A2", "record_group_size": "some"}))
    _bare_pages(files, returns.folder / "all.pdf")

    assert returns.lines()[0].startswith("all.pdf: return 2 of 2, field record_group_size: group_size: “some” is not")


def test_merged_packs_of_different_kinds_are_told_apart(returns: Returns, pack: bytes, tmp_path: Path) -> None:
    interview = blank_pack(fields_of(returns.tool, "interview"))
    other = ANSWERS | {"record_reference": "A2", "notes_1": "A pause."}
    files = [tmp_path / "1.pdf", tmp_path / "2.pdf"]
    files[0].write_bytes(filled(pack, ANSWERS))
    files[1].write_bytes(filled(interview, other))
    _bare_pages(files, returns.folder / "all.pdf")

    assert [ANSWERS, other] == [said_by(response) for response in returns.read().responses]


def test_copies_that_share_a_field_are_set_aside(returns: Returns, pack: bytes) -> None:
    def share(pdf: Pdf) -> None:
        """As a merger does that takes fields of one name for one field: both pages show the same text."""
        pdf.pages.extend(list(pdf.pages))

    returns.put("all.pdf", edited(filled(pack, ANSWERS), share))

    found = returns.read()

    assert found.responses == ()
    assert "Several returns were merged into this file" in str(found.set_aside[0])


# ---- damage


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut in the update": lambda pdf: pdf[:-200],
    "cut in the middle": lambda pdf: pdf[: len(pdf) // 2],
    "cut behind the end of the blank pack": lambda pdf: pdf[: pdf.index(b"%%EOF") + 60],
    "end filled with zeros": lambda pdf: pdf[:-400] + bytes(400),
    "an answer filled with zeros": lambda pdf: pdf.replace(b"/V (Well.", bytes(9)),
    "zeros behind the end": lambda pdf: pdf + bytes(512),
    "a block repeated": lambda pdf: pdf[: len(pdf) // 2] + pdf[len(pdf) // 2 - 512 :],
    "text behind the end": lambda pdf: pdf + b"\n--boundary--\n",
    "line ends converted": lambda pdf: pdf.replace(b"\n", b"\r\n"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_return_is_set_aside_and_never_blank(damage: str, returns: Returns, pack: bytes) -> None:
    whole = filled_on_top(pack, {**ANSWERS, "doing_1": "Well. Very."})
    damaged = DAMAGE[damage](whole)
    assert damaged != whole
    returns.put("a.pdf", damaged)

    found = returns.read()

    assert [0, 0, 1] == [found.accounts.counted, found.accounts.blank, found.accounts.set_aside]
    assert "Ask for it again" in found.set_aside[0].fix


def test_a_mail_header_in_front_is_said_and_the_pdf_read_whole(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", b"Content-Type: application/pdf\r\n\r\n" + filled_on_top(pack, ANSWERS))

    found = returns.read()

    assert [ANSWERS] == [said_by(response) for response in found.responses]
    assert "33 bytes in front of the PDF" in str(found.problems[0])


def test_a_text_with_a_zero_in_it_is_damaged(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", filled(pack, ANSWERS).replace(b"Well.", b"We\0l."))

    assert "there are zeros in the field doing_1" in returns.lines()[0]


# ---- repair


def test_a_pdf_that_must_be_repaired_is_not_counted(returns: Returns, pack: bytes) -> None:
    whole = filled(pack, ANSWERS)
    pointer = whole[whole.rindex(b"startxref") :].split()[1]
    returns.put("a.pdf", whole.replace(b"startxref\n" + pointer, b"startxref\n1"))

    found = returns.read()

    assert found.accounts.set_aside == 1
    assert "The PDF is damaged" in str(found.problems[0])


@pytest.mark.parametrize("missing", ["rating_5_8", "doing_3", "record_lead", "pack_id"])
def test_a_return_that_lost_a_field_is_set_aside(missing: str, returns: Returns, fields: Sequence[FormField]) -> None:
    left = [field for field in fields if field.name != missing]
    returns.put("a.pdf", filled(blank_pack(left), ANSWERS))

    found = returns.read()

    if missing == "pack_id":
        assert found.accounts.counted == 1  # every question is there, only the hidden field was lost
    else:
        assert found.accounts.set_aside == 1
        assert "1 of its fields is missing" in str(found.problems[0])


def test_extracted_pages_are_set_aside(returns: Returns, pack: bytes) -> None:
    def extract(pdf: Pdf) -> None:
        del pdf.pages[1]
        shown = {a.objgen for page in pdf.pages for a in page.Annots} | {
            a.Parent.objgen for page in pdf.pages for a in page.Annots if Name.Parent in a
        }
        fields = [field for field in pdf.Root.AcroForm.Fields if field.objgen in shown]
        pdf.Root.AcroForm.Fields = Array(fields)

    returns.put("a.pdf", edited(filled(pack, ANSWERS), extract))

    assert "pages were taken out, or the file is damaged. Ask for the whole file again." in returns.lines()[0]


# ---- what is not a plain form


def test_a_user_password_has_its_fix_and_an_owner_password_does_not_matter(returns: Returns, pack: bytes) -> None:
    with pikepdf.open(io.BytesIO(filled(pack, ANSWERS))) as pdf:
        returns.put("locked.pdf", saved(pdf, encryption=pikepdf.Encryption(owner="o", user="u")))
        returns.put("restricted.pdf", saved(pdf, encryption=pikepdf.Encryption(owner="o", user="")))

    found = returns.read()

    assert [ANSWERS] == [said_by(response) for response in found.responses]
    assert [str(problem) for problem in found.problems] == [
        (
            "locked.pdf: The PDF is protected with a password. "
            "Open it, save it without the password and put that file here."
        )
    ]


def test_a_user_key_filled_up_with_zeros_is_no_damage(returns: Returns, pack: bytes) -> None:
    """As pdftk writes it; qpdf writes the same key in hexadecimal."""
    with pikepdf.open(io.BytesIO(filled(pack, ANSWERS))) as pdf:
        for name, user in (("locked.pdf", "u"), ("restricted.pdf", "")):
            returns.put(name, _with_raw_key(saved(pdf, encryption=pikepdf.Encryption(owner="o", user=user, R=4))))
    zeroed = (returns.folder / "restricted.pdf").read_bytes()
    returns.put("zeroed.pdf", zeroed.replace(b"/Filter", b"/Fil" + bytes(4), 1))

    found = returns.read()

    assert [ANSWERS] == [said_by(response) for response in found.responses]
    assert "locked.pdf: The PDF is protected with a password." in str(found.problems[0])
    assert "zeroed.pdf: The PDF is damaged (a part of the file is filled with zeros)" in str(found.problems[1])


def _with_raw_key(pdf: bytes) -> bytes:
    """The same encrypted PDF with its user key as a raw string; the second half of it is never compared."""
    key = re.search(rb"/U <([0-9a-f]{64})>", pdf)
    assert key is not None
    half = re.sub(rb"([()\\\r\n])", lambda m: b"\\%03o" % m[1][0], bytes.fromhex(key[1].decode())[:16])
    raw = b"/U (" + half + bytes(16) + b")"
    return pdf.replace(key[0], raw + b" " * (len(key[0]) - len(raw)))


def test_an_xfa_form_and_a_portfolio_have_their_fixes(returns: Returns, pack: bytes) -> None:
    def xfa(pdf: Pdf) -> None:
        pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")

    def portfolio(pdf: Pdf) -> None:
        pdf.Root.Collection = Dictionary(Type=Name.Collection)

    returns.put("portfolio.pdf", edited(pack, portfolio))
    returns.put("xfa.pdf", edited(filled(pack, ANSWERS), xfa))

    lines = returns.lines()

    assert "portfolio.pdf: This is a PDF portfolio" in lines[0]
    assert "Open the PDF, save the files in it and put the returns" in lines[0]
    assert "xfa.pdf: This PDF has an XFA form" in lines[1]


def test_a_pdf_in_a_zip_is_read_and_an_email_without_one_is_named(returns: Returns, pack: bytes) -> None:
    returns.put("a.zip", zipped({"from ann/a.pdf": filled(pack, ANSWERS)}))
    returns.put("b.eml", "From: bo@example.org\r\nTo: ann@example.org\r\nSubject: Here\r\n\r\nJVBERi0xLjQ=\r\n")
    returns.put("c.msg", compound("__properties_version1.0"))

    found = returns.read()

    assert ["a.zip/from ann/a.pdf"] == [response.source for response in found.responses]
    assert [
        "b.eml: This e-mail has no attachment, and its text is not read",
        "c.msg: This is an e-mail from Outlook, but it is damaged or incomplete",
    ] == [f"{problem.place}: {problem.what}" for problem in found.problems]
    assert ["Ask the sender for the filled PDF", "Ask for it again"] == [problem.fix for problem in found.problems]


def test_a_pdf_without_fields_is_to_be_typed_in(returns: Returns) -> None:
    printed = Pdf.new()
    printed.add_blank_page()
    returns.put("a.pdf", saved(printed))

    assert returns.lines() == [
        (
            "a.pdf: This PDF has no form fields: it was printed to PDF, scanned or flattened. "
            "Type the answers into the entry sheet (the desk has one, and pmdiag entry-sheet makes one)."
        )
    ]


def test_another_program_s_form_is_not_a_return(returns: Returns, fields: Sequence[FormField]) -> None:
    foreign = [FormField("surname", "line", "Surname")]
    returns.put("a.pdf", blank_pack(foreign))

    assert "Its form fields are not those of a pack" in returns.lines()[0]


def _typed_on_top(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Rect=Array([0, 0, 9, 9]), Contents=String("I say no"))
    pdf.pages[1].Annots.append(pdf.make_indirect(note))


def test_notes_on_top_of_an_empty_form_are_not_a_blank_return(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", edited(pack, _typed_on_top))

    found = returns.read()

    assert [0, 1] == [found.accounts.blank, found.accounts.set_aside]
    assert "Its form fields are empty, but its pages have 1 note or drawing (typed text)" in str(found.problems[0])


def test_notes_on_top_of_a_filled_form_are_said(returns: Returns, pack: bytes) -> None:
    response = _one(returns, edited(filled(pack, ANSWERS), _typed_on_top))

    assert said_by(response) == ANSWERS
    assert "page 2 (typed text) “I say no”" in returns.lines()[0]


# ---- other wordings


def _signed(pack_id: str) -> Callable[[Pdf], None]:
    def edit(pdf: Pdf) -> None:
        put(pdf, {"pack_id": pack_id})

    return edit


def test_what_a_pack_of_an_unknown_edition_asks_in_our_words_is_counted_and_the_rest_apart(
    returns: Returns, fields: Sequence[FormField]
) -> None:
    reworded = [replace(f, question="1.1 Quite another") if f.name == "rating_1_1" else f for f in fields]
    pack = edited(blank_pack(reworded), _signed("self-assessment@2012@00000000"))
    for name in "abc":
        returns.put(f"{name}.pdf", filled(pack, {**ANSWERS, "record_reference": name}))

    found = returns.read()

    assert found.accounts.counted == 3
    assert [{"rating_1_1": "L"}] * 3 == [response.apart for response in found.responses]
    assert {(40, "E", "D")} == {(len(r.ratings), r.ratings["3.10"], r.overall["2"]) for r in found.responses}
    assert [str(problem) for problem in found.problems] == [
        (
            "a.pdf: 3 returns answer edition 2012, whose wording is not known here (a.pdf, b.pdf, c.pdf). "
            "Questions that are not proved to be the same are counted apart: 1.1. "
            "Use a version of pmdiag that knows this edition."
        )
    ]


def test_a_pack_of_an_unknown_edition_that_asks_all_in_our_words_needs_no_look(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", edited(filled(pack, ANSWERS), _signed("self-assessment@2012@00000000")))

    found = returns.read()

    assert ((), 1) == (found.problems, found.accounts.counted)
    assert ANSWERS == said_by(found.responses[0])


def test_what_another_wording_asks_and_this_one_does_not_is_kept_and_listed(
    returns: Returns, fields: Sequence[FormField]
) -> None:
    options = next(field.options for field in fields if field.name == "rating_1_1")
    asked = [field for field in fields if field.name not in ("rating_3_5", "clear_rating_3_5")]
    local = [FormField("rating_1_L1", "radio", "Our own", options), FormField("pets", "line", "Pets")]
    pack = edited(blank_pack([*asked, *local]), _signed("self-assessment@2013+ours@00000000"))
    response = _one(returns, filled(pack, {**ANSWERS, "rating_1_L1": "D", "pets": "a dog"}))

    assert said_by(response) == ANSWERS
    assert {"rating_1_L1": "D"} == response.apart
    assert {("pets", ("a dog",))} == {(value.name, value.given) for value in response.uncounted}
    lines = " ".join(returns.lines())
    assert "Questions that are not proved to be the same are counted apart: 1.L1." in lines
    assert "Tabulate these with that version: on its own desk, or with --local and its folder." in lines
    assert "field pets: “pets”: the tool does not ask this question, so it was not counted (“a dog”)" in lines
    assert "has no fields for 3.5" in lines


def test_a_pack_id_that_is_none_is_damage(returns: Returns, pack: bytes) -> None:
    returns.put("a.pdf", edited(filled(pack, ANSWERS), _signed("self-assess")))

    assert "The file says that it is the pack “self-assess”, which does not exist" in returns.lines()[0]


def test_the_review_s_own_papers_are_no_response(returns: Returns) -> None:
    summary = blank_pack(fields_of(returns.tool, "summary-of-review"))
    returns.put("a.pdf", filled(summary, {"agreed_1": "D", "summary_well": "Much"}))
    returns.put("b.pdf", summary)
    returns.put("c.pdf", blank_pack(fields_of(returns.tool, "action-plan")))

    lines = returns.lines()

    assert ["a.pdf", "b.pdf", "c.pdf"] == [line.split(": This is the meeting's own record")[0] for line in lines]
    assert returns.read().accounts.set_aside == 3


def test_a_pack_without_a_form_is_named_and_not_taken_for_a_scan(returns: Returns) -> None:
    def named(pack: str) -> Callable[[Pdf], None]:
        def name(pdf: Pdf) -> None:
            pdf.docinfo[Name.Title] = String(pack_title(returns.tool, returns.tool.pack(pack)))

        return name

    for pack in ("what-good-looks-like", "workshop-wall", "self-assessment"):
        returns.put(f"{pack}.pdf", edited(blank_pack(()), named(pack)))

    flattened, handout, wall = returns.lines()

    assert "self-assessment.pdf: This PDF has no form fields" in flattened
    assert "This is the pack “What does good look like?”, which has no form to fill in. Take it out" in handout
    assert "This is the pack “Wall sheets”" in wall
    assert returns.read().accounts.set_aside == 3


def test_what_the_review_and_the_interviewer_wrote_is_kept_with_the_response(returns: Returns) -> None:
    complete = blank_pack(fields_of(returns.tool, "complete"))
    response = _one(returns, filled(complete, {**ANSWERS, "agreed_1": "D", "action_1_what": "Meet"}))

    assert response.more == {"agreed_1": "D", "action_1_what": "Meet"}
