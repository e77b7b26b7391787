"""Who answered: sentences and small tables. Knows no markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmdiag_build.results.phrases import Phrases
from pmdiag_build.results.rows import Table
from pmdiag_build.results.tabulation import Dates, ModeCount
from pmdiag_build.results.views.source import Source


def who_sentences(source: Source) -> list[str]:
    """Who answered, in sentences: how many, how many people, when."""
    say, counted = source.say, source.release.counted
    total = source.total
    if not total:
        return [say.words["no_responses"]]
    found = [say.fill("who_sentence", who=say.who(total)), *_people(say, counted.modes), *_days(say, counted.dates)]
    if total < source.release.rules.min_group:
        found.append(say.fill("small_round", who=say.who(total)))
    return found


def invented_sentence(source: Source) -> str:
    """That the round, or a part of it, comes from `pmdiag demo`; nothing where people answered."""
    say, n = source.say, source.release.counted.invented
    if not n:
        return ""
    return say.words["invented"] if n == source.total else say.fill("invented_part", responses=say.many("responses", n))


def _people(say: Phrases, modes: Sequence[ModeCount]) -> Iterator[str]:
    """How many people stand behind the responses, where that is another number."""
    people, unknown = sum(m.people for m in modes), sum(m.unknown for m in modes)
    if any(m.mode not in ("individual", "interview") for m in modes):
        if people:
            yield say.many("who_people_known" if unknown else "who_people", people)
        if unknown:
            yield say.many("who_unknown", unknown)
    if any(m.mode == "group" for m in modes):
        yield say.words["who_group_note"]


def _days(say: Phrases, dates: Dates) -> Iterator[str]:
    if dates.first:
        key = "who_date" if dates.first == dates.last else "who_dates"
        yield say.fill(key, first=say.day(dates.first), last=say.day(dates.last))
    if dates.undated:
        yield say.many("who_undated", dates.undated)
    if dates.unread:
        yield say.many("who_unread", dates.unread)


def mode_table(source: Source) -> Table:
    """How the answers were given, and how many people stand behind them."""
    say = source.say
    rows = tuple((say.mode(m.mode), m.responses, say.people(m)) for m in source.release.counted.modes)
    heads = (say.words["mode_column"], say.words["responses_column"], say.words["people_column"])
    return Table(say.fill("mode_caption", who=say.who(source.total)), heads, rows)


def role_count_table(source: Source) -> Table | None:
    """The roles that answered, as far as they may be shown."""
    say, roles = source.say, source.release.roles
    if not roles.shown and roles.rest is None:
        return None
    rows = [(say.role(code), n) for code, n in roles.shown.items()]
    if roles.rest is not None:
        rows.append((say.words["role_rest"], roles.rest))
    heads = (say.words["role_column"], say.words["responses_column"])
    return Table(say.fill("role_caption", who=say.who(source.total)), heads, tuple(rows), note=withheld_note(source))


def withheld_note(source: Source) -> str:
    """What is said where roles are withheld; nothing where none is."""
    say, roles = source.say, source.release.roles
    if roles.rest is None:
        return ""
    key = "roles_withheld_earlier" if roles.earlier else "roles_withheld" if roles.shown else "roles_withheld_all"
    note = say.fill(key, n=source.release.rules.min_group)
    if roles.named:
        note += " " + say.fill(
            "roles_withheld_named", roles=say.words["list_semicolon"].join(map(say.role, roles.named))
        )
    return note
