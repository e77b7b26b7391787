"""The sections on the round as a whole: who answered, what became of the returns, the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pmdiag_build.results.disclosure import Theme
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.tabulation import Dates, ModeCount
from pmdiag_build.results.views.parts import MadeOf, ReportInput, Table, made_of_part
from pmdiag_build.results.views.rounds import several_areas


def who_sentences(report: ReportInput) -> list[str]:
    """Who answered, in sentences: how many, how many people, when."""
    say, counted = report.say, report.release.counted
    total = report.total
    if not total:
        return [say.words["no_responses"]]
    found = [*_asked(report), *_people(say, counted.modes), *_days(say, counted.dates)]
    if total < report.release.rules.min_group:
        found.append(say.fill("small_round", who=say.who(total)))
    return found


def _asked(report: ReportInput) -> Iterator[str]:
    """How many answered and, where it is known, of how many who were asked."""
    say, asked = report.say, report.asked
    all_listed = asked is not None and asked.answered == report.total
    if not all_listed:
        yield say.fill("who_sentence", who=say.who(report.total))
    if asked is not None:
        facts = {"answered": grouped(asked.answered), "asked": grouped(asked.asked)}
        yield say.fill("who_asked" if all_listed else "who_asked_among", **facts)
        if asked.without_reference:
            yield say.many("who_without_reference", asked.without_reference)


def invented_sentence(report: ReportInput) -> str:
    """That the round, or a part of it, comes from `pmdiag demo`; nothing where people answered."""
    say, n = report.say, report.release.counted.invented
    if not n:
        return ""
    return say.words["invented"] if n == report.total else say.fill("invented_part", responses=say.many("responses", n))


def _people(say: Phrases, modes: Sequence[ModeCount]) -> Iterator[str]:
    """How many people the responses come from, where that is another number."""
    people, unknown = sum(m.people for m in modes), sum(m.unknown for m in modes)
    if not all(m.alone for m in modes):
        if people:
            yield say.many("who_people_known" if unknown else "who_people", people)
        if unknown:
            yield say.many("who_unknown", unknown)
    if any(m.mode == "group" or m.people > m.responses for m in modes):
        yield say.words["who_group_note"]


def _days(say: Phrases, dates: Dates) -> Iterator[str]:
    if dates.first:
        key = "who_date" if dates.first == dates.last else "who_dates"
        yield say.fill(key, first=say.day(dates.first), last=say.day(dates.last))
    if dates.undated:
        yield say.many("who_undated", dates.undated)
    if dates.unread:
        yield say.many("who_unread", dates.unread)


def mode_table(report: ReportInput) -> Table:
    """How the answers were given, and how many people they come from."""
    say = report.say
    rows = tuple((say.mode(m.mode), m.responses, say.people(m)) for m in report.release.counted.modes)
    heads = (say.words["mode_column"], say.words["responses_column"], say.words["people_column"])
    return Table(say.fill("mode_caption", who=say.who(report.total)), heads, rows)


def role_count_table(report: ReportInput) -> Table | None:
    """The roles that answered, as far as they may be shown."""
    say, roles = report.say, report.release.roles
    if not roles.shown and roles.rest is None:
        return None
    rows = [(say.role(code), n) for code, n in roles.shown.items()]
    if roles.rest is not None:
        rows.append((say.words["role_rest"], roles.rest))
    heads = (say.words["role_column"], say.words["responses_column"])
    return Table(say.fill("role_caption", who=say.who(report.total)), heads, tuple(rows), note=withheld_note(report))


def asked_table(report: ReportInput) -> Table | None:
    """How many of each role were asked and answered, as far as it may be shown."""
    say, asked = report.say, report.asked
    if asked is None or not asked.by_role:
        return None
    rows: list[tuple[str | int, ...]] = [
        (say.words["role_rest"] if one.role is None else say.role(one.role), one.asked, one.answered)
        for one in asked.by_role
    ]
    heads = (say.words["role_column"], say.words["asked_column"], say.words["answered_column"])
    return Table(say.words["asked_caption"], heads, tuple(rows))


def withheld_note(report: ReportInput) -> str:
    """What is said where roles are put together with others; nothing where none is."""
    say, roles = report.say, report.release.roles
    if not any(question.fewer for question in roles.questions.values()):
        return ""
    key = "roles_withheld" if roles.any else "roles_withheld_all"
    note = say.fill(key, n=report.release.rules.min_group)
    if roles.earlier:
        note += " " + say.words["roles_withheld_earlier"]
    if roles.named:
        note += " " + say.fill(
            "roles_withheld_named", roles=say.words["list_semicolon"].join(map(say.role, roles.named))
        )
    return note


def comments_said(report: ReportInput) -> str:
    """In which order comments appear, and whether they do as they were written."""
    say, checked = report.say, report.release.checked
    if checked is None:
        return f"{say.words['comments_intro']} {say.words['comments_as_written']}"
    changes = {"replaced": checked.replaced, "left_out": checked.left_out, "unread": checked.unread}
    changes["undecided"] = checked.undecided
    said = [say.many(f"checked_{key}", n) for key, n in changes.items() if n]
    first = say.words["comments_intro_checked" if checked.replaced else "comments_intro"]
    read = [] if checked.undecided else [say.words["comments_checked"]]
    return " ".join([first, *read, *(said or [say.words["checked_all"]])])


def themes_of(report: ReportInput, feature: str) -> Table | None:
    """What the comments on a feature are about; None where nobody gave them themes."""
    say, checked = report.say, report.release.checked
    found = [one for one in checked.themes if one.feature == feature] if checked is not None else []
    heads = (say.words["theme_column"], say.words["theme_comments"])
    rows: tuple[tuple[str | int, ...], ...] = tuple((one.name, _theme_count(report, one)) for one in found)
    return Table(say.words["themes_caption"], heads, rows) if found else None


def themes_table(report: ReportInput) -> Table | None:
    """The same for all features, with their names."""
    say, checked = report.say, report.release.checked
    if checked is None or not checked.themes:
        return None
    names = {f.id: f"{f.id} {f.short}" for f in report.tool.framework.features}
    names[""] = report.tool.words["pack"]["more_room_title"]
    rows: tuple[tuple[str | int, ...], ...] = tuple(
        (one.name, _theme_count(report, one), names[one.feature]) for one in checked.themes
    )
    heads = (say.words["theme_column"], say.words["theme_comments"], say.words["feature_column"])
    return Table(say.words["themes_caption"], heads, rows)


def _theme_count(report: ReportInput, theme: Theme) -> str | int:
    few = report.say.fill("theme_few", n=report.release.rules.min_group)
    return few if theme.comments is None else theme.comments


@dataclass(frozen=True, slots=True)
class Answered:
    """Who answered, what became of the returns, how many problems there were, and what the round is made of."""

    tables: tuple[Table, ...]
    note: str
    sentence: str
    comments: str
    made_of: MadeOf | None


def answered(report: ReportInput) -> Answered:
    """Who answered and what could not be counted. File names are not shown: they are often people's names."""
    say, roles = report.say, role_count_table(report)
    tables = [account_table(report), mode_table(report) if report.total else None, roles, asked_table(report)]
    return Answered(
        tuple(table for table in tables if table is not None),
        roles.note if roles is not None else "",
        problem_sentence(report),
        say.fill("comments_said", said=comments_said(report)),
        made_of_part(report),
    )


