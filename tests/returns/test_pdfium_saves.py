"""What PDFium saves behind a pack that ends in a cross-reference stream: it is read whole, or not at all."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pikepdf
import pytest

from pmdiag_build.publish.forms import apply_forms
from pmdiag_build.returns.raw import RawRecord
from pmdiag_build.returns.readers.pdf import read
from pmdiag_build.returns.readers.pdf_damage import recovered
from tests.forms.answers import sample_answers
from tests.forms.conftest import rendered
from tests.forms.minipack import LANGUAGE, TITLE, mini_fields, mini_html
from tests.forms.programs import libraries, pdfium

pytestmark = pytest.mark.slow

FIELDS = mini_fields()
ANSWERS = sample_answers(FIELDS)
FIRST = dict(list(ANSWERS.items())[::2])
BEFOREHAND = {field.name: field.value for field in FIELDS if field.value}


def _as_it_was(pack: bytes) -> bytes:
    """The pack as packs were written before: its objects in streams, and a cross-reference stream at the end."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pack)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def saves(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A pack, what PDFium saved behind it, and what it saved behind that."""
    folder = tmp_path_factory.mktemp("saves")
    paths = {name: folder / f"{name}.pdf" for name in ("pack", "once", "twice")}
    pack = apply_forms(rendered(mini_html(FIELDS)), FIELDS, title=TITLE, language=LANGUAGE)
    paths["pack"].write_bytes(_as_it_was(pack))
    rest = {name: answer for name, answer in ANSWERS.items() if name not in FIRST}
    pdfium.fill(paths["pack"], FIELDS, FIRST, paths["once"], incremental=True)
    pdfium.fill(paths["once"], FIELDS, rest, paths["twice"], incremental=True)
    return paths


def _values(pdf: bytes) -> dict[str, str] | None:
    """What is read, or None if nothing is."""
    reading = read("a.pdf", pdf)
    if reading.set_aside:
        return None
    (record,) = reading.records
    assert record.unread == {}
    return _texts(record)


def _texts(record: RawRecord) -> dict[str, str]:
    return {name: "".join(given).replace("\r\n", "\n").replace("\r", "\n") for name, given in record.values.items()}


@pytest.mark.parametrize(("name", "answers"), [("once", BEFOREHAND | FIRST), ("twice", BEFOREHAND | ANSWERS)])
def test_what_pdfium_saved_is_read_whole(name: str, answers: dict[str, str], saves: Mapping[str, Path]) -> None:
    data = saves[name].read_bytes()
    with pytest.raises(pikepdf.PdfError):
        pikepdf.open(io.BytesIO(data), attempt_recovery=False)

    assert answers == _values(data)
    assert len(data) == len(recovered(data))


def test_files_of_other_programs_stay_as_they_are(saves: Mapping[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    libraries.fill_with_pymupdf(saves["pack"], FIELDS, ANSWERS, out)

    for data in (out.read_bytes(), saves["pack"].read_bytes()):
        assert recovered(data) is data


def test_what_others_save_over_pdfium_is_read(saves: Mapping[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.pdf"
    libraries.fill_with_pymupdf(saves["once"], FIELDS, ANSWERS, out)

    assert _values(out.read_bytes()) == BEFOREHAND | ANSWERS


def _cut(data: bytes, at: int, size: int) -> bytes:
    return data[:at]


def _lose(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + data[at + size :]


def _repeat(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + data[max(at - size, 0) :]


def _zero(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


DAMAGE: Mapping[str, Callable[[bytes, int, int], bytes]] = {
    "cut": _cut,
    "lose": _lose,
    "repeat": _repeat,
    "zero": _zero,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_save_is_read_whole_or_not_at_all(damage: str, saves: Mapping[str, Path]) -> None:
    data, chance = saves["twice"].read_bytes(), random.Random(f"{damage} what PDFium saved")
    # Cut to the byte between two saves it is the whole file of the earlier one, and nobody can tell.
    ends = [end.end() for end in re.finditer(rb"%%EOF\s*", data)]
    whole, found = _values(data) or {}, Counter[bool]()
    for _ in range(60):
        at = chance.randrange(saves["pack"].stat().st_size, len(data))
        damaged = DAMAGE[damage](data, at, chance.choice([1, 16, 512, 4096]))
        if damaged == data or (damage == "cut" and any(end - 2 <= at <= end for end in ends)):
            continue
        reading = read("a.pdf", damaged)
        found[bool(reading.set_aside)] += 1
        for record in reading.records:
            # A person is asked about a text that is shown otherwise than it is stored.
            assert _texts(record) == {name: text for name, text in whole.items() if name not in record.unread}

    assert found[True] > 40 or damage == "zero"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"/Size (\d+)/Prev", rb"/Size 9\1/Prev"),
        (rb"/Prev (\d+)(\d)/ID", rb"/Prev \g<2>\1/ID"),
        (rb"/Info", rb"/Encrypt 9 0 R/Info"),
        (rb"startxref\r\n(\d+)", rb"startxref\r\n\g<1>0"),
        (rb"/W\[0 4 1\]", rb"/W[0 4 0]"),
        (rb"/Index\[(\d+) 1 ", rb"/Index[\1 2 "),
    ],
)
def test_a_save_that_is_otherwise_than_pdfium_writes_is_left_alone(
    old: bytes, new: bytes, saves: Mapping[str, Path]
) -> None:
    pack, once = saves["pack"].read_bytes(), saves["once"].read_bytes()
    changed = pack + re.sub(old, new, once[len(pack) :], count=1)
    assert changed != once

    assert recovered(changed) is changed
    assert _values(changed) is None
