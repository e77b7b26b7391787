"""The sections on what was counted apart, and what people wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from pmdiag_build.content.field_names import item_of, rating_name
from pmdiag_build.content.questions import own_questions
from pmdiag_build.results.disclosure import WITHHELD, Comment
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.tabulation import Apart
from pmdiag_build.results.views.about import invented_sentence
from pmdiag_build.results.views.parts import ReportInput, Row, item_row


@dataclass(frozen=True, slots=True)
class ApartPart:
    """The counts of one other edition; `few` says of which questions there are none, because too few answered them."""

    caption: str
    rows: tuple[Row, ...]
    few: str


def counted_apart(report: ReportInput) -> tuple[ApartPart, ...] | None:
    """What was counted apart, by edition; None where all responses were asked the same."""
    say, found = report.say, report.release.counted.apart
    parts = []
    for edition, group in groupby(found, key=lambda apart: apart.edition):
        counts = tuple(group)
        caption = say.fill("apart_caption", edition=edition, who=say.who(report.total))
        rows = tuple(apart_rows(report, counts))
        few = _few(report, edition, [row.id for row in rows if row.few])
        parts.append(ApartPart(caption, tuple(row for row in rows if not row.few), few))
    return tuple(parts) or None


def _few(report: ReportInput, edition: str, ids: Sequence[str]) -> str:
    """Which questions of an edition too few answered to show what they said; not how many: the rule of editions may
    keep that back."""
    say, n = report.say, report.release.rules.min_group
    return say.fill("apart_few", edition=edition, n=n, numbers=say.listed(ids)) if ids else ""


def apart_rows(report: ReportInput, found: Iterable[Apart]) -> Iterator[Row]:
    """A row for each, with the reason why it is counted apart as its text."""
    say = report.say
    unused = {rating_name(s.id) for s in report.tool.framework.statements if s.unused}
    known = {edition.id for edition in report.tool.editions if edition.issued}
    ours = own_questions(report.tool)
    for apart in found:
        item = item_of(apart.name)
        rating = item is None or item.kind == "rating"
        why = "apart_unused" if apart.name in unused else "apart_meaning" if rating else "apart_overall"
        if apart.edition not in known:
            why = "apart_unknown"
        elif apart.name not in ours and apart.name not in unused:
            why = "apart_only_there"
        id = item.id if item else apart.name
        yield item_row(id, say.words[why], apart.counts, report.total, say)


# ---- what people wrote

MOST_LETTERS = 10_000
"""So much of a comment is printed, about three pages in two columns: a pasted document would take minutes to set. The
page says that all of it is in report.html and tables.xlsx, which are in the same folder."""
MOST_LINES = 200
_MOST_OF_A_NAME = 500


_BREAKS = 700


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as its paragraphs, what is said of where it comes from, and how much more of it there is elsewhere."""

    paragraphs: tuple[str, ...]
    mark: str
    more: str

    @property
    def letters(self) -> int:
        """How long it is, with the space below it."""
        return sum(map(len, self.paragraphs)) + 60 * len(self.paragraphs)

    @property
    def long(self) -> bool:
        """Whether it may go on in the next column or page."""
        return self.letters > _BREAKS


def written(report: ReportInput) -> Mapping[tuple[str, str], Sequence[ShownComment]]:
    """(feature id, kind) → the comments."""
    found: dict[tuple[str, str], list[ShownComment]] = defaultdict(list)
    for comment in report.release.comments:
        found[comment.feature, comment.kind].append(_shown(report.say, comment))
    return found


def in_halves(comments: Sequence[ShownComment]) -> tuple[Sequence[ShownComment], Sequence[ShownComment]]:
    """Comments for two columns of about the same length, in their order."""
    sums = list(accumulate((one.letters for one in comments), initial=0))
    cut = min(range(len(sums)), key=lambda n: abs(sums[-1] - 2 * sums[n]))
    return comments[:cut], comments[cut:]


