"""ZIPs that are damaged, oddly named, or hold one file several times."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import NoReturn

import pytest

from pmdiag_build.output.manifest import Manifest
from pmdiag_build.problems import Problem
from pmdiag_build.returns import Response, readers
from pmdiag_build.returns.decode import decode
from pmdiag_build.returns.find_files import Room
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.raw import RawRecord
from pmdiag_build.returns.readers import readings, zip_archive
from tests.returns.conftest import Returns
from tests.returns.written import as_json, as_xlsx, full_grid, zipped

ENTRY = b"PK\x01\x02"
"""How an entry of a ZIP's directory begins; its name comes 46 bytes later."""


def _answers(reference: str) -> bytes:
    return as_json({"record_reference": reference, "rating_1_1": "L"})


def _renamed(archive: bytes, name: bytes) -> bytes:
    at = archive.index(ENTRY) + 46
    return archive[:at] + name + archive[at + len(name) :]


@pytest.mark.parametrize(
    "archive",
    [
        zipped({"\u00e9\u00e9\u00e9.json": _answers("B")}).replace(
            "\u00e9\u00e9\u00e9".encode(), b"\xff\xfe\xff\xfe\xff\xfe"
        ),
        _renamed(zipped({"x.json": _answers("B")}), b"\0"),
    ],
    ids=["names that are no text", "a file without a name"],
)
def test_names_that_can_not_be_read_cost_their_zip_and_not_the_round(archive: bytes, returns: Returns) -> None:
    returns.put("bad.zip", archive)
    returns.put("good.json", _answers("A"))

    found = returns.read()

    assert (1, 1) == (found.accounts.counted, found.accounts.set_aside)
    assert found.set_aside[0].place.file.startswith("bad.zip")
    assert "damaged" in str(found.set_aside[0])


def _as_zip64(archive: bytes) -> bytes:
    """The same with the end that a ZIP of more than 65,534 files has."""
    end = archive.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack("<HLL", archive[end + 10 : end + 20])
    longer = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    where = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    full = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return archive[:end] + longer + where + full


def _swallowed(archive: bytes, first: int = 0) -> bytes:
    """One byte changed: the length of an entry's comment, so that the entry behind it is taken for the comment."""
    damaged = bytearray(archive)
    entry = damaged.index(ENTRY)
    for _ in range(first):
        entry = damaged.index(ENTRY, entry + 1)
    damaged[entry + 32] = damaged.index(ENTRY, entry + 1) - entry
    return bytes(damaged)


@pytest.mark.parametrize("shape", [bytes, _as_zip64])
def test_a_zip_whose_directory_lost_entries_is_not_read_in_part(
    shape: Callable[[bytes], bytes], returns: Returns
) -> None:
    whole = shape(zipped({f"{reference}.json": _answers(reference) for reference in "ABC"}))
    returns.put("a.zip", whole)
    assert 3 == returns.read().accounts.counted
    returns.put("a.zip", _swallowed(whole))

    found = returns.read()

    assert (1, 1) == (found.accounts.found, found.accounts.set_aside)
    assert "a.zip: The ZIP is damaged or incomplete. Ask for it again." == returns.lines()[0]


def test_a_workbook_whose_directory_lost_entries_is_not_read_in_part(returns: Returns) -> None:
    grid = full_grid(returns.tool, [{"record_reference": "A", "rating_1_1": "L"}])
    returns.put("a.xlsx", _swallowed(as_xlsx(grid), first=1))

    assert returns.read().accounts.set_aside == 1


def _fail(*_: object) -> NoReturn:
    raise ZeroDivisionError("unforeseen")


def test_whatever_telling_a_kind_raises_costs_one_file_of_a_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    real = readers.kind_of
    monkeypatch.setattr(readers, "kind_of", lambda data: _fail() if data == b"odd" else real(data))

    found = list(readings("a.zip", zipped({"1.json": _answers("A"), "2.json": b"odd", "3.json": _answers("B")})))

    assert [1, 0, 1] == [len(reading.records) for _, _, reading in found]
    assert "a.zip/2.json: This file can't be read (ZeroDivisionError: unforeseen)" in str(found[1][2].set_aside[0])


def test_whatever_understanding_a_record_raises_costs_its_file(
    returns: Returns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(raw: RawRecord, questionnaire: Questionnaire, problems: list[Problem], *, digest: bytes) -> Response:
        return _fail() if raw.places.whole().file == "bad.json" else decode(raw, questionnaire, problems, digest=digest)

    monkeypatch.setattr("pmdiag_build.returns.read_files.decode", refuse)
    returns.put("bad.json", _answers("A"))
    returns.put("good.json", _answers("B"))

    found = returns.read()

    assert (2, 1, 1) == (found.accounts.found, found.accounts.counted, found.accounts.set_aside)
    assert "bad.json: This file can't be read" in returns.lines()[0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_twice_in_a_zip_counts_once(returns: Returns) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive_:
        for _ in range(3):
            archive_.writestr("x.json", as_json({"rating_1_1": "L"}))
    returns.put("a.zip", out.getvalue())

    found = returns.read()

    assert ["a.zip/x.json"] == [response.source for response in found.responses]
    assert ["a.zip/x.json (2)", "a.zip/x.json (3)"] == [again.response.source for again in found.duplicates]


def test_what_a_zip_has_no_room_for_takes_room_too() -> None:
    room = Room(size=15)
    files = zipped({name: bytes(10) for name in ("a.txt", "b.txt", "c.txt")} | {"d.txt": bytes(3)})
    found = list(zip_archive.members("a.zip", files, 1, room))

    assert [("a.zip/a.txt", bytes(10))] == [one for one in found if isinstance(one, tuple)]
    assert 0 == room.size


@pytest.mark.parametrize("folder", ["", "spring/"])
@pytest.mark.parametrize("how", ["file", "comment"])
def test_results_in_a_zip_are_not_read_as_returns(returns: Returns, how: str, folder: str) -> None:
    made = Manifest("pmdiag tabulate", {"keep/responses.json": ""}).dump()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"{folder}keep/responses.json", as_json({"rating_1_1": "L"}))
        archive.writestr("autumn.json", as_json({"rating_1_1": "D"}))
        if how == "file":
            archive.writestr(f"{folder}.pmdiag.json", made)
        else:
            archive.comment = made
    returns.put("results.zip", out.getvalue())

    found = returns.read()

    only_the_folder = how == "file" and folder
    assert ("results.zip/spring" if only_the_folder else "results.zip",) == found.ignored
    assert (1 if only_the_folder else 0) == found.accounts.found
    assert () == found.problems
