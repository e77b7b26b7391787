"""Make PDFs in worker processes: jobs → packs, and whatever else takes long.

Threads would wait for each other (Python's lock), so there are processes, each fed by a thread. On Linux they are
forked from a server that imports WeasyPrint while the main process makes pages; elsewhere forking is not safe with the
libraries that WeasyPrint loads, and each worker starts from scratch.
"""

from __future__ import annotations

import contextlib
import gc
import io
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from pmdiag_build.output import hash_of
from pmdiag_build.problems import ContentWrong, EnvironmentFailed, Fault, PmdiagError, Problem

if TYPE_CHECKING:
    # The server starts before anything else; importing this first would delay it by half its start.
    from pmdiag_build.content.fields import FormField

PRELOADED = "pmdiag_build.publish.worker_preload"
_TO_DIE = 5.0
"""Seconds to wait for a killed process to end."""

_GARBAGE = 350_000
"""Objects that a worker may leave uncollected, some 80 MiB: those of three or four packs."""


_T = TypeVar("_T")
_Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, and its arguments."""


@dataclass(frozen=True, slots=True)
class Job:
    """A pack to render: all that its PDF depends on besides the machine."""

    id: str
    html: str
    fields: tuple[FormField, ...]
    title: str

    def key(self, machine: str) -> str:
        """A hash that identifies the PDF; `machine` is that of fonts, code and libraries."""
        return hash_of("\0".join([self.id, self.title, self.html, repr(self.fields), machine]).encode())


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished pack."""

    id: str
    pdf: bytes
    pages: int


def warm_up() -> None:
    """Start the server of worker processes, which imports WeasyPrint meanwhile. Does nothing where there is none.

    The server inherits that Ctrl-C is held back, or it would print a traceback. Here it arrives a moment later; if it
    were ignored instead, it would be lost.
    """
    if sys.platform != "linux":
        return
    from multiprocessing import forkserver, resource_tracker

    _context()
    resource_tracker.ensure_running()  # else the server starts it, after which nothing is held back any more
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def started(jobs: Sequence[Job], processes: int, folders: Sequence[Path]) -> Iterator[Iterator[Rendered]]:
    """Render all jobs, the longest first, and yield each as it is finished; they begin at once.

    Images are read from `folders` and the layouts only. Reading to the end raises, after all have been tried,
    ContentWrong with the problems of every job that failed, or EnvironmentFailed. OSError, as where the disk is full,
    is raised at once.
    """
    ordered = sorted(jobs, key=lambda job: (-len(job.html), job.id))
    processes = min(processes, len(ordered))
    if processes <= 1:
        yield _finished(partial(render_one, job, tuple(folders)) for job in ordered)
        return
    warm_up()
    workers = [Worker() for _ in range(processes)]
    idle: SimpleQueue[Worker] = SimpleQueue()
    for worker in workers:
        idle.put(worker)
    # One for each job that no worker has begun.
    waiting = iter(ordered[processes:])

    def render(job: Job) -> Rendered:
        worker = idle.get()
        try:
            return worker.render(job, tuple(folders))
        finally:
            if next(waiting, None) is None:
                worker.dismiss()
            else:
                idle.put(worker)

    with ThreadPoolExecutor(processes) as threads:
        try:
            begun = [threads.submit(render, job) for job in ordered]
            yield _finished(future.result for future in as_completed(begun))
        finally:
            # In this order, so that Ctrl-C does not wait for the end of a long pack.
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.close()


def render_one(job: Job, folders: tuple[Path, ...]) -> Rendered:
    """Render one job in this process."""
    import pikepdf

    from pmdiag_build.publish.forms import render_pack

    name = f"packs/{job.id}.yaml"
    pdf = render_pack(job.html, job.fields, name=name, title=job.title, folders=folders)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return Rendered(job.id, pdf, len(document.pages))


