"""Documents of checked shape → `Tool`.

One function builds all values of the model: a dataclass is built from a mapping with the same keys, so that a new key
of the content is one line in its schema and one in model.py.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pmdiag_build.content import model
from pmdiag_build.content.documents import Data, Document, Path_, mapping, sequence

T = TypeVar("T")

TEMPLATES = ("record", "summary-of-review", "action-plan", "interview", "workshop", "example")
EVIDENCE = "evidence.yaml"
"""The results of tests. Content without them is whole, too."""
OF_THE_NATIONAL = ("corrections.yaml", EVIDENCE, "editions/")
"""How the names of files begin that say something about the national text. No local version changes them."""


def assemble(
    documents: Mapping[str, Document],
    images: Mapping[str, bytes],
    editions: tuple[model.Edition, ...],
    local: model.LocalVersion | None,
) -> model.Tool:
    """The tool that checked documents say, with the files of images and the national editions; `local` is the version
    that changed them."""
    about = mapping(documents["tool.yaml"].data)
    edition = f"{about['edition']}+{local.id}" if local else about["edition"]
    templates = {name: documents[f"templates/{name}.yaml"].data for name in TEMPLATES}
    return build(
        model.Tool,
        about,
        edition=edition,
        editions=editions,
        local=local,
        framework=_framework(documents["framework.yaml"].data, local),
        record=build(model.RecordTemplate, templates["record"]),
        summary=build(model.SummaryTemplate, templates["summary-of-review"]),
        action_plan=build(model.ActionPlanTemplate, templates["action-plan"]),
        interview=build(model.InterviewTemplate, templates["interview"]),
        workshop=build(model.WorkshopTemplate, templates["workshop"]),
        example=build(model.ExampleTemplate, templates["example"]),
        pages=MappingProxyType({stem(d): _page(d) for d in under(documents, "guide")}),
        navigation=tuple(build(model.NavGroup, group) for group in _entries(documents["tool.yaml"], "navigation")),
        packs=tuple(build(model.Pack, d.data, id=stem(d)) for d in under(documents, "packs")),
        corrections=tuple(build(model.CorrectionGroup, g) for g in _entries(documents["corrections.yaml"], "groups")),
        evidence=build(model.Evidence, documents[EVIDENCE].data) if EVIDENCE in documents else None,
        words=MappingProxyType({stem(d): MappingProxyType(_words(d)) for d in under(documents, "words")}),
        images=MappingProxyType(images),
    )


def under(documents: Mapping[str, Document], folder: str) -> list[Document]:
    """The documents of a folder."""
    return [d for name, d in documents.items() if name.startswith(f"{folder}/")]


def stem(document: Document) -> str:
    """A file's name without its folder and ending: the id of a page or pack."""
    return Path(document.file).stem


def statement_entries(framework: Data) -> Iterator[tuple[Path_, dict[str, Data]]]:
    """Every statement in the data of the framework, with the path to it."""
    for f, feature in enumerate(sequence(mapping(framework)["features"])):
        for s, statement in enumerate(sequence(mapping(feature)["statements"])):
            yield ("features", f, "statements", s), mapping(statement)


def _entries(document: Document, key: str) -> list[Data]:
    return sequence(mapping(document.data)[key])


def _page(d: Document) -> model.GuidePage:
    return build(model.GuidePage, d.data, id=stem(d), body=d.body, file=d.file, start_line=d.body_line)


def _words(document: Document) -> dict[str, str]:
    return {key: str(text) for key, text in mapping(document.data).items()}


def _framework(data: Data, local: model.LocalVersion | None) -> model.Framework:
    changed = _changed(local)
    whole = mapping(data)
    prompts = mapping(whole["prompts"])
    return build(
        model.Framework,
        data,
        prompts=MappingProxyType({name: build(model.Prompt, prompt, id=name) for name, prompt in prompts.items()}),
        general_row=_row(whole["general_row"]),
        features=tuple(_feature(feature, changed) for feature in sequence(whole["features"])),
    )


def _changed(local: model.LocalVersion | None) -> dict[str, model.ChangeKind]:
    """How a local version changed the statements that it words otherwise; one change of meaning decides."""
    found: dict[str, model.ChangeKind] = {}
    for change in local.changes if local else ():
        if change.statement and found.get(change.statement) != "meaning":
            found[change.statement] = change.kind
    return found


def _feature(data: Data, changed: Mapping[str, model.ChangeKind]) -> model.Feature:
    whole = mapping(data)
    statements = (build(model.Statement, s) for s in sequence(whole["statements"]))
    return build(
        model.Feature,
        data,
        maturity=tuple(_row(row) for row in sequence(whole["maturity"])),
        statements=tuple(
            replace(s, changed=changed[s.id], origin="local") if s.id in changed else s for s in statements
        ),
    )


def _row(data: Data) -> model.MaturityRow:
    row = mapping(data)
    cells = {code: text for code, text in row.items() if code != "marked"}
    return build(model.MaturityRow, {"cells": cells, "marked": row.get("marked", {})})


def build(kind: Callable[..., T], data: Data, **given: object) -> T:
    """A `kind` from `data`; `given`: values that are not in the file (an id taken from its name)."""
    data = mapping(data)
    values: dict[str, Any] = {}
    for name, wanted in _hints(kind).items():
        if name in given:
            values[name] = given[name]
        elif name in data:
            values[name] = _value(wanted, data[name])
        elif wanted is str and not _has_default(kind, name):
            values[name] = ""
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _has_default(kind: Any, name: str) -> bool:
    return any(f.name == name and f.default is not MISSING for f in fields(kind))


def _value(wanted: Any, data: Data) -> Any:
    origin = typing.get_origin(wanted)
    if origin is tuple:
        inner = typing.get_args(wanted)[0]
        return tuple(_value(inner, item) for item in sequence(data))
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        inner = typing.get_args(wanted)[1]
        return MappingProxyType({key: _value(inner, item) for key, item in mapping(data).items()})
    if is_dataclass(wanted):
        return build(typing.cast("type", wanted), data)
    if wanted is bool:
        return data == "yes"
    if wanted is int:
        return int(str(data))
    return data
