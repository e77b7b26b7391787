"""Images of a local version: the logo and pictures in pages. Reads files, decodes no picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pmdiag_build.content import images
from pmdiag_build.content.documents import Data, Document
from pmdiag_build.content.images import HEAVY
from pmdiag_build.content.markdown_checks import images_in
from pmdiag_build.content.model import Brand, Change
from pmdiag_build.local.folder import Reading
from pmdiag_build.problems import Fault, Location, Severity, did_you_mean

_HEAVY = 200_000
"""Bytes of a logo from which every pack and every page is noticeably slower to send; a drawing has a tenth.
Above what is heavy for any picture, that is said instead."""


def read_images(reading: Reading, about: Document | None, brand: Brand) -> dict[str, bytes]:
    """The files of the folder images by name; faults, and images that nothing shows, are problems. What can't be read
    may show one of them: then none is said to be shown nowhere."""
    found = images.read_images(reading.folder / "images", reading.name("images"), reading.problems)
    used = {brand.logo, *_shown(reading.documents.values())}
    for file in found:
        name = reading.name(f"images/{file}")
        if file not in used and not reading.unread:
            fix = "Name it in a page or as the logo, or remove it"
            reading.problems.add(Location(name), Fault("No page uses this image", fix))
        reading.changes.append(Change("image", name, "", "", "", file, "wording", Location(name)))
    if about is not None and brand.logo:
        _check_logo(reading, about, brand, found)
    return found


def _check_logo(reading: Reading, about: Document, brand: Brand, images: dict[str, bytes]) -> None:
    place = about.at("brand", "logo")
    unread = {reading.name(part) for part in ("images", f"images/{brand.logo}")} & {
        *(problem.place.file for problem in reading.problems),
        *map(reading.name, reading.unread),
    }
    if brand.logo not in images and unread:
        return
    if brand.logo not in images:
        fix = did_you_mean(brand.logo, list(images)) if images else "Put the file there"
        reading.problems.add(place, Fault(f"There is no image “{brand.logo}” in the folder images", fix))
    elif _HEAVY < len(images[brand.logo]) <= HEAVY:
        size = f"{len(images[brand.logo]) / 1000:.0f} KB"
        fix = "Export it smaller, or as SVG"
        reading.problems.add(place, Fault(f"The logo has {size}, and every pack carries it", fix), Severity.NOTICE)
    if not brand.logo_text.strip():
        reading.problems.add(place, Fault("The logo has no alternative text", "Add logo_text: and what the logo shows"))


def _shown(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        for text in (document.body, *_texts(document.data)):
            yield from images_in(text)


def _texts(data: Data) -> Iterator[str]:
    if isinstance(data, str):
        yield data
        return
    for value in data.values() if isinstance(data, dict) else data:
        yield from _texts(value)
