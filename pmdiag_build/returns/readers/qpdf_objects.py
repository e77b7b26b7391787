"""The objects of a PDF where pikepdf can't run: qpdf writes the file anew, and they are read from what it wrote.

qpdf checks the file as it does behind pikepdf, takes its encryption off and unpacks its objects. What it writes has
every object where its table says, every text to the byte and every stream as it was. An object is read when it is
asked for. `pdf_library` says what the readers use of it; nothing here is laxer than pikepdf, and where this module
can't be sure it raises Unsure.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from pmdiag_build.returns import limits
from pmdiag_build.returns.raw import TooBig
from pmdiag_build.returns.readers.pdf_syntax import (
    SPACE,
    Array,
    Damaged,
    Dictionary,
    Name,
    Object,
    PasswordNeeded,
    Stream,
    String,
    Word,
    parsed,
)

Run = Callable[[bytes, list[str]], tuple[int, str, bytes]]

run: Run | None = None
"""qpdf itself, set by whoever starts it: (a PDF, which is /in.pdf; arguments) → (exit code, stderr, bytes of /out)."""

_ANEW = ("--suppress-recovery", "--object-streams=disable", "--stream-data=preserve", "--decrypt", "--static-id")
_UNPACKED = ("--suppress-recovery", "--json=2", "--json-key=qpdf", "--json-stream-data=inline")
_SOUND, _REFUSED, _WITH_WARNINGS = 0, 2, 3
_SUMMARY = re.compile(r"[^:]*: operation succeeded with warnings")
_DEEPEST_PAGES = 100


def _qpdf(data: bytes, *arguments: str) -> tuple[list[str], bytes]:
    """What qpdf warns about, and what it wrote. Raises Damaged, PasswordNeeded and Unsure."""
    if run is None:
        raise RuntimeError("qpdf was not started")
    code, said, out = run(data, [*arguments, "/in.pdf", "/out"])
    lines = said.splitlines()
    if code in (_SOUND, _WITH_WARNINGS):
        return [line for line in lines if not _SUMMARY.match(line)], out
    if "invalid password" in said:
        raise PasswordNeeded(said)
    if code != _REFUSED or "bad_alloc" in said:
        raise Unsure("qpdf can't finish reading it")
    raise Damaged(next((line for line in lines if not line.startswith("WARNING: ")), said).replace("/in.pdf", ""))


class Unsure(Damaged):
    """pikepdf might read the file; the message says what was hard in half a sentence."""


class Page:
    """A page; `obj` is its dictionary."""

    def __init__(self, obj: Dictionary) -> None:
        self.obj = obj


_END = re.compile(rb"startxref\n(\d+)\n%%EOF\n\Z")
_TABLE = re.compile(rb"xref\n0 (\d+)\n((?:\d{10} \d{5} [fn] \n)*)trailer ")
_ROW = 20
_HEAD = re.compile(rb"(\d+) 0 obj\n")


_BAD_REFERENCE = re.compile(
    rb"\b(?:0+" + SPACE + rb"+\d+|\d+" + SPACE + rb"+0*[1-9]\d{4,})" + SPACE + rb"+R(?![A-Za-z0-9])"
)
"""A reference to an object that can't be. The qpdf of the desk takes it for null and says nothing; newer ones warn."""


