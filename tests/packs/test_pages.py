"""What a person sees: text, margins, footers, boxes to write in, spreads, of all packs as they are built."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest

from pmdiag_build.content.field_names import MORE_ROOM, PACK_ID, comment_name, notes_name, overall_name, rating_name
from pmdiag_build.content.fields import footer_of, pack_fields
from pmdiag_build.content.model import Tool
from pmdiag_build.publish.pack_pages import sheets
from pmdiag_build.resources import CONTENT
from tests.conftest import Built
from tests.forms.structure_checks import structure_elements
from tests.packs.pdf import MM, bookmarks, boxes, fonts, ink_margins, letters_by_size, page_of_bookmark, page_texts

pytestmark = pytest.mark.slow

PACKS = sorted(path.stem for path in (CONTENT / "packs").glob("*.yaml"))
CANONICAL: dict[str, Any] = json.loads((CONTENT.parent / "tests/content/canonical.json").read_text(encoding="utf-8"))

_NOT_SAID = {"meta", "id", "source_lines", "source_text", "type", "level", "number", "code", "answer", "applies_to"}
"""Keys of canonical.json that describe the text and are none of it."""
_NOT_SAID |= {"ref", "target", "surviving_fragments", "alternatives", "marked", "source_says", "reconstructed_cells"}


def said(data: Any) -> Iterator[str]:
    """Every string of canonical.json that the source says."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for entry in data:
            yield from said(entry)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in _NOT_SAID:
                yield from said(value)


def loose(text: str) -> str:
    """Text without what may differ on paper: brackets of reconstructions, page numbers, bold, places of spaces."""
    text = re.sub(r"page \d+", "page", text.replace("**", ""))
    return re.sub(r"[\s\[\]]+", "", text)


def test_complete_says_every_string_of_the_source(built: Built) -> None:
    everything = loose(" ".join(page_texts(built.packs / "complete.pdf")))
    missing = [text for text in said(CANONICAL) if loose(text) not in everything]

    assert missing == []
    assert len(list(said(CANONICAL))) > 150


def test_a_page_reference_names_the_page_of_this_pack(built: Built) -> None:
    pdf = built.packs / "complete.pdf"
    everything = " ".join(page_texts(pdf))
    features = page_of_bookmark(pdf, "Features of effective and sustainable performance management")
    plan = page_of_bookmark(pdf, "Developing an action plan for improvement")

    assert f"performance management detailed on page {features}." in everything
    assert f"your action plan is provided on page {plan}." in everything


def test_the_contents_name_the_pages(built: Built, tool: Tool) -> None:
    pdf = built.packs / "complete.pdf"
    contents = page_texts(pdf)[1]
    for title in bookmarks(pdf)[2:]:
        assert f"{page_of_bookmark(pdf, title)} {title}" in contents


@pytest.mark.parametrize("id", PACKS)
def test_every_page_says_which_pack_it_is_of_and_its_number(id: str, tool: Tool, built: Built) -> None:
    texts = page_texts(built.packs / f"{id}.pdf")
    for number, text in enumerate(texts, 1):
        assert footer_of(tool, tool.pack(id)) in text
        assert f"page {number} of {len(texts)}" in text


@pytest.mark.parametrize("id", PACKS)
def test_nothing_is_printed_within_ten_millimetres_of_an_edge(id: str, built: Built) -> None:
    narrow = [(page, white) for page, white in ink_margins(built.packs / f"{id}.pdf") if white < 10]

    assert narrow == []


@pytest.mark.parametrize("id", PACKS)
def test_the_fields_on_the_pages_are_those_that_the_pack_declares(id: str, tool: Tool, built: Built) -> None:
    declared = {field.name for field in pack_fields(tool, tool.pack(id))}

    assert set(boxes(built.packs / f"{id}.pdf")) == declared


@pytest.mark.parametrize("id", PACKS)
def test_a_level_has_a_target_of_fourteen_points_and_its_three_are_together(id: str, tool: Tool, built: Built) -> None:
    found = boxes(built.packs / f"{id}.pdf")
    for field in pack_fields(tool, tool.pack(id)):
        if field.kind == "radio":
            targets = found[field.name]
            assert len({target.page for target in targets}) == 1
            assert all(min(target.width, target.height) * 72 / 25.4 >= 14 for target in targets)
            assert [t.left for t in targets] == sorted(t.left for t in targets)


