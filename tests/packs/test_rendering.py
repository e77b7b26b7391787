"""Rendering: equal bytes anywhere, nothing from the machine or from elsewhere, faults named."""

from __future__ import annotations

import base64
import io
import os
import pickle
import subprocess
import sys
import tempfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pmdiag_build.content.fields import pack_fields
from pmdiag_build.content.model import GuidePage, Pack, Section, Tool
from pmdiag_build.problems import ContentWrong
from pmdiag_build.publish.forms import render_pack
from pmdiag_build.publish.packs import pack_html, pack_title
from pmdiag_build.rendering import weasy
from pmdiag_build.rendering.templates import environment
from tests.packs.pdf import fonts, page_texts

_RENDER = """
import hashlib, pickle, sys
from pmdiag_build.publish.forms import render_pack
html, fields = pickle.load(open(sys.argv[1], "rb"))
print(hashlib.sha256(render_pack(html, fields, name="packs/a.yaml", title="A")).hexdigest())
"""

NO_FONTS = "<!DOCTYPE fontconfig SYSTEM 'urn:fontconfig:fonts.dtd'><fontconfig/>"


def html_of(tool: Tool, pack: Pack) -> str:
    return pack_html(tool, pack, environment())


def with_guide(tool: Tool, body: str) -> tuple[Tool, Pack]:
    """The tool with a further page, and a pack that shows nothing else."""
    page = GuidePage("extra", "Extra", "", "guide", "addition", body, "guide/extra.md", 1)
    pack = replace(tool.pack("what-good-looks-like"), sections=(Section("guide", page="extra"),))
    return replace(tool, pages={**tool.pages, "extra": page}), pack


def render(tool: Tool, pack: Pack) -> bytes:
    html = html_of(tool, pack)
    return render_pack(html, pack_fields(tool, pack), name="packs/extra.yaml", title=pack_title(tool, pack))


