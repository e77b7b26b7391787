"""How many statements there are: the number is that of the edition, in every addition that says it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.content.text_checks import says_count, with_count
from pmdiag_build.load import load_tool, read_documents
from pmdiag_build.problems import ContentWrong
from pmdiag_build.resources import CONTENT


def sayings(tool: Tool) -> dict[str, str]:
    packs = {pack.id: next(p.help for p in pack.opening if p.id == "what") for pack in tool.packs if pack.opening}
    pages = {id: tool.pages[id].body for id in ("index", "how-to-answer")}
    return {**packs, **pages, "workshop bring": tool.workshop.bring.body}


def test_each_text_says_the_number_of_the_national_edition(tool: Tool) -> None:
    said = sayings(tool)

    assert said["self-assessment"].startswith("41 statements about how an organisation")
    assert said["self-assessment-large-print"].startswith("41 statements about how an organisation")
    assert "five features, 41 statements and" in said["index"]
    assert "There are 41 in all" in said["how-to-answer"]
    assert "expects you to rate all 41," in said["how-to-answer"]
    assert "41 for each person" in said["workshop bring"]


def test_no_addition_has_a_fixed_number_of_statements() -> None:
    counted = re.compile(r"\b41\b|forty-one|\b(nine|seven|twelve|five|eight) statements", re.IGNORECASE)
    found = [
        name
        for name in read_documents()
        if name.startswith(("guide/", "packs/", "templates/", "words/"))
        and counted.search((CONTENT / name).read_text(encoding="utf-8"))
    ]

    assert [] == found


def test_the_number_is_filled_in_outside_code_only() -> None:
    text = "{statements} and {{statements}}, {{ statements }}, `{statements}` {n}"

    assert "40 and {{statements}}, {{ statements }}, `{statements}` {n}" == with_count(text, 40)
    assert says_count(text)
    assert not says_count("`{statements}` {{statements}}")


def test_pages_of_the_source_and_the_framework_are_printed_unchanged(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("local", "demo"))
    page = content / "guide" / "using-this-tool.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n{statements} {name}\n", encoding="utf-8")

    assert "{statements} {name}" in load_tool(content).pages["using-this-tool"].body


@pytest.mark.parametrize(
    ("name", "fix"), [("statments", "Did you mean “{statements}”?"), ("name", "Known here: {statements}.")]
)
def test_an_unknown_placeholder_is_reported_with_its_line(tmp_path: Path, name: str, fix: str) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("local", "demo"))
    page, pack = content / "guide" / "how-to-answer.md", content / "packs" / "workshop.yaml"
    page.write_text(page.read_text(encoding="utf-8") + f"\n{{{name}}}\n", encoding="utf-8")
    text = pack.read_text(encoding="utf-8").replace("The group, and", f"The {{{name}}} group, and")
    pack.write_text(text, encoding="utf-8")
    line = text[: text.index("The {")].count("\n")
    with pytest.raises(ContentWrong) as caught:
        load_tool(content)

    end = len(page.read_text(encoding="utf-8").splitlines())
    assert sorted(
        [
            f"guide/how-to-answer.md:{end}: There is no value for {{{name}}}. {fix}",
            f"packs/workshop.yaml:{line}: There is no value for {{{name}}}. {fix}",
        ]
    ) == sorted(map(str, caught.value.problems))
