"""Inputs → the site, the packs and the desk in an output folder: gather everything, then write.

Nothing is made twice. The output folder's manifest has a stamp over all inputs of the last build, a key over all that
each pack's PDF depends on, and the hashes of all files. Slow modules are imported inside functions, so that a build
that finds nothing to do is fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pmdiag_build.at_once import processors
from pmdiag_build.output import Content, Manifest, OutputFolder
from pmdiag_build.output.atomic import failures_at
from pmdiag_build.output.manifest import HANDED_OVER
from pmdiag_build.problems import ContentWrong, EnvironmentFailed, Fault, Problem, Problems, UsageWrong, did_you_mean
from pmdiag_build.publish import DESK, PACKS, SITE, WHOLE, Inputs, Ledger, PackRecord, machine_stamp

if TYPE_CHECKING:
    import jinja2

    from pmdiag_build.content.model import Tool
    from pmdiag_build.publish.workers import Job
    from pmdiag_build.rendering.markdown import Prose

MADE_BY = "pmdiag build"


class Progress(Protocol):
    """How a build says what it is doing."""

    def waiting(self) -> None:
        """Another build is writing to the folder."""

    def begin(self, steps: int) -> None:
        """So many calls of `pack`, `site` and `desk` follow."""

    def pack(self, id: str, pages: int, size: int) -> None:
        """A pack has been rendered; its size in bytes."""

    def site(self, pages: int) -> None:
        """The pages of the site have been made."""

    def desk(self, size: int) -> None:
        """The desk has been made; its size in bytes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was asked for and is in the folder now: the site's pages (0: not asked for), packs made and kept.

    `notices` need a person's look. `desk`: its bytes, 0 if there is none. `unchanged`: all of it was there before.
    """

    pages: int
    made: tuple[str, ...]
    kept: tuple[str, ...]
    notices: tuple[Problem, ...]
    desk: int = 0
    unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `--only` asks for: whether the site and the desk, which packs, and the names of all that in the ledger."""

    site: bool
    desk: bool
    packs: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return WHOLE in self.names


def build(
    inputs: Inputs, out: Path, progress: Progress, *, only: Sequence[str] = (), jobs: int = 0, strict: bool = False
) -> Outcome:
    """Write the site, the packs and the desk into the folder `out`, or the parts that `only` names; other parts stay.

    `jobs` worker processes render packs, 0 for as many as there are processors. Raises ContentWrong (with `strict`
    for notices too), UsageWrong or EnvironmentFailed; then nothing was written.
    """
    folder = OutputFolder(out, MADE_BY)
    folder.refuse_overlap(inputs.folders)
    found = folder.intact()
    jobs = jobs or processors()
    needs_workers = jobs > 1 and (not only or not {SITE, DESK}.issuperset(only))
    if needs_workers and found is None:
        # First of all: importing WeasyPrint takes as long as everything before the first pack.
        _warm_up()
    stamp = inputs.stamp()
    if outcome := _up_to_date(found, stamp, only, strict):
        return outcome
    if needs_workers and found is not None:
        _warm_up()
    notices = Problems()
    tool = load(inputs, notices)
    wanted = _wanted(tool, only)
    if strict and len(notices):
        raise ContentWrong(notices)
    with folder.alone(progress.waiting):
        old = folder.examine()
        # While we waited, somebody may have built just this.
        if old and folder.is_complete(old) and (outcome := _up_to_date(old, stamp, only, strict)):
            return outcome
        return _Run(inputs, folder, old, tool, wanted, progress).make(stamp, jobs, notices, strict)


def load(inputs: Inputs, notices: Problems) -> Tool:
    """The tool that the inputs describe, checked as far as possible before anything is rendered."""
    from pmdiag_build.load import load_tool
    from pmdiag_build.publish.site import check_references
    from pmdiag_build.rendering.layout_checks import layouts_checked
    from pmdiag_build.resources import LAYOUTS

    problems = Problems()
    check_references((LAYOUTS,), problems)
    with layouts_checked(inputs.layouts, problems):
        return load_tool(inputs.content, notices, local=inputs.local)


