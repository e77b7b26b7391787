"""A long report.pdf is made in parts by two processes, and is what it would be in one piece."""

from __future__ import annotations

import base64
import inspect
import io
import multiprocessing
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import page as validator
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops

from pmdiag_build.problems import EnvironmentFailed
from pmdiag_build.rendering.pdf_parts import LaidOut
from pmdiag_build.rendering.weasy import report_to_pdf
from pmdiag_build.resources import LAYOUTS
from pmdiag_build.results.writers.pdf import report_pdf
from tests.programs import program
from tests.results.conftest import DemoResults
from tests.waiting import until

_DIFFERENT = 127
"""Of 255 shades."""

# Without a font of its own, a page is set in whatever the machine, and what was rendered before, make the usual one.
FONT = base64.b64encode((LAYOUTS / "fonts" / "AtkinsonHyperlegibleNext-Regular.ttf").read_bytes()).decode()
STYLE = f"@font-face {{ font-family: Plain; src: url(data:font/ttf;base64,{FONT}) }} html {{ font-family: Plain }}"
STYLE += """
@page { size: 100mm 120mm; margin: 15mm; @bottom-left { content: string(foot) }
  @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
@page :first { margin-top: 40mm }
body { margin: 4mm 0; string-set: foot attr(data-foot) } [data-page] { break-before: page; margin-top: 9mm }
nav a::after { content: " " target-counter(attr(href), page) }
table { border-collapse: collapse } td { border: 1pt solid; background: silver }
"""
TABLE = '<table><tr><th scope="col">Head</th></tr><tr><td>A cell</td></tr></table>'


def feature(n: int) -> str:
    paragraphs = "".join(f"<p>{f'Words of feature {n}. ' * 12}</p>" for _ in range(n + 2))
    back = '<p><a href="#top">To the beginning</a>, <a href="#f1">one</a>, <a href="#last">last</a></p>'
    return f'<section id="f{n}" data-page><h2>Feature {n}</h2>{paragraphs}<h3>Beside {n}</h3>{back}{TABLE}</section>'


CONTENTS = "".join(f'<li><a href="#{name}">{name}</a></li>' for name in ("f1", "f3", "sub", "last"))
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><meta name="author" content="Those who ask">
<title>A report</title><style>{STYLE}</style></head><body data-foot="Foot">
<h1 id="top">A report</h1><nav><ul>{CONTENTS}</ul></nav>{TABLE}<p>Page one.</p>
<main>{feature(1)}{feature(2)}{feature(3)}
<section id="nested" data-page><h2>Nested</h2><p>Before it.</p>
<div id="sub" data-page><h3>Sub</h3>{TABLE}</div><p>Behind it.<br></p></section><p id="last">Last</p></main>
</body></html>"""


@pytest.mark.slow
def test_a_page_in_parts_is_the_page_in_one_piece() -> None:
    whole, parts = report_to_pdf(PAGE), report_pdf(PAGE, processors=1, long=0)

    assert whole != parts
    assert seen(whole) == seen(parts)
    assert spoken(whole) == spoken(parts)
    first, *others = [" ".join(text.split()) for text in seen(parts)["texts"]]
    page = {word: n for n, text in enumerate(others, 2) for word in ("Feature 3", "Sub") if f"{word} " in text}
    assert f"f3 {page['Feature 3']} sub {page['Sub']}" in first
    assert f"Page {len(others) + 1} of {len(others) + 1}" in others[-1]
    assert faults(parts) == []


@pytest.mark.slow
def test_the_rendered_pages_look_the_same() -> None:
    whole, parts = report_to_pdf(PAGE), report_pdf(PAGE, processors=1, long=0)

    assert pages_that_look_different(whole, parts) == []


@pytest.mark.slow
def test_one_process_and_two_make_the_same_bytes() -> None:
    assert report_pdf(PAGE, processors=1, long=0) == report_pdf(PAGE, processors=2, long=0)
    assert multiprocessing.active_children() == []


def test_a_report_in_parts_is_the_report_in_one_piece(demo_results: DemoResults) -> None:
    page, whole = demo_results.html, demo_results.pdf
    parts = report_pdf(page, processors=2, long=0)

    assert "data-page" in page.partition("<main")[2]
    assert whole != parts
    assert seen(whole) == seen(parts)
    assert spoken(whole) == spoken(parts)
    assert pages_that_look_different(whole, parts) == []
    assert faults(parts) == []


@pytest.mark.slow
def test_a_short_report_and_one_that_is_not_nested_plainly_are_made_in_one_piece() -> None:
    assert report_to_pdf(PAGE) == report_pdf(PAGE, processors=2)
    loose = PAGE.replace("Page one.</p>", "Page one.")

    assert report_to_pdf(loose) == report_pdf(loose, processors=2, long=0)


@pytest.mark.slow
def test_contents_that_need_another_page_for_their_numbers_have_the_right_ones() -> None:
    many = "".join(f"<li>{'x' * 20}</li>" for _ in range(40))
    page = PAGE.replace("</ul>", f"{many}</ul>").replace("::after { content", "::after { display: block; content")
    whole, parts = report_to_pdf(page), report_pdf(page, processors=1, long=0)

    assert whole != parts
    assert seen(whole) == seen(parts)


@pytest.mark.slow
def test_no_file_is_left_and_a_failure_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    report_pdf(PAGE, processors=1, long=0)
    monkeypatch.setattr(LaidOut, "pdf", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report_pdf(PAGE, processors=1, long=0)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_worker_that_is_killed_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def kill() -> None:
        until(lambda: len(multiprocessing.active_children()) >= 2)
        multiprocessing.active_children()[0].kill()

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(EnvironmentFailed, match=r"A worker that makes report\.pdf was stopped"):
        report_pdf(PAGE.replace("Page one.", "Page one. " * 5_000), processors=2, long=0)
    killer.join()

    assert multiprocessing.active_children() == []
    assert list(tmp_path.glob("pmdiag-*")) == []


def test_weasyprint_makes_margins_as_it_did_in_70_0() -> None:
    from weasyprint import layout

    told = (
        "WeasyPrint changed how it makes the margins of pages. LaidOut in pmdiag_build/rendering/pdf_parts.py puts "
        "that step off: read layout_document in weasyprint/layout/__init__.py again, and bring LaidOut up to it"
    )
    body = inspect.getsource(layout.layout_document)

    assert ["context", "page", "state"] == list(inspect.signature(layout.make_margin_boxes).parameters), told
    assert ["page", "get_image_from_uri"] == list(inspect.signature(layout.layout_backgrounds).parameters), told
    assert body.count("make_margin_boxes(context, page, state)") == 1, told
    assert body.count("layout_backgrounds(page, context.get_image_from_uri)") == 1, told
    assert body.count("context.current_page = i + 1") == 1, told


# ---- what other programs see


def seen(pdf: bytes) -> dict[str, Any]:
    """What a viewer shows: the text of each page, bookmarks, and where links lead."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = [sheet.get_textpage().get_text_bounded() for sheet in document]
        toc = [(item.level, item.get_title(), item.get_dest().get_index(), view(item)) for item in document.get_toc()]
        title = document.get_metadata_dict()
    return {"texts": texts, "bookmarks": toc, "links": links(pdf), "about": title}


