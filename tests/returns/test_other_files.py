"""FDF, XFDF, ZIPs and files that are not returns at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pmdiag_build.returns import read_round
from pmdiag_build.returns.find_files import Room
from pmdiag_build.returns.readers import zip_archive
from tests.returns.conftest import Returns
from tests.returns.paper import fields_of
from tests.returns.samples import said_by
from tests.returns.written import as_csv, as_fdf, as_json, as_xfdf, compound, full_grid, zipped

ANSWERS = {"record_reference": "A", "rating_1_1": "L", "doing_1": "Tŷ\nGwyn"}


def test_fdf_may_have_nested_fields_references_arrays_and_every_kind_of_string(returns: Returns) -> None:
    returns.put(
        "a.fdf",
        b"%FDF-1.2\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /FDF << /Fields 2 0 R >> >>\nendobj\n"
        b"2 0 obj\n[ << /T (form1) /Kids [ << /T (rating_1_1) /V (/L) >> << /T (rating_1_2) /V [(D)] >> ] >>\n"
        b"<< /T (doing_1) /V 3 0 R >> << /T (improve_1) /V (a \\(b\\) \\351\\\nc) >>\n"
        b"<< /T (overall_1) /V /Off >> ]\nendobj\n"
        b"3 0 obj\n<feff01410061>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
    )

    found = returns.read()

    expected = {"rating_1_1": "L", "rating_1_2": "D", "doing_1": "Ła", "improve_1": "a (b) éc"}
    assert [expected] == [said_by(response) for response in found.responses]
    assert found.problems == ()


@pytest.mark.parametrize(
    "damage",
    [
        lambda fdf: fdf[:-20],
        lambda fdf: fdf[: len(fdf) // 2],
        lambda fdf: fdf.replace(b"/V /L", bytes(5)),
        lambda fdf: fdf.replace(b">> >>\nendobj", b">> endobj"),
    ],
)
def test_a_damaged_fdf_is_set_aside(damage, returns: Returns) -> None:  # type: ignore[no-untyped-def]
    whole = as_fdf(ANSWERS)
    assert damage(whole) != whole
    returns.put("a.fdf", damage(whole))

    assert returns.read().accounts.set_aside == 1
    assert "The FDF file is damaged" in returns.lines()[0]


def test_a_field_that_stands_twice_is_not_taken_for_one_answer(returns: Returns) -> None:
    returns.put("a.fdf", as_fdf(ANSWERS).replace(b"/T (doing_1)", b"/T (form2.rating_1_1) /V /D >> << /T (doing_1)"))

    assert "more than one answer is given (“L” and “D”)" in returns.lines()[0]


@pytest.mark.parametrize(
    "text", ["see 1 0 obj <</FDF 9 0 R>> endobj", "((( 2 0 obj", "\n1 0 obj\n<</FDF 9 0 R>>\n", "%"]
)
def test_an_object_is_not_looked_for_in_a_text_of_a_fdf(text: str, returns: Returns) -> None:
    literal = text.replace("(", "\\(")
    returns.put("a.fdf", as_fdf(ANSWERS | {"doing_1": "…"}).replace(b"<feff2026>", f"({literal})".encode()))

    (response,) = returns.read().responses
    assert response.comments["doing", "1"].strip() == text.strip()


def test_xfdf_may_have_nested_fields_and_rich_text_beside_the_plain(returns: Returns) -> None:
    fields = '<field name="f"><field name="rating_1_1"><value>Off</value></field></field>'
    fields += '<field name="doing_1"><value>plain</value><value-richtext><body>plain</body></value-richtext></field>'
    fields += '<field name="overall_1"><value>E</value></field>'
    returns.put("a.xfdf", f"<xfdf><fields>{fields}</fields></xfdf>")

    assert [{"doing_1": "plain", "overall_1": "E"}] == [said_by(response) for response in returns.read().responses]


def test_rich_text_counts_where_it_has_no_plain_twin(returns: Returns) -> None:
    rich = '<body xmlns="http://www.w3.org/1999/xhtml"><p>We do <b>well</b></p><p>all of us</p></body>'
    level = "<field name='rating_1_1'><value>L</value></field>"
    value = f"<value-richtext>{rich}</value-richtext>"
    returns.put("a.xfdf", f"<xfdf><fields><field name='doing_1'>{value}</field>{level}</fields></xfdf>")
    returns.put(
        "b.fdf", as_fdf({"record_reference": "B", "doing_1": ""}).replace(b"/V <feff>", f"/RV ({rich})".encode())
    )

    found = returns.read()

    assert ["We do well\nall of us"] * 2 == [response.comments["doing", "1"] for response in found.responses]
    assert found.problems == ()


_NOTE = b"<< /Type /Annot /Subtype /FreeText /Page 2 /Contents (see over) >>"
_XML_NOTE = b'<annots><freetext page="2"><contents>see over</contents></freetext><popup page="2"/></annots>'


@pytest.mark.parametrize(("answers", "aside"), [(ANSWERS, False), ({"record_reference": "A", "rating_1_1": ""}, True)])
def test_what_was_written_on_top_of_an_exported_form_is_named(
    answers: dict[str, str], aside: bool, returns: Returns
) -> None:
    returns.put(
        "a.fdf", as_fdf(answers).replace(b"/V /\n", b"").replace(b"/Fields", b"/Annots [" + _NOTE + b"] /Fields")
    )
    returns.put("b.xfdf", as_xfdf(answers).replace(b"</fields>", b"</fields>" + _XML_NOTE))

    found = returns.read()

    assert (2 if aside else 0) == found.accounts.set_aside
    empty, named = "Its form fields are empty, but its pages have 1 note", "not counted: page 3 (typed text) “see over”"
    assert 2 == sum((empty if aside else named) in line for line in map(str, found.problems))


def test_fields_that_the_list_of_an_fdf_does_not_reach_set_it_aside(returns: Returns) -> None:
    fields = b"".join(b"%d 0 obj\n<< /T (rating_1_%d) /V /L >>\nendobj\n" % (number, number) for number in range(2, 6))
    body = b"1 0 obj\n<< /FDF << /Fields [2 0 R 3 0 R %s] >> >>\nendobj\n%strailer\n<< /Root 1 0 R >>\n%%%%EOF\n"
    returns.put("a.fdf", b"%FDF-1.2\n" + body % (b"4 0 R 5 0 R", fields))
    returns.put("b.fdf", b"%FDF-1.2\n" + body % (b"", fields))

    found = returns.read()

    assert ["a.fdf"] == [response.source for response in found.responses]
    assert "b.fdf: The FDF file is damaged (2 fields that it contains are missing in its list of fields)." in str(
        found.problems[0]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (as_xfdf(ANSWERS)[:-20].decode(), "The XFDF file can't be read: its XML is broken"),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><xfdf/>', "it declares a document type (x)"),
        ("<?xml version='1.0'?><books/>", "This is an XML file, but not an exported form"),
        (
            "<xfdf><fields><field name='pets'><value>x</value></field></fields></xfdf>",
            "Its form fields are not those of",
        ),
        ("<xfdf>" + "<field name='a'>" * 40 + "</field>" * 40 + "</xfdf>", "its fields are nested without end"),
    ],
)
def test_xml_that_is_no_return_is_set_aside(text: str, said: str, returns: Returns) -> None:
    returns.put("a.xfdf", text)

    assert said in returns.lines()[0]


# ---- ZIPs


def test_a_zip_is_read_like_a_folder_and_a_zip_in_it_too(returns: Returns) -> None:
    grid = full_grid(returns.tool, [ANSWERS | {"record_reference": "C"}])
    inner = zipped({"c.csv": as_csv(grid), "__MACOSX/._c.csv": b"x"})
    returns.put("all.zip", zipped({"a.json": as_json(ANSWERS), "in/inner.zip": inner, "b.txt": b"hello"}))

    found = returns.read()

    assert ["all.zip/a.json", "all.zip/in/inner.zip/c.csv:2"] == [response.source for response in found.responses]
    assert ["all.zip/b.txt"] == [str(aside.place) for aside in found.set_aside]
    assert ("all.zip/in/inner.zip/__MACOSX/._c.csv",) == found.ignored


def test_paths_in_a_zip_lead_nowhere(returns: Returns) -> None:
    returns.put("a.zip", zipped({"../../outside.json": as_json(ANSWERS)}))

    assert ["a.zip/../../outside.json"] == [response.source for response in returns.read().responses]
    assert ["a.zip"] == [path.name for path in returns.folder.parent.rglob("*") if path.is_file()]


def test_zips_that_can_not_be_read_have_their_fix(returns: Returns) -> None:
    deep = zipped({"a.zip": zipped({"a.zip": zipped({"a.json": as_json(ANSWERS)})})})
    locked = bytearray(zipped({"a.json": as_json(ANSWERS)}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + flags] |= 1
    returns.put("cut.zip", zipped({"a.json": as_json(ANSWERS)})[:-10])
    returns.put("deep.zip", deep)
    returns.put("empty.zip", zipped({}))
    returns.put("locked.zip", bytes(locked))

    lines = returns.lines()

    assert "cut.zip: The ZIP is damaged or incomplete. Ask for it again." == lines[0]
    assert "This ZIP is in a ZIP in a ZIP" in lines[1]
    assert "empty.zip: The ZIP is empty. Ask for it again." == lines[2]
    assert "locked.zip/a.json: This file is in a ZIP that is protected with a password." in lines[3]


@pytest.mark.slow
def test_a_bomb_in_a_zip_is_not_unpacked(returns: Returns) -> None:
    returns.put("a.zip", zipped({"a.json": bytes(200 << 20)}))

    assert "This file is too big to be a return (more than 64 MB)" in returns.lines()[0]


@pytest.mark.slow
def test_zips_in_a_zip_share_what_one_may_hold(returns: Returns) -> None:
    inner = zipped({f"{n}.txt": b"x" for n in range(2000)})
    returns.put("a.zip", zipped({"1.zip": inner, "2.zip": inner, "3.zip": inner}))

    found = returns.read()

    assert "a.zip/3.zip: The ZIP contains more than 5000 files." in str(found.problems[-1])
    assert 2 * 2000 + 1 == found.accounts.set_aside


def test_a_zip_says_which_file_it_has_no_more_room_for() -> None:
    room = Room(size=15)
    first, second = zip_archive.members("a.zip", zipped({"a.txt": bytes(10), "b.txt": bytes(10)}), 1, room)

    assert ("a.zip/a.txt", bytes(10)) == first
    assert "a.zip/b.txt: With this file the ZIP contains more than 1024 MB." in str(second)


# ---- what is no return


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty. Ask for it again."),
        (b" \n", "The file is empty. Ask for it again."),
        (bytes(4096), "The file contains only zeros: it was damaged on the way."),
        (b"\x89PNG\r\n\x1a\n....", "This is a picture (a scan or a photograph). Type the answers into the entry sheet"),
        (b"\xff\xd8\xff\xe0....", "This is a picture (a scan or a photograph)."),
        (
            zipped({"[Content_Types].xml": b"", "word/document.xml": b""}),
            "This is a text document, not a filled pack. Ask the sender for the filled",
        ),
        (b"{\\rtf1 hello}", "This is a text document, not a filled pack."),
        (b"Rar!\x1a\x07", "This is an archive that can't be opened here."),
        (b"MZ\x90\0\x03\0\x01", "This is not a kind of file that returns come in."),
    ],
)
def test_what_is_no_return_is_set_aside_with_its_fix(content: bytes, said: str, returns: Returns) -> None:
    returns.put("a", content)

    assert said in returns.lines()[0]
    assert returns.read().accounts.set_aside == 1


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["__properties_version1.0"], "This is an e-mail from Outlook, but it is damaged or incomplete."),
        (["EncryptedPackage", "__properties_version1.0"], "This is an e-mail from Outlook, but it is damaged"),
        (["WordDocument"], "This is a text document, not a filled pack."),
        (["Workbook"], "This is an old workbook (.xls), which can't be read here."),
        (["Book"], "This is an old workbook (.xls), which can't be read here."),
        (["EncryptionInfo", "EncryptedPackage"], "This office file is protected with a password."),
        (["PowerPoint Document"], "This is a presentation, not a filled pack."),
        ([], "This is a file of an old office program."),
    ],
)
def test_what_shares_one_old_container_is_told_apart_by_its_entries(
    names: list[str], said: str, returns: Returns
) -> None:
    # A text about books is no entry of that name.
    returns.put("a.pdf", compound("Root Entry", *names) + "Book of WordDocuments".encode("utf-16-le"))

    assert f"a.pdf: {said}" in returns.lines()[0]


def test_the_kind_is_told_by_what_a_file_is_and_not_by_its_name(returns: Returns) -> None:
    returns.put("a.pdf", as_json(ANSWERS))

    assert returns.read().accounts.counted == 1


def test_a_file_that_vanished_or_is_locked_is_accounted_for(returns: Returns, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = returns.folder / "gone.pdf"
    locked = returns.put("locked.json", as_json(ANSWERS))
    if sys.platform != "win32" and os.geteuid() == 0:
        folder = returns.folder / "locked.json"
        real = type(folder).read_bytes

        def refuse(self: type(folder)) -> bytes:  # type: ignore[valid-type]
            if self == locked:
                raise PermissionError(13, "Permission denied", str(self))
            return real(self)

        monkeypatch.setattr(type(folder), "read_bytes", refuse)
    else:
        locked.chmod(0)

    found = read_round([gone, locked], returns.tool)

    assert 2 == found.accounts.set_aside == found.accounts.found
    assert "gone.pdf: The file is not there any more." in str(found.problems[0])
    assert "locked.json: You are not allowed to read this file." in str(found.problems[1])


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes among files, and links want a right")
def test_pipes_devices_and_linked_folders_are_named_and_not_entered(returns: Returns, tmp_path: Path) -> None:
    returns.put("good.json", as_json(ANSWERS))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lost.json").write_bytes(as_json(ANSWERS))
    os.mkfifo(returns.folder / "pipe.pdf")
    (returns.folder / "endless.pdf").symlink_to("/dev/zero")
    (returns.folder / "linked").symlink_to(elsewhere)
    (returns.folder / "round").symlink_to(returns.folder)

    found = returns.read()

    assert (1, 4) == (found.accounts.counted, found.accounts.set_aside)
    assert [
        "endless.pdf: This is a pipe or device, not a file. Take it out of the folder.",
        "linked: This is a link to a folder, and links are not followed. Give pmdiag the folder itself.",
        "pipe.pdf: This is a pipe or device, not a file. Take it out of the folder.",
        "round: This is a link to a folder, and links are not followed. Give pmdiag the folder itself.",
    ] == [str(problem) for problem in found.problems]


def test_a_folder_that_can_not_be_entered_is_named(returns: Returns, monkeypatch: pytest.MonkeyPatch) -> None:
    shut = returns.put("shut/answers.json", as_json(ANSWERS)).parent
    real = os.scandir

    def refuse(path: str) -> object:
        if Path(path) == shut:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    # Not by its permissions, for root may enter everywhere.
    monkeypatch.setattr(os, "scandir", refuse)

    said = "The folder can't be opened, so nothing in it was read. Ask whoever put it there to let you read it."
    assert [f"shut: {said}"] == returns.lines()


def test_files_that_a_computer_keeps_for_itself_are_passed_over_by_name(returns: Returns) -> None:
    returns.put(".DS_Store", b"\0\0\0\1Bud1")
    returns.put("THUMBS.DB", b"x")
    returns.put("~$returns.xlsx", b"x")
    returns.put("a.json", as_json(ANSWERS))

    found = returns.read()

    assert (".DS_Store", "THUMBS.DB", "~$returns.xlsx") == found.ignored
    assert (1, 1, ()) == (found.accounts.files, found.accounts.found, found.problems)


def test_text_between_the_fields_of_an_export_sets_it_aside(returns: Returns) -> None:
    """The start of a value's tag was lost, and who knows what with it."""
    returns.put("a.xfdf", as_xfdf(ANSWERS).replace(b"<value>L</value>", b"value>", 1))

    (line,) = returns.lines()

    assert line.startswith("a.xfdf: The XFDF file can't be read: a field has text that is not its value.")


def test_an_export_that_lost_its_id_and_a_field_names_the_field(returns: Returns) -> None:
    fields = [field for field in fields_of(returns.tool) if field.kind != "clear" and field.name != "pack_id"]
    listed = {field.name: "Off" if field.kind == "radio" else "" for field in fields} | {"rating_1_1": "L"}
    del listed["rating_1_2"]
    returns.put("a.fdf", as_fdf(listed))

    assert ["Fields of its pack are missing (1.2, pack)"] == [
        line.partition(": ")[2].split(", so")[0] for line in returns.lines()
    ]
