"""Content whose parts do not agree: levels, features, the record header, navigation and words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pmdiag_build.load import load_tool
from pmdiag_build.problems import ContentWrong
from pmdiag_build.resources import CONTENT


def _problems(folder: Path, name: str, old: str, new: str) -> list[str]:
    """What loading says after one edit of the national content."""
    content = folder / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("local", "schemas"))
    path = content / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentWrong) as caught:
        load_tool(content)
    return [str(problem) for problem in caught.value.problems]


Said = tuple[str, ...]
RECORD = "templates/record.yaml"
FAULTS: dict[str, tuple[str, str, str, Said]] = {
    "levels in another order": (
        "framework.yaml",
        "code: L\n    label: Limited",
        "code: E\n    label: Limited",
        ("framework.yaml:", "E, D, E", "L, D, E"),
    ),
    "a feature that is there twice": (
        "framework.yaml",
        '- id: "2"\n',
        '- id: "1"\n',
        ("framework.yaml:", "Feature 1", "Keep one"),
    ),
    "a choice without options": (RECORD, "kind: line", "kind: choice", (RECORD, "options")),
    "a record line under another name": (RECORD, "name: area\n", "name: date\n", (RECORD, "“area” is missing")),
    "another mode": (RECORD, "code: interview\n", "code: phone\n", (RECORD, "individual, phone, group")),
    "an option's code that is there twice": (RECORD, "code: director\n", "code: manager\n", (RECORD, "code")),
    "a page that is twice in the navigation": (
        "tool.yaml",
        "      - run-a-review\n",
        "      - how-to-answer\n",
        ("tool.yaml:", "“how-to-answer”", "navigation"),
    ),
    "an example of a statement that is not there": (
        "templates/example.yaml",
        'statement: "3.4"',
        'statement: "3.44"',
        ("templates/example.yaml:", "There is no statement “3.44”. Did you mean “3.4”?"),
    ),
    "a word that nothing prints": (
        "words/site.yaml",
        "\n",
        "\nnever_printed: x\n",
        ("words/site.yaml:2", "never_printed"),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_parts_that_do_not_agree_are_named_with_their_place(fault: str, tmp_path: Path) -> None:
    name, old, new, said = FAULTS[fault]
    problems = _problems(tmp_path, name, old, new)

    assert any(problem.startswith(said[0]) and all(words in problem for words in said) for problem in problems), (
        problems
    )


def test_a_word_that_is_missing_is_named(tmp_path: Path) -> None:
    first = next(
        line
        for line in (CONTENT / "words" / "sheet.yaml").read_text(encoding="utf-8").splitlines(keepends=True)
        if line.count('"') == 2 and not line.startswith((" ", "#"))
    )
    key = first.partition(":")[0]

    assert any(
        f"words/sheet.yaml: The key “{key}”" in said for said in _problems(tmp_path, "words/sheet.yaml", first, "")
    )


def test_a_file_of_words_that_is_missing_is_named(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("local", "schemas"))
    (content / "words" / "report.yaml").unlink()

    with pytest.raises(ContentWrong) as caught:
        load_tool(content)
    assert ["words/report.yaml"] == [problem.place.file for problem in caught.value.problems]


def test_content_without_a_home_page_is_named(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content, ignore=shutil.ignore_patterns("local", "schemas"))
    (content / "guide" / "index.md").unlink()

    with pytest.raises(ContentWrong) as caught:
        load_tool(content)
    assert any(problem.place.file == "guide/index.md" for problem in caught.value.problems)
