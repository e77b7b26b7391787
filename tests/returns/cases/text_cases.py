"""CSV, JSON, FDF and XFDF: commas, encodings, contradictions, holes, and texts that do harm in what is written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from pmdiag_build.content.fields import pack_id
from tests.returns.cases import ANSWERS, Base, Cases, Expected, Files, Make, kept_files
from tests.returns.cases.sheet_cases import B2, BOTH, C3, grid
from tests.returns.paper import Answers
from tests.returns.written import as_csv, as_fdf, as_json, as_xfdf, record_of

cases = Cases("text")

# ---- one comma too many, one too few

_CELLS = "cells|columns|commas|separators"


def _aside(place: str) -> Expected:
    return Expected(2, set_aside=1, answers={"A1": ANSWERS, "C3": C3}, said=[(place, _CELLS)])


cases.shared(
    "02-unquoted-comma.csv", Expected(1, set_aside=1, answers={"U-2": {"rating_1_1": "D"}}, said=[("csv:2", _CELLS)])
)


def _rows(change: Callable[[list[str]], list[str]], delimiter: str, base: Base) -> Files:
    """Three people, the second one's row changed; written without quotation marks where none are needed."""
    table = grid(base, ANSWERS, B2, C3)
    table[2] = change(table[2])
    return {"a.csv": as_csv(table, separator=delimiter)}


def _split_area(row: list[str]) -> list[str]:
    return [*row[:4], "Leeds", " North", *row[5:]]


def _one_less(row: list[str]) -> list[str]:
    return [*row[:9], *row[10:]]


def _without_its_end(row: list[str]) -> list[str]:
    return row[:-3]


def _one_more_at_the_end(row: list[str]) -> list[str]:
    return [*row, ""]


_CHANGES = (_split_area, _one_less, _without_its_end, _one_more_at_the_end)
for _delimiter, _word in ((",", "commas"), (";", "semicolons"), ("\t", "tabs")):
    for _change in _CHANGES:
        _title = f"{_change.__name__.strip('_').replace('_', ' ')}, {_word}"
        cases.put(_title, partial(_rows, _change, _delimiter), _aside("csv:5|csv:3|csv:4"))


@cases.add(Expected(2, set_aside=1, said=[("csv:3", _CELLS)]))
def an_unquoted_comma_in_a_comment(base: Base) -> Files:
    plain = [answers | {"doing_1": "Well."} for answers in (ANSWERS, B2, C3)]
    plain[1] |= {"doing_2": "Well, rather well"}
    return {"a.csv": "\r\n".join(",".join(row) for row in grid(base, *plain)).encode()}


@cases.add(BOTH)
def a_line_of_nothing_but_commas_is_no_row(base: Base) -> Files:
    table = grid(base)
    return {"a.csv": as_csv([*table, [""] * len(table[0])])}


# ---- encodings

_MEANT = "We don’t think it’s good – café £5k"
cases.shared(
    "13b-double-encoded.csv",
    Expected(answers={"D-1": {"doing_1": _MEANT}}),
    Expected(said=[("csv", "encod|letters|â€")]),
)
_TWICE = _MEANT.encode().decode("cp1252")
_READ = Expected(answers={"A1": ANSWERS | {"doing_1": _MEANT}})
_ASKED = Expected(said=[("â€|Ã|encod|letters",)])
_MISREAD = ANSWERS | {"doing_1": _TWICE}
_WRITERS: Mapping[str, Callable[[Answers], bytes]] = {"a.json": as_json, "a.fdf": as_fdf, "a.xfdf": as_xfdf}


def _written(name: str, answers: Answers, _: Base) -> Files:
    return {name: _WRITERS[name](answers)}


for _name in _WRITERS:
    cases.put(f"encoded twice, {_name}", partial(_written, _name, _MISREAD), _READ, _ASKED)
cases.put(
    "encoded twice, a.csv in UTF-16",
    lambda base: {"a.csv": as_csv(grid(base, _MISREAD), encoding="utf-16")},
    _READ,
    _ASKED,
)


def _fdf(doing: bytes) -> Files:
    plain = as_fdf({name: answer for name, answer in ANSWERS.items() if name != "doing_1"})
    return {"a.fdf": plain.replace(b"/Fields [\n", b"/Fields [\n<< /T (doing_1) /V (" + doing + b") >>\n")}


cases.put("UTF-8 without a mark, a.fdf", lambda _: _fdf(_MEANT.encode()), _READ, _ASKED)
cases.put(
    "a text of Windows in a FDF",
    lambda _: _fdf("caf\xe9".encode("latin-1")),
    Expected(answers={"A1": ANSWERS | {"doing_1": "café"}}),
)

# ---- one bit

