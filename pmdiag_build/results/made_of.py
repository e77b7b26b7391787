"""What a round is made of: which editions its responses answered, how many of each, and how their questions differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pmdiag_build.content.field_names import by_number, header_of_name, overall_name, rating_name
from pmdiag_build.content.model import Tool
from pmdiag_build.content.questions import Difference, apart_of, issued_differences
from pmdiag_build.problems import some
from pmdiag_build.results.tabulation import edition_of
from pmdiag_build.returns.response import Response

Standing = Literal["here", "known", "unknown", "unsaid"]
"""Of an edition: the one at hand, another whose wording is known, one whose wording is not, or none that is named."""


@dataclass(frozen=True, slots=True)
class Part:
    """The responses of one edition.

    `differing`: its questions that differ, one by one, where its wording is known. `open`: the questions, by header,
    of which it is not known whether they are the same; they are counted apart, or not at all where no edition is named.
    `all_open`: these are all that the tool asks. An edition may be the one at hand by its name, and `unknown` all the
    same: its wording has changed since.
    """

    edition: str
    standing: Standing
    responses: int
    differing: tuple[Difference, ...] = ()
    open: tuple[str, ...] = ()
    all_open: bool = False


def made_of(responses: Sequence[Response], tool: Tool) -> tuple[Part, ...]:
    """The parts of a round: the edition at hand first, then known ones in their order, others by name, unsaid last."""
    differing = issued_differences(tool)
    apart = {id: apart_of(found) for id, found in differing.items()} | {tool.edition: frozenset[str]()}
    names = _Names(tool)
    counted: dict[tuple[str, Standing], int] = {}
    open_: dict[tuple[str, Standing], set[str]] = {}
    for one in responses:
        edition = edition_of(one)
        unproved = names.not_with_ours(one)
        if unproved and edition in apart:
            unproved = unproved - apart[edition]
        standing: Standing = "unsaid" if not edition else "known" if edition in apart else "unknown"
        if edition == tool.edition:
            standing = "unknown" if unproved else "here"
        key = edition, standing
        counted[key] = counted.get(key, 0) + 1
        open_.setdefault(key, set()).update(unproved)
    rank = {"here": 0, "known": 1, "unknown": 2, "unsaid": 3}
    place = {id: n for n, id in enumerate(differing)}
    return tuple(
        Part(
            edition,
            standing,
            n,
            differing.get(edition, ()) if standing == "known" else (),
            tuple(map(header_of_name, sorted(open_[edition, standing], key=by_number))),
            open_[edition, standing] >= {*names.ratings.values(), *names.overall.values()},
        )
        for (edition, standing), n in sorted(
            counted.items(), key=lambda item: (rank[item[0][1]], place.get(item[0][0], 0), item[0][0])
        )
    )


class _Names:
    """The questions that the tool counts, by field name."""

    def __init__(self, tool: Tool) -> None:
        self.ratings = {s.id: rating_name(s.id) for s in tool.framework.used_statements}
        self.overall = {f.id: overall_name(f.id) for f in tool.framework.features}

    def not_with_ours(self, one: Response) -> frozenset[str]:
        """The questions of which a response's answers are not counted with ours."""
        if not one.apart and one.ratings.keys() >= self.ratings.keys() and one.overall.keys() >= self.overall.keys():
            return frozenset()
        missing = {name for id, name in self.ratings.items() if id not in one.ratings}
        missing |= {name for id, name in self.overall.items() if id not in one.overall}
        if one.asked:
            # It says which questions it has; what it does not have is not asked there.
            missing &= one.asked.keys()
        return frozenset(missing | one.apart.keys())


def in_lines(parts: Sequence[Part]) -> list[str]:
    """The same for the terminal of whoever runs the round: how many of each, and what differs."""
    if not parts:
        return []
    lines = [f"Editions: {', '.join(f'{_named(part)} ({part.responses})' for part in parts)}"]
    for part in parts:
        kinds = {
            said: names
            for kind, said in _SAID.items()
            if (names := [header_of_name(one.name) for one in part.differing if one.kind == kind])
        }
        if part.open:
            kinds[_OPEN[part.standing == "unsaid"]] = [some(part.open)]
        said = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items())
        lines += [f"  {_named(part)}: {said}"] if said else []
        for one in part.differing:
            if one.kind == "meaning":
                header = header_of_name(one.name)
                lines += [f"    {header} there: {one.theirs}", f"    {header} here:  {one.ours}"]
    return lines


_SAID = {
    "wording": "in other words, counted together",
    "meaning": "another meaning, counted apart",
    "not asked": "not asked there",
    "only there": "asked only there, counted apart",
    "not recorded": "not recorded, counted apart",
}


_OPEN = {
    False: "not proved to be the same, counted apart",
    True: "asked with different meanings, not counted",
}
"""By whether no edition is named."""


def _named(part: Part) -> str:
    if part.standing == "unsaid":
        return "not said"
    return part.edition if part.standing != "unknown" else f"{part.edition}, whose wording is not known"
