"""What may be shown, decided once for every output: a tabulated round → the `Release`, which is all that writers get.

The rule of roles is in roles.py, the rule of two results in round_overlap.py. Whether a question's total may be shown
is decided first, then its rows by role; nothing else that is published is made from what is not shown.

The rule of totals. A question that fewer than `min_group` responses answered is not shown, however many were asked it.
So it is with what is counted apart: it is in no sum and in no table by role, so there is nothing to subtract from.
A round that has fewer responses itself is shown as it is, and says so. What all, or all but one, of a round chose is
shown: it is what the round found, and says what each of them answered.

The rule of editions. How many responses answered each edition is nobody's answer, but where there are few it is a step
towards somebody. If fewer than `min_group` answered one of several, no number is shown: of each only whether it was
fewer than `min_group`.

The rule of persons. Comments are sorted by their words, and have no reference, role or name unless `attribute`
is set. A comment is marked with the way in which it was given only if that does not point at somebody: "interview"
where at least `min_group` who commented were interviewed, "group of n" where n is at least `min_group`, and either only
where at least three who commented have that very mark: two would know each other's. All others have no mark, like those
of people answering alone; where fewer than `min_group` of these commented, no mark would be one too, and no comment has
any. With `attribute` a comment shows no role that has fewer than `min_group` responses, nor another one that is needed
to keep it from being worked out, and then no names: "names and roles of those who have contributed" is one question.

The records of responses are for whoever keeps the returns, and contain every role; names only with `attribute`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import starmap

from pmdiag_build.content.field_names import MORE_ROOM, item_of
from pmdiag_build.content.model import Tool
from pmdiag_build.problems import Location
from pmdiag_build.results.areas import area_of, by_area
from pmdiag_build.results.made_of import Part, made_of
from pmdiag_build.results.roles import ByRole, Roles, Rows, by_role, roles_of, small_roles
from pmdiag_build.results.round_overlap import Answers, Earlier, Overlap, too_few
from pmdiag_build.results.tabulation import Counts, Question, Tabulation, Talk, Tally
from pmdiag_build.returns.response import Record, Response, key_of

WITHHELD = "withheld"
"""Replaces a role that may not be shown beside a comment; no role has this code."""

_SEVERAL = 3
"""So many have a mark that none of them knows which of the comments so marked belong together."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What was asked for: the fewest responses of a role that is shown on its own, and whether comments say whose."""

    min_group: int = 5
    attribute: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it may be shown; what was written under "more room" belongs to no feature.

    `mode` and `group_size` are set where the comment may be marked with them. `reference`, `role` and `names` are empty
    unless attribution was asked for. `more`: how many letters were cut off for print. `statement` and `theme`: what a
    person who read the comments says that it mentions and is about; empty where nobody did.
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
    statement: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """How many comments on a feature are about a theme; `comments` is None where they are too few to say. Comments that
    are not shown count as well. `feature` is empty for what was written under "more room"."""

    name: str
    feature: str
    comments: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a person who read the comments decided: how many are shown as written, in other words, or not at all; and
    how many nobody has read yet, which are not shown either (`unread`). `themes` in the order of features. Of those
    that are kept, `undecided` are shown only because nobody said what to do with them."""

    kept: int
    replaced: int
    left_out: int
    unread: int
    themes: tuple[Theme, ...] = ()
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A response as it may be recorded, and its number in the round. `withheld`: its role may not be shown beside what
    it wrote."""

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
    """Everything that any output may show of a round, and of earlier ones beside it. `checked`: what was decided on its
    comments, None if they are shown as they were written. `areas`: every question by area, empty where there are no two
    areas; its rows are areas in place of roles."""

    rules: Rules
    counted: Tabulation
    roles: Roles
    entries: tuple[Entry, ...]
    comments: tuple[Comment, ...]
    editions: tuple[EditionPart, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    checked: Checked | None = None
    areas: Mapping[Question, ByRole] = field(default_factory=dict)


Shows = Callable[[str, str, str], bool]
"""Whether a comment (feature, kind, text) is shown at all: only such comments count for marks."""


def every(feature: str, kind: str, text: str) -> bool:
    """Where no comment was checked, each is shown."""
    return True


def release(
    counted: Tabulation,
    responses: Sequence[Response],
    tool: Tool,
    rules: Rules,
    earlier: Sequence[Earlier] = (),
    shows: Shows = every,
) -> Release:
    """Decide. `responses` are those that were counted, in the order of the round; `earlier` rounds come from the oldest
    to the newest."""
    overlaps = _overlaps(responses, tool, rules, earlier)
    few, allowed = _allowed(counted, overlaps, rules.min_group, tool)
    shown = _shown(counted, few, tool, rules.min_group)
    kept = _kept(shown)
    questions = {
        item: ByRole({}, None, fewer=bool(question.shown)) if item in kept else question
        for item, question in allowed.items()
    }
    withheld = _withheld({role: tally.responses for role, tally in counted.by_role.items()}, rules.min_group)
    entries = tuple(_entry(n, response, withheld, rules) for n, response in enumerate(responses, 1))
    refused = any(overlap.refused for overlap in overlaps)
    # Beside earlier results with some of the same answers, rows by area would have to be laid over those by role there.
    of_area = {
        item: question
        for item, question in questions.items()
        if item not in kept and not any(overlap.touches(item) for overlap in overlaps)
    }
    beside = _told_beside(earlier, few, tool, rules.min_group)
    return Release(
        rules=rules,
        counted=shown,
        roles=roles_of(counted.by_role, questions, rules.min_group, tool.role_groups, earlier=refused),
        entries=entries,
        comments=_comments(entries, tool, rules, shows),
        editions=_editions(made_of(responses, tool), rules.min_group),
        areas=by_area(responses, tool, of_area, rules.min_group),
        earlier=tuple(
            _beside(one, few, hidden, counted.whole, rules.min_group)
            for one, hidden in zip(earlier, beside, strict=True)
        ),
    )


def _allowed(
    counted: Tabulation, overlaps: Sequence[Overlap], min_group: int, tool: Tool
) -> tuple[frozenset[Question], dict[Question, ByRole]]:
    """The questions that can't be shown beside an earlier round at all, and how each is shown by role. Each overlap
    notes whether it refused any rows."""

    def fits(item: Question, rows: Rows) -> bool:
        # All of them are asked, so that each notes whether it refused.
        return not [overlap for overlap in overlaps if not overlap.allows(item, rows)]

    found = {
        item: by_role(parts, min_group, partial(fits, item), tool.role_groups)
        for item, parts in _parts(counted).items()
    }
    few = {item for item, question in found.items() if question is None}
    few |= {item for item in _apart(counted) if not fits(item, {})}
    return frozenset(few), {item: question or ByRole({}, None, fewer=True) for item, question in found.items()}


def _overlaps(
    responses: Sequence[Response], tool: Tool, rules: Rules, earlier: Sequence[Earlier]
) -> tuple[Overlap, ...]:
    if not earlier:
        return ()
    levels = [level.code for level in tool.framework.levels]
    answers = answers_of(responses)
    return tuple(Overlap(answers, one, levels, rules.min_group) for one in earlier)


def _told_beside(
    earlier: Sequence[Earlier], few: frozenset[Question], tool: Tool, min_group: int
) -> list[frozenset[Question]]:
    """For each earlier round the questions whose totals, beside those of a newer one, would show what a few answered:
    the report shows only the newer one's."""
    levels = [level.code for level in tool.framework.levels]
    hidden: list[frozenset[Question]] = []
    for place, older in reversed(list(enumerate(earlier))):
        told: frozenset[Question] = frozenset()
        totals = replace(older, rows={item: {} for item in older.counts}, area_rows={})
        for newer, not_shown in zip(earlier[place + 1 :], hidden, strict=True):
            overlap = Overlap(newer.given, totals, levels, min(min_group, newer.min_group))
            both = (older.counts.keys() & newer.counts.keys()) - not_shown - few
            told |= {item for item in both if not overlap.allows(item, {})}
        hidden.insert(0, told)
    return hidden


def _editions(parts: Sequence[Part], min_group: int) -> tuple[EditionPart, ...]:
    few = len(parts) > 1 and any(part.responses < min_group for part in parts)
    return tuple(
        EditionPart(replace(part, responses=0), None if few else part.responses, few and part.responses < min_group)
        for part in parts
    )


def told_with(released: Release, responses: Sequence[Response], tool: Tool, earlier: Earlier) -> frozenset[Question]:
    """The questions on which the results of this round, together with earlier ones, would show what a few answered."""
    (overlap,) = _overlaps(responses, tool, released.rules, [earlier])
    by_area = area_rows_of(released)
    return frozenset(
        item
        for item, rows in rows_of(released).items()
        if not overlap.allows(item, rows) or not overlap.allows_areas(item, rows, by_area.get(item, {}))
    )


def area_rows_of(released: Release) -> dict[Question, Rows]:
    """The rows by area, by areas as they are compared, of each question that has any."""
    return {
        item: {area_of(area): area_of(row) for area, row in question.rows.items()}
        for item, question in released.areas.items()
        if question.shown
    }


def rows_of(released: Release) -> dict[Question, Rows]:
    """The rows by role of each question that is shown; no rows where only its total is."""
    rows: dict[Question, Rows] = {item: question.rows for item, question in released.roles.questions.items()}
    rows |= {item: {} for item in _apart(released.counted)}
    kept = _kept(released.counted)
    return {item: found for item, found in rows.items() if item not in kept}


def _kept(shown: Tabulation) -> set[Question]:
    """The questions whose totals are kept back."""
    whole = shown.whole
    kept = {("rating", id) for id, counts in whole.ratings.items() if counts.kept_back}
    kept |= {("overall", id) for id, counts in whole.overall.items() if counts.kept_back}
    apart: dict[Question, bool] = {}
    for (_, name), counts in whole.apart.items():
        apart["apart", name] = apart.get(("apart", name), True) and counts.kept_back > 0
    return kept | {item for item, all_kept in apart.items() if all_kept}


def answers_of(responses: Sequence[Response]) -> list[Answers]:
    """What two results are compared by."""
    return [
        Answers(
            key_of(one.record.reference),
            one.record.role,
            {("rating", id): level or "" for id, level in one.ratings.items()}
            | {("overall", id): level or "" for id, level in one.overall.items()}
            | {("apart", name): level for name, level in one.apart.items()},
            one.id,
            area_of(one.record.area),
        )
        for one in responses
    ]


def _parts(counted: Tabulation) -> dict[Question, dict[str, Counts]]:
    """Each question by role."""
    roles = counted.by_role.items()
    found: dict[Question, dict[str, Counts]] = {
        ("rating", id): {role: tally.ratings[id] for role, tally in roles} for id in counted.whole.ratings
    }
    return found | {("overall", id): {role: tally.overall[id] for role, tally in roles} for id in counted.whole.overall}


def _apart(counted: Tabulation) -> set[Question]:
    return {("apart", name) for _, name in counted.whole.apart}


def _withheld(responses: Mapping[str, int], min_group: int) -> frozenset[str]:
    """The roles that no comment shows: the small ones and, where these are one or have fewer than `min_group` responses
    together, the next smallest."""
    small = len(small_roles(responses, min_group))
    smallest = sorted(responses, key=lambda role: (responses[role], role))
    while 0 < small < len(smallest) and (small == 1 or sum(responses[role] for role in smallest[:small]) < min_group):
        small += 1
    return frozenset(smallest[:small])


def _beside(
    earlier: Earlier, few: frozenset[Question], beside: frozenset[Question], whole: Tally, min_group: int
) -> Earlier:
    """An earlier round as it may be shown beside this one: no responses, and only counts that show nobody's answers."""
    asked = {("rating", id) for id in whole.ratings} | {("overall", id) for id in whole.overall}
    fewest = max(min_group, earlier.min_group)

    def hidden(item: Question) -> bool:
        """Its own results did not show it."""
        return earlier.rows is not None and item not in earlier.rows

    counts = {
        item: _kept_back(counts) if too_few(counts, earlier.responses, fewest) or hidden(item) else counts
        for item, counts in earlier.counts.items()
        if item in asked
    }
    return replace(earlier, counts=counts, given=(), few=few | beside, beside=beside)


def _shown(counted: Tabulation, few: Collection[Question], tool: Tool, min_group: int) -> Tabulation:
    """The counts of the round as they may be shown.

    Past this point, `roles` alone contains anything by role.
    """
    whole = counted.whole

    def totals(kind: str, found: Mapping[str, Counts]) -> dict[str, Counts]:
        return {
            id: _kept_back(counts) if (kind, id) in few or too_few(counts, whole.responses, min_group) else counts
            for id, counts in found.items()
        }

    overall, ratings = totals("overall", whole.overall), totals("rating", whole.ratings)
    apart = {
        (edition, name): _kept_back(counts) if counts.base < min_group or ("apart", name) in few else counts
        for (edition, name), counts in whole.apart.items()
    }
    # A prompt to talk is made from all that a response says of a feature.
    of_statement = {s.id: feature.id for feature in tool.framework.features for s in feature.statements}
    hidden = {id for id, counts in overall.items() if counts.kept_back}
    hidden |= {of_statement[id] for id, counts in ratings.items() if counts.kept_back}
    for (_, name), counts in apart.items():
        item = item_of(name)
        if counts.kept_back and item is not None:
            hidden.add(of_statement.get(item.id) or item.id.partition(".")[0])
    talk = {id: Talk(0, 0) if id in hidden else talk for id, talk in counted.talk.items()}
    return replace(counted, by_role={}, whole=replace(whole, ratings=ratings, overall=overall, apart=apart), talk=talk)


def _kept_back(counts: Counts) -> Counts:
    return Counts((0,) * len(counts.chosen), 0, counts.asked)


def _entry(number: int, response: Response, withheld: frozenset[str], rules: Rules) -> Entry:
    record = response.record
    if not rules.attribute and (record.lead or record.contributors):
        record = replace(record, lead="", contributors="")
    # The name of the file that an answer came in is often a person's, and a time may tell who was at work then.
    shown = replace(response, place=Location(""), record=record, uncounted=(), digest=b"", saved="")
    return Entry(number, shown, response.record.role in withheld)


def _comments(entries: Sequence[Entry], tool: Tool, rules: Rules, shows: Shows) -> tuple[Comment, ...]:
    """Comments by feature and kind; within these in the order of their words, which says nothing of their authors.

    What was written under "more room" comes last. Notes of interviewers and facilitators stay in the records.
    """
    place = {feature.id: n for n, feature in enumerate(tool.framework.features)} | {"": len(tool.framework.features)}
    wrote = [entry.response.record for entry in entries if any(starmap(shows, _texts(entry.response)))]
    marked = _marked(wrote, rules)
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
    return in_order_of_words(found, tool)


def _texts(response: Response) -> Iterator[tuple[str, str, str]]:
    """Feature, kind and text of what a response wrote."""
    yield from ((feature, kind, text) for (kind, feature), text in response.comments.items())
    if MORE_ROOM in response.more:
        yield "", MORE_ROOM, response.more[MORE_ROOM]


def in_order_of_words(comments: Iterable[Comment], tool: Tool) -> tuple[Comment, ...]:
    """Comments by feature and kind, and within these in an order that says nothing of who wrote them."""
    place = {feature.id: n for n, feature in enumerate(tool.framework.features)} | {"": len(tool.framework.features)}
    return tuple(sorted(comments, key=lambda c: (place[c.feature], c.kind, c.text.casefold(), c.text, c.mode)))


def _marked(wrote: Sequence[Record], rules: Rules) -> Callable[[Record], bool]:
    """Which records' comments may be marked with the way in which they were given; `wrote`: those with a comment."""
    if rules.attribute:
        return lambda record: True
    have = Counter(map(_mark, wrote))

    def may_be(record: Record) -> bool:
        n, (mode, size) = have[_mark(record)], _mark(record)
        if mode == "interview":
            return n >= max(rules.min_group, _SEVERAL)
        return mode == "group" and size >= rules.min_group and n >= _SEVERAL

    unmarked = sum(not may_be(record) for record in wrote)
    return may_be if unmarked == 0 or unmarked >= rules.min_group else lambda record: False


def _mark(record: Record) -> tuple[str, int]:
    """What a comment would be marked with: how many were in an interview would tell interviews apart."""
    return record.mode, record.group_size if record.mode == "group" else 0


def _comment(
    entry: Entry, kind: str, feature: str, text: str, rules: Rules, marked: Callable[[Record], bool]
) -> Comment:
    record = entry.response.record
    mode, size = _mark(record) if marked(record) else ("", 0)
    if not rules.attribute:
        return Comment(feature, kind, text, mode, size)
    if entry.withheld:
        return Comment(feature, kind, text, mode, size, record.reference, WITHHELD)
    return Comment(feature, kind, text, mode, size, record.reference, record.role, record.contributors)