def view(item: Any) -> tuple[Any, ...]:
    kind, places = item.get_dest().get_view()
    return (kind, *(round(place, 1) for place in places))


def links(pdf: bytes) -> list[tuple[Any, ...]]:
    """Each link: its page, its rectangle, and the page and place that it leads to."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = {sheet.obj.objgen: number for number, sheet in enumerate(document.pages)}
        flat = list(document.Root.Names.Dests.Names)
        places = {bytes(name): place for name, place in zip(flat[::2], flat[1::2], strict=True)}
        assert sorted(places) == list(places)
        found = []
        for number, sheet in enumerate(document.pages):
            for link in sheet.obj.get("/Annots", pikepdf.Array()):
                target, *shown = places[bytes(link.Dest)]
                found.append((number, numbers(link.Rect), pages[target.objgen], [str(part) for part in shown]))
        return found


def numbers(values: Any) -> list[float]:
    return [round(float(value), 2) for value in values]


def spoken(pdf: bytes) -> Any:
    """The structure tree as nested lists: kind, page, headers by the place of the cell, pieces of text by number."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        tree = document.Root.StructTreeRoot
        pages = {sheet.obj.objgen: number for number, sheet in enumerate(document.pages)}
        flat = list(tree.ParentTree.Nums)
        keys = list(map(int, flat[::2]))
        assert keys == sorted(set(keys))
        known = dict(zip(keys, flat[1::2], strict=True))
        assert len(tree.K) == 1
        ids: dict[bytes, int] = {}

        def said(element: Any, parent: Any) -> list[Any]:
            assert element.P.objgen == parent.objgen
            if "/ID" in element:
                assert bytes(element.ID) not in ids
                ids[bytes(element.ID)] = len(ids)
            sheet = pages[element.Pg.objgen] if "/Pg" in element else None
            attributes = element.get("/A", pikepdf.Dictionary())
            heads = [ids[bytes(head)] for head in attributes.get("/Headers", [])]
            return [str(element.S), sheet, heads, [kid(one, element, sheet) for one in element.K]]

        def kid(one: Any, element: Any, sheet: int | None) -> Any:
            if isinstance(one, int):
                assert sheet is not None
                holder = known[int(document.pages[sheet].obj.StructParents)][one]
                assert holder.objgen == element.objgen
                return one
            if "/Obj" in one:
                assert known[int(one.Obj.StructParent)].objgen == element.objgen
                return "link"
            return said(one, element)

        return said(tree.K[0], tree)


def pages_that_look_different(first: bytes, second: bytes) -> list[int]:
    """Pages (from 0) on which a dot is black in one and grey or white in the other.

    Where WeasyPrint meets a letter first in another size, it rounds its width otherwise, by thousandths of its size.
    """
    pairs = zip(pictures(first), pictures(second), strict=True)
    shades = [ImageChops.difference(*pair).point(lambda shade: 255 * (shade > _DIFFERENT)) for pair in pairs]
    return [page for page, shade in enumerate(shades) if shade.getbbox() is not None]


def pictures(pdf: bytes) -> list[Image.Image]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [sheet.render(scale=1, grayscale=True).to_pil() for sheet in document]


def faults(pdf: bytes) -> list[str]:
    """What validators and readers find wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        path.write_bytes(pdf)
        profile = validator.ValidationProfile.PDF_UA_1
        found = [f"PDF/UA-1: {fault.message}" for fault in validator.validate_pdf(path, profile=profile).failures]
        return [*found, *said_by(path)]


def said_by(path: Path) -> Iterator[str]:
    for command in ((program("pdftotext"), path, "-"), (program("qpdf"), "--check", path)):
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        yield from filter(None, [done.stderr, done.stdout if done.returncode else ""])
    with pikepdf.open(path) as document:
        yield from document.check_pdf_syntax()
