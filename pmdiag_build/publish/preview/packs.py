"""The packs of a preview: rendered by a worker process when the site is done, or when a browser asks for one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pmdiag_build.problems import EnvironmentFailed, Fault, Location, PmdiagError, Problem
from pmdiag_build.publish.workers import Job, Rendered, Worker, warm_up

_IDLE = 1.0
"""Seconds without an edit after which packs are made without being asked for."""

_ALL = ""
"""In place of an id: why no pack can be made."""


def unexpected(error: Exception) -> Problem:
    """What is said of an error that is ours. The preview goes on after any."""
    what = f"Something went wrong inside pmdiag ({type(error).__name__}: {error})"
    return Problem(Location("pmdiag"), Fault(what, "Run pmdiag build --debug and report what it prints"))


@dataclass(frozen=True, slots=True)
class _Made:
    job: Job
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why a pack can't be made; without a job: why none can."""

    job: Job | None
    error: PmdiagError


@dataclass(slots=True)
class _State:
    jobs: Mapping[str, Job] = field(default_factory=dict)
    made: dict[str, _Made] = field(default_factory=dict)
    failed: dict[str, _Failed] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    prepare: Callable[[], Mapping[str, Job]] | None = None
    changed_at: float = 0.0
    closed: bool = False


class PackQueue:
    """The packs of a preview, made again after an edit. All methods may be called from any thread."""

    def __init__(self, folders: tuple[Path, ...], on_change: Callable[[], None]) -> None:
        """`on_change` is called, from the queue's own thread, when all packs are made or one could not be."""
        self._folders = folders
        self._on_change = on_change
        self._state = _State()
        self._turn = threading.Condition()
        warm_up()
        self._worker = Worker()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def update(self, prepare: Callable[[], Mapping[str, Job]]) -> None:
        """After an edit: `prepare` returns the jobs of all packs; it is called when there is time for it."""
        with self._turn:
            self._state.prepare = prepare
            self._state.changed_at = time.monotonic()
            self._turn.notify_all()

    def get(self, id: str) -> bytes | None:
        """The PDF of a pack as the newest edit has it, made now if need be; None if there is no such pack.

        Raises what rendering it raised.
        """
        with self._turn:
            self._state.asked.append(id)
            self._turn.notify_all()
            try:
                self._turn.wait_for(lambda: self._state.closed or self._settled(id))
            finally:
                self._state.asked.remove(id)
            for failed in (id, _ALL):
                if failed in self._state.failed:
                    raise self._state.failed[failed].error
            return self._state.made[id].rendered.pdf if id in self._state.jobs and id in self._state.made else None

    def made(self) -> dict[str, Rendered]:
        """The packs as last made, also those that are older than the newest edit."""
        with self._turn:
            return {id: made.rendered for id, made in self._state.made.items()}

    def problems(self) -> tuple[Problem, ...]:
        """Why packs can't be made."""
        with self._turn:
            return tuple(dict.fromkeys(p for failed in self._state.failed.values() for p in failed.error.problems))

    def close(self) -> None:
        with self._turn:
            self._state.closed = True
            self._turn.notify_all()
        self._worker.close()

    def _settled(self, id: str) -> bool:
        """Whether this pack needs no work."""
        if self._state.prepare is not None:
            return False
        return id not in self._state.jobs or not self._is_stale(id)

    def _is_stale(self, id: str) -> bool:
        job = self._state.jobs[id]
        made, failed = self._state.made.get(id), self._state.failed.get(id)
        return (made is None or made.job != job) and (failed is None or failed.job != job)

    def _work(self) -> None:
        while True:
            with self._turn:
                # Not wait_for: how long to wait changes with every edit.
                while not self._may_work():
                    self._turn.wait(self._wait_seconds())
                if self._state.closed:
                    return
                prepare = self._state.prepare
                job = None if prepare is not None else self._next()
            if prepare is not None:
                self._prepare(prepare)
            elif job is not None:
                self._render(job)

    def _has_work(self) -> bool:
        return self._state.prepare is not None or any(self._is_stale(id) for id in self._state.jobs)

    def _wait_seconds(self) -> float | None:
        """Until it is quiet enough to work, or until something is asked for."""
        return max(0.01, self._state.changed_at + _IDLE - time.monotonic()) if self._has_work() else None

    def _may_work(self) -> bool:
        is_idle = time.monotonic() >= self._state.changed_at + _IDLE
        is_asked = any(not self._settled(id) for id in self._state.asked)
        return self._state.closed or (self._has_work() and (is_idle or is_asked))

    def _next(self) -> Job | None:
        stale = [id for id in self._state.jobs if self._is_stale(id)]
        first = [id for id in self._state.asked if id in stale]
        return self._state.jobs[(first or stale)[0]] if stale else None

    def _prepare(self, prepare: Callable[[], Mapping[str, Job]]) -> None:
        jobs: Mapping[str, Job] = {}
        failed: dict[str, _Failed] = {}
        try:
            jobs = prepare()
        except PmdiagError as error:
            failed[_ALL] = _Failed(None, error)
        except Exception as error:  # noqa: BLE001 - without this thread, whoever asks for a pack would wait for ever
            failed[_ALL] = _Failed(None, EnvironmentFailed([unexpected(error)]))
        with self._turn:
            state = self._state
            if state.prepare is prepare:  # Until now nobody could know whether there is such a pack.
                state.prepare = None
            state.jobs = jobs
            state.failed = {
                id: kept for id, kept in state.failed.items() if id in jobs and jobs[id] == kept.job
            } | failed
            if jobs:
                state.made = {id: kept for id, kept in state.made.items() if id in jobs}
            self._turn.notify_all()
        self._on_change()

    def _render(self, job: Job) -> None:
        rendered, error = None, None
        try:
            rendered = self._worker.render(job, self._folders)
        except PmdiagError as failure:
            error = failure
        except Exception as failure:  # noqa: BLE001 - as above
            error = EnvironmentFailed([unexpected(failure)])
        with self._turn:
            if self._state.closed:
                return
            self._state.failed.pop(job.id, None)
            if rendered is not None:
                self._state.made[job.id] = _Made(job, rendered)
            elif error is not None:
                self._state.failed[job.id] = _Failed(job, error)
            self._turn.notify_all()
            # Once for all of them: pages that list the packs would otherwise flicker with each.
            is_news = error is not None or not self._has_work()
        if is_news:
            self._on_change()
