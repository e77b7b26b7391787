"""Returns on the desk: read one by one, taken out again, and always accounted for."""

from __future__ import annotations

import json
import random

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.desk import answer
from pmdiag_build.output.manifest import MANIFEST, Manifest
from pmdiag_build.problems import together
from pmdiag_build.returns.find_files import files_of
from pmdiag_build.returns.limits import BYTES
from pmdiag_build.returns.response import as_record
from pmdiag_build.returns.round import round_of
from tests.desk.conftest import Page
from tests.results.rounds import random_round
from tests.returns.written import as_csv, as_xlsx, full_grid, zipped

TYPED = [
    {"record_reference": "P1", "rating_1_1": "L", "doing_1": "Well."},
    {"record_reference": "P2", "rating_1_1": "L or D", "rating_1_2": "n/a", "rating_1_3": "n/a"},
    {"record_reference": "P3"},
]


@pytest.fixture
def files(tool: Tool) -> dict[str, bytes]:
    """A small round in which something of everything happens."""
    records = [json.dumps(as_record(one)).encode() for one in random_round(tool, 1, {"manager": 6})]
    changed = records[1].replace(b'"1.2": "L"', b'"1.2": "E"').replace(b'"1.2": "D"', b'"1.2": "L"')
    assert changed != records[1]
    return {
        **{f"saved/{n}.json": record for n, record in enumerate(records)},
        "saved/again.json": records[0],
        "saved/changed.json": changed,
        "more.zip": zipped({"one.json": records[2], ".DS_Store": b"", "two.pdf": b"%PDF-1.7\nnothing follows"}),
        "typed.xlsx": as_xlsx(full_grid(tool, TYPED)),
        "typed.csv": as_csv(full_grid(tool, TYPED[:1])),
        "notes.txt": b"Call Ann",
        "Thumbs.db": b"",
    }


@pytest.mark.parametrize("seed", range(3))
def test_files_in_any_order_and_taken_out_again_are_the_round_of_those_that_are_left(
    page: Page, tool: Tool, files: dict[str, bytes], seed: int
) -> None:
    page.put(files, seed)
    gone = random.Random(seed).sample(sorted(files), 4)
    for name in gone:
        page.ask("state")
        page.ask("remove", name=name)
    for name in gone[:2]:
        page.ask("add", name=name, data=files[name])

    native = round_of(files_of((name, data) for name, data in files.items() if name not in gone[2:]), tool)
    state = page.ask("state")

    assert native == page.desk.round
    assert str(native.accounts) == state["line"]
    assert [str(one.place) for one in together(native.listed)] == [one["place"] for one in state["together"]]


def test_a_return_that_came_three_times_leads_to_the_one_that_counts(page: Page, files: dict[str, bytes]) -> None:
    one = files["saved/2.json"]
    page.put({"a.json": one, "b.zip": zipped({"one.json": one, "two.json": one}), "c.json": one})
    same = {file["name"]: file["same_as"] for file in page.ask("state")["files"]}

    assert same == {"a.json": ["b.zip", "c.json"], "b.zip": ["a.json"], "c.json": ["a.json"]}


def test_each_file_says_what_became_of_it(page: Page, files: dict[str, bytes]) -> None:
    page.put(files)
    state = page.ask("state")
    kinds = ("found", "counted", "blank", "duplicate", "in_conflict", "set_aside")
    became = {one["name"]: {kind: one[kind] for kind in kinds if one[kind]} for one in state["files"]}

    assert sorted(files.keys() - {"Thumbs.db"}) == [*became]
    assert {"found": 2, "counted": 1, "set_aside": 1} == became["more.zip"]
    assert {"found": 1, "in_conflict": 1} == became["saved/changed.json"]
    assert {"saved/0.json": ["saved/again.json"], "saved/again.json": ["saved/0.json"]}.items() <= {
        one["name"]: one["same_as"] for one in state["files"]
    }.items()
    assert {"found": 3, "counted": 1, "blank": 1, "duplicate": 1} == became["typed.xlsx"]
    assert {kind: state["accounts"][kind] for kind in kinds} == {
        kind: sum(one.get(kind, 0) for one in became.values()) for kind in kinds
    }
    assert ["Thumbs.db", "more.zip/.DS_Store"] == state["ignored"]
    assert state["problems"] == sum(len(one["problems"]) for one in state["files"]) - state["accounts"]["blank"]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("saved/0.json", set[str]()),
        ("saved/again.json", {"duplicate"}),
        ("saved/changed.json", {"in_conflict"}),
        ("notes.txt", {"set_aside"}),
        ("more.zip", {"set_aside"}),
        ("typed.xlsx", {"duplicate", "problem", "blank"}),
    ],
)
def test_problems_say_of_what_kind_they_are(page: Page, files: dict[str, bytes], name: str, kinds: set[str]) -> None:
    page.put(files)
    found = page.of_file(name)

    assert kinds == {one["kind"] for one in found["problems"]}
    assert {name} >= {one["file"] for one in found["problems"]}


def test_what_is_wrong_alike_in_a_file_is_told_in_short_too(page: Page, files: dict[str, bytes]) -> None:
    page.ask("add", name="typed.xlsx", data=files["typed.xlsx"])
    found = page.of_file("typed.xlsx")

    assert len(found["problems"]) == len(found["in_short"]) + 1
    assert any("2 cells say “n/a”" in one["what"] for one in found["in_short"])


