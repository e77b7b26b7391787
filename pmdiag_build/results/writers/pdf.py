"""The page of a report → report.pdf; a long one in parts, which two processes make at the same time.

A page is cut only where a layout marks an element with `data-page`, which begins a new page in print. So the parts have
the pages that the whole has, but for their numbers. Those are known when all parts are laid out; then the parts are
written, and joined. Where there is only one processor, this process makes all parts: the bytes are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import accumulate, combinations
from typing import Any, Protocol, TypeVar

from pmdiag_build import at_once
from pmdiag_build.publish.workers import Worker, warm_up
from pmdiag_build.rendering.pdf_parts import Bookmark, Extent, LaidOut, PdfPart, joined
from pmdiag_build.rendering.weasy import report_to_pdf

_LONG = 300_000
"""Letters of a page from which on a second process saves more time than it takes to start."""

_COSTS = 17_000
"""What a part costs beside its content, in letters: a letter takes some 7 microseconds."""

_TAG_COSTS = 28
"""What a tag costs beside its own letters, in letters."""

_TRIES = 3
"""How often all is made until the contents take the number of pages that their page numbers were made for."""

_T = TypeVar("_T")


def report_pdf(html: str, *, processors: int | None = None, long: int = _LONG) -> bytes:
    """report.pdf of a report's page, as PDF/UA-1. On one machine equal input gives equal bytes.

    `processors` are how many it may use, else all; it is made in parts if its page has more letters than `long`.
    Raises EnvironmentFailed if WeasyPrint or a library that it needs is missing, or if a process was stopped.
    """
    pieces = _Pieces.of(html) if len(html) > long else None
    if pieces is None or not pieces.marks:
        return report_to_pdf(html)
    with _makers(processors or at_once.processors()) as makers:
        return _made(pieces, makers) or report_to_pdf(html)


# ---- where the page is cut

_TAG = re.compile(r"""<(/?)([a-zA-Z][\w-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_MARK = re.compile(r"\sdata-page(?=[\s=/]|$)")
_VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
_ID = re.compile(r"""\sid\s*=\s*["']?([^"'\s>]+)""")
_LINK = re.compile(r"""\shref\s*=\s*["']?#([^"'\s>]+)""")
_AFTER = "pmdiag-after"
"""The name of a place on the first page that is added behind the contents."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a page begins, and the start tags of the elements that it is inside."""

    at: int
    inside: tuple[re.Match[str], ...] = ()

    def outermost(self, html: str) -> _Mark:
        """The same place, outside of all elements that begin there."""
        if self.inside and not html[self.inside[-1].end() : self.at].strip():
            return _Mark(self.inside[-1].start(), self.inside[:-1]).outermost(html)
        return self

    @property
    def opened(self) -> str:
        return "".join(tag[0] for tag in self.inside)

    @property
    def closed(self) -> str:
        return "".join(f"</{tag[2]}>" for tag in reversed(self.inside))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A page, cut at its marks. `start` and `end` surround the content of its body."""

    html: str
    start: _Mark
    marks: tuple[_Mark, ...]
    end: _Mark
    names: Mapping[str, int]
    """Name → the place in the HTML of the element that has it."""

    @classmethod
    def of(cls, html: str) -> _Pieces | None:
        """None if the elements of the page are not nested plainly."""
        body = _TAG.search(html, max(html.find("<body"), 0))
        if body is None:
            return None
        inside: list[re.Match[str]] = []
        marks: list[_Mark] = []
        names: dict[str, int] = {}
        for tag in _TAG.finditer(html, body.end()):
            if tag[1]:
                if not inside:
                    return cls(html, _Mark(body.end()), tuple(marks), _Mark(tag.start()), names)
                if inside.pop()[2] != tag[2]:
                    return None
                continue
            if _MARK.search(tag[3]):
                marks.append(_Mark(tag.start(), tuple(inside)).outermost(html))
            if name := _ID.search(tag[3]):
                names.setdefault(name[1], tag.start())
            if tag[2] not in _VOID and not tag[3].endswith("/"):
                inside.append(tag)
        return None

    def between(self, first: _Mark, last: _Mark, *, before: str = "", behind: str = "") -> str:
        """A page with a part of the content, and something before and behind it."""
        head = self.html[: self.start.at]
        content = f"{first.opened}{self.html[first.at : last.at]}{last.closed}"
        return f"{head}{before}{content}{behind}</body></html>"

    def cost(self, first: _Mark, last: _Mark) -> int:
        """How long a part of the content takes, in letters."""
        return last.at - first.at + _TAG_COSTS * self.html.count("<", first.at, last.at)

    def elsewhere(self, first: _Mark, last: _Mark) -> list[str]:
        """The names of places outside a part of the page to which it has links."""
        linked = set(_LINK.findall(self.html, first.at, last.at))
        return sorted(name for name in linked if not first.at <= self.names.get(name, first.at) < last.at)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page: where it begins and ends, and which of two processes makes it."""

    first: _Mark
    last: _Mark
    maker: int


def _divided(pieces: _Pieces) -> list[_Part]:
    """The parts of the page in their order.

    The first is what is before all marks: page one and the contents. The second process makes a run of pieces that is
    about half of it all, the first process what is before and behind.
    """
    bounds = [*pieces.marks, pieces.end]
    sums = [pieces.cost(bounds[0], bound) for bound in bounds]
    front = pieces.cost(pieces.start, bounds[0]) + _COSTS

    def slower(run: tuple[int, int]) -> int:
        """How long the process takes that takes longer."""
        before, behind = sums[run[0]], sums[-1] - sums[run[1]]
        others = sum(length + _COSTS for length in (before, behind) if length)
        return max(sums[run[1]] - before + _COSTS, front + others)

    runs = combinations(range(len(bounds)), 2)
    begin, end = min(runs, key=slower)
    cuts = [(0, begin, 0), (begin, end, 1), (end, len(bounds) - 1, 0)]
    parts = [_Part(bounds[first], bounds[last], maker) for first, last, maker in cuts if first < last]
    return [_Part(pieces.start, bounds[0], 0), *parts]


# ---- who makes the parts

_laid_out: dict[int, LaidOut] = {}
"""In the process that makes them: the parts that wait for the numbers of their pages."""


def _lay_out(part: int, html: str) -> Extent:
    _forget(part)
    _laid_out[part] = LaidOut(html)
    return _laid_out[part].extent()


def _write(part: int, first: int, total: int, html: str) -> tuple[Extent, bytes]:
    """The part with its page numbers; first it is laid out, if it has not been."""
    try:
        extent = _lay_out(part, html) if html else _laid_out[part].extent()
        return extent, _laid_out[part].pdf(first, total, str(part))
    finally:
        _forget(part)


def _forget(part: int) -> None:
    if part in _laid_out:
        _laid_out.pop(part).close()


class _Maker(Protocol):
    def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """What the function returns, or raises, in the process that makes parts."""


class _Here:
    """This process."""

    def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        return function(*arguments)


@dataclass(frozen=True, slots=True)
class _Makers:
    """Two makers of parts; `both` is how a function is called for each at the same time."""

    makers: Sequence[_Maker]
    both: Callable[..., Iterable[Any]]


@contextmanager
def _makers(processors: int) -> Iterator[_Makers]:
    if processors < 2:
        try:
            yield _Makers([_Here(), _Here()], map)
        finally:
            for part in list(_laid_out):
                _forget(part)
        return
    warm_up()
    workers = [Worker("report.pdf"), Worker("report.pdf")]
    with ThreadPoolExecutor(len(workers)) as threads:
        try:
            yield _Makers(workers, threads.map)
        finally:
            # Before threads are waited for, so that Ctrl-C does not wait for the end of a long part.
            for worker in workers:
                worker.close()


# ---- the parts, from the page to the PDF


def _made(pieces: _Pieces, makers: _Makers) -> bytes | None:
    """The whole; None if the contents take another number of pages with each set of page numbers."""
    work = _Work(pieces, _divided(pieces), makers)
    tries = (work.made() for _ in range(_TRIES))
    return next(filter(None, tries), None)


@dataclass(slots=True)
class _Work:
    """The parts while they are made. Pages count from 0 but where it is said."""

    pieces: _Pieces
    parts: Sequence[_Part]
    makers: _Makers
    front: Extent = field(default_factory=lambda: Extent(2, {_AFTER: 1}, ()))
    """Of page one and the contents, before they are laid out: one page."""
    extents: list[Extent] = field(default_factory=list)

    def made(self) -> bytes | None:
        """Lay out all parts but the contents; then write all, the contents with the numbers of pages; and join them.
        None if the contents took other pages than these numbers take for granted; the next try takes as many."""
        behind = {n: [self._behind(part)] for n, part in enumerate(self.parts) if n}
        self.extents = [self.front, *self._each(_lay_out, behind)]
        own, firsts = self._own_pages(), list(self._firsts())
        total = firsts[-1] + len(own[-1])
        fronts = [self._front(self._page_numbers()), *("" for _ in behind)]
        calls = [
            [first - pages.start + 1, total, front] for first, pages, front in zip(firsts, own, fronts, strict=True)
        ]
        written = self._each(_write, dict(enumerate(calls)))
        self.extents = [extent for extent, _ in written]
        self.front = self.extents[0]
        if self._own_pages() != own:
            return None
        return joined([PdfPart(pdf, pages) for (_, pdf), pages in zip(written, own, strict=True)], [*self._bookmarks()])

    def _front(self, numbers: Mapping[str, int]) -> str:
        """The first part. Behind it a page for each page number (from 1) that its contents say."""
        part = self.parts[0]
        places: dict[int, str] = {}
        for name in self.pieces.elsewhere(part.first, part.last):
            if number := numbers.get(name):
                places[number] = places.get(number, "") + f'<div id="{name}"></div>'
        rules = "".join(f"@page pmdiag-{number} {{ counter-reset: page {number} }}" for number in places)
        added = "".join(f'<div style="page: pmdiag-{number}">{place}</div>' for number, place in places.items())
        behind = f'<style>{rules}</style><div id="{_AFTER}" style="break-before: page"></div>{added}'
        return self.pieces.between(part.first, part.last, behind=behind)

    def _behind(self, part: _Part) -> str:
        """Another part. In front of it a page, so that nothing in it is on the first page or at its beginning."""
        places = "".join(f'<div id="{name}"></div>' for name in self.pieces.elsewhere(part.first, part.last))
        return self.pieces.between(part.first, part.last, before=f'<div style="break-after: page">{places}</div>')

    def _own_pages(self) -> list[range]:
        """The pages of each part without those that were added."""
        front, *others = self.extents
        return [range(front.anchors[_AFTER]), *(range(1, other.pages) for other in others)]

    def _firsts(self) -> Iterator[int]:
        """The first page of each part in the whole."""
        return accumulate((len(pages) for pages in self._own_pages()[:-1]), initial=0)

    def _page_numbers(self) -> dict[str, int]:
        """The page (from 1) of the whole that each place is on."""
        found: dict[str, int] = {}
        for first, pages, extent in zip(self._firsts(), self._own_pages(), self.extents, strict=True):
            for name, page in extent.anchors.items():
                if page in pages:
                    found.setdefault(name, first + page - pages.start + 1)
        return found

    def _bookmarks(self) -> Iterator[Bookmark]:
        for first, pages, extent in zip(self._firsts(), self._own_pages(), self.extents, strict=True):
            for mark in extent.bookmarks:
                yield replace(mark, page=first + mark.page - pages.start)

    def _each(self, function: Callable[..., _T], calls: Mapping[int, Sequence[Any]]) -> list[_T]:
        """What the function returns for parts in their order, each called with its number and its arguments."""

        def those_of(maker: int) -> dict[int, _T]:
            own = [(part, given) for part, given in calls.items() if self.parts[part].maker == maker]
            return {part: self.makers.makers[maker].run(function, part, *given) for part, given in own}

        found: dict[int, _T] = {}
        for some in self.makers.both(those_of, range(len(self.makers.makers))):
            found |= some
        return [found[part] for part in calls]