_ONE_BIT = (
    Expected(0, set_aside=1, said=[("UTF-8|encod|letters|damaged",)]),
    Expected(3, said=[("UTF-8|encod|letters|damaged",)]),
)
cases.shared("30-not-utf8.json", *_ONE_BIT)


def _flipped(data: bytes) -> bytes:
    """The first byte of the last `plain` with its high bit set, in a text that holds letters of UTF-8 elsewhere."""
    at = data.rindex(b"plain")
    return data[:at] + bytes([data[at] ^ 0x80]) + data[at + 1 :]


_PEOPLE = [
    answers | {"doing_1": text}
    for answers, text in zip((ANSWERS, B2, C3), ("Zoë – 10 €", "Café", "plain"), strict=True)
]
cases.put(
    "one bit flipped, a.json",
    lambda _: {"a.json": _flipped(json.dumps(list(map(record_of, _PEOPLE)), ensure_ascii=False).encode())},
    *_ONE_BIT,
)
cases.put(
    "one bit flipped, a.csv",
    lambda base: {"a.csv": _flipped(as_csv(grid(base, *_PEOPLE), encoding="utf-8"))},
    *_ONE_BIT,
)
cases.put(
    "one bit flipped, a.csv with its mark", lambda base: {"a.csv": _flipped(as_csv(grid(base, *_PEOPLE)))}, *_ONE_BIT
)
cases.put(
    "one bit flipped, a.xfdf",
    lambda _: {"a.xfdf": _flipped(as_xfdf(ANSWERS | {"doing_1": "Zoë, plain"}))},
    Expected(0, set_aside=1, said=[("a.xfdf",)]),
)

# ---- one answer said twice


def _twice(name: str, first: str, second: str) -> Expected:
    rest = {one: answer for one, answer in ANSWERS.items() if one != name}
    label = {"rating_1_1": r"rating_1_1|1\.1|\"1\.1\"", "doing_1": "doing"}[name]
    return Expected(answers={"A1": rest}, not_counted=(name,), said=[(label, first, second)])


_LEVELS = _twice("rating_1_1", r"\bL\b", r"\bE\b")
_WORDS = _twice("doing_1", "Well", "Badly")


def _fdf_twice(entry: bytes) -> Files:
    return {"a.fdf": as_fdf(ANSWERS).replace(b"] >> >>", entry + b"] >> >>")}


cases.put("two levels for one field, a.fdf", lambda _: _fdf_twice(b"<< /T (rating_1_1) /V /E >>\n"), _LEVELS)
cases.put("two texts for one field, a.fdf", lambda _: _fdf_twice(b"<< /T (doing_1) /V (Badly.) >>\n"), _WORDS)
cases.put(
    "a level and its taking back, a.fdf",
    lambda _: _fdf_twice(b"<< /T (rating_1_1) /V /Off >>\n"),
    _twice("rating_1_1", r"\bL\b", "1"),
)


def _xfdf_twice(entry: str) -> Files:
    return {"a.xfdf": as_xfdf(ANSWERS).replace(b"</fields>", f"{entry}</fields>".encode())}


cases.put(
    "two levels for one field, a.xfdf",
    lambda _: _xfdf_twice('<field name="rating_1_1"><value>E</value></field>'),
    _LEVELS,
)
cases.put(
    "two texts for one field, a.xfdf",
    lambda _: _xfdf_twice('<field name="doing_1"><value>Badly.</value></field>'),
    _WORDS,
)
cases.put(
    "a text and its rich text, a.xfdf",
    lambda _: {
        "a.xfdf": as_xfdf(ANSWERS).replace(
            b"</value></field></fields>",
            b'</value><value-richtext><body xmlns="http://www.w3.org/1999/xhtml"><p>Badly.</p></body></value-richtext></field></fields>',
        )
    },
    _WORDS,
)


def _json_twice(before: str, after: str) -> Files:
    text = as_json(ANSWERS).decode()
    assert text.count(before) == 1, text
    return {"a.json": text.replace(before, after).encode()}


cases.put("two levels under one key", lambda _: _json_twice('"1.1": "L"', '"1.1": "L", "1.1": "E"'), _LEVELS)
cases.put(
    "two texts under one key",
    lambda _: _json_twice('"doing": "', '"doing": "Badly.", "doing": "'),
    _WORDS,
)
cases.put(
    "two parts of one name",
    lambda _: _json_twice('"overall":', '"ratings": {"1.1": "E"}, "overall":'),
    _LEVELS,
    Expected(0, set_aside=1, said=[("ratings",)]),
)


def _two_columns(name: str, header: str, base: Base) -> Files:
    table = grid(base, ANSWERS)
    return {name: as_csv([[*table[0], header], [*table[1], "E"]])}


