"""The table that the benchmark prints: each figure with its baseline and its limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_HEADS = ("figure", "ours", "baseline", "ratio", "limit", "")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure. `baseline`, `ratio` and `limit` may be empty: a row without a limit always passes."""

    figure: str
    ours: str
    baseline: str = ""
    ratio: str = ""
    limit: str = ""
    ok: bool = True


def compared(figure: str, ours: float, baseline: float, limit: float, against: str) -> Row:
    """Our seconds and those of the baseline `against`. It passes if their ratio is at most `limit`."""
    ratio = ours / baseline
    return Row(
        figure, f"{ours:.3f} s", f"{baseline:.3f} s {against}", f"{ratio:.2f}", f"≤ {limit:g} ×", ok=ratio <= limit
    )


def bounded(figure: str, ours: float, limit: float, unit: str, baseline: str = "") -> Row:
    """A figure with an upper limit and no baseline."""
    return Row(figure, f"{ours:.0f} {unit}", baseline, "", f"≤ {limit:g} {unit}", ok=ours <= limit)


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The table as text, columns aligned."""
    cells = [_HEADS, *((r.figure, r.ours, r.baseline, r.ratio, r.limit, _verdict(r)) for r in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for n, row in enumerate(cells):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if n == 0:
            yield "  ".join("-" * width for width in widths)


def _verdict(row: Row) -> str:
    if not row.limit:
        return ""
    return "ok" if row.ok else "OVER"
