"""content/ → Tool: every file read, every cross-reference checked, all problems reported at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pmdiag_build.content import crossref
from pmdiag_build.content.build import build
from pmdiag_build.content.counts import with_counts
from pmdiag_build.content.issued import check_issued
from pmdiag_build.content.local.changes import Kind
from pmdiag_build.content.local.differs import with_differs
from pmdiag_build.content.model import (
    ActionPlanTemplate,
    CorrectionGroup,
    Feature,
    Framework,
    GuidePage,
    InterviewTemplate,
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
from pmdiag_build.content.pictures import check_image
from pmdiag_build.content.placeholders import check_placeholders
from pmdiag_build.content.shape import check_shape
from pmdiag_build.content.source import Data, Document, mapping, read_page, read_yaml, sequence
from pmdiag_build.content.word_limits import check_limits
from pmdiag_build.problems import ContentWrong, Location, Problems, Weight, did_you_mean
from pmdiag_build.resources import CONTENT

TEMPLATES = ("record", "summary-of-review", "action-plan", "interview", "workshop")
_SINGLE = ("tool", "framework", "corrections")
_SCHEMAS = {"guide": "page", "packs": "pack", "words": "words", "editions": "edition"}
_FOLDERS = {"guide": ".md", "packs": ".yaml", "words": ".yaml", "templates": ".yaml", "editions": ".yaml"}
IMAGE_TYPES = (".png", ".jpg", ".jpeg", ".svg", ".webp")


def load_tool(content: Path = CONTENT, notices: Problems | None = None, *, local: Path | None = None) -> Tool:
    """The tool that the folder `content` says, with the changes of the local version in the folder `local`.

    Problems that a build can live with (a link to a page that is not there, an image without alternative text) are
    added to `notices`. Raises ContentWrong with all problems, in the order of files and lines, if there is an error.
    """
    problems = Problems()
    documents = _read(content, problems)
    if content != CONTENT:
        _check_words(_under(documents, "words"), problems)
    if problems.errors:
        raise ContentWrong(problems)
    check_issued(documents["framework.yaml"], _under(documents, "editions"), problems)
    images, version, national = _images(content, problems), None, documents
    if local is not None:
        # Imported here, for most runs read no local version.
        from pmdiag_build.content.local.read import read_local

        documents, more, version = read_local(local, national, problems)
        images |= more
        _check_merged(documents, national, problems)
    documents = with_counts(documents, problems)
    if problems.errors:
        raise ContentWrong(problems)
    tool = with_differs(_build(documents, images, version))
    crossref.check(tool, documents, problems)
    check_limits(tool, documents, problems)
    if version is not None and local is not None:
        from pmdiag_build.content.local.look import look
        from pmdiag_build.content.local.stale import notices as stale_notices

        problems.extend(stale_notices(version, edition_of(documents), content, local.resolve().name))
        look(tool, documents, national, local, problems)
    if problems.errors:
        raise ContentWrong(problems)
    if notices is not None:
        notices.extend(p for p in problems if p.weight is Weight.NOTICE)
    return tool


def read_documents(content: Path = CONTENT) -> dict[str, Document]:
    """The national files as data with line marks, by name. Raises ContentWrong if one can't be read."""
    problems = Problems()
    documents = _read(content, problems)
    if problems.errors:
        raise ContentWrong(problems)
    return documents


def _read(content: Path, problems: Problems) -> dict[str, Document]:
    """Every file of the content by its name within it (`guide/using-this-tool.md`), of checked shape."""
    documents: dict[str, Document] = {}
    for name in _wanted(content, problems):
        path = content / name
        if not _inside(path, content):
            problems.add(Location(name), "The file is a link that leaves the folder", "Put the file itself there")
            continue
        read = read_page if name.endswith(".md") else read_yaml
        document = read(path, name, problems)
        if document is not None and check_shape(document, _schema(name), problems):
            documents[name] = document
    return documents


