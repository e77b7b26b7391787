"""What the campaign counts: figures that must be 0, with what was seen first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

_SHOWN = 12


@dataclass(slots=True)
class Figures:
    """Counts by name. Those in `bad` must be 0; `seen` has some of what was counted there, to be run again."""

    tried: Counter[str] = field(default_factory=Counter)
    bad: Counter[str] = field(default_factory=Counter)
    seen: list[str] = field(default_factory=list)
    most_seconds: float = 0.0
    most_megabytes: int = 0

    def found(self, what: str, example: str) -> None:
        """Counts something that must not be."""
        self.bad[what] += 1
        if self.bad[what] <= _SHOWN:
            self.seen.append(f"{what}: {example}")

    def measured(self, seconds: float, megabytes: int) -> None:
        """Takes in what reading one file took."""
        self.most_seconds = max(self.most_seconds, seconds)
        self.most_megabytes = max(self.most_megabytes, megabytes)

    def lines(self) -> list[str]:
        """The table as it is printed."""
        must_be_zero = (*MUST_BE_ZERO, *sorted(set(self.bad) - set(MUST_BE_ZERO)))
        return [
            *self.seen,
            "",
            *(f"{number:>8,}  {what}" for what, number in sorted(self.tried.items())),
            f"{self.most_seconds:>8.1f}  seconds of a processor for one file, at most",
            f"{self.most_megabytes:>8,}  MB for one file, at most",
            "",
            *(f"{self.bad[what]:>8,}  {what}" for what in must_be_zero),
        ]


LOST, CONTRADICTED, TOO_LONG, TOO_MUCH, LEFT, TRACEBACKS, TORN, UNNAMED = MUST_BE_ZERO = (
    "silent losses by structure",
    "contradictions counted, not named or with harm to others",
    "files over 10 s",
    "files over 768 MB",
    "files left behind",
    "tracebacks",
    "torn outputs",
    "failures that do not name what was given",
)
