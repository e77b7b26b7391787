"""Rich text of PDF forms, a small XHTML, → plain text. Programs are to write a plain twin beside it; not all do."""

from __future__ import annotations

import re

from pmdiag_build.returns.raw import Refused
from pmdiag_build.returns.readers.xml import Attributes, local, parse

_LONGEST = 16 << 20
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_BLOCKS = ("p", "div", "li", "body")


class RichText:
    """Gathers what stands in the elements of a rich text as they stream by, a line for each paragraph."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = [[]]

    def start(self, tag: str, _: Attributes) -> None:
        if local(tag) in _BLOCKS:
            self._new_line()
        elif local(tag) == "br":
            self.lines.append([])

    def end(self, tag: str) -> None:
        if local(tag) in _BLOCKS:
            self._new_line()

    def text(self, text: str) -> None:
        self.lines[-1].append(text)

    def _new_line(self) -> None:
        if "".join(self.lines[-1]).strip():
            self.lines.append([])
        else:
            self.lines[-1].clear()

    def plain(self) -> str:
        """The text so far."""
        return "\n".join(map("".join, self.lines)).strip()


def plain_of(rich: str) -> str:
    """The plain text of a rich one; where its markup is broken the whole as it stands, for nothing may be lost."""
    collector = RichText()
    data = _DECLARATION.sub("", rich, count=1).encode("utf-8", "surrogatepass")
    try:
        parse(data, start=collector.start, end=collector.end, text=collector.text, limit=_LONGEST)
    except Refused:
        return rich
    return collector.plain()
