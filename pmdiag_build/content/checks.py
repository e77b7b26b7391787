"""Checks across the parts of the content: references, ids that never change, words that must fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from pmdiag_build.content.documents import BODY, Document
from pmdiag_build.content.field_names import MODES, RECORD_FIELDS
from pmdiag_build.content.fields import anchor_of, pack_fields
from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.content.structure import EVIDENCE
from pmdiag_build.content.text_checks import Targets, check_prose
from pmdiag_build.problems import Fault, Location, Problems, did_you_mean

ANSWERS_PACK = "self-assessment"
"""The pack that the questionnaire on screen asks, so that both return the same `pack_id`."""

# What Excel allows ("Excel specifications and limits"; the forbidden characters are listed in its rename dialogue).
_LONGEST_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LONGEST_TITLE = 32
_LONGEST_MESSAGE = 255

_ROOM = {
    **dict.fromkeys(("rating_title", "list_title", "size_title"), _LONGEST_TITLE),
    **dict.fromkeys(("rating_wrong", "list_wrong", "size_wrong"), _LONGEST_MESSAGE),
}
"""Keys of words/sheet.yaml that an entry sheet shows in a box → how many characters fit in it."""

# Keys whose text is Markdown: everything else is plain text.
_MARKDOWN = {"body", "intro", "rows_intro", "plan_intro", "help"}


_FORMATTED = re.compile(r"</?[A-Za-z][^<>]*>|<!--|\*\*[^*]+\*\*|!?\[[^\[\]]+\]\([^()]+\)")
"""HTML, and Markdown that a plain text can only have by mistake."""


def check(tool: Tool, documents: dict[str, Document], problems: Problems) -> None:
    """Adds a problem for each broken reference and each duplicate name."""
    _check_framework(tool, documents["framework.yaml"], problems)
    _check_record(tool, documents["templates/record.yaml"], problems)
    _check_example(tool, documents["templates/example.yaml"], problems)
    _check_navigation(tool, documents["tool.yaml"], problems)
    _check_layouts(tool, documents, problems)
    _check_evidence(tool, documents, problems)
    if all(pack.id != ANSWERS_PACK for pack in tool.packs):
        what = "This pack is missing: the questionnaire on screen asks its questions"
        problems.add(f"packs/{ANSWERS_PACK}.yaml", Fault(what, "Put it back; its sections and wording may change"))
    for pack in tool.packs:
        _check_pack(tool, pack.id, documents[f"packs/{pack.id}.yaml"], problems)
    _check_prose(tool, documents, problems)


def _check_framework(tool: Tool, document: Document, problems: Problems) -> None:
    levels = [level.code for level in tool.framework.levels]
    if levels != ["L", "D", "E"]:
        what = f"The levels are {', '.join(levels)}"
        problems.add(document.at("levels"), Fault(what, "Keep L, D, E in this order; their labels may change"))
    for feature_id, times in Counter(f.id for f in tool.framework.features).items():
        if times > 1:
            what = f"Feature {feature_id} is defined {_times(times)}"
            problems.add(document.at("features"), Fault(what, "Keep one of them"))
    seen: dict[str, int] = {}
    for f, feature in enumerate(tool.framework.features):
        for s, statement in enumerate(feature.statements):
            place = document.at("features", f, "statements", s, "id")
            if not statement.id.startswith(f"{feature.id}."):
                what = f"Statement {statement.id} is in feature {feature.id}"
                problems.add(place, Fault(what, "Move it to the feature in its id; ids never change"))
            if statement.id in seen:
                what = f"Statement {statement.id} is defined here and at line {seen[statement.id]}"
                problems.add(place, Fault(what, "Give the new one an id that was never used"))
            seen.setdefault(statement.id, place.line)


def _check_record(tool: Tool, document: Document, problems: Problems) -> None:
    names = [f.name for f in tool.record.fields]
    for name in RECORD_FIELDS:
        if name not in names:
            what = f"The record field “{name}” is missing"
            problems.add(document.at("fields"), Fault(what, "Put it back; its wording and place may change"))
        elif (times := names.count(name)) > 1:
            what = f"The record field “{name}” is defined {_times(times)}"
            problems.add(document.at("fields"), Fault(what, "Keep one of them"))
    for i, field in enumerate(tool.record.fields):
        if field.kind == "choice" and not field.options:
            problems.add(document.at("fields", i), Fault("This choice has no options", "Add options:"))
        elif field.kind != "choice" and field.options:
            problems.add(document.at("fields", i), Fault("Only a choice has options", "Write kind: choice"))
        codes = [o.code for o in field.options]
        if field.name == "mode" and sorted(codes) != sorted(MODES):
            place = document.at("fields", i, "options")
            problems.add(place, Fault(f"The modes are {', '.join(codes)}", f"Keep the codes {', '.join(MODES)}"))
        if len(set(codes)) < len(codes):
            what = "Two options have the same code"
            problems.add(document.at("fields", i, "options"), Fault(what, "Give each its own code"))


def _check_example(tool: Tool, document: Document, problems: Problems) -> None:
    known = [statement.id for statement in tool.framework.statements]
    for name, rating in (("rated", tool.example.rated), ("corrected", tool.example.corrected)):
        if rating.statement not in known:
            what = f"There is no statement “{rating.statement}”"
            problems.add(document.at(name, "statement"), Fault(what, did_you_mean(rating.statement, known)))


def _check_navigation(tool: Tool, document: Document, problems: Problems) -> None:
    seen: set[str] = set()
    for g, group in enumerate(tool.navigation):
        for p, page in enumerate(group.pages):
            place = document.at("navigation", g, "pages", p)
            if page not in tool.pages:
                problems.add(place, Fault(f"There is no page “{page}”", did_you_mean(page, tool.pages)))
            elif page in seen:
                problems.add(place, Fault(f"The page “{page}” is in the navigation twice", "Keep one of them"))
            seen.add(page)
    if "index" not in tool.pages:
        problems.add("guide/index.md", Fault("There is no home page", "Add guide/index.md with layout: home"))


def _check_layouts(tool: Tool, documents: dict[str, Document], problems: Problems) -> None:
    """Two layouts draw what only certain pages have: a feature, and what a local version changes."""
    features = [f"feature-{feature.id}" for feature in tool.framework.features]
    for page in tool.pages.values():
        document = documents.get(f"guide/{page.id}.md")
        if document is None:
            continue
        if page.layout == "feature" and page.id not in features:
            fix = f"Name the file as one of {', '.join(features)}, or give it layout: guide"
            problems.add(document.at("layout"), Fault(f"There is no feature for a page “{page.id}”", fix))
        elif page.layout == "differs" and tool.local is None:
            what = "Only local versions have a page with this layout, and they get it automatically"
            problems.add(document.at("layout"), Fault(what, "Write layout: guide"))


def _check_evidence(tool: Tool, documents: dict[str, Document], problems: Problems) -> None:
    for number, check in enumerate(tool.evidence.checks if tool.evidence else ()):
        for key in (f"evidence_of_{check.id}", f"evidence_criterion_{check.id}"):
            if key not in tool.words["site"]:
                what = f"No words say what the check “{check.id}” is"
                place = documents[EVIDENCE].at("checks", number, "id")
                problems.add(place, Fault(what, f"Add {key}: to words/site.yaml"))


def _check_pack(tool: Tool, id: str, document: Document, problems: Problems) -> None:
    before = len(problems)
    pack = tool.pack(id)
    features = [f.id for f in tool.framework.features]
    for i, section in enumerate(pack.sections):
        if section.page and section.page not in tool.pages:
            place = document.at("sections", i, "page")
            problems.add(place, Fault(f"There is no page “{section.page}”", did_you_mean(section.page, tool.pages)))
        if section.feature and section.feature not in features:
            place = document.at("sections", i, "feature")
            problems.add(place, Fault(f"There is no feature “{section.feature}”", f"Known here: {', '.join(features)}"))
    _check_sections_once(tool, pack, document, problems)
    # Fields are only known where all that they refer to is there; what is missing has been reported.
    if len(problems) > before or not set(RECORD_FIELDS) <= {field.name for field in tool.record.fields}:
        return
    fields = pack_fields(tool, pack)
    if fields and not any(field.kind in ("text", "line") for field in fields):
        what = "This pack is fillable, but no section asks for text"
        problems.add(document.at("fillable"), Fault(what, 'Write fillable: "no"'))
    for name, times in Counter(f.name for f in fields).items():
        if times > 1:
            what = f"The field {name} is in this pack {_times(times)}"
            problems.add(document.at("sections"), Fault(what, "Remove all but one of the sections that ask for it"))


def _check_sections_once(tool: Tool, pack: Pack, document: Document, problems: Problems) -> None:
    """Two sections of one name can't be distinguished: by links, by the list of contents, by the names of fields."""
    seen: dict[str, int] = {}
    for i, section in enumerate(pack.sections):
        place = document.at("sections", i)
        if (first := seen.setdefault(anchor_of(tool, section), i)) != i:
            line = document.at("sections", first).line
            what = f"This section is in the pack already, at line {line}"
            problems.add(place, Fault(what, "Keep one of them"))


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def check_plain(document: Document, problems: Problems) -> None:
    """Adds a problem for each HTML and formatting in a plain text that a local version says: it would be printed as it
    is. `document` is one of its files, or a national one with its changes."""
    for path, text in document.texts():
        if path[-1] in _MARKDOWN or path == BODY or (document.over and path not in document.over):
            continue
        for found in _FORMATTED.finditer(text):
            kind = "HTML" if found[0].startswith("<") else "formatting"
            what = f"There is {kind} in the text: {found[0][:40]}"
            problems.add(document.at(*path), Fault(what, "Remove it: this text is printed as it is"))


