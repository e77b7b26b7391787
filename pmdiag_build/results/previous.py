"""The responses.csv of an earlier round → its counts, to stand beside this round's. Compares nothing."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Location, Problems, UsageWrong
from pmdiag_build.results.tabulation import Counts
from pmdiag_build.results.writers.tidy import COLUMNS, RESPONSES_CSV, wordings

_MEND = "Give the folder that an earlier `pmdiag tabulate` wrote, as it wrote it"
_MOST_PROBLEMS = 20
_LONGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier round: responses, people known, responses that do not say how many they were, and counts by
    (kind, id). `reworded` holds the questions whose wording was another one than today's."""

    responses: int
    people: int
    unknown: int
    counts: Mapping[tuple[str, str], Counts]
    reworded: frozenset[tuple[str, str]]


def read_previous(folder: Path, tool: Tool) -> Earlier:
    """Read `folder`/responses.csv. Raises UsageWrong, with the rows, where it is not what `tabulate` wrote."""
    path = folder / RESPONSES_CSV
    shown = str(path)
    # A comment may be longer than the limit that csv has by itself.
    csv.field_size_limit(_LONGEST)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            reader = csv.DictReader(stream)
            if not set(COLUMNS) <= set(reader.fieldnames or ()):
                raise UsageWrong.one(shown, "This is not a file of responses that pmdiag wrote", _MEND)
            return _collect(reader, shown, tool)
    except OSError as error:
        raise UsageWrong.one(shown, f"The earlier round can't be read ({error.strerror})", _MEND) from error
    except csv.Error as error:
        raise UsageWrong.one(shown, f"The earlier round can't be read ({error})", _MEND) from error


def _collect(reader: csv.DictReader[str], shown: str, tool: Tool) -> Earlier:
    levels = tuple(level.code for level in tool.framework.levels)
    now = wordings(tool)
    answers: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seen: set[tuple[str, str, str]] = set()
    sizes: dict[str, str] = {}
    reworded: set[tuple[str, str]] = set()
    problems = Problems()
    for row in _rows(reader):
        place = Location.row(shown, reader.line_num)
        item = (row["kind"], row["id"])
        sizes[row["response"]] = row["group_size"]
        if row["kind"] not in ("rating", "overall"):
            continue
        key = (row["response"], *item)
        if key in seen:
            # A spreadsheet program that opens and saves the file turns 1.10 into 1.1.
            problems.add(place, f"Question {row['id']} stands here twice for one response", f"{_MEND}, not saved anew")
        elif row["value"] and row["value"] not in levels:
            problems.add(place, f"“{row['value']}” is not a level", _MEND)
        else:
            answers[item][row["value"]] += 1
        seen.add(key)
        if item in now and row["wording"] != now[item]:
            reworded.add(item)
        if len(problems) >= _MOST_PROBLEMS:
            break
    people = _people(sizes, shown, problems)
    if problems:
        raise UsageWrong(problems)
    counts = {item: _counts(found, levels) for item, found in answers.items()}
    return Earlier(len(sizes), sum(people), people.count(0), counts, frozenset(reworded))


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    for row in reader:
        yield {name: row.get(name) or "" for name in COLUMNS}


def _people(sizes: Mapping[str, str], shown: str, problems: Problems) -> list[int]:
    found = []
    for response, size in sizes.items():
        if size.isascii() and size.isdigit() and len(size) < 10:
            found.append(int(size))
        else:
            problems.add(Location(shown), f"The group size of response {response} is “{size}”", _MEND)
    return found


def _counts(found: Counter[str], levels: tuple[str, ...]) -> Counts:
    return Counts(tuple(found[level] for level in levels), found[""])