@pytest.mark.parametrize("id", PACKS)
def test_there_is_room_to_write(id: str, tool: Tool, built: Built) -> None:
    pack = tool.pack(id)
    least = 80 if pack.print == "large" else 60
    found = boxes(built.packs / f"{id}.pdf")
    for field in pack_fields(tool, pack):
        if field.name.startswith(("doing_", "improve_", "summary_", "plan_", "notes_", "more_")):
            (box,) = found[field.name]
            assert box.height >= least - 0.1, field.name
        elif field.kind in ("line", "text", "choice") and field.name != PACK_ID:
            (box,) = found[field.name]
            # 1.3 times the size of the letters, or pdf.js shows nothing of what is typed.
            assert box.height * 72 / 25.4 >= 1.3 * (18 if pack.print == "large" else 11), field.name


@pytest.mark.parametrize("id", ["self-assessment", "interview", "workshop", "complete"])
def test_a_feature_is_a_spread(id: str, tool: Tool, built: Built) -> None:
    found = boxes(built.packs / f"{id}.pdf")
    for feature in tool.framework.features:
        statements = {box.page for s in feature.used_statements for box in found[rating_name(s.id)]}
        views = {box.page for kind in ("overall", "doing", "improve") for box in found[f"{kind}_{feature.id}"]}

        # Pages count from 0: a left-hand page, and the page that faces it.
        assert [page % 2 for page in statements] == [1]
        assert views == {page + 1 for page in statements}


@pytest.mark.parametrize("id", ["self-assessment", "self-assessment-large-print", "interview", "workshop", "complete"])
def test_the_key_is_on_every_page_with_statements_and_no_row_is_alone(id: str, tool: Tool, built: Built) -> None:
    pdf = built.packs / f"{id}.pdf"
    texts, found = page_texts(pdf), boxes(pdf)
    for feature in tool.framework.features:
        pages = [found[rating_name(s.id)][0].page for s in feature.used_statements]
        counts = [pages.count(page) for page in sorted(set(pages))]
        assert min(counts) > 1
        assert max(counts) - min(counts) <= 1
        for page in pages:
            for level in tool.framework.levels:
                assert f"{level.label} – {level.definition}" in texts[page]


@pytest.mark.parametrize("id", ["self-assessment", "self-assessment-large-print", "interview", "workshop", "complete"])
def test_every_page_of_a_feature_says_its_short_name_before_its_sentence(id: str, tool: Tool, built: Built) -> None:
    pdf = built.packs / f"{id}.pdf"
    texts, found = page_texts(pdf), boxes(pdf)
    for feature in tool.framework.features:
        asked = [*map(rating_name, (s.id for s in feature.used_statements)), f"overall_{feature.id}"]
        pages = {found[name][0].page for name in (*asked, f"doing_{feature.id}", f"improve_{feature.id}")}
        # In large print the first page of a feature asks nothing.
        pages.add(page_of_bookmark(pdf, f"{feature.id} {feature.short}") - 1)
        for page in pages:
            name, _, rest = texts[page].partition(feature.short)
            assert name == f"{feature.id} "
            assert feature.title not in texts[page] or rest.startswith(f" {feature.title}")


def test_large_print_is_black_and_its_targets_have_room_around_them(tool: Tool, built: Built) -> None:
    pdf = built.packs / "self-assessment-large-print.pdf"
    found = boxes(pdf)
    with pikepdf.open(pdf) as document:
        shades = {
            round(float(shade), 1)
            for page in document.pages
            for instruction in pikepdf.parse_content_stream(page, "rg RG g G")
            if str(instruction.operator) in ("rg", "RG", "g", "G")
            for shade in instruction.operands
        }
    assert shades <= {0.0, 0.1}

    for before, after in itertools.pairwise(tool.framework.statements):
        above, below = found[rating_name(before.id)][0], found[rating_name(after.id)][0]
        assert above.left >= 15 + 16 - 0.1
        if above.page == below.page:
            # At least a line of text, 6 mm above and below each row of targets, and 3 mm more to the next statement.
            assert above.bottom - (below.bottom + below.height) >= 7.9 + 2 * 6 + 3


