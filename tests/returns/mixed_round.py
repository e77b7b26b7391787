"""A round of 300 mixed returns: every format, and every fault planted."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pmdiag_build.content.fields import FormField
from tests.returns.paper import blank_pack, filled, filled_on_top
from tests.returns.samples import sample_answers
from tests.returns.written import (
    as_csv,
    as_fdf,
    as_json,
    as_ods,
    as_xfdf,
    as_xlsx,
    full_grid,
    noted,
    struck_through,
    zipped,
)

if TYPE_CHECKING:
    from tests.returns.conftest import Returns

GOOD = 252


@dataclass(frozen=True, slots=True)
class MixedRound:
    """Its files are in `folder`: read them, never write there. `known`, `contradicted`: reference → what must be
    counted for it; `uncounted`: how many returns are blank, duplicate, in conflict or set aside."""

    folder: Path
    known: dict[str, dict[str, str]]
    contradicted: dict[str, dict[str, str]]
    uncounted: dict[str, int]


def put_mixed_round(returns: Returns, pack: bytes, fields: Sequence[FormField]) -> MixedRound:
    """Writes the files into the folder of returns."""
    known = {f"R{n:03}": sample_answers(fields, n, f"R{n:03}") for n in range(GOOD)}
    _put_good(returns, pack, known)
    uncounted = _put_faults(returns, pack, fields, known)
    return MixedRound(returns.folder, known, _put_contradictions(returns, fields), uncounted)


def _put_good(returns: Returns, pack: bytes, known: dict[str, dict[str, str]]) -> None:
    """A quarter in PDFs of two kinds, the rest in every other format, a ZIP among them."""
    tool, answers = returns.tool, list(known.values())
    for number, one in enumerate(answers[:60]):
        returns.put(f"pdf/{number}.pdf", (filled if number % 2 else filled_on_top)(pack, one))
    sheets: dict[str, Callable[[list[list[str]]], bytes]] = {"a.xlsx": as_xlsx, "b.ods": as_ods, "c.csv": as_csv}
    for number, (name, write) in enumerate(sheets.items()):
        returns.put(name, write(full_grid(tool, answers[60 + 40 * number : 100 + 40 * number])))
    for number, one in enumerate(answers[180:200]):
        returns.put(f"records/{number}.json", as_json(one))
    for number, one in enumerate(answers[200:220]):
        returns.put(f"forms/{number}", (as_fdf if number % 2 else as_xfdf)(one))
    returns.put("more.zip", zipped({f"{n}.pdf": filled(pack, one) for n, one in enumerate(answers[220:])}))


def _put_faults(
    returns: Returns, pack: bytes, fields: Sequence[FormField], known: dict[str, dict[str, str]]
) -> dict[str, int]:
    """Plants faults that cost nothing but themselves; gives what the accounts must say of them."""
    chance = random.Random(300)
    whole = filled_on_top(pack, known["R000"])
    spoilt = {
        "cut.pdf": whole[: chance.randrange(len(whole) // 2, len(whole) - 10)],
        "zeroed.pdf": whole[:-600] + bytes(600),
        "repeated.pdf": whole[:3000] + whole[2000:],
        "part.pdf": filled(blank_pack(fields[:60]), known["R001"]),
        "other.pdf": blank_pack([FormField("surname", "line", "Surname")]),
        "picture.pdf": b"\xff\xd8\xff\xe0 scan",
        "mail.eml": b"From: a\r\nTo: b\r\n\r\nSee attached",
        "empty.pdf": b"",
        "cut.json": as_json(known["R002"])[:-40],
        "version.json": as_json(known["R003"]).replace(b'"version": 1', b'"version": 9'),
        "nested.json": b"[" * 10_000,
        "cut.xlsx": as_xlsx(full_grid(returns.tool, [known["R004"]]))[:-300],
        "cut.fdf": as_fdf(known["R005"])[:-30],
        "cut.zip": zipped({"a.json": as_json(known["R006"])})[:-5],
        "foreign.csv": b"863.35,12.50\r\nx,y\r\n",
        "flipped.json": as_json(known["R007"]).replace(b"manager", b"mana\xe7er"),
        "notes.txt": b"Call Ann about this",
        "unknown.bin": b"\x7fELF\x02\x01\x01",
    }
    for name, content in spoilt.items():
        returns.put(f"spoilt/{name}", content)
    sheet = full_grid(returns.tool, [known["R008"], known["R009"], known["R010"]])
    sheet[1].insert(4, "Leeds")
    sheet[2].pop()
    sheet[3][sheet[0].index("doing 1")] = "L"
    returns.put("spoilt/rows.csv", as_csv(sheet))
    grid = full_grid(returns.tool, [{"record_reference": "Z"}])
    returns.put("spoilt/ragged.csv", as_csv(grid) + b'Z,"\r\n')
    for number in range(10):
        returns.put(f"blank/{number}.pdf", filled(pack, {"record_role": "manager", "record_area": str(number)}))
    for number in range(10, 20):
        returns.put(f"again/{number}.json", as_json(known[f"R{number:03}"]))
    for number in range(5):
        answers = sample_answers(fields, 900 + number, f"C{number}")
        returns.put(f"conflict/{number}.json", as_json(answers))
        returns.put(f"conflict/{number}.pdf", filled(pack, {**answers, "doing_1": "On second thoughts"}))
    return {"blank": 11, "duplicate": 10, "in conflict": 10, "set aside": len(spoilt) + 4}


CONTRADICTED = ("date.csv", "header.xlsx", "noted.xlsx", "struck.ods", "twice.fdf", "twice.json")


def _put_contradictions(returns: Returns, fields: Sequence[FormField]) -> dict[str, dict[str, str]]:
    """Plants faults that cost one answer of a return each, or nothing; gives what the rest of each says."""
    people = [sample_answers(fields, 950 + number, f"K{number}") | {"rating_1_1": "L"} for number in range(7)]
    tool, first = returns.tool, people[0]
    date = full_grid(tool, [first | {"record_reference": "03-Apr"}])
    header = full_grid(tool, people[1:3])
    struck = as_ods(full_grid(tool, [people[3]]))
    files = {
        "date.csv": as_csv(date),
        "header.xlsx": as_xlsx([*header[:2], header[0], *header[2:]]),
        "noted.xlsx": noted(full_grid(tool, [people[4]]), "B2", "I am not sure"),
        "struck.ods": struck_through(struck, ">L<"),
        "twice.fdf": as_fdf(people[5]).replace(b"] >> >>", b"<< /T (rating_1_1) /V /Off >> ] >> >>"),
        "twice.json": as_json(people[6]).replace(b'"1.1": "L"', b'"1.1": "L", "1.1": null'),
    }
    for name, content in files.items():
        returns.put(f"contradicted/{name}", content)
    said = {one["record_reference"]: dict(one) for one in people[1:]} | {"": dict(first)}
    del said[""]["record_reference"]
    for reference in ("K3", "K5", "K6"):
        del said[reference]["rating_1_1"]
    return said
