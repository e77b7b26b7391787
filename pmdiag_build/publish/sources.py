"""Where a build reads from: the content and the layouts. One value that travels, so that an overlay is one change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pmdiag_build.publish.stamp import input_stamp
from pmdiag_build.resources import CONTENT, LAYOUTS


@dataclass(frozen=True, slots=True)
class Sources:
    """`content` is the edition's folder; of `layouts` the first folder that has a file wins."""

    content: Path = CONTENT
    layouts: tuple[Path, ...] = (LAYOUTS,)

    @property
    def folders(self) -> tuple[tuple[str, Path], ...]:
        """(what it is, in words, the folder): these are read, and never written to."""
        return ("the content", self.content), *(("the layouts", folder) for folder in self.layouts)

    def stamp(self) -> str:
        """One hash over everything that a build of these depends on."""
        return input_stamp({"content": (self.content,), "layouts": self.layouts})
