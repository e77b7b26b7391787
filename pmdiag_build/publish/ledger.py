"""What a build writes into its manifest, so that the next one knows what is already made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pmdiag_build.output import Manifest
from pmdiag_build.problems import Fault, Location, Problem, Severity

WHOLE = "whole"
SITE = "site"
PACKS = "packs"


@dataclass(frozen=True, slots=True)
class PackRecord:
    """A pack in the folder: the key of its inputs, its number of pages, its paper, its size in bytes."""

    key: str
    pages: int
    paper: str
    size: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """`stamp`: the inputs of the newest build. `done`: what of it was made (`whole`, `site`, `packs`, ids of packs).

    `pages` of the site, 0 if there is none; `notices`: what needed a look.
    """

    stamp: str = ""
    done: frozenset[str] = frozenset()
    pages: int = 0
    packs: Mapping[str, PackRecord] = field(default_factory=dict)
    notices: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, manifest: Manifest | None) -> Self:
        """The ledger of an output folder; an empty one if it has none that we can read."""
        try:
            facts: Mapping[str, Any] = manifest.facts if manifest is not None else {}
            return cls(
                str(facts["stamp"]),
                frozenset(facts["done"]),
                int(facts["pages"]),
                {id: PackRecord(**record) for id, record in facts["packs"].items()},
                tuple(Problem(Location(p), Fault(what, fix), Severity.NOTICE) for p, what, fix in facts["notices"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return cls()

    def facts(self) -> dict[str, Any]:
        """The same as JSON values, always in the same order."""
        return {
            "stamp": self.stamp,
            "done": sorted(self.done),
            "pages": self.pages,
            "packs": {id: asdict(record) for id, record in sorted(self.packs.items())},
            "notices": [[str(p.place), p.what, p.fix] for p in self.notices],
        }

    def has(self, stamp: str, only: Iterable[str]) -> bool:
        """Whether a build of these inputs has nothing to do; an empty `only` means all."""
        return stamp == self.stamp and set(only or (WHOLE,)) <= self.done

    def done_with(self, stamp: str, made: Iterable[str]) -> frozenset[str]:
        """What is done once these parts are made too. Parts made from other inputs do not count."""
        made = frozenset(made)
        if stamp != self.stamp or WHOLE in made:
            return made
        # A site that was made before these packs does not know them yet; in a whole build it does.
        stale = {SITE} if SITE not in made and WHOLE not in self.done else set()
        return (self.done - stale) | made
