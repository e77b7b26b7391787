"""`pmdiag personalise` as a person runs it: what is made, what is said, and what is refused with nothing written."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from pmdiag_build.content.fields import pack_id
from pmdiag_build.content.model import Tool
from pmdiag_build.load import load_tool
from pmdiag_build.publish import workers
from pmdiag_build.resources import CONTENT
from pmdiag_build.returns.readers import pdf as reader
from tests.commands import call_pmdiag
from tests.personalise.conftest import PACK, Desk

HEADER = "reference;role;area;mode;name;e-mail"
# As Excel saves it in much of Europe: a mark, semicolons, CR LF, empty rows at the end.
PEOPLE = (
    "\ufeff"
    f"{HEADER}\r\n"
    "A1;manager;Łódź ŵ;One person, answering alone;Zoë Łukasz;z@x.example\r\n"
    "A2;ELECTED MEMBER;North;group;=1+1;<b>@x.example\r\n"
    ";;;;;\r\n"
)


def record(path: Path) -> dict[str, str]:
    """The answers in a copy, as a reader of returns sees them."""
    (raw,) = reader.read(path.name, path.read_bytes()).records
    return {name: " and ".join(given) for name, given in raw.values.items()}


def listed(desk: Desk) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(desk.files()["list.csv"].decode("utf-8-sig"), newline="")))


def test_each_row_gets_a_pack_of_its_own(desk: Desk, tool: Tool) -> None:
    outcome = desk.personalise(PEOPLE)

    assert (outcome.code, outcome.stderr) == (0, "")
    assert ["list.csv", "list.html", f"{PACK}-A1.pdf", f"{PACK}-A2.pdf"] == list(desk.files())
    id = pack_id(tool, tool.pack(PACK))
    a1 = {"record_reference": "A1", "record_role": "manager", "record_area": "Łódź ŵ", "record_mode": "individual"}
    a2 = {"record_reference": "A2", "record_role": "elected-member", "record_area": "North", "record_mode": "group"}
    assert a1 | {"pack_id": id} == record(desk.copy("A1"))
    assert a2 | {"pack_id": id} == record(desk.copy("A2"))


def test_it_says_what_was_made_and_that_the_list_says_who_is_who(desk: Desk) -> None:
    outcome = desk.personalise(PEOPLE)

    assert outcome.stdout.splitlines() == [
        "Made: 2 copies of “Self-assessment” with reference, role, mode, area filled in",
        (
            f"Where: {desk.out}. "
            f"Begin with {desk.out / 'list.html'}; {desk.out / 'list.csv'} is the same for a mail merge."
        ),
        (
            "Links: each row of the lists has one to self-assessment.html, with the same filled in. "
            "Put the address of your site before it, or use --site-address"
        ),
        "Only in the list, not in the packs: name, e-mail",
        "Keep apart: both lists say who has which reference. Do not send them out or store them with the returns.",
        "Needs a look: nothing",
    ]


def test_the_lists_say_which_file_goes_to_whom(desk: Desk) -> None:
    desk.personalise(PEOPLE)

    assert [
        (f"{PACK}-A1.pdf", "A1", "Zoë Łukasz", "z@x.example"),
        (f"{PACK}-A2.pdf", "A2", "'=1+1", "<b>@x.example"),
    ] == [(row["file"], row["reference"], row["name"], row["e-mail"]) for row in listed(desk)]
    page = desk.files()["list.html"].decode()
    assert "&lt;b&gt;@x.example" in page
    assert not [text for text in ("<b>", "<script", "http:", "https:") if text in page]
    assert re.findall(r'<th scope="row">(.*?)</th>', page) == [f"{PACK}-A1.pdf", f"{PACK}-A2.pdf"]


def test_each_row_has_a_link_that_fills_in_the_same(desk: Desk) -> None:
    people = "reference,role,area,mode,name\nA&1=#%,manager,Łódź <b>,individual,Zoë\n=1+1,,,,\n"
    desk.personalise(people)
    first = (
        "self-assessment.html#reference=A%261%3D%23%25&role=manager&mode=individual&area=%C5%81%C3%B3d%C5%BA%20%3Cb%3E"
    )
    relative, page = [row["link"] for row in listed(desk)], desk.files()["list.html"].decode()
    desk.personalise(people, "--site-address", "https://intranet.example.org/our%20review/index.html")
    whole, linked = [row["link"] for row in listed(desk)], desk.files()["list.html"].decode()

    assert [first, "self-assessment.html#reference=%3D1%2B1"] == relative
    assert "<a " not in page
    assert "Send each person the file or the link of their row and no other." in page
    assert [f"https://intranet.example.org/our%20review/{link}" for link in relative] == whole
    assert f'<a href="{whole[0].replace("&", "&amp;")}" rel="noreferrer">' in linked


def test_a_pack_that_can_not_be_answered_on_screen_has_no_links(desk: Desk) -> None:
    desk.personalise(PEOPLE, pack="interview")
    refused = desk.personalise(PEOPLE, "--site-address", "https://example.org/", pack="interview")

    assert "link" not in listed(desk)[0]
    assert 2 == refused.code
    assert refused.stderr == (
        "--site-address: What the pack “interview” asks can't be answered on screen, so there is no link to write. "
        "Leave the option out.\n"
    )


def test_names_of_people_are_in_no_pack(desk: Desk) -> None:
    desk.personalise(PEOPLE)

    assert not [text for text in record(desk.copy("A1")).values() if "Zoë" in text or "example" in text]


def test_random_references_are_in_the_pack_the_files_name_and_the_list(desk: Desk) -> None:
    outcome = desk.personalise(PEOPLE, "--random-references")

    assert outcome.code == 0
    rows = listed(desk)
    assert ["A1", "A2"] == [row["your reference"] for row in rows]
    for row in rows:
        assert re.fullmatch(r"[A-Z][A-Z\d]{3}-[A-Z\d]{4}", row["reference"])
        assert f"{PACK}-{row['reference']}.pdf" == row["file"]
        assert row["reference"] == record(desk.out / row["file"])["record_reference"]
    assert "Only this list says which person has which reference." in desk.files()["list.html"].decode()


def test_random_references_need_no_column_and_ignore_duplicates_in_it(desk: Desk) -> None:
    assert 0 == desk.personalise("role,area,mode,name\nmanager,,,Zoë\nmanager,,,Zoë\n", "--random-references").code
    assert 2 == len(listed(desk))


def test_random_references_that_may_be_in_use_are_not_replaced(desk: Desk) -> None:
    desk.personalise(PEOPLE, "--random-references")
    before = desk.files()

    outcome = desk.personalise(PEOPLE, "--random-references")

    assert (2, "") == (outcome.code, outcome.stdout)
    assert outcome.stderr == (
        f"{desk.out}: This folder contains the only list of who has which random reference, "
        "and everybody would get a new one. Choose another folder.\n"
    )
    assert before == desk.files()


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(desk: Desk) -> None:
    long = "North and South; " * 9
    outcome = desk.personalise(
        f"reference,role,area,mode\nA1,managr,Zoë,\na1,,日本,\n,,,group\nB,,{long},\nC,,,by post\nD,,🧭 and 🏫,\n"
    )

    assert (2, "") == (outcome.code, outcome.stdout)
    assert not desk.out.exists()
    assert [p.name for p in desk.folder.iterdir()] == ["people.csv"]
    lines = outcome.stderr.splitlines()
    assert ["2", "3", "3", "4", "5", "6", "7"] == [line.split(":")[1] for line in lines]
    assert (
        "In “area” the pack's font can't draw “日” (U+65E5), “本” (U+672C). Write it in other letters." in lines[1:3][1]
    )
    assert "In “area” the text is too long for its box (152 characters)." in lines[4]


def test_an_empty_row_needs_a_look(desk: Desk) -> None:
    outcome = desk.personalise("reference,role,area,mode\nA1,,,\n,,,\nA2,,,\n")

    assert 1 == outcome.code
    assert "people.csv:3: The row is empty, so it was ignored." in outcome.stderr
    assert "Needs a look: 1 thing, named above" in outcome.stdout


def test_made_again_it_is_the_same_and_replaced_whole(desk: Desk) -> None:
    desk.personalise(PEOPLE)
    first = desk.files()
    desk.personalise(PEOPLE)
    again = desk.files()
    desk.personalise("reference,role,area,mode\nB1,,,\n")

    assert first == again
    assert ["list.csv", "list.html", f"{PACK}-B1.pdf"] == list(desk.files())


@pytest.mark.parametrize("touch", ["stranger", "answered"])
def test_a_file_that_is_not_ours_stops_it(desk: Desk, touch: str) -> None:
    desk.personalise(PEOPLE)
    path = desk.out / "notes.txt" if touch == "stranger" else desk.copy("A1")
    path.write_bytes(b"somebody's work")
    before = desk.files()

    outcome = desk.personalise("reference,role,area,mode\nB1,,,\n")

    assert 2 == outcome.code
    assert str(path) in outcome.stderr
    assert before == desk.files()


def test_the_folder_of_a_build_is_not_overwritten(desk: Desk) -> None:
    outcome = call_pmdiag("personalise", PACK, "--people", desk.write(PEOPLE), "-o", desk.built)

    assert 2 == outcome.code
    assert "was made by “pmdiag build”" in outcome.stderr


def test_an_unknown_pack_is_answered_with_the_nearest(desk: Desk) -> None:
    outcome = desk.personalise(PEOPLE, pack="self-asessment")

    assert (2, "PACK: There is no pack “self-asessment”. Did you mean “self-assessment”?\n") == (
        outcome.code,
        outcome.stderr,
    )


def test_a_pack_without_a_form_is_said(desk: Desk) -> None:
    outcome = desk.personalise(PEOPLE, pack="workshop-wall")

    assert 2 == outcome.code
    assert outcome.stderr.startswith(
        "PACK: The pack “workshop-wall” has no form, so there is nothing to fill in. Choose"
    )


def test_a_pack_that_asks_less_needs_less(desk: Desk) -> None:
    outcome = desk.personalise("reference,area,role\nA1,North,manager\n", pack="action-plan")

    assert (0, "") == (outcome.code, outcome.stderr)
    assert "Only in the list, not in the packs: reference, role" in outcome.stdout
    assert "North" == record(desk.out / "action-plan-A1.pdf")["record_area"]
    assert ["action-plan.html#area=North"] == [row["link"] for row in listed(desk)]
    refused = desk.personalise("area\nNorth\n", "--random-references", pack="action-plan")
    assert "--random-references: The pack “action-plan” has no line for a reference." in refused.stderr


def test_a_pack_that_the_build_has_made_is_not_rendered_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = []

    def render(job: workers.Job, _: object) -> workers.Rendered:
        rendered.append(job.id)
        return workers.Rendered(job.id, (desk.built / "packs" / f"{job.id}.pdf").read_bytes(), 1)

    monkeypatch.setattr(workers, "render_one", render)

    assert 0 == desk.personalise(PEOPLE).code
    assert rendered == []
    assert 0 == desk.personalise(PEOPLE, "--build", desk.folder / "nowhere").code
    assert rendered == [PACK]


@pytest.mark.slow
def test_copies_of_a_local_version_say_so(desk: Desk) -> None:
    local = CONTENT / "local" / "exampleshire"

    outcome = desk.personalise(PEOPLE.replace("ELECTED MEMBER", "COUNCILLOR"), "--local", local)

    assert (outcome.code, outcome.stderr) == (0, "")
    tool = load_tool(local=local)
    assert pack_id(tool, tool.pack(PACK)) == record(desk.copy("A1"))["pack_id"]
    assert "@2013+exampleshire@" in record(desk.copy("A1"))["pack_id"]


@pytest.mark.slow
def test_notices_about_the_site_are_not_repeated_for_copies(desk: Desk) -> None:
    """A new local version has two pages to complete; `build` and `check` say so."""
    local = desk.folder / "ours"
    assert 0 == call_pmdiag("local", "new", local, "--name", "Exampleton", "--id", "exampleton").code
    assert 1 == call_pmdiag("check", "--local", local).code

    outcome = desk.personalise(PEOPLE, "--local", local)

    assert (outcome.code, outcome.stderr) == (0, "")
