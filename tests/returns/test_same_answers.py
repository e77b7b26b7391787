"""The same answers through every format and every program give equal responses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pmdiag_build.content.fields import FormField, pack_fields
from pmdiag_build.content.model import Tool
from pmdiag_build.returns import Response, read_round
from tests.conftest import Built
from tests.forms.programs import libraries, pdfium, pdfjs, poppler
from tests.returns import libreoffice
from tests.returns.conftest import Returns
from tests.returns.paper import Answers, filled, filled_on_top
from tests.returns.samples import said_by, sample_answers
from tests.returns.written import as_csv, as_fdf, as_json, as_ods, as_xfdf, as_xlsx, full_grid

FORMATS: dict[str, Callable[[Tool, bytes, Answers], bytes]] = {
    "pdf written anew": lambda _, pack, answers: filled(pack, answers),
    "pdf with an update": lambda _, pack, answers: filled_on_top(pack, answers),
    "xlsx": lambda tool, _, answers: as_xlsx(full_grid(tool, [answers])),
    "ods": lambda tool, _, answers: as_ods(full_grid(tool, [answers])),
    "csv": lambda tool, _, answers: as_csv(full_grid(tool, [answers])),
    "json": lambda _, __, answers: as_json(answers),
    "fdf": lambda _, __, answers: as_fdf(answers),
    "xfdf": lambda _, __, answers: as_xfdf(answers),
}


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_gives_the_same_response(
    format: str, returns: Returns, pack: bytes, fields: Sequence[FormField]
) -> None:
    answers = sample_answers(fields, seed=7, reference="R-7")
    returns.put("a return", FORMATS[format](returns.tool, pack, answers))

    found = returns.read()

    assert [answers] == [said_by(response) for response in found.responses]
    assert found.problems == ()


@pytest.mark.parametrize("format", ["xlsx", "ods", "csv", "json"])
def test_texts_that_programs_stumble_over_come_back_byte_for_byte(format: str, returns: Returns) -> None:
    text = '  "=1+1" \u202eabc\u202c 🧭 \u200b é e\u0301 ; , \t , ﬁ _x0041_ &amp; <b>  two  spaces\n\n-end  '
    answers = {"record_reference": "x", "rating_3_10": "E", "doing_5": text}
    returns.put("a return", FORMATS[format](returns.tool, b"", answers))

    (response,) = returns.read().responses

    assert response.comments["doing", "5"] == text


@pytest.mark.slow
def test_the_spreadsheet_program_that_opens_and_saves_it_changes_nothing(
    returns: Returns, fields: Sequence[FormField], tmp_path: Path, libreoffice_profile: Path
) -> None:
    answers = sample_answers(fields, seed=3, reference="R-3")
    source = tmp_path / "typed.xlsx"
    source.write_bytes(as_xlsx(full_grid(returns.tool, [answers])))
    saved = {returns.folder / f"typed.{kind}": kind for kind in ("ods", "xlsx")}
    libreoffice.edited(source, "", saved, libreoffice_profile)

    found = returns.read()

    assert [answers] == [said_by(response) for response in found.responses]
    assert [1, 1] == [found.accounts.counted, found.accounts.duplicate]


Filler = Callable[[Path, Sequence[FormField], Answers, Path], None]
FILLERS: dict[str, Filler] = {
    "pikepdf": libraries.fill_with_pikepdf,
    "pypdf": libraries.fill_with_pypdf,
    "pdftk": libraries.fill_with_pdftk,
    "PyMuPDF": libraries.fill_with_pymupdf,
    "PDFium": pdfium.fill,
    "Poppler": poppler.fill,
}


def _answers(fields: Sequence[FormField]) -> dict[str, str]:
    """What real viewers can be given with keys: no right-to-left text and nothing beyond the fields' font."""
    answers = sample_answers(fields, seed=11, reference="R-11")
    return answers | {name: f"Tŷ: Siân & Łukasz said\n“{name}” – £5" for name in answers if name.startswith("doing")}


def _comparable(answers: Answers) -> dict[str, str]:
    exotic = ("improve_", "more_room", "record_contributors")
    return {name: answer for name, answer in answers.items() if not name.startswith(exotic)}


@pytest.mark.slow
@pytest.mark.parametrize("program", [*FILLERS, "pdf.js"])
def test_real_packs_filled_by_real_programs(
    program: str, built: Built, tool: Tool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    fields = pack_fields(tool, tool.pack("self-assessment"))
    answers = _comparable(_answers(fields))
    blank, out = built.packs / "self-assessment.pdf", tmp_path / "filled.pdf"
    if program == "pdf.js":
        browser, folder = request.getfixturevalue("chromium_browser"), request.getfixturevalue("pdfjs_dir")
        pdfjs.fill(blank, fields, answers, out, browser=browser, pdfjs=folder)
    else:
        FILLERS[program](blank, fields, answers, out)

    found = read_round([out], tool)

    assert [] == [str(problem) for problem in found.problems]
    assert [answers] == [said_by(response) for response in found.responses]


@pytest.mark.slow
def test_blank_packs_are_blank_and_those_for_the_review_or_for_reading_no_responses(built: Built, tool: Tool) -> None:
    ids = [pack.id for pack in tool.packs]
    found = read_round([built.packs / f"{pack}.pdf" for pack in ids], tool)

    aside = {str(one.place): one.what.split(" (")[0].split(" “")[0] for one in found.set_aside}
    assert aside == {
        "action-plan.pdf": "This is the meeting's own record",
        "summary-of-review.pdf": "This is the meeting's own record",
        "what-good-looks-like.pdf": "This is the pack",
        "workshop-wall.pdf": "This is the pack",
    }
    assert len(found.problems) == len(aside)
    assert len(ids) - len(aside) == len(found.blank) == len(found.notes)


def test_responses_of_different_formats_are_equal_values(
    returns: Returns, fields: Sequence[FormField], pack: bytes
) -> None:
    answers = sample_answers(fields, seed=5)
    seen: list[Response] = []
    for name, write in FORMATS.items():
        path = returns.put(name, write(returns.tool, pack, answers))
        seen += read_round([path], returns.tool).responses

    first = seen[0]
    assert len(FORMATS) == len(seen)
    assert all(
        (first.ratings, first.overall, first.comments, first.more, first.record)
        == (one.ratings, one.overall, one.comments, one.more, one.record)
        for one in seen
    )
