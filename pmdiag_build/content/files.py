"""The files of a folder of content: which there are, in a fixed order, what they may be called, and its images.

A name becomes an id, part of an address and the name of a file. Each image is checked: it is what its name says,
complete, and safe to show.
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from pmdiag_build.content.field_names import ENTRY_SHEET
from pmdiag_build.problems import Fault, Location, Problems, Severity, size_in_words
from pmdiag_build.resources import Among, is_ignored

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")
_DEEPEST = 20
_WINDOWS = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(10)), *(f"lpt{i}" for i in range(10))}
_NOT_IN_A_FILE_NAME = re.compile(r'[<>:"|?*\\#%\x00-\x1f\x7f-\x9f\ud800-\udfff]|^ |[ .]$')
"""What Windows forbids in file names, what ends a path in an address, and what is not text."""
PARTS = {"site", "packs", "desk", "whole"}
"""What a build calls its parts, for `--only` and in its ledger: no pack may be called so."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that a file of text must not have."""
LEADS_OUTSIDE = Fault("The file is a link to a place outside the folder", "Put the file itself there")
NO_FOLDER = Fault("This is not a folder", "Put a folder with this name in its place")


LARGEST = 2_000_000
"""Bytes of a file of text; our longest has a tenth."""


def read_bytes(path: Path, name: str, problems: Problems, most: int = LARGEST) -> bytes | None:
    """The file's bytes, `most` at most, or None and a problem."""
    try:
        if not path.exists() or path.is_file():
            if (size := path.stat().st_size) > most:
                what = f"The file is {size_in_words(size)}, more than the {size_in_words(most)} that are read"
                problems.add(name, Fault(what, "Make it smaller"))
                return None
            return path.read_bytes()
    except OSError as error:
        problems.add(name, Fault(f"The file can't be read ({error.strerror})", "Check its name and permissions"))
        return None
    # A pipe would never end, and a folder has no text.
    problems.add(name, Fault("This is not a file, but a folder, pipe or device", "Move it elsewhere"))
    return None


def read_plain(path: Path, name: str, problems: Problems, most: int = LARGEST) -> str | None:
    """Any file as text with LF line ends, or None and a problem: it is UTF-8, with or without a BOM."""
    raw = read_bytes(path, name, problems, most)
    if raw is None:
        return None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add(name, Fault("The file is saved as UTF-16", "Save it as UTF-8"))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problems.add(Location(name, line), Fault("There is a character that is not UTF-8", "Save the file as UTF-8"))
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if lines := sorted({text.count("\n", 0, found.start()) + 1 for found in CONTROL.finditer(text)}):
        for line in lines:
            refuse_control(Location(name, line), problems)
        return None
    return text


def refuse_control(place: Location, problems: Problems) -> None:
    """Add the problem that such a character is at a place."""
    problems.add(place, Fault("There is a control character, which can't be seen or printed", "Remove it"))


def good_name(stem: str, folder: str) -> bool:
    """May this be the id of a page or pack (`folder`: guide, packs …), also in an address and on Windows?"""
    return _NAME.fullmatch(stem) is not None and not _is_reserved(stem, folder)


def how_to_name(stem: str, folder: str) -> str:
    """How to fix an invalid name."""
    if _is_reserved(stem, folder):
        who = "Windows" if stem in _WINDOWS else "pmdiag build --only" if stem in PARTS else "pmdiag entry-sheet"
        return f"Choose another name; {who} reserves this one"
    return "Use small letters a–z, figures and hyphens; it becomes part of an address and a file name"


def check_image_name(name: str, place: Location, seen: dict[str, str], problems: Problems) -> None:
    """Adds a problem if an image's name does not work on every system; `seen`: the names so far, normalised."""
    if _NOT_IN_A_FILE_NAME.search(name) or name.split(".")[0].lower() in _WINDOWS:
        problems.add(place, Fault("An image can't have this name", "Use letters, figures, hyphens and a full stop"))
    elif (twin := seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)) != name:
        problems.add(place, Fault(f"To Windows and macOS this is the same name as {twin}", "Rename one of them"))


def _is_reserved(stem: str, folder: str) -> bool:
    return stem in _WINDOWS or (folder == "packs" and stem in (*PARTS, ENTRY_SHEET))


