"""Results on the desk are those of `pmdiag tabulate --no-pdf`, byte for byte, whatever is asked for."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.demo import demo_files
from pmdiag_build.desk import Desk
from pmdiag_build.load import load_tool, read_comments
from pmdiag_build.problems import together
from pmdiag_build.resources import CONTENT
from tests.commands import call_pmdiag
from tests.desk.conftest import Page
from tests.results.reading import page_text
from tests.returns.cases import Base
from tests.returns.cases.text_cases import WRITTEN, Written
from tests.returns.mixed_round import MixedRound

EXAMPLESHIRE = CONTENT / "local" / "exampleshire"
PEOPLE = b"reference,name,role\r\nR-01,Ann,manager\r\nR-02,Bo,\r\nX,Cy,partner\r\n"


def in_folder(folder: Path) -> dict[str, bytes]:
    """Name → content of the files in a folder, but for what it keeps for itself."""
    names = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    return {name: path.read_bytes() for name, path in names if not path.name.startswith(".")}


def written(files: Mapping[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def as_given(path: Path) -> dict[str, Any]:
    return {"name": path.name, "data": path.read_bytes()}


@pytest.fixture
def demo(page: Page, tool: Tool) -> Page:
    """A page with the invented round."""
    page.put(demo_files(tool, None))
    return page


# ---- the same as the command


def tabulated(folder: Path, out: Path, *options: str | Path) -> tuple[dict[str, bytes], list[str]]:
    """The files that the command makes, and what it says."""
    outcome = call_pmdiag("tabulate", folder, "-o", out, "--no-pdf", *options)
    assert outcome.code in (0, 1), outcome.stderr
    lines = [*outcome.stderr.splitlines(), *outcome.stdout.splitlines()]
    return in_folder(out), lines


def as_line(problem: Mapping[str, str]) -> str:
    return f"{problem['place']}: {problem['what']} {problem['fix']}"


@pytest.mark.slow
def test_the_invented_round_with_every_option(demo: Page, tool: Tool, tmp_path: Path) -> None:
    returns = written(demo_files(tool, None), tmp_path / "returns")
    people = written({"people.csv": PEOPLE}, tmp_path / "lists") / "people.csv"
    spring, lines = tabulated(returns, tmp_path / "spring", "--title", "Spring", "--min-group", "3")
    found = demo.ask("results", title="Spring", min_group=3)
    assert spring == found["files"]
    problems = [*map(str, together(demo.desk.round.listed)), *map(as_line, found["notices"])]
    assert sorted([*found["said"], *problems]) == sorted(
        one.replace(f"{tmp_path}/spring/", "") for one in lines if "Where" not in one
    )

    checked = tmp_path / "lists" / "comments.csv"
    to_check = spring["keep/comments-to-check.csv"].replace(b",,,,,", b",replace,Said otherwise.,,,", 1)
    checked.write_bytes(b"\r\n".join(to_check.split(b"\r\n")[:-4]))
    spring_zip = demo.ask("zipped", files=found["files"], folder="spring", facts=found["facts"])
    for name in ("typed-from-paper.xlsx", "on-screen/copy of an answer.json"):
        (returns / name).unlink()
        demo.ask("remove", name=name)
    options = ("--previous", tmp_path / "spring", "--people", people, "--comments", checked)
    autumn, _ = tabulated(returns, tmp_path / "autumn", *options, "--attribute")
    given = {"people": as_given(people), "comments": as_given(checked), "attribute": True}
    assert autumn == demo.ask("results", previous=[{"name": "spring.zip", "data": spring_zip}], **given)["files"]
    assert "keep/not-answered.csv" in autumn
    assert "Said otherwise." in page_text(autumn)


@pytest.mark.slow
def test_a_local_version(tmp_path: Path) -> None:
    tool = load_tool(local=EXAMPLESHIRE)
    files = demo_files(tool, None)
    page = Page(Desk(tool, read_comments(), (EXAMPLESHIRE / "layouts", CONTENT.parent / "layouts")))
    page.put({one["name"]: one["data"] for one in page.ask("demo")})

    native, _ = tabulated(written(files, tmp_path / "returns"), tmp_path / "out", "--local", EXAMPLESHIRE)

    assert native == page.ask("results")["files"]
    assert "Exampleshire" in page_text(native)


@pytest.mark.slow
def test_a_mixed_round_with_every_fault_planted(page: Page, mixed_round: MixedRound, tmp_path: Path) -> None:
    files = in_folder(mixed_round.folder)
    page.put(files, seed=7)
    chance = random.Random(8)
    gone = chance.sample(sorted(files), 30)
    for name in gone:
        page.ask("remove", name=name)
    for name in gone[:20]:
        page.ask("add", name=name, data=files[name])
    left = {name: data for name, data in files.items() if name not in gone[20:]}

    native, lines = tabulated(written(left, tmp_path / "returns"), tmp_path / "out")

    assert native == page.ask("results")["files"]
    problems = {*map(str, together(page.desk.round.listed))}
    assert {line for line in lines if "out" not in line} <= {*page.ask("results")["said"], *problems}


@pytest.mark.slow
def test_the_same_returns_give_the_same_bytes_whatever_folders_and_lists_are_called(
    demo: Page, tool: Tool, tmp_path: Path
) -> None:
    """Also where a notice names them: few returns, nearly the same round before, a list without some of them."""
    three = dict(sorted(demo_files(tool, None).items())[:4])
    made, lines = [], list[str]()
    for place in ("a", "b/c"):
        folder = written(three, tmp_path / place / "returns")
        people = written({"people.csv": PEOPLE}, tmp_path / place) / "people.csv"
        before, _ = tabulated(folder, tmp_path / place / "before")
        now, lines = tabulated(
            folder, tmp_path / place / "now", "--previous", folder.parent / "before", "--people", people
        )
        made.append((before, now))
    assert any(str(tmp_path / "b/c/now") in line for line in lines)
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0][1]["keep/problems.csv"]

    demo.ask("clear")
    demo.put(three)
    assert made[0][0] == demo.ask("results")["files"]
    spring = {"name": "responses.csv", "data": made[0][0]["keep/responses.csv"]}
    given = {"previous": [spring], "people": {"name": "people.csv", "data": PEOPLE}}
    assert made[0][1] == demo.ask("results", **given)["files"]


@pytest.mark.slow
@pytest.mark.parametrize("one", [pytest.param(one, id=one.name) for one in WRITTEN])
def test_odd_texts_are_written_alike(
    one: Written, page: Page, tool: Tool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    files = one.make(Base(tool, tmp_path, request))
    page.put(files)

    native, _ = tabulated(written(files, tmp_path / "returns"), tmp_path / "out", "--attribute")

    assert native == page.ask("results", attribute=True)["files"]


# ---- earlier rounds


@pytest.mark.slow
def test_an_earlier_round_is_the_same_from_a_csv_a_zip_and_a_zip_of_the_folder(
    demo: Page, tool: Tool, tmp_path: Path
) -> None:
    results = demo.ask("results")
    files = results["files"]
    folder = written(demo_files(tool, None), tmp_path / "returns")
    tabulated(folder, tmp_path / "out")
    whole = {f"out/{path.relative_to(tmp_path / 'out')}": path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
    old = {"responses.csv": files["keep/responses.csv"]}
    ways = [
        ("responses.csv", files["keep/responses.csv"]),
        ("results.zip", demo.ask("zipped", files=files, facts=results["facts"])),
        ("out.zip", demo.ask("zipped", files=whole)),
        ("older.zip", demo.ask("zipped", files=old, folder="spring")),
    ]
    assert "out/.pmdiag.json" in whole
    demo.ask("remove", name="typed-from-paper.xlsx")
    made = [demo.ask("results", previous=[{"name": name, "data": data}])["files"] for name, data in ways]

    assert b"Beside earlier rounds" in made[0]["share/report.html"]
    assert [made[0]] * 4 == made


def test_a_zip_of_results_says_what_they_were_made_with(page: Page, tool: Tool) -> None:
    page.put(dict(list(demo_files(tool, None).items())[-9:]))
    results = page.ask("results", min_group=7, title="Spring")
    files = results["files"]
    # By another program, too: that which made the results may have ended.
    zipped = Page(Desk(tool)).ask("zipped", files=files, folder="spring", facts=results["facts"])
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        assert {f"spring/{name}": data for name, data in files.items()} == {
            name: archive.read(name) for name in archive.namelist()
        }
        assert b'"min_group": 7' in archive.comment
    assert zipped == page.ask("zipped", files=files, folder="spring", facts=results["facts"])
    # Of any other files nothing is known.
    with zipfile.ZipFile(io.BytesIO(page.ask("zipped", files={"a.txt": b"x"}))) as archive:
        assert b"" == archive.comment


def test_results_among_the_returns_are_not_read_again(page: Page, tool: Tool) -> None:
    page.put(dict(list(demo_files(tool, None).items())[-6:]))
    before = page.ask("state")
    made = page.ask("results")
    zipped = page.ask("zipped", files=made["files"], facts=made["facts"])
    assert page.ask("add", name="results.zip", data=zipped)["ignored"]
    after = page.ask("state")

    assert (before["line"], before["files"]) == (after["line"], after["files"])
    assert ["results.zip"] == after["ignored"]


def bad_zips(files: Mapping[str, bytes], page: Page) -> dict[str, bytes]:
    whole = page.ask("zipped", files=files, facts={"min_group": 5})
    changed = io.BytesIO(whole)
    with zipfile.ZipFile(changed, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("keep/responses.csv", files["keep/responses.csv"].replace(b",L,", b",E,", 1))
    return {
        "cut": whole[:-3000],
        "changed": changed.getvalue(),
        "none": page.ask("zipped", files={"a.txt": b"x"}),
        "two": page.ask("zipped", files={f"{folder}/{name}": data for folder in "ab" for name, data in files.items()}),
    }


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("cut", "The ZIP is damaged, protected or too big."),
        ("changed", "The file was changed after pmdiag wrote it, or part of it is missing."),
        ("none", "There are no results in this ZIP."),
        ("two", "There is more than one round in this ZIP."),
    ],
)
def test_a_zip_that_is_no_earlier_round_is_refused_by_name(page: Page, tool: Tool, what: str, said: str) -> None:
    page.put(dict(list(demo_files(tool, None).items())[-6:]))
    files = page.ask("results")["files"]

    assert page.ask("results", previous=[{"name": "spring.zip", "data": bad_zips(files, page)[what]}]) is None
    (line,) = page.refused
    assert line.startswith("spring.zip")
    assert said in line


def test_the_example_list_of_who_was_asked_can_be_used_and_says_which_columns_there_are(demo: Page) -> None:
    example = demo.ask("people_example")
    made = demo.ask("results", people={"name": "who-was-asked.csv", "data": example})

    head, person = example.decode("utf-8-sig").split("\r\n")[:2]
    assert head.split(",") == ["reference", "role", "area", "mode", "name"]
    assert person.split(",")[-1] == "Sam Example"
    assert "0 of the 1 who were asked" in page_text(made["files"]) or "1 of the 1 who" in page_text(made["files"])


# ---- what is asked and can't be done


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"min_group": 0}, "results: The smallest group must be a whole number from 1 on, not “0”."),
        ({"min_group": 2.5}, "not “2.5”"),
        ({"min_group": True}, "not “True”"),
        ({"title": "a\x00"}, "The title contains a character that can't be printed (U+0000)."),
        ({"people": {"name": "list.csv", "data": b"a,b\r\n1,2\r\n"}}, "list.csv: "),
        ({"comments": {"name": "list.csv", "data": b"a,b\r\n1,2\r\n"}}, "list.csv: The first row has no known column."),
        ({"previous": [{"name": "a.csv", "data": b"a"}]}, "a.csv: This is not a file of responses that pmdiag wrote."),
        ({"previous": [{"name": "a.csv", "data": b"a"}] * 5}, "5 earlier rounds are too many"),
    ],
)
def test_what_can_not_be_meant_is_refused_in_words(page: Page, given: dict[str, Any], said: str) -> None:
    assert page.ask("results", **given) is None
    assert any(said in line for line in page.refused), page.refused


def test_results_of_nothing_say_so(page: Page) -> None:
    found = page.ask("results")

    assert [("returns", "It contains no returns.")] == [(one["place"], one["what"]) for one in found["notices"]]
    assert "Returns found: 0 = 0 counted" in "\n".join(found["said"])


HOSTILE = "</p><script>alert(1)</script>{{ 7 * 7 }}<img src=x onerror=alert(1)>"


def test_texts_of_strangers_are_inert_in_the_report_and_the_state(page: Page) -> None:
    rows = [{"record_reference": HOSTILE, "record_area": HOSTILE, "rating_1_1": HOSTILE, "doing_1": HOSTILE}]
    name = f"{HOSTILE}.xlsx".replace("/", "")
    page.ask("add", name=name, data=page.ask("typed", rows=rows))
    files = page.ask("results", title=HOSTILE, attribute=True)["files"]

    html = files["share/report.html"].decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "{{ 7 * 7 }}" in html
    # The state is data: the page shows it as text.
    assert name == page.ask("state")["files"][0]["name"]