_COLUMNS = Expected(
    answers={"A1": {"rating_1_2": "D"}}, not_counted=("rating_1_1",), said=[(r"1\.1", "columns|twice|two values")]
)
cases.put("two columns for one question", partial(_two_columns, "a.csv", "1.1"), _LEVELS, _COLUMNS)
cases.put("two columns for one question, by two names", partial(_two_columns, "a.csv", "rating_1_1"), _LEVELS, _COLUMNS)

# ---- Off

cases.shared(
    "20-acrobat-merge.csv", Expected(2, answers={"AC-2": {"rating_1_3": "L"}}, not_counted=(), unsaid=("“Off”",))
)
_OFF = {f"rating_5_{number}": "Off" for number in range(1, 9)}


def _off(delimiter: str, base: Base) -> Files:
    return {"a.csv": as_csv(grid(base, ANSWERS | _OFF, B2 | _OFF), separator=delimiter)}


for _delimiter in ",;\t":
    cases.put(f"Off for not answered, {_delimiter!a}", partial(_off, _delimiter), BOTH)
cases.put(
    "Off for not answered, a.json",
    lambda _: {"a.json": as_json(ANSWERS | _OFF)},
    Expected(answers={"A1": ANSWERS}, quiet=True),
)
cases.put(
    "Off for not answered, a.xfdf", lambda _: {"a.xfdf": as_xfdf(ANSWERS | _OFF)}, Expected(answers={"A1": ANSWERS})
)
cases.put(
    "Off is a word in a comment",
    lambda _: {"a.json": as_json(ANSWERS | {"doing_1": "Off"})},
    Expected(answers={"A1": {"doing_1": "Off"}}),
)

# ---- foreign tables

_FOREIGN = Expected(0, set_aside=1, said=[("question|entry sheet",)])
cases.shared("33-foreign.csv", _FOREIGN)
cases.put("a bank statement", lambda _: {"a.csv": b"Date;Amount;12.50\r\n1 May;3;4\r\n2 May;5;6\r\n"}, _FOREIGN)
cases.put("a log", lambda _: {"a.csv": b"2026-11-22 10:00 started\n2026-11-22 10:01 ended, code 1.1\n"}, _FOREIGN)
cases.put("numbers alone", lambda _: {"a.csv": b"1.5,2.5,3.5\n" + b"1,2,3\n" * 50}, _FOREIGN)

# ---- holes

_ALL = [f"rating_{f}_{n}" for f, many in ((1, 9), (2, 7), (3, 12), (4, 5), (5, 8)) for n in range(1, many + 1)]
_FULL = {name: "LDE"[number % 3] for number, name in enumerate(_ALL)} | {"record_reference": "A1", "doing_1": "Well."}
cases.shared(
    "37-block-of-spaces.fdf",
    Expected(said=[(r"missing|lack", r"1\.1|1\.2")]),
    Expected(0, set_aside=1, said=[("missing|lack",)]),
)


def _hole(name: str, fill: bytes, size: int, _: Base) -> Files:
    data = _WRITERS[name](_FULL)
    start = data.index(b"rating_3_1") - 2
    return {name: data[:start] + fill * size + data[start + size :]}


_LACKS = (
    Expected(said=[(r"missing|lack|damaged",)]),
    Expected(0, set_aside=1, said=[("missing|lack|damaged|broken|zeros",)]),
)
for _fill, _word in ((b" ", "spaces"), (b"\0", "zeros")):
    for _name in ("a.fdf", "a.xfdf"):
        for _size in (60, 400):
            cases.put(
                f"a block of {_size} {_word}, {_name}",
                partial(_hole, _name, _fill, _size),
                *_LACKS,
            )


def _whole_export(name: str, base: Base) -> Files:
    """All fields of the pack exported, then eight whole ones made spaces: the rest is sound."""
    fields = [field for field in base.fields if field.kind != "clear"]
    data = _WRITERS[name]({field.name: _FULL.get(field.name, field.value) for field in fields})
    begins = {"a.fdf": b"<< /T", "a.xfdf": b"<field"}[name]
    start, end = (data.rindex(begins, 0, data.index(f"rating_3_{number}".encode())) for number in (1, 9))
    return {name: data[:start] + b" " * (end - start) + data[end:]}


_NAMED = (
    Expected(said=[("missing|lack", r"3\.1\b", r"3\.2")]),
    Expected(0, set_aside=1, said=[("missing|lack", r"3\.1\b")]),
)
for _name in ("a.fdf", "a.xfdf"):
    cases.put(f"eight whole fields became spaces, {_name}", partial(_whole_export, _name), *_NAMED)


def _json_hole(base: Base) -> Files:
    """Eight whole entries of the ratings become spaces, so that it is sound JSON again."""
    data = as_json(_FULL, pack_id(base.tool, base.tool.pack("self-assessment")))
    start, end = data.index(b'"3.1"'), data.index(b'"3.9"')
    return {"a.json": data[:start] + b" " * (end - start) + data[end:]}


