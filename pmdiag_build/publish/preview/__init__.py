"""The preview: inputs → the site and packs that a web server serves from memory, made again after every edit.

After an edit the pages that browsers show at that moment come first, then the rest of the site; packs follow when
there is time. What is wrong with an edit is shown on the pages, with the last good version beneath.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import ContentWrong, PmdiagError, Problem, Problems
from pmdiag_build.publish import Inputs
from pmdiag_build.publish.build import load, pack_jobs
from pmdiag_build.publish.preview.files import PreviewFiles, Trouble
from pmdiag_build.publish.preview.packs import PackQueue, unexpected
from pmdiag_build.publish.preview.server import ADDRESS, Server
from pmdiag_build.publish.site import POLICY, address, check_links
from pmdiag_build.publish.site.pages import PackFacts, site_files, some_pages
from pmdiag_build.publish.workers import Job
from pmdiag_build.rendering.templates import environment, layouts_named
from pmdiag_build.resources import LAYOUTS, Among, is_ignored

if TYPE_CHECKING:
    import jinja2

_SECOND_LOOK = 0.15
"""Seconds after which an edit that can't be read is read again: editors save in several steps."""

_SETTLED = 10
"""Milliseconds without a further change after which an edit is complete …"""
_LONGEST = 50
"""… and after which it is complete in any case."""
_LOOK_UP = 100
"""Milliseconds after which waiting is interrupted, so that it can be seen to have begun."""

Report = Callable[[Sequence[Problem]], None]
Changes = set[tuple[watchfiles.Change, str]]


def serve(
    inputs: Inputs,
    port: int,
    *,
    report: Report,
    on_ready: Callable[[str], None],
    on_edit: Callable[[Sequence[str], bool], None],
) -> None:
    """Serve the site and the packs on `port` (0: any free one) and follow every edit, until KeyboardInterrupt.

    `on_ready` is called with the site's address, `on_edit` with the names of the edited files and whether all is well.
    Raises EnvironmentFailed if the port can't be used.
    """
    preview = Preview(inputs, report)
    try:
        server = Server(port, preview.files, preview.pack, POLICY)
        server.start()
        edits = changes([folder.resolve() for _, folder in inputs.folders])
        preview.refresh()
        on_ready(f"http://{ADDRESS}:{server.server_port}/")
        for changed in edits:
            on_edit(sorted(path.name for path in changed), preview.refresh(changed))
    finally:
        preview.close()