def test_a_file_with_many_problems_shows_some_and_says_how_many_more_there_are(page: Page, tool: Tool) -> None:
    rows = [{"record_reference": f"R{n}", "rating_1_1": f"{n}"} for n in range(300)]
    page.ask("add", name="a.csv", data=as_csv(full_grid(tool, rows)))
    found = page.of_file("a.csv")

    assert (200, 100) == (len(found["problems"]), found["more"])


# ---- names


def test_the_second_of_one_name_is_renamed_and_a_name_is_free_again(page: Page) -> None:
    names = [page.ask("add", name="a.txt", data=b"x")["name"] for _ in range(3)]
    page.ask("remove", name="a.txt (2)")
    again = page.ask("add", name="a.txt", data=b"x")["name"]

    assert ["a.txt", "a.txt (2)", "a.txt (3)", "a.txt (2)"] == [*names, again]
    page.ask("clear")
    assert "a.txt" == page.ask("add", name="a.txt", data=b"x")["name"]


def test_what_computers_keep_for_themselves_is_ignored_and_named(page: Page) -> None:
    given = [page.ask("add", name=name, data=b"x")["ignored"] for name in ("a/~$b.xlsx", "__MACOSX/a.json", "a/b.json")]

    assert [True, True, False] == given
    assert ["__MACOSX/a.json", "a/~$b.xlsx"] == page.ask("state")["ignored"]


@pytest.mark.parametrize("folder", ["spring/", ""])
def test_a_folder_of_results_among_the_returns_is_not_read_again(
    page: Page, files: dict[str, bytes], folder: str
) -> None:
    results = {"keep/responses.json": files["saved/0.json"], "share/report.html": b"<html>"}
    manifest = Manifest("pmdiag tabulate", dict.fromkeys(results, "")).dump()
    page.put({f"{folder}{name}": data for name, data in {**results, MANIFEST: manifest}.items()})
    page.ask("add", name="saved.json", data=files["saved/0.json"])

    assert {"counted": 1} == page.accounts()
    assert (["spring"] if folder else sorted(results)) == page.ask("state")["ignored"]
    page.ask("remove", name=f"{folder}{MANIFEST}")
    assert 3 == page.ask("state")["accounts"]["found"]


# ---- files that are not read


@pytest.mark.parametrize(
    ("method", "more", "said"),
    [
        ("crashed", {}, "Reading this file ended the program"),
        ("stopped", {}, "Reading this file was stopped"),
        ("gone", {}, "The file is not there any more"),
        ("gone", {"changed": True}, "The file has changed since you chose it"),
        ("too_big", {"size": 5 * BYTES}, "The file is too big to be a return (640 MB)"),
    ],
)
def test_a_file_that_is_not_read_is_set_aside_and_the_rest_goes_on(
    page: Page, files: dict[str, bytes], method: str, more: dict[str, int], said: str
) -> None:
    page.ask("add", name="a.json", data=files["saved/0.json"])
    page.ask(method, name="b.json", **more)

    assert {"counted": 1, "set_aside": 1} == page.accounts()
    assert said in page.of_file("b.json")["problems"][0]["what"]
    page.ask("remove", name="b.json")
    page.ask("add", name="b.json", data=files["saved/2.json"])
    assert {"counted": 2} == page.accounts()


def test_a_file_that_is_not_read_takes_no_other_files_place(page: Page, files: dict[str, bytes]) -> None:
    page.ask("add", name="a.json", data=files["saved/0.json"])

    assert "a.json (2)" == page.ask("gone", name="a.json")["name"]
    assert {"counted": 1, "set_aside": 1} == page.accounts()


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_a_file_that_breaks_its_reader_is_set_aside(
    page: Page, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def broken(*_: object) -> None:
        raise error

    page.ask("add", name="a.json", data=files["saved/0.json"])
    monkeypatch.setattr("pmdiag_build.returns.readers.json_record.read", broken)
    page.ask("add", name="b.json", data=b"[]")
    monkeypatch.setattr("pmdiag_build.returns.read_files.readings", broken)
    page.ask("add", name="c.json", data=b"[]")

    assert {"counted": 1, "set_aside": 2} == page.accounts()
    assert f"This file can't be read ({error.__name__})." == page.of_file("c.json")["problems"][0]["what"]


# ---- what is asked and can't be done


def test_what_a_page_may_not_ask_and_what_fails_are_said_in_a_sentence(page: Page) -> None:
    assert {"failed": "There is no method “__init__”"} == answer(page.desk, "__init__", {})
    assert "unexpected keyword" in answer(page.desk, "add", {"path": "x"})["failed"]


NAMES = ("<script>alert(1)</script>.json", "a\u202eb\u2028c\x1b[31m.json", "\ud83d lone.json")


@pytest.mark.parametrize("name", NAMES)
def test_names_and_texts_of_strangers_become_one_printable_line(page: Page, name: str) -> None:
    given = page.ask("add", name=name, data=b'{"format": "pmdiag-response", "version": 1, "\\ud83d\\u202e\\n": 1}')
    (found,) = page.ask("state")["files"]

    assert given["name"] == found["name"]
    assert found["problems"]
    for one in found["problems"]:
        assert all(part.isprintable() for part in (one["place"], one["what"], one["fix"]))
    json.dumps(page.ask("state"), ensure_ascii=False).encode()