def _finished(renderings: Iterable[Callable[[], Rendered]]) -> Iterator[Rendered]:
    """What the calls return, one after another; those that fail are raised as one error when all have been made."""
    failures: list[PmdiagError] = []
    for rendering in renderings:
        try:
            yield rendering()
        except PmdiagError as error:
            failures.append(error)
    if failures:
        raise _joined(failures)


def _joined(failures: Sequence[PmdiagError]) -> PmdiagError:
    """One error with every problem; a problem that several packs have (Pango is missing) is reported once."""
    problems: dict[Problem, None] = {}
    for failure in failures:
        problems |= dict.fromkeys(failure.problems)
    wrong = any(isinstance(failure, ContentWrong) for failure in failures)
    return (ContentWrong if wrong else type(failures[0]))(sorted(problems, key=lambda p: p.place))


def _context() -> BaseContext:
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    return context


def _start_worker() -> None:
    """In a worker: ignore Ctrl-C, which the main process handles, and end when the main process has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A document is many thousand objects that live until it is finished, so collecting garbage finds next to none: it
    # would take 0.2 of the 4.9 seconds of processor time of a cold build. It is collected between two documents.
    gc.freeze()
    gc.disable()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


class Worker:
    """One worker process, which makes one thing after another. It starts with the first.

    `makes` is what it makes, for the error if it is stopped.
    """

    def __init__(self, makes: str = "packs") -> None:
        self._makes = makes
        self._closed = False
        self._process: BaseProcess | None = None
        self._pipe: Connection[_Call, Any] | None = None

    def render(self, job: Job, folders: tuple[Path, ...]) -> Rendered:
        """Render one job. Raises what `render_one` raises, and EnvironmentFailed if the process was killed."""
        return self.run(render_one, job, folders)

    def run(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Call a function of a module. Raises what it raises, and EnvironmentFailed if the process was killed."""
        try:
            if self._pipe is None:
                self._start()
            assert self._pipe is not None
            self._pipe.send((function, arguments))
            result = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._kill()
            what = f"A worker that makes {self._makes} was stopped, probably because memory ran out"
            fix = "Close other programs and try again"
            raise EnvironmentFailed.one("pmdiag", Fault(what, fix)) from error
        if isinstance(result, Exception):
            raise result
        made: _T = result
        return made

    def _start(self) -> None:
        context = _context()
        ours, theirs = context.Pipe()
        # mypy does not know that each context has its Process.
        process = context.Process(target=_work, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        if self._closed:
            raise EOFError

    def dismiss(self) -> None:
        """Kill the process, which gets nothing more to do. `close` waits for it and removes what it left."""
        # It has sent what it made and has nothing left to write; freeing its memory would take a while.
        if (process := self._process) is not None:
            process.kill()

    def close(self) -> None:
        """End the process at once, even in the middle of a job. May be called from any thread."""
        self._closed = True
        self._kill()

    def _kill(self) -> None:
        process, self._process, self._pipe = self._process, None, None
        if process is not None:
            from pmdiag_build.rendering.weasy import remove_font_folders

            process.kill()
            process.join(_TO_DIE)
            if process.pid is not None:
                remove_font_folders(process.pid)


def _work(pipe: Connection[Any, _Call]) -> None:
    """In a worker: make what comes down the pipe, until it is closed."""
    _start_worker()
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            function, arguments = pipe.recv()
            pipe.send(_result(function, arguments))
            # Other functions keep what they made for the next call.
            if function is render_one and gc.get_count()[0] > _GARBAGE:
                gc.collect()


def _result(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    try:
        return function(*arguments)
    except (PmdiagError, OSError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - not every error can be sent, but its traceback can
        first = arguments[0].id if isinstance(arguments[0], Job) else f"{function.__name__} {arguments[0]}"
        sent = RuntimeError(f"while rendering {first}: {type(error).__name__} {error}")
        sent.add_note(traceback.format_exc())
        return sent
