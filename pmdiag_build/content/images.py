"""Is an image of the content what its name says, whole, and safe to show? Reads bytes, decodes no picture."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from pmdiag_build.content.bitmaps import fault_of
from pmdiag_build.content.documents import read_bytes
from pmdiag_build.content.file_names import check_image_name
from pmdiag_build.content.folders import entries, leaves
from pmdiag_build.problems import Fault, Location, Problems, Severity

IMAGE_TYPES = (".png", ".jpg", ".jpeg", ".svg", ".webp")
HEAVY = 1_000_000
"""Bytes from which a picture makes pages and packs noticeably slower to send; a sharp photograph has a third."""

MOST_SHAPES = 1_000
"""Elements that an SVG may draw by reference: a few bytes can ask for millions."""


def read_images(folder: Path, name: str, problems: Problems) -> dict[str, bytes]:
    """The images of the folder `images`, which messages call `name`, by their names; every fault is a problem."""
    images: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for path in entries(folder, name, problems):
        place = Location(f"{name}/{path.name}")
        if path.is_dir():
            problems.add(place, Fault("This is no file, and folders in images are not read", "Put the images beside"))
        elif path.suffix.lower() not in IMAGE_TYPES:
            problems.add(place, Fault("This is not an image that pages can show", f"Use {', '.join(IMAGE_TYPES)}"))
        elif leaves(path, folder.parent):
            problems.add(place, Fault("The file is a link that leaves the folder", "Put the file itself there"))
        elif (data := read_bytes(path, place.file, problems)) is not None:
            check_image_name(path.name, place, names, problems)
            check_image(place.file, data, problems)
            images[path.name] = data
    return images


def check_image(name: str, data: bytes, problems: Problems) -> None:
    """Adds a problem if `data` is not the kind of image that `name` says, in part only, or could do more than draw."""
    ending = name[name.rfind(".") :].lower()
    if ending == ".svg":
        _check_svg(name, data, problems)
    elif fault := fault_of(ending, data):
        problems.add(Location(name), fault)
    if len(data) > HEAVY:
        what = f"The image has {len(data) / 1_000_000:.1f} MB, and every page and pack that shows it carries it"
        problems.add(Location(name), Fault(what, "Export it smaller"), Severity.NOTICE)


def _check_svg(name: str, data: bytes, problems: Problems) -> None:
    checker = _SvgChecker(name, problems)
    try:
        checker.parser.Parse(data, True)
    except expat.ExpatError as error:
        problems.add(
            Location(name, error.lineno), Fault("The file is not an SVG image", "Export it again as SVG or PNG")
        )
        return
    except (ValueError, LookupError):
        # How Python tells of an encoding that expat does not know.
        what = "The SVG is written in another encoding than UTF-8"
        problems.add(Location(name, 1), Fault(what, "Export it again as SVG or PNG"))
        return
    if checker.root != "svg":
        problems.add(Location(name, 1), Fault("The file is not an SVG image", "Export it again as SVG or PNG"))
    elif checker.shapes() > MOST_SHAPES:
        what = f"The SVG draws parts of itself again more than {MOST_SHAPES:,} times"
        problems.add(Location(name), Fault(what, "Export it again with its <use> elements resolved, or as PNG"))


# The last four can give a link or an attribute another value while the image is looked at.
_ACTIVE = ("script", "foreignobject", "iframe", "handler", "set", "animate", "animatemotion", "animatetransform")


class _SvgChecker:
    """Refuses whatever lets an SVG do more than draw: scripts, foreign content, references outside itself."""

    _OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!['\"]?(?:#|data:image/))", re.IGNORECASE)

    _NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
    _VIEW_BOX = re.compile(rf"\s*{_NUMBER}(?:(?:\s+|\s*,\s*){_NUMBER}){{3}}\s*")

    def __init__(self, name: str, problems: Problems) -> None:
        self.root = ""
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._entity
        self.parser.EndElementHandler = self._end
        self._name = name
        self._problems = problems
        self._open: list[str] = [""]
        self._used: dict[str, list[str]] = {"": []}

    def shapes(self) -> int:
        """How many elements `<use>` draws, each in each of its places; a reference to itself is without end."""
        known: dict[str, int] = {}

        def drawn(id: str, within: frozenset[str]) -> int:
            if id in within or len(within) > MOST_SHAPES:
                return MOST_SHAPES + 1
            if id not in known:
                below = within | {id}
                known[id] = min(sum(1 + drawn(used, below) for used in self._used.get(id, ())), MOST_SHAPES + 1)
            return known[id]

        return drawn("", frozenset())

    def _refuse(self, what: str) -> None:
        place = Location(self._name, self.parser.CurrentLineNumber)
        self._problems.add(place, Fault(what, "Export it as a plain SVG without scripts, fonts and links, or as PNG"))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        plain = tag.rsplit(":", 1)[-1].lower()
        if not self.root:
            self.root = plain
            if not self._VIEW_BOX.fullmatch(attributes.get("viewBox", "0 0 1 1")):
                self._refuse("The viewBox of the SVG is not four numbers")
        self._open.append(attributes.get("id", ""))
        if plain == "use":
            self._note_use(attributes)
        if plain in _ACTIVE:
            self._refuse(f"The SVG has a <{plain}>")
        for key, value in attributes.items():
            attribute = key.rsplit(":", 1)[-1].lower()
            if attribute.startswith("on"):
                self._refuse(f"The SVG runs a script ({attribute})")
            elif attribute in ("href", "src") and not value.startswith(("#", "data:image/")):
                self._refuse(f"The SVG refers to “{value[:60]}” outside itself")
            elif self._OUTSIDE.search(value):
                self._refuse("The SVG refers to something outside itself")

    def _end(self, _: str) -> None:
        self._open.pop()

    def _note_use(self, attributes: dict[str, str]) -> None:
        target = next((value for key, value in attributes.items() if key.rsplit(":", 1)[-1] == "href"), "")
        for id in {*self._open[:-1], ""}:
            self._used.setdefault(id, []).append(target.removeprefix("#"))

    def _text(self, piece: str) -> None:
        if self._OUTSIDE.search(piece):
            self._refuse("The SVG's style refers to something outside itself")

    def _entity(self, *_: object) -> None:
        self._refuse("The SVG declares an entity")
