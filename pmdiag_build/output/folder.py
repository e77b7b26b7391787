"""A folder of results that is replaced whole: the one place that writes and deletes output.

At any moment, also after a kill or a power cut, the folder is the old one or the new one. What goes beside it while
we work (`.NAME.pmdiag-new`, `-old`, `-lock`) is gone when we end, or swept away by the next run. Nothing that we did
not write, or that somebody changed since, is ever deleted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pmdiag_build.ignored_files import Among, is_ignored
from pmdiag_build.output.atomic import NEW, beside, locked, make_folders, remove_empty, write_to_disk
from pmdiag_build.output.manifest import (
    MANIFEST,
    Manifest,
    hash_of,
    is_empty,
    is_whole,
    read_manifest,
    strangers,
    walk,
)
from pmdiag_build.problems import EnvironmentFailed, Fault, Location, Problem, UsageWrong

Content = bytes | None
"""The bytes of a file, or None to carry it over as it stands in the folder."""

_OLD, _LOCK = "old", "lock"


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder that only `made_by` may replace. `shown` is its name as the person typed it, for messages."""

    shown: Path
    made_by: str
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        # A link to a folder is the folder that it leads to; what we put beside it belongs on the same disk.
        object.__setattr__(self, "path", Path(os.path.realpath(self.shown)))

    def refuse_overlap(self, folders: Iterable[tuple[str, Path]]) -> None:
        """Raise UsageWrong if the folder is, holds or lies in one of the folders (what it is, where it is)."""
        for what, other in folders:
            real = Path(os.path.realpath(other))
            if self.path == real or self.path in real.parents or real in self.path.parents:
                relation = "is" if self.path == real else "holds" if self.path in real.parents else "lies in"
                raise UsageWrong.one(
                    str(self.shown),
                    Fault(
                        f"The output folder {relation} {what} ({other})",
                        "Name an empty or new folder elsewhere with --out",
                    ),
                )

    def has_leftovers(self) -> bool:
        """Whether another run is at work here, or was stopped in the middle."""
        return any(os.path.lexists(beside(self.path, role)) for role in (NEW, _OLD, _LOCK))

    @contextlib.contextmanager
    def alone(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Hold the folder for ourselves, and sweep what a stopped run left. Calls `on_wait` once if we must wait."""
        made: list[Path] = []
        try:
            try:
                made = make_folders(self.path.parent)
            except OSError as error:
                raise self._failed(error) from error
            with locked(beside(self.path, _LOCK), on_wait, self._failed):
                try:
                    self._recover()
                except OSError as error:
                    raise self._failed(error) from error
                yield
        finally:
            remove_empty(made)

    def intact(self) -> Manifest | None:
        """The manifest if the folder holds exactly what we wrote and no run was stopped beside it, else None."""
        if self.has_leftovers() or not self.path.is_dir():
            return None
        manifest = read_manifest(self.path)
        if manifest is None or manifest.made_by != self.made_by or not is_whole(self.path, manifest):
            return None
        return manifest

    def is_complete(self, manifest: Manifest) -> bool:
        """Whether the folder holds exactly the files of its manifest, each as it was written."""
        return is_whole(self.path, manifest)

    def holds(self, manifest: Manifest | None, file: str) -> bool:
        """Whether a file of ours (path with `/`) is there to be carried over, after `examine` gave the manifest."""
        return manifest is not None and file in manifest.files and (self.path / file).is_file()

    def read(self, file: str) -> bytes:
        """The bytes of a file of ours."""
        return (self.path / file).read_bytes()

    def examine(self) -> Manifest | None:
        """The manifest of what stands there; None if the folder is new or empty.

        Raises UsageWrong, naming every file that is not ours or that was changed, and EnvironmentFailed for files
        that are open in another program.
        """
        if not os.path.lexists(self.path):
            return None
        if not self.path.is_dir():
            raise UsageWrong.one(str(self.shown), Fault("This is a file, not a folder", "Name a folder with --out"))
        manifest = read_manifest(self.path)
        if manifest is None:
            if is_empty(self.path):
                return None
            what = "The folder is not empty, and pmdiag did not make it"
            raise UsageWrong.one(str(self.shown), Fault(what, "Name an empty or new folder with --out"))
        if manifest.made_by != self.made_by:
            what = f"The folder was made by “{manifest.made_by}”"
            raise UsageWrong.one(str(self.shown), Fault(what, "Name another folder"))
        strangers(self.path, manifest, self.shown).refuse()
        return manifest

    def replace(self, files: Mapping[str, Content], facts: Mapping[str, Any], old: Manifest | None) -> None:
        """Make the folder hold exactly these files (path with `/` → content). `old` is what `examine` gave.

        Only inside `alone`. Raises EnvironmentFailed (disk full, file open elsewhere, no permission) or UsageWrong
        (somebody changed a file meanwhile); the folder is then as it was.
        """
        new = beside(self.path, NEW)
        try:
            hashes = self._stage(new, files, old)
            manifest = Manifest(self.made_by, hashes, facts)
            write_to_disk(new / MANIFEST, manifest.dump())
            self._swap_in(new, old)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            with contextlib.suppress(OSError):
                self._remove(new)

    def _stage(self, new: Path, files: Mapping[str, Content], old: Manifest | None) -> dict[str, str]:
        new.mkdir()
        mode = new.stat().st_mode & 0o666
        if self.path.is_dir():
            shutil.copymode(self.path, new)
        hashes: dict[str, str] = {}
        # One at a time: `files` may make a content only when it is asked for.
        for name in sorted(files):
            content = files[name]
            target = new / name
            target.parent.mkdir(parents=True, exist_ok=True)
            digest = None if content is None else hash_of(content)
            recorded = old.files.get(name) if old is not None else None
            if recorded is not None and digest in (None, recorded) and (self.path / name).is_file():
                _carry(self.path / name, target, mode)
                hashes[name] = recorded
            elif content is not None and digest is not None:
                write_to_disk(target, content)
                hashes[name] = digest
            else:
                raise FileNotFoundError(2, "The file to carry over is not there", name)
        return hashes

    def _swap_in(self, new: Path, old: Manifest | None) -> None:
        if old is None:
            if self.path.is_dir():
                _clear_empty(self.path)
            new.replace(self.path)
            return
        aside = beside(self.path, _OLD)
        self.path.replace(aside)
        try:
            strangers(aside, old, self.shown).refuse()
            new.replace(self.path)
        except BaseException:
            aside.replace(self.path)
            raise
        self._remove(aside)

    def _recover(self) -> None:
        """Put right what a run that was stopped left beside the folder."""
        aside = beside(self.path, _OLD)
        if aside.is_dir() and not self.path.exists():
            aside.replace(self.path)
        for leftover in (beside(self.path, NEW), aside):
            if os.path.lexists(leftover):
                manifest = read_manifest(leftover)
                # Without a manifest it is a half-written new folder: all ours. With one it may be the former output.
                if manifest is not None:
                    strangers(leftover, manifest, leftover).refuse()
                self._remove(leftover)

    @staticmethod
    def _remove(folder: Path) -> None:
        """Delete one of our own folders; its manifest goes last, so that a rest can still be told from a person's."""
        if not os.path.lexists(folder):
            return
        for below, _, _ in os.walk(folder):
            # Somebody may have made a folder read-only, and what is in it could not be deleted.
            Path(below).chmod(stat.S_IMODE(Path(below).stat().st_mode) | stat.S_IRWXU)
        for _, entry in list(walk(folder)):
            if entry.name != MANIFEST:
                Path(entry.path).unlink()
        shutil.rmtree(folder)

    def _failed(self, error: OSError) -> EnvironmentFailed:
        opened = [*self._held_files()] if isinstance(error, PermissionError) else []
        if opened:
            return EnvironmentFailed(opened)
        reason = error.strerror or type(error).__name__
        what = f"The output could not be written ({reason}); what stood there before is unchanged"
        fix = "Check the free space, the permissions, and that no other program has a file in the folder open"
        if error.errno in (errno.EBUSY, errno.EXDEV):
            fix = "If the folder is a disk or share of its own, name a folder inside it with --out"
        return EnvironmentFailed.one(str(self.shown), Fault(what, fix))

    def _held_files(self) -> Iterator[Problem]:
        """Files of the folder that can't be opened for writing: on Windows, those that another program holds."""
        if os.name != "nt" or not self.path.is_dir():
            return
        for name, entry in walk(self.path):
            try:
                with Path(entry.path).open("r+b"):
                    pass
            except PermissionError:
                place = Location(str(self.shown / name))
                yield Problem(place, Fault("The file is open in another program", "Close it there and try again"))


def _clear_empty(folder: Path) -> None:
    """Remove a folder that holds nothing but what desktops leave; fails rather than deletes if it holds more."""
    for _, entry in list(walk(folder)):
        if is_ignored(entry.name, Among.OUTPUT):
            Path(entry.path).unlink()
    for below, _, _ in os.walk(folder, topdown=False):
        Path(below).rmdir()


def _carry(source: Path, target: Path, mode: int) -> None:
    """The same file again, with the permissions that new files get today: a web server must be able to read all."""
    if stat.S_IMODE(source.stat().st_mode) == mode:
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
