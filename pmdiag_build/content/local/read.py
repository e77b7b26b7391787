"""A local folder over the national documents: reads every file of it, merges, and says what it changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pmdiag_build.content.build import build
from pmdiag_build.content.local.brand import check_colours, check_image
from pmdiag_build.content.local.changes import Change, Kind
from pmdiag_build.content.local.overlay import Merge
from pmdiag_build.content.local.terms import Term, Terms
from pmdiag_build.content.model import Brand, LocalVersion
from pmdiag_build.content.shape import check_shape
from pmdiag_build.content.source import Document, mapping, read_page, read_yaml, sequence
from pmdiag_build.problems import Location, Problems, Weight, did_you_mean

NATIONAL = "national"
"""The folder in a local version that keeps copies of the national pages that it replaced, to tell what has changed."""

_OWN = ("local.yaml", "terms.yaml", "README.md")
_FOLDERS = ("guide", "packs", "templates", "words", "images", "layouts", NATIONAL)
_IMAGES = (".png", ".jpg", ".jpeg", ".svg", ".webp")


def read_local(
    folder: Path, national: dict[str, Document], problems: Problems
) -> tuple[dict[str, Document], dict[str, bytes], LocalVersion | None]:
    """(documents, images, version): the national documents with the local folder's changes, and what they are.

    All faults are added to `problems`, each with its place in the local folder; the version is None where
    local.yaml can't be read.
    """
    about = _about(folder, problems)
    documents = dict(national)
    terms = _terms(folder, problems)
    documents = {name: terms.document(document) for name, document in documents.items()}
    changes: list[Change] = []
    for name in _files(folder, problems):
        merge = _page if name.endswith(".md") else _data
        merge(folder, name, national, documents, changes, problems)
    terms.check(problems)
    images = _images(folder, about, documents, changes, problems)
    if about is None:
        return documents, images, None
    own = {change.statement for change in changes if change.statement}
    told = [change for change in terms.changes if change.statement not in own or not change.statement]
    version = build(LocalVersion, about.data, brand=_brand(about), changes=(*changes, *told))
    if (folder / "layouts").is_dir():
        version = replace(version, layouts=folder / "layouts")
    return documents, images, version


def _in(folder: Path, name: str) -> str:
    """A file's name as messages give it: with the local folder's, so that it can't be taken for a national one."""
    return f"{folder.resolve().name}/{name}"


def _about(folder: Path, problems: Problems) -> Document | None:
    if not (folder / "local.yaml").is_file():
        problems.add(
            Location(folder.name),
            "This is not the folder of a local version: it has no local.yaml",
            f"Name the folder that holds it, or start one with pmdiag local new {folder.name}",
        )
        return None
    about = read_yaml(folder / "local.yaml", _in(folder, "local.yaml"), problems)
    if about is None or not check_shape(about, "local", problems):
        return None
    check_colours(_brand(about).colours, about, problems)
    return about


def _brand(about: Document) -> Brand:
    return build(Brand, mapping(about.data).get("brand", {}))


def _terms(folder: Path, problems: Problems) -> Terms:
    if not (folder / "terms.yaml").is_file():
        return Terms(())
    document = read_yaml(folder / "terms.yaml", _in(folder, "terms.yaml"), problems)
    if document is None or not check_shape(document, "terms", problems):
        return Terms(())
    found = []
    for i, entry in enumerate(map(mapping, sequence(mapping(document.data)["terms"]))):
        where, keep = (tuple(map(str, sequence(entry.get(key, [])))) for key in ("where", "keep"))
        change: Kind = "meaning" if entry["change"] == "meaning" else "wording"
        place = document.at("terms", i)
        found.append(Term(str(entry["national"]), str(entry["ours"]), change, place, where, keep))
    return Terms(tuple(found))


def _files(folder: Path, problems: Problems) -> list[str]:
    """The names of the YAML and Markdown files that change content, in a fixed order; other files are problems."""
    found: list[str] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        name = inside.as_posix()
        if path.is_dir() or name in _OWN or any(part.startswith(".") for part in inside.parts) or name.endswith("~"):
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            problems.add(
                Location(_in(folder, name)), "The file is a link that leaves the folder", "Put the file itself there"
            )
        elif inside.parts[0] in ("images", "layouts", NATIONAL):
            continue
        elif path.suffix not in (".yaml", ".md") or (len(inside.parts) > 1 and inside.parts[0] not in _FOLDERS):
            problems.add(
                Location(_in(folder, name)), "Nothing uses this file", "Remove it, or see README.md for where things go"
            )
        else:
            found.append(name)
    return found


