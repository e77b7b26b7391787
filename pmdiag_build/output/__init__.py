"""Files and folders written whole or not at all: the one place that writes and deletes output.

`OutputFolder` is a folder of output that is replaced as a whole: `with folder.alone(…)`, `folder.examine()`,
`folder.replace(…)`.

The new folder is made beside the old one (`.NAME.pmdiag-new`); then the old one is renamed to `.NAME.pmdiag-old`, the
new one to NAME, and the old one is deleted. After a kill or a power cut between these steps, the next run restores the
old folder and removes what is left. Files that we did not write, or that somebody changed, are never deleted.
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

from pmdiag_build.output.atomic import (
    NEW,
    beside,
    how_to_fix,
    locked,
    make_folders,
    remove_empty,
    write_to_disk,
    written_to_disk,
)
from pmdiag_build.output.manifest import MANIFEST, Manifest, hash_of, is_empty, is_whole, read_manifest, strangers, walk
from pmdiag_build.problems import EnvironmentFailed, Fault, Location, Problem, UsageWrong
from pmdiag_build.resources import Among, is_ignored

__all__ = ["Content", "Manifest", "OutputFolder", "hash_of"]

Content = bytes | None
"""The bytes of a file, or None to keep the file that is in the folder."""

_OLD, _LOCK = "old", "lock"


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder that only `made_by` may replace. `shown` is its name as the person typed it, for messages."""

    shown: Path
    made_by: str
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        # If it is a link, the folder that it leads to: what we put beside that is on the same disk.
        object.__setattr__(self, "path", Path(os.path.realpath(self.shown)))

    def refuse_overlap(self, folders: Iterable[tuple[str, Path]]) -> None:
        """Raise UsageWrong if the folder is, contains or is inside one of the folders (what it is, where it is)."""
        for what, other in folders:
            real = Path(os.path.realpath(other))
            if self.path == real or self.path in real.parents or real in self.path.parents:
                relation = "is" if self.path == real else "contains" if self.path in real.parents else "is inside"
                fix = "Choose an empty or new folder elsewhere with --out"
                raise UsageWrong.one(str(self.shown), Fault(f"The output folder {relation} {what} ({other})", fix))

    def has_leftovers(self) -> bool:
        """Whether another run is writing here, or was killed."""
        return any(os.path.lexists(beside(self.path, role)) for role in (NEW, _OLD, _LOCK))

    @contextlib.contextmanager
    def alone(self, on_wait: Callable[[], None]) -> Iterator[None]:
        """Lock the folder, and clean up after a killed run. Calls `on_wait` once if another run has the lock."""
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
        """The manifest if the folder contains exactly what we wrote and no run was killed, else None."""
        if self.has_leftovers() or not self.path.is_dir():
            return None
        manifest = read_manifest(self.path)
        if manifest is None or manifest.made_by != self.made_by or not is_whole(self.path, manifest):
            return None
        return manifest

    def is_complete(self, manifest: Manifest) -> bool:
        """Whether the folder contains exactly the files of its manifest, each as it was written."""
        return is_whole(self.path, manifest)

    def has(self, manifest: Manifest | None, file: str) -> bool:
        """Whether a file of ours (path with `/`) is there. `manifest` comes from `examine`."""
        return manifest is not None and file in manifest.files and (self.path / file).is_file()

    def read(self, file: str) -> bytes:
        """The bytes of a file of ours."""
        return (self.path / file).read_bytes()

    def examine(self) -> Manifest | None:
        """The manifest of the folder, or None if it is new or empty.

        Raises UsageWrong, naming every file that is not ours or that was changed, and EnvironmentFailed for files
        that are open in another program.
        """
        if not os.path.lexists(self.path):
            return None
        if not self.path.is_dir():
            raise UsageWrong.one(str(self.shown), Fault("This is a file, not a folder", "Choose a folder with --out"))
        manifest = read_manifest(self.path)
        if manifest is None:
            if is_empty(self.path):
                return None
            what = "The folder is not empty, and pmdiag did not make it"
            raise UsageWrong.one(str(self.shown), Fault(what, "Choose an empty or new folder with --out"))
        if manifest.made_by != self.made_by:
            what = f"This folder was made by “{manifest.made_by}”"
            raise UsageWrong.one(str(self.shown), Fault(what, "Choose another folder with --out"))
        strangers(self.path, manifest, self.shown).refuse()
        return manifest

    def replace(self, files: Mapping[str, Content], facts: Mapping[str, object], old: Manifest | None) -> None:
        """Replace the folder by one with exactly these files (path with `/` → content). `old` comes from `examine`.

        Call it inside `alone`. Raises EnvironmentFailed (disk full, file open elsewhere, no permission) or UsageWrong
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
        with written_to_disk() as write:
            # One at a time: `files` may make each content when it is read.
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
                    write(target, content)
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
        """Clean up after a killed run: restore the old folder, remove what was beside it."""
        aside = beside(self.path, _OLD)
        if aside.is_dir() and not self.path.exists():
            aside.replace(self.path)
        for leftover in (beside(self.path, NEW), aside):
            if os.path.lexists(leftover):
                manifest = read_manifest(leftover)
                # Without a manifest it is an unfinished new folder, all ours. With one it may be the old output.
                if manifest is not None:
                    strangers(leftover, manifest, leftover).refuse()
                self._remove(leftover)

    @staticmethod
    def _remove(folder: Path) -> None:
        """Delete one of our own folders. Its manifest goes last: after a kill, the rest is still recognised as ours."""
        if not os.path.lexists(folder):
            return
        for below, _, _ in os.walk(folder):
            # Files in a folder that somebody made read-only could not be deleted.
            Path(below).chmod(stat.S_IMODE(Path(below).stat().st_mode) | stat.S_IRWXU)
        for _, entry in list(walk(folder)):
            if entry.name != MANIFEST:
                Path(entry.path).unlink()
        shutil.rmtree(folder)

    def _failed(self, error: OSError) -> EnvironmentFailed:
        opened = [*self._open_files()] if isinstance(error, PermissionError) else []
        if opened:
            return EnvironmentFailed(opened)
        reason = error.strerror or type(error).__name__
        fix = how_to_fix(error)
        if error.errno in (errno.EBUSY, errno.EXDEV):
            fix = "This is a whole disk or share: choose a folder inside it with --out"
        what = f"The folder can't be written ({reason}); nothing was changed"
        return EnvironmentFailed.one(str(self.shown), Fault(what, fix))

    def _open_files(self) -> Iterator[Problem]:
        """Files of the folder that are open in another program and so can't be replaced. Only Windows has these."""
        if os.name != "nt" or not self.path.is_dir():
            return
        for name, entry in walk(self.path):
            try:
                with Path(entry.path).open("r+b"):
                    pass
            except PermissionError:
                place = Location(str(self.shown / name))
                yield Problem(place, Fault("The file is open in another program", "Close it and try again"))


def _clear_empty(folder: Path) -> None:
    """Remove a folder with nothing but what desktops leave in it; fails if it contains more."""
    for _, entry in list(walk(folder)):
        if is_ignored(entry.name, Among.OUTPUT):
            Path(entry.path).unlink()
    for below, _, _ in os.walk(folder, topdown=False):
        Path(below).rmdir()


def _carry(source: Path, target: Path, mode: int) -> None:
    """Link or copy a file, with the permissions of a new one: a web server must be able to read all files."""
    if stat.S_IMODE(source.stat().st_mode) == mode:
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
