"""Page one, which can be tabled alone: what the round says, in sentences made from the counts.

It is one page in print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil
from operator import attrgetter

from pmdiag_build.content.model import Statement
from pmdiag_build.results.phrases import at_least_a_fifth, grouped, most_chose, often_left_out, roles_differ
from pmdiag_build.results.tabulation import Counts, Pattern, Question, differences
from pmdiag_build.results.views.about import invented_sentence, who_sentences, withheld_note
from pmdiag_build.results.views.parts import Cell, ReportInput, anchor, small_bar

_LINES = 59.8
"""So many lines of small print fit on the page beside its head, the overall views and what it does not show."""
_LETTERS, _HALF = 122, 57
"""So many letters fit on a line of the page, and on one of half its width."""
_HEADING, _GAP = 1.7, 0.25
"""What a heading, and the space after a paragraph, take of a line."""
_LOCAL = 2.5
"""The head of a local version takes so many lines."""
_FIRST_WORDS = 85
"""So many letters, with the number and the counts, take two lines of half the width."""
_MOST_OPPOSED = 5
_MOST_ROLES = 2
_MOST_BY_NUMBER = 45
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Named:
    """A statement or feature with what is said of it. `cut`: only the first sentence or the first words are there."""

    id: str
    anchor: str
    text: str
    said: str
    cut: bool = False

    def lines(self, *, wide: bool) -> float:
        """How many lines it takes, over the whole page or over half of it."""
        return ceil(len(f"{self.id}  {self.text} {self.said}") / (_LETTERS if wide else _HALF)) + _GAP

    @property
    def shorter(self) -> Named:
        """The same with the first sentence only, if it has several."""
        first, *others = _SENTENCE_END.split(self.text, maxsplit=1)
        return replace(self, text=first, cut=True) if others else self

    @property
    def shortest(self) -> Named:
        """The same with the first words only, if there are many."""
        begins = self.text[:_FIRST_WORDS].rpartition(" ")[0].rstrip(" ,;–(")
        return replace(self, text=begins, cut=True) if begins and len(self.text) > _FIRST_WORDS else self


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: the heading says it, `intro` by which rule; then statements with their texts, and the others by
    number; `by_number`: all of them so. `wide`: what is said of each is long."""

    title: str
    intro: str = ""
    named: tuple[Named, ...] = ()
    more: str = ""
    by_number: str = ""
    wide: bool = False

    @property
    def lines(self) -> float:
        """How many lines of the page it takes."""
        named = self._longer(self.in_first) + _GAP if self.named else 0
        return (_HEADING if self.title else 0) + named + _lines(self.intro) + _lines(self.more)

    @property
    def in_first(self) -> int:
        """How many of `named` are in the first of two columns; all of them if they are as wide as the page."""
        all_of_them = len(self.named)
        return all_of_them if self.wide else min(range(all_of_them, -1, -1), key=self._longer)

    def _longer(self, first: int) -> float:
        """How many lines the longer of two columns has, if the first has so many of `named`."""
        lines = [one.lines(wide=self.wide) for one in self.named]
        return max(sum(lines[:first]), sum(lines[first:]))


@dataclass(frozen=True, slots=True)
class PageOne:
    """Whether it is an invented round, who answered, the overall views, the findings, what is missing; `cut_note`: what
    the sign behind a text says, if one was cut."""

    invented: str
    who_title: str
    who: tuple[str, ...]
    overall: tuple[Cell, ...]
    overall_caption: str
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    cut_note: str = ""


def page_one(report: ReportInput) -> PageOne:
    """Page one. Nothing on it is made from what is not shown."""
    say, whole = report.say, report.release.counted.whole
    first, *others = who_sentences(report)
    invented, missing = invented_sentence(report), tuple(_missing(report))
    room = _LINES - sum(_lines(text) for text in (invented, " ".join(others)))
    room -= (_HEADING + _lines(" ".join(missing)) if missing else 0) + (_LOCAL if report.tool.local else 0)
    findings = (*_most_chose(report), _opposed(report), _roles(report)) if report.total else ()
    fitted, cut_note = _fitting(findings, room), ""
    if any(one.cut for finding in fitted for one in finding.named):
        cut_note = say.words["cut_note"]
        fitted = _fitting(findings, room - _lines(cut_note))
    return PageOne(
        invented=invented,
        who_title=first.rstrip("."),
        who=tuple(others),
        overall=tuple(small_bar(whole.overall[f.id], say) for f in report.tool.framework.features),
        overall_caption=say.words["overall_caption"],
        findings=fitted,
        missing=missing,
        cut_note=cut_note,
    )