def test_large_print_has_what_belongs_together_close_together(tool: Tool, built: Built) -> None:
    pdf = built.packs / "self-assessment-large-print.pdf"
    texts, found = page_texts(pdf), boxes(pdf)
    drawn = strokes_outside_text(pdf)
    # The record begins below the opening. Its boxes are for a thick pen.
    pages = [found[f"record_{name}"][0].page for name in ("reference", "role", "group_size", "contributors")]
    assert pages == [1, 2, 3, 3]
    assert all(found[f"record_{name}"][0].height >= 14.5 for name in ("reference", "area", "date", "lead"))
    for statement in tool.framework.statements:
        ring = found[rating_name(statement.id)][0]
        middle = ring.bottom + ring.height / 2
        number = [
            x
            for page, x, y in drawn
            if page == ring.page and ring.left - 17 < x < ring.left - 1 and abs(y - middle) < 3
        ]
        assert len(number) == len(statement.id)
    for feature in tool.framework.features:
        ovals = found[overall_name(feature.id)]
        page = texts[ovals[0].page]
        assert all(f"{level.label} – {level.definition}" in page for level in tool.framework.levels)
        assert all(b.left - a.left >= 50 + 6 for a, b in itertools.pairwise(ovals))


def strokes_outside_text(pdf: Path) -> list[tuple[int, float, float]]:
    """Page and place in millimetres of each shape that the form pass draws."""
    found = []
    with pikepdf.open(pdf) as document:
        for number, page in enumerate(document.pages):
            matrix, kept = pikepdf.Matrix(), list[pikepdf.Matrix]()
            for instruction in pikepdf.parse_content_stream(page, "q Q cm S"):
                match str(instruction.operator):
                    case "q":
                        kept.append(matrix)
                    case "Q":
                        matrix = kept.pop()
                    case "cm":
                        matrix = pikepdf.Matrix(*map(float, instruction.operands)) @ matrix
                    case "S":
                        found.append((number, matrix.e / 72 * 25.4, matrix.f / 72 * 25.4))
    return found


def test_an_interviewer_has_wide_notes_and_probes_at_the_top_of_the_page_that_faces_the_statements(
    tool: Tool, built: Built
) -> None:
    pdf = built.packs / "interview.pdf"
    texts, found = page_texts(pdf), boxes(pdf)
    for feature in tool.framework.features:
        (notes,), (overall, *_) = found[notes_name(feature.id)], found[overall_name(feature.id)]
        page = loose(texts[notes.page])
        places = [page.index(loose(probe)) for probe in tool.interview.probes[feature.id]]
        assert notes.width >= 79.9
        assert overall.page == notes.page
        assert places == sorted(places)
        assert places[-1] < page.index(loose(tool.interview.ask_overall)) < page.index(loose(tool.interview.ask_doing))
        assert loose(f"{tool.framework.prompts['improve'].text} {tool.interview.ask_improve}") in page
    (room,) = found[MORE_ROOM]
    assert tool.interview.afterwards.title in texts[room.page]


@pytest.mark.parametrize("id", ["interview", "workshop"])
def test_comments_and_notes_end_on_one_line_at_the_foot_of_the_page(id: str, tool: Tool, built: Built) -> None:
    found = boxes(built.packs / f"{id}.pdf")
    for feature in tool.framework.features:
        names = (comment_name("improve", feature.id), notes_name(feature.id))
        low = [box.bottom for name in names for box in found[name]]

        assert max(low) - min(low) < 0.1
        assert 17 < low[0] < 30


def test_notes_have_lines_eight_millimetres_apart_for_handwriting(tool: Tool, built: Built) -> None:
    pdf = built.packs / "interview.pdf"
    (notes,) = boxes(pdf)[notes_name("1")]
    with pikepdf.open(pdf) as document:
        page = document.pages[notes.page]
        drawn = [
            (str(one.operator), [round(float(n) / MM, 2) for n in one.operands])
            for one in pikepdf.parse_content_stream(page, "m l")
            if len(one.operands) == 2
        ]
    lines = [
        start[1]
        for (moved, start), (_, end) in itertools.pairwise(drawn)
        if moved == "m" and start[1] == end[1] and round(end[0] - start[0]) == round(notes.width)
    ]

    assert {round(above - below, 1) for above, below in itertools.pairwise(lines)} == {8.0}
    assert len(lines) == int(notes.height / 8 - 0.5)


