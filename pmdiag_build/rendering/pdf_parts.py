"""A report that is made in parts: each part laid out, then written with its page numbers, then joined into one PDF.

Joined are pages, structure trees, places that links lead to, and bookmarks.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Object, ObjectStreamMode, OutlineItem, Pdf, String

from pmdiag_build.rendering.page import POINTS_OF_A_PIXEL
from pmdiag_build.rendering.weasy import VARIANT, font_folder, loaded, page_of, undisturbed, with_room

_TOP, _TOP_KEY = "PmdiagTop", "/PmdiagTop"
"""Of the structure tree of a part, as WeasyPrint and pikepdf name it: all elements below the document, those of margins
included, which are in no list."""


# ---- one part, laid out with WeasyPrint


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A heading, at a page (from 0) and a point on it in PDF units."""

    level: int
    label: str
    page: int
    left: float
    top: float
    closed: bool


@dataclass(frozen=True, slots=True)
class Extent:
    """What the other parts of a document must know of one: how many pages it has, and what is on which (from 0)."""

    pages: int
    anchors: Mapping[str, int]
    bookmarks: tuple[Bookmark, ...]


class LaidOut:
    """A part of a report that is laid out and waits for the numbers of its pages.

    WeasyPrint makes what is in the margins of pages last, as soon as it knows how many pages there are. Of a part only
    the others know that, so this step is put off. It is no part of WeasyPrint's interface: as of 70.0,
    `weasyprint.layout.layout_document` calls `make_margin_boxes(context, page, state)` and `layout_backgrounds` for
    each page, `context.current_page` is the page's number and `state[1]` has its counters.
    """

    @with_room
    def __init__(self, html: str) -> None:
        self._layout = loaded().layout
        with ExitStack() as opened:
            fonts = opened.enter_context(font_folder())
            with undisturbed(), self._margins_put_off() as self._put_off:
                page, configuration = page_of(html, (), lambda _: None, fonts)
                self._document = page.render(font_config=configuration, pdf_variant=VARIANT)
            self._opened = opened.pop_all()

    @contextmanager
    def _margins_put_off(self) -> Iterator[list[tuple[Any, Any, Any]]]:
        """Let no margin be made, and list what it takes to make it."""
        layout = self._layout
        put_off: list[tuple[Any, Any, Any]] = []

        def none(context: Any, page: Any, state: Any) -> tuple[()]:
            put_off.append((context, page, state))
            return ()

        before = layout.make_margin_boxes, layout.layout_backgrounds
        layout.make_margin_boxes, layout.layout_backgrounds = none, lambda *_: None
        try:
            yield put_off
        finally:
            layout.make_margin_boxes, layout.layout_backgrounds = before

    def extent(self) -> Extent:
        """What there is on which page."""
        pages = self._document.pages
        anchors: dict[str, int] = {}
        for number, page in enumerate(pages):
            for name in page.anchors:
                anchors.setdefault(name, number)
        bookmarks = tuple(
            Bookmark(
                level, label, number, x * POINTS_OF_A_PIXEL, (page.height - y) * POINTS_OF_A_PIXEL, state == "closed"
            )
            for number, page in enumerate(pages)
            for level, label, (x, y), state in page.bookmarks
        )
        return Extent(len(pages), anchors, bookmarks)

    @with_room
    def pdf(self, first: int, total: int, name: str) -> bytes:
        """The part as an uncompressed PDF. `first` is the number of its first page, `total` that of all pages of all
        parts. `name` begins the IDs of its table cells, which must not be those of another part."""

        def finish(_: object, pdf: Any) -> None:
            entries: list[Any] = [entry for entry in pdf.objects if isinstance(entry, dict)]
            root = next(entry for entry in entries if entry.get("Type") == "/StructTreeRoot")
            document = next(entry for entry in entries if entry.get("S") == "/Document")
            array = type(document["K"])
            root[_TOP] = array(entry.reference for entry in entries if entry.get("P") == document.reference)
            for entry in entries:
                if "ID" in entry:
                    # Lists of headers have the same string.
                    entry["ID"].string = f"{name}-{entry['ID'].string}"

        with undisturbed():
            for at, (context, page, state) in enumerate(self._put_off):
                context.current_page = at + 1
                state[1].update(page=[first + at], pages=[total])
                page.children += tuple(self._layout.make_margin_boxes(context, page, state))
                self._layout.layout_backgrounds(page, context.get_image_from_uri)
            pdf: bytes = self._document.write_pdf(pdf_variant=VARIANT, uncompressed_pdf=True, finisher=finish)
        return pdf

    def close(self) -> None:
        """Remove its font files."""
        self._opened.close()


# ---- the parts, joined with pikepdf


@dataclass(frozen=True, slots=True)
class PdfPart:
    """A part as `LaidOut.pdf` writes it, and which of its pages (from 0) belong to the report."""

    pdf: bytes
    pages: range


@dataclass(frozen=True, slots=True)
class _Place:
    """What a link leads to: a name, a page (from 0) and how it is shown there."""

    name: bytes
    page: int
    shown: list[Object]


