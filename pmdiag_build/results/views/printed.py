"""What goes on paper of comments longer than anybody writes by hand: a pasted document would take minutes to set.

Everything stands in report.html, which has no such limit, in the workbook and in the records; the page says so.
"""

from __future__ import annotations

from dataclasses import replace

from pmdiag_build.results.disclosure import Comment
from pmdiag_build.results.views.source import Source

MOST_LETTERS = 10_000
"""About three pages, in two columns."""
MOST_LINES = 200
_MOST_OF_A_NAME = 500


def for_print(source: Source) -> Source:
    """The same, each comment cut to what is printed of it; `source` itself where none is too long."""
    comments = tuple(map(_cut, source.release.comments))
    if comments == source.release.comments:
        return source
    return replace(source, release=replace(source.release, comments=comments))


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
