"""Guide pages of a local version, which replace national ones or join them, and its images."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

from pmdiag_build.content import files
from pmdiag_build.content.documents import Data, Document, mapping, read_page, sequence
from pmdiag_build.content.model import Brand, Change, ChangeKind
from pmdiag_build.content.schema import ADD_CHANGE
from pmdiag_build.content.text_checks import images_in
from pmdiag_build.local import NATIONAL, Joining, LocalReading
from pmdiag_build.problems import Fault, Location, Problems, Severity, did_you_mean, size_in_words

_HEAVY = 200_000
"""Bytes of a logo from which every pack and every page is noticeably slower to send; a drawing has a tenth.
Above what is heavy for any picture, that is said instead."""
_OURS = ("change", "note", "after")
"""Front matter that only a local page has: what it does to the national page, and where it joins."""


def merge_page(reading: LocalReading, name: str) -> None:
    """Put the page `name` of the local folder into the documents, in place of the national one or beside it."""
    local = _read(reading, name)
    if local is None:
        reading.unread.add(name)
        return
    front = dict(mapping(local.data))
    said = {key: str(front.pop(key, "")) for key in _OURS}
    base = reading.national.get(name)
    if base is not None:
        if _text(local) == _text(base) and {**mapping(base.data), **front} == base.data:
            fix = "Change it, or remove it and its copy: so far it changes nothing"
            what = "This page is the same as the national one"
            reading.problems.add(Location(local.file, 1), Fault(what, fix), Severity.NOTICE)
            return
        front = {**mapping(base.data), **front}
        _record_replaced(reading, name, local, base, said)
    elif said["change"] or _is_file(reading.folder / NATIONAL / name):
        _record_gone(reading, name, local)
        return
    else:
        front.setdefault("layout", "guide")
        title = str(front.get("title", name))
        reading.changes.append(Change("added", name, "page", "", "", title, "wording", Location(local.file, 1)))
        if said["after"]:
            page = name.removeprefix("guide/").removesuffix(".md")
            reading.joining.append(Joining(page, said["after"], local.at("after")))
    front["origin"] = "local"
    reading.documents[name] = Document(local.file, dict(front), local.marks, local.body, local.body_line)


def _read(reading: LocalReading, name: str) -> Document | None:
    """A page with front matter of the local folder; None and a problem if it is not one."""
    page = read_page(reading.folder / name, reading.name(name), reading.problems)
    if page is not None and not isinstance(page.data, dict):
        reading.problems.add(page.at(), Fault("The front matter has no keys", "Begin it with title: …"))
        return None
    return page


def join_pages(reading: LocalReading) -> None:
    """Put each page that joins behind the page that it names; without `after:`, only links lead to a page."""
    waiting = reading.joining
    while ready := [joining for joining in waiting if joining.after in _in_navigation(reading)]:
        waiting = [joining for joining in waiting if joining not in ready]
        for joining in ready:
            tool = reading.documents["tool.yaml"]
            data = mapping(tool.data)
            groups = [_with_page(mapping(group), joining) for group in sequence(data["navigation"])]
            reading.documents["tool.yaml"] = replace(tool, data={**data, "navigation": groups})
    for joining in waiting:
        if _is_at_fault(joining, {other.page: other.after for other in waiting}, reading.unread):
            fix = did_you_mean(joining.after, _in_navigation(reading))
            reading.problems.add(joining.place, Fault(f"There is no page “{joining.after}” in the navigation", fix))


def _is_at_fault(joining: Joining, waiting: dict[str, str], unread: set[str]) -> bool:
    """Does a page that found no place name none, or itself in a circle, and not only one that is at fault itself?"""
    seen, after = {joining.page}, joining.after
    while after in waiting and after not in seen:
        seen.add(after)
        after = waiting[after]
    return after in seen or (after == joining.after and f"guide/{after}.md" not in unread)


def _in_navigation(reading: LocalReading) -> list[str]:
    groups = sequence(mapping(reading.documents["tool.yaml"].data)["navigation"])
    return [str(page) for group in groups for page in sequence(mapping(group)["pages"])]


def check_copies(reading: LocalReading) -> None:
    """Adds a problem for each copy of a national page that no page of the local version replaces."""
    copies = reading.folder / NATIONAL
    for path in files.files_under(copies, NATIONAL, Problems()):  # what can't be read is reported once, with all files
        name = path.relative_to(copies).as_posix()
        if not _is_file(reading.folder / name) and name not in reading.unread:
            place = Location(reading.name(f"{NATIONAL}/{name}"))
            fix = f"Remove it, or put your page at {name}"
            what = "This is a copy of a national page that no page of this version replaces"
            reading.problems.add(place, Fault(what, fix))


def _record_replaced(reading: LocalReading, name: str, local: Document, base: Document, said: dict[str, str]) -> None:
    kind: ChangeKind = "meaning" if said["change"] == "meaning" else "wording"
    if not said["change"]:
        reading.problems.add(local.at(), Fault("The page does not say what its change is", ADD_CHANGE))
    elif said["change"] not in get_args(ChangeKind):
        fix = did_you_mean(said["change"], get_args(ChangeKind))
        reading.problems.add(local.at("change"), Fault(f"The change can't be “{said['change']}”", fix))
    if said["after"]:
        fix = "Remove after: the page takes the place of the national one"
        reading.problems.add(local.at("after"), Fault("This page replaces a national one", fix))
    copy = reading.folder / NATIONAL / name
    then = _read(reading, f"{NATIONAL}/{name}") if os.path.lexists(copy) else None
    if not os.path.lexists(copy):
        what = "The national page that this one replaces is not recorded"
        fix = f"Put a copy of the national page at {NATIONAL}/{name}"
        reading.problems.add(Location(local.file, 1), Fault(what, fix))
    before = _text(then) if then else ""
    change = Change("page", name, said["note"], before, _text(base), _text(local), kind, Location(local.file, 1))
    reading.changes.append(change)


def _record_gone(reading: LocalReading, name: str, local: Document) -> None:
    if not reading.moved_on:
        fix = did_you_mean(name, [n for n in reading.national if n.startswith("guide/")])
        reading.problems.add(local.at("change"), Fault(f"There is no national page “{name}” to replace", fix))
        return
    change = Change("gone", name, "", "", "", _text(local), "wording", Location(local.file, 1))
    reading.changes.append(change)


def _with_page(group: dict[str, Data], joining: Joining) -> Data:
    pages = sequence(group["pages"])
    if joining.after not in pages:
        return group
    at = pages.index(joining.after) + 1
    return {**group, "pages": [*pages[:at], joining.page, *pages[at:]]}


def _text(document: Document) -> str:
    return f"# {mapping(document.data).get('title', '')}\n\n{document.body}".strip() + "\n"


def read_images(reading: LocalReading, about: Document | None, brand: Brand) -> dict[str, bytes]:
    """The files of the folder images by name; faults, and images that nothing shows, are problems. What can't be read
    may show one of them: then none is said to be shown nowhere."""
    found = files.read_images(reading.folder / "images", reading.name("images"), reading.problems)
    used = {brand.logo, *_shown(reading.documents.values())}
    for file in found:
        name = reading.name(f"images/{file}")
        # One of them may be the logo under another name.
        if file not in used and not reading.unread and brand.logo in ("", *found):
            fix = "Name it in a page or as the logo, or remove it"
            reading.problems.add(Location(name), Fault("No page uses this image", fix))
        reading.changes.append(Change("image", name, "", "", "", file, "wording", Location(name)))
    if about is not None and brand.logo:
        _check_logo(reading, about, brand, found)
    return found


def _check_logo(reading: LocalReading, about: Document, brand: Brand, found: dict[str, bytes]) -> None:
    place = about.at("brand", "logo")
    unread = {reading.name(part) for part in ("images", f"images/{brand.logo}")} & {
        *(problem.place.file for problem in reading.problems),
        *map(reading.name, reading.unread),
    }
    if brand.logo not in found and unread:
        return
    if brand.logo not in found:
        fix = did_you_mean(brand.logo, list(found)) if found else "Put the file there"
        reading.problems.add(place, Fault(f"There is no image “{brand.logo}” in the folder images", fix))
    elif _HEAVY < len(found[brand.logo]) <= files.HEAVY:
        size = size_in_words(len(found[brand.logo]))
        fix = "Export it smaller"
        reading.problems.add(place, Fault(f"The logo is {size}, and makes every pack larger", fix), Severity.NOTICE)
    if not brand.logo_text.strip():
        reading.problems.add(place, Fault("The logo has no alternative text", "Add logo_text: and what the logo shows"))


def _shown(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        for _, text in document.texts():
            yield from images_in(text)


def _is_file(path: Path) -> bool:
    """Is there a file, as far as one can see?"""
    try:
        return path.is_file()
    except OSError:
        return False
