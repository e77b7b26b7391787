"""A local folder over the national documents: reads every file of it, merges, and says what it changes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pmdiag_build.content.checks import check_plain
from pmdiag_build.content.documents import Data, Document, mapping, read_yaml, sequence
from pmdiag_build.content.model import Brand, Change, ChangeKind, LocalVersion, RoleGroup
from pmdiag_build.content.schema import check_shape
from pmdiag_build.content.structure import OF_THE_NATIONAL, build, statement_entries
from pmdiag_build.local import ABOUT, TERMS, LocalReading, files_of, meant, no_version, report_misplaced
from pmdiag_build.local.overlay import Merge
from pmdiag_build.local.pages import check_copies, join_pages, merge_page, read_images
from pmdiag_build.local.terms import Term, Terms, is_sound
from pmdiag_build.problems import Fault, Location, Problems, did_you_mean

_LEAST_CONTRAST = 4.5
"""WCAG 2.2 AA, success criterion 1.4.3, for text of any size."""

# As in layouts/css/tokens.css, which a test compares.
DEFAULTS = {"brand": "#17505c", "on_brand": "#ffffff", "link": "#175c80"}
# Foreground and background: the header's text on the brand colour, links and the brand's rules on paper and tint.
_PAIRS = (("on_brand", "brand"), ("link", "#ffffff"), ("link", "#f2f5f6"), ("brand", "#ffffff"))


def read_local(
    folder: Path, national: dict[str, Document], problems: Problems
) -> tuple[dict[str, Document], dict[str, bytes], LocalVersion | None]:
    """(documents, images, version): the national documents with the local folder's changes, and what they are.

    All faults are added to `problems`, each with its place in the local folder; the version is None where
    local.yaml can't be read.
    """
    reading = LocalReading(folder, national, dict(national), problems)
    about, brand, sound = _about(reading)
    if not os.path.lexists(folder / ABOUT):
        # It may be any folder: its other files are not mistakes.
        return national, {}, None
    edition = mapping(national["tool.yaml"].data)["edition"]
    reading.moved_on = about is not None and sound and mapping(about.data)["base"] != edition
    terms = _terms(reading)
    reading.documents = {name: terms.document(document) for name, document in national.items()}
    for name in files_of(reading):
        if name.endswith(".md"):
            merge_page(reading, name)
        else:
            _merge_data(reading, name)
    join_pages(reading)
    terms.check(national, problems)
    check_copies(reading)
    images = read_images(reading, about, brand)
    if about is None or not sound:
        return reading.documents, images, None
    changes = (*reading.changes, *_effective(terms.changes, reading.changes))
    layouts = folder / "layouts"
    lost = _lost(terms, reading, str(mapping(about.data)["base"]))
    groups = tuple(_role_groups(about, reading.documents["templates/record.yaml"], problems))
    version = build(LocalVersion, about.data, brand=brand, changes=changes, lost=lost, role_groups=groups)
    return reading.documents, images, replace(version, layouts=layouts if layouts.is_dir() else None)


def _lost(terms: Terms, reading: LocalReading, base: str) -> tuple[tuple[str, str], ...]:
    """The places of terms in statements that this version does not word itself, gone since `base` was issued."""
    issued = reading.national.get(f"editions/{base}.yaml")
    if issued is None:
        return ()
    then = {id: str(text) for id, text in mapping(mapping(issued.data)["statements"]).items()}
    statements = statement_entries(reading.national["framework.yaml"].data)
    now = {str(entry["id"]): str(entry["text"]) for _, entry in statements}
    own = {change.statement for change in reading.changes}
    return tuple((old, id) for old, id in terms.lost(then, now) if id not in own)


def _about(reading: LocalReading) -> tuple[Document | None, Brand, bool]:
    """local.yaml, what of its brand can be used, and whether all of the file can be."""
    folder, problems = reading.folder, reading.problems
    if not os.path.lexists(folder / ABOUT):
        problems.add(str(folder), no_version(folder))
        return None, Brand(), False
    about = read_yaml(folder / ABOUT, reading.name(ABOUT), problems)
    if about is None:
        reading.unread.add(ABOUT)
        return None, Brand(), False
    sound = check_shape(about, "local", problems)
    brand, faulty = _usable(about.data)
    check_colours(brand.colours, about, problems, faulty)
    if sound:
        check_plain(about, problems)
    else:
        reading.unread.add(ABOUT)
        # Its alternative text may be there with a typing mistake.
        brand = replace(brand, logo_text=brand.logo_text or "?")
    return about, brand, sound


def _role_groups(about: Document, record: Document, problems: Problems) -> Iterator[RoleGroup]:
    """The declared groups of roles, by codes; a role may also be named as it is printed."""
    fields = map(mapping, sequence(mapping(record.data)["fields"]))
    options = [mapping(one) for field in fields if field["name"] == "role" for one in sequence(field["options"])]
    codes = {str(one["code"]): str(one["code"]) for one in options}
    codes = {str(one["label"]): str(one["code"]) for one in options} | codes
    seen: dict[str, str] = {}
    for i, group in enumerate(map(mapping, sequence(mapping(about.data).get("role_groups", [])))):
        name = str(group["name"]).strip()
        if name in codes or name in seen.values():
            what = f"“{name}” is already the name of a {'role' if name in codes else 'group'}"
            problems.add(about.at("role_groups", i, "name"), Fault(what, "Give the group a name of its own"))
        roles = []
        for j, written in enumerate(map(str, sequence(group["roles"]))):
            place = about.at("role_groups", i, "roles", j)
            code = codes.get(written)
            if code is None:
                fix = did_you_mean(written, [str(one["code"]) for one in options])
                problems.add(place, Fault(f"There is no role “{written}”", fix))
            elif code in seen:
                problems.add(place, Fault(f"The role “{written}” is in a group already", "Leave it in one group only"))
            else:
                roles.append(code)
                seen[code] = name
        yield RoleGroup(name, tuple(roles))


def _usable(about: Data) -> tuple[Brand, set[str]]:
    """The parts of a brand that have the right shape, and the names of colours that have not."""
    said = about.get("brand") if isinstance(about, dict) else None
    given = said if isinstance(said, dict) else {}
    colours = given.get("colours")
    chosen = colours if isinstance(colours, dict) else {}
    sound: dict[str, Data] = {key: value for key, value in given.items() if key != "colours" and _fits({key: value})}
    good = {key: value for key, value in chosen.items() if _fits({"colours": {key: value}})}
    return build(Brand, {**sound, "colours": good}), chosen.keys() - good.keys()


def _fits(brand: Data) -> bool:
    return check_shape(Document("", {"id": "us", "name": "us", "base": "1", "brand": brand}, {}), "local", Problems())


def _terms(reading: LocalReading) -> Terms:
    if not os.path.lexists(reading.folder / TERMS):
        return Terms(())
    document = read_yaml(reading.folder / TERMS, reading.name(TERMS), reading.problems)
    if document is None or not check_shape(document, "terms", reading.problems):
        return Terms(())
    found = []
    for i, entry in enumerate(map(mapping, sequence(mapping(document.data)["terms"]))):
        where, keep = (tuple(map(str, sequence(entry.get(key, [])))) for key in ("where", "keep"))
        change: ChangeKind = "meaning" if entry["change"] == "meaning" else "wording"
        old, new = (str(entry[key]).strip() for key in ("national", "ours"))
        term = Term(old, new, change, document.at("terms", i), where, keep)
        if is_sound(term, reading.problems):
            found.append(term)
    levels = sequence(mapping(reading.national["framework.yaml"].data)["levels"])
    return Terms(tuple(found), tuple(str(mapping(level)["label"]) for level in levels))


def _merge_data(reading: LocalReading, name: str) -> None:
    local = read_yaml(reading.folder / name, reading.name(name), reading.problems)
    if local is None:
        reading.unread.add(name)
        return
    base = reading.national.get(name)
    if base is None:
        _add_pack(reading, name, local)
    elif name.startswith(OF_THE_NATIONAL):
        what = "This file is about the national text and can't change"
        reading.problems.add(local.file, Fault(what, "Remove it"))
    else:
        merge = Merge(base, reading.documents[name], local, Problems(), reading.moved_on)
        reading.documents[name] = merge.document()
        reading.problems.extend(merge.problems)
        if merge.problems.errors:
            reading.unread.add(name)
        reading.changes.extend(merge.changes)


def _add_pack(reading: LocalReading, name: str, local: Document) -> None:
    """A file that the national content does not have is the version's own pack, or in a wrong place."""
    data = local.data if isinstance(local.data, dict) else {}
    places = meant(name, reading.national)
    if name.startswith("packs/") and ("sections" in data or not places):
        reading.documents[name] = local
        title = str(data.get("title", name))
        reading.changes.append(Change("added", name, "pack", "", "", title, "wording", Location(local.file, 1)))
    elif places:
        report_misplaced(reading, name, places)
    else:
        near = did_you_mean(name, [n for n in reading.national if n.endswith(".yaml")])
        reading.problems.add(local.file, Fault("The national content has no such file", near))


