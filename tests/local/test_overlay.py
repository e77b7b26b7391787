"""What a local version may change, and what stays: wording, meaning, unused and added statements, pages, words."""

from __future__ import annotations

import pytest

from pmdiag_build.content.fields import asked_apart
from pmdiag_build.content.model import Statement, Tool
from pmdiag_build.load import load_tool
from tests.local.conftest import EXAMPLE, Version

NATIONAL_39 = "Risk management, project management and contract monitoring form part of the performance framework."
TEXT_39 = """\
features:
  "3":
    statements:
      "3.9":
        text:
          national: "{national}"
          ours: "Risks, projects and contracts are part of the performance framework."
          change: {change}
"""


def statement(tool: Tool, id: str) -> Statement:
    return next(s for s in tool.framework.statements if s.id == id)


@pytest.mark.parametrize("change", ["wording", "meaning"])
def test_a_statement_in_other_words_says_what_its_change_is(version: Version, change: str) -> None:
    version.write("framework.yaml", TEXT_39.format(national=NATIONAL_39, change=change))
    tool = version.load()

    assert (
        Statement("3.9", "Risks, projects and contracts are part of the performance framework.", "local", "", change)  # type: ignore[arg-type]
        == statement(tool, "3.9")
    )
    assert "2013+ours" == tool.edition
    assert ({"rating_3_9"} if change == "meaning" else set()) == asked_apart(tool)


def test_a_statement_that_is_not_used_leaves_a_gap_in_the_numbers(version: Version) -> None:
    version.write("framework.yaml", 'features: {"3": {statements: {"3.9": {unused: "We hold no contracts"}}}}\n')
    feature = version.load().framework.feature("3")

    assert "3.9" not in [s.id for s in feature.used_statements]
    assert ["3.8", "3.9", "3.10"] == [s.id for s in feature.statements][7:10]
    assert "We hold no contracts" == feature.statements[8].unused


def test_every_text_says_how_many_statements_the_version_asks(version: Version) -> None:
    version.write(
        "framework.yaml",
        'features: {"3": {statements: {"3.9": {unused: "No"}, "3.8": {unused: "No"}, "3.L1": {text: "New"}}}}\n',
    )
    version.write("guide/ours.md", '---\ntitle: "Ours"\ndescription: "All {statements}."\n---\n\nAll {statements}.\n')
    tool = version.load()

    for id in ("self-assessment", "self-assessment-large-print"):
        assert tool.pack(id).opening[0].help.startswith("40 statements about how")
    assert "40 for each person" in tool.workshop.bring.body
    assert "There are 40 in all" in tool.pages["how-to-answer"].body
    assert ("All 40.", "All 40.\n") == (tool.pages["ours"].description, tool.pages["ours"].body)


def test_added_statements_are_placed_where_they_say_and_marked_as_local(version: Version) -> None:
    # The added ones are first in the file: what is changed after them is still found under its own id.
    version.write(
        "framework.yaml",
        'features:\n  "4":\n    statements:\n'
        '      "4.L1": {text: "Families see what is written about them.", after: "4.1"}\n'
        '      "4.L2": {text: "Data is discussed in induction."}\n'
        '      "4.2": {unused: "Not now"}\n',
    )
    tool = version.load()

    assert ["4.1", "4.L1", "4.2", "4.3", "4.4", "4.5", "4.L2"] == [s.id for s in tool.framework.feature("4").statements]
    assert Statement("4.L1", "Families see what is written about them.", "local") == statement(tool, "4.L1")
    assert {"rating_4_2", "rating_4_L1", "rating_4_L2"} == asked_apart(tool)
    assert tool.local is not None
    assert [("unused", "4.2"), ("added", "4.L1"), ("added", "4.L2")] == [
        (c.what, c.keys[3]) for c in tool.local.changes
    ]


def test_an_overall_view_is_not_comparable_if_its_feature_or_question_changed_in_meaning(version: Version) -> None:
    national = "There is evidence of and a commitment to good information standards."
    version.write(
        "framework.yaml",
        f'features: {{"2": {{title: {{national: "{national}", ours: "We are open.", change: meaning}}}}}}\n',
    )

    assert {"overall_2"} == asked_apart(version.load())


