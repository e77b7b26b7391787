"""Every reference from one part of the content to another: does it lead somewhere? Adds problems, changes nothing."""

from __future__ import annotations

from collections import Counter

from pmdiag_build.content.documents import Data, Document, Path_
from pmdiag_build.content.field_names import RECORD_FIELDS
from pmdiag_build.content.fields import pack_fields
from pmdiag_build.content.markdown_checks import Targets, check_prose
from pmdiag_build.content.model import Pack, Tool
from pmdiag_build.content.sections import anchor_of
from pmdiag_build.problems import Fault, Location, Problems, did_you_mean

MODES = ("individual", "interview", "group")
ANSWERS_PACK = "self-assessment"
"""The pack whose questions the questionnaire on screen asks, so that both give back the same `pack_id`."""

# Keys whose text is Markdown: everything else is plain text and printed as it stands.
_MARKDOWN = {"body", "intro", "rows_intro", "plan_intro", "help"}


def check(tool: Tool, documents: dict[str, Document], problems: Problems) -> None:
    """Adds a problem for each reference that leads nowhere and each name that stands twice."""
    _check_framework(tool, documents["framework.yaml"], problems)
    _check_record(tool, documents["templates/record.yaml"], problems)
    _check_navigation(tool, documents["tool.yaml"], problems)
    _check_layouts(tool, documents, problems)
    if all(pack.id != ANSWERS_PACK for pack in tool.packs):
        what = "This pack is missing, and the questionnaire on screen gives back what it asks"
        problems.add(
            Location(f"packs/{ANSWERS_PACK}.yaml"), Fault(what, "Put it back; its sections and words may change")
        )
    for pack in tool.packs:
        _check_pack(tool, pack.id, documents[f"packs/{pack.id}.yaml"], problems)
    _check_prose(tool, documents, problems)


def _check_framework(tool: Tool, document: Document, problems: Problems) -> None:
    levels = [level.code for level in tool.framework.levels]
    if levels != ["L", "D", "E"]:
        problems.add(
            document.at("levels"),
            Fault(f"The levels are {', '.join(levels)}", "Keep L, D, E in this order; their labels may change"),
        )
    for feature_id, times in Counter(f.id for f in tool.framework.features).items():
        if times > 1:
            problems.add(
                document.at("features"), Fault(f"Feature {feature_id} stands {times} times", "Keep one of them")
            )
    seen: dict[str, int] = {}
    for f, feature in enumerate(tool.framework.features):
        for s, statement in enumerate(feature.statements):
            place = document.at("features", f, "statements", s, "id")
            if not statement.id.startswith(f"{feature.id}."):
                problems.add(
                    place,
                    Fault(
                        f"Statement {statement.id} stands in feature {feature.id}",
                        "Move it to the feature that its id names; ids are never changed",
                    ),
                )
            if statement.id in seen:
                problems.add(
                    place,
                    Fault(
                        f"Statement {statement.id} stands here and at line {seen[statement.id]}",
                        "Give the new one an id that was never used",
                    ),
                )
            seen.setdefault(statement.id, place.line)


def _check_record(tool: Tool, document: Document, problems: Problems) -> None:
    names = [f.name for f in tool.record.fields]
    for name in RECORD_FIELDS:
        if names.count(name) != 1:
            problems.add(
                document.at("fields"),
                Fault(
                    f"The record field “{name}” stands {names.count(name)} times",
                    "Each record field stands once; wording and order may change",
                ),
            )
    for i, field in enumerate(tool.record.fields):
        if (field.kind == "choice") != bool(field.options):
            problems.add(
                document.at("fields", i), Fault("A choice has options, and only a choice", "Mend kind or options")
            )
        codes = [o.code for o in field.options]
        if field.name == "mode" and sorted(codes) != sorted(MODES):
            place = document.at("fields", i, "options")
            problems.add(place, Fault(f"The modes are {', '.join(codes)}", f"Keep the codes {', '.join(MODES)}"))
        if len(set(codes)) < len(codes):
            problems.add(
                document.at("fields", i, "options"), Fault("An option's code stands twice", "Give each its own code")
            )


def _check_navigation(tool: Tool, document: Document, problems: Problems) -> None:
    seen: set[str] = set()
    for g, group in enumerate(tool.navigation):
        for p, page in enumerate(group.pages):
            place = document.at("navigation", g, "pages", p)
            if page not in tool.pages:
                problems.add(place, Fault(f"There is no page “{page}”", did_you_mean(page, tool.pages)))
            elif page in seen:
                problems.add(place, Fault(f"The page “{page}” stands twice in the navigation", "Keep one of them"))
            seen.add(page)
    if "index" not in tool.pages:
        problems.add(Location("guide/index.md"), Fault("There is no home page", "Add guide/index.md with layout: home"))


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
            what = "Only a local version has a page of this layout, and gets it by itself"
            problems.add(document.at("layout"), Fault(what, "Give it layout: guide"))


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
    if len(problems) > before:
        return
    fields = pack_fields(tool, pack)
    if fields and not any(field.kind in ("text", "line") for field in fields):
        what = "This pack is fillable, and none of its sections asks for text"
        problems.add(document.at("fillable"), Fault(what, 'Write fillable: "no", or add a section that asks for text'))
    for name, times in Counter(f.name for f in fields).items():
        if times > 1:
            problems.add(
                document.at("sections"),
                Fault(
                    f"The field {name} stands {times} times in this pack",
                    "Keep each section once; two answers of one name can't be told apart",
                ),
            )


def _check_sections_once(tool: Tool, pack: Pack, document: Document, problems: Problems) -> None:
    """Two sections of one name can't be told apart: by links, by the list of contents, by the names of fields."""
    seen: dict[str, int] = {}
    for i, section in enumerate(pack.sections):
        place = document.at("sections", i)
        if (first := seen.setdefault(anchor_of(tool, section), i)) != i:
            what = (
                f"What this section holds stands in the pack already, from line {document.at('sections', first).line}"
            )
            problems.add(place, Fault(what, "Keep one of them"))


def _check_prose(tool: Tool, documents: dict[str, Document], problems: Problems) -> None:
    targets = Targets(tuple(tool.pages), tuple(p.id for p in tool.packs), tuple(tool.images))
    for document in documents.values():
        if document.body:
            check_prose(document.body, document.file, document.body_line, targets, problems)
        for path, text in _texts(document.data):
            if path[-1] in _MARKDOWN:
                place = document.at(*path)
                # A folded text begins on the line under its key; its first line is as near as YAML tells.
                check_prose(text, document.file, place.line + (1 if "\n" in text else 0), targets, problems)


def _texts(data: Data, path: Path_ = ()) -> list[tuple[Path_, str]]:
    if isinstance(data, str):
        return [(path, data)] if path else []
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    return [found for key, value in entries for found in _texts(value, (*path, key))]