def problem_sentence(report: ReportInput) -> str:
    """How many points need a look."""
    say, n, blank = report.say, report.points, report.accounts.blank
    key = "problems_none" if not n else "problems_some_one" if n == 1 else "problems_some"
    sentences = [say.fill(key, n=grouped(n))]
    if blank:
        sentences.append(say.many("problems_blank" if n else "problems_only_blank", blank))
    return " ".join(sentences)


def account_table(report: ReportInput) -> Table:
    """What became of every return found."""
    say, accounts = report.say, report.accounts
    rows = [
        (say.words[f"account_{key}"], n)
        for key, n in (
            ("found", accounts.found),
            ("counted", accounts.counted),
            ("blank", accounts.blank),
            ("duplicate", accounts.duplicate),
            ("conflict", accounts.in_conflict),
            ("set_aside", accounts.set_aside),
        )
    ]
    heads = (say.words["accounts_column"], say.words["accounts_number"])
    return Table(say.fill("accounts_caption", n=grouped(accounts.found)), heads, tuple(rows))


@dataclass(frozen=True, slots=True)
class HowToRead:
    """(pattern, its rule) for each pattern, then (title, text) for everything else."""

    patterns: tuple[tuple[str, str], ...]
    passages: tuple[tuple[str, str], ...]


def rules(report: ReportInput) -> HowToRead:
    """How to read the report: the rules, in words."""
    say, asked = report.say, report.release.rules
    named = {"n": asked.min_group, "first": say.levels[0], "last": say.levels[-1]}
    patterns = tuple(
        (say.words[f"rules_kind_{key}"], say.fill(f"rules_pattern_{key}", **named))
        for key in ("none", "shared", "opposed", "apart", "adjacent")
    )
    keys = {"base": True, "findings": True, "roles": True, "areas": several_areas(report), "few": True}
    checked = report.release.checked
    undecided = checked is not None and checked.undecided > 0
    keys |= {"comments": True, "checked": checked is not None and not undecided, "checked_in_part": undecided}
    keys |= {"twice": True, "previous": bool(report.earlier)}
    texts = {key: f"rules_{key}" for key, there in keys.items() if there}
    texts |= {"comments": "rules_comments_attributed"} if asked.attribute else {}
    texts |= {"checked": "rules_comments_checked"} if "checked" in texts else {}
    passages = tuple((say.words[f"rules_{key}_title"], say.fill(text, **named)) for key, text in texts.items())
    return HowToRead(patterns, passages)