_BRIEF = 300
"""A comment of so many letters is also shown beside the statement that it mentions."""


def about_statements(report: ReportInput) -> Mapping[str, tuple[str, ...]]:
    """Statement id → the comments that mention it, or where to read them."""
    found: dict[str, list[str]] = defaultdict(list)
    for comment in report.release.comments:
        if comment.statement:
            brief = report.say.fill("comment_quoted", comment=" ".join(comment.text.split()))
            found[comment.statement].append(brief if len(comment.text) <= _BRIEF else _where(report, comment))
    return {id: tuple(dict.fromkeys(texts)) for id, texts in found.items()}


def _where(report: ReportInput, comment: Comment) -> str:
    """Where to read a long comment, seen from the statement that it mentions."""
    say, features = report.say, report.tool.framework.features
    feature = next((f for f in features if f.id == comment.feature), None)
    if feature and any(s.id == comment.statement for s in feature.statements):
        return say.words["comment_below"]
    section = f"{feature.id} {feature.short}" if feature else say.words["section_comments"]
    return say.fill("comment_elsewhere", section=section)


def more_comments(report: ReportInput) -> tuple[Sequence[ShownComment], ...] | None:
    """What people wrote under "more room", on no feature, in two columns; None where nobody did."""
    found = [_shown(report.say, one) for one in report.release.comments if not one.feature]
    return in_halves(found) if found else None


def _shown(say: Phrases, comment: Comment) -> ShownComment:
    paragraphs = tuple(line for line in comment.text.splitlines() if line.strip())
    role = say.words["comment_role_withheld"] if comment.role == WITHHELD else say.role(comment.role)
    statement = say.fill("comment_statement", id=comment.statement) if comment.statement else ""
    marks = [
        statement,
        say.mark(comment.mode, comment.group_size),
        comment.reference,
        role if comment.role else "",
        comment.names,
    ]
    more = say.fill("comment_more", n=grouped(comment.more)) if comment.more else ""
    return ShownComment(paragraphs or (comment.text,), say.words["list_comma"].join(m for m in marks if m), more)


def for_print(report: ReportInput) -> ReportInput:
    """The same, each comment cut to what is printed of it; `report` itself where none is too long."""
    comments = tuple(map(_cut, report.release.comments))
    if comments == report.release.comments:
        return report
    return replace(report, release=replace(report.release, comments=comments))


def _cut(comment: Comment) -> Comment:
    text = _start(comment.text)
    reference, names = comment.reference[:_MOST_OF_A_NAME], comment.names[:_MOST_OF_A_NAME]
    whole = len(comment.text) + len(comment.reference) + len(comment.names)
    more = whole - len(text) - len(reference) - len(names)
    return replace(comment, text=text, reference=reference, names=names, more=more) if more else comment


def _start(text: str) -> str:
    """As much of a text as is printed, up to the end of a word."""
    cut = text[:MOST_LETTERS]
    lines = cut.splitlines(keepends=True)
    if len(lines) > MOST_LINES:
        return "".join(lines[:MOST_LINES])
    if len(cut) == len(text):
        return text
    words = cut.rstrip().rsplit(maxsplit=1)
    return cut[: cut.rindex(words[1])] if len(words) > 1 and len(words[1]) < MOST_LETTERS // 10 else cut


def summary_counts(report: ReportInput) -> Mapping[str, str]:
    """Feature id → the sentence that the summary of the review prints beside the feature; under "" what it prints above
    them all."""
    say = report.say
    named = say.fill("summary_round", title=report.title) if report.title else ""
    found = {"": above} if (above := " ".join(filter(None, (named, invented_sentence(report))))) else {}
    for feature in report.tool.framework.features:
        counts = report.release.counted.whole.overall[feature.id]
        who = say.who(counts.base)
        key = "summary_counts" if counts.base else "summary_counts_none"
        found[feature.id] = say.few(counts) or say.fill(
            key, who=who, said=say.said(counts), unanswered=counts.unanswered
        )
    return found