def entries(folder: Path, name: str, problems: Problems) -> list[Path]:
    """The contents of the folder that messages call `name`, without ignored files. Nothing if it is a link."""
    if folder.is_symlink():
        what = "This is a link to a folder, and such links are not followed"
        problems.add(name, Fault(what, "Put the folder itself there"))
        return []
    return _listed(folder, name, problems)


def files_under(folder: Path, name: str, problems: Problems) -> Iterator[Path]:
    """Every file in the folder, which may be a link itself, and in those within it."""
    for path in _listed(folder, name, problems):
        if not path.is_dir():
            yield path
        elif name.count("/") > _DEEPEST:
            what = f"Folders are nested here more than {_DEEPEST} deep"
            problems.add(f"{name}/{path.name}", Fault(what, "Remove this folder"))
        elif entries(path, f"{name}/{path.name}", problems):
            yield from files_under(path, f"{name}/{path.name}", problems)


def _listed(folder: Path, name: str, problems: Problems) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if not is_ignored(path.name, Among.CONTENT)]
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        problems.add(name, NO_FOLDER)
    except OSError as error:
        problems.add(name, Fault(f"The folder can't be read ({error.strerror})", "Check its permissions"))
    return []


def leaves(path: Path, folder: Path) -> bool:
    """Is the file a link to a place outside the folder? Broken links are reported by the reader."""
    root, real = os.path.realpath(folder), os.path.realpath(path)
    return os.path.commonpath([root, real]) != root


# ---- images

IMAGE_TYPES = (".png", ".jpg", ".jpeg", ".svg", ".webp")
HEAVY = 1_000_000
"""Bytes from which a picture makes pages and packs noticeably slower to send; a sharp photograph has a third."""
LARGEST_IMAGE = 50_000_000
"""Bytes of an image that is read at all."""
MOST_POINTS = 80_000_000
"""Points of an image from which libraries take it for an attack; a sheet of A3 in print has half of them."""
MOST_SHAPES = 1_000
"""Elements that an SVG may draw by reference: a few bytes can ask for millions."""


def read_images(folder: Path, name: str, problems: Problems) -> dict[str, bytes]:
    """The images of the folder `images`, which messages call `name`, by their names; every fault is a problem."""
    images: dict[str, bytes] = {}
    names: dict[str, str] = {}
    for path in entries(folder, name, problems):
        place = Location(f"{name}/{path.name}")
        if path.is_dir():
            what = "This is a folder, and folders in images are not read"
            problems.add(place, Fault(what, "Move its images out of it"))
        elif path.suffix.lower() not in IMAGE_TYPES:
            problems.add(place, Fault("This is not an image that pages can show", f"Use {', '.join(IMAGE_TYPES)}"))
        elif leaves(path, folder.parent):
            problems.add(place, LEADS_OUTSIDE)
        elif (data := read_bytes(path, place.file, problems, LARGEST_IMAGE)) is not None:
            check_image_name(path.name, place, names, problems)
            check_image(place.file, data, problems)
            images[path.name] = data
    return images


def check_image(name: str, data: bytes, problems: Problems) -> None:
    """Adds a problem if `data` is not the kind of image that `name` says, in part only, or could do more than draw."""
    ending = name[name.rfind(".") :].lower()
    if ending == ".svg":
        check_svg(name, data, problems)
    elif fault := _bitmap_fault(ending, data):
        problems.add(name, fault)
    if len(data) > HEAVY:
        what = f"The image is {size_in_words(len(data))}, and makes every page and pack that shows it larger"
        problems.add(name, Fault(what, "Export it smaller"), Severity.NOTICE)


_BEGINNINGS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".webp": b"RIFF"}


