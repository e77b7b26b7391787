"""content/ → Tool: every file read, every cross-reference checked, all problems reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from pmdiag_build.content.checks import check as check_tool
from pmdiag_build.content.checks import check_limits, check_plain
from pmdiag_build.content.documents import Document, mapping, read_page, read_yaml, sequence
from pmdiag_build.content.editions import check_issued, drafted, in_line
from pmdiag_build.content.files import LEADS_OUTSIDE, entries, good_name, how_to_name, leaves, read_images
from pmdiag_build.content.model import Edition, GuidePage, NavGroup, Tool, fill
from pmdiag_build.content.schema import KnownShapes, check_shape
from pmdiag_build.content.structure import EVIDENCE, TEMPLATES, assemble, stem, under
from pmdiag_build.content.text_checks import check_placeholders, with_counts
from pmdiag_build.problems import ContentWrong, Fault, Problems, Severity, did_you_mean
from pmdiag_build.resources import CONTENT

_SINGLE = ("tool", "framework", "corrections")
_SCHEMAS = {"guide": "page", "packs": "pack", "words": "words", "editions": "edition"}
_FOLDERS = {"guide": ".md", "packs": ".yaml", "words": ".yaml", "templates": ".yaml", "editions": ".yaml"}
_DEMO = "demo/comments.yaml"
DIFFERS = "how-this-version-differs"
"""The id of the page that says what a local version changes. A file of this name in its guide/ introduces the page."""


_NOT_ISSUED = Fault(
    "Edition {id} is not issued yet, so its wording can still change",
    "When it is final, type pmdiag edition issue {id}",
)


def load_tool(
    content: Path = CONTENT, notices: Problems | None = None, *, local: Path | None = None, edition: str = ""
) -> Tool:
    """The tool that the folder `content` says, with the changes of the local version in the folder `local`.

    `edition` is its name, where that is not to be the one in tool.yaml.

    Problems that a build can live with (a link to a page that is not there, an image without alternative text) are
    added to `notices`. Raises ContentWrong with all problems, in the order of files and lines, if there is an error.
    """
    problems = Problems()
    documents = _read(content, problems)
    images = read_images(content / "images", "images", problems)
    if content != CONTENT:
        _check_words(under(documents, "words"), problems)
    if problems.errors:
        raise ContentWrong(problems)
    if edition:
        documents["tool.yaml"] = _named(documents["tool.yaml"], edition)
    # What differs from an issued edition hides nothing else that is wrong.
    issued = Problems()
    editions = _editions(documents, issued, drafting=local is None and not edition)
    version, national = None, documents
    if local is not None:
        # Imported here, for most runs read no local version.
        from pmdiag_build.local.read import read_local

        documents, more, version = read_local(local, national, problems)
        images |= more
        _check_merged(documents, national, problems)
    documents = with_counts(documents, problems)
    if problems.errors:
        raise ContentWrong((*issued, *problems))
    tool = _with_differs(assemble(documents, images, editions, version))
    check_tool(tool, documents, problems)
    check_limits(tool, documents, problems)
    if version is not None and local is not None:
        from pmdiag_build.local.review import review

        review(tool, documents, national, content, local, problems)
    issued.extend(problems)
    if issued.errors:
        raise ContentWrong(issued)
    if notices is not None:
        notices.extend(p for p in issued if p.severity is Severity.NOTICE)
    return tool


def _named(document: Document, edition: str) -> Document:
    return replace(document, data={**mapping(document.data), "edition": edition})


def _editions(documents: dict[str, Document], problems: Problems, *, drafting: bool) -> tuple[Edition, ...]:
    """The issued editions, and the one at hand after them if it is not issued yet; where somebody is `drafting` it,
    that is a notice."""
    framework, about = documents["framework.yaml"], documents["tool.yaml"]
    own = str(mapping(about.data)["edition"])
    line = in_line(documents, problems)
    if problems.errors:
        return ()
    check_issued(framework, own, line, problems)
    if any(edition.id == own for edition in line):
        return line
    if drafting and line:
        problems.add(about.at("edition"), _NOT_ISSUED, Severity.NOTICE, id=own)
    return (*line, drafted(framework, own, line[-1] if line else None))


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
    shapes = KnownShapes()
    for name in _wanted(content, problems):
        path = content / name
        if leaves(path, content):
            problems.add(name, LEADS_OUTSIDE)
            continue
        read = read_page if name.endswith(".md") else read_yaml
        document = read(path, name, problems)
        if document is not None and shapes.check(document, _schema(name), problems):
            documents[name] = document
    shapes.keep()
    return documents


def _wanted(content: Path, problems: Problems) -> Iterator[str]:
    """The name of each file that belongs to the content, in a fixed order."""
    for name in _SINGLE:
        yield f"{name}.yaml"
    if (content / EVIDENCE).exists():
        yield EVIDENCE
    for name in TEMPLATES:
        yield f"templates/{name}.yaml"
    for folder, ending in _FOLDERS.items():
        for path in entries(content / folder, folder, problems):
            name = f"{folder}/{path.name}"
            if path.suffix != ending:
                problems.add(name, Fault("This file is not read", f"Name it …{ending}, or move it elsewhere"))
            elif folder == "templates":
                if path.stem not in TEMPLATES:
                    problems.add(name, Fault("There is no such template", did_you_mean(path.stem, TEMPLATES)))
            elif not good_name(path.stem, folder):
                problems.add(name, Fault(f"“{path.stem}” can't be a name", how_to_name(path.stem, folder)))
            else:
                yield name


def _check_merged(documents: dict[str, Document], national: dict[str, Document], problems: Problems) -> None:
    """What a local version changed must have the shape that the national content has, and its placeholders."""
    for name, document in documents.items():
        if document.over or document.file != name:
            if not check_shape(document, _schema(name), problems):
                continue
            check_plain(document, problems)
        if name.startswith("words/") and name in national and document is not national[name]:
            check_placeholders(document, national[name], problems)


def _schema(name: str) -> str:
    folder, _, file = name.rpartition("/")
    return _SCHEMAS.get(folder) or file.removesuffix(".yaml")


def _check_words(documents: list[Document], problems: Problems) -> None:
    """An edition elsewhere must say every word that the layouts of this package print, and no other."""
    ours = {stem(d): d for d in documents}
    for path in sorted((CONTENT / "words").glob("*.yaml")):
        name = f"words/{path.name}"
        if path.stem not in ours:
            # One that can't be read, or its folder, is a problem already.
            if not any(problem.place.file in (name, "words") for problem in problems):
                problems.add(name, Fault("The file is missing", "Put it back; every edition has its own words"))
            continue
        known = _keys_of(path)
        data = mapping(ours[path.stem].data)
        for key in sorted(known - data.keys()):
            problems.add(name, Fault(f"The key “{key}” is missing", f"Add {key}:"))
        for key in sorted(data.keys() - known):
            fix = did_you_mean(key, sorted(known))
            problems.add(ours[path.stem].at(key), Fault(f"The key “{key}” is not known here", fix))
        if (document := read_yaml(path, name, Problems())) is not None:
            check_placeholders(ours[path.stem], document, problems)


def _keys_of(path: Path) -> frozenset[str]:
    """The keys of one of our words files."""
    document = read_yaml(path, path.name, Problems())
    return frozenset() if document is None else frozenset(mapping(document.data))


def _with_differs(tool: Tool) -> Tool:
    """The tool with the page that says how a local version differs, at the end of the navigation unless it
    has another place there; the national edition as it is."""
    if tool.local is None:
        return tool
    words = tool.words["site"]
    title, description = words["differs_title"], fill(words["differs_description"], name=tool.local.name)
    page = GuidePage(DIFFERS, title, description, "differs", "local", "", "local.yaml", 1)
    own = tool.pages.get(DIFFERS)
    pages = MappingProxyType({**tool.pages, DIFFERS: replace(own, layout="differs") if own else page})
    if any(DIFFERS in group.pages for group in tool.navigation):
        return replace(tool, pages=pages)
    *groups, last = tool.navigation
    return replace(tool, pages=pages, navigation=(*groups, NavGroup(last.title, (*last.pages, DIFFERS))))


def read_comments() -> dict[str, dict[str, list[str]]]:
    """What the people of the invented round write: feature → kind → texts. Raises ContentWrong where the file can't be
    read."""
    problems = Problems()
    document = read_yaml(CONTENT / _DEMO, _DEMO, problems)
    if document is None:
        raise ContentWrong(problems)
    return {
        feature: {kind: [str(text) for text in sequence(texts)] for kind, texts in mapping(kinds).items()}
        for feature, kinds in mapping(document.data).items()
    }