def joined(parts: Sequence[PdfPart], bookmarks: Sequence[Bookmark]) -> bytes:
    """One PDF of all parts, which have the same title and language. Equal input gives equal bytes.

    `bookmarks` are those of the whole report. Of places with the same name the first counts.
    """
    with ExitStack() as opened:
        documents = [opened.enter_context(pikepdf.open(io.BytesIO(part.pdf))) for part in parts]
        # Copying takes longest, so the others are added to the longest.
        longest = max(range(len(parts)), key=lambda n: len(parts[n].pdf))
        whole = documents[longest]
        places: list[_Place] = []
        first, links = 0, count(sum(len(part.pages) for part in parts))
        for document, part in zip(documents, parts, strict=True):
            _keep(document, part.pages)
            _number(document, first, links)
            places += _places(document, first)
            first += len(part.pages)
        for before in reversed(documents[:longest]):
            _add(whole, before, 0)
        for behind in documents[longest + 1 :]:
            _add(whole, behind, len(whole.pages))
        _finish(whole, places, bookmarks)
        out = io.BytesIO()
        whole.save(out, object_stream_mode=ObjectStreamMode.generate, compress_streams=True, deterministic_id=True)
        return out.getvalue()


def _keep(document: Pdf, pages: range) -> None:
    """Remove all other pages, and what the structure tree says of them."""
    tree = document.Root.StructTreeRoot
    shown = {document.pages[n].obj.objgen for n in pages}
    for holder, key in ((tree.K[0], "/K"), (tree, _TOP_KEY)):
        holder[key] = Array([element for element in holder[key] if element.Pg.objgen in shown])
    del document.pages[pages.stop :]
    del document.pages[: pages.start]


def _number(document: Pdf, first: int, links: Iterator[int]) -> None:
    """Number pages from `first` on, and links by `links`, for the tree that leads from them to their elements."""
    tree = document.Root.StructTreeRoot
    known = dict(_pairs(tree.ParentTree.Nums))
    numbers: list[int | Object] = []
    for number, page in enumerate(document.pages, first):
        numbers += [number, known[int(page.obj.StructParents)]]
        page.obj.StructParents = number
        for link in page.obj.get("/Annots", Array()):
            number = next(links)
            numbers += [number, known[int(link.StructParent)]]
            link.StructParent = number
    tree.ParentTree.Nums = Array(numbers)


def _pairs(numbers: Object) -> Iterator[tuple[int, Object]]:
    flat = list(numbers)
    return zip(map(int, flat[::2]), flat[1::2], strict=True)


def _places(document: Pdf, first: int) -> Iterator[_Place]:
    """The places of a document whose first page is page `first` of the whole."""
    pages = {page.obj.objgen: number for number, page in enumerate(document.pages, first)}
    flat = list(document.Root.get("/Names", Dictionary()).get("/Dests", Dictionary()).get("/Names", Array()))
    for name, place in zip(flat[::2], flat[1::2], strict=True):
        page, *shown = place
        if page.objgen in pages:
            yield _Place(bytes(name), pages[page.objgen], shown)


def _add(whole: Pdf, other: Pdf, at: int) -> None:
    """Add pages and structure tree of another document, in front of all or behind all."""
    with warnings.catch_warnings():
        # It says that named places are lost, which are written anew.
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
        for n, page in enumerate(other.pages, at):
            whole.pages.insert(n, page)
    # Pages that were added are known when what refers to them is copied.
    copy, tree = whole.copy_foreign(other.Root.StructTreeRoot), whole.Root.StructTreeRoot
    document = tree.K[0]
    for element in copy[_TOP_KEY]:
        element.P = document
    document.K = Array([*copy.K[0].K, *document.K] if at == 0 else [*document.K, *copy.K[0].K])
    tree.ParentTree.Nums.extend(copy.ParentTree.Nums)


def _finish(whole: Pdf, places: Sequence[_Place], bookmarks: Sequence[Bookmark]) -> None:
    """Put in order what was added, and write places and bookmarks."""
    tree = whole.Root.StructTreeRoot
    del tree[_TOP_KEY]
    pairs = sorted(_pairs(tree.ParentTree.Nums), key=lambda pair: pair[0])
    tree.ParentTree.Nums = Array([part for pair in pairs for part in pair])
    firsts: dict[bytes, _Place] = {}
    for place in places:
        firsts.setdefault(place.name, place)
    names: list[Object] = []
    for name, place in sorted(firsts.items()):
        names += [String(name), Array([whole.pages[place.page].obj, *place.shown])]
    whole.Root.Names = Dictionary(Dests=Dictionary(Names=Array(names)))
    with whole.open_outline() as outline:
        outline.root[:] = _nested(bookmarks)


def _nested(bookmarks: Sequence[Bookmark]) -> list[OutlineItem]:
    """Bookmarks as a tree: below each those of a lower heading that follow it."""
    root: list[OutlineItem] = []
    above = [(0, root)]
    for mark in bookmarks:
        while above[-1][0] >= mark.level:
            above.pop()
        item = OutlineItem(mark.label, mark.page, "XYZ", left=mark.left, top=mark.top, zoom=0)
        item.is_closed = mark.closed
        above[-1][1].append(item)
        above.append((mark.level, item.children))
    return root
