"""The form pass: what it makes of a rendered pack, and what it refuses."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.problems import ExitCode
from pmdiag_build.publish.forms import LayoutWrong, apply_forms
from pmdiag_build.publish.forms.appearances import Appearances, TextBox, shown_text, wrapped
from pmdiag_build.publish.forms.placeholders import TEXT_KEY, code_page, read_font
from pmdiag_build.resources import LAYOUTS
from tests.forms.checks import check_pack
from tests.forms.conftest import rendered
from tests.forms.minipack import LANGUAGE, LEVELS, TITLE, mini_fields, mini_html
from tests.forms.structure_checks import structure_elements
from tests.programs import program


def _applied(pdf: bytes, fields: tuple[FormField, ...]) -> bytes:
    return apply_forms(pdf, fields, title=TITLE, language=LANGUAGE)


def _refused(pdf: bytes, fields: tuple[FormField, ...]) -> list[str]:
    with pytest.raises(LayoutWrong) as refusal:
        _applied(pdf, fields)
    assert refusal.value.exit_code == ExitCode.ENVIRONMENT_FAILED
    return [str(problem) for problem in refusal.value.problems]


def test_finished_pack_passes_every_check(mini_pack: Path) -> None:
    assert check_pack(mini_pack, mini_fields()) == []


def test_checks_see_what_weasyprint_leaves_undone(raw_pack: bytes, tmp_path: Path) -> None:
    path = tmp_path / "raw.pdf"
    path.write_bytes(raw_pack)

    found = "\n".join(check_pack(path, mini_fields()))

    for sign in ("NeedAppearances", "/Fields holds", "IDTree", "ParentTreeNextKey", "no scope", "has no ID"):
        assert sign in found


def test_equal_input_gives_equal_bytes(raw_pack: bytes) -> None:
    again = rendered(mini_html(mini_fields()))

    assert _applied(raw_pack, mini_fields()) == _applied(again, mini_fields())


def test_the_form_costs_little(raw_pack: bytes) -> None:
    """20 bytes an object are the price of a table that PDFium's saving survives."""
    assert len(_applied(raw_pack, mini_fields())) < len(raw_pack) + 12_000


def test_a_page_without_fields_is_finished_too(tmp_path: Path) -> None:
    html = "<html lang=cy><title>Old</title><table><tr><th>Head<td>Cell</table>"
    path = tmp_path / "plain.pdf"
    path.write_bytes(apply_forms(rendered(html), (), title="Tŷ", language="cy"))

    assert check_pack(path, ()) == []
    with pikepdf.open(path) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["dc:title"], str(pdf.docinfo.Title), str(pdf.Root.Lang)) == ("Tŷ", "Tŷ", "cy")


def test_weasyprint_places_pictures_as_it_did_in_70_0() -> None:
    picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='80' height='60'%3E%3C/svg%3E"
    style = "@page { size: 400px 300px; margin: 0 } body { margin: 20px 0 0 40px } img { display: block }"
    raw = rendered(f'<html lang="en"><title>T</title><style>{style}</style><img src="{picture}" alt="A"></html>')
    told = (
        "WeasyPrint changed how it gives the place of a picture, in pixels from the top: bring _place_pictures in "
        "pmdiag_build/publish/forms/__init__.py up to it"
    )

    assert places_of_pictures(raw) == [[40, 20, 120, 80]], told
    assert places_of_pictures(apply_forms(raw, (), title="T", language="en")) == [[30, 165, 90, 210]]


def places_of_pictures(pdf: bytes) -> list[list[float]]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [list(map(float, element.A.BBox)) for element in structure_elements(document) if element.S == "/Figure"]


def test_large_print_keeps_its_size() -> None:
    pdf = _applied(rendered(mini_html(mini_fields(), "input, textarea { font-size: 18pt }")), mini_fields())

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/Wingdings 18 Tf 0 g" in {str(f.DA) for f in document.Root.AcroForm.Fields if "/DA" in f}


