"""Responses → counts, bases and patterns of views, of everybody and everything: disclosure decides what may be shown.

No number here represents a level: there are counts of responses and their bases, never a mean, a score or a rank.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pmdiag_build.content.field_names import MODES, PackId, item_of, overall_name, rating_name
from pmdiag_build.content.model import Feature, Statement, Tool
from pmdiag_build.returns.response import Response
from pmdiag_build.text import day_of

_AT_ONCE = 500
_MODES = (*MODES, "")
"""Every mode in the order of the tables; the empty one is "not said"."""

INVENTED = "pmdiag demo"
"""The area of every response that `pmdiag demo` makes, by which results know it. It never changes, so that every
version recognises the responses that another one made."""

SEVERAL = 3
"""So many at each end are opposed views in a round of any size."""

_WHOLE_YEAR = re.compile(r"\d{4}")

Question = tuple[str, str]
"""(`rating`, statement id), (`overall`, feature id) or, of what is counted apart, (`apart`, field name)."""


class Pattern(StrEnum):
    """How the views on one question differ."""

    NO_ANSWERS = "no answers"
    SHARED = "shared"
    OPPOSED = "opposed"
    APART = "a voice or two apart"
    ADJACENT = "adjacent"
    TOO_FEW = "too few"
    """Kept back: there is no pattern to be seen."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many responses chose each level, in the order of the tool's levels, and how many chose none.

    `kept_back`: how many were asked, where disclosure finds them too few to be shown; then all other numbers are 0.
    """

    chosen: tuple[int, ...]
    unanswered: int
    kept_back: int = 0

    @property
    def base(self) -> int:
        """How many responses answered."""
        return sum(self.chosen)

    @property
    def asked(self) -> int:
        """How many responses were asked, whether they answered or not."""
        return self.base + self.unanswered

    @property
    def pattern(self) -> Pattern:
        """The published rule, first match wins: nobody, all one level, several at both ends, one or two at one of the
        ends, all the rest. Several are three or, where they are a fifth of those who answered, two."""
        if self.kept_back:
            return Pattern.TOO_FEW
        if not any(self.chosen):
            return Pattern.NO_ANSWERS
        if max(self.chosen) == self.base:
            return Pattern.SHARED
        if self.smaller_end:
            several = self.smaller_end >= SEVERAL or (self.smaller_end == SEVERAL - 1 and self.base <= 10)
            return Pattern.OPPOSED if several else Pattern.APART
        return Pattern.ADJACENT

    @property
    def smaller_end(self) -> int:
        """How many are at the end (first or last level) with fewer responses."""
        return min(self.chosen[0], self.chosen[-1])

    def __add__(self, other: Counts) -> Counts:
        chosen = tuple(a + b for a, b in zip(self.chosen, other.chosen, strict=True))
        return Counts(chosen, self.unanswered + other.unanswered)


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of some responses: by statement id and, for the overall views, by feature id.

    `apart`: by edition and field name (`rating_5_1`), for questions that an edition asked with another meaning.
    """

    responses: int
    ratings: Mapping[str, Counts]
    overall: Mapping[str, Counts]
    apart: Mapping[tuple[str, str], Counts]


@dataclass(frozen=True, slots=True)
class ModeCount:
    """How many responses were given in one mode and how many people they come from.

    `people` counts those that are known; `unknown` is the number of responses that do not say how many they were.
    """

    mode: str
    responses: int
    people: int
    unknown: int

    @property
    def alone(self) -> bool:
        """Whether each response is one person's."""
        return self.mode in ("individual", "interview") and self.people == self.responses and not self.unknown


@dataclass(frozen=True, slots=True)
class Dates:
    """The first and the last day on which responses were dated (ISO, or empty), how many have no date, and how many one
    that can't be read."""

    first: str
    last: str
    undated: int
    unread: int


@dataclass(frozen=True, slots=True)
class Talk:
    """Prompts to talk about one feature: how many responses give it an overall view that they gave to none of its
    statements, and how many of these rated no statement of it at all."""

    responses: int
    unrated: int


