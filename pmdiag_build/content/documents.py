"""Content files (YAML, and Markdown with front matter) → plain data with the line of each value.

YAML is read from its events with a stack of our own, not with a constructor: every scalar stays the text that was
typed (`NO`, `1:30`, `010`, `1.10`), nothing is built from a tag, and depth and aliases are refused before they cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import yaml

from pmdiag_build.content.files import CONTROL, read_plain, refuse_control
from pmdiag_build.content.yaml_errors import curly_words, explain, in_curly_quotes
from pmdiag_build.problems import Fault, Location, Problem, Problems

Data = str | list["Data"] | dict[str, "Data"]
Path_ = tuple[str | int, ...]

BODY: Path_ = ("body",)
"""The path of the Markdown under the front matter of a page."""
_DEEPEST = 20
_ENDLESS = re.compile(r"\w{1000,}")
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def mapping(data: Data) -> dict[str, Data]:
    """`data` as a mapping, which its schema has ensured; TypeError if it is not one."""
    if isinstance(data, dict):
        return data
    raise TypeError(f"a mapping was promised, not {type(data).__name__}")


def sequence(data: Data) -> list[Data]:
    """`data` as a list, which its schema has ensured; TypeError if it is not one."""
    if isinstance(data, list):
        return data
    raise TypeError(f"a list was promised, not {type(data).__name__}")


def texts(data: Data, path: Path_ = ()) -> Iterator[tuple[Path_, str]]:
    """Every text in the data of a file with its path, in the order of the file."""
    if isinstance(data, str):
        yield path, data
        return
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield from texts(value, (*path, key))


def with_texts(data: Data, change: Callable[[Path_, str], str], path: Path_ = ()) -> Data:
    """The same data with what `change` makes of each text at its path."""
    if isinstance(data, str):
        return change(path, data)
    if isinstance(data, dict):
        return {key: with_texts(value, change, (*path, key)) for key, value in data.items()}
    return [with_texts(value, change, (*path, i)) for i, value in enumerate(data)]


@dataclass(frozen=True, slots=True)
class Document:
    """A file's data and, for each path into it, the line and column (from 1) of the value.

    The data is never changed: equal texts are parsed once for all. A mapping's entry is marked at its key. `body` and
    `body_line` are the Markdown under the front matter.
    `over`: places of the values that a local version put in place of this file's.
    """

    file: str
    data: Data
    marks: dict[Path_, tuple[int, int]]
    body: str = ""
    body_line: int = 0
    over: Mapping[Path_, Location] = field(default_factory=dict)

    def at(self, *path: str | int) -> Location:
        """The location of the value at `path`, or of its nearest parent that has one."""
        while path and path not in self.marks and path not in self.over:
            path = path[:-1]
        if path in self.over:
            return self.over[path]
        line, _ = self.marks.get(path, (1, 1))
        return Location(self.file, line)

    def at_character(self, path: Path_, text: str, position: int) -> Location:
        """The location of a character of the `text` at `path`; in the data of a file, that of the text."""
        if path != BODY or not self.body:
            return self.at(*path)
        return Location(self.file, self.body_line + text.count("\n", 0, position))

    def texts(self) -> Iterator[tuple[Path_, str]]:
        """Every text of the file with its path: those of its data, then its body."""
        yield from texts(self.data)
        if self.body:
            yield BODY, self.body

    def with_texts(self, change: Callable[[Path_, str], str]) -> Document:
        """The same document with what `change` makes of each text at its path."""
        body = change(BODY, self.body) if self.body else ""
        return replace(self, data=with_texts(self.data, change), body=body)


def read_text(path: Path, name: str, problems: Problems) -> str | None:
    """A file of content as text with LF line ends, or None and a problem."""
    text = read_plain(path, name, problems)
    for found in _ENDLESS.finditer(text or ""):
        what = f"There is a word of {len(found[0]):,} letters, which fits on no page"
        problems.add(Location(name, (text or "").count("\n", 0, found.start()) + 1), Fault(what, "Shorten it"))
    return text


def read_yaml(path: Path, name: str, problems: Problems) -> Document | None:
    """A YAML file as a document; None and problems where it can't be read."""
    text = read_text(path, name, problems)
    return None if text is None else parse_yaml(text, name, problems)


