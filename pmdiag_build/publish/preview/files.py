"""The files of a preview, in memory: the last good site, and the problems of the newest edit on top of its pages.

A page's mark identifies the version that a browser has; a request that waits with a mark is answered when the page
changes.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote

import jinja2

from pmdiag_build.output import hash_of
from pmdiag_build.problems import Problem

EVENTS = ".pmdiag/events"
_RELOAD = ".pmdiag/reload.js"
_STYLE = ".pmdiag/problems.css"
_LOADED = re.compile(rb'<(?:link|script|img)\s[^>]*?\b(?:href|src)="(assets/[^"]+)"')
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')

# In the code and not in content: content may be what can't be read.
_FIX = "Fix what is named here and save: the page reloads by itself."
_NOTHING_YET = f"There is no version without problems yet. {_FIX}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Problems to be shown on top of every page, under a title and a sentence."""

    title: str
    explanation: str
    problems: tuple[Problem, ...]

    @classmethod
    def of_edit(cls, problems: Sequence[Problem]) -> Self:
        """The newest edit is wrong, and the pages are older than it."""
        explanation = f"Below is the last version without problems. {_FIX}"
        return cls("The newest edit is not on this page", explanation, tuple(problems))

    @classmethod
    def of_packs(cls, problems: Sequence[Problem]) -> Self:
        """The pages are new, and a pack can't be made."""
        explanation = "This page shows the newest edit. Fix what is named here and save: the packs are made again."
        return cls("A pack can’t be made from the newest edit", explanation, tuple(problems))


class PreviewFiles:
    """Files by path, and the problems shown on top of them. All methods may be called from any thread."""

    def __init__(self, environment: jinja2.Environment, read: Callable[[str], bytes]) -> None:
        """`read` returns the bytes of a file of the layouts; `environment` renders the problems."""
        self._environment = environment
        self._ours = {_RELOAD: read("serve/reload.js"), _STYLE: read("serve/problems.css")}
        self._changed = threading.Condition()
        self._files: Mapping[str, bytes] = {}
        self._trouble: Trouble | None = None
        self._watched: Counter[str] = Counter()
        self._hashes: dict[str, str] = {}
        self._closed = False

    def put(self, files: Mapping[str, bytes], trouble: Trouble | None = None) -> None:
        """Serve these files from now on, and wake every browser whose page has changed."""
        with self._changed:
            self._files, self._trouble = files, trouble
            self._hashes.clear()
            self._changed.notify_all()

    def fail(self, trouble: Trouble) -> None:
        """Keep the last good files and show what is wrong on top of them."""
        with self._changed:
            self._trouble = trouble
            self._changed.notify_all()

    def watched(self) -> tuple[str, ...]:
        """The pages that browsers show now."""
        with self._changed:
            return tuple(path for path in self._watched if path in self._files)

    def close(self) -> None:
        """Answer all waiting requests."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def get(self, path: str) -> bytes | None:
        """The bytes of a file as the browser gets them, or None."""
        with self._changed:
            raw = self._files.get(path)
            if raw is None and not self._files and path.endswith(".html"):
                title = self._trouble.title if self._trouble is not None else ""
                raw = self._environment.get_template("serve/nothing.html").render(title=title).encode()
            if raw is None:
                return self._ours.get(path)
            if not path.endswith(".html"):
                return raw
            mark, trouble, nothing = self._mark(path), self._trouble, not self._files
        if nothing and trouble is not None:
            trouble = replace(trouble, explanation=_NOTHING_YET)
        return self._prepared(path, raw, mark, trouble)

    def mark(self, path: str) -> str:
        """The version of a page; when it changes, a browser that shows the page must reload it."""
        with self._changed:
            return self._mark(path)

    def wait(self, path: str, mark: str, seconds: float) -> bool:
        """Wait until the page's mark is no longer `mark`; False after so many seconds, or when the preview closes."""
        with self._changed:
            self._watched[path] += 1
            try:
                self._changed.wait_for(lambda: self._closed or self._mark(path) != mark, seconds)
            finally:
                self._watched[path] -= 1
                self._watched += Counter()  # drops those at 0
            return not self._closed and self._mark(path) != mark

    @property
    def closed(self) -> bool:
        return self._closed

    def _mark(self, path: str) -> str:
        """A hash over the page, the assets that it loads, and the trouble on top of it."""
        loaded = [found.decode() for found in _LOADED.findall(self._files.get(path, b""))]
        parts = [self._hash(file) for file in (path, *loaded)]
        return hash_of("".join([*parts, str(self._trouble)]).encode())[:16]

    def _hash(self, path: str) -> str:
        if path not in self._hashes:
            self._hashes[path] = hash_of(self._files.get(path, b""))
        return self._hashes[path]

    def _prepared(self, path: str, raw: bytes, mark: str, trouble: Trouble | None) -> bytes:
        head = f'<link rel="stylesheet" href="/{_STYLE}">\n' if trouble else ""
        head += f'<script src="/{_RELOAD}" data-events="/{EVENTS}?path={quote(path)}&amp;mark={mark}"></script>\n'
        # The policy goes into the answer's header, where it can allow the connection that waits for changes.
        page = _POLICY.sub(b"", raw).replace(b"</head>", head.encode() + b"</head>", 1)
        if trouble is None:
            return page
        shown = [{"place": p.place, "words": str(p).removeprefix(f"{p.place}: ")} for p in trouble.problems]
        layout = self._environment.get_template("serve/problems.html")
        box = layout.render(title=trouble.title, explanation=trouble.explanation, problems=shown).encode()
        return re.sub(rb"<body[^>]*>", lambda m: m[0] + b"\n" + box, page, count=1)