@dataclass(frozen=True, slots=True)
class Apart:
    """The answers of one edition's responses to a question that it asked with another meaning, or that is not asked
    any more: `name` is its field name (`rating_5_1`)."""

    edition: str
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Tabulation:
    """A round, counted. `by_role` contains every role as typed, also those that may not be shown: disclosure decides.

    `invented`: how many of the responses were made by `pmdiag demo`.
    """

    whole: Tally
    by_role: Mapping[str, Tally]
    modes: tuple[ModeCount, ...]
    dates: Dates
    talk: Mapping[str, Talk]
    invented: int

    @property
    def apart(self) -> tuple[Apart, ...]:
        """What is counted apart in the round as a whole, by edition, in the tool's order."""
        return tuple(Apart(edition, name, counts) for (edition, name), counts in self.whole.apart.items())


def tabulate(responses: Sequence[Response], tool: Tool) -> Tabulation:
    """Count a round. A group or an interview is one response, however many they were."""
    roles: dict[str, list[Response]] = {role.code: [] for role in tool.record.field("role").options}
    for response in responses:
        roles.setdefault(response.record.role, []).append(response)
    apart = _asked_apart(responses, tool)
    return Tabulation(
        whole=tally(responses, tool, apart),
        by_role={role: tally(group, tool, apart) for role, group in sorted_roles(roles, tool) if group},
        modes=tuple(count for mode in _MODES if (count := _mode(responses, mode)).responses),
        dates=_dates(responses),
        talk={feature.id: _talk(responses, feature) for feature in tool.framework.features},
        invented=sum(response.record.area == INVENTED for response in responses),
    )


def sorted_roles(roles: Mapping[str, list[Response]], tool: Tool) -> list[tuple[str, list[Response]]]:
    """Roles in the order of the record header, then unknown ones by name, "not said" last."""
    known = [role.code for role in tool.record.field("role").options]
    rank = {code: place for place, code in enumerate(known)}
    return sorted(roles.items(), key=lambda item: (item[0] == "", rank.get(item[0], len(known)), item[0]))


def tally(responses: Sequence[Response], tool: Tool, apart: Mapping[str, Sequence[str]]) -> Tally:
    """The counts of some responses for every statement in use, every feature and all that is counted apart in their
    round (edition → field names). A response that was not asked a question does not count as one that left it out."""
    levels = tuple(level.code for level in tool.framework.levels)
    ratings = [response.ratings for response in responses]
    overall = [response.overall for response in responses]
    return Tally(
        responses=len(responses),
        ratings=_count_each(ratings, [s.id for s in tool.framework.used_statements], levels),
        overall=_count_each(overall, [f.id for f in tool.framework.features], levels),
        apart=_count_apart(responses, apart, levels) if apart else {},
    )


def _asked_apart(responses: Sequence[Response], tool: Tool) -> dict[str, list[str]]:
    """Edition → the field names of the questions with another meaning that anybody answered, in the tool's order."""
    answered: dict[str, set[str]] = {}
    for response in responses:
        if response.apart:
            answered.setdefault(edition_of(response), set()).update(response.apart)
    order = [rating_name(s.id) for s in tool.framework.statements]
    order += [overall_name(feature.id) for feature in tool.framework.features]
    place = {name: n for n, name in enumerate(order)}
    return {
        edition: sorted(names, key=lambda name: (place.get(name, len(place)), name))
        for edition, names in sorted(answered.items())
    }


def _count_apart(
    responses: Sequence[Response], apart: Mapping[str, Sequence[str]], levels: tuple[str, ...]
) -> dict[tuple[str, str], Counts]:
    given: dict[str, list[Response]] = {edition: [] for edition in apart}
    for response in responses:
        if (edition := edition_of(response)) in given:
            given[edition].append(response)
    return {
        (edition, name): _count([one.apart.get(name) for one in given[edition] if not _with_ours(one, name)], levels)
        for edition, names in apart.items()
        for name in names
    }


