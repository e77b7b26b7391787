"""What may be shown, decided once for every output: a tabulated round → the `Release`, which is all that writers get.

The rule of roles is in roles.py, the rule of rounds in round_overlap.py.

The rule of questions. Not everybody is asked the same: an edition may ask something else under a number. Where fewer
than `min_group` responses were asked a question, and not all of the round, their answers are kept back, and only how
many there are is shown. The same is true of a question of another edition that fewer than `min_group` were asked. Such
answers are in no sum and in no table by role, so there is nothing to subtract from.

The rule of editions. How many responses answered each edition is nobody's answer, but where there are few it is a step
towards somebody. If fewer than `min_group` answered one of several, no number is shown: of each only whether it was
fewer than `min_group`.

The rule of persons. Comments are sorted by their words, and have no reference, role or name unless `attribute`
is set. A comment is marked with the way in which it was given only if that does not point at somebody: "interview"
where at least `min_group` responses were interviews, "group of n" where n is at least `min_group`. All others have no
mark, like those of people answering alone; where these are fewer than `min_group`, no mark would be one too, and no
comment has any. Names are in no output without `attribute`. A response whose role is withheld shows neither role nor
names, with or without it: "names and roles of those who have contributed" is one question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pmdiag_build.content.field_names import MORE_ROOM
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Location
from pmdiag_build.results.made_of import Part, made_of
from pmdiag_build.results.roles import Roles, roles_of, withheld_roles
from pmdiag_build.results.round_overlap import Answers, Earlier, Question, overlap
from pmdiag_build.results.tabulation import Counts, Tabulation, Talk, Tally
from pmdiag_build.returns.response import Record, Response, key_of

WITHHELD = "withheld"
"""Replaces a role that may not be shown; no role has this code."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What was asked for: the fewest responses of a role that is shown on its own, and whether comments say whose."""

    min_group: int = 5
    attribute: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it may be shown; what was written under "more room" belongs to no feature.

    `mode` and `group_size` are set where the comment may be marked with them. `reference`, `role` and `names` are empty
    unless attribution was asked for. `more`: how many letters were cut off for print.
    """

    feature: str
    kind: str
    text: str
    mode: str
    group_size: int
    reference: str = ""
    role: str = ""
    names: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A response as it may be recorded, and its number in the round. `withheld`: its role may not be shown."""

    number: int
    response: Response
    withheld: bool


@dataclass(frozen=True, slots=True)
class EditionPart:
    """One edition of a round as it may be shown. `responses`: how many answered it, None where that is not shown;
    `few`: whether they were fewer than `min_group`."""

    part: Part
    responses: int | None
    few: bool


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that any output may show of a round, and of an earlier one beside it."""

    rules: Rules
    counted: Tabulation
    roles: Roles
    entries: tuple[Entry, ...]
    comments: tuple[Comment, ...]
    editions: tuple[EditionPart, ...] = ()
    earlier: Earlier | None = None


def release(
    counted: Tabulation, responses: Sequence[Response], tool: Tool, rules: Rules, earlier: Earlier | None = None
) -> Release:
    """Decide. `responses` are those that were counted, in the order of the round."""
    withheld = withheld_roles(counted, rules.min_group)
    beside = overlap(_given(responses, withheld), earlier.given, rules.min_group) if earlier else None
    all_withheld = beside is not None and beside.by_role and len(withheld) < len(counted.by_role)
    if all_withheld:
        withheld = frozenset(counted.by_role)
    entries = tuple(_entry(n, response, withheld, rules) for n, response in enumerate(responses, 1))
    return Release(
        rules=rules,
        counted=_shown(counted, rules.min_group),
        roles=replace(roles_of(counted, withheld, rules.min_group), earlier=all_withheld),
        entries=entries,
        comments=_comments(entries, tool, rules),
        editions=_editions(made_of(responses, tool), rules.min_group),
        earlier=_beside(earlier, beside.few, counted.whole, rules.min_group) if earlier and beside else None,
    )


def _editions(parts: Sequence[Part], min_group: int) -> tuple[EditionPart, ...]:
    few = len(parts) > 1 and any(part.responses < min_group for part in parts)
    return tuple(
        EditionPart(replace(part, responses=0), None if few else part.responses, few and part.responses < min_group)
        for part in parts
    )


def _given(responses: Sequence[Response], withheld: frozenset[str]) -> list[Answers]:
    return [
        Answers(
            key_of(one.record.reference),
            WITHHELD if one.record.role in withheld else one.record.role,
            {("rating", id): level or "" for id, level in one.ratings.items()}
            | {("overall", id): level or "" for id, level in one.overall.items()},
            one.id,
        )
        for one in responses
    ]


def _beside(earlier: Earlier, few: frozenset[Question], whole: Tally, min_group: int) -> Earlier:
    """An earlier round as it may be shown beside this one: no responses, and only counts that show nobody's answers."""
    asked = {("rating", id) for id in whole.ratings} | {("overall", id) for id in whole.overall}
    counts = {
        item: shown_counts(counts, earlier.responses, min_group)
        for item, counts in earlier.counts.items()
        if item in asked
    }
    return replace(earlier, counts=counts, given=(), few=few)