def test_the_card_has_all_that_an_interviewer_says_in_four_quarters_that_a_fold_does_not_cross(
    tool: Tool, built: Built
) -> None:
    pdf = built.packs / "interview.pdf"
    (page,) = [n for n, text in enumerate(page_texts(pdf)) if text.startswith(tool.words["pack"]["card_title"])]
    card = loose(page_texts(pdf)[page])
    quoted = [line[2:] for line in tool.interview.opening.body.splitlines() if line.startswith("> ")]
    interview = tool.interview
    asked = [interview.ask_feature, interview.ask_example, interview.ask_statement, interview.ask_overall]
    asked += [interview.ask_doing, interview.ask_improve, interview.ask_stop, interview.ask_last]
    assert len(quoted) > 2
    assert all(loose(line) in card for line in quoted + asked)
    assert all(loose(f"{level.label} – {level.definition}") in card for level in tool.framework.levels)

    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[page]
        width, height = (side / 2 for side in sheet.get_size())
        text = sheet.get_textpage()
        letters = [text.get_charbox(n) for n in range(text.count_chars())]
        drawn = sheet.render(scale=2, grayscale=True).to_pil().convert("L")
    across, upright = drawn.height // 2, drawn.width // 2
    folds = (
        drawn.crop((int(20 * 2 * MM), across - 2, int(80 * 2 * MM), across + 3)),
        drawn.crop((upright - 2, int(20 * 2 * MM), upright + 3, int(270 * 2 * MM))),
    )
    assert [sum(shade < 245 for shade in fold.tobytes()) > 60 for fold in folds] == [True, True]
    crossed = [box for box in letters if box[0] < width < box[2] or box[1] < height < box[3]]
    # The word in front of the line for the reference is at the foot of the page, in the middle.
    assert [box for box in crossed if box[1] > 17 * MM] == []
    assert all(
        any((box[0] > width) == right and (box[1] > height) == top for box in letters)
        for right in (False, True)
        for top in (False, True)
    )


@pytest.mark.parametrize(("id", "sheet"), [("self-assessment", 2), ("interview", 16)])
def test_the_example_says_in_words_what_is_drawn_and_has_no_field(
    id: str, sheet: int, tool: Tool, built: Built
) -> None:
    pdf, example = built.packs / f"{id}.pdf", tool.example
    text = loose(page_texts(pdf)[sheet - 1])
    statements = [tool.framework.used_from(rating.statement) for rating in (example.rated, example.corrected)]
    with pikepdf.open(pdf) as document:
        page = document.pages[sheet - 1].obj.objgen
        elements = [one for one in structure_elements(document) if "/Pg" in one and one.Pg.objgen == page]
        drawn = [str(one.Alt) for one in elements if one.S == "/Figure"]

    assert loose(example.label) in text
    assert all(loose(f"{statement.id} {statement.text}") in text for statement in statements)
    assert all(loose(comment.text + comment.why) in text for comment in (example.good, example.telling))
    assert drawn == [
        *("Limited", "Developing, chosen", "Effective"),
        *("Limited, crossed out", "Developing", "Effective, chosen, with a ring around it"),
    ]
    assert [] == [name for name, places in boxes(pdf).items() if any(box.page == sheet - 1 for box in places)]


def test_a_facilitator_has_the_plan_and_what_to_say_on_a_spread_and_a_page_for_what_goes_further(
    tool: Tool, built: Built
) -> None:
    texts = page_texts(built.packs / "workshop.pdf")
    workshop = tool.workshop
    (plan,) = [n for n, text in enumerate(texts, 1) if text.startswith(workshop.plan_title)]
    facing, further = texts[plan], texts[-2]

    assert plan % 2 == 0
    assert all(passage.title in facing for passage in (workshop.bring, workshop.opening, workshop.rules))
    assert workshop.afterwards.title in texts[plan + 1]
    assert tool.record.title in texts[plan + 2]
    assert further.startswith(workshop.further.title)
    assert all(loose(column.text) in loose(further) for column in workshop.further.columns)


def test_wall_sheets_have_every_statement_and_what_good_looks_like(tool: Tool, built: Built) -> None:
    texts = page_texts(built.packs / "workshop-wall.pdf")
    everything = loose(" ".join(texts))
    for statement in tool.framework.statements:
        assert loose(f"{statement.id} {statement.text}") in everything
    assert everything.count(loose(tool.framework.general_row.cells["D"])) == 1
    for feature in tool.framework.features:
        assert all(loose(row.cells["E"]) in everything for row in feature.maturity)


