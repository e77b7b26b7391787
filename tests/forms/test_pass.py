"""The form pass: what it makes of a rendered pack, and what it refuses."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.problems import ExitCode
from pmdiag_build.publish.form_font import code_page
from pmdiag_build.publish.forms import LayoutWrong, apply_forms
from pmdiag_build.resources import LAYOUTS
from tests.forms.checks import check_pack
from tests.forms.conftest import rendered
from tests.forms.minipack import LANGUAGE, LEVELS, TITLE, mini_fields, mini_html


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
    assert len(_applied(raw_pack, mini_fields())) < len(raw_pack) + 4_000


def test_a_page_without_fields_is_finished_too(tmp_path: Path) -> None:
    html = "<html lang=cy><title>Old</title><table><tr><th>Head<td>Cell</table>"
    path = tmp_path / "plain.pdf"
    path.write_bytes(apply_forms(rendered(html), (), title="Tŷ", language="cy"))

    assert check_pack(path, ()) == []
    with pikepdf.open(path) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["dc:title"], str(pdf.docinfo.Title), str(pdf.Root.Lang)) == ("Tŷ", "Tŷ", "cy")


def test_large_print_keeps_its_size() -> None:
    pdf = _applied(rendered(mini_html(mini_fields(), "input, textarea { font-size: 18pt }")), mini_fields())

    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/Wingdings 18 Tf 0 g" in {str(f.DA) for f in document.Root.AcroForm.Fields if "/DA" in f}


def test_row_and_column_heads_are_told_apart(mini_pack: Path) -> None:
    with pikepdf.open(mini_pack) as pdf:
        scopes = [
            str(thing.A.Scope)
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name.TH
        ]

    assert (scopes.count("/Column"), scopes.count("/Row")) == (10, 6)


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

        assert b"1 beginbfchar\n<0001> <0041>\nendbfchar\n" in [m.read_bytes() for m in maps]


def test_the_field_font_types_welsh_and_polish() -> None:
    assert set("ŵŷŴŶâêîôûẃẁẅỳąćęłńóśźżĄĆĘŁŃÓŚŹŻ’–€£") <= set(code_page().values())


def test_every_disagreement_is_named(raw_pack: bytes) -> None:
    fields = [f for f in mini_fields() if f.name not in ("rating_1_1", "doing_1")]
    more = (FormField("doing_9", "text", "?"), FormField("rating_9_9", "radio", "?", LEVELS))
    mend = "Put it right in the pack's layout; content cannot mend it."

    assert [
        "rating_1_1: it is on a page but the pack does not declare it. Did you mean “rating_1_10”?",
        "doing_1: it is on a page but the pack does not declare it. Did you mean “doing_9”?",
        f"clear_rating_1_1: it takes back “rating_1_1”, which the pack does not declare. {mend}",
        f"doing_9: the pack declares it but it is on no page. {mend}",
        f"rating_9_9: the pack declares it but it is on no page. {mend}",
    ] == [problem.removeprefix(f"{TITLE}: field ") for problem in _refused(raw_pack, (*fields, *more))]


def test_a_choice_cut_by_a_page_break_is_refused() -> None:
    before, radio, after = re.split(r"(<input type=radio name=rating_1_1 value=E [^>]*>)", mini_html(mini_fields()))
    html = before + after.replace("<h2>Feature 2", f"{radio}<h2>Feature 2")

    assert "its buttons are on more than one page: 2, 3" in _refused(rendered(html), mini_fields())[0]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("value=D", "value=X", "its buttons stand for ['L', 'X', 'E'], its options are ['L', 'D', 'E']"),
        ("name=doing_1", "name=doing_2", "it is there 2 times"),
        ("<input name=record_reference", "<input type=checkbox name=record_reference", "rendered as a button to tick"),
        ("type=radio name=rating_1_1 value=E", "name=rating_1_1 value=E", "not one group of radio buttons"),
        ("name=doing_1", "name=pack_id", "the form pass adds it itself"),
        ("name=doing_1", 'style="font-weight: bold" name=doing_1', "its font is another than that of"),
    ],
)
def test_a_layout_that_renders_something_else_is_refused(old: str, new: str, what: str) -> None:
    bold = (LAYOUTS / "fonts" / "AtkinsonHyperlegibleNext-Bold.ttf").as_uri()
    html = mini_html(mini_fields(), f"@font-face {{ font-family: Form; font-weight: bold; src: url({bold}) }}")

    assert what in "\n".join(_refused(rendered(html.replace(old, new, 1)), mini_fields()))


def test_a_declaration_that_cannot_be_meant_is_refused(raw_pack: bytes) -> None:
    mode = next(f for f in mini_fields() if f.name == "record_mode")
    fields = tuple(replace(f, value="crowd") if f is mode or f == mode else f for f in mini_fields())

    assert "“crowd” is filled in beforehand but is none of its options" in _refused(raw_pack, fields)[0]
    assert "the pack declares it twice" in _refused(raw_pack, (*mini_fields(), mode))[0]