def _data(
    folder: Path,
    name: str,
    national: dict[str, Document],
    documents: dict[str, Document],
    changes: list[Change],
    problems: Problems,
) -> None:
    local = read_yaml(folder / name, _in(folder, name), problems)
    if local is None:
        return
    base = national.get(name)
    if base is None:
        if name.startswith("packs/"):
            documents[name] = local
            changes.append(_added(name, local, "pack"))
        else:
            problems.add(
                Location(local.file), "The national content has no such file", did_you_mean(name, list(national))
            )
        return
    if name.startswith("editions/") or name == "corrections.yaml":
        problems.add(Location(local.file), "This file tells of the national text and can't change", "Remove it")
        return
    # Against the national wording as it stands: what a term did to it is not what was replaced.
    merge = Merge(base, local, problems)
    merge.document()
    changes.extend(merge.changes)
    over = Merge(documents[name], local, Problems())
    documents[name] = over.document()


def _page(
    folder: Path,
    name: str,
    national: dict[str, Document],
    documents: dict[str, Document],
    changes: list[Change],
    problems: Problems,
) -> None:
    local = read_page(folder / name, _in(folder, name), problems)
    if local is None:
        return
    front = dict(mapping(local.data)) if isinstance(local.data, dict) else {}
    change = str(front.pop("change", ""))
    base = national.get(name)
    if base is None:
        front.setdefault("layout", "guide")
        changes.append(_added(name, local, "page"))
    else:
        front = {**mapping(base.data), **front}
        _check_page_change(change, local, problems)
        copy = folder / NATIONAL / name
        then = read_page(copy, _in(folder, f"{NATIONAL}/{name}"), problems) if copy.is_file() else None
        if not copy.is_file():
            problems.add(
                Location(local.file, 1),
                "The national page that this one replaces is not recorded",
                f"Put a copy of the national page at {NATIONAL}/{name}, or start it with pmdiag local change",
            )
        before = _text(then) if then else ""
        kind: Kind = "meaning" if change == "meaning" else "wording"
        changes.append(Change("page", name, "", before, _text(base), _text(local), kind, Location(local.file, 1)))
    front["origin"] = "local"
    documents[name] = Document(local.file, dict(front), local.marks, local.body, local.body_line)


def _check_page_change(change: str, local: Document, problems: Problems) -> None:
    if not change:
        problems.add(local.at(), "The page does not say what its change is", "Add change: wording or change: meaning")
    elif change not in ("wording", "meaning"):
        mend = did_you_mean(change, ["wording", "meaning"])
        problems.add(local.at("change"), f"The change can't be “{change}”", mend)


def _added(name: str, local: Document, what: str) -> Change:
    title = str(mapping(local.data).get("title", name)) if isinstance(local.data, dict) else name
    return Change("added", name, what, "", "", title, "wording", Location(local.file, 1))


def _text(document: Document) -> str:
    return f"# {mapping(document.data).get('title', '')}\n\n{document.body}".strip() + "\n"


def _images(
    folder: Path, about: Document | None, documents: dict[str, Document], changes: list[Change], problems: Problems
) -> dict[str, bytes]:
    images: dict[str, bytes] = {}
    used = {found for d in documents.values() for found in re.findall(r"!\[[^\]]*\]\(\s*<?([^)>\s]+)", d.body)}
    brand = _brand(about) if about else Brand()
    if brand.logo:
        used.add(brand.logo)
    for path in sorted((folder / "images").glob("*")):
        name = _in(folder, f"images/{path.name}")
        if path.name.startswith(".") or not path.is_file():
            continue
        if path.suffix.lower() not in _IMAGES:
            problems.add(Location(name), "This is not an image that pages can show", f"Use {', '.join(_IMAGES)}")
            continue
        if path.name not in used:
            problems.add(Location(name), "No page uses this image", "Name it in a page or as the logo, or remove it")
        images[path.name] = path.read_bytes()
        check_image(name, images[path.name], problems)
        changes.append(Change("image", name, "", "", "", path.name, "wording", Location(name)))
    if about and brand.logo and brand.logo not in images:
        place = about.at("brand", "logo")
        problems.add(
            place, f"There is no image “{brand.logo}” in the folder images", did_you_mean(brand.logo, list(images))
        )
    if about and brand.logo and not brand.logo_text.strip():
        place = about.at("brand", "logo")
        problems.add(place, "The logo has no alternative text", "Add logo_text: and what the logo shows")
    return images


def stale(version: LocalVersion) -> list[Change]:
    """The changes that stand on a national wording that has changed since."""
    return [change for change in version.changes if change.stale]


def notices(version: LocalVersion, problems: Problems) -> None:
    """Adds a notice for each change that has gone stale: a build goes on, a person must look."""
    for change in stale(version):
        problems.add(
            change.place,
            f"The national wording of {change.spot or 'the page'} has changed since this was written",
            "See both with pmdiag local check, then mend ours: and record the new wording under national:",
            Weight.NOTICE,
        )