cases.put(
    "a block of spaces, a.json",
    _json_hole,
    Expected(said=[("missing|lack|no answer|no entry", r"3\.1")]),
    Expected(0, set_aside=1, said=[(r"3\.1",)]),
)


def _csv_hole(fill: bytes, base: Base) -> Files:
    data = as_csv(grid(base, _FULL, B2))
    start = data.index(b"\n") + 60
    return {"a.csv": data[:start] + fill * 20 + data[start + 20 :]}


cases.put(
    "a block of spaces, a.csv",
    partial(_csv_hole, b" "),
    Expected(1, set_aside=1, answers={"B2": B2}, said=[("csv:2", _CELLS)]),
)
cases.put(
    "a block of zeros, a.csv",
    partial(_csv_hole, b"\0"),
    Expected(0, set_aside=1, said=[("zeros",)]),
    Expected(1, set_aside=1),
)

# ---- NUL in texts


def _fdf_nul(before: bytes, after: bytes) -> Files:
    data = _fdf(b"Rather well")["a.fdf"] if before.startswith(b"(") else as_fdf(ANSWERS)
    assert data.count(before) == 1
    return {"a.fdf": data.replace(before, after)}


_NUL = (Expected(0, set_aside=1, said=[("a.fdf",)]), Expected(not_counted=("doing_1",), said=[("doing_1|doing 1",)]))
cases.put("NUL in a hexadecimal text, a.fdf", lambda _: _fdf_nul(b"<feff00570065", b"<feff005\x000065"), *_NUL)
cases.put("NUL in a plain text, a.fdf", lambda _: _fdf_nul(b"(Rather well)", b"(Rather\0well)"), *_NUL)


# ---- what is written of it


@dataclass(frozen=True, slots=True)
class Written:
    """A return that is tabulated with `--attribute`: the round goes on, and responses.csv holds no formula.

    `reference`: in responses.csv there must be such a one. `pdf`: the two PDFs are made too.
    """

    name: str
    make: Make
    reference: str = "A1"
    pdf: bool = False


WRITTEN = [
    Written("shared 31-nul-formula.json", lambda _: kept_files("31-nul-formula.json"), "P-1"),
    Written("shared 32-paragraph-separator.json", lambda _: kept_files("32-paragraph-separator.json"), "P-0", pdf=True),
]
_HIDDEN = ("\0", "\u200b", "\ufeff", "\u00ad", "\u2060", "\x01", "\u202e", "\u2028", "\u0085", "\ufffe", "\u034f")
_STARTS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\uff1d1+1", "\t=1+1")


def _formulas(_: Base) -> Files:
    people = [
        record_of(ANSWERS | {"record_reference": f"F{n}", "doing_1": mark + start, "record_area": mark + start})
        for n, (mark, start) in enumerate((mark, start) for mark in _HIDDEN for start in _STARTS)
    ]
    return {"a.json": json.dumps(people).encode(), "b.json": as_json(ANSWERS)}


WRITTEN.append(Written("formulas behind what nobody sees", _formulas))
WRITTEN.append(
    Written(
        "a formula behind an invisible letter, a.csv",
        lambda base: {"a.csv": as_csv(grid(base, ANSWERS | {"doing_1": "\u200b=1+1", "record_lead": "\u00ad=1+1"}))},
    )
)
_FIELDS = ("record_area", "record_date", "record_lead", "record_contributors", "doing_1", "improve_5", "more_room")


def _breaks(letters: str, _: Base) -> Files:
    """A return for each letter that ends a line somewhere, with that letter in every text."""
    files = {"a.json": as_json(ANSWERS)}
    texts = (letter + end for letter in letters for end in ("para", f"one{letter}two{letter}"))
    for number, text in enumerate(texts):
        said = dict.fromkeys(_FIELDS, text) | {"record_reference": f"B{number}{text}"}
        files[f"{number}.json"] = as_json(B2 | said)
    return files


WRITTEN.append(Written("U+2028, U+2029 and U+0085 in every text", partial(_breaks, "\u2028\u2029\u0085"), pdf=True))
WRITTEN.append(Written("other ends of lines in every text", partial(_breaks, "\x0b\x0c\x1c\x1d\x1e\r"), pdf=True))


def live_formulas(responses_csv: bytes) -> list[str]:
    """The cells that a spreadsheet may take for a formula once it drops what it does not show."""
    rows = csv.reader(io.StringIO(responses_csv.decode("utf-8-sig")))
    return [
        cell
        for row in rows
        for cell in row
        if _shown(cell)[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
        and not _number(_shown(cell))
    ]


def _shown(cell: str) -> str:
    return "".join(letter for letter in cell if letter.isprintable() or letter == " ").lstrip("\ufffe\u034f ")


def _number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()