def check(inputs: Inputs, notices: Problems) -> Tool:
    """The tool, after all checks that a build makes before it renders a PDF; warnings are added to `notices`.

    Raises ContentWrong with every error: of content, references, links, and letters that the fonts of packs lack.
    """
    from pmdiag_build.publish.desk import index_page
    from pmdiag_build.publish.site import check_links
    from pmdiag_build.publish.site.pages import PackFacts, site_files
    from pmdiag_build.rendering.page import check_glyphs
    from pmdiag_build.rendering.templates import environment, layouts_named
    from pmdiag_build.rendering.weasy import FONTS

    tool = load(inputs, notices)
    layouts = environment(inputs.layouts)
    # Links to packs are checked as if all were made.
    facts = {pack.id: PackFacts(1, pack.paper, 1) for pack in tool.packs}
    with layouts_named(inputs.layouts):
        site = site_files(tool, layouts, facts)
        jobs = pack_jobs(tool, list(facts), layouts)
        index_page(tool, ())
    problems = Problems()
    check_links(tool, site | {f"packs/{id}.pdf": b"" for id in facts}, problems)
    for job in jobs:
        check_glyphs(job.html, FONTS, f"packs/{job.id}.yaml", problems)
    if problems.errors:
        raise ContentWrong(problems)
    notices.extend(problems)
    return tool


def _up_to_date(found: Manifest | None, stamp: str, only: Sequence[str], strict: bool) -> Outcome | None:
    """The outcome if there is nothing to do, else None. `found`: the manifest of a folder that is as written."""
    ledger = Ledger.of(found)
    if found is None or not ledger.has(stamp, only) or (strict and ledger.notices):
        return None
    pages = ledger.pages if not only or SITE in only else 0
    packs = tuple(id for id in ledger.packs if not only or PACKS in only or id in only)
    desk = ledger.desk if not only or DESK in only else 0
    return Outcome(pages, (), packs, ledger.notices, desk, unchanged=True)


def _wanted(tool: Tool, only: Sequence[str]) -> Wanted:
    packs = [pack.id for pack in tool.packs]
    if not only:
        return Wanted(True, True, tuple(packs), (WHOLE, SITE, PACKS, DESK, *packs))
    for name in only:
        if name not in (SITE, PACKS, DESK, *packs):
            what = f"There is no part “{name}”"
            raise UsageWrong.one("--only", Fault(what, did_you_mean(name, [SITE, PACKS, DESK, *packs])))
    asked = tuple(packs if PACKS in only else (id for id in packs if id in only))
    return Wanted(SITE in only, DESK in only, asked, tuple(dict.fromkeys([*only, *asked])))


def _warm_up() -> None:
    from pmdiag_build.publish.workers import warm_up

    warm_up()


