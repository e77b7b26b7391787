"""The HTML of a pack: names of controls, marks of additions, a local version's brand and changes."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pmdiag_build.content.fields import pack_fields
from pmdiag_build.content.model import Brand, LocalVersion, Statement, Tool
from pmdiag_build.problems import EnvironmentFailed
from pmdiag_build.publish.forms import render_pack
from pmdiag_build.publish.pack_pages import dealt, in_two_columns, sheets, views_rules, wall_rules
from pmdiag_build.publish.packs import pack_html, without_unused_rules
from pmdiag_build.rendering.templates import environment
from tests.conftest import Built
from tests.packs.pdf import boxes
from tests.packs.test_measured import measured

_CONTROL = re.compile(r"<(?:input|textarea)\b[^>]*>")
_LOCAL = LocalVersion("exampleshire", "Exampleshire <Council>", "2013", contact="a@exampleshire.example")


def html_of(tool: Tool, id: str) -> str:
    return pack_html(tool, tool.pack(id), environment())


def with_statement(tool: Tool, statement: Statement) -> Tool:
    """The tool with its first statement changed."""
    feature = tool.framework.features[0]
    changed = replace(feature, statements=(statement, *feature.statements[1:]))
    return replace(tool, framework=replace(tool.framework, features=(changed, *tool.framework.features[1:])))


@pytest.mark.slow
def test_every_control_is_a_declared_field_and_a_level_one_of_its_options(tool: Tool) -> None:
    for pack in tool.packs:
        declared = {field.name: field for field in pack_fields(tool, pack)}
        for control in _CONTROL.findall(html_of(tool, pack.id)):
            found = dict(re.findall(r'([a-z]+)="([^"]*)"', control))
            field = declared[found["name"]]
            assert (field.kind == "radio") == (found.get("type") == "radio")
            assert found.get("value") in ([o.code for o in field.options] if field.kind == "radio" else [None])


@pytest.mark.slow
def test_a_pack_has_no_form_and_no_label(tool: Tool) -> None:
    for pack in tool.packs:
        assert not re.search(r"<(form|label|select|button)\b", html_of(tool, pack.id))


def test_a_control_is_named_in_few_words_with_what_differs_first(tool: Tool) -> None:
    fields = {field.name: field for field in pack_fields(tool, tool.pack("self-assessment"))}
    rating, date = fields["rating_1_3"], tool.record.field("date")

    assert rating.option_aloud(rating.options[1]) == "Developing, 1.3 The potential for capturing, sharing and …"
    assert rating.question.startswith(f"1.3 {tool.framework.statements[2].text}")
    assert fields["clear_rating_1_3"].aloud == "Take back the answer, 1.3"
    assert fields["overall_2"].aloud == "2 Information standards, overall"
    assert fields["improve_2"].aloud == "How can we improve? 2 Information standards"
    assert fields["record_date"].aloud == f"{date.label} {date.help}"


def test_the_choices_of_the_record_are_printed_for_a_pen(tool: Tool) -> None:
    whole, own = unescape(html_of(tool, "complete")), unescape(html_of(tool, "self-assessment"))
    for option in (*tool.record.field("role").options, *tool.record.field("mode").options):
        assert f"<p>{option.label}</p>" in whole
        # What is filled in already has no box: it would be ticked beside another answer.
        assert (f"<p>{option.label}</p>" in own) == (option.code != "individual")


def test_additions_carry_their_mark_and_the_national_text_does_not(tool: Tool) -> None:
    html = html_of(tool, "interview")
    tag = f'<span class="tag">{tool.words["pack"]["origin_addition"]}</span>'

    assert f"{tool.interview.afterwards.title} {tag}" in html
    assert f"{tool.interview.notes.text}" in unescape(html)
    for table in re.findall(r'<table class="statements">.*?</table>', html, re.DOTALL):
        assert tag not in table


def test_a_round_s_counts_are_beside_the_features_of_the_summary(tool: Tool) -> None:
    counts = {feature.id: f"{feature.id} people & more" for feature in tool.framework.features}
    html = pack_html(tool, tool.pack("summary-of-review"), environment(), counts)

    assert '<span class="note">3 people &amp; more</span>' in html


def test_a_local_version_shows_its_name_logo_and_contact(tool: Tool) -> None:
    local = replace(_LOCAL, brand=Brand(logo="logo.svg", logo_text="The council's arms"))
    html = html_of(replace(tool, local=local, images={"logo.svg": b"<svg/>"}), "self-assessment")

    assert '<img class="logo" src="data:image/svg+xml;base64,PHN2Zy8+" alt="The council&#39;s arms">' in html
    assert "Exampleshire &lt;Council&gt;" in html
    assert "Ask: a@exampleshire.example" in html


def test_a_local_statement_is_marked_and_an_unused_one_is_named_with_its_reason(tool: Tool) -> None:
    first = tool.framework.features[0].statements[0]
    changed = replace(tool, local=_LOCAL)
    marked = html_of(with_statement(changed, replace(first, text="Our words", origin="local")), "complete")
    unused = html_of(with_statement(changed, replace(first, unused="We have none.")), "complete")

    assert 'Our words <span class="tag">Local</span>' in marked
    assert "1.1 is not used in this version: We have none." in unused
    assert 'name="rating_1_1"' not in unused


def with_feature(tool: Tool, **changed: Any) -> Tool:
    """The tool with its first feature changed."""
    first, *others = tool.framework.features
    return replace(tool, framework=replace(tool.framework, features=(replace(first, **changed), *others)))


@pytest.mark.parametrize("id", ["self-assessment", "self-assessment-large-print"])
def test_a_feature_of_which_no_statement_is_used_has_only_the_reasons(id: str, tool: Tool) -> None:
    unused = [replace(one, unused="We have none.") for one in tool.framework.features[0].statements]
    html = html_of(with_feature(tool, statements=tuple(unused)), id)

    assert html.count("<table") == html_of(tool, id).count("<table") - 1
    assert html.count("We have none.") == len(unused)


@pytest.mark.parametrize(("number", "wide"), [("1.12", False), ("2.L9", False), ("2.L10", True)])
def test_a_number_of_five_signs_is_not_printed_over_its_statement(number: str, wide: bool, tool: Tool) -> None:
    first = replace(tool.framework.features[0].statements[0], id=number)

    for id in ("self-assessment-large-print", "workshop-wall"):
        assert wide == (f'<span class="number wide">{number}</span>' in html_of(with_statement(tool, first), id))


@pytest.mark.parametrize(("count", "below"), [(5, False), (15, True)])
def test_notes_that_do_not_fit_beside_the_comments_are_below_them(count: int, below: bool, tool: Tool) -> None:
    """Beside them, they would lie on the statements of the next feature."""
    probes = {**tool.interview.probes, "1": ("What would someone outside see that we no longer notice?",) * count}
    changed = replace(tool, interview=replace(tool.interview, probes=probes))

    assert below == (".views-1 .notes{float:none" in views_rules(changed, changed.pack("interview")))


def test_boxes_of_large_print_are_lower_below_a_title_of_more_lines_unless_too_low_to_write_in(tool: Tool) -> None:
    def rules(more: int) -> list[str]:
        title = tool.framework.features[0].title + " and what else we do" * more
        changed = with_feature(tool, title=title)
        found = views_rules(changed, changed.pack("self-assessment-large-print"))
        return re.findall(r"views-1 (\S+) .room", found)

    assert rules(0) == []
    assert rules(5) == [".doing", ".comment.improve"]
    assert rules(20) == [".comment.improve"]


def test_a_wall_sheet_has_room_for_a_short_name_of_two_lines_and_for_long_reasons(tool: Tool) -> None:
    def size(tool: Tool) -> int:
        return int(re.findall(r"sheet-1-overall td{font-size:(\d+)pt", wall_rules(tool, tool.pack("workshop-wall")))[0])

    statements = tool.framework.features[0].statements
    unused = [replace(one, unused="We do not ask this.") for one in statements[1:]]
    named = with_feature(tool, short=f"{tool.framework.features[0].short} in all of our organisations")

    assert size(with_feature(tool, statements=(statements[0], *unused))) < size(tool) == 20
    assert size(named) < 20


@pytest.mark.slow
@pytest.mark.parametrize("times", [2, 3])
def test_a_feature_begins_on_a_left_hand_page_after_an_opening_of_any_length(
    times: int, tool: Tool, tmp_path: Path
) -> None:
    pack = tool.pack("self-assessment")
    opening = tuple(replace(one, help=f"{one.help} " * times) for one in pack.opening)
    kinds = [section for section in pack.sections if section.kind == "opening" or section.feature == "1"]
    changed = replace(pack, opening=opening, sections=tuple(kinds))
    fields = pack_fields(tool, changed)
    html = pack_html(tool, changed, environment())
    (tmp_path / "a.pdf").write_bytes(render_pack(html, fields, name="packs/self-assessment.yaml", title="A"))
    found = boxes(tmp_path / "a.pdf")

    assert found["rating_1_1"][0].page % 2 == 1
    assert found["overall_1"][0].page == found["rating_1_1"][0].page + 1


def test_the_mark_of_a_local_statement_is_large_enough_for_a_wall(tool: Tool, tmp_path: Path) -> None:
    first = replace(tool.framework.features[0].statements[0], origin="local")
    local = with_statement(replace(tool, local=_LOCAL), first)
    pack = replace(local.pack("workshop-wall"), sections=local.pack("workshop-wall").sections[:1])
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(render_pack(pack_html(local, pack, environment()), pack_fields(local, pack), name="a", title="A"))

    assert measured(pdf, 17.0).smallest["mark"] == 14


@pytest.mark.parametrize("more", [0, 3, 8])
def test_an_opening_of_large_print_that_is_longer_leaves_no_page_half_empty(
    more: int, tool: Tool, tmp_path: Path
) -> None:
    """The record begins below the opening, or on a page of its own: then both have more air."""
    local = replace(tool, local=_LOCAL if more else None)
    pack = local.pack("self-assessment-large-print")
    *others, privacy = pack.opening
    longer = replace(privacy, help=privacy.help + " We keep all answers for a year, and nobody else reads them." * more)
    sections = tuple(section for section in pack.sections if section.kind in ("opening", "record"))
    changed = replace(pack, opening=(*others, longer), sections=sections)
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(
        render_pack(pack_html(local, changed, environment()), pack_fields(local, changed), name="a.yaml", title="A")
    )
    used = measured(pdf, 33.0).used

    assert len(used) == (5 if more else 4)
    assert min(used) > 0.55


def test_large_print_without_an_opening_is_a_pack(tool: Tool) -> None:
    pack = replace(tool.pack("self-assessment-large-print"), opening=())

    assert "About these answers" in pack_html(tool, pack, environment())


def test_the_action_plan_of_a_local_version_with_a_logo_has_as_many_pages_as_the_national_one(
    tool: Tool, built: Built
) -> None:
    local = replace(_LOCAL, brand=Brand(logo="logo.svg", logo_text="The council's arms"))
    logo = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path d="M0 0h4v1z"/></svg>'
    changed = replace(tool, local=local, images={"logo.svg": logo})
    fields = pack_fields(changed, changed.pack("action-plan"))
    pdf = render_pack(html_of(changed, "action-plan"), fields, name="packs/action-plan.yaml", title="A")

    with pikepdf.open(io.BytesIO(pdf)) as ours, pikepdf.open(built.packs / "action-plan.pdf") as national:
        assert len(ours.pages) == len(national.pages)


@pytest.mark.parametrize(
    ("count", "times", "dealt"), [(0, 1, []), (1, 1, [1]), (5, 1, [3, 2]), (9, 1, [4, 5]), (9, 9, [1] * 9)]
)
def test_statements_are_dealt_evenly_to_wall_sheets(count: int, times: int, dealt: list[int], tool: Tool) -> None:
    feature = tool.framework.features[0]
    statements = tuple(replace(s, text=f"{s.text} " * times) for s in feature.statements[:count])
    found = sheets(replace(feature, statements=statements))

    assert [len(sheet) for sheet in found] == dealt
    assert [s for sheet in found for s in sheet] == list(statements)


@pytest.mark.parametrize(
    ("lines", "first"), [([], 0), ([1], 1), ([1, 1], 1), ([1, 1, 1], 2), ([2, 2, 2, 1, 2], 2), ([1, 1, 4], 2)]
)
def test_two_columns_are_about_equally_high_the_first_rather_higher(lines: list[int], first: int) -> None:
    texts = [" ".join(["x" * 60] * count) for count in lines]

    columns = in_two_columns(texts)

    assert (texts[:first], texts[first:]) == columns


@pytest.mark.parametrize(
    ("heights", "counts"),
    [
        ([60] * 9, [3, 3, 3]),
        ([50] * 8, [4, 4]),
        ([70, 60, 50, 50, 60, 60, 60], [2, 3, 2]),
        ([60, 90, 50, 50, 50], [2, 3]),
        ([120, 60, 60], [1, 2]),
        ([60], [1]),
        ([250], [1]),
        ([60, 60, 60, 60, 250, 60, 60], [2, 2, 1, 2]),
        ([50, 90, 60, 40, 70] * 6, [2, 3] * 6),
        ([], []),
    ],
)
def test_rows_of_large_print_are_dealt_evenly_and_none_is_alone(heights: list[float], counts: list[int]) -> None:
    assert counts == dealt(heights, 205)


def test_a_feature_with_more_statements_has_them_in_smaller_type_and_closer(tool: Tool) -> None:
    found = dict(re.findall(r"\.rows-(\d)[^{]*\{font-size:([\d.]+)pt", html_of(tool, "self-assessment")))

    assert {"1": "11", "2": "12", "3": "11", "4": "12", "5": "12"} == found


def test_only_rules_for_what_the_page_does_not_have_are_left_out() -> None:
    style = "p { margin: 0 }\n.a .b, .c { top: 0 }\n.a .d { top: 0 }\n.c:not(.d) { top: 0 }\n@page { top: 0 }\n"
    page = "<body CLASS = a><p class='b x'>.d</p></body>"

    left = without_unused_rules(style, page)

    assert "p { margin: 0 }\n.a .b, .c { top: 0 }\n.c:not(.d) { top: 0 }\n@page { top: 0 }\n" == left


@pytest.mark.slow
def test_lists_in_lists_can_be_drawn(tool: Tool) -> None:
    """The signs that a browser takes for the second and third level are in no font of ours."""
    page = replace(tool.pages["using-this-tool"], body="- one\n    - two\n        - three\n            1. four")
    changed = replace(tool, pages={**tool.pages, page.id: page})
    pdf = render_pack(html_of(changed, "complete"), pack_fields(tool, tool.pack("complete")), name="c", title="C")

    assert pdf.startswith(b"%PDF")


def test_missing_pango_is_reported_in_words(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(EnvironmentFailed, match="Install Pango"):
        render_pack(html_of(tool, "action-plan"), (), name="packs/action-plan.yaml", title="A")