def _shown(counted: Tabulation, min_group: int) -> Tabulation:
    """The counts of the round as they may be shown. Past this point, `roles` alone contains anything by role."""
    whole = counted.whole
    overall = {id: shown_counts(counts, whole.responses, min_group) for id, counts in whole.overall.items()}
    return replace(
        counted,
        by_role={},
        whole=replace(
            whole,
            ratings={id: shown_counts(counts, whole.responses, min_group) for id, counts in whole.ratings.items()},
            overall=overall,
            apart={
                item: _kept_back(counts) if counts.asked < min_group else counts for item, counts in whole.apart.items()
            },
        ),
        talk={id: Talk(0, 0) if overall[id].kept_back else talk for id, talk in counted.talk.items()},
    )


def shown_counts(counts: Counts, responses: int, min_group: int) -> Counts:
    """The counts of a question in a round of so many responses, kept back where a few of them alone were asked."""
    return _kept_back(counts) if 0 < counts.asked < min(min_group, responses) else counts


def _kept_back(counts: Counts) -> Counts:
    return Counts((0,) * len(counts.chosen), 0, counts.asked)


def _entry(number: int, response: Response, withheld: frozenset[str], rules: Rules) -> Entry:
    record = response.record
    if record.role in withheld:
        record = replace(record, role="", lead="", contributors="")
    elif not rules.attribute and (record.lead or record.contributors):
        record = replace(record, lead="", contributors="")
    # The name of the file that an answer came in is often a person's, and a time may tell who was at work then.
    shown = replace(response, place=Location(""), record=record, uncounted=(), digest=b"", saved="")
    return Entry(number, shown, response.record.role in withheld)


def _comments(entries: Sequence[Entry], tool: Tool, rules: Rules) -> tuple[Comment, ...]:
    """Comments by feature and kind; within these in the order of their words, which says nothing of their authors.

    What was written under "more room" comes last. Notes of interviewers and facilitators stay in the records.
    """
    place = {feature.id: n for n, feature in enumerate(tool.framework.features)} | {"": len(tool.framework.features)}
    marked = _marked([entry.response.record for entry in entries], rules)
    found = [
        _comment(entry, kind, feature, text, rules, marked)
        for entry in entries
        for (kind, feature), text in entry.response.comments.items()
        if feature in place
    ]
    found += [
        _comment(entry, MORE_ROOM, "", entry.response.more[MORE_ROOM], rules, marked)
        for entry in entries
        if MORE_ROOM in entry.response.more
    ]
    return tuple(sorted(found, key=lambda c: (place[c.feature], c.kind, c.text.casefold(), c.text, c.mode)))


def _marked(records: Sequence[Record], rules: Rules) -> Callable[[Record], bool]:
    """Which records' comments may be marked with the way in which they were given."""
    interviews = sum(record.mode == "interview" for record in records)

    def may_be(record: Record) -> bool:
        if record.mode == "interview":
            return interviews >= rules.min_group
        return record.mode == "group" and record.group_size >= rules.min_group

    if rules.attribute:
        return lambda record: True
    unmarked = sum(not may_be(record) for record in records)
    return may_be if unmarked == 0 or unmarked >= rules.min_group else lambda record: False


def _comment(
    entry: Entry, kind: str, feature: str, text: str, rules: Rules, marked: Callable[[Record], bool]
) -> Comment:
    record = entry.response.record
    mode = record.mode if marked(record) else ""
    # How many were in an interview would tell interviews apart.
    size = record.group_size if mode == "group" else 0
    if not rules.attribute:
        return Comment(feature, kind, text, mode, size)
    role = WITHHELD if entry.withheld else record.role
    return Comment(feature, kind, text, mode, size, record.reference, role, record.contributors)
