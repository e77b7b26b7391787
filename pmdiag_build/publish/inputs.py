"""Where a build reads from: content, layouts and a local version over both. One value that travels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pmdiag_build.publish.stamp import input_stamp
from pmdiag_build.resources import CONTENT, LAYOUTS


@dataclass(frozen=True, slots=True)
class Inputs:
    """`content` is the edition's folder, `local` that of a local version over it; of `layouts` the first folder that
    has a file wins."""

    content: Path = CONTENT
    layouts: tuple[Path, ...] = (LAYOUTS,)
    local: Path | None = None

    @classmethod
    def of(cls, content: Path | None, local: Path | None) -> Self:
        """From the folders that options name; the layouts of a local version go before ours."""
        own = local.resolve() if local else None
        layouts = (own / "layouts", LAYOUTS) if own and (own / "layouts").is_dir() else (LAYOUTS,)
        return cls(content or CONTENT, layouts, own)

    @property
    def folders(self) -> tuple[tuple[str, Path], ...]:
        """(what it is, in words, the folder): these are read, and never written to."""
        version = (("the local version", self.local),) if self.local else ()
        return ("the content", self.content), *version, *(("the layouts", folder) for folder in self.layouts)

    def stamp(self) -> str:
        """One hash over everything that a build of these depends on."""
        local = (self.local,) if self.local else ()
        return input_stamp({"content": (self.content,), "local": local, "layouts": self.layouts})