def _wanted(content: Path, problems: Problems) -> Iterator[str]:
    """The name of each file that belongs to the content, in a fixed order."""
    for name in _SINGLE:
        yield f"{name}.yaml"
    for name in TEMPLATES:
        yield f"templates/{name}.yaml"
    for folder, ending in _FOLDERS.items():
        for path in sorted((content / folder).glob("*")):
            if path.name.startswith(".") or path.name.endswith("~"):
                continue
            name = f"{folder}/{path.name}"
            if path.suffix != ending:
                problems.add(Location(name), "This file is not read", f"Name it …{ending}, or move it elsewhere")
            elif folder == "templates":
                if path.stem not in TEMPLATES:
                    problems.add(Location(name), "There is no such template", did_you_mean(path.stem, TEMPLATES))
            elif not crossref.good_name(path.stem):
                problems.add(
                    Location(name),
                    f"“{path.stem}” can't be a name",
                    "Use small letters a–z, figures and hyphens; it becomes part of an address and a file name",
                )
            else:
                yield name


def _check_merged(documents: dict[str, Document], national: dict[str, Document], problems: Problems) -> None:
    """What a local version changed must have the shape that the national content has, and its placeholders."""
    for name, document in documents.items():
        if (document.over or document.file != name) and not check_shape(document, _schema(name), problems):
            continue
        if name.startswith("words/") and name in national and document is not national[name]:
            check_placeholders(document, national[name], problems)


def _schema(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return _SCHEMAS.get(folder) or file.removesuffix(".yaml")


def _check_words(documents: list[Document], problems: Problems) -> None:
    """An edition elsewhere must say every word that the layouts of this package print, and no other."""
    ours = {_stem(d): d for d in documents}
    for path in sorted((CONTENT / "words").glob("*.yaml")):
        name = f"words/{path.name}"
        if path.stem not in ours:
            # One that can't be read is a problem already.
            if not any(problem.place.file == name for problem in problems):
                problems.add(Location(name), "The file is missing", "Put it back; every edition says its own words")
            continue
        known = read_words(path)
        data = mapping(ours[path.stem].data)
        for key in sorted(known - data.keys()):
            problems.add(Location(name), f"The key “{key}” is missing", f"Add {key}:")
        for key in sorted(data.keys() - known):
            mend = did_you_mean(key, sorted(known))
            problems.add(ours[path.stem].at(key), f"The key “{key}” is not known here", mend)
        if (document := read_yaml(path, name, Problems())) is not None:
            check_placeholders(ours[path.stem], document, problems)


def read_words(path: Path) -> frozenset[str]:
    """The keys of a words file of this package."""
    document = read_yaml(path, path.name, Problems())
    return frozenset() if document is None else frozenset(mapping(document.data))


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _images(content: Path, problems: Problems) -> dict[str, bytes]:
    images: dict[str, bytes] = {}
    for path in sorted((content / "images").glob("*")):
        name = f"images/{path.name}"
        if path.name.startswith("."):
            continue
        if not path.is_file():
            problems.add(Location(name), "This is no file, and folders in images are not read", "Put the images beside")
        elif path.suffix.lower() not in IMAGE_TYPES:
            problems.add(Location(name), "This is not an image that pages can show", f"Use {', '.join(IMAGE_TYPES)}")
        elif not _inside(path, content):
            problems.add(Location(name), "The file is a link that leaves the folder", "Put the file itself there")
        else:
            images[path.name] = path.read_bytes()
            check_image(name, images[path.name], problems)
    return images


def edition_of(documents: Mapping[str, Document]) -> str:
    """The national edition's name."""
    return str(mapping(documents["tool.yaml"].data)["edition"])


def _under(documents: dict[str, Document], folder: str) -> list[Document]:
    return [d for name, d in documents.items() if name.startswith(f"{folder}/")]


def _entries(document: Document, key: str) -> list[Data]:
    return sequence(mapping(document.data)[key])


def _build(documents: dict[str, Document], images: dict[str, bytes], local: LocalVersion | None) -> Tool:
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
        pages=MappingProxyType({_stem(d): _page(d) for d in _under(documents, "guide")}),
        navigation=tuple(build(NavGroup, group) for group in _entries(documents["tool.yaml"], "navigation")),
        packs=tuple(build(Pack, d.data, id=_stem(d)) for d in _under(documents, "packs")),
        corrections=tuple(build(CorrectionGroup, g) for g in _entries(documents["corrections.yaml"], "groups")),
        words=MappingProxyType({_stem(d): MappingProxyType(_words(d)) for d in _under(documents, "words")}),
        images=MappingProxyType(images),
    )


def _stem(document: Document) -> str:
    return Path(document.file).stem


def _page(document: Document) -> GuidePage:
    return build(
        GuidePage,
        document.data,
        id=_stem(document),
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
