"""What people wrote, by feature and prompt. Knows no markup."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pmdiag_build.content.field_names import COMMENT_KINDS, MORE_ROOM
from pmdiag_build.content.model import Feature
from pmdiag_build.results.disclosure import WITHHELD, Comment
from pmdiag_build.results.phrases import Phrases, grouped
from pmdiag_build.results.views.source import Section, Source


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


def comments(source: Source) -> Section:
    """What people wrote, by feature and prompt."""
    found: dict[tuple[str, str], list[ShownComment]] = defaultdict(list)
    for comment in source.release.comments:
        found[comment.feature, comment.kind].append(_shown(source.say, comment))
    prompts = source.tool.framework.prompts
    parts = tuple(
        CommentsPart(feature, tuple((prompts[kind].text, tuple(found[feature.id, kind])) for kind in COMMENT_KINDS))
        for feature in source.tool.framework.features
    )
    more = tuple(found["", MORE_ROOM])
    if more:
        parts += (CommentsPart(None, ((source.tool.words["pack"]["more_room_title"], more),)),)
    return Section("comments", source.say.words["section_comments"], parts)


def _shown(say: Phrases, comment: Comment) -> ShownComment:
    paragraphs = tuple(line for line in comment.text.splitlines() if line.strip())
    role = say.words["comment_role_withheld"] if comment.role == WITHHELD else say.role(comment.role)
    marks = [say.mark(comment.mode, comment.group_size), comment.reference, role if comment.role else "", comment.names]
    more = say.fill("comment_more", n=grouped(comment.more)) if comment.more else ""
    return ShownComment(paragraphs or (comment.text,), say.words["list_comma"].join(m for m in marks if m), more)
