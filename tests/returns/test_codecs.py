"""Whatever was typed comes back: names, values, CSV and records, with any text at all."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmdiag_build.content.field_names import header_of_name, item_of, name_of_header
from pmdiag_build.content.fields import pack_fields
from pmdiag_build.load import load_tool
from pmdiag_build.problems import Location
from pmdiag_build.returns.decode import decode
from pmdiag_build.returns.questionnaire import Questionnaire
from pmdiag_build.returns.raw import JsonPlaces, RawRecord
from pmdiag_build.returns.readers import csv_table, json_record, kind_of, ods, readings, xlsx
from pmdiag_build.returns.readers.pdf_library import decoded
from pmdiag_build.returns.response import Record, Response, as_record
from pmdiag_build.text import utf8_in
from tests.returns.written import as_csv, as_ods, as_xlsx

pytestmark = pytest.mark.slow

TOOL = load_tool()
ASKED = Questionnaire.of(TOOL)
NAMES = sorted({f.name for pack in TOOL.packs for f in pack_fields(TOOL, pack) if f.kind != "clear"})
ANY = st.text(st.characters(), max_size=60)
NO_ZEROS = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=60)
_CONTROL = [chr(code) for code in (*range(32), *range(127, 160), 0xFFFE, 0xFFFF) if chr(code) not in "\n\t"]
IN_XML = st.text(st.characters(exclude_characters="".join(_CONTROL), codec="utf-8"), max_size=60)
LEVELS = st.sampled_from(["L", "D", "E", "limited", "Effective", "-", "", "X", "L/D"])


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(
    st.sampled_from(NAMES),
    st.sampled_from(["", "form1[0].p2[0].", "ann.pdf.", "A_"]),
    st.sampled_from(["", "[0]", "+2", " [77]"]),
)
def test_a_name_is_known_behind_a_prefix_and_before_a_suffix(name: str, prefix: str, suffix: str) -> None:
    item = item_of(prefix + name + suffix)

    assert item is not None
    assert name == item.name
    assert name == name_of_header(header_of_name(name))


@given(st.text(max_size=30))
def test_no_header_breaks_the_reader_of_headers(text: str) -> None:
    name = name_of_header(text)

    assert name is None or item_of(name) is not None


@pytest.mark.slow
@given(st.lists(st.lists(NO_ZEROS, min_size=3, max_size=3), max_size=5), st.sampled_from([",", ";", "\t"]))
def test_csv_gives_back_every_cell(rows: list[list[str]], separator: str) -> None:
    data = as_csv([["reference", "1.1", "doing 1"], *rows], separator=separator)

    reading = csv_table.read("a.csv", data)

    expected = [[_lf(text) for text in row] for row in rows]
    expected = [[text if text.strip() else "" for text in row] for row in expected if any(text.strip() for text in row)]
    names = ("record_reference", "rating_1_1", "doing_1")
    assert expected == [["".join(one.values.get(name, ())) for name in names] for one in reading.records]
    assert reading.set_aside == []


@given(NO_ZEROS)
def test_any_text_ends_as_rows_or_as_a_problem(text: str) -> None:
    data = ("reference,1.1,doing 1\n" + text).encode()

    reading = csv_table.read("a.csv", data)

    told = " ".join(str(problem) for problem in (*reading.set_aside, *reading.problems))
    assert reading.records or told or not text.strip(' ,\r\n"') or not text.strip()


@settings(max_examples=60)
@given(st.lists(IN_XML, min_size=1, max_size=4))
def test_workbooks_give_back_every_text(texts: list[str]) -> None:
    grid = [["1.1", "doing 1"], *([f"{number}", text] for number, text in enumerate(texts))]

    for read, data in ((xlsx.read, as_xlsx(grid)), (ods.read, as_ods(grid))):
        reading = read("a", data)

        found = ["".join(one.values.get("doing_1", ())) for one in reading.records]
        assert [text if text.strip() else "" for text in texts] == found


def test_a_comment_on_a_feature_whose_view_stands_apart_survives_its_record() -> None:
    """Its overall view was left out, and this edition asks it with another meaning."""
    response = Response(Location("a.pdf"), "", Record(), {}, {"1": "L"}, {("improve", "2"): "Meet more often"})

    assert {"doing": "", "improve": "Meet more often"} == as_record(response)["comments"]["2"]


@given(
    st.dictionaries(st.sampled_from(NAMES), ANY, max_size=8),
    st.dictionaries(st.sampled_from(NAMES), LEVELS, max_size=8),
)
def test_a_response_survives_its_record(texts: dict[str, str], levels: dict[str, str]) -> None:
    answers = {name: text for name, text in texts.items() if not name.startswith(("rating", "overall"))}
    answers |= {name: level for name, level in levels.items() if name.startswith(("rating", "overall"))}
    raw = RawRecord("json", JsonPlaces("a.json"), {name: (text,) for name, text in answers.items()})
    first = decode(raw, ASKED, [])

    reading = json_record.read("a.json", json.dumps(as_record(first)).encode())
    again = decode(reading.records[0], ASKED, [])

    assert [] == reading.set_aside == reading.problems
    assert (first.ratings, first.overall, first.comments, first.more, first.pack_id) == (
        again.ratings,
        again.overall,
        again.comments,
        again.more,
        again.pack_id,
    )
    assert first.record == again.record


@given(ANY)
def test_every_text_of_utf_16_is_decoded(text: str) -> None:
    assert text == decoded(b"\xfe\xff" + text.encode("utf-16-be", "surrogatepass"))


def _is_pdfdocencoding(raw: bytes) -> bool:
    return not raw.startswith((b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")) and utf8_in(raw) is None


@given(st.binary(max_size=60).filter(_is_pdfdocencoding))
def test_every_byte_of_pdfdocencoding_is_a_character(raw: bytes) -> None:
    assert len(raw) == len(decoded(raw))


BEGINNINGS = (
    b"",
    b"%PDF-1.4\n",
    b"%FDF-1.2\n",
    b"PK\x03\x04",
    b"{",
    b"<xfdf>",
    b"reference,1.1\n",
    b"From: a\nTo: b\n",
)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_no_bytes_break_a_reader(data: bytes) -> None:
    for prefix in BEGINNINGS:
        content = prefix + data
        kind_of(content)
        found = [reading for _, _, reading in readings("a", content)]

        assert all(reading.records or reading.set_aside or prefix.startswith(b"reference") for reading in found)
        assert "This file can't be read" not in str([problem for reading in found for problem in reading.set_aside])


def test_the_standard_library_reads_the_same_from_what_it_wrote() -> None:
    rows = [["reference", "1.1", "doing 1"], ["a", "L", 'x"y,\n"z"']]
    out = io.StringIO()
    csv.writer(out).writerows(rows)

    (one,) = csv_table.read("a.csv", out.getvalue().encode()).records

    assert ('x"y,\n"z"',) == one.values["doing_1"]
