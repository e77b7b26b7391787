"""Texts of Excel workbooks, which stand in runs and with escapes, → plain texts as they stream by."""

from __future__ import annotations

import re
from collections.abc import Callable

from pmdiag_build.returns.readers.xml import Attributes, local

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class TextCollector:
    """Gathers the runs of each `si` or `is` into one text; the reading aid of Asian scripts is left out."""

    def __init__(self, done: Callable[[str], None]) -> None:
        self.done = done
        self.runs: list[str] = []
        self.aside = 0
        self.taking = False

    def start(self, tag: str, _: Attributes) -> None:
        match local(tag):
            case "si" | "is":
                self.runs.clear()
            case "rPh":
                self.aside += 1
            case "t":
                self.taking = not self.aside

    def end(self, tag: str) -> None:
        match local(tag):
            case "si" | "is":
                self.done(unescaped("".join(self.runs)))
            case "rPh":
                self.aside -= 1
            case "t":
                self.taking = False

    def text(self, text: str) -> None:
        if self.taking:
            self.runs.append(text)


def unescaped(text: str) -> str:
    """Characters that XML can't hold stand as `_x0007_` in a workbook (ECMA-376, ST_Xstring)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
