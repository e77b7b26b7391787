"""Damaged and hostile files on the desk: each is accounted for, and what is shown of it is inert."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Sequence

import pytest

from pmdiag_build.content.fields import FormField
from pmdiag_build.content.model import Tool
from tests.desk.conftest import Page
from tests.returns.paper import filled
from tests.returns.samples import sample_answers
from tests.returns.written import as_csv, as_fdf, as_json, as_ods, as_xfdf, as_xlsx, full_grid, zipped
from tests.torture.mutants import mutant

HOSTILE = (
    "</p><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    '=HYPERLINK("http://x","y")',
    "\u202egnp.exe\u2028\x00\x1b[31m",
    "\ud83d",
    "../../../etc/passwd",
    "C:\\con\\nul",
)
_ACTIVE = re.compile(r"<script>alert|<img src=x|onerror=alert\(1\)>(?!&)|href=\"(?!#|data:)[^\"]*(?:javascript|x\")")


def sound(tool: Tool, pack: bytes, fields: Sequence[FormField]) -> dict[str, bytes]:
    """A return in every format, each with hostile texts."""
    answers = [
        sample_answers(fields, n, f"R{n}") | {"doing_1": text, "record_area": text, "record_lead": text}
        for n, text in enumerate(HOSTILE)
    ]
    plain = [{name: text for name, text in one.items() if "\ud83d" not in text} for one in answers]
    printed = [{name: text.replace("\x00", "").replace("\x1b", "") for name, text in one.items()} for one in plain]
    return {
        "a.pdf": filled(pack, printed[0]),
        "b.json": as_json(answers[6]),
        "c.xlsx": as_xlsx(full_grid(tool, printed)),
        "d.ods": as_ods(full_grid(tool, printed)),
        "e.csv": as_csv(full_grid(tool, printed)),
        "f.fdf": as_fdf(printed[1]),
        "g.xfdf": as_xfdf(printed[2]),
        "h.zip": zipped({"i.json": as_json(answers[3]), f"{HOSTILE[2]}.json": as_json(answers[5])}),
    }


def all_texts(found: object) -> list[str]:
    if isinstance(found, str):
        return [found]
    if isinstance(found, dict):
        return [text for value in found.values() for text in all_texts(value)]
    return [text for value in found for text in all_texts(value)] if isinstance(found, list) else []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_accounted_for_and_what_they_say_is_inert(
    page: Page, tool: Tool, pack: bytes, fields: Sequence[FormField], seed: int
) -> None:
    chance = random.Random(seed)
    files = sound(tool, pack, fields)
    for n in range(12):
        for name, data in files.items():
            text = chance.choice(HOSTILE).replace("\ud83d", "")
            page.ask("add", name=f"{n}/{text}/{name}", data=mutant(data, chance.randrange(10**6))[1] if n else data)
    state = page.ask("state")
    found = page.ask("results", title="A <b>round</b>", attribute=True)

    assert 12 * len(files) == len(state["files"])
    json.loads(json.dumps(state))
    problems = [one for file in state["files"] for one in (*file["problems"], *file["in_short"])]
    problems += state["together"]
    assert problems
    assert all(text.isprintable() for one in problems for key, text in one.items() if key != "file")
    assert all(text.isprintable() for text in found["said"])
    report = found["files"]["share/report.html"].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in report
    assert [] == _ACTIVE.findall(report)


# ---- bombs


def bomb(depth: int, size: int) -> bytes:
    """ZIPs in a ZIP, and zeros in the innermost."""
    data = bytes(size)
    for level in range(depth):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for n in range(3):
                archive.writestr(f"{level}-{n}.csv", data)
        data = out.getvalue()
    return data


@pytest.mark.slow
@pytest.mark.parametrize(("depth", "size"), [(1, 80 << 20), (2, 80 << 20), (4, 1 << 20)])
def test_a_bomb_costs_its_file_and_nothing_else(page: Page, depth: int, size: int) -> None:
    page.ask("add", name="good.json", data=as_json({"rating_1_1": "L"}))
    page.ask("add", name="bomb.zip", data=bomb(depth, size))
    page.ask("add", name="better.json", data=as_json({"rating_1_1": "D"}))

    assert 2 == page.ask("state")["accounts"]["counted"]
    found = page.of_file("bomb.zip")
    assert found["found"] == found["set_aside"] > 0


@pytest.mark.slow
def test_a_bomb_in_place_of_an_earlier_round_is_refused(page: Page) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("keep/responses.csv", bytes(257 << 20))

    assert page.ask("results", previous=[{"name": "spring.zip", "data": out.getvalue()}]) is None
    (refused,) = page.refused
    assert refused.startswith("spring.zip: The ZIP is damaged, protected or too big. Extract it ")
