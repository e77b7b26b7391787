"""Words that must fit where they are to stand: names of sheets, titles of lists, months. Adds problems only."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pmdiag_build.content.documents import Document
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Fault, Location, Problems

# What Excel allows ("Excel specifications and limits"; the list of forbidden characters stands in its own dialogue).
_LONGEST_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LONGEST_TITLE = 32
_LONGEST_MESSAGE = 255

_ROOM = {
    **dict.fromkeys(("rating_title", "list_title", "size_title"), _LONGEST_TITLE),
    **dict.fromkeys(("rating_wrong", "list_wrong", "size_wrong"), _LONGEST_MESSAGE),
}
"""Keys of words/sheet.yaml that an entry sheet shows in a box of its own → how many characters that box holds."""


def check_limits(tool: Tool, documents: Mapping[str, Document], problems: Problems) -> None:
    """Adds a problem for each word of the results and of the entry sheet that can't stand where it is to stand."""
    for stem in ("report", "sheet"):
        document, seen = documents[f"words/{stem}.yaml"], dict[str, str]()
        for key, text in tool.words[stem].items():
            if key.startswith("sheet_"):
                _check_sheet_name(document.at(key), key, text, seen, problems)
    sheet = documents["words/sheet.yaml"]
    for key, room in _ROOM.items():
        if len(tool.words["sheet"][key]) > room:
            problems.add(sheet.at(key), Fault(f"There is room for {room} characters in its box", "Shorten it"))
    if (months := len(tool.words["report"]["months"].split())) != 12:
        what = f"There are {months} months"
        problems.add(
            documents["words/report.yaml"].at("months"), Fault(what, "Write twelve, with a space between them")
        )


def _check_sheet_name(place: Location, key: str, text: str, seen: dict[str, str], problems: Problems) -> None:
    """`seen` holds the names of the other sheets of the workbook, folded, with their keys."""
    if len(text) > _LONGEST_NAME or _NOT_IN_A_NAME.search(text):
        what = f"“{text}” can't be the name of a sheet"
        fix = f"Use at most {_LONGEST_NAME} characters, none of [ ] : * ? / \\ and no ' at either end"
        problems.add(place, Fault(what, fix))
    elif (other := seen.setdefault(text.casefold(), key)) != key:
        problems.add(place, Fault(f"Two sheets are named “{text}”: {other} and {key}", "Give each a name of its own"))
