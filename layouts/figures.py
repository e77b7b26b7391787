"""Draws the zero of our fonts without its slash; `make vendor` runs this when it has fetched them.

Atkinson Hyperlegible Next has no other zero. A slash helps in code; in dates, counts and references it is in the way.
The licence of the fonts (OFL) allows changes and reserves no name. VENDOR.json gets the checksums of the new files.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence

from vendor import LAYOUTS, RECORD, WEIGHTS, woff2

Point = tuple[float, float]


def main() -> None:
    """Change the fonts on disk and their record; does nothing to fonts that are changed already."""
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    for weight in WEIGHTS:
        ttf = LAYOUTS / "fonts" / f"AtkinsonHyperlegibleNext-{weight}.ttf"
        plain = with_plain_zero(ttf.read_bytes())
        for path, data in ((ttf, plain), (ttf.with_suffix(".woff2"), woff2(plain))):
            path.write_bytes(data)
            for package in record["packages"]:
                if f"fonts/{path.name}" in package["files"]:
                    package["files"][f"fonts/{path.name}"] = hashlib.sha256(data).hexdigest()
    RECORD.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def with_plain_zero(ttf: bytes) -> bytes:
    """The font with a zero that is an outline and one counter. Its zero for tables of figures is made of the same."""
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.tables import ttProgram
    from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

    font = TTFont(io.BytesIO(ttf), recalcTimestamp=False)
    zero = font["glyf"]["zero"]
    if zero.numberOfContours != 3:
        return ttf
    points, flags = list(zero.coordinates), list(zero.flags)
    count = zero.endPtsOfContours[0] + 1
    outline = points[:count]
    # The two halves of the counter, which the slash divides, say how thick the line is.
    counter = _fitted(outline, points[count:])
    zero.coordinates = GlyphCoordinates([*outline, *reversed(counter)])
    zero.flags = bytearray([*flags[:count], *reversed(flags[:count])])
    zero.endPtsOfContours, zero.numberOfContours = [count - 1, 2 * count - 1], 2
    zero.program = ttProgram.Program()
    zero.program.fromBytecode(b"")
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _fitted(shape: Sequence[Point], into: Sequence[Point]) -> list[tuple[int, int]]:
    """A shape, scaled to the width and height of the points of another."""
    sides = [(_sides(shape, axis), _sides(into, axis)) for axis in (0, 1)]

    def placed(value: float, axis: int) -> int:
        (low, high), (to_low, to_high) = sides[axis]
        return round(to_low + (value - low) * (to_high - to_low) / (high - low))

    return [(placed(x, 0), placed(y, 1)) for x, y in shape]


def _sides(points: Sequence[Point], axis: int) -> tuple[float, float]:
    values = [point[axis] for point in points]
    return min(values), max(values)


if __name__ == "__main__":
    main()