class Pdf:
    """An open file, to be used as a context."""

    def __init__(self, data: bytes) -> None:
        self._warnings, self._data = _qpdf(data, *_ANEW)
        if _BAD_REFERENCE.search(data):
            self._warnings.append("treating bad indirect reference as null")
        end = _END.search(self._data, max(len(self._data) - 100, 0))
        table = _TABLE.match(self._data, int(end[1])) if end else None
        if table is None or len(table[2]) != int(table[1]) * _ROW:
            raise Unsure("its list of objects can't be read")
        rows = table[2]
        self._places = [int(rows[at : at + 10]) for at in range(0, len(rows), _ROW)]
        self._known: dict[int, Any] = {}
        self.trailer, _ = _next(parsed(self._data, table.end(), self))
        self.Root = self.trailer.get("/Root")
        if not isinstance(self.Root, Dictionary):
            raise Damaged("unable to find /Root dictionary")

    def __enter__(self) -> Pdf:
        return self

    def __exit__(self, *_: object) -> None:
        self._known = {}

    def get_warnings(self) -> list[str]:
        """What is wrong with the file though it can be read."""
        return self._warnings

    @property
    def objects(self) -> Iterator[Any]:
        """All objects that have a number."""
        return map(self.object, range(1, len(self._places)))

    def object(self, number: int) -> Any:
        """The object of that number; None for null and for one that is not there."""
        if number not in self._known:
            self._known[number] = self._read(number) if 0 < number < len(self._places) else None
        return self._known[number]

    def _read(self, number: int) -> Any:
        head = _HEAD.match(self._data, self._places[number])
        if head is None or int(head[1]) != number:
            raise Unsure("its list of objects can't be read")
        values = parsed(self._data, head.end(), self)
        value, _ = _next(values)
        word, after = _next(values)
        if word == "stream" and isinstance(value, Dictionary):
            value = self._stream(value, after)
        elif word != "endobj":
            raise Unsure("an object of it can't be read")
        if isinstance(value, Object) and not isinstance(value, Name):  # equal names may be one object
            value.objgen = (number, 0)
        return value

    def _stream(self, dictionary: Dictionary, after: int) -> Stream:
        length, start = dictionary.get("/Length"), after + 1
        if not isinstance(length, int) or not self._data.startswith(b"endstream", start + length):
            raise Unsure("the length of a stream can't be read")
        return dictionary.stream(self._data[start : start + length])

    def unpacked(self, stream: Stream) -> bytes:
        """The bytes of a stream without its filters; qpdf undoes those that are rare in what the readers look at."""
        filters = _filters(stream)
        if len(filters) > limits.FILTERS:
            raise Damaged("a stream has too many filters")
        if any(name not in ("/FlateDecode", "/Fl") or parameters is not None for name, parameters in filters):
            return self._unpacked_by_qpdf(stream)
        data = stream.raw
        for _ in filters:
            data = _inflated(data)
        return data

    def _unpacked_by_qpdf(self, stream: Stream) -> bytes:
        number, _ = stream.objgen
        wanted = (f"--json-object={number},0", "--decode-level=generalized")
        warnings, said = _qpdf(self._data, *_UNPACKED, *wanted)
        held = json.loads(said)["qpdf"][1][f"obj:{number} 0 R"]["stream"]
        if warnings or "/Filter" in held["dict"]:
            raise Damaged("a stream can't be decoded")
        return base64.b64decode(held["data"])

    @property
    def attachments(self) -> list[str]:
        """The names of the files inside the file."""
        names: set[str] = set()
        seen: set[int] = set()
        nodes = [self.Root["/Names"]["/EmbeddedFiles"]]
        while nodes:
            node = nodes.pop()
            if not isinstance(node, Dictionary) or id(node) in seen:
                raise Damaged("the list of files in it can't be read")
            seen.add(id(node))
            pairs = list(node.get("/Names", ()))
            if not all(isinstance(name, String) for name in pairs[::2]):
                raise Damaged("the list of files in it can't be read")
            names.update(map(str, pairs[::2]))
            nodes += list(node.get("/Kids", ()))
        return sorted(names)

    @cached_property
    def pages(self) -> list[Page]:
        """The pages in order. What qpdf would repair of their tree is among the warnings."""
        top = self.Root.get("/Pages")
        if not isinstance(top, Dictionary) or "/Kids" not in top:
            raise Damaged("root of pages tree has no /Kids array")
        if "/Parent" in top:
            self._warnings.append("document page tree root doesn't point to the root of the page tree")
        walk = _PageTree(self._warnings)
        walk.node(top, 1, media_box=False, resources=False)
        return walk.pages


class _PageTree:
    """Walks the tree of pages, as QPDF::getAllPages does, and warns of what that repairs."""

    def __init__(self, warnings: list[str]) -> None:
        self.pages: list[Page] = []
        self._warnings = warnings
        self._nodes: set[int] = set()
        self._leaves: set[int] = set()

    def node(self, node: Dictionary, level: int, *, media_box: bool, resources: bool) -> None:
        kids = node.get("/Kids")
        if level > _DEEPEST_PAGES or id(node) in self._nodes or not isinstance(kids, Array):
            raise Damaged("the page tree can't be read")
        self._nodes.add(id(node))
        self._warn_unless(node.get("/Type") == "/Pages", "/Type key should be /Pages")
        media_box = media_box or _is_rectangle(node.get("/MediaBox"))
        resources = resources or isinstance(node.get("/Resources"), Dictionary)
        for kid in kids:
            if not isinstance(kid, Dictionary):
                self._warn_unless(False, "the page tree includes an object that is not a page")
                continue
            self._warn_unless(kid.objgen != (0, 0), "a page is direct")
            if "/Kids" in kid:
                self.node(kid, level + 1, media_box=media_box, resources=resources)
            else:
                self._warn_unless(media_box or _is_rectangle(kid.get("/MediaBox")), "MediaBox is undefined")
                sound = resources or isinstance(kid.get("/Resources"), Dictionary)
                self._warn_unless(sound, "Resources is missing or invalid")
                self._leaf(kid)

    def _leaf(self, page: Dictionary) -> None:
        annotations = page.get("/Annots")
        if annotations is not None:
            self._warn_unless(isinstance(annotations, Array), "Annots is not an array")
            numbers = [one.objgen for one in annotations or () if isinstance(one, Object) and one.objgen != (0, 0)]
            self._warn_unless(len(numbers) == len(set(numbers)), "Annots has a duplicate entry")
        self._warn_unless(id(page) not in self._leaves, "a page appears more than once in the page tree")
        self._leaves.add(id(page))
        self._warn_unless(page.get("/Type") == "/Page", "/Type key should be /Page")
        self.pages.append(Page(page))

    def _warn_unless(self, sound: bool, warning: str) -> None:
        if not sound:
            self._warnings.append(warning)


