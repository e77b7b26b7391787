"""What analysts get: tidy columns that explain themselves, and tables that their programs find by name."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.results.disclosure import Rules
from pmdiag_build.results.read_earlier_round import earlier_round
from pmdiag_build.results.writers.records import COLUMNS, responses_csv
from pmdiag_build.returns.response import Response
from tests.results.reading import kept_book, rows
from tests.results.reading import responses_csv as lines_of
from tests.results.rounds import outputs, response, source


def in_area(one: Response, area: str) -> Response:
    return replace(one, record=replace(one.record, area=area))


def test_each_row_says_its_round_edition_area_and_date(tool: Tool) -> None:
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "We talk."}, date="3 Feb 2026", role="manager")
    other = response(tool, {"1.1": "E"}, date="in spring")
    files = outputs(tool, [replace(in_area(one, "North, upper"), pack_id="interview@2013@0123abcd"), other])
    first, second = ([line for line in lines_of(files) if line["response"] == n] for n in "12")
    entries = source(tool, [one]).release.entries

    assert {("", "2013", "North, upper", "2026-02-03")} == {
        tuple(line[name] for name in ("round", "edition", "area", "date")) for line in first if line["kind"] == "rating"
    }
    assert {("", "", "in spring")} == {tuple(line[name] for name in ("edition", "area", "date")) for line in second}
    assert "\r\n=Autumn" not in responses_csv(entries, tool, "=Autumn", attribute=False).decode()
    assert "\r\n'=Autumn,,,manager,," in responses_csv(entries, tool, "=Autumn", attribute=False).decode()


@pytest.mark.parametrize("attribute", [False, True])
def test_a_text_says_who_wrote_it_only_if_asked(tool: Tool, attribute: bool) -> None:
    one = response(tool, {"1.1": "L"}, {}, {("doing", "1"): "We talk."}, date="3 Feb 2026", role="manager")
    files = outputs(tool, [in_area(one, "North")], Rules(attribute=attribute))
    (text,) = [line for line in lines_of(files) if line["kind"] == "doing"]

    assert (("manager", "North", "2026-02-03") if attribute else ("", "", "")) == (
        text["role"], text["area"], text["date"]
    )  # fmt: skip


def test_the_sheet_of_responses_says_the_same(tool: Tool) -> None:
    one = in_area(response(tool, {"1.1": "L"}, date="in spring"), "North")
    (row,) = rows(kept_book(outputs(tool, [one]))["Responses"])

    assert ("North", "in spring", None, None) == tuple(row[head] for head in ("Area", "Date", "Edition", "Round"))


def test_every_column_and_every_question_is_explained(tool: Tool) -> None:
    files = outputs(tool, [response(tool, {"1.1": "L"})])
    columns, codebook = (
        list(csv.DictReader(io.StringIO(files[f"keep/{name}.csv"].decode("utf-8-sig"), newline="")))
        for name in ("columns", "codebook")
    )
    asked = {(line["kind"], line["id"]): line["wording"] for line in lines_of(files)}

    assert list(COLUMNS) == [line["column"] for line in columns] == list(lines_of(files)[0])
    assert all(line["contains"] for line in columns)
    assert asked == {(line["kind"], line["id"]): line["wording"] for line in codebook}
    assert {"L Limited; D Developing; E Effective"} == {line["levels"] for line in codebook}
    assert all(line["text"] and line["feature"] == line["id"][0] for line in codebook)


def test_files_of_before_these_columns_are_earlier_rounds_too(tool: Tool) -> None:
    one = in_area(response(tool, {"1.1": "L"}, reference="A", role="manager", date="3 Feb 2026"), "North")
    lines = lines_of(outputs(tool, [one]))
    old = ("reference", "role", "mode", "kind", "id", "value", "response", "group_size", "wording")
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, old, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    earlier = earlier_round(text.getvalue().encode(), "responses.csv", tool)

    assert (1, (1, 0, 0)) == (earlier.responses, earlier.counts["rating", "1.1"].chosen)
    assert "manager" == earlier.given[0].role