class Preview:
    """The current site and packs. Call `refresh` after an edit; `pack` and `files` are for the web server."""

    def __init__(self, inputs: Inputs, report: Report) -> None:
        """`report` is called, from any thread, with the problems that are new."""
        self.files = PreviewFiles(environment((LAYOUTS,)), lambda name: (LAYOUTS / name).read_bytes())
        self._inputs = inputs
        self._report = report
        self._reported: tuple[Problem, ...] = ()
        self._layouts = environment(inputs.layouts)
        self._tool: Tool | None = None
        self._site: dict[str, bytes] = {}
        self._failed = False
        self._one_at_a_time = threading.RLock()
        self._packs = PackQueue(inputs.layouts, self._packs_changed)

    def close(self) -> None:
        self.files.close()
        self._packs.close()

    def refresh(self, changed: Collection[Path] = ()) -> bool:
        """Make again what depends on the changed files, or everything. False if something is wrong."""
        if not changed or any(path.is_relative_to(f) for path in changed for f in self._inputs.layouts):
            self._layouts = environment(self._inputs.layouts)
        try:
            try:
                self._refresh()
            except PmdiagError:
                time.sleep(_SECOND_LOOK)
                self._refresh()
        except PmdiagError as error:
            self._fail(error.problems)
            return False
        except Exception as error:  # noqa: BLE001 - the preview goes on after any edit
            self._fail([unexpected(error)])
            return False
        return True

    def pack(self, path: str) -> bytes | None:
        """The PDF at `packs/ID.pdf` as the newest edit has it."""
        return self._packs.get(path.removeprefix("packs/").removesuffix(".pdf"))

    def _refresh(self) -> None:
        notices = Problems()
        layouts = self._layouts
        with self._one_at_a_time, layouts_named(self._inputs.layouts):
            tool = load(self._inputs, notices)
            if self._inputs.layouts == (LAYOUTS,):  # Other pages are looked through before they are shown.
                self._put_watched(tool)
            site = self._site_of(tool)
            check_links(tool, site | {f"packs/{pack.id}.pdf": b"" for pack in tool.packs}, notices)
            if notices.errors:
                raise ContentWrong(notices)
            self._tool, self._site, self._failed = tool, site, False
            self.files.put(site, self._pack_trouble())
        self._packs.update(lambda: self._jobs(tool, layouts))
        self._report_new([*notices, *self._packs.problems()])

    def _put_watched(self, tool: Tool) -> None:
        """First the pages that somebody is looking at: one takes a tenth of the time of all."""
        facts = self._facts(tool)
        watched = [page for page in tool.pages if address(page) in self.files.watched()]
        if watched:
            fresh = some_pages(tool, self._layouts, facts, watched, self._site)
            self.files.put(self._site | fresh, self._pack_trouble())

    def _site_of(self, tool: Tool) -> dict[str, bytes]:
        return site_files(tool, self._layouts, self._facts(tool))

    def _facts(self, tool: Tool) -> dict[str, PackFacts]:
        """Of the packs as last made. Until a pack has been made, pages name it without a link."""
        made = self._packs.made()
        return {p.id: PackFacts(made[p.id].pages, p.paper, len(made[p.id].pdf)) for p in tool.packs if p.id in made}

    def _jobs(self, tool: Tool, layouts: jinja2.Environment) -> Mapping[str, Job]:
        with layouts_named(self._inputs.layouts):
            return {job.id: job for job in pack_jobs(tool, [pack.id for pack in tool.packs], layouts)}

    def _packs_changed(self) -> None:
        """After a pack was made or failed: make the pages again, which say how long it is or what is wrong.

        A layout may have been broken meanwhile, by an edit that is not looked at yet.
        """
        try:
            with self._one_at_a_time, layouts_named(self._inputs.layouts):
                if self._tool is not None and not self._failed:
                    self._site = self._site_of(self._tool)
                    self.files.put(self._site, self._pack_trouble())
        except PmdiagError as error:
            self._fail(error.problems)
        except Exception as error:  # noqa: BLE001 - packs are made by the thread that calls this
            self._fail([unexpected(error)])
        else:
            self._report_new(self._packs.problems())

    def _pack_trouble(self) -> Trouble | None:
        problems = self._packs.problems()
        return Trouble.of_packs(problems) if problems else None

    def _fail(self, problems: Sequence[Problem]) -> None:
        with self._one_at_a_time:
            self._failed = True
            self.files.fail(Trouble.of_edit(problems))
        self._report_new(problems)

    def _report_new(self, problems: Sequence[Problem]) -> None:
        """Report the problems that were not there before."""
        fresh = [problem for problem in problems if problem not in self._reported]
        self._reported = tuple(problems)
        if fresh:
            self._report(fresh)


def changes(folders: Sequence[Path]) -> Iterator[set[Path]]:
    """The edited files of each edit from this call on, for ever. Files that editors write for themselves are ignored.

    A folder that is removed and put back, as programs that synchronise do, counts as one edit of the folder.
    """
    found = _watched(folders)
    # Watching begins with the first step and not with the call.
    return _edits(folders, next(found), found)


class _Counts(watchfiles.DefaultFilter):
    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        return not is_ignored(Path(path).name, Among.CONTENT) and super().__call__(change, path)


def _watched(folders: Sequence[Path]) -> Iterator[Changes]:
    counts = _Counts()
    return watchfiles.watch(
        *folders, watch_filter=counts, debounce=_LONGEST, step=_SETTLED, rust_timeout=_LOOK_UP, yield_on_timeout=True
    )


def _edits(folders: Sequence[Path], first: Changes, more: Iterator[Changes]) -> Iterator[set[Path]]:
    while True:
        gone = False
        for found in itertools.chain([first], more):
            if found:
                yield {Path(path) for _, path in found}
            gone = gone or any(change is watchfiles.Change.deleted and Path(path) in folders for change, path in found)
            if gone and all(folder.is_dir() for folder in folders):
                break
        # The watch ended with the old folder. What was written into the new one before this one began is in this edit.
        more = _watched(folders)
        first = next(more)
        yield set(folders)