def _effective(terms: list[Change], own: list[Change]) -> Iterator[Change]:
    """The places of terms that this version does not word itself; for a term without any, one change without texts."""
    left = [change for change in terms if not any(other.covers(change) for other in own)]
    yield from left
    seen = {change.place for change in left}
    for change in terms:
        if change.place not in seen:
            seen.add(change.place)
            yield replace(change, file="", spot="", national="", now="", ours="", keys=())


def check_colours(
    colours: Mapping[str, str], document: Document, problems: Problems, faulty: Collection[str] = ()
) -> None:
    """Adds a problem for each pair of colours whose contrast is below WCAG's least. What a `faulty` one will be is not
    known."""
    chosen = {**DEFAULTS, **colours}
    for front, back in _PAIRS:
        if (front not in colours and back not in colours) or front in faulty or back in faulty:
            continue
        first, second = chosen.get(front, front), chosen.get(back, back)
        found = contrast(first, second)
        if found < _LEAST_CONTRAST:
            key = front if front in colours else back
            what = f"{first} on {second} has a contrast of {found:.1f} : 1, at least {_LEAST_CONTRAST} : 1 is needed"
            fix = "Choose a darker colour on a light ground, or a lighter one on a dark ground"
            problems.add(document.at("brand", "colours", key), Fault(what, fix))


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
