"""A copy is as good a pack as the one that it was made of: to look at, to fill in, and when it comes back."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from pmdiag_build.content.fields import FormField, pack_id
from pmdiag_build.content.model import Tool
from pmdiag_build.publish.forms.placeholders import code_page
from pmdiag_build.publish.personalise.copies import Copier
from pmdiag_build.returns import read_round
from pmdiag_build.returns.readers import pdf as reader
from tests.conftest import Built
from tests.forms.answers import read_answers, read_pack_id, sample_answers
from tests.forms.checks import check_pack
from tests.forms.pictures import controls, with_pdfium, with_poppler
from tests.forms.programs import Fill, libraries, pdfium, pdfjs, poppler
from tests.packs.pdf import page_texts
from tests.personalise.conftest import PACK, RECORD
from tests.programs import program

_TYPED = st.text(st.sampled_from(sorted(filter(str.isprintable, code_page().values()))), min_size=1, max_size=40)
_PROGRAMS: dict[str, Fill] = {
    "PDFium": pdfium.fill,
    "Poppler": poppler.fill,
    "pikepdf": libraries.fill_with_pikepdf,
    "pdftk": libraries.fill_with_pdftk,
}


def ids(pdf: bytes) -> tuple[bytes, bytes]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        first, second = document.trailer.ID
        return bytes(first), bytes(second)


def test_a_copy_passes_every_check_of_a_pack(copy: Path, copied_fields: Sequence[FormField]) -> None:
    assert check_pack(copy, copied_fields) == []


def test_a_copy_is_the_pack_and_few_bytes_more(copy: Path, pack_pdf: bytes) -> None:
    content = copy.read_bytes()

    assert content.startswith(pack_pdf)
    assert len(content) - len(pack_pdf) < 8_000


def test_each_copy_has_an_id_of_its_own_beside_the_packs(copier: Copier, pack_pdf: bytes) -> None:
    first, second = (copier.copy({"record_reference": text}) for text in ("A1", "A2"))

    assert ids(first)[0] == ids(second)[0] == ids(pack_pdf)[0]
    assert len({ids(pdf)[1] for pdf in (first, second, pack_pdf)}) == 3


def test_equal_values_give_equal_bytes(copier: Copier, copy: Path) -> None:
    assert copier.copy(dict(reversed(list(RECORD.items())))) == copy.read_bytes()


def test_an_empty_value_leaves_what_the_pack_says(copier: Copier, pack_pdf: bytes) -> None:
    (record,) = reader.read("a.pdf", copier.copy({"record_reference": "A1", "record_mode": ""})).records

    assert ("individual",) == record.values["record_mode"]


def test_every_page_of_a_copy_says_its_reference_and_no_page_of_the_pack(copy: Path, built: Built) -> None:
    pack, pages = page_texts(built.packs / f"{PACK}.pdf"), page_texts(copy)

    assert len(pages) == len(pack)
    assert all(RECORD["record_reference"] in text for text in pages)
    assert not any(RECORD["record_reference"] in text for text in pack)


def test_the_reference_on_the_pages_is_not_taken_for_something_written_on_them(copy: Path) -> None:
    rewritten = io.BytesIO()
    with pikepdf.open(copy) as document:
        for page in document.pages:
            page.contents_coalesce()
            page.Contents = document.make_stream(pikepdf.unparse_content_stream(pikepdf.parse_content_stream(page)))
        document.save(rewritten)

    reading = reader.read("a.pdf", rewritten.getvalue())

    assert [] == [*reading.set_aside, *reading.problems]


def test_a_reference_that_the_foot_of_a_page_can_not_show_does_not_fit(copier: Copier) -> None:
    assert copier.fits("record_reference", "K7MD-4PW9 (Ŵyn)")
    assert not copier.fits("record_reference", "North and South, a team of many names")


def test_poppler_reads_what_is_shown(copy: Path) -> None:
    done = subprocess.run((program("pdftotext"), "-layout", copy, "-"), check=True, capture_output=True)
    text = "".join(done.stdout.decode().split())  # it guesses where spaces are

    labels = ["Data, performance or quality assurance officer", "A group, answering together"]
    texts = [RECORD[f"record_{name}"] for name in ("reference", "area", "lead", "contributors")]
    for line in "\n".join([*labels, *texts]).split("\n"):
        assert "".join(line.split()) in text, line


def test_what_is_filled_in_is_seen_and_nothing_else_changes(copy: Path, built: Built, tmp_path: Path) -> None:
    pack = built.packs / f"{PACK}.pdf"
    (tmp_path / "before").mkdir()
    for draw in (with_pdfium, lambda path: with_poppler(path, tmp_path / ("before" if path == pack else ""))):
        before = {(c.name, c.state): c.ink for c in controls(pack, draw(pack))}
        after = {(c.name, c.state): c.ink for c in controls(copy, draw(copy))}

        assert {name for name, state in before if before[name, state] != after[name, state]} == set(RECORD)
        assert all(after[name, ""] > 0.002 for name in RECORD)


def test_firefox_shows_what_is_filled_in(
    copy: Path, copied_fields: Sequence[FormField], chromium_browser: Browser, pdfjs_dir: Path
) -> None:
    fields = [field for field in copied_fields if field.name in RECORD]
    with pdfjs.viewed(chromium_browser, pdfjs_dir, copy) as page:
        assert pdfjs.shown_answers(page, fields) == RECORD


@pytest.mark.slow
@pytest.mark.parametrize("name", [*_PROGRAMS, "pdf.js"])
def test_a_filled_copy_comes_back_whole(
    name: str,
    copy: Path,
    copied_fields: Sequence[FormField],
    tool: Tool,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    fill = _PROGRAMS.get(name) or partial(
        pdfjs.fill,
        browser=request.getfixturevalue("chromium_browser"),
        pdfjs=request.getfixturevalue("pdfjs_dir"),
    )
    answers = {name: text for name, text in sample_answers(copied_fields).items() if not name.startswith("record_")}
    out = tmp_path / "filled" / "filled.pdf"
    out.parent.mkdir()

    fill(copy, copied_fields, answers, out)

    record = {field.name: field.value for field in copied_fields if field.name.startswith("record_")}
    assert read_answers(out, copied_fields) == answers | record
    assert read_pack_id(out) == pack_id(tool, tool.pack(PACK))
    round_ = read_round([out], tool)
    (response,) = round_.responses
    assert RECORD["record_reference"] == response.record.reference
    assert ("performance-officer", "group") == (response.record.role, response.record.mode)
    assert all(response.ratings.values())
    assert [] == [str(problem) for problem in round_.problems]


def test_a_copy_that_was_not_filled_in_is_a_blank_return(copy: Path, tool: Tool) -> None:
    round_ = read_round([copy], tool)

    assert (1, 1) == (round_.accounts.found, round_.accounts.blank)


@given(text=_TYPED)
@example(text="Â£")  # in PDFDocEncoding it would be the UTF-8 of another text
@example(text="Æ£")
def test_any_text_comes_back_as_it_was(copier: Copier, text: str) -> None:
    (record,) = reader.read(
        "a.pdf", copier.copy({"record_area": text, "record_contributors": f"{text}\n{text}"})
    ).records

    assert (text,) == record.values["record_area"]
    assert (f"{text}\n{text}",) == record.values["record_contributors"]


@given(text=_TYPED)
def test_every_letter_that_programs_can_type_can_be_stamped(copier: Copier, text: str) -> None:
    assert "" == copier.lacks(text)