def _with_ours(response: Response, name: str) -> bool:
    """Whether a response answered, or could have answered, this very question: where its edition is not known, that
    may be proved of one and not of another."""
    item = item_of(name)
    return item is not None and item.id in (response.ratings if item.kind == "rating" else response.overall)


def edition_of(response: Response) -> str:
    """The edition that a response's `PACK@EDITION@FINGERPRINT` names, or nothing."""
    named = PackId.parse(response.pack_id)
    return named.edition if named else ""


def _count_each(
    answers: Sequence[Mapping[str, str | None]], ids: Sequence[str], levels: tuple[str, ...]
) -> dict[str, Counts]:
    """The counts of each question among those who were asked it.

    Some responses at a time: with all of 100,000 for each question in turn, memory is three times as slow.
    """
    found: dict[str, Counter[str | None]] = {id: Counter() for id in ids}
    for start in range(0, len(answers), _AT_ONCE):
        some = answers[start : start + _AT_ONCE]
        for id, counter in found.items():
            counter.update([one[id] for one in some if id in one])
    return {id: _counts(counter, levels) for id, counter in found.items()}


def _count(answers: Iterable[str | None], levels: tuple[str, ...]) -> Counts:
    return _counts(Counter(answers), levels)


def _counts(counter: Counter[str | None], levels: tuple[str, ...]) -> Counts:
    chosen = tuple(counter[level] for level in levels)
    return Counts(chosen, counter.total() - sum(chosen))


def _mode(responses: Sequence[Response], mode: str) -> ModeCount:
    sizes = [response.record.group_size for response in responses if response.record.mode == mode]
    return ModeCount(mode, len(sizes), sum(sizes), sizes.count(0))


def _dates(responses: Sequence[Response]) -> Dates:
    typed = [response.record.date for response in responses if response.record.date.strip()]
    days = sorted(day for date in typed if (day := read_date(date)))
    undated, unread = len(responses) - len(typed), len(typed) - len(days)
    return Dates(days[0] if days else "", days[-1] if days else "", undated, unread)


def read_date(text: str) -> str:
    """`22/11/2026`, `22 Nov 2026`, `2026-11-22` → `2026-11-22`; anything else → nothing."""
    # A year of two figures may be a day: good enough to compare two texts, but not to print.
    day = day_of(text) if _WHOLE_YEAR.search(text) else None
    return "" if day is None else day.isoformat()


def talk_about(response: Response, feature: Feature) -> bool:
    """A prompt to talk, not an error: the overall view is one that the response gave to none of the statements."""
    view = response.overall.get(feature.id)
    return view is not None and view not in _given(response, feature)


def _given(response: Response, feature: Feature) -> set[str]:
    """The levels that a response gave to the statements of a feature, also those that its edition asked otherwise."""
    given = {response.ratings.get(s.id) for s in feature.statements}
    if response.apart:
        given.update(response.apart.get(rating_name(s.id)) for s in feature.statements)
    return {level for level in given if level}


def _talk(responses: Sequence[Response], feature: Feature) -> Talk:
    found = [response for response in responses if talk_about(response, feature)]
    return Talk(len(found), sum(not _given(response, feature) for response in found))


def questions_of(feature: Feature) -> Iterator[tuple[str, str, str]]:
    """(kind, id, text) of each question on a feature: its overall view, then its statements."""
    yield "overall", feature.id, feature.title
    for statement in feature.used_statements:
        yield "rating", statement.id, statement.text


def differences(tabulation: Tabulation, tool: Tool) -> list[tuple[Statement, Counts]]:
    """The statements with views at both ends: the opposed, then the others, each from the most responses at the smaller
    end to the fewest."""
    found = [(s, tabulation.whole.ratings[s.id]) for s in tool.framework.used_statements]
    both = [(s, counts) for s, counts in found if counts.pattern in (Pattern.OPPOSED, Pattern.APART)]
    return sorted(both, key=lambda item: (item[1].pattern is not Pattern.OPPOSED, -item[1].smaller_end))