@pytest.mark.slow
def test_time_zone_locale_seed_fonts_and_folder_change_no_byte(tool: Tool, tmp_path: Path) -> None:
    pack = tool.pack("summary-of-review")
    job = tmp_path / "job"
    job.write_bytes(pickle.dumps((html_of(tool, pack), pack_fields(tool, pack))))
    (tmp_path / "fonts.conf").write_text(NO_FONTS)
    here = {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    elsewhere = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "77",
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"),
        "SOURCE_DATE_EPOCH": "1",
    }
    made = [
        subprocess.run(
            (sys.executable, "-c", _RENDER, job),
            cwd=cwd,
            env={**os.environ, **here, **extra},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        for cwd, extra in ((Path.cwd(), {"PYTHONHASHSEED": "1"}), (tmp_path, elsewhere))
    ]

    assert [m.stderr for m in made] == ["", ""]
    assert made[0].stdout == made[1].stdout
    assert len(made[0].stdout) == 65


def test_the_page_of_a_pack_has_no_path_and_can_be_sent_to_another_process(tool: Tool) -> None:
    for pack in tool.packs:
        html = html_of(tool, pack)
        assert str(Path.cwd()) not in html
        assert "file:" not in html
        assert "var(--" not in html
    fields = pack_fields(tool, tool.pack("complete"))
    assert pickle.loads(pickle.dumps(fields)) == fields  # noqa: S301 - our own bytes


def test_equal_content_gives_an_equal_page(tool: Tool) -> None:
    pack = tool.pack("complete")

    assert html_of(tool, pack) == html_of(tool, pack)


def test_a_rendering_leaves_no_temporary_file_and_removes_those_of_killed_ones(
    tool: Tool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, in_use = tmp_path / "pmdiag-fonts-left", tmp_path / "pmdiag-fonts-in-use"
    for folder in (left, in_use):
        folder.mkdir()
    os.utime(left, (0, 0))
    weasy.sweep_font_folders.cache_clear()

    render(*with_guide(tool, "Text"))

    assert [in_use] == list(tmp_path.iterdir())


LOADING = """
import sys
started = []
sys.addaudithook(lambda event, values: event == "subprocess.Popen" and started.append(values[0]))
from pmdiag_build.rendering.weasy import prepare
prepare()
print("weasyprint" in sys.modules, started)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere WeasyPrint finds its libraries otherwise")
def test_weasyprint_is_loaded_without_a_search_by_other_programs() -> None:
    done = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True)

    assert "True []\n" == done.stdout


@pytest.mark.parametrize("id", ["summary-of-review", "what-good-looks-like"])
def test_rules_that_pages_seldom_need_are_left_out_and_not_missed(
    id: str, tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weasyprint import HTML, css
    from weasyprint.html import UA_FORM_STYLESHEET, UA_STYLESHEET

    used: list[list[Any]] = []
    made = css.StyleFor.__init__

    def seen(self: Any, page: Any, sheets: Any, *others: Any, **named: Any) -> None:
        used.append([sheet for sheet, origin, _ in sheets if origin == "user agent"])
        made(self, page, sheets, *others, **named)

    monkeypatch.setattr(css.StyleFor, "__init__", seen)
    html = html_of(tool, tool.pack(id))

    usual, whole = (weasy.html_to_pdf(f"{html}{also}", identifier=b"1", name="a") for also in ("", "<!-- dir= -->"))

    assert whole == usual
    (few, *others), all_of_them = used
    assert others == [UA_FORM_STYLESHEET]
    assert all_of_them == [UA_STYLESHEET, UA_FORM_STYLESHEET]
    kinds = [rule.at_keyword for rule, *_ in few.page_rules]
    assert kinds == ["page", "bottom-left", "bottom-center", "bottom-right"]
    leftward = HTML(string="<html dir=rtl>").wrapper_element
    assert len(few.matcher.match(leftward)) < len(UA_STYLESHEET.matcher.match(leftward))


def test_only_list_items_get_styles_of_markers(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint import css

    marked: list[str] = []
    made = css.StyleFor.set_computed_styles

    def seen(self: Any, element: Any, *others: Any, pseudo_type: Any = None, **named: Any) -> None:
        if pseudo_type == "marker":
            marked.append(element.tag)
        made(self, element, *others, pseudo_type=pseudo_type, **named)

    monkeypatch.setattr(css.StyleFor, "set_computed_styles", seen)
    html = html_of(tool, tool.pack("what-good-looks-like")).replace("</body>", "<ul><li>One</li></ul>MORE</body>")
    square = "<div style='display:list-item'>Two</div>"

    weasy.html_to_pdf(html.replace("MORE", ""), identifier=b"1", name="a")
    assert marked == ["li"]

    weasy.html_to_pdf(html.replace("MORE", square), identifier=b"1", name="a")
    assert "div" in marked


def test_deep_calls_get_their_memory_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource", reason="Windows counts otherwise")
    taken: list[int] = []

    def deep(more: int) -> int:
        return more and deep(more - 1)

    class Laid:
        def write_pdf(self, **options: object) -> bytes:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
            for _ in range(300):
                deep(300)
            taken.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
            return b""

    monkeypatch.setattr(weasy, "page_of", lambda *_: (Laid(), None))
    weasy.html_to_pdf("<style>@font-face{}</style>", identifier=b"1", name="a")

    # Pages of memory that the system gave: one for each round of calls if Python has given them back.
    assert taken[0] < 150


def test_what_wraps_lines_and_references_is_dropped(tool: Tool) -> None:
    pack = tool.pack("action-plan")
    made = weasy.html_to_pdf(html_of(tool, pack), identifier=b"1", name="a")

    with pikepdf.open(io.BytesIO(made)) as document:
        entries = [entry for entry in document.objects if isinstance(entry, pikepdf.Dictionary)]
        elements = [entry for entry in entries if entry.get("/Type") == "/StructElem"]
        assert "/OBJR" not in {entry.get("/Type") for entry in entries}
        plain = {"/Type", "/S", "/K", "/Pg", "/P"}
        wrappers = [one for one in elements if one.S in ("/Span", "/NonStruct") and one.keys() == plain]
        # None in a paragraph, heading, cell or another wrapper: only what is on a page by itself.
        assert {str(one.P.S) for one in wrappers} <= {"/Document", "/Div"}
        # What a wrapper was in is known only if elements are listed after what they are in.
        assert all(element.P.objgen < element.objgen for element in elements)
        assert len(elements) > 50


def test_a_page_that_asks_for_them_gets_them(tool: Tool, tmp_path: Path) -> None:
    above = "<style>@page{@top-right-corner{content:'above';width:20mm}} i{float:footnote}</style><i>below</i>"
    html = html_of(tool, tool.pack("what-good-looks-like")).replace("</body>", f"{above}</body>")
    (tmp_path / "a.pdf").write_bytes(weasy.html_to_pdf(html, identifier=b"1", name="a"))

    pages = page_texts(tmp_path / "a.pdf")

    assert all("above" in page for page in pages)
    assert "1. below" in pages[-1]


def test_a_letter_that_the_fonts_lack_is_named(tool: Tool) -> None:
    with pytest.raises(ContentWrong) as wrong:
        render(*with_guide(tool, "A tick ✓ stands here."))

    (problem,) = wrong.value.problems
    assert str(problem) == (
        "packs/extra.yaml: The fonts have no “✓” (U+2713, CHECK MARK), used in "
        "“A tick ✓ stands here.”. Use other letters or words."
    )


def test_welsh_and_polish_letters_are_drawn_in_our_fonts(tool: Tool, tmp_path: Path) -> None:
    pdf = tmp_path / "a.pdf"
    # The last is ŵ as w with a combining circumflex, as some keyboards type it.
    pdf.write_bytes(render(*with_guide(tool, "Ŵŵ Ŷŷ Łł Żż Źź Ąą Ęę Ńń Śś Ćć Óó w\u0302")))

    assert all(name.startswith("Atkinson-Hyperlegible-Next") for name in fonts(pdf))


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/a.png", "file:///etc/hostname", "../../../etc/hostname", "ftp://a.example/b", "//host/share"],
)
def test_an_address_outside_our_folders_is_never_fetched_and_named(address: str, tool: Tool) -> None:
    tool, pack = with_guide(tool, "Text")
    html = html_of(tool, pack).replace("Text", f'<img src="{address}" alt="a">')
    with pytest.raises(ContentWrong) as wrong:
        render_pack(html, (), name="packs/extra.yaml", title="A")

    (problem,) = wrong.value.problems
    assert str(problem).startswith("packs/extra.yaml: “")
    assert "is never downloaded" in problem.what


def test_an_address_inside_an_svg_is_never_fetched_and_named(tool: Tool) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="http://127.0.0.1:9/a.png"/></svg>'
    tool, pack = with_guide(tool, "![A picture](a.svg)")
    with pytest.raises(ContentWrong) as wrong:
        render(replace(tool, images={"a.svg": svg}), pack)

    assert "http://127.0.0.1:9/a.png" in wrong.value.problems[0].what


def test_a_missing_picture_and_a_broken_one_are_named(tool: Tool) -> None:
    tool, pack = with_guide(tool, "![A picture](a.png)")
    html = html_of(replace(tool, images={"a.png": b"x"}), pack)
    with pytest.raises(ContentWrong) as wrong:
        render_pack(html, (), name="packs/extra.yaml", title="A")
    assert ["Failed to load image at the picture “A picture”"] == [problem.what for problem in wrong.value.problems]
    with pytest.raises(ContentWrong, match=r"The file “gone\.png” is missing from the layouts"):
        render_pack(html.replace("data:", "gone.png?"), (), name="packs/extra.yaml", title="A")


def test_a_style_sheet_without_a_font_is_said_and_does_not_end_the_process(tool: Tool) -> None:
    tool, pack = with_guide(tool, "Text")
    with pytest.raises(ContentWrong, match="has no @font-face rule"):
        render_pack(html_of(tool, pack).replace("@font-face", "@media none"), (), name="packs/extra.yaml", title="A")


def test_marks_nested_too_deeply_are_said_in_words(tool: Tool) -> None:
    tool, pack = with_guide(tool, "**a " * 1000 + "a**" * 1000)
    with pytest.raises(ContentWrong, match=r"Formatting is nested too deeply in the text that begins “\*\*a"):
        html_of(tool, pack)


def test_a_picture_with_too_many_pixels_is_named(tool: Tool) -> None:
    header = b"IHDR" + (10_000).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    png = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    png += bytes(4) + b"IDAT" + zlib.crc32(b"IDAT").to_bytes(4, "big")
    tool, pack = with_guide(tool, "![A picture](a.png)")
    with pytest.raises(ContentWrong, match="the picture “A picture”: Image size"):
        render(replace(tool, images={"a.png": png}), pack)


def test_a_picture_of_the_content_travels_inside_the_page(tool: Tool) -> None:
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    )
    tool, pack = with_guide(tool, "![A picture](a.png)")

    assert render(replace(tool, images={"a.png": png}), pack).startswith(b"%PDF")


def test_braces_and_markup_in_content_are_printed_as_typed(tool: Tool) -> None:
    tool, pack = with_guide(tool, "{{ 7 * 7 }} and <b>bold</b>")
    html = html_of(tool, replace(pack, title="{% if %} & <i>"))

    assert "{{ 7 * 7 }} and &lt;b&gt;bold&lt;/b&gt;" in html
    assert "<h1>{% if %} &amp; &lt;i&gt;</h1>" in html


def test_a_reference_to_a_page_that_the_pack_lacks_becomes_words(tool: Tool) -> None:
    tool, pack = with_guide(tool, "See [page 7](page:features) and [more](page:features).")

    assert "<p>See page 7 of the original and <span>more</span>.</p>" in html_of(tool, pack)


def test_an_unfillable_pack_draws_rings_instead_of_fields(tool: Tool) -> None:
    pack = replace(tool.pack("self-assessment"), fillable=False)
    html = html_of(tool, pack)

    assert "<input" not in html
    assert "<textarea" not in html
    assert html.count('<span class="ring">') == 3 * (41 + 5)


@pytest.mark.slow
def test_pages_that_can_not_be_laid_out_are_said_in_words(tool: Tool) -> None:
    pack = replace(tool.pack("self-assessment-large-print"), fillable=False)
    # Rows that must all stay together can't be divided over pages.
    html = html_of(tool, pack).replace(
        "</style>", "tbody, tr { break-before: avoid !important; break-after: avoid }</style>"
    )
    with pytest.raises(ContentWrong, match="too tall for a page"):
        render_pack(html, (), name="packs/extra.yaml", title="A")
