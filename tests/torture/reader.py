"""Reads damaged files in processes of their own, and measures processor time and memory of each."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from pmdiag_build.load import load_tool
from pmdiag_build.returns import Processes, files_of, round_of
from tests.torture.corpora import Sound
from tests.torture.losses import Answers, lost, said, still_sound
from tests.torture.mutants import mutant

_GIVEN_UP = 120.0
"""Seconds after which a file is counted as one that never ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `died`: its process did, or was ended."""

    name: str
    seconds: float = 0.0
    megabytes: int = 0
    lost: Sequence[str] = ()
    traceback: str = ""
    died: str = ""


@dataclass(slots=True)
class Reader:
    """A process that reads mutants of these sound files, one after the other."""

    sounds: Sequence[Sound]
    process: BaseProcess | None = None
    pipe: Any = None

    def read(self, number: int, seed: int) -> Outcome:
        """What becomes of the mutant of this seed of the sound file of this number."""
        name = f"{self.sounds[number].name}, seed {seed}"
        if self.process is None:
            self._start()
        try:
            self.pipe.send((number, seed))
            if self.pipe.poll(_GIVEN_UP):
                outcome: Outcome = self.pipe.recv()
                return outcome
            why = f"no end after {_GIVEN_UP:.0f} s"
        except (EOFError, OSError):
            why = "the process died"
        self.close()
        return Outcome(name, died=why)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, self.sounds), daemon=True)
        self.process.start()
        theirs.close()

    def close(self) -> None:
        """Ends the process."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.join()


def read_all(sounds: Sequence[Sound], count: int, first_seed: int) -> Iterator[Outcome]:
    """What becomes of `count` mutants, spread over the sound files."""
    readers = [Reader(sounds) for _ in range(os.cpu_count() or 1)]
    idle: SimpleQueue[Reader] = SimpleQueue()
    for reader in readers:
        idle.put(reader)

    def read(number: int) -> Outcome:
        reader = idle.get()
        try:
            return reader.read(number % len(sounds), first_seed + number)
        finally:
            idle.put(reader)

    try:
        with ThreadPoolExecutor(len(readers)) as threads:
            yield from threads.map(read, range(count))
    finally:
        for reader in readers:
            reader.close()


@dataclass(slots=True)
class _Server:
    sounds: Sequence[Sound]
    tool: Any = field(default_factory=load_tool)
    whole: dict[int, list[Answers]] = field(default_factory=dict)

    def unbroken(self, number: int) -> list[Answers]:
        if number not in self.whole:
            sound = self.sounds[number]
            found = round_of(files_of([(sound.name, sound.content)]), self.tool, reading_in=Processes.ONE)
            assert found.responses, f"{sound.name} is not read: {found.listed}"
            self.whole[number] = said(found)
        return self.whole[number]

    def read(self, number: int, seed: int) -> Outcome:
        sound, before = self.sounds[number], self.unbroken(number)
        how, data = mutant(sound.content, seed)
        name = f"{sound.name}, seed {seed} ({how})"
        gc.collect()
        _forget_peak()
        start = time.process_time()
        try:
            found = round_of(files_of([(sound.name, data)]), self.tool, reading_in=Processes.ONE)
            found.accounts.check()
        except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
            return Outcome(name, traceback=traceback.format_exc())
        seconds = time.process_time() - start
        unforeseen = next((str(one) for one in found.listed if "This file can't be read (" in str(one)), "")
        gone = [] if still_sound(sound.name, sound.content, data) else lost(before, found, how)
        return Outcome(name, seconds, _peak(), gone, unforeseen)


def _serve(pipe: Connection, sounds: Sequence[Sound]) -> None:
    server = _Server(sounds)
    while True:
        try:
            number, seed = pipe.recv()
        except EOFError:
            return
        pipe.send(server.read(number, seed))


def _forget_peak() -> None:
    """Lets the system measure this process's peak of memory anew, where it can."""
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")


def _peak() -> int:
    """The peak in MB since then."""
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmHWM:")[1].split()[0]) >> 10 if status.exists() else 0