def _lines(text: str) -> float:
    """How many lines of the page a paragraph takes."""
    return ceil(len(text) / _LETTERS) + _GAP if text else 0


def _fitting(findings: Sequence[Finding], room: float) -> tuple[Finding, ...]:
    """The findings as the page has room for them. The longest texts are cut to their first sentence, then to their
    first words, as many as must be; where that is not enough, whole groups of statements are named by number, as few as
    must be."""
    groups = [place for place, finding in enumerate(findings) if finding.by_number]
    numbered = (some for n in range(len(groups) + 1) for some in combinations(reversed(groups), n))
    fitted = (
        _shortened([_in_numbers(f) if i in some else f for i, f in enumerate(findings)], room) for some in numbered
    )
    found = next(fitted)
    while sum(f.lines for f in found) > room:
        shorter = next(fitted, None)
        if shorter is None:
            break
        found = shorter
    return found


def _in_numbers(finding: Finding) -> Finding:
    return replace(finding, named=(), more=finding.by_number)


def _shortened(findings: Sequence[Finding], room: float) -> tuple[Finding, ...]:
    """The same, with as many of the longest texts cut as must be."""
    found = list(findings)
    for cut in (attrgetter("shorter"), attrgetter("shortest")):
        places = [(i, j) for i, finding in enumerate(found) for j in range(len(finding.named))]
        for i, j in sorted(places, key=lambda place: -len(found[place[0]].named[place[1]].text)):
            if sum(finding.lines for finding in found) <= room:
                return tuple(found)
            named = found[i].named
            found[i] = replace(found[i], named=(*named[:j], cut(named[j]), *named[j + 1 :]))
    return tuple(found)


def _statements_at(report: ReportInput, level: int) -> list[tuple[Statement, Counts]]:
    """The statements on which at least two-thirds chose this level, in the tool's order."""
    ratings = report.release.counted.whole.ratings
    used = report.tool.framework.used_statements
    return [(s, ratings[s.id]) for s in used if most_chose(ratings[s.id]) == level]


def _most_chose(report: ReportInput) -> Iterator[Finding]:
    """For each level the statements on which at least two-thirds chose it."""
    say, none = report.say, []
    for place, level in enumerate(say.levels):
        found = [(s, say.of(counts.chosen[place], counts.base)) for s, counts in _statements_at(report, place)]
        if not found:
            none.append(level)
            continue
        title = say.fill("most_title", statements=say.many("statements", len(found)), level=level)
        by_number = _by_number(report, "these", [say.fill("by_number", id=s.id, of=of) for s, of in found])
        yield Finding(title, named=tuple(_named(s, of) for s, of in found), by_number=by_number)
    if none:
        yield Finding("", say.fill("most_none", levels=say.words["list_or"].join(none)))


def _named(statement: Statement, said: str) -> Named:
    return Named(statement.id, anchor("rating", statement.id), statement.text, said)


def _by_number(report: ReportInput, key: str, items: Sequence[str]) -> str:
    listed = report.say.words["list_comma"].join(items[:_MOST_BY_NUMBER])
    return report.say.fill(key, items=listed) if items else ""


def _with_opposed(report: ReportInput) -> list[tuple[Statement, Counts]]:
    """The statements with opposed views, those with the most responses at the smaller end first."""
    found = differences(report.release.counted, report.tool)
    return [(s, counts) for s, counts in found if counts.pattern is Pattern.OPPOSED]