def _check_prose(tool: Tool, documents: dict[str, Document], problems: Problems) -> None:
    targets = Targets(tuple(tool.pages), tuple(p.id for p in tool.packs), tuple(tool.images))
    for document in documents.values():
        for path, text in document.texts():
            if path[-1] in _MARKDOWN:
                place = document.at_character(path, text, 0)
                # A folded text begins on the line under its key; YAML gives no better position.
                folded = path != BODY and "\n" in text
                check_prose(text, place.file, place.line + folded, targets, problems)


def check_limits(tool: Tool, documents: Mapping[str, Document], problems: Problems) -> None:
    """Adds a problem for each word of the results and of the entry sheet that does not fit its place."""
    for stem in ("report", "sheet"):
        document, seen = documents[f"words/{stem}.yaml"], dict[str, str]()
        for key, text in tool.words[stem].items():
            if key.startswith("sheet_"):
                _check_sheet_name(document.at(key), key, text, seen, problems)
    sheet = documents["words/sheet.yaml"]
    for key, room in _ROOM.items():
        if len(tool.words["sheet"][key]) > room:
            problems.add(sheet.at(key), Fault(f"Its box has room for {room} characters", "Shorten it"))
    if (months := len(tool.words["report"]["months"].split())) != 12:
        what = f"This names {months} months"
        problems.add(documents["words/report.yaml"].at("months"), Fault(what, "Write 12, with a space between them"))


def _check_sheet_name(place: Location, key: str, text: str, seen: dict[str, str], problems: Problems) -> None:
    """`seen`: names of the workbook's other sheets, case-folded, with their keys."""
    if len(text) > _LONGEST_NAME or _NOT_IN_A_NAME.search(text):
        what = f"“{text}” can't be the name of a sheet"
        fix = f"Use at most {_LONGEST_NAME} characters, without [ ] : * ? / \\ and with no ' at either end"
        problems.add(place, Fault(what, fix))
    elif (other := seen.setdefault(text.casefold(), key)) != key:
        problems.add(place, Fault(f"Two sheets are named “{text}”: {other} and {key}", "Give each its own name"))