def test_each_wall_sheet_is_one_page_that_says_its_number_and_the_plan_says_how_many(tool: Tool, built: Built) -> None:
    texts = page_texts(built.packs / "workshop-wall.pdf")
    expected = []
    for feature in tool.framework.features:
        count = len(sheets(feature)) + 1
        expected += [f"Feature {feature.id}, sheet {number} of {count}" for number in range(1, count + 1)]
        assert [s for sheet in sheets(feature) for s in sheet] == list(feature.used_statements)
    assert len(texts) == len(expected) <= 16
    assert all(said in text for said, text in zip(expected, texts, strict=True))
    overall = tool.framework.prompts["overall"].text
    assert sum(overall in text for text in texts) == len(tool.framework.features)
    assert sum(tool.words["pack"]["wall_overall"] in text for text in texts) == len(tool.framework.features)
    assert f"{len(expected)} sheets of A3" in " ".join(page_texts(built.packs / "workshop.pdf"))


def test_wall_sheets_are_read_from_three_metres(built: Built) -> None:
    said = letters_by_size(built.packs / "workshop-wall.pdf")
    # Smaller are the names of levels in the strips, which repeat the head, and notes and the foot, for close by.
    small = "".join(text for size, text in said.items() if size < 20)
    assert "evidence" not in small
    assert "management" not in small
    assert len(small) < sum(map(len, said.values())) / 5


@pytest.mark.parametrize("id", PACKS)
def test_paper_and_size_are_as_promised(id: str, tool: Tool, built: Built) -> None:
    pdf = built.packs / f"{id}.pdf"
    points = {"A4": (595, 842), "A4 landscape": (842, 595), "A3": (842, 1191)}[tool.pack(id).paper]
    with pikepdf.open(pdf) as document:
        pages = len(document.pages)
        for page in document.pages:
            assert tuple(round(float(n)) for n in page.mediabox[2:]) == points

    assert pdf.stat().st_size < 250_000
    assert 2 <= pages < 40


@pytest.mark.parametrize("id", PACKS)
def test_a_pack_says_its_title_language_and_parts(id: str, tool: Tool, built: Built) -> None:
    pdf = built.packs / f"{id}.pdf"
    with pikepdf.open(pdf) as document:
        assert str(document.docinfo["/Title"]) == f"{tool.pack(id).title} – {tool.title}"
        assert document.Root.Lang == "en-GB"
        assert "/CreationDate" not in document.docinfo

    marks = bookmarks(pdf)
    shown = [s for s in tool.pack(id).sections if s.kind in ("feature", "wall")]
    assert [m for m in marks if re.match(r"\d ", m)] == [
        f"{s.feature} {tool.framework.feature(s.feature).short}" for s in shown
    ]
    assert len(marks) == len(tool.pack(id).sections)


@pytest.mark.parametrize("id", PACKS)
def test_every_font_is_ours_and_embedded(id: str, built: Built) -> None:
    found = fonts(built.packs / f"{id}.pdf")

    assert found
    assert all(name.startswith("Atkinson-Hyperlegible-Next") for name in found)
    assert all(found.values())


def test_large_print_is_large_throughout(built: Built, tool: Tool) -> None:
    pdf = built.packs / "self-assessment-large-print.pdf"
    assert smallest_letters(pdf) >= 18
    with pikepdf.open(pdf) as document:
        sizes = {
            float(size)
            for field in document.Root.AcroForm.Fields
            if field.get("/FT") in ("/Tx", "/Ch")
            and (size := next(iter(re.findall(r"([\d.]+) Tf", str(field.get("/DA", "")))), ""))
            and str(field.T) != PACK_ID
        }
    assert sizes == {18.0}


def smallest_letters(pdf: Path) -> float:
    """The smallest type on the pages, in points."""
    sizes: set[float] = set()
    with pikepdf.open(pdf) as document:
        for page in document.pages:
            for instruction in pikepdf.parse_content_stream(page):
                if str(instruction.operator) == "Tf":
                    sizes.add(round(float(instruction.operands[1]), 1))
    return min(sizes)