def test_every_word_of_the_interface_can_change_also_those_named_like_ids(version: Version) -> None:
    version.write(
        "words/pack.yaml", 'edition: {national: "Edition {edition}", ours: "Issue {edition}", change: wording}\n'
    )
    version.write("words/site.yaml", 'number: {national: "Number", ours: "No.", change: wording}\n')
    words = version.load().words

    assert ("Issue {edition}", "No.") == (words["pack"]["edition"], words["site"]["number"])


def test_a_changed_prompt_and_option_are_local_and_the_rest_of_the_list_stays(version: Version) -> None:
    version.write(
        "templates/record.yaml",
        "fields:\n  - name: role\n    options:\n      - code: elected-member\n"
        '        label: {national: "Elected member", ours: "Councillor", change: wording}\n',
    )
    version.write(
        "templates/summary-of-review.yaml",
        "prompts:\n  - id: improve\n"
        '    text: {national: "Where can we improve?", ours: "What shall we fix?", change: wording}\n',
    )
    tool = version.load()
    options = tool.record.field("role").options

    assert "Councillor" == options[0].label
    assert 10 == len(options)
    assert ["source", "source", "local"] == [prompt.origin for prompt in tool.summary.prompts]


def test_a_page_joins_the_navigation_after_the_page_that_it_names(version: Version) -> None:
    version.write("guide/ours.md", '---\ntitle: "Ours"\ndescription: "Our page."\nafter: how-to-answer\n---\n\nText.\n')
    tool = version.load()

    assert ("how-to-answer", "ours", "filled-in-example") == tool.navigation[0].pages[:3]
    assert ("local", "guide") == (tool.pages["ours"].origin, tool.pages["ours"].layout)


def test_pages_may_follow_one_another_in_any_order(version: Version) -> None:
    head = '---\ntitle: "Ours"\ndescription: "Our page."\nafter: %s\n---\n\nText.\n'
    for name, after in (("a", "b"), ("b", "c"), ("c", "how-to-answer")):
        version.write(f"guide/{name}.md", head % after)

    assert ("how-to-answer", "c", "b", "a", "filled-in-example") == version.load().navigation[0].pages[:5]


def test_pages_that_follow_one_another_in_a_circle_are_reported(version: Version) -> None:
    head = '---\ntitle: "Ours"\ndescription: "Our page."\nafter: %s\n---\n\nText.\n'
    version.write("guide/a.md", head % "b")
    version.write("guide/b.md", head % "a")

    assert 2 == len(version.faults())


def test_only_a_local_version_has_the_page_of_its_differences(version: Version, tool: Tool) -> None:
    assert "how-this-version-differs" not in tool.pages
    assert "how-this-version-differs" == version.load().navigation[-1].pages[-1]