class _Run:
    """One build: fills `files` and `records`, then writes."""

    def __init__(
        self, inputs: Inputs, out: OutputFolder, old: Manifest | None, tool: Tool, wanted: Wanted, progress: Progress
    ) -> None:
        from pmdiag_build.rendering.templates import environment

        self.inputs, self.out, self.old = inputs, out, old
        self.tool, self.wanted, self.progress = tool, wanted, progress
        self.layouts = environment(inputs.layouts)
        self.ledger = Ledger.of(old)
        self.files: dict[str, Content] = {}
        self.records: dict[str, PackRecord] = {}
        self.texts: dict[str, Prose] = {}
        self.desk: dict[str, bytes] = {}
        self._keep_parts()

    def _keep_parts(self) -> None:
        """Keep the parts that were not asked for."""
        if self.wanted.whole or self.old is None:
            return
        for path in self.old.files:
            part, _, rest = path.partition("/")
            asked = {SITE: self.wanted.site, PACKS: PACKS in self.wanted.names}.get(part, self.wanted.desk)
            if not asked:
                self.files[path] = None
                record = self.ledger.packs.get(rest.removesuffix(".pdf"))
                if part == PACKS and record is not None:
                    self.records[rest.removesuffix(".pdf")] = record

    def make(self, stamp: str, jobs: int, notices: Problems, strict: bool) -> Outcome:
        """Render, check and write."""
        from pmdiag_build.rendering.templates import layouts_named

        with layouts_named(self.inputs.layouts):
            made = self._make_packs(jobs)
            pages = self._make_site(notices) if self.wanted.site else self._pages_kept()
            desk = self._make_desk(notices) if self.wanted.desk else self.ledger.desk
        if strict and len(notices):
            raise ContentWrong(notices)
        found = tuple(notices)
        # After an edit during the build, nobody knows which inputs it has: then it gets no stamp.
        stamp = stamp if self.inputs.stamp() == stamp else ""
        made_now = [name for name in self.wanted.names if name != DESK or desk]
        done = self.ledger.done_with(stamp, made_now)
        self.out.replace(self.files, Ledger(stamp, done, pages, self.records, found, desk).facts(), self.old)
        kept = tuple(id for id in self.wanted.packs if id not in made)
        return Outcome(pages if self.wanted.site else 0, made, kept, found, desk if self.wanted.desk else 0)

    def _pages_kept(self) -> int:
        return self.ledger.pages if any(path.startswith("site/") for path in self.files) else 0

    def _make_packs(self, jobs: int) -> tuple[str, ...]:
        """Render the packs that are not up to date; returns their ids."""
        wanted = pack_jobs(self.tool, self.wanted.packs, self.layouts) if self.wanted.packs else []
        if not wanted:
            self.progress.begin(self.wanted.site + self.wanted.desk)
            return ()
        from pmdiag_build.publish import workers
        from pmdiag_build.publish.site import check_links

        machine = machine_stamp(self.inputs.layouts)
        keys = {job.id: job.key(machine) for job in wanted}
        stale = [job for job in wanted if not self._is_current(job.id, keys[job.id])]
        self.progress.begin(len(stale) + self.wanted.site + self.wanted.desk)
        for id in (job.id for job in wanted if job not in stale):
            self.files[f"packs/{id}.pdf"] = None
            self.records[id] = self.ledger.packs[id]
        with failures_at(self.out.shown), workers.started(stale, jobs, self.inputs.layouts) as rendered:
            if stale and self.wanted.site:
                # While the workers are busy: this compiles the layouts, finds content that can't be rendered, and reads
                # the pages whose links are checked at the end.
                check_links(self.tool, self._site_files(), Problems())
            if stale and self.wanted.desk:
                self._desk_files()
            for pack in rendered:
                self.files[f"packs/{pack.id}.pdf"] = pack.pdf
                paper = self.tool.pack(pack.id).paper
                self.records[pack.id] = PackRecord(keys[pack.id], pack.pages, paper, len(pack.pdf))
                self.progress.pack(pack.id, pack.pages, len(pack.pdf))
        return tuple(job.id for job in stale)

    def _is_current(self, id: str, key: str) -> bool:
        record = self.ledger.packs.get(id)
        return record is not None and record.key == key and self.out.has(self.old, f"packs/{id}.pdf")

    def _site_files(self) -> dict[str, bytes]:
        from pmdiag_build.publish.site.pages import PackFacts, site_files, site_texts

        self.texts = self.texts or site_texts(self.tool)
        offered = {id: record for id, record in self.records.items() if f"packs/{id}.pdf" in self.files}
        facts = {id: PackFacts(record.pages, record.paper, record.size) for id, record in offered.items()}
        return site_files(self.tool, self.layouts, facts, self.texts)

    def _make_site(self, notices: Problems) -> int:
        """The site with the packs that it offers; returns the number of its pages."""
        from pmdiag_build.publish.site import check_links, manifest

        site = self._site_files()
        packs = [pack.id for pack in self.tool.packs if f"packs/{pack.id}.pdf" in self.files]
        for id in packs:
            path = f"packs/{id}.pdf"
            content = self.files[path]
            site[path] = content if content is not None else self.out.read(path)
        errors = Problems()
        check_links(self.tool, site, errors)
        if errors.errors:
            raise ContentWrong(errors)
        notices.extend(errors)
        site[HANDED_OVER] = manifest(self.tool, site)
        self.files |= {f"site/{path}": content for path, content in site.items()}
        pages = len(self.tool.pages)
        self.progress.site(pages)
        return pages

    def _make_desk(self, notices: Problems) -> int:
        """The desk, as a folder and as one file; returns the bytes of the folder. Without what is fetched for it there
        is none, which is a notice if anything else was asked for."""
        from pmdiag_build.publish.desk import FOLDER, missing

        lacks = missing()
        if lacks is not None:
            if self.wanted.names == (DESK,):
                raise EnvironmentFailed([lacks])
            notices.extend([lacks])
            return 0
        files = self._desk_files()
        self.files |= files
        size = sum(len(content) for path, content in files.items() if path.startswith(f"{FOLDER}/"))
        self.progress.desk(size)
        return size

    def _desk_files(self) -> dict[str, bytes]:
        """The files of the desk, made once: while workers are busy, if there are any. Empty if it was not fetched."""
        from pmdiag_build.publish.desk import desk_files, missing

        if not self.desk and missing() is None:
            self.desk = desk_files(self.tool, self.layouts)
        return self.desk


def pack_jobs(tool: Tool, ids: Sequence[str], layouts: jinja2.Environment) -> list[Job]:
    """The packs of these ids as jobs for the workers."""
    from pmdiag_build.content.fields import pack_fields
    from pmdiag_build.publish.packs import pack_html, pack_title
    from pmdiag_build.publish.workers import Job

    jobs = []
    for id in ids:
        pack = tool.pack(id)
        jobs.append(Job(id, pack_html(tool, pack, layouts), pack_fields(tool, pack), pack_title(tool, pack)))
    return jobs
