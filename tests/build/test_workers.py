"""Packs rendered by worker processes, and what goes wrong there."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from multiprocessing.process import BaseProcess

import pytest

from pmdiag_build.content.model import Tool
from pmdiag_build.problems import ContentWrong, EnvironmentFailed
from pmdiag_build.publish import workers
from pmdiag_build.publish.build import pack_jobs
from pmdiag_build.publish.workers import Job
from pmdiag_build.rendering.templates import environment
from tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def jobs(tool: Tool) -> list[Job]:
    return pack_jobs(tool, ["action-plan", "what-good-looks-like"], environment())


def rendered(jobs: list[Job], processes: int) -> dict[str, tuple[int, bytes]]:
    with workers.started(jobs, processes, ()) as finished:
        return {pack.id: (pack.pages, pack.pdf) for pack in finished}


def test_one_process_and_two_make_the_same(jobs: list[Job]) -> None:
    assert rendered(jobs, 1) == rendered(jobs, 2)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("processes", [1, 2])
def test_problems_of_all_packs_are_reported_together(jobs: list[Job], processes: int) -> None:
    broken = [replace(job, html=job.html.replace("</h1>", " 漢</h1>", 1)) for job in jobs]

    with pytest.raises(ContentWrong) as error:
        rendered(broken, processes)

    assert [str(p.place) for p in error.value.problems] == [f"packs/{job.id}.yaml" for job in jobs]
    assert all("U+6F22" in p.what for p in error.value.problems)


def test_a_killed_worker_is_reported(jobs: list[Job]) -> None:
    def render_and_kill() -> None:
        with workers.started(jobs, 2, ()) as finished:
            for worker in both_workers():
                worker.kill()
            list(finished)

    with pytest.raises(EnvironmentFailed, match="A worker that makes packs was stopped"):
        render_and_kill()


def test_leaving_early_ends_the_workers_at_once(jobs: list[Job]) -> None:
    with workers.started(jobs, 2, ()):
        both_workers()

    assert multiprocessing.active_children() == []


def test_a_worker_without_a_further_job_ends_while_others_work(jobs: list[Job]) -> None:
    with workers.started(jobs, 2, ()) as finished:
        assert len(list(finished)) == 2
        # In vain, if only the end of the block ended them.
        until(lambda: not multiprocessing.active_children())


def test_a_dismissed_worker_ends_and_can_be_closed() -> None:
    worker = workers.Worker()
    worker.dismiss()
    process = worker.run(os.getpid)
    (started,) = multiprocessing.active_children()

    worker.dismiss()
    started.join()
    worker.close()
    worker.dismiss()

    assert started.pid == process
    assert started.exitcode != 0


def both_workers() -> list[BaseProcess]:
    """The worker processes, as soon as both have started."""

    def both() -> list[BaseProcess] | None:
        workers = multiprocessing.active_children()
        return workers if len(workers) >= 2 else None

    return until(both)


def test_the_key_of_a_job_depends_on_all_that_decides_the_pdf(jobs: list[Job]) -> None:
    job = jobs[0]
    others = [
        replace(job, html=job.html + " "),
        replace(job, title="Other"),
        replace(job, fields=job.fields[1:]),
        replace(job, id="other"),
    ]

    keys = {job.key("machine"), job.key("other machine"), *(other.key("machine") for other in others)}

    assert len(keys) == 6


def test_workers_end_without_a_word(jobs: list[Job], capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        rendered(jobs, 2)

    assert capfd.readouterr() == ("", "")
