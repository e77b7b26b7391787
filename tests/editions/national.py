"""A national project of a test's own: two features, four statements, and edits as a maintainer would make them."""

from __future__ import annotations

import re
from pathlib import Path

from pmdiag_build.content.model import Tool
from pmdiag_build.load import load_tool
from tests.commands import Outcome, call_pmdiag
from tests.project import Project

SHORTER = {"1.1": "are supported", "1.2": "", "2.1": "", "2.2": ""}


class National:
    """The small project. Texts are found by a part of them that occurs once."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @property
    def content(self) -> Path:
        return self.project.content

    def framework(self) -> str:
        return (self.content / "framework.yaml").read_text(encoding="utf-8")

    def write(self, text: str) -> None:
        (self.content / "framework.yaml").write_text(text, encoding="utf-8")

    def reword(self, old: str, new: str, change: str = "") -> None:
        """Put `new` in the place of `old`, and a line `change:` below the text."""
        lines = self.framework().splitlines(keepends=True)
        (at,) = [n for n, line in enumerate(lines) if old in line]
        lines[at] = lines[at].replace(old, new)
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip(" -"))].replace("-", " ")
        if change:
            lines.insert(at + 1, f"{indent}change: {change}  # decided in May\n")
        self.write("".join(lines))

    def add(self, id: str, text: str, before: str) -> None:
        """Add a statement before the statement `before`."""
        found = re.search(rf'^( *)- "id": "{re.escape(before)}"\n', self.framework(), re.MULTILINE)
        assert found is not None
        entry = f'{found[1]}- "id": "{id}"\n{found[1]}  "text": "{text}"\n'
        self.write(self.framework().replace(found[0], entry + found[0]))

    def drop(self, id: str, reason: str) -> None:
        """No longer ask a statement."""
        found = re.search(rf'^( *)- "id": "{re.escape(id)}"\n', self.framework(), re.MULTILINE)
        assert found is not None
        self.write(self.framework().replace(found[0], f'{found[0]}{found[1]}  "unused": "{reason}"\n'))

    def name(self, id: str) -> None:
        """Write the edition's name into tool.yaml."""
        path = self.content / "tool.yaml"
        text = re.sub(r'"edition": "[^"]*"', f'"edition": "{id}"', path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")

    def issue(self, id: str) -> Outcome:
        return call_pmdiag("edition", "issue", id, "--content", self.content)

    def check(self) -> Outcome:
        return call_pmdiag("check", "--content", self.content)

    def load(self, local: Path | None = None) -> Tool:
        return load_tool(self.content, local=local)

    def files(self) -> dict[str, bytes]:
        """Everything in content/, to see what has changed."""
        return {str(p.relative_to(self.content)): p.read_bytes() for p in self.content.rglob("*") if p.is_file()}
