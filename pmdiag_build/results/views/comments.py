"""The section of what people wrote, and how much of a long comment goes on paper."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM
from pmdiag_build.content.model import Feature
from pmdiag_build.results.disclosure import WITHHELD, Comment
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.views.parts import ReportInput

MOST_LETTERS = 10_000
"""So much of a comment is printed, about three pages in two columns: a pasted document would take minutes to set. The
page says that all of it is in report.html, in the workbook and in the records."""
MOST_LINES = 200
_MOST_OF_A_NAME = 500


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as its paragraphs, what is said of where it comes from, and how much more of it there is elsewhere."""

    paragraphs: tuple[str, ...]
    mark: str
    more: str


@dataclass(frozen=True, slots=True)
class CommentsPart:
    """The comments on one feature, or on none: prompt → comments, in the order of the packs."""

    feature: Feature | None
    kinds: tuple[tuple[str, tuple[ShownComment, ...]], ...]


def comments(report: ReportInput) -> tuple[CommentsPart, ...]:
    """What people wrote, by feature and prompt."""
    found: dict[tuple[str, str], list[ShownComment]] = defaultdict(list)
    for comment in report.release.comments:
        found[comment.feature, comment.kind].append(_shown(report.say, comment))
    prompts = report.tool.framework.prompts
    parts = tuple(
        CommentsPart(feature, tuple((prompts[kind].text, tuple(found[feature.id, kind])) for kind in COMMENT_KINDS))
        for feature in report.tool.framework.features
    )
    more = tuple(found["", MORE_ROOM])
    if more:
        parts += (CommentsPart(None, ((report.tool.words["pack"]["more_room_title"], more),)),)
    return parts


def _shown(say: Phrases, comment: Comment) -> ShownComment:
    paragraphs = tuple(line for line in comment.text.splitlines() if line.strip())
    role = say.words["comment_role_withheld"] if comment.role == WITHHELD else say.role(comment.role)
    marks = [say.mark(comment.mode, comment.group_size), comment.reference, role if comment.role else "", comment.names]
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