def _bitmap_fault(ending: str, data: bytes) -> Fault | None:
    """What is wrong with an image whose name has this ending, and how to fix it; None if all of it can be drawn."""
    if not data.startswith(_BEGINNINGS[ending]):
        return Fault(f"The file is not a {ending[1:].upper()} image", "Export it again as PNG or SVG")
    # Imported here: only content with pictures needs them. By their names, for Image.open tries every kind in turn.
    from PIL import ImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    kind = {".png": PngImageFile, ".webp": WebPImageFile}.get(ending, JpegImageFile)
    # WeasyPrint, once it is imported, makes Pillow draw what it can of a damaged image.
    lenient, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        width, height = kind(io.BytesIO(data)).size
        if width * height > MOST_POINTS:
            return Fault(f"The image has {width * height // 1_000_000} million points", "Export it smaller")
        kind(io.BytesIO(data)).verify()
        image = kind(io.BytesIO(data))
        # An eighth of a JPEG's size is enough to read it to its end.
        image.draft("RGB", (width // 8, height // 8))
        image.load()
    except (OSError, SyntaxError, ValueError):
        return Fault("The image is damaged or incomplete", "Export it again")
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return None


_AS_IMAGE = "Export it again as SVG or PNG"
_NO_SVG = Fault("The file is not an SVG image", _AS_IMAGE)


def check_svg(name: str, data: bytes, problems: Problems) -> None:
    """Adds a problem for everything that lets an SVG do more than draw; `name` is the file's in messages."""
    checker = _SvgChecker(name, problems)
    try:
        checker.parser.Parse(data, True)
    except expat.ExpatError as error:
        problems.add(Location(name, error.lineno), _NO_SVG)
    except (ValueError, LookupError):  # an encoding that expat does not know
        problems.add(Location(name, 1), Fault("The SVG is not saved as UTF-8", _AS_IMAGE))
    else:
        if checker.root != "svg":
            problems.add(Location(name, 1), _NO_SVG)
        elif checker.shapes() > MOST_SHAPES:
            what = f"The SVG draws parts of itself again more than {MOST_SHAPES:,} times"
            problems.add(name, Fault(what, "Export it again with its <use> elements resolved, or as PNG"))


# The last four can give a link or an attribute another value while the image is looked at.
_ACTIVE = ("script", "foreignobject", "iframe", "handler", "set", "animate", "animatemotion", "animatetransform")


class _SvgChecker:
    """Refuses everything that lets an SVG do more than draw: scripts, foreign content, references outside itself."""

    _URL = re.compile(r"url\(\s*['\"]?([^'\")]*)", re.IGNORECASE)
    _NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
    _VIEW_BOX = re.compile(rf"\s*{_NUMBER}(?:(?:\s+|\s*,\s*){_NUMBER}){{3}}\s*")

    def __init__(self, name: str, problems: Problems) -> None:
        self.root = ""
        self.parser = expat.ParserCreate()
        # A style comes in one piece, however many lines it has.
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = lambda *_: self._refuse("The SVG declares an entity")
        self.parser.EndElementHandler = lambda _: self._open.pop()
        self.parser.StartDoctypeDeclHandler = lambda *_: self._refuse("The SVG has a <!DOCTYPE>")
        self.parser.ProcessingInstructionHandler = self._instruction
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
            elif attribute in ("href", "src") and _leads_out(value):
                self._refuse(f"The SVG refers to “{value[:60]}” outside itself")
            elif self._refers_outside(value):
                self._refuse("The SVG refers to something outside itself")

    def _note_use(self, attributes: dict[str, str]) -> None:
        target = next((value for key, value in attributes.items() if key.rsplit(":", 1)[-1] == "href"), "")
        for id in {*self._open[:-1], ""}:
            self._used.setdefault(id, []).append(target.removeprefix("#"))

    def _text(self, piece: str) -> None:
        if self._refers_outside(piece):
            self._refuse("The SVG's style refers to something outside itself")

    def _refers_outside(self, style: str) -> bool:
        plain = unescaped(style)
        return "@import" in plain.lower() or any(map(_leads_out, self._URL.findall(plain)))

    def _instruction(self, target: str, _: str) -> None:
        if target == "xml-stylesheet":
            self._refuse("The SVG has an <?xml-stylesheet?>")


def _leads_out(target: str) -> bool:
    """Does an address in an SVG lead out of it?"""
    plain = plain_address(target)
    return hides_references(plain) or not plain.startswith(("#", "data:image/"))


_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|([^\n]))", re.IGNORECASE)


def unescaped(css: str) -> str:
    """A text of CSS with its escapes resolved: `\\68ref` → `href`, `u\\rl` → `url`."""
    return _ESCAPE.sub(lambda code: chr(min(int(code[1], 16), 0xFFFD)) if code[1] else code[2], css)


def plain_address(target: str) -> str:
    """An address as browsers compare it: in small letters, without blanks."""
    return re.sub(r"[\x00-\x20]", "", target).lower()


def hides_references(plain: str) -> bool:
    """Is there an SVG within a plain address that could refer to something else? Nobody would see it."""
    return plain.startswith("data:image/svg") and any(part in plain for part in ("href", "url(", ";base64"))