def _is_rectangle(box: object) -> bool:
    return isinstance(box, Array) and len(box) == 4 and all(isinstance(side, (int, Decimal)) for side in box)


def _filters(stream: Stream) -> list[tuple[str, Any]]:
    """The filters of a stream with their parameters, in the order in which they are to be undone."""
    filters, parameters = stream.get("/Filter"), stream.get("/DecodeParms")
    names = list(filters) if isinstance(filters, Array) else [] if filters is None else [filters]
    given = list(parameters) if isinstance(parameters, Array) else [parameters] * len(names)
    given = given or [None] * len(names)
    if len(given) != len(names) or not all(isinstance(name, Name) for name in names):
        raise Damaged("the filters of a stream are wrong")
    return [(str(name), each or None) for name, each in zip(names, given, strict=True)]


_ZLIB_HEADER = 2


def _inflated(data: bytes) -> bytes:
    if not data:
        return data
    inflate = zlib.decompressobj()
    try:
        unpacked = inflate.decompress(data, limits.PDF_LOOKED_AT + 1)
    except zlib.error as error:
        if "incorrect data check" not in str(error):
            raise Damaged(f"inflate: {error}") from None
        # The check at the end is wrong in files of some programs; pikepdf does not look at it either.
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        unpacked = inflate.decompress(data[_ZLIB_HEADER:], limits.PDF_LOOKED_AT + 1)
    if len(unpacked) > limits.PDF_LOOKED_AT:
        raise TooBig(f"a part of it has more than {limits.PDF_LOOKED_AT >> 20} MB when it is unpacked")
    if not inflate.eof:
        raise Damaged("inflate: the end of a stream is missing")
    return unpacked


def _next(values: Iterator[tuple[Any, int]]) -> tuple[Any, int]:
    for value in values:
        return value
    raise Unsure("an object of it can't be read")


def opened(source: Path | bytes) -> Pdf:
    """An open PDF, to be used as a context. Raises PasswordNeeded and Damaged."""
    return Pdf(source if isinstance(source, bytes) else source.read_bytes())


# ---- content of pages

_INLINE_DATA = re.compile(SPACE + rb".*?[\0\t\n\f\r ()<>\[\]{}/%]EI(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)", re.DOTALL)


def instructions(content: Object) -> Iterator[tuple[str, list[Any]]]:
    """The instructions of a page's content, or of that of an appearance: operators with their operands."""
    return iter(_instructions(_content(content)))


def _content(content: Object) -> bytes:
    if isinstance(content, Stream):
        return content.read_bytes()
    contents = content.get("/Contents")
    parts = [contents] if isinstance(contents, Stream) else list(contents or ())
    if not all(isinstance(part, Stream) for part in parts):
        raise Damaged("the content of a page can't be read")
    return b"\n".join(part.read_bytes() for part in parts)


def _instructions(data: bytes) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    operands: list[Any] = []
    at, ended = 0, False
    while not ended:
        ended = True
        for value, place in parsed(data, at, None):
            if type(value) is not Word:
                operands.append(value)
                continue
            if value == "ID":
                image = _INLINE_DATA.match(data, place)
                if image is None:
                    raise Damaged("a picture in it has no end")
                found[-1:] = [("INLINE IMAGE", [])] if found and found[-1][0] == "BI" else [("ID", operands)]
                at, ended, operands = image.end(), False, []
                break
            found.append((str(value), operands))
            operands = []
    return found