def test_row_and_column_heads_are_distinguished(mini_pack: Path) -> None:
    with pikepdf.open(mini_pack) as pdf:
        scopes = [
            str(thing.A.Scope)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.TH
        ]

    assert (scopes.count("/Column"), scopes.count("/Row")) == (10, 6)


_FOR_THE_EAR = """<html lang=en><title>T</title><style>h1 { bookmark-level: none }
h2 { bookmark-level: 1 } i { float: left } ul { list-style: none }
a::before { content: target-counter(attr(href), page) } ol { columns: 2 }</style>
<h1>T</h1><ul><li><a href="#one">One</a><li><a href="#two">Two</a></ul>
<section id=one><h2><i>1</i> First</h2><ol><li>a<li>b</ol></section>
<section id=two><h2>Second</h2>
<table><thead><tr><th>Low<th>High<tbody><tr><td>all<td>all
<tbody><tr><th scope=row colspan=2>Group<tbody><tr><td>its<td>its</table></section>"""


def test_what_is_read_aloud_is_in_order(tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    path.write_bytes(apply_forms(rendered(_FOR_THE_EAR), (), title="T", language="en"))

    assert check_pack(path, ()) == []
    with pikepdf.open(path) as pdf:
        elements = list(structure_elements(pdf))[1:]
        kinds = [str(element.S) for element in elements]
        links = [annotation for annotation in pdf.pages[0].obj.Annots if annotation.Subtype == "/Link"]
        heads = {bytes(e.ID): e for e in elements if e.S == "/TH"}
        cells = [[heads[bytes(id)].A.get("/ColSpan", 1) for id in e.A.Headers] for e in elements if e.S == "/TD"]
    assert (kinds.count("/TOC"), kinds.count("/TOCI"), kinds.count("/Link"), kinds.count("/L")) == (1, 2, 2, 1)
    assert [str(link.Contents) for link in links] == ["1 First", "Second"]
    # Each cell below the row that spans all columns names that row, then its own column.
    assert sorted(cells) == [[1], [1], [2, 1], [2, 1]]


def test_byte_order_marks_leave_the_text_maps(raw_pack: bytes) -> None:
    with pikepdf.open(io.BytesIO(raw_pack)) as pdf:
        maps = [t.ToUnicode for t in pdf.objects if isinstance(t, pikepdf.Dictionary) and "/ToUnicode" in t]
        maps[0].write(
            b"2 beginbfchar\n<0001> <0041>\n<0002> <FEFF>\nendbfchar\n1 beginbfchar\n<0003> <feff>\nendbfchar"
        )
        with_marks = io.BytesIO()
        pdf.save(with_marks)
    with pikepdf.open(io.BytesIO(_applied(with_marks.getvalue(), mini_fields()))) as pdf:
        maps = [t.ToUnicode for t in pdf.objects if isinstance(t, pikepdf.Dictionary) and "/ToUnicode" in t]

        texts = [map_.read_bytes() for map_ in maps]
    assert [text for text in texts if text.startswith(b"1 beginbfchar\n<0001> <0041>\nendbfchar\n")]
    assert not [text for text in texts if b"feff" in text.lower()]


def test_figures_of_lists_can_be_read(mini_pack: Path) -> None:
    text = pypdfium2.PdfDocument(mini_pack)[0].get_textpage().get_text_bounded()

    assert "1." in text


def test_the_field_font_types_welsh_and_polish() -> None:
    assert set("ŵŷŴŶâêîôûẃẁẅỳąćęłńóśźżĄĆĘŁŃÓŚŹŻ’–€£") <= set(code_page().values())


def test_filled_in_text_is_broken_at_words_and_inside_long_ones(mini_pack: Path) -> None:
    with pikepdf.open(mini_pack) as pdf:
        font = read_font(pdf.Root.AcroForm.DR.Font[f"/{TEXT_KEY}"])
    text = "Tŷ Gwyn, " * 30 + "\n\n" + "x" * 500

    lines = wrapped(text, 200, 11, font)

    assert max(font.width(line, 11) for line in lines) <= 200
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert "" in lines


def test_every_disagreement_is_named(raw_pack: bytes) -> None:
    fields = [f for f in mini_fields() if f.name not in ("rating_1_1", "doing_1")]
    more = (FormField("doing_9", "text", "?"), FormField("rating_9_9", "radio", "?", LEVELS))
    fix = "Fix the pack's layout."

    assert [
        "rating_1_1: It is on a page but the pack does not declare it. Did you mean “rating_1_10”?",
        "doing_1: It is on a page but the pack does not declare it. Did you mean “doing_9”?",
        f"clear_rating_1_1: It clears “rating_1_1”, which the pack does not declare. {fix}",
        f"doing_9: The pack declares it but it is on no page. {fix}",
        f"rating_9_9: The pack declares it but it is on no page. {fix}",
    ] == [problem.removeprefix(f"{TITLE}: field ") for problem in _refused(raw_pack, (*fields, *more))]


def test_a_choice_cut_by_a_page_break_is_refused() -> None:
    before, radio, after = re.split(r"(<input type=radio name=rating_1_1 value=E [^>]*>)", mini_html(mini_fields()))
    html = before + after.replace("<h2>Feature 2", f"{radio}<h2>Feature 2")

    assert "Its buttons are on more than one page: 2, 3" in _refused(rendered(html), mini_fields())[0]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("value=D", "value=X", "Its buttons are ['L', 'X', 'E'], its options ['L', 'D', 'E']"),
        ("name=doing_1", "name=doing_2", "It is on the pages 2 times"),
        ("<input name=record_reference", "<input type=checkbox name=record_reference", "It is a checkbox"),
        ("type=radio name=rating_1_1 value=E", "name=rating_1_1 value=E", "not one group of radio buttons"),
        ("name=doing_1", "name=pack_id", "the form pass adds it"),
        ("name=doing_1", 'style="font-weight: bold" name=doing_1', "Its font differs from that of"),
    ],
)
def test_a_layout_that_renders_something_else_is_refused(old: str, new: str, what: str) -> None:
    bold = (LAYOUTS / "fonts" / "AtkinsonHyperlegibleNext-Bold.ttf").as_uri()
    html = mini_html(mini_fields(), f"@font-face {{ font-family: Form; font-weight: bold; src: url({bold}) }}")

    assert what in "\n".join(_refused(rendered(html.replace(old, new, 1)), mini_fields()))