def _opposed(report: ReportInput) -> Finding:
    """Opposed views: with their texts those with at least a fifth at each end, or else the first."""
    say, found = report.say, _with_opposed(report)
    if not found:
        return Finding(say.words["opposed_none"])
    fifth = sum(at_least_a_fifth(counts) for _, counts in found)
    first = found[: min(max(fifth, 1), _MOST_OPPOSED)]
    more = [say.fill("by_number", id=s.id, of=say.both_ends(counts)) for s, counts in found[len(first) :]]
    key = "opposed_title_one" if len(found) == 1 else "opposed_title_many"
    asked = say.many("statements", len(report.tool.framework.used_statements))
    title = say.fill(key, n=grouped(len(found)), all=asked)
    intro = say.fill("opposed_rule", first=say.levels[0], last=say.levels[-1])
    if fifth:
        at_ends = "opposed_fifth" if fifth < len(found) else "opposed_fifth_one" if fifth == 1 else "opposed_fifth_all"
        intro += " " + say.fill(at_ends, n=grouped(fifth))
    named = tuple(_named(s, say.both_ends(counts)) for s, counts in first)
    return Finding(title, intro, named, _by_number(report, "also", more))


def _roles(report: ReportInput) -> Finding:
    """Where roles differ: with their texts those at both ends, or else the first."""
    say, framework = report.say, report.tool.framework
    if len({row for question in report.release.roles.questions.values() for row in question.shown}) < 2:
        return Finding(say.words["roles_none_title"], withheld_note(report) or say.words["roles_one"])
    items: list[Question] = [("overall", f.id) for f in framework.features]
    items += [("rating", s.id) for s in framework.used_statements]
    found = roles_differ(report.release.roles, items)
    if not found:
        return Finding(say.words["roles_differ_none"], say.words["roles_differ_rule"])
    texts = {s.id: s.text for s in framework.used_statements} | {f.id: f.short for f in framework.features}
    first = [one for one in found if one.ends][:_MOST_ROLES] or found[:1]
    named = tuple(Named(id, anchor(kind, id), texts[id], one.said(say)) for one in first for kind, id in (one.item,))
    others = [
        say.fill("overall_of", id=id) if kind == "overall" else id
        for kind, id in (one.item for one in found if one not in first)
    ]
    title = say.fill("roles_differ_title_one" if len(found) == 1 else "roles_differ_title_many", n=grouped(len(found)))
    return Finding(title, say.words["roles_differ_rule"], named, _by_number(report, "also", others), wide=True)


def _missing(report: ReportInput) -> Iterator[str]:
    """What is missing: answers left out, questions too few answered, returns that were not counted."""
    say, whole, accounts = report.say, report.release.counted.whole, report.accounts
    ratings = [(s, whole.ratings[s.id]) for s in report.tool.framework.used_statements]
    left, asked = sum(counts.unanswered for _, counts in ratings), sum(counts.asked for _, counts in ratings)
    if left:
        yield say.fill("missing_left", n=grouped(left), all=grouped(asked))
    often = [say.fill("by_number", id=s.id, of=grouped(c.unanswered)) for s, c in ratings if often_left_out(c)]
    often += [
        say.fill("by_number", id=say.fill("overall_of", id=f.id), of=grouped(whole.overall[f.id].unanswered))
        for f in report.tool.framework.features
        if often_left_out(whole.overall[f.id])
    ]
    if often:
        yield say.fill("missing_often", items=say.words["list_comma"].join(often[:_MOST_BY_NUMBER]))
    few = [s.id for s, counts in ratings if counts.kept_back]
    if few:
        yield say.fill("others_few", numbers=say.listed(few))
    roles = report.release.roles
    if roles.named:
        listed = say.words["list_semicolon"].join(map(say.role, roles.named))
        yield say.fill("missing_roles", roles=listed, n=report.release.rules.min_group)
    not_counted = [
        say.fill(f"missing_{key}", n=grouped(n))
        for key, n in (
            ("blank", accounts.blank),
            ("conflict", accounts.in_conflict),
            ("set_aside", accounts.set_aside),
        )
        if n
    ]
    if not_counted:
        key = "missing_returns_one" if accounts.found == 1 else "missing_returns"
        yield say.fill(key, all=grouped(accounts.found), items=say.listed(not_counted))
    if not report.total:
        return
    if not (left or often or few or roles.named or not_counted):
        yield say.words["missing_nothing"]
