"""A local folder over the national documents: reads every file of it, merges, and says what it changes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pmdiag_build.content.documents import Document, mapping, read_yaml, sequence
from pmdiag_build.content.file_names import NO_FOLDER, files_under, good_name, leaves
from pmdiag_build.content.model import Brand, Change, Kind, LocalVersion
from pmdiag_build.content.schema import check_shape
from pmdiag_build.content.structure import build
from pmdiag_build.local.brand import check_colours
from pmdiag_build.local.folder import NATIONAL, Reading
from pmdiag_build.local.images import read_images
from pmdiag_build.local.naming import plain_name
from pmdiag_build.local.overlay import Merge
from pmdiag_build.local.pages import check_copies, join_pages, merge_page
from pmdiag_build.local.paths import ABOUT, OWN, TERMS, meant, no_version, what_to_do
from pmdiag_build.local.terms import Term, Terms, is_sound
from pmdiag_build.problems import Fault, Location, Problems, did_you_mean

_FOLDERS = ("guide", "packs", "templates", "words", "images", "layouts", NATIONAL)
_NEW = {"guide": "our-page", "packs": "our-pack"}
"""Folders that take files which the national content does not have, and how one may be called."""


def read_local(
    folder: Path, national: dict[str, Document], problems: Problems
) -> tuple[dict[str, Document], dict[str, bytes], LocalVersion | None]:
    """(documents, images, version): the national documents with the local folder's changes, and what they are.

    All faults are added to `problems`, each with its place in the local folder; the version is None where
    local.yaml can't be read.
    """
    reading = Reading(folder, national, dict(national), problems)
    about = _about(reading)
    if not os.path.lexists(folder / ABOUT):
        # It may be any folder: what else stands in it is no mistake.
        return national, {}, None
    brand = build(Brand, mapping(about.data).get("brand", {})) if about else Brand()
    reading.moved_on = about is not None and mapping(about.data)["base"] != _edition(national)
    terms = _terms(reading)
    reading.documents = {name: terms.document(document) for name, document in national.items()}
    for name in _files(reading):
        if name.endswith(".md"):
            merge_page(reading, name)
        else:
            _merge_data(reading, name)
    join_pages(reading)
    terms.check(national, problems)
    check_copies(reading)
    images = read_images(reading, about, brand)
    if about is None:
        return reading.documents, images, None
    changes = (*reading.changes, *_effective(terms.changes, reading.changes))
    layouts = folder / "layouts"
    version = build(
        LocalVersion,
        about.data,
        brand=brand,
        changes=changes,
        lost=_lost(terms, reading, str(mapping(about.data)["base"])),
    )
    return reading.documents, images, replace(version, layouts=layouts if layouts.is_dir() else None)


def _lost(terms: Terms, reading: Reading, base: str) -> tuple[tuple[str, str], ...]:
    """The places of terms in statements that this version does not word itself, gone since `base` was issued."""
    issued = reading.national.get(f"editions/{base}.yaml")
    if issued is None:
        return ()
    then = {id: str(text) for id, text in mapping(mapping(issued.data)["statements"]).items()}
    features = sequence(mapping(reading.national["framework.yaml"].data)["features"])
    statements = [mapping(s) for f in features for s in sequence(mapping(f)["statements"])]
    now = {str(s["id"]): str(s["text"]) for s in statements}
    own = {change.statement for change in reading.changes}
    return tuple((old, id) for old, id in terms.lost(then, now) if id not in own)


def _edition(national: dict[str, Document]) -> str:
    return str(mapping(national["tool.yaml"].data)["edition"])


def _about(reading: Reading) -> Document | None:
    folder, problems = reading.folder, reading.problems
    if not os.path.lexists(folder / ABOUT):
        problems.add(Location(str(folder)), no_version(folder))
        return None
    about = read_yaml(folder / ABOUT, reading.name(ABOUT), problems)
    if about is None or not check_shape(about, "local", problems):
        reading.unread.add(ABOUT)
        return None
    check_colours(build(Brand, mapping(about.data).get("brand", {})).colours, about, problems)
    return about


def _terms(reading: Reading) -> Terms:
    if not os.path.lexists(reading.folder / TERMS):
        return Terms(())
    document = read_yaml(reading.folder / TERMS, reading.name(TERMS), reading.problems)
    if document is None or not check_shape(document, "terms", reading.problems):
        return Terms(())
    found = []
    for i, entry in enumerate(map(mapping, sequence(mapping(document.data)["terms"]))):
        where, keep = (tuple(map(str, sequence(entry.get(key, [])))) for key in ("where", "keep"))
        change: Kind = "meaning" if entry["change"] == "meaning" else "wording"
        old, new = (str(entry[key]).strip() for key in ("national", "ours"))
        term = Term(old, new, change, document.at("terms", i), where, keep)
        if is_sound(term, reading.problems):
            found.append(term)
    return Terms(tuple(found))


def _files(reading: Reading) -> list[str]:
    """The names of the YAML and Markdown files that change content, in a fixed order; other files are problems."""
    found: list[str] = []
    for path in files_under(reading.folder, reading.name(""), reading.problems):
        inside = path.relative_to(reading.folder)
        name = inside.as_posix()
        if inside.parts[0] == "images" or name == "README.md":
            continue
        if name in _FOLDERS:
            reading.problems.add(Location(reading.name(name)), NO_FOLDER)
        elif leaves(path, reading.folder):
            what = "The file is a link that leaves the folder"
            reading.problems.add(Location(reading.name(name)), Fault(what, "Put the file itself there"))
        elif inside.parts[0] in ("layouts", NATIONAL) or name in OWN:
            continue
        elif not _read_here(inside):
            _misplaced(reading, name, meant(name, reading.national))
        elif name not in reading.national and inside.parts[0] in _NEW and not good_name(inside.stem, inside.parts[0]):
            fix = f"Rename it {_other_name(inside.stem, inside.parts[0])}{inside.suffix}; it becomes part of an address"
            reading.problems.add(Location(reading.name(name)), Fault(f"“{inside.stem}” can't be a name", fix))
            reading.unread.add(name)
        else:
            found.append(name)
    return found


def _read_here(inside: Path) -> bool:
    """Is a file at this place in a local version one that changes content?"""
    if len(inside.parts) == 1:
        return inside.suffix == ".yaml"
    wanted = ".md" if inside.parts[0] == "guide" else ".yaml"
    return len(inside.parts) == 2 and inside.parts[0] in _FOLDERS and inside.suffix == wanted


def _merge_data(reading: Reading, name: str) -> None:
    local = read_yaml(reading.folder / name, reading.name(name), reading.problems)
    if local is None:
        reading.unread.add(name)
        return
    base = reading.national.get(name)
    if base is None:
        _add_pack(reading, name, local)
    elif name.startswith("editions/") or name == "corrections.yaml":
        what = "This file tells of the national text and can't change"
        reading.problems.add(Location(local.file), Fault(what, "Remove it"))
    else:
        # Against the national wording as it stands: what a term did to it is not what was replaced.
        faults = Problems()
        merge = Merge(base, local, faults, reading.moved_on)
        merge.document()
        reading.problems.extend(faults)
        if faults.errors:
            reading.unread.add(name)
        reading.changes.extend(merge.changes)
        reading.documents[name] = Merge(reading.documents[name], local, Problems(), reading.moved_on).document()


def _add_pack(reading: Reading, name: str, local: Document) -> None:
    """A file that the national content has not is a pack of the version's own, or stands in a wrong place."""
    data = local.data if isinstance(local.data, dict) else {}
    places = meant(name, reading.national)
    if name.startswith("packs/") and ("sections" in data or not places):
        reading.documents[name] = local
        title = str(data.get("title", name))
        reading.changes.append(Change("added", name, "pack", "", "", title, "wording", Location(local.file, 1)))
    elif places:
        _misplaced(reading, name, places)
    else:
        near = did_you_mean(name, [n for n in reading.national if n.endswith(".yaml")])
        reading.problems.add(Location(local.file), Fault("The national content has no such file", near))


def _other_name(stem: str, folder: str) -> str:
    name = plain_name(stem)
    return name if good_name(name, folder) else _NEW[folder]


def _misplaced(reading: Reading, name: str, places: list[str]) -> None:
    reading.unread.update(places)
    reading.problems.add(
        Location(reading.name(name)), Fault("Nothing uses this file", what_to_do(name, places, reading.folder))
    )


def _effective(terms: list[Change], own: list[Change]) -> Iterator[Change]:
    """The places of terms that this version does not word itself; for a term without any, one change without texts."""
    left = [change for change in terms if not any(other.covers(change) for other in own)]
    yield from left
    seen = {change.place for change in left}
    for change in terms:
        if change.place not in seen:
            seen.add(change.place)
            yield replace(change, file="", spot="", national="", now="", ours="", keys=())