def test_a_declaration_that_cannot_be_meant_is_refused(raw_pack: bytes) -> None:
    mode = next(f for f in mini_fields() if f.name == "record_mode")
    fields = tuple(replace(f, value="crowd") if f is mode or f == mode else f for f in mini_fields())

    assert "Its value “crowd” is not one of its options" in _refused(raw_pack, fields)[0]
    assert "The pack declares it twice" in _refused(raw_pack, (*mini_fields(), mode))[0]


def test_text_can_be_stamped_into_a_finished_pack(mini_pack: Path, tmp_path: Path) -> None:
    """What personalised packs need: the form's own font is there, and a filled field passes every check."""
    stamped = tmp_path / "stamped.pdf"
    with pikepdf.open(mini_pack) as pdf:
        form = pdf.Root.AcroForm
        text_font = form.DR.Font[f"/{TEXT_KEY}"]
        field = next(field for field in form.Fields if str(field.T) == "record_reference")
        x1, y1, x2, y2 = (float(n) for n in field.Rect)
        box = TextBox(x2 - x1, y2 - y1, 11, multiline=False)
        content = shown_text("Ŵyn 7", box, read_font(text_font))
        field.V = field.DV = pikepdf.String("Ŵyn 7")
        field.AP.N = Appearances(pdf, text_font).text(content, box.width, box.height)
        pdf.save(stamped)

    fields = tuple(replace(f, value="Ŵyn 7") if f.name == "record_reference" else f for f in mini_fields())
    assert check_pack(stamped, fields) == []
    assert (
        "Ŵyn 7" in subprocess.run((program("pdftotext"), stamped, "-"), capture_output=True, check=True).stdout.decode()
    )
