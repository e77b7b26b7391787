"""The page "How this version differs": a local version's changes by kind, in words for a manager.

The changes themselves are found when the local version is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from pmdiag_build.content.model import Change, Tool
from pmdiag_build.content.text_checks import with_count
from pmdiag_build.publish.site import address, statement_anchor
from pmdiag_build.rendering.templates import fill


@dataclass(frozen=True, slots=True)
class Row:
    """One change: its place, the address of the page that shows it (or empty), both texts, and in `also` other places
    with the same two texts."""

    place: str
    address: str
    national: str
    ours: str
    stale: bool
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TermRow:
    """One term and every place where it was used."""

    old: str
    new: str
    meaning: bool
    places: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one kind; `kind` is also its anchor and the stem of its words (`differs_KIND`)."""

    kind: str
    rows: tuple[Row, ...] = ()
    terms: tuple[TermRow, ...] = ()

    @property
    def count(self) -> int:
        """How many changes of this kind there are."""
        return len(self.rows or self.terms)


def columns(words: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """The columns of the table of each kind beside the place: (attribute of `Row`, head)."""
    national, ours = ("national", words["differs_national"]), ("ours", words["differs_ours"])
    reason = ("ours", words["differs_reason"])
    both = {kind: [national, ours] for kind in ("meaning", "wording", "gone", "terms")}
    return both | {"added": [ours], "unused": [national, reason], "pages": [reason]}


def groups(tool: Tool) -> tuple[Group, ...]:
    """The changes by kind, first those that matter most to a reader of results. Kinds without changes are left out."""
    changes = tool.local.changes if tool.local else ()
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(_kind(change), []).append(change)
    named = _Names(tool)
    found = [
        Group(kind, tuple(_together(named.row(change) for change in by_kind.get(kind, ()))))
        for kind in ("meaning", "added", "unused", "pages", "wording", "gone")
    ]
    terms = Group("terms", terms=tuple(_terms(named, by_kind.get("terms", ()))))
    return tuple(group for group in (*found[:5], terms, *found[5:]) if group.rows or group.terms)


def _kind(change: Change) -> str:
    match change.what:
        case "text":
            return change.kind
        case "page":
            return "pages"
        case "term":
            return "terms"
        case what:
            return what


def _together(rows: Iterable[Row]) -> Iterable[Row]:
    """The rows with those joined that make the same change, as in a pack and its large print."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        first = found.get((row.national, row.ours))
        if first and row.national:
            row = replace(first, also=(*first.also, row.place), stale=first.stale or row.stale)
        found[(row.national, row.ours) if row.national else (row.place, row.ours)] = row
    return found.values()


def _terms(named: _Names, changes: Iterable[Change]) -> Iterator[TermRow]:
    in_order = sorted(changes, key=lambda change: change.place)
    for _, places in groupby(in_order, key=lambda change: change.place):
        shown = list(places)
        first = shown[0]
        rows = tuple(named.row(change) for change in shown if change.file)
        yield TermRow(first.old, first.new, first.kind == "meaning", rows)


class _Names:
    """Names the place of a change in words that a reader of the site knows."""

    def __init__(self, tool: Tool) -> None:
        self._tool = tool
        self._words = tool.words["site"]
        self._templates: Mapping[str, str] = {
            "record": tool.record.title,
            "summary-of-review": tool.summary.title,
            "action-plan": tool.action_plan.title,
            "interview": self._pack("interview"),
            "workshop": self._pack("workshop"),
        }

    def row(self, change: Change) -> Row:
        place, link = self._place(change)
        national, ours = change.now or change.national, change.ours
        if change.what == "page":
            national, ours = "", change.spot or self._words["differs_no_note"]
        elif change.what == "unused":
            national = next((s.text for s in self._tool.framework.statements if s.id in change.keys[3:4]), "")
        elif change.what == "added" and change.spot == "page":
            ours = next((p.description for p in self._tool.pages.values() if change.file == f"guide/{p.id}.md"), ours)
        statements = self._tool.framework.statements
        national = with_count(national, sum(not s.added for s in statements))
        ours = with_count(ours, sum(not s.unused for s in statements))
        return Row(place, link, national, ours, change.stale)

    def _place(self, change: Change) -> tuple[str, str]:
        folder, _, name = change.file.rpartition("/")
        stem = name.rsplit(".", 1)[0]
        if folder == "guide" and stem in self._tool.pages:
            return self._said("page", title=self._tool.pages[stem].title), address(stem)
        if change.file == "framework.yaml":
            return self._framework(change)
        title = {"packs": self._said("pack", title=self._pack(stem)), "templates": self._templates.get(stem, "")}
        words = {"site": "site", "report": "report", "pack": "packs", "sheet": "sheet", "desk": "desk"}
        place = title.get(folder) or (self._said(words[stem]) if folder == "words" else self._said("tool"))
        has_detail = (change.keys or change.what == "gone") and folder != "words"
        detail = self._detail(stem, change) if has_detail else ""
        return (self._said("within", place=place, part=detail) if detail else place), ""

    def _detail(self, stem: str, change: Change) -> str:
        """The heading or label above a text, or else its keys."""
        match change.keys:
            case ("opening", id, *_) if any(p.id == stem for p in self._tool.packs):
                return next((p.text for p in self._tool.pack(stem).opening if p.id == id), id)
            case ("fields", name, *_) if stem == "record":
                return next((f.label for f in self._tool.record.fields if f.name == name), name)
            case _:
                return change.spot

    def _framework(self, change: Change) -> tuple[str, str]:
        match change.keys:
            case ("features", feature, "statements", id, *_):
                return self._said("statement", id=id), f"{address(f'feature-{feature}')}#{statement_anchor(id)}"
            case ("features", feature, *rest):
                return f"{self._said('feature', id=feature)} ({' '.join(rest)})", address(f"feature-{feature}")
            case _:
                return f"{self._said('framework')} ({change.spot})", ""

    def _said(self, key: str, **values: str) -> str:
        return fill(self._words[f"differs_{key}"], **values).unescape()

    def _pack(self, id: str) -> str:
        return next((pack.title for pack in self._tool.packs if pack.id == id), id)