def test_keys_too_far_to_the_left_are_reported_with_where_they_belong(version: Version) -> None:
    version.write(
        "framework.yaml",
        'features:\n  "3":\n    statements:\n      "3.9":\n      unused: "No"\n      "3.3":\n        text:\n'
        '        national: "x"\n        ours: "y"\n        change: wording\n      "3.L1":\n      text: "New"\n'
        '      "3.4": "Ours"\n      "3.5":\n  "4":\n  statements: {"4.2": {unused: "No"}}\n',
    )
    version.write("local.yaml", 'id: ours\nname: "Our Council"\nbase: "2013"\nbrand:\nlogo: a.svg\nlogo_text: "A"\n')
    version.write("words/report.yaml", 'report_title:\nnational: "x"\nours: "y"\nchange: wording\n')
    under = "two spaces further in."
    name_it = "Write what changes on lines under it, two spaces further in."

    assert {
        f"ours/framework.yaml:5: “unused” is too far to the left. It belongs under “3.9”, {under}",
        (
            "ours/framework.yaml:8: “national”, “ours” and “change” are too far to the left. "
            f"They belong under “text”, {under}"
        ),
        f"ours/framework.yaml:12: “text” is too far to the left. It belongs under “3.L1”, {under}",
        f"ours/framework.yaml:13: “3.4” is a text here. {name_it}",
        f"ours/framework.yaml:14: There is nothing under “3.5”. {name_it}",
        f"ours/framework.yaml:16: “statements” is too far to the left. It belongs under “4”, {under}",
        f"ours/local.yaml:5: “logo” and “logo_text” are too far to the left. They belong under “brand”, {under}",
        (
            "ours/words/report.yaml:2: “national”, “ours” and “change” are too far to the left. "
            f"They belong under “report_title”, {under}"
        ),
    } == set(version.faults())


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        (
            'levels: {L: {label: {national: "Limited", ours: "Weak", change: wording}}}',
            (
                "ours/framework.yaml:1: “levels” can't change in a local version. "
                "Remove it: levels are the same for every organisation."
            ),
        ),
        (
            'features: {"3": {statements: {"3.9": {id: {national: "3.9", ours: "3.99", change: wording}}}}}',
            (
                "ours/framework.yaml:1: “id” can't change in a local version. "
                "Remove it: ids never change. Mark a statement as unused, and add one of your own."
            ),
        ),
        (
            'features: {"3": {id: "7"}}',
            (
                "ours/framework.yaml:1: “id” can't change in a local version. "
                "Remove it: ids never change. Mark a statement as unused, and add one of your own."
            ),
        ),
        (
            'features: {"6": {title: "A sixth"}}',
            (
                "ours/framework.yaml:1: There is no “6” in “features”. "
                "Remove it: features and levels are the same for every organisation."
            ),
        ),
        (
            'features: {"3": {statements: {"3.99": {text: "New"}}}}',
            (
                "ours/framework.yaml:1: There is no “3.99” in “statements”. "
                "Give a statement of your own an id with an L and one or two figures, such as 3.L1."
            ),
        ),
        (
            'features: {"3": {statements: {"1.L1": {text: "In the wrong place"}}}}',
            (
                "ours/framework.yaml:1: Statement 1.L1 is in feature 3. "
                "Move it to the feature in its id; ids never change."
            ),
        ),
    ],
)
def test_ids_levels_and_features_can_not_change(version: Version, yaml: str, said: str) -> None:
    version.write("framework.yaml", yaml + "\n")

    assert [said] == version.faults()


def test_the_edition_is_named_by_pmdiag(version: Version) -> None:
    version.write("tool.yaml", 'edition: {national: "2013", ours: "2026", change: wording}\n')

    assert [
        (
            "ours/tool.yaml:1: “edition” can't change in a local version. "
            "Remove it: the edition's name is made from the national one and the id in local.yaml."
        )
    ] == version.faults()


def test_texts_with_the_wrong_number_of_statements_are_notices(version: Version) -> None:
    added = 'features:\n  "4":\n    statements:\n      "4.L1":\n        text: "We meet."\n'
    version.write("framework.yaml", added)
    version.write("guide/ours.md", '---\ntitle: "Ours"\ndescription: "All 41."\n---\n\nOur\n41 statements, 1.41.\n')

    said = "This says 41, but this version asks 42 statements. If it means the statements, write {statements} instead"
    assert [f"ours/guide/ours.md:{line}: {said} of the number." for line in (3, 7)] == version.notices()

    version.write("guide/ours.md", '---\ntitle: "Ours"\ndescription: "All {statements}."\n---\n\nText.\n')

    assert [] == version.notices()


def test_a_version_that_asks_as_many_statements_says_the_right_number(version: Version) -> None:
    statements = '"4.1":\n        unused: "Not ours."\n      "4.L1":\n        text: "We meet."\n'
    version.write("framework.yaml", f'features:\n  "4":\n    statements:\n      {statements}')

    assert [] == version.notices()


def test_what_a_local_version_changes_is_not_changed_in_what_was_read() -> None:
    """Equal texts are parsed once for all: what one loading changed would be there in the next."""
    national, local = repr(load_tool()), repr(load_tool(local=EXAMPLE))

    assert repr(load_tool(local=EXAMPLE)) == local
    assert repr(load_tool()) == national
