"""Documents of checked shape → `Tool`. Reads no file and finds no faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pmdiag_build.content.build import build
from pmdiag_build.content.documents import Data, Document, mapping, sequence
from pmdiag_build.content.model import (
    ActionPlanTemplate,
    CorrectionGroup,
    Feature,
    Framework,
    GuidePage,
    InterviewTemplate,
    Kind,
    LocalVersion,
    MaturityRow,
    NavGroup,
    Pack,
    Prompt,
    RecordTemplate,
    Statement,
    SummaryTemplate,
    Tool,
    WorkshopTemplate,
)

TEMPLATES = ("record", "summary-of-review", "action-plan", "interview", "workshop")


def assemble(documents: Mapping[str, Document], images: Mapping[str, bytes], local: LocalVersion | None) -> Tool:
    """The tool that checked documents say, with the files of images; `local` is the version that changed them."""
    about = mapping(documents["tool.yaml"].data)
    edition = f"{about['edition']}+{local.id}" if local else about["edition"]
    templates = {name: documents[f"templates/{name}.yaml"].data for name in TEMPLATES}
    return build(
        Tool,
        about,
        edition=edition,
        local=local,
        framework=_framework(documents["framework.yaml"].data, local),
        record=build(RecordTemplate, templates["record"]),
        summary=build(SummaryTemplate, templates["summary-of-review"]),
        action_plan=build(ActionPlanTemplate, templates["action-plan"]),
        interview=build(InterviewTemplate, templates["interview"]),
        workshop=build(WorkshopTemplate, templates["workshop"]),
        pages=MappingProxyType({stem(d): _page(d) for d in under(documents, "guide")}),
        navigation=tuple(build(NavGroup, group) for group in _entries(documents["tool.yaml"], "navigation")),
        packs=tuple(build(Pack, d.data, id=stem(d)) for d in under(documents, "packs")),
        corrections=tuple(build(CorrectionGroup, g) for g in _entries(documents["corrections.yaml"], "groups")),
        words=MappingProxyType({stem(d): MappingProxyType(_words(d)) for d in under(documents, "words")}),
        images=MappingProxyType(images),
    )


def under(documents: Mapping[str, Document], folder: str) -> list[Document]:
    """The documents of a folder."""
    return [d for name, d in documents.items() if name.startswith(f"{folder}/")]


def stem(document: Document) -> str:
    """A file's name without its folder and ending: the id of a page or pack."""
    return Path(document.file).stem


def _entries(document: Document, key: str) -> list[Data]:
    return sequence(mapping(document.data)[key])


def _page(document: Document) -> GuidePage:
    return build(
        GuidePage,
        document.data,
        id=stem(document),
        body=document.body,
        file=document.file,
        start_line=document.body_line,
    )


def _words(document: Document) -> dict[str, str]:
    return {key: str(text) for key, text in mapping(document.data).items()}


def _framework(data: Data, local: LocalVersion | None) -> Framework:
    changed = _changed(local)
    whole = mapping(data)
    prompts = mapping(whole["prompts"])
    return build(
        Framework,
        data,
        prompts=MappingProxyType({name: build(Prompt, prompt, id=name) for name, prompt in prompts.items()}),
        general_row=_row(whole["general_row"]),
        features=tuple(_feature(feature, changed) for feature in sequence(whole["features"])),
    )


def _changed(local: LocalVersion | None) -> dict[str, Kind]:
    """How a local version changed the statements that it words otherwise; one change of meaning decides."""
    found: dict[str, Kind] = {}
    for change in local.changes if local else ():
        if change.statement and found.get(change.statement) != "meaning":
            found[change.statement] = change.kind
    return found


def _feature(data: Data, changed: Mapping[str, Kind]) -> Feature:
    whole = mapping(data)
    statements = (build(Statement, s) for s in sequence(whole["statements"]))
    return build(
        Feature,
        data,
        maturity=tuple(_row(row) for row in sequence(whole["maturity"])),
        statements=tuple(
            replace(s, changed=changed[s.id], origin="local") if s.id in changed else s for s in statements
        ),
    )


def _row(data: Data) -> MaturityRow:
    row = mapping(data)
    cells = {code: text for code, text in row.items() if code != "marked"}
    return build(MaturityRow, {"cells": cells, "marked": row.get("marked", {})})