def read_page(path: Path, name: str, problems: Problems) -> Document | None:
    """A Markdown file with YAML front matter between two lines of `---`."""
    text = read_text(path, name, problems)
    if text is None:
        return None
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        what = "The page has no front matter"
        problems.add(Location(name, 1), Fault(what, "Begin the file with a line ---, then title: …"))
        return None
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if not end:
        problems.add(Location(name, 1), Fault("The front matter has no end", "Close it with a line ---"))
        return None
    # The opening line stays as an empty one, so that line numbers are those of the file.
    document = parse_yaml("\n" + "\n".join(lines[1:end]), name, problems)
    if document is None:
        return None
    below = lines[end + 1 :]
    empty = next((i for i, line in enumerate(below) if line), 0)
    return replace(document, body="\n".join(below).strip("\n") + "\n", body_line=end + 2 + empty)


def parse_yaml(text: str, name: str, problems: Problems) -> Document | None:
    """YAML text as a document. Refuses duplicate keys, tags, anchors, several documents and deep nesting."""
    document, found = _parsed(text, name)
    problems.extend(found)
    return document


@lru_cache(maxsize=256)
def _parsed(text: str, name: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document and what is wrong with it; kept, since a preview reads all files again when one has changed."""
    problems = Problems()
    builder = _Builder(name, problems, escapes="\\" in text)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if builder.stopped:
                return None, tuple(problems)
    except yaml.YAMLError as error:
        problems.add(*explain(name, text, error))
    document = None if problems else Document(name, builder.root, builder.marks)
    return document, tuple(problems)


class _Builder:
    """Builds data from YAML events without recursion."""

    def __init__(self, name: str, problems: Problems, *, escapes: bool) -> None:
        """`escapes`: a text may contain characters that the file does not (`"\\0"`)."""
        self.name = name
        self.problems = problems
        self._escapes = escapes
        self.root: Data = {}
        self.marks: dict[Path_, tuple[int, int]] = {}
        self.stopped = False
        self._stack: list[tuple[Data, Path_]] = []
        self._key: list[str | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(event, "A second document begins here", "Keep one document in a file; remove the line ---")
        elif isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"There is an alias (*{event.anchor})", "Write the text again in full")
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
            self._key.pop()

    def _node(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._refuse(event, f"There is a tag ({tag})", "Remove it: every value here is text, a list or a mapping")
            return
        if event.anchor:
            self._refuse(event, f"There is an anchor (&{event.anchor})", "Remove it; write the text again where needed")
            return
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
            return
        if len(self._stack) >= _DEEPEST:
            self._refuse(event, f"This is nested more than {_DEEPEST} deep", "Check the indents")
            return
        if self._stack and isinstance(self._stack[-1][0], dict) and self._key[-1] is None:
            self._refuse(event, "A key is a list or a mapping", "Use a plain text as the key")
            return
        value: Data = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._stack.append((value, self._place(value, event)))
        self._key.append(None)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._escapes and CONTROL.search(event.value):
            refuse_control(Location(self.name, _mark(event)[0]), self.problems)
        if not event.style and in_curly_quotes(event.value):
            self.problems.add(Location(self.name, _mark(event)[0]), curly_words(event.value))
        if self._stack and isinstance(parent := self._stack[-1][0], dict) and self._key[-1] is None:
            path = (*self._stack[-1][1], event.value)
            if event.value in parent:
                first = self.marks[path][0]
                what = f"The key “{event.value}” is used here and at line {first}"
                self.problems.add(Location(self.name, _mark(event)[0]), Fault(what, "Keep one of them"))
            else:
                self.marks[path] = _mark(event)
            self._key[-1] = event.value
            return
        self._place(event.value, event)

    def _place(self, value: Data, event: yaml.Event) -> Path_:
        if not self._stack:
            self.root = value
            self.marks[()] = _mark(event)
            return ()
        parent, path = self._stack[-1]
        if isinstance(parent, list):
            parent.append(value)
            self.marks[(*path, len(parent) - 1)] = _mark(event)
            return (*path, len(parent) - 1)
        key = self._key[-1] or ""
        mapping(parent)[key] = value
        self._key[-1] = None
        return (*path, key)

    def _refuse(self, event: yaml.Event, what: str, fix: str) -> None:
        self.problems.add(Location(self.name, _mark(event)[0]), Fault(what, fix))
        self.stopped = True


def _mark(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
